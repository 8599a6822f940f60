"""One harness for all tests in a browser: a Chromium for each file of tests, and windows in which no script fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bench.workbench_browser import CHROMIUM, chromium

WIDE, HIGH = 1440, 900


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.is_file():
        pytest.skip("no Chromium of the system")
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A window in which no script fails."""
    window = browser.new_page(viewport={"width": WIDE, "height": HIGH})
    faults: list[str] = []
    window.on("pageerror", lambda fault: faults.append(str(fault)))
    yield window
    window.close()
    assert faults == []
