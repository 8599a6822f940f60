"""The learned reader of rewrites: whether a reason tells of a changed indicator, and which words are the new ones.

A reason is seen as a row of word classes (``skeleton``). Among its pieces (``spans``) one log-linear choice finds the
new name, another, seeing the name, the new target. The status is weighed from the words of the whole text and from how
surely a piece was found. What the word lists read is one more thing they all look at. Where an encoder reads the texts
too, its tags weigh in each choice (``pointing``). How all this is learned stands in ``tagger_training``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classify.fold import as_printed, fold
from classify.learning.choice import Choice, Features
from classify.learning.pointing import Pointed, Weighing, weighed
from classify.learning.reader import BrokenReader
from classify.learning.skeleton import GAP, text_to_skeleton
from classify.learning.span_features import (
    OVER,
    Scene,
    Told,
    beside_name,
    none_features,
    skeleton_to_scene,
    span_features,
    tokens_to_classes,
)
from classify.learning.span_relations import landmarks_to_classes
from classify.learning.spans import Span, skeleton_to_spans
from classify.learning.stack import Stack, log_odds
from classify.learning.terms import marked_to_terms
from classify.learning.weights import TermWeights
from classify.listening import reason_to_rules
from domain.label import Rewrite, RewriteStatus

Floats = npt.NDArray[np.float64]
SHEET, WEIGHTS = "tagger.json", "tagger.npz"
FORMAT = 2
STATUSES = (RewriteStatus.NONE, RewriteStatus.SUGGESTED, RewriteStatus.DONE)
# From these log-odds of "none" on the words alone decide, and no piece is looked at: nine texts of ten without a
# rewrite are spared the work, and of writers nobody had read no rewrite was lost that the pieces would have found.
PLAIN = 2.5
PLAINLY_NONE = 0.95  # and the encoder, where one reads along, must be as sure: it hears changes told in few known words
# A change that the word lists do not hear must be this likely to be told. Of units nobody had read, up to 0.75 no less
# was made up of ordinary reasons, and of those told in a roundabout way six targets of a hundred were lost.
SURE = 0.5
# A change that is told without its new wording, and not heard by the word lists, must be this likely: of units nobody
# had read, 9 more of 423 changes were heard, and nothing more of 557 other reasons was taken for one. At 0.8 it would
# be 13, and two real reasons that only find fault with an indicator were taken for proposals.
SURE_UNNAMED = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A text as the tagger hears it: its scene, its terms, and the rewrite that the word lists read."""

    scene: Scene
    terms: tuple[str, ...]
    read: Rewrite


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """What can be picked from a text: its pieces, the features of each as a name, and those of "none"."""

    scene: Scene
    spans: tuple[Span, ...]
    offers: tuple[Features, ...]
    none: Features


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The likeliest new name and target (None for "not named"), and the odds of each piece, "none" the first."""

    name: Span | None
    target: Span | None
    name_odds: Floats
    target_odds: Floats

    @property
    def named(self) -> float:
        """How sure it is that there is a new name at all."""
        return 1.0 - float(self.name_odds[0])

    @property
    def aimed(self) -> float:
        """How sure it is that there is a new target at all."""
        return 1.0 - float(self.target_odds[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Picker:
    """The choices of a new name and of a new target among the pieces of a text, and how an encoder weighs in them."""

    name: Choice
    target: Choice
    weighing: Weighing | None = None

    def pick(self, pieces: Pieces, pointed: Pointed | None = None) -> Picked:
        """Name first; the target is chosen beside it."""
        odds = self.name.probability([pieces.none, *pieces.offers])
        if self.weighing is not None and pointed is not None:
            odds = weighed(odds, pieces.spans, pointed.name, weights=self.weighing.name)
        name = _likeliest(pieces.spans, odds)
        aims = self._aims(pieces, pointed, name=name)
        return Picked(name=name, target=_likeliest(pieces.spans, aims), name_odds=odds, target_odds=aims)

    def _aims(self, pieces: Pieces, pointed: Pointed | None, *, name: Span | None) -> Floats:
        offers = target_offers(pieces, name)
        aims = self.target.probability(offers)
        if self.weighing is None or pointed is None:
            return aims
        apart = np.array([offer != [OVER] for offer in offers])
        aims = weighed(aims, pieces.spans, pointed.target, weights=self.weighing.target) * apart
        whole: Floats = aims / aims.sum()
        return whole

    def pick_eased(
        self, pieces: Pieces, picked: Picked, *, ease: tuple[float, float], pointed: Pointed | None = None
    ) -> Picked:
        """What is picked where "none" counts ``ease`` times what it does in any text."""
        name = _likeliest(pieces.spans, picked.name_odds, ease=ease[0])
        aims = picked.target_odds if name == picked.name else self._aims(pieces, pointed, name=name)
        return replace(picked, name=name, target=_likeliest(pieces.spans, aims, ease=ease[1]), target_odds=aims)


def _likeliest(spans: Sequence[Span], odds: Floats, *, ease: float = 1.0) -> Span | None:
    """The first of the odds are those of "none"."""
    place = int((odds * np.array([ease, *[1.0] * len(spans)])).argmax())
    return spans[place - 1] if place else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagger:
    """All that was learned. ``words`` weighs the terms of a text, ``stack`` them and what ``picker`` found.

    ``ease``: how much less "not named" is to be expected where a change is told than in any text. ``encoder`` is the
    digest of the encoder that was weighed with it, "" for none.
    """

    words: TermWeights
    picker: Picker
    stack: Stack
    ease: tuple[float, float]
    encoder: str = ""

    def rewrite(self, text: str) -> Rewrite:
        """What one text tells of a change."""
        return self.rewrites((text,))[0]

    def rewrites(self, texts: Sequence[str], pointed: Sequence[Pointed] = ()) -> tuple[Rewrite, ...]:
        """What each text tells of a change; APPROVED where the word lists see an approval beside it.

        ``pointed``: what the encoder says of each text. Raises ValueError where one was weighed and says nothing.
        """
        if self.encoder and len(pointed) != len(texts):
            raise ValueError("this reader weighs an encoder and must be told what that says of every text")
        heard = [text_to_heard(text) for text in texts]
        plain = self.words.decision_function([each.terms for each in heard])
        shown = pointed if self.encoder else [None] * len(heard)
        return tuple(
            Rewrite() if _is_plain(row, each) else self._weighed(own, row[np.newaxis], each)
            for own, row, each in zip(heard, plain, shown, strict=True)
        )

    def _weighed(self, heard: Heard, plain: Floats, pointed: Pointed | None) -> Rewrite:
        pieces = scene_to_pieces(heard.scene)
        picked = self.picker.pick(pieces, pointed)
        odds = self.stack.probability(votes(plain, [picked], [] if pointed is None else [pointed]))[0]
        status = STATUSES[int(odds.argmax())]
        unheard = heard.read.status is RewriteStatus.NONE
        sure = 1.0 - float(odds[0])
        if status is RewriteStatus.NONE or (unheard and sure < SURE):
            return Rewrite()
        eased = self.picker.pick_eased(pieces, picked, ease=self.ease, pointed=pointed)
        if unheard and eased.name is None and eased.target is None:
            return Rewrite(status=status) if sure >= SURE_UNNAMED else Rewrite()
        return _rewrite(heard, eased, status=status)

    def save(self, folder: Path) -> None:
        """Arrays and JSON into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        weighing = self.picker.weighing
        sheet = {
            "format": FORMAT,
            "stack": self.stack.to_json(),
            "ease": self.ease,
            "encoder": self.encoder,
            "weighing": None if weighing is None else weighing.to_json(),
        }
        (folder / SHEET).write_text(json.dumps(sheet, ensure_ascii=False, indent=1), encoding="utf-8", newline="\n")
        arrays = {
            **_prefixed("words", self.words.to_arrays()),
            **_prefixed("name", self.picker.name.to_arrays()),
            **_prefixed("target", self.picker.target.to_arrays()),
        }
        np.savez_compressed(folder / WEIGHTS, allow_pickle=False, **arrays)


