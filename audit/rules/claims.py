"""重复, over all forms of a batch: one benefit claimed by several projects."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial

from audit.basis import TARGET_REQUIREMENTS, TRUTHFUL, together
from audit.batch import BatchView
from audit.cards import UNIT, FormCard, Key, RowCard
from audit.compare import letters, subject
from audit.kinship import project_core
from audit.phrases import plain, quoted
from audit.prose import counted_subject, odd_share
from audit.rule import PASS, Fail, FormKind, Outcome, Suspicion, batch_rule
from audit.view import FormView
from audit.words import PLACE_AHEAD, SATISFACTION
from domain.finding import Severity

GROUP = "重复"
FORMS_QUOTED = 8  # forms named and shown as evidence
DIGITS = re.compile(r"\d+(?:\.\d+)?")
BENEFIT = re.compile(r"效益|效果|影响")
LEAST_BENEFIT = 5  # letters of its own; 长效机制健全性 and 就业率 are asked of every project
COUNT_WORD = re.compile(r"数?量(?=下降|减少|增长|提高|提升|增加)|的")
LONG_BENEFIT = 8  # letters of a name that two departments of one place hit upon together only for one matter
SINGULAR_DIGITS = 3
COMMON_COUNT = 10  # a count up to here agrees by chance
TELLING_DIGITS = 4  # a count of so many digits, not a round one, is not come upon twice in one department

Place = tuple[FormCard, RowCard]


@batch_rule(
    code="SAME_OUTCOME_MULTI_CLAIM",
    title="多个项目共用同一效益",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(TARGET_REQUIREMENTS, TRUTHFUL),
    limits=(
        "效益名称须相同（“的”“数量”“人数”一类不计），去掉通用字后不足五字的不看；整数的比率、不超过10的数不比较；"
        "只在同一单位同一年度内比，带小数的比率、四位以上不取整的数在同一主管部门内比，名称八字以上而数有三位的在同一地区内比。"
        "几个项目共同支撑一项工作、如实引用同一结果的，也会报出。"
    ),
)
def same_outcome_multi_claim(batch: BatchView) -> Iterator[Suspicion]:
    """同一单位同一年度的几个项目填报同一项效益，完成数也相同（或都没有数）；是哪个项目的效果，还是同一结果报了多次，应分清。"""
    claims: dict[tuple[Key, int | None, str], list[Place]] = defaultdict(list)
    for card in batch.cards:
        for row in card.rows if card.kind is FormKind.SELF_EVALUATION else ():
            if BENEFIT.search(row.level1 + row.level2) and len(subject(row.name)) >= LEAST_BENEFIT:
                name = _claimed(row.name)
                claims[_claimant(card, name=name, actual=row.actual), card.year, name].append((card, row))
    for places in claims.values():
        by_value: dict[str, list[Place]] = defaultdict(list)
        for card, row in places:
            by_value["、".join(DIGITS.findall(row.actual))].append((card, row))
        for members in by_value.values():
            first_rows = {card.place: row.place for card, row in reversed(members)}
            if _projects(members) > 1:
                forms = tuple(sorted(first_rows))[:FORMS_QUOTED]
                rows = tuple(first_rows[form] for form in forms)
                yield Suspicion(places=forms, judge=partial(_judge_claims, rows=rows))


def _claimant(card: FormCard, *, name: str, actual: str) -> Key:
    """Within what a benefit can be told twice: a place, a department or, where the figure is a common one, a unit."""
    if SATISFACTION in name or not (_telling(actual) or _singular(actual)):
        return _owner(card)
    place = PLACE_AHEAD.search(card.department or card.unit)
    if place is not None and len(name) >= LONG_BENEFIT and _singular(actual):
        return ("place", place.group())
    return card.family if _telling(actual) else _owner(card)


def _singular(actual: str) -> bool:
    """True for one figure of three digits: 19.4万人次, 16.8%, 648元."""
    figures = DIGITS.findall(actual)
    return len(figures) == 1 and len(_significant(figures[0])) >= SINGULAR_DIGITS


def _claimed(name: str) -> str:
    """A benefit by its name, however the counting is worded: 增收户数, 增收的户数."""
    return counted_subject(COUNT_WORD.sub("", letters(name)))


def _telling(actual: str) -> bool:
    """True for a figure two units of one department do not come upon by chance."""
    figures = DIGITS.findall(actual)
    counted = len(figures) == 1 and len(_significant(figures[0])) >= TELLING_DIGITS
    return odd_share(actual) or counted


def _significant(figure: str) -> str:
    return plain(Decimal(figure)).replace(".", "").rstrip("0")


def _owner(card: FormCard) -> Key:
    """The unit, where the form names one: what counts is who claims the result."""
    return next((key for key in card.families if key[0] == UNIT), card.family)


def _projects(places: Sequence[Place]) -> int:
    return len({project_core(card.project, (card.unit, card.department)) or str(card.place) for card, _ in places})


def _judge_claims(views: Sequence[FormView], *, rows: Sequence[int]) -> Outcome:
    claims = [view.row(row) for view, row in zip(views, rows, strict=True)]
    named = "、".join(quoted(view.project_name) for view in views)
    first, actual = claims[0], claims[0].actual_text
    told = f"{named}{len(claims)}个项目都填报效益{quoted(first.name)}"
    figures = {"、".join(DIGITS.findall(row.actual_text)) for row in claims}
    if figures == {""}:
        return Fail(
            message=f"{told}，都没有数字，分不清是哪个项目的效果。",
            row=first.place,
            severity=Severity.LOW,
            confidence=0.7,
        )
    if all(odd_share(row.actual_text) for row in claims):
        message = f"{told}，完成值都是{actual}，同一结果报了多次。"
        return Fail(message=message, row=first.place, severity=Severity.LOW, confidence=0.7)
    counted = len(DIGITS.findall(actual)) == 1 and "%" not in actual and "％" not in actual
    if not counted or Decimal(DIGITS.findall(actual)[0]) <= COMMON_COUNT:
        return PASS
    # a round figure may be two estimates, an odd one is one count told twice
    odd = len(_significant(DIGITS.findall(actual)[0])) > 1
    return Fail(
        message=f"{told}，完成值都是{actual}。",
        row=first.place,
        severity=Severity.MEDIUM if odd else Severity.LOW,
        confidence=0.85 if odd else 0.6,
    )
