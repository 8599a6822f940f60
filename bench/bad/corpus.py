"""All bad inputs of the house. ``python -m bench.bad.corpus [WORD]`` tells how each ends that has WORD in its name."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from bench.bad.archives import archive_cases
from bench.bad.books import book_cases
from bench.bad.case import BadInput
from bench.bad.lines import file_cases
from bench.bad.pages import page_cases
from bench.bad.pdfs import pdf_cases
from bench.bad.pictures import picture_cases
from bench.bad.reading import input_to_outcomes, outcome_to_words, outcomes_to_faults
from bench.bad.texts import text_cases
from bench.bad.words import word_cases


def all_cases() -> tuple[BadInput, ...]:
    """Every bad input that ``fuhe audit`` may be given."""
    kinds = (text_cases, page_cases, archive_cases, word_cases, book_cases, pdf_cases, picture_cases)
    return tuple(chain.from_iterable(cases() for cases in kinds))


def main(words: Sequence[str]) -> int:
    """A line an input: seconds, faults, and what was said; 1 when one did not end as it must."""
    wrong = 0
    cases = [case for case in all_cases() if not words or words[0] in case.name]
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            begun = time.process_time()
            outcomes = input_to_outcomes(case, Path(folder))
            seconds = time.process_time() - begun
            faults = tuple(outcomes_to_faults(case, outcomes))
            wrong += bool(faults)
            said = [each.replace(folder, "") for outcome in outcomes[:2] for each in outcome_to_words(outcome)]
            print(f"{seconds:6.2f} {case.name} {outcomes[0].status}: {said[:1]}", *faults, sep="\n       ! ")
    print(f"{len(cases)} inputs, {wrong} wrong; {len(tuple(file_cases()))} files of lines beside them")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
