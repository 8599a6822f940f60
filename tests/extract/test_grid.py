"""Ruling lines drawn by hand, as a printer or a scanner would leave them, and the cells they enclose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.page import Rule
from extract.grid import Lattice, rules_to_lattices

WIDTH, HEIGHT = 1654, 2339  # A4 at 200 dpi
XS = (100, 500, 900, 1500)
YS = (200, 300, 400)
Span = tuple[int, int, int, int]  # row, col, row_span, col_span
WHOLE = {(row, col, 1, 1) for row in range(2) for col in range(3)}


def level(y: float, x0: float, x1: float) -> Rule:
    return Rule(x0=x0, y0=y, x1=x1, y1=y)


def upright(x: float, y0: float, y1: float) -> Rule:
    return Rule(x0=x, y0=y0, x1=x, y1=y1)


def ruled(xs: Sequence[float] = XS, ys: Sequence[float] = YS) -> list[Rule]:
    """A full grid, each line drawn in one go."""
    return [*(level(y, xs[0], xs[-1]) for y in ys), *(upright(x, ys[0], ys[-1]) for x in xs)]


def bordered(spans: Sequence[Span], xs: Sequence[float], ys: Sequence[float]) -> list[Rule]:
    """Every cell with four borders of its own, as office programs draw them."""
    rules = []
    for row, col, rows, cols in spans:
        left, right, top, bottom = xs[col], xs[col + cols], ys[row], ys[row + rows]
        rules += [level(top, left, right), level(bottom, left, right)]
        rules += [upright(left, top, bottom), upright(right, top, bottom)]
    return rules


def lattices(rules: Sequence[Rule]) -> tuple[Lattice, ...]:
    return rules_to_lattices(rules, width=WIDTH, height=HEIGHT)


def only_lattice(rules: Sequence[Rule]) -> Lattice:
    (lattice,) = lattices(rules)
    return lattice


def spans_of(lattice: Lattice) -> set[Span]:
    assert len({(room.row, room.col) for room in lattice.rooms}) == len(lattice.rooms)
    return {(room.row, room.col, room.row_span, room.col_span) for room in lattice.rooms}


def places_of(lattice: Lattice) -> Counter[tuple[int, int]]:
    """How many rooms claim each place of the grid."""
    return Counter(
        (row, col)
        for room in lattice.rooms
        for row in range(room.row, room.row + room.row_span)
        for col in range(room.col, room.col + room.col_span)
    )


def assert_tiled(lattice: Lattice) -> None:
    rows, cols = len(lattice.ys) - 1, len(lattice.xs) - 1
    assert places_of(lattice) == {(row, col): 1 for row in range(rows) for col in range(cols)}
    for room in lattice.rooms:
        assert (room.box.x0, room.box.x1) == (lattice.xs[room.col], lattice.xs[room.col + room.col_span])
        assert (room.box.y0, room.box.y1) == (lattice.ys[room.row], lattice.ys[room.row + room.row_span])


def test_a_full_grid_is_cells_of_one_row_and_one_column() -> None:
    lattice = only_lattice(ruled())
    assert (lattice.xs, lattice.ys) == (XS, YS)
    assert spans_of(lattice) == WHOLE
    assert_tiled(lattice)
    assert {room.confidence for room in lattice.rooms} == {1.0}


def test_the_order_in_which_lines_were_drawn_tells_nothing() -> None:
    assert lattices(ruled()[::-1]) == lattices(ruled())


@pytest.mark.parametrize(
    "spans",
    [
        pytest.param([(0, 0, 1, 2), (0, 2, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1), (1, 2, 1, 1)], id="across"),
        pytest.param([(0, 0, 2, 1), (0, 1, 1, 1), (0, 2, 1, 1), (1, 1, 1, 1), (1, 2, 1, 1)], id="down"),
        pytest.param([(0, 0, 2, 2), (0, 2, 1, 1), (1, 2, 1, 1), (2, 0, 1, 1), (2, 1, 1, 1), (2, 2, 1, 1)], id="both"),
        pytest.param([(0, 0, 1, 2), (0, 2, 2, 1), (1, 0, 2, 1), (1, 1, 1, 1), (2, 1, 1, 2)], id="windmill"),
        pytest.param([(0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1), (1, 0, 1, 3), (2, 0, 1, 2), (2, 2, 1, 1)], id="row"),
        pytest.param([(0, 0, 3, 1), (0, 1, 1, 2), (1, 1, 2, 1), (1, 2, 1, 1), (2, 2, 1, 1)], id="side-label"),
    ],
)
def test_merged_cells_keep_their_spans(spans: list[Span]) -> None:
    lattice = only_lattice(bordered(spans, XS, (200, 400, 600, 800)))
    assert spans_of(lattice) == set(spans)
    assert_tiled(lattice)


def test_a_column_line_that_no_cell_needs_is_none() -> None:
    spans = [(0, 0, 1, 2), (0, 2, 1, 1), (1, 0, 1, 2), (1, 2, 1, 1)]
    assert only_lattice(bordered(spans, XS, YS)).xs == (100, 900, 1500)


def test_broken_lines_are_bridged() -> None:
    broken = [
        upright(500, 200, 345),
        upright(500, 355, 400),
        level(300, 100, 480),
        level(300, 492, 900),
        level(300, 910, 960),
        level(300, 970, 1500),
    ]
    lattice = only_lattice([*ruled((100, 900, 1500), (200, 400)), *broken])
    assert spans_of(lattice) == WHOLE
    assert {room.confidence for room in lattice.rooms} == {1.0}


def test_a_line_half_gone_is_a_line_of_little_confidence() -> None:
    half = [upright(500, 200, 350), upright(500, 350, 400), upright(900, 200, 350)]
    lattice = only_lattice([*ruled((100, 1500)), *half])
    assert spans_of(lattice) == WHOLE
    sure = {(room.row, room.col): room.confidence for room in lattice.rooms}
    assert sure == {(0, 0): 1.0, (0, 1): 1.0, (0, 2): 1.0, (1, 0): 1.0, (1, 1): 0.75, (1, 2): 0.75}


@pytest.mark.parametrize(
    "gone",
    [
        pytest.param([upright(100, 200, 400)], id="left"),
        pytest.param([upright(1500, 200, 400)], id="right"),
        pytest.param([upright(100, 200, 400), upright(1500, 200, 400)], id="both-sides"),
        pytest.param([level(200, 100, 1500)], id="top"),
        pytest.param([level(400, 100, 1500)], id="bottom"),
    ],
)
def test_a_frame_that_is_not_printed_stands_where_the_lines_end(gone: list[Rule]) -> None:
    lattice = only_lattice([rule for rule in ruled() if rule not in gone])
    assert (lattice.xs, lattice.ys) == (XS, YS)
    assert spans_of(lattice) == WHOLE


def test_short_uprights_that_cross_two_lines_make_columns_though_the_line_above_them_is_gone() -> None:
    ys = (200, 250, 300)
    rules = [*(level(y, XS[0], XS[-1]) for y in ys[1:]), *(upright(x, ys[0], ys[-1]) for x in XS)]
    lattice = only_lattice(rules)
    assert spans_of(lattice) == WHOLE and lattice.ys == pytest.approx(ys)


def test_one_line_that_runs_on_alone_makes_no_frame() -> None:
    stray = level(300, 20, 1500)
    rules = [stray, *(rule for rule in ruled() if rule != level(300, 100, 1500) and rule != upright(100, 200, 400))]
    assert only_lattice(rules).xs == XS


def test_a_row_without_upright_lines_belongs_to_the_grids_around_it() -> None:
    lattice = only_lattice([*ruled(), *ruled(ys=(480, 560))])
    assert lattice.ys == (200, 300, 400, 480, 560)
    assert spans_of(lattice) == {*WHOLE, (2, 0, 1, 3), (3, 0, 1, 1), (3, 1, 1, 1), (3, 2, 1, 1)}


def test_a_row_without_upright_lines_is_one_cell_though_the_line_above_it_has_faded() -> None:
    frame = ruled((100, 1500), (200, 400))
    lattice = only_lattice([*frame, upright(500, 200, 300), upright(900, 200, 300), level(300, 500, 1500)])
    assert spans_of(lattice) == {(0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1), (1, 0, 1, 3)}


def test_grids_of_one_width_far_from_each_other_are_two() -> None:
    assert [lattice.ys for lattice in lattices([*ruled(), *ruled(ys=(520, 600))])] == [YS, (520, 600)]


def test_grids_of_different_widths_stay_apart_however_close() -> None:
    assert len(lattices([*ruled(), *ruled(xs=(100, 500, 900), ys=(450, 550))])) == 2


@pytest.mark.parametrize(
    "strays",
    [
        pytest.param([level(250, 200, 240), upright(220, 235, 270)], id="cross"),
        pytest.param([level(250, 600 + 35 * n, 630 + 35 * n) for n in range(6)], id="row-of-dashes"),
        pytest.param([upright(300, 310, 345), upright(1000, 355, 392)], id="touching-one-line"),
        pytest.param([level(250, 950, 1095)], id="underline"),
        pytest.param([level(285, 950, 1095)], id="underline-near-a-line"),
        pytest.param([level(1500, 300, 800)], id="far-away"),
    ],
)
def test_stray_strokes_are_no_lines(strays: list[Rule]) -> None:
    assert lattices([*strays, *ruled()]) == lattices(ruled())


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([], id="nothing"),
        pytest.param([level(200, 100, 1500), level(300, 100, 1500)], id="only-level"),
        pytest.param([upright(100, 200, 900), upright(500, 200, 900)], id="only-upright"),
        pytest.param(ruled((50, 1600), (50, 2300)), id="frame-around-the-sheet"),
        pytest.param([level(200, 100, 1500), upright(100, 200, 900)], id="corner"),
        pytest.param([level(y, x, x + 30) for y in (200, 230) for x in range(100, 900, 60)], id="characters"),
    ],
)
def test_lines_that_enclose_no_two_cells_are_no_table(rules: list[Rule]) -> None:
    assert lattices(rules) == ()


def test_two_tables_come_from_top_to_bottom() -> None:
    upper, lower = ruled(), ruled(xs=(100, 800, 1500), ys=(900, 1000, 1100, 1200))
    first, second = lattices([*lower, *upper])
    assert (first.ys[0], len(first.rooms)) == (200, 6)
    assert (second.ys[0], len(second.rooms)) == (900, 6)
    assert (second.box.x0, second.box.y0, second.box.x1, second.box.y1) == (100, 900, 1500, 1200)


def test_tables_side_by_side_are_two() -> None:
    found = lattices([*ruled(xs=(100, 400, 700)), *ruled(xs=(900, 1200, 1500))])
    assert sorted(lattice.xs for lattice in found) == [(100, 400, 700), (900, 1200, 1500)]


def test_a_box_within_a_cell_is_no_table_of_its_own() -> None:
    inner = ruled(xs=(1000, 1200, 1400), ys=(650, 750, 850))
    assert lattices([*inner, *ruled(ys=(200, 300, 400, 1000))]) == lattices(ruled(ys=(200, 300, 400, 1000)))


def test_doubled_lines_are_one() -> None:
    twice = [
        *ruled(),
        *(level(rule.y0 + 6, rule.x0, rule.x1) for rule in ruled() if rule.is_level),
        *(upright(rule.x0 + 6, rule.y0, rule.y1) for rule in ruled() if not rule.is_level),
    ]
    lattice = only_lattice(twice)
    assert spans_of(lattice) == WHOLE
    assert lattice.xs == tuple(x + 3 for x in XS)
    assert lattice.ys == tuple(y + 3 for y in YS)


def test_lines_that_lean_a_little_stand_at_their_middle() -> None:
    leaning = [Rule(x0=rule.x0, y0=rule.y0, x1=rule.x1, y1=rule.y1 + 4) if rule.is_level else rule for rule in ruled()]
    lattice = only_lattice(leaning)
    assert spans_of(lattice) == WHOLE
    assert lattice.ys == tuple(y + 2 for y in YS)


@st.composite
def merged_tables(draw: st.DrawFn) -> tuple[list[Span], list[float], list[float]]:
    """A table of random cells: from every free place a rectangle of free places."""
    rows, cols = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    free = {(row, col) for row in range(rows) for col in range(cols)}
    spans = []
    while free:
        row, col = min(free)
        wide = draw(st.integers(1, next(n for n in range(1, cols + 1) if (row, col + n) not in free)))
        tall = draw(st.integers(1, rows - row))
        spans.append((row, col, tall, wide))
        free -= {(r, c) for r in range(row, row + tall) for c in range(col, col + wide)}
    widths = draw(st.lists(st.integers(150, 290), min_size=cols, max_size=cols))
    heights = draw(st.lists(st.integers(150, 400), min_size=rows, max_size=rows))
    return spans, [*accumulate(widths, initial=100.0)], [*accumulate(heights, initial=200.0)]


@given(merged_tables())
def test_random_merges_are_found_again_and_tile_the_table(table: tuple[list[Span], list[float], list[float]]) -> None:
    spans, xs, ys = table
    if len(spans) == 1:
        assert lattices(bordered(spans, xs, ys)) == ()
        return
    lattice = only_lattice(bordered(spans, xs, ys))
    assert_tiled(lattice)
    boxes = {(room.box.x0, room.box.y0, room.box.x1, room.box.y1) for room in lattice.rooms}
    assert boxes == {(xs[col], ys[row], xs[col + wide], ys[row + tall]) for row, col, tall, wide in spans}


def stroke(is_level: bool, at: int, begin: int, length: int) -> Rule:
    return level(at, begin, begin + length) if is_level else upright(at, begin, begin + length)


STROKES = st.builds(stroke, st.booleans(), st.integers(0, 1600), st.integers(0, 1200), st.integers(1, 1100))


@given(st.lists(STROKES, max_size=25))
def test_whatever_the_lines_the_cells_tile_their_table(rules: list[Rule]) -> None:
    for lattice in lattices(rules):
        assert_tiled(lattice)
        assert all(a < b for a, b in pairwise(lattice.xs))
        assert all(a < b for a, b in pairwise(lattice.ys))
        assert all(0 <= room.confidence <= 1 for room in lattice.rooms)
