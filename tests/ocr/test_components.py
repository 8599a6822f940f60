"""Pieces of ink: those that touch at a corner are one, and very many are numbered too."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.components import mask_to_components, rows_with_ink


def test_pieces_that_touch_at_a_corner_are_one() -> None:
    mask = np.zeros((6, 6), np.uint8)
    mask[1, 1] = mask[2, 2] = mask[5, 5] = 255
    count, labels, stats = mask_to_components(mask)
    assert count == 3
    assert labels[1, 1] == labels[2, 2] != labels[5, 5]
    assert sorted(stats[1:, cv2.CC_STAT_AREA]) == [1, 2]


def test_more_pieces_than_sixteen_bits_can_number_are_told_apart() -> None:
    mask = np.zeros((600, 600), np.uint8)
    mask[::2, ::2] = 255
    count, labels, stats = mask_to_components(mask)
    assert count == 300 * 300 + 1
    assert len(np.unique(labels)) == count and set(stats[1:, cv2.CC_STAT_AREA]) == {1}


def test_rows_with_ink_keep_apart_what_does_not_touch() -> None:
    mask = np.zeros((12, 4), np.uint8)
    mask[2:4, 1] = mask[5, 1] = mask[11, 2] = 255
    rows = rows_with_ink(mask)
    assert rows.tolist() == [0, 2, 3, 4, 5, 6, 11]
    assert mask_to_components(mask[rows])[0] == mask_to_components(mask)[0] == 4
    assert rows_with_ink(np.zeros((3, 3), np.uint8)).tolist() == [0]
