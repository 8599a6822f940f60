"""重复、跨年 and what belongs where: the sections and the two years' money of one target table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from audit.basis import TARGET_METHOD, TARGET_REQUIREMENTS, together
from audit.compare import letters
from audit.phrases import percent, quoted, wan
from audit.prose import copied_share
from audit.rule import PASS, TARGET_ONLY, Fail, Outcome, form_rule
from audit.target_view import TargetTableView
from audit.view import FormView
from audit.words import BUDGET_MOVE, CLAUSE_MARKS
from domain.finding import Severity

REPEATED, ACROSS_YEARS, NARRATIVE = "重复", "跨年", "叙述"
# Document titles, numbers and laws: what a basis cites. A document number lost its brackets in many conversions.
CITED = re.compile(
    r"《|〈|<<|〔|\[\d{4}\]|[（(]\d{4}[)）]|\d+号|法第|条例|章程|规划|纲要|纪要|批复|决定|决议|公报|通知|指导意见|实施意见|实施方案|管理办法|讲话"
)
# What is left of 根据上级有关文件规定 names nothing.
SAYS_NOTHING = re.compile(
    r"根据|按照|依据|依照|遵照|有关|相关|上级|国家|省级?|市级?|区级?|县级?|政府|财政|主管|部门|文件|规定|要求|政策|精神|工作|需要|实际|法律|法规|制度"
    r"|办法|本|单位|项目|情况|职能|职责|等|及|和|与|的|无|年度|预算|批准|安排"
)
# What each section asks for.
ASKED = {"保证措施": "由谁负责、怎样组织和监督", "总目标": "要达到什么", "实施计划": "分几步做、何时做完"}
# Grounds told without a title: somebody's decision, a contract, a standard, a report that sets tasks.
GROUND = re.compile(
    r"会议|工作报告|任务书|责任书|合同|协议|批文|[函令]|公约|标准(?!化)|细则|规范|意见|方案|行动|工程规划|十[一二三四五]五|[三五]年|法$|法[》，。、]|[定办]法律|诉讼法|政府令|常委会|人大(?!代表)|示范(县|区|市)创建|目标考核|约定|判决|裁定"
)
# Who asked for it, and in no paper with a day or a number: 区委统一部署, 领导批示.
ONLY_ASKED = re.compile(r"部署|批示|指示|要求|精神|号召|党中央|国务院|[省市县区]委|党委")
# What a unit agreed with itself, on no day that is told.
OWN_MEETING = re.compile(
    r"(党组|党委|班子|办公|院务|校务|局务|馆务|站务|所务|中心|领导|行政|主任|局长|院长|校长)[^，。；]{0,4}会议?"
)
LEAST_BASIS = 6  # letters left that may name something
TITLES = re.compile(
    r"《[^《》]*(?:〈[^〈〉]*〉[^《》]*)*》|[（(〔\[][^（()）〔〕\]]*号?[)）〕\]]|第[一二三四五六七八九十]+条"
)
TITLES_SHARE = Decimal("0.85")  # a section of titles and hardly a word more is a list of documents
MEASURES = re.compile(
    r"负责|落实|监督|检查|人员|小组|领导|流程|程序|专人|配备|定期|严格|保证|保障|确保|制定|制度建设|规范|管理[^办规]|执行"
)
# Headings under which units tell how a project is secured.
SAFEGUARD_HEADINGS = re.compile(
    r"财务管理制度|项目管理制度|人员投入|组织保障|人员保障|资金保障|工作程序|监督机制(?=[：:情])"
)
HEADINGS_LEAST = 2
# How a project is looked after; none of these words is a ground for setting it up.
LOOKED_AFTER = re.compile(
    r"领导小组|工作小组|组织领导|专班|专人|专款专用|督查|督导|督促|监督|监管|监察|定期|考核|按合同|合同管理|付款|支付|审批|检查|台账|公示|组长|分管|责任人?|牵头|调度|纪律|验收|资金安全|专账|签到|流程|制度"
)
LOOKED_AFTER_LEAST = 3
DOCUMENT_NUMBERS = re.compile(r"[（(]?[^《》（()），,。；;、\s]{0,14}[〔\[(（]\d{4}[〕\])）]\d+号[）)]?")
# What is left of 根据《……》的规定设立本项目 without its titles.
SET_UP = re.compile(r"设立|立项|申报|特|如下|下列|以上|开展|实施|制定|编制|为依据")
GROUNDS_ONLY = 2  # letters that may be left
# Somebody's leave to set a project up, which secures nothing: 同意设立……项目并列入年度预算.
GIVEN_LEAVE = re.compile(
    r"(同意|批准|决定|批复|明确)[^，。；]{0,16}(设立|立项|实施|开展|建设|列入|安排)|列入[^，。；]{0,8}(预算|计划|规划)|(予以|准予|申请|同意)立项"
)
LAW_QUOTED = re.compile(
    r"(根据|依据|按照)?《[^《》]+》(（[^（）]*）)?第[一二三四五六七八九十百零]+条(第[一二三四五六七八九十]+款)?(明确)?规定"
)
# A need told is something lacking or wrong; steps by the month are a plan.
STEP_BY_DATE = re.compile(r"(?<!\d)(1[0-2]|[1-9])月|[一二三四]季度|[上中下]旬|第[一二三四]季度|[上下]半年|年[初中底末]")
NEEDED = re.compile(
    r"不足|缺|短板|薄弱|困难|问题|滞后|老化|落后|矛盾|压力|需要|(?<!采购)(?<!维修)(?<!编制)需求|急需|亟[需待]|必须|应当|为了|有利于|有助于|解决|满足|保障|隐患|超过|不能|无法|没有|未|仅|只有|较[高低差大少]|[高多]发|增加|增长|要求|重要|必要|意义"
)
WANTED = re.compile(
    r"十分必要|很有必要|非常必要|势在必行|必要性|迫在眉睫|迫切|亟[需待]|呼声|意义重大|由于[^。；]*(不便|不足|困难|分散|滞后|缺)"
)
STEPS_LEAST = 3
STEPS_SHARE = Decimal("0.6")  # of the clauses begin with a date
MONEY_CLAUSE = re.compile(r"\d[\d,.]*(万|亿|千)?元")
WORK_CLAUSE = re.compile(r"月|季|年底|年末|旬|日前|阶段|首先|然后|验收|招标|施工|支付|拨付|结算|发放")
OF_MONEY = re.compile(r"资金(来源|构成|筹措)|财政(资金|安排|拨款|承担)|预算安排|自筹|投资")
MONEY_CLAUSES = 3
CONTAINED = Decimal("0.90")
ONE_OFF = re.compile(r"一次性")
RECURRING_WORDS = re.compile(
    r"例行|常态化|自20\d\d年(起|以来|开始)[^，。；]{0,8}(连续|持续|开展|每|实行|实施)|连续(多年|开展)|每年(?!.{0,2}度目标)|历年|常年|逐年|延续|经常性|长期|连续\S{0,3}年"
)
# Why a budget moved, in whatever section it is told.
YEAR_MOVE = re.compile(
    r"(较|比|与)(上年|去年|往年)|新增(项目|任务|内容)|(任务|规模|范围|标准|人数|数量|内容)(量|有所)?(增加|扩大|提高|减少|缩小|压减|调整)|压减|压缩|过紧日子|一般性支出"
)


@form_rule(
    code="SECTION_TEXT_DUPLICATED",
    title="栏目同文",
    group=REPEATED,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=TARGET_ONLY,
    limits=(
        "不足6字的栏目不看；一成以上文字不同即不算同文，改头换面的重复看不出。申报系统自动带出的相同内容也会报出。"
    ),
)
def section_text_duplicated(form: FormView) -> Outcome:
    """概况、必要性、计划、目标各有所问，几栏写同一段文字，等于有的栏没有回答。"""
    groups = _same_texts(TargetTableView(form).sections, form=form)
    if not groups:
        return PASS
    told = "；".join(f"{'、'.join(names)}{len(names)}栏文字相同（{quoted(text[:24])}…）" for names, text in groups)
    many = max(len(names) for names, _ in groups) >= form.thresholds.same_text_sections
    return Fail(message=f"{told}。", severity=Severity.MEDIUM if many else Severity.LOW)


def _same_texts(sections: Mapping[str, str], *, form: FormView) -> list[tuple[list[str], str]]:
    """Names of sections that hold one text, with the text; in printed order."""
    groups: list[tuple[list[str], str]] = []
    for name, text in sections.items():
        if len(letters(text)) < form.thresholds.same_text_letters:
            continue
        group = next((names for names, first in groups if _same_text(text, first)), None)
        if group is None:
            groups.append(([name], text))
        else:
            group.append(name)
    return [(names, text) for names, text in groups if len(names) > 1]


def _same_text(one: str, other: str) -> bool:
    """True for equal letters, and for texts that differ in a tenth of them at most."""
    first, second = letters(one), letters(other)
    if first == second:
        return True
    near = min(len(first), len(second)) >= CONTAINED * max(len(first), len(second))
    return near and min(copied_share(one, source=other), copied_share(other, source=one)) >= CONTAINED


@form_rule(
    code="BASIS_NOT_CITED",
    title="立项依据空洞",
    group=NARRATIVE,
    severity=Severity.MEDIUM,
    basis=TARGET_REQUIREMENTS,
    kinds=TARGET_ONLY,
    limits=(
        "有书名号、文号、会议、规划、条例、合同、标准等字样即不报；另写了具体内容而没有这些字样的，按低报出；所引文件是否存在、是否相干不核实。"
        "只说上级部署、领导批示而没有日期、文号的，按低报出。"
    ),
)
def basis_not_cited(form: FormView) -> Outcome:
    """立项依据没有写出任何文件名称、文号或会议决定，无法核对项目该不该设、该做多少。"""
    basis = TargetTableView(form).basis
    if basis is None or CITED.search(basis):
        return PASS
    if len(SAYS_NOTHING.sub("", letters(basis))) >= LEAST_BASIS:
        return _no_ground(basis)
    said = f"为{quoted(basis)}，没有文件名称、文号或会议决定" if basis else "为空"
    return Fail(message=f"立项依据{said}。")


def _no_ground(basis: str) -> Outcome:
    """The finding on a basis in whole sentences that names nobody's decision; what it may be is not all known here."""
    dated = any(letter.isdigit() for letter in basis)
    asked = ONLY_ASKED.search(basis) is not None and dated
    if asked or GROUND.search(basis if dated else OWN_MEETING.sub("", basis)) is not None:
        return PASS
    message = f"立项依据为{quoted(basis[:60])}，没有文件名称、文号或会议决定。"
    return Fail(message=message, severity=Severity.LOW, confidence=0.7)