def load_tagger(folder: Path) -> Tagger:
    """What ``save`` wrote. Raises BrokenReader."""
    try:
        sheet: dict[str, Any] = json.loads((folder / SHEET).read_text(encoding="utf-8"))
        if sheet["format"] != FORMAT:
            raise BrokenReader(
                f"模型 {folder.name} 的格式是第 {sheet['format']} 版，本程序只认第 {FORMAT} 版。请重新训练。"
            )
        with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
            parts = {name: _part(arrays, name) for name in ("words", "name", "target")}
        return Tagger(
            words=TermWeights.from_arrays(parts["words"]),
            picker=Picker(
                name=Choice.from_arrays(**parts["name"]),
                target=Choice.from_arrays(**parts["target"]),
                weighing=None if sheet["weighing"] is None else Weighing.from_json(sheet["weighing"]),
            ),
            stack=Stack.from_json(sheet["stack"]),
            ease=(float(sheet["ease"][0]), float(sheet["ease"][1])),
            encoder=str(sheet["encoder"]),
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, BrokenReader):
            raise
        raise BrokenReader(f"模型文件夹 {folder} 不完整或已损坏（{error}）。请重新训练，或换用另一个模型。") from error


def text_to_rewrite(text: str, tagger: Tagger | None = None) -> Rewrite:
    """What a reason tells of a change: read by the tagger, by the word lists alone where there is none."""
    return reason_to_rules(text).rationale.rewrite if tagger is None else tagger.rewrite(text)


