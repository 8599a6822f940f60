"""A finding rests on the labels without which its rule would not have raised it, and on no others."""

from __future__ import annotations

from pathlib import Path

import audit
import fuhe
from audit.grounds import finding_to_grounds
from domain.form import form_key
from fuhe.pipeline import forms_to_findings, house_skills

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_a_finding_rests_only_on_the_labels_it_hangs_on() -> None:
    forms = tuple(fuhe.read([next(EXAMPLES.glob("01*.txt"))]))
    by_key = {form_key(form): form for form in forms}
    skills = house_skills(forms=forms)
    grounds = {
        finding.finding: finding_to_grounds(
            finding, by_key[finding.source, finding.form_index], rules=audit.RULES, skills=skills
        )
        for finding in forms_to_findings(forms)
    }
    (ground,) = grounds["SAT_NO_SURVEY"]
    assert ground.labels == ("evidence_oral_only",)
    assert any(not each for each in grounds.values()), "findings about figures rest on no label"
