"""Trains the models that come with the program, from the labelled texts that come with it: ``make models``.

The same texts and the same seed give the same models, byte by byte but for the time in a zip's directory.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from classify.learning.examples import Task
from fuhe.training import TrainingOrder, keep, train_challenger
from models.store import MANIFEST, SHIPPED, Library, Shelf

ORIGIN = "python -m bench.ship_models"
SEED = 0


def name_of(task: Task) -> str:
    """What the shipped model of a task is called."""
    return f"{task}-base"


def ship(root: Path = SHIPPED) -> None:
    """Train every task anew and put the models in the place of those that are there."""
    with tempfile.TemporaryDirectory() as folder:
        nothing = Library(shipped=Shelf(Path(folder) / "none"), own=Shelf(Path(folder) / "new"))
        for task in Task:
            challenger = train_challenger(TrainingOrder(task=task, seed=SEED), nothing)
            entry = keep(replace(challenger, name=name_of(task)), nothing.own, origin=ORIGIN)
            sys.stdout.write(f"{entry.name} {dict(entry.metrics)}\n")
        for task in Task:
            shutil.rmtree(root / name_of(task), ignore_errors=True)
            shutil.copytree(nothing.own.root / name_of(task), root / name_of(task))
        shutil.copyfile(nothing.own.root / MANIFEST, root / MANIFEST)


if __name__ == "__main__":
    ship()
