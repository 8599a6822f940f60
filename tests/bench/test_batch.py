"""The measurement of large batches measures what it says, on batches that are small."""

from __future__ import annotations

import pytest

from bench.batch import Measured, _fits, audit_alone, recall


def measured(forms: int, seconds: float) -> Measured:
    """A batch that took so long."""
    return Measured(forms=forms, rows=0, findings=0, seconds=seconds, near_seconds=0, forms_mb=0, peak_mb=0)


def test_a_batch_is_made_audited_and_counted() -> None:
    told = audit_alone(12)
    assert told["forms"] == 12
    assert told["rows"] > 12
    assert told["findings"] > 0
    assert told["seconds"] > 0


def test_the_index_misses_no_near_pair() -> None:
    share, _, _ = recall(120)
    assert share == 1


@pytest.mark.parametrize(
    ("seconds", "fits"), [((3.0, 30.0), True), ((3.0, 61.0), False), ((1.0, 30.0), False), ((5.0, 30.0), True)]
)
def test_time_and_growth_have_bounds(seconds: tuple[float, float], fits: bool) -> None:
    assert _fits([measured(1_000, seconds[0]), measured(10_000, seconds[1])]) is fits
