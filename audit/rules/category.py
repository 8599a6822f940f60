"""类别: whether what a row holds belongs where it stands, outputs and satisfaction."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from audit.basis import INDICATOR_GUIDE, TARGET_REQUIREMENTS, WEIGHTS, together
from audit.category_words import (
    BARE_SPEC_UNITS,
    CAPACITY_BUILT,
    CHECKED_WELL,
    CHECKS_COUNTED,
    COUNT_UNITS,
    LEASED,
    MANAGEMENT_NAME,
    MANAGEMENT_PROJECT,
    MONEY_ARRIVING,
    NO_QUALITY,
    NOT_OPINION,
    OFFICIAL_RATE,
    OPINION,
    PASSED_COUNT,
    PAYING_STEPS,
    PAYMENT,
    PLACES_COVERED,
    QUALITY_COUNT,
    QUALITY_RATE,
    REACHED_SHARE,
    REACTION,
    SERVICE_COVERED,
    SHARE_ENDING,
    SHARE_WORDS,
    SIZE_NAME,
    SPEC_NAME,
    SPEC_UNITS,
    SPEED_NAME,
    TIME_WORDS,
    TIMELY_NAME,
    TIMELY_OUTPUT,
    TIMELY_STEP,
    TIMELY_TARGET,
    WORK_COVERED,
    WORK_MEASURED,
    WORK_RATE,
    WORK_TIME_NAME,
)
from audit.compare import PERCENT, TEXTS_REMEMBERED, quantity_target
from audit.phrases import quoted
from audit.rule import BOTH_KINDS, PASS, Fail, Outcome, row_rule
from audit.slots import BENEFITS, OUTPUTS, Slot, row_slot, slots_around
from audit.units import Counted, unit_counts
from audit.view import RowView
from audit.words import SATISFACTION
from domain.finding import Severity
from domain.value import Comparator, DateLimit, Quantity

GROUP = "类别"
MONEY_MOVES = re.compile(r"到位|拨付|支付|下达|结算")
MEASURED_KINDS = (Counted.TIME, Counted.AREA, Counted.LENGTH, Counted.MASS, Counted.VOLUME, Counted.MONEY)
# How complaints are dealt with, which says nothing of whether those who complained are content.
HANDLED = re.compile(
    r"(投诉|信访|举报|工单|意见|热线|来信|来访)[^，、]{0,6}(办结|办理|回应|回复|答复|处理|处置|响应|受理|接通|解决)[^，、]{0,3}[率性]$"
)
NAME_TAIL = "（）()[]【】%％ 　"


def bare_name(row: RowView) -> str:
    """The name without a unit or sign printed behind it: 完成率（%） -> 完成率."""
    return row.name.strip(NAME_TAIL)


EARMARKED = "专款专用"  # a rule for whoever spends money, no work of any project


@lru_cache(maxsize=TEXTS_REMEMBERED)
def manages(name: str, *, project: str) -> bool:
    """True for a name of management (预算执行率, 合同管理完备性) that is not the very work of the project."""
    if MANAGEMENT_NAME.search(name) is None:
        return False
    if EARMARKED in name:
        return True
    own_steps = MONEY_ARRIVING.search(name) is not None or PAYING_STEPS.search(name) is not None
    if not own_steps and PAYMENT.search(name) is not None:
        return False
    if MONEY_MOVES.search(name) is not None and PAYMENT.search(project) is not None:
        return False
    return not any(matter.search(name) and matter.search(project) for matter in MANAGEMENT_PROJECT)


@row_rule(
    code="QUANTITY_IS_RATE",
    title="数量指标填率",
    group=GROUP,
    severity=Severity.LOW,
    basis=together(TARGET_REQUIREMENTS, INDICATOR_GUIDE),
    kinds=BOTH_KINDS,
    limits=(
        "接种率、参保率、普及率等说明惠及范围的率不报，借此掩盖工作量的看不出；自身工作的覆盖率和在线率、上云率一类，另有数量指标的只提示；二级指标名称不带“数量”的不判断。"
        "以进度考核的事项（如平台建设100%）也会报出，已写明进度要求的可不理会。"
    ),
)
def quantity_is_rate(row: RowView) -> Outcome:
    """数量指标应写做了多少；写成完成率、达标率，看不出工作量，计划少做也是100%。接种率、参保率一类不在此列。"""
    if row_slot(row) is not Slot.QUANTITY:
        return PASS
    name = bare_name(row)
    worked = WORK_RATE.search(name) is not None and OFFICIAL_RATE.search(name) is None
    other = _own_coverage(name) or _other_share(name)
    if SATISFACTION in name or (not worked and not other and SHARE_WORDS.search(name) is not None):
        return PASS
    if manages(name, project=row.form.form.project_name.text):
        # a worse matter, told by MGMT_INDICATOR_AS_OUTPUT
        return PASS
    target = quantity_target(row)
    if target is None or target.unit != PERCENT:
        return PASS
    alone = sum(slot is Slot.QUANTITY for slot in slots_around(row.form)) == 1
    tail = "；表中没有别的数量指标，看不出做了多少" if alone else ""
    severity = Severity.INFO if other and not alone else Severity.LOW
    return Fail(message=f"{row.label}列为数量指标，目标值{row.target_text}却是比率{tail}。", severity=severity)


def _own_coverage(name: str) -> bool:
    """True for how much the unit's own work or service covered: 校园演练覆盖率, 供餐学生覆盖率."""
    return any(covered.search(name) is not None for covered in (WORK_COVERED, SERVICE_COVERED, PLACES_COVERED))


