"""What decisions teach the order of the list: how often each rule is right, and which right findings matter.

The two are learned apart, because dismissals have causes. A finding dismissed as wrong speaks against its rule and says
nothing of what matters; one that was explained or immaterial was right and mattered little. A misread cell speaks
against the reading, a duplicate against the folding, a skipped or relabelled finding against neither.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from audit.open_list import Line, line_to_columns
from domain.decision import CAUSE_NAMES, Act, Cause, Decision, FindingKey
from domain.finding import Verdict

Floats = npt.NDArray[np.float64]

FEWEST_DECISIONS = 20  # fewer change nothing: one sitting of an hour decides more
FEWEST_OF_A_KIND = 3  # confirmed, and of little matter, before what matters is learned at all
# So many decisions the average of all rules weighs in the share of one: with as many of its own it is half believed.
RULE_PRIOR = 6.0
PENALTY = 0.5  # inverse strength of the ridge; from 0.2 to 1 the simulated orders differed by less than 0.02 nDCG
MOST_LIFT = 3.0  # no line becomes more than this times heavier or lighter: a severity is a factor of 2
LEAST_SWING = 1e-9  # log-odds below this move nothing and would divide by nothing
SCHEMA = 1  # of the JSON

LITTLE: Final = frozenset({Cause.EXPLAINED, Cause.IMMATERIAL})


class BadLearned(ValueError):
    """Weights that cannot be used. The message is Chinese and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Decisions on one rule or one unit: how many were confirmed, of little matter, or wrong."""

    name: str
    confirmed: int = 0
    little: int = 0
    wrong: int = 0

    @property
    def decided(self) -> int:
        """All that count."""
        return self.confirmed + self.little + self.wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the ranker: what one more of it adds to the log-odds, and its mean among what was decided."""

    name: str
    weight: float
    mean: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What decisions taught. ``decided`` findings spoke of the order; ``silent`` says why other decisions did not.

    ``twice`` are the rules whose findings were dismissed as duplicates: advice for the folding, no weight.
    """

    decided: int = 0
    rules: tuple[Tally, ...] = ()
    units: tuple[Tally, ...] = ()
    columns: tuple[Column, ...] = ()
    usual: float = 0.0
    silent: tuple[tuple[str, int], ...] = ()
    twice: tuple[tuple[str, int], ...] = ()

    @property
    def changes(self) -> bool:
        """False while there are too few decisions to learn from."""
        return self.decided >= FEWEST_DECISIONS


NOTHING_LEARNED = Learned()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What one family of columns (``rule``, ``unit``, ``severity`` ...) does to a line, as a log of its lift."""

    family: str
    log_lift: float


def decisions_to_learned(decisions: Iterable[Decision], lines: Iterable[Line]) -> Learned:
    """What the order learns of decisions on these lines; of two on one finding the later one counts.

    Decisions on findings that no line tells speak of their rule only. The same decisions and lines give the same
    weights, in whatever order the lines are.
    """
    standing = {decision.key: decision for decision in decisions}
    by_key = {line.key: line for line in lines if line.finding.verdict is Verdict.FAIL}
    spoken = [decision for _, decision in sorted(standing.items(), key=_in_order) if not why_silent(decision)]
    seen = [(by_key[each.key], each) for each in spoken if each.key in by_key]
    weighed = [(line, decision.act is Act.CONFIRM) for line, decision in seen if decision.cause is not Cause.WRONG]
    columns, usual = _fit(weighed)
    return Learned(
        decided=len(spoken),
        rules=_tallies((decision.finding, decision) for decision in spoken),
        units=_tallies((line.unit, decision) for line, decision in seen if line.unit),
        columns=columns,
        usual=usual,
        silent=_counted(why_silent(decision) for decision in standing.values()),
        twice=_counted(each.finding for each in standing.values() if each.cause is Cause.DUPLICATE),
    )


def why_silent(decision: Decision) -> str:
    """Why a decision does not teach the order, in Chinese; "" for one that does."""
    if not decision.finding:
        return "未列疑点的抽查"
    if decision.act is Act.SKIP:
        return "跳过"
    if decision.act is Act.RELABEL:
        return "改判标签"
    if decision.act is Act.DISMISS and decision.cause not in (Cause.WRONG, *LITTLE):
        return CAUSE_NAMES.get(decision.cause, "未写排除原因")
    return ""


def _in_order(item: tuple[FindingKey, Decision]) -> tuple[str, int, int, str]:
    source, form, row, finding = item[0]
    return source, form, -1 if row is None else row, finding


def _counted(words: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(filter(None, words)).items()))


def _tallies(pairs: Iterable[tuple[str, Decision]]) -> tuple[Tally, ...]:
    counts: dict[str, Counter[str]] = {}
    for name, decision in pairs:
        kind = "confirmed" if decision.act is Act.CONFIRM else "wrong" if decision.cause is Cause.WRONG else "little"
        counts.setdefault(name, Counter())[kind] += 1
    return tuple(Tally(name=name, **count) for name, count in sorted(counts.items()))


