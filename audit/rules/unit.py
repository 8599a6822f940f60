"""单位: whether name, target, actual value and narrative count one thing in one unit."""

from __future__ import annotations

import re
from decimal import Decimal

from audit.basis import FOOTNOTE_QUANTITY, TARGET_REQUIREMENTS, TRUTHFUL, together
from audit.compare import (
    MONEY_SCALE,
    PER,
    PERCENT,
    SCALES,
    Direction,
    exact_scale,
    quantity_actual,
    quantity_target,
    row_direction,
    satisfaction_row,
)
from audit.phrases import HUNDRED, plain, quoted
from audit.prose import speaks_of
from audit.rule import BOTH_KINDS, PASS, Fail, FormKind, Outcome, row_rule
from audit.rules.bands import band_of
from audit.rules.support import delivered_in_words, none_in_words, number_answered_with_words, regular_in_words
from audit.units import (
    PIECE_WORDS,
    Counted,
    counted_unit,
    may_count,
    name_counts,
    same_word,
    unit_counts,
    units_apart,
    word_named_apart,
    words_apart,
    words_differ,
)
from audit.view import RowView
from audit.words import GROWTH, SEVERAL
from domain.finding import Severity
from domain.value import Comparator, DateLimit, Quantity, Reading, Wording

GROUP = "单位"
PEOPLE = frozenset({Counted.PEOPLE, Counted.VISITS})
# 31.6万元（%）: the unit printed with the number and the one in brackets cannot both be meant.
TWO_UNITS = re.compile(
    r"\d\s*(?P<first>[万亿]?元|%|％|人次|人|场|篇|家|户|公里|平方米|亩)\s*[（(](?P<second>[^（()）\d]{1,6})[)）]\s*$"
)
# Targets in words that a full or empty percentage answers well enough.
ANSWERED_BY_PERCENT = re.compile(r"合格|达标|完成|全部|全面|覆盖|无|零|不发生|未发生|及时|按时|按期|准确|通过|到位|率")
RATE = "率"
# From a third to threefold as printed: the figures are of one size, so that the units cannot both be right.
SCALE_ALIKE = Decimal(3)
MYRIAD, WAN = "万", Decimal(10_000)
# A figure with a measure word behind it; 分, 倍, 成 and 点 may stand for a share.
MEASURED = re.compile(r"\d\s*[^\d\s%％分倍成点‰以左，。（()）万亿]{1,2}$")
# A state, or a test to be passed: no number of things answers it.
STATE_ASKED = re.compile(
    r"^(全部|均|一次性?|基本|达到|保持|运行|总体|明显|显著|持续|有效|进一步|不断|较为?|逐步)*(良好|较好|优良|优秀|稳定|正常|规范|完好|安全|畅通|合格|达标|健全|完善|整洁|平稳|有序|显著|明显|浓厚|便捷|改善|优化|提升|增强)+(运行|状态|水平)?$"
    r"|^(通过|取得|获得|达到|符合|完成|实现)[^，。；\d]{0,14}(备案|认证|认定|验收|评审|测评|检[测验查]|审[核计查]|考核|鉴定|资质|证书|等级|标准|水平|要求|规范|联网|互联互通|全覆盖)$"
)
# A verdict of whoever inspected, in the place of the share that passed.
INSPECTED_ONLY = re.compile(
    r"(全部|均|已|总体|一次性?|质量|验收|检[测验查])*(合格|达标|通过|优良|符合(要求|标准|规定))"
)
COUNTED_THINGS = re.compile(r"[个项件批套台处座条次部]")
BODIES = re.compile(r"\d\s*个(班级?|村|行政村|社区|街道|乡镇|学校|企业|家庭|单位|小组|部门)$")
HEADS = re.compile(r"\d\s*(人|名|人次)$")
PRICE = frozenset({Counted.MONEY})
# Clock time, and what happens again and again: a calendar day is no answer to how long it takes.
CLOCK_UNITS = frozenset({"小时", "分钟", "秒"})
EVERY_TIME = re.compile(
    r"平均|每[次件起例单批]|单[次件]|响应|恢复|修复|抢修|到达|到场|办理时[长限]|办结时[长限]|等[候待]|处置时"
)
QUICK = re.compile(
    r"(送达|送到|到达|到场|到位|处置|处理|响应|办理|办结|修复|抢修|拨付|发放|反馈|答复|恢复)?(较为?|比较|非常|十分|很|基本|总体|均|都)?(迅速|快速?|快捷|高效)"
    r"|(较为?|比较|非常|十分|很|基本|总体)及时|(送达|送到|到达|到场|处置|处理|响应|办理|办结|修复|抢修|反馈|答复|恢复)及时"
)
PERIODS = re.compile(r"年|月|周|日|天|季|学期|次|期")


