"""预算: whether the number reported and the money spent can belong to one project."""

from __future__ import annotations

import re
from decimal import Decimal

from audit.basis import TARGET_REQUIREMENTS, TRUTHFUL, together
from audit.compare import MONEY_SCALE, PERCENT, quantity_actual, shared_letters
from audit.phrases import plain, rounded, wan
from audit.prices import Price, price_of
from audit.rule import PASS, Fail, Outcome, row_rule
from audit.slots import Slot, row_slot, slots_around
from audit.units import Counted, counted_unit, unit_counts
from audit.view import RowView
from audit.words import EVENT_UNITS
from domain.finding import Severity
from domain.value import Quantity

GROUP = "预算"
OUTPUT = "产出"
TALKS = re.compile(r"宣讲|讲座|座谈|普法|宣传活动|宣传日|咨询活动")
BUILT = re.compile(r"新建|修建|新打|打井|钻井|扩建|架设|铺设|硬化|修缮")
BUILT_UNITS = frozenset({"座", "眼", "栋", "幢", "公里", "间", "孔", "口"})
# Printed matter given away, roads, and works of some size: what one of them costs has known bounds.
PRINTED = re.compile(
    r"(宣传|普法|科普|政策|知识|服务)?(折页|手册|宣传册|册子|宣传单|传单|海报|宣传画|挂图|明白纸|明白卡|单页|画册|读本|年历|日历|倡议书)"
)
PRINTED_UNITS = frozenset({"份", "册", "本", "张", "页", "套"})
ROADS = re.compile(r"(公路|道路|村道|通组路|路面|巷道).{0,6}(里程|长度|公里数|硬化)|硬化.{0,8}(公路|道路|村道|路)")
NEWLY = re.compile(r"新建|修建|硬化|改建|扩建|建设|铺设")
HOUSES = re.compile(
    r"(新建|修建|建设|建成|扩建|新打).{0,8}(桥|公厕|厕所|卫生室|泵站|机井|水井|水塔|凉亭|驿站|活动室|校舍|厂房|水窖|大棚)"
)
HOUSE_UNITS = frozenset({"座", "眼", "栋", "幢", "间", "所", "处", "口"})
UNIT_PRICE = re.compile(r"单[位个台套座场次件人户亩株点顶张辆条批间栋]?|每|均")
# A course of some days for people who come to it; a year's schooling costs what it costs.
COURSE = re.compile(r"培训|研修|轮训|讲习")
LONG_COURSE = re.compile(
    r"规培|规范化|住院医师|进修|学历|学制|留学|访学|飞行|定向|委培|脱产|职业教育|中职|高职|全日制|年|聘请|专家|讲师|师资"
)
TRAINED_UNITS = frozenset({"人", "名", "人次"})
PERIOD = re.compile(r"[月日天季周时]|学期|次均|标准")
KIN_LETTERS = 2
# Beside other outputs a thirtieth of the money may still be all that one of them took.
MANY_TIMES = Decimal(30)
ONE_OF = re.compile(r"[单每](?P<unit>[座台套件辆间栋处盏棵株亩户人册本份页幅条个米])")
VISITS = re.compile(r"[^人]次\s*$")
TURNS = EVENT_UNITS | {"批", "批次", "期", "次", "天", "日", "课时", "学时", "小时", "轮", "个月", "周"}


@row_rule(
    code="UNIT_COST_IMPLAUSIBLE",
    title="单位成本不可信",
    nature="产出数量与支出规模不相称",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TARGET_REQUIREMENTS, TRUTHFUL),
    limits=(
        "只看以场、期、班、届计的产出，新建的座、眼、公里数，印刷品、公路、房屋、苗木、图书、设备、短期培训和慰问体检等的通行价（上下限定得很宽），和表上另有单价的数量；"
        "用全部执行数去除，项目有多项产出时单位成本偏高，不实的数量可能看不出。"
        "几乎不花钱的活动（线上宣讲、志愿服务）会误报。"
    ),
)
def unit_cost_implausible(row: RowView) -> Outcome:
    """全部执行数除以数量，每场不足百元、新建一座不足千元，或与表上的单价对不上；所报数量很可能不是本项目的产出。"""
    if row_slot(row) is Slot.COST:
        return _own_price(row)
    return _spent_apart(row) if OUTPUT in row.level1 or row_slot(row) is Slot.QUANTITY else PASS


