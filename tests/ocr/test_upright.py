from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from domain.page import Warp
from ocr import upright
from ocr.ink import Gray, Ink, Mask
from ocr.read import quarter_ink
from ocr.strokes import Ruling, Stroke, mask_to_strokes
from ocr.upright import Way, of_one_table, straighten, tilt, turn_by

WIDTH, HEIGHT = 1240, 1754
YS = tuple(range(300, 1401, 100))
XS = (150, 400, 640, 860, 1090)
DOT = (520, 950)  # in the middle of a cell


def page_image() -> Gray:
    """A ruled table on white paper, with a dot in one cell."""
    gray = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for y in YS:
        cv2.line(gray, (XS[0], y), (XS[-1], y), 0, 3)
    for x in XS:
        cv2.line(gray, (x, YS[0]), (x, YS[-1]), 0, 3)
    cv2.circle(gray, DOT, 14, 0, -1)
    return gray


def to_ink(gray: Gray) -> Ink:
    return Ink(gray=gray, mask=np.where(gray < 128, np.uint8(255), np.uint8(0)))


def tilted(degrees: float) -> Gray:
    """The page turned clockwise."""
    turn = turn_by(-degrees, WIDTH, HEIGHT)
    size = (turn.width, turn.height)
    return cv2.warpAffine(page_image(), turn.matrix, size, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,))


def bent(amount: float) -> Gray:
    """The page as a bulging sheet shows it: its level lines sag in the middle, by so many pixels."""
    xs, ys = np.meshgrid(np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT, dtype=np.float32))
    sag = (amount * (1 - ((xs - WIDTH / 2) / (WIDTH / 2)) ** 2)).astype(np.float32)
    return cv2.remap(page_image(), xs, ys - sag, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,))


def dot(gray: Gray) -> tuple[float, float]:
    """Where the middle of the dot is: lines are too thin to outlast an erosion."""
    solid = cv2.dilate(gray, np.ones((9, 9), np.uint8)) < 128
    ys, xs = np.nonzero(solid)
    assert len(xs) > 50
    return float(xs.mean()), float(ys.mean())


def unevenness(mask: Mask, *, level: bool) -> list[float]:
    return [float(np.ptp(stroke.across)) for stroke in mask_to_strokes(mask, level=level)]


