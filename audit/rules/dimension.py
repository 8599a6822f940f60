"""类别: whether a form has outputs and benefits at all, and whether they are the project's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from audit.basis import DROP_UNFIT, INDICATOR_GUIDE, NO_INPUTS, TARGET_REQUIREMENTS, WEIGHTS, together
from audit.category_words import (
    BARE_BENEFIT,
    KIN_WORDS,
    MONEY_PUT_IN,
    NO_BENEFIT,
    NOTHING,
    PAYMENT,
    PHYSICAL,
    PROCEDURAL,
    UNIT_TAIL,
)
from audit.compare import MONEY_SCALE, PERCENT, letters, quantity_target, subject
from audit.phrases import plain, quoted, wan
from audit.prose import pairs_told
from audit.rule import BOTH_KINDS, PASS, Fail, FormKind, Outcome, form_rule, row_rule
from audit.rules.category import GROUP, bare_name, manages
from audit.sectors import OWN_ALONE, REACHES_OUT, name_to_witness
from audit.slots import BENEFITS, OUTPUTS, Placed, Slot, all_slots, complete, numbered, row_slot, slots_around
from audit.stakes import project_budget
from audit.view import FormView, RowView
from audit.words import CLAUSE_MARKS, PLACE_AHEAD, SATISFACTION
from domain.finding import Severity
from domain.form import SelfEvaluation

HOLLOW = "outputs are management"
# What is done in any line of work, and whom any work is for.
WORK_VERBS = re.compile(
    r"高?标准|优质|示范|重点|基础|基本|综合|专项|年度|管理|安全|质量|政策|社会|公共|新增|新建|建设|改造|修缮|维修|安装|更换|采购|购置|配备|举办|开展|组织|培训|发放|编制|检查|检测|抽检|监测|巡查|养护|管护|治理|整治|清理|资助|补助|补贴|参加|参训|服务|受益|惠及|群众|居民|人员|人次|数量|面积|长度|里程|比例|占比|达标|合格|完好|验收|设施|设备|项目|工程"
)
# 农村妇女 says who is served and nothing of fields or roads; what a county is called says nothing of its work.
FOLK_OF_VILLAGES = re.compile(
    r"农村(?=适龄|留守|困难|低收入|低保|贫困|老年|老人|居民|学生|儿童|妇女|劳动|人口|残疾|党员)|[城乡村]+(?=居民|社区|医生)"
)
OWN_CLAUSE = Decimal("0.5")  # a clause that tells half of a name tells of that row and bears no witness to it
LEAST_TOLD = 15  # letters of a goal; a shorter one may leave half of the work unsaid


@row_rule(
    code="MGMT_INDICATOR_AS_OUTPUT",
    title="以管理指标充产出",
    group=GROUP,
    severity=Severity.LOW,
    basis=together(TARGET_REQUIREMENTS, NO_INPUTS),
    kinds=BOTH_KINDS,
    limits=(
        "按名称里的预算执行、资金到位、制度、合同、资产、档案管理等词判断，换了叫法的看不出；类别认不出的行不判断。"
        "项目本来就做这些事而项目名称看不出的，会误报。"
    ),
)
def mgmt_indicator_as_output(row: RowView) -> Outcome:
    """预算执行率、资金到位率、制度健全性是管理条件，投入的钱也不是产出；列为产出指标，做了什么没有考核。"""
    slot = row_slot(row)
    if slot not in OUTPUTS:
        return PASS
    project = row.form.form.project_name.text
    if not manages(bare_name(row), project=project):
        return _money_as_output(row, slot)
    outputs = _printed_outputs(row.form)
    real = [place for place, (_, name) in outputs.items() if not manages(name, project=project)]
    what = f"{row.label}（目标{quoted(row.target_text)}）是管理指标，列在{slot}指标下"
    if not real and len(outputs) > 1:
        first = row.place == min(outputs)
        message = f"{what}；全表{len(outputs)}项产出指标都是管理指标，没有一项说明做了什么{row.marks}。"
        if not first:
            return Fail(message=message, severity=Severity.LOW, cause=HOLLOW)
        return Fail(message=message, severity=Severity.HIGH, points=_marks_at_stake(row), cause=HOLLOW)
    counted = any(outputs[place][0] is Slot.QUANTITY for place in real)
    if slot is Slot.QUANTITY and not counted:
        message = f"{what}；表中没有别的数量产出{row.marks}。"
        return Fail(message=message, severity=Severity.MEDIUM, cause="no output in quantity")
    return Fail(message=f"{what}{row.marks}。", cause="management as output")


def _printed_outputs(form: FormView) -> dict[int, tuple[Slot, str]]:
    """Slot and name of every output row by place, as printed."""
    rows = zip(form.form.indicators, slots_around(form), strict=True)
    return {place: (slot, indicator.level3.text) for place, (indicator, slot) in enumerate(rows) if slot in OUTPUTS}


def _marks_at_stake(row: RowView) -> Decimal:
    """The marks of an output; where none are printed, an even share of what the national weights give outputs."""
    weight = row.weight_if_read
    return row.thresholds.standard_output / len(_printed_outputs(row.form)) if weight is None else weight


def _money_as_output(row: RowView, slot: Slot) -> Outcome:
    """The finding on the budget itself, or money put in, where a quantity of work should stand."""
    target = quantity_target(row) if slot in (Slot.QUANTITY, Slot.OUTPUT) else None
    if target is None or target.unit not in MONEY_SCALE or PAYMENT.search(row.name):
        return PASS
    yuan, budget = target.high * MONEY_SCALE[target.unit], project_budget(row.form)
    if budget is not None and budget > 0 and abs(yuan - budget) <= row.thresholds.budget_likeness * budget:
        message = (
            f"{row.label}列在{slot}指标下，目标{row.target_text}就是项目预算{wan(budget)}，投入不是产出{row.marks}。"
        )
        return Fail(message=message, severity=Severity.MEDIUM)
    if MONEY_PUT_IN.search(bare_name(row)) is None:
        return PASS
    return Fail(message=f"{row.label}列在{slot}指标下，目标{row.target_text}是投入的资金，不是产出{row.marks}。")


def _tally(rows: Placed) -> str:
    """``投入与管理9项、满意度1项``."""
    return "、".join(f"{slot}{count}项" for slot, count in Counter(slot for _, slot in rows).items())


def _at_stake(form: FormView) -> str:
    budget = project_budget(form)
    return "" if budget is None else f"，预算{wan(budget)}"


@form_rule(
    code="OUTPUT_DIMENSION_MISSING",
    title="无产出指标",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TARGET_REQUIREMENTS, WEIGHTS),
    kinds=BOTH_KINDS,
    limits=(
        "不足3项指标、有一行类别认不出、分值合计不足99分（可能漏行）的表不判断；产出之下只列成本的也算有产出。"
        "产出内容写在别的类别名下的表会报出。"
    ),
)
def output_dimension_missing(form: FormView) -> Outcome:
    """表中没有一项产出指标，项目做什么、做多少、何时做完都没有目标，花钱与做事对不上。"""
    rows = all_slots(form)
    if any(slot in OUTPUTS or "产出" in row.level1 for row, slot in rows) or not complete(form, rows):
        return PASS
    message = f"全表{len(rows)}项指标为{_tally(rows)}，没有一项产出指标{_at_stake(form)}，做什么、做多少没有目标。"
    return Fail(message=message)


@form_rule(
    code="BENEFIT_DIMENSION_MISSING",
    title="无效益指标",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(TARGET_REQUIREMENTS, WEIGHTS, DROP_UNFIT),
    kinds=BOTH_KINDS,
    limits=(
        "不足3项指标、有一行类别认不出、分值合计不足99分（可能漏行）的表不判断；有一项像样的效益指标即不报，不问好坏。"
        "前期论证、设备购置等当年确无效益的项目也会报出。"
    ),
)
def benefit_dimension_missing(form: FormView) -> Outcome:
    """效益（效果）指标没有设，或只填满意度、信息公开率之类，或写明没有效益仍计分；项目带来什么无从评价。"""
    rows = all_slots(form)
    benefits = [row for row, slot in rows if slot in BENEFITS and _benefit(row, slot)]
    if benefits and _influence_only(benefits, rows) and complete(form, rows):
        names = "、".join(dict.fromkeys(quoted(bare_name(row)) for row in benefits))
        message = f"效果类指标只有满意度，另有影响力指标{names}{_at_stake(form)}；项目带来什么变化没有目标。"
        return Fail(message=message, severity=Severity.LOW, confidence=0.7)
    if benefits:
        return _none_yet_scored(rows)
    if not complete(form, rows):
        return PASS
    standing = [row for row, slot in rows if slot in BENEFITS or _headed_benefit(row)]
    if not standing:
        message = f"全表{len(rows)}项指标为{_tally(rows)}，没有一项效益指标{_at_stake(form)}，带来什么没有目标。"
        return Fail(message=message)
    names = "、".join(dict.fromkeys(quoted(bare_name(row)) for row in standing))
    message = f"效益（效果、影响力）类指标只有{names}，不是项目带来的变化{_at_stake(form)}，带来什么没有目标。"
    headed = [row.place for row in standing if _headed_benefit(row)]
    return Fail(message=message, row=headed[0] if len(headed) == 1 else None)


def _influence_only(benefits: Sequence[RowView], rows: Placed) -> bool:
    """True where a form that tells effects from lasting influence has nothing but satisfaction among its effects."""
    return any("效果" in row.level1 for row, _ in rows) and all("影响力" in row.level1 for row in benefits)


def _headed_benefit(row: RowView) -> bool:
    return "效益" in row.level1 or "效果" in row.level1


def _benefit(row: RowView, slot: Slot) -> bool:
    """True for a row that may speak of a change: not satisfaction, not a procedure, not the unit's own books."""
    name = bare_name(row)
    if SATISFACTION in name or PROCEDURAL.search(name) is not None:
        return False
    # 长效管理制度 is how lasting influence is usually told
    return slot is Slot.SUSTAINABLE or not manages(name, project=row.form.form.project_name.text)


