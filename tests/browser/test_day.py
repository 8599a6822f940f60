"""The auditor's day in a real browser: findings decided, a cell corrected, signed, exported, the log whole."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bench.workbench_browser import ROOT, data_to_environment, serving

pytestmark = pytest.mark.slow
EXAMPLES = ROOT / "examples"
READ_MS = 120_000  # two of the files are read from pictures of their pages
JOB_MS = 60_000
UNIT = "青岚县公路养护中心"  # of the text example
BLANK = "实际完成值空白仍得分"  # on the stamped scan, of the indicator:
INDICATOR = "患者满意度"
WORDING = "未按规定开展满意度调查"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workbench")


@pytest.fixture(scope="module")
def server(browser: Any, data: Path) -> Iterator[str]:
    """A workbench with nothing in it, and its worker."""
    with serving(data) as url:
        yield url


def _number_to_file(number: str) -> Path:
    (file,) = EXAMPLES.glob(f"{number}_*")
    return file


def _chosen_files(folder: Path) -> list[str]:
    """A text, a PDF with text, a stamped scan, and an archive of two."""
    archive = folder / "乡镇报来.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for number in ("05", "06"):
            packed.write(_number_to_file(number), _number_to_file(number).name)
    return [str(archive), *(str(_number_to_file(number)) for number in ("01", "10", "11"))]


def _wait_until_idle(data: Path) -> None:
    """The worker has done all it was asked: after a correction it folds and ranks the findings of all forms anew."""
    asked = "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status IN ('READY', 'RUNNING')"
    until = time.monotonic() + JOB_MS / 1000
    while time.monotonic() < until:
        with closing(sqlite3.connect(f"file:{data / 'fuhe.sqlite3'}?mode=ro", uri=True)) as database:
            if database.execute(asked).fetchone() == (0,):
                return
        time.sleep(0.2)
    raise AssertionError("the worker is still busy")


def _told(page: Any, words: str) -> None:
    page.wait_for_function("words => document.getElementById('toast').textContent.includes(words)", arg=words)
    page.evaluate("document.getElementById('toast').textContent = ''")


def _states(page: Any, audit: str) -> list[list[str]]:
    """Every finding with what became of it."""
    page.goto(f"{audit}/queue?status=all")
    rows: list[list[str]] = page.locator("tr[data-id]").evaluate_all(
        "rows => rows.map(row => [row.dataset.id, row.querySelector('.state').innerText]).sort()"
    )
    return rows


def test_the_day_of_an_auditor(page: Any, server: str, data: Path, tmp_path: Path) -> None:
    audit = _begin(page, server)
    _upload(page, audit, _chosen_files(tmp_path))
    _decide_by_keys(page, audit)
    _correct_a_cell(page, audit)
    _wait_until_idle(data)
    _decide_many_and_undo(page, audit)
    _sign_all_stages(page, audit, count=3)
    _export(page, audit, tmp_path / "清单.xlsx", count=2)
    _verify_log(page, audit, data)
    _see_why_not_to_train(page, audit)


def _begin(page: Any, server: str) -> str:
    page.goto(server)
    page.fill("[name=name]", "某县绩效自评复核")
    page.click("button:has-text('新建')")
    page.wait_for_url("**/p/*/")
    page.wait_for_selector("text=还没有上传文件")
    return str(page.url).rstrip("/")


def _upload(page: Any, audit: str, files: list[str]) -> None:
    page.click("nav a:has-text('上传')")
    page.set_input_files("#choose-files", files)
    page.wait_for_selector("#sending-title:has-text('已全部送达')")
    page.wait_for_selector("#progress .tag:has-text('已全部处理')", timeout=READ_MS)
    told = page.locator("#progress").inner_text()
    assert "选择 4 个文件" in told
    assert "压缩包内另有 2 个" in told
    assert "未读入" not in told
    page.click("#to-queue")
    page.wait_for_selector("tr[data-id]")
    assert page.url == f"{audit}/queue"


def _decide_by_keys(page: Any, audit: str) -> None:
    """Four of one unit: confirmed in words of one's own, dismissed, put off, confirmed as proposed."""
    page.goto(f"{audit}/queue?unit={UNIT}")
    page.locator("tr[data-id] a").first.click()
    page.wait_for_selector("article.finding")
    page.fill("[name=nature]", WORDING)
    page.keyboard.press("Control+Enter")
    _told(page, "已确认")
    page.keyboard.press("d")
    page.keyboard.press("2")
    _told(page, "已排除（有合理解释）")
    page.keyboard.press("s")
    _told(page, "已暂缓")
    page.keyboard.press("c")
    _told(page, "已确认")
    page.goto(f"{audit}/queue?unit={UNIT}&status=confirmed")
    page.locator("tr[data-id] a").first.click()
    page.wait_for_selector(f".now:has-text('定性：{WORDING}')")


