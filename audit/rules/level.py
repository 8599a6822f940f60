"""目标: whether the level aimed at is one that can be missed, measured and controlled."""

from __future__ import annotations

import re
from decimal import Decimal

from audit.basis import INDICATOR_GUIDE, OVERACHIEVEMENT, SURVEY, TARGET_REQUIREMENTS, together
from audit.compare import PERCENT, Direction, attainment, quantity_target, satisfaction_row
from audit.phrases import percent, quoted
from audit.rule import BOTH_KINDS, PASS, Fail, FormKind, Outcome, row_rule
from audit.view import RowView
from audit.words import BROUGHT_BY_OTHERS, INTERNAL_OBJECTS, INVOLUNTARY, OWN_ACTION, OWN_WORK, SERVED
from domain.finding import Severity
from domain.value import Comparator, Quantity

GROUP = "目标"
PASS_RATES = re.compile(r"(?<!体质健康测试)(?<!体质测试)(?<!水质)(?<!空气质量)(合格|达标|通过|优良|验收)率")
# What a percentage is of can be told from names like these; 影响力, 氛围 leave it open.
DEFINED_SHARE = re.compile(
    r"率|比例|占比|比重|百分比|增幅|增长|降幅|下降|[增减]加|[增减]少|降低|提高|提升|覆盖|满意|合格|浓度|负荷|水平|素养|系数"
)
# Words that say a thing gets better, before or behind the thing; they give no state a numerator.
GETS_BETTER_FIRST = re.compile(
    r"^((进一步|不断|有效|持续|切实|逐步|稳步|着力|全面|明显|显著)*(提升|提高|改善|增强|增加|优化|促进|推动|推进|加强|强化|保障|保证|确保|维护|营造|夯实|巩固|完善|健全|丰富|带动|助力|服务))+"
)
GETS_BETTER_LAST = re.compile(
    r"((得到|有所|显著|明显|有效|持续|稳定|稳步|进一步|不断|逐步)*(提升|提高|改善|增强|增加|优化|完善|加强|健全|巩固|向好|保障|浓厚|发挥|体现))*(程度|度|情况|效果|作用|状况)?$"
)
# States that have no numerator; whatever a name holds beside them must say what is counted.
STATE = re.compile(
    r"(质量|能力|环境|面貌|素质|意识|形象|品质|活力|氛围|感|作用|功能|条件|秩序|机制|制度|体系|稳定|和谐|治理|凝聚力|竞争力|影响力|公信力|号召力|风气|风尚|格局|观念|理念|认识|发展|保障|安全|便利|效能"
    # 收入水平, 利用水平 and 健康素养水平 are told in figures
    r"|(?<!收入)(?<!利用)(?<!素养)(?<!消费)(?<!支出)(?<!产量)(?<!价格)(?<!产出)水平)$"
)
COUNTED_SHARE = re.compile(
    r"率|比例|占比|比重|百分|满意|覆盖|合格|达标|浓度|负荷|系数|普及|数量|人数|天数|参与度|知晓|健康素养|指数"
)
BENEFIT_LEVEL = re.compile(r"效益|效果|影响")
# What is counted in 起 has befallen somebody: fires, disputes, outbreaks, cases.
BEFALLS = frozenset({"起", "起次", "宗"})
LAST_WORD = 2  # letters that name a post: 工人, 林员
# People of whom nobody knows who they are.
NOBODY = re.compile(
    r"^(对|各|各类|各方面?|各有关|有关|相关|其他|其它|部分|大部分|不同|多数|广大|一定|涉及|上述|所有|全体|全部)*(人员|人士|人群|人|方|方面|对象|各方|单位|部门|主体|各方面?|有关方面?|相关方|利益相关方)(的|总体|综合|整体|平均)*满意"
)
PERCENT_MATTERS = re.compile(r"影响|氛围|意识|效果|作用|形象|贡献|品牌|凝聚力|竞争力|感$")


