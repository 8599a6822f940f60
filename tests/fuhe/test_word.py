"""Findings go into Word as offices write them; what is wrong with a template is told, and nothing is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from audit.nature import CATEGORIES
from domain.finding import Finding, Severity, Verdict
from fuhe.cli import app
from fuhe.finding_records import finding_to_record
from fuhe.listing import Entry, TextToAmount, findings_to_listing
from fuhe.paper_kinds import PaperKind
from fuhe.records import form_to_record
from fuhe.word_context import Context, Item, entry_to_item, items_to_context, number_to_chinese, printable
from fuhe.word_fill import BadTemplate, fill_template
from fuhe.word_templates import paper_template

if TYPE_CHECKING:
    from tests.fuhe.conftest import Hand

LAW, OTHER_LAW = "《甲办法》（财预〔2015〕88号）第二十八条：按程序报批", "《乙办法》（财预〔2020〕10号）：产出50"
NOTES = "自评表填报说明：偏差应说明原因"
TODAY = date(2024, 5, 6)


def said(nature: str, facts: str) -> str:
    return f"{nature}。《道路养护项目》存在以下情形：{facts}。对照某办法，提请核实。"


@pytest.fixture
def items_of(hand: Hand, to_amount: TextToAmount) -> Callable[..., list[Item]]:
    """Items from (category, basis, nature, severity) in the order of the list."""

    def make(*rows: tuple[str, str, str, Severity]) -> list[Item]:
        form = hand.evaluation()
        made = []
        for rank, (category, basis, nature, severity) in enumerate(rows, start=1):
            finding = replace(
                hand.finding(rank=rank), basis=basis, severity=severity, statement=said(nature, f"事实{rank}")
            )
            listing = findings_to_listing((finding,), (form,), groups={"MADE_UP": category}, text_to_amount=to_amount)
            made.append(entry_to_item(listing.top[0], category=category, year="2023"))
        return made

    return make


@pytest.fixture
def context(items_of: Callable[..., list[Item]]) -> Context:
    high, low = Severity.HIGH, Severity.LOW
    return items_to_context(
        items_of(
            ("自评数据与评分", LAW, "甲定性", high),
            ("绩效目标调整", LAW, "乙定性", high),
            ("自评数据与评分", NOTES, "丙定性", high),
            ("自评数据与评分", LAW, "丁定性", high),
            ("绩效目标调整", OTHER_LAW, "戊定性", low),
        ),
        today=TODAY,
    )


def paragraphs(docx: bytes) -> list[str]:
    """Every paragraph in reading order, those of table cells among them."""
    body = Document(BytesIO(docx)).element.body
    texts = ("".join(t.text or "" for t in p.iter("{*}t")) for p in body.iter("{*}p"))
    return [text for text in texts if text]


def docx_of(*lines: str) -> bytes:
    """A template of one paragraph a line."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    saved = BytesIO()
    document.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize("kind", list(PaperKind))
def test_our_own_papers_group_number_and_share_the_clause(kind: PaperKind, context: Context) -> None:
    lines = paragraphs(fill_template(paper_template(kind), context, name=kind))
    told = [line for line in lines if re.match(r"（[一二]）|\d\. |以上事项", line)]
    assert told == [
        "（一）绩效目标调整",
        "1. 乙定性。《道路养护项目》存在以下情形：事实2。",
        "以上事项违反了《甲办法》（财预〔2015〕88号）第二十八条关于按程序报批的规定。",
        "2. 戊定性。《道路养护项目》存在以下情形：事实5。",
        "以上事项不符合《乙办法》（财预〔2020〕10号）关于产出50的规定。",
        "（二）自评数据与评分",
        "1. 甲定性。《道路养护项目》存在以下情形：事实1。",
        "2. 丁定性。《道路养护项目》存在以下情形：事实4。",
        "以上事项违反了《甲办法》（财预〔2015〕88号）第二十八条关于按程序报批的规定。",
        "3. 丙定性。《道路养护项目》存在以下情形：事实3。",
        "以上事项不符合自评表填报说明关于偏差应说明原因的要求。",
    ]
    whole = "".join(lines)
    assert "某区市政所" in whole and "2024年5月6日" in whole and "{" not in whole and "%}" not in whole


def test_the_workpaper_lists_where_the_evidence_stands(context: Context) -> None:
    filled = Document(BytesIO(fill_template(paper_template(PaperKind.WORKPAPER), context, name="底稿")))
    rows = [[cell.text for cell in row.cells] for row in filled.tables[1].rows]
    assert rows[0][:2] == ["序号", "清单序号"]
    assert [row[1] for row in rows[1:]] == ["2", "5", "1", "4", "3"]
    assert rows[1][5:] == ["1,200.50", "自评表.txt 第 1 张表 第 7 行"]