def _other_share(name: str) -> bool:
    """True for a share of things (上云率, 布设率) that is not how much of a people or country is reached."""
    official = OFFICIAL_RATE.search(name) is not None
    return not official and SHARE_ENDING.search(name) is not None and REACHED_SHARE.search(name) is None


@row_rule(
    code="QUALITY_IS_QUANTITY",
    title="质量指标填数量",
    group=GROUP,
    severity=Severity.LOW,
    basis=together(TARGET_REQUIREMENTS, INDICATOR_GUIDE),
    kinds=BOTH_KINDS,
    limits=(
        "名称或目标带奖、等级、检测、投诉等字样的个数算质量，不报；合格、通过验收的个数，表中另有比率的不报，没有的只提示；"
        "只认人、次、台、项等逐个计数的单位。"
        "以次数体现质量而名称看不出的（如专家论证次数），会误报。"
    ),
)
def quality_is_quantity(row: RowView) -> Outcome:
    """质量指标应写做得怎样；只写做了几个、几人，质量好坏没有考核。获奖、投诉一类的个数仍算质量；只数合格了多少的，提示。"""
    if row_slot(row) is not Slot.QUALITY:
        return PASS
    target = quantity_target(row)
    if target is None or target.high <= 0 or target.comparator in (Comparator.LE, Comparator.LT):
        return PASS
    if _bought_or_built(row, target):
        return Fail(message=f"{row.label}列为质量指标，目标值{row.target_text}是数量，没有说明质量要求。")
    if target.unit not in COUNT_UNITS:
        return PASS
    if PASSED_COUNT.search(bare_name(row)) is not None and not _rated(row):
        told = "只数通过了多少，表中没有合格率一类的指标，看不出多少没有通过"
        return Fail(message=f"{row.label}列为质量指标，目标值{row.target_text}{told}。", severity=Severity.INFO)
    if not _checks_counted(row) and QUALITY_COUNT.search(NO_QUALITY.sub("", row.name) + row.target_text):
        return PASS
    return Fail(message=f"{row.label}列为质量指标，目标值{row.target_text}是数量，没有说明质量要求。")