@row_rule(
    code="UNIT_MISMATCH",
    title="单位不一致",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "只认含义固定的单位（人、人次、场、篇、页、户、面积、长度、金额等），和与它们明显不同的量词（株对亩、期对人次）；个、项一类通用量词不比较；"
        "元与万元、米与公里、分钟与小时和漏写的“万”，印出的数字相差三倍以内才报；"
        "百分数与数量之别由另一条规则查。"
        "叙述与表格按相同数字对照，两件事数字恰好相同、名称又相近的可能误报，所以只作提示。"
    ),
)
def unit_mismatch(row: RowView) -> Outcome:
    """指标名称、目标值、实际值、完成情况叙述所用单位应当一致；不一致时数值不能比较，也说不清计的是什么。"""
    target = quantity_target(row)
    doubled = TWO_UNITS.search(row.target_text)
    if doubled is not None and units_apart(_unit(doubled["first"]), _unit(doubled["second"])):
        units = f"{quoted(doubled['first'])}和{quoted(doubled['second'])}两个单位"
        return Fail(message=f"{row.label}的目标值{quoted(row.target_text)}带有{units}，不知以哪一个为准。")
    if row.form.kind is FormKind.TARGET:
        return _name_against_target(row, target)
    if row.rewritten:
        return PASS
    actual = quantity_actual(row)
    if target is not None and actual is not None:
        if _cells_apart(target, actual):
            return _cells_fail(row, target, actual)
        if _scale_slipped(row, target, actual) or _myriad_slipped(row, target, actual):
            return _scale_fail(row, target, actual)
        if _measures_apart(row, target, actual):
            return _words_fail(row, target, actual, severity=Severity.INFO)
        if words_apart(target.unit, actual.unit) or _bodies_against_heads(row):
            return _words_fail(row, target, actual, severity=Severity.LOW)
        if words_differ(target.unit, actual.unit):
            return _words_fail(row, target, actual, severity=Severity.INFO)
    named = _name_against_target(row, target)
    return named if isinstance(named, Fail) or actual is None else _narrative_against_cell(row, actual)


def _unit(printed: str) -> str:
    return printed.replace("％", PERCENT)


def _cells_apart(target: Quantity, actual: Quantity) -> bool:
    """True for two units of different kinds; a percentage against a count is a difference of type, told elsewhere."""
    return units_apart(target.unit, actual.unit) and PERCENT not in target.unit + actual.unit


def _scale_slipped(row: RowView, target: Quantity, actual: Quantity) -> bool:
    """True for 85万元 against 81元: close as printed, many times apart in the units they bear.

    Half an hour against a limit of 24 hours is quick; half an hour of film against 24 hours is a slip.
    """
    if target.unit == actual.unit or target.high <= 0 or actual.low <= 0:
        return False
    scale = next((scale for scale in SCALES if target.unit in scale and actual.unit in scale), None)
    if scale is None or (scale is not MONEY_SCALE and row_direction(row, target) is not Direction.UP):
        return False
    apart = max(scale[target.unit], scale[actual.unit]) / min(scale[target.unit], scale[actual.unit])
    return apart > SCALE_ALIKE and 1 / SCALE_ALIKE <= actual.low / target.high <= SCALE_ALIKE


def _measures_apart(row: RowView, target: Quantity, actual: Quantity) -> bool:
    """True for 亩 against 平方米, or days against hours of work: one kind of thing in units no plain factor joins."""
    kind = unit_counts(target.unit)
    if kind not in (Counted.AREA, Counted.TIME) or kind is not unit_counts(actual.unit) or target.unit == actual.unit:
        return False
    return exact_scale(target.unit, actual.unit) is None and target.comparator in (Comparator.GE, Comparator.GT)


def _bodies_against_heads(row: RowView) -> bool:
    """True for 15000个班 against 15318名: 个 counts anything, the word behind it says what."""
    texts = (row.target_text.strip(), row.actual_text.strip())
    return any(BODIES.search(one) and HEADS.search(other) for one, other in (texts, texts[::-1]))


def _myriad_slipped(row: RowView, target: Quantity, actual: Quantity) -> bool:
    """True for 38万人次 against 40.4人次: one unit, close as printed but for the 万 that one side lost."""
    lost = (MYRIAD in row.target_text) != (MYRIAD in row.actual_text)
    if not lost or target.unit != actual.unit or target.high <= 0 or actual.low <= 0:
        return False
    ratio = actual.low / target.high * (WAN if MYRIAD in row.target_text else 1 / WAN)
    return 1 / SCALE_ALIKE <= ratio <= SCALE_ALIKE


def _scale_fail(row: RowView, target: Quantity, actual: Quantity) -> Fail:
    facts = f"{row.label}目标{row.target_text}、实际{row.actual_text}"
    message = f"{facts}，数字相近而单位大小悬殊，多半有一处写错单位{row.marks}。"
    return Fail(message=message, severity=Severity.MEDIUM, confidence=0.8)


