"""Texts that are nearly equal, or hold one another, found without comparing all pairs.

A text is the set of its runs of ``gram`` letters. Two sets whose Jaccard index is at least ``least`` share one of their
rarest runs, so that only texts filed under a common rare run are compared (prefix filtering: Bayardo, Ma, Srikant,
"Scaling up all pairs similarity search", 2007). Nothing above the bound is missed by that; see decision 0010.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audit.compare import letters

# A letter takes 21 bits (Unicode ends at 0x10FFFF), so that three of them fit a word of 64 without collision.
LETTER_BITS = 21
MOST_GRAM = 3
SIZE_A_RUN, MOST_SHARED = 6, 12  # one more rare run asked for with every so many runs; measured on 9,000 narratives
ROUNDING = 1e-9  # products of shares and counts are taken for whole numbers within this

Runs = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Containment:
    """The text at place ``inner`` stands in that at place ``outer`` with this share of its runs."""

    inner: int
    outer: int
    share: float


def near_groups(texts: Sequence[str], *, least: float, gram: int = 2) -> tuple[tuple[int, ...], ...]:
    """Places of texts that are nearly equal, in groups of two and more, each ascending; punctuation does not count.

    ``least`` in (0, 1] is the Jaccard index of the runs from which two texts are near; a text near to any member
    belongs to the group. Texts without letters belong nowhere. Raises ValueError for a run longer than three letters.
    """
    same: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        same[letters(text)].append(place)
    same.pop("", None)
    plain = list(same)
    roots = _Roots(len(plain))
    _join_near(_texts_to_runs(plain, gram=gram), least=least, roots=roots)
    groups: dict[int, list[int]] = defaultdict(list)
    for number, text in enumerate(plain):
        groups[roots.of(number)].extend(same[text])
    return tuple(sorted(tuple(sorted(places)) for places in groups.values() if len(places) > 1))


def containments(texts: Sequence[str], *, least: float, gram: int = 3) -> tuple[Containment, ...]:
    """Every pair of texts of which the shorter stands in the longer with at least this share of its runs."""
    all_runs = _texts_to_runs([letters(text) for text in texts], gram=gram)
    wanted = {int(run) for runs in all_runs for run in runs[: _prefix(len(runs), least=least)]}
    filed: dict[int, list[int]] = defaultdict(list)
    for place, runs in enumerate(all_runs):
        for run in runs.tolist():
            if run in wanted:
                filed[run].append(place)
    return tuple(found for inner in range(len(texts)) for found in _holders(inner, all_runs, filed=filed, least=least))


def _holders(
    inner: int, all_runs: Sequence[Runs], *, filed: dict[int, list[int]], least: float
) -> Iterator[Containment]:
    own = all_runs[inner]
    rare = own[: _prefix(len(own), least=least)].tolist()
    outers = {outer for run in rare for outer in filed[run]}
    for outer in sorted(outers):
        if outer == inner or len(all_runs[outer]) <= len(own):
            continue
        share = _common(own, all_runs[outer]) / len(own)
        if share >= least:
            yield Containment(inner=inner, outer=outer, share=share)


def jaccard(one: str, other: str, *, gram: int = 2) -> float:
    """How near two texts are, 0..1; 0 where one has no letters."""
    first, second = (set(_text_to_codes(letters(text), gram=gram).tolist()) for text in (one, other))
    return len(first & second) / len(first | second) if first and second else 0.0


class _Roots:
    """Numbers joined into groups."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def of(self, number: int) -> int:
        while self._above[number] != number:
            self._above[number] = self._above[self._above[number]]
            number = self._above[number]
        return number

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.of(one), self.of(other)))
        self._above[second] = first


