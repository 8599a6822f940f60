"""叙述: whether the year's goal says what is to be reached, and whether the indicators measure it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from audit.basis import TARGET_REQUIREMENTS
from audit.compare import PERCENT, TEXTS_AT_HAND, letters, quantity_target, shared_letters
from audit.phrases import plain, quoted
from audit.rule import BOTH_KINDS, PASS, Fail, FormKind, Outcome, form_rule
from audit.target_view import TargetTableView
from audit.units import Counted, counted_unit, same_word, unit_counts
from audit.view import FormView, RowView
from audit.words import EVENT_UNITS, SENTENCE_END
from domain.finding import Severity
from domain.value import Comparator, Mention, Quantity

GROUP = "叙述"
# A number of the goal is promised where something is done with it; 全县12个乡镇 tells only how large the county is.
PROMISED = re.compile(
    r"开展|举办|举行|召开|完成|组织|建设|建成|新建|改建|培训|编制|编写|编印|撰写|发表|出版|购置|采购|配备|维修|改造|修缮|形成|评选|推荐"
    r"|推送|发布|制作|拍摄|征集|汇聚|报道|服务|补助|资助|救助|慰问|发放|检查|检测|监测|抽检|治理|养护|种植|新增|引进|培育|扶持|接待|实施|整理|修订|翻译|演出|放映|展映|走访|排查|安装|更换|疏浚|清运|救治|筛查"
    r"|架设|添置|铺设|修建|修复|清理|投放|印制|打造|接入|采集|配发|巡查|巡护|演练|宣讲|体检|接种|配建|配套|栽植|放流|造林|疏通|加装|认定|抽查|评审|调解|回访|录制|安置|签约|孵化|招募|收治|补植|硬化|改厕|授课|播出|诊疗|加固|拆除|布设|敷设|砌筑|开挖|防治|搬迁|储备|登记|普查|核查"
)
# Numbers that belong to a plan's structure, a place or another time.
STRUCTURE = re.compile(
    r"^(大|个)?(方面|领域|专题|板块|环节|层次|阶段|重点|体系|维度|目标|任务|子项目|项目类|中心|主题|原则|坚持|乡|镇|村|行政村|自然村|社区|街道|县|区|市|省|单位|部门|科室)"
)
# Sentences that tell how things stood or went before; 较上年下降15% sets a task.
OTHER_YEARS = re.compile(r"近年|历年|往年|(?<![较比同])(去年|上年)|以来[，,有共已]")
BACKGROUND = re.compile(r"其中|现有|已有|共有|下辖|辖区|上年|去年|往年|截至|近年|以来|累计|了|曾|还有")
PLACES = frozenset(
    {
        "区",
        "县",
        "市",
        "省",
        "村",
        "镇",
        "乡",
        "街道",
        "社区",
        "单位",
        "部门",
        "站点",
        "年",
        "届",
        "字",
        "岁",
        "倍",
        "页",
        "",
    }
)
SPECIFICATION = re.compile(r"[A-Za-z/]+")  # 1.5T, 500kV tell what a thing is like
KIN_LETTERS = 2
MANY_NUMBERS = 3
# Verbs of making and buying: what stands between them and a number is a thing that will be there or not.
MADE = re.compile(
    r"新建|建设|建成|安装|配备|配建|配套|配发|架设|投放|购置|采购|添置|编印|编写|编制|印制|制作|拍摄|开发|出版|更换|种植|铺设|修建"
)
# 为42所小学配备, 在12个乡镇开展: whom and where, not how much.
RECIPIENTS = re.compile(r"(为|给|对|向|在|覆盖|涉及|面向|服务)[^，。；]{0,4}$")
THING_LETTERS = 8
# Things a goal may promise by name, after a verb that makes them.
DELIVERABLE = re.compile(
    r"(?:编制|编写|编印|搭建|建设|建成|建立|制作|拍摄|开发|出版|举办)[^，,。；;]{4,25}?"
    r"(?P<thing>手册|平台|教材|资源库|数据库|专家库|项目库|短片|视频|专刊|丛书|图书|指南|标准|展厅|博览会|蓝皮书|白皮书|APP|小程序)"
)
ENUMERATED = re.compile(r"[一二三四]是|[一二三四]要|[一二三四]、|[①②③④]|(?<!\d)[1-9][、.．]|[（(][1-9一二三四][)）]")
TASKS_LEAST = 2
MANY_TURNS = 10  # of events
QUOTES = re.compile(r"[“”\"]")
TOLD_BEFORE, TOLD_AFTER = 16, 10  # letters around a number that a message quotes
# What may stand around a project's name without adding a goal.
EMPTY_GOAL = re.compile(
    r"按照?|根据|合同|约定|协议|上级|要求|部署|安排|规定|计划|认真|积极|继续|按时|及时|日常|主要|全面|扎实|组织|推进|顺利|有序|有效|用于|用以|支付|发放|拨付|兑付|缴纳|保障|保证|完成|做好|开展|实施|年度|全年|本年|本|项目|工作|经费|费用|资金|支出|开支|运行|运转|管理|正常|顺利|的|及|和|与|等|各项|相关|\d+年?"
)
COSTS = re.compile(
    r"(经费|资金|费用|款项)(的)?(保障|支出|支付|安排|拨付|发放|结算|及时拨付|按时拨付|按时支付)$|^(按[时月期年季]|及时|足额|定期|逐月)*(发放|支付|兑现|缴纳|兑付|拨付)[^，。；\d]{2,16}(补助|补贴|津贴|奖金|报酬|薪酬|社保|保险)$|(?<!消)(费|费用|经费|支出|开支|补贴款|(补助|专项|奖补|配套)资金|工资|返还)等?$"
)
# A short goal that ends so and does none of these names a matter and not what becomes of it.
REACHES = re.compile(
    r"完成|提高|提升|增强|促进|推动|推进|保障|保证|确保|达到|实现|开展|举办|建设|建成|改善|加强|维护|服务|解决|满足|降低|减少|做好|落实"
    r"|支持|培育|培养|维修|改造|更新|购置|改建|新建|修缮|发放|救助|资助|稳定|安全|消除|化解|优化|健全|完善|扩大|增加|营造|打造|普及|丰富|繁荣|弘扬|传承|激发|拓展|提供|加大|强化|深化|遏制|防止|预防|杜绝|缓解|确定|修复|保护|规范"
)
# What the money is for, and not what becomes of it.
PURPOSE = re.compile(r"^(本?项目|资金|经费|专项|主要|全部|统筹)*(用于|用以|用作|用来|支付|缴纳)")
# Done is to be the project, whatever it is.
ONLY_DONE = re.compile(
    r"(按[时期]|如期|全面|顺利|圆满|保质保量)*(完成|做好|推进|实施)(好|了)?(本|该|年度|全年|各项|全部|所有)*(项目|工程|工作|任务)(的)?(建设|实施|任务|目标|工作|内容)*"
)
LEAST_OWN = 3  # letters a goal must have of its own before they can be the project's
MATTER = re.compile(r"(工作|管理|会议|事务|业务|活动|项目|运维|值班|返还|上缴|检查|支付|采购)等?$")


@form_rule(
    code="GOAL_WITHOUT_INDICATOR",
    title="目标未分解为指标",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "只找目标里带数字或分条列出的成果，没有数字的任务看不出；几个数字里只漏一个的，"
        "只在其余各数都照样列为目标值、或跟在购置、建设之后而指标名称全无相同字眼时才报。"
        "指标换了叫法（目标写慰问，指标写走访）又不同数的，会误报。"
    ),
)
def goal_without_indicator(form: FormView) -> Outcome:
    """目标或实施计划写明的数量、成果，在指标的名称和目标值里找不到对应，年终无从考核。"""
    text = _promise_text(form)
    rows = form.aside.rows
    if not text or not rows:
        return PASS
    mentions = form.context.skills.mentions(text)
    met = sum(any(_answers(row, mention) for row in rows) for mention in mentions)
    promised = {(mention.quantity.low, mention.quantity.unit): mention for mention in mentions if _is_promise(mention)}
    sums = _sums_of_targets(form)
    missing = [
        mention
        for mention in promised.values()
        if not any(_answers(row, mention) for row in rows) and not _part_of_sum(mention, promised.values(), sums)
    ]
    if len(missing) >= TASKS_LEAST or (missing and not met):
        return _numbers_fail(form, missing, met=met)
    alone = missing[:1] if missing and _left_out(missing[0], rows) else _passed_over(promised.values(), rows, sums)
    alone = alone or _without_a_row(form.context.skills.mentions(form.goal), rows, sums)
    if alone:
        return replace(_numbers_fail(form, alone, met=met), confidence=0.6)
    return _tasks_without_indicator(form, text)


def _left_out(mention: Mention, rows: Sequence[RowView]) -> bool:
    """True for a thing to be made or bought of which no name of an indicator holds two letters in a row."""
    made = list(MADE.finditer(mention.before))
    if not made:
        return False
    thing = letters(mention.before[made[-1].end() :]) or letters(mention.after)[:THING_LETTERS]
    told = [letters(row.name + row.target_text) for row in rows]
    pairs = [thing[place : place + 2] for place in range(len(thing) - 1)]
    return len(pairs) >= LEAST_OWN and not any(pair in name for pair in pairs for name in told)


def _passed_over(
    promised: Iterable[Mention], rows: Sequence[RowView], sums: frozenset[tuple[Decimal, str]]
) -> list[Mention]:
    """Numbers of a goal whose others stand in the targets as they are, while their own things stand nowhere."""
    mentions = list(promised)
    numbers = {target.low for row in rows if (target := quantity_target(row)) is not None}
    absent = [
        mention
        for mention in mentions
        if not {mention.quantity.low, mention.quantity.high} & numbers and not _part_of_sum(mention, mentions, sums)
    ]
    # a few lectures or classes beside the main work may go without a row
    kept = len(mentions) - len(absent)
    told = [letters(row.name + row.target_text) for row in rows]
    strange = [mention for mention in absent if not _a_few_turns(mention) and _strange(mention, told)]
    enough = kept >= len(strange) and kept >= 1 and len(mentions) >= TASKS_LEAST
    return strange if enough else []


def _a_few_turns(mention: Mention) -> bool:
    """True for lectures or classes so few that they may go without a row of their own."""
    return mention.quantity.unit in EVENT_UNITS and mention.quantity.low < MANY_TURNS


def _strange(mention: Mention, told: Sequence[str]) -> bool:
    head = _head(mention)
    return len(head) >= KIN_LETTERS and not any(head in name for name in told)


def _without_a_row(
    told: Sequence[Mention], rows: Sequence[RowView], sums: frozenset[tuple[Decimal, str]]
) -> list[Mention]:
    """Numbers of a goal that no row holds, where the rows that might are those of its other numbers."""
    numbers = {number for mention in told for number in (mention.quantity.low, mention.quantity.high)}
    targets = {row.place: quantity_target(row) for row in rows}
    taken = {target.low for target in targets.values() if target is not None} & numbers
    free = [row for row in rows if not _holds(targets[row.place], taken)]
    promised = [mention for mention in told if _is_promise(mention)]
    absent = [
        mention
        for mention in promised
        if not {mention.quantity.low, mention.quantity.high} & taken
        and RECIPIENTS.search(mention.before) is None
        and not any(_of_one_matter(row, mention) for row in free)
        and not _part_of_sum(mention, promised, sums)
    ]
    absent = [
        mention for mention in absent if not _a_few_turns(mention) and PROMISED.search(mention.before) is not None
    ]
    return absent if len(taken) >= max(TASKS_LEAST, len(absent)) else []


def _holds(target: Quantity | None, taken: frozenset[Decimal] | set[Decimal]) -> bool:
    """True for a target that is a number of the goal itself, or a price; what a rate is of has its row."""
    if target is None:
        return False
    return target.low in taken or unit_counts(target.unit) is Counted.MONEY


def _of_one_matter(row: RowView, mention: Mention) -> bool:
    words = _without_verbs(mention.before + mention.after)
    return shared_letters(_without_verbs(row.name), words) >= KIN_LETTERS


def _head(mention: Mention) -> str:
    """The last two letters of what a number counts: 监控 of 架设防火视频监控18处."""
    thing = letters(PROMISED.sub("", mention.before)) or letters(PROMISED.sub("", mention.after))[:THING_LETTERS]
    return thing[-KIN_LETTERS:] or letters(mention.before)[-KIN_LETTERS:]


def _sums_of_targets(form: FormView) -> frozenset[tuple[Decimal, str]]:
    """Every target with its unit, to be held against several numbers of the goal together."""
    targets = (quantity_target(row) for row in form.aside.rows)
    return frozenset((target.low, target.unit) for target in targets if target is not None)


def _part_of_sum(mention: Mention, others: Iterable[Mention], sums: frozenset[tuple[Decimal, str]]) -> bool:
    """True where the goal's numbers in one unit add up to a target in that unit."""
    unit = mention.quantity.unit
    alike = [other.quantity.low for other in others if other.quantity.unit == unit]
    return (sum(alike, Decimal(0)), unit) in sums


