"""改指标: reasons that swap the approved indicator or target for another at self-evaluation time."""

from __future__ import annotations

import re

from audit.basis import APPROVED_CHANGE, TARGET_ART_28, TARGET_ART_29, TARGET_REQUIREMENTS, together
from audit.compare import letters, shared_letters, subject
from audit.phrases import quoted
from audit.prose import counted_subject
from audit.rule import PASS, Fail, Outcome, row_rule
from audit.rules.approval import Claim, claim_to_words, row_to_claim
from audit.rules.bands import Band, band_of
from audit.rules.swap import cosmetic, raised, renamed, retargeted, rewrite_of, told, unrelated, what_it_hides
from audit.view import RowView
from audit.words import CIRCULAR_FULL, CIRCULAR_NONE
from domain.finding import Severity
from domain.label import Label, Rewrite, RewriteStatus

GROUP = "改指标"
# Two letters of the subject in common make two names kin (网络/网站 share one by accident).
KIN_LETTERS = 2
LEAST_NAME = 4  # letters; shorter names (合格率) stand in many others
SHARE_TAIL = re.compile(r"(率|比例|占比|比重|程度)$")
MEANS = re.compile(r"平均|总|年度|全年|的")  # words two names for one measure may differ in
NAME_APART = 2  # letters by which the printed name of another row may be longer or shorter
# A neighbouring row is meant where at least half of the new name's subject stands in the neighbour's name.
NEIGHBOUR_SHARE = 0.5
# What a new name says it measures, and how second levels name that: a conflict shows a note in the wrong row.
CATEGORIES = (
    (re.compile(r"满意"), "满意"),
    (re.compile(r"及时|按时|按期|时间$|日期$|时限|期限"), "时效"),
    (re.compile(r"成本|费用|单价|经费|支出|造价|均价|价格"), "成本"),
    (re.compile(r"[人次场家篇户件个项株头只台套座处辆亩册卷期批课班条部间栋]数$|数量$|面积$|里程$|长度$"), "数量"),
    (re.compile(r"可持续|长效|机制"), "可持续"),
)
FULL = re.compile(r"^[=≥＝﹦≧]?\s*100(\.0+)?\s*[%％]?[（(]?[%％]?[)）]?$")
NONE = re.compile(r"^[=≤＝﹦≦]?\s*0(\.0+)?\s*[%％次起件个]?[（(]?[%％]?[)）]?$|^(无|未发生|不发生)$")
# How much a target says, by its class: a number, date or standard can be checked; a slogan at least names a matter.
SAYS = {"quantified": 3, "dated": 3, "verifiable_qualitative": 3, "slogan": 1, "vague": 0}
# Labels that only tell of the rewrite itself, not why the target was missed.
REWRITE_LABELS = frozenset({"indicator_renamed", "target_changed", "indicator_defect_admitted", "promise_to_improve"})
# An approval that may be none is a question, not a charge.
CLAIM_SEVERITY = {Claim.LATE: Severity.MEDIUM, Claim.OWN: Severity.MEDIUM, Claim.CITED: Severity.LOW}


def _severity(row: RowView, rewrite: Rewrite) -> Severity | None:
    """How much a swap weighs by itself; None for the rule's own severity."""
    if cosmetic(row, rewrite):
        return Severity.LOW
    if what_it_hides(row, rewrite):
        return Severity.HIGH
    if raised(row, rewrite):
        return Severity.LOW
    return CLAIM_SEVERITY.get(row_to_claim(row))


@row_rule(
    code="INDICATOR_NAME_REWRITTEN",
    title="自评时改指标名称",
    nature="自评时变更指标名称",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TARGET_ART_29, TARGET_ART_28),
    limits=(
        "只凭原因栏写出的新名称；直接改了指标名称栏而原因栏不提的，要与目标表放在同一批对照才看得出。"
        "写有主管部门批复、文号的不在此列；只是更正错字而原因栏没有写明是笔误的，可能按改指标报出。"
    ),
)
def indicator_name_rewritten(row: RowView) -> Outcome:
    """自评应对照预算批复的指标；偏差原因栏另立指标名称的，评的不是原来的目标。"""
    rewrite = rewrite_of(row)
    if rewrite is None or not renamed(row, rewrite):
        return PASS
    return Fail(message=f"{told(row, rewrite)}。", severity=_severity(row, rewrite))