def _cells_fail(row: RowView, target: Quantity, actual: Quantity) -> Fail:
    kin = {unit_counts(target.unit), unit_counts(actual.unit)} == PEOPLE
    message = (
        f"{row.label}目标{row.target_text}、实际{row.actual_text}，"
        f"一个以“{target.unit}”计，一个以“{actual.unit}”计，不能直接比较{row.marks}。"
    )
    return Fail(message=message, severity=Severity.LOW if kin else Severity.MEDIUM)


def _words_fail(row: RowView, target: Quantity, actual: Quantity, *, severity: Severity) -> Fail:
    message = (
        f"{row.label}目标{row.target_text}、实际{row.actual_text}，"
        f"一个以“{target.unit}”计，一个以“{actual.unit}”计，不能直接比较{row.marks}。"
    )
    return Fail(message=message, severity=severity, confidence=0.8)


def _name_against_target(row: RowView, target: Quantity | None) -> Outcome:
    counted = name_counts(row.name)
    unit = None if target is None else unit_counts(target.unit)
    # 新增人数增长10% asks for a growth, whatever the name counts; of several things named any may be meant.
    open_name = GROWTH.search(row.name) or SEVERAL.search(row.name)
    if target is None or not counted or open_name:
        return PASS
    if may_count(unit, counted) if unit is not None else not word_named_apart(target.unit, counted):
        return PASS
    if unit is Counted.RATE and counted != PRICE:
        return PASS  # told by the rule on rates under quantity
    return Fail(message=f"{row.label}按名称应以{'或'.join(sorted(counted))}计，目标值却是{quoted(row.target_text)}。")


def _narrative_against_cell(row: RowView, actual: Quantity) -> Outcome:
    """The same number told in the narrative with a measure word that means something else."""
    for mention in row.form.completion_mentions:
        told = mention.quantity
        if told.low != actual.low or same_word(told.unit, actual.unit) or not speaks_of(mention, row.name):
            continue
        unit = counted_unit(told.unit)
        if unit == PERCENT and mention.before.endswith(RATE) and not row.name.endswith(RATE):
            continue  # 维修道路完成率100% is another measure of 维修道路100公里
        message = f"{row.label}实际填{row.actual_text}，完成情况写作“{mention.before}{plain(told.low)}{unit}”。"
        return Fail(message=message, severity=Severity.INFO)
    return PASS


@row_rule(
    code="TARGET_ACTUAL_TYPE_MISMATCH",
    title="目标与实际类型不一",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(FOOTNOTE_QUANTITY, TRUTHFUL),
    limits=(
        "比率答以通用量词的，过百才认得出是数量；目标是合格、完成、及时、无一类可用百分数回答的词不报；数值目标只答文字的按低提示；数量目标答100%的由“以完成率代替实际值”查；"
        "改过指标的行不看。"
        "定性目标以考核得分（如92%）作答、考核办法另有规定的，会误报。"
    ),
)
def target_actual_type_mismatch(row: RowView) -> Outcome:
    """目标是定性要求、日期、比率或数量，实际却按另一种填写，两者无法比较，得分没有依据。"""
    target, actual = row.target, row.actual
    if target is None or actual is None or row.rewritten:
        return PASS
    match target.value, actual.value:
        case Wording(), Quantity() as reached:
            return _words_answered(row, reached, target=target)
        case DateLimit(), Quantity() as reached if reached.unit == PERCENT:
            return _fail(row, "要求的是时间", f"填的是百分比{_date_hint(row)}", severity=Severity.LOW)
        case DateLimit(), Quantity() as reached if _counts_things(reached.unit):
            return _fail(row, "要求的是时间", "填的是数量，看不出何时完成", severity=Severity.LOW)
        case Quantity() as asked, DateLimit():
            return _date_given(row, asked)
        case Quantity() as asked, Wording():
            return _words_given(row, asked)
        case Quantity() as asked, Quantity() as reached:
            return _numbers_apart(row, asked, reached=reached)
        case _:
            return PASS


def _counts_things(unit: str) -> bool:
    kind = unit_counts(unit)
    return COUNTED_THINGS.search(unit) is not None if kind is None else kind not in (Counted.TIME, Counted.RATE)


def _fail(row: RowView, asked: str, given: str, *, severity: Severity) -> Fail:
    return Fail(
        message=f"{row.label}目标{quoted(row.target_text)}，{asked}；实际{quoted(row.actual_text)}，{given}{row.marks}。",
        severity=severity,
    )


def _date_hint(row: RowView) -> str:
    return "，看不出何时完成" if row.share == 1 else ""


