"""Invented forms that read like real ones: every sector, wording and figure style, sums that close.

``synthesise(count, seed=…)`` gives the same forms for the same seed. Nothing is taken from a real form;
places, units and projects do not exist.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bench.lexicon import Measure, Sector, entry_to_measure, fill, narrative, sectors
from bench.rows import Voice, draw_voice, measure_to_indicator, number_to_text, split_points
from domain.form import MISSING, Field, FieldState, Form, FundRow, Indicator, SelfEvaluation, TargetTable
from domain.source import Document

YEARS = (2018, 2025)  # first and last year written; forms of this kind exist since 2015
ROWS = (3, 30)  # fewest and most indicators of one form
UNWEIGHTED_SHARE = 0.1  # forms that print no weights and no initial budget, as in one province's template
TARGET_TABLE_SHARE = 0.25
OUTPUT_ORDER = ("数量指标", "质量指标", "时效指标", "成本指标")  # as forms print them


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """Points for budget execution, outputs, benefits and satisfaction, a hundred in all."""

    execution: int
    outputs: int
    benefits: int
    satisfaction: int


NATIONAL = Scheme(execution=10, outputs=50, benefits=30, satisfaction=10)  # 财预〔2020〕10号
TWENTY_EIGHTY = Scheme(execution=20, outputs=40, benefits=30, satisfaction=10)  # template of one province


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What one form is about."""

    sector: Sector
    place: str
    year: int
    project: str
    department: str
    unit: str


def synthesise(count: int, *, seed: int) -> tuple[Form, ...]:
    """``count`` forms, about a quarter of them target tables."""
    rng = random.Random(seed)
    return tuple(_any_form(rng, index) for index in range(1, count + 1))


def self_evaluation(rng: random.Random, *, index: int, rows: int) -> SelfEvaluation:
    """One self-evaluation with ``rows`` indicators; weights sum to 100 and the total is the sum of the scores."""
    setting, voice = draw_setting(rng), draw_voice(rng)
    weighted = rng.random() >= UNWEIGHTED_SHARE
    scheme = NATIONAL if weighted else TWENTY_EIGHTY
    indicators = _scored_rows(rng, setting, voice=voice, scheme=scheme, rows=rows)
    funds = draw_funds(rng, voice, scheme=scheme)
    total = sum((Decimal(row.score.text) for row in indicators), Decimal(funds[0].score.text))
    form = SelfEvaluation(
        document=_document(setting, index),
        index=index,
        year=field(str(setting.year)),
        amount_unit=field(voice.amount_unit),
        project_name=field(setting.project),
        supervising_department=field(setting.place + setting.department),
        implementing_unit=field(setting.unit),
        funds=funds,
        expected_goal=field(draw_goal(rng, setting)),
        actual_completion=field(draw_completion(rng, setting, rate=funds[0].execution_rate.text)),
        indicators=indicators,
        total_weight=field(number_to_text(Decimal(100), voice)),
        total_score=field(number_to_text(total, voice)),
        grade=field(total_to_grade(total)) if voice.has_grade else MISSING,
    )
    return form if weighted else without_weights(form)


def without_weights(form: SelfEvaluation) -> SelfEvaluation:
    """The same form on a template that has no columns for weights and for the initial budget."""
    return replace(
        form,
        funds=tuple(replace(fund, initial_budget=MISSING, weight=MISSING) for fund in form.funds),
        indicators=tuple(replace(row, weight=MISSING) for row in form.indicators),
        total_weight=MISSING,
    )


def target_table(rng: random.Random, *, index: int, rows: int) -> TargetTable:
    """One target table with ``rows`` indicators, its amounts in yuan."""
    setting, voice = draw_setting(rng), draw_voice(rng)
    slots = _slots(rng, setting)
    wording = narrative()
    budget = rng.randint(3, 900) * 10000
    return TargetTable(
        document=_document(setting, index),
        index=index,
        year=field(str(setting.year)),
        declaring_unit=field(setting.place + setting.department),
        project_name=field(setting.project),
        project_category=field(rng.choice(wording.categories)),
        start_date=field(f"{setting.year}-01-01"),
        end_date=field(f"{setting.year}-12-31"),
        government_purchase=field(rng.choice(("是", "否"))),
        performance_type=field(rng.choice(wording.performance_types)),
        overview=field(fill(rng.choice(wording.overview), slots)),
        basis=field(fill(rng.choice(wording.basis), slots)),
        necessity=field(fill(rng.choice(wording.necessity), slots)),
        safeguards=field(fill(rng.choice(wording.safeguards), slots)),
        plan=field(fill(rng.choice(wording.plan), slots)),
        goals=field(draw_goal(rng, setting)),
        total_budget=field(f"{budget:,}"),
        year_budget=field(f"{budget:,}"),
        last_year_budget=field(rng.choice(("", f"{budget - 5000:,}"))),
        last_year_executed=field(rng.choice(("", f"{budget - 20000:,}"))),
        indicators=_target_rows(rng, setting, voice=voice, rows=rows),
    )


