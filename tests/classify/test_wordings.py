"""Several hundred reasons in varied wording, kept as plain text beside this file: labels, and rewrites read exactly."""

from __future__ import annotations

from pathlib import Path

import pytest

from classify import THRESHOLD
from classify.champions import WORD_LISTS

HERE = Path(__file__).parent


def _rows(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("|") for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(("text", "wanted", "allowed"), _rows("reasons.txt"))
def test_reason_in_varied_wording_gets_its_labels(text: str, wanted: str, allowed: str) -> None:
    held = {label.id for label in WORD_LISTS.rationale(text).labels if label.probability >= THRESHOLD}
    must, may = set(filter(None, wanted.split(","))), set(filter(None, allowed.split(",")))
    assert must <= held
    assert "*" in may or held <= must | may


@pytest.mark.parametrize(("text", "status", "new_indicator", "new_target"), _rows("rewrites.txt"))
def test_rewrite_in_varied_wording_is_read_exactly(text: str, status: str, new_indicator: str, new_target: str) -> None:
    rewrite = WORD_LISTS.rationale(text).rewrite
    assert (rewrite.status, rewrite.new_indicator, rewrite.new_target) == (status, new_indicator, new_target)
