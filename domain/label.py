"""What a text classifier says of a sentence: labels with probabilities, and a rewritten indicator."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Task(StrEnum):
    """The two kinds of text that are labelled: deviation reasons, and target values."""

    RATIONALE = "rationale"
    TARGET = "target"


class RewriteStatus(StrEnum):
    """Whether a reason swaps the indicator or target it was to explain."""

    NONE = "none"
    SUGGESTED = "suggested"
    DONE = "done"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """A rename or a changed target told in a reason; "" where the new one is not named."""

    status: RewriteStatus = RewriteStatus.NONE
    new_indicator: str = ""
    new_target: str = ""


HELD = 0.5
"""From this probability on a label is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One class of a text with its probability in 0..1.

    ``pattern`` is what the word lists alone say, where a trained reader gave the probability; None where they did.
    """

    id: str
    probability: float
    pattern: float | None = None

    @property
    def disputed(self) -> bool:
        """True where the trained reader holds the label and the word lists do not, or the other way round."""
        return self.pattern is not None and (self.pattern >= HELD) is not (self.probability >= HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rationale:
    """A deviation reason understood."""

    text: str
    labels: tuple[Label, ...] = ()
    rewrite: Rewrite = Rewrite()

    def has(self, *label_ids: str) -> bool:
        """True when any of these labels is held more likely than not."""
        return any([label.probability >= HELD for label in self.labels if label.id in label_ids])
