"""Which texts to label next: doubtful ones, unlike each other, never what is known; the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from classify.learning.examples import Example
from classify.learning.linear import NgramLabels
from classify.learning.next import Question, next_questions
from classify.learning.reader import Heard, TaughtText, TrainedReader
from classify.learning.stack import Stack
from classify.learning.terms import text_to_ngrams
from classify.learning.train import School
from domain.label import Task

LABELS = {"late": "资金晚到", "staff": "人手不足"}
LATE = ("资金晚到三个月", "县里资金晚到了", "年底资金晚到账", "省里的资金晚到", "资金晚到，没有用完", "第一笔资金晚到")
STAFF = ("人手不足，做不过来", "站里人手不足", "本科室人手不足", "因人手不足停办", "长期人手不足", "人手不足又无编制")
PLAIN = ("天气晴好", "指标已完成", "按计划办结", "数据见附表", "与上年相同", "无偏差")


def example(text: str) -> Example:
    return Example(task=Task.RATIONALE, text=text, known=(), unit="某单位")


def hear(one: Example) -> Heard:
    rules = {"late": 0.95 if "没钱" in one.text else 0.02, "staff": 0.02}
    return Heard(terms=tuple(text_to_ngrams(one.text)), patterns=rules)


def same_start(texts: Sequence[str]) -> list[list[int]]:
    """Texts are near that begin with the same four characters."""
    groups: dict[str, list[int]] = {}
    for place, text in enumerate(texts):
        groups.setdefault(text[:4], []).append(place)
    return [group for group in groups.values() if len(group) > 1]


def no_two(texts: Sequence[str]) -> list[list[int]]:
    return []


SCHOOL = School(hear=hear, near=no_two, labels=LABELS)


@pytest.fixture(scope="module")
def reader() -> TrainedReader:
    texts = (*LATE, *STAFF, *PLAIN)
    truth = np.array([[text in LATE, text in STAFF] for text in texts], dtype=float)
    held = {**dict.fromkeys(LATE, ("late",)), **dict.fromkeys(STAFF, ("staff",))}
    return TrainedReader(
        task=Task.RATIONALE,
        labels=LABELS,
        linear=NgramLabels(ngrams=list).fit([hear(example(text)).terms for text in texts], truth).weights_,
        stack=Stack(weights=np.array([[0.5, 1.0], [0.5, 1.0]]), bias=np.array([2.0, 2.0]), exclusive=False),
        taught=tuple(TaughtText(text=text, labels=held.get(text, ())) for text in texts),
    )


def asked(texts: Sequence[str], reader: TrainedReader, *, count: int, school: School = SCHOOL) -> tuple[Question, ...]:
    return next_questions([example(text) for text in texts], reader, school=school, count=count)


def test_a_doubtful_text_comes_before_a_plain_one(reader: TrainedReader) -> None:
    (first,) = asked(("天气晴好，按计划办结", "资金晚来，人手还够"), reader, count=1)
    assert first.example.text == "资金晚来，人手还够"
    assert first.place == 1


def test_near_copies_are_asked_once_and_counted(reader: TrainedReader) -> None:
    school = replace(SCHOOL, near=same_start)
    texts = ("资金来得甲", "别的事由", "资金来得乙", "资金来得丙")
    questions = asked(texts, reader, count=9, school=school)
    assert sorted(question.place for question in questions) == [0, 1]
    assert next(question for question in questions if question.place == 0).copies == (2, 3)
    assert any("另有 2 条写法几乎相同" in question.why for question in questions)


def test_what_resembles_a_taught_text_is_not_asked(reader: TrainedReader) -> None:
    school = replace(SCHOOL, near=same_start)
    assert [each.place for each in asked(("资金晚到三月", "另一件事"), reader, count=5, school=school)] == [1]


def test_the_batch_is_not_filled_with_one_wording(reader: TrainedReader) -> None:
    texts = ("资金还没来", "资金还没来。", "资金还没来！", "人手紧，没办")
    questions = asked(texts, reader, count=2)
    assert questions[0].example.text[:5] != questions[1].example.text[:5]


def test_a_label_with_few_examples_comes_first(reader: TrainedReader) -> None:
    taught = (*(TaughtText(text=text, labels=("late",)) for text in LATE * 30), TaughtText(text="x", labels=("staff",)))
    (first,) = asked(("资金不够，晚", "人手不够，晚"), replace(reader, taught=taught), count=1)
    assert first.label == "staff"
    assert "“人手不足”" in first.why
    assert "只有 1 条" in first.why


def test_voices_that_disagree_are_named_with_what_each_says(reader: TrainedReader) -> None:
    (only,) = asked(("没钱",), reader, count=1)
    assert "词表与模型看法不同（词表 0.95，模型 0." in only.why


@pytest.mark.parametrize(("texts", "count"), [((), 3), (("资金没来",), 0), (("资金没来",), -1)])
def test_nothing_to_ask_gives_no_question(texts: tuple[str, ...], count: int, reader: TrainedReader) -> None:
    assert asked(texts, reader, count=count) == ()


def test_the_same_seed_asks_the_same(reader: TrainedReader) -> None:
    texts = [f"{word}第{number}项" for number in range(8) for word in ("资金", "人手", "天气")]
    one, again = (asked(texts, reader, count=6) for _ in range(2))
    assert one == again
    assert len({question.place for question in one}) == 6


def test_more_than_there_are_gives_all(reader: TrainedReader) -> None:
    assert sorted(each.place for each in asked(("资金没来", "人手紧"), reader, count=10)) == [0, 1]