def test_an_office_template_names_things_in_chinese(context: Context) -> None:
    template = docx_of(
        "致{{ 被审计单位 }}：{{ 项目 }}，{{ 年度 }}年度，共{{ 事项数 }}项",
        "{%p for 项 in 事项 %}",
        "{{ 项.序号 }}、{{ 项.表述 }}［{{ 项.风险等级 }}］",
        "{%p endfor %}",
    )
    lines = paragraphs(fill_template(template, context, name="office.docx"))
    assert lines[0] == "致某区市政所：《道路养护项目》，2023年度，共5项"
    assert lines[1] == "1、乙定性。《道路养护项目》存在以下情形：事实2。对照某办法，提请核实。［高］"
    assert len(lines) == 6


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["{{ 被审单位 }}"], ["不认识的占位符：“被审单位”", "“被审计单位”"]),
        (["{%p for 项 in 事项 %}", "{{ 项.定姓 }}", "{%p endfor %}"], ["“定姓”", "“定性”"]),
        (["{%p for 项 in 事项 %}", "{{ 项.定性 }}"], ["占位符写法有误"]),
        (["{{ 被审计单位 "], ["占位符"]),
        (["{{ 被审计单位 }}", "｛｛ 年度 ｝｝"], ["全角花括号（“｛｛ 年度 ｝｝”附近）"]),
        (["没有占位符的模板"], ["没有任何占位符"]),
        (["{{ 被审计单位.__class__.__mro__ }}"], ["填不了", "不认识"]),
    ],
)
def test_a_bad_placeholder_is_named(lines: Sequence[str], words: Sequence[str], context: Context) -> None:
    with pytest.raises(BadTemplate) as told:
        fill_template(docx_of(*lines), context, name="office.docx")
    assert "office.docx" in str(told.value)
    assert any(word in str(told.value) for word in words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "不是 docx"),
        ("文字".encode(), "不是 docx"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "旧版 doc"),
        (b"PK\x05\x06" + bytes(18), "打不开"),
    ],
)
def test_a_file_that_is_no_docx_is_refused(content: bytes, words: str, context: Context) -> None:
    with pytest.raises(BadTemplate, match=words):
        fill_template(content, context, name="x")


@pytest.mark.parametrize("attack", ["{{ 7*7 }}", "{% for a in b %}", "<w:p/>&amp;</w:t>", "甲\x01\x0b乙", "]]>"])
def test_what_a_form_says_stays_text(attack: str, items_of: Callable[..., list[Item]]) -> None:
    (item,) = items_of(("绩效目标调整", LAW, f"定性{attack}", Severity.HIGH))
    filled = fill_template(paper_template(PaperKind.WORKPAPER), items_to_context([item], today=TODAY), name="底稿")
    assert printable(f"1. 定性{attack}。") in "".join(paragraphs(filled))


@given(st.text(max_size=40))
def test_any_text_can_be_printed(text: str) -> None:
    assert "\n" not in printable(text)
    assert printable(printable(text)) == printable(text)


