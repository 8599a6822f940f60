"""叙述: the day a narrative tells of a piece of work, held against the day in its row."""

from __future__ import annotations

import re
from decimal import Decimal

from audit.compare import days_late, letters
from audit.phrases import quoted
from audit.prose import LEAST_SUBJECT, OTHER_NUMBER, pairs_told
from audit.rule import Fail
from audit.view import RowView
from domain.finding import Severity
from domain.value import DateLimit

# A day, and no bound or span of days: 9月底前, 9月1日起, 9月1日至5日 tell of none.
DAY = re.compile(
    r"(?:(?P<year>20\d{2})年)?(?P<month>1[0-2]|0?[1-9])月(?P<day>[12]\d|3[01]|0?[1-9])[日号](?!之?前|以前|起|开始|[至到~—-]|后)"
)
CLAUSE = re.compile(r"[，,；;。！!\n]+")
ASKS_WHEN = re.compile(r"(的)?(时间|日期|时限|时点|期限|时效)$")
# Parts and steps of a piece of work have days of their own.
OF_A_PART = re.compile(
    r"首|第[一二三四1-4]|先行|部分|开工|启动|开始|陆续|分批|试运行|初验|其余|剩余|另|招标|招投标|采购|签订|签约|设计|勘察|评审|备案|立项|审批|批复|交底|动员"
)
# The last deed of a piece of work, by which a clause that begins with its day may name it: 12月20日完工.
FINISHED = re.compile(
    r"(完工|竣工|投用|投入使用|上线|入库|移交|提交|交付|发布|公布|建成|拨付|发放|安装完[成毕]|完成|结束|收尾|结业|完毕|结项)$"
)
DEED = re.compile(r"完成|完工|竣工|结束|建成|投用|上线|验收")
# 6月14日完工 and nothing more: of the whole work, where the form asks for one day only.
WHOLE_WORK = re.compile(
    r"(前|已|于|全部|全面|顺利|如期|整体|按期)*(完工|竣工|完成|结束|收官|收尾|投用|投运|投入使用|投入运行|移交|上线|结业|通车|交付|建成|启用)(任务|工作|建设|项目|工程|全部任务|了)?"
)
NAME_TOLD = Decimal("0.75")


def day_conflict(row: RowView, actual: DateLimit) -> Fail | None:
    """The finding where the one day told of this work is another one; None where the row's own day stands anywhere."""
    if actual.month is None or actual.day is None or actual.by:
        return None
    about = ASKS_WHEN.sub("", letters(row.name))
    done = row.form.completion
    days = [_month_and_day(found) for found in DAY.finditer(done)]
    if len(about) < LEAST_SUBJECT or not days or (actual.month, actual.day) in days:
        return None
    told = [clause for clause in CLAUSE.split(done) if _tells(clause, about, row=row)]
    if len(told) != 1 or any(_tells(told[0], other, row=row) for other in _others(row)):
        return None
    message = f"{row.label}实际填{row.actual_text}，完成情况写作{quoted(told[0].strip())}，日期不一致{row.marks}。"
    return Fail(message=message, severity=_severity(row, told[0], actual=actual), confidence=0.8)


def _month_and_day(found: re.Match[str]) -> tuple[int, int]:
    return int(found["month"]), int(found["day"])


def _tells(clause: str, about: str, *, row: RowView) -> bool:
    """True for a clause with one day, of this year, that names the work."""
    days = list(DAY.finditer(clause))
    if len(days) != 1 or OTHER_NUMBER.search(clause) or OF_A_PART.search(clause):
        return False
    year = days[0]["year"]
    if year is not None and row.form.year is not None and int(year) != row.form.year:
        return False
    told = DAY.sub("", clause)
    if pairs_told(about, told) >= NAME_TOLD:
        return True
    work = FINISHED.sub("", about)  # 作业点改造 of 作业点改造完工, told as 完成作业点改造
    if len(work) >= LEAST_SUBJECT and pairs_told(work, told) >= NAME_TOLD and DEED.search(told) is not None:
        return True
    return _finished_alone(about, told, row=row)


def _finished_alone(about: str, told: str, *, row: RowView) -> bool:
    """True where the clause has the row's own last deed (完工, 投用) and no other row of the form asks for a day."""
    deed = FINISHED.search(about)
    if deed is None or _others(row):
        return False
    return told.startswith(deed.group()) or WHOLE_WORK.fullmatch(letters(told)) is not None


def _others(row: RowView) -> list[str]:
    """What the other rows that ask for a day are about."""
    names = [letters(other.level3.text) for other in row.form.form.indicators]
    return [
        ASKS_WHEN.sub("", name) for place, name in enumerate(names) if place != row.place and ASKS_WHEN.search(name)
    ]


def _severity(row: RowView, clause: str, *, actual: DateLimit) -> Severity:
    """Medium where the row kept its limit and the day told did not; low for two days that both did."""
    target = row.target
    found = DAY.search(clause)
    if target is None or not isinstance(target.value, DateLimit) or found is None or days_late(row) is not None:
        return Severity.LOW
    limit = target.value
    if limit.month is None or (limit.year or 0) > (actual.year or limit.year or 0):
        return Severity.LOW
    late = _month_and_day(found) > (limit.month, limit.day or 31)
    return Severity.MEDIUM if late else Severity.LOW
