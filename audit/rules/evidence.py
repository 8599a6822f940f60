"""证据: whether actual values are values, and whether anything stands behind them."""

from __future__ import annotations

import re
from decimal import Decimal

from audit.basis import (
    EVALUATION_METHOD,
    FOOTNOTE_QUANTITY,
    SURVEY,
    TARGET_REQUIREMENTS,
    TRUTHFUL,
    together,
)
from audit.compare import PERCENT, attainment_if_plain, letters, quantity_actual, quantity_target, satisfaction_row
from audit.phrases import HUNDRED, percent, plain, quoted
from audit.rule import PASS, Fail, Outcome, form_rule, row_rule
from audit.rules.bands import band_of
from audit.rules.support import (
    EVIDENCE_LABELS,
    KEPT_NOTHING_LABEL,
    NO_SURVEY_LABELS,
    delivered_in_words,
    names_method,
    none_in_words,
    number_answered_with_words,
    regular_in_words,
    unsupported,
)
from audit.view import FormView, RowView
from audit.words import GROWTH, PROCESS_WORDS, STILL_OPEN, TIME_UNITS
from domain.finding import Severity
from domain.value import Comparator, Quantity

GROUP = "证据"
# A growth target above this is no longer plainly a growth rate (it may be a completion rate in disguise).
MOST_GROWTH = Decimal(60)
FULL = Decimal(100)
RATE_TOLD = re.compile(r"(完成|达成|达标|任务|计划)(率|比例|进度)")
LEAST_RATE = Decimal(50)  # a smaller share in the place of a count may be anything
# Measure words no other rule holds against a percentage.
GENERAL_UNITS = frozenset({"个", "项", "件", "次", "批", "期", "部", "条", "处", "座", "套", "台", "辆", "株", "所"})
# A cell struck out by hand or by habit; 无 and 0 are answers.
STROKES = re.compile(r"[/／\\＼|｜—–\-_＿~～…·.。\s]*")
# The unit's own word that a figure was not counted.
GUESSED = re.compile(
    r"(经验|印象|大致|粗略|初步)(推算|估算|判断|估计|测算)[^，。；]{0,4}|[^，。；]{0,6}(凭证|佐证|资料|材料|记录|台账|手续|单据)[^，。；]{0,6}(补办|补充|补齐|补录|补正|补签|待补|缺失|短缺|不全|不齐)[^，。；]{0,4}|(凭|靠|按|根据|依照?)[^，。；]{0,10}(印象|经验|感觉|感受|回忆|记忆|主观判断|惯例|估摸)[^，。；]{0,6}|[^，。；]{0,6}(目测|推定|揣测|推测)[^，。；]{0,6}"
    r"|(以|用|按)[^，。；]{0,6}(计划|目标|预计|预期|预算)[数值指标]{0,2}(代替|替代|填报|填列|填写|列入)[^，。；]{0,4}|(未能?|没有|无法|不能)(作|做|留下?|取得|掌握)(过|到)?[^，。；]{0,6}(记录|登记|数据)(?=[，。；]|$)"
    r"|(按|参照|沿用|参考)(往年|上年|历年|去年|以前年度)[^，。；]{0,8}(推|填|估|列|测算)[^，。；]{0,4}"
    r"|(暂?无|缺乏|缺少|没有|未能?(建立|形成|设置|设立|提供))[^，。；不]{0,10}(支撑|依据|佐证|凭据|凭证|台账|量表|底册|原始(数据|资料|记录)|监测手段|统计资料)[^，。；]{0,6}"
    r"|(为|系|属|按|均为|根据[^，。；]{0,8}|[由是][^，。；\d]{1,8})(大致|粗略|初步|自行)?(估算|估计|预估|推算|毛估)[数值]?[^，。；]{0,6}|(为|系)[^，。；\d]{1,8}(估算|推算|毛估)的?[数值]?|(未|没有|没)(做|作|进行|开展)?(过)?(专门|准确|具体|详细|单独|逐一|逐项|分项|全面|如实)?(的)?统计(?!局|法|口径|在)[^，。；]{0,4}"
)
# What became of the papers of a survey, told as it happened.
PAPERS_GONE = re.compile(
    r"(问卷|调查|评价|资料|记录|原件|原始|数据|录音|底册|[表票卷])[^。；]{0,20}(未(能)?(移交|交接|归档|保管|找到)|遗失|丢失|损毁|毁损|清空|清除|销毁|作废|当废|处理掉|找不到|下落不明|不知去向|无法(提供|找到|调取|恢复|核实))"
)
ASKED = re.compile(
    r"(做|开展|发放|进行|组织|填)过[^，。；]{0,8}(问卷|调查|测评|评价表)|(问卷|调查|测评)[^，。；]{0,4}(做过|开展过|发放过)"
)
# Content taken for granted: nobody complained, so all were pleased.
TAKEN_FOR_GRANTED = re.compile(
    r"(单位|内部|科室|部门|领导|工作人员|职工|经办人)[^，。；]{0,6}(打分|评分|评定|自评|认定|评议)|(视为|视同|推定|默认|认定为|即为?)[^，。；]{0,4}满意|(未|没有?|无)(接到|收到|出现|发生)?[^，。；]{0,6}投诉[^。；]{0,6}(满意|认可)|(估计|估算|推断|推算|预估)"
)


