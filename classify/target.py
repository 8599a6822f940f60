"""How binding a target value is: quantified, dated, verifiable, vague, a slogan, or malformed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classify.fold import fold_word
from classify.labels import TARGET
from classify.marks import Cue, Lexicon, Marked, mark
from classify.patterns import pattern
from classify.sequences import Rule, holds, index_cues
from domain.label import Label

SLOGAN_LENGTH = 12  # letters; longer wording without number, date or standard is a slogan
_CLEAR = 0.93
_LIKELY = 0.8
_CLOSE_CALL = 0.6
_NEAR_LENGTH = 3  # letters around SLOGAN_LENGTH where a careful reader may say either


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A way in which a target can be unusable, as a pattern over the folded text."""

    pattern: re.Pattern[str]
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRules:
    """Word lists compiled, rules for verifiable wording, and defects."""

    lexicon: Lexicon
    verifiable: tuple[Rule, ...]
    defects: tuple[Defect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetReading:
    """Every class with its probability, summing to 1, and the cues of the text."""

    labels: tuple[Label, ...]
    marked: Marked


def text_to_reading(printed: str, indicators: Sequence[str], *, rules: TargetRules) -> TargetReading:
    """A target value read by the rules; ``indicators`` are the names it stands under."""
    marked = mark(printed, rules.lexicon)
    weights = _weights(marked, indicators, rules=rules)
    total = sum(weights.values())
    labels = tuple(Label(id=label, probability=weights.get(label, 0.0) / total) for label in TARGET)
    return TargetReading(labels=labels, marked=marked)


def _weights(marked: Marked, indicators: Sequence[str], *, rules: TargetRules) -> Mapping[str, float]:
    defect = max((each.probability for each in rules.defects if each.pattern.search(marked.text)), default=0.0)
    if defect:
        return _spread("malformed", defect, second="quantified" if _numbers(marked) else "vague")
    numbers, dates = _numbers(marked), _dates(marked)
    if _is_limit(marked) or _is_term(marked.text, indicators):
        return _spread("dated", _LIKELY, second="quantified")
    if numbers:
        return _spread(
            "quantified", _CLOSE_CALL + 0.05 if dates else _CLEAR, second="dated" if dates else "verifiable_qualitative"
        )
    if dates:
        return _spread("dated", _CLEAR, second="verifiable_qualitative")
    return _wording_weights(marked, indicators, rules=rules)


def _spread(first: str, probability: float, *, second: str) -> Mapping[str, float]:
    """``first`` gets its probability, ``second`` four fifths of the rest, the others share what remains."""
    rest = 1.0 - probability
    others = [label for label in TARGET if label not in (first, second)]
    return {first: probability, second: rest * 0.8} | {label: rest * 0.2 / len(others) for label in others}


def _wording_weights(marked: Marked, indicators: Sequence[str], *, rules: TargetRules) -> Mapping[str, float]:
    if _settled_by_name(marked.text, indicators, lexicon=rules.lexicon):
        return _spread("verifiable_qualitative", _LIKELY, second="vague")
    index = index_cues(marked.cues)
    checkable = max((rule.probability for rule in rules.verifiable if holds(rule, marked, index=index)), default=0.0)
    letters = sum(character.isalnum() for character in marked.text)
    if pattern("title").search(marked.text):
        checkable = max(checkable, _CLOSE_CALL)
    if checkable >= 0.5:
        return _spread("verifiable_qualitative", checkable, second="slogan" if letters > SLOGAN_LENGTH else "vague")
    return _loose_weights(marked.text, letters)


def _loose_weights(text: str, letters: int) -> Mapping[str, float]:
    close = abs(letters - SLOGAN_LENGTH) <= _NEAR_LENGTH
    if letters > SLOGAN_LENGTH:
        return _spread("slogan", _CLOSE_CALL if close else _LIKELY, second="vague")
    if letters >= SLOGAN_LENGTH - _NEAR_LENGTH and pattern("sweeping").search(text):
        return _spread("slogan", _CLOSE_CALL, second="vague")
    return _spread("vague", _CLOSE_CALL if close else _LIKELY, second="slogan" if close else "verifiable_qualitative")


def _settled_by_name(text: str, indicators: Sequence[str], *, lexicon: Lexicon) -> bool:
    """无 under 重大事故发生情况 can be checked, and so can 是 under 是否建立台账."""
    if pattern("nothing").match(text):
        return any(mark(name, lexicon).of("adverse") for name in indicators)
    return bool(pattern("yes_value").match(text)) and any(
        pattern("yes_name").search(fold_word(name)) for name in indicators
    )


def _numbers(marked: Marked) -> tuple[Cue, ...]:
    """Numbers that bind: not part of a date, ordinal, standard code or list numbering."""
    taken = marked.of("date", "year", "season", "code", "ordinal", "docno")
    listed = [found.span() for found in pattern("list_number").finditer(marked.text)]
    titles = [found.span() for found in pattern("title").finditer(marked.text)]
    return tuple(
        cue
        for cue in marked.of("number", "span")
        if not any(other.start < cue.end and cue.start < other.end for other in taken)
        and not any(start < cue.end and cue.start < end for start, end in (*listed, *titles))
    )


def _dates(marked: Marked) -> tuple[Cue, ...]:
    """Deadlines: a month, a day or a season; a bare year only with 底/前/内/完成 behind it or standing alone."""
    than = marked.of("than")
    named = [cue for cue in marked.of("date", "season") if not _is_baseline(cue, than)]
    years = [cue for cue in marked.of("year") if not _is_baseline(cue, than) and _year_binds(marked, cue)]
    return (*named, *years)


def _is_baseline(cue: Cue, than: Sequence[Cue]) -> bool:
    return any(0 <= cue.start - word.end <= 1 for word in than)


def _year_binds(marked: Marked, cue: Cue) -> bool:
    alone = len(marked.text.strip("。,;")) - (cue.end - cue.start) <= 1
    ends = marked.text[cue.end - 1] in "底末内"
    return alone or ends or any(0 <= word.start - cue.end <= 1 for word in marked.of("deadline"))


def _is_term(text: str, indicators: Sequence[str]) -> bool:
    """收到材料后3个工作日内, or a bare 二十个工作日内 under a name that asks how fast; ≤24小时 is a quantity."""
    if pattern("term_after").search(text):
        return True
    return bool(pattern("term").fullmatch(text)) and any(
        pattern("speed_name").search(fold_word(name)) for name in indicators
    )


def _is_limit(marked: Marked) -> bool:
    """2小时内响应, 5个工作日内办结: a limit of time for an act. A bare duration (<24小时) is a quantity."""
    spans = [span for span in marked.of("span") for word in marked.of("limit") if 0 <= word.start - span.end <= 2]
    return bool(spans) and bool(marked.of("act"))
