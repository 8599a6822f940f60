"""What a rewrite did to a row: the old name and target beside the new ones, and what the swap leaves untold."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from audit.compare import Direction, attainment_to_printed, exact_scale, letters, row_direction, subject
from audit.phrases import quoted
from audit.rules.approval import Claim, row_to_claim
from audit.rules.bands import Band, band_of
from audit.view import RowView
from domain.label import Rewrite, RewriteStatus
from domain.value import Comparator, Quantity, Value

# A name that lists several matters loses one of them when it is cut short; that is no matter of wording.
LISTED = re.compile(r"[、，,；;]")
SAME_NAME_SHARE = 0.6
# Endings that measure the same thing in other words.
SAME_MEASURE = (
    re.compile(r"(次数|场次数?|频次|场数)$"),
    re.compile(r"(人数|人次数?)$"),
    re.compile(r"(合格率|达标率)$"),
    re.compile(r"(完成率|完成比例|完成度)$"),
    re.compile(r"(及时率|及时性|及时度)$"),
    re.compile(r"(满意度|满意率)$"),
    re.compile(r"(数量|个数|总数|数)$"),
)
LEAST_STEM = 2
# Only where the reason itself calls it a slip: 新建 and 改建 differ by one character as well.
SLIP = re.compile(r"笔误|错别字|错字|打字|录入错误|录入有误|书写|误写|误填|有误|更正")
LEAST_SLIP_NAME = 5
# What turns a name into another: 合格率 and 不合格率, 床位数 and 新增床位数.
TURNS = re.compile(
    r"[不未非无0-9一二三四五六七八九十]|[新增改扩续]建|新增|净|人均|户均|平均|首次|增|减|降|升|提高|累计"
)
# The reason's own word that nothing but the wording was touched.
ONLY_WORDING = re.compile(
    r"(指标值|目标值|年度指标值|内容|含义|口径|目标|数值|标准|内涵|计算方法)[^，。；]{0,4}(不变|未变|没有变|未作?调整|不作调整|相同|一致)|简写|简称|规范(名称|表述|指标)|表述(规范|统一|调整)|语序|措辞|文字(表述|调整)"
)
# One of several things left out is a smaller matter, not a shorter name.
JOINS = re.compile(r"[及和与或]")
SHORTENED_SHARE = 0.5
SAME_ENDING = 3  # letters that say what is measured: 达标率, 完好率, 里程数
# What a name may hold or not: 清淤总长度, 清淤长度.
FILLERS = re.compile(r"[总的]|年度|全年|本年|开展|组织|实际|情况|工作|项目|指标")
# What a reason says of work that was not done, besides the classes of reasons.
NOT_DONE = re.compile(
    r"[^，。；]*(?:未(?:能)?(?:按期|按时|全部|如期)?(?:完成|开展|实施|举办|达到|达成|达标|建成|采购|执行)"
    r"|没有(?:开展|完成|实施|举办)|取消(?!.{0,4}指标)|停办|暂停|无法(?:开展|完成|实施)|(?:仅|只)完成)[^，。；]*"
)
LEAST_SUBJECT = 4  # letters of a name without the words every name may hold
NOT_DONE_LABELS = ("not_carried_out",)


def rewrite_of(row: RowView) -> Rewrite | None:
    """The rewrite a row was scored by without anybody's approval but its own; None for all other rows."""
    reason = row.reason_if_any
    if reason is None or reason.rewrite.status not in (RewriteStatus.DONE, RewriteStatus.APPROVED):
        return None
    unapproved = row_to_claim(row) in (Claim.NONE, Claim.ASKED, Claim.OWN)
    return reason.rewrite if unapproved else None


def renamed(row: RowView, rewrite: Rewrite) -> bool:
    """True where the row was given another name."""
    return bool(rewrite.new_indicator) and letters(rewrite.new_indicator) != letters(row.name)


def retargeted(row: RowView, rewrite: Rewrite) -> bool:
    """True where the row was given another target: ≥95% for 不低于95% is none."""
    if not rewrite.new_target or letters(rewrite.new_target) == letters(row.target_text):
        return False
    if renamed(row, rewrite) and not _same_name(row, rewrite):
        return True  # 100% of another indicator is another target
    old, new = row.target, row.value_of(rewrite.new_target)
    return old is None or new is None or not _same_value(old.value, new.value, row=row)


def _same_value(old: Value, new: Value, *, row: RowView) -> bool:
    if not isinstance(old, Quantity) or not isinstance(new, Quantity):
        return False
    scale = exact_scale(old.unit, new.unit)
    same = scale is not None and (old.low, old.high) == (new.low * scale, new.high * scale)
    return same and row_direction(row, old) is row_direction(row, new)


def cosmetic(row: RowView, rewrite: Rewrite) -> bool:
    """True where the new name says the same as the old one and the target stays."""
    return bool(rewrite.new_indicator) and _same_name(row, rewrite) and not retargeted(row, rewrite)


def _same_name(row: RowView, rewrite: Rewrite) -> bool:
    new, old = letters(rewrite.new_indicator), letters(row.name)
    shorter, longer = sorted((new, old), key=len)
    part = shorter in longer and len(shorter) >= SAME_NAME_SHARE * len(longer) and LISTED.search(row.name) is None
    filled = len(FILLERS.sub("", new)) >= LEAST_STEM and FILLERS.sub("", new) == FILLERS.sub("", old)
    same = (part and not _turned(shorter, longer)) or filled or _same_measure(new, old)
    return same or _slip(row, new=new, old=old) or _reworded(row, new=new, old=old)


