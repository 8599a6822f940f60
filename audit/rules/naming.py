"""目标: whether a name says what is measured, and whether the target answers what the name asks."""

from __future__ import annotations

import re

from audit.basis import TARGET_REQUIREMENTS
from audit.compare import MONEY_SCALE, PERCENT, quantity_target
from audit.names import (
    MATTER_ENDING,
    answers_property,
    asked_property,
    lacks_measure,
    lacks_object,
    only_a_thing,
    only_an_act,
    only_done,
)
from audit.phrases import quoted
from audit.rule import BOTH_KINDS, PASS, TARGET_ONLY, Fail, Outcome, row_rule
from audit.rules.target import GROUP, INSPECTED, marked_severity, worded
from audit.slots import Slot, row_slot
from audit.units import TURN_WORDS
from audit.view import RowView
from audit.words import EVENT_UNITS
from domain.finding import Severity
from domain.value import Quantity, Wording

NO_MEASURE = "{}的名称是事项或对象，没有说明衡量它的哪一方面。"
# What a name ends with where a share or a growth is asked for; 覆盖面 may be told in words (全县).
RATES = ("率", "占比", "比例", "比重", "百分比", "增幅", "降幅", "涨幅", "覆盖面", "增长幅度")
TURNS = EVENT_UNITS | TURN_WORDS
A_TITLE = "关于"  # a name no one counts anything by
BARE_TAILS = ("率", "性", "情况", "面", "质量", "数量", "效益", "影响", "时效", "成本")
NEVER_UNASKED = (Slot.COST, Slot.TIMELINESS, Slot.SATISFACTION, Slot.UNKNOWN)
# States that answer a question the name has not asked; 全部, 无 and a sentence of its own say what is meant.
STATED = re.compile(
    r"(按(计划|要求|规定|时|期)|已|全部)?(完成|开展|实施|落实|到位|保障)|(运行)?(良好|较好|正常|优良|优秀|有效|规范|完善|健全|显著|明显|稳定|提升|提高|加强|增强|改善|达标)"
)


@row_rule(
    code="NAME_NOT_INDICATOR",
    title="名称不是指标",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "只认达标率、办结率等没有对象的名称，以经费、人员、工作等结尾的名称，只写做什么（修缮加固）的名称，"
        "和以活动、人群作名称而目标是百分比、良好一类的；事项配数目或日期的看得懂，不报，只有物名、人群名、机构名的作提示；成本、时效栏不看。"
        "对象写在二级指标或合并单元格里的，会误报。"
    ),
)
def name_not_indicator(row: RowView) -> Outcome:
    """名称只有达标率、及时率而不说是什么的，或只是事项、人员的，看不出衡量什么。"""
    name = row.name.strip('“”"（）()%％ ')
    if lacks_object(name):
        severity = marked_severity(row, least=row.thresholds.usual_row) if name.endswith(BARE_TAILS) else Severity.LOW
        return Fail(message=f"{row.label}没有写明对象，看不出是什么的{name}。", severity=severity)
    if only_done(name) and row_slot(row) in (Slot.QUANTITY, Slot.QUALITY):
        return Fail(message=f"{row.label}的名称只是做什么，没有写明对象和衡量它的哪一方面。")
    if _only_a_matter(row, name) or _unasked(row, name):
        return Fail(message=NO_MEASURE.format(row.label))
    return _only_counted(row, name)


def _only_counted(row: RowView, name: str) -> Outcome:
    """A note on a thing or post that is counted: how many is said, and not what was done with them; and on a task."""
    target, asked = quantity_target(row), quoted(row.target_text)
    counted = target is not None and target.unit != PERCENT
    turns = target is not None and target.unit in TURNS
    if counted and not turns and only_an_act(name) and row_slot(row) is Slot.QUANTITY:
        message = f"{row.label}的名称是一项任务，没有写明{asked}计的是什么。"
        return Fail(message=message, severity=Severity.INFO, confidence=0.6)
    if not only_a_thing(name) or row_slot(row) not in (Slot.QUANTITY, Slot.OUTPUT, Slot.SOCIAL, Slot.ECONOMIC):
        return PASS
    message = f"{row.label}只写了物、人或机构，没有写明是新增、购置、维护还是保有，{asked}计的是什么不清楚。"
    return Fail(message=message, severity=Severity.INFO, confidence=0.6) if counted else PASS