def _told_in_words(row: RowView) -> bool:
    """True where words answer the number in full: one deliverable delivered, none of what was not to happen."""
    return delivered_in_words(row) or none_in_words(row)


def _given_up(row: RowView) -> bool:
    """True where the unit itself took all marks off."""
    return row.score_if_read == 0


@row_rule(
    code="MISSING_EVIDENCE_FULL_MARKS",
    title="无证据仍得满分",
    nature="绩效自评得分依据不足",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TRUTHFUL, FOOTNOTE_QUANTITY),
    limits=(
        "没有得满分的行、改过指标的行、时限目标不看；目标为1份、1套而实际写明已完成、已建成的不报；表上不提而实际没有佐证的看不出。"
        "数量目标用文字就能答清的（目标“4次”，实际“按季度开展”），按低提示报出。"
    ),
)
def missing_evidence_full_marks(row: RowView) -> Outcome:
    """目标是数值而实际值没有数值，或原因承认没有佐证，却得满分；这些分没有依据。"""
    if row.share != 1 or row.rewritten:
        return PASS
    reason = row.reason_if_any
    if reason is not None and reason.has(*EVIDENCE_LABELS):
        return Fail(
            message=f"{row.label}原因称{quoted(row.reason_text)}，仍得满分（{plain(row.weight or Decimal(0))}分）。"
        )
    if reason is not None and (guess := GUESSED.search(reason.text)) is not None:
        message = (
            f"{row.label}实际填{quoted(row.actual_text)}，原因称{quoted(guess.group())}，没有统计依据{row.marks}。"
        )
        return Fail(message=message, severity=Severity.MEDIUM)
    target = quantity_target(row)
    if target is None or target.unit in TIME_UNITS or not number_answered_with_words(row) or _told_in_words(row):
        return PASS
    if not any(letter.isdigit() for letter in row.target_text):
        # 十家委办局共同参与 counts in words and may be answered in words.
        return PASS
    if band_of(row) is None:
        message = f"{row.label}目标{row.target_text}为数值，实际填{quoted(row.actual_text)}，没有数值{row.marks}。"
        return Fail(message=message, severity=Severity.LOW if regular_in_words(row) else None)
    message = f"{row.label}目标{row.target_text}为数值，实际只填{quoted(row.actual_text)}，未填数值{row.marks}。"
    return Fail(message=message, severity=Severity.MEDIUM)


@row_rule(
    code="SCORE_AS_ACTUAL",
    title="以得分率倒填实际值",
    nature="满意度实际值缺少调查依据",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TRUTHFUL, SURVEY),
    limits=(
        "须原因栏承认未做或未留存调查，且实际百分数与得分率分毫不差；得满分的行不看。偶有巧合，应调阅调查原件再下结论。"
    ),
)
def score_as_actual(row: RowView) -> Outcome:
    """原因称未做或未留存调查，而实际值百分数恰等于得分率；实际值可能由得分反推而来。"""
    actual, share = quantity_actual(row), row.share
    if actual is None or share is None or share >= 1 or actual.low != actual.high:
        return PASS
    reason = row.reason_if_any
    if actual.unit != PERCENT or actual.low != share * HUNDRED or reason is None or not reason.has(*EVIDENCE_LABELS):
        return PASS
    return Fail(
        message=f"{row.label}实际值{row.actual_text}恰等于得分率{percent(share)}{row.marks}，而原因称{quoted(row.reason_text)}。"
    )


@row_rule(
    code="ACTUAL_TYPE_WRONG",
    title="以完成率代替实际值",
    nature="实际完成值与指标要求不符",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TARGET_REQUIREMENTS, TRUTHFUL),
    limits=(
        "增幅只认实际恰填100%；数量以个、项、处等计的，五成以上的百分数都当作完成率。"
        "名称带提高、增长而目标其实是水平值（如“提高入学率”≥60%）的，可能误报。"
    ),
)
def actual_type_wrong(row: RowView) -> Outcome:
    """目标是增幅或数量，实际却填100%；填的是完成率，看不出实际增长或完成了多少。"""
    target, actual = quantity_target(row), quantity_actual(row)
    if target is None or actual is None or actual.unit != PERCENT or actual.low < LEAST_RATE:
        return PASS
    counted = target.unit not in ("", PERCENT)
    if counted and RATE_TOLD.search(row.actual_text) is not None:
        return _as_rate(row)
    if actual.low != FULL:
        return _other_rate(row, target)
    growth = (
        target.unit == PERCENT
        and Decimal(0) < target.low <= MOST_GROWTH
        and GROWTH.search(row.name) is not None
        and target.comparator is not Comparator.LE
    )
    if not counted and not growth:
        return PASS
    kind = "数量" if counted else "增幅"
    return Fail(
        message=f"{row.label}目标{row.target_text}为{kind}，实际填{row.actual_text}，是完成率而非实际{kind}{row.marks}。"
    )


