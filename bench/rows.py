"""Invented indicator rows: targets of every kind, what was done, the points for it, and the reason given."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Literal

from bench.lexicon import Measure, fill, reasons
from domain.form import Field, FieldState, Indicator

Outcome = Literal["met", "over", "under", "none", "blank"]
OUTCOMES: tuple[Outcome, ...] = ("met", "over", "under", "none", "blank")
OUTCOME_SHARES = (62, 12, 20, 3, 3)  # percent; most units report that all was met

MISSED = (
    "epidemic", "budget_cut", "not_carried_out", "demand_driven", "approved_change", "funds_late", "cross_year",
    "standard_low", "dynamic_objects", "carryover_first", "procurement", "funds_short", "staff", "weather",
    "circular", "denial", "promise_to_improve", "target_changed", "mechanism_incomplete",
)  # fmt: skip
MET = ("indicator_renamed", "target_changed", "indicator_defect", "no_reason", "misplaced", "promise_to_improve")
ASKED = ("evidence_oral", "evidence_not_retained", "survey_not_done", "survey_informal", "no_reason")
OTHER_NAMES = ("任务按期完成率", "验收通过率", "服务对象投诉率", "工作开展情况", "资金使用合规性")
REASON_ON_MET = 0.15  # share of reached rows that explain themselves anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How one form writes: decimals of its points, sign and unit of its targets, words for reached goals."""

    decimals: int
    sign: str
    unit_in_brackets: bool
    amount_unit: str
    dash: str
    rate_sign: str
    rates_everywhere: bool
    has_grade: bool
    reached: str
    partly: str
    level_points: bool


def draw_voice(rng: random.Random) -> Voice:
    """One manner of writing, kept through a whole form."""
    year = rng.choice(("年度", "预期", ""))
    return Voice(
        decimals=rng.choice((0, 0, 2, 2, 1)),
        sign=rng.choice(("≥", "≥", "≥", "不少于", "以上", "")),
        unit_in_brackets=rng.random() < 0.3,
        amount_unit=rng.choice(("万元", "万元", "元")),
        dash=rng.choice(("-", "—", "/", "")),
        rate_sign=rng.choice(("%", "")),
        rates_everywhere=rng.random() < 0.3,
        has_grade=rng.random() < 0.4,
        reached=f"达成{year}指标",
        partly=f"部分达成{year}指标并具有一定效果",
        level_points=rng.random() < 0.15,
    )


def split_points(rng: random.Random, points: int, parts: int) -> list[Decimal]:
    """``points`` cut into ``parts`` shares of at least half a point that sum exactly; whole points where they fit."""
    step = Decimal(1) if parts <= points else Decimal("0.5")
    units = int(points / step)
    cuts = sorted(rng.sample(range(1, units), parts - 1))
    edges = [0, *cuts, units]
    return [step * (high - low) for low, high in pairwise(edges)]


def number_to_text(number: Decimal, voice: Voice) -> str:
    """Points as this form prints them; decimals are never cut off when they say something."""
    places = max(voice.decimals, -min(0, int(number.normalize().as_tuple().exponent)))
    return f"{number:.{places}f}"


def measure_to_indicator(
    rng: random.Random, measure: Measure, *, voice: Voice, year: int, weight: Decimal
) -> Indicator:
    """One row without its levels."""
    outcome = rng.choices(OUTCOMES, OUTCOME_SHARES)[0]
    target, actual, share = _target_and_actual(rng, measure, voice=voice, year=year, outcome=outcome)
    score = min(weight, (weight * share).quantize(Decimal("0.01"), ROUND_HALF_UP))
    surpassed = measure.kind == "count" and outcome == "over"
    kinds = _reason_kinds(rng, measure, missed=outcome in ("under", "none"), surpassed=surpassed)
    reason = _draw_reason(rng, measure, kinds=kinds, target=target)
    texts = {
        "level3": measure.name,
        "target": target,
        "actual": actual,
        "weight": number_to_text(weight, voice),
        "score": number_to_text(score, voice),
        "deviation_reason": reason,
    }
    return Indicator(
        **{name: Field(text=text, state=FieldState.READ if text else FieldState.BLANK) for name, text in texts.items()}
    )


def _target_and_actual(
    rng: random.Random, measure: Measure, *, voice: Voice, year: int, outcome: Outcome
) -> tuple[str, str, Decimal]:
    """Target and actual as printed, and the share of the points they earn."""
    if outcome == "blank":
        return _target_only(rng, measure, voice=voice, year=year), "", Decimal(1)
    if measure.kind == "words":
        return _worded(rng, measure, voice=voice, outcome=outcome)
    if measure.kind == "date":
        return _dated(rng, voice, year=year, outcome=outcome)
    return _counted(rng, measure, voice=voice, outcome=outcome)


