"""``fuhe classify`` answers a line for a line, in the shape of the contract."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from classify.learning.examples import Task
from fuhe.classifying import classify_file

REASON = "仅口头询问，未留存相关资料，建议后续加强资料管理。"


def classified(
    path: Path, task: Task, content: str | bytes, *, explain: bool = False
) -> tuple[int, list[dict[str, object]], str]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    out, complaints = io.StringIO(), io.StringIO()
    code = classify_file(path, task, explain=explain, out=out, complaints=complaints)
    return code, [json.loads(line) for line in out.getvalue().splitlines()], complaints.getvalue()


@pytest.mark.parametrize(
    ("task", "line"),
    [
        (Task.RATIONALE, {"text": REASON}),
        (Task.RATIONALE, {"text": ""}),
        (Task.TARGET, {"text": "≥90%", "indicators": ["养护合格率"]}),
        (Task.TARGET, {"text": "有所提升"}),
    ],
)
def test_a_line_out_has_the_keys_of_the_contract(tmp_path: Path, task: Task, line: dict[str, object]) -> None:
    code, (record,), _ = classified(tmp_path / "a.jsonl", task, json.dumps(line, ensure_ascii=False))
    assert code == 0
    assert list(record) == ["text", "labels", "threshold", "rewrite"]
    assert record["text"] == line["text"]
    labels, rewrite = record["labels"], record["rewrite"]
    assert isinstance(labels, dict) and isinstance(rewrite, dict)
    assert all(0 <= probability <= 1 for probability in labels.values())
    assert list(rewrite) == ["status", "new_indicator", "new_target"]


def test_a_rewrite_is_told(tmp_path: Path) -> None:
    line = {"text": "指标修改为“路面平整度”，年度指标值为“≥95%”。"}
    _, (record,), _ = classified(tmp_path / "a.jsonl", Task.RATIONALE, json.dumps(line))
    assert record["rewrite"] == {"status": "done", "new_indicator": "路面平整度", "new_target": "≥95%"}


def test_lines_off_the_contract_are_numbered_and_the_others_answered(tmp_path: Path) -> None:
    content = '{"text": "甲"}\n\nnot json\n{"words": "乙"}\n{"text": "丙", "indicators": "丁"}\n{"text": "戊"}\n'
    code, records, complaints = classified(tmp_path / "a.jsonl", Task.RATIONALE, content)
    assert code == 3
    assert [record["text"] for record in records] == ["甲", "戊"]
    assert [number for number in (3, 4, 5) if f"第 {number} 行未能读入" in complaints] == [3, 4, 5]


def test_a_file_that_is_no_text_ends_with_3(tmp_path: Path) -> None:
    code, records, complaints = classified(tmp_path / "a.jsonl", Task.TARGET, bytes(range(1, 256)) * 50)
    assert (code, records) == (3, [])
    assert "不是可识别的文字" in complaints


def test_an_explanation_names_terms_and_near_texts_of_every_label_held(tmp_path: Path) -> None:
    line = json.dumps({"text": "没有发放问卷，设备到货晚"})
    _, (record,), _ = classified(tmp_path / "a.jsonl", Task.RATIONALE, line, explain=True)
    labels, told = record["labels"], record["explanation"]
    assert isinstance(labels, dict) and isinstance(told, dict)
    assert set(told) == {label for label, probability in labels.items() if probability >= 0.5} != set()
    for each in told.values():
        assert len(each["terms"]) == 5
        assert len(each["nearest"]) == 3
