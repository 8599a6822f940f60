"""What the workbench is handed to learn: training, comparing, promoting, and the order of the open list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.decision import Decision
from domain.finding import Finding
from domain.form import Form
from domain.label import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A finding as it was decided, on the form as it was read (None: no longer there).

    ``right`` are the labels that hold instead.
    """

    finding: Finding
    form: Form | None
    decision: Decision
    right: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelTold:
    """F1 of one label before and after, with its interval and the gold texts that hold it."""

    name: str
    support: int
    before: float
    after: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengerTold:
    """A challenger beside the champion, as a page shows it; ``card`` is its whole report in Markdown.

    ``figures`` are name, before and after; ``missed`` must-catch texts, ``doubts`` and ``contradictions`` lines for
    the auditor to look at again, ``silent`` decisions that teach nothing, by why.
    """

    name: str
    champion: str
    taught: int
    figures: tuple[tuple[str, float, float], ...]
    gain: tuple[float, float, float]
    labels: tuple[LabelTold, ...]
    missed: tuple[str, ...]
    doubts: tuple[str, ...]
    contradictions: tuple[str, ...]
    silent: Mapping[str, int] = field(default_factory=dict)
    data: str = ""
    card: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlipTold:
    """A finding that would appear, vanish or move under another model; places are ranks, None for not in the list."""

    change: str
    source: str
    form_index: int
    title: str
    message: str
    project_name: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTold:
    """A model on the shelves. ``task`` is its Chinese name, ``figures`` name and value."""

    name: str
    task: str
    task_id: str
    made: str
    origin: str
    digest: str
    in_use: bool
    figures: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolDesk:
    """Decisions to better readers and a better order.

    ``labels`` are by task those of the house and this office's own, with their names. ``lessons`` turns each decision
    into lines of decisions.jsonl, one for each text it tells of. ``train`` keeps a challenger and raises BadLesson;
    ``promote`` and ``roll_back`` say what was done, or raise ``models.store``'s ModelTrouble. ``flips`` compares the
    models in use with one of them changed.
    """

    labels: Mapping[Task, Mapping[str, str]]
    lessons: Callable[[Sequence[Decided]], tuple[tuple[Mapping[str, Any], ...], ...]]
    train: Callable[[Task, Sequence[Mapping[str, Any]]], ChallengerTold]
    flips: Callable[[Sequence[Form], str], tuple[FlipTold, ...]]
    models: Callable[[], tuple[ModelTold, ...]]
    moves: Callable[[], tuple[Mapping[str, str], ...]]
    promote: Callable[[str, str], str]
    roll_back: Callable[[str, str], str]


class BadLesson(ValueError):
    """Decisions that cannot be learned from. The message is Chinese and says what to do."""