def _target_only(rng: random.Random, measure: Measure, *, voice: Voice, year: int) -> str:
    return _target_and_actual(rng, measure, voice=voice, year=year, outcome="met")[0]


def _worded(rng: random.Random, measure: Measure, *, voice: Voice, outcome: Outcome) -> tuple[str, str, Decimal]:
    target = rng.choice(measure.words)
    if outcome in ("under", "none"):
        return target, voice.partly, Decimal(rng.choice((60, 70, 75, 80))) / 100
    return target, rng.choice((voice.reached, target)), Decimal(1)


def _dated(rng: random.Random, voice: Voice, *, year: int, outcome: Outcome) -> tuple[str, str, Decimal]:
    month = rng.randint(6, 12)
    deadlines = (f"{year}年{month}月底前", f"{year}年{month}月", f"{year}年12月31日前", "及时", "按时完成", "24小时内")
    target = rng.choice(deadlines)
    if outcome in ("under", "none"):
        share = Decimal(rng.choice((50, 60, 80))) / 100
        return target, rng.choice((f"{year + 1}年1月", "未按期完成", voice.partly)), share
    day = f"{year}年{month}月{rng.randint(1, 28)}日"
    return target, rng.choice((day, voice.reached, "及时", "已完成")), Decimal(1)


def _counted(rng: random.Random, measure: Measure, *, voice: Voice, outcome: Outcome) -> tuple[str, str, Decimal]:
    goal = _round_goal(rng, rng.randint(measure.low, measure.high))
    done = _done(rng, measure, goal=goal, outcome=outcome)
    target = _bound_to_text(goal, measure, voice=voice)
    actual = _number_with_unit(done, measure, voice=voice)
    if measure.kind == "cap":
        share = Decimal(1) if done <= goal else max(Decimal(0), 1 - (done - goal) / goal)
    else:
        share = min(Decimal(1), done / Decimal(goal))
    return target, actual, share


def _round_goal(rng: random.Random, goal: int) -> int:
    """Goals are mostly set in round numbers."""
    step = 10 ** max(0, len(str(goal)) - 2)
    return max(step, goal // step * step) if rng.random() < 0.8 else goal


def _done(rng: random.Random, measure: Measure, *, goal: int, outcome: Outcome) -> Decimal:
    percent = {"met": 100, "over": rng.randint(102, 190), "under": rng.randint(55, 98), "none": 0}[outcome]
    if measure.kind == "cap":
        percent = 200 - percent if outcome != "none" else 90
    if measure.kind == "rate":
        percent = min(percent, 10000 // goal)
    done = Decimal(goal) * percent / 100
    places = "0.01" if measure.kind == "rate" else "1"
    return max(Decimal(0), done.quantize(Decimal(places), ROUND_HALF_UP))


def _number_with_unit(number: Decimal, measure: Measure, *, voice: Voice) -> str:
    if voice.unit_in_brackets:
        return f"{number:.2f}({measure.unit})"
    plain = f"{number:f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) + measure.unit


def _bound_to_text(goal: int, measure: Measure, *, voice: Voice) -> str:
    number = _number_with_unit(Decimal(goal), measure, voice=voice)
    if measure.kind == "cap":
        return {"不少于": f"不超过{number}", "以上": f"{number}以内"}.get(voice.sign, f"≤{number}")
    if voice.sign == "以上":
        return f"{number}以上"
    if voice.sign == "不少于" and measure.kind == "rate":
        return f"不低于{number}"
    return f"{voice.sign}{number}"


def _reason_kinds(rng: random.Random, measure: Measure, *, missed: bool, surpassed: bool) -> tuple[str, ...]:
    """The classes a unit may choose its reason from; none means that it writes nothing."""
    if missed:
        return MISSED
    if surpassed and rng.random() < 0.5:
        return ("overachieved",)
    if rng.random() < REASON_ON_MET:
        return ASKED if "满意" in measure.name else MET
    return ()


def _draw_reason(rng: random.Random, measure: Measure, *, kinds: tuple[str, ...], target: str) -> str:
    if not kinds:
        return ""
    kind = rng.choice(kinds)
    values = ("稳定", "有所改善", f"{rng.randint(60, 95)}%", f"≥{rng.randint(2, 40)}次", "按时")
    slots = {
        "name": measure.name,
        "target": target,
        "new": rng.choice(values if kind == "target_changed" else OTHER_NAMES),
        "month": str(rng.randint(3, 12)),
        "n": str(rng.randint(2, 70)),
    }
    return fill(rng.choice(reasons()[kind]), slots)