def _correct_a_cell(page: Any, audit: str) -> None:
    page.goto(f"{audit}/queue")
    page.locator("tr[data-id]", has_text=BLANK).filter(has_text=INDICATOR).locator("a").first.click()
    page.wait_for_selector("article.finding")
    page.wait_for_function("() => document.querySelector('.sheet img')?.naturalWidth > 0")
    cell = page.locator(".cell.cited[data-key$='.actual']").first
    key = cell.get_attribute("data-key")
    _assert_box_in_sight(page, key)
    cell.click()
    page.keyboard.press("Enter")
    page.locator(".cell-editor textarea").fill("94.5%")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-part=change] .vanished")
    assert BLANK in page.locator("[data-part=change] .vanished").inner_text()
    assert "94.5%" in page.locator(f".cell[data-key='{key}'] ins").inner_text()


def _assert_box_in_sight(page: Any, key: str) -> None:
    """The box of the cell is drawn within what is seen of the page."""
    stage = page.locator("[data-stage]").bounding_box()
    box = page.locator(f"rect.cited[data-key='{key}']").bounding_box()
    assert box["width"] > 5
    assert box["height"] > 5
    assert stage["x"] <= box["x"] <= stage["x"] + stage["width"] - box["width"]
    assert stage["y"] <= box["y"] <= stage["y"] + stage["height"] - box["height"]


COMMONEST = """
rows => {
  const open = rows.filter((row) => row.dataset.cause);
  const alike = (row) => open.filter((other) => other.dataset.cause === row.dataset.cause).length;
  return open.sort((one, other) => alike(other) - alike(one))[0].dataset.id;
}
"""


def _decide_many_and_undo(page: Any, audit: str) -> None:
    before = _states(page, audit)
    page.goto(f"{audit}/queue")
    finding = page.locator("tr[data-id]").evaluate_all(COMMONEST)
    page.goto(f"{audit}/findings/{finding}")
    alike = int(page.locator("[data-act=bulk]").inner_text().split()[1])
    page.keyboard.press("b")
    page.wait_for_selector(f"#bulk-dialog[open] :text('整批处理 {alike + 1} 条')")
    page.keyboard.press("d")
    page.keyboard.press("3")
    _told(page, f"已排除（不重要）{alike + 1}条")
    assert _states(page, audit) != before
    page.keyboard.press("u")
    _told(page, f"已撤销排除{alike + 1}条")
    assert _states(page, audit) == before


def _sign_all_stages(page: Any, audit: str, *, count: int) -> None:
    """编制, 复核 and 审定 by the one person there is."""
    for stage, following in (("", "编制"), ("prepared", "复核"), ("reviewed", "审定")):
        page.goto(f"{audit}/signing?stage={stage}")
        if not stage:
            page.check("[name=without_amount]")
        page.click("button[name=whole]")
        page.click(f"button:has-text('签{following} {count} 条')")
        page.wait_for_selector(f".message:has-text('已签{following} {count} 条')")
    page.goto(f"{audit}/signing?stage=approved")
    assert page.locator("table.signing tbody tr").count() == count
    page.click("table.signing a:has-text('查验') >> nth=0")
    page.wait_for_selector("h1")
    assert "一致" in page.locator("main").inner_text()


def _export(page: Any, audit: str, target: Path, *, count: int) -> None:
    page.goto(f"{audit}/exports")
    page.click("button:has-text('导出') >> nth=0")
    link = page.wait_for_selector("#export-list a[href$='/file']", timeout=JOB_MS)
    with page.expect_download() as download:
        link.click()
    download.value.save_as(target)
    assert "问题清单" in download.value.suggested_filename
    table = load_workbook(target).worksheets[0]
    heads = [row[0].row for row in table.iter_rows() if row[0].value == "序号"]
    numbers = [row[0].value for row in table.iter_rows(min_row=heads[0] + 1) if isinstance(row[0].value, int)]
    assert numbers == list(range(1, count + 1))
    assert any(WORDING in str(cell.value) for row in table.iter_rows() for cell in row)


def _verify_log(page: Any, audit: str, data: Path) -> None:
    page.goto(f"{audit}/log")
    page.click("a:has-text('核验全部')")
    page.wait_for_selector(".message:has-text('核验通过')")
    command = [sys.executable, "-m", "fuhe.cli", "verify-log", "--data", str(data)]
    subprocess.run(command, env=data_to_environment(data), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _see_why_not_to_train(page: Any, audit: str) -> None:
    page.goto(f"{audit}/learning/")
    assert page.locator("button:has-text('训练新模型')").is_disabled()
    assert "至少要" in page.locator("#why-not").inner_text()
