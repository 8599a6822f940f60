"""Deciding in a real browser: by keys, quickly, never while an input method composes, many at once, and undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bench.workbench_browser import run_script, serving

pytestmark = pytest.mark.slow
COUNT = 300
NEXT_SECONDS = 0.15  # from a key to the next finding, in the browser
FILL = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from bench.queue_rows import make_rows
from review.models import Finding, Project, Status
project = Project.objects.create(name="某县绩效自评复核")
make_rows(project, {count})
Finding.objects.update(status=Status.OPEN, verdict="fail", gone=False, covered_by=None, place=django.db.models.F("id"))
"""


@pytest.fixture(scope="module")
def server(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a workbench of its own, filled with findings that are all open."""
    data = tmp_path_factory.mktemp("workbench")
    run_script(data, f"import django.db.models\n{FILL.format(count=COUNT)}")
    with serving(data, ["--no-worker"]) as url:
        yield url


def shown(page: Any) -> str:
    return str(page.locator("article.finding").get_attribute("data-id"))


def wait_until_shown(page: Any, finding: str) -> None:
    page.wait_for_selector(f"article.finding[data-id='{finding}']")


def wait_until_told(page: Any, words: str) -> None:
    page.wait_for_function("words => document.getElementById('toast').textContent.includes(words)", arg=words)


def open_finding(page: Any, server: str, query: str) -> None:
    page.goto(f"{server}/p/1/queue?{query}")
    page.locator("tr[data-id] a").first.click()
    page.wait_for_selector("article.finding")
    page.wait_for_load_state("networkidle")


TIMED = """
key => new Promise(resolve => {
  const before = document.querySelector("article.finding").dataset.id;
  const begun = performance.now();
  const look = () => {
    const now = document.querySelector("article.finding").dataset.id;
    if (now !== before) requestAnimationFrame(() => resolve(performance.now() - begun));
    else requestAnimationFrame(look);
  };
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  look();
})
"""


def test_a_key_decides_and_the_next_finding_is_there_at_once(page: Any, server: str) -> None:
    open_finding(page, server, "year=2022")
    first = shown(page)
    took = []
    for _ in range(5):
        page.wait_for_load_state("networkidle")
        took.append(page.evaluate(TIMED, "c") / 1000)
        wait_until_told(page, "已确认")
        page.evaluate("document.getElementById('toast').textContent = ''")
    assert sorted(took)[2] <= NEXT_SECONDS, took
    assert shown(page) in page.url
    assert page.locator("[data-number]").inner_text() == "1"
    for _ in range(5):
        page.keyboard.press("u")
        wait_until_told(page, "已撤销确认1条")
        page.evaluate("document.getElementById('toast').textContent = ''")
    wait_until_shown(page, first)
    page.wait_for_selector("article:has-text('状态：待复核')")


def test_moving_goes_through_the_view_and_the_browser_goes_back(page: Any, server: str) -> None:
    open_finding(page, server, "severity=medium")
    first = shown(page)
    page.keyboard.press("j")
    page.wait_for_function("id => document.querySelector('article').dataset.id !== id", arg=first)
    assert "severity=medium" in page.url
    assert page.locator("[data-number]").inner_text() == "2"
    page.go_back()
    wait_until_shown(page, first)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("k")
    wait_until_shown(page, first)


def test_no_key_fires_while_an_input_method_composes_or_somebody_types(page: Any, server: str) -> None:
    open_finding(page, server, "year=2023")
    before = shown(page)
    for init in ({"isComposing": True}, {"keyCode": 229}, {"ctrlKey": True}):
        for key in ("c", "d", "j", "s", "u", "b", "?"):
            script = "told => document.body.dispatchEvent(new KeyboardEvent('keydown', {...told, bubbles: true}))"
            page.evaluate(script, {"key": key, **init})
    page.locator("textarea[name=nature]").fill("")
    page.locator("textarea[name=nature]").type("cdjsub?")
    page.wait_for_timeout(300)
    assert shown(page) == before
    assert page.locator("dialog[open]").count() == 0
    assert page.locator("textarea[name=nature]").input_value() == "cdjsub?"
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    assert page.locator("#cause-dialog[open]").count() == 1


def test_a_key_held_down_decides_once(page: Any, server: str) -> None:
    open_finding(page, server, "year=2023&severity=medium")
    first = shown(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/decide" in request.url else None)
    for repeat in (False, True, True, True):
        script = "told => document.body.dispatchEvent(new KeyboardEvent('keydown', {...told, bubbles: true}))"
        page.evaluate(script, {"key": "c", "repeat": repeat})
        page.wait_for_timeout(200)
    wait_until_told(page, "已确认")
    assert len(sent) == 1
    page.wait_for_load_state("networkidle")
    page.keyboard.press("u")
    wait_until_told(page, "已撤销确认1条")
    wait_until_shown(page, first)


def test_a_dismissal_takes_two_keys_and_a_note_can_be_written(page: Any, server: str) -> None:
    open_finding(page, server, "year=2023&severity=low")
    first = shown(page)
    page.keyboard.press("n")
    page.keyboard.insert_text("请单位补充佐证")
    page.keyboard.press("Control+Enter")
    wait_until_told(page, "批注已记下")
    page.wait_for_selector(".note:has-text('请单位补充佐证')")
    page.keyboard.press("d")
    page.keyboard.press("2")
    wait_until_told(page, "已排除（有合理解释）")
    assert shown(page) != first
    page.keyboard.press("u")
    wait_until_told(page, "已撤销排除1条")
    wait_until_shown(page, first)


def test_the_same_keys_decide_in_the_list_and_for_all_at_once(page: Any, server: str) -> None:
    page.goto(f"{server}/p/1/queue?year=2025&severity=high&severity=info")
    total = int(page.locator("h1 [data-total]").inner_text())
    page.keyboard.press("j")
    page.keyboard.press("s")
    wait_until_told(page, "已暂缓")
    assert page.locator("tr.settled [data-status]").inner_text() == "暂缓"
    page.keyboard.press("B")
    page.wait_for_selector(f"#bulk-dialog[open] :text('整批处理 {total} 条')")
    page.keyboard.press("j")
    page.keyboard.press("d")
    page.keyboard.press("4")
    wait_until_told(page, f"已排除（判断错误）{total}条")
    page.wait_for_selector("text=没有符合这些条件的疑点")
    page.keyboard.press("u")
    wait_until_told(page, f"已撤销排除{total}条")
    page.keyboard.press("u")
    wait_until_told(page, "已撤销暂缓1条")
    page.wait_for_function("n => document.querySelector('h1 [data-total]')?.textContent === String(n)", arg=total)


def test_whoever_is_second_sees_why_and_the_finding_comes_back(page: Any, browser: Any, server: str) -> None:
    query = "year=2024"
    open_finding(page, server, query)
    finding = shown(page)
    other = browser.new_page()
    other.goto(page.url)
    other.keyboard.press("s")
    wait_until_told(other, "已暂缓")
    page.keyboard.press("c")
    wait_until_told(page, "您的处理没有保存")
    wait_until_shown(page, finding)
    page.wait_for_selector("article:has-text('状态：暂缓')")
    assert shown(page) == finding
    other.keyboard.press("u")
    wait_until_told(other, "已撤销暂缓1条")
    other.close()


def test_help_lists_every_key(page: Any, server: str) -> None:
    open_finding(page, server, "")
    page.keyboard.press("?")
    keys = page.locator("#help-dialog kbd").all_inner_texts()
    assert {"c", "d", "1", "5", "r", "s", "a", "n", "b", "B", "u", "U", "/", "?", "j", "k", "→"} <= set(keys)
