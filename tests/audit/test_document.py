"""The manual of the rules is the rules' own."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit import RULES, Rule
from audit.document import rules_to_markdown
from audit.thresholds import Thresholds, number_sources
from audit.weights import Weights

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "rules.md"


def test_the_printed_manual_is_current() -> None:
    assert MANUAL.read_text(encoding="utf-8") == rules_to_markdown(), "run: python -m audit.document > docs/rules.md"


def test_the_manual_names_every_rule_and_threshold() -> None:
    text = rules_to_markdown()
    assert all(f"（{rule.code}）" in text and rule.explanation in text for rule in RULES)
    assert all(
        f"`{name}`" in text and source in text
        for numbers in (Thresholds, Weights)
        for name, _, source in number_sources(numbers)
    )


@pytest.mark.parametrize("rule", RULES, ids=[rule.code for rule in RULES])
def test_every_rule_tells_its_limits(rule: Rule) -> None:
    silent_and_wrong = rule.limits.rstrip("。").split("。")
    assert len(silent_and_wrong) >= 2, f"{rule.code}: limits= 写明何时有问题而不报、何时没有问题而会报"