def _none_yet_scored(rows: Placed) -> Outcome:
    """The finding on benefits that the form itself says do not exist, and that earned marks."""
    scored = [(row, score) for row, slot in rows if slot in BENEFITS and _says_none(row) and (score := row.score)]
    if not scored:
        return PASS
    first = scored[0][0]
    points = sum((score for _, score in scored), Decimal(0))
    places = numbered([row for row, _ in scored])
    said = first.actual_text if NO_BENEFIT.search(first.actual_text) else first.target_text or first.name
    message = f"{places}效益指标写明{quoted(said)}，仍得{plain(points)}分；不适用的指标应删除，分值另行分配。"
    return Fail(message=message, row=first.place, points=points)


def _says_none(row: RowView) -> bool:
    """Told by what is printed, so that an unread cell elsewhere keeps nothing from being checked."""
    if row.form.kind is FormKind.TARGET:
        return False
    indicator = row.form.form.indicators[row.place]
    if any(NO_BENEFIT.search(field.text.strip()) for field in (indicator.level3, indicator.target, indicator.actual)):
        return True
    bare = BARE_BENEFIT.search(indicator.level3.text.strip()) is not None
    return bare and indicator.target.text.strip() in NOTHING


@row_rule(
    code="INDICATOR_UNRELATED_TO_PROJECT",
    title="指标与项目无关",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(TARGET_REQUIREMENTS, INDICATOR_GUIDE),
    kinds=BOTH_KINDS,
    limits=(
        "看购置、修缮、道路、绿化等实物类数量指标，项目文字合计不足150字的不判断，数量指标过半没有提到才报；"
        "此外只认道路、农田、森林、医疗、就学、住房、公交、科技、社保、统计、税务、政务等四十来个行业的专门词，全表再无该行业一字才报，效益写受益、带动、受灾减少一类的不看。"
        "正文用上位说法的（写改善办学条件，指标是校舍维修），可能误报。"
    ),
)
def indicator_unrelated_to_project(row: RowView) -> Outcome:
    """购置、修建一类的数量指标，在项目名称、概况、计划和目标中只字未提，可能套用了别的项目的指标。"""
    if _far_away(row):
        where = "在项目名称、目标、完成情况和其他各项指标中都没有踪影"
        message = f"{row.label}（目标{row.target_text}）所说的事，{where}，请核实是否属于本项目。"
        return Fail(message=message, severity=Severity.LOW, confidence=0.7, cause="strange indicators")
    if row_slot(row) is not Slot.QUANTITY or PHYSICAL.search(row.name) is None:
        return PASS
    target = quantity_target(row)
    if target is None or target.unit == PERCENT:
        return PASS
    about = letters(row.form.about)
    if len(about) < row.thresholds.about_letters or _told(row.name, about):
        return PASS
    names = [name for slot, name in _printed_outputs(row.form).values() if slot is Slot.QUANTITY]
    strange = [name for name in names if PHYSICAL.search(name) and not _told(name, about)]
    if len(strange) * 2 <= len(names):
        # one of several outputs may go unmentioned; most of them may not
        return PASS
    tail = "，又是表中唯一的数量指标" if len(names) == 1 else f"，表中{len(names)}项数量指标有{len(strange)}项如此"
    fault = f"在项目名称、概况、计划和目标中都没有提到{tail}"
    message = f"{row.label}（目标{row.target_text}）{fault}，请核实是否属于本项目。"
    if row.form.kind is FormKind.SELF_EVALUATION:
        return Fail(message=message, severity=Severity.LOW, confidence=0.6, cause="strange indicators")
    severity = Severity.HIGH if len(names) == 1 else Severity.MEDIUM
    points = _marks_at_stake(row)
    return Fail(message=message, severity=severity, confidence=0.8, points=points, cause="strange indicators")


