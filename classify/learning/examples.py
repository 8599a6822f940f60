"""Labelled lines to examples: label files, and what auditors decided about findings.

A label that an annotator left open, or that a decision says nothing about, is not known: it neither trains nor counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from classify.labels import RATIONALE, TARGET
from domain.decision import CAUSE_NAMES, Act, Cause
from domain.label import Task

LONGEST_CHARS = 20_000  # no cell of a form holds more; a longer text is a file that went astray


Choice = TypeVar("Choice", bound=StrEnum)
LabelNames = Mapping[Task, Mapping[str, str]]
HOUSE_LABELS: LabelNames = MappingProxyType({Task.RATIONALE: RATIONALE, Task.TARGET: TARGET})


@dataclass(frozen=True, slots=True, kw_only=True)
class RewriteTruth:
    """The rewrite a person read; an empty name is one that the text does not give."""

    status: str
    new_indicator: str = ""
    new_target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text with the labels that are known to hold or not to hold.

    ``indicators`` are the names a target stood under, ``unit`` is whose text it is ("" unknown), ``rewrites`` holds
    every answer that counts as right; it stands in ``line`` of ``file``.
    """

    task: Task
    text: str
    known: tuple[tuple[str, bool], ...]
    indicators: tuple[str, ...] = ()
    unit: str = ""
    rewrites: tuple[RewriteTruth, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """File and line as people say them."""
        return f"{self.file} 第{self.line}行"

    @property
    def held(self) -> frozenset[str]:
        """The labels known to hold."""
        return frozenset(label for label, holds in self.known if holds)


class BadExamples(ValueError):
    """Lines that cannot be learned from. The message is Chinese and names file, line and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """All examples of some lines, and how many decisions teach the classifiers nothing, by why."""

    examples: tuple[Example, ...]
    silent: tuple[tuple[str, int], ...] = ()


def lines_to_lesson(lines: Iterable[str], *, name: str, labels: LabelNames = HOUSE_LABELS) -> Lesson:
    """Every line of a file. Raises BadExamples naming all bad lines together; blank lines are skipped."""
    examples: list[Example] = []
    silent: dict[str, int] = {}
    troubles: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = _line_to_example(line, labels=labels)
        except BadExamples as trouble:
            troubles.append(f"{name} 第{number}行：{trouble}")
            continue
        if isinstance(found, Example):
            examples.append(replace(found, file=name, line=number))
        else:
            silent[found] = silent.get(found, 0) + 1
    if troubles:
        raise BadExamples(_listed(troubles))
    return Lesson(examples=tuple(examples), silent=tuple(sorted(silent.items())))


def _listed(troubles: Sequence[str], *, most: int = 20) -> str:
    more = f"\n……另有 {len(troubles) - most} 处同类问题" if len(troubles) > most else ""
    return "\n".join(troubles[:most]) + more


def _line_to_example(line: str, *, labels: LabelNames) -> Example | str:
    """The example, or why a decision teaches the classifiers nothing."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:  # also numbers too long, and brackets too deep
        raise BadExamples("不是 JSON。每行应是一个 JSON 对象，请检查文件是否为 JSON Lines 格式。") from error
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise BadExamples(
            "缺少 text。标注文件每行应有 text 和 labels（偏差原因）或 label（指标值），请补上或换成正确的文件。"
        )
    text = record["text"]
    if len(text) > LONGEST_CHARS:
        raise BadExamples(f"文本有 {len(text)} 字，超过 {LONGEST_CHARS} 字，不像一个单元格。请核对后删去该行。")
    if not text.strip() and not any(label in _said(record) for label in ("no_reason", "malformed")):
        raise BadExamples("文本为空。空单元格只能标为“没有说明原因”或“格式错误”，请改正或删去该行。")
    if "decision" in record:
        return _decision_to_example(record, labels=labels)
    if "labels" in record:
        return _reason_to_example(record, labels=labels)
    if "label" in record:
        return _target_to_example(record, labels=labels)
    raise BadExamples("没有 labels、label 或 decision，不是本工具的标注或复核记录。请换成正确的文件。")


def _said(record: Mapping[str, Any]) -> list[object]:
    """The labels of a line, whatever else stands in their place."""
    held = record.get("labels")
    return [record.get("label"), *(held if isinstance(held, list) else ())]


def _reason_to_example(record: Mapping[str, Any], *, labels: LabelNames) -> Example:
    names = labels[Task.RATIONALE]
    held = _ids(record, "labels", names=names)
    open_ = _ids(record, "optional_labels", names=names) - held
    other = record.get("alt_rewrite") or {}
    if not isinstance(other, dict):
        raise BadExamples("alt_rewrite 应是 JSON 对象（另一种改指标的读法）。请改正后重试。")
    answers = [record, other]
    return Example(
        task=Task.RATIONALE,
        text=record["text"],
        known=tuple((label, label in held) for label in names if label not in open_),
        unit=_unit(record),
        rewrites=tuple(_rewrite(answer) for answer in answers if "rewrite" in answer),
    )


def _target_to_example(record: Mapping[str, Any], *, labels: LabelNames) -> Example:
    names = labels[Task.TARGET]
    (label,) = _ids({"label": [record["label"]]}, "label", names=names)
    open_ = _ids(record, "acceptable", names=names) - {label}
    return Example(
        task=Task.TARGET,
        text=record["text"],
        known=tuple((each, each == label) for each in names if each not in open_),
        indicators=_indicators(record),
        unit=_unit(record),
    )


def _decision_to_example(record: Mapping[str, Any], *, labels: LabelNames) -> Example | str:
    task = _choice(Task, record.get("task"), what="task")
    act = _choice(Act, record.get("decision"), what="decision")
    if act is Act.SKIP:
        return "跳过"
    cause = _choice(Cause, record.get("cause"), what="cause") if act is Act.DISMISS else None
    if cause not in (None, Cause.WRONG):
        return f"排除原因为{CAUSE_NAMES[cause]}"
    said = _ids(record, "labels", names=labels[task])
    right = _ids(record, "right", names=labels[task]) if act is Act.RELABEL else frozenset()
    if not said and not right:
        return "所依据的不是文本标签"
    holding = right if act is Act.RELABEL else said if act is Act.CONFIRM else frozenset()
    failing = said - holding
    if task is Task.TARGET and holding:  # one class only: the others are known not to hold
        failing = frozenset(labels[task]) - holding
    return Example(
        task=task,
        text=record["text"],
        known=tuple((label, label in holding) for label in labels[task] if label in holding | failing),
        indicators=_indicators(record),
        unit=_unit(record),
    )


def _choice(kind: type[Choice], value: object, *, what: str) -> Choice:
    try:
        return kind(str(value))
    except ValueError as error:
        raise BadExamples(f"{what} 写的是“{value}”，只能是 {'、'.join(kind)}。请改正后重试。") from error


def _ids(record: Mapping[str, Any], key: str, *, names: Mapping[str, str]) -> frozenset[str]:
    value = record.get(key, [])
    if not isinstance(value, list):
        raise BadExamples(f"{key} 应是列表。请改正后重试。")
    unknown = [str(each) for each in value if not isinstance(each, str) or each not in names]
    if unknown:
        raise BadExamples(
            f"未知标签 {'、'.join(unknown)}。可用标签：{'、'.join(names)}；"
            "本单位自设的标签请先写入 fuhe.toml 的 labels。"
        )
    return frozenset(value)


def _indicators(record: Mapping[str, Any]) -> tuple[str, ...]:
    value = record.get("indicators", [])
    if not isinstance(value, list):
        raise BadExamples("indicators 应是列表。请改正后重试。")
    return tuple(str(name) for name in value)


def _unit(record: Mapping[str, Any]) -> str:
    """Whose text it is: the unit named, else the document it stood in."""
    for key in ("unit", "source"):
        if record.get(key):
            return str(record[key])
    seen = record.get("occurrences")
    return str(seen[0].get("file", "")) if isinstance(seen, list) and seen and isinstance(seen[0], dict) else ""


def _rewrite(answer: Mapping[str, Any]) -> RewriteTruth:
    return RewriteTruth(
        status=str(answer["rewrite"]),
        new_indicator=str(answer.get("new_indicator", "")),
        new_target=str(answer.get("new_target", "")),
    )
