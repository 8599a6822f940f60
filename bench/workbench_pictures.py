"""The pictures of the workbench in the documents, made again: examples/ uploaded, read and reviewed in a browser.

``python -m bench.workbench_pictures`` writes docs/images/workbench-{upload,queue,finding,learning}.png.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from bench.workbench_browser import ROOT, chromium, serving

FOLDER = ROOT / "docs" / "images"
WIDE, HIGH = 1440, 900
COLOURS = 128  # of a palette: print on plain ground, and a scan, look the same in so many
JOB_MS = 300_000
SCANNED = "实际完成值空白仍得分"  # a finding on the stamped scan: boxes over its cells
DEEDS = ("c", "d1", "c", "d2", "c", "c", "s", "c")  # keys of an auditor: every kind of conclusion stands in the list
TAUGHT = 10  # confirmed besides: enough for a training


def main() -> None:
    """All pictures. Needs Chromium and Playwright."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as url, chromium() as browser:
        page = browser.new_page(viewport={"width": WIDE, "height": HIGH}, color_scheme="light", locale="zh-CN")
        audit = _begin(page, url)
        _upload(page, audit)
        _decide(page, audit, DEEDS)
        page.goto(f"{audit}/queue")
        _keep(page, "queue")
        page.locator("tr[data-id]", has_text=SCANNED).locator("a").first.click()
        page.wait_for_function("() => document.querySelector('.sheet img')?.naturalWidth > 0")
        _keep(page, "finding")
        _decide(page, audit, ["c"] * TAUGHT)
        _train(page, audit)
        _keep(page, "learning")


def _begin(page: Any, url: str) -> str:
    page.goto(url)
    page.fill("[name=name]", "某县2024年度项目支出绩效自评复核")
    page.click("button:has-text('新建')")
    page.wait_for_url("**/p/*/")
    return str(page.url).rstrip("/")


def _upload(page: Any, audit: str) -> None:
    """The picture is taken when all is read: what stands on it does not hang on the machine."""
    page.goto(f"{audit}/upload")
    page.set_input_files("#choose-files", [str(file) for file in sorted((ROOT / "examples").iterdir())])
    page.wait_for_selector("#progress .tag:has-text('已全部处理')", timeout=JOB_MS)
    _keep(page, "upload")


def _decide(page: Any, audit: str, deeds: Sequence[str]) -> None:
    page.goto(f"{audit}/queue")
    page.locator("tr[data-id] a").first.click()
    for keys in deeds:
        shown = page.locator("article.finding").get_attribute("data-id")
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_function("id => document.querySelector('article.finding').dataset.id !== id", arg=shown)
        page.wait_for_selector("#toast:not([hidden])")


def _train(page: Any, audit: str) -> None:
    """A challenger beside the champion."""
    page.goto(f"{audit}/learning/")
    page.click("button:has-text('训练新模型')")
    page.wait_for_selector("h2:has-text('新模型')", timeout=JOB_MS)


def _keep(page: Any, name: str) -> None:
    """What the window shows, with a palette: a quarter of the bytes."""
    with Image.open(io.BytesIO(page.screenshot(animations="disabled"))) as shot:
        small = shot.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    small.save(FOLDER / f"workbench-{name}.png", optimize=True)


if __name__ == "__main__":
    main()