def _only_a_matter(row: RowView, name: str) -> bool:
    """True for a name that ends in a matter; under 数量 a bare noun with a counting unit is a usual way of counting."""
    if MATTER_ENDING.search(name) is None or "成本" in row.level1 + row.level2:
        return False
    if name.startswith(A_TITLE):
        return True
    target = quantity_target(row)
    money = target is not None and target.unit in MONEY_SCALE
    return "数量" not in row.level2 or name.endswith("工作") or money


def _unasked(row: RowView, name: str) -> bool:
    """True for work or people by name under a share or a bare state: what of them it is, is not said."""
    if not (lacks_measure(name) or only_a_thing(name)) or row_slot(row) in NEVER_UNASKED:
        return False
    reading = row.target
    if reading is None or INSPECTED.search(row.target_text):
        return False
    if isinstance(reading.value, Quantity):
        return reading.value.unit == PERCENT
    return isinstance(reading.value, Wording) and STATED.fullmatch(row.target_text.strip("。；; ")) is not None


def _rate_in_words(row: RowView) -> bool:
    name = row.name.rstrip("（）()%％ ")
    rate = name.endswith(RATES) and not name.endswith(("效率", "频率", "功率"))
    return rate and worded(row) and not any(letter.isdigit() for letter in row.target_text)


@row_rule(
    code="RATE_NAME_QUAL_TARGET",
    title="率指标配定性目标",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    limits=(
        "名称须以率、占比、比例、增幅等结尾，换了叫法（如“普及程度”）的看不出；目标表另有一条规则。"
        "目标写“全部”“应检尽检”（实为100%）的也会报出，影响不大。"
    ),
)
def rate_name_qual_target(row: RowView) -> Outcome:
    """名称是比率而目标值没有数字，无法按比率考核。"""
    if not _rate_in_words(row):
        return PASS
    return Fail(message=f"{row.label}是比率，目标值却是{quoted(row.target_text)}。")


@row_rule(
    code="TARGET_TYPE_MISMATCH",
    title="率指标填文字（目标表）",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=TARGET_REQUIREMENTS,
    kinds=TARGET_ONLY,
    limits=(
        "名称须以率、占比、比例、增幅等结尾，换了叫法（如“普及程度”）的看不出；只查目标表。"
        "目标写“全部”“应检尽检”（实为100%）的也会报出，影响不大。"
    ),
)
def target_type_mismatch(row: RowView) -> Outcome:
    """目标表中名称是比率而指标值填了文字，年终无法按比率考核。"""
    if not _rate_in_words(row):
        return PASS
    return Fail(message=f"{row.label}是比率，指标值却填{quoted(row.target_text)}。")


@row_rule(
    code="VALUE_WORD_MISMATCH",
    title="取值词与指标不搭配",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "只看以“……性”结尾的名称配健全、规范、齐全、丰富一类词，目标须恰为其中一词；近义词（规范与合规等）不报。"
        "当地习惯用语可能与此不同，属文字问题。"
    ),
)
def value_word_mismatch(row: RowView) -> Outcome:
    """名称问的是规范性、有效性，取值却填健全、可控，答非所问。"""
    asked, target = asked_property(row.name.rstrip("（）()")), row.target_text.strip("。；; ")
    if not asked or answers_property(target, asked=asked):
        return PASS
    return Fail(message=f"{row.label}的目标值为“{target}”，与“{asked}性”不搭配。")
