"""Text to labels: what a deviation reason says, whether it rewrites its indicator, and how binding a target is.

Importing this room is cheap: spaCy and the word lists are loaded with the first text. The rules answer every text;
a trained reader takes a place beside ``text_to_reading`` and answers with the same :class:`domain.label.Rationale`.
"""

from __future__ import annotations

from collections.abc import Sequence

from classify.labels import TASKS, THRESHOLD
from domain.label import Label, Rationale

__all__ = ["TASKS", "THRESHOLD", "read_rationale", "read_rationales", "target_specificity"]


def read_rationale(text: str) -> Rationale:
    """One deviation reason: a probability for every label of the task, and the rewrite it tells of."""
    return read_rationales((text,))[0]


def read_rationales(texts: Sequence[str]) -> tuple[Rationale, ...]:
    """Many deviation reasons, answered in order; identical texts are read once."""
    from classify.component import rationale_rules
    from classify.rationale import text_to_reading

    # not through the pipeline: its Docs and spans take two fifths of the time, and nobody looks at them here
    read = {text: text_to_reading(text, rationale_rules()).rationale for text in dict.fromkeys(texts)}
    return tuple(read[text] for text in texts)


def target_specificity(text: str, indicators: Sequence[str] = ()) -> tuple[Label, ...]:
    """Every class of a target value with its probability, summing to 1; ``indicators``: the names it stands under."""
    from classify.component import target_rules
    from classify.target import text_to_labels

    return text_to_labels(text, indicators, rules=target_rules())