@form_rule(
    code="GOAL_MISMATCH_CONTENT",
    title="栏目内容错放",
    group=NARRATIVE,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=TARGET_ONLY,
    limits=(
        "只认几种：保证措施、总目标、实施计划几乎全是文件名称，保证措施写成立项依据，实施计划只有金额，立项依据写成保证措施，立项依据、必要性写成进度安排；其他答非所问看不出。"
        "以文件名称概括措施、另有实施细则的，也会报出。"
    ),
)
def goal_mismatch_content(form: FormView) -> Outcome:
    """保证措施、总目标、计划只列文件名称，计划只列金额，依据、措施、进度彼此错放，答非所问，该栏等于没有填。"""
    table = TargetTableView(form)
    basis = letters(table.basis or "")
    headings = tuple(dict.fromkeys(SAFEGUARD_HEADINGS.findall(table.basis or "")))
    if len(headings) >= HEADINGS_LEAST:
        return Fail(
            message=f"立项依据栏写的是{'、'.join(headings)}，属于保证措施，不是设立项目的依据。", confidence=0.8
        )
    found = set(LOOKED_AFTER.findall(table.basis or ""))
    if len(found) >= LOOKED_AFTER_LEAST and CITED.search(table.basis or "") is None:
        told = quoted((table.basis or "")[:40])
        return Fail(message=f"立项依据栏写的是保证措施（{told}…），不是设立项目的依据。", confidence=0.8)
    if _only_leave(table.safeguards):
        told = quoted(table.safeguards[:40])
        return Fail(message=f"保证措施栏写的是立项依据（{told}…），没有写{ASKED['保证措施']}。", confidence=0.8)
    if _only_need(table.plan):
        told = quoted(table.plan[:40])
        return Fail(message=f"实施计划栏写的是设立项目的理由（{told}…），没有写{ASKED['实施计划']}。", confidence=0.8)
    for name in ("项目必要性", "立项依据"):
        if _only_steps(text := table.sections.get(name, "")):
            return Fail(message=f"{name}栏写的是进度安排（{quoted(text[:40])}…），属于实施计划。", confidence=0.8)
    for name, text in (("保证措施", table.safeguards), ("总目标", form.goal), ("实施计划", table.plan)):
        # The same text under two headings is told as a duplicate.
        if letters(text) != basis and _grounds_only(text):
            return Fail(
                message=f"{name}栏只列了文件名称（{quoted(text[:40])}…），没有写{ASKED[name]}。", confidence=0.8
            )
    if _money_only(table.plan):
        told = quoted(table.plan[:40])
        return Fail(message=f"实施计划栏只列了金额（{told}…），没有写{ASKED['实施计划']}。", confidence=0.8)
    return PASS