@pytest.mark.parametrize(
    ("number", "written"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五"), (99, "九十九")]
)
def test_headings_are_numbered_in_chinese(number: int, written: str) -> None:
    assert number_to_chinese(number) == written


def test_a_finding_without_a_sentence_gets_one(hand: Hand, to_amount: TextToAmount) -> None:
    entry: Entry = findings_to_listing((hand.finding(),), (), groups={}, text_to_amount=to_amount).top[0]
    item = entry_to_item(entry, category=CATEGORIES[0], year="")
    assert item.statement.nature == "编造的疑点" and "实际值与目标值不符" in item.statement.facts


@dataclass(frozen=True, slots=True)
class Export:
    """Runs ``fuhe export --word`` over a folder of findings."""

    folder: Path

    def write(self, findings: Sequence[Finding], hand: Hand) -> None:
        lines = [json.dumps(finding_to_record(finding), ensure_ascii=False) for finding in findings]
        (self.folder / "findings.jsonl").write_text("\n".join(lines), encoding="utf-8")
        form = json.dumps(form_to_record(hand.evaluation()), ensure_ascii=False)
        (self.folder / "forms.jsonl").write_text(form, encoding="utf-8")

    def run(self, *arguments: str | Path) -> Result:
        return CliRunner().invoke(app, ["export", *map(str, arguments)])

    def word(self, *arguments: str | Path) -> Result:
        return self.run("--word", self.folder, "-o", self.out, *arguments)

    @property
    def out(self) -> Path:
        return self.folder / "取证单.docx"

    def told(self) -> str:
        return "".join(paragraphs(self.out.read_bytes()))


@pytest.fixture
def export(tmp_path: Path, hand: Hand) -> Export:
    made = Export(tmp_path)
    findings = [
        hand.finding(rank=1, message="第1项指标甲"),
        replace(hand.finding(rank=2, message="第1项指标乙"), severity=Severity.MEDIUM),
        replace(hand.finding(rank=3, message="第1项指标丙"), severity=Severity.LOW),
        hand.finding(rank=4, message="第1项指标丁", covered_by=1),
        hand.finding(rank=5, message="无从核对", verdict=Verdict.CANNOT_CHECK),
    ]
    made.write(findings, hand)
    return made


@pytest.mark.parametrize(
    ("arguments", "there"),
    [
        ([], "甲乙"),
        (["--severity", "high"], "甲"),
        (["--severity", "low"], "甲乙丙"),
        (["--only", "3,4"], "丙丁"),
        (["--only", "1-3"], "甲乙丙"),
    ],
)
def test_the_auditor_chooses_what_goes_on_paper(export: Export, arguments: list[str], there: str) -> None:
    ended = export.word(*arguments)
    assert ended.exit_code == 0, ended.output
    assert f"{len(there)} 条" in ended.stdout
    assert "".join(re.findall("第1项指标([甲乙丙丁])", export.told())) == there
    assert "第 7 行" in ended.stdout or "某区市政所" in export.told()


def test_the_findings_alone_are_enough(export: Export) -> None:
    (export.folder / "forms.jsonl").unlink()
    ended = export.run("--word", export.folder / "findings.jsonl", "-o", export.out, "--kind", "底稿")
    assert ended.exit_code == 0 and "审计工作底稿" in export.told()


def test_lines_of_text_input_are_found_again(export: Export) -> None:
    assert export.word("--kind", "底稿").exit_code == 0
    assert "第 7 行" in export.told()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "9"], "没有序号 9"),
        (["--only", "5"], "没有序号 5"),
        (["--only", "一"], "不是序号"),
        (["--only", "9-1"], "起止颠倒"),
        (["--template", "没有.docx"], "读不了模板 没有.docx"),
    ],
)
def test_a_wrong_choice_ends_with_2_and_writes_nothing(export: Export, arguments: list[str], words: str) -> None:
    ended = export.word(*arguments)
    assert ended.exit_code == 2
    assert words in ended.output
    assert not export.out.exists()


def test_wrong_usage_is_said_in_chinese(export: Export, tmp_path: Path) -> None:
    assert "请用 --word" in export.run(tmp_path, "-o", export.out).output
    assert "请用 -o" in export.run("--word", tmp_path).output
    assert "请给出 fuhe audit 的输出文件夹" in export.run("--word", "-o", export.out).output
    assert "应以 .docx 结尾" in export.run("--word", tmp_path, "-o", tmp_path / "a.pdf").output
    assert "所在文件夹不存在" in export.run("--word", tmp_path, "-o", tmp_path / "无" / "a.docx").output
    assert "找不到" in export.run("--word", tmp_path / "空", "-o", export.out).output


def test_a_template_is_never_written_over(export: Export) -> None:
    template = export.folder / "office.docx"
    template.write_bytes(docx_of("{{ 被审计单位 }}"))
    ended = export.run("--word", export.folder, "-o", template, "--template", template)
    assert ended.exit_code == 2 and "模板会被盖掉" in ended.output
    assert paragraphs(template.read_bytes()) == ["{{ 被审计单位 }}"]


def test_a_damaged_list_is_told_with_its_line(export: Export) -> None:
    path = export.folder / "findings.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + "\n{", encoding="utf-8")
    ended = export.word()
    assert ended.exit_code == 2 and "第 6 行不是 JSON" in ended.output


def test_a_run_without_findings_of_weight_says_so(export: Export, hand: Hand) -> None:
    export.write([replace(hand.finding(), severity=Severity.INFO)], hand)
    ended = export.word()
    assert ended.exit_code == 2 and "没有等级为高、中的" in ended.output


def test_our_template_can_be_taken_and_used_as_ones_own(export: Export) -> None:
    own = export.folder / "own.docx"
    assert export.run("--word", "--blank", "--kind", "底稿", "-o", own).exit_code == 0
    assert "{{ 项.定性 }}" in "".join(paragraphs(own.read_bytes()))
    assert export.word("--template", own).exit_code == 0
    assert "审计工作底稿" in export.told()


def test_every_name_in_the_guide_exists_and_the_other_way_round(context: Context) -> None:
    from fuhe.word_context import context_names

    guide = (Path(__file__).resolve().parents[2] / "docs" / "word-templates.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([^`]+)` \|", guide, re.M)) == context_names(context)
