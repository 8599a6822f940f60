"""误读还是误报: findings under the other readings of their cells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audit import RULES, Thresholds
from audit.cells import Context
from audit.engine import form_to_raised, remembered
from audit.readings import ALL_READINGS, judge
from domain.finding import Finding, Verdict
from domain.form import Form, walk, with_fields
from domain.source import Alternatives

ROWS = [
    "产出指标 | 数量指标 | 培训场次 | ≥20场 | 22场 | 50 | 50",
    "效益指标 | 社会效益指标 | 受益人数 | ≥300人 | 310人 | 30 | 30",
    "满意度指标 | 服务对象满意度指标 | 学员满意度 | ≥90% | 93% | 10 | 10",
]
BY_CODE = {rule.code: rule for rule in RULES}


@pytest.fixture
def form(sheets: Any) -> Form:
    """A form that is in order but for its printed total."""
    made: Form = sheets.form({"name": "sums", "rows": ROWS, "total": "98"})
    return made


def with_readings(form: Form, readings: dict[str, Alternatives]) -> Form:
    fields = dict(walk(form))
    return with_fields(form, {path: replace(fields[path], alternatives=other) for path, other in readings.items()})


def found(form: Form, sheets: Any, code: str = "SUM_TOTAL_MISMATCH") -> Finding:
    context = Context(skills=remembered(sheets.skills({"name": ""})), thresholds=Thresholds())
    (raised,) = form_to_raised(form, (BY_CODE[code],), context=context)
    assert raised.finding.verdict is Verdict.FAIL
    return raised.finding


def test_nothing_is_said_where_no_cell_has_another_reading(form: Form, sheets: Any) -> None:
    assert found(form, sheets).readings == ""


def test_a_finding_that_another_reading_ends_names_the_cell_and_the_character(form: Form, sheets: Any) -> None:
    finding = found(with_readings(form, {"indicators[0].score": (("48", 0.2), ("56", 0.05))}), sheets)
    assert "第1项指标的得分“50”实为“48”，此疑点消失" in finding.readings and "这一格" in finding.readings
    assert finding.confidence < 0.8


def test_other_readings_of_a_length_are_told_whole(form: Form, sheets: Any) -> None:
    finding = found(with_readings(form, {"indicators[1].score": (("28", 0.3),)}), sheets)
    assert "“30”实为“28”" in finding.readings


def test_the_total_itself_may_be_misread(form: Form, sheets: Any) -> None:
    closed = with_fields(form, {"total_score": replace(dict(walk(form))["total_score"], text="108")})
    finding = found(with_readings(closed, {"total_score": (("100", 0.4),)}), sheets)
    assert "总分“108”中的8实为0，此疑点消失" in finding.readings


def test_two_cells_together_may_end_it(form: Form, sheets: Any) -> None:
    both: dict[str, Alternatives] = {"indicators[0].score": (("49", 0.2),), "indicators[1].score": (("29", 0.2),)}
    finding = found(with_readings(form, both), sheets)
    assert "，且" in finding.readings and "这几格" in finding.readings


def test_a_finding_sure_under_all_readings_keeps_its_confidence(form: Form, sheets: Any) -> None:
    plain, doubtful = found(form, sheets), found(with_readings(form, {"indicators[0].score": (("60", 0.2),)}), sheets)
    assert doubtful.readings == ALL_READINGS and doubtful.confidence == plain.confidence


def test_likelier_other_readings_cost_more_confidence(form: Form, sheets: Any) -> None:
    shares = [
        found(with_readings(form, {"indicators[0].score": (("48", odds),)}), sheets).confidence
        for odds in (0.01, 0.2, 0.45)
    ]
    assert shares == sorted(shares, reverse=True) and len(set(shares)) == len(shares)


def test_many_doubtful_cells_are_read_otherwise_one_at_a_time(form: Form) -> None:
    asked: list[dict[str, str]] = []
    paths = [f"indicators[{row}].{column}" for row in range(3) for column in ("weight", "score", "actual")]
    doubtful = with_readings(form, {path: (("1", 0.1), ("2", 0.05)) for path in paths})

    def stands(read: Form) -> bool:
        asked.append({path: field.text for path, field in walk(read)})
        return True

    assert judge(doubtful, frozenset(paths), stands=stands).words == ALL_READINGS
    texts = {path: field.text for path, field in walk(doubtful)}
    assert len(asked) == 2 * len(paths)
    assert all(sum(read[path] != texts[path] for path in paths) == 1 for read in asked)
