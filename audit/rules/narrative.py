"""叙述: what the completion narrative says, held against the goal, the indicator rows and the money."""

from __future__ import annotations

import re
from decimal import Decimal

from audit.basis import EVALUATION_ART_4, FOOTNOTE_RATE, TRUTHFUL, together
from audit.compare import (
    PERCENT,
    attainment_if_plain,
    letters,
    quantity_actual,
    quantity_target,
    satisfaction_row,
)
from audit.pairing import told_by_likeness, told_by_name
from audit.phrases import HUNDRED, plain, quoted, rounded
from audit.prose import COPY_LETTERS, agrees, copied_share
from audit.rule import PASS, Fail, Outcome, form_rule, rows_and_form_rule
from audit.rules.omission import undone_part
from audit.rules.told_dates import day_conflict
from audit.rules.told_figures import goal_apart, turned_digits
from audit.rules.told_money import amount_conflict, denied_conflict, rate_conflict, unpaid_conflict
from audit.units import counted_unit
from audit.view import FormView, RowView
from audit.words import TIME_UNITS
from domain.finding import Severity
from domain.value import Comparator, DateLimit, Mention, Quantity

GROUP = "叙述"
ROWS_NAMED = 4
SENTENCE = re.compile(r"[。；;！!\n]+")
CLAUSE = re.compile(r"[。；;，,！!\n]+")
EXECUTION = re.compile(r"执行率")
# A whole name that says everything was done, and not what.
ALL_DONE_RATE = re.compile(
    r"^(本|项目|年度|全年|各项|总体|工作|任务|计划|目标|建设|实施|整体)*(计划|任务|工作|项目|目标)(总体)?完成率$"
)
# What turns a goal into a report and says nothing of its own: 已, 均已, 各项任务均已完成.
DONE_WORDS = re.compile(
    r"[，,；;。]?(全年|年度|各项|所有|全部|总体|预定|既定|本年)*(工作|目标|任务|指标|完成情况|项目)+(任务|目标|情况)*(均|全部|全面|已|都|按期|按时|如期|圆满|顺利|较好|总体)*(完成|实现|达成|落实|良好|较好|正常)了?"
    r"|其中|(均|都|全部)?已(经|按计划|按期|按时|如期|做到|于)?|已?按(计划|要求)|均(?=[每于])|了"
)
GOOD_SATISFACTION = re.compile(
    r"满意度?(结果|情况|水平|程度|评价|反馈)?[^，,。；;\d]{0,6}(较好|良好|很好|较高|很高|优秀|显著|非常满意|比较满意)"
)
OWN_YEAR = re.compile(r"(?P<year>20\d{2})年度?(全年)?(?:[，,]|(本项目|按计划|完成|共|我|开展|组织|项目|全))")
CLOSING_YEAR = re.compile(r"截[至止到](?P<year>20\d{2})年")
THIS_YEAR = re.compile(r"本年|今年|当年|全年|年内")
HEAD_LETTERS = 16  # the year a narrative reports on stands in its first words
# What a report of things done does not say of its own year; 按计划完成 and a bound named as the goal are no promise.
PROMISE = re.compile(
    r"不少于|不低于|不超过(?=\d)|力争|力求|将[于在](?=\d)|努力(实现|达到|完成|做到|争取)|(?<![对响供反感顺])应(完成(?!的)|达到(?!的)|不少|不低|(?![急用对收检保救届享补种缴付诉试聘邀征当])[^，。；]{0,6}(完成|完毕|达到)(?!的))|将(使|让|有效|有力|进一步提|得到)|旨在|以期|争取(?!到|了|得)|确保.{0,12}达到|确保[^，。；]{0,14}\d[^，。；]{0,6}(前(?!后)|以上|以下|以内|之内)|(确保|保证)[^，。；]{0,10}(不超过|不少于|不低于)|预计(?!的)|拟(于|在|开展|举办|完成|组织|建)|将(开展|举办|完成|组织|推进|达到|实现|建成|建设)|计划(于|在|开展|举办|完成(?!率|情况|的)|组织|建设|全年)|要(达到|完成|实现|确保|做到)"
)
NO_PROMISE = re.compile(
    r"目标|指标|要求|标准|规定|下一?步|下一?年|明年|今后|后续|未来|已(按|将)|原计划|按照?.{0,8}计划|超过计划|高于|结转|继续|进一步"
)
ASIDE = re.compile(r"[（(][^（()）]*[)）]")  # 乳腺癌筛查14610人（少于目标390人）
OWN_PART = 3  # of so many figures at least one must be the report's own
WORDS_COPIED = 40  # letters of general words, and their share of the report
WORDS_SHARE = Decimal("0.3")
SIGNED = re.compile(r"^[≥>＞≧]|^不[少低]于|(及以上|以上)$")


