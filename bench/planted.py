"""How many planted errors the rules find, and what they say of careful forms: ``python -m bench.planted``."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from audit import RULES
from bench.planted_forms import PLANTED, Planting, read_careful, read_own, read_plantings
from bench.tables import Figures, figures_to_lines, share_to_text
from domain.finding import Finding, Severity, Verdict
from domain.form import Form
from fuhe.pipeline import forms_to_findings

CheckForms = Callable[[Sequence[Form]], Sequence[Finding]]
WEIGHTY = (Severity.HIGH, Severity.MEDIUM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Of one id: how many were planted, and the names of those that were not found."""

    id: str
    planted: int
    missed: tuple[str, ...]

    @property
    def found(self) -> int:
        """How many were found."""
        return self.planted - len(self.missed)


def plantings_to_recall(plantings: Sequence[Planting], *, check: CheckForms) -> tuple[Recall, ...]:
    """What is found of every id, in the order of the plantings."""
    ids = dict.fromkeys(planting.id for planting in plantings)
    missed = {planting for planting in plantings if not is_found(planting, check=check)}
    return tuple(
        Recall(
            id=code,
            planted=sum(planting.id == code for planting in plantings),
            missed=tuple(planting.name for planting in plantings if planting.id == code and planting in missed),
        )
        for code in ids
    )


def is_found(planting: Planting, *, check: CheckForms) -> bool:
    """True when an accepted finding stands where the error was planted and did not stand there before."""
    before = {
        place
        for number, ground in enumerate(planting.ground)
        if ground is not None
        for place in _places(check([ground]), forms=[ground], first=number)
    }
    told = _places(check(planting.forms), forms=planting.forms, first=0)
    return any(_hits(place, planting) for place in told - before)


Place = tuple[str, int, int | None]  # id, number of the form, row or None for the form


def _places(findings: Sequence[Finding], *, forms: Sequence[Form], first: int) -> set[Place]:
    numbers = {(form.document.path, form.index): first + number for number, form in enumerate(forms)}
    return {
        (finding.finding, numbers[finding.source, finding.form_index], finding.row)
        for finding in findings
        if finding.verdict is Verdict.FAIL
    }


def _hits(place: Place, planting: Planting) -> bool:
    code, form, row = place
    right_form = planting.form is None or form == planting.form
    right_row = planting.row is None or row is None or row == planting.row
    return code in planting.accepted and right_form and right_row


def overall_recall(recalls: Sequence[Recall]) -> float:
    """Found over planted, every planting counting once; 1 where nothing was planted."""
    planted = sum(recall.planted for recall in recalls)
    return sum(recall.found for recall in recalls) / planted if planted else 1.0


def false_alarms(forms: Mapping[str, Form], *, check: CheckForms) -> dict[str, list[Finding]]:
    """Everything said of every careful form by itself, covered or not, by its name."""
    return {
        name: [finding for finding in check([form]) if finding.verdict is Verdict.FAIL] for name, form in forms.items()
    }


def weighty(findings: Sequence[Finding]) -> list[Finding]:
    """Those of severity high or medium."""
    return [finding for finding in findings if finding.severity in WEIGHTY]


def recall_figures(recalls: Sequence[Recall], *, known: frozenset[str]) -> Figures:
    """The table of ids; those no rule has yet stand in the notes."""
    judged = [recall for recall in recalls if recall.id in known]
    lacking = [recall.id for recall in recalls if recall.id not in known]
    rows = tuple(
        (recall.id, str(recall.planted), str(recall.found), "; ".join(recall.missed) or "–") for recall in judged
    )
    planted, found = sum(recall.planted for recall in judged), sum(recall.found for recall in judged)
    total = ("all", str(planted), str(found), f"recall {share_to_text(overall_recall(judged))}")
    return Figures(
        title=f"Planted errors, {len(judged)} ids",
        head=("id", "planted", "found", "missed"),
        rows=(*rows, total),
        notes=(f"no rule yet for {len(lacking)} ids: {', '.join(lacking)}",) if lacking else (),
    )


def alarm_figures(alarms: Mapping[str, Sequence[Finding]]) -> Figures:
    """The table of careful forms: what of weight and what of no weight is said of each."""
    rows = tuple(
        (name, str(len(weighty(findings))), _codes(weighty(findings)), _codes(set(findings) - set(weighty(findings))))
        for name, findings in alarms.items()
    )
    count = sum(len(weighty(findings)) for findings in alarms.values())
    return Figures(
        title="Careful forms",
        head=("form", "high or medium", "ids", "low or info"),
        rows=(*rows, ("mean", f"{count / len(alarms):.2f}", "", "")),
    )


def _codes(findings: Sequence[Finding] | set[Finding]) -> str:
    counted = Counter(f"{finding.finding} ({finding.severity})" for finding in findings)
    return ", ".join(f"{count}× {code}" if count > 1 else code for code, count in sorted(counted.items())) or "–"


def report_lines(sheet: Path = PLANTED, *, check: CheckForms = forms_to_findings) -> Iterator[str]:
    """What the command prints."""
    known = frozenset(rule.code for rule in RULES)
    yield from figures_to_lines(recall_figures(plantings_to_recall(read_plantings(sheet), check=check), known=known))
    yield ""
    yield from figures_to_lines(alarm_figures(false_alarms(read_careful(), check=check)))
    own = read_own(sheet)
    if own:
        yield ""
        told = alarm_figures(false_alarms(own, check=check))
        yield from figures_to_lines(replace(told, title="Own forms of the sheet before anything was planted in them"))


def main(words: Sequence[str]) -> None:
    """Print the tables; ``--sheet`` names another sheet of plantings."""
    parser = argparse.ArgumentParser(prog="python -m bench.planted", description=__doc__)
    parser.add_argument("--sheet", type=Path, default=PLANTED, help="default: %(default)s")
    print("\n".join(report_lines(parser.parse_args(words).sheet)))


if __name__ == "__main__":
    main(sys.argv[1:])
