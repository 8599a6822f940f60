"""Evidence in a real browser: boxes over cells at every zoom and turn, doubtful cells by Tab, a cell corrected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bench.workbench_browser import run_script, serving

pytestmark = pytest.mark.slow
DOUBTFUL = ("indicators[3].actual", "indicators[8].target")  # of the scan, made doubtful in its reading
BLANK = "indicators[8].actual"
NEAR = 1.5  # pixels between a box on the screen and where it belongs
# A scan and two texts of which one is compared with the other; two cells of the scan are made doubtful.
FILL = """
import json
from dataclasses import replace
from pathlib import Path
from fuhe.desks import house_to_workbench
from fuhe.serve import Place, migrate, open_workbench
open_workbench(Place())
migrate()
from domain.form import walk, with_fields
from fuhe.cache import Cache
from fuhe.desks import SHELF
from review.blobs import keep_blob, readings_folder
from review.checking import check_project
from review.forms import document_to_paper
from review.models import Document, Project
from review.reading import read_document
project = Project.objects.create(name="某县绩效自评复核")
for number in ("11", "07", "08"):
    (file,) = Path("examples").glob(number + "_*")
    sha256, _ = keep_blob([file.read_bytes()])
    document = Document.objects.create(project=project, sha256=sha256, path=file.name, parts=[sha256])
    read_document(document)
    if number == "11":
        shelf = Cache(folder=readings_folder(), version=SHELF)
        reading = shelf.find(document_to_paper(document))
        fields = dict(walk(reading.forms[0]))
        doubt = {path: replace(fields[path], confidence=0.5, alternatives=(("7", 0.2),)) for path in DOUBTFUL}
        shelf.keep(replace(reading, forms=(with_fields(reading.forms[0], doubt),)))
        document.finished_at = None  # one that was finished would be read anew
        read_document(document)
check_project(project)
"""


@pytest.fixture(scope="module")
def server(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the audit in a workbench of its own."""
    data = tmp_path_factory.mktemp("workbench")
    run_script(data, f"DOUBTFUL = {DOUBTFUL!r}\n{FILL}")
    with serving(data, ["--no-worker"]) as url:
        yield f"{url}/p/1"


@pytest.fixture
def scan(page: Any, server: str) -> Any:
    """The page of the scanned form, its picture there and the banner that pushes everything down."""
    page.goto(f"{server}/forms/1")
    page.wait_for_selector("#heartbeat .banner")
    page.wait_for_function(
        "() => document.querySelector('.sheet img').complete && document.querySelector('.sheet img').naturalWidth > 0"
    )
    return page


def _rectangle(page: Any, selector: str) -> dict[str, float]:
    found: dict[str, float] = page.locator(selector).first.evaluate(
        "each => { const {x, y, width, height} = each.getBoundingClientRect(); return {x, y, width, height}; }"
    )
    return found


def _box(key: str) -> str:
    return f"rect.box[data-key='{key}']"


def _cell(key: str) -> str:
    return f".cell[data-key='{key}']"


def _assert_over_its_place(page: Any, key: str) -> None:
    """The box on the screen is the cell's box, scaled and turned with the picture."""
    picture, drawn = _rectangle(page, ".sheet img"), _rectangle(page, _box(key))
    width, height = (float(page.locator(".sheet").first.get_attribute(f"data-{side}")) for side in ("width", "height"))
    x, y, wide, high = (float(page.locator(_box(key)).get_attribute(name)) for name in ("x", "y", "width", "height"))
    if picture["width"] > picture["height"]:  # turned clockwise by a quarter
        x, y, wide, high, width, height = height - y - high, x, high, wide, height, width
    scale = picture["width"] / width
    assert picture["height"] / height == pytest.approx(scale, rel=0.01)
    wanted = {
        "x": picture["x"] + x * scale, "y": picture["y"] + y * scale, "width": wide * scale, "height": high * scale
    }  # fmt: skip
    for name, place in wanted.items():
        assert drawn[name] == pytest.approx(place, abs=NEAR)


