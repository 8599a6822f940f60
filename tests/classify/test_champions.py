"""The readers in use: batches answer as single texts do, rewrites settle their labels, long texts do not hang."""

from __future__ import annotations

import time

import pytest

from classify.champions import WORD_LISTS, Champions, house_champions
from classify.labels import TASKS
from domain.label import RewriteStatus, Task

TEXTS = ("", "设备到货晚，问卷没有发", "指标修改为“网络可用率”，年度指标值为“≥99%”。", "今后加强管理")


@pytest.fixture(scope="module")
def champions() -> Champions:
    return house_champions()


def test_a_batch_answers_as_its_texts_do_one_by_one(champions: Champions) -> None:
    for text, told in zip(TEXTS, champions.rationales(TEXTS), strict=True):
        alone = champions.rationale(text)
        assert [label.id for label in told.labels] == list(TASKS["rationale"])
        for one, other in zip(told.labels, alone.labels, strict=True):
            assert one.probability == pytest.approx(other.probability, abs=1e-3)  # a batch is padded


def test_every_label_carries_what_the_word_lists_say(champions: Champions) -> None:
    listed = {label.id: label.probability for label in WORD_LISTS.rationale(TEXTS[1]).labels}
    assert {label.id: label.pattern for label in champions.rationale(TEXTS[1]).labels} == listed


def test_a_rewrite_read_out_of_the_text_settles_its_labels(champions: Champions) -> None:
    told = champions.rationale(TEXTS[2])
    assert told.rewrite.status is RewriteStatus.DONE
    assert told.has("indicator_renamed")
    assert told.has("target_changed")


@pytest.mark.parametrize("text", ["受疫情影响，预算进行调整，未开展活动。", "按计划完成，无偏差", "设备到货晚", "无"])
def test_who_gives_a_reason_does_not_give_none(champions: Champions, text: str) -> None:
    told = champions.rationale(text)
    others = max(label.probability for label in told.labels if label.id != "no_reason")
    (none,) = (label.probability for label in told.labels if label.id == "no_reason")
    assert none + others <= 1.0 + 1e-9


def test_classes_of_a_target_sum_to_one(champions: Champions) -> None:
    for labels in champions.specificities([("≥95%", ("群众满意度",)), ("及时", ()), ("", ("完成率",))]):
        assert sum(label.probability for label in labels) == pytest.approx(1.0)


def test_nothing_asked_nothing_answered(champions: Champions) -> None:
    assert champions.rationales(()) == ()
    assert champions.specificities(()) == ()


def test_a_common_target_is_no_defect(champions: Champions) -> None:
    for text in ("≥95%", "=85%", "≥90.00(%)", "100%"):
        (best, *_) = sorted(champions.specificity(text, ("群众满意度",)), key=lambda label: -label.probability)
        assert best.id == "quantified"


@pytest.mark.parametrize("piece", ["目标12场", "未", "改为“甲”", "9", "，"])
def test_a_text_of_a_hundred_thousand_characters_is_answered_in_time(champions: Champions, piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    begun = time.process_time()
    assert champions.rationale(text).text == text
    champions.specificity(text, ("甲",))
    assert time.process_time() - begun < 10


def test_names_of_labels_are_chinese(champions: Champions) -> None:
    assert champions.label_name("budget_cut") == TASKS[Task.RATIONALE]["budget_cut"]
    assert champions.label_name("no such label") == "no such label"
