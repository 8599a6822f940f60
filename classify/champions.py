"""The readers that answer: the champion of each task, or the word lists alone where no model was trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from classify.labels import TASKS
from classify.learning.examples import Task
from classify.learning.reader import Heard, TrainedReader, load_reader
from classify.listening import reason_to_heard, reason_to_rules, target_to_heard
from domain.label import Label, Rationale, RewriteStatus
from models.store import Entry, Library, house_library

REWRITTEN = frozenset({"indicator_renamed", "target_changed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Champions:
    """The trained readers in use, by task; a task without one is answered by the word lists."""

    readers: Mapping[Task, TrainedReader]

    def rationale(self, text: str) -> Rationale:
        """One deviation reason."""
        return self.rationales((text,))[0]

    def specificity(self, text: str, names: Sequence[str]) -> tuple[Label, ...]:
        """One target value under its indicators' names."""
        return self.specificities(((text, tuple(names)),))[0]

    def label_name(self, label: str) -> str:
        """The Chinese name of a label, one that an office added included; an unknown id is its own name."""
        own = (reader.labels for reader in self.readers.values())
        return next((names[label] for names in (*TASKS.values(), *own) if label in names), label)

    def rationales(self, texts: Sequence[str]) -> tuple[Rationale, ...]:
        """Deviation reasons in order; identical texts are read once. Rewrites are read by the word lists."""
        own = tuple(dict.fromkeys(texts))
        told = {text: reason_to_rules(text).rationale for text in own}
        reader = self.readers.get(Task.RATIONALE)
        if reader is not None:
            answers = _answers(reader, [reason_to_heard(text) for text in own])
            told = {text: _with_labels(told[text], labels) for text, labels in zip(own, answers, strict=True)}
        return tuple(told[text] for text in texts)

    def specificities(self, targets: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[tuple[Label, ...], ...]:
        """The classes of target values, each given with the names it stands under."""
        heard = [target_to_heard(text, names) for text, names in targets]
        reader = self.readers.get(Task.TARGET)
        if reader is None:
            return tuple(_patterns_to_labels(each) for each in heard)
        return _answers(reader, heard)


WORD_LISTS = Champions(readers={})
"""No trained reader: what the word lists say is the answer."""


def _with_labels(rationale: Rationale, labels: Sequence[Label]) -> Rationale:
    """Where the new name or target was read out of the text, that settles what was rewritten."""
    if rationale.rewrite.status is RewriteStatus.NONE:
        return replace(rationale, labels=tuple(labels))
    settled = (
        replace(label, probability=label.pattern) if label.id in REWRITTEN and label.pattern is not None else label
        for label in labels
    )
    return replace(rationale, labels=tuple(settled))


def _answers(reader: TrainedReader, heard: Sequence[Heard]) -> tuple[tuple[Label, ...], ...]:
    probability = reader.probability(heard).tolist()
    return tuple(
        tuple(
            Label(id=label, probability=value, pattern=each.patterns.get(label))
            for label, value in zip(reader.labels, row, strict=True)
        )
        for each, row in zip(heard, probability, strict=True)
    )


def _patterns_to_labels(heard: Heard) -> tuple[Label, ...]:
    return tuple(Label(id=label, probability=value) for label, value in heard.patterns.items())


def library_to_champions(library: Library) -> Champions:
    """The readers a library names. Raises ModelTrouble for a model whose files were changed, BrokenReader."""
    named = {task: library.champion(task) for task in Task}
    return Champions(
        readers={task: entry_to_reader(entry, library) for task, entry in named.items() if entry is not None}
    )


def with_reader(champions: Champions, reader: TrainedReader) -> Champions:
    """The same readers, but this one for its task."""
    return Champions(readers={**champions.readers, reader.task: reader})


def entry_to_reader(entry: Entry, library: Library) -> TrainedReader:
    """A model of the library, its files verified."""
    return load_reader(library.folder(entry))


@cache
def house_champions() -> Champions:
    """The readers in use, loaded once; ``house_champions.cache_clear()`` after a promotion in the same process."""
    return library_to_champions(house_library())
