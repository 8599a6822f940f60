"""How binding a target value is. All values are this project's own."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify import TASKS
from classify.champions import WORD_LISTS


def _best(text: str, *indicators: str) -> str:
    return max(WORD_LISTS.specificity(text, indicators), key=lambda label: label.probability).id


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("≥95%", "quantified"),
        ("≥95.00(%)", "quantified"),
        ("不少于12场", "quantified"),
        ("100", "quantified"),
        ("三场", "quantified"),
        ("百分之九十以上", "quantified"),
        ("每季度1次", "quantified"),
        ("<24小时", "quantified"),
        ("≤5个工作日", "quantified"),
        ("1:1.2", "quantified"),
        ("约300亩", "quantified"),
        ("2000.00(人)", "quantified"),
        ("12个月", "quantified"),
        ("较上年增长5%", "quantified"),
        ("≥0%", "quantified"),
        ("接报后24小时内处置", "dated"),
        ("5个工作日内办结", "dated"),
        ("30分钟内到达现场", "dated"),
        ("2023年12月31日前", "dated"),
        ("年底前完成", "dated"),
        ("6月底", "dated"),
        ("第三季度", "dated"),
        ("2023.12.31", "dated"),
        ("汛期前完成", "dated"),
        ("2025年", "dated"),
        ("较2022年有所改善", "vague"),
        ("按时完成", "vague"),
        ("及时", "vague"),
        ("持续提升", "vague"),
        ("效果明显", "vague"),
        ("良好", "vague"),
        ("按规定执行", "vague"),
        ("进一步增强群众获得感幸福感安全感", "slogan"),
        ("为区域经济社会高质量发展提供有力支撑", "slogan"),
        ("助力乡村振兴，推动城乡融合发展", "slogan"),
        ("不断优化营商环境，激发市场主体活力", "slogan"),
        ("通过竣工验收", "verifiable_qualitative"),
        ("符合《食品安全国家标准》", "verifiable_qualitative"),
        ("达到国家一级标准", "verifiable_qualitative"),
        ("不低于上年水平", "verifiable_qualitative"),
        ("与上年持平", "verifiable_qualitative"),
        ("无重大安全事故发生", "verifiable_qualitative"),
        ("不发生群体性事件", "verifiable_qualitative"),
        ("列入省级名录", "verifiable_qualitative"),
        ("应保尽保", "verifiable_qualitative"),
        ("通过ISO9001认证", "verifiable_qualitative"),
        ("控制在预算内", "verifiable_qualitative"),
        ("印发管理办法", "verifiable_qualitative"),
        ("投入使用", "verifiable_qualitative"),
        ("", "malformed"),
        ("/", "malformed"),
        ("……", "malformed"),
        ("≥", "malformed"),
        ("≥%", "malformed"),
        ("不少于人次", "malformed"),
        ("XX%", "malformed"),
        ("**万元", "malformed"),
        ("≥≥90%", "malformed"),
        ("95%%", "malformed"),
        ("=08%", "malformed"),
        ("、个、场", "malformed"),
        ("年月日前完成", "malformed"),
    ],
)
def test_target_falls_into_its_class(text: str, label: str) -> None:
    assert _best(text) == label


@pytest.mark.parametrize(
    ("text", "indicator", "label"),
    [
        ("无", "生产安全事故", "verifiable_qualitative"),
        ("无", "宣传形式", "vague"),
        ("合格", "工程质量", "verifiable_qualitative"),
        ("是", "是否建立台账", "verifiable_qualitative"),
    ],
)
def test_the_name_above_a_bare_word_settles_it(text: str, indicator: str, label: str) -> None:
    assert _best(text, indicator) == label


@given(st.text(alphabet="≥≤=<>%0123456789.、，；年月日底前次人场提升良好不少于通过验收（）XX*“”", max_size=40))
def test_probabilities_sum_to_one_for_any_text(text: str) -> None:
    labels = WORD_LISTS.specificity(text, ())
    assert [label.id for label in labels] == list(TASKS["target"])
    assert math.isclose(sum(label.probability for label in labels), 1.0)
    assert all(0.0 <= label.probability <= 1.0 for label in labels)


@given(
    st.integers(min_value=1, max_value=10**6), st.sampled_from(["≥{}%", "{}人", "不少于{}场", "≤{}万元", "= {} ( 个 )"])
)
def test_any_number_with_a_sign_is_quantified(number: int, form: str) -> None:
    assert _best(form.format(number)) == "quantified"
