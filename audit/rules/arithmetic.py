"""算术: sums, rates and grades recomputed from the printed figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from audit.basis import FOOTNOTE_FUNDS, FOOTNOTE_RATE, FOOTNOTE_TOTAL, GRADES, WEIGHTS, together
from audit.fund_view import FundView
from audit.phrases import HUNDRED, addition, plain, rounded
from audit.rule import PASS, Fail, Outcome, form_rule
from audit.view import FormView
from domain.finding import Severity
from domain.value import Amount, Number

GROUP = "算术"
HALF = Decimal("0.5")
FULL_MARKS = Decimal(100)
# A line within the line above it, a grant that levels of government share, and sources that stand for themselves.
INNER_LINE = re.compile(r"其中")
GRANT = re.compile(r"财政(?:拨款|资金|补助|预算)|预算拨款")
LEVEL_FUNDS = re.compile(
    r"中央|省级?|自治区|市级|州级|县级?|区级|旗级|乡镇|本级|地方|上级|一般公共预算|政府性基金|国有资本"
)
OWN_SOURCES = re.compile(r"上年|结转|结余|其他|其它|自[有筹]|单位资金|事业|经营|社会|贷款|债")
# Marks the money block carries where a form prints them in a column that was not found (national 10, Hubei 20).
EXECUTION_MARKS = (Decimal(10), Decimal(20))
# Plain year total, and three components: this year's grant, carried over, other. Longer blocks nest.
STANDARD_COMPONENTS = 3
MOST_COMPONENTS = 10  # subsets are tried up to here; beyond, a block this long nests in ways nobody can guess
EXECUTION_ROW = re.compile(r"(预算|资金|经费)执行|执行率|支出进度")
GRADE_FLOORS = (("优", 90), ("良", 80), ("中", 60), ("差", 0))
# Grade words with the marks they stand for, [floor, ceiling).
GRADE_BANDS = {
    "优": (90, 101),
    "优秀": (90, 101),
    "良": (80, 90),
    "良好": (80, 90),
    "中": (60, 80),
    "中等": (60, 80),
    "差": (0, 60),
    "较差": (0, 60),
    "合格": (60, 101),
    "不合格": (0, 60),
}


@form_rule(
    code="SUM_TOTAL_MISMATCH",
    title="总分与分项合计不符",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(FOOTNOTE_TOTAL, WEIGHTS),
    limits=(
        "分值合计不含执行分值已满100、或执行率已列为一行指标的，总分加不加执行得分都算合得上；"
        "有一行没有印分值的表，也按两种算法从宽。"
        "识读漏了一行，或另有加减分、折算的表，会显得合不上，先数行数。"
    ),
)
def sum_total_mismatch(form: FormView) -> Outcome:
    """各项指标得分加预算执行得分应等于表中总分；总分是结论性数字，合不上说明计分或填报有误。"""
    total = form.total_score
    if total is None or not form.form.indicators:
        return PASS
    scores = [row.score for row in form.rows]
    printed = tuple(score for score in scores if score is not None)
    execution = form.execution_score
    terms = printed if execution is None else (*printed, execution.value)
    slack = max(form.thresholds.sum_tolerance, total.step * HALF)
    readings = (terms,) if _execution_due(form) else (terms, printed)
    if any(abs(sum(reading, Decimal(0)) - total.value) <= slack for reading in readings):
        return PASS
    blanks = len(scores) - len(printed)
    gap = abs(sum(terms, Decimal(0)) - total.value)
    message = f"{addition(terms)}，表中总分{plain(total.value)}，相差{plain(gap)}分"
    if blanks:
        note = f"{message}；另有{blanks}项得分栏为空，未计入。"
        return Fail(message=note, severity=Severity.MEDIUM, confidence=0.6)
    return Fail(message=f"{message}。")


def _execution_due(form: FormView) -> bool:
    """True where the weights make 100 only with the marks for execution, so that the total must hold them.

    Some forms carry the execution rate as an indicator row too, or score it apart from the hundred.
    """
    weights = [row.weight for row in form.rows]
    execution = form.execution_weight
    if execution is None or execution.value <= 0 or None in weights:
        return False
    own = sum((weight for weight in weights if weight is not None), Decimal(0))
    return own + execution.value == FULL_MARKS and not _execution_row(form)


def _execution_row(form: FormView) -> bool:
    return any(EXECUTION_ROW.search(row.level1 + row.level2 + row.name) for row in form.rows)


@form_rule(
    code="WEIGHT_SUM_NOT_100",
    title="分值合计不为100",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(FOOTNOTE_TOTAL, WEIGHTS),
    limits=(
        "有一行未印分值即不判断；未印执行分值的表，差10分或20分也当作合得上；指标已满100分、执行另计的，"
        "总分确实把执行得分加在里面才报。"
        "漏识一行，或满分本来不是100分的表，会误报。"
    ),
)
def weight_sum_not_100(form: FormView) -> Outcome:
    """各项指标分值加预算执行分值应为100；不为100则总分与等级线不可比。"""
    weights = [row.weight for row in form.rows]
    printed = tuple(weight for weight in weights if weight is not None)
    if not printed or len(printed) < len(weights):
        return PASS
    execution = form.execution_weight
    own = sum(printed, Decimal(0))
    if execution is None:
        readings = [own, *(own + marks for marks in EXECUTION_MARKS)]
    elif own == FULL_MARKS and _execution_in_total(form):
        readings = [own + execution.value]
    else:
        readings = [own, own + execution.value]
    # Weights may also be printed as shares of one.
    slack = form.thresholds.sum_tolerance
    if any(abs(reading - full) <= slack for reading in readings for full in (FULL_MARKS, Decimal(1))):
        return PASS
    terms = printed if execution is None else (*printed, execution.value)
    return Fail(message=f"分值{addition(terms)}，不等于100。")


def _execution_in_total(form: FormView) -> bool:
    """True where the total is the sum of the scores with that for execution, and not without it."""
    total, execution = form.total_score, form.execution_score
    scores = [row.score for row in form.rows]
    if total is None or execution is None or None in scores or _execution_row(form):
        return False
    own = sum((score for score in scores if score is not None), Decimal(0))
    slack = max(form.thresholds.sum_tolerance, total.step * HALF)
    return execution.value > slack and abs(own + execution.value - total.value) <= slack < abs(own - total.value)


@form_rule(
    code="EXEC_RATE_MISMATCH",
    title="执行率与执行数、全年预算数不符",
    group=GROUP,
    severity=Severity.HIGH,
    basis=FOOTNOTE_RATE,
    limits=(
        "只核对年度资金总额一行，各资金来源的执行率不核对；金额位数少的小项目误差区间宽，小差看不出。"
        "当地另按别的口径计算执行率的会报出，属口径不同而不是算错。"
    ),
)
def exec_rate_mismatch(form: FormView) -> Outcome:
    """执行率应等于全年执行数除以全年预算数；按印出位数的误差区间比较，末位舍入差不算不符。"""
    fund = form.total_fund
    rate, adjusted, executed = fund.rate, fund.adjusted, fund.executed
    if rate is None or executed is None or adjusted is None or adjusted.yuan <= 0:
        return PASS
    if _rate_fits(rate, executed, budget=adjusted):
        return PASS
    recomputed = rounded(executed.yuan / adjusted.yuan * HUNDRED)
    division = f"全年执行数{plain(executed.yuan)}元÷全年预算数{plain(adjusted.yuan)}元={recomputed}%"
    message = f"{division}，表中执行率{plain(rate.value)}%"
    initial = fund.initial
    if initial is not None and initial.yuan > 0 and _rate_fits(rate, executed, budget=initial):
        return Fail(message=f"{message}；与按年初预算数计算的结果一致。", severity=Severity.MEDIUM)
    return Fail(message=f"{message}。")


def _rate_fits(rate: Number, executed: Amount, *, budget: Amount) -> bool:
    """True when the printed rate lies within what the printed amounts allow, one printed digit to either side."""
    half_budget, half_executed = budget.step * HALF, executed.step * HALF
    if budget.yuan <= half_budget:
        return True
    lowest = (executed.yuan - half_executed) / (budget.yuan + half_budget) * HUNDRED
    highest = (executed.yuan + half_executed) / (budget.yuan - half_budget) * HUNDRED
    # A whole last digit rather than half of one: forms truncate as often as they round.
    readings = ((rate.value, rate.step), (rate.value * HUNDRED, rate.step * HUNDRED))
    return any(lowest - step <= value <= highest + step for value, step in readings)


@form_rule(
    code="EXEC_SCORE_MISMATCH",
    title="预算执行得分与执行率不符",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(WEIGHTS, FOOTNOTE_RATE),
    limits=(
        "表上没有执行分值或得分的不判断；得分与印出的执行率相符即不报（取整成满分的按低提示），执行率本身算错由另一条规则查。"
        "当地对执行得分另定分档办法的会报出，对照当地办法即可排除。"
    ),
)
def exec_score_mismatch(form: FormView) -> Outcome:
    """预算执行得分应等于执行率乘以执行分值（最高为满分）；不符则总分失实。"""
    fund = form.total_fund
    weight, score = fund.weight, fund.score
    if weight is None or score is None or weight.value <= 0:
        return PASS
    shares = tuple(_execution_shares(fund))
    slack = max(form.thresholds.sum_tolerance, score.step * HALF)
    if not shares:
        return PASS
    if any(abs(score.value - share * weight.value) <= slack for share in shares):
        return _rounded_to_full(form, shares, weight=weight.value, score=score.value)
    share = shares[0]
    message = (
        f"执行率{rounded(share * HUNDRED)}%×执行分值{plain(weight.value)}={rounded(share * weight.value)}，"
        f"表中得分{plain(score.value)}。"
    )
    banded = score.value == weight.value and share >= form.thresholds.rate_full_from
    return Fail(
        message=message,
        severity=Severity.MEDIUM if banded else None,
        points=abs(score.value - share * weight.value),
    )


def _rounded_to_full(form: FormView, shares: Sequence[Decimal], *, weight: Decimal, score: Decimal) -> Outcome:
    """Full marks that a whole number of marks allows only by rounding up: 97% × 10 printed as 10."""
    exact = [share * weight for share in shares]
    if score < weight or any(abs(score - each) <= form.thresholds.sum_tolerance for each in exact):
        return PASS
    message = (
        f"执行率{rounded(shares[0] * HUNDRED)}%×执行分值{plain(weight)}={rounded(exact[0])}，"
        f"表中得分{plain(score)}，是取整后的满分。"
    )
    return Fail(message=message, severity=Severity.LOW, points=score - exact[0])


def _execution_shares(fund: FundView) -> Iterator[Decimal]:
    """The share executed by the printed rate, then by the amounts; never above 1."""
    rate = fund.rate
    if rate is not None:
        yield min(rate.value / HUNDRED, Decimal(1))
    executed, adjusted = fund.executed, fund.adjusted
    if executed is not None and adjusted is not None and adjusted.yuan > 0:
        yield min(executed.yuan / adjusted.yuan, Decimal(1))


@form_rule(
    code="GRADE_TOTAL_MISMATCH",
    title="等级与总分不符",
    group=GROUP,
    severity=Severity.HIGH,
    basis=GRADES,
    limits=(
        "等级不是优、良、中、差、合格一类的词，或总分超过100的，不判断；总分本身不实也看不出。"
        "当地另定等级线（如95分以上为优）的会误报。"
    ),
)
def grade_total_mismatch(form: FormView) -> Outcome:
    """等级应与总分所在区间一致（优90、良80、中60）；等级是对外公开的结论。"""
    grade = form.grade.removesuffix("级").removesuffix("等")
    band = GRADE_BANDS.get(grade)
    if band is None:
        return PASS
    total = form.total_score
    if total is None or total.value > FULL_MARKS or band[0] <= total.value < band[1]:
        return PASS
    due = next(word for word, floor in GRADE_FLOORS if total.value >= floor)
    return Fail(message=f"总分{plain(total.value)}，按统一标准为“{due}”，表中等级为“{form.grade}”。")


Column = Callable[[FundView], Amount | None]
COLUMNS: tuple[tuple[str, Column], ...] = (
    ("年初预算数", lambda fund: fund.initial),
    ("全年预算数", lambda fund: fund.adjusted),
    ("全年执行数", lambda fund: fund.executed),
)


@form_rule(
    code="FUND_COMPONENT_MISMATCH",
    title="资金来源分项之和不等于总额",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=FOOTNOTE_FUNDS,
    limits=(
        "写明“其中”或列出中央、省级等分级资金的，以及分项四条以上的，按嵌套看待，任取几条能凑成总额即不报；分项有空格的按已填的相加。"
        "三条以内既不写“其中”、又不分级的嵌套（如财政拨款下只列基本支出），会误报。"
    ),
)
def fund_component_mismatch(form: FormView) -> Outcome:
    """年初、全年、执行三列中，各资金来源之和应等于年度资金总额；不等多为漏填，也可能是资金口径不清。"""
    components = form.component_funds
    if not components:
        return PASS
    clauses = [
        clause for title, column in COLUMNS if (clause := _column_gap(form.total_fund, components, title, column))
    ]
    return Fail(message=f"{'；'.join(clauses)}。", confidence=0.8) if clauses else PASS


def _column_gap(total: FundView, components: tuple[FundView, ...], title: str, column: Column) -> str:
    """The clause for one column that does not close, "" where it does or cannot be judged."""
    whole = column(total)
    filled = [(fund, part) for fund in components if (part := column(fund)) is not None]
    parts = [part for _, part in filled]
    if whole is None or not parts or len(parts) > MOST_COMPONENTS:
        return ""
    slack = (whole.step + sum((part.step for part in parts), Decimal(0))) * HALF
    inner = _inner_lines(components)
    readings = _every_sum(parts) if inner or len(parts) > STANDARD_COMPONENTS else iter((_added(parts),))
    if any(abs(reading - whole.yuan) <= slack for reading in readings):
        return ""
    outer = [part for fund, part in filled if fund not in inner] or parts
    terms = "+".join(plain(part.yuan) for part in outer)
    return f"{title}分项{terms}={plain(_added(outer))}元，总额{plain(whole.yuan)}元"


def _inner_lines(components: tuple[FundView, ...]) -> tuple[FundView, ...]:
    """The lines that only divide the one above them: from a 其中 that is not the first, or a level of government under
    财政拨款, down to the next source of its own.
    """
    inner: list[FundView] = []
    granted = nested = False
    for place, fund in enumerate(components):
        levelled = granted and LEVEL_FUNDS.search(fund.item) is not None
        own = OWN_SOURCES.search(fund.item) is not None
        nested = levelled or (place > 0 and INNER_LINE.search(fund.item) is not None) or (nested and not own)
        if nested:
            inner.append(fund)
        granted = granted or (not nested and GRANT.search(fund.item) is not None)
    return tuple(inner)


def _added(parts: Sequence[Amount]) -> Decimal:
    return sum((part.yuan for part in parts), Decimal(0))


def _every_sum(parts: Sequence[Amount]) -> Iterator[Decimal]:
    """The plain sum and any part of it: lines nest, and where the nesting ends the block does not say."""
    for size in range(len(parts), 0, -1):
        for chosen in combinations(parts, size):
            yield _added(chosen)


@form_rule(
    code="FUND_COMPONENT_BLANK",
    title="资金分项执行数空缺",
    group=GROUP,
    severity=Severity.LOW,
    basis=FOOTNOTE_FUNDS,
    limits=(
        "有一个资金来源填了执行数（0也算）即不报；总额未填执行数或为0的不判断。"
        "只有一个资金来源、习惯上不重复填写的表也会报出。"
    ),
)
def fund_component_blank(form: FormView) -> Outcome:
    """年度资金总额填了执行数而各资金来源全空，看不出用的是哪笔钱。"""
    components = form.component_funds
    executed = form.total_fund.executed
    if not components or executed is None or executed.yuan == 0:
        return PASS
    if any(fund.executed is not None for fund in components):
        return PASS
    names = "、".join(fund.item for fund in components if fund.item)
    return Fail(message=f"年度资金总额执行数{plain(executed.yuan)}元，各资金来源（{names}）执行数均为空。")