def _words_answered(row: RowView, reached: Quantity, *, target: Reading) -> Outcome:
    """Words that ask for a quality, answered with a percentage of nobody knows what."""
    in_words = row.sure(target) and not any(letter.isdigit() for letter in row.target_text)
    if in_words and _state_counted(row, reached):
        return _fail(row, "是定性要求", f"以“{reached.unit}”计，看不出是否达到", severity=Severity.LOW)
    if not in_words or reached.unit != PERCENT or ANSWERED_BY_PERCENT.search(row.target_text + row.name[-1:]):
        return PASS
    weight = row.weight_if_read
    heavy = weight is not None and weight >= row.thresholds.usual_row and not satisfaction_row(row)
    severity = Severity.MEDIUM if heavy else Severity.LOW
    return _fail(row, "是定性要求", "是百分比，没有说明是什么的比例", severity=severity)


def _state_counted(row: RowView, reached: Quantity) -> bool:
    """True where a state or a test to pass is answered with so many of something: 通过等保测评 and 35次."""
    counted = _counts_things(reached.unit) or reached.unit in ("人", "户", "家", "天", "小时", "亩", "篇", "份", "场")
    return counted and reached.low > 1 and STATE_ASKED.search(row.target_text.strip("。；; ")) is not None


def _words_given(row: RowView, asked: Quantity) -> Outcome:
    """Words where a number was asked for (合格 for a rate); what words answer in full is left alone."""
    timed = unit_counts(asked.unit) is Counted.TIME
    if timed and QUICK.fullmatch(row.actual_text.strip("。；; ")) is not None:
        return _fail(row, "是用时", "填的是文字，看不出用了多久", severity=Severity.LOW)
    inspected = asked.unit == PERCENT and INSPECTED_ONLY.fullmatch(row.actual_text.strip("。；; ")) is not None
    if not asked.unit or timed or satisfaction_row(row) or (band_of(row) is not None and not inspected):
        return PASS
    if not number_answered_with_words(row) or not any(letter.isdigit() for letter in row.target_text):
        return PASS
    if delivered_in_words(row) or none_in_words(row) or regular_in_words(row):
        return PASS
    given = "填的是文字，没有比率" if asked.unit == PERCENT else "填的是文字，没有数量"
    return _fail(row, "是比率" if asked.unit == PERCENT else "是数量", given, severity=Severity.LOW)


def _date_given(row: RowView, asked: Quantity) -> Outcome:
    clock = asked.unit in CLOCK_UNITS or EVERY_TIME.search(row.name) is not None
    if clock and (asked.unit in CLOCK_UNITS or unit_counts(asked.unit) is Counted.TIME):
        return _fail(row, "是用时", "填的是日期，看不出用了多久", severity=Severity.LOW)
    if not asked.unit or (unit_counts(asked.unit) is Counted.TIME and asked.comparator is not Comparator.GE):
        return PASS
    if asked.unit == PERCENT:
        return _fail(row, "是比率", "只有日期，没有比率", severity=Severity.LOW)
    return _fail(row, "是数量", "只有日期，没有数量", severity=Severity.MEDIUM)


def _numbers_apart(row: RowView, asked: Quantity, *, reached: Quantity) -> Outcome:
    ratio, counted = (asked, reached) if asked.unit == PERCENT else (reached, asked)
    known = unit_counts(counted.unit) not in (None, Counted.RATE) or _plainly_counted(row, asked, reached=reached)
    if ratio.unit == PERCENT and counted.unit != PERCENT and known:
        full_for_count = ratio is reached and ratio.low == ratio.high == 100
        # A count answered with 100% is a completion rate in the place of a value, which is told as such.
        if full_for_count or (ratio is reached and GROWTH.search(row.name)):
            return PASS
        given = f"以“{reached.unit}”计" if reached.unit else "是数量"
        return _fail(row, f"以“{asked.unit}”计", given, severity=Severity.MEDIUM)
    if _per_thing(asked) and reached.unit == counted_unit(asked.unit) and reached.low == asked.low:
        return _fail(row, "按每一单位计", "只有一个总数，看不出是否每一单位都做到", severity=Severity.MEDIUM)
    return PASS


def _plainly_counted(row: RowView, asked: Quantity, *, reached: Quantity) -> bool:
    """True where a rate is answered with more than a hundred of something, in whatever measure word."""
    pieces = counted_unit(reached.unit) in PIECE_WORDS
    over = asked.unit == PERCENT and (reached.low > HUNDRED or pieces)
    return over and unit_counts(reached.unit) is not Counted.RATE and MEASURED.search(row.actual_text) is not None


def _per_thing(asked: Quantity) -> bool:
    """True for so many for each place, person or unit; each month or year is only a pace, and a price has one sum."""
    counted, *things = asked.unit.split(PER)
    return unit_counts(counted) is not Counted.MONEY and any(PERIODS.fullmatch(thing) is None for thing in things)
