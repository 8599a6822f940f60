"""Spans to tags and back, and temperatures."""

from __future__ import annotations

import numpy as np
import pytest

from classify.encoder.calibrate import classes_to_temperature, labels_to_temperature, sigmoid, softmax
from classify.encoder.spans import TAGS, Named, Span, places_of, tags_to_spans, trimmed, window_to_tags
from classify.encoder.tokens import SPECIAL, CharTokenizer
from classify.encoder.windows import Cutter

TEXT = "指标改为“道路完好率”，年度值为95%。"
CUTTER = Cutter(tokenizer=CharTokenizer((*SPECIAL, *set(TEXT), "##5")), positions=64)


@pytest.mark.parametrize(
    ("text", "name", "places"),
    [
        ("改为95%", "95%", ((2, 5),)),
        ("2023年改为3", "3", ((7, 8),)),
        ("由3.5改为5", "5", ((6, 7),)),
        ("稳定，稳定", "稳定", ((0, 2), (3, 5))),
        ("未改", "已改", ()),
        ("未改", "", ()),
    ],
)
def test_a_name_is_found_where_it_stands_by_itself(text: str, name: str, places: tuple[tuple[int, int], ...]) -> None:
    assert places_of(text, name) == places


def _odds(tags: tuple[int, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return softmax(np.eye(len(TAGS), dtype=np.float32)[list(tags)] * 8)


def test_spans_survive_the_way_to_tags_and_back() -> None:
    (window,) = CUTTER.windows(TEXT, owner=0)
    spans = [(Named.INDICATOR, *places_of(TEXT, "道路完好率")[0]), (Named.TARGET, *places_of(TEXT, "95%")[0])]
    tags = window_to_tags(window, spans)
    found = tags_to_spans(window, _odds(tags))
    assert [(span.kind, span.start, span.end) for span in found] == spans
    assert all(span.probability > 0.9 for span in found)


def test_no_tag_no_span() -> None:
    (window,) = CUTTER.windows(TEXT, owner=0)
    assert tags_to_spans(window, _odds((0,) * len(window.ids))) == ()


def test_of_two_stretches_the_surer_one_is_named() -> None:
    (window,) = CUTTER.windows(TEXT, owner=0)
    odds = (
        _odds(window_to_tags(window, [(Named.TARGET, 5, 7)])) * 0.7
        + _odds(window_to_tags(window, [(Named.TARGET, 15, 18)])) * 0.6
    )
    (span,) = tags_to_spans(window, odds)
    assert TEXT[span.start : span.end] == "道路"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("“道路完好率”", "道路完好率"),
        (" 95%，", "95%"),
        ("《管理率》。", "管理率"),
        ("覆盖率（%）", "覆盖率（%）"),
        ("（改）", "改"),
    ],
)
def test_a_span_is_freed_of_quotation_marks_and_stops(text: str, kept: str) -> None:
    span = trimmed(text, Span(kind=Named.TARGET, start=0, end=len(text), probability=1.0))
    assert text[span.start : span.end] == kept


def test_the_temperature_that_spoiled_the_odds_is_found_again() -> None:
    chance = np.random.default_rng(1)
    honest = chance.normal(size=(4000, 3)).astype(np.float32) * 2
    truth = (chance.random(honest.shape) < sigmoid(honest)).astype(np.float32)
    truth[0] = np.nan
    assert labels_to_temperature(honest * 3, truth) == pytest.approx(3.0, rel=0.1)
    classes = np.array([chance.choice(3, p=row / row.sum()) for row in softmax(honest).astype(np.float64)])
    classes[0] = -1
    assert classes_to_temperature(honest * 0.5, classes) == pytest.approx(0.5, rel=0.1)


def test_without_texts_the_temperature_is_one() -> None:
    nothing = np.zeros((0, 3), np.float32)
    assert labels_to_temperature(nothing, nothing) == 1.0
    assert classes_to_temperature(nothing, np.zeros(0, np.int64)) == 1.0
