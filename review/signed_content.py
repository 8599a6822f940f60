"""What a signature stands for: everything a working paper says of a finding, with its digest, and built once more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.finding import Finding as Found
from domain.form import Form
from review.blobs import blob_path, read_blob
from review.checking import evidence_to_record
from review.forms import row_to_form
from review.house import the_house
from review.journal import record_to_digest
from review.models import Finding, FormRow, Signature

FINDING_PARTS: Final = ("code", "title", "severity", "verdict", "message", "basis", "statement", "evidence")
PART_NAMES: Final[Mapping[str, str]] = {
    "finding": "疑点", "form": "来源表", "decision": "复核结论", "corrections": "更正", "notes": "批注",
    "versions": "版本", "code": "规则", "title": "问题名称", "severity": "风险等级", "verdict": "判定",
    "message": "事实", "basis": "依据", "statement": "底稿表述", "evidence": "证据", "readings": "误读还是误报",
    "amount": "涉及金额", "points": "分值", "row": "行", "document": "文件", "sha256": "文件校验值",
    "parts": "各页文件校验值", "index": "表序", "unit": "责任单位", "year": "年度", "project_name": "项目",
    "indicator": "指标", "status": "结论",
    "dismissal": "排除原因", "nature": "定性", "relabel": "改判", "by": "复核人", "at": "复核时间", "program": "程序",
    "reading": "识读", "rules": "规则集", "models": "模型",
}  # fmt: skip
READING_GONE = "识读结果已不在文件库中"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is no longer as it was signed: what, as signed, and as it is now."""

    what: str
    signed: str
    now: str


def finding_to_content(finding: Finding) -> dict[str, Any]:
    """What is signed: the machine's words, the sources, the decision with its grounds, and the versions behind it."""
    document = finding.form.document
    return {
        "finding": {
            **{part: getattr(finding, part) for part in FINDING_PARTS},
            "readings": finding.readings,
            "row": finding.row,
            "amount": None if finding.amount is None else f"{finding.amount:.2f}",
            "points": None if finding.points is None else f"{finding.points:.2f}",
        },
        "form": {
            "document": document.path, "sha256": document.sha256, "parts": list(document.parts),
            "index": finding.form.index, "unit": finding.unit, "year": finding.year,
            "project_name": finding.project_name, "indicator": finding.indicator,
        },
        "decision": {
            "status": finding.status, "dismissal": finding.dismissal, "nature": finding.nature,
            "relabel": list(finding.relabel), "by": str(finding.decided_by or ""),
            "at": finding.decided_at.isoformat() if finding.decided_at else "",
        },
        "corrections": _corrections(finding.form),
        "notes": [note.text for note in finding.notes.all() if not note.after_signing],
        "versions": {**(finding.check_run.versions if finding.check_run else {}), "document": document.version},
    }  # fmt: skip


def _corrections(form: FormRow) -> list[list[str]]:
    """Corrected fields with their texts, the last of each."""
    kept = {each.field: each.text for each in form.corrections.all() if not each.withdrawn}
    return [[field, text] for field, text in sorted(kept.items())]


def content_to_digest(content: Mapping[str, Any]) -> str:
    """The digest that is printed beside a signature."""
    return record_to_digest(content)


def standing_signature(finding: Finding) -> Signature | None:
    """The last signature that was not given back."""
    return finding.signatures.filter(returned=False).order_by("-pk").first()


def signature_is_whole(signature: Signature) -> bool:
    """True where the content kept with the signature is the one that was signed."""
    return content_to_digest(signature.content) == signature.digest


def reproduce(finding: Finding) -> tuple[Difference, ...]:
    """The working paper of a signed finding built again from the files on: what differs; nothing where it is the same.

    Three things are looked at: the content kept with the signature, what the tables say now, and what reading and
    checks say now of the form and of those its evidence names. Raises LookupError where it is not signed.
    """
    signature = standing_signature(finding)
    if signature is None:
        raise LookupError("unsigned")
    signed: dict[str, Any] = signature.content
    found = [] if signature_is_whole(signature) else [_broken_seal(signature)]
    found += contents_to_differences(signed, finding_to_content(finding))
    found += _damaged_files(signed)
    found += _checked_again(finding, signed)
    return tuple(dict.fromkeys(found))


