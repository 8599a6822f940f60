"""Characters as exported to characters as printed: residue goes, what was printed stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.clean import (
    clean_text,
    fold_radicals,
    join_wrapped,
    label_key,
    line_to_pieces,
    text_to_lines,
    unwrap,
)

# Characters that exports are made of: signs of markup, of formulas, spaces of all widths, breaks, radicals.
RESIDUE = "<>/&;$\\{}bpr lt;gt;amp;nbsp;geq \t\u00a0\u3000\u200b\ufeff\u00ad⽬⾦⻔⻓年度指标≥≤%0123456789.，。（）"
TEXTS = st.text(alphabet=RESIDUE, max_size=40) | st.text(max_size=40)


@pytest.mark.parametrize(
    ("exported", "printed"),
    [
        ("<b>巡查次数</b>", "巡查次数"),
        ("巡查<SPAN class='x'>次数</SPAN>", "巡查次数"),
        ("面积10m<sup>2</sup>", "面积10m2"),
        ("<o:p>完成</o:p>", "完成"),
        ("</ td >完成", "完成"),
    ],
)
def test_inline_tags_vanish(exported: str, printed: str) -> None:
    assert clean_text(exported) == printed


@pytest.mark.parametrize("tag", ["<br>", "<br/>", "<BR />", "</p>", "<p>", '<div style="x">', "</li>", "<tr>"])
def test_block_tags_part_lines(tag: str) -> None:
    assert clean_text(f"上半年{tag}下半年") == "上半年\n下半年"


@pytest.mark.parametrize(
    "text",
    [
        "响应时间<24小时",
        "≥90%且<95%",
        "<24小时>为限",
        "a<b且c>d",
        "误差<0.5%",
        "《办法》<试行>",
        "100<x<200",
        "R&D经费",
    ],
)
def test_comparisons_are_no_markup(text: str) -> None:
    assert clean_text(text) == text


def test_comparisons_of_letters_are_no_markup() -> None:
    assert clean_text("a<b 且 c>d") == "a<b 且 c>d"


@pytest.mark.parametrize(
    ("exported", "printed"),
    [
        ("&lt;24小时", "<24小时"),
        ("满意度&ge;90%", "满意度≥90%"),
        ("甲&nbsp;乙", "甲 乙"),
        ("&#8805;5次", "≥5次"),
        ("R&amp;D", "R&D"),
        ("&lt;b&gt;", "<b>"),
    ],
)
def test_entities_are_written_out(exported: str, printed: str) -> None:
    assert clean_text(exported) == printed


@pytest.mark.parametrize(
    ("exported", "printed"),
    [
        (r"$\geq 10\%$", "≥10%"),
        (r"$\geqslant$95%", "≥95%"),
        (r"$\leq 24$小时", "≤24小时"),
        (r"$\ge 3$次", "≥3次"),
        (r"5$\sim$8场", "5~8场"),
        (r"$10 \times 4$米", "10×4米"),
        (r"$\alpha$系数", r"\alpha系数"),
    ],
)
def test_formulas_become_signs(exported: str, printed: str) -> None:
    assert clean_text(exported) == printed


@pytest.mark.parametrize("text", ["单价$5，总价$10", r"C:\资料\台账", "$"])
def test_lone_dollars_and_backslashes_stay(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    ("radicals", "characters"),
    [
        ("⽬⾦⻔⼾", "目金门户"),
        ("⽣态⽂明", "生态文明"),
        ("⾞⾒⻓⻅", "车见长见"),
        ("⼆⼗⼀", "二十一"),
        ("⻛⻢⻥⻦⻰", "风马鱼鸟龙"),
    ],
)
def test_radicals_become_the_characters_they_stand_for(radicals: str, characters: str) -> None:
    assert fold_radicals(radicals) == characters


@given(st.text(alphabet=[chr(code) for code in range(0x2F00, 0x2FD6)], max_size=20))
def test_no_kangxi_radical_is_left(text: str) -> None:
    folded = fold_radicals(text)
    assert len(folded) == len(text)
    assert not any("\u2f00" <= char <= "\u2fd5" for char in folded)


@pytest.mark.parametrize("char", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\x01"])
def test_invisible_characters_go(char: str) -> None:
    assert clean_text(f"项目{char}名称") == "项目名称"


@pytest.mark.parametrize("char", ["\u00a0", "\u2003", "\u202f", "\u3000", "   "])
def test_every_run_of_spaces_is_one_space(char: str) -> None:
    assert clean_text(f"总{char}分") == "总 分"


@given(TEXTS)
def test_text_without_signs_of_markup_is_clean_after_one_pass(text: str) -> None:
    plain = text.translate(str.maketrans("", "", "<>&$"))
    assert clean_text(clean_text(plain)) == clean_text(plain)


@given(
    st.lists(st.sampled_from(["<b>", "</b>", "<br>", "甲", "<24小时", "≥90%", "⽬", "\u200b", "  ", "\t"]), max_size=12)
)
def test_text_with_tags_is_clean_after_one_pass(pieces: list[str]) -> None:
    once = clean_text("".join(pieces))
    assert clean_text(once) == once


@given(st.text(alphabet="年度指标值完成≥≤0123456789.%，。；（）《》<>", max_size=40))
def test_nothing_printed_is_lost(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    "furniture",
    ["第3页", "第 3 页", "第1页 共12页", "第1页,共12页", "第1页/共12页", "- 5 -", "—5—", "– 12 –", "3/12", " 3 / 12 "],
)
def test_page_numbers_are_furniture(furniture: str) -> None:
    lines = text_to_lines(f"上一行\n{furniture}\n下一行")
    assert [line.text for line in lines] == ["上一行", "", "下一行"]


@pytest.mark.parametrize("text", ["12", "第3页脚注", "2024", "-5", "10.00", "3/12月", "第1页 培训手册"])
def test_figures_that_may_be_values_are_no_furniture(text: str) -> None:
    assert [line.text for line in text_to_lines(text)] == [text]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_counts_once(newline: str) -> None:
    lines = text_to_lines(newline.join(("甲", "", "乙")))
    assert [(line.number, line.text) for line in lines] == [(1, "甲"), (2, ""), (3, "乙")]


def test_a_form_feed_starts_a_page_on_the_same_line_number() -> None:
    lines = text_to_lines("甲\n乙\f丙\n\f丁")
    assert [(line.number, line.text, line.page_break) for line in lines] == [
        (1, "甲", False),
        (2, "乙", False),
        (2, "丙", True),
        (3, "丁", True),
    ]


def test_a_page_number_beside_the_form_feed_does_not_hide_the_page() -> None:
    lines = text_to_lines("甲\n第1页\f\n乙")
    assert next(line for line in lines if line.text == "乙" or line.page_break).page_break


@given(st.text(alphabet="甲乙丙 \t\n\r\f|123页第", max_size=60))
def test_every_line_keeps_its_number(text: str) -> None:
    lines = text_to_lines(text)
    numbers = [line.number for line in lines]
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, len(raw) + 1))
    assert all(line.text in raw[line.number - 1] for line in lines)


@given(st.text(alphabet="甲乙丙\n\f", max_size=40))
def test_no_character_of_a_line_is_lost(text: str) -> None:
    assert "".join(line.text for line in text_to_lines(text)) == text.replace("\n", "").replace("\f", "")


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("开展水质", "监测", "开展水质监测"),
        ("Smart", "City", "Smart City"),
        ("采购Dell", "服务器", "采购Dell服务器"),
        ("≥9", "5%", "≥95%"),
        ("10.0", "0", "10.00"),
        ("甲 ", " 乙", "甲乙"),
        ("", "乙", "乙"),
        ("A4", "B5", "A4B5"),
    ],
)
def test_wraps_are_undone(left: str, right: str, joined: str) -> None:
    assert join_wrapped(left, right) == joined


@pytest.mark.parametrize(
    ("text", "unwrapped"),
    [
        ("开展 水质\n监测", "开展水质监测"),
        ("Smart City 平台", "Smart City平台"),
        ("  12 000  ", "12 000"),
        ("≥ 90 %", "≥90%"),
        (" \n ", ""),
    ],
)
def test_a_cell_keeps_spaces_between_latin_words_only(text: str, unwrapped: str) -> None:
    assert unwrap(text) == unwrapped


@given(st.text(alphabet="甲乙 \n\tab1", max_size=30))
def test_unwrapping_twice_changes_nothing(text: str) -> None:
    assert unwrap(unwrap(text)) == unwrap(text)


@pytest.mark.parametrize(
    "printed", ["项目名称", "项目 名称", "项目名称：", "项目名称:", " 项\u3000目名称 ", "项⽬名称", "项目\n名称"]
)
def test_labels_compare_equal_however_they_are_set(printed: str) -> None:
    assert label_key(printed) == "项目名称"


def test_a_line_is_cut_at_every_kind_of_boundary() -> None:
    (line,) = text_to_lines("| 甲<br>乙｜丙\t丁 ||")
    assert line_to_pieces(line) == ("甲", "乙", "丙", "丁")
