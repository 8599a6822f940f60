"""The Chinese an auditor reads: names of fields, severities and statuses, and places told in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from domain.finding import Evidence
from domain.form import field_to_words
from domain.source import Source
from fuhe.batch import Status
from fuhe.spans import numbers_to_words

STATUSES: Final[Mapping[Status, str]] = MappingProxyType(
    {
        Status.READ: "已读",
        Status.DUPLICATE: "重复文件",
        Status.SKIPPED: "已跳过",
        Status.NO_FORM: "未找到表",
        Status.UNREADABLE: "未能读入",
        Status.FAILED: "程序出错",
    }
)


def other_form_to_words(form: str) -> str:
    """Another form as evidence names it (``source#index``): “乙局.pdf”第 2 张表; "" for the finding's own."""
    source, sign, index = form.rpartition("#")
    return f"“{PurePath(source).name}”第 {index} 张表" if sign else ""


def evidence_to_words(evidence: Evidence) -> str:
    """What a piece of evidence is called; those of other forms begin with the form."""
    other = other_form_to_words(evidence.form)
    return f"{other}·{field_to_words(evidence.field)}" if other else field_to_words(evidence.field)


def evidence_to_place(pieces: Iterable[Evidence]) -> str:
    """Where all evidence stands, the finding's own form first: 第 3 行；“乙局.pdf”第 2 张表第 5 行."""
    by_form: dict[str, list[Source]] = {"": []}
    for piece in pieces:
        by_form.setdefault(piece.form, []).extend(piece.sources)
    places = (f"{other_form_to_words(form)}{sources_to_words(sources)}" for form, sources in by_form.items())
    return "；".join(filter(None, places))


def alternatives_to_words(alternatives: Iterable[tuple[str, float]]) -> str:
    """Other readings of a field: 另有读法“30”“36”; "" where there are none."""
    texts = "".join(f"“{text}”" for text, _ in alternatives)
    return f"另有读法{texts}" if texts else ""


def sources_to_words(sources: Iterable[Source]) -> str:
    """Where evidence stands: 第 12—14、20 行, 第 2 页; "" when no source says. Only sheets have both page and line."""
    pages: set[int] = set()
    lines: dict[int | None, set[int]] = {}
    for source in sources:
        if source.line is not None:
            lines.setdefault(source.page, set()).add(source.line)
        elif source.page is not None:
            pages.add(source.page)
    spans = [f"第 {numbers_to_words(pages)} 页"] if pages else []
    for sheet, numbers in lines.items():
        spans.append((f"第 {sheet} 个工作表" if sheet is not None else "") + f"第 {numbers_to_words(numbers)} 行")
    return "，".join(spans)
