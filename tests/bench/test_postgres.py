"""The database that lives as long as a command."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.postgres import MISSING, find_tools, main


def test_the_latest_version_is_taken(tmp_path: Path) -> None:
    for version in ("9.6", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()
    (tmp_path / "99" / "bin").mkdir(parents=True)  # only the client of that version is there
    assert find_tools(tmp_path) == tmp_path / "17" / "bin"


def test_without_postgres_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bench.postgres.find_tools", lambda: None)
    assert main(["true"]) == 2
    assert capsys.readouterr().err.strip() == MISSING


@pytest.mark.slow
def test_the_command_finds_a_database_and_its_exit_code_comes_back(tmp_path: Path) -> None:
    if find_tools() is None:
        pytest.skip(MISSING)
    told = tmp_path / "told"
    script = f"""
import os, psycopg
url = os.environ["FUHE_DATABASE"]
with psycopg.connect(url) as there:
    open({str(told)!r}, "w").write(there.execute("show server_encoding").fetchone()[0] + url)
raise SystemExit(7)
"""
    assert main([sys.executable, "-c", script]) == 7
    encoding, _, folder = told.read_text().partition("postgres://fuhe@")
    assert encoding == "UTF8"
    assert not Path(folder.removesuffix("/postgres").replace("%2F", "/")).exists()
