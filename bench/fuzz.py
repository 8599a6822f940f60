"""Readers under random input: ``python -m bench.fuzz [--minutes N] [--only NAME] [--seed S]``.

Each reader gets mutated files until its share of the time is over, in a process of its own with a limit to its memory.
It may raise what it documents and nothing else, and no input may take longer than MOST_SECONDS of processor time. An
input that does is kept under build/fuzz with the name of the reader; a dead process gives away the one it died of.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.bad.archives import zipped
from bench.bad.case import example
from bench.bad.lines import decisions_to_words, labels_to_words, questions_to_words, settings_to_words
from bench.bad.pictures import drawn, saved
from bench.bad.reading import MOST_SECONDS, Hung, time_limit
from bench.bad.texts import FORM_BYTES
from bench.mutation import mutate
from domain.errors import UnreadableDocument
from domain.source import Document

MOST_BYTES = 6 * 1024**3  # of address space
KEPT = Path("build") / "fuzz"
_DOCUMENT = Document(path="随机.bin", sha256="0" * 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A reader: good files to begin with, and how one is read. It may raise UnreadableDocument."""

    seeds: Callable[[], Sequence[bytes]]
    read: Callable[[bytes], object]


def read_office(kind: str) -> Callable[[bytes], object]:
    """Reads a file of an office program or a page, to forms."""

    def read(content: bytes) -> object:
        import extract

        tables = getattr(extract, f"{kind}_to_tables")(content, _DOCUMENT)
        return extract.tables_to_forms(tables, _DOCUMENT)

    return read


def read_text(content: bytes) -> object:
    """Reads a text, to findings: what the rules make of forms nobody would write."""
    import extract
    from fuhe.decode import bytes_to_text, check_lines
    from fuhe.pipeline import forms_to_findings

    text = bytes_to_text(content).text
    check_lines(text)
    return forms_to_findings(extract.tables_to_forms(extract.text_to_tables(text, _DOCUMENT), _DOCUMENT))


def read_value(content: bytes) -> object:
    """Reads a cell in every way that rules ask for."""
    import extract

    text = content.decode(errors="replace")[:2000]
    ways = (extract.text_to_value, extract.text_to_mentions, extract.text_to_number)
    return [*(way(text) for way in ways), extract.text_to_amount(text, "万元")]


def read_paper(content: bytes) -> object:
    """Reads a PDF or picture, to pages before recognition."""
    from ocr.load import count_pages, files_to_sheets

    count_pages([content], name="随机.pdf")
    return [sheet.number for sheet in files_to_sheets([content], name="随机.pdf")]


def read_arrival(content: bytes) -> object:
    """Opens a file as it comes in, archives too."""
    from fuhe.intake import Arrival, arrival_to_input, paths_to_arrivals

    with TemporaryDirectory() as folder:
        path = Path(folder) / "随机.zip"
        path.write_bytes(content)
        for found in paths_to_arrivals([path]):
            if isinstance(found, Arrival):
                try:
                    arrival_to_input(found)
                except UnreadableDocument:
                    continue
    return None


def read_lines(read: Callable[[Path], str]) -> Callable[[bytes], object]:
    """Reads a file of lines given to a command."""

    def read_content(content: bytes) -> object:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "随机.jsonl"
            path.write_bytes(content)
            return read(path)

    return read_content


def questions(path: Path) -> str:
    """Lines to classify, what is no UTF-8 left out as the command does it before."""
    path.write_text(path.read_bytes().decode(errors="ignore"), encoding="utf-8")
    return questions_to_words(path)


def _pictures() -> tuple[bytes, ...]:
    image = drawn("RGB", (480, 400))
    many = saved(image, "TIFF", save_all=True, append_images=[image])
    return (
        *(saved(image, kind) for kind in ("PNG", "JPEG", "BMP", "WEBP")),
        many,
        saved(image.convert("1"), "TIFF", compression="group4"),
    )


def _pdfs() -> tuple[bytes, ...]:
    from bench.bad.pdfs import WORDS, one_page

    return example("10"), one_page(WORDS), one_page(b"0 0 99 99 re f " + WORDS, more=b"/Annots [] /Rotate 90")


