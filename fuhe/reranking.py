"""The list of a run in the order that an auditor's decisions taught (``findings_reranked.jsonl``)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from audit.compare import letters
from audit.engine import remembered
from audit.open_list import Line
from audit.relearn import BadLearned, Learned, decisions_to_learned, json_to_learned, learned_to_json
from audit.rerank import lines_to_reranked
from domain.decision import Act, Decision
from domain.finding import Finding
from domain.form import Form, FormKey, SelfEvaluation, form_key, form_to_unit, path_to_place
from domain.value import Number
from fuhe.export import FINDINGS, FORMS, read_findings_file, read_forms_file
from fuhe.files import write_lines, write_text
from fuhe.finding_records import finding_to_record
from fuhe.listing import YUAN_PER_WAN, form_to_amount_wan
from fuhe.pipeline import house_skills, rule_groups, rule_titles

RERANKED = "findings_reranked.jsonl"
REASON = "deviation_reason"


def run_to_lines(run: Path) -> tuple[Line, ...]:
    """The list of a run (the output folder of ``fuhe audit``) with what is at stake in each line. Raises WrongUsage.

    Always that of ``findings.jsonl``, never one already re-ranked: bounds would add up.
    """
    return findings_to_lines(read_findings_file(run / FINDINGS), read_forms_file(run / FORMS))


def findings_to_lines(findings: Sequence[Finding], forms: Iterable[Form]) -> tuple[Line, ...]:
    """The list with what is at stake; a finding whose form is not there has no marks, money or unit."""
    skills, groups = remembered(house_skills()), rule_groups()
    by_key = {form_key(form): form for form in forms}
    units = {key: form_to_unit(form) for key, form in by_key.items()}
    wans = {key: form_to_amount_wan(form, skills.amount) for key, form in by_key.items()}
    company = _sharing(findings)
    lines: list[Line] = []
    for finding in findings:
        key, reason = (finding.source, finding.form_index), finding_to_reason(finding)
        wan = wans.get(key)
        lines.append(
            Line(
                finding=finding,
                group=groups.get(finding.finding, ""),
                unit=units.get(key, ""),
                points=_points(by_key.get(key), finding.row, skills.number),
                yuan=None if wan is None else wan * YUAN_PER_WAN,
                alike=len(company.get((finding.finding, letters(reason)), ())) or 1,
                disputed=bool(reason) and any(label.disputed for label in skills.rationale(reason).labels),
            )
        )
    return tuple(lines)


def finding_to_reason(finding: Finding) -> str:
    """The deviation reason of its own form that a finding rests on; "" where it rests on none."""
    own = (one for one in finding.evidence if not one.form and path_to_place(one.field)[2] == REASON)
    return next((one.text.strip() for one in own), "")


def _sharing(findings: Iterable[Finding]) -> Mapping[tuple[str, str], set[FormKey]]:
    """The forms in which a rule failed with one reason, by rule and reason."""
    forms: dict[tuple[str, str], set[FormKey]] = defaultdict(set)
    for finding in findings:
        reason = letters(finding_to_reason(finding))
        if reason:
            forms[finding.finding, reason].add((finding.source, finding.form_index))
    return forms


def _points(form: Form | None, row: int | None, text_to_number: Callable[[str], Number | None]) -> Decimal | None:
    """The marks of a row; None for findings on a whole form, and where the form gives none."""
    if not isinstance(form, SelfEvaluation) or row is None or row >= len(form.indicators):
        return None
    text = form.indicators[row].weight.text.strip()
    number = text_to_number(text) if text else None
    return None if number is None else number.value


def learn_order(decisions: Iterable[Decision], runs: Iterable[Path]) -> Learned:
    """What decisions on the findings of these runs teach. Raises WrongUsage."""
    return decisions_to_learned(decisions, [line for run in runs for line in run_to_lines(run)])


def rerank_run(run: Path, learned: Learned, *, decisions: Iterable[Decision] = ()) -> tuple[Finding, ...]:
    """The list of a run, what was learned applied to the lines that are still open. Raises WrongUsage."""
    decided = {decision.key for decision in decisions if decision.act is not Act.SKIP}
    return lines_to_reranked(run_to_lines(run), learned, decided=decided)


def write_reranked(run: Path, findings: Iterable[Finding]) -> Path:
    """Writes the list beside ``findings.jsonl``, which stays as it is. Raises CannotWrite."""
    path = run / RERANKED
    write_lines(path, map(finding_to_record, findings))
    return path


def write_learned(path: Path, learned: Learned) -> None:
    """Writes weights as JSON. Raises CannotWrite."""
    write_text(path, json.dumps(learned_to_json(learned), ensure_ascii=False, indent=1) + "\n")


def read_learned(path: Path) -> Learned:
    """Weights from a file. Raises BadLearned."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadLearned(f"读不了排序权重文件 {path}。请用复核记录重新学习一次。") from error
    if not isinstance(record, dict):
        raise BadLearned(f"{path} 不是排序权重文件。请用复核记录重新学习一次。")
    return json_to_learned(record)


def learned_to_words(learned: Learned) -> str:
    """What was learned, in some lines for the auditor."""
    if not learned.changes:
        return f"可用于排序的复核只有{learned.decided}条，少于所需，清单次序不变。" + _silent_words(learned)
    titles = rule_titles()
    rules = sorted(learned.rules, key=lambda tally: -tally.decided)
    told = [
        f"  {titles.get(each.name, each.name)}：复核{each.decided}条，确认{each.confirmed}条，"
        f"有解释或不重要{each.little}条，判错{each.wrong}条"
        for each in rules
    ]
    return "\n".join([f"据{learned.decided}条复核调整了次序。" + _silent_words(learned), *told])


def _silent_words(learned: Learned) -> str:
    silent = "，".join(f"{name}{count}条" for name, count in learned.silent)
    return f"不用于排序的：{silent}。" if silent else ""
