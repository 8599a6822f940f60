"""The list in the order that decisions taught: bounded, explained, and nothing left out."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from audit.open_list import Line
from audit.relearn import Learned, Reason, Tally, lines_to_reasons, name_to_tally, reasons_to_lift
from domain.decision import FindingKey
from domain.finding import SEVERITY_NAMES, Finding

# Places a must-see may sink among the lines still open, whatever is learned: a reader passes ten lines in some minutes,
# so what must be seen is seen in the same sitting.
MUST_SEE_SINKS = 10
REASONS_TOLD = 2  # the strongest; more would bury what the finding itself says
FAINT = 0.05  # a log of a lift below this moves nothing worth a word

_WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(  # family: where it lifts, where it lowers
    {
        "severity": ("程度{severity}的多获确认", "程度{severity}的少获确认"),
        "confidence": ("这样把握的多获确认", "这样把握的少获确认"),
        "points": ("涉及这样分值的多获确认", "涉及这样分值的少获确认"),
        "yuan": ("这样金额的项目多获确认", "这样金额的项目少获确认"),
        "alike": ("这样多表同因的多获确认", "这样多表同因的少获确认"),
        "doubtful": ("另有读法的多获确认", "另有读法的少获确认"),
        "disputed": ("模型与词表判断不一的多获确认", "模型与词表判断不一的少获确认"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A line still open, its place among them (from 0), and what was learned of it."""

    line: Line
    place: int
    reasons: tuple[Reason, ...]

    @property
    def weight(self) -> float:
        return self.line.finding.priority * reasons_to_lift(self.reasons)

    @property
    def deadline(self) -> float:
        """The last place it may take."""
        return self.place + MUST_SEE_SINKS if self.line.is_must_see else float("inf")


def lines_to_reranked(
    lines: Sequence[Line], learned: Learned, *, decided: Collection[FindingKey] = frozenset()
) -> tuple[Finding, ...]:
    """Every finding again, by rank, with ``why`` telling what moved it.

    ``lines`` are those of one list in the order of their ranks, as ``check`` gave them and never one already re-ranked:
    bounds count from where a line stands there. Open lines change places among themselves; what is decided, folded into
    another line or unchecked keeps its place. A priority belongs to its place, so that priorities still fall with rank.
    """
    findings = [line.finding for line in lines]
    if not learned.changes:
        return tuple(findings)
    places = [place for place, line in enumerate(lines) if line.is_told and line.key not in decided]
    reasons = lines_to_reasons((lines[place] for place in places), learned)
    opens = [
        _Open(line=lines[place], place=number, reasons=its)
        for number, (place, its) in enumerate(zip(places, reasons, strict=True))
    ]
    moved = list(findings)
    ranks: dict[int, int] = {}
    for number, (place, one) in enumerate(zip(places, _ordered(opens), strict=True)):
        stood = findings[place]
        ranks[one.line.finding.rank] = stood.rank
        why = one.line.finding.why + _words(one, learned, now=number)
        moved[place] = replace(one.line.finding, rank=stood.rank, priority=stood.priority, why=why)
    return tuple(_follow(finding, ranks) for finding in moved)


def _ordered(opens: Sequence[_Open]) -> list[_Open]:
    """Heaviest first, no line after its deadline.

    Filled from the last place up, each with the lightest line that may stand so low: of all orders that keep the
    deadlines the one in which the lightest go last. There always is one, for the old order keeps them.
    """
    ready: list[tuple[float, int]] = []
    bound = sorted(opens, key=lambda one: (one.deadline, one.place))
    order: list[_Open] = []
    for place in reversed(range(len(opens))):
        while bound and bound[-1].deadline >= place:
            one = bound.pop()
            heapq.heappush(ready, (one.weight, -one.place))  # of equals the later one stays later
        order.append(opens[-heapq.heappop(ready)[1]])
    return order[::-1]


def _follow(finding: Finding, ranks: Mapping[int, int]) -> Finding:
    """What is folded into a line names the rank that line has now."""
    if finding.covered_by is None or finding.covered_by not in ranks:
        return finding
    old, new = finding.covered_by, ranks[finding.covered_by]
    return replace(finding, covered_by=new, why=finding.why.replace(f"第{old}条", f"第{new}条"))


def _words(one: _Open, learned: Learned, *, now: int) -> str:
    """Why a line moved, in Chinese; "" where it did not."""
    if now == one.place:
        return ""
    up = now < one.place
    told = sorted((r for r in one.reasons if _pushes(r, up=up)), key=lambda reason: -abs(reason.log_lift))
    words = [_reason_to_words(each, one.line, learned) for each in told[:REASONS_TOLD]]
    why = "，".join(words) or ("其他疑点较少获确认" if up else "其他疑点更常获确认")
    held = f"（必看，至多后移{MUST_SEE_SINKS}位）" if now == one.deadline else ""
    confirmed = sum(tally.confirmed for tally in learned.rules)
    return (
        f"据{learned.decided}条复核（确认{confirmed}条）{'上' if up else '后'}移{abs(now - one.place)}位{held}：{why}。"
    )


def _pushes(reason: Reason, *, up: bool) -> bool:
    """True where a reason works in the direction of the move."""
    return (reason.log_lift if up else -reason.log_lift) > FAINT


def _reason_to_words(reason: Reason, line: Line, learned: Learned) -> str:
    """One reason, with the counts behind it where it has any."""
    lifts = reason.log_lift > 0
    if reason.family == "unit":
        return _rate_to_words("该单位", name_to_tally(learned.units, line.unit), learned, lifts=lifts)
    if reason.family == "rule":
        return _rate_to_words("此类", name_to_tally(learned.rules, line.finding.finding), learned, lifts=lifts)
    if reason.family == "right":
        tally = name_to_tally(learned.rules, line.finding.finding)
        return f"此类疑点已复核{tally.decided}条、判错{tally.wrong}条"
    if reason.family == "group":
        return f"{line.group}类疑点{'多' if lifts else '少'}获确认"
    return _WORDS[reason.family][0 if lifts else 1].format(severity=SEVERITY_NAMES[line.finding.severity])


def _rate_to_words(whose: str, tally: Tally, learned: Learned, *, lifts: bool) -> str:
    """The counts of a rule or unit, where they say by themselves what was learned with all else being equal."""
    usual = sum(each.confirmed for each in learned.rules) / learned.decided
    if tally.decided and (tally.confirmed / tally.decided > usual) is lifts:
        return f"{whose}疑点已复核{tally.decided}条、确认{tally.confirmed}条"
    return f"同等条件下{whose}疑点{'多' if lifts else '少'}获确认"
