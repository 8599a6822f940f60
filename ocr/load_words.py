"""Characters of a PDF page to words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from domain.page import Rule, Word
from domain.source import Box, box_around
from ocr.corridors import corridor_cuts
from ocr.load_text import Glyph, is_han, share

# In em of the larger character.
_GAP_EM = 0.8  # two neighbouring cells stand at least that far apart unless a rule or a corridor parts them
_OVERLAP_EM = 0.7  # a larger step back begins another line
_BASELINE_EM = 0.4  # superscripts rise by a third
_FLAT_EM = 0.6  # least height of a word's box: 一 and — have hardly any ink
_SPACE_EM = 0.12  # half the usual space of a Latin typeface
_COLUMN_GAP_EM = 0.15  # between two columns: a point of padding on either side of a line that is not drawn
_MIXED_GAP_EM = 0.3  # the same between a Chinese and a Latin character
_WIDER = 1.8  # times the usual gap of a line: what parts columns is no letter-spacing


def glyphs_to_words(glyphs: Sequence[Glyph], rules: Iterable[Rule]) -> tuple[Word, ...]:
    """Runs of upright characters, parted by gaps over 0.8 em and by upright rules.

    Characters drawn out of order, as where a writer draws font by font, find their run again.
    """
    if not glyphs:
        return ()
    upright = np.array([(rule.x0, rule.y0, rule.y1) for rule in rules if not rule.is_level]).reshape(-1, 3)
    shape = np.array([(glyph.room.x0, glyph.room.x1, glyph.origin[1], glyph.em) for glyph in glyphs])
    starts = np.flatnonzero(~np.append(False, _follow(shape[:-1], shape[1:], upright)))
    runs = [list(run) for run in np.split(np.arange(len(glyphs)), starts[1:])]
    chains = _parted([[glyphs[index] for index in run] for run in _chain(runs, shape, upright)])
    return tuple(_glyphs_to_word(run) for run in chains)


def _parted(runs: Sequence[Sequence[Glyph]]) -> list[list[Glyph]]:
    """Runs cut where a white corridor parts two columns that stand nearer to one another than 0.8 em."""
    pieces = [_at_gaps(run) for run in runs]
    if all(len(run) == 1 for run in pieces):
        return [list(run) for run in runs]
    em = median(glyph.em for run in runs for glyph in run)
    boxes = [[box_around([_taken(glyph) for glyph in piece]) for piece in run] for run in pieces]
    parted: list[list[Glyph]] = []
    for run, cuts in zip(pieces, corridor_cuts(boxes, least=_COLUMN_GAP_EM * em, height=em), strict=True):
        bounds = [0, *cuts, len(run)]
        parted += [[glyph for piece in run[begin:end] for glyph in piece] for begin, end in pairwise(bounds)]
    return parted


def _at_gaps(run: Sequence[Glyph]) -> list[list[Glyph]]:
    """A run cut at gaps that are wider than those between its other characters."""
    taken = [_taken(glyph) for glyph in run]
    gaps = [max(0.0, box.x0 - before.x1) for before, box in pairwise(taken)]
    usual = _WIDER * median(gaps) if gaps else 0.0
    wide = (max(usual, _least_gap(before, glyph)) for before, glyph in pairwise(run))
    starts = [0, *(n for n, (gap, least) in enumerate(zip(gaps, wide, strict=True), 1) if gap >= least), len(run)]
    return [list(run[begin:end]) for begin, end in pairwise(starts)]


def _taken(glyph: Glyph) -> Box:
    """What a character takes up in its line: PDFium tells no more than the ink of the last one of a piece of text."""
    room, begin = glyph.room, glyph.origin[0]
    is_wide = unicodedata.east_asian_width(glyph.text) in "WF" and room.x1 <= glyph.ink.x1
    x1 = max(room.x1, begin + glyph.em) if is_wide else room.x1
    return Box(x0=min(room.x0, begin), y0=room.y0, x1=x1, y1=room.y1)


def _least_gap(before: Glyph, glyph: Glyph) -> float:
    """The narrowest gap between two columns; printers set a quarter of an em between Chinese and Latin characters."""
    latin = [one.text.isascii() and one.text.isalnum() for one in (before, glyph)]
    is_mixed = latin[0] != latin[1] and any(is_han(one.text) for one in (before, glyph))
    return (_MIXED_GAP_EM if is_mixed else _COLUMN_GAP_EM) * glyph.em


def _follow(before: NDArray[np.float64], after: NDArray[np.float64], upright: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Row by row: whether a character (left, right, baseline, em) carries on the run of the one before it."""
    em = np.maximum(before[:, 3], after[:, 3])
    gap = after[:, 0] - before[:, 1]
    near = (gap <= _GAP_EM * em) & (gap >= -_OVERLAP_EM * em)
    level = np.abs(after[:, 2] - before[:, 2]) <= _BASELINE_EM * em
    middle = after[:, 2] - em / 3
    left, right = before[:, :2].mean(axis=1), after[:, :2].mean(axis=1)
    parted = (left[:, None] < upright[:, 0]) & (upright[:, 0] < right[:, None])
    parted &= (upright[:, 1] <= middle[:, None]) & (middle[:, None] <= upright[:, 2])
    follows: NDArray[np.bool_] = near & level & ~parted.any(axis=1)
    return follows


