"""Memory and time of long documents: ``python -m bench.memory FILE... [--pages 30 300]`` (PDF files or images).

The pages of the files are repeated to documents of so many pages, and ``fuhe extract`` reads each in a process of its
own, all outputs written. What is told is the peak of the resident set, which the operating system keeps, and seconds a
page. Issue 3 asks that 300 pages end within 10 % of the memory that 30 took, and for 1.2 GB at most.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from PIL import Image

from bench.clock import PEAK, memory

MEBI = 1024 * 1024
MOST_MB = 1200  # issue 3: peak memory
MOST_GROWTH = 1.10  # issue 3: from 30 pages to 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One document read: its pages, the seconds it took, the peak of resident memory in MB, and what was found."""

    pages: int
    seconds: float
    peak_mb: float
    words: int
    forms: int


def files_to_document(paths: Sequence[Path], pages: int) -> bytes:
    """A PDF of so many pages, those of the files over and over; each picture is stored once."""
    from pypdf import PdfReader, PdfWriter

    readers = [PdfReader(io.BytesIO(content)) for content in _files_to_pdfs(paths)]
    writer = PdfWriter()
    for page in islice(cycle([page for reader in readers for page in reader.pages]), pages):
        writer.add_page(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _files_to_pdfs(paths: Iterable[Path]) -> Iterator[bytes]:
    for path in paths:
        content = path.read_bytes()
        if content.startswith(b"%PDF-"):
            yield content
        else:
            out = io.BytesIO()
            Image.open(io.BytesIO(content)).convert("RGB").save(out, "PDF", resolution=200)
            yield out.getvalue()


def measure(paths: Sequence[Path], pages: int) -> Measured:
    """One document of so many pages read in a process of its own. RuntimeError where that fails."""
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "long.pdf"
        document.write_bytes(files_to_document(paths, pages))
        command = [sys.executable, "-m", "bench.memory", "--child", str(document), "--out", f"{folder}/out"]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise RuntimeError(f"读 {pages} 页的文档失败：{ended.stderr[-400:]}")
        told = json.loads(ended.stdout.splitlines()[-1])
        counts = json.loads((Path(folder) / "out" / "run.json").read_text(encoding="utf-8"))["counts"]
    return Measured(
        pages=counts["pages"], seconds=told["seconds"], peak_mb=told["peak_mb"], words=counts["words"],
        forms=counts["forms"],
    )  # fmt: skip


def read_alone(document: Path, out: Path) -> dict[str, float]:
    """The document read by ``fuhe extract`` in this process, and what that took."""
    from fuhe.commands import extract_paths

    begun = time.perf_counter()
    extract_paths([document], out, workers=1)
    seconds = time.perf_counter() - begun
    # what getrusage tells of a process began with the memory of the one that started it
    peak = memory(PEAK) or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEBI
    return {"seconds": seconds, "peak_mb": peak}


def main(words: Sequence[str]) -> int:
    """Prints a line a document; 0 when memory keeps within bounds, 1 when it does not."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--pages", nargs="+", type=int, default=[30, 300])
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.child is not None:
        print(json.dumps(read_alone(arguments.child, arguments.out)))
        return 0
    print(f"{'pages':>6}{'seconds':>10}{'a page':>9}{'peak MB':>10}{'growth':>9}{'words':>9}{'forms':>7}")
    first: Measured | None = None
    fits = True
    for pages in arguments.pages:
        one = measure(arguments.files, pages)
        first = first or one
        growth = one.peak_mb / first.peak_mb
        fits = fits and growth <= MOST_GROWTH and one.peak_mb <= MOST_MB
        print(
            f"{one.pages:>6}{one.seconds:>10.1f}{one.seconds / max(1, one.pages):>9.3f}{one.peak_mb:>10.0f}"
            f"{growth:>9.2f}{one.words:>9}{one.forms:>7}"
        )
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