@row_rule(
    code="UNMEASURABLE_PERCENT",
    title="无法测量的百分比",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(TARGET_REQUIREMENTS, INDICATOR_GUIDE),
    limits=(
        "实际不等于目标的不报；名称带率、比例、提高、下降、覆盖等字的，当作算法清楚，不追问；"
        "但提高的若是质量、能力、环境一类说不清分子分母的，照报。"
        "确有测评办法、恰好等于目标的（如第三方测的知名度），会误报。"
    ),
)
def unmeasurable_percent(row: RowView) -> Outcome:
    """影响力、氛围一类效益用百分比作目标而没有说明分子分母，实际又恰等于目标，数字没有来源。"""
    target = quantity_target(row)
    if target is None or target.unit != PERCENT or satisfaction_row(row):
        return PASS
    name = row.name
    benefit = BENEFIT_LEVEL.search(row.level1) is not None or PERCENT_MATTERS.search(name) is not None
    defined = DEFINED_SHARE.search(name) is not None and not _state(name)
    if not benefit or defined:
        return PASS
    reached = attainment(row)
    if reached is None or reached.actual != reached.target:
        return PASS
    return Fail(
        message=f"{row.label}目标{row.target_text}、实际填{row.actual_text}，未说明百分比如何计算。", confidence=0.7
    )


def _state(name: str) -> bool:
    """True for a state that gets better (监管水平提升), whose percentage has no numerator; a rate or count has one."""
    if COUNTED_SHARE.search(name) is not None:
        return False
    return STATE.search(GETS_BETTER_LAST.sub("", GETS_BETTER_FIRST.sub("", name.rstrip("（）()%％ ")))) is not None


@row_rule(
    code="SIGN_EQUALS_FOR_SAT",
    title="满意度用等号",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=("只看印有等号的目标；只写“90%”没有符号的、等于100%的不报。属填写习惯，不影响评价结论。"),
)
def sign_equals_for_sat(row: RowView) -> Outcome:
    """满意度目标宜写不低于；写成等于，高出也算偏差。"""
    target = quantity_target(row)
    if target is None or not satisfaction_row(row):
        return PASS
    if target.comparator is not Comparator.EQ or target.low >= Decimal(100):
        return PASS
    return Fail(message=f"{row.label}的目标值为{quoted(row.target_text)}，满意度宜写“≥”。")


@row_rule(
    code="SAT_TARGET_UNREALISTIC",
    title="满意度目标畸高",
    group=GROUP,
    severity=Severity.LOW,
    basis=together(TARGET_REQUIREMENTS, SURVEY),
    kinds=BOTH_KINDS,
    limits=("只看目标高不高，低于98%而同样没有依据的不报。历年调查确实在98%以上的单位也会报出，看历史数据即可排除。"),
)
def sat_target_unrealistic(row: RowView) -> Outcome:
    """满意度目标定在98%以上，调查很难支持，容易照目标回填。"""
    target = quantity_target(row)
    if target is None or not satisfaction_row(row) or target.unit not in ("", PERCENT):
        return PASS
    if target.low < row.thresholds.satisfaction_unrealistic:
        return PASS
    return Fail(message=f"{row.label}的目标值为{row.target_text}，没有历史数据支持。")


@row_rule(
    code="SAT_OBJECT_INTERNAL",
    title="满意度对象为本单位或不明",
    group=GROUP,
    severity=Severity.LOW,
    basis=SURVEY,
    kinds=BOTH_KINDS,
    limits=(
        "只看指标名称里的职工、内部、管理者、工作人员，和有关人员、相关单位等词；对象写在别处的看不出。"
        "项目名称写明为这类人员办的不报；项目本来就服务本单位人员而名称看不出的，也会报出。"
    ),
)
def sat_object_internal(row: RowView) -> Outcome:
    """满意度问的是本单位职工、各部门或管理者，或“有关人员”一类说不清的人，不是项目的服务对象。"""
    name = row.name
    found = INTERNAL_OBJECTS.search(name)
    if not satisfaction_row(row) or SERVED.search(name) is not None:
        return PASS
    if NOBODY.search(name) is not None:
        return Fail(message=f"{row.label}没有写明调查的是哪些人，对象不明。")
    if found is None:
        return PASS
    if found.group()[-LAST_WORD:] in row.form.form.project_name.text:
        return PASS  # a post the project is for: 环卫工人爱心驿站, 护林员补助
    return Fail(message=f"{row.label}的调查对象是本单位人员或内部部门。")


