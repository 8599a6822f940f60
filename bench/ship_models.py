"""Trains the models that come with the program, from the labelled texts that come with it: ``make models``.

``python -m bench.ship_models rewrite`` trains the named tasks only and leaves the other models as they are.

The same texts and the same seed give the same models, byte by byte but for the time in a zip's directory.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
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
TASKS = (*Task, REWRITE)


def name_of(task: str) -> str:
    """What the shipped model of a task is called."""
    return f"{task}-base"


def ship(root: Path = SHIPPED, *, tasks: Sequence[str] = TASKS) -> None:
    """Train these tasks anew and put the models in the place of those that are there. The encoder stays as it is."""
    before = {entry.name: entry for entry in Shelf(root).entries()}
    with tempfile.TemporaryDirectory() as folder:
        library = Library(shipped=Shelf(Path(folder) / "shipped"), own=Shelf(Path(folder) / "own"))
        library.shipped.add(_encoder_since(before.get(ENCODER), root), root / ENCODER)
        for task in TASKS:
            name = name_of(task)
            if task not in tasks:
                library.own.add(before[name], root / name)
                continue
            entry = _train(task, library)
            sys.stdout.write(f"{entry.name} {dict(entry.metrics)}\n")
        for task in tasks:
            shutil.rmtree(root / name_of(task), ignore_errors=True)
            shutil.copytree(library.own.root / name_of(task), root / name_of(task))
        (root / MANIFEST).write_text(entries_to_toml(library.entries()), encoding="utf-8", newline="\n")


def _train(task: str, library: Library) -> Entry:
    if task == REWRITE:
        return train_rewrites(library, name=name_of(task), origin=ORIGIN, seed=SEED)
    challenger = train_challenger(TrainingOrder(task=Task(task), seed=SEED), library)
    return keep(replace(challenger, name=name_of(task)), library.own, origin=ORIGIN)


def _encoder_since(earlier: Entry | None, root: Path) -> Entry:
    """The encoder's line as it was, as long as the encoder was taught nothing since."""
    now = encoder_entry(root)
    return earlier if earlier is not None and earlier.data == now.data else now


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
    ship(tasks=sys.argv[1:] or TASKS)
