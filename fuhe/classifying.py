"""``fuhe classify``: one text a line in, its labels a line out, in the shape of the contract."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NotRequired, TextIO

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from domain.errors import UnreadableDocument
from domain.label import HELD, Label, Rewrite, Task
from fuhe.decode import bytes_to_text

if TYPE_CHECKING:
    from classify.champions import Champions
    from classify.learning.reader import TrainedReader

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


class NearRecord(TypedDict):
    """A taught text that resembles the line, with its labels; likeness in 0..1."""

    text: str
    labels: list[str]
    likeness: float


class ExplanationRecord(TypedDict):
    """Log-odds of a label: its start, what word lists, encoder and the five strongest terms add; and near texts."""

    base: float
    word_lists: float
    encoder: float
    terms: list[list[str | float]]
    nearest: list[NearRecord]


class LabelRecord(TypedDict):
    """One line out; ``explanation`` of the labels held, where it was asked for."""

    text: str
    labels: dict[str, float]
    threshold: float
    rewrite: RewriteRecord
    explanation: NotRequired[dict[str, ExplanationRecord]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line that is not of the contract, counted from 1, with the reason in Chinese."""

    number: int
    reason: str


_LINE = TypeAdapter(Line)
_NO_REWRITE = Rewrite()


def classify_file(path: Path, task: Task, *, explain: bool, out: TextIO, complaints: TextIO) -> int:
    """Label every line of a file; lines that cannot be read are complained of and have no line out. The exit code."""
    try:
        text = bytes_to_text(path.read_bytes()).text
    except UnreadableDocument as error:
        complaints.write(f"{path}：{error}\n")
        return EXIT_SOME_UNREAD
    read = tuple(text_to_lines(text))
    bad = [line for line in read if isinstance(line, BadLine)]
    good = [line for line in read if not isinstance(line, BadLine)]
    for record in lines_to_records(good, task, explain=explain):
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


def lines_to_records(lines: Sequence[Line], task: Task, *, explain: bool = False) -> list[LabelRecord]:
    """The labels of the lines, in their order."""
    from classify.champions import house_champions

    champions = house_champions()
    if task is Task.TARGET:
        labels = champions.specificities([(line["text"], tuple(line.get("indicators", []))) for line in lines])
        rewrites = [_NO_REWRITE] * len(lines)
    else:
        rationales = champions.rationales([line["text"] for line in lines])
        labels = tuple(rationale.labels for rationale in rationales)
        rewrites = [rationale.rewrite for rationale in rationales]
    records = [
        _labels_to_record(line["text"], own, rewrite=rewrite)
        for line, own, rewrite in zip(lines, labels, rewrites, strict=True)
    ]
    reader = champions.readers.get(task)
    if explain and reader is not None:
        for line, record in zip(lines, records, strict=True):
            record["explanation"] = _line_to_explanations(line, record, reader=reader, champions=champions)
    return records


def _labels_to_record(text: str, labels: Sequence[Label], *, rewrite: Rewrite) -> LabelRecord:
    return {
        "text": text,
        "labels": {label.id: round(label.probability, 4) for label in labels},
        "threshold": HELD,
        "rewrite": {
            "status": rewrite.status.value,
            "new_indicator": rewrite.new_indicator,
            "new_target": rewrite.new_target,
        },
    }


def _line_to_explanations(
    line: Line, record: LabelRecord, *, reader: TrainedReader, champions: Champions
) -> dict[str, ExplanationRecord]:
    """Why each label that is held is held."""
    from classify.learning.explain import explain, nearest, term_to_words
    from classify.listening import target_to_heard

    names = tuple(line.get("indicators", []))
    heard = (
        target_to_heard(line["text"], names)
        if reader.task is Task.TARGET
        else champions.hear_reasons([line["text"]])[0]
    )
    told: dict[str, ExplanationRecord] = {}
    for label, probability in record["labels"].items():
        if probability < HELD or label not in reader.labels:
            continue
        found = explain(reader, heard, label)
        told[label] = {
            "base": round(found.base, 3),
            "word_lists": round(found.word_lists, 3),
            "encoder": round(found.encoder, 3),
            "terms": [[term_to_words(share.term), round(share.log_odds, 3)] for share in found.strongest],
            "nearest": [
                {"text": near.taught.text, "labels": list(near.taught.labels), "likeness": round(near.likeness, 3)}
                for near in nearest(reader, line["text"], label=label)
            ],
        }
    return told
