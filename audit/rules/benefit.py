"""类别: whether benefit rows speak of what the project brought about."""

from __future__ import annotations

import re

from audit.basis import INDICATOR_GUIDE, TARGET_REQUIREMENTS, together
from audit.category_words import (
    ABOUT_READING,
    ACTIVITY_COUNT,
    ACTIVITY_STEM,
    COMPLETION_RATE,
    ECOLOGY,
    ECOLOGY_SLOGAN,
    EVENT_TURNS,
    ISSUE_UNITS,
    MAYBE_NATURE,
    NO_NATURE,
    NOT_NATURE,
    OFFICE_ENDING,
    OUTCOME,
    PAPER_ISSUED,
    PAPER_TAKEN_UP,
    PEOPLE_UNITS,
    PLAINLY_NOT_ECOLOGY,
    PROCEDURAL,
    PROCESS_BENEFIT,
    RULES_COUNTED,
    WIDE_FIGURE,
    WIDE_PLACE,
    WIDE_RESULT,
    WORK_COUNTED,
    WORK_STRETCH,
    WORKS_ON_NATURE,
    WRITTEN_RULES,
)
from audit.compare import PERCENT, quantity_target, shared_letters
from audit.phrases import quoted, wan
from audit.rule import BOTH_KINDS, PASS, Fail, Outcome, row_rule
from audit.rules.category import GROUP, bare_name
from audit.slots import BENEFITS, Slot, row_slot
from audit.stakes import project_budget
from audit.view import FormView, RowView
from domain.finding import Severity
from domain.form import SelfEvaluation
from domain.value import Wording

# In a longer target a wide result is one of many words, not what is claimed.
SENTENCE_LETTERS = 30
# Levels of government, the lowest found in a unit's name first: 望山市青河区 is a district.
STAFF = re.compile(r"续聘|留任|留用|聘用|在岗率|流失率|持证|薪酬|工资|社保")
FEW_RULES = 5
UNIT_LEVELS = (
    (0, re.compile(r"[乡镇]|街道|社区|村")),
    (1, re.compile(r"[县区旗](?!域)")),
    (2, re.compile(r"[市州盟]")),
    (3, re.compile(r"省|自治区")),
)
PLACE_LEVELS = ((4, re.compile(r"国")), (3, re.compile(r"省")), (2, re.compile(r"[市州盟]")), (1, re.compile(r"")))
ANY_FIGURE = re.compile(r"(率|总量|总额|总数|人数|水平|指数|增速|增幅|降幅|幅度|占比|比例|规模)$")
# How the unit stands among others, and who came from how far, is its own.
OWN_STANDING = re.compile(
    r"排名|名次|位次|首|示范|先进|推广|入选|获|称号|试点|覆盖|参加|参赛|参训|参会|来自|联网|接入|发行|知晓|评比|考核"
)
# Units that only papers and programmes come in, and people and cars sent out to do the work.
PAPER_UNITS = frozenset({"篇", "期", "期次", "稿", "版", "讲"})
SENT_OUT = re.compile(r"^(派出|选派|出动|投入|抽调|组织)[^，、]{2,12}(人次|人数|台次|车次|台班|辆次|人员|力量)$")
AGGREGATE = re.compile(r"收入|产值|总额|总值|增加值|投资")
PROMOTES = re.compile(r"推广|推介|宣传|营销|招商|促进|发展|奖补|奖励|扶持|振兴|产业|节|展销|消费|引客|贷款|贴息|收入")
KIN_LETTERS = 2  # letters a figure and a project's name share where both speak of one matter


@row_rule(
    code="ECOLOGY_MISUSE",
    title="生态效益误用",
    group=GROUP,
    severity=Severity.LOW,
    basis=together(TARGET_REQUIREMENTS, INDICATOR_GUIDE),
    kinds=BOTH_KINDS,
    limits=(
        "名称或目标里有环境、绿、水、能、废等字即当作与生态有关，借字面凑数的看不出；口号须项目名称、"
        "目标和完成情况都不提生态才报。"
        "生态词汇没有收全的行业可能误报，经费、培训、制度、服务等明显无关的之外，名称里没有一个与山水林田、动植物、能耗、污染沾边的字才报。"
    ),
)
def ecology_misuse(row: RowView) -> Outcome:
    """生态效益栏填与生态环境无关的内容，或项目本身与生态无关而写一句保护环境的口号，都是为填满栏目而设。"""
    if row_slot(row) is not Slot.ECOLOGY:
        return PASS
    name, target = row.name, row.target_text
    if OFFICE_ENDING.search(bare_name(row)) is not None or STAFF.search(name) or not _of_nature(name + target):
        return _no_ecology(row, name)
    reading = row.target
    if reading is None or not isinstance(reading.value, Wording) or ECOLOGY_SLOGAN.search(name + target) is None:
        return PASS
    if WORKS_ON_NATURE.search(row.form.form.project_name.text) is not None or _of_nature(row.form.about):
        return PASS
    message = f"{row.label}（目标{quoted(target)}）列为生态效益，而项目名称、目标和完成情况都没有与生态环境有关的内容。"
    return Fail(message=message, confidence=0.6)