def _far_away(row: RowView) -> bool:
    """True where a row speaks of a line of work of which nothing else on the form holds as much as a letter."""
    witness = name_to_witness(row.name)
    if witness is None or witness.search(row.form.form.project_name.text) is not None:
        return False
    about = row.form.about
    reaches_out = row_slot(row) in BENEFITS and REACHES_OUT.search(row.name) is not None
    reaches_out = reaches_out and OWN_ALONE.search(row.name) is None
    if reaches_out or len(letters(row.form.goal)) < LEAST_TOLD:
        return False
    form = row.form.form
    owners = (
        (form.supervising_department, form.implementing_unit)
        if isinstance(form, SelfEvaluation)
        else (form.declaring_unit,)
    )
    others = [indicator.level3.text for place, indicator in enumerate(form.indicators) if place != row.place]
    told = FOLK_OF_VILLAGES.sub("", "\n".join((about, *others, *(PLACE_AHEAD.sub("", owner.text) for owner in owners))))
    told = "，".join(clause for clause in CLAUSE_MARKS.split(told) if pairs_told(row.name, clause) < OWN_CLAUSE)
    return witness.search(told) is None and not _pairs_stand(row.name, told)


def _pairs_stand(name: str, told: str) -> bool:
    """True where two letters in a row of what a name is about, its verbs aside, stand in a text."""
    own = subject(WORK_VERBS.sub("", UNIT_TAIL.sub("", name.strip())))
    return any(own[place : place + 2] in told for place in range(len(own) - 1))


def _told(name: str, about: str) -> bool:
    """True where two letters in a row of the name, or a word of like meaning, stand in what the form tells."""
    own = subject(UNIT_TAIL.sub("", name.strip()))
    if any(own[place : place + 2] in about for place in range(len(own) - 1)):
        return True
    return any(kin.search(name) and kin.search(about) for kin in KIN_WORDS)
