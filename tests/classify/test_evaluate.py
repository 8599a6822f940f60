"""The scores: optional labels, acceptable classes and other right answers count as the label files say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from classify.evaluate import (
    Counts,
    macro_f1,
    main,
    pooled,
    score_rationales,
    score_targets,
    text_to_truths,
)


def _reason(text: str, labels: list[str], **more: object) -> str:
    record = {"text": text, "labels": labels, "rewrite": "none", "new_indicator": "", "new_target": "", **more}
    return json.dumps(record, ensure_ascii=False)


def test_optional_labels_are_neither_hit_nor_error() -> None:
    reasons, _ = text_to_truths([_reason("受台风影响未开展", ["force_majeure"], optional_labels=["not_carried_out"])])
    score = score_rationales(reasons)
    assert score.exact == 1
    assert score.classes["not_carried_out"] == Counts()
    assert score.classes["force_majeure"] == Counts(hits=1)


def test_missed_and_invented_labels_are_counted() -> None:
    reasons, _ = text_to_truths([_reason("受台风影响", ["budget_cut"])])
    score = score_rationales(reasons)
    assert score.classes["force_majeure"].false == 1
    assert score.classes["budget_cut"].missed == 1
    assert score.exact == 0


def test_approved_counts_as_done_and_names_must_be_exact() -> None:
    line = _reason("经财政局批复同意，目标值调整为60%", ["target_changed"], rewrite="done", new_target="60%")
    score = score_rationales(text_to_truths([line])[0])
    assert (score.status, score.rewritten, score.names, score.targets) == (1, 1, 1, 1)


def test_other_right_rewrite_is_accepted() -> None:
    other = {"rewrite": "none", "new_indicator": "", "new_target": ""}
    line = _reason("加强管理", ["promise_to_improve"], rewrite="suggested", new_indicator="X", alt_rewrite=other)
    score = score_rationales(text_to_truths([line])[0])
    assert (score.status, score.rewritten, score.invented) == (1, 0, 0)


def test_acceptable_class_is_a_hit_of_what_was_said() -> None:
    line = json.dumps({"text": "良好", "label": "slogan", "acceptable": ["vague"], "indicators": []})
    classes = score_targets(text_to_truths([line])[1])
    assert classes["vague"].hits == 1
    assert classes["slogan"] == Counts()


def test_averages_follow_their_definitions() -> None:
    classes = [Counts(hits=2, false=1), Counts(hits=1, missed=1), Counts()]
    assert pooled(classes) == Counts(hits=3, false=1, missed=1)
    assert macro_f1(classes) == pytest.approx((4 / 5 + 2 / 3) / 2)


def test_a_missing_file_is_named_and_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl" in capsys.readouterr().err
    assert main([]) == 2


def test_report_is_printed_for_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text(_reason("无", ["no_reason"]) + "\n", encoding="utf-8")
    assert main([str(path)]) == 0
    assert "没有说明原因" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "least"), [("rationale_seed", 0.97), ("rationale_real", 0.75), ("target_seed", 0.97), ("target_real", 0.9)]
)
def test_scores_on_the_label_files_do_not_fall(shared: Path, name: str, least: float) -> None:
    lines = (shared / "labels" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    reasons, targets = text_to_truths(lines)
    classes = score_rationales(reasons).classes if reasons else score_targets(targets)
    assert pooled(classes.values()).f1 >= least


def test_no_rewrite_is_invented_on_the_label_files(shared: Path) -> None:
    for name in ("rationale_seed", "rationale_real"):
        lines = (shared / "labels" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        assert score_rationales(text_to_truths(lines)[0]).invented == 0


def test_a_file_that_holds_no_labels_is_told_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text('{"text": "甲"}\n', encoding="utf-8")
    assert main([str(path)]) == 2
    assert "other.jsonl 第1行" in capsys.readouterr().err