def _other_rate(row: RowView, target: Quantity) -> Outcome:
    """The finding on 105% for a number of 个, 项 or 处; units that say what they count are told as another type."""
    if target.unit not in GENERAL_UNITS:
        return PASS
    return _as_rate(row)


def _as_rate(row: RowView) -> Outcome:
    message = f"{row.label}目标{row.target_text}为数量，实际填{row.actual_text}，是完成率而非实际数量{row.marks}。"
    return Fail(message=message, severity=Severity.MEDIUM)


@row_rule(
    code="SAT_NO_SURVEY",
    title="满意度未开展调查",
    nature="满意度得分依据不足，未开展调查",
    group=GROUP,
    severity=Severity.HIGH,
    basis=SURVEY,
    limits=(
        "须表上自己写出口头、电话、走访或未调查；表上不提而实际没有调查的看不出。"
        "做过正式电话调查、原因栏只简写“电话了解”的，也会报出。"
    ),
)
def sat_no_survey(row: RowView) -> Outcome:
    """满意度应来自问卷等调查；原因称仅口头、电话询问或未做调查的，所填满意度没有来源。"""
    if not satisfaction_row(row):
        return PASS
    reason = row.reason_if_any
    said = reason is not None and reason.has(*NO_SURVEY_LABELS) and not _asked_and_lost(reason.text)
    method = names_method(row) and number_answered_with_words(row)
    if not said and not method:
        return _taken_for_granted(row) if reason is not None else PASS
    source = f"原因称{quoted(row.reason_text)}" if said else f"实际完成值为{quoted(row.actual_text)}，没有数值"
    return Fail(
        message=f"{row.label}目标{row.target_text}，实际填{row.actual_text or '空'}{row.marks}；{source}。",
        severity=Severity.LOW if _given_up(row) else Severity.HIGH,
        points=row.score_if_read,
        cause=letters(row.reason_text) if said else "",
    )


def _asked_and_lost(text: str) -> bool:
    """True where the unit says that it asked on paper and that the papers are gone."""
    return ASKED.search(text) is not None and PAPERS_GONE.search(text) is not None


def _taken_for_granted(row: RowView) -> Outcome:
    """The finding on content that nobody was asked about, by the unit's own word."""
    found = TAKEN_FOR_GRANTED.search(row.reason_text)
    if found is None:
        return PASS
    facts = f"{row.label}目标{row.target_text}，实际填{row.actual_text or '空'}{row.marks}"
    message = f"{facts}；原因称{quoted(row.reason_text)}，不是调查得出。"
    return Fail(message=message, severity=Severity.LOW if _given_up(row) else Severity.MEDIUM, points=row.score_if_read)


@row_rule(
    code="SAT_EVIDENCE_NOT_RETAINED",
    title="满意度资料未留存",
    nature="满意度得分依据不足，未留存调查资料",
    group=GROUP,
    severity=Severity.HIGH,
    basis=SURVEY,
    limits=(
        "原因栏不提资料遗失、未留存的看不出，应另行调阅问卷原件；同时写明没有做调查的归“满意度未开展调查”。"
        "资料只缺一部分的也会报出。"
    ),
)
def sat_evidence_not_retained(row: RowView) -> Outcome:
    """满意度问卷等资料未留存、无法提供的，所填满意度无从核实。"""
    if not satisfaction_row(row):
        return PASS
    reason = row.reason_if_any
    if reason is None or (reason.has(*NO_SURVEY_LABELS) and not _asked_and_lost(reason.text)):
        return PASS
    if not reason.has(KEPT_NOTHING_LABEL) and PAPERS_GONE.search(reason.text) is None:
        return PASS
    return Fail(
        message=f"{row.label}实际填{row.actual_text or '空'}{row.marks}；原因称{quoted(row.reason_text)}。",
        severity=Severity.LOW if _given_up(row) else Severity.HIGH,
        points=row.score_if_read,
        cause=letters(row.reason_text),
    )