@pytest.mark.parametrize("key", ["project_name", "indicators[0].target", BLANK, "total_score"])
def test_a_box_lies_over_its_cell_at_every_zoom_and_turn(scan: Any, key: str) -> None:
    _assert_over_its_place(scan, key)
    for button in ("in", "in", "turn", "whole", "out", "width"):
        scan.click(f"[data-do={button}]")
        _assert_over_its_place(scan, key)


def test_the_wheel_zooms_about_the_pointer_and_dragging_pans(scan: Any) -> None:
    stage = _rectangle(scan, "[data-stage]")
    at = (stage["x"] + 300, stage["y"] + 200)

    def under_pointer() -> tuple[float, float]:
        picture = _rectangle(scan, ".sheet img")
        return (at[0] - picture["x"]) / picture["width"], (at[1] - picture["y"]) / picture["height"]

    scan.mouse.move(*at)
    before, small = under_pointer(), _rectangle(scan, ".sheet img")["width"]
    scan.mouse.wheel(0, -400)
    scan.wait_for_function(f"document.querySelector('.sheet img').getBoundingClientRect().width > {small * 1.3}")
    assert under_pointer() == pytest.approx(before, abs=0.01)
    start = _rectangle(scan, ".sheet img")
    scan.mouse.down()
    scan.mouse.move(at[0] - 80, at[1] - 60, steps=4)
    scan.mouse.up()
    moved = _rectangle(scan, ".sheet img")
    assert (moved["x"] - start["x"], moved["y"] - start["y"]) == pytest.approx((-80, -60), abs=2)
    assert scan.locator(".cell.current").count() == 0


def test_a_cell_leads_to_its_box_and_a_box_to_its_cell(scan: Any) -> None:
    for _ in range(4):
        scan.click("[data-do=in]")
    scan.click(_cell("indicators[8].level3"))
    stage, box = _rectangle(scan, "[data-stage]"), _rectangle(scan, _box("indicators[8].level3"))
    assert stage["y"] <= box["y"] <= stage["y"] + stage["height"]
    assert "current" in scan.locator(_box("indicators[8].level3")).get_attribute("class")
    scan.click("[data-do=whole]")
    scan.click(_box("project_name"))
    scan.wait_for_selector(f"{_cell('project_name')}.current")
    table, cell = _rectangle(scan, "[data-read]"), _rectangle(scan, _cell("project_name"))
    assert table["y"] <= cell["y"] <= table["y"] + table["height"]


def test_a_finding_of_the_form_marks_its_cells(scan: Any) -> None:
    scan.locator(".fact", has_text="指标 9").locator(".told").first.click()
    assert "cited" in scan.locator(_cell(BLANK)).get_attribute("class")
    assert "cited" in scan.locator(_box(BLANK)).get_attribute("class")


def test_the_form_compared_with_is_a_page_further(page: Any, server: str) -> None:
    page.goto(f"{server}/forms/3")
    page.wait_for_selector("[data-panel=text]:visible")
    first = page.locator("[data-panel=text]:visible p").inner_text()
    page.keyboard.press("]")
    assert page.locator("[data-panel=text]:visible p").inner_text() != first
    cite = page.locator("button.cite[data-jump*=':']").first
    page.keyboard.press("[")
    cite.click()
    assert page.locator("[data-panel=text]:visible li.current").count() == 1


def test_tab_goes_to_doubtful_cells_and_leaves_other_fields_alone(scan: Any) -> None:
    assert "存疑 2 格" in scan.locator(".reading-head").inner_text()
    for key in DOUBTFUL:
        scan.keyboard.press("Tab")
        assert scan.evaluate("document.activeElement.dataset.key") == key
    scan.keyboard.press("Shift+Tab")
    assert scan.evaluate("document.activeElement.dataset.key") == DOUBTFUL[0]
    scan.focus("[data-panels]")
    scan.keyboard.press("Tab")
    assert scan.evaluate("document.activeElement.dataset.do") is not None


