"""Whether a change is told as done, wished for, or denied."""

from __future__ import annotations

from classify.marks import Cue, Marked
from classify.patterns import pattern
from domain.label import RewriteStatus

LEAD = 3  # characters beside the wish in a clause that only leads the next one: (以及)建议如下:


def status_at(marked: Marked, place: int) -> RewriteStatus | None:
    """DONE or SUGGESTED for the verb at ``place``; None when it is denied."""
    text = marked.text
    start = marked.clause_bounds(place)[0]
    for cue in marked.of("not"):
        if start <= cue.start and cue.end <= place and pattern("not_scope").fullmatch(text, cue.end, place):
            return None
    settled = max((cue.end for cue in marked.of("already") if start <= cue.start and cue.end <= place), default=start)
    if any(settled <= cue.start and cue.end <= place for cue in _wishes(marked, start, place=place)):
        return RewriteStatus.SUGGESTED
    if settled == start and _led_by_wish(marked, start):
        return RewriteStatus.SUGGESTED
    return RewriteStatus.SUGGESTED if pattern("plea").search(text, place) else RewriteStatus.DONE


def _wishes(marked: Marked, start: int, *, place: int) -> tuple[Cue, ...]:
    inside = [cue for cue in marked.of("suggest", "modal") if start <= cue.start and cue.end <= place]
    grounds = [cue for cue in marked.of("grounded") if start <= cue.start and cue.end <= place]
    return tuple(
        cue
        for cue in inside
        if not (marked.spelled(cue) == "建议" and any(ground.end <= cue.start for ground in grounds))
        and (cue.id == "suggest" or pattern("modal_scope").fullmatch(marked.text, cue.end, place))
    )


def _led_by_wish(marked: Marked, clause_start: int) -> bool:
    """建议:… and 下一年度,… head the clause after them."""
    if clause_start == 0:
        return False
    start, end = marked.clause_bounds(clause_start - 1)
    wishes = [cue for cue in marked.of("suggest") if start <= cue.start and cue.end <= end]
    return any(cue.end - start + (end - cue.end) <= len(marked.spelled(cue)) + LEAD for cue in wishes)
