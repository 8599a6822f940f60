"""Trains the models that come with the program, from the labelled texts that come with it: ``make models``.

The same texts and the same seed give the same models, byte by byte but for the time in a zip's directory.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from classify.champions import ENCODER, REWRITE
from domain.label import Task
from fuhe.rewrite_training import train_rewrites
from fuhe.training import LICENCE, TrainingOrder, keep, train_challenger
from models.store import MANIFEST, SHIPPED, Entry, Library, Shelf, entries_to_toml

ORIGIN = "python -m bench.ship_models"
SEED = 0


def name_of(task: str) -> str:
    """What the shipped model of a task is called."""
    return f"{task}-base"


def ship(root: Path = SHIPPED) -> None:
    """Train every task anew and put the models in the place of those that are there. The encoder stays as it is."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(shipped=Shelf(Path(folder) / "shipped"), own=Shelf(Path(folder) / "own"))
        library.shipped.add(encoder_entry(root), root / ENCODER)
        for task in Task:
            challenger = train_challenger(TrainingOrder(task=task, seed=SEED), library)
            entry = keep(replace(challenger, name=name_of(task)), library.own, origin=ORIGIN)
            sys.stdout.write(f"{entry.name} {dict(entry.metrics)}\n")
        entry = train_rewrites(library, name=name_of(REWRITE), origin=ORIGIN, seed=SEED)
        sys.stdout.write(f"{entry.name} {dict(entry.metrics)}\n")
        for task in (*Task, REWRITE):
            shutil.rmtree(root / name_of(task), ignore_errors=True)
            shutil.copytree(library.own.root / name_of(task), root / name_of(task))
        (root / MANIFEST).write_text(entries_to_toml(library.entries()), encoding="utf-8", newline="\n")


def encoder_entry(root: Path) -> Entry:
    """The encoder's line of the manifest, from the last line of its log."""
    log = (root / ENCODER / "reader" / "finetune_log.jsonl").read_text(encoding="utf-8").splitlines()
    return Entry(
        name=ENCODER,
        task=ENCODER,
        kind="BERT, 4 layers of 192",
        made=f"{datetime.now(UTC):%Y-%m-%d}",
        origin="python -m classify.encoder.finetune",
        licence=LICENCE,
        data=str(json.loads(log[-1]).get("data", "")),
    )


if __name__ == "__main__":
    ship()