@row_rule(
    code="SAT_ACTUAL_EQ_TARGET",
    title="满意度实际值等于目标值",
    nature="满意度实际值与目标值相等",
    group=GROUP,
    severity=Severity.LOW,
    basis=together(SURVEY, TRUTHFUL),
    limits=(
        "区间目标不比较；比目标高出一点（如目标90%填90.5%）的回填看不出。"
        "样本少、按整百分数统计时恰好相等可能属实，所以单独出现只按低提示。"
    ),
)
def sat_actual_eq_target(row: RowView) -> Outcome:
    """调查得出的满意度很少与目标一字不差；与未调查、无资料并存时，可能是照目标回填。"""
    if not satisfaction_row(row):
        return PASS
    target, actual = quantity_target(row), quantity_actual(row)
    if target is None or actual is None or target.low != target.high or actual.low != target.low:
        return PASS
    bare = unsupported(row)
    tail = "，且没有调查资料" if bare else ""
    message = f"{row.label}目标{row.target_text}，实际填{row.actual_text}，数值完全相等{tail}。"
    return Fail(message=message, severity=Severity.HIGH if bare else Severity.LOW, points=row.score_if_read)


@row_rule(
    code="ACTUAL_NOT_A_VALUE",
    title="实际完成值不是值",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TRUTHFUL, TARGET_REQUIREMENTS),
    limits=(
        "实际栏含任何数字的不判断；只认走访、问卷、通过、采用、正在、……方式一类写法，其他空话由别的规则查。"
        "目标为1份、1套而实际写明已完成的不报；成果多于一件、本身又叫调查、问卷的（目标“2份”，实际“完成调查报告”），会误报。"
    ),
)
def actual_not_a_value(row: RowView) -> Outcome:
    """目标是数值，实际栏写的却是做法或过程，没有回答完成了多少。"""
    if not number_answered_with_words(row) or band_of(row) is not None or row.rewritten or _told_in_words(row):
        return PASS
    if not names_method(row) and PROCESS_WORDS.search(row.actual_text) is None:
        return PASS
    what = "是进度而不是完成值" if STILL_OPEN.search(row.actual_text) else "是做法而不是完成值"
    message = f"{row.label}目标{row.target_text}，实际填{quoted(row.actual_text)}，{what}{row.marks}。"
    return Fail(message=message, severity=Severity.LOW if regular_in_words(row) or _given_up(row) else None)


@row_rule(
    code="ACTUAL_BLANK",
    title="实际完成值空白仍得分",
    group=GROUP,
    severity=Severity.HIGH,
    basis=TRUTHFUL,
    limits=(
        "得分为空或为0的不报；写“无”“零”的是有意的回答，不当作空白。"
        "识读漏了实际值的格子看起来也是空的，竖画可能是“1”，先看原件。"
    ),
)
def actual_blank(row: RowView) -> Outcome:
    """实际完成值为空（或只画一道杠）而得分大于零，得分没有依据。"""
    printed = row.actual_text
    if STROKES.fullmatch(printed) is None or (row.score or Decimal(0)) <= 0:
        return PASS
    blank = f"只填{quoted(printed)}" if printed else "为空"
    return Fail(
        message=f"{row.label}目标{row.target_text or '空'}，实际完成值{blank}{row.marks}。",
        confidence=0.8,
        cause="actual blank",
    )


@form_rule(
    code="ALL_ACTUALS_EQUAL_TARGETS",
    title="定量指标实际值全部恰等于目标值",
    nature="实际完成值与目标值全部相等",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(TRUTHFUL, EVALUATION_METHOD),
    limits=(
        "目标与实际同为数值的行不足3项的不看；只要有一项不相等就不报。"
        "任务数由上级核定、只能恰好完成的项目（如按名额发放的补助）也会报出。"
    ),
)
def all_actuals_equal_targets(form: FormView) -> Outcome:
    """三项以上定量指标的实际值无一例外恰等于目标值，可能是照目标回填，应抽查原始记录。"""
    pairs = [(row, reached) for row in form.rows if (reached := attainment_if_plain(row)) is not None]
    if len(pairs) < form.thresholds.equal_least or any(reached.actual != reached.target for _, reached in pairs):
        return PASS
    # 100% reached at 100%, or 0 complaints at 0, cannot be exceeded: such rows prove nothing. Satisfaction can.
    open_ended = [row for row, reached in pairs if reached.target not in (Decimal(0), FULL) or satisfaction_row(row)]
    if not open_ended:
        return PASS
    listed = "、".join(f"{row.name}{row.actual_text}" for row in open_ended[: form.thresholds.equal_many])
    return Fail(
        message=f"{len(pairs)}项定量指标的实际值全部恰等于目标值，如{listed}。",
        severity=Severity.MEDIUM if len(open_ended) >= form.thresholds.equal_many else Severity.LOW,
    )
