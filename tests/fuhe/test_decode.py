"""Text is decoded as it was meant, or refused; never turned into nonsense silently."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UnreadableDocument
from fuhe.decode import MAX_LINE_CHARS, bytes_to_text, check_lines, text_to_lines

FORM = "项目名称\t道路养护项目\t全年预算数\t120.50\n产出指标\t数量指标\t养护里程\t≥90公里\t95公里\n" * 20


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_a_form_is_read_in_every_encoding_offices_use(encoding: str) -> None:
    decoded = bytes_to_text(FORM.encode(encoding))
    assert decoded.text == FORM
    assert decoded.warnings == ()


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=40))
def test_chinese_in_gb18030_is_never_taken_for_something_else(text: str) -> None:
    assert bytes_to_text(f"{text}\t1\n".encode("gb18030")).text == f"{text}\t1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_damaged_byte_is_marked_and_told(encoding: str) -> None:
    content = bytearray(FORM.encode(encoding))
    content[600:601] = b"\xff"
    decoded = bytes_to_text(bytes(content))
    assert decoded.text.count("\ufffd") <= 4
    assert decoded.text[-60:] == FORM[-60:]
    assert "字节损坏" in decoded.warnings[0]


def test_utf8_cut_at_its_end_is_not_read_as_gb18030() -> None:
    decoded = bytes_to_text(FORM.encode()[:-5])
    assert decoded.encoding == "utf-8"
    assert decoded.text.startswith("项目名称")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(random.Random(1).randbytes(5000), id="random bytes"),
        pytest.param(bytes(range(256)) * 40, id="every byte"),
        pytest.param(b"\x00\x01\x02\x03" * 500, id="control characters"),
        pytest.param(random.Random(2).randbytes(300) + b"\x00" * 300, id="half zeros"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"不是可识别的文字.*另存为"):
        bytes_to_text(content)


def test_an_endless_line_is_refused_with_its_number() -> None:
    with pytest.raises(UnreadableDocument, match=r"第 2 行长达 1,000,001 字"):
        check_lines("短\n" + "长" * (MAX_LINE_CHARS + 1))


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_count_as_in_an_editor(line_end: str) -> None:
    assert text_to_lines(line_end.join(["甲\x0b乙", "", "丙\u2028丁"])) == ["甲\x0b乙", "", "丙\u2028丁"]
