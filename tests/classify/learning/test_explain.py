"""Explanations add up to the answer, and the nearest taught texts hold the label."""

from __future__ import annotations

import math

import pytest

from classify.champions import entry_to_reader
from classify.learning.explain import explain, nearest, term_to_words
from classify.learning.reader import TrainedReader
from classify.listening import reason_to_heard
from models.store import Library, Shelf, house_library


@pytest.fixture(scope="module")
def reader() -> TrainedReader:
    shipped = house_library().shipped
    library = Library(shipped=shipped, own=Shelf(shipped.root / "nowhere"))
    entry = library.champion("rationale")
    assert entry is not None
    return entry_to_reader(entry, library)


@pytest.mark.parametrize("text", ["", "未发放问卷，电话问了几户", "厂家停产，设备晚到三个月", "x" * 3000])
def test_the_shares_add_up_to_the_probability(reader: TrainedReader, text: str) -> None:
    heard = reason_to_heard(text)
    for place, label in enumerate(reader.labels):
        told = explain(reader, heard, label)
        summed = told.base + told.word_lists + told.encoder + sum(share.log_odds for share in told.shares)
        assert summed == pytest.approx(told.log_odds, abs=1e-6)
        assert 1 / (1 + math.exp(-summed)) == pytest.approx(reader.probability([heard])[0, place], abs=1e-6)


def test_the_strongest_terms_come_from_the_text(reader: TrainedReader) -> None:
    heard = reason_to_heard("没有发放问卷")
    strongest = explain(reader, heard, "survey_not_done").strongest
    assert len(strongest) == 5
    assert {share.term for share in strongest} <= set(heard.terms)


def test_the_nearest_texts_hold_the_label_and_are_ordered(reader: TrainedReader) -> None:
    found = nearest(reader, "资金12月才到账", label="funds_late_or_short")
    assert len(found) == 3
    assert all("funds_late_or_short" in near.taught.labels for near in found)
    assert [near.likeness for near in found] == sorted((near.likeness for near in found), reverse=True)
    assert found[0].likeness > 0.1


def test_a_taught_text_is_nearest_to_itself(reader: TrainedReader) -> None:
    taught = next(each for each in reader.taught if "budget_cut" in each.labels and len(each.text) > 10)
    assert nearest(reader, taught.text, label="budget_cut")[0].likeness == pytest.approx(1.0)


def test_an_unknown_label_is_a_mistake_of_the_caller(reader: TrainedReader) -> None:
    with pytest.raises(KeyError):
        explain(reader, reason_to_heard("甲"), "weather")


@pytest.mark.parametrize(
    ("term", "words"),
    [("问卷", "“问卷”"), ("^未", "“未”（句首）"), ("晚$", "“晚”（句末）"), ("名:满意", "指标名“满意”"),
     ("#survey", "词表[survey]"), ("#survey>not", "词表[survey 之后是 not]"), ("#a+b", "词表[a 同句有 b]")],
)  # fmt: skip
def test_terms_are_told_in_words(term: str, words: str) -> None:
    assert term_to_words(term) == words
