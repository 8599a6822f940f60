"""The rule book is the rules' own, and what it shows is what the whole program says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from audit import RULES, Rule
from audit.thresholds import Thresholds, number_sources
from audit.weights import Weights
from bench import rulebook
from bench.form_pages import form_to_markdown
from bench.rulebook import rules_to_markdown
from bench.sheets import Case, Sheet, case_to_form, read_sheet
from domain.finding import Severity

BOOK = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
BLANK = next(rule for rule in RULES if rule.code == "ACTUAL_BLANK")
EVERYTHING = frozenset({"funds", "indicators", "project_name", "expected_goal", "goals", "total_score"})


@pytest.fixture(scope="module")
def book() -> str:
    return rules_to_markdown()


def entry_of(rule: Rule, book: str) -> str:
    """What stands under a rule, up to the next one."""
    return book.split(f'<a id="{rule.code}"></a>')[1].split("<a id=")[0]


def test_the_printed_book_is_current(book: str) -> None:
    assert BOOK.read_text(encoding="utf-8") == book, "run: make docs"


@pytest.mark.parametrize("rule", RULES, ids=[rule.code for rule in RULES])
def test_every_rule_stands_in_the_book_with_all_its_parts(rule: Rule, book: str) -> None:
    entry = entry_of(rule, book)
    assert f"[{rule.title}](#{rule.code})" in book
    for part in (rule.title, rule.explanation, rule.basis, rule.limits, "**示例**", "> 报出（", "**反例**（不报）"):
        assert part in entry


def test_the_book_names_every_threshold(book: str) -> None:
    assert all(
        f"`{name}`" in book and source in book
        for numbers in (Thresholds, Weights)
        for name, _, source in number_sources(numbers)
    )


def test_the_order_of_the_contents_is_that_of_the_groups(book: str) -> None:
    groups = list(dict.fromkeys(rule.group for rule in RULES))
    assert [line[3:] for line in book.splitlines() if line.startswith("## ")] == ["目录", *groups, "阈值", "排序"]


def with_sheet(monkeypatch: pytest.MonkeyPatch, *, failing: list[Case], passing: list[Case]) -> None:
    """The book reads these cases instead of the sheet of a rule."""
    sheet: Sheet = {"pass": passing, "fail": failing, "cannot_check": []}
    monkeypatch.setattr(rulebook, "read_sheet", lambda _: sheet)


def case(note: str, row: str) -> Case:
    made: Case = {"name": note or "unnoted", "rows": [row]}
    return {**made, "note": note} if note else made


BLANK_ROW = "产出指标 | 数量指标 | 巡查次数 | ≥12次 | | 10 | 10"
FILLED_ROW = "产出指标 | 数量指标 | 巡查次数 | ≥12次 | 14次 | 10 | 10"


@pytest.mark.parametrize(
    ("failing", "passing", "complaint"),
    [
        ([case("", BLANK_ROW)], [case("填了。", FILLED_ROW)], "0 fail cases"),
        ([case("空着。", BLANK_ROW)] * 2, [case("填了。", FILLED_ROW)], "2 fail cases"),
        ([case("空着。", BLANK_ROW)], [case("", FILLED_ROW)], "0 pass cases"),
        ([case("空着。", FILLED_ROW)], [case("填了。", FILLED_ROW)], "the example"),
        ([case("空着。", BLANK_ROW)], [case("填了。", BLANK_ROW)], "the counter-example"),
    ],
)
def test_a_book_that_would_not_be_true_is_not_printed(
    monkeypatch: pytest.MonkeyPatch, failing: list[Case], passing: list[Case], complaint: str
) -> None:
    with_sheet(monkeypatch, failing=failing, passing=passing)
    with pytest.raises(ValueError, match=f"ACTUAL_BLANK: .*{complaint}"):
        rules_to_markdown([BLANK])


def test_an_example_shows_the_blank_cell_the_finding_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    with_sheet(monkeypatch, failing=[case("空着。", BLANK_ROW)], passing=[case("填了。", FILLED_ROW)])
    book = rules_to_markdown([replace(BLANK, severity=Severity.LOW)])
    assert "| 产出指标 | 数量指标 | 巡查次数 | ≥12次 | （空） | 10 | 10 |" in book
    assert "> 报出（低）：第1项指标“巡查次数”目标≥12次，实际完成值为空，得10/10分。" in book


def test_a_form_shows_only_the_parts_asked_for_and_those_it_has() -> None:
    made: Case = {
        "name": "",
        "kind": "target",
        "project": "河道清淤",
        "goal": "清淤11条。",
        "rows": ["产出 | 数量 | 清淤 | 11条"],
    }
    page = form_to_markdown(case_to_form(made), title="表1", parts=EVERYTHING, asked=frozenset())
    assert page.splitlines() == [
        "表1；绩效目标表；项目名称：河道清淤",
        "",
        "- 总目标：清淤11条。",
        "",
        "| 一级指标 | 二级指标 | 指标名称 | 年度指标值 |",
        "| --- | --- | --- | --- |",
        "| 产出 | 数量 | 清淤 | 11条 |",
    ]


def test_a_form_of_single_words_takes_one_line() -> None:
    made: Case = {"name": "", "project": "河道清淤", "total": "91"}
    parts = frozenset({"project_name", "total_score"})
    page = form_to_markdown(case_to_form(made), title="", parts=parts, asked=frozenset())
    assert page == "项目名称：河道清淤；总分：91"


def test_a_bar_inside_a_cell_does_not_end_it() -> None:
    form = case_to_form({"name": "", "rows": [BLANK_ROW]})
    barred = replace(
        form, indicators=tuple(replace(row, level3=replace(row.level3, text="甲|乙")) for row in form.indicators)
    )
    page = form_to_markdown(barred, title="", parts=frozenset({"indicators"}), asked=frozenset())
    assert "| 甲\\|乙 |" in page


@pytest.mark.parametrize("rule", RULES, ids=[rule.code for rule in RULES])
def test_notes_are_sentences(rule: Rule) -> None:
    sheet = read_sheet(rule.code)
    notes = [each["note"] for each in (*sheet["fail"], *sheet["pass"]) if "note" in each]
    assert len(notes) == 2
    assert all(note.endswith("。") for note in notes)
