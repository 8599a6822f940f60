"""What a reason says of the approval of a change: given in time or late, given by the unit itself, or only asked."""

from __future__ import annotations

import re
from enum import StrEnum

from audit.cells import once
from audit.phrases import quoted
from audit.view import RowView
from domain.label import RewriteStatus

# A document number: 县财绩〔2023〕12号, with whatever brackets a keyboard gave.
DOCUMENT_NUMBER = re.compile(r"[〔\[【（(]\s*(?P<year>20\d{2})\s*[〕\]】）)]\s*第?\d+\s*号")
GRANTED = r"(?:批复|批准|同意|核准|审定|审议通过|审核通过|审批通过|批示)"
# A date beside the approval; a date elsewhere in the reason tells when the work was done.
GRANTED_ON = re.compile(
    rf"(?P<before>20\d{{2}})[年.\-/][^，。；]{{0,24}}{GRANTED}|{GRANTED}[^，。；]{{0,6}}?(?P<after>20\d{{2}})[年.\-/]"
)
# Who may not approve for itself what was approved with its budget (财预〔2015〕88号第二十七条: 谁批复预算，谁批复目标).
_OWN_BODY = (
    r"(?:本|我)(?:单位|局|院|校|所|中心|部门|馆|站|处|会|公司|镇|街道)"
    r"|(?:党组|党委|党支部|局长|院长|校长|主任|所长|馆长|站长|总经理|理事|班子|院务|校务|局务|所务|站务|办公)(?:办公|联席)?会"
    r"|(?:单位|分管|主要|局|院|校)领导|各?科室"
)
OWN_APPROVAL = re.compile(
    rf"(?:{_OWN_BODY})[^，。；]{{0,14}}(?:{GRANTED}|通过|决定)|内部(?:审批|审核|决策|研究)|自行(?:调整|研究)"
)
# Anybody above the unit; one such word and the approval is not held to be the unit's own.
OUTSIDE = re.compile(
    r"财政|主管|上级|政府|人大|发改|发展改革|国家|中央|部委|省|市|县|区|旗|州|厅|总局|委员会(?!会)|集团|总公司"
)
# What is asked for or told is not yet granted. 申请人数, 上报信息数 are no requests, so each word needs its company.
ASKED = re.compile(
    r"[^，。；]*(?:报[^，。；]{0,12}备案|已备案|作?备案(?:处理|登记)?$"
    r"|(?:已|拟|正|并|将|按程序)[^，。；]{0,8}(?:上报|报送|报备|报批|报请|提交|递交)"
    r"|(?:调整|变更|修改|更改)[^，。；]{0,4}(?:申请|申报|请示)|(?:申请|申报|请示)[^，。；]{0,6}(?:调整|变更|修改|更改|上报|批)"
    r"|待批|未批|尚未|审批中|待[^，。；]{0,8}(?:批复|批准|同意|审批)|报[^，。；]{1,10}(?:审批|审核|审定|批准))[^，。；]*"
)


class Claim(StrEnum):
    """How far the approval of a change is told."""

    GIVEN = "已批准"
    LATE = "年度结束后批准"
    OWN = "本单位自行同意"
    CITED = "引用文件"
    ASKED = "已报未批"
    NONE = "未见"


@once
def row_to_claim(row: RowView) -> Claim:
    """What the reason of a rewritten row says of its approval; NONE too for a row without a reason."""
    reason = row.reason_if_any
    if reason is None:
        return Claim.NONE
    text = _beside_new_name(reason.text, reason.rewrite.new_indicator)
    number = DOCUMENT_NUMBER.search(text)
    own = OWN_APPROVAL.search(text) is not None and OUTSIDE.search(text) is None and number is None
    if reason.rewrite.status is RewriteStatus.APPROVED or reason.has("approved_change"):
        if own:
            return Claim.OWN
        return Claim.LATE if granted_late(text, row.form.year) else Claim.GIVEN
    if own:
        return Claim.OWN
    if ASKED.search(text) is not None:
        return Claim.ASKED
    return Claim.NONE if number is None else Claim.CITED


def _beside_new_name(text: str, name: str) -> str:
    """The reason without the new name, which may speak of applications and approvals itself."""
    return text.replace(name, "") if name else text


def granted_late(text: str, year: int | None) -> bool:
    """True where every number or date of the approval belongs to a later year than the form's."""
    if year is None:
        return False
    numbered = [int(found["year"]) for found in DOCUMENT_NUMBER.finditer(text)]
    dated = [int(found["before"] or found["after"]) for found in GRANTED_ON.finditer(text)]
    told = numbered or dated
    return bool(told) and min(told) > year


def claim_to_words(claim: Claim, row: RowView) -> str:
    """What is missing of an approval, in the words of the reason where it claims one; "" where nothing is."""
    reason = row.reason_if_any
    text = "" if reason is None else _beside_new_name(reason.text, reason.rewrite.new_indicator)
    match claim:
        case Claim.LATE:
            return f"原因栏所称批准在{row.form.year}年度结束之后：{quoted(row.reason_text)}，请核实批复文件和日期"
        case Claim.OWN:
            return f"原因栏所称同意出自本单位：{quoted(_part(OWN_APPROVAL, text))}，未见财政部门或主管部门批复"
        case Claim.CITED:
            return f"原因栏引用了文件（{_part(DOCUMENT_NUMBER, text)}），未写明该文件是否批准调整"
        case Claim.ASKED:
            return f"原因栏只称{quoted(_part(ASKED, text))}，备案、上报不是批复"
        case Claim.GIVEN:
            return ""
        case Claim.NONE:
            return "原因栏未见批复、审核同意或文号"


def _part(words: re.Pattern[str], text: str) -> str:
    found = words.search(text)
    return text if found is None else found.group().strip("，。； ")