def _broken_seal(signature: Signature) -> Difference:
    return Difference(
        what="签字时保存的内容", signed=signature.digest[:16], now=content_to_digest(signature.content)[:16]
    )


def contents_to_differences(signed: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Two contents laid side by side, part by part."""
    found: list[Difference] = []
    for part in signed.keys() | now.keys():
        one, other = signed.get(part), now.get(part)
        if one == other:
            continue
        if isinstance(one, dict) and isinstance(other, dict):
            names = sorted(one.keys() | other.keys())
            found += [
                _difference(part, name, one.get(name), other.get(name)) for name in names if _differ(name, one, other)
            ]
        else:
            found.append(_difference("", part, one, other))
    return sorted(found, key=lambda each: each.what)


def _differ(name: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one.get(name) != other.get(name))


def _difference(part: str, name: str, signed: Any, now: Any) -> Difference:
    what = "·".join(PART_NAMES.get(each, each) for each in (part, name) if each)
    return Difference(what=what, signed=_words(signed), now=_words(now))


def _words(thing: Any) -> str:
    """A value in a few words: evidence by its texts."""
    if isinstance(thing, list):
        return "；".join(_words(each) for each in thing) or "（无）"
    if isinstance(thing, dict):
        return str(thing.get("text") or thing.get("field") or thing)
    return "（无）" if thing in (None, "") else str(thing)


def _damaged_files(signed: Mapping[str, Any]) -> Iterable[Difference]:
    """The original bytes hashed again."""
    for sha256 in signed["form"]["parts"]:
        now = _hash_of(sha256)
        if now != sha256:
            yield Difference(what="原件", signed=f"{sha256[:16]}…", now=now)


def _hash_of(sha256: str) -> str:
    import hashlib

    if not blob_path(sha256).is_file():
        return "文件库中没有这个文件"
    return hashlib.sha256(read_blob(sha256)).hexdigest()


def _checked_again(finding: Finding, signed: Mapping[str, Any]) -> list[Difference]:
    """The rules asked again about the same forms, nothing stored."""
    try:
        forms = _forms_of(finding)
    except LookupError:
        return [Difference(what="重新核对", signed="", now=READING_GONE)]
    raised = [
        each.finding
        for each in the_house().checking.check(forms)
        if (each.finding.finding, each.finding.row) == (finding.code, finding.row)
        and (each.finding.source, each.finding.form_index) == (finding.form.document.path, finding.form.index)
    ]
    if len(raised) <= finding.ordinal:
        return [Difference(what="重新核对", signed=finding.title, now="不再提出这一疑点")]
    again = _found_to_parts(raised[finding.ordinal])
    return [
        _difference("重新核对", part, signed["finding"][part], again[part])
        for part in FINDING_PARTS
        if signed["finding"][part] != again[part]
    ]


def _found_to_parts(found: Found) -> dict[str, Any]:
    return {
        "code": found.finding, "title": found.title, "severity": found.severity.value, "verdict": found.verdict.value,
        "message": found.message, "basis": found.basis, "statement": found.statement,
        "evidence": [evidence_to_record(each) for each in found.evidence],
    }  # fmt: skip


def _forms_of(finding: Finding) -> Sequence[Form]:
    """The finding's own form, and the others its evidence names (``path#index``). Raises LookupError."""
    rows = [finding.form]
    for name in dict.fromkeys(each["form"] for each in finding.evidence if each["form"]):
        path, _, index = name.rpartition("#")
        other = FormRow.objects.filter(
            document__project=finding.project_id, document__path=path, index=int(index)
        ).select_related("document")
        rows += [row for row in other if row not in rows]
    return [row_to_form(row) for row in rows]
