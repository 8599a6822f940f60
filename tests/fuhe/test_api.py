"""The Python API gives sequences, and frames for those who want them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import fuhe
import fuhe.api
from domain.finding import Finding
from domain.form import Form
from fuhe.contract import FindingRecord

if TYPE_CHECKING:
    from tests.fuhe.conftest import Hand, ToyReader


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch, toy: ToyReader, hand: Hand) -> None:
    def findings(forms: Sequence[Form]) -> tuple[Finding, ...]:
        return tuple(hand.finding(rank=rank) for rank, _ in enumerate(forms, start=1))

    monkeypatch.setattr(fuhe.api, "house_stages", lambda *, engine: toy.stages())
    monkeypatch.setattr(fuhe.api, "forms_to_findings", findings)


@pytest.mark.usefixtures("house")
def test_forms_are_a_sequence_and_a_frame(inbox: Path) -> None:
    (inbox / "一.txt").write_text("表:甲\n表:乙", encoding="utf-8")
    forms = fuhe.read(inbox)
    assert [form.project_name.text for form in forms] == ["甲", "乙"]
    assert len(forms) == 2 and forms[1] is forms[-1] and len(forms[:1]) == 1
    frame = forms.to_frame()
    assert list(frame["project_name"]) == ["甲", "乙"]
    assert "provenance" not in frame.columns


@pytest.mark.usefixtures("house")
def test_findings_are_a_sequence_and_a_frame(inbox: Path) -> None:
    (inbox / "一.txt").write_text("表:甲", encoding="utf-8")
    findings = fuhe.audit(fuhe.read(str(inbox)))
    assert [finding.rank for finding in findings] == [1]
    assert list(findings.to_frame().columns) == list(FindingRecord.__annotations__)


@pytest.mark.usefixtures("house")
def test_what_was_not_read_is_warned_of_and_listed(inbox: Path) -> None:
    (inbox / "一.txt").write_bytes(b"")
    with pytest.warns(UserWarning, match="一.txt：文件是空的"):
        forms = fuhe.read([inbox])
    assert len(forms) == 0
    assert [outcome.path for outcome in forms.unread] == [str(inbox / "一.txt")]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="找不到"):
        fuhe.read(tmp_path / "没有")


def test_indicators_come_as_rows_with_their_form(hand: Hand) -> None:
    forms = fuhe.api.Forms(hand.batch(hand.evaluation(reason="疫情"), hand.target()))
    frame = forms.to_indicator_frame()
    assert list(frame["level3"]) == ["养护合格率", "数量"]
    assert list(frame["project_name"]) == ["道路养护项目", "采购项目"]
    assert frame["deviation_reason"][0] == "疫情"