@row_rule(
    code="TARGET_TOO_LOW",
    title="目标偏低",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(TARGET_REQUIREMENTS, OVERACHIEVEMENT),
    kinds=BOTH_KINDS,
    limits=(
        "只看合格、达标、通过、优良、验收率不高于60%，满意度不高于80%，或实际达目标150%以上而未说明原因；"
        "其他指标没有通行水平可比。"
        "基数小、受政策影响大的指标，实际翻番不一定是目标偏低。"
    ),
)
def target_too_low(row: RowView) -> Outcome:
    """合格率、满意度的目标低于通行水平，或实际值远超目标而未说明原因，目标起不到约束作用。"""
    target = quantity_target(row)
    if target is None:
        return PASS
    low = _low_level(row, target)
    if low is not None:
        return low
    return _far_exceeded(row) if row.form.kind is FormKind.SELF_EVALUATION else PASS


def _low_level(row: RowView, target: Quantity) -> Fail | None:
    """The finding for a share set below the usual level; None where the level is usual."""
    if target.unit != PERCENT or target.comparator in (Comparator.LE, Comparator.LT) or target.low <= 0:
        return None
    if satisfaction_row(row) and target.low <= row.thresholds.satisfaction_low:
        return Fail(message=f"{row.label}的目标值为{row.target_text}，低于通行水平。", severity=Severity.LOW)
    if PASS_RATES.search(row.name) and "不" not in row.name and target.low <= row.thresholds.pass_rate_low:
        return Fail(message=f"{row.label}的目标值为{row.target_text}，低于通行水平。")
    return None


def _far_exceeded(row: RowView) -> Outcome:
    reached = attainment(row)
    limits = row.thresholds
    if reached is None or reached.direction is not Direction.UP or reached.ratio is None:
        return PASS
    reason = row.reason_if_any
    explained = reason is not None and not reason.has("no_reason")
    small = reached.actual - reached.target < limits.overachieve_units
    if reached.ratio < limits.overachieve_medium or explained or small:
        return PASS
    return Fail(
        message=f"{row.label}目标{row.target_text}，实际填{row.actual_text}，为目标的{percent(reached.ratio)}，目标可能定得偏低。",
        confidence=0.8,
    )


@row_rule(
    code="TARGET_NOT_CONTROLLABLE",
    title="目标不可控",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "只认名称带抚恤、丧葬、死亡、火灾、灾害救助、事故处理等词，或数的是群众申请、求助、投诉、报案，或以“起”计的，"
        "目标为“≥”的数量；其他按实际发生的事项看不出。"
        "演练、培训、宣传、检查、巡查、设施一类主动开展的工作不报；名称没有写出这类词的（如火灾扑救支援次数），会误报。"
    ),
)
def target_not_controllable(row: RowView) -> Outcome:
    """抚恤、丧葬、灾害和群众申请、投诉一类按实际发生的事项设了下限，发生得少反成了未完成。"""
    target = quantity_target(row)
    if target is None or target.comparator not in (Comparator.GE, Comparator.GT) or target.unit == PERCENT:
        return PASS
    if OWN_ACTION.search(row.name) is not None:
        return PASS
    befalls = target.unit in BEFALLS and OWN_WORK.search(row.name) is None
    if INVOLUNTARY.search(row.name) is None and not befalls and not _asked_by_others(row.name):
        return PASS
    return Fail(
        message=f"{row.label}的目标值为{row.target_text}，事项按实际发生，单位不能也不应追求数量。",
        severity=Severity.LOW,
    )


def _asked_by_others(name: str) -> bool:
    """True for a name that counts what only the need of others brings to the unit, not work it sets out to do."""
    return BROUGHT_BY_OTHERS.search(name) is not None and OWN_WORK.search(name) is None
