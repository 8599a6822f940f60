"""Every rule on its sheet of cases: what passes, what fails and with which words, what cannot be checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from audit import RULES, BatchRule, BatchView, Rule, Skills, Thresholds
from audit.cells import Context
from audit.engine import Raised, batch_to_raised, form_to_raised, remembered
from domain.finding import Verdict
from domain.form import Form

CASES = Path(__file__).parent / "cases"
BY_CODE = {rule.code: rule for rule in RULES}
VERDICTS = {"pass": None, "fail": Verdict.FAIL, "cannot_check": Verdict.CANNOT_CHECK}


def all_cases() -> list[Any]:
    """One parameter for every case of every sheet, raw: the fixture checks their shape."""
    return [
        pytest.param(path.stem, kind, case, id=f"{path.stem}-{kind}-{case['name']}")
        for path in sorted(CASES.glob("*.yaml"))
        for kind, cases in yaml.safe_load(path.read_text(encoding="utf-8")).items()
        for case in cases
    ]


@pytest.mark.parametrize(("code", "kind", "raw"), all_cases())
def test_rule_judges_its_case(code: str, kind: str, raw: object, sheets: Any) -> None:
    (case,) = sheets.cases([raw])
    context = Context(skills=remembered(sheets.skills(case)), thresholds=Thresholds())
    raised = run_rule(code, sheets.forms(case), context=context)
    assert [item.finding.verdict for item in raised] == ([] if kind == "pass" else [VERDICTS[kind]])
    for item in raised:
        assert_says(item, case)


def run_rule(code: str, forms: tuple[Form, ...], *, context: Context) -> tuple[Raised, ...]:
    """What one rule raises on the forms of a case."""
    rule = BY_CODE[code]
    if isinstance(rule, BatchRule):
        return batch_to_raised(BatchView(forms, context=context), (rule,))
    return tuple(item for form in forms for item in form_to_raised(form, (rule,), context=context))


def assert_says(item: Raised, case: dict[str, Any]) -> None:
    """The finding holds what the case asks for and can be proved."""
    finding = item.finding
    assert case.get("message", "") in finding.message
    assert finding.severity == case.get("severity", finding.severity)
    assert finding.row == case.get("row", finding.row)
    assert finding.form_index == case.get("form", finding.form_index)
    assert finding.evidence
    assert finding.basis


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_the_whole_program_judges_the_sheet_as_its_labels_do(code: str, sheets: Any, real_skills: Skills) -> None:
    sheet = sheets.sheet(yaml.safe_load((CASES / f"{code}.yaml").read_text(encoding="utf-8")))
    context = Context(skills=remembered(real_skills), thresholds=Thresholds())
    for kind, cases in sheet.items():
        for case in cases:
            raised = run_rule(code, sheets.forms(case), context=context)
            told = [item.finding.verdict for item in raised]
            assert told == ([] if kind == "pass" else [VERDICTS[kind]]), f"{kind}: {case['name']}"
            assert all(item.finding.severity == case.get("severity", item.finding.severity) for item in raised)


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_every_rule_has_a_sheet_with_all_three_kinds(code: str, sheets: Any) -> None:
    path = CASES / f"{code}.yaml"
    assert path.is_file(), f"{code} has no sheet"
    sheet = sheets.sheet(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert all(sheet[kind] for kind in VERDICTS)


def test_every_sheet_belongs_to_a_rule() -> None:
    assert {path.stem for path in CASES.glob("*.yaml")} <= set(BY_CODE)


@pytest.mark.parametrize("rule", RULES, ids=[rule.code for rule in RULES])
def test_every_rule_tells_its_limits(rule: Rule) -> None:
    sentences = rule.limits.removesuffix("。").split("。")
    assert len(sentences) >= 2, f"{rule.code}: limits= 写明何时有问题而不报、何时没有问题而会报"
