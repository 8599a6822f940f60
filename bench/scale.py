"""What a million pages take: ``python -m bench.scale FILE... [--pages 1000000] [--cores 16 64 256]``.

Of the files (scans, pictures, PDF) it measures what reading and joining a page take of the processor, and the bytes of
everything that is kept of a page; of 20,000 findings made up, their bytes in the database: SQLite, or the one that
FUHE_DATABASE names (``python -m bench.postgres python -m bench.scale …``). The rest is multiplication, and printed so.
Seconds are of the processor, all threads together: what other programs do on this machine hardly changes them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, TypeVar

from fuhe.cache import Cache
from fuhe.grouping import pages_together
from fuhe.intake import Arrival, Input, arrival_to_input, paths_to_arrivals
from fuhe.page_notes import PageNote
from fuhe.page_reading import Paper, ReadPage, paper_to_pages
from fuhe.page_server import frame_to_page, page_to_frame
from fuhe.paper import Desk
from fuhe.pictures import picture_to_jpeg
from fuhe.pipeline import Reading, forms_to_findings, house_stages, input_to_reading
from fuhe.upright import page_to_upright

T = TypeVar("T")
PAGES = 1_000_000
CORES = (16, 64, 256)
FINDINGS = 20_000
SHARED_AT_ONCE = 2 * 256  # documents under way: what the share holds at one time
USED = 0.85  # of a worker's time that is reading: it waits for files, and restarts
GIBI, KIBI, HOUR = 1024**3, 1024, 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was measured of some pages: processor seconds and bytes, all together."""

    pages: int
    reading: float
    joining: float
    auditing: float
    input_bytes: int
    page_bytes: int
    reading_bytes: int
    picture_bytes: int
    forms: int
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBefore:
    """A PageReader whose pages are there: what is left is what the machine that joins them does."""

    frames: tuple[tuple[bytes, bytes], ...]

    def count(self, paper: Paper) -> int:
        """As PageReader says."""
        return len(self.frames)

    def pages(self, paper: Paper, *, leave: frozenset[int], keep: Callable[[ReadPage], None]) -> Iterator[ReadPage]:
        """As PageReader says."""
        for letter, body in self.frames:
            page = frame_to_page(letter, body)
            keep(page)
            yield page

    def picture(self, paper: Paper, number: int) -> bytes | None:
        """None is shown."""
        return None


def measure(files: Sequence[Path]) -> Sample:
    """The files read, joined and audited. Raises UnreadableDocument."""
    items = [
        arrival_to_input(found) for found in pages_together(paths_to_arrivals(files)) if isinstance(found, Arrival)
    ]
    _read(items[0])  # the engine is loaded once, whatever the number of pages
    pages, reading = _timed(lambda: [_read(item) for item in items])
    frames = [tuple(map(page_to_frame, document)) for document in pages]
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(folder=Path(folder), version="scale")
        read, joining = _timed(lambda: [_join(item, each, cache) for item, each in zip(items, frames, strict=True)])
        reading_bytes = sum(path.stat().st_size for path in Path(folder).rglob("*.jsonl"))
    forms = [form for each in read for form in each.forms]
    forms_to_findings(forms[:1])
    findings, auditing = _timed(lambda: forms_to_findings(forms))
    return Sample(
        pages=sum(map(len, pages)), reading=reading, joining=joining, auditing=auditing,
        input_bytes=sum(len(content) for item in items for content in (item.content, *item.more)),
        page_bytes=sum(len(body) for each in frames for _, body in each), reading_bytes=reading_bytes,
        picture_bytes=sum(_picture(item, note) for item, each in zip(items, read, strict=True) for note in each.pages),
        forms=len(forms), findings=len(findings),
    )  # fmt: skip


def _timed(step: Callable[[], T]) -> tuple[T, float]:
    begun = time.process_time()
    done = step()
    return done, time.process_time() - begun


def _read(item: Input) -> list[ReadPage]:
    return list(paper_to_pages(Paper(contents=(item.content, *item.more), name=item.document.path)))


