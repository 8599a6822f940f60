"""What users of comparable products ask for, held against a real server, worker and browser."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from bench.workbench_browser import ROOT, run_script, serving, working

pytestmark = pytest.mark.slow
EXAMPLES = ROOT / "examples"
BANNER = "#heartbeat .banner"
BANNER_SECONDS = 10  # from a worker's death until it is told
NEXT_SECONDS = 0.15  # from a key to the next finding with its evidence
DECISIONS = 9
READ_MS = 60_000
# An audit of texts, a PDF with text and a stamped scan, read and checked; and one with nothing in it.
FILL = """
from pathlib import Path
from fuhe.serve import Place, migrate, open_workbench
open_workbench(Place())
migrate()
from review.blobs import keep_blob
from review.checking import check_project
from review.models import Document, Project
from review.reading import read_document
project = Project.objects.create(name="某县绩效自评复核")
for number in ("01", "05", "08", "10", "11"):
    (file,) = Path("examples").glob(number + "_*")
    sha256, _ = keep_blob([file.read_bytes()])
    read_document(Document.objects.create(project=project, sha256=sha256, path=file.name, parts=[sha256]))
check_project(project)
Project.objects.create(name="某市绩效自评复核")
"""


@pytest.fixture(scope="module")
def data(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workbench")
    run_script(folder, FILL)
    return folder


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[str]:
    """A workbench without a worker."""
    with serving(data, ["--no-worker"]) as url:
        yield url


def test_where_there_is_nothing_to_train_on_the_button_says_why(page: Any, server: str) -> None:
    page.goto(f"{server}/p/2/learning/")
    button = page.locator("button:has-text('训练新模型')")
    assert button.is_disabled()
    assert "没有可学的内容" in page.locator(f"#{button.get_attribute('aria-describedby')}").inner_text()


def test_a_worker_that_dies_is_told_within_seconds_and_another_ends_it(page: Any, server: str, data: Path) -> None:
    page.goto(f"{server}/p/1/queue")
    page.wait_for_selector(BANNER)
    with working(data, ["worker"]) as worker:
        page.wait_for_selector(BANNER, state="detached")
        os.kill(worker.pid, signal.SIGKILL)
        died = time.monotonic()
        page.wait_for_selector(f"{BANNER}:has-text('后台任务未运行')")
        assert time.monotonic() - died <= BANNER_SECONDS
    with working(data, ["worker"]):
        page.wait_for_selector(BANNER, state="detached")


# Somebody who reads a finding gives the page the time to fetch the next one.
FETCHED = """
() => {
  const part = `/findings/${document.querySelector("article.finding").dataset.next}/part`;
  return performance.getEntriesByType("resource").some((each) => each.name.includes(part));
}
"""
# Resolves with the milliseconds from a key until the next finding stands there with its evidence: the table as read,
# the cells it rests on marked, and of a scan the picture.
TIMED = """
key => new Promise(resolve => {
  const before = document.querySelector("article.finding").dataset.id;
  const begun = performance.now();
  const isThere = () => {
    const article = document.querySelector("article.finding");
    if (article.dataset.id === before || !article.querySelector(".evidence .printed")?.offsetHeight) return false;
    const pictures = [...article.querySelectorAll(".sheet:not([hidden]) img")];
    const panels = article.querySelectorAll("[data-panel]").length;
    const shown = article.querySelectorAll("[data-panel]:not([hidden])").length;
    return (!panels || shown) && pictures.every((each) => each.complete && each.naturalWidth);
  };
  const look = () => {
    if (isThere()) requestAnimationFrame(() => resolve(performance.now() - begun));
    else requestAnimationFrame(look);
  };
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  look();
})
"""


def test_the_next_finding_stands_there_with_its_evidence_at_once(page: Any, server: str) -> None:
    page.goto(f"{server}/p/1/queue")
    assert page.locator("tr[data-id]").count() > DECISIONS
    page.locator("tr[data-id] a").first.click()
    page.wait_for_selector("article.finding .evidence")
    took = []
    for _ in range(DECISIONS):
        page.wait_for_function(FETCHED)
        took.append(page.evaluate(TIMED, "c") / 1000)
        page.wait_for_function("() => document.getElementById('toast').textContent.includes('已确认')")
        page.evaluate("document.getElementById('toast').textContent = ''")
    assert median(took) <= NEXT_SECONDS, took


def _send(page: Any, file: Path) -> None:
    page.set_input_files("#choose-files", str(file))
    page.wait_for_selector("#sending-title:has-text('已全部送达')")


def test_a_file_that_comes_twice_is_one_content_with_both_arrivals(
    page: Any, server: str, data: Path, tmp_path: Path
) -> None:
    (example,) = EXAMPLES.glob("06_*")
    content = example.read_bytes()
    first, second = tmp_path / "适老化改造.html", tmp_path / "适老化改造（再报）.html"
    for file in (first, second):
        file.write_bytes(content)
    with working(data, ["worker"]):
        page.goto(f"{server}/p/2/upload")
        _send(page, first)
        page.wait_for_selector(".tag:has-text('已全部处理')", timeout=READ_MS)
        page.reload()
        _send(page, second)
        page.wait_for_selector(".numbers-line:has-text('内容重复 1')", timeout=READ_MS)
    page.goto(f"{server}/p/2/documents")
    assert "共 1 份" in page.locator("h1").inner_text()
    page.locator("td.path a").click()
    arrivals = page.locator("section", has_text="来源（2）").inner_text()
    assert all(file.name in arrivals for file in (first, second))
    assert len(list((data / "files").rglob(hashlib.sha256(content).hexdigest()))) == 1
