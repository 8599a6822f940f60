"""Spans to tags and back, and temperatures."""

from __future__ import annotations

import numpy as np
import pytest

from classify.encoder.calibrate import fit_classes, fit_labels, sigmoid, softmax
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
    found = tags_to_spans(TEXT, window, _odds(tags))
    assert [(span.kind, span.start, span.end) for span in found] == spans
    assert all(span.probability > 0.9 for span in found)


def test_no_tag_no_span() -> None:
    (window,) = CUTTER.windows(TEXT, owner=0)
    assert tags_to_spans(TEXT, window, _odds((0,) * len(window.ids))) == ()


@pytest.mark.parametrize(
    ("text", "tagged", "named"),
    [
        ("改为“道路完好率”考核", "路完", "道路完好率"),
        ("改为「道路（%）」", "道路", "道路（%）"),
        ("降到≥3.5km", "5km", "≥3.5km"),
        ("按95％计", "9", "95％"),
        ("按道路完好率计", "道路完好率", "道路完好率"),
    ],
)
def test_punctuation_says_where_a_name_ends(text: str, tagged: str, named: str) -> None:
    cutter = Cutter(tokenizer=CharTokenizer((*SPECIAL, *sorted(set(text)), "##5", "##k", "##m", "k")), positions=64)
    (window,) = cutter.windows(text, owner=0)
    start = text.index(tagged)
    tags = window_to_tags(window, [(Named.TARGET, start, start + len(tagged))])
    assert [text[span.start : span.end] for span in tags_to_spans(text, window, _odds(tags))] == [named]


def test_name_and_target_in_one_pair_of_quotation_marks_are_told_apart() -> None:
    text = "改为“完好率不低于95%”"
    cutter = Cutter(tokenizer=CharTokenizer((*SPECIAL, *sorted(set(text)), "##5")), positions=64)
    (window,) = cutter.windows(text, owner=0)
    tags = window_to_tags(window, [(Named.INDICATOR, 3, 6), (Named.TARGET, 6, 12)])
    found = tags_to_spans(text, window, _odds(tags))
    assert [text[span.start : span.end] for span in found] == ["完好率", "不低于95%"]


def test_of_two_stretches_the_surer_one_is_named() -> None:
    (window,) = CUTTER.windows(TEXT, owner=0)
    odds = (
        _odds(window_to_tags(window, [(Named.TARGET, 5, 7)])) * 0.7
        + _odds(window_to_tags(window, [(Named.TARGET, 16, 19)])) * 0.6
    )
    (span,) = tags_to_spans(TEXT, window, odds)
    assert TEXT[span.start : span.end] == "95%"


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
    assert fit_labels(honest * 3, truth).temperature == pytest.approx(3.0, rel=0.1)
    classes = np.array([chance.choice(3, p=row / row.sum()) for row in softmax(honest).astype(np.float64)])
    classes[0] = -1
    assert fit_classes(honest * 0.5, classes).temperature == pytest.approx(0.5, rel=0.1)


def test_the_loss_left_does_not_rise_with_over_confidence() -> None:
    chance = np.random.default_rng(2)
    logits = chance.normal(size=(500, 3)).astype(np.float32)
    truth = (chance.random(logits.shape) < sigmoid(logits)).astype(np.float32)
    assert fit_labels(logits * 4, truth).loss == pytest.approx(fit_labels(logits, truth).loss, abs=1e-4)


def test_without_texts_the_temperature_is_one() -> None:
    nothing = np.zeros((0, 3), np.float32)
    assert fit_labels(nothing, nothing).temperature == 1.0
    assert fit_classes(nothing, np.zeros(0, np.int64)).temperature == 1.0