@row_rule(
    code="TARGET_VALUE_REWRITTEN",
    title="自评时改年度指标值",
    nature="自评时变更年度指标值",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TARGET_ART_29, TARGET_ART_28),
    limits=(
        "只凭原因栏写出的新指标值；直接改了年度指标值栏的，要与目标表放在同一批对照才看得出。"
        "同一个值只是换了单位（5万元写成50000元）的不报；写明是下年度目标的不报。"
        "单位须能换算，一批与若干件之类的换法会当作改值。"
    ),
)
def target_value_rewritten(row: RowView) -> Outcome:
    """自评应对照预算批复的指标值；偏差原因栏另写指标值的，评的不是原来的目标。"""
    rewrite = rewrite_of(row)
    if rewrite is None or not retargeted(row, rewrite):
        return PASS
    return Fail(message=f"{told(row, rewrite)}。", severity=_severity(row, rewrite))


@row_rule(
    code="REWRITE_NO_APPROVAL",
    title="改指标无审批依据",
    nature="绩效指标变更未见审批依据",
    group=GROUP,
    severity=Severity.HIGH,
    basis=APPROVED_CHANGE,
    limits=(
        "只看表上文字：写有财政、主管部门批复同意的即不报，批复是否真有、是否针对本项指标，须调文件核对。"
        "确有批复而表上不提的会报出；年度未识读时不判断是否事后批准。"
    ),
)
def rewrite_no_approval(row: RowView) -> Outcome:
    """绩效目标确定后一般不予调整，确需调整须报批；表中改了指标或指标值，未见批复，或所称的批准需要核实。"""
    reason = row.reason_if_any
    if reason is None or reason.rewrite.status is RewriteStatus.NONE:
        return PASS
    if reason.rewrite.status is RewriteStatus.SUGGESTED:
        message = f"{row.label}原因栏建议修改指标：{quoted(row.reason_text)}；尚未批复，仍应按原指标评分。"
        return Fail(message=message, severity=Severity.LOW)
    return _unapproved(row, reason.rewrite)


def _unapproved(row: RowView, rewrite: Rewrite) -> Outcome:
    claim = row_to_claim(row)
    if claim is Claim.GIVEN or not _changed(row, rewrite):
        return PASS
    message = f"{told(row, rewrite)}；{claim_to_words(claim, row)}。"
    if claim in (Claim.LATE, Claim.CITED):
        return Fail(message=message, severity=Severity.LOW if cosmetic(row, rewrite) else CLAIM_SEVERITY[claim])
    return Fail(message=message, severity=_severity(row, rewrite))


def _changed(row: RowView, rewrite: Rewrite) -> bool:
    """False where the reason only repeats the name and target that were approved."""
    unnamed = not rewrite.new_indicator and not rewrite.new_target
    return unnamed or renamed(row, rewrite) or retargeted(row, rewrite)


@row_rule(
    code="REWRITE_TO_VAGUE",
    title="改后更空泛",
    nature="变更后的指标值难以考核",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TARGET_REQUIREMENTS, TARGET_ART_28),
    limits=(
        "没有写出新指标值的、已获批准的不看；原来就空泛、改后同样空泛的不报。"
        "空泛与否按词语判断，行业内有固定标准的词（如“稳定运行”）可能被当作空泛。"
    ),
)
def rewrite_to_vague(row: RowView) -> Outcome:
    """原指标值可核对或有具体内容，改后只剩提升、健全、稳定一类词，任何结果都算完成。"""
    rewrite = rewrite_of(row)
    if rewrite is None or not rewrite.new_target:
        return PASS
    if _says(row.specificity_of(rewrite.new_target)) != 0:
        return PASS
    old = _says(row.specificity)
    if old is None or (old <= 0 and not _cut_down(rewrite.new_target, row.target_text)):
        return PASS
    return Fail(message=f"{told(row, rewrite)}；改后的指标值没有数字、时间或标准，比原值空泛。")


