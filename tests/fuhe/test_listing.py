"""The list speaks an auditor's language and knows which form it speaks of."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import extract
from domain.finding import Verdict
from domain.form import (
    FIELD_NAMES,
    MISSING,
    Field,
    FieldState,
    FundRow,
    SelfEvaluation,
    TargetTable,
    field_to_words,
    walk,
)
from domain.source import Document, Reader, Source
from fuhe.batch import Batch, Outcome, Status
from fuhe.listing import OTHER_GROUP, TextToAmount, batch_to_unread, findings_to_listing, form_to_amount_wan
from fuhe.page_notes import PageNote
from fuhe.pipeline import Reading
from fuhe.spans import numbers_to_words
from fuhe.wording import sources_to_words

if TYPE_CHECKING:
    from tests.fuhe.conftest import Hand

DOCUMENT = Document(path="a", sha256="")
READER = Reader(name="x", version="1")


def test_every_field_of_a_form_has_a_chinese_name() -> None:
    from domain.form import Indicator

    forms = (
        SelfEvaluation(document=DOCUMENT, index=1, funds=(FundRow(),), indicators=(Indicator(),)),
        TargetTable(document=DOCUMENT, index=1, indicators=(Indicator(),)),
    )
    names = {path.rpartition(".")[2] for form in forms for path, _ in walk(form)}
    assert names <= FIELD_NAMES.keys()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("indicators[3].target", "指标4·年度指标值"),
        ("funds[0].executed", "资金1·全年执行数"),
        ("indicators[].score", "指标·得分"),
        ("funds[].executed", "资金·全年执行数"),
        ("indicators", "指标"),
        ("funds", "资金情况"),
        ("grade", "评价等级"),
    ],
)
def test_paths_are_told_in_words(path: str, words: str) -> None:
    assert field_to_words(path) == words


@pytest.mark.parametrize(("numbers", "words"), [([], ""), ([4], "4"), ([3, 1, 2, 7], "1—3、7"), ([1, 3], "1、3")])
def test_neighbours_are_drawn_together(numbers: list[int], words: str) -> None:
    assert numbers_to_words(numbers) == words


@given(st.sets(st.integers(1, 60)))
def test_no_number_is_lost_or_made_up(numbers: set[int]) -> None:
    told: set[int] = set()
    for span in filter(None, numbers_to_words(numbers).split("、")):
        first, _, last = span.partition("—")
        told |= set(range(int(first), int(last or first) + 1))
    assert told == numbers


def test_places_name_pages_and_lines() -> None:
    sources = [Source(document=DOCUMENT, reader=READER, page=2), Source(document=DOCUMENT, reader=READER, line=9)]
    assert sources_to_words(sources) == "第 2 页，第 9 行"
    assert sources_to_words([]) == ""
    sheet = [Source(document=DOCUMENT, reader=READER, page=1, line=line) for line in (4, 5)]
    assert sources_to_words(sheet) == "第 1 个工作表第 4—5 行"


def test_findings_are_sorted_into_stories_covered_and_unchecked(hand: Hand, to_amount: TextToAmount) -> None:
    findings = (
        hand.finding(rank=1),
        hand.finding(rank=2, covered_by=1),
        hand.finding(rank=3, verdict=Verdict.CANNOT_CHECK),
        hand.finding(rank=4, verdict=Verdict.CANNOT_CHECK, covered_by=3),
    )
    listing = findings_to_listing(findings, (hand.evaluation(),), groups={}, text_to_amount=to_amount)
    ranks = [[e.finding.rank for e in part] for part in (listing.top, listing.covered, listing.unchecked)]
    assert ranks == [[1], [2], [3, 4]]
    assert listing.top[0].group == OTHER_GROUP


def test_a_finding_without_its_form_is_listed_all_the_same(hand: Hand, to_amount: TextToAmount) -> None:
    listing = findings_to_listing((hand.finding(form_index=9),), (), groups={}, text_to_amount=to_amount)
    (entry,) = listing.top
    assert (entry.unit, entry.indicator, entry.amount_wan) == ("", "", None)


def test_the_amount_is_the_budget_of_the_year_in_ten_thousands(hand: Hand, to_amount: TextToAmount) -> None:
    evaluation = hand.evaluation()
    assert form_to_amount_wan(evaluation, to_amount) == Decimal("1200.50")
    assert form_to_amount_wan(hand.target(), to_amount) == Decimal(200)
    initial = replace(evaluation.funds[0], initial_budget=evaluation.funds[0].executed, adjusted_budget=MISSING)
    assert form_to_amount_wan(replace(evaluation, funds=(initial,)), to_amount) == Decimal(600)
    assert form_to_amount_wan(replace(evaluation, funds=()), to_amount) is None


def test_the_amount_is_the_total_where_that_stands_below_its_components(hand: Hand, to_amount: TextToAmount) -> None:
    evaluation = hand.evaluation()
    whole = replace(evaluation.funds[0], item=Field(text="合计", state=FieldState.READ))
    part = replace(whole, item=Field(text="当年财政拨款", state=FieldState.READ), adjusted_budget=whole.executed)
    assert form_to_amount_wan(replace(evaluation, funds=(part, whole)), to_amount) == Decimal("1200.50")


def test_a_form_that_names_no_unit_of_money_is_counted_like_the_national_form(hand: Hand) -> None:
    evaluation = replace(hand.evaluation(), amount_unit=MISSING)
    assert form_to_amount_wan(evaluation, extract.text_to_amount) == Decimal("1200.50")


@pytest.mark.parametrize(("unit", "amount"), [("千元", "120.05"), ("亿元", "12005000"), ("万元、元", None)])
def test_the_amount_follows_the_unit_of_the_form(hand: Hand, unit: str, amount: str | None) -> None:
    evaluation = replace(hand.evaluation(), amount_unit=Field(text=unit, state=FieldState.READ))
    assert form_to_amount_wan(evaluation, extract.text_to_amount) == (None if amount is None else Decimal(amount))


def test_unread_files_and_unread_pages_are_listed_each_once(hand: Hand) -> None:
    good, bad = PageNote(number=1, words=3), PageNote(number=2, reason="坏了。", picture="unread_pages/表-ab/p002.jpg")
    batch = Batch(
        outcomes=(
            Outcome(path="空.txt", status=Status.UNREADABLE, reason="文件是空的。"),
            outcome_of(hand, "部分.pdf", Status.READ, good, bad),
            outcome_of(hand, "一页.jpg", Status.UNREADABLE, bad),
            outcome_of(hand, "全坏.pdf", Status.UNREADABLE, bad, bad),
        )
    )
    assert [(one.path, one.place, one.picture[-8:]) for one in batch_to_unread(batch)] == [
        ("空.txt", "", ""),
        ("部分.pdf", "第 2 页", "p002.jpg"),
        ("一页.jpg", "", "p002.jpg"),
        ("全坏.pdf", "", ""),
        ("全坏.pdf", "第 2 页", "p002.jpg"),
        ("全坏.pdf", "第 2 页", "p002.jpg"),
    ]


def outcome_of(hand: Hand, path: str, status: Status, *pages: PageNote) -> Outcome:
    return Outcome(path=path, status=status, reading=Reading(document=hand.document, pages=pages))
