"""The backbone of a scattered table: figures tell how many rows there are, level names which rows stand together.

Weights and scores are told apart by pairs, order and sums; level names go to consecutive rows by their place as far
as it is kept, and by what the indicators speak of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from extract.fragments import Fragment, Look
from extract.placing import ACTUAL, NAME, REASON, SUITS, TARGET

_ALIKE = 60  # of these with the same number of figures waiting
_BEAM = 400  # readings kept; a form of 29 rows needed fewer than 100
_OTHER_COST = 2.5  # a plain number that is a target or an actual
_SWITCH_COST = 0.4  # weights and scores of one run change places more than once
_WAIT_COST = 0.4  # words follow, and figures still wait for their partners
_LARGEST = 60  # a larger plain number is a total or a rate, hardly one row's weight
Figure = tuple[Fragment, ...]
Followers = Mapping[tuple[int, int], Fragment]  # line and place of a fragment -> the one behind it
TERMINAL = "。；！？;"
_DATE = re.compile(r"\d{4}年\d")
_CLEAR = ("修改为", "改为", "改成", "调整为", "指标值为", "进行考核", "进行自评", "未留存", "口头", "建议", "以此指标")
_HINTS = (
    "后续", "加强", "因", "原因", "导致", "由于", "受", "佐证", "资料", "下一步", "改进", "缺乏", "不足", "推迟",
    "进度", "未能",
    "尚未", "完善", "积极性",
    "到位", "跨年", "台账", "补齐", "资金", "偏差", "影响", "滞后", "较",
)  # fmt: skip
_NAME_ENDS = (
    "率", "数", "量", "度", "性", "情况", "人次", "次数", "水平", "成本", "机制", "程度", "时间", "质量", "及时",
    "标准", "效果", "作用",
    "面积", "能力",
    "长度", "收入", "覆盖", "时长",
)  # fmt: skip
_STATES = (
    "规范", "健全", "有效", "合理", "可控", "及时", "完备", "完善", "提升", "提高", "改善", "稳定", "良好", "达标",
    "落实", "保障", "齐全",
    "公开", "明确",
    "合规", "增强", "满意", "安全", "准确", "持续", "按时", "优", "良", "好", "无", "是", "逐步", "长期", "不断",
)  # fmt: skip
_SHORT = 4  # characters
_DONE = ("完成", "已", "实际", "有效", "达到", "达成", "开展了", "共")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Weight and score of every row, top to bottom; ``closes`` where both sums are met."""

    weights: tuple[Figure, ...] = ()
    scores: tuple[Figure, ...] = ()
    closes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Aims:
    """What the weights and the scores may add up to; empty where the form does not say."""

    weights: frozenset[Decimal]
    scores: frozenset[Decimal]


class _Reading(NamedTuple):
    """Cost so far, figures waiting for a partner (weights if ``ahead`` is W), both sums, the labels in order."""

    cost: float
    waiting: tuple[Decimal, ...]
    ahead: str
    weights: Decimal
    scores: Decimal
    labels: str


def join_wrapped(pieces: Sequence[Fragment]) -> list[Figure]:
    """Plain numbers in reading order; the rest of a number that a narrow column wrapped (10.0 / 0) joins it."""
    figures: list[Figure] = []
    for piece in pieces:
        recent = range(len(figures) - 1, max(-1, len(figures) - 7), -1)
        home = next((n for n in recent if _lacks(figures[n], piece)), None)
        if home is not None:
            figures[home] = (*figures[home], piece)
        else:
            figures.append((piece,))
    return figures


def _lacks(figure: Figure, piece: Fragment) -> bool:
    """10.0 lacks its last digit where it stands above a lone 0."""
    if len(figure) > 1 or figure[0].text[-2:-1] != "." or figure[0].page != piece.page:
        return False
    return piece.text in ("0", "5") and 0 < piece.line - figure[0].line <= 4


def number(figure: Figure) -> Decimal:
    """The value of a figure."""
    return Decimal("".join(piece.text for piece in figure))


def pair_up(fragments: Sequence[Fragment], aims: Aims) -> Figures:
    """Plain numbers among ``fragments`` as weights and scores in equal number."""
    figures = join_wrapped([f for f in fragments if f.look is Look.FIGURE])
    followers = {(left.line, left.place): right for left, right in pairwise(fragments)}
    readings = [_Reading(0.0, (), "", Decimal(0), Decimal(0), "")]
    for place, figure in enumerate(figures):
        above = figures[place - 1] if place else None
        grown = [
            new
            for reading in readings
            for label in "WSX"
            if (new := _label(reading, figure, label, above=above, followers=followers, aims=aims)) is not None
        ]
        readings = _distinct(sorted(grown, key=lambda reading: reading.cost))
    even = [reading for reading in readings if not reading.waiting]
    if not even:
        return Figures()
    best = min(even, key=lambda reading: (not _closes(reading, aims), reading.cost))
    return Figures(
        weights=tuple(figure for figure, label in zip(figures, best.labels, strict=True) if label == "W"),
        scores=tuple(figure for figure, label in zip(figures, best.labels, strict=True) if label == "S"),
        closes=_closes(best, aims),
    )


