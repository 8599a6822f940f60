"""Time and memory of large batches: ``python -m bench.batch [--forms 100 1000 10000 20000] [--texts 800]``.

So many forms are invented and audited in a process of its own, all rules in one go; making the forms does not count.
What is told is seconds, milliseconds a form, the peak of the resident set, how much of it the audit took beyond the
forms, and the seconds in which near-equal narratives and reasons were found among all of them. Last, the groups found
by the index are held against those of comparing all pairs. Asked for are 10,000 forms in 60 s, a cost a form that
stays flat, and 20,000 forms' near-duplicates in minutes.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from audit.compare import letters
from audit.nearness import jaccard, near_groups
from bench.clock import NOW, PEAK, memory
from bench.synthesis import synthesise
from domain.form import Form, SelfEvaluation
from fuhe.pipeline import forms_to_findings

SIZES = (100, 1_000, 10_000, 20_000)
MOST_SECONDS, MANY = 60.0, 10_000  # an afternoon's list is made in a minute
MOST_GROWTH = 1.5  # milliseconds a form, the largest batch against a tenth of it: caches fill, machines are shared
NEAR, GRAM = 0.8, 3  # as the rules on narratives ask
MUTATED = 0.2  # of the texts that recall is measured on are changed copies of others
SEED = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One batch audited. Seconds of the audit and of the near-duplicate search alone; memory in MB."""

    forms: int
    rows: int
    findings: int
    seconds: float
    near_seconds: float
    forms_mb: float
    peak_mb: float

    @property
    def each(self) -> float:
        """Milliseconds a form."""
        return self.seconds * 1000 / self.forms


def audit_alone(count: int) -> dict[str, float]:
    """So many invented forms audited in this process, and what that took."""
    forms = synthesise(count, seed=SEED)
    forms_to_findings(forms[:1])  # word lists, readers and rules are loaded once, whatever the batch
    held = memory(NOW) or 0.0
    begun = time.perf_counter()
    findings = forms_to_findings(forms)
    seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    near_groups(_narratives(forms), least=NEAR, gram=GRAM)
    near_groups([row.deviation_reason.text for form in forms for row in form.indicators], least=NEAR)
    return {
        "forms": len(forms),
        "rows": sum(len(form.indicators) for form in forms),
        "findings": len(findings),
        "seconds": seconds,
        "near_seconds": time.perf_counter() - begun,
        "forms_mb": held,
        "peak_mb": memory(PEAK) or 0.0,
    }


def _narratives(forms: Sequence[Form]) -> list[str]:
    """Goals and completions."""
    own = [form for form in forms if isinstance(form, SelfEvaluation)]
    return [text for form in own for text in (form.expected_goal.text, form.actual_completion.text)]


def measure(count: int) -> Measured:
    """One batch in a process of its own. RuntimeError where that fails."""
    command = [sys.executable, "-m", "bench.batch", "--child", str(count)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise RuntimeError(f"复核 {count} 张虚构的表失败：{ended.stderr[-400:]}")
    told = json.loads(ended.stdout.splitlines()[-1])
    counts = {key: int(told.pop(key)) for key in ("forms", "rows", "findings")}
    return Measured(**counts, **told)


def recall(count: int) -> tuple[float, float, float]:
    """Share of the near pairs of so many texts that the index joins, and the seconds of the index and of all pairs."""
    rng = random.Random(SEED)
    texts = _narratives(synthesise(count, seed=SEED))[:count]
    texts += [_mutated(rng, rng.choice(texts)) for _ in range(int(MUTATED * count))]
    begun = time.perf_counter()
    groups = near_groups(texts, least=NEAR, gram=GRAM)
    indexed = time.perf_counter() - begun
    group_of = {place: number for number, group in enumerate(groups) for place in group}
    begun = time.perf_counter()
    near = _all_pairs(texts)
    brute = time.perf_counter() - begun
    joined = sum(one in group_of and group_of[one] == group_of.get(other) for one, other in near)
    return joined / max(len(near), 1), indexed, brute


def _all_pairs(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Every near pair, by comparing each text with every other of a length that allows it."""
    lengths = [len(letters(text)) for text in texts]
    likely = [
        (one, other)
        for one, other in combinations(range(len(texts)), 2)
        if min(lengths[one], lengths[other]) * 2 > max(lengths[one], lengths[other])
    ]
    return [(one, other) for one, other in likely if jaccard(texts[one], texts[other], gram=GRAM) >= NEAR]


def _mutated(rng: random.Random, text: str) -> str:
    """The text with a clause gone or a few letters changed, as a unit changes last year's text."""
    clauses = text.split("，")
    if len(clauses) > 2 and rng.random() < 0.5:
        clauses.pop(rng.randrange(len(clauses)))
    changed = list("，".join(clauses))
    for _ in range(rng.randint(0, 4)):
        changed[rng.randrange(len(changed))] = rng.choice("一二三四五六七八九十")
    return "".join(changed)


def main(words: Sequence[str]) -> int:
    """Prints a line a batch; 0 when time, growth and recall keep within bounds, 1 when one of them does not."""
    parser = argparse.ArgumentParser(prog="python -m bench.batch", description=__doc__)
    parser.add_argument("--forms", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--texts", type=int, default=800, help="texts on which recall is measured; 0 for none")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.child is not None:
        print(json.dumps(audit_alone(arguments.child)))
        return 0
    head = ("forms", "rows", "findings", "seconds", "ms/form", "near s", "forms MB", "peak MB")
    print("".join(f"{name:>10}" for name in head))
    batches = []
    for count in arguments.forms:
        one = measure(count)
        batches.append(one)
        print(
            f"{one.forms:>10}{one.rows:>10}{one.findings:>10}{one.seconds:>10.1f}{one.each:>10.2f}"
            f"{one.near_seconds:>10.1f}{one.forms_mb:>10.0f}{one.peak_mb:>10.0f}",
            flush=True,
        )
    fits = _fits(batches)
    if arguments.texts:
        share, indexed, brute = recall(arguments.texts)
        print(f"near pairs joined by the index: {share:.4f} ({indexed:.1f} s; all pairs {brute:.1f} s)")
        fits = fits and share == 1
    return 0 if fits else 1


def _fits(batches: Sequence[Measured]) -> bool:
    """Whether time and growth keep within what is asked."""
    fast = all(one.seconds <= MOST_SECONDS for one in batches if one.forms <= MANY)
    pairs = [(small, large) for small in batches for large in batches if 1_000 <= small.forms < large.forms]
    return fast and all(large.each <= MOST_GROWTH * small.each for small, large in pairs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
