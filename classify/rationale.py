"""A deviation reason understood: its labels by rule, and the rewrite it tells of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from classify.approval import approval_probability, tells_change
from classify.changes import Change, read_changes
from classify.fold import as_printed
from classify.kinds import Kind
from classify.labels import RATIONALE, THRESHOLD
from classify.marks import Cue, Lexicon, Marked, mark, text_to_cues, without
from classify.outdone import outdoes
from classify.sequences import Rule, holds, index_cues
from domain.label import Label, Rationale, Rewrite, RewriteStatus

# Nothing in the wording speaks for the label. Not zero: the word lists are not complete.
UNSEEN = 0.02
_EMPTY = 0.98  # nothing but dashes and punctuation
_CONTENTLESS = 0.85  # only words that every such form repeats
_LIKELY = 0.7  # a cause is named only to be denied
_POSITIVE = 0.55  # says that all went well, which explains no deviation
_FIGURES = 0.65  # numbers or dates and no cause
_BESIDE = 0.35  # figures beside a real reason
_SWAP_IS_DEFECT = 0.9  # whoever suggests another indicator admits that this one does not serve
RESIDUE = 1  # characters left over beside stock words that still make no reason (一, 与)

_PLACEHOLDERS = frozenset({"na", "n/a", "null", "none", "nan", "0", "x"})

RuleSheet = Mapping[str, Sequence[Rule]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RationaleRules:
    """Word lists compiled, the stock words that carry no content, the rules of every label, and patterns.

    ``denials`` match stretches that are said and denied at once; ``tones`` tell how a text without a cause sounds.
    """

    lexicon: Lexicon
    stock: Lexicon
    rules: RuleSheet
    denials: tuple[re.Pattern[str], ...]
    tones: Mapping[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RationaleReading:
    """A rationale with the places of the new wordings, ``(kind, start, end)`` in the printed text, and all its cues."""

    rationale: Rationale
    spans: tuple[tuple[str, int, int], ...]
    marked: Marked


def text_to_reading(printed: str, sheet: RationaleRules) -> RationaleReading:
    """Mark the cues, read the changes, then the labels from what the new names did not cover."""
    marked = mark(printed, sheet.lexicon)
    changes = read_changes(marked)
    approved = approval_probability(marked) if tells_change(marked) else 0.0
    chosen, rewrite = _changes_to_rewrite(marked, changes, approved=approved)
    denied = tuple(found.span() for denial in sheet.denials for found in denial.finditer(marked.text))
    covered = (*((change.start, change.end) for change in changes), *denied)
    scores = _rule_scores(without(marked, *covered), sheet.rules)
    scores.update(_change_scores(chosen, rewrite=rewrite, scores=scores))
    if not changes and outdoes(marked.text):
        scores["over_achieved"] = max(_LIKELY, scores.get("over_achieved", UNSEEN))
    scores["approved_change"] = max(approved, UNSEEN)
    settled = _settle(scores, lambda: _without_reason(marked, sheet, denied=bool(denied)))
    labels = tuple(_label(label, settled.get(label, UNSEEN)) for label in RATIONALE)
    return RationaleReading(
        rationale=Rationale(text=printed, labels=labels, rewrite=rewrite),
        spans=tuple(_printed_span(marked, change) for change in chosen if change.end > change.start),
        marked=marked,
    )


@lru_cache(maxsize=1024)  # labels x the few constants: most readings share them
def _label(label_id: str, probability: float) -> Label:
    return Label(id=label_id, probability=probability)


def _changes_to_rewrite(
    marked: Marked, changes: Sequence[Change], *, approved: float
) -> tuple[tuple[Change, ...], Rewrite]:
    """The first renamed indicator and the first new target of the strongest status told."""
    if not changes:
        return (), Rewrite()
    done = tuple(change for change in changes if change.status is RewriteStatus.DONE)
    told = done or tuple(changes)
    if not done and any(cue.start >= told[-1].end for cue in marked.of("dropped")):
        return (), Rewrite()
    named = {kind: _first_named(told, kind) for kind in Kind}
    status = RewriteStatus.APPROVED if approved >= THRESHOLD else told[0].status
    rewrite = Rewrite(
        status=status,
        new_indicator=_printed(marked, named[Kind.INDICATOR]),
        new_target=_printed(marked, named[Kind.TARGET]),
    )
    return tuple(change for change in named.values() if change is not None), rewrite


def _first_named(changes: Sequence[Change], kind: Kind) -> Change | None:
    own = [change for change in changes if change.kind is kind]
    return next((change for change in own if change.end > change.start), own[0] if own else None)


def _printed(marked: Marked, change: Change | None) -> str:
    if change is None:
        return ""
    return as_printed(marked.folded, change.start, end=change.end).strip(" 　,，。:：")


def _printed_span(marked: Marked, change: Change) -> tuple[str, int, int]:
    origins = marked.folded.origins
    return change.kind.value, origins[change.start], origins[change.end - 1] + 1


def _rule_scores(seen: Marked, rules: RuleSheet) -> dict[str, float]:
    index = index_cues(seen.cues)
    scores: dict[str, float] = {}
    for label, own in rules.items():
        best = next((rule.probability for rule in own if holds(rule, seen, index=index)), None)
        if best is not None:
            scores[label] = best
    return scores


def _change_scores(chosen: Sequence[Change], *, rewrite: Rewrite, scores: Mapping[str, float]) -> dict[str, float]:
    if rewrite.status is RewriteStatus.NONE:
        return {}
    if rewrite.status is RewriteStatus.SUGGESTED:
        return {"indicator_defect_admitted": max(_SWAP_IS_DEFECT, scores.get("indicator_defect_admitted", 0.0))}
    ids = {Kind.INDICATOR: "indicator_renamed", Kind.TARGET: "target_changed"}
    return {ids[change.kind]: change.probability for change in chosen}


def _settle(scores: Mapping[str, float], fallback: Callable[[], Mapping[str, float]]) -> dict[str, float]:
    """``no_reason`` stands alone; figures count only where no reason stands beside them."""
    settled = dict(scores)
    denied = settled.pop("no_reason", UNSEEN)
    figures = settled.pop("misplaced_content", UNSEEN)
    if any(probability >= THRESHOLD for probability in settled.values()):
        settled["misplaced_content"] = figures if figures >= _CONTENTLESS else min(figures, _BESIDE)
        return settled
    rest = fallback()
    figures = max(figures, rest.get("misplaced_content", UNSEEN))
    if figures < THRESHOLD or denied >= THRESHOLD:
        settled["no_reason"] = max(denied, rest.get("no_reason", UNSEEN))
        figures = min(figures, _BESIDE)
    settled["misplaced_content"] = figures
    return settled


def _without_reason(marked: Marked, sheet: RationaleRules, *, denied: bool) -> dict[str, float]:
    """What a text without any known cause is: empty, stock words, figures, praise, or something unknown (no label)."""
    text = marked.text
    if not any(character.isalnum() for character in text) or text.strip("/-—\\.。").casefold() in _PLACEHOLDERS:
        return {"no_reason": _EMPTY}
    figures = marked.of("date", "number") or sheet.tones["formula"].search(text)
    contentless = _residue(text, (*text_to_cues(text, sheet.stock), *marked.of("date", "number"))) <= RESIDUE
    circular = bool(marked.of("because", "effect")) or "原因" in text
    if contentless:
        return {"misplaced_content": _CONTENTLESS} if figures and not circular else {"no_reason": _CONTENTLESS}
    if denied:
        return {"no_reason": _LIKELY}
    if circular or sheet.tones["negative"].search(text):
        return {}
    if figures:
        return {"misplaced_content": _FIGURES}
    return {"no_reason": _POSITIVE} if sheet.tones["positive"].search(text) else {}


def _residue(text: str, covering: Sequence[Cue]) -> int:
    """Letters that no stock word, date or number covers."""
    covered = bytearray(len(text))
    for cue in covering:
        if cue.id in ("filler", "date", "number"):
            covered[cue.start : cue.end] = b"\x01" * (cue.end - cue.start)
    return sum(character.isalnum() and not covered[place] for place, character in enumerate(text))
