"""Sums decide between readings of a figure, where an engine was in doubt and exactly one way closes them.

A figure that was surely read is never touched, so a sum that is wrong on paper stays wrong: that is what auditors look
for. Every change is told, and what was read first stays with the field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from domain.form import Field, FieldState, SelfEvaluation, path_to_place, walk, with_fields
from domain.source import Alternatives
from extract.doubts import LEAST
from extract.expect import is_misfit, parses
from extract.sums import Relation, Texts, form_to_ceilings, form_to_sums
from extract.values import text_to_number

_MOST_CHANGES = 2  # figures read otherwise in one sum; what is no figure as read counts apart, since it cannot stay
_CLEARER = 10  # times the odds of the next way
_SETTLED = 0.9  # confidence of a figure that sums chose
_OPEN = 0.6  # confidence of figures between whose readings sums cannot choose; below 0.5 no rule would look at them
_NAMES = {
    "weight": "分值", "score": "得分", "total_weight": "总分一行的分值", "total_score": "总分",
    "initial_budget": "年初预算数", "adjusted_budget": "全年预算数", "executed": "全年执行数",
    "execution_rate": "执行率",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A form after its sums were heard, and what is to be told about it in Chinese."""

    form: SelfEvaluation
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Some fields read otherwise: their texts by path, and the odds that all of them say that."""

    texts: Mapping[str, str]
    odds: float
    left: int = 0


@dataclass(slots=True)
class Hearing:
    """The texts of a form while its sums are heard, and the paths between whose readings none could choose."""

    texts: dict[str, str]
    options: dict[str, Alternatives]
    open: set[str]


def settle(form: SelfEvaluation) -> Settled:
    """The form with doubtful figures read as its sums demand; as it was where nothing is in doubt."""
    fields = dict(walk(form))
    options = {path: found for path, field in fields.items() if (found := field_to_options(path, field))}
    if not options:
        return Settled(form=form)
    sums = [relation for relation in form_to_sums(form) if options.keys() & relation.paths]
    relations = [*sums, *form_to_ceilings(form)]
    hearing = Hearing(texts={path: field.text for path, field in fields.items()}, options=options, open=set())
    for relation in sums:
        hear(relation, relations, hearing)
    changed = {path: text for path, text in hearing.texts.items() if text != fields[path].text}
    unsure = sorted(hearing.open - changed.keys())
    fresh = {path: chosen(fields[path], text) for path, text in changed.items()}
    fresh |= {path: replace(fields[path], confidence=min(fields[path].confidence, _OPEN)) for path in unsure}
    told = [_change_told(form, path, fields[path], text) for path, text in changed.items()]
    told += [_doubt_told(form, path, fields[path], options[path]) for path in unsure]
    return Settled(form=with_fields(form, fresh), warnings=tuple(told))


def field_to_options(path: str, field: Field) -> Alternatives:
    """Other readings that are what the field must hold; each value once.

    Where the field as read is no such thing, the odds are those among the readings that are.
    """
    if path_to_place(path)[2] not in _NAMES or field.state is not FieldState.READ:
        return ()
    told: dict[str, tuple[str, float]] = {} if is_misfit(path, field.text) else {_value(field.text): ("", 0.0)}
    for text, odds in field.alternatives:
        if parses(path, text):
            told.setdefault(_value(text), (text, odds))
    found = [(text, odds) for text, odds in told.values() if text]
    whole = sum(odds for _, odds in found) if is_misfit(path, field.text) else 1.0
    return tuple((text, odds / whole) for text, odds in found)


def _value(text: str) -> str:
    """What a text is worth, so that 10.00 and 10 are one reading."""
    number = text_to_number(text)
    return text if number is None else str(number.value.normalize())


def hear(relation: Relation, relations: Sequence[Relation], hearing: Hearing) -> None:
    """Take the one way that closes a sum which is open as read, or remember between which figures it cannot choose."""
    if relation.holds(hearing.texts) is not False:
        return
    ways = sorted(closing_ways(relation, relations, hearing), key=lambda way: (way.left, -way.odds))
    if not ways:
        return
    best, *others = ways
    # a way that changes more than the best without need is no rival of it
    others = [way for way in others if not best.texts.items() <= way.texts.items()]
    rivals = [way for way in others if way.odds * _CLEARER > best.odds and way.left == best.left]
    if rivals:
        hearing.open.update(path for way in (best, *rivals) for path in way.texts)
    else:
        hearing.texts.update(best.texts)


def closing_ways(relation: Relation, relations: Sequence[Relation], hearing: Hearing) -> Iterator[Way]:
    """Ways to read few fields otherwise that close a relation and break none that held."""
    neighbours = [other for other in relations if other is not relation and set(other.paths) & set(relation.paths)]
    before = [other.holds(hearing.texts) for other in neighbours]
    for changed, odds in ways_to_read(relation.paths, hearing):
        texts: Texts = {**hearing.texts, **changed}
        if relation.holds(texts) is not True:
            continue
        after = [other.holds(texts) for other in neighbours]
        if not any(now is False and then is not False for now, then in zip(after, before, strict=True)):
            yield Way(texts=changed, odds=odds, left=after.count(False))


def ways_to_read(paths: Sequence[str], hearing: Hearing) -> Iterator[tuple[dict[str, str], float]]:
    """All likely ways of reading otherwise what is no figure as read, and up to two figures; with their odds."""
    misfits = [path for path in paths if is_misfit(path, hearing.texts[path])]
    free = [path for path in paths if path in hearing.options and path not in misfits]
    for count in range(0 if misfits else 1, _MOST_CHANGES + 1):
        for picked in combinations(free, count):
            grown: list[tuple[dict[str, str], float]] = [({}, 1.0)]
            for path in (*misfits, *picked):
                grown = [
                    ({**changed, path: text}, odds * share)
                    for changed, odds in grown
                    for text, share in hearing.options.get(path, ())
                    if odds * share >= LEAST
                ]
            yield from grown


def chosen(field: Field, text: str) -> Field:
    """The field with another reading, as sure as sums make it; what it said before is the first of the others."""
    others = tuple(other for other in field.alternatives if other[0] != text)
    first = (field.text, field.confidence)
    return replace(field, text=text, confidence=_SETTLED, alternatives=(first, *others))


def _change_told(form: SelfEvaluation, path: str, field: Field, text: str) -> str:
    return f"{_place(form, path, field)}按合计关系读作“{text}”，原识读为“{field.text}”，请对照原件核对。"


def _doubt_told(form: SelfEvaluation, path: str, field: Field, options: Alternatives) -> str:
    others = "”或“".join(text for text, _ in options)
    return f"{_place(form, path, field)}识读为“{field.text}”，也可能是“{others}”，按合计关系不能确定，请对照原件核对。"


def _place(form: SelfEvaluation, path: str, field: Field) -> str:
    """A field as an auditor finds it: 第3行指标“培训人次”的得分（第2页）."""
    pages = sorted({source.page for source in field.sources if source.page is not None})
    page = f"（第{'、'.join(str(number) for number in pages)}页）" if pages else ""
    block, row, column = path_to_place(path)
    if not block:
        return f"{_NAMES[column]}{page}"
    if block == "funds":
        return f"资金第{row + 1}行“{form.funds[row].item.text}”的{_NAMES[column]}{page}"
    return f"第{row + 1}行指标“{form.indicators[row].level3.text}”的{_NAMES[column]}{page}"
