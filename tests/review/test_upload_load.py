"""Many uploads while others look: a real server on SQLite, nobody is told that the database is locked."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.upload_load import load_to_lines, measure, quantile

FILES = 80


@pytest.mark.slow
def test_uploading_while_others_page_locks_nobody_out(tmp_path: Path) -> None:
    load = measure(FILES, 3, with_worker=False, folder=tmp_path / "data")
    assert not load.is_locked and load.wrong == () and load.documents == FILES
    assert len(load.uploads) == FILES and len(load.pages) > 3
    assert "never locked" in "\n".join(load_to_lines(load))


def test_a_quantile_is_one_of_the_values() -> None:
    assert quantile([], 0.95) == 0.0
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile(range(100), 0.95) == 95
