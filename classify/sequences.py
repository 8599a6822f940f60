"""Rules over cues, written as text.

``not keep``: close by; ``not . run``: closer; ``not .. keep``: in the same clause; ``not ... keep``: in the same
sentence; ``-done``: not in those clauses; ``--over``: nowhere in the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from classify.marks import Cue, Marked

CLOSE = 4  # characters between two cues that belong together: 未(按要求)留存, 没有(及时)归档
TIGHT = 3  # characters between 未 and the verb it denies: 未(按计划)实施, but not 未(达标乡镇)开展
_NEAR, _TIGHT, _CLAUSE, _SENTENCE = "", ".", "..", "..."


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next cue of a rule and how far it may stand from the one before it."""

    cue: str
    reach: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Cues in order; ``vetoes`` must not stand in the clauses the rule matched in, ``bans`` nowhere in the text.

    ``needs`` are the lists of the steps once more, so that most rules are ruled out by one set comparison.
    """

    steps: tuple[Step, ...]
    needs: frozenset[str]
    vetoes: frozenset[str]
    bans: frozenset[str]
    probability: float


CueIndex = Mapping[str, Sequence[Cue]]


def text_to_rule(line: str, probability: float) -> Rule:
    """Parse ``a b .. c -d``: a then b close by, then c in the same clause, and no d there."""
    steps: list[Step] = []
    vetoes: set[str] = set()
    bans: set[str] = set()
    reach = _NEAR
    for word in line.split():
        if word in (_TIGHT, _CLAUSE, _SENTENCE):
            reach = word
        elif word.startswith("--"):
            bans.add(word[2:])
        elif word.startswith("-"):
            vetoes.add(word[1:])
        else:
            steps.append(Step(cue=word, reach=reach))
            reach = _NEAR
    needs = frozenset(step.cue for step in steps)
    return Rule(
        steps=tuple(steps), needs=needs, vetoes=frozenset(vetoes), bans=frozenset(bans), probability=probability
    )


def index_cues(cues: Iterable[Cue]) -> CueIndex:
    """Cues by list id, in order of place."""
    index: dict[str, list[Cue]] = {}
    for cue in cues:
        index.setdefault(cue.id, []).append(cue)
    return index


def holds(rule: Rule, marked: Marked, *, index: CueIndex) -> bool:
    """True when the cues of the rule stand in this order and reach, with no veto beside them."""
    if not rule.needs <= index.keys() or not rule.bans.isdisjoint(index):
        return False
    return any(
        not _vetoed(rule, marked, index=index, start=first.start, end=end)
        for first in index[rule.steps[0].cue]
        for end in _ends(rule.steps[1:], first, marked=marked, index=index)
    )


def _ends(steps: Sequence[Step], before: Cue, *, marked: Marked, index: CueIndex) -> Iterable[int]:
    if not steps:
        yield before.end
        return
    for cue in index[steps[0].cue]:
        if _reaches(before, cue, marked=marked, reach=steps[0].reach):
            yield from _ends(steps[1:], cue, marked=marked, index=index)


def _reaches(before: Cue, cue: Cue, *, marked: Marked, reach: str) -> bool:
    if cue.start < before.end:
        return False
    if reach == _SENTENCE:
        return marked.sentences[before.start] == marked.sentences[cue.start]
    if marked.clauses[before.start] != marked.clauses[cue.start]:
        return False
    return reach == _CLAUSE or cue.start - before.end <= (TIGHT if reach == _TIGHT else CLOSE)


def _vetoed(rule: Rule, marked: Marked, *, index: CueIndex, start: int, end: int) -> bool:
    clauses = range(marked.clauses[start], marked.clauses[end - 1] + 1)
    return any(marked.clauses[cue.start] in clauses for veto in rule.vetoes for cue in index.get(veto, ()))