def field(text: str) -> Field:
    """A printed text as a field; an empty one is a BLANK cell."""
    return Field(text=text, state=FieldState.READ if text else FieldState.BLANK)


def total_to_grade(total: Decimal) -> str:
    """优 from 90, 良 from 80, 中 from 60, 差 below (财政部预算司 standard)."""
    return "优" if total >= 90 else "良" if total >= 80 else "中" if total >= 60 else "差"


def draw_setting(rng: random.Random) -> Setting:
    """A sector, a place and a project of it."""
    sector, wording = rng.choice(sectors()), narrative()
    place = rng.choice(wording.places)
    if rng.random() < 0.4:
        place = rng.choice(wording.provinces) + place
    year = rng.randint(*YEARS)
    project = rng.choice(("", "", place, f"{year}年", f"{place}{year}年度")) + rng.choice(sector.projects)
    unit = place + rng.choice(sector.units)
    return Setting(
        sector=sector, place=place, year=year, project=project, unit=unit, department=rng.choice(sector.departments)
    )


def draw_funds(rng: random.Random, voice: Voice, *, scheme: Scheme) -> tuple[FundRow, ...]:
    """The yearly total and its sources: components sum to the total, the rate and its points follow from the total."""
    scale = Decimal(1) if voice.amount_unit == "万元" else Decimal(10000)
    initial = Decimal(rng.randint(500, 90000)) / 100 * scale
    adjusted = initial if rng.random() < 0.6 else (initial * rng.randint(50, 140) / 100).quantize(Decimal("0.01"))
    executed = (adjusted * rng.choice((100, 100, 100, rng.randint(30, 99))) / 100).quantize(Decimal("0.01"))
    carried = rng.random() < 0.2
    whole = (initial, adjusted, executed)
    own = tuple((amount * 3 / 4 if carried else amount).quantize(Decimal("0.01")) for amount in whole)
    rest = tuple(amount - part for amount, part in zip(whole, own, strict=True))
    amounts = (whole, own, rest, (Decimal(0),) * 3)
    items = ("年度资金总额", *narrative().funding)
    return tuple(
        _fund_row(item, row, voice=voice, points=scheme.execution if place == 0 else None)
        for place, (item, row) in enumerate(zip(items, amounts, strict=True))
    )


def _fund_row(item: str, amounts: Sequence[Decimal], *, voice: Voice, points: int | None) -> FundRow:
    """One line; ``points`` for execution stand in the line of the total only."""
    initial, adjusted, executed = amounts
    rate = (executed / adjusted * 100).quantize(Decimal("0.01")) if adjusted else Decimal(0)
    earned = voice.dash if points is None else number_to_text((rate / 100 * points).quantize(Decimal("0.01")), voice)
    rate_printed = points is not None or voice.rates_everywhere
    return FundRow(
        item=field(item),
        initial_budget=field(f"{initial:.2f}"),
        adjusted_budget=field(f"{adjusted:.2f}"),
        executed=field(f"{executed:.2f}"),
        weight=field(voice.dash if points is None else number_to_text(Decimal(points), voice)),
        execution_rate=field(f"{rate:.2f}{voice.rate_sign}" if rate_printed else voice.dash),
        score=field(earned),
    )


def draw_goal(rng: random.Random, setting: Setting) -> str:
    """The goal of the year in two to seven sentences."""
    wording = narrative()
    return _paragraph(rng, setting, (wording.goal_openings, wording.goal_middle, wording.goal_endings))


def draw_completion(rng: random.Random, setting: Setting, *, rate: str) -> str:
    """What the unit says was done, with the execution rate of the money block."""
    wording = narrative()
    parts = (wording.completion_openings, wording.completion_middle, wording.completion_endings)
    return _paragraph(rng, setting, parts).replace("$rate", rate.rstrip("%"))


