"""A rewritten row as people compare it: the approved name and target beside those the reason puts in their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.form import Form, SelfEvaluation
from domain.label import Rewrite, RewriteStatus
from fuhe.differences import Difference, texts_to_difference

TextToRewrite = Callable[[str], Rewrite]

HEADINGS = {
    RewriteStatus.SUGGESTED: "建议改为",
    RewriteStatus.DONE: "自评改为",
    RewriteStatus.APPROVED: "称经批准改为",
}
REWRITE_GROUP = "改指标"  # the 问题类别 of rules about rewrites


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Old beside new; a target that the reason does not name is "" on the new side and ``target_told`` is false.

    ``heading`` says what the new side is: changed, only suggested, or said to be approved.
    """

    heading: str
    name: Difference
    target: Difference
    target_told: bool
    actual: str
    marks: str
    reason: str


def row_to_swap(form: Form | None, row: int | None, text_to_rewrite: TextToRewrite) -> Swap | None:
    """What the reason of a row swaps; None where it swaps nothing by name, and where there is no row."""
    if not isinstance(form, SelfEvaluation) or row is None or not 0 <= row < len(form.indicators):
        return None
    indicator = form.indicators[row]
    rewrite = text_to_rewrite(indicator.deviation_reason.text)
    if rewrite.status is RewriteStatus.NONE or not (rewrite.new_indicator or rewrite.new_target):
        return None
    name, target = indicator.level3.text, indicator.target.text
    return Swap(
        heading=HEADINGS[rewrite.status],
        name=texts_to_difference(name, rewrite.new_indicator or name),
        target=texts_to_difference(target, rewrite.new_target),
        target_told=bool(rewrite.new_target),
        actual=indicator.actual.text,
        marks="/".join(filter(None, (indicator.score.text, indicator.weight.text))),
        reason=indicator.deviation_reason.text,
    )