def _closes(reading: _Reading, aims: Aims) -> bool:
    return (not aims.weights or reading.weights in aims.weights) and (not aims.scores or reading.scores in aims.scores)


def _distinct(readings: Sequence[_Reading]) -> list[_Reading]:
    seen: set[tuple[object, ...]] = set()
    alike: Counter[tuple[int, str]] = Counter()
    kept: list[_Reading] = []
    for reading in readings:
        key = (reading.waiting, reading.ahead, reading.weights, reading.scores, reading.labels[-1:])
        kind = (len(reading.waiting), reading.ahead)
        if key not in seen and alike[kind] < _ALIKE:
            seen.add(key)
            alike[kind] += 1
            kept.append(reading)
            if len(kept) == _BEAM:
                break
    return kept


def _label(
    reading: _Reading, figure: Figure, label: str, *, above: Figure | None, followers: Followers, aims: Aims
) -> _Reading | None:
    """The reading with one more figure, None where it cannot be."""
    value, cost = (
        number(figure),
        reading.cost + _place_cost(reading.labels[-1:], figure, label, above=above, followers=followers),
    )
    if value > _LARGEST and label != "X":
        return None
    if label == "X":
        cost -= _OTHER_COST if value > _LARGEST else 0.0
        return reading._replace(cost=cost + _OTHER_COST, labels=reading.labels + label)
    weights, scores = reading.weights + value * (label == "W"), reading.scores + value * (label == "S")
    if (aims.weights and weights > max(aims.weights)) or (aims.scores and scores > max(aims.scores)):
        return None
    waiting, ahead = reading.waiting, reading.ahead
    cost += _run_cost(reading, label, figure=figure, above=above)
    if waiting and ahead != label:
        weight, score = (value, waiting[0]) if label == "W" else (waiting[0], value)
        if score > weight:
            return None
        cost += 0.0 if ("." in figure[0].text) == _has_point(waiting[0]) else 0.5
        waiting = waiting[1:]
    else:
        waiting, ahead = (*waiting, value), label
    cost += 0.3 if ahead == "S" and waiting else 0.0
    return _Reading(cost, waiting, ahead, weights, scores, reading.labels + label)


def _run_cost(reading: _Reading, label: str, *, figure: Figure, above: Figure | None) -> float:
    """Figures come as runs: all weights, then all scores; or in pairs with words between."""
    if above is None:
        return 0.0
    gap = figure[0].seq > above[-1].seq + 1
    if gap:
        return _WAIT_COST if reading.waiting else 0.0
    return _SWITCH_COST if reading.labels[-1] == "S" and label == "W" and figure[0].line != above[0].line else 0.0


def _has_point(value: Decimal) -> bool:
    return int(value.as_tuple().exponent) < 0


def _place_cost(before: str, figure: Figure, label: str, *, above: Figure | None, followers: Followers) -> float:
    """What the line says: a weight stands left of its score, words behind a figure are a reason."""
    first = figure[0]
    together = above is not None and above[0].line == first.line
    follower = followers.get((first.line, first.place))
    words = follower is not None and follower.line == first.line and follower.look is not Look.FIGURE
    cost = 0.0
    if together:
        cost += {"WS": 0.0, "XW": 0.5, "XX": 0.5}.get(before + label, 8.0)
    paired = follower is not None and follower.line == first.line and not words
    if (words and label == "W") or (paired and label == "S"):
        cost += 2.0
    return cost + (1.0 if label == "X" and "." in first.text else 0.0)


def suit_cost(fragment: Fragment, column: int) -> float:
    """How badly a fragment's look and words suit a column."""
    cost = -max(SUITS[fragment.look][column], -6.0)
    if fragment.look is not Look.WORDS:
        return cost
    text, reason = fragment.text, column == REASON
    if _DATE.match(text):
        return cost + {NAME: 3.0, REASON: 3.0, TARGET: -1.0, ACTUAL: -1.5}.get(column, 0.0)
    if any(word in text for word in _CLEAR):
        cost += -2.0 if reason else 2.0
    elif reason:
        cost += -0.4 if any(word in text for word in _HINTS) else 0.8
    if text[-1] in TERMINAL:
        cost += -1.5 if reason else 1.0
    elif any(mark in text for mark in "，。；"):
        cost += {REASON: -0.8, NAME: 1.0}.get(column, 0.2)
    cost += name_cost(text, column)
    if column == ACTUAL and text.startswith(_DONE):
        cost -= 0.6
    return cost


def name_cost(text: str, column: int) -> float:
    """Names end in words of measure; what is asked or reached is said in a word or two."""
    if text.endswith(_NAME_ENDS) and len(text) > _SHORT:
        return {NAME: -0.8, TARGET: 1.0, ACTUAL: 1.0}.get(column, 0.0)
    if len(text) <= _SHORT and (text.startswith(_STATES) or text.endswith(_STATES)):
        return {NAME: 1.5, TARGET: -0.5}.get(column, 0.0)
    return 0.0
