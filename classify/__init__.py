"""Text to labels: what a deviation reason says, whether it rewrites its indicator, and how binding a target is.

Importing this room is cheap: spaCy, the word lists and the trained readers are loaded with the first text.
"""

from __future__ import annotations

from collections.abc import Sequence

from classify.labels import TASKS, THRESHOLD
from domain.label import Label, Rationale

__all__ = ["TASKS", "THRESHOLD", "read_rationale", "read_rationales", "target_specificities", "target_specificity"]


def read_rationale(text: str) -> Rationale:
    """One deviation reason: a probability for every label of the task, and the rewrite it tells of."""
    return read_rationales((text,))[0]


def read_rationales(texts: Sequence[str]) -> tuple[Rationale, ...]:
    """Many deviation reasons, answered in order; identical texts are read once."""
    from classify.champions import house_champions

    return house_champions().rationales(texts)


def target_specificity(text: str, indicators: Sequence[str] = ()) -> tuple[Label, ...]:
    """Every class of a target value with its probability, summing to 1; ``indicators``: the names it stands under."""
    return target_specificities(((text, tuple(indicators)),))[0]


def target_specificities(targets: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[tuple[Label, ...], ...]:
    """Many target values, each with the names it stands under."""
    from classify.champions import house_champions

    return house_champions().specificities(targets)