def _spent_apart(row: RowView) -> Outcome:
    """The finding on a number that the money spent does not fit."""
    actual = quantity_actual(row)
    if actual is None or actual.low <= 1 or actual.unit == PERCENT:
        return PASS
    trained = actual.unit in TRAINED_UNITS and _course(row)
    known = price_of(row.name, unit=actual.unit)
    counted = actual.unit in EVENT_UNITS | BUILT_UNITS | HOUSE_UNITS or trained or known is not None
    if not counted and not _alone(row) and not _priced_things(row, actual):
        return PASS
    executed = row.form.total_fund.executed
    if executed is None or executed.yuan <= 0:
        return PASS
    each = executed.yuan / actual.low
    sum_told = f"全部执行数{wan(executed.yuan)}÷{plain(actual.low)}={rounded(each)}元/{actual.unit}"
    message = f"{row.label}实际填{row.actual_text}，{sum_told}，数量与资金不相称。"
    if actual.unit in EVENT_UNITS and each < row.thresholds.event_cost_least:
        return Fail(message=message, confidence=0.8)
    if trained and each > row.thresholds.trainee_cost_most:
        return Fail(message=message, severity=Severity.LOW, confidence=0.7)
    if actual.unit in BUILT_UNITS and BUILT.search(row.name) and each < row.thresholds.built_cost_least:
        return Fail(message=message, severity=Severity.MEDIUM, confidence=0.8)
    if _beyond_bounds(row, actual, each=each):
        return Fail(message=message, severity=Severity.LOW, confidence=0.7)
    if known is not None and _outside(row, known, each=each, unit=actual.unit):
        return Fail(message=message, severity=Severity.LOW, confidence=0.7)
    return _apart(row, actual, spent=executed.yuan, message=message)


def _own_price(row: RowView) -> Outcome:
    """The finding on a cost row whose own price of one thing lies outside what such a thing costs anywhere."""
    one, cost = ONE_OF.search(row.name), quantity_actual(row)
    known = None if one is None else price_of(row.name, unit=one["unit"])
    scale = None if cost is None else MONEY_SCALE.get(counted_unit(cost.unit))
    if known is None or cost is None or scale is None or cost.low <= 0 or PERIOD.search(row.name) is not None:
        return PASS
    yuan = cost.low * scale
    if known.is_too_low(yuan) or known.is_too_high(yuan):
        message = f"{row.label}实际填{row.actual_text}，与这类事项的通行价格相去太远，多半写错单位或数字{row.marks}。"
        return Fail(message=message, severity=Severity.LOW, confidence=0.7)
    return PASS


def _course(row: RowView) -> bool:
    """True where a project by its name trains people, and this row counts them."""
    project = row.form.form.project_name.text
    return COURSE.search(project) is not None and LONG_COURSE.search(project + row.name) is None


def _beyond_bounds(row: RowView, actual: Quantity, *, each: Decimal) -> bool:
    """True for a price nobody pays: dear leaflets where nothing else was bought, roads and houses too cheap at all."""
    limits = row.thresholds
    if _alone(row) and actual.unit in PRINTED_UNITS and PRINTED.search(row.name):
        return each > limits.paper_cost_most
    if actual.unit in ("公里", "千米") and ROADS.search(row.name) and NEWLY.search(row.name):
        return each < limits.road_cost_least
    return actual.unit in HOUSE_UNITS and HOUSES.search(row.name) is not None and each < limits.house_cost_least


def _alone(row: RowView) -> bool:
    """True for the only counted output of a form: nothing else the money could have been spent on is told."""
    slots = slots_around(row.form)
    return slots[row.place] is Slot.QUANTITY and slots.count(Slot.QUANTITY) == 1 and Slot.OUTPUT not in slots


