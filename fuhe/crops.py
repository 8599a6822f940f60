"""The part of a page that a finding rests on, cut out of its picture with the cells boxed."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from cv2.typing import MatLike

from domain.source import Box, box_around

MARGIN_X, MARGIN_Y = 48, 28  # pixels around the boxes: some of the neighbouring cells, to find the place again
TALLEST = 0.35  # of the page: boxes further down are left out, a whole page is no crop
WIDEST_PX, HIGHEST_PX = 1280, 560  # of the picture kept: legible when zoomed, some 60 kB
QUALITY = 80
INK = (30, 30, 200)  # of the boxes, in BGR
LINE_PX = 3


def page_to_crop(jpeg: bytes, boxes: Sequence[Box]) -> bytes:
    """JPEG of the region around the first boxes that stand near each other; b"" where there is nothing to see."""
    page = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if page is None or not boxes:
        return b""
    height, width = page.shape[:2]
    near = _near(boxes, height)
    around = box_around(near)
    left, right = max(0, int(around.x0) - MARGIN_X), min(width, int(around.x1) + MARGIN_X)
    top, bottom = max(0, int(around.y0) - MARGIN_Y), min(height, int(around.y1) + MARGIN_Y)
    if left >= right or top >= bottom:
        return b""
    region = page[top:bottom, left:right].copy()
    for box in near:
        corners = (int(box.x0) - left, int(box.y0) - top), (int(box.x1) - left, int(box.y1) - top)
        cv2.rectangle(region, *corners, INK, LINE_PX)
    _, packed = cv2.imencode(".jpg", _fitted(region), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return packed.tobytes()


def _near(boxes: Sequence[Box], height: int) -> list[Box]:
    """The first box, and those that fit into the same part of the page with it."""
    near = [boxes[0]]
    for box in boxes[1:]:
        around = box_around([*near, box])
        if around.y1 - around.y0 <= TALLEST * height:
            near.append(box)
    return near


def _fitted(region: MatLike) -> MatLike:
    height, width = region.shape[:2]
    scale = min(1.0, WIDEST_PX / width, HIGHEST_PX / height)
    if scale == 1.0:
        return region
    return cv2.resize(region, (max(1, int(width * scale)), max(1, int(height * scale))), interpolation=cv2.INTER_AREA)


def jpeg_size(jpeg: bytes) -> tuple[int, int]:
    """Width and height of a picture in pixels."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    height, width = (0, 0) if picture is None else picture.shape[:2]
    return width, height
