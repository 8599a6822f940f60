"""``fuhe classify`` answers a line for a line, in the shape of the contract."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from fuhe.classifying import Task, classify_file

REASON = "仅口头询问，未留存相关资料，建议后续加强资料管理。"


def classified(path: Path, task: Task, content: str | bytes) -> tuple[int, list[dict[str, object]], str]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    out, complaints = io.StringIO(), io.StringIO()
    code = classify_file(path, task, out=out, complaints=complaints)
    return code, [json.loads(line) for line in out.getvalue().splitlines()], complaints.getvalue()


@pytest.mark.parametrize(
    ("task", "line"),
    [
        ("rationale", {"text": REASON}),
        ("rationale", {"text": ""}),
        ("target", {"text": "≥90%", "indicators": ["养护合格率"]}),
        ("target", {"text": "有所提升"}),
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
    _, (record,), _ = classified(tmp_path / "a.jsonl", "rationale", json.dumps(line))
    assert record["rewrite"] == {"status": "done", "new_indicator": "路面平整度", "new_target": "≥95%"}


def test_lines_off_the_contract_are_numbered_and_the_others_answered(tmp_path: Path) -> None:
    content = '{"text": "甲"}\n\nnot json\n{"words": "乙"}\n{"text": "丙", "indicators": "丁"}\n{"text": "戊"}\n'
    code, records, complaints = classified(tmp_path / "a.jsonl", "rationale", content)
    assert code == 3
    assert [record["text"] for record in records] == ["甲", "戊"]
    assert [number for number in (3, 4, 5) if f"第 {number} 行未能读入" in complaints] == [3, 4, 5]


def test_a_file_that_is_no_text_ends_with_3(tmp_path: Path) -> None:
    code, records, complaints = classified(tmp_path / "a.jsonl", "target", bytes(range(1, 256)) * 50)
    assert (code, records) == (3, [])
    assert "不是可识别的文字" in complaints