def _grounds_only(text: str) -> bool:
    """True for titles of documents and hardly a word beside them, or 根据……设立本项目."""
    bare = TITLES.sub("", DOCUMENT_NUMBERS.sub("", text))
    if "《" not in text or MEASURES.search(bare) is not None:
        return False
    return _only_titles(text) or len(SAYS_NOTHING.sub("", SET_UP.sub("", letters(bare)))) <= GROUNDS_ONLY


def _only_leave(safeguards: str) -> bool:
    """True for documents cited and the leave they give, with no word of who looks after what."""
    leave = CITED.search(safeguards) is not None and GIVEN_LEAVE.search(safeguards) is not None
    bare = TITLES.sub("", DOCUMENT_NUMBERS.sub("", safeguards))
    if LAW_QUOTED.match(safeguards.strip()) is not None and LOOKED_AFTER.search(bare) is None:
        return True
    return leave and MEASURES.search(bare) is None and LOOKED_AFTER.search(bare) is None


def _only_need(plan: str) -> bool:
    """True for a plan that tells why a project is wanted, with no step, no date and nobody who does it."""
    wanted = WANTED.search(plan) is not None and not any(letter.isdigit() for letter in plan)
    return wanted and WORK_CLAUSE.search(plan) is None and STEP_BY_DATE.search(plan) is None