def _paragraph(rng: random.Random, setting: Setting, parts: Sequence[tuple[str, ...]]) -> str:
    openings, middle, endings = parts
    tasks = rng.sample(setting.sector.tasks, rng.randint(1, len(setting.sector.tasks)))
    slots = _slots(rng, setting)
    told = [rng.choice(middle).replace("$task", task) for task in tasks]
    sentences = (rng.choice(openings), *told, *rng.sample(endings, rng.randint(1, 3)))
    return fill("".join(sentences).replace("$rate", "$$rate"), slots)


def _slots(rng: random.Random, setting: Setting) -> dict[str, str]:
    slots = {
        "place": setting.place,
        "project": setting.project,
        "year": str(setting.year),
        "unit": setting.unit,
        "n": str(rng.randint(2, 60)),
    }
    tasks = "，".join(rng.sample(setting.sector.tasks, 3))
    return slots | {"tasks": fill(tasks, slots)}


def _any_form(rng: random.Random, index: int) -> Form:
    rows = min(rng.randint(*ROWS), rng.randint(*ROWS))
    if rng.random() < TARGET_TABLE_SHARE:
        return target_table(rng, index=index, rows=rows)
    return self_evaluation(rng, index=index, rows=rows)


def _scored_rows(
    rng: random.Random, setting: Setting, *, voice: Voice, scheme: Scheme, rows: int
) -> tuple[Indicator, ...]:
    shares = (("产出指标", scheme.outputs), ("效益指标", scheme.benefits), ("满意度指标", scheme.satisfaction))
    plan = _plan_rows(rng, setting.sector, rows=rows)
    indicators: list[Indicator] = []
    for level1, points in shares:
        mine = [(level2, measure) for first, level2, measure in plan if first == level1]
        for (level2, measure), weight in zip(mine, split_points(rng, points, len(mine)), strict=True):
            row = measure_to_indicator(rng, measure, voice=voice, year=setting.year, weight=weight)
            printed = f"{level1}（{points}分）" if voice.level_points else level1
            indicators.append(replace(row, level1=field(printed), level2=field(level2)))
    return tuple(indicators)


def _target_rows(rng: random.Random, setting: Setting, *, voice: Voice, rows: int) -> tuple[Indicator, ...]:
    managed = tuple(
        Indicator(level1=field("投入与管理"), level2=field(level2), level3=field(name), target=field(target))
        for level2, name, target in narrative().management[: rng.choice((0, 0, 3, 7))]
    )
    plain = []
    for level1, level2, measure in _plan_rows(rng, setting.sector, rows=rows):
        row = measure_to_indicator(rng, measure, voice=voice, year=setting.year, weight=Decimal(1))
        plain.append(Indicator(level1=field(level1), level2=field(level2), level3=row.level3, target=row.target))
    return managed + tuple(plain)


def _plan_rows(rng: random.Random, sector: Sector, *, rows: int) -> list[tuple[str, str, Measure]]:
    """Level one, level two and measure of each row, in the order of a form; every first level has at least one row."""
    benefits, asked = max(1, rows * 3 // 10), max(1, rows // 12)
    shares = {"产出指标": max(1, rows - benefits - asked), "效益指标": benefits, "满意度指标": asked}
    plan = []
    for level1, wanted in shares.items():
        pool = _pool(sector, level1)
        chosen = sorted(rng.sample(range(len(pool)), min(wanted, len(pool))))
        plan += [(level1, *pool[place]) for place in chosen]
    return plan


def _pool(sector: Sector, level1: str) -> list[tuple[str, Measure]]:
    if level1 == "满意度指标":
        survey = [Measure(name=name, kind="rate", unit="%", low=85, high=95) for name in sector.satisfaction]
        return [("服务对象满意度指标", measure) for measure in survey]
    groups = {
        "产出指标": (("数量指标", sector.counts), ("质量指标", sector.rates)),
        "效益指标": (
            ("经济效益指标", sector.economic),
            ("社会效益指标", sector.social),
            ("生态效益指标", sector.ecology),
            ("可持续影响指标", sector.lasting),
        ),
    }[level1]
    pool = [(level2, entry_to_measure(entry, cap=False)) for level2, entries in groups for entry in entries]
    if level1 == "产出指标":
        pool += [("时效指标", Measure(name=name, kind="date")) for name in sector.dates]
        caps = [entry_to_measure(entry, cap=True) for entry in sector.caps]
        pool += [("成本指标" if "元" in measure.unit else "质量指标", measure) for measure in caps]
        pool.sort(key=lambda row: OUTPUT_ORDER.index(row[0]))
    return pool


def _document(setting: Setting, index: int) -> Document:
    path = f"{setting.sector.id}-{index:03}"
    return Document(path=path, sha256=hashlib.sha256(f"{path}{setting.project}".encode()).hexdigest())
