"""Whether a reason says that a change was approved: asked for, reported or pending is not approved."""

from __future__ import annotations

from classify.marks import Cue, Marked

GIVEN_BY = 16  # characters between 经/根据 or the approving body and 批复/同意: 经省财政厅、省卫生健康委联合审核同意
NEXT_TO = 12  # characters between the approval and the number or date of its document
_CHANGES = ("turn", "alter", "shift", "swap", "cut", "changed", "stop", "adjusted")


def approval_probability(marked: Marked) -> float:
    """0.0 where no approval is told; 0.95 with a document number or date beside it, less with a bare 经批准."""
    return max((_one(marked, cue) for cue in marked.of("approve")), default=0.0)


def tells_change(marked: Marked) -> bool:
    """True when the text speaks of a change at all, of whatever."""
    return bool(marked.of(*_CHANGES))


def _one(marked: Marked, cue: Cue) -> float:
    start, end = marked.clause_bounds(cue.start)
    if _withheld(marked, cue, start=start, end=end):
        return 0.0
    papers = [other for other in marked.of("docno", "date") if _beside(cue, other)]
    if papers:
        return 0.95
    organ = [other for other in marked.of("organ") if start <= other.start and 0 <= cue.start - other.end <= GIVEN_BY]
    giver = [other for other in marked.of("giver") if start <= other.start and 0 <= cue.start - other.end <= GIVEN_BY]
    if organ or giver:
        return 0.85 if organ and giver else 0.75
    return 0.0


def _withheld(marked: Marked, cue: Cue, *, start: int, end: int) -> bool:
    if marked.text[cue.start : cue.end] == "审批" or _names_old(marked, cue):
        return True
    before = [other for other in marked.of("pending", "not") if start <= other.start and other.end <= cue.start]
    after = [
        other for other in marked.of("unready", "pending") if cue.end <= other.start <= cue.end + 2 and other.end <= end
    ]
    return bool(before and not _overruled(marked, before[-1], cue)) or bool(after)


def _names_old(marked: Marked, cue: Cue) -> bool:
    """批复的目标值 is the old target; 批准的调整方案 is an approved change."""
    if marked.text[cue.end : cue.end + 1] != "的":
        return False
    return not any(cue.end < other.start <= cue.end + 1 for other in marked.of("alter"))


def _overruled(marked: Marked, pending: Cue, cue: Cue) -> bool:
    """经上报…批准: a giver word before or after the pending word says that the approval came."""
    start = marked.clause_bounds(cue.start)[0]
    granted = {
        "经",
        "已",
        "已经",
        "已报",
        "报经",
        "获",
        "已获",
        "获得",
        "得到",
        "经过",
        "业经",
        "取得",
        "已得到",
        "已取得",
    }
    open_words = {"上报", "报送", "申请", "申报", "报请"}
    if marked.text[pending.start : pending.end] not in open_words:
        return False
    givers = [other for other in marked.of("giver") if start <= other.start and other.end <= cue.start]
    return any(marked.text[other.start : other.end] in granted for other in givers)


def _beside(cue: Cue, paper: Cue) -> bool:
    return -NEXT_TO - 14 <= paper.start - cue.end <= NEXT_TO
