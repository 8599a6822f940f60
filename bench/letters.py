"""Text as read beside text as printed, whatever the order of reading: characters, and figures as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from domain.table import Table

_FIGURE = re.compile(r"\d[\d.,%]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextScore:
    """F1 in 0..1 of characters and of figures, each counted as often as it stands there, in any order."""

    letters: float
    figures: float


def text_to_score(read: str, printed: str, *, norm: Callable[[str], str]) -> TextScore:
    """A page's text beside the printed one; ``norm`` is what makes of a text what is compared.

    Figures are told apart before blanks and wraps are taken away: those of neighbouring cells are not one.
    """
    return TextScore(
        letters=_f1(Counter(norm(read)), Counter(norm(printed))),
        figures=_f1(_figures(read, norm), _figures(printed, norm)),
    )


def _figures(text: str, norm: Callable[[str], str]) -> Counter[str]:
    return Counter(figure for line in text.split() for figure in _FIGURE.findall(norm(line)))


def _f1(read: Counter[str], printed: Counter[str]) -> float:
    both, either = (read & printed).total(), read.total() + printed.total()
    return 2 * both / either if either else 1.0


def tables_to_text(tables: Sequence[Table]) -> str:
    """What stands above the tables and in their cells, a line each."""
    return "\n".join(cell.text for table in tables for cell in (*table.heading, *table.cells))


def html_to_text(html: str) -> str:
    """The printed text of a document, an element a line; what its head says is not printed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "\n".join(filter(None, map(str.strip, reader.texts)))


class _Reader(HTMLParser):
    """Gathers text outside ``style`` and ``title``. A wrapped cell is one text."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = [""]
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent = tag in ("style", "title")
        if tag != "br":
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._silent = False
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts[-1] += data
