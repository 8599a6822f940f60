"""Damage to pages: the same for the same seed, of the right shape, and no print lost."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from bench.paper import is_two_tone
from bench.stamp import Pixels
from bench.wear import DAMAGES, wear

HEIGHT, WIDTH = 1170, 827  # A4 at 100 dpi: half the real size, for speed
MAGENTA = (255, 0, 255)
KEEPS_SIZE = ("clean", "office", "seal", "faded", "rot180", "punched", "bleed")


@pytest.fixture(scope="module")
def page() -> Pixels:
    """A table with figures, and a magenta square just inside each corner of the print."""
    pixels = np.full((HEIGHT, WIDTH, 3), 255, dtype=np.uint8)
    for y in range(120, 1060, 47):
        cv2.line(pixels, (60, y), (WIDTH - 60, y), (0, 0, 0), thickness=2)
        cv2.putText(pixels, "指标 123.45", (90, y + 34), (0, 0, 0), cv2.FontFace("uni"), 22)
    for x in (60, 380, WIDTH - 60):
        cv2.line(pixels, (x, 120), (x, 1060), (0, 0, 0), thickness=2)
    for x, y in ((45, 45), (WIDTH - 65, 45), (45, HEIGHT - 65), (WIDTH - 65, HEIGHT - 65)):
        cv2.rectangle(pixels, (x, y), (x + 20, y + 20), MAGENTA, thickness=-1)
    return pixels


def count_magenta(pixels: Pixels) -> int:
    """Number of magenta spots, however dark or pale."""
    red, green, blue = (pixels[..., channel].astype(np.float32) for channel in range(3))
    mask = ((red > green * 1.5) & (blue > green * 1.5)).astype(np.uint8)
    sizes = cv2.connectedComponentsWithStats(mask)[2][1:, cv2.CC_STAT_AREA]
    return int((np.asarray(sizes) > 40).sum())


def test_every_kind_of_the_given_pages_and_the_worse_ones_are_there() -> None:
    given = {"clean", "office", "skew", "low", "fax", "seal", "photo", "faded", "rot90", "rot180"}
    assert set(DAMAGES) == given | {"photo_hard", "fax_hard", "punched", "bleed"}


@pytest.mark.parametrize("kind", DAMAGES)
def test_the_same_seed_gives_the_same_pixels_and_the_page_stays_as_it_was(page: Pixels, kind: str) -> None:
    before = page.copy()
    first, second = wear(page, kind, seed=7), wear(page, kind, seed=7)
    assert np.array_equal(first, second)
    assert np.array_equal(page, before)
    assert (str(first.dtype), first.ndim, first.shape[2]) == ("uint8", 3, 3)
    assert first.flags.c_contiguous


@pytest.mark.parametrize("kind", [kind for kind in DAMAGES if kind != "clean"])
def test_another_seed_gives_other_pixels(page: Pixels, kind: str) -> None:
    assert not np.array_equal(wear(page, kind, seed=1), wear(page, kind, seed=2))


@pytest.mark.parametrize("kind", KEEPS_SIZE)
def test_scans_on_a_flat_bed_keep_the_size(page: Pixels, kind: str) -> None:
    assert wear(page, kind, seed=3).shape == page.shape


def test_a_page_on_its_side_is_as_wide_as_it_was_high(page: Pixels) -> None:
    assert wear(page, "rot90", seed=3).shape == (WIDTH, HEIGHT, 3)


@pytest.mark.parametrize("seed", range(3))
def test_a_small_scan_has_100_to_130_dpi(page: Pixels, seed: int) -> None:
    assert 0.49 <= wear(page, "low", seed=seed).shape[0] / HEIGHT <= 0.66


@pytest.mark.parametrize("kind", ["fax", "fax_hard"])
def test_a_fax_is_black_and_white_at_204_dpi(page: Pixels, kind: str) -> None:
    sent = wear(page, kind, seed=5)
    assert is_two_tone(sent)
    assert sent.shape[:2] == (round(HEIGHT * 1.02), round(WIDTH * 1.02))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["office", "skew", "photo", "photo_hard", "rot90", "rot180"])
def test_no_corner_of_the_print_is_lost(page: Pixels, kind: str, seed: int) -> None:
    assert count_magenta(wear(page, kind, seed=seed)) == 4


def test_a_seal_is_red_and_leaves_black_print_dark(page: Pixels) -> None:
    blank = np.full_like(page, 255)
    red = wear(page, "seal", seed=4)[..., 0].astype(int) - wear(page, "seal", seed=4)[..., 1]
    assert (red > 60).sum() > 1000
    assert ((wear(blank, "seal", seed=4)[..., 0].astype(int) - wear(blank, "seal", seed=4)[..., 1]) > 60).any()


def test_an_old_copy_has_little_contrast(page: Pixels) -> None:
    dark = np.quantile(wear(page, "faded", seed=4).min(axis=2), 0.02)
    assert dark > np.quantile(page.min(axis=2), 0.02) + 40


def test_an_unknown_kind_is_an_error(page: Pixels) -> None:
    with pytest.raises(KeyError, match="water"):
        wear(page, "water", seed=1)
