"""``fuhe classify``: one text a line in, its labels a line out, in the shape of the contract."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NotRequired, TextIO

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from domain.errors import UnreadableDocument
from domain.label import Label, Rewrite
from fuhe.decode import bytes_to_text

Task = Literal["rationale", "target"]

EXIT_ALL_READ = 0
EXIT_SOME_UNREAD = 3


class Line(TypedDict):
    """One line in: a text, and the names of the indicators it stood under where they are known."""

    text: str
    indicators: NotRequired[list[str]]


class RewriteRecord(TypedDict):
    """What a reason says about swapping its indicator; "" where the new one is not named."""

    status: Literal["none", "suggested", "done", "approved"]
    new_indicator: str
    new_target: str


class LabelRecord(TypedDict):
    """One line out."""

    text: str
    labels: dict[str, float]
    threshold: float
    rewrite: RewriteRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line that is not of the contract, counted from 1, with the reason in Chinese."""

    number: int
    reason: str


_LINE = TypeAdapter(Line)
_NO_REWRITE = Rewrite()


def classify_file(path: Path, task: Task, *, out: TextIO, complaints: TextIO) -> int:
    """Label every line of a file; lines that cannot be read are complained of and have no line out. The exit code."""
    try:
        text = bytes_to_text(path.read_bytes()).text
    except UnreadableDocument as error:
        complaints.write(f"{path}：{error}\n")
        return EXIT_SOME_UNREAD
    read = tuple(text_to_lines(text))
    bad = [line for line in read if isinstance(line, BadLine)]
    good = [line for line in read if not isinstance(line, BadLine)]
    for record in lines_to_records(good, task):
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
    for line in bad:
        complaints.write(f"{path} 第 {line.number} 行未能读入：{line.reason}\n")
    complaints.write(f"已分类 {len(good)} 行" + (f"，{len(bad)} 行未能读入" if bad else "") + "。\n")
    return EXIT_SOME_UNREAD if bad else EXIT_ALL_READ


def text_to_lines(text: str) -> Iterator[Line | BadLine]:
    """The lines of a jsonl text; empty ones are passed over."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield _LINE.validate_json(line)
            except ValidationError:
                yield BadLine(
                    number=number, reason='不是 {"text": "…", "indicators": ["…"]} 形式的 JSON，请改正这一行。'
                )


def lines_to_records(lines: Sequence[Line], task: Task) -> list[LabelRecord]:
    """The labels of the lines, in their order."""
    from classify import THRESHOLD, read_rationales, target_specificity

    if task == "target":
        return [
            _labels_to_record(
                line["text"],
                target_specificity(line["text"], line.get("indicators", [])),
                rewrite=_NO_REWRITE,
                threshold=THRESHOLD,
            )
            for line in lines
        ]
    rationales = read_rationales([line["text"] for line in lines])
    return [
        _labels_to_record(line["text"], rationale.labels, rewrite=rationale.rewrite, threshold=THRESHOLD)
        for line, rationale in zip(lines, rationales, strict=True)
    ]


def _labels_to_record(text: str, labels: Sequence[Label], *, rewrite: Rewrite, threshold: float) -> LabelRecord:
    return {
        "text": text,
        "labels": {label.id: round(label.probability, 4) for label in labels},
        "threshold": threshold,
        "rewrite": {
            "status": rewrite.status.value,
            "new_indicator": rewrite.new_indicator,
            "new_target": rewrite.new_target,
        },
    }
