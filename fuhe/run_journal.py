"""What is known of the last run: when it began, and which readings were there before it.

With it, a run that was killed is gone on with as if nothing had happened: readings made by it count as its own, and
pages it set aside are not tried again. A run that ended and is gone on with gives the same once more, so that whoever
kills one in its last moment need not know that it was done.
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
    """The last run: the version of its readings, when it began, and the documents (SHA-256) read before it."""

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
    """The last run, if it was with this version of the code; None where there is none."""
    try:
        run = _RUN.validate_json(_path(cache).read_bytes())
    except (OSError, ValidationError):
        return None
    return run if run.version == cache.version else None


def run_to_words(run: RunBegun | None) -> Iterator[str]:
    """What is said of a run that is gone on with."""
    if run is None:
        yield "此前没有可接的一次（输出文件夹是新的，或识读程序已更新），从头开始。"
    else:
        yield f"接着 {run.began:%Y-%m-%d %H:%M} 开始的那次：读过的文件和页不再读，放下的页不再试。"


def _path(cache: Cache) -> Path:
    return cache.folder / JOURNAL