def _only_steps(text: str) -> bool:
    """True for a timetable: most clauses begin with a date, and none tells of a need or a ground."""
    clauses = [clause for clause in CLAUSE_MARKS.split(text) if letters(clause)]
    dated = [clause for clause in clauses if STEP_BY_DATE.match(clause.strip()) is not None]
    many = len(dated) >= STEPS_LEAST and len(dated) >= STEPS_SHARE * len(clauses)
    return many and CITED.search(text) is None and NEEDED.search(text) is None


def _money_only(plan: str) -> bool:
    """True for a plan whose clauses are sums of money, without a date or a step."""
    clauses = [clause for clause in CLAUSE_MARKS.split(plan) if letters(clause)]
    paid = [clause for clause in clauses if MONEY_CLAUSE.search(clause) is not None or OF_MONEY.search(clause)]
    sums = sum(1 for _ in MONEY_CLAUSE.finditer(plan))
    return sums >= MONEY_CLAUSES and len(paid) == len(clauses) and WORK_CLAUSE.search(plan) is None


def _only_titles(text: str) -> bool:
    whole = len(letters(text))
    titles = sum(len(letters(found)) for found in TITLES.findall(text))
    return whole > 0 and "《" in text and Decimal(titles) >= TITLES_SHARE * whole


@form_rule(
    code="PREV_YEAR_EXEC_EXACT_100",
    title="上年执行数与预算逐元相等",
    group=ACROSS_YEARS,
    severity=Severity.LOW,
    basis=TARGET_METHOD,
    kinds=TARGET_ONLY,
    limits=("只凭表上两个数，不核对账面；上年预算为0或未填的不看。全额拨付、按合同足额支付的项目，一元不差可能属实。"),
)
def prev_year_exec_exact_100(form: FormView) -> Outcome:
    """上年执行数与预算一元不差，可能是照预算填列；应与账面和决算核对。"""
    table = TargetTableView(form)
    budget, spent = table.last_budget, table.last_executed
    if budget is None or spent is None or budget.yuan <= 0 or budget.yuan != spent.yuan:
        return PASS
    return Fail(message=f"上年预算{wan(budget.yuan)}，执行数也是{wan(spent.yuan)}，一元不差，需与账面核对。")