def _bought_or_built(row: RowView, target: Quantity) -> bool:
    """True for so much of what was bought or built: 购买监测设备, 铺设管道长度; how well is not asked."""
    name = bare_name(row)
    counted = target.unit in COUNT_UNITS or unit_counts(target.unit) in (Counted.AREA, Counted.LENGTH, Counted.VOLUME)
    return counted and WORK_MEASURED.search(name) is not None and CHECKED_WELL.search(name + row.target_text) is None


def _checks_counted(row: RowView) -> bool:
    """True for a count of checks made (验收次数), which is work; what they found is quality."""
    name = bare_name(row)
    return CHECKS_COUNTED.search(name) is not None and CHECKED_WELL.search(name + row.target_text) is None


def _rated(row: RowView) -> bool:
    """True where another row of quality is a share, so that the count does not stand alone."""
    return any(
        slot is Slot.QUALITY and place != row.place and "率" in indicator.level3.text
        for place, (indicator, slot) in enumerate(zip(row.form.form.indicators, slots_around(row.form), strict=True))
    )


@row_rule(
    code="SPEC_AS_QUANTITY",
    title="技术规格作产出数量",
    group=GROUP,
    severity=Severity.LOW,
    basis=together(TARGET_REQUIREMENTS, INDICATOR_GUIDE),
    kinds=BOTH_KINDS,
    limits=(
        "只认带宽、频率、分辨率、像素、噪声等单位，功率、容量、精度等其他规格看不出；租用、扩容线路的不报。"
        "提速本身就是任务的项目（如农村宽带提速）会误报。"
    ),
)
def spec_as_quantity(row: RowView) -> Outcome:
    """网速、带宽、分辨率是设备或服务的规格，买来就有，不是项目完成的工作数量。"""
    slot = row_slot(row)
    if slot not in (Slot.QUANTITY, Slot.OUTPUT):
        return PASS
    name, target = row.name, quantity_target(row)
    if target is None or LEASED.search(name) is not None:
        return PASS
    spec = SPEC_UNITS.fullmatch(target.unit) is not None or (target.unit in BARE_SPEC_UNITS and SPEED_NAME.search(name))
    if not spec and not _rating(name, target.unit):
        return PASS
    return Fail(message=f"{row.label}列为{slot}指标，目标值{row.target_text}是技术规格，不是工作数量。")


def _rating(name: str, unit: str) -> bool:
    """True for a name that ends in a size or rating of a thing (管径, 功率), counted in no number of things."""
    if SPEC_NAME.search(name) is None or (CAPACITY_BUILT.search(name) is not None and SIZE_NAME.search(name) is None):
        return False
    return unit not in COUNT_UNITS and unit != PERCENT


@row_rule(
    code="TIMELINESS_MISPLACED",
    title="时效内容错放",
    group=GROUP,
    severity=Severity.LOW,
    basis=together(TARGET_REQUIREMENTS, INDICATOR_GUIDE),
    kinds=BOTH_KINDS,
    limits=(
        "只看名称结尾（……及时率、按时完成率等）和只写及时、按期的目标；时间要求写在句子中间的看不出。"
        "行业内及时就是质量的（如应急抢修及时率），会误报。"
    ),
)
def timeliness_misplaced(row: RowView) -> Outcome:
    """及时、按时属于时效指标；放在数量、质量或效益栏，那一栏就没有考核，时效也容易重复计分。"""
    slot = row_slot(row)
    if slot is Slot.TIMELINESS:
        return _quality_as_timeliness(row)
    if slot not in (OUTPUTS | BENEFITS) - {Slot.OUTPUT, Slot.IMPACT}:
        return PASS
    if not _asks_for_time(row, slot):
        return PASS
    return Fail(message=f"{row.label}（目标{quoted(row.target_text)}）考核的是及时，却列在{slot}指标下。")


