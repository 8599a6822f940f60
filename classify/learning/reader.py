"""A trained reader: what it hears of a text, how it answers, and the folder it is kept in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classify.learning.stack import Stack, log_odds
from classify.learning.weights import TermWeights
from domain.label import Task

Floats = npt.NDArray[np.float64]
SHEET, WEIGHTS, EXAMPLES = "reader.json", "weights.npz", "examples.jsonl"
FORMAT = 2
RULES_VOICE, LINEAR_VOICE, ENCODER_VOICE = range(3)  # their places among the votes


class BrokenReader(ValueError):
    """A folder that holds no reader of this version. The message is Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the voices hear of one text: its terms, and what word lists and encoder give each label they know.

    ``encoder`` is empty where no encoder read the text.
    """

    terms: tuple[str, ...]
    patterns: Mapping[str, float]
    encoder: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtText:
    """A text that people labelled, kept to be shown beside what resembles it."""

    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainedReader:
    """Word lists, a linear model and perhaps an encoder, weighed by a stack. ``labels`` maps ids to Chinese names.

    ``encoder`` is the digest of the encoder that was weighed with them, "" for none.
    """

    task: Task
    labels: Mapping[str, str]
    linear: TermWeights
    stack: Stack
    taught: tuple[TaughtText, ...] = ()
    encoder: str = ""

    def probability(self, heard: Sequence[Heard]) -> Floats:
        """(texts, labels)."""
        if not heard:
            return np.zeros((0, len(self.labels)))
        return self.stack.probability(self.votes(heard))

    def votes(self, heard: Sequence[Heard]) -> tuple[Floats, ...]:
        """Log-odds of each voice, (texts, labels): word lists, linear model, and the encoder where it has a voice."""
        labels = tuple(self.labels)
        votes = (
            patterns_to_votes(heard, labels),
            self.linear.decision_function([each.terms for each in heard]),
        )
        return (*votes, encoder_to_votes(heard, labels)) if self.encoder else votes

    def save(self, folder: Path) -> None:
        """Arrays and JSON into an empty folder."""
        folder.mkdir(parents=True, exist_ok=True)
        sheet = {
            "format": FORMAT,
            "task": self.task,
            "labels": dict(self.labels),
            "encoder": self.encoder,
            "stack": self.stack.to_json(),
        }
        _write(folder / SHEET, json.dumps(sheet, ensure_ascii=False, indent=1))
        np.savez_compressed(folder / WEIGHTS, allow_pickle=False, **self.linear.to_arrays())
        lines = (json.dumps([each.text, each.labels], ensure_ascii=False) for each in self.taught)
        _write(folder / EXAMPLES, "\n".join(lines))


def load_reader(folder: Path) -> TrainedReader:
    """What ``save`` wrote. Raises BrokenReader."""
    try:
        sheet: dict[str, Any] = json.loads((folder / SHEET).read_text(encoding="utf-8"))
        if sheet["format"] != FORMAT:
            raise BrokenReader(
                f"模型 {folder.name} 的格式是第 {sheet['format']} 版，本程序只认第 {FORMAT} 版。请重新训练。"
            )
        with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
            linear = TermWeights.from_arrays(arrays)
        lines = (folder / EXAMPLES).read_text(encoding="utf-8").splitlines()
        return TrainedReader(
            task=Task(sheet["task"]),
            labels=sheet["labels"],
            linear=linear,
            stack=Stack.from_json(sheet["stack"]),
            taught=tuple(TaughtText(text=text, labels=tuple(labels)) for text, labels in map(json.loads, lines)),
            encoder=sheet["encoder"],
        )
    except (OSError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise BrokenReader(f"模型文件夹 {folder} 不完整或已损坏（{error}）。请重新训练，或换用另一个模型。") from error


def patterns_to_votes(heard: Sequence[Heard], labels: Sequence[str]) -> Floats:
    """What the word lists say as log-odds; 0, for "no opinion", of labels an office added itself."""
    return log_odds([[each.patterns.get(label, 0.5) for label in labels] for each in heard])


def encoder_to_votes(heard: Sequence[Heard], labels: Sequence[str]) -> Floats:
    """What the encoder says as log-odds, 0 where it says nothing."""
    return log_odds([[each.encoder.get(label, 0.5) for label in labels] for each in heard])


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