def _promise_text(form: FormView) -> str:
    """The goal, and on a target table the plan where it says something else."""
    goal = form.goal
    plan = TargetTableView(form).plan if form.kind is FormKind.TARGET else ""
    text = goal if letters(plan) in letters(goal) else f"{goal}。{plan}"
    return "。".join(sentence for sentence in SENTENCE_END.split(text) if OTHER_YEARS.search(sentence) is None)


def _is_promise(mention: Mention) -> bool:
    quantity = mention.quantity
    counted = unit_counts(quantity.unit)
    if (
        counted_unit(quantity.unit) in PLACES
        or SPECIFICATION.fullmatch(quantity.unit)
        or counted in (Counted.RATE, Counted.MONEY, Counted.TIME)
    ):
        return False
    if STRUCTURE.search(mention.after) or BACKGROUND.search(mention.before + mention.after):
        return False
    bound = quantity.comparator is not Comparator.NONE and not quantity.approximate
    return bound or PROMISED.search(mention.before + mention.after) is not None


def _answers(row: RowView, mention: Mention) -> bool:
    """True where a row counts what the goal promises: the same number, or a number under a name of the same subject."""
    target = quantity_target(row)
    if target is None or target.unit == PERCENT:
        return False
    same = target.low in (mention.quantity.low, mention.quantity.high)
    words = _without_verbs(mention.before + mention.after)
    kin = shared_letters(_without_verbs(row.name), words) >= KIN_LETTERS
    return (same and (kin or same_word(target.unit, mention.quantity.unit))) or kin