def _asks_for_time(row: RowView, slot: Slot) -> bool:
    """True where the name or target asks when: in time, by a day, or how long the work itself takes."""
    name = bare_name(row)
    if _timely_name(name) or TIMELY_TARGET.search(row.target_text) is not None:
        return True
    if slot not in OUTPUTS:
        return _timely_step(name)
    target = row.target
    dated = target is not None and isinstance(target.value, DateLimit) and target.value.month is not None
    return dated or TIMELY_OUTPUT.search(name) is not None or WORK_TIME_NAME.search(name) is not None


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _timely_name(name: str) -> bool:
    return TIMELY_NAME.search(name) is not None


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _timely_step(name: str) -> bool:
    return TIMELY_STEP.search(name) is not None


def _quality_as_timeliness(row: RowView) -> Outcome:
    """The other way round: a rate of quality or a count where time should stand."""
    name, target = bare_name(row), quantity_target(row)
    counted = target is not None and target.unit in COUNT_UNITS
    if not counted and QUALITY_RATE.search(name) is None:
        return PASS
    if TIME_WORDS.search(name + row.target_text) is not None:
        return PASS
    what = "数量" if counted else "质量"
    return Fail(message=f"{row.label}（目标{quoted(row.target_text)}）是{what}内容，却列在时效指标下，时效没有考核。")


@row_rule(
    code="SATISFACTION_MISPLACED",
    title="满意度错放",
    group=GROUP,
    severity=Severity.LOW,
    basis=together(WEIGHTS, TARGET_REQUIREMENTS),
    kinds=BOTH_KINDS,
    limits=(
        "满意度栏里名称带投诉、评价、知晓、诉求等字样或看不出性质的不报；类别名称认不出的行不判断。"
        "当地表式把满意度并入效益、二级指标又不写满意度的，会报出。"
    ),
)
def satisfaction_misplaced(row: RowView) -> Outcome:
    """满意度应单独列在满意度指标下；列入产出或效益会占掉别的考核内容，满意度栏填其他内容则服务对象无从评价。"""
    slot = row_slot(row)
    if slot in (Slot.UNKNOWN, Slot.MANAGEMENT):
        return PASS
    name = row.name
    if slot is Slot.SATISFACTION:
        return _not_satisfaction(row, name)
    if SATISFACTION not in name:
        return PASS
    asked = Slot.SATISFACTION in slots_around(row.form)
    tail = "" if asked else "；表中没有单列满意度指标"
    return Fail(message=f"{row.label}是满意度，却列在{slot}指标下{tail}{row.marks}。")


def _not_satisfaction(row: RowView, name: str) -> Outcome:
    """The finding on another matter in a satisfaction slot."""
    if not _of_another_matter(row, name):
        return PASS
    others = [
        other
        for other, slot in zip(row.form.rows, slots_around(row.form), strict=True)
        if slot is Slot.SATISFACTION and other.place != row.place
    ]
    weight = row.weight_if_read
    heavy = weight is not None and weight > Decimal(0) and not others and HANDLED.search(name) is None
    tail = "" if others else "；表中没有别的满意度指标，服务对象是否满意没有考核"
    message = f"{row.label}列在满意度指标下，目标{quoted(row.target_text)}，考核的不是满意度{tail}{row.marks}。"
    return Fail(message=message, severity=Severity.MEDIUM if heavy else Severity.LOW)


def _of_another_matter(row: RowView, name: str) -> bool:
    """True for a row no survey of satisfaction answers: by its name, or counted in things, areas or money."""
    if HANDLED.search(name) is not None and SATISFACTION not in name + row.target_text:
        return True
    if OPINION.search(name + row.target_text) is None and NOT_OPINION.search(name) is not None:
        return True
    target = quantity_target(row)
    counted = target is not None and (target.unit in COUNT_UNITS or unit_counts(target.unit) in MEASURED_KINDS)
    return counted and SATISFACTION not in name and REACTION.search(name) is None