@form_rule(
    code="ONE_OFF_BUT_RECURRING",
    title="一次性类别与经常性矛盾",
    group=ACROSS_YEARS,
    severity=Severity.LOW,
    basis=TARGET_METHOD,
    kinds=TARGET_ONLY,
    limits=(
        "没有项目类别栏、类别不带“一次性”的不看；只在概况和实施计划里找每年、历年、常年、长期、经常性等词。"
        "跨年度实施的一次性建设项目，上年也有预算，会报出。"
    ),
)
def one_off_but_recurring(form: FormView) -> Outcome:
    """项目类别填一次性，上年却有同名预算或自述每年开展，类别不实会避开经常性项目的审核。"""
    table = TargetTableView(form)
    if ONE_OFF.search(table.category) is None:
        return PASS
    last = table.last_budget
    if last is not None and last.yuan > 0:
        return Fail(message=f"项目类别为{quoted(table.category)}，上年已有预算{wan(last.yuan)}。")
    for name, text in table.sections.items():
        found = RECURRING_WORDS.search(text) if name in ("项目概况", "实施计划") else None
        if found is not None:
            around = text[max(0, found.start() - 8) : found.end() + 12]
            return Fail(message=f"项目类别为{quoted(table.category)}，{name}却写有{quoted(around)}。", confidence=0.6)
    return PASS


def _year_change(table: TargetTableView) -> tuple[Decimal, Decimal, Decimal] | None:
    """Last year's and this year's budget in yuan and the change as a share; None where either is not printed."""
    last, this = table.last_budget, table.this_year
    if last is None or this is None or last.yuan <= 0 or this.yuan <= 0:
        return None
    return last.yuan, this.yuan, this.yuan / last.yuan - 1


def _moved(last: Decimal, this: Decimal, change: Decimal) -> str:
    word = "增加" if change > 0 else "减少"
    return f"上年预算{wan(last)}，本年{wan(this)}，{word}{percent(abs(change))}（{wan(abs(this - last))}）"


@form_rule(
    code="BUDGET_JUMP_UNEXPLAINED",
    title="预算跳变无说明",
    group=ACROSS_YEARS,
    severity=Severity.MEDIUM,
    basis=together(TARGET_METHOD, TARGET_REQUIREMENTS),
    kinds=TARGET_ONLY,
    limits=(
        "没有上年预算的不看；任一栏出现较上年、任务增加、范围扩大、压减等字样即当作说明，不问是否成立。"
        "没有印当年预算的按项目总预算比较，跨年项目可能误报。"
    ),
)
def budget_jump_unexplained(form: FormView) -> Outcome:
    """本年预算比上年增减三成以上，各栏没有说明任务或标准有何变化，预算与目标是否相称要问。"""
    table = TargetTableView(form)
    change = _year_change(table)
    if change is None or abs(change[2]) < form.thresholds.year_jump:
        return PASS
    if not table.sections or any(
        YEAR_MOVE.search(text) or BUDGET_MOVE.search(text) for text in table.sections.values()
    ):
        return PASS
    return Fail(message=f"{_moved(*change)}，各栏没有说明原因。", yuan=abs(change[1] - change[0]))
