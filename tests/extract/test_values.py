"""Printed values: what each text says, and the laws that hold for every text."""

from __future__ import annotations

import json
import re
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.value import (
    Comparator,
    DateLimit,
    Malformed,
    Quantity,
    Value,
    Wording,
)
from extract import values
from extract.values import text_to_value, value_to_text

NONE, EQ, GE, GT, LE, LT, BETWEEN = Comparator


def quantity(comparator: Comparator, low: str, unit: str = "", *, high: str = "", about: bool = False) -> Quantity:
    return Quantity(comparator=comparator, low=Decimal(low), high=Decimal(high or low), unit=unit, approximate=about)


def day(year: int | None = None, month: int | None = None, day: int | None = None, *, by: bool = False) -> DateLimit:
    return DateLimit(year=year, month=month, day=day, by=by)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("≥2.00(次)", quantity(GE, "2", "次")),
        ("≥100(%)", quantity(GE, "100", "%")),
        ("100.00(%)", quantity(NONE, "100", "%")),
        ("≥10000.00 (人次)", quantity(GE, "10000", "人次")),
        ("=16.00(区)", quantity(EQ, "16", "区")),
        ("≤0.00(%)", quantity(LE, "0", "%")),
        ("≥80(百分比)", quantity(GE, "80", "%")),
        ("≥100百分比", quantity(GE, "100", "%")),
        (">=85%", quantity(GE, "85", "%")),
        ("≥=85%", quantity(GE, "85", "%")),
        ("≧90％", quantity(GE, "90", "%")),
        ("═5个", quantity(EQ, "5", "个")),
        ("≦ 3 天", quantity(LE, "3", "天")),
        ("﹥３次", quantity(GT, "3", "次")),
        ("＜24小时", quantity(LT, "24", "小时")),
        ("$\\geq 10\\%$", quantity(GE, "10", "%")),
        ("\\leq 5\\%", quantity(LE, "5", "%")),
        ("&ge;90%", quantity(GE, "90", "%")),
        ("**≥90%**", quantity(GE, "90", "%")),
        ("≥95%%", quantity(GE, "95", "%")),
        ("3.5‰‰", quantity(NONE, "3.5", "‰")),
    ],
)
def test_signs_and_units_of_any_printing_are_read(text: str, value: Value) -> None:
    reading = text_to_value(text)

    assert reading.value == value
    assert reading.confidence == 1.0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("不少于150名", quantity(GE, "150", "名")),
        ("不低于90%", quantity(GE, "90", "%")),
        ("大于等于90%", quantity(GE, "90", "%")),
        ("60%以上", quantity(GE, "60", "%")),
        ("80%及以上", quantity(GE, "80", "%")),
        ("95%（含）以上", quantity(GE, "95", "%")),
        ("超过3000人", quantity(GT, "3000", "人")),
        ("高于90%", quantity(GT, "90", "%")),
        ("低于5%", quantity(LT, "5", "%")),
        ("不超过3天", quantity(LE, "3", "天")),
        ("5天以内", quantity(LE, "5", "天")),
        ("24小时内", quantity(LE, "24", "小时")),
        ("5%以下", quantity(LE, "5", "%")),
        ("控制在5%以内", quantity(LE, "5", "%")),
        ("控制在80%以上", quantity(GE, "80", "%")),
        ("达到95%", quantity(NONE, "95", "%")),
        ("约600人", quantity(NONE, "600", "人", about=True)),
        ("近600人", quantity(NONE, "600", "人", about=True)),
        ("10个左右", quantity(NONE, "10", "个", about=True)),
        ("600+人次", quantity(GE, "600", "人次", about=True)),
        ("20余万人次", quantity(GE, "200000", "人次", about=True)),
        ("二十余家", quantity(GE, "20", "家", about=True)),
    ],
)
def test_words_of_comparison_bind_like_signs(text: str, value: Value) -> None:
    assert text_to_value(text).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1-2场", quantity(BETWEEN, "1", "场", high="2")),
        ("2-3", quantity(BETWEEN, "2", high="3")),
        ("6～8人", quantity(BETWEEN, "6", "人", high="8")),
        ("90%—100%", quantity(BETWEEN, "90", "%", high="100")),
        ("三到五家", quantity(BETWEEN, "3", "家", high="5")),
        ("约20-30人", quantity(BETWEEN, "20", "人", high="30", about=True)),
    ],
)
def test_ranges_have_both_bounds(text: str, value: Value) -> None:
    assert text_to_value(text).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4,544.49", quantity(NONE, "4544.49")),
        ("2，000人", quantity(NONE, "2000", "人")),
        ("3万人次", quantity(NONE, "30000", "人次")),
        ("10(万人次)", quantity(NONE, "100000", "人次")),
        ("3万元", quantity(NONE, "3", "万元")),
        ("10(万元)", quantity(NONE, "10", "万元")),
        ("五十万元", quantity(NONE, "50", "万元")),
        ("一万二千人", quantity(NONE, "12000", "人")),
        ("5千米", quantity(NONE, "5", "千米")),
        ("500㎡", quantity(NONE, "500", "平方米")),
        ("300元/人", quantity(NONE, "300", "元/人")),
        ("人均300元", quantity(NONE, "300", "元/人")),
        ("每月1次", quantity(NONE, "1", "次/月")),
        ("每站点每年4篇", quantity(NONE, "4", "篇/站点/年")),
        ("百分之九十五", quantity(NONE, "95", "%")),
        ("百分百", quantity(NONE, "100", "%")),
        ("千分之三", quantity(NONE, "3", "‰")),
        ("九成以上", quantity(GE, "90", "%")),
        ("三家", quantity(NONE, "3", "家")),
        ("两次", quantity(NONE, "2", "次")),
        ("0", quantity(NONE, "0")),
        ("-5%", quantity(NONE, "-5", "%")),
    ],
)
def test_numerals_scales_and_units(text: str, value: Value) -> None:
    assert text_to_value(text).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("参与人数600+人次", quantity(GE, "600", "人次", about=True)),
        ("合格率达80%", quantity(NONE, "80", "%")),
        ("完成三场合作交流活动", quantity(NONE, "3", "场")),
        ("完成一场讲座", quantity(NONE, "1", "场")),
        ("完成院士专家工作站申报工作79家", quantity(NONE, "79", "家")),
        ("联合十家委办局共同参与", quantity(NONE, "10", "家")),
        ("一次性验收合格率≥95%", quantity(GE, "95", "%")),
        ("2022年完成对接12场次", quantity(NONE, "12", "场次")),
        ("较2023年增长10%", quantity(NONE, "10", "%")),
    ],
)
def test_a_number_among_words_is_read_with_less_confidence(text: str, value: Value) -> None:
    reading = text_to_value(text)

    assert reading.value == value
    assert 0.5 <= reading.confidence < 1.0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024年3月底前举办", day(2024, 3, by=True)),
        ("2024年12月底之前完成", day(2024, 12, by=True)),
        ("2022年12月31日前完成", day(2022, 12, 31, by=True)),
        ("2022年12月31日", day(2022, 12, 31)),
        ("2022-12-31", day(2022, 12, 31)),
        ("2022.12.31前", day(2022, 12, 31, by=True)),
        ("2024年10月底", day(2024, 10)),
        ("2022年年底", day(2022, 12)),
        ("年底前", day(None, 12, by=True)),
        ("9月前", day(None, 9, by=True)),
        ("十月底前", day(None, 10, by=True)),
        ("6月30日前", day(None, 6, 30, by=True)),
        ("二〇二四年十二月", day(2024, 12)),
        ("2024年1-12月", day(2024, 12)),
        ("2022年1月1日至12月31日", day(2022, 12, 31)),
        ("第一季度", day(None, 3)),
        ("2024年完成", day(2024)),
        ("不晚于2024年5月", day(2024, 5, by=True)),
        ("≤2024年12月31日", day(2024, 12, 31, by=True)),
        ("每月10日前", day(day=10, by=True)),
    ],
)
def test_dates_and_deadlines(text: str, value: Value) -> None:
    assert text_to_value(text).value == value


