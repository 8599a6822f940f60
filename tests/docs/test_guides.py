"""The guides are true: every command in them is run, every button they name is there, every picture and link too."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GUIDES = tuple(sorted(DOCS.glob("guide-*.md")))
BLOCK = re.compile(r"^```console(?P<how>[^\n]*)\n(?P<lines>.*?)^```$", re.MULTILINE | re.DOTALL)
UP_SECONDS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One line after ``$``. ``serves``: it goes on until it is stopped."""

    words: tuple[str, ...]
    exit_code: int
    stdin: str
    serves: bool


def guide_to_commands(guide: Path) -> Iterator[Command]:
    for block in BLOCK.finditer(guide.read_text(encoding="utf-8")):
        how = dict(word.partition("=")[::2] for word in block["how"].split())
        for line in block["lines"].splitlines():
            assert line.startswith("$ "), line
            yield Command(
                words=tuple(line[2:].split()),
                exit_code=int(how.get("exit", 0)),
                stdin=how.get("stdin", ""),
                serves="serve" in how,
            )


def environment(folder: Path) -> dict[str, str]:
    """As on a machine where nothing was ever done, with the program's own folder in front of the path."""
    others = {key: value for key, value in os.environ.items() if not key.startswith(("FUHE_", "DJANGO_"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**others, "PATH": path, "HOME": str(folder), "PYTHONPATH": str(ROOT)}


def run(command: Command, folder: Path) -> None:
    where = ROOT if command.words[0] == "make" else folder
    own = [sys.executable, "-m", "fuhe.cli", *command.words[1:]] if command.words[0] == "fuhe" else [*command.words]
    if command.serves:
        serve(own, folder)
        return
    ended = subprocess.run(
        own, cwd=where, env=environment(folder), input=command.stdin + "\n", capture_output=True, text=True, check=False
    )
    assert ended.returncode == command.exit_code, (command.words, ended.stdout[-400:], ended.stderr[-800:])


def serve(command: list[str], folder: Path) -> None:
    """Started, asked whether it is well, and stopped."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [*command, "--port", str(port)], cwd=folder, env=environment(folder), stdout=subprocess.DEVNULL
    ) as process:
        try:
            assert is_up(f"http://127.0.0.1:{port}/health"), command
        finally:
            process.terminate()
        assert process.wait(timeout=60) == 0


def is_up(url: str) -> bool:
    until = time.monotonic() + UP_SECONDS
    while time.monotonic() < until:
        try:
            with urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except URLError:
            time.sleep(0.5)
    return False


@pytest.mark.slow
@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_command_of_a_guide_does_what_it_says(guide: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    commands = tuple(guide_to_commands(guide))
    assert commands
    for command in commands:
        run(command, tmp_path)


SHOWN = "\n".join(
    path.read_text(encoding="utf-8")
    for folder, ending in (("templates", "html"), ("static", "js"), (".", "py"))
    for path in sorted((ROOT / "review" / folder).rglob(f"*.{ending}"))
)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_what_a_guide_calls_by_name_stands_on_a_page(guide: Path) -> None:
    named = set(re.findall("「([^」]+)」", guide.read_text(encoding="utf-8"))) - {""}
    assert [name for name in sorted(named) if name not in SHOWN] == []


def test_the_auditors_keys_are_those_of_the_pages() -> None:
    text = (DOCS / "guide-auditor.md").read_text(encoding="utf-8")
    keys = set(re.findall(r"^\| `(\w)`", text, re.MULTILINE))
    bound = set(re.findall(r"""bind\(\s*"(.)",""", SHOWN))
    assert keys and keys <= bound


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_links_and_pictures_of_a_guide_are_there(guide: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", guide.read_text(encoding="utf-8"))
    assert [link for link in links if not (DOCS / link).exists()] == []
