"""Labels as a recogniser misreads them, and texts that only look like labels."""

from __future__ import annotations

import pytest

from extract.labels import is_label, text_to_label


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("质量指际", "质量指标"),
        ("丨数量指标", "数量指标"),
        ("时效指标1", "时效指标"),
        ("偏羞原囚分析及改进措施", "偏差原因分析及改进措施"),
        ("实际完成倩况", "实际完成情况"),
    ],
)
def test_labels_nearly_read_are_told(read: str, printed: str) -> None:
    assert text_to_label(read) == printed and is_label(printed)


def test_a_label_that_may_be_two_of_one_meaning_is_one_of_them() -> None:
    assert text_to_label("年度日标值") in {"年度指标值", "年度目标值"}


@pytest.mark.parametrize(
    "text",
    [
        "质量指标",  # is one
        "得份",  # too short to tell
        "其中：当年财政拨款",  # a word more
        "项目资(万)",  # its unit would be lost
        "道路修复合格率",
        "实际完成情况良好，群众反映很好",
        "",
    ],
)
def test_other_texts_are_left_as_they_are(text: str) -> None:
    assert text_to_label(text) is None
