"""The sample from below the line: drawn again the same, fair, and honest about what it leaves open."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.open_list import Line
from audit.sampling import (
    NO_FINDING,
    REST,
    BadSample,
    Kind,
    Layer,
    Place,
    Population,
    Sample,
    draw,
    estimate,
    estimate_to_sentence,
    exact_interval,
    population_below,
)
from domain.finding import Finding, Severity, Verdict
from domain.form import Field, FieldState, Indicator, SelfEvaluation
from domain.source import Document


def population(*sizes: int) -> Population:
    """Rows in strata of these sizes."""
    places = tuple(
        Place(source="forms.txt", form_index=stratum, row=row, stratum=f"第{stratum}局")
        for stratum, size in enumerate(sizes, start=1)
        for row in range(size)
    )
    return Population(kind=Kind.ROW, layer=Layer.UNIT, line=10, places=places)


populations = st.lists(st.integers(min_value=1, max_value=40), min_size=1, max_size=6).map(
    lambda sizes: population(*sizes)
)


@given(populations, st.integers(), st.data())
def test_a_sample_has_the_size_asked_for_and_every_stratum_a_place(
    all_: Population, seed: int, data: st.DataObject
) -> None:
    size = data.draw(st.integers(min_value=1, max_value=len(all_.places)))
    sample = draw(all_, size, seed=seed)
    assert len({place.key for place in sample.places}) == size
    assert {place.key for place in sample.places} <= {place.key for place in all_.places}
    assert sample.population == len(all_.places)
    assert all(stratum.drawn for stratum in sample.strata)


@given(populations, st.integers(), st.randoms(use_true_random=False))
def test_the_same_seed_draws_the_same_places_whatever_their_order(
    all_: Population, seed: int, lot: random.Random
) -> None:
    places = list(all_.places)
    lot.shuffle(places)
    size = (len(places) + 1) // 2
    assert draw(replace(all_, places=tuple(places)), size, seed=seed) == draw(all_, size, seed=seed)


def test_the_draw_of_a_seed_never_changes() -> None:
    sample = draw(population(12), 4, seed=7)
    assert [place.row for place in sample.places] == [9, 2, 7, 3]


def test_every_place_has_the_same_chance() -> None:
    drawn = Counter(place.key for seed in range(2000) for place in draw(population(10), 3, seed=seed).places)
    assert len(drawn) == 10
    assert all(500 < count < 700 for count in drawn.values())  # 600 expected, a standard deviation of 20


def test_strata_too_small_for_a_place_are_taken_together() -> None:
    sample = draw(population(50, 40, 1, 1, 1), 10, seed=1)
    sizes = {stratum.name: (stratum.size, len(stratum.drawn)) for stratum in sample.strata}
    assert sizes == {"第1局": (50, 5), "第2局": (40, 4), REST: (3, 1)}


@pytest.mark.parametrize("size", [0, -1, 6])
def test_more_than_there_is_cannot_be_drawn(size: int) -> None:
    with pytest.raises(BadSample, match="请将样本量定在 1 至 5 之间"):
        draw(population(5), size, seed=1)


def test_where_all_was_seen_nothing_is_drawn() -> None:
    with pytest.raises(BadSample, match="无需抽样"):
        draw(population(), 1, seed=1)


def judged(sample: Sample, bad: set[tuple[str, int, int | None]]) -> dict[tuple[str, int, int | None], bool]:
    """Verdicts on a sample where these places have an issue."""
    return {place.key: place.key in bad for place in sample.places}


@given(populations, st.integers(), st.sets(st.integers(min_value=0, max_value=39)))
def test_who_looks_at_everything_knows_the_number(all_: Population, seed: int, rows: set[int]) -> None:
    bad = {place.key for place in all_.places if place.row in rows}
    known = estimate(sample := draw(all_, len(all_.places), seed=seed), judged(sample, bad))
    assert (known.low, known.remaining, known.high) == pytest.approx((len(bad),) * 3)


@given(populations, st.integers(), st.sets(st.integers(min_value=0, max_value=39)))
def test_the_interval_holds_what_was_seen(all_: Population, seed: int, rows: set[int]) -> None:
    sample = draw(all_, (len(all_.places) + 2) // 3, seed=seed)
    verdicts = judged(sample, {place.key for place in all_.places if place.row in rows})
    found = estimate(sample, verdicts)
    assert found.found <= found.low <= found.remaining + 1e-9 and found.remaining <= found.high + 1e-9
    assert found.high <= sample.population - (len(sample.places) - found.found)


@pytest.mark.parametrize(
    ("sizes", "shares", "size"),
    [
        ((200,), (0.02,), 30),
        ((200,), (0.2,), 60),
        ((120, 80), (0.3, 0.02), 40),
        ((150, 60, 40, 20), (0.05, 0.5, 0.1, 0.9), 50),
        ((60,) * 8, (0.0, 0.0, 0.02, 0.05, 0.1, 0.1, 0.2, 0.4), 64),
        ((100, 3, 3, 3, 2), (0.1, 0.9, 0.9, 0.9, 0.9), 20),
    ],
)
def test_the_interval_covers_the_truth_as_often_as_it_says(
    sizes: tuple[int, ...], shares: tuple[float, ...], size: int
) -> None:
    all_ = population(*sizes)
    bad = {
        place.key
        for place in all_.places
        if (place.row or 0) < round(sizes[place.form_index - 1] * shares[place.form_index - 1])
    }
    covered = 0
    for seed in range(300):
        found = estimate(sample := draw(all_, size, seed=seed), judged(sample, bad))
        covered += found.low - 1e-9 <= len(bad) <= found.high + 1e-9
    assert covered / 300 >= 0.93  # 0.95 less one and a half standard errors of 300 draws


def test_while_places_are_not_judged_nothing_is_said() -> None:
    sample = draw(population(20), 5, seed=1)
    with pytest.raises(BadSample, match="还有 5 个没有结论"):
        estimate(sample, {})


def test_intervals_are_those_of_clopper_and_pearson() -> None:
    assert exact_interval(0, 30) == pytest.approx((0.0, 0.1157), abs=1e-4)  # the rule of three: about 3.7/30
    assert exact_interval(3, 30) == pytest.approx((0.0211, 0.2653), abs=1e-4)


def test_the_sentence_says_method_population_size_seed_and_outcome() -> None:
    sample = draw(population(60, 40), 20, seed=20240601)
    sentence = estimate_to_sentence(estimate(sample, judged(sample, set())))
    assert sentence.startswith("抽样方法：随机抽样，按单位分2层")
    assert "总体：疑点清单前10条未涉及的指标行，共100个。样本量：20个。种子：20240601。" in sentence
    assert "结果：0个有问题，占样本0.0%；推断总体中约有0个有问题，95%置信区间为0至" in sentence
    assert sentence.endswith("样本中未发现问题，不等于其余没有问题。")


def form(index: int, *, rows: int, unit: str) -> SelfEvaluation:
    """A form with so many rows."""
    return SelfEvaluation(
        document=Document(path="forms.txt", sha256=""),
        index=index,
        implementing_unit=Field(text=unit, state=FieldState.READ),
        indicators=(Indicator(),) * rows,
    )


def finding(rank: int, *, form: int, row: int | None, covered_by: int | None = None) -> Line:
    """A line of the list."""
    return Line(
        finding=Finding(
            rank=rank, finding="TARGET_VAGUE", title="目标空泛", severity=Severity.LOW, verdict=Verdict.FAIL,
            source="forms.txt", form_index=form, project_name="", row=row, message="", evidence=(), basis="",
            confidence=1.0, covered_by=covered_by,
        )
    )  # fmt: skip


def test_below_the_line_is_every_row_of_which_no_line_above_speaks() -> None:
    forms = [form(1, rows=3, unit="甲局"), form(2, rows=2, unit="")]
    lines = [
        finding(1, form=1, row=0),
        finding(2, form=2, row=1),
        finding(3, form=1, row=1, covered_by=1),  # folded into what stands above the line
    ]
    below = population_below(forms, lines, line=1, kind=Kind.ROW, layer=Layer.RULE)
    assert [(place.form_index, place.row, place.stratum) for place in below.places] == [
        (1, 2, NO_FINDING),
        (2, 0, NO_FINDING),
        (2, 1, "目标空泛"),
    ]
    units = population_below(forms, lines, line=1, kind=Kind.FORM, layer=Layer.UNIT)
    assert [(place.form_index, place.row, place.stratum) for place in units.places] == [(2, None, "单位未读出")]
