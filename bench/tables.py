"""Tables of figures as text: columns as wide as their widest entry, a Chinese character counting as two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fuhe.sheets import text_width

NOTHING = "–"  # what was not measured
_GAP = 2  # blanks between columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A title, the heads of the columns, and rows as long as the heads. ``notes`` stand below."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def figures_to_lines(figures: Figures) -> Iterator[str]:
    """The lines to print; words stand left, numbers right."""
    rows = (figures.head, *figures.rows)
    widths = [max(map(text_width, column)) for column in zip(*rows, strict=True)]
    numeric = [all(map(_is_figure, column)) for column in zip(*figures.rows, strict=True)] or [False] * len(widths)
    yield figures.title
    for row in rows:
        cells = zip(row, widths, numeric, strict=True)
        yield (" " * _GAP).join(_fit(text, width, right=right) for text, width, right in cells).rstrip()
    yield from figures.notes


def share_to_text(share: float | None) -> str:
    """A share of 0..1 with three places."""
    return NOTHING if share is None else f"{share:.3f}"


def mean_of(shares: Sequence[float | None]) -> float | None:
    """The mean of those that are there; None without any."""
    there = [share for share in shares if share is not None]
    return sum(there) / len(there) if there else None


def _is_figure(text: str) -> bool:
    return not text or text == NOTHING or text[0].isdigit()


def _fit(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - text_width(text))
    return blank + text if right else text + blank
