"""The command export: findings chosen from a run, filled into a Word template."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from domain.finding import SEVERITY_NAMES, Finding, Severity, Verdict
from domain.form import Form, form_key, walk
from fuhe.commands import WrongUsage
from fuhe.finding_records import record_to_finding
from fuhe.listing import Entry, Listing, findings_to_listing
from fuhe.paper_kinds import PaperKind
from fuhe.pipeline import house_skills, rule_categories
from fuhe.records import RecordError, record_to_form
from fuhe.word_context import Item, entry_to_item, items_to_context
from fuhe.word_fill import BadTemplate, fill_template, write_filled
from fuhe.word_templates import paper_template

FINDINGS, FORMS = "findings.jsonl", "forms.jsonl"
_RANGE = re.compile(r"\s*(\d+)\s*(?:[-—~至]\s*(\d+))?\s*")
MOST_RANKS = 5000  # a mistyped range must not ask for a million numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which findings go on paper: the ranks named, or without any the uncovered ones of at least this severity."""

    ranks: tuple[int, ...] = ()
    least: Severity = Severity.MEDIUM


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Which paper: an office's own template, or without one ours of a kind."""

    kind: PaperKind = PaperKind.EVIDENCE
    template: Path | None = None


def export_word(source: Path, out: Path, *, choice: Choice, paper: Paper) -> int:
    """Fill the chosen findings of an output folder (or its findings.jsonl) into ``out``; the exit code.

    Raises WrongUsage and CannotWrite; nothing is written then.
    """
    _check_out(out, paper)
    template, name = _paper_to_template(paper)
    listing, forms = _read_run(source)
    items = _entries_to_items(choose(listing, choice), forms)
    try:
        filled = fill_template(template, items_to_context(items, today=date.today()), name=name)
    except BadTemplate as error:
        raise WrongUsage(str(error)) from error
    write_filled(out, filled)
    print(f"已将 {len(items)} 条疑点写入 {out}（{name}）。所列均为疑点，核实后再定稿。")
    return 0


def export_blank(out: Path, *, kind: PaperKind) -> int:
    """Write our own template unfilled, for an office to make its own of; the exit code."""
    _check_out(out, Paper(kind=kind))
    write_filled(out, paper_template(kind))
    print(f"已写入空白模板 {out}。按本单位格式改好后，用 --template 指定它。")
    return 0


def text_to_ranks(text: str) -> tuple[int, ...]:
    """``1,3,5-9`` as numbers in their order, each once. Raises WrongUsage."""
    ranks: list[int] = []
    for part in re.split("[,，、;；]", text):
        found = _RANGE.fullmatch(part)
        if found is None:
            raise WrongUsage(f"--only 中的“{part.strip()}”不是序号。请写成 1,3,5-9 的样子，序号见问题清单。")
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first or last - first >= MOST_RANKS:
            raise WrongUsage(f"--only 中的“{part.strip()}”起止颠倒或过长。请写成 1,3,5-9 的样子。")
        ranks += range(first, last + 1)
    return tuple(dict.fromkeys(ranks))


def choose(listing: Listing, choice: Choice) -> tuple[Entry, ...]:
    """The entries a choice asks for. Raises WrongUsage where it asks for what is not there."""
    if choice.ranks:
        return _by_rank(listing, choice.ranks)
    order = list(SEVERITY_NAMES)
    wanted = order[: order.index(choice.least) + 1]
    entries = tuple(entry for entry in listing.top if entry.finding.severity in wanted)
    if not entries:
        names = "、".join(SEVERITY_NAMES[each] for each in wanted)
        raise WrongUsage(
            f"没有可写入的疑点：清单中共 {len(listing.top)} 条，没有等级为{names}的。"
            "请用 --severity 放宽，或用 --only 指定序号。"
        )
    return entries


def _by_rank(listing: Listing, ranks: Sequence[int]) -> tuple[Entry, ...]:
    known = {entry.finding.rank: entry for entry in (*listing.top, *listing.covered)}
    missing = [str(rank) for rank in ranks if rank not in known]
    if missing:
        raise WrongUsage(f"清单中没有序号 {'、'.join(missing)} 的疑点（未能核对的不在其内）。请对照问题清单的序号。")
    return tuple(known[rank] for rank in ranks)


