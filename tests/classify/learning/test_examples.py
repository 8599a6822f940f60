"""Labelled lines and decisions to examples: what is known, what is not, and what is refused."""

from __future__ import annotations

import json

import pytest

from classify.learning.examples import HOUSE_LABELS, LONGEST_CHARS, BadExamples, Example, Task, lines_to_lesson


def one(record: dict[str, object]) -> Example:
    (example,) = lines_to_lesson([json.dumps(record, ensure_ascii=False)], name="f.jsonl").examples
    return example


def test_a_reason_knows_all_labels_but_those_left_open() -> None:
    example = one({"text": "未做问卷", "labels": ["survey_not_done"], "optional_labels": ["no_reason"]})
    known = dict(example.known)
    assert example.task is Task.RATIONALE
    assert known["survey_not_done"] is True
    assert known["budget_cut"] is False
    assert "no_reason" not in known
    assert len(known) == len(HOUSE_LABELS[Task.RATIONALE]) - 1


def test_a_target_knows_its_class_and_the_names_it_stood_under() -> None:
    example = one({"text": "无", "label": "vague", "acceptable": ["slogan"], "indicators": ["事故数"]})
    assert (example.held, example.indicators) == (frozenset({"vague"}), ("事故数",))
    assert "slogan" not in dict(example.known)


def decision(**told: object) -> dict[str, object]:
    return {"text": "电话问过", "task": "rationale", "labels": ["evidence_oral_only"], "unit": "甲局", **told}


def test_a_confirmation_teaches_only_what_the_finding_rested_on() -> None:
    assert one(decision(decision="confirm")).known == (("evidence_oral_only", True),)


def test_a_wrong_judgement_teaches_that_the_label_does_not_hold() -> None:
    assert one(decision(decision="dismiss", cause="wrong")).known == (("evidence_oral_only", False),)


def test_a_relabelling_takes_one_label_away_and_gives_another() -> None:
    example = one(decision(decision="relabel", right=["survey_not_done"]))
    assert dict(example.known) == {"evidence_oral_only": False, "survey_not_done": True}


def test_a_confirmed_target_class_excludes_the_others() -> None:
    example = one({"text": "良好", "task": "target", "decision": "confirm", "labels": ["vague"]})
    assert example.held == {"vague"}
    assert len(example.known) == len(HOUSE_LABELS[Task.TARGET])


@pytest.mark.parametrize("cause", ["misread", "explained", "immaterial", "duplicate"])
def test_other_dismissals_teach_the_text_classifier_nothing(cause: str) -> None:
    lesson = lines_to_lesson([json.dumps(decision(decision="dismiss", cause=cause))], name="f")
    assert lesson.examples == ()
    assert [count for _, count in lesson.silent] == [1]


def test_skipping_teaches_nothing() -> None:
    lesson = lines_to_lesson([json.dumps(decision(decision="skip"))], name="f")
    assert (lesson.examples, lesson.silent) == ((), (("跳过", 1),))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"text": "甲", "labels": ["weather"]}', "未知标签 weather"),
        ('{"text": "  ", "labels": ["budget_cut"]}', "文本为空"),
        (json.dumps({"text": "长" * (LONGEST_CHARS + 1), "labels": []}), f"有 {LONGEST_CHARS + 1} 字"),
        ('{"text": "甲"}', "没有 labels、label 或 decision"),
        ('{"finding": "SAT_NO_SURVEY"}', "缺少 text"),
        ("{", "不是 JSON"),
        ('{"text": "甲", "labels": "budget_cut"}', "labels 应是列表"),
        ('{"text": "甲", "task": "rationale", "decision": "yes"}', "decision 写的是“yes”"),
        ('{"text": "甲", "task": "rationale", "decision": "dismiss", "cause": "?"}', "cause 写的是“[?]”"),
    ],
)
def test_a_bad_line_is_named_with_what_to_do(line: str, said: str) -> None:
    good = '{"text": "乙", "labels": []}'
    with pytest.raises(BadExamples, match=f"f.jsonl 第2行：.*{said}"):
        lines_to_lesson([good, line], name="f.jsonl")


def test_all_bad_lines_are_named_together() -> None:
    with pytest.raises(BadExamples) as told:
        lines_to_lesson(["{"] * 30, name="f")
    assert "第1行" in str(told.value)
    assert "另有 10 处" in str(told.value)


def test_an_office_may_add_labels() -> None:
    labels = {**HOUSE_LABELS, Task.RATIONALE: {**HOUSE_LABELS[Task.RATIONALE], "weather": "天气"}}
    (example,) = lines_to_lesson(['{"text": "连日下雨", "labels": ["weather"]}'], name="f", labels=labels).examples
    assert example.held == {"weather"}