def _fit(weighed: Sequence[tuple[Line, bool]]) -> tuple[tuple[Column, ...], float]:
    """Columns with their weights, and the log-odds that what was decided matters; none while one kind is missing."""
    truth = np.array([matters for _, matters in weighed], dtype=bool)
    if min(truth.sum(), (~truth).sum()) < FEWEST_OF_A_KIND:
        return (), 0.0
    rows = [line_to_columns(line) for line, _ in weighed]
    names = sorted({name for row in rows for name in row})
    table: Floats = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    means = table.mean(axis=0)
    model = LogisticRegression(C=PENALTY, max_iter=1000).fit(table - means, truth)
    columns = tuple(
        Column(name=name, weight=round(float(weight), 6), mean=round(float(mean), 6))
        for name, weight, mean in zip(names, model.coef_[0], means, strict=True)
    )
    return columns, round(float(model.intercept_[0]), 6)


def lines_to_reasons(lines: Iterable[Line], learned: Learned) -> tuple[tuple[Reason, ...], ...]:
    """For every line what makes it heavier or lighter, family by family; their sum is the log of its lift."""
    families = _families(learned.columns)
    rightness = _rightness_of_all(learned.rules)
    right = {tally.name: math.log(_rightness(tally, of_all=rightness) / rightness) for tally in learned.rules}
    usual = _log_chance(learned.usual)
    found: list[tuple[Reason, ...]] = []
    for line in lines:
        odds = _line_to_log_odds(line, families)
        swing = sum(odds.values())
        # what is added to log-odds is shared out as logs of a chance, by size, so that the families add up
        scale = (_log_chance(learned.usual + swing) - usual) / swing if abs(swing) > LEAST_SWING else 0.0
        shares = {family: share * scale for family, share in odds.items()}
        shares["right"] = right.get(line.finding.finding, 0.0)
        found.append(tuple(Reason(family=family, log_lift=share) for family, share in shares.items()))
    return tuple(found)


def reasons_to_lift(reasons: Iterable[Reason]) -> float:
    """The factor on a line's priority, within 1/MOST_LIFT to MOST_LIFT."""
    most = math.log(MOST_LIFT)
    return math.exp(max(-most, min(most, sum(reason.log_lift for reason in reasons))))


def _line_to_log_odds(line: Line, families: Mapping[str, Sequence[Column]]) -> dict[str, float]:
    """What each family of columns adds to the log-odds that the line matters.

    A rule, group or unit nobody decided on adds nothing: it is the average, and no evidence against it.
    """
    held = line_to_columns(line)
    odds: dict[str, float] = {}
    for family, members in families.items():
        known = ":" not in members[0].name or any(column.name in held for column in members)
        share = sum(column.weight * (held.get(column.name, 0.0) - column.mean) for column in members)
        odds[family] = share if known else 0.0
    return odds


def _families(columns: Sequence[Column]) -> Mapping[str, Sequence[Column]]:
    families: dict[str, list[Column]] = {}
    for column in columns:
        families.setdefault(column.name.partition(":")[0], []).append(column)
    return families


def _log_chance(log_odds: float) -> float:
    return -float(np.logaddexp(0.0, -log_odds))


def _rightness_of_all(rules: Sequence[Tally]) -> float:
    """The share of findings that were no false alarm, one that was none added so that it is never 0."""
    wrong = sum(tally.wrong for tally in rules)
    decided = sum(tally.decided for tally in rules)
    return (decided - wrong + 1.0) / (decided + 1.0)


def _rightness(tally: Tally, *, of_all: float) -> float:
    """The share for one rule, shrunk towards that of all."""
    return (tally.decided - tally.wrong + RULE_PRIOR * of_all) / (tally.decided + RULE_PRIOR)


def name_to_tally(tallies: Iterable[Tally], name: str) -> Tally:
    """The decisions on one rule or unit; an empty tally where there are none."""
    return next((tally for tally in tallies if tally.name == name), Tally(name=name))


def learned_to_json(learned: Learned) -> dict[str, Any]:
    """Numbers and names only; ``json_to_learned`` gives the same back."""
    return {"schema": SCHEMA, **asdict(learned)}


def json_to_learned(record: Mapping[str, Any]) -> Learned:
    """What ``learned_to_json`` gave. Raises BadLearned."""
    if record.get("schema") != SCHEMA:
        raise BadLearned("这不是本版本的排序权重文件。请用复核记录重新学习一次。")
    try:
        return Learned(
            decided=int(record["decided"]),
            rules=tuple(Tally(**each) for each in record["rules"]),
            units=tuple(Tally(**each) for each in record["units"]),
            columns=tuple(Column(**each) for each in record["columns"]),
            usual=float(record["usual"]),
            silent=tuple((str(name), int(count)) for name, count in record["silent"]),
            twice=tuple((str(name), int(count)) for name, count in record["twice"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadLearned(f"排序权重文件不完整或已损坏（{error}）。请用复核记录重新学习一次。") from error
