"""Documents as pictures, for peers that read nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pypdfium2

from ocr.load import files_to_sheets
from ocr.sheet import Pixels, Sheet

DPI = 200  # dots an inch at which digital pages are drawn; scanners' usual


def files_to_pixels(paths: Sequence[Path]) -> Iterator[Pixels]:
    """The pages of a document in RGB: a scan's own pixels, a digital page at ``DPI``. Raises UnreadableDocument."""
    for path in paths:
        content = path.read_bytes()
        for place, sheet in enumerate(files_to_sheets([content], name=path.name)):
            if isinstance(sheet, Sheet):
                yield sheet.pixels if sheet.pixels is not None else _drawn(content, place)


def _drawn(content: bytes, place: int) -> Pixels:
    with closing(pypdfium2.PdfDocument(content)) as pdf:
        return np.array(pdf[place].render(scale=DPI / 72, rev_byteorder=True).to_numpy(), dtype=np.uint8)
