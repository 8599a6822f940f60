"""The report shows everything, lets nothing a form says run, and leads from each finding to its evidence."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from lxml.html import HtmlElement, document_fromstring

from domain.finding import Evidence, Finding, Verdict
from domain.form import Form
from fuhe.batch import Batch, Outcome, Status
from fuhe.listing import TextToAmount, findings_to_listing
from fuhe.report import batch_to_page, page_to_html

if TYPE_CHECKING:
    from tests.fuhe.conftest import Hand

ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"


def rendered(batch: Batch, *findings: Finding, to_amount: TextToAmount) -> str:
    listing = findings_to_listing(findings, batch.forms, groups={"MADE_UP": "评分"}, text_to_amount=to_amount)
    return page_to_html(batch_to_page(batch, listing, finished=datetime(2024, 5, 6, 7, 8, tzinfo=UTC)))


def parsed(page: str) -> HtmlElement:
    root = document_fromstring(page)
    assert isinstance(root, HtmlElement)
    return root


def elements(root: HtmlElement, path: str) -> list[HtmlElement]:
    found = root.xpath(path)
    assert isinstance(found, list)
    return [element for element in found if isinstance(element, HtmlElement)]


def texts(root: HtmlElement, path: str) -> list[str]:
    found = root.xpath(path)
    assert isinstance(found, list)
    return [str(text) for text in found]


@pytest.fixture
def attacked(hand: Hand, to_amount: TextToAmount) -> str:
    forms: tuple[Form, ...] = (hand.evaluation(name=ATTACK, reason=ATTACK, target=ATTACK), hand.target(name=ATTACK))
    others = [Outcome(path=ATTACK, status=Status.UNREADABLE, reason=ATTACK, warnings=(ATTACK,))]
    batch = hand.batch(*forms, text="\n".join([ATTACK] * 20), others=others)
    finding = hand.finding(message=ATTACK)
    return rendered(batch, finding, hand.finding(rank=2, message=ATTACK, covered_by=1), to_amount=to_amount)


def test_what_a_form_says_is_text_and_nothing_else(attacked: str) -> None:
    page = parsed(attacked)
    assert len(elements(page, "//script")) == 1
    assert elements(page, "//img") == []
    assert elements(page, "//*[@*[starts-with(name(), 'on')]]") == []
    assert "49" not in "".join(texts(page, "//td[contains(@class,'c-target')]//text()"))
    assert ATTACK in page.text_content()


def test_the_page_fetches_nothing(attacked: str) -> None:
    page = parsed(attacked)
    addresses = texts(page, "//@href | //@src | //@action | //@srcset | //@data")
    assert all(address.startswith("#") for address in addresses)
    assert not re.search(r"@import|url\(", attacked)


def test_only_the_script_of_the_page_may_run(attacked: str) -> None:
    page = parsed(attacked)
    (script,) = elements(page, "//script")
    (policy,) = texts(page, "//meta[@http-equiv='Content-Security-Policy']/@content")
    digest = base64.b64encode(hashlib.sha256((script.text or "").encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_every_link_leads_somewhere(hand: Hand, to_amount: TextToAmount) -> None:
    batch = hand.batch(hand.evaluation(), hand.target())
    nowhere = Evidence(field="indicators[].score", text="", sources=())
    findings = (
        hand.finding(),
        hand.finding(rank=2, covered_by=1),
        hand.finding(rank=3, form_index=2),
        hand.finding(rank=4, form_index=99),
        replace(hand.finding(rank=5, form_index=2), evidence=(nowhere, replace(nowhere, field="indicators[0].actual"))),
    )
    page = parsed(rendered(batch, *findings, to_amount=to_amount))
    anchors = texts(page, "//@id")
    assert len(set(anchors)) == len(anchors)
    assert {href[1:] for href in texts(page, "//@href")} <= set(anchors)


def test_a_doubtful_figure_shows_its_other_readings(hand: Hand, to_amount: TextToAmount) -> None:
    form = hand.evaluation()
    doubtful = replace(form.total_score, confidence=0.6, alternatives=(("96.00", 0.2), ("96.08", 0.1)))
    page = parsed(rendered(hand.batch(replace(form, total_score=doubtful)), to_amount=to_amount))
    (cell,) = elements(page, "//*[contains(@title, '另有读法')]")
    assert cell.text_content().strip() == "95.00"
    assert str(cell.get("title")).endswith("识读把握 60%，另有读法“96.00”“96.08”")


def test_a_finding_leads_to_its_evidence_which_is_marked(hand: Hand, to_amount: TextToAmount) -> None:
    text = "\n".join(f"第{number}行的原文" for number in range(1, 20))
    page = parsed(rendered(hand.batch(hand.evaluation(), text=text), hand.finding(), to_amount=to_amount))
    (line,) = elements(page, "//section[@id='list']//tbody/tr")
    card = page.get_element_by_id(texts(line, ".//a/@href")[0][1:])
    assert "实际值与目标值不符" in card.text_content()
    cell = page.get_element_by_id(texts(card, ".//ul[@class='evidence']//a/@href")[0][1:])
    assert cell.text_content().strip() == "≥90%"
    assert {"mark", "high"} <= set(cell.get("class", "").split())
    (cited,) = elements(page, "//details[@class='lines']//li")
    assert (cited.get("value"), cited.text_content()) == ("7", "第7行的原文")


def test_covered_findings_stand_with_the_one_that_covers_them(hand: Hand, to_amount: TextToAmount) -> None:
    findings = (hand.finding(), hand.finding(rank=2, covered_by=1, message="另一说法"))
    page = parsed(rendered(hand.batch(hand.evaluation()), *findings, to_amount=to_amount))
    assert len(elements(page, "//section[@id='list']//tbody/tr")) == 1
    (card,) = elements(page, "//div[contains(@class,'card')]")
    assert "另一说法" in card.text_content()


def test_nothing_is_left_out(hand: Hand, to_amount: TextToAmount) -> None:
    others = [
        Outcome(path="丙.pdf", status=Status.UNREADABLE, reason="扫描件不能识读"),
        Outcome(path="丁.txt", status=Status.DUPLICATE, reason="与甲相同"),
        Outcome(path="戊.txt", status=Status.NO_FORM, reason="未找到表"),
    ]
    batch = hand.batch(hand.evaluation(reason="疫情影响"), hand.target(), others=others)
    unchecked = hand.finding(rank=2, verdict=Verdict.CANNOT_CHECK, message="得分栏缺失")
    shown = parsed(rendered(batch, hand.finding(), unchecked, to_amount=to_amount)).text_content()
    for words in (
        "道路养护项目",
        "采购项目",
        "疫情影响",
        "买齐设备",
        "扫描件不能识读",
        "与甲相同",
        "未找到表",
        "得分栏缺失",
    ):
        assert words in shown
    assert "有 2 项（文件或其中的页）未读入" in shown


def test_an_empty_batch_makes_a_page(to_amount: TextToAmount) -> None:
    page = parsed(rendered(Batch(outcomes=()), to_amount=to_amount))
    assert "没有读到表单" in page.text_content()
    assert elements(page, "//svg") == []


def test_charts_count_what_the_list_holds(hand: Hand, to_amount: TextToAmount) -> None:
    findings = [hand.finding(rank=rank) for rank in range(1, 4)]
    page = parsed(rendered(hand.batch(hand.evaluation()), *findings, to_amount=to_amount))
    titles = texts(page, "//figure[figcaption='疑点类别']//*[local-name()='title']/text()")
    assert "评分：高 3" in titles
    (point,) = elements(page, "//figure[figcaption='总分与预算执行率']//*[local-name()='circle']")
    assert "执行率 49.98%，总分 95" in point.text_content()
