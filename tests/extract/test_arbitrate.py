"""Sums choose between readings where an engine was in doubt, and never mend what was surely read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.form import Field, FieldState, Form, FundRow, Indicator, SelfEvaluation, walk
from domain.source import Alternatives, Box, Document, Reader, Source
from domain.table import Table
from extract import tables_to_forms, text_to_tables
from extract.arbitrate import settle

DOCUMENT = Document(path="扫描.pdf", sha256="")
SOURCE = Source(
    document=DOCUMENT, reader=Reader(name="model", version="1", weights="abc"), page=2, box=Box(x0=0, y0=0, x1=9, y1=9)
)
NAMES = ("initial_budget", "adjusted_budget", "executed", "weight", "execution_rate", "score")
MONEY = ("100 80 72 10 90% 9", "60 50 45 - 90% -", "40 30 27 - 90% -")
ROWS = ("50/50", "30/30", "10/5")
TOTAL = "100/94"

Others = Mapping[str, Alternatives]


def field(text: str, others: Alternatives = (), sure: float = 0.97) -> Field:
    state = FieldState.READ if text else FieldState.BLANK
    return Field(text=text, state=state, sources=(SOURCE,), confidence=sure, alternatives=others)


def evaluation(
    others: Others | None = None,
    *,
    rows: Sequence[str] = ROWS,
    money: Sequence[str] = MONEY,
    total: str = TOTAL,
) -> SelfEvaluation:
    """A form; ``others`` are other readings by path."""
    told = others or {}
    funds = [
        FundRow(item=field("年度资金总额" if n == 0 else f"来源{n}"), **{
            name: field(text, told.get(f"funds[{n}].{name}", ()))
            for name, text in zip(NAMES, line.split(), strict=True)
        })
        for n, line in enumerate(money)
    ]  # fmt: skip
    indicators = []
    for n, marks in enumerate(rows):
        pair = zip(("weight", "score"), marks.split("/"), strict=True)
        figures = {name: field(text, told.get(f"indicators[{n}].{name}", ())) for name, text in pair}
        indicators.append(Indicator(level3=field(f"巡查{n + 1}"), **figures))
    weight, score = total.split("/")
    return SelfEvaluation(
        document=DOCUMENT, index=1, funds=tuple(funds), indicators=tuple(indicators),
        total_weight=field(weight, told.get("total_weight", ())),
        total_score=field(score, told.get("total_score", ())),
    )  # fmt: skip


def changes(form: SelfEvaluation) -> dict[str, str]:
    """What the sums read otherwise, by path."""
    fields = dict(walk(settle(form).form))
    return {path: fields[path].text for path, before in walk(form) if fields[path].text != before.text}


def test_a_form_whose_sums_hold_is_as_read() -> None:
    form = evaluation({"indicators[0].score": (("30", 0.4),), "total_score": (("84", 0.4),)})
    assert settle(form).form == form and settle(form).warnings == ()


@pytest.mark.parametrize(
    ("form", "changed"),
    [
        pytest.param(
            evaluation({"indicators[1].weight": (("30", 0.2),)}, rows=("50/50", "80/30", "10/5")),
            {"indicators[1].weight": "30"}, id="weight",
        ),
        pytest.param(
            evaluation({"indicators[2].score": (("5", 0.05),)}, rows=("50/50", "30/30", "10/6")),
            {"indicators[2].score": "5"}, id="score",
        ),
        pytest.param(evaluation({"total_score": (("94", 0.3),)}, total="100/34"), {"total_score": "94"}, id="total"),
        pytest.param(
            evaluation({"total_score": (("94.00", 0.003),)}, total="100/94.00."), {"total_score": "94.00"},
            id="no-figure",
        ),
        pytest.param(
            evaluation({"funds[0].execution_rate": (("90.00%", 0.5),)}, money=("100 80 72 10 9000% 9", *MONEY[1:])),
            {"funds[0].execution_rate": "90.00%"}, id="rate",
        ),
        pytest.param(
            evaluation({"funds[0].executed": (("72", 0.1),)}, money=("100 80 12 10 90% 9", *MONEY[1:])),
            {"funds[0].executed": "72"}, id="amount",
        ),
        pytest.param(
            evaluation({"funds[2].initial_budget": (("40", 0.1),)}, money=(*MONEY[:2], "10 30 27 - 90% -")),
            {"funds[2].initial_budget": "40"}, id="component",
        ),
        pytest.param(
            evaluation(
                {"indicators[0].score": (("50", 0.3),), "indicators[1].score": (("30", 0.2),)},
                rows=("50/5", "30/3", "10/5"),
            ),
            {"indicators[0].score": "50", "indicators[1].score": "30"}, id="two-figures",
        ),
        pytest.param(
            evaluation(
                {f"indicators[{n}].weight": ((text, 0.2),) for n, text in enumerate(("50", "30", "10"))},
                rows=("50.001/50", "130.001/30", "10.001/5"),
            ),
            {"indicators[0].weight": "50", "indicators[1].weight": "30", "indicators[2].weight": "10"},
            id="strokes-down-a-column",
        ),
    ],
)  # fmt: skip
def test_the_one_reading_that_closes_a_sum_is_taken(form: SelfEvaluation, changed: dict[str, str]) -> None:
    assert changes(form) == changed


def test_what_was_read_stays_beside_and_the_change_is_told() -> None:
    form = evaluation({"indicators[1].weight": (("36", 0.3), ("30", 0.2))}, rows=("50/50", "80/30", "10/5"))
    settled = settle(form)
    weight = settled.form.indicators[1].weight
    assert (weight.text, weight.alternatives) == ("30", (("80", 0.97), ("36", 0.3)))
    assert weight.confidence < 0.97 and weight.sources == (SOURCE,)
    assert settled.warnings == ("第2行指标“巡查2”的分值（第2页）按合计关系读作“30”，原识读为“80”，请对照原件核对。",)


@pytest.mark.parametrize(
    ("form", "place"),
    [
        (evaluation({"total_score": (("94", 0.3),)}, total="100/34"), "总分（第2页）"),
        (
            evaluation({"funds[0].executed": (("72", 0.1),)}, money=("100 80 12 10 90% 9", *MONEY[1:])),
            "资金第1行“年度资金总额”的全年执行数（第2页）",
        ),
    ],
)
def test_a_change_names_field_and_page(form: SelfEvaluation, place: str) -> None:
    (warning,) = settle(form).warnings
    assert warning.startswith(f"{place}按合计关系读作")


# A sum that is wrong on paper stays wrong.


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(evaluation(total="100/95"), id="total"),
        pytest.param(evaluation(rows=("50/50", "30/30", "20/5")), id="weights"),
        pytest.param(evaluation(money=("100 80 72 10 98% 9", *MONEY[1:])), id="rate"),
        pytest.param(evaluation(money=("100 80 72 10 90% 9", "60 50 45 - 90% -", "30 30 27 - 90% -")), id="component"),
    ],
)
def test_a_wrong_sum_surely_read_stays(form: SelfEvaluation) -> None:
    assert settle(form).form is form and settle(form).warnings == ()


@pytest.mark.parametrize("odds", [0.0005, 0.003, 0.0099])
def test_a_wrong_sum_stays_where_only_an_unlikely_reading_would_mend_it(odds: float) -> None:
    form = evaluation({"total_score": (("94", odds),)}, total="100/95")
    assert settle(form).form == form and settle(form).warnings == ()


def test_two_changes_must_be_likely_together() -> None:
    others: Others = {"indicators[0].score": (("50", 0.05),), "indicators[1].score": (("30", 0.05),)}
    assert changes(evaluation(others, rows=("50/5", "30/3", "10/5"))) == {}


def test_three_figures_are_not_read_otherwise_for_one_sum() -> None:
    others: Others = {f"indicators[{n}].score": ((text, 0.5),) for n, text in enumerate(("50", "30", "5"))}
    assert changes(evaluation(others, rows=("50/20", "30/20", "10/4"))) == {}


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(evaluation({"indicators[2].score": (("12", 0.4),)}, total="100/101"), id="score-above-weight"),
        pytest.param(evaluation({"funds[0].score": (("8", 0.4),)}, total="100/93"), id="marks-of-execution"),
        pytest.param(
            evaluation({"funds[1].executed": (("27", 0.4),)}, money=(MONEY[0], MONEY[1], "40 30 45 - 150% -")),
            id="share-of-a-source",
        ),
    ],
)
def test_a_reading_that_breaks_what_held_is_not_taken(form: SelfEvaluation) -> None:
    assert settle(form).form == form and settle(form).warnings == ()


def test_a_sum_with_a_lost_figure_chooses_nothing() -> None:
    form = evaluation({"indicators[0].score": (("55", 0.4),)}, rows=("50/50", "30/30", "10/"))
    assert settle(form).form == form


# Readings between which no sum can choose.


def test_two_ways_as_likely_change_nothing_and_are_told() -> None:
    others: Others = {"indicators[0].score": (("46", 0.2),), "indicators[1].score": (("26", 0.15),)}
    form = evaluation(others, rows=("50/49", "30/29", "10/10"), total="100/94")
    settled = settle(form)
    assert changes(form) == {}
    for row, other in ((0, "46"), (1, "26")):
        score = settled.form.indicators[row].score
        assert score.confidence < 0.97 and score.alternatives[0][0] == other
    assert settled.form.indicators[2].score.confidence == 0.97
    first, second = settled.warnings
    assert "“49”，也可能是“46”" in first and "“29”，也可能是“26”" in second and "第2页" in first


def test_a_way_much_likelier_than_the_others_is_taken() -> None:
    others: Others = {"indicators[0].score": (("46", 0.4),), "indicators[1].score": (("26", 0.02),)}
    form = evaluation(others, rows=("50/49", "30/29", "10/10"), total="100/94")
    assert changes(form) == {"indicators[0].score": "46"}


def test_a_way_that_closes_another_sum_too_is_taken_before_a_likelier_one() -> None:
    others: Others = {"funds[0].score": (("9", 0.1),), "indicators[0].score": (("49", 0.4),)}
    form = evaluation(others, money=("100 80 72 10 90% 8", *MONEY[1:]), rows=("50/50", "30/30", "10/5"), total="100/94")
    assert changes(form) == {"funds[0].score": "9"}


# Text has no other readings.


def with_others(tables: Sequence[Table], others: Others) -> list[Table]:
    """Tables of text whose cells have other readings, by text: as if a model had read them."""
    return [
        replace(table, cells=tuple(replace(c, alternatives=others.get(c.text, ())) for c in table.cells))
        for table in tables
    ]


def text_form(scores: str, total: str) -> str:
    head = "绩效指标\t一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施"
    names = ("\t产出指标\t数量指标\t巡查次数", "\t\t质量指标\t巡查覆盖率", "\t效益指标\t社会效益指标\t险情起数")
    rows = [f"{name}\t12\t12\t{marks}\t" for name, marks in zip(names, scores.split(), strict=True)]
    title = ("项目支出绩效自评表", "（2023年度）", "项目名称\t\t\t河道巡查")
    return "\n".join((*title, head, *(row.replace("/", "\t") for row in rows), f"总分\t\t\t\t\t\t{total}\t")) + "\n"


def read_forms(text: str, others: Others) -> tuple[Form, ...]:
    document = Document(path="forms.txt", sha256="")
    return tables_to_forms(with_others(text_to_tables(text, document), others), document)


def test_text_is_never_changed() -> None:
    (form,) = read_forms(text_form("50/50 30/30 20/15", "100\t96"), {})
    assert isinstance(form, SelfEvaluation)
    assert [row.score.text for row in form.indicators] == ["50", "30", "15"]
    assert all(not field.alternatives and field.confidence == 1.0 for _, field in walk(form))


def test_tables_that_a_model_read_are_settled_on_their_way_to_forms() -> None:
    (form,) = read_forms(text_form("50/50 30/30 20/16", "100\t95"), {"16": (("15", 0.1),)})
    assert isinstance(form, SelfEvaluation)
    assert form.indicators[2].score.text == "15"
    assert [w for w in form.warnings if "读作" in w] == [
        "第3行指标“险情起数”的得分按合计关系读作“15”，原识读为“16”，请对照原件核对。"
    ]
    assert not [w for w in form.warnings if "各行得分之和" in w]


marks = st.integers(1, 60)


@given(st.lists(marks, min_size=1, max_size=6), st.integers(-9, 9), st.data())
def test_fields_without_other_readings_never_change(scores: list[int], gap: int, data: st.DataObject) -> None:
    weight = sum(scores)
    doubted = data.draw(st.integers(0, len(scores) - 1))
    other = data.draw(marks)
    form = evaluation(
        {f"indicators[{doubted}].score": ((str(other), 0.3),)},
        rows=[f"{score}/{score}" for score in scores], money=(), total=f"{weight}/{weight + gap}",
    )  # fmt: skip
    changed = changes(form)
    assert changed.keys() <= {f"indicators[{doubted}].score"}
    if changed:
        assert Decimal(other) - scores[doubted] == gap and other <= scores[doubted]
