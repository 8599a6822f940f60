"""重复: one thing counted twice within one form."""

from __future__ import annotations

from decimal import Decimal

from audit.basis import EVALUATION_METHOD, TARGET_REQUIREMENTS, together
from audit.category_words import ISSUE_UNITS, MEDIA, PEOPLE_UNITS
from audit.compare import PERCENT, letters, quantity_actual, quantity_target, shared_letters
from audit.phrases import quoted
from audit.rule import BOTH_KINDS, PASS, Fail, FormKind, Outcome, row_rule
from audit.slots import BENEFITS, Slot, levels_to_slot, row_slot, slots_around
from audit.view import RowView
from domain.finding import Severity
from domain.value import Quantity

GROUP = "重复"
HUNDRED = Decimal(100)
# Two letters shared speak of one matter (培训, 道路); for shares, which are often alike, three.
KIN_LETTERS, KIN_LETTERS_OF_SHARES = 2, 3
COINCIDENCE = Decimal(20)  # two smaller figures may both be the same by chance
COUNTED_SLOTS = (Slot.QUANTITY, Slot.QUALITY, Slot.OUTPUT)


@row_rule(
    code="DUPLICATE_INDICATOR_NAME",
    title="同表重名指标",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "名称须逐字相同（标点不计），换一两个字的重复看不出。"
        "对象写在二级指标或目标里的同名指标（如两处“完成时间”），也会报出。"
    ),
)
def duplicate_indicator_name(row: RowView) -> Outcome:
    """同一张表里指标名称相同；目标也相同的，一件事计了两次分，目标不同的，看不出各自衡量什么。"""
    slot, name = row_slot(row), letters(row.name)
    above = row.form.form.indicators[: row.place]
    earlier = [place for place, other in enumerate(above) if name and letters(other.level3.text) == name]
    if not earlier:
        return PASS
    first = row.form.row(earlier[0])
    if levels_to_slot(first.level1, first.level2) is not slot:
        message = f"{row.label}（{slot}指标）与第{first.place + 1}项重名，两处衡量的应不是同一件事。"
        return Fail(message=message, severity=Severity.INFO)
    if first.target_text != row.target_text:
        targets = f"{quoted(first.target_text)}、{quoted(row.target_text)}"
        return Fail(message=f"{row.label}与第{first.place + 1}项重名，目标分别为{targets}，名称未写明各自衡量什么。")
    alike = f"名称、类别和目标{quoted(row.target_text)}都相同"
    message = f"{row.label}与第{first.place + 1}项{alike}，一件事列了两次{row.marks}。"
    return Fail(message=message, severity=Severity.MEDIUM, confidence=0.8)


@row_rule(
    code="OUTPUT_RECOUNTED_AS_BENEFIT",
    title="产出重复计为效益",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(TARGET_REQUIREMENTS, EVALUATION_METHOD),
    kinds=BOTH_KINDS,
    limits=(
        "目标、实际须与产出完全相同，名称有相通的字、或实际数不等于目标数（两个数都同）才报；改了数字的重复看不出；100%的比率不比较。"
        "受益的人就是服务的人时数字相同属正常，所以按低提示。"
    ),
)
def output_recounted_as_benefit(row: RowView) -> Outcome:
    """效益行的目标、实际和单位与同表一项产出完全相同，同一件工作既计产出分又计效益分。"""
    slot = row_slot(row)
    if slot not in BENEFITS or (target := quantity_target(row)) is None or target.high <= 0:
        return PASS
    output = next((other for other in _outputs(row) if _same(row, other)), None)
    if output is None:
        return PASS
    done = f"、实际{row.actual_text}" if row.form.kind is FormKind.SELF_EVALUATION else ""
    message = (
        f"{row.label}列为{slot}，目标{row.target_text}{done}，与产出{output.label}完全相同，一件事计两次{row.marks}。"
    )
    return Fail(message=message, severity=_recount_severity(row, target))


def _outputs(row: RowView) -> list[RowView]:
    """The output rows that print the same number as the target of this one, found without asking for them."""
    value = row.form.context.skills.value
    wanted = quantity_target(row)
    alike = []
    for other, slot in zip(row.form.rows, slots_around(row.form), strict=True):
        text = row.form.form.indicators[other.place].target.text.strip()
        read = value(text).value if text and slot in COUNTED_SLOTS else None
        if isinstance(read, Quantity) and wanted is not None and (read.low, read.high) == (wanted.low, wanted.high):
            alike.append(other)
    return alike


def _same(row: RowView, output: RowView) -> bool:
    """True where target, actual and unit are those of the output and no chance likeness explains them."""
    target, other = quantity_target(row), quantity_target(output)
    if target is None or other is None:
        return False
    kin = shared_letters(row.name, output.name)
    if row.form.kind is FormKind.TARGET:
        return target.unit == other.unit != PERCENT and kin >= KIN_LETTERS
    actual, reached = quantity_actual(row), quantity_actual(output)
    if actual is None or reached is None or actual.low != reached.low:
        return False
    if PERCENT in (target.unit, other.unit):
        return target.unit == other.unit and target.low != HUNDRED and kin >= KIN_LETTERS_OF_SHARES
    unusual = actual.low != target.low
    echo = MEDIA.search(row.name) is not None and MEDIA.search(output.name) is not None
    if target.unit != other.unit:
        return unusual and echo
    # a benefit that happens to be promised and reached in the very two figures of an output is no other figure
    telling = unusual and actual.low >= COINCIDENCE and letters(row.actual_text) == letters(output.actual_text)
    return kin >= KIN_LETTERS or telling or (unusual and (echo or target.unit in ISSUE_UNITS))


def _recount_severity(row: RowView, target: Quantity) -> Severity:
    """High for posts and papers, which are nobody's benefit; low for people served, who may well be one."""
    if row.form.kind is FormKind.TARGET or target.unit in PEOPLE_UNITS:
        return Severity.LOW
    actual = quantity_actual(row)
    exceeded = actual is not None and actual.low != target.low
    if target.unit in ISSUE_UNITS and (exceeded or target.low >= row.thresholds.same_number):
        return Severity.HIGH
    return Severity.MEDIUM if exceeded and target.low >= row.thresholds.same_number else Severity.LOW