def _cut_down(new: str, old: str) -> bool:
    """True where the new target is no more than half of the words of the old one."""
    return letters(new) in letters(old) and 2 * len(letters(new)) <= len(letters(old))


def _says(labels: tuple[Label, ...]) -> int | None:
    """How much a target says by its likeliest class; None where no class speaks to it."""
    if not labels:
        return None
    likeliest = max(labels, key=lambda label: label.probability)
    return SAYS.get(likeliest.id)


@row_rule(
    code="REWRITE_TO_CIRCULAR_RATE",
    title="改成自证的比率",
    nature="变更后的指标不能反映原目标完成程度",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TARGET_REQUIREMENTS, TARGET_ART_28),
    limits=(
        "只认通过率、合格率、完成率、到位率等改为100%，或投诉、事故等改为0；改成别种必然达成的指标看不出。"
        "少数比率确能考核（如由第三方检测的合格率），也会报出。"
    ),
)
def rewrite_to_circular_rate(row: RowView) -> Outcome:
    """改成验收、通过、达标一类100%的比率，或投诉、故障为0的指标，做了就必然满分，不再衡量原目标。"""
    rewrite = rewrite_of(row)
    if rewrite is None or not rewrite.new_indicator or cosmetic(row, rewrite):
        return PASS
    judged = rewrite.new_target or row.actual_text
    name = rewrite.new_indicator.rstrip("（）()%％")
    full = CIRCULAR_FULL.search(name) is not None and FULL.search(judged) is not None
    none = CIRCULAR_NONE.search(name) is not None and NONE.search(judged) is not None
    if not full and not none:
        return PASS
    return Fail(message=f"{told(row, rewrite)}；改后的指标只要办了就是{judged}。")


@row_rule(
    code="REWRITE_UNRELATED",
    title="改成不相干的指标",
    nature="变更后的指标与原指标不相关",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TARGET_ART_28, TARGET_REQUIREMENTS),
    limits=(
        "按名称有无共同的字判断，字面碰巧相同而内容无关的看不出；去掉通用字后不足两字的不判断。"
        "换了同义说法（路灯改称照明设施）的，会显得不相干。"
    ),
)
def rewrite_unrelated(row: RowView) -> Outcome:
    """新旧指标名称没有共同的实词，新指标衡量的是另一件事，原目标完成与否没有交代。"""
    rewrite = rewrite_of(row)
    if rewrite is None or not rewrite.new_indicator or not unrelated(row, rewrite, kin_letters=KIN_LETTERS):
        return PASS
    return Fail(message=f"{told(row, rewrite)}；新旧指标没有共同的实际内容。", confidence=0.8)


@row_rule(
    code="REWRITE_THEN_PARTIAL_NO_REASON",
    title="改目标后仍部分达成而无原因",
    nature="指标值变更后仍未完成且未说明原因",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=APPROVED_CHANGE,
    limits=(
        "只看实际栏写部分达成的行，用数字填报的未完成不看；原因栏另有任何原因即不报，不问是否充分。"
        "原因写在完成情况里的仍会报出。"
    ),
)
def rewrite_then_partial_no_reason(row: RowView) -> Outcome:
    """改了指标值又评为部分达成，原因栏只写了怎么改，没有说明为何没有完成。"""
    rewrite = rewrite_of(row)
    reason = row.reason_if_any
    if rewrite is None or reason is None or band_of(row) is not Band.PARTIAL:
        return PASS
    if any(label.probability >= 0.5 and label.id not in REWRITE_LABELS for label in reason.labels):
        return PASS
    return Fail(message=f"{told(row, rewrite)}；实际填{quoted(row.actual_text)}，未说明未达成的原因。")


