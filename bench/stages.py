"""Where the time of a page goes: ``python -m bench.stages FILE... [--times 3] [--json FILE]`` (scans and pictures).

Every stage is timed by itself, without what it calls that is a stage of its own. Beside them stands the limit: what
recognising the distinct lines of the page takes alone, all at once, which no arrangement of the rest can go below.
Issue 7 asks that a page take at most 1.5 times its limit. All in one process, on the engine of this house.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from bench.clock import is_digital
from bench.speed import TOGETHER
from bench.tables import Figures, figures_to_lines
from domain.form import Form
from domain.page import Word
from fuhe.files import write_text
from fuhe.paper import read_files
from fuhe.pipeline import forms_to_findings
from ocr.engines import Engine, Reading
from ocr.engines.choice import HOUSE_ENGINE, shared_engine
from ocr.ink import Gray
from ocr.load import count_pages
from ocr.read import Laid, read_lines

MOST = 1.5  # of the limit, asked for by issue 7
REST = "其余"
LINES = "识读各行"
STAGES = (  # name, module and function; the module is the one in which the caller looks it up
    ("打开文件、取出页面", "ocr.load", "files_to_sheets"),
    ("去章、分出墨迹", "ocr.read", "pixels_to_ink"),
    ("扶正、展平", "ocr.read", "straighten"),
    ("找线", "ocr.read", "mask_to_ruling"),
    ("找格、找行", "ocr.read", "lay"),
    ("辨上下", "ocr.read", "way_up"),
    ("找印章", "ocr.read", "pixels_to_marks"),
    (LINES, "ocr.read", "read_lines"),
    ("成表", "extract.pages", "page_to_laid"),
    ("并表", "extract.pages", "laid_to_tables"),
    ("成表单", "extract", "tables_to_forms"),
)
AUDIT = "找疑点"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """One document, in seconds a page: whole, by stage, and the limit."""

    file: str
    pages: int
    whole: float
    limit: float
    stages: dict[str, float]

    @property
    def share(self) -> float:
        """How many times its limit the document takes."""
        return self.whole / self.limit if self.limit else float("inf")


class Stopwatch:
    """Seconds by stage; a stage that calls another stands still meanwhile."""

    def __init__(self) -> None:
        self.seconds = defaultdict[str, float](float)
        self._running = [REST]
        self._since = time.perf_counter()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """The time inside the context belongs to this stage."""
        self._turn()
        self._running.append(name)
        try:
            yield
        finally:
            self._turn()
            self._running.pop()

    def _turn(self) -> None:
        now = time.perf_counter()
        self.seconds[self._running[-1]] += now - self._since
        self._since = now

    def timed(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed; of one that yields, what passes until each of its items."""

        @wraps(call)
        def run(*args: Any, **named: Any) -> Any:
            with self.stage(name):
                given = call(*args, **named)
            return self._items(name, given) if isinstance(given, Iterator) else given

        return run

    def _items(self, name: str, items: Iterator[Any]) -> Iterator[Any]:
        while True:
            with self.stage(name):
                item = next(items, None)
            if item is None:
                return
            yield item


def file_to_spent(path: Path, *, times: int) -> Spent:
    """A document read so many times, after once that does not count; medians."""
    read_document(path)
    runs = [watch_document(path) for _ in range(times)]
    pages = count_pages([path.read_bytes()], name=path.name)
    names = (*(name for name, *_ in STAGES), AUDIT, REST)
    return Spent(
        file=path.name,
        pages=pages,
        whole=median(sum(watch.seconds.values()) for watch in runs) / pages,
        limit=lines_to_limit(distinct_lines(path), times=times) / pages,
        stages={name: median(watch.seconds[name] for watch in runs) / pages for name in names},
    )


def read_document(path: Path) -> tuple[Form, ...]:
    """A document read to its forms, and these audited."""
    forms = read_files([path]).forms
    forms_to_findings(forms)
    return forms


def watch_document(path: Path) -> Stopwatch:
    """The same with every stage timed."""
    with ExitStack() as stack:
        watch = Stopwatch()
        for name, module, function in STAGES:
            home = importlib.import_module(module)
            stack.enter_context(patch.object(home, function, watch.timed(name, getattr(home, function))))
        forms = read_files([path]).forms
        with watch.stage(AUDIT):
            forms_to_findings(forms)
        return watch


def distinct_lines(path: Path) -> list[list[Gray]]:
    """The lines of every page as they are given to the engine first, equal ones once."""
    pages = list[list[Gray]]()

    def keep(laid: Laid, engine: Engine) -> tuple[Word, ...]:
        noting = Noting(engine)
        words = read_lines(laid, noting)
        pages.append(list({(line.shape, line.tobytes()): line for line in noting.first or ()}.values()))
        return words

    with patch("ocr.read.read_lines", keep):
        read_files([path])
    return pages


class Noting:
    """An engine that remembers what it was given first."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self.reader = engine, engine.reader
        self.first: Sequence[Gray] | None = None

    def read(self, lines: Sequence[Gray]) -> list[Reading]:
        """As Engine says."""
        self.first = lines if self.first is None else self.first
        return self._engine.read(lines)


def lines_to_limit(pages: Sequence[Sequence[Gray]], *, times: int) -> float:
    """Seconds that recognising these lines takes and nothing else, page by page."""
    engine, took = shared_engine(HOUSE_ENGINE), []
    for _ in range(times):
        begun = time.perf_counter()
        for lines in pages:
            engine.read(lines)
        took.append(time.perf_counter() - begun)
    return median(took)


def spent_figures(documents: Sequence[Spent]) -> Figures:
    """Milliseconds a page, a row a document; stages that take next to nothing are not left out."""
    names = tuple(documents[0].stages)
    together = spent_together(documents)
    return Figures(
        title="每页时间，毫秒（各环节不含其中另列的环节；下限为只识读各行所需）",
        head=("文件", "页", "全程", "下限", "全程/下限", *names),
        rows=tuple(
            (
                one.file, str(one.pages), _ms(one.whole), _ms(one.limit), f"{one.share:.2f}",
                *(_ms(one.stages[name]) for name in names),
            )
            for one in (*documents, together)
        ),
    )  # fmt: skip


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"


def spent_together(documents: Sequence[Spent]) -> Spent:
    """All pages of all documents."""
    pages = sum(one.pages for one in documents)
    return Spent(
        file=TOGETHER,
        pages=pages,
        whole=sum(one.whole * one.pages for one in documents) / pages,
        limit=sum(one.limit * one.pages for one in documents) / pages,
        stages={name: sum(one.stages[name] * one.pages for one in documents) / pages for name in documents[0].stages},
    )


def main(words: Sequence[str]) -> int:
    """Prints the table; 0 when all pages together keep within MOST of their limit, 1 when they do not."""
    parser = argparse.ArgumentParser(prog="python -m bench.stages", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--json", dest="record", type=Path)
    arguments = parser.parse_args(words)
    scans = [path for path in arguments.files if not is_digital(path)]
    if not scans:
        parser.error("没有扫描件：数字文件不需识读，没有下限。")
    documents = [file_to_spent(path, times=arguments.times) for path in scans]
    print(*figures_to_lines(spent_figures(documents)), sep="\n")
    if arguments.record is not None:
        record = [asdict(one) for one in (*documents, spent_together(documents))]
        write_text(arguments.record, json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    return 0 if spent_together(documents).share <= MOST else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
