"""A workbench of its own for a browser: the server, its worker and Chromium, started for a while and ended again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--lang=zh-CN",
)  # fmt: skip
UP_SECONDS = 90  # for a server to answer, on a machine that has much else to do
DOWN_SECONDS = 20


def data_to_environment(data: Path) -> dict[str, str]:
    """What a process of the workbench on this data folder is started with; settings of whoever starts it are not."""
    others = {key: value for key, value in os.environ.items() if not key.startswith("FUHE_")}
    own = {
        "FUHE_DATA": str(data), "FUHE_MODELS": str(data / "models"), "DJANGO_SETTINGS_MODULE": "review.settings",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    return {**others, **own}


def run_script(data: Path, script: str) -> None:
    """A script in a process of its own, against this data folder."""
    subprocess.run([sys.executable, "-c", script], env=data_to_environment(data), cwd=ROOT, check=True)


@contextmanager
def working(data: Path, arguments: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the program, told to end when the block ends."""
    command = [sys.executable, "-m", "fuhe.cli", *arguments]
    process = subprocess.Popen(command, env=data_to_environment(data), cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=DOWN_SECONDS)


@contextmanager
def serving(data: Path, options: Sequence[str] = ()) -> Iterator[str]:
    """The address of a workbench for one person; ``options`` are those of ``fuhe serve``."""
    port = _free_port()
    with working(data, ["serve", "--port", str(port), *options]) as process:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process)
        yield url


@contextmanager
def chromium() -> Iterator[Any]:
    """Debian's browser, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + UP_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urlopen(url, timeout=2).close()
            return
        except (URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError("the server did not come up")