def _chain(runs: list[list[int]], shape: NDArray[np.float64], upright: NDArray[np.float64]) -> list[list[int]]:
    """Joins runs whose end meets the start of another; each start is taken once."""
    heads, tails = shape[[run[0] for run in runs]], shape[[run[-1] for run in runs]]
    em = np.maximum(tails[:, None, 3], heads[None, :, 3])
    level = np.abs(tails[:, None, 2] - heads[None, :, 2]) <= _BASELINE_EM * em
    gap = heads[None, :, 0] - tails[:, None, 1]
    before, after = np.nonzero(level & (gap <= _GAP_EM * em) & (gap >= -_OVERLAP_EM * em))
    fits = _follow(tails[before], heads[after], upright) & (before != after)
    pairs = sorted((abs(gap[i, j]), i, j) for i, j in zip(before[fits], after[fits], strict=True))
    following: dict[int, int] = {}
    for _, i, j in pairs:
        if i not in following and j not in following.values() and not _leads_to(following, start=j, goal=i):
            following[i] = j
    chains = []
    for first in sorted(set(range(len(runs))) - set(following.values())):
        chains.append([*runs[first]])
        step = following.get(first)
        while step is not None:
            chains[-1] += runs[step]
            step = following.get(step)
    return chains


def _leads_to(following: dict[int, int], *, start: int, goal: int) -> bool:
    step: int | None = start
    while step is not None and step != goal:
        step = following.get(step)
    return step == goal


def _glyphs_to_word(glyphs: Sequence[Glyph]) -> Word:
    text = glyphs[0].text
    for before, glyph in pairwise(glyphs):
        # PDFium's own spaces ("\n" here) are guesses: believed in gaps between Latin words, not between Chinese ones.
        is_latin = before.text.isascii() and glyph.text.isascii()
        is_gap = glyph.room.x0 - before.room.x1 >= _SPACE_EM * glyph.em
        is_space = glyph.space == " " or (glyph.space and is_latin and is_gap)
        text += " " + glyph.text if is_space else glyph.text
    inks = [glyph.ink for glyph in glyphs]
    y0, y1 = min(ink.y0 for ink in inks), max(ink.y1 for ink in inks)
    missing = max(0.0, _FLAT_EM * glyphs[0].em - (y1 - y0)) / 2
    x0, x1 = min(ink.x0 for ink in inks), max(ink.x1 for ink in inks)
    known = 1 - share(glyphs, lambda glyph: glyph.is_unmapped)
    return Word(text=text, box=Box(x0=x0, y0=y0 - missing, x1=x1, y1=y1 + missing), confidence=known)
