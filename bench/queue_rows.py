"""Rows of a queue made up in any number, with facets as varied as those of a county's forms; no checks run."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice

from review.models import LAST_PLACE, Check, Document, Finding, FormRow, Project, State, Status

SEED = 20
FORM_FINDINGS = 20  # findings of one form
UNIT_FORMS = 12  # forms of one unit and year
FOLDED = 0.2  # of the findings of a form, but for its first
WRITTEN_AT_ONCE = 2000
RULES = tuple(
    (f"rule_{place:02}", f"第{place}类问题", group)
    for place, group in enumerate(
        group
        for group in ("填报", "算术", "类别", "单位", "叙述", "成本", "重复", "预算", "跨年", "改指标")
        for _ in range(6)
    )
)
SEVERITIES = ("high", "medium", "low", "info")
DECIDED = (Status.OPEN,) * 12 + (Status.CONFIRMED, Status.CONFIRMED, Status.DISMISSED, Status.SKIPPED)
YEARS = ("2022", "2023", "2024", "2025")
AMOUNTS = (None, *(Decimal(wan * 10_000) for wan in (8, 60, 480, 3200)))
MESSAGE = (
    "指标「{indicator}」年度指标值为“≥{target}%”，实际完成值为“{actual}%”，偏差说明未写明原因，得分{points}分。" * 2
)
BASIS = "《项目支出绩效评价管理办法》（财预〔2020〕10号）第二十四条"


def make_rows(project: Project, count: int, *, seed: int = SEED) -> None:
    """So many findings in an audit, on documents and forms of their own, in the order of their places."""
    forms = make_forms(project, -(-count // FORM_FINDINGS))
    check = Check.objects.create(project=project, forms=len(forms), findings=count)
    _store(islice(make_findings(project, forms, check, seed=seed), count), dice=random.Random(seed))


def _store(findings: Iterable[Finding], *, dice: random.Random) -> None:
    """Findings written, every fifth or so told by the first one of its form."""
    tellers: dict[int, Finding] = {}
    batch: list[Finding] = []
    for finding in findings:
        teller = tellers.setdefault(finding.form_id, finding)
        if teller is not finding and dice.random() < FOLDED:
            if teller.pk is None:
                batch = _flush(batch)
            finding.covered_by = teller
        batch.append(finding)
        if len(batch) == WRITTEN_AT_ONCE:
            batch = _flush(batch)
    _flush(batch)


def _flush(batch: list[Finding]) -> list[Finding]:
    Finding.objects.bulk_create(batch)
    return []


def make_forms(project: Project, count: int) -> list[FormRow]:
    """Forms with a document each."""
    documents = Document.objects.bulk_create(
        [
            Document(
                project=project, sha256=hashlib.sha256(f"{project.pk}-{place}".encode()).hexdigest(),
                path=f"自评表/{place:05}.txt", state=State.READ, pages=1, pages_done=1,
            )
            for place in range(count)
        ],
        batch_size=WRITTEN_AT_ONCE,
    )  # fmt: skip
    return FormRow.objects.bulk_create(
        [
            FormRow(
                document=document, index=1, form_type="self_evaluation", year=YEARS[place % len(YEARS)],
                unit=f"某县第{place // (UNIT_FORMS * len(YEARS)) + 1}事务中心",
                project_name=f"第{place // len(YEARS) + 1}号公共服务设施运行维护项目",
            )
            for place, document in enumerate(documents)
        ],
        batch_size=WRITTEN_AT_ONCE,
    )  # fmt: skip


def make_findings(project: Project, forms: list[FormRow], check: Check, *, seed: int) -> Iterator[Finding]:
    """Findings without end but that of the forms, not yet stored."""
    dice = random.Random(seed)
    order = [(form, number) for number in range(FORM_FINDINGS) for form in forms]
    for place, (form, number) in enumerate(order, start=1):
        code, title, group = dice.choice(RULES)
        target, points = dice.randrange(50, 100), dice.randrange(1, 20)
        status = dice.choice(DECIDED)
        indicator = f"服务对象第{number + 1}项完成率"
        message = MESSAGE.format(indicator=indicator, target=target, actual=target - points, points=points)
        yield Finding(
            project=project, form=form, row=number, code=code, title=title, group=group, category=f"{group}不规范",
            severity=dice.choices(SEVERITIES, (1, 3, 5, 2))[0],
            verdict="cannot_check" if dice.random() < 0.05 else "fail",
            confidence=round(dice.uniform(0.5, 1.0), 3), priority=1 / place,
            place=place + (LAST_PLACE if status == Status.SKIPPED else 0),
            message=message, basis=BASIS, why="金额较大，同因疑点多。", readings="在所有读法下都成立。",
            statement=f"{form.unit}{form.project_name}：{message}", unit=form.unit, year=form.year,
            project_name=form.project_name, indicator=indicator,
            evidence=[{"form": "", "field": f"indicators[{number}].actual", "text": "95%", "places": []}],
            amount=AMOUNTS[form.pk % len(AMOUNTS)], points=points,
            cause=f"{code}-{dice.randrange(30)}", gone=dice.random() < 0.03, check_run=check, status=status,
        )  # fmt: skip
