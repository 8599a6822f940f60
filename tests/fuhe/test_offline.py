"""The whole program with the network cut off: a namespace in which there is not even a loopback."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.workbench_browser import ROOT, data_to_environment

CUT_OFF = ["unshare", "--net", "--map-root-user"]
NO_ANSWER = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"


@pytest.fixture(scope="module")
def cut_off() -> list[str]:
    if shutil.which("unshare") is None:
        pytest.skip("no unshare: util-linux is not installed")
    tried = subprocess.run([*CUT_OFF, sys.executable, "-c", NO_ANSWER], capture_output=True, text=True, check=False)
    if "unreachable" not in tried.stderr:
        pytest.skip(f"no network namespace to be had here: {tried.stderr[-120:]}")
    return CUT_OFF


def test_a_scan_and_a_text_are_read_and_judged_without_a_network(cut_off: list[str], tmp_path: Path) -> None:
    (scan,), (text,) = ROOT.glob("examples/11_*"), ROOT.glob("examples/01_*")
    ended = subprocess.run(
        [*cut_off, sys.executable, "-m", "fuhe.cli", "audit", str(scan), str(text), "-o", str(tmp_path / "out")],
        env=data_to_environment(tmp_path),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    lines = (tmp_path / "out" / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    findings = [json.loads(line) for line in lines]
    assert {Path(each["source"]).name for each in findings} == {scan.name, text.name}