def warped(warp: Warp, x: float, y: float) -> tuple[float, float]:
    """A point led back to the scan as whoever reads the page does it: between the four nodes around it."""
    points = np.array(warp.points).reshape(-1, warp.columns, 2)
    column, row = int(x // warp.step), int(y // warp.step)
    u, v = x / warp.step - column, y / warp.step - row
    (a, b), (c, d) = points[row : row + 2, column : column + 2]
    found: NDArray[np.float64] = (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * c + u * d)
    return float(found[0]), float(found[1])


@pytest.mark.parametrize("degrees", [-12.0, -5.3, -0.7, 0.25, 1.0, 3.35, 12.0])
def test_tilt_is_found_to_a_tenth_of_a_degree(degrees: float) -> None:
    assert tilt(to_ink(tilted(degrees)).mask) == pytest.approx(degrees, abs=0.1)


def test_a_straight_page_is_left_as_it_is() -> None:
    ink = to_ink(page_image())
    straight, way, _ = straighten(ink)
    assert straight.gray is ink.gray and straight.mask is ink.mask
    assert way.turn.is_none and way.mesh is None
    assert tilt(ink.mask) == 0.0


def test_a_blank_page_is_left_as_it_is() -> None:
    ink = to_ink(np.full((HEIGHT, WIDTH), 255, np.uint8))
    straight, way, _ = straighten(ink)
    assert np.array_equal(straight.gray, ink.gray) and way.turn.is_none and way.mesh is None


def test_a_turned_page_is_large_enough_for_its_corners() -> None:
    turn = turn_by(9.0, WIDTH, HEIGHT)
    corners = np.array([[0, WIDTH - 1, 0, WIDTH - 1], [0, 0, HEIGHT - 1, HEIGHT - 1], [1, 1, 1, 1]], float)
    xs, ys = turn.matrix @ corners
    assert xs.min() >= -1 and ys.min() >= -1 and xs.max() <= turn.width and ys.max() <= turn.height
    assert not turn.is_none and turn_by(0, WIDTH, HEIGHT).is_none


@pytest.mark.parametrize("degrees", [-12.0, -2.0, 7.5])
def test_straightening_makes_lines_level(degrees: float) -> None:
    ink, _way, _ = straighten(to_ink(tilted(degrees)))
    level, upright = unevenness(ink.mask, level=True), unevenness(ink.mask, level=False)
    assert len(level) == len(YS) and max(level) < 3
    assert len(upright) == len(XS) and max(upright) < 3


@pytest.mark.parametrize("amount", [-14.0, 10.0, 20.0, 40.0])  # the last two take several steps
def test_straightening_flattens_a_bend(amount: float) -> None:
    crooked = to_ink(bent(amount))
    assert max(unevenness(crooked.mask, level=True)) > 4
    ink, way, _ = straighten(crooked)
    level = unevenness(ink.mask, level=True)
    assert way.mesh is not None and len(level) == len(YS) and max(level) < 3


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("kind", ["straight", "tilt", "bend", "much bend", "tilt and bend"])
def test_points_lead_back_to_the_scan(kind: str, quarters: int) -> None:
    gray = bent(40 if "much" in kind else 12) if "bend" in kind else tilted(4.2) if kind == "tilt" else page_image()
    if kind == "tilt and bend":
        turn = turn_by(3.0, WIDTH, HEIGHT)
        gray = cv2.warpAffine(
            gray, turn.matrix, (turn.width, turn.height), borderMode=cv2.BORDER_CONSTANT, borderValue=(255,)
        )
    ink, way, _ = straighten(to_ink(gray))
    assert (way.mesh is not None) == ("bend" in kind) and way.turn.is_none == ("tilt" not in kind)
    ink, way = quarter_ink(ink, quarters), way.then_quarters(quarters)
    x, y = dot(ink.gray)
    back_x, back_y = way.back(np.array([x]), np.array([y]))
    assert (back_x[0], back_y[0]) == pytest.approx(dot(gray), abs=2)
    height, width = ink.gray.shape
    warp = way.to_warp(width, height, scale=2.0)  # a scan that was enlarged to twice its size
    assert warped(warp, x, y) == pytest.approx(tuple(place / 2 for place in dot(gray)), abs=1)


def test_the_mesh_covers_the_whole_page() -> None:
    way = Way(turn=turn_by(0, 100, 70))
    warp = way.to_warp(100, 70, scale=1.0)
    assert len(warp.points) % warp.columns == 0
    assert (warp.columns - 1) * warp.step >= 100 and (len(warp.points) // warp.columns - 1) * warp.step >= 70
    assert warped(warp, 99, 69) == pytest.approx((99, 69))


def test_quarters_add_up() -> None:
    way = Way(turn=turn_by(0, 100, 70))
    assert way.then_quarters(3).then_quarters(2).quarters == 1


def stroke(begin: float, end: float, place: float) -> Stroke:
    return Stroke(along=np.array([begin, end]), across=np.array([place, place]))


def test_the_edges_of_the_sheet_are_no_strokes_of_the_table() -> None:
    level = [stroke(100, 500, y) for y in (100, 200, 300, 400)]
    upright = [stroke(100, 400, x) for x in (100, 300, 500)]
    edge = stroke(0, 900, 10)
    kept = of_one_table(Ruling(level=(*level, edge), upright=(*upright, stroke(600, 900, 880))))
    assert list(kept.level) == level and list(kept.upright) == upright


def test_few_strokes_are_all_kept() -> None:
    few = Ruling(level=(stroke(100, 500, 100), stroke(100, 500, 900)), upright=(stroke(0, 90, 700),))
    none = Ruling(level=(), upright=())
    assert of_one_table(few) == few
    assert of_one_table(none) == none


def test_a_bend_that_runs_away_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    ink = to_ink(page_image())
    monkeypatch.setattr(upright, "_fit", lambda strokes, size: np.full(10, 4000.0))
    straight, way, _ = straighten(ink)
    assert way.mesh is None and np.array_equal(straight.gray, ink.gray)