def _reworded(row: RowView, *, new: str, old: str) -> bool:
    """True for a name made shorter or put in another order, the measure at its end kept, by the reason's own word."""
    if LISTED.search(row.name) is not None or min(len(new), len(old)) < LEAST_SUBJECT or new[-1] != old[-1]:
        return False
    if sorted(new) == sorted(old):
        return True
    shorter, longer = sorted((new, old), key=len)
    dropped = _dropped(shorter, longer)
    if not dropped or len(shorter) < SHORTENED_SHARE * len(longer) or shorter[-SAME_ENDING:] != longer[-SAME_ENDING:]:
        return False
    return (
        TURNS.search(dropped) is None
        and JOINS.search(dropped) is None
        and ONLY_WORDING.search(row.reason_text) is not None
    )


def _dropped(shorter: str, longer: str) -> str:
    """The letters a longer name holds beside those of the shorter one in their order; "" where these are not there."""
    rest, place = [], 0
    for letter in longer:
        if place < len(shorter) and letter == shorter[place]:
            place += 1
        else:
            rest.append(letter)
    return "".join(rest) if place == len(shorter) else ""


def _turned(shorter: str, longer: str) -> bool:
    """True where what the longer name adds makes it the name of another thing."""
    return TURNS.search(longer.replace(shorter, "", 1)) is not None


def _same_measure(new: str, old: str) -> bool:
    return any(
        len(stem) >= LEAST_STEM and stem == ending.sub("", old)
        for ending in SAME_MEASURE
        if ending.search(new) and ending.search(old)
        for stem in [ending.sub("", new)]
    )


def _slip(row: RowView, *, new: str, old: str) -> bool:
    if SLIP.search(row.reason_text) is None or min(len(new), len(old)) < LEAST_SLIP_NAME:
        return False
    edits = Levenshtein.editops(old, new)
    touched = "".join(old[e.src_pos : e.src_pos + 1] + new[e.dest_pos : e.dest_pos + 1] for e in edits)
    return len(edits) <= 1 and TURNS.search(touched) is None


def raised(row: RowView, rewrite: Rewrite) -> bool:
    """True where the same indicator was given a harder target: nothing is gained by that."""
    if renamed(row, rewrite) and not _same_name(row, rewrite):
        return False
    old, new = row.target, row.value_of(rewrite.new_target)
    if old is None or new is None or not isinstance(old.value, Quantity) or not isinstance(new.value, Quantity):
        return False
    scale = exact_scale(old.value.unit, new.value.unit)
    if scale is None or Comparator.BETWEEN in (old.value.comparator, new.value.comparator):
        return False
    down = row_direction(row, old.value) is Direction.DOWN
    return new.value.high * scale < old.value.high if down else new.value.low * scale > old.value.low


def told(row: RowView, rewrite: Rewrite) -> str:
    """The swap as messages tell it, with the marks it kept and what it leaves untold."""
    old = f"{quoted(row.name)}（{row.target_text or '未填目标'}）"
    new = f"{quoted(rewrite.new_indicator or row.name)}（{rewrite.new_target or '未写明目标'}）"
    hidden = what_it_hides(row, rewrite)
    return f"第{row.place + 1}项指标{old}在自评时改为{new}{row.marks}" + (f"；{hidden}" if hidden else "")


def what_it_hides(row: RowView, rewrite: Rewrite) -> str:
    """How the old target was missed where the row was scored as done by the new one; "" where nothing shows it."""
    if not _scored_as_done(row):
        return ""
    return _missed_figure(row, rewrite) or _admitted(row) or _told_elsewhere(row)


def _scored_as_done(row: RowView) -> bool:
    score, weight = row.score_if_read, row.weight_if_read
    if score is None or not weight:
        return False
    return score / weight >= row.thresholds.band_met


def _missed_figure(row: RowView, rewrite: Rewrite) -> str:
    """实际300张 against the ≥400张 that was approved; another indicator's figure is held against nothing."""
    if not row.has_actual or (renamed(row, rewrite) and not _same_name(row, rewrite)):
        return ""
    reached = attainment_to_printed(row)
    if reached is None or reached.met:
        return ""
    return f"实际{row.actual_text}未达到改前的{row.target_text}，改后按完成计分"


def _admitted(row: RowView) -> str:
    reason = row.reason_if_any
    if reason is None or (row.has_actual and band_of(row) in (Band.PARTIAL, Band.UNMET)):
        return ""
    said = NOT_DONE.search(reason.text)
    if said is None and not reason.has(*NOT_DONE_LABELS):
        return ""
    words = reason.text if said is None else said.group().strip("，。； ")
    return f"原因栏写明{quoted(words)}，改后按完成计分"


def _told_elsewhere(row: RowView) -> str:
    """What the narrative of the form says of the old indicator; a thin subject could be anybody's."""
    about = subject(row.name)
    if len(about) < LEAST_SUBJECT:
        return ""
    clauses = re.split("[，。；;\n]", row.form.completion_if_read)
    said = next((clause for clause in clauses if about in subject(clause) and NOT_DONE.search(clause)), "")
    return f"实际完成情况写明{quoted(said.strip())}，改后按完成计分" if said else ""


def unrelated(row: RowView, rewrite: Rewrite, *, kin_letters: int) -> bool:
    """True where the new name shares no subject with the old name or its target."""
    new, old = subject(rewrite.new_indicator), subject(row.name + row.target_text)
    thin = len(new) < kin_letters or len(subject(row.name)) < kin_letters
    return not thin and len(set(new) & set(old)) < kin_letters