def _check_out(out: Path, paper: Paper) -> None:
    if out.suffix.lower() != ".docx":
        raise WrongUsage(f"输出文件 {out} 应以 .docx 结尾。请用 -o 指定，例如 -o 取证单.docx。")
    if out.is_dir() or not out.parent.is_dir():
        raise WrongUsage(f"写不了 {out}：所在文件夹不存在，或它本身是文件夹。请用 -o 换一个位置。")
    if paper.template is not None and paper.template.exists() and out.exists() and out.samefile(paper.template):
        raise WrongUsage(f"输出文件与模板是同一个文件（{out}），模板会被盖掉。请用 -o 换一个名字。")


def _paper_to_template(paper: Paper) -> tuple[bytes, str]:
    if paper.template is None:
        return paper_template(paper.kind), f"自带{paper.kind}模板"
    try:
        return paper.template.read_bytes(), str(paper.template)
    except OSError as error:
        raise WrongUsage(f"读不了模板 {paper.template}（{error.strerror or error}）。请核对路径和权限。") from error


def _read_run(source: Path) -> tuple[Listing, tuple[Form, ...]]:
    """The list of a run, with the forms it speaks of where they lie beside it."""
    path = source / FINDINGS if source.is_dir() else source
    findings = read_findings_file(path)
    forms = read_forms_file(path.with_name(FORMS))
    by_key = {form_key(form): form for form in forms}
    placed = [_with_places(finding, by_key.get((finding.source, finding.form_index))) for finding in findings]
    listing = findings_to_listing(placed, forms, groups=rule_categories(), text_to_amount=house_skills().amount)
    return listing, forms


def read_findings_file(path: Path) -> tuple[Finding, ...]:
    """The findings of an earlier run. Raises WrongUsage, also where there is no such file."""
    if not path.is_file():
        raise WrongUsage(f"找不到 {path}。请给出 fuhe audit 的输出文件夹，或其中的 {FINDINGS}。")
    return tuple(_line_to_finding(record, path, number) for number, record in _records(path))


def read_forms_file(path: Path) -> tuple[Form, ...]:
    """The forms of an earlier run; none where there is no such file. Raises WrongUsage."""
    return tuple(_line_to_form(record, path, number) for number, record in _records(path))


def _with_places(finding: Finding, form: Form | None) -> Finding:
    """Lines of text input stand with the form, not with the finding (decision 0004)."""
    if form is None:
        return finding
    fields = dict(walk(form))
    evidence = tuple(
        replace(one, sources=fields[one.field].sources)
        if not one.sources and not one.form and one.field in fields
        else one
        for one in finding.evidence
    )
    return replace(finding, evidence=evidence)


def _records(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """The lines of a jsonl file with their numbers; none where there is no file. Raises WrongUsage."""
    if not path.is_file():
        return
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"读不了 {path}（{error}）。请重新执行 fuhe audit。") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, _line_to_record(line, path, number)


def _line_to_record(line: str, path: Path, number: int) -> Mapping[str, object]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WrongUsage(f"{path} 第 {number} 行不是 JSON。请重新执行 fuhe audit。") from error
    if not isinstance(record, dict):
        raise WrongUsage(f"{path} 第 {number} 行不是一条记录。请重新执行 fuhe audit。")
    return record


def _line_to_finding(record: Mapping[str, object], path: Path, number: int) -> Finding:
    try:
        return record_to_finding(record)
    except RecordError as error:
        raise WrongUsage(f"{path} 第 {number} 行：{error}") from error


def _line_to_form(record: Mapping[str, object], path: Path, number: int) -> Form:
    try:
        return record_to_form(record)
    except RecordError as error:
        raise WrongUsage(f"{path} 第 {number} 行：{error}") from error


def _entries_to_items(entries: Sequence[Entry], forms: Sequence[Form]) -> tuple[Item, ...]:
    years = {form_key(form): "".join(filter(str.isdigit, form.year.text))[:4] for form in forms}
    return tuple(
        entry_to_item(
            entry,
            category=entry.group,
            year=years.get((entry.finding.source, entry.finding.form_index), ""),
        )
        for entry in entries
        if entry.finding.verdict is Verdict.FAIL
    )
