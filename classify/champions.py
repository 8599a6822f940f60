"""The readers that answer: the champion of each task, or the word lists alone where no model was trained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from classify.encoder.serve import EncoderReader
from classify.labels import RATIONALE, TASKS
from classify.learning.pointing import Pointed
from classify.learning.reader import Heard, TrainedReader, load_reader
from classify.learning.tagger import Tagger, load_tagger
from classify.listening import reason_to_heard, reason_to_rules, target_to_heard
from domain.label import Label, Rationale, RewriteStatus, Task
from models.store import Entry, Library, ModelTrouble, house_library

T = TypeVar("T")
ENCODER, REWRITE = "encoder", "rewrite"  # what the encoder and the reader of rewrites are listed as in the manifest
NO_REASON = "no_reason"
HEARD_AT_ONCE = 512  # texts: what is heard of one, all its n-grams, takes 50 kB; more at once are not read any faster
# Whoever says what was rewritten has not said nothing.
REWRITTEN = frozenset({"indicator_renamed", "target_changed", "approved_change", NO_REASON})


@dataclass(frozen=True, slots=True, kw_only=True)
class Champions:
    """The trained readers in use, by task; a task without one is answered by the word lists.

    ``entries`` are the readers' lines of the manifest. ``encoder`` is the voice some of them heard, ``tagger`` reads
    rewrites.
    """

    readers: Mapping[Task, TrainedReader]
    entries: tuple[Entry, ...] = ()
    encoder: EncoderReader | None = None
    tagger: Tagger | None = None

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
        """Deviation reasons in order; identical texts are read once."""
        own = tuple(dict.fromkeys(texts))
        told = {text: read for part in _parts(own) for text, read in self._read_reasons(part).items()}
        return tuple(told[text] for text in texts)

    def _read_reasons(self, own: Sequence[str]) -> dict[str, Rationale]:
        told = {text: reason_to_rules(text).rationale for text in own}
        labels, pointed = self._encoded(own)
        if self.tagger is not None:
            rewrites = zip(own, self.tagger.rewrites(own, pointed), strict=True)
            told = {text: replace(told[text], rewrite=rewrite) for text, rewrite in rewrites}
        reader = self.readers.get(Task.RATIONALE)
        if reader is not None:
            answers = _answers(reader, _with_encoder([reason_to_heard(text) for text in own], labels))
            told = {text: _with_labels(told[text], labels) for text, labels in zip(own, answers, strict=True)}
        return told

    def hear_reasons(self, texts: Sequence[str]) -> list[Heard]:
        """Deviation reasons as the voices of their reader hear them."""
        return _with_encoder([reason_to_heard(text) for text in texts], self._encoded(texts)[0])

    def _encoded(self, texts: Sequence[str]) -> tuple[list[dict[str, float]], tuple[Pointed, ...]]:
        """What the encoder gives each label, and what it points at; nothing where no reader of reasons weighs it."""
        reader = self.readers.get(Task.RATIONALE)
        weighed = (reader is not None and reader.encoder) or (self.tagger is not None and self.tagger.encoder)
        if self.encoder is None or not weighed:
            return [], ()
        odds, pointed = self.encoder.hear(texts)
        return _odds_to_labels(odds), pointed

    def specificities(self, targets: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[tuple[Label, ...], ...]:
        """The classes of target values, each given with the names it stands under."""
        return tuple(labels for part in _parts(targets) for labels in self._read_targets(part))

    def _read_targets(self, targets: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[tuple[Label, ...], ...]:
        heard = [target_to_heard(text, names) for text, names in targets]
        reader = self.readers.get(Task.TARGET)
        if reader is None:
            return tuple(_patterns_to_labels(each) for each in heard)
        return _answers(reader, heard)


WORD_LISTS = Champions(readers={})
"""No trained reader: what the word lists say is the answer."""


def _with_encoder(heard: list[Heard], labels: Sequence[Mapping[str, float]]) -> list[Heard]:
    if not labels:
        return heard
    return [replace(each, encoder=told) for each, told in zip(heard, labels, strict=True)]


def _with_labels(rationale: Rationale, labels: Sequence[Label]) -> Rationale:
    """Where the new name or target was read out of the text, that settles what was rewritten and by whose leave."""
    settled = labels
    if rationale.rewrite.status is not RewriteStatus.NONE:
        settled = [
            replace(label, probability=label.pattern) if label.id in REWRITTEN and label.pattern is not None else label
            for label in labels
        ]
    return replace(rationale, labels=_standing_alone(settled))


def _standing_alone(labels: Sequence[Label]) -> tuple[Label, ...]:
    """Nobody who gives a reason gives none: ``no_reason`` is no surer than that no other label holds."""
    told = max((label.probability for label in labels if label.id != NO_REASON), default=0.0)
    return tuple(
        replace(label, probability=min(label.probability, 1.0 - told)) if label.id == NO_REASON else label
        for label in labels
    )


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in order, so many at a time."""
    return (items[start : start + HEARD_AT_ONCE] for start in range(0, len(items), HEARD_AT_ONCE))


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
    entries = tuple(entry for task in Task if (entry := library.champion(task)) is not None)
    readers = {Task(entry.task): entry_to_reader(entry, library) for entry in entries}
    tagger, encoder = None, None
    rewrite = library.champion(REWRITE)
    if rewrite is not None:
        entries, tagger = (*entries, rewrite), load_tagger(library.folder(rewrite))
    weighed = {*(reader.encoder for reader in readers.values()), "" if tagger is None else tagger.encoder} - {""}
    if weighed:
        found = library_to_encoder(library)
        if found is None or weighed != {found[0].digest}:
            raise ModelTrouble("分类模型所配的编码器不在模型库中，或已换成另一个。请重新训练，或换回原来的模型。")
        entries, encoder = (*entries, found[0]), found[1]
    return Champions(readers=readers, entries=entries, encoder=encoder, tagger=tagger)


def with_reader(champions: Champions, reader: TrainedReader) -> Champions:
    """The same readers, but this one for its task."""
    return replace(champions, readers={**champions.readers, reader.task: reader})


def encoder_to_labels(encoder: EncoderReader, texts: Sequence[str]) -> list[dict[str, float]]:
    """What the encoder gives each label of deviation reasons."""
    return _odds_to_labels(encoder.reasons(texts))


def _odds_to_labels(odds: npt.NDArray[np.float32]) -> list[dict[str, float]]:
    return [dict(zip(RATIONALE, row, strict=True)) for row in odds.tolist()]


def library_to_encoder(library: Library) -> tuple[Entry, EncoderReader] | None:
    """The encoder on the shelves, verified; None where there is none. Raises ModelTrouble, BrokenEncoder."""
    entry = library.champion(ENCODER)
    return None if entry is None else (entry, EncoderReader.load(library.folder(entry) / "reader"))


def entry_to_reader(entry: Entry, library: Library) -> TrainedReader:
    """A model of the library, its files verified."""
    return load_reader(library.folder(entry))


def house_champions() -> Champions:
    """The readers in use. They are loaded again after a promotion, also one by another process."""
    return _champions_since(house_library().own.stamp())


@lru_cache(maxsize=1)
def _champions_since(stamp: str) -> Champions:
    return library_to_champions(house_library())
