"""What a Word template may show of the findings: Chinese names for every value, grouped and numbered as offices report.

The names are the contract with templates of offices; docs/word-templates.md explains each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from pathlib import PurePath

from audit.nature import CATEGORIES, OTHERS
from audit.statement import (
    Clause,
    Statement,
    basis_to_clauses,
    clauses_to_words,
    finding_to_statement,
    project_to_title,
    text_to_statement,
)
from domain.finding import Severity
from fuhe.listing import Entry
from fuhe.version import VERSION

Value = str | int | Sequence["Value"] | Mapping[str, "Value"]
Context = Mapping[str, Value]

DIGITS = "〇一二三四五六七八九"
NAMED = 5  # units or projects named in one line of a form; more are told by their number
CENT = Decimal("0.01")
# XML 1.0 has no place for these, and a parser that recovers drops what stands around them.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WEIGHTY = (Severity.HIGH, Severity.MEDIUM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One finding with what a paper says of it; ``year`` is "" where the form shows none."""

    entry: Entry
    statement: Statement
    category: str
    year: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who signed, and where the log of decisions ended when the paper was written; "" and 0 for what is not known."""

    project: str = ""
    prepared: str = ""
    reviewed: str = ""
    reviewed_on: str = ""
    approved: str = ""
    log_length: int = 0
    log_head: str = ""


UNSIGNED = Signed()


def entry_to_item(entry: Entry, *, category: str, year: str) -> Item:
    """A finding ready for paper. One that was written without a sentence gets one from its title and message."""
    finding = entry.finding
    said = text_to_statement(finding.statement) if finding.statement else None
    if said is None or not said.nature:
        said = finding_to_statement(finding, None, nature=finding.title)
    return Item(entry=entry, statement=said, category=category, year=year)


def items_to_context(items: Sequence[Item], *, today: date, signed: Signed = UNSIGNED) -> Context:
    """Everything a template can name."""
    categories = _categories(items)
    return {
        "被审计单位": _several([item.entry.unit for item in items], "家单位"),
        "项目": _several([project_to_title(item.entry.finding.project_name) for item in items], "个项目"),
        "年度": "、".join(sorted({item.year for item in items if item.year})),
        "编制日期": f"{today.year}年{today.month}月{today.day}日",
        "事项数": len(items),
        "工具": f"fuhe 复核 {VERSION}",
        "审计项目": printable(signed.project),
        "编制人": printable(signed.prepared),
        "复核人": printable(signed.reviewed),
        "复核日期": signed.reviewed_on,
        "审定人": printable(signed.approved),
        "日志条数": signed.log_length,
        "日志链头": signed.log_head,
        "问题类别": categories,
        "事项": [_item_to_value(item, number) for number, item in enumerate(_in_order(items), start=1)],
    }


def _categories(items: Sequence[Item]) -> list[Value]:
    grouped = groupby(_in_order(items), key=lambda item: item.category)
    return [_category_to_value(name, list(members), number) for number, (name, members) in enumerate(grouped, start=1)]


def _in_order(items: Sequence[Item]) -> list[Item]:
    """By heading as offices report, then those under one clause together, then as they stand in the list."""
    first: dict[tuple[str, str], int] = {}
    for place, item in enumerate(items):
        first.setdefault((item.category, item.entry.finding.basis), place)
    places = {name: place for place, name in enumerate(CATEGORIES)}
    order = sorted(
        enumerate(items),
        key=lambda pair: (
            places.get(pair[1].category, places[OTHERS]),
            pair[1].category,
            first[pair[1].category, pair[1].entry.finding.basis],
            pair[0],
        ),
    )
    return [item for _, item in order]


def _category_to_value(name: str, items: Sequence[Item], number: int) -> Value:
    values: list[Value] = [_item_to_value(item, place) for place, item in enumerate(items, start=1)]
    shared: list[Value] = []
    begin = 0
    for _, members in groupby(items, key=lambda item: item.entry.finding.basis):
        under = list(members)
        shared.append({"事项": values[begin : begin + len(under)], "依据句": _shared_clause(under)})
        begin += len(under)
    return {
        "序号": number_to_chinese(number),
        "名称": name,
        "事项数": len(items),
        "事项": values,
        "依据组": shared,
    }


def _shared_clause(items: Sequence[Item]) -> str:
    """以上事项违反了《…》…的规定: a rule in force is broken, the notes on a form are not kept to."""
    clauses = basis_to_clauses(items[0].entry.finding.basis)
    weighty = any(item.entry.finding.severity in _WEIGHTY for item in items)
    broken = [clause for clause in clauses if clause.is_regulation and weighty]
    unmet = [clause for clause in clauses if clause not in broken]
    said = [*_said("违反了", broken), *_said("不符合", unmet)]
    return printable(f"以上事项{'，'.join(said)}。") if said else ""


def _said(verb: str, clauses: Sequence[Clause]) -> list[str]:
    return [f"{verb}{clauses_to_words(clauses)}"] if clauses else []


def _item_to_value(item: Item, number: int) -> Value:
    entry, said = item.entry, item.statement
    amount = entry.amount_wan
    texts = {
        "定性": said.nature,
        "事实": said.facts if said.facts.endswith(("。", "。”")) else f"{said.facts}。",
        "表述": str(said),
        "依据": entry.finding.basis,
        "项目": entry.project,
        "单位": entry.unit,
        "年度": item.year,
        "指标": entry.indicator,
        "风险等级": entry.severity,
        "问题类别": item.category,
        "问题名称": entry.finding.title,
        "涉及金额": "" if amount is None else f"{amount.quantize(CENT, ROUND_HALF_UP):,}",
        "文件": PurePath(entry.finding.source).name,
        "证据位置": " ".join(filter(None, (f"第 {entry.finding.form_index} 张表", entry.place))),
        "为什么排在这里": entry.finding.why,
        "误读还是误报": entry.finding.readings,
    }
    return {"序号": number, "清单序号": entry.finding.rank, **{name: printable(text) for name, text in texts.items()}}


def printable(text: str) -> str:
    """A text that any XML can hold, on one line."""
    return " ".join(_NO_XML.sub("", text).split())


def _several(names: Iterable[str], counted: str) -> str:
    known = [name for name in dict.fromkeys(map(printable, names)) if name]
    told = "、".join(known[:NAMED])
    return told if len(known) <= NAMED else f"{told}等{len(known)}{counted}"


def number_to_chinese(number: int) -> str:
    """1 to 99 as they number headings: 一, 十, 十二, 二十, 三十五."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones else "")


def context_names(value: Value) -> set[str]:
    """Every name that occurs anywhere in a context, for saying which names there are."""
    if isinstance(value, Mapping):
        return set(value).union(*map(context_names, value.values()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return set().union(*map(context_names, value))
    return set()
