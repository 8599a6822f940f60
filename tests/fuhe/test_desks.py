"""What the workbench is handed."""

from __future__ import annotations

import pytest

from domain.form import Field, FieldState, Form, Indicator, SelfEvaluation
from domain.source import Document
from fuhe.desks import row_to_rewrite
from fuhe.swaps import REWRITE_GROUP


def _form(reason: str) -> Form:
    texts = {"level3": "路况优良率", "target": "≥85%", "deviation_reason": reason}
    fields = {name: Field(text=text, state=FieldState.READ) for name, text in texts.items()}
    return SelfEvaluation(document=Document(path="甲.txt", sha256=""), index=1, indicators=(Indicator(**fields),))


def test_a_rewrite_is_told_in_runs_that_join_to_old_and_new() -> None:
    told = row_to_rewrite(_form("指标修改为“验收通过率”，年度指标值为“100%”，以此指标考核。"), 0, REWRITE_GROUP)
    assert told is not None
    assert "".join(strip.text for strip in told.old_name) == "路况优良率"
    assert "".join(strip.text for strip in told.new_name) == "验收通过率"
    assert "".join(strip.text for strip in told.new_target) == "100%"
    assert told.name_is_changed


@pytest.mark.parametrize(("reason", "group"), [("受汛期影响。", REWRITE_GROUP), ("指标修改为“验收通过率”。", "评分")])
def test_other_reasons_and_other_findings_have_no_rewrite_to_show(reason: str, group: str) -> None:
    assert row_to_rewrite(_form(reason), 0, group) is None
