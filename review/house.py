"""What the workbench is handed: the skills of the other rooms, as functions, gathered by the room above."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from domain.decision import Decision
from domain.finding import Finding
from domain.form import Form
from domain.page import Mark
from domain.source import Document
from review.house_papers import PaperDesk
from review.house_school import SchoolDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file that came in, alone or in an archive: its path as people know it, and its bytes.

    ``note`` says why it is left aside, ``refusal`` why it cannot be read; both are "" for a file to read.
    """

    path: str
    content: bytes = b""
    note: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTold:
    """A page of a document: size in pixels of the upright page, and what an auditor should know of it.

    ``state`` is read, blank or unread; ``marks`` are seals and the like.
    """

    number: int
    width: int
    height: int
    state: str
    reason: str = ""
    warnings: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTold:
    """What became of a document: ``status`` is read, no_form, unreadable or failed; ``kind`` as people call it."""

    status: str
    kind: str
    reason: str = ""
    forms: tuple[Form, ...] = ()
    pages: tuple[PageTold, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A finding with what a queue filters by. ``amount`` is the project's money in yuan, ``points`` the row's marks.

    ``cause`` is alike for findings of one rule that rest on the same words; ``covered_by`` in the finding is a rank.
    """

    finding: Finding
    group: str
    category: str
    unit: str
    year: str
    indicator: str
    amount: Decimal | None
    points: Decimal | None
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A run of characters of a text compared with another: ``change`` is same, removed or inserted."""

    text: str
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RewriteTold:
    """What the reason of a row puts in the place of its approved name and target; a new target not told is ().

    ``heading`` says what the new side is: changed, suggested, or said to be approved.
    """

    heading: str
    old_name: tuple[Strip, ...]
    new_name: tuple[Strip, ...]
    old_target: tuple[Strip, ...]
    new_target: tuple[Strip, ...]
    name_is_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What read, judged and labelled: each a short text, printed on working papers."""

    program: str
    reading: str
    rules: str
    models: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Pages of a document that are read, and all of them."""

    done: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingDesk:
    """Files to forms. A document is a file, or one image a page; the last argument is the folder of readings.

    ``unpack`` gives the file itself, or what an archive holds, under the name people know it by. ``leave_aside`` says
    why a file of this path is none to read ("" where it is one). ``group_pages`` puts the places of names together
    that are pages of one document. ``read`` takes the names of the files last and keeps what it read in the folder,
    page by page, where ``find`` finds it (None: not read) and ``progress`` looks (None: not under way); ``forget``
    removes what any version of the code has kept;
    ``read_again`` does not take what was kept for an answer. ``page_picture`` is
    the upright page as JPEG, in the pixels of its boxes; it raises UnreadableDocument. ``document_text`` is the text
    of a text file. ``form_record`` is a form as a line of the public contract (forms.jsonl).
    """

    unpack: Callable[[Path, str], Iterator[Piece]]
    group_pages: Callable[[Sequence[str]], tuple[tuple[int, ...], ...]]
    leave_aside: Callable[[str], str]
    read: Callable[[Sequence[Path], Document, Path, Sequence[str]], DocumentTold]
    read_again: Callable[[Sequence[Path], Document, Path, Sequence[str]], DocumentTold]
    find: Callable[[Document, Path], DocumentTold | None]
    progress: Callable[[Document, Path], Progress | None]
    forget: Callable[[Document, Path], None]
    page_picture: Callable[[Sequence[Path], Document, int, Path], bytes]
    document_text: Callable[[Path], str]
    form_record: Callable[[Form], Mapping[str, object]]


class Check(Protocol):
    """The checks over some forms."""

    def __call__(self, forms: Sequence[Form], decisions: Sequence[Decision] = ()) -> tuple[Raised, ...]:
        """Findings by rank, in the order that these decisions taught where they are enough to teach any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckingDesk:
    """Forms to findings, best first; ``rule_titles`` are the Chinese names of finding ids.

    ``rewrite`` is what a finding of this group on this row of the form has to show of a rewrite; None for others.
    """

    check: Check
    rewrite: Callable[[Form, int, str], RewriteTold | None]
    versions: Callable[[], Versions]
    rule_titles: Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """All desks."""

    reading: ReadingDesk
    checking: CheckingDesk
    papers: PaperDesk
    school: SchoolDesk


_installed: list[House] = []


def install_house(house: House) -> None:
    """From now on the workbench of this process works with these skills."""
    _installed[:] = [house]


def the_house() -> House:
    """The skills in use. Raises RuntimeError in a process that was not started by ``fuhe serve``."""
    if not _installed:
        raise RuntimeError("the workbench was started without its house: use fuhe serve")
    return _installed[0]