def _join(item: Input, frames: tuple[tuple[bytes, bytes], ...], cache: Cache) -> Reading:
    stages = house_stages(desk=Desk(kept=cache.pages), reader=ReadBefore(frames=frames))
    reading = input_to_reading(item, stages)
    cache.keep(reading)
    return reading


def _picture(item: Input, note: PageNote) -> int:
    """The bytes of a page as the workbench shows it, made when somebody looks at it."""
    return len(picture_to_jpeg(page_to_upright((item.content, *item.more), note, name=item.document.path)))


def database_bytes(findings: int) -> tuple[str, float]:
    """The database's name, and its bytes for each of so many findings, with the forms and documents they are of."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.queue_rows import make_rows
    from review.models import Project

    call_command("migrate", verbosity=0)
    before = _size(connection)
    make_rows(Project.objects.create(name="某市财政支出绩效自评复核"), findings)
    return str(connection.vendor), (_size(connection) - before) / findings


def _size(connection: Any) -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("select pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("pragma page_count")
        (pages,) = cursor.fetchone()
        cursor.execute("pragma page_size")
        return int(pages) * int(cursor.fetchone()[0])


def sample_to_lines(sample: Sample, database: str, finding_bytes: float) -> Iterator[str]:
    """What was measured."""
    pages, forms = sample.pages, max(1, sample.forms)
    yield f"measured on {pages} pages, {sample.forms} forms, {sample.findings} findings"
    yield f"  reading a page                {sample.reading / pages:9.2f} s of a core"
    yield f"  joining it, where they meet   {sample.joining / pages * 1000:9.1f} ms"
    yield f"  auditing a form               {sample.auditing / forms * 1000:9.1f} ms"
    for name, size in (
        ("the file, a page", sample.input_bytes), ("a page read, until it is joined", sample.page_bytes),
        ("the reading kept, a page", sample.reading_bytes), ("its picture, once looked at", sample.picture_bytes),
    ):  # fmt: skip
        yield f"  {name:<32}{size / pages / KIBI:7.1f} KiB"
    yield f"  {database}, a finding: {finding_bytes / KIBI:.2f} KiB"


def scale_to_lines(sample: Sample, finding_bytes: float, *, pages: int, cores: Sequence[int]) -> Iterator[str]:
    """What so many pages take: multiplied, not measured."""
    times = pages / sample.pages
    reading, joining = sample.reading * times / HOUR, sample.joining * times / HOUR
    yield f"multiplied to {pages:,} pages"
    yield f"  reading: {reading:,.0f} hours of a core; joining: {joining:,.1f} hours (a client has one core)"
    for count in cores:
        hours = reading / count / USED
        yield f"  {count:>4} cores: {hours:8.1f} hours; clients that keep up with them: {ceil(joining / hours)}"
    for name, size in (
        ("files", sample.input_bytes), ("readings", sample.reading_bytes),
        ("pictures, if all were looked at", sample.picture_bytes),
    ):  # fmt: skip
        yield f"  {name}: {size * times / GIBI:,.0f} GiB"
    share = sample.input_bytes / sample.pages * SHARED_AT_ONCE / GIBI
    yield f"  the share at one time: {share:,.1f} GiB for {SHARED_AT_ONCE} pages under way"
    found = sample.findings * times
    yield f"  findings: {found:,.0f}; their database: {found * finding_bytes / GIBI:,.1f} GiB"


def main(words: Sequence[str]) -> int:
    """Prints what was measured, and what follows from it."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--cores", nargs="+", type=int, default=list(CORES))
    parser.add_argument("--findings", type=int, default=FINDINGS, help="findings made up to weigh the database")
    arguments = parser.parse_args(words)
    sample = measure(arguments.files)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FUHE_DATA"], os.environ["DJANGO_SETTINGS_MODULE"] = folder, "review.settings"
        database, finding_bytes = database_bytes(arguments.findings)
    for line in sample_to_lines(sample, database, finding_bytes):
        print(line)
    for line in scale_to_lines(sample, finding_bytes, pages=arguments.pages, cores=arguments.cores):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
