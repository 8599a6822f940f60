"""评分: whether a grade rests on marks that nothing on the form supports."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from audit.basis import GRADES, TRUTHFUL, together
from audit.phrases import plain
from audit.rule import PASS, Fail, Outcome, form_rule
from audit.rules.support import rests_on_words, unsupported
from audit.view import FormView, RowView
from domain.finding import Severity

GROUP = "评分"
GRADE_LINES = (Decimal(90), Decimal(80), Decimal(60))


@form_rule(
    code="GRADE_CUTOFF",
    title="总分卡在等级线上",
    nature="评价等级依赖缺少佐证的得分",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(GRADES, TRUTHFUL),
    limits=(
        "只看高出90、80、60分线不超过0.5分的表；表上自己承认缺少佐证、未做调查，或满意度以做法代替数值的按高，"
        "数值目标只答“效果明显”、目标空泛又只填“达成”而得满分的按低。"
        "佐证事后补齐的也会报出；当地另定等级线的不适用。"
    ),
)
def grade_cutoff(form: FormView) -> Outcome:
    """总分刚过等级线，而表中有佐证不足仍得分的指标；去掉这些分，等级就会下降。"""
    total = form.total_score
    if total is None:
        return PASS
    line = next((line for line in GRADE_LINES if line <= total.value <= line + form.thresholds.cutoff_band), None)
    if line is None:
        return PASS
    admitted = _without(form, unsupported, total=total.value, line=line, fault="缺少佐证")
    if admitted is not None:
        return admitted
    only_told = _without(form, rests_on_words, total=total.value, line=line, fault="只有文字结论、表上没有可核对的依据")
    return only_told or PASS


def _without(
    form: FormView, doubtful: Callable[[RowView], bool], *, total: Decimal, line: Decimal, fault: str
) -> Fail | None:
    """The finding where the total less the marks of doubtful rows falls below the line."""
    resting = [(row, score) for row in form.rows if doubtful(row) and (score := row.score) is not None and score > 0]
    points = sum((score for _, score in resting), Decimal(0))
    if not resting or total - points >= line:
        return None
    names = "、".join(row.label for row, _ in resting)
    over = f"总分{plain(total)}，刚过{plain(line)}分线"
    message = f"{over}；其中{names}共{plain(points)}分{fault}，去掉后为{plain(total - points)}分。"
    severity = None if doubtful is unsupported else Severity.LOW
    return Fail(message=message, points=points, severity=severity)