@form_rule(
    code="GOAL_COPIED_AS_COMPLETION",
    title="完成情况照抄目标",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(EVALUATION_ART_4, TRUTHFUL),
    limits=(
        "完成情况不足30字、照抄不足六成、自己的数字较多的不报；换了说法的照抄看不出。"
        "逐条对照目标作答的写法也可能报出；有自己的数字或数字与目标相同时只按低。"
    ),
)
def goal_copied_as_completion(form: FormView) -> Outcome:
    """完成情况大段照抄年度目标，没有自己的数字，说明不了实际做了什么。"""
    goal, done = form.goal, form.completion
    limits = form.thresholds
    if len(letters(done)) < limits.copied_letters or not goal:
        return PASS
    share = max(copied_share(text, source=goal) for text in (done, DONE_WORDS.sub("", done)))
    if share < limits.copied_share:
        return _words_copied(done, goal)
    told_in_goal = {mention.quantity.low for mention in form.context.skills.mentions(goal)}
    figures = [mention for mention in form.completion_mentions if EXECUTION.search(mention.before) is None]
    own = [mention for mention in figures if mention.quantity.low not in told_in_goal]
    if own and len(own) * OWN_PART >= len(figures) and len(figures) * limits.figure_letters >= len(letters(done)):
        return _words_copied(done, goal)
    message = f"实际完成情况有{rounded(share * HUNDRED, 0)}%的文字照抄年度目标，如{quoted(_copied_piece(done, goal))}"
    if own:
        return Fail(message=f"{message}；自己的数字只有{len(own)}处。", severity=Severity.LOW)
    if figures:
        return Fail(message=f"{message}；所写数字与目标完全相同。", severity=Severity.LOW)
    return Fail(message=f"{message}；除执行率外没有一个完成数字。")


def _words_copied(done: str, goal: str) -> Outcome:
    """The finding on a report whose figures are its own and whose general words stand in the goal letter by letter."""
    source = letters(goal)
    wordy = [clause for clause in CLAUSE.split(done) if not any(letter.isdigit() for letter in clause)]
    copied = [clause for clause in wordy if len(letters(clause)) >= COPY_LETTERS and letters(clause) in source]
    length = sum(len(letters(clause)) for clause in copied)
    if length < WORDS_COPIED or length < WORDS_SHARE * len(letters(done)):
        return PASS
    told = quoted("，".join(copied)[:40])
    message = f"实际完成情况除数字外照抄年度目标的{length}个字（{told}…），没有写这些事做得怎样。"
    return Fail(message=message, severity=Severity.LOW, confidence=0.7)


def _copied_piece(done: str, goal: str) -> str:
    """The longest sentence of the completion that stands in the goal as well, at most so long as messages quote."""
    source = letters(goal)
    copied = [clause for clause in CLAUSE.split(done) if clause and letters(clause) in source]
    return max(copied, key=len, default=done)[:40]


@form_rule(
    code="COMPLETION_USES_TARGET_WORDING",
    title="用目标措辞写完成",
    group=GROUP,
    severity=Severity.LOW,
    basis=TRUTHFUL,
    limits=(
        "同一句里有目标、要求、下一步、结转等字样的不看；没有数字的口气（推进、加强）不判断。"
        "统计上只能说下限的（如保守估计的受益人次写不少于3000），也会报出。"
    ),
)
def completion_uses_target_wording(form: FormView) -> Outcome:
    """完成情况或实际值写成不少于、力争、≥等目标口气，没有说明实际做到多少。"""
    places = [row.place for row in form.aside.rows if not row.rewritten and _only_a_bound(row)]
    signed = [form.row(place) for place in places]
    if signed:
        listed = "、".join(f"{row.label}实际填{quoted(row.actual_text)}" for row in signed[:ROWS_NAMED])
        tail = f"等{len(signed)}项" if len(signed) > ROWS_NAMED else ""
        return Fail(message=f"{listed}{tail}，写的是界限而不是实际数值。", row=signed[0].place)
    for sentence in SENTENCE.split(ASIDE.sub("", form.completion)):
        found = None if NO_PROMISE.search(sentence) else PROMISE.search(sentence)
        if found is not None and not _of_later_year(sentence, form.year):
            return Fail(message=f"实际完成情况写有{quoted(_around(sentence, found))}，“{found.group()}”是目标措辞。")
    return PASS


def _only_a_bound(row: RowView) -> bool:
    actual = quantity_actual(row)
    if actual is None or actual.approximate or actual.comparator not in (Comparator.GE, Comparator.GT):
        return False
    return actual.unit not in TIME_UNITS and SIGNED.search(row.actual_text) is not None


def _of_later_year(sentence: str, year: int | None) -> bool:
    return any(year is not None and int(found) > year for found in re.findall(r"20\d{2}", sentence))


def _around(sentence: str, found: re.Match[str]) -> str:
    """The clause a word stands in."""
    start = max(sentence.rfind(mark, 0, found.start()) for mark in "，,") + 1
    ends = [place for mark in "，," if (place := sentence.find(mark, found.end())) >= 0]
    return sentence[start : min(ends, default=len(sentence))].strip()


def _row_conflict(row: RowView) -> Outcome:
    """One indicator row against the narrative and against the other rows."""
    if row.rewritten:
        return PASS
    actual = quantity_actual(row)
    if actual is not None and actual.low == actual.high:
        told = _told_otherwise(row, actual) or turned_digits(row, actual) or goal_apart(row)
        return told if told is not None else _all_done_conflict(row, actual)
    reading = row.actual
    if reading is not None and isinstance(reading.value, DateLimit):
        return day_conflict(row, reading.value) or PASS
    return PASS