@pytest.mark.parametrize(
    "text",
    [
        "及时", "无", "达成指标", "部分达成指标并具有一定效果", "≥上年", "=合格", "有待完善", "零投诉", "N/A",
        "较2023年有所提升", "通过2024年检", "优于2023年", "自2024年3月起", "次年3月底前",
        "第3期", "3级", "三等奖", "国发〔2020〕10号", "印发《2024年工作要点》", "ISO9001认证", "5G网络", "“十四五”规划",
        "三年行动计划", "60岁以上老人", "1:1", "7×24小时", "不低于上年的90%", "近三年", "全国前10", "附件3", "T+1",
        "一流", "十分满意", "增强四个意识", "建立一个良好环境", "一村一品", "三分之二", "数十场", "两三家", "三类水",
        "公开、人、财、物",
    ],
)  # fmt: skip
def test_figures_that_bind_nobody_stay_wording(text: str) -> None:
    assert text_to_value(text).value == Wording(text=text)


@pytest.mark.parametrize(
    "text",
    [
        "3人 10篇 5篇 6-8人",
        "参加辩论赛8人，报告18篇",
        "98%（目标95%）",
        "3月、6月各1次，9月2次",
        "6月前采购，12月前验收",
    ],
)
def test_several_numbers_in_one_text_are_wording_of_low_confidence(text: str) -> None:
    reading = text_to_value(text)

    assert reading.value == Wording(text=text)
    assert reading.confidence < 0.5