def _values() -> tuple[bytes, ...]:
    texts = (
        "≥95.00(%)",
        "2024年12月底前",
        "1,234.56万元",
        "由85%调整为100%",
        "不超过3次/年",
        "提升12个百分点，完成392户",
    )
    return tuple(text.encode() for text in texts)


_LABELS = (
    '{"text": "因雨天停工。", "labels": [], "optional_labels": []}\n'
    '{"text": "≥90%", "label": "x", "indicators": ["a"]}\n'
)
_DECISION = (
    '{"finding": "A1", "source": "表.txt", "form_index": 1, "row": null, "decision": "dismiss", "cause": "wrong"}\n'
)
TARGETS: Mapping[str, Target] = {
    "text": Target(seeds=lambda: (FORM_BYTES, *map(example, ("01", "02", "03", "07", "08"))), read=read_text),
    "values": Target(seeds=_values, read=read_value),
    "html": Target(seeds=lambda: (example("06"),), read=read_office("html")),
    "docx": Target(seeds=lambda: (example("04"),), read=read_office("docx")),
    "xlsx": Target(seeds=lambda: (example("05"),), read=read_office("xlsx")),
    "pdf": Target(seeds=_pdfs, read=read_paper),
    "images": Target(seeds=_pictures, read=read_paper),
    "zip": Target(
        seeds=lambda: (zipped([("表.txt", FORM_BYTES), ("内.zip", zipped([("a.txt", b"x" * 99)]))]),), read=read_arrival
    ),
    "labels": Target(seeds=lambda: (_LABELS.encode(),), read=read_lines(labels_to_words)),
    "decisions": Target(seeds=lambda: (_DECISION.encode(),), read=read_lines(decisions_to_words)),
    "settings": Target(
        seeds=lambda: (b"[thresholds]\n[ranking]\n[labels.rationale]\nweather = 'x'\n",),
        read=read_lines(settings_to_words),
    ),
    "questions": Target(seeds=lambda: (b'{"text": "a", "indicators": ["b"]}\n',), read=read_lines(questions)),
}


def try_input(target: Target, content: bytes) -> str:
    """The fault of a reader with an input, "" where it is read or refused."""
    try:
        with time_limit(MOST_SECONDS):
            target.read(content)
    except UnreadableDocument as error:
        return "" if "请" in error.message else f"does not say what to do: {error.message}"
    except Hung as hung:
        return "".join(traceback.format_exception(hung)[-4:])
    except Exception as error:
        return "".join(traceback.format_exception(error)[-4:])
    return ""


def run_alone(name: str, *, seconds: float, seed: int) -> int:
    """One reader in this process: prints how many inputs were tried; how many were faults."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    target, seeds, faults, tried = TARGETS[name], TARGETS[name].seeds(), dict[str, int](), 0
    rng, end = random.Random(seed), time.monotonic() + seconds
    KEPT.mkdir(parents=True, exist_ok=True)
    while time.monotonic() < end:
        content = mutate(rng.choice(seeds), rng)
        (KEPT / f"{name}.now").write_bytes(content)  # what is left of a process that died
        fault = try_input(target, content)
        tried += 1
        if fault and (place := fault.rsplit('File "', 1)[-1][:160]) not in faults:
            faults[place] = tried
            (KEPT / f"{name}-{seed}-{tried}.bin").write_bytes(content)
            print(f"{name} {tried}: {fault}", flush=True)
    (KEPT / f"{name}.now").unlink()
    print(f"{name}: {tried} inputs, {len(faults)} kinds of fault", flush=True)
    return len(faults)


def main(words: Sequence[str]) -> int:
    """Every reader in turn, each in a process of its own; 1 where one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0, help="in all")
    parser.add_argument("--only", nargs="*", default=list(TARGETS), choices=list(TARGETS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    seconds = 60 * given.minutes / len(given.only)
    if given.alone:
        return min(1, run_alone(given.only[0], seconds=seconds, seed=given.seed))
    failed = 0
    for name in given.only:
        command = [sys.executable, "-m", "bench.fuzz", "--alone", "--only", name, "--minutes", str(seconds / 60)]
        ended = subprocess.run([*command, "--seed", str(given.seed)], check=False)
        if ended.returncode not in (0, 1):
            print(f"{name}: ended with {ended.returncode}; what it was reading is {KEPT / name}.now")
        failed += ended.returncode != 0
    return min(1, failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
