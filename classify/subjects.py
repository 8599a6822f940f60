"""What a verb of change speaks of: an indicator, a target, a count, or a thing whose change is no rewrite."""

from __future__ import annotations

from classify.marks import Cue, Marked
from classify.patterns import pattern
from classify.values import QUOTES, Shape, text_to_shape

SUBJECTS = ("ind", "goal", "measure", "thing")
REACH = 3  # characters between a noun and the quotation or 由 it belongs to: 指标名称(已)由, 指标(即)“
HINTS = ("ind", "goal", "hard", "estimate", "lowgoal")


def subject_before(marked: Marked, place: int) -> str:
    """What the verb at ``place`` changes, as ``classify.kinds.kind_of`` takes it: the nearest noun in its clause."""
    start = marked.clause_bounds(place)[0]
    leave = _leave_spans(marked)
    origin = [cue for cue in marked.of("from") if start <= cue.start and cue.end < place]
    quoted = [span for span in _quoted_spans(marked) if start <= span[0] and span[1] <= place]
    edge = origin[-1].start if origin else place
    nouns = [
        cue
        for cue in marked.of(*SUBJECTS)
        if start <= cue.start and cue.end <= edge and not any(a <= cue.start < b for a, b in (*quoted, *leave))
    ]
    if quoted and quoted[-1][1] >= place - REACH and not origin:
        touching = [noun for noun in nouns if 0 <= quoted[-1][0] - noun.end <= REACH or noun.start >= quoted[-1][1]]
        return touching[-1].id if touching else "quote"
    if nouns:
        return nouns[-1].id
    if origin:
        return _origin_subject(marked, origin[-1], end=place)
    hint = _hint(marked, start)
    caused = marked.text[start] in "因由受按经根依鉴"
    led = pattern("leave").sub("", marked.text[start:place])
    known = pattern("opening").fullmatch(led) or (caused and hint == "hint")
    return hint if known else "unknown"


def object_between(marked: Marked, start: int, *, end: int) -> str | None:
    """What stands between 修改 and 为: a noun, or a quoted old name; None where it is something else."""
    nouns = [cue for cue in marked.of(*SUBJECTS) if start <= cue.start and cue.end <= end]
    quoted = [span for span in _quoted_spans(marked) if start <= span[0] and span[1] <= end]
    outside = [noun for noun in nouns if not any(a <= noun.start < b for a, b in quoted)]
    if outside:
        return outside[-1].id
    return "quote" if quoted else None


def noun_beside(marked: Marked, cue: Cue, *, clause_end: int) -> Cue | None:
    """The indicator or target noun right behind or before a verb that names no new wording."""
    nouns = [noun for noun in marked.of(*SUBJECTS) if noun.end <= clause_end]
    behind = [noun for noun in nouns if 0 <= noun.start - cue.end <= REACH]
    ahead = [noun for noun in nouns if 0 <= cue.start - noun.end <= 2 * REACH]
    noun = behind[0] if behind else (ahead[-1] if ahead else None)
    if noun is None or noun.id not in ("ind", "goal") or marked.clauses[noun.start] != marked.clauses[cue.start]:
        return None
    return noun


def _origin_subject(marked: Marked, origin: Cue, *, end: int) -> str:
    """由A改为B without a noun before 由: A tells."""
    old = marked.text[origin.end : end]
    nouns = [cue for cue in marked.of(*SUBJECTS) if origin.end <= cue.start and cue.end <= end]
    if text_to_shape(old) in (Shape.MONEY, Shape.TIME) or (nouns and nouns[-1].id == "thing"):
        return "thing"
    if old[:1] and old[0] in QUOTES:
        return "quote"
    return nouns[-1].id if nouns else _hint(marked, marked.clause_bounds(origin.start)[0])


def _hint(marked: Marked, clause_start: int) -> str:
    leave = _leave_spans(marked)
    earlier = [
        cue
        for cue in marked.of(*HINTS, "thing")
        if cue.end <= clause_start and not any(a <= cue.start < b for a, b in leave)
    ]
    if any(cue.id != "thing" for cue in earlier):
        return "hint"
    return "other_hint" if earlier else ""


def _quoted_spans(marked: Marked) -> tuple[tuple[int, int], ...]:
    return tuple(found.span() for found in pattern("quoted").finditer(marked.text))


def _leave_spans(marked: Marked) -> tuple[tuple[int, int], ...]:
    """经主管部门同意, 按〔2023〕7号通知: who agreed and which paper says so."""
    return tuple(found.span() for found in pattern("leave").finditer(marked.text))
