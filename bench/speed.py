"""Seconds a page beside a peer, in one run on the same pages: ``python -m bench.speed FILE...`` (images or PDF scans).

The peer is RapidOCR on OpenVINO with the same weights; it only recognises text. Ours sets the page upright, finds lines
and cells, recognises and understands the form. Both run once before the clock starts.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from fuhe.paper import read_files
from ocr.load import files_to_sheets
from ocr.sheet import Pixels, Sheet


def file_to_pixels(path: Path) -> tuple[Pixels, ...]:
    """The scanned pages of a file, RGB."""
    sheets = files_to_sheets([path.read_bytes()], name=path.name)
    return tuple(sheet.pixels for sheet in sheets if isinstance(sheet, Sheet) and sheet.pixels is not None)


def rapidocr_reader() -> Callable[[Pixels], object]:
    """The peer: detection and recognition, without its direction classifier (our pages stand upright for it)."""
    from rapidocr import EngineType, RapidOCR

    engine: Any = RapidOCR(
        params={f"{part}.engine_type": EngineType.OPENVINO for part in ("Det", "Rec", "Cls")}
        | {"Global.use_cls": False}
    )
    return lambda pixels: engine(pixels[..., ::-1])


def seconds(work: Callable[[], object], *, times: int) -> float:
    """Median wall time."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return median(taken)


def main(words: Sequence[str]) -> int:
    """Prints seconds a page and the ratio for every file; 0 when done."""
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--times", type=int, default=3)
    arguments = parser.parse_args(words)
    peer = rapidocr_reader()
    print(f"{'file':28}{'pages':>6}{'ours':>8}{'peer':>8}{'ratio':>8}")
    for path in arguments.files:
        pages = file_to_pixels(path)
        read_files([path])
        peer(pages[0])
        ours = seconds(lambda path=path: read_files([path]), times=arguments.times) / len(pages)  # type: ignore[misc]
        theirs = seconds(lambda pages=pages: [peer(page) for page in pages], times=arguments.times) / len(pages)  # type: ignore[misc]
        print(f"{path.name[:27]:28}{len(pages):>6}{ours:>8.2f}{theirs:>8.2f}{ours / theirs:>8.2f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB, both readers in one process")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
