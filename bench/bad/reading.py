"""Bad inputs through the entrance that ``fuhe audit`` has, and what came out of it held against what must."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from bench.bad.case import BadInput, Told
from fuhe.batch import Outcome, Status, read_batch
from fuhe.grouping import pages_together
from fuhe.intake import paths_to_arrivals
from fuhe.pipeline import house_stages

MOST_SECONDS = 10.0  # of processor time for one input; more is a hang to whoever waits
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_QUOTED = re.compile(r"“[^”]*”")  # names and words of the file itself
# Words of a program's own errors; file formats and programs (Word, Excel, PDF) are called by their names.
_LEAKED = re.compile(
    r"Traceback|Error\b|Exception|errno|0x[0-9a-f]{4}|\b(?:invalid|expected|cannot|unexpected|failed|missing|bad)\b"
    r"|[a-z]+ [a-z]+ [a-z]+",
    re.IGNORECASE,
)
_FAULT = "程序出错"


class Hung(BaseException):
    """More processor time than one input may take; no ``except Exception`` on the way may take it for a bad page."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises Hung in the midst of what takes more processor time; others' work on this machine does not count."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Hung(f"more than {seconds} s")

    former = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, former)


def input_to_outcomes(bad: BadInput, folder: Path, *, seconds: float = MOST_SECONDS) -> tuple[Outcome, ...]:
    """What becomes of one bad input, written into the folder first. Raises Hung."""
    path = folder / bad.name
    path.write_bytes(bad.make())
    with time_limit(seconds):
        found = pages_together(paths_to_arrivals([path]))
        return tuple(read_batch(found, house_stages()))


def outcomes_to_faults(bad: BadInput, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What is wrong with how an input ended, in English for developers; nothing where all is as it must be."""
    if len(outcomes) != bad.count:
        yield f"{len(outcomes)} outcomes, not {bad.count}"
    for told in bad.told:
        if not any(_fits(outcome, told) for outcome in outcomes):
            yield f"no outcome is {told}"
    for outcome in outcomes:
        yield from _outcome_to_faults(outcome)


def _fits(outcome: Outcome, told: Told) -> bool:
    said = "\n".join(outcome_to_words(outcome))
    texts = [_close(text) for text in outcome_to_texts(outcome)]
    return (
        outcome.status is told.status
        and outcome.path.endswith(told.path)
        and all(words in said for words in told.says)
        and all(any(_close(words) in text for text in texts) for words in told.reads)
    )


def _close(text: str) -> str:
    """A text without its spaces: readers join the lines of a cell."""
    return "".join(text.split())


def _outcome_to_faults(outcome: Outcome) -> Iterator[str]:
    if outcome.status is Status.FAILED:
        yield f"a fault of ours: {outcome.reason}"
    if outcome.is_unread and "请" not in outcome.reason:
        yield f"does not say what to do: {outcome.reason}"
    for words in outcome_to_words(outcome):
        if fault := words_to_fault(words):
            yield fault


def words_to_fault(words: str) -> str:
    """What is wrong with something said to a user; "" where nothing is."""
    plain = _QUOTED.sub("", words)
    if _FAULT in words:
        return f"a fault of ours: {words}"
    if not _CHINESE.search(plain):
        return f"no Chinese: {words}"
    return f"a program's own words: {words}" if _LEAKED.search(plain) else ""


def outcome_to_words(outcome: Outcome) -> tuple[str, ...]:
    """Everything that is said of an input: the reason, the warnings, and what is said of its pages and forms."""
    pages = outcome.reading.pages if outcome.reading is not None else ()
    forms = outcome.reading.forms if outcome.reading is not None else ()
    said = (
        outcome.reason,
        *outcome.warnings,
        *(page.reason for page in pages),
        *(warning for thing in (*pages, *forms) for warning in thing.warnings),
    )
    return tuple(words for words in said if words)


def outcome_to_texts(outcome: Outcome) -> tuple[str, ...]:
    """The texts of all cells that were read."""
    tables = outcome.reading.tables if outcome.reading is not None else ()
    return tuple(cell.text for table in tables for cell in (*table.heading, *table.cells) if cell.text)