def _told_otherwise(row: RowView, actual: Quantity) -> Fail | None:
    """The narrative's number for this row where it is another one; None where any number told agrees."""
    for pair, least in ((told_by_name, Severity.MEDIUM), (told_by_likeness, Severity.LOW)):
        told = pair(row, actual)
        if told:
            agreed = any(agrees(mention.quantity, actual.low) for mention in told)
            return None if agreed else _conflict_fail(row, told[0], least=least)
    return None


def _conflict_fail(row: RowView, told: Mention, *, least: Severity) -> Fail:
    number = f"{plain(told.quantity.low)}{counted_unit(told.quantity.unit)}"
    target = quantity_target(row)
    reached = attainment_if_plain(row)
    # The cell meets the target and the narrative's own number does not.
    saves = (
        target is not None
        and reached is not None
        and reached.met
        and target.comparator in (Comparator.GE, Comparator.GT)
        and told.quantity.high < target.low
    )
    words = quoted(f"{told.before}{number}{told.after}")
    message = f"{row.label}实际填{row.actual_text}，完成情况写作{words}，相差不是舍入{row.marks}。"
    sure = least is Severity.MEDIUM
    return Fail(message=message, severity=Severity.HIGH if saves and sure else least, confidence=1.0 if sure else 0.7)


def _all_done_conflict(row: RowView, actual: Quantity) -> Outcome:
    """A rate of all that was planned, full, beside rows of the same form that were not done."""
    if ALL_DONE_RATE.search(letters(row.name)) is None or actual.unit != PERCENT or actual.low < HUNDRED:
        return PASS
    others = [other for other in row.form.aside.rows if other.place != row.place]
    undone = [item for other in others if (item := undone_part(other)) is not None]
    nothing = [item for item in undone if item.share == 0]
    if not nothing and len(undone) < row.thresholds.undone_rows:
        return PASS
    shown = [row.form.row(item.row.place) for item in (nothing or undone)[:ROWS_NAMED]]
    listed = "、".join(f"{other.label}{other.actual_text}" for other in shown)
    return Fail(
        message=f"{row.label}实际填{row.actual_text}{row.marks}，同表却有{len(undone)}项没有完成：{listed}。",
        severity=Severity.HIGH if nothing else Severity.MEDIUM,
    )


@rows_and_form_rule(
    _row_conflict,
    code="NARRATIVE_CELL_CONFLICT",
    title="叙述与表格矛盾",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(TRUTHFUL, FOOTNOTE_RATE),
    limits=(
        "叙述里的数字须紧跟与指标名称相同的主语（四字以上），换了叫法的看不出；约数、舍入差、上年数、分项数不比；日期只比叙述中唯一说到这件事的那一天；"
        "执行率、金额、未付款、年度、满意度几项矛盾只报先查到的一项。"
        "叙述说的是其中一部分而没有写“其中”的，可能误报。"
    ),
)
def narrative_cell_conflict(form: FormView) -> Outcome:
    """完成情况叙述的数字、年度、执行率与表格同一事项不一致，或计划完成率填满而同表有项目未做，必有一处不实。"""
    done = form.completion
    if not done:
        return PASS
    checks = (rate_conflict, amount_conflict, denied_conflict, unpaid_conflict, _year_conflict, _good_without_figure)
    conflicts = (check(form, done) for check in checks)
    return next((conflict for conflict in conflicts if isinstance(conflict, Fail)), PASS)


def _year_conflict(form: FormView, done: str) -> Outcome:
    """The narrative speaks of another year than the form: last year's text left standing."""
    year = form.year
    if year is None or str(year) in done or THIS_YEAR.search(done):
        return PASS
    found = OWN_YEAR.search(done[:HEAD_LETTERS]) or CLOSING_YEAR.search(done)
    if found is None or int(found["year"]) == year:
        return PASS
    message = f"本表为{year}年度，完成情况写的却是{quoted(found.group())}，通篇没有出现{year}年。"
    return Fail(message=message, severity=Severity.MEDIUM, confidence=0.8)


def _good_without_figure(form: FormView, done: str) -> Outcome:
    """Satisfaction praised in words, while the row that asks for a percentage holds none."""
    found = GOOD_SATISFACTION.search(done)
    if found is None:
        return PASS
    bare = [row.place for row in form.aside.rows if _without_figure(row)]
    if not bare:
        return PASS
    row = form.row(bare[0])
    message = f"完成情况称{quoted(found.group())}，而{row.label}实际填{quoted(row.actual_text)}，没有满意度数值。"
    return Fail(message=message, severity=Severity.LOW)


def _without_figure(row: RowView) -> bool:
    """True for a satisfaction that was to be a percentage and was answered in words."""
    asked = satisfaction_row(row) and quantity_target(row) is not None
    return asked and bool(row.actual_text) and quantity_actual(row) is None
