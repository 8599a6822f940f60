"""Texts to what the voices of a trained reader hear: terms, and what the word lists say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from classify.component import rationale_rules, target_rules
from classify.learning.examples import Example
from classify.learning.reader import Heard
from classify.learning.terms import LONGEST_READ, marked_to_terms, target_to_ngrams, text_to_ngrams
from classify.rationale import RationaleReading
from classify.rationale import text_to_reading as reason_to_reading
from classify.target import text_to_reading as target_to_reading
from domain.label import Task

READINGS_KEPT = 1 << 12  # the cells of a batch come in runs; a unit repeats its sentences


@lru_cache(maxsize=READINGS_KEPT)
def reason_to_rules(text: str) -> RationaleReading:
    """A deviation reason read by the word lists, a longer text by its head; places count in the whole text."""
    reading = reason_to_reading(text[:LONGEST_READ], rationale_rules())
    return reading if len(text) <= LONGEST_READ else replace(reading, rationale=replace(reading.rationale, text=text))


def reason_to_heard(text: str) -> Heard:
    """A deviation reason as the voices hear it."""
    reading = reason_to_rules(text)
    return Heard(
        terms=(*text_to_ngrams(text), *marked_to_terms(reading.marked)),
        patterns={label.id: label.probability for label in reading.rationale.labels},
    )


def target_to_heard(text: str, names: Sequence[str]) -> Heard:
    """A target value under its indicators' names as the voices hear it."""
    reading = target_to_reading(text[:LONGEST_READ], names, rules=target_rules())
    return Heard(
        terms=(*target_to_ngrams(text, names), *marked_to_terms(reading.marked)),
        patterns={label.id: label.probability for label in reading.labels},
    )


def example_to_heard(example: Example) -> Heard:
    """A labelled text as the voices hear it."""
    if example.task is Task.RATIONALE:
        return reason_to_heard(example.text)
    return target_to_heard(example.text, example.indicators)
