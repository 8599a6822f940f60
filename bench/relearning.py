"""How much an auditor's decisions improve the order of what was not decided: ``python -m bench.relearning OUT LABELS``.

OUT is a run over graded forms, LABELS their grades (``finding``, ``file``, ``form_index``, ``row``, ``grade`` 0-3).
Forms are dealt in two halves. An auditor decides the lines of one half from the top of the list: grade 2 and 3 are
confirmed, 1 by chance, 0 dismissed. What that teaches re-ranks the other half, of which no form was seen.

The weights of the list were set with these grades in sight, so the reader who gave them has little to teach. Other
auditors are played as well: the same grades, but to them whole themes do not matter.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

from audit.open_list import Line
from audit.relearn import decisions_to_learned
from audit.rerank import lines_to_reranked
from domain.decision import Act, Cause, Decision
from domain.finding import Finding
from domain.form import FormKey
from fuhe.pipeline import rule_groups
from fuhe.reranking import run_to_lines

HALF = 0.5
SEEDS = 40
DECISIONS = (10, 20, 40, 80)
VIEWS: tuple[tuple[str, ...], ...] = ((), ("改指标",), ("叙述", "重复"), ("类别", "目标"))  # themes that do not matter
FIRST = 30  # lines of the list that the figure looks at, as for the whole list

Grades = Mapping[tuple[str, int, int | None, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One deal of the forms: the order of the other half before and after, by nDCG of its first lines."""

    decided: int
    before: float
    after: float


def read_grades(path: Path) -> Grades:
    """The best grade of each story: rows by place, findings on whole forms by their id."""
    grades: dict[tuple[str, int, int | None, str], int] = {}
    for each in json.loads(path.read_text(encoding="utf-8")):
        key = (each["file"], each["form_index"], each["row"], each["finding"] if each["row"] is None else "")
        grades[key] = max(grades.get(key, 0), each["grade"])
    return grades


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditor:
    """Somebody who grades as the reader did, save that some themes do not matter to them at all."""

    grades: Grades
    dull: tuple[str, ...]
    groups: Mapping[str, str]

    def grade(self, finding: Finding) -> int:
        """The grade of a line; 0 for what the reader did not note."""
        if self.groups.get(finding.finding) in self.dull:
            return 0
        code = finding.finding if finding.row is None else ""
        return self.grades.get((Path(finding.source).name, finding.form_index, finding.row, code), 0)


def graded_forms(grades: Grades, lines: Sequence[Line]) -> list[FormKey]:
    """The forms of a list that were graded."""
    graded = {(file, form) for file, form, _, _ in grades}
    keys = {(line.finding.source, line.finding.form_index) for line in lines}
    return sorted(key for key in keys if (Path(key[0]).name, key[1]) in graded)


def of_forms(lines: Sequence[Line], forms: set[FormKey]) -> list[Line]:
    """The told lines of some forms."""
    return [line for line in lines if line.is_told and (line.finding.source, line.finding.form_index) in forms]


def line_to_decision(line: Line, grade: int, lot: random.Random) -> Decision:
    """What an auditor who grades like this decides."""
    finding = line.finding
    confirmed = grade >= 2 or (grade == 1 and lot.random() < HALF)
    noise = Cause.WRONG if lot.random() < HALF else Cause.IMMATERIAL
    cause = None if confirmed else noise if grade == 0 else lot.choice([Cause.IMMATERIAL, Cause.EXPLAINED])
    return Decision(
        finding=finding.finding,
        source=finding.source,
        form_index=finding.form_index,
        row=finding.row,
        act=Act.CONFIRM if confirmed else Act.DISMISS,
        cause=cause,
        unit=line.unit,
    )


def ndcg(gains: Sequence[int]) -> float:
    """How near the first lines are to the best order of the same lines."""
    ideal = _gain(sorted(gains, reverse=True)[:FIRST])
    return _gain(gains[:FIRST]) / ideal if ideal else 1.0


def _gain(gains: Sequence[int]) -> float:
    return sum((2.0**gain - 1.0) / math.log2(place + 2) for place, gain in enumerate(gains))


def deal(lines: Sequence[Line], auditor: Auditor, *, most: int, seed: int) -> Trial:
    """One deal: decide at most ``most`` lines of one half, look at the order of the other."""
    lot = random.Random(seed)
    forms = graded_forms(auditor.grades, lines)
    lot.shuffle(forms)
    seen, other = set(forms[: len(forms) // 2]), set(forms[len(forms) // 2 :])
    looked = of_forms(lines, seen)[:most]
    decisions = [line_to_decision(line, auditor.grade(line.finding), lot) for line in looked]
    rest = of_forms(lines, other)
    learned = decisions_to_learned(decisions, looked)
    again = lines_to_reranked(rest, learned)
    return Trial(
        decided=len(decisions),
        before=ndcg([auditor.grade(line.finding) for line in rest]),
        after=ndcg([auditor.grade(finding) for finding in again]),
    )


def main() -> None:
    """Prints one line for each number of decisions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("labels", type=Path)
    given = parser.parse_args()
    lines, grades = run_to_lines(given.out), read_grades(given.labels)
    for dull in VIEWS:
        print(f"an auditor to whom {'、'.join(dull)} do not matter" if dull else "the reader who gave the grades")
        auditor = Auditor(grades=grades, dull=dull, groups=rule_groups())
        for most in DECISIONS:
            print("  " + trials_to_words([deal(lines, auditor, most=most, seed=seed) for seed in range(SEEDS)]))


def trials_to_words(trials: Sequence[Trial]) -> str:
    """The deals of one number of decisions, in a line."""
    gains = [trial.after - trial.before for trial in trials]
    return (
        f"{mean(trial.decided for trial in trials):3.0f} decisions: nDCG@{FIRST} of the rest "
        f"{mean(trial.before for trial in trials):.3f} -> {mean(trial.after for trial in trials):.3f}, "
        f"gain {mean(gains):+.3f} (sd {stdev(gains):.3f}), better in {mean(gain > 0 for gain in gains):.0%} "
        f"and worse in {mean(gain < 0 for gain in gains):.0%} of {len(trials)} deals"
    )


if __name__ == "__main__":
    main()
