"""A rewritten row is shown old beside new, in the list, in the workbook and in the report."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml.html import document_fromstring
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock

from domain.finding import Finding
from domain.form import SelfEvaluation
from domain.label import Rewrite, RewriteStatus
from fuhe.listing import Listing, TextToAmount, findings_to_listing
from fuhe.report import batch_to_page, page_to_html
from fuhe.swaps import REWRITE_GROUP, Swap, row_to_swap
from fuhe.workbook import write_findings

if TYPE_CHECKING:
    from tests.fuhe.conftest import Hand

REASON = "改为养护及时率，98%"


def text_to_rewrite(text: str) -> Rewrite:
    """Understands one sentence."""
    if text != REASON:
        return Rewrite()
    return Rewrite(status=RewriteStatus.DONE, new_indicator="养护及时率", new_target="≥98%")


@pytest.fixture
def form(hand: Hand) -> SelfEvaluation:
    return hand.evaluation(reason=REASON)


def listed(form: SelfEvaluation, *findings: Finding, to_amount: TextToAmount) -> Listing:
    return findings_to_listing(
        findings,
        (form,),
        groups={"MADE_UP": REWRITE_GROUP},
        text_to_amount=to_amount,
        text_to_rewrite=text_to_rewrite,
    )


def test_a_row_is_compared_by_name_and_target(form: SelfEvaluation) -> None:
    swap = row_to_swap(form, 0, text_to_rewrite)
    assert isinstance(swap, Swap)
    assert "".join(piece.text for piece in swap.name.new) == "养护及时率"
    assert "".join(piece.text for piece in swap.target.old) == "≥90%"
    assert (swap.actual, swap.marks, swap.reason) == ("95%", "10/10.00", REASON)


@pytest.mark.parametrize("row", [None, -1, 1])
def test_where_there_is_no_row_nothing_is_compared(form: SelfEvaluation, row: int | None) -> None:
    assert row_to_swap(form, row, text_to_rewrite) is None


def test_a_reason_that_names_nothing_new_is_not_compared(hand: Hand) -> None:
    assert row_to_swap(hand.evaluation(reason="疫情"), 0, text_to_rewrite) is None
    assert row_to_swap(hand.target(), 0, text_to_rewrite) is None


def test_findings_about_other_things_show_no_comparison(
    hand: Hand, form: SelfEvaluation, to_amount: TextToAmount
) -> None:
    other = findings_to_listing(
        (hand.finding(),), (form,), groups={}, text_to_amount=to_amount, text_to_rewrite=text_to_rewrite
    )
    assert other.top[0].swap is None
    assert listed(form, hand.finding(), to_amount=to_amount).top[0].swap is not None


def test_the_workbook_marks_what_went_and_came(
    tmp_path: Path, hand: Hand, form: SelfEvaluation, to_amount: TextToAmount
) -> None:
    findings = (hand.finding(rank=1), hand.finding(rank=2, covered_by=1))
    write_findings(tmp_path / "f.xlsx", listed(form, *findings, to_amount=to_amount), hand.batch(form))
    sheet = load_workbook(tmp_path / "f.xlsx", rich_text=True)["改指标对照"]
    assert sheet.max_row == 2  # both findings tell of one row
    old, new = sheet["D2"].value, sheet["F2"].value
    assert isinstance(old, CellRichText) and isinstance(new, CellRichText)
    assert (str(old), str(new)) == ("养护合格率", "养护及时率")
    gone = [run.text for run in old if isinstance(run, TextBlock) and run.font.strike]
    came = [run.text for run in new if isinstance(run, TextBlock) and run.font.u]
    assert (gone, came) == (["合格"], ["及时"])
    assert sheet["E2"].value == "自评改为"
    link = sheet["A2"].hyperlink
    assert link is not None and link.location == "'问题清单'!A2"


def test_the_report_marks_what_went_and_came_and_can_copy(
    hand: Hand, form: SelfEvaluation, to_amount: TextToAmount
) -> None:
    said = replace(hand.finding(), statement="改名。某项目……", why="涉及10分", readings="在所有读法下都成立")
    listing = listed(form, said, to_amount=to_amount)
    page = page_to_html(batch_to_page(hand.batch(form), listing, finished=datetime(2024, 5, 6, tzinfo=UTC)))
    (card,) = document_fromstring(page).find_class("card")
    assert [element.text_content() for element in card.iter("del", "ins")] == ["合格", "及时", "0", "8"]
    (say,) = card.find_class("say")
    assert "改名。某项目……" in say.text_content()
    (button,) = say.find_class("copy")
    assert button.get("hidden") is not None  # shown by the script that makes it work
    shown = re.sub(r"\s", "", card.text_content())
    assert "为什么排在这里涉及10分" in shown and "误读还是误报在所有读法下都成立" in shown
    assert page.count("涉及10分") == 2  # in the list and on the form's page


def test_sentences_that_are_not_there_leave_no_trace(hand: Hand, form: SelfEvaluation, to_amount: TextToAmount) -> None:
    listing = listed(form, hand.finding(), to_amount=to_amount)
    page = document_fromstring(
        page_to_html(batch_to_page(hand.batch(form), listing, finished=datetime(2024, 5, 6, tzinfo=UTC)))
    )
    assert not page.find_class("say") and not page.find_class("why")


def test_the_list_has_the_sentence_and_why(
    tmp_path: Path, hand: Hand, form: SelfEvaluation, to_amount: TextToAmount
) -> None:
    said = replace(hand.finding(), statement="一句话", why="为何", readings="都成立")
    write_findings(tmp_path / "f.xlsx", listed(form, said, to_amount=to_amount), hand.batch(form))
    rows = list(load_workbook(tmp_path / "f.xlsx")["问题清单"].values)
    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["底稿表述"], line["为什么排在这里"], line["误读还是误报"]) == ("一句话", "为何", "都成立")