@lru_cache(maxsize=TEXTS_AT_HAND)
def _without_verbs(text: str) -> str:
    return PROMISED.sub("", text)


def _numbers_fail(form: FormView, missing: Sequence[Mention], *, met: int) -> Fail:
    listed = "、".join(quoted(_told(mention)) for mention in missing[:4])
    tail = f"等{len(missing)}处" if len(missing) > 4 else ""
    nothing_counted = not any(_counts_something(row) for row in form.aside.rows)
    severity = Severity.LOW if met or len(missing) < TASKS_LEAST else Severity.MEDIUM
    if nothing_counted and not met and len(missing) >= MANY_NUMBERS:
        severity = Severity.HIGH
    bare = "，全表没有一项计数的指标" if nothing_counted else ""
    return Fail(message=f"目标或计划写有{listed}{tail}，指标中没有对应{bare}。", severity=severity, confidence=0.9)


def _told(mention: Mention) -> str:
    quantity = mention.quantity
    number = plain(quantity.low) if quantity.low == quantity.high else f"{plain(quantity.low)}-{plain(quantity.high)}"
    sign = quantity.comparator.value if quantity.comparator is not Comparator.BETWEEN else ""
    cut = "…" if len(mention.before) > TOLD_BEFORE else ""
    return f"{cut}{mention.before[-TOLD_BEFORE:]}{sign}{number}{quantity.unit}{mention.after[:TOLD_AFTER]}"


