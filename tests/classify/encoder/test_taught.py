"""Labelled lines to what the heads learn."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from classify.encoder.joining import join, joined, may_join
from classify.encoder.spans import STATUSES, Named
from classify.encoder.taught import (
    UNSURE,
    Pupils,
    files_to_pupils,
    only_ones,
    parted,
    reason_to_spans,
    reasons_to_statuses,
    reasons_to_truth,
    targets_to_classes,
    unit_of,
)
from classify.labels import RATIONALE, TARGET
from domain.label import RewriteStatus


def _pupils(folder: Path, *records: Mapping[str, object], name: str = "roads") -> Pupils:
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return files_to_pupils([folder])


def _reason(text: str, *labels: str, **more: object) -> dict[str, object]:
    return {"text": text, "labels": list(labels), "rewrite": "none"} | more


@pytest.mark.parametrize(
    ("labels", "more", "right"),
    [
        ((), {}, {RewriteStatus.NONE}),
        ((), {"rewrite": "suggested"}, {RewriteStatus.SUGGESTED}),
        (("target_changed",), {"rewrite": "done"}, {RewriteStatus.DONE}),
        (("target_changed", "approved_change"), {"rewrite": "done"}, {RewriteStatus.APPROVED}),
        (
            ("target_changed",),
            {"rewrite": "done", "optional_labels": ["approved_change"]},
            {RewriteStatus.DONE, RewriteStatus.APPROVED},
        ),
        (
            (),
            {"rewrite": "suggested", "alt_rewrite": {"rewrite": "none"}},
            {RewriteStatus.NONE, RewriteStatus.SUGGESTED},
        ),
    ],
)
def test_the_statuses_learnt_are_those_that_may_be_right(
    tmp_path: Path, labels: tuple[str, ...], more: dict[str, object], right: set[RewriteStatus]
) -> None:
    statuses = reasons_to_statuses(_pupils(tmp_path, _reason("某文", *labels, **more)).reasons)
    assert {status for status, may_be in zip(STATUSES, statuses[0], strict=True) if may_be} == right
    assert only_ones(statuses).tolist() == [STATUSES.index(next(iter(right))) if len(right) == 1 else UNSURE]


def test_optional_labels_are_not_known(tmp_path: Path) -> None:
    pupils = _pupils(tmp_path, _reason("下雨", "force_majeure", optional_labels=["not_carried_out"]))
    truth = dict(zip(RATIONALE, reasons_to_truth(pupils.reasons)[0].tolist(), strict=True))
    assert truth["force_majeure"] == 1
    assert np.isnan(truth["not_carried_out"])
    assert truth["no_reason"] == 0


def test_spans_stand_where_the_names_are_printed(tmp_path: Path) -> None:
    record = _reason("指标改为“完好率”，值为95%", rewrite="done", new_indicator="完好率", new_target="95%")
    (reason,) = _pupils(tmp_path, record).reasons
    assert reason_to_spans(reason) == ((Named.INDICATOR, 5, 8), (Named.TARGET, 12, 15))


def test_targets_have_the_class_the_annotator_put_first(tmp_path: Path) -> None:
    record = {"text": "较好", "label": "vague", "acceptable": ["slogan"], "indicators": ["效果"]}
    assert targets_to_classes(_pupils(tmp_path, record).targets).tolist() == [list(TARGET).index("vague")]


def test_copies_files_left_out_and_texts_kept_apart_are_not_learnt(tmp_path: Path) -> None:
    folder, gold = tmp_path / "all", tmp_path / "gold"
    folder.mkdir()
    gold.mkdir()
    _pupils(folder, _reason("下雨"), _reason("下 雨"), _reason("缺人"), name="roads")
    _pupils(folder, _reason("缺钱"), name="schools")
    _pupils(gold, _reason("缺人"), name="kept")
    assert [each.text for each in files_to_pupils([folder], without=["schools"], gold=[gold]).reasons] == ["下雨"]


def test_no_unit_stands_on_both_sides(tmp_path: Path) -> None:
    records = [_reason(f"第{place}段下雨", unit=f"第{place % 40}站") for place in range(200)]
    train, held_out = parted(_pupils(tmp_path, *records), share=0.25, seed=1)
    assert not train.units & held_out.units
    assert len(train.reasons) + len(held_out.reasons) == 200
    assert 4 <= len(held_out.units) <= 16
    more, _ = parted(_pupils(tmp_path, *records, _reason("缺人", unit="新站")), share=0.25, seed=1)
    assert train.units <= more.units


def test_a_text_of_an_unknown_unit_stands_for_itself(tmp_path: Path) -> None:
    pupils = _pupils(tmp_path, _reason("下雨"), _reason("缺人"))
    assert len({unit_of(each) for each in pupils.reasons}) == 2


def test_two_reasons_make_a_third_that_holds_the_labels_of_both(tmp_path: Path) -> None:
    rain = _reason("下雨停工。", "force_majeure", optional_labels=["not_carried_out"])
    renamed = _reason("指标改为完好率", "indicator_renamed", rewrite="done", new_indicator="完好率")
    both = join(*_pupils(tmp_path, rain, renamed).reasons, between="；")
    assert both.text == "下雨停工；指标改为完好率"
    assert both.held == {"force_majeure", "indicator_renamed"}
    assert "not_carried_out" not in dict(both.known)
    assert only_ones(reasons_to_statuses([both])).tolist() == [STATUSES.index(RewriteStatus.DONE)]
    assert reason_to_spans(both) == ((Named.INDICATOR, 9, 12),)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (_reason("无", "no_reason"), _reason("下雨", "force_majeure")),
        (_reason("改为甲", rewrite="done"), _reason("拟改为乙", rewrite="suggested")),
        (
            _reason("改为甲", "indicator_renamed", rewrite="done"),
            _reason("预算经批复调减", "budget_cut", "approved_change"),
        ),
    ],
)
def test_texts_that_would_change_each_other_are_not_joined(
    tmp_path: Path, first: dict[str, object], second: dict[str, object]
) -> None:
    one, other = _pupils(tmp_path, first, second).reasons
    assert not may_join(one, other)
    assert not may_join(other, one)
    assert not joined([one, other], share=5, chance=np.random.default_rng(0))


def test_figures_beside_a_reason_are_not_known_to_be_misplaced(tmp_path: Path) -> None:
    reasons = _pupils(tmp_path, _reason("得8分", "misplaced_content"), _reason("下雨", "force_majeure")).reasons
    assert "misplaced_content" not in dict(join(*reasons, between=" ").known)
