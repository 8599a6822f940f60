"""What labels are worth: ``python -m bench.labelling [--seeds 2] [--only order wording speed] [--write FILE.md]``.

Measured is the reader of deviation reasons: how many labels reach the same F1 when the reader asks for them, what
decisions on a wording it never met teach it and cost elsewhere, the seconds of retraining and the seconds of answers.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bench.label_orders import as_in_batches, ground, orders, orders_figures
from bench.label_speed import speed_figures, time_answers, time_training
from bench.new_wording import laps, read_wording, wording_figures
from bench.tables import Figures, figures_to_lines
from classify.labels import RATIONALE
from fuhe.files import write_text

PARTS = ("order", "wording", "speed")
SPLIT_SEED = 1
PREFACE = """# What labels are worth

Written by `python -m bench.labelling --write docs/learning.md`; what the figures mean is said in
`bench/label_orders.py`, `bench/new_wording.py` and `bench/label_speed.py`. Measured is the reader of deviation
reasons, word lists and linear model together.

Order of labelling: both orders begin with the same hundred texts. The shipped texts were written to be unlike each
other and evenly spread over the labels, which random order profits from and a real batch does not offer; the second
table repeats them as often as reasons stood in 23 published forms. New wording: gold alone holds so few
texts of a label that one more or less moves its F1 by about 0.02; a fifth of the units is kept apart beside it.
"""


def part_to_figures(part: str, *, seeds: int) -> Iterator[Figures]:
    """The tables of one measurement."""
    if part == "order":
        place = ground(seed=SPLIT_SEED)
        yield orders_figures(orders(place, seeds=seeds), title="先标哪些：每种写法一条", seeds=seeds)
        cells = replace(place, pool=as_in_batches(place.pool, seed=SPLIT_SEED))
        yield orders_figures(orders(cells, seeds=seeds), title="先标哪些：写法按实有表格中的重复出现", seeds=seeds)
    elif part == "wording":
        wording = read_wording()
        yield wording_figures(laps(wording), label=wording.label, names=RATIONALE)
    else:
        yield speed_figures((time_training(), *time_answers()))


def main(words: Sequence[str]) -> int:
    """Prints the tables and writes them where asked."""
    parser = argparse.ArgumentParser(prog="python -m bench.labelling", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2, help="random orders, each beginning with other texts")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--write", type=Path, help="the Markdown file the tables go to")
    arguments = parser.parse_args(words)
    told: list[str] = []
    for part in arguments.only:
        for figures in part_to_figures(part, seeds=arguments.seeds):
            lines = "\n".join(figures_to_lines(figures))
            print(lines, flush=True)
            print(flush=True)
            told.append(f"```text\n{lines}\n```\n")
    if arguments.write is not None:
        write_text(arguments.write, "\n".join([PREFACE, *told]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