def test_escape_and_an_input_method_that_composes_change_nothing(scan: Any) -> None:
    scan.keyboard.press("Tab")
    scan.keyboard.press("Enter")
    field = scan.locator(".cell-editor textarea")
    field.fill("九十")
    field.evaluate(
        "each => each.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    assert field.is_visible()
    scan.keyboard.press("Escape")
    assert scan.locator(".cell-editor").count() == 0
    assert scan.locator(_cell(DOUBTFUL[0])).get_attribute("class").count("amended") == 0
    assert scan.evaluate("document.activeElement.dataset.key") == DOUBTFUL[0]


def test_a_cell_is_corrected_in_place_and_what_changed_is_shown(scan: Any) -> None:
    scan.click(_cell(BLANK))
    scan.keyboard.press("Enter")
    scan.keyboard.type("80\u0007%")
    scan.locator(".cell-editor textarea").fill("a\u200bb")
    scan.keyboard.press("Enter")
    scan.wait_for_selector(".cell-editor [role=alert]:has-text('控制字符')")
    scan.locator(".cell-editor textarea").fill("80%")
    scan.keyboard.press("Enter")
    scan.wait_for_selector("[data-part=change] h4")
    told = scan.locator("[data-part=change]").inner_text()
    assert "消失" in told
    assert "实际完成值空白仍得分" in told
    assert "80%" in scan.locator(f"{_cell(BLANK)} ins").inner_text()
    assert scan.evaluate("document.activeElement.dataset.key") == BLANK
    scan.keyboard.press("Enter")
    scan.click(".cell-editor [data-edit=withdraw]")
    scan.wait_for_selector("[data-part=change]:has-text('已撤回更正')")
    assert "新出现" in scan.locator("[data-part=change]").inner_text()


def test_the_address_of_a_row_leads_to_it(page: Any, server: str) -> None:
    page.set_viewport_size({"width": 1024, "height": 600})
    page.goto(f"{server}/forms/1#row-8")
    page.wait_for_selector("#row-8 .cell.current")
    frame, row = _rectangle(page, "[data-read]"), _rectangle(page, "#row-8")
    assert frame["y"] <= row["y"] and row["y"] + row["height"] <= frame["y"] + frame["height"]


def test_nothing_old_stays_around_a_finding_that_a_correction_took_away(page: Any, server: str) -> None:
    page.goto(f"{server}/queue?form=1")
    page.click("tr:has-text('患者满意度') td.what a:has-text('实际完成值空白仍得分')")
    page.wait_for_selector("[data-live]")
    told = page.locator(".fact .told").inner_text()
    assert told not in page.locator(".finding-head").inner_text()
    assert page.locator(".finding-head [data-inside]").is_visible()
    page.fill("[name=nature]", "自己写的定性")
    page.click(_cell(BLANK))
    page.keyboard.press("Enter")
    page.locator(".cell-editor textarea").fill("80%")
    page.keyboard.press("Enter")
    page.wait_for_selector(".finding-head [data-outside]:not([hidden])")
    assert page.locator(".fact .told:has-text('已不再成立')").count() == 1
    assert page.locator("[name=nature]").input_value() == "自己写的定性"
    assert page.locator(".beneath .history li").count()
    page.click(_cell(BLANK))
    page.keyboard.press("Enter")
    page.click(".cell-editor [data-edit=withdraw]")
    page.wait_for_selector(".finding-head [data-inside]:not([hidden])")


def test_a_doubtful_cell_read_rightly_is_confirmed_by_two_enters(scan: Any) -> None:
    scan.keyboard.press("Tab")
    key = scan.evaluate("document.activeElement.dataset.key")
    scan.keyboard.press("Enter")
    scan.keyboard.press("Enter")
    scan.wait_for_selector(f"{_cell(key)}.amended")
    assert "doubtful" not in scan.locator(_box(key)).get_attribute("class")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768)])
@pytest.mark.parametrize("form", [1, 2, 3])
def test_nothing_is_wider_than_the_window(page: Any, server: str, form: int, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{server}/forms/{form}")
    page.wait_for_selector("[data-live]")
    page.wait_for_selector("#heartbeat .banner")
    page.wait_for_function("() => document.documentElement.scrollHeight <= window.innerHeight")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for part in ("[data-stage]", "[data-read]", "[data-part=facts]"):
        seen = _rectangle(page, part)
        assert seen["width"] > 0.35 * width
        assert seen["height"] > 0.15 * height