def _counts_something(row: RowView) -> bool:
    target = quantity_target(row)
    return target is not None and target.unit != PERCENT and unit_counts(target.unit) is not Counted.TIME


def _tasks_without_indicator(form: FormView, text: str) -> Outcome:
    """Named deliverables of an enumerated goal, none of which any indicator mentions."""
    if len(ENUMERATED.findall(text)) < TASKS_LEAST:
        return PASS
    found = {match.group().strip("“”"): match["thing"] for match in DELIVERABLE.finditer(text)}
    things = set(found.values())
    told = "".join(row.name + row.target_text for row in form.aside.rows)
    if len(found) < TASKS_LEAST or any(thing in told for thing in things):
        return PASS
    listed = "、".join(QUOTES.sub("", phrase) for phrase in list(found)[:3])
    done = form.completion if form.kind is FormKind.SELF_EVALUATION else ""
    untold = bool(done) and not any(thing in done for thing in things)
    tail = "，完成情况也没有提及" if untold else ""
    severity = Severity.MEDIUM if untold else Severity.LOW
    return Fail(message=f"目标列有“{listed}”，没有一项指标与之对应{tail}。", severity=severity, confidence=0.8)


@form_rule(
    code="GOAL_TAUTOLOGICAL",
    title="目标即用途或项目名称",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "超过25字的目标不看；短目标里有提高、保障、完成等词即当作说了结果，套话看不出。"
        "项目名称本身就是一件具体成果的（如“新建三中图书馆”），会误报。"
    ),
)
def goal_tautological(form: FormView) -> Outcome:
    """年度目标只是项目名称或钱的用途，没有说要达到什么，整张表失去考核的依据。"""
    goal = form.goal
    said = letters(goal)
    if not said or len(said) > form.thresholds.goal_short:
        return PASS
    project = letters(form.project_name)
    own = EMPTY_GOAL.sub("", said)
    named = said in project or (len(own) >= LEAST_OWN and own in EMPTY_GOAL.sub("", project))
    named = named or (len(own) > LEAST_OWN and set(own) <= set(project) and not form.context.skills.mentions(goal))
    if project and named:
        return Fail(
            message=f"年度目标全文为{quoted(goal)}，只是项目名称{quoted(form.project_name)}，没有说要达到什么。"
        )
    if COSTS.search(said) or (PURPOSE.search(said) and not form.context.skills.mentions(goal)):
        return Fail(message=f"年度目标全文为{quoted(goal)}，只说了钱的用途，没有说要达到什么。")
    if ONLY_DONE.fullmatch(said) is not None:
        return Fail(message=f"年度目标全文为{quoted(goal)}，没有说要做什么、达到什么。", severity=Severity.LOW)
    if MATTER.search(said) and REACHES.search(said) is None and not form.context.skills.mentions(goal):
        return Fail(message=f"年度目标全文为{quoted(goal)}，只是一个事项，没有说要达到什么。", severity=Severity.LOW)
    return PASS
