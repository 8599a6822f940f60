"""What is known of a run that has not ended: when it began, and which readings were there before it.

With it, a run that was killed is gone on with as if nothing had happened: readings made by it count as its own, and
pages it set aside are not tried again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from fuhe.cache import Cache
from fuhe.files import make_folder, write_text
from fuhe.page_store import forget_notes

JOURNAL = "run.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBegun:
    """A run under way: the version of its readings, when it began, and the documents (SHA-256) read before it."""

    version: str
    began: datetime
    before: frozenset[str] = field(default_factory=frozenset)


_RUN = TypeAdapter(RunBegun)


def begin_run(cache: Cache, *, now: datetime) -> RunBegun:
    """A run from its beginning, whatever was under way; pages that could not be read are tried again. CannotWrite."""
    run = RunBegun(version=cache.version, began=now, before=frozenset(cache.kept()))
    make_folder(cache.folder)
    forget_notes(cache.pages)
    write_text(_path(cache), _RUN.dump_json(run).decode())
    return run


def find_run(cache: Cache) -> RunBegun | None:
    """The run under way with this version of the code; None where there is none."""
    try:
        run = _RUN.validate_json(_path(cache).read_bytes())
    except (OSError, ValidationError):
        return None
    return run if run.version == cache.version else None


def end_run(cache: Cache) -> None:
    """The run has written all it was to write."""
    _path(cache).unlink(missing_ok=True)


def run_to_words(run: RunBegun | None) -> Iterator[str]:
    """What is said of a run that is gone on with."""
    if run is None:
        yield "没有中断的复核可接（上次已做完，或识读程序已更新），照常进行。"
    else:
        yield f"接着 {run.began:%Y-%m-%d %H:%M} 开始、没有做完的复核：读过的文件和页不再读。"


def _path(cache: Cache) -> Path:
    return cache.folder / JOURNAL
