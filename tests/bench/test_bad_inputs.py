"""Hundreds of bad inputs through the entrance of ``fuhe audit``: each is read, or refused in words of use."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench.bad.case import BadInput
from bench.bad.corpus import all_cases
from bench.bad.lines import BadFile, file_cases
from bench.bad.reading import input_to_outcomes, outcomes_to_faults, words_to_fault

CASES = all_cases()
FILES = tuple(file_cases())
QUICK = [case for case in CASES if not case.is_slow]
SLOW = [case for case in CASES if case.is_slow]
# Of address space, most of it never touched: the engine and its threads reserve much of it.
MOST_BYTES = 8 * 1024**3


@pytest.fixture(autouse=True)
def no_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said where old formats cannot be converted, whatever this machine has."""
    monkeypatch.setattr("fuhe.convert.find_libreoffice", lambda: None)


def test_there_are_enough_of_them_under_names_of_their_own() -> None:
    names = [*(case.name for case in CASES), *(file.name for file in FILES)]
    assert len(names) >= 300
    assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize("case", QUICK, ids=[case.name for case in QUICK])
def test_a_bad_input_ends_as_it_must(case: BadInput, tmp_path: Path) -> None:
    assert list(outcomes_to_faults(case, input_to_outcomes(case, tmp_path))) == []


@pytest.mark.slow
@pytest.mark.parametrize("case", SLOW, ids=[case.name for case in SLOW])
def test_a_large_bad_input_ends_as_it_must(case: BadInput, tmp_path: Path) -> None:
    assert list(outcomes_to_faults(case, input_to_outcomes(case, tmp_path))) == []


@pytest.mark.parametrize("case", FILES, ids=[case.name for case in FILES])
def test_a_bad_file_of_lines_is_told(case: BadFile, tmp_path: Path) -> None:
    path = tmp_path / "文件"
    path.write_bytes(case.content)
    said = case.read(path)
    assert [words for words in case.says if words not in said] == []
    assert words_to_fault(said.replace(str(path), "")) == ""


@pytest.mark.slow
def test_one_run_over_all_of_them_accounts_for_each_within_its_memory(tmp_path: Path) -> None:
    inbox, out = tmp_path / "收件", tmp_path / "out"
    inbox.mkdir()
    for case in QUICK:
        (inbox / case.name).write_bytes(case.make())
    ended = subprocess.run(
        [sys.executable, "-m", "fuhe", "audit", str(inbox), "-o", str(out)],
        check=False, capture_output=True, text=True, env={**os.environ, "PATH": "/nowhere"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES)),
    )  # fmt: skip
    assert ended.returncode == 3, ended.stderr[-2000:]
    assert "Traceback" not in ended.stderr
    inputs = json.loads((out / "run.json").read_text(encoding="utf-8"))["inputs"]
    told = {Path(entry["source"]).relative_to(inbox).parts[0] for entry in inputs}
    grouped = {name for name in told if "由" in name}
    assert {case.name for case in QUICK} - told - grouped == set()
    assert [entry["reason"] for entry in inputs if entry["status"] == "failed"] == []