def text_to_heard(text: str) -> Heard:
    """Read by the word lists, and laid out for the choices."""
    reading = reason_to_rules(text)
    read = reading.rationale.rewrite
    told = Told(_plain(read.status), fold(read.new_indicator).text, fold(read.new_target).text)
    scene = skeleton_to_scene(text_to_skeleton(text), told)
    return Heard(scene=scene, terms=(*marked_to_terms(reading.marked), *_scene_to_terms(scene)), read=read)


def _plain(status: RewriteStatus) -> str:
    """Approval is told by other words than the change; for what was changed it is done."""
    return RewriteStatus.DONE.value if status is RewriteStatus.APPROVED else status.value


def _scene_to_terms(scene: Scene) -> list[str]:
    """Runs of tokens, of classes, of classes with the bare characters left out, of guides and values; each once."""
    kinds = [token.kind for token in scene.skeleton.tokens]
    classes = tokens_to_classes(scene.skeleton.tokens)
    bare = [kind for kind in classes if kind != GAP]
    told = scene.told
    found = {f"told{told.status}", f"told{bool(told.name)}{told.status}"}
    found |= _runs("g", landmarks_to_classes(scene.landmarks), longest=4)
    found |= _runs("k", kinds, longest=3) | _runs("c", classes, longest=5) | _runs("s", bare, longest=3)
    return sorted(found)


def _runs(mark: str, kinds: Sequence[str], *, longest: int) -> set[str]:
    return {
        f"{mark}{size} {' '.join(kinds[place : place + size])}"
        for size in range(1, longest + 1)
        for place in range(len(kinds) - size + 1)
    }


def scene_to_pieces(scene: Scene) -> Pieces:
    """The pieces of a text and how they look as a new name."""
    spans = skeleton_to_spans(scene.skeleton)
    offers = tuple(span_features(scene, span) for span in spans)
    return Pieces(scene=scene, spans=spans, offers=offers, none=none_features(scene))


def target_offers(pieces: Pieces, name: Span | None) -> tuple[Features, ...]:
    """The pieces as targets beside the new name, "none" first; one that runs into the name is nothing but that."""
    beside: list[Features] = [[*pieces.none, f"none:name{name is None}"]]
    for offer, span in zip(pieces.offers, pieces.spans, strict=True):
        stands = beside_name(pieces.scene, span, name)
        beside.append(stands if stands == [OVER] else [*offer, *stands])
    return tuple(beside)


def votes(plain: Floats, picks: Sequence[Picked], pointed: Sequence[Pointed]) -> tuple[Floats, ...]:
    """Log-odds of each status, (texts, STATUSES), by words, a new name, a new target, and the encoder."""
    sides = np.array([-1.0, 1.0, 1.0])
    named, aimed = log_odds([[pick.named] for pick in picks]), log_odds([[pick.aimed] for pick in picks])
    told = (plain, named * sides, aimed * sides)
    return (*told, log_odds([each.statuses for each in pointed])) if pointed else told


def _is_plain(plain: Floats, pointed: Pointed | None) -> bool:
    return bool(plain[0] >= PLAIN) and (pointed is None or pointed.statuses[0] >= PLAINLY_NONE)


def _rewrite(heard: Heard, picked: Picked, *, status: RewriteStatus) -> Rewrite:
    """Where no piece is the new wording, it is what the word lists read."""
    if picked.name is None and picked.target is None:
        return heard.read
    approved = heard.read.status is RewriteStatus.APPROVED and status is RewriteStatus.DONE
    name, target = _printed(heard, picked.name), _printed(heard, picked.target)
    if not name and target and target == heard.read.new_indicator:
        name, target = target, ""  # 指标改为“X”: the noun the word lists heard beside the very wording says what it is
    return Rewrite(status=RewriteStatus.APPROVED if approved else status, new_indicator=name, new_target=target)


def _printed(heard: Heard, span: Span | None) -> str:
    return "" if span is None else as_printed(heard.scene.skeleton.folded, span.start, end=span.end).strip()


def _prefixed(part: str, arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    return {f"{part}.{name}": array for name, array in arrays.items()}


def _part(arrays: Mapping[str, npt.NDArray[Any]], part: str) -> dict[str, npt.NDArray[Any]]:
    return {name.removeprefix(f"{part}."): arrays[name] for name in arrays if name.startswith(f"{part}.")}