def _join_near(all_runs: Sequence[Runs], *, least: float, roots: _Roots) -> None:
    """Join the numbers of all texts that are near."""
    order = sorted(range(len(all_runs)), key=lambda number: len(all_runs[number]))
    runs_of = [all_runs[number] for number in order]
    sizes = np.array([len(runs) for runs in runs_of], dtype=np.int64)
    asked = np.array([_shared(size) for size in sizes.tolist()], dtype=np.int64)
    rare_of = [runs[: _prefix(len(runs), least=least) + _shared(len(runs)) - 1] for runs in runs_of]
    index = _Index(rare_of)
    for place, runs in enumerate(runs_of):
        shared = index.shared_with_shorter(place, rare_of[place])
        likely = np.flatnonzero((shared >= asked[:place]) & (sizes[:place] >= least * sizes[place] - ROUNDING))
        for other in likely[np.argsort(-shared[likely], kind="stable")].tolist():
            # what is in one group already need not be compared
            if roots.of(order[other]) != roots.of(order[place]) and _near(runs, runs_of[other], least=least):
                roots.join(order[place], order[other])


class _Index:
    """Which texts hold a run among their rarest, the texts numbered by size."""

    def __init__(self, rare_of: Sequence[Runs]) -> None:
        runs = np.concatenate(rare_of) if rare_of else np.empty(0, dtype=np.int64)
        owners = np.repeat(np.arange(len(rare_of)), [len(rare) for rare in rare_of])
        by_run = np.argsort(runs, kind="stable")
        self._owners = owners[by_run]
        self._starts = np.searchsorted(runs[by_run], np.arange(runs.max(initial=-1) + 2))

    def shared_with_shorter(self, place: int, rare: Runs) -> NDArray[np.int64]:
        """How many of these runs each text before ``place`` holds among its rarest."""
        bounds = zip(self._starts[rare].tolist(), self._starts[rare + 1].tolist(), strict=True)
        holders = np.concatenate([self._owners[start:end] for start, end in bounds])
        return np.bincount(holders[holders < place], minlength=place)


def _shared(size: int) -> int:
    """How many of its rare runs a text must share with a longer one to be compared with it.

    With so many more runs looked at on both sides, near texts share so many (the scheme of longer prefixes). Texts made
    of stock sentences share one rare run often and several hardly ever.
    """
    return min(max(size // SIZE_A_RUN, 1), MOST_SHARED)


def _near(one: Runs, other: Runs, *, least: float) -> bool:
    needed = math.ceil(least / (1 + least) * (len(one) + len(other)) - ROUNDING)
    return min(len(one), len(other)) >= needed and _common(one, other) >= needed


def _common(one: Runs, other: Runs) -> int:
    return int(np.intersect1d(one, other, assume_unique=True).size)


def _prefix(size: int, *, least: float) -> int:
    """How many of the rarest runs to look at: of the share ``least`` of all of them, one at least is among these."""
    return size - math.ceil(least * size - ROUNDING) + 1


def _texts_to_runs(texts: Sequence[str], *, gram: int) -> list[Runs]:
    """The runs of every text as numbers by rarity, rarest (least) first."""
    if not 1 <= gram <= MOST_GRAM:
        raise ValueError(f"连续字数须为1至{MOST_GRAM}，给的是{gram}：这是程序错误，请报告。")
    codes = [_text_to_codes(text, gram=gram) for text in texts]
    if not codes:
        return []
    _, back, counts = np.unique(np.concatenate(codes), return_inverse=True, return_counts=True)
    rarity = np.empty(len(counts), dtype=np.int64)
    rarity[np.argsort(counts, kind="stable")] = np.arange(len(counts))
    ends = np.cumsum([len(each) for each in codes])[:-1]
    return [np.sort(each) for each in np.split(rarity[back], ends)]


def _text_to_codes(text: str, *, gram: int) -> NDArray[np.uint64]:
    """The different runs of a text as numbers; a text shorter than a run is one run of its own."""
    points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    length = max(min(gram, len(points)), 1)
    runs = np.zeros(max(len(points) - length + 1, 0), dtype=np.uint64)
    for shift in range(length):
        runs = (runs << np.uint64(LETTER_BITS)) | points[shift : shift + len(runs)]
    return np.unique(runs)