def test_parts_in_a_bracket_that_add_up_leave_the_whole() -> None:
    assert text_to_value("22场（线上6场、线下16场）").value == quantity(NONE, "22", "场")
    assert text_to_value("22场（线上6场、线下15场）").value == Wording(text="22场（线上6场、线下15场）")
    assert text_to_value("22场（培训6人、服务16人）").value == Wording(text="22场（培训6人、服务16人）")


@pytest.mark.parametrize(
    ("text", "defect"),
    [
        ("=025%", "数字前有多余的0"),
        ("≥≥85%", "比较符号重复"),
        ("≥≤85%", "比较符号重复"),
        ("≥%", "缺少数字"),
        ("≥次", "缺少数字"),
        ("≥(%)", "缺少数字"),
        ("不少于场", "缺少数字"),
        ("、条、个、不少于场、活动拍摄不少于场", "缺少数字"),
        ("、次以上；、%；、%以内；、场拍摄", "缺少数字"),
        ("达到%", "缺少数字"),
        ("次", "缺少数字"),
        ("≥.00(%)", "小数点前缺少数字"),
        ("95.%", "小数点后缺少数字"),
        ("≥90%以下", "比较符号与“以上”“以内”等词相反"),
        ("8-6人", "区间的下限大于上限"),
        ("2024年2月30日", "日期不存在"),
        ("XX%", "模板占位符没有填写"),
        ("**人", "模板占位符没有填写"),
        ("20XX年12月", "模板占位符没有填写"),
        ("指标1：", "模板占位符没有填写"),
        ("……", "模板占位符没有填写"),
        ("≥9�%", "有无法辨认的字符"),
        ("", "没有内容"),
        ("—", "没有内容"),
    ],
)
def test_damage_is_reported_and_never_repaired(text: str, defect: str) -> None:
    assert text_to_value(text).value == Malformed(text=text, defect=defect)


@pytest.mark.parametrize(("text", "printed"), [("290%", "290"), ("工5%", "5"), ("^80%", "80"), ("2100%", "2100")])
def test_a_number_that_looks_misread_is_kept_as_printed_with_low_confidence(text: str, printed: str) -> None:
    reading = text_to_value(text)

    assert reading.value == quantity(NONE, printed, "%")
    assert reading.confidence <= 0.5


UNIT_WORDS = """% ‰ 个 次 人次 场 元 万元 亿元 元/人 次/年 工作日 小时 年 月 日 平方米 km 千米 百分点 Tbps 校区 分 倍
台/套 委办局"""
UNITS = st.sampled_from(["", *UNIT_WORDS.split()])
NUMBERS = st.decimals(min_value=0, max_value=10**9, places=2) | st.integers(0, 10**9).map(Decimal)
SIGNED = NUMBERS | NUMBERS.map(lambda number: -number)


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    comparator = draw(st.sampled_from(Comparator))
    low, high = sorted((draw(SIGNED), draw(SIGNED)))
    return Quantity(
        comparator=comparator,
        low=low,
        high=high if comparator is BETWEEN else low,
        unit=draw(UNITS),
        approximate=draw(st.booleans()),
    )