@row_rule(
    code="REWRITE_COSMETIC",
    title="仅改指标措辞",
    nature="指标名称与批复表述不一致",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_ART_29,
    limits=(
        "只有名称互相包含、同一计量换个叫法、自称笔误的一字之差才算措辞，其余按改指标报。"
        "去掉一两个字也可能缩小了范围，仍应对照原文。"
    ),
)
def rewrite_cosmetic(row: RowView) -> Outcome:
    """新旧指标名称互相包含、指标值未变，只改措辞；不影响评价，但应与批复一致。"""
    rewrite = rewrite_of(row)
    if rewrite is None or not cosmetic(row, rewrite) or not renamed(row, rewrite):
        return PASS
    return Fail(message=f"{told(row, rewrite)}；仅措辞不同。")


@row_rule(
    code="REWRITE_ROW_SHIFT",
    title="改名说明与指标错行",
    nature="指标变更说明与所在指标不对应",
    group=GROUP,
    severity=Severity.HIGH,
    basis=APPROVED_CHANGE,
    limits=(
        "只看上下相邻的一行，且新名称须看得出属于满意度、时效、成本、数量或可持续，与本行仍有相通字的按中等；隔行错位、质量类的看不出。"
        "相邻两行本来同一主题的，可能是真的改指标而不是错行。"
    ),
)
def rewrite_row_shift(row: RowView) -> Outcome:
    """新指标与本行无关、却与相邻行的名称吻合，改名说明可能填错了行，两行的评分都需核对。"""
    rewrite = rewrite_of(row)
    if rewrite is None or not rewrite.new_indicator or cosmetic(row, rewrite):
        return PASS
    about = set(subject(rewrite.new_indicator))
    category = next((level for words, level in CATEGORIES if words.search(rewrite.new_indicator)), "")
    if not category:
        return _name_of_another(row, rewrite)
    if category in row.level2:
        return PASS
    own = shared_letters(rewrite.new_indicator, row.name)
    neighbours = [row.form.row(place) for place in (row.place - 1, row.place + 1) if 0 <= place < len(row.form.rows)]
    for neighbour in neighbours:
        if category not in neighbour.level2:
            continue
        common = shared_letters(rewrite.new_indicator, neighbour.name)
        message = f"{told(row, rewrite)}；新指标与{neighbour.label}吻合，可能错行。"
        if common < max(KIN_LETTERS, own):
            continue
        if unrelated(row, rewrite, kin_letters=KIN_LETTERS) and common >= NEIGHBOUR_SHARE * len(about):
            return Fail(message=message, confidence=0.7)
        return Fail(message=message, severity=Severity.MEDIUM, confidence=0.6)
    return _name_of_another(row, rewrite)


def _one_name(one: str, other: str) -> bool:
    long_enough = min(len(one), len(other)) >= LEAST_NAME
    near = abs(len(one) - len(other)) <= NAME_APART
    return long_enough and near and (one in other or other in one or _measured(one) == _measured(other))


def _measured(name: str) -> str:
    """报修到场 of 报修平均到场时长 and of 报修到场时间."""
    return SHARE_TAIL.sub("", counted_subject(MEANS.sub("", name)))


def _name_of_another(row: RowView, rewrite: Rewrite) -> Outcome:
    """The finding where the new name is that of another row of the form, however far off."""
    new = letters(rewrite.new_indicator)
    if new in letters(row.name) or letters(row.name) in new:
        return PASS
    for other in row.form.aside.rows:
        if other.place != row.place and _one_name(letters(other.name), new):
            message = f"{told(row, rewrite)}；新指标就是{other.label}，可能错行。"
            return Fail(message=message, severity=Severity.MEDIUM, confidence=0.6)
    return PASS