def _of_nature(text: str) -> bool:
    return ECOLOGY.search(NOT_NATURE.sub("", text)) is not None


def _no_ecology(row: RowView, name: str) -> Outcome:
    """The finding on another matter: sure where it is known, a question where only no word of nature is found."""
    words = (PLAINLY_NOT_ECOLOGY, NOT_NATURE)
    plain = (
        OFFICE_ENDING.search(bare_name(row)) is not None
        or STAFF.search(name) is not None
        or any(word.search(name) is not None for word in words)
    )
    facts = f"{row.label}列在生态效益指标下，目标{quoted(row.target_text)}"
    if plain:
        return Fail(message=f"{facts}，内容与生态环境无关{row.marks}。")
    if MAYBE_NATURE.search(NO_NATURE.sub("", name + row.target_text)) is not None:
        return PASS
    return Fail(message=f"{facts}，看不出与生态环境有什么关系{row.marks}。", confidence=0.6)


@row_rule(
    code="OUTPUT_AS_BENEFIT",
    title="以产出或过程充效益",
    group=GROUP,
    severity=Severity.LOW,
    basis=together(TARGET_REQUIREMENTS, INDICATOR_GUIDE),
    kinds=BOTH_KINDS,
    limits=(
        "名称带受益、带动、事故、获奖、阅读、覆盖等结果词的不报，冠上这些词的产出看不出。"
        "服务本身就是效益的项目（如群众文化活动场次），也会报出。"
    ),
)
def output_as_benefit(row: RowView) -> Outcome:
    """效益栏填篇数、场次、完成率、制度修订或形式多样，说的是做了什么，没有说带来什么变化。"""
    slot = row_slot(row)
    if slot not in BENEFITS:
        return PASS
    fault = _activity(row, slot) or _process(row, slot)
    if not fault:
        return PASS
    return Fail(message=f"{row.label}列在{slot}指标下，目标{quoted(row.target_text)}，{fault}{row.marks}。")


def _activity(row: RowView, slot: Slot) -> str:
    """What is wrong with a benefit that counts activities or papers; "" where it does not."""
    name, target = bare_name(row), quantity_target(row)
    if target is None or target.unit == PERCENT:
        return ""
    # 古籍保护宣传文章篇数: what the paper is about is no outcome, what became of it (获奖, 采纳) is
    if PAPER_ISSUED.search(name) is not None and (target.unit in ISSUE_UNITS or target.unit == "本"):
        taken_up = PAPER_TAKEN_UP.search(ABOUT_READING.sub("", name)) is not None
        return "" if taken_up else "计的是活动或稿件的数量，属于产出"
    if EVENT_TURNS.search(name) is not None and target.unit not in PEOPLE_UNITS:
        return "计的是活动或稿件的数量，属于产出"
    if OUTCOME.search(name) is not None:
        return ""
    papers = target.unit in ISSUE_UNITS and ACTIVITY_STEM.search(name) is not None
    papers = papers or target.unit in PAPER_UNITS or SENT_OUT.search(name) is not None
    # people who come to something are counted as its effect by many
    events = target.unit not in PEOPLE_UNITS and ACTIVITY_COUNT.search(name) is not None
    if papers or events:
        return "计的是活动或稿件的数量，属于产出"
    # what grows on restored land is measured in areas; what was built is built
    stretch = slot is not Slot.ECOLOGY and WORK_STRETCH.search(name) is not None
    if stretch or (target.unit not in PEOPLE_UNITS and WORK_COUNTED.search(name) is not None):
        return "计的是完成的工作量，属于产出"
    return ""