@st.composite
def date_limits(draw: st.DrawFn) -> DateLimit:
    moment = draw(st.dates(min_value=date(1950, 1, 1), max_value=date(2089, 12, 31)))
    by = draw(st.booleans())
    parts: tuple[tuple[int | None, int | None, int | None], ...] = (
        (moment.year, None, None),
        (moment.year, moment.month, None),
        (moment.year, moment.month, moment.day),
        (None, moment.month, None),
        (None, moment.month, moment.day),
    )
    year, month, day_of_month = draw(st.sampled_from(parts))
    return DateLimit(year=year, month=month, day=day_of_month, by=by)


WORDS = "及时 提升 满意 第3期 《2024年要点》 5G 健全 保障 达成指标 一流"
WORDINGS = st.lists(st.sampled_from(WORDS.split()), min_size=1).map(lambda words: Wording(text="，".join(words)))
BROKEN = st.sampled_from(
    ["≥≥85%", "=025%", "≥%", "不少于场", "XX%", "", "—", "2024年2月30日", "8-6人", "≥90%以下", "、条、个"]
).map(lambda text: text_to_value(text).value)


@settings(max_examples=400)
@given(quantities() | date_limits() | WORDINGS | BROKEN)
def test_a_printed_value_is_read_back_as_itself(value: Value) -> None:
    assert text_to_value(value_to_text(value)).value == value


PIECES = """≥ ≤ > < = % ( ) - ~ 约 近 不少于 不超过 以上 以内 左右 余 + 万 亿 千 百 人 人次 场 元 个 年 月 日 前 底 年底
2024 12 31 3 0 0.5 . , 、 ； 一 二 三 十 百分之 成 第 号 每 均 完成 达到 较 小时 内 X * / · m2 ％ （ ） 《 》 \\geq $
上半年 至 岁 零 点 &nbsp; <p> 05 ① ٣"""
TEXTS = st.lists(st.sampled_from([*PIECES.split(), " ", "\u3000"]), max_size=8).map("".join) | st.text(max_size=20)


@settings(max_examples=600)
@given(TEXTS)
def test_reading_is_total_and_printing_settles_at_once(text: str) -> None:
    value = text_to_value(text).value

    assert text_to_value(value_to_text(value)).value == value


@pytest.mark.parametrize(
    "piece", ["9", "1-", "a1", "一万", "≥", "<p ", "(", "、", "2024年", "每", "1,234", "$\\", "\n "]
)
def test_reading_takes_linear_time(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (piece * 100_000)[:100_000]
    monkeypatch.setattr(values, "LONGEST_VALUE_CHARS", len(text))

    start = time.process_time()
    text_to_value(text)

    assert time.process_time() - start < 10  # about 1 s; quadratic time would need minutes


def test_a_narrative_is_wording() -> None:
    reading = text_to_value("完成培训3场。" * 20_000)

    assert isinstance(reading.value, Wording)
    assert reading.confidence < 0.5


KIND_OF_LABEL = {"quantified": "quantity", "dated": "date", "malformed": "malformed"}


@pytest.mark.parametrize(("name", "least"), [("target_seed.jsonl", 0.98), ("target_real.jsonl", 0.85)])
def test_readings_agree_with_the_labels_people_gave(name: str, least: float, shared: Path) -> None:
    lines = (shared / "labels" / name).read_text(encoding="utf-8").splitlines()
    targets = [json.loads(line) for line in lines]
    kinds = [
        {KIND_OF_LABEL.get(label, "wording") for label in (target["label"], *(target.get("acceptable") or ()))}
        for target in targets
    ]
    hits = sum(text_to_value(target["text"]).value.kind in kind for target, kind in zip(targets, kinds, strict=True))

    assert hits / len(targets) >= least


@pytest.mark.parametrize("unit", ["%", "人", "人次", "场次", "个", "公里", "万元", "小时", "天"])
@pytest.mark.parametrize("number", ["0", "7", "12", "24", "95.5", "290", "2024", "2024.12", "12.05", "999999999"])
@pytest.mark.parametrize("sign", ["", "≥", "≤", ">", "<"])
def test_a_bare_number_is_read_as_the_long_way_reads_it(
    sign: str, number: str, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = text_to_value(sign + number + unit)
    monkeypatch.setattr("extract.values._BARE", re.compile(r"(?!)"))
    assert text_to_value(sign + number + unit) == short
