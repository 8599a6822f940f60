"""The edge: decisions of auditors, one JSON object a line (decisions.jsonl)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NotRequired

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from domain.decision import Act, Cause, Decision
from fuhe.records import error_to_fault

TROUBLES_SHOWN = 20


class BadDecisions(ValueError):
    """A file of decisions that cannot be used. The message is Chinese and names every bad line."""


class DecisionRecord(TypedDict):
    """What is read of a line; other keys (the text and its labels, for the classifiers) are left alone."""

    finding: str
    source: str
    form_index: int
    row: int | None
    decision: Literal["confirm", "relabel", "dismiss", "skip"]
    cause: NotRequired[Literal["misread", "explained", "immaterial", "wrong", "duplicate"] | None]
    unit: NotRequired[str | None]


_DECISION = TypeAdapter(DecisionRecord)


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """The decisions of a file in their order. Raises BadDecisions naming all bad lines; nothing is half read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadDecisions(f"读不了复核记录 {path}。请核对路径，并以 UTF-8 编码的 JSON Lines 保存。") from error
    decisions: list[Decision] = []
    troubles: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            decisions.append(line_to_decision(line))
        except BadDecisions as trouble:
            troubles.append(f"{path.name} 第{number}行：{trouble}")
    if troubles:
        more = len(troubles) - TROUBLES_SHOWN
        shown = troubles[:TROUBLES_SHOWN] + ([f"……另有 {more} 处同类问题"] if more > 0 else [])
        raise BadDecisions("\n".join(shown))
    return tuple(decisions)


def line_to_decision(line: str) -> Decision:
    """One line. Raises BadDecisions."""
    try:
        content: Mapping[str, object] = json.loads(line)
    except (ValueError, RecursionError) as error:  # also numbers too long, and brackets too deep
        raise BadDecisions("不是 JSON。每行应是一个 JSON 对象，请检查文件是否为 JSON Lines 格式。") from error
    try:
        record = _DECISION.validate_python(content)
    except ValidationError as error:
        raise BadDecisions(f"不是复核记录（{error_to_fault(error)}）。请换成工作台导出的复核记录。") from error
    act, cause = Act(record["decision"]), record.get("cause")
    if act is Act.DISMISS and record["finding"] and cause is None:
        raise BadDecisions(f"排除疑点须写明原因 cause：{'、'.join(Cause)} 之一。请补上后重试。")
    return Decision(
        finding=record["finding"],
        source=record["source"],
        form_index=record["form_index"],
        row=record["row"],
        act=act,
        cause=Cause(cause) if act is Act.DISMISS and cause is not None else None,
        unit=record.get("unit") or "",
    )