def _process(row: RowView, slot: Slot) -> str:
    """What is wrong with a benefit that tells how the work was done; "" where it does not."""
    name = bare_name(row)
    paper = slot in (Slot.ECONOMIC, Slot.SOCIAL, Slot.BENEFIT)
    if (paper or slot is Slot.SUSTAINABLE) and (RULES_COUNTED.search(name) is not None or _rules_in_number(row, name)):
        return "说的是工作过程，没有说带来的变化"
    if OUTCOME.search(name) is not None:
        return ""
    if slot is not Slot.ECOLOGY and COMPLETION_RATE.search(name) is not None:
        return "是工作的完成情况，属于产出"
    # Rules that last are what 可持续影响 is usually measured by; as social benefit they are paper.
    written = WRITTEN_RULES.search(name) is not None and paper
    return "说的是工作过程，没有说带来的变化" if written or PROCESS_BENEFIT.search(name) is not None else ""


def _rules_in_number(row: RowView, name: str) -> bool:
    """True for so many rules revised (修订管理制度 ≥10项): one that is set up may last, ten are work done."""
    target = quantity_target(row)
    return (
        target is not None
        and target.low > FEW_RULES
        and target.unit != PERCENT
        and WRITTEN_RULES.match(name) is not None
    )


@row_rule(
    code="BENEFIT_BEYOND_PROJECT",
    title="效益与项目体量不配",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "只认居民素质、生产总值、城市竞争力、国际领先等一批词，且预算不足1000万元；带数字的目标，"
        "只看冠以全市、全县等的统计数（生产总值、预期寿命、案件、旅游收入），与项目名称相通的不报。"
        "花钱不多而确有全域作用的项目（如标准制定、科研），会误报。"
    ),
)
def benefit_beyond_project(row: RowView) -> Outcome:
    """全市、全国层面的结果不是一个小项目能带来的，做没做都一样，无法考核到项目。"""
    if row_slot(row) not in BENEFITS:
        return PASS
    claim = _wide_claim(row)
    budget = project_budget(row.form)
    if claim is None or budget is None or budget >= row.thresholds.wide_result_budget:
        return PASS
    message = (
        f"{row.label}目标{quoted(row.target_text)}，以“{claim.group()}”为效益；项目预算{wan(budget)}，"
        f"这样的结果不由本项目决定。"
    )
    return Fail(message=message, confidence=0.8)


def _wide_claim(row: RowView) -> re.Match[str] | None:
    """The words of a result no single project brings about: in words, or a figure told of a whole place."""
    reading = row.target
    if reading is None:
        return None
    if isinstance(reading.value, Wording):
        text = row.name if len(row.target_text) > SENTENCE_LETTERS else row.name + row.target_text
        if (wide := WIDE_RESULT.search(text)) is not None:
            return wide
    figure = WIDE_FIGURE.search(row.name)
    place = WIDE_PLACE.search(row.name)
    if place is None:
        return None
    if figure is None:
        # whatever it is, a county does not bring it about in a province
        told = ANY_FIGURE.search(row.name) is not None and OWN_STANDING.search(row.name) is None
        return place if told and _above(place.group(), row.form) else None
    # 全市旅游收入 may well be what a city's project of tourism is for, not a county's
    project = row.form.form.project_name.text
    own = shared_letters(figure.group(), project) >= KIN_LETTERS
    # forty toilets do not make the income of a county; what sets out to promote its trade may
    own = own and (AGGREGATE.search(figure.group()) is None or PROMOTES.search(project) is not None)
    return None if own and not _above(place.group(), row.form) else figure


def _above(place: str, form: FormView) -> bool:
    """True where a place (全省) is wider than what the unit's own name says it looks after; an unknown unit is not."""
    unit = _owner(form)
    level = next((level for level, words in UNIT_LEVELS if words.search(unit)), None)
    return level is not None and next(level for level, words in PLACE_LEVELS if words.search(place)) > level


def _owner(form: FormView) -> str:
    """The names of the units a form speaks for, as printed."""
    printed = form.form
    if isinstance(printed, SelfEvaluation):
        return printed.supervising_department.text + printed.implementing_unit.text
    return printed.declaring_unit.text


@row_rule(
    code="IMPACT_MISUSED",
    title="影响力目标误用",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "只看影响力、可持续影响下的公开率、公示率、到岗、到位、档案等名称，其他程序性内容看不出。"
        "以信息公开为主业的项目（如政府网站运维），会误报。"
    ),
)
def impact_misused(row: RowView) -> Outcome:
    """信息公开率、到岗率、到位率是办事程序，做了就满足；拿来作影响力或可持续影响，长远效果没有考核。"""
    slot = row_slot(row)
    lasting = slot in (Slot.IMPACT, Slot.SUSTAINABLE) or "影响力" in row.level1
    if not lasting or PROCEDURAL.search(row.name) is None:
        return PASS
    return Fail(message=f"{row.label}（目标{quoted(row.target_text)}）是程序性内容，却列在{slot}指标下{row.marks}。")
