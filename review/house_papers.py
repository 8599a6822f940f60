"""What the workbench is handed to write papers: workbooks, 取证单 and 底稿."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from domain.finding import Finding
from domain.source import Box


class PaperTrouble(Exception):
    """A paper that cannot be written, or a template that cannot be filled. The message is Chinese, says what to do."""


class Paper(StrEnum):
    """The papers that go into a Word template."""

    EVIDENCE = "evidence"
    WORKING_PAPER = "working_paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """A finding as papers tell it. Its ``rank`` is its number in the paper; ``amount`` is in yuan.

    ``decision``, ``decided``, ``signed`` and ``notes`` are words; ``link`` leads to the workbench ("": nowhere),
    ``crop`` is a JPEG of its cells on the page (empty: none).
    """

    finding: Finding
    group: str
    category: str
    unit: str
    year: str
    indicator: str
    amount: Decimal | None
    nature: str
    decision: str
    decided: str
    signed: str
    notes: str = ""
    link: str = ""
    crop: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperHead:
    """What a paper says of itself: ``chosen`` which findings, ``made`` when, the end of the log, and who signed.

    ``about`` are further lines, each a name and what there is to say.
    """

    project: str
    chosen: str
    made: str
    log_length: int = 0
    log_head: str = ""
    prepared: str = ""
    reviewed: str = ""
    reviewed_on: str = ""
    approved: str = ""
    about: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDesk:
    """Findings and decisions to files.

    ``write_list`` writes the 问题清单 (xlsx). ``fill`` is the docx of a paper, in our own template where None is given,
    else in the office's, which the text names in messages. ``check_template`` fills one for trial. These three raise
    PaperTrouble. ``blank`` is our own template unfilled. ``cut`` is the part of a page (JPEG) around boxes, boxes
    drawn; b"" where there is nothing to see.
    """

    write_list: Callable[[Path, Sequence[PaperLine], PaperHead], None]
    fill: Callable[[Paper, bytes | None, str, Sequence[PaperLine], PaperHead], bytes]
    check_template: Callable[[bytes, str], None]
    blank: Callable[[Paper], bytes]
    cut: Callable[[bytes, Sequence[Box]], bytes]