def _outside(row: RowView, known: Price, *, each: Decimal, unit: str) -> bool:
    """True for less than the least, and for more than the most where nothing else can have taken the money."""
    if known.is_too_low(each):
        return True
    own = _price(row, unit=unit)  # what the form itself says one of them cost needs no division
    if own is not None and known.is_too_high(own[0]):
        return True
    return known.is_too_high(each) and (_alone(row) or _only_turns_beside(row))


def _priced_things(row: RowView, actual: Quantity) -> bool:
    """True for a number of things whose own unit the price of the form names: 408人 and 人均疗养费用."""
    if not any(_priced_by(other.level3.text, actual.unit) for other in row.form.form.indicators):
        return False
    if row_slot(row) is not Slot.QUANTITY or unit_counts(actual.unit) in (Counted.MONEY, Counted.TIME, Counted.RATE):
        return False
    priced = _price(row, unit=actual.unit)
    if priced is None or shared_letters(row.name, priced[1].name) < KIN_LETTERS:
        return False  # 人均筛查成本 is no price of the doctors trained
    return _priced_by(priced[1].name, actual.unit)


def _only_turns_beside(row: RowView) -> bool:
    """True where every other counted output counts the turns or days of this one: 41人 in 2批, 7天 each."""
    others = [
        quantity_actual(other)
        for other, slot in zip(row.form.rows, slots_around(row.form), strict=True)
        if slot in (Slot.QUANTITY, Slot.OUTPUT) and other.place != row.place
    ]
    return all(other is not None and counted_unit(other.unit) in TURNS for other in others)


def _apart(row: RowView, actual: Quantity, *, spent: Decimal, message: str) -> Outcome:
    """The finding where number times price and the money do not agree; beside other outputs part of it may."""
    limits = row.thresholds
    alone = _alone(row)
    if alone and actual.unit in EVENT_UNITS and TALKS.search(row.name) and spent / actual.low > limits.talk_cost_most:
        return Fail(message=message, severity=Severity.LOW, confidence=0.6)
    priced = _price(row, unit=actual.unit) if alone or _priced_things(row, actual) else None
    if priced is None:
        return PASS
    price, told = priced
    product = price * actual.low
    least = spent / limits.price_apart if alone else spent / MANY_TIMES
    if least <= product <= spent * limits.price_apart:
        return PASS
    facts = f"{row.label}实际填{row.actual_text}，{told.label}实际{told.actual_text}，相乘为{wan(product)}"
    return Fail(
        message=f"{facts}，全部执行数却是{wan(spent)}，数量、单价与资金对不上。",
        severity=Severity.MEDIUM,
        confidence=0.7,
    )


def _priced_by(name: str, unit: str) -> bool:
    """True for a price told by the very word the things are counted in: 每页加工成本 and 618页."""
    return bool(unit) and any(told in name for told in (f"每{unit}", f"单{unit}", f"{unit}均"))


def _price(row: RowView, *, unit: str) -> tuple[Decimal, RowView] | None:
    """What one of the things counted cost by the form's own cost row, in yuan, with that row."""
    for other, slot in zip(row.form.rows, slots_around(row.form), strict=True):
        # 人均月补贴 is paid every month: how often, the form does not say
        if slot is not Slot.COST or UNIT_PRICE.search(other.name) is None or PERIOD.search(other.name):
            continue
        if VISITS.search(row.actual_text) is not None and "次" not in other.name:
            continue  # 782站次 are visits, and 单站年运维成本 is no price of one
        cost = quantity_actual(other)
        scale = None if cost is None else MONEY_SCALE.get(counted_unit(cost.unit))
        if cost is None or scale is None or cost.low <= 0:
            continue
        if shared_letters(row.name, other.name) < KIN_LETTERS and not _priced_by(other.name, unit):
            continue
        return cost.low * scale, other
    return None
