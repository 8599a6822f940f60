"""The same forms flattened by other tools: print, flatten, read back, score against the truth.

Usage: ``python -m bench.flatten --gold FORMS.json`` or ``python -m bench.flatten --synthetic 24 --seed 2 --keep DIR``.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pypdfium2
from pdfminer.high_level import extract_text

from bench.damage import DAMAGES
from bench.layouts import form_to_table
from bench.metric import METRIC, Metric, Score, read_metric, score_forms
from bench.print_forms import STYLES, Style, print_pdf, tables_to_html
from bench.synthesis import synthesise
from bench.writers import table_to_pipes, table_to_short_tabs, table_to_tabs
from domain.form import Form
from domain.source import Document
from domain.table import Table
from extract import tables_to_forms, text_to_tables
from fuhe.records import form_to_record, record_to_form

BROWSERS_AT_ONCE = 2  # one browser keeps about one core busy
FORMS_IN_ONE_DOCUMENT = (1, 1, 2, 3)  # published files hold one form or a few; walked through in turn
FLATTEN_SECONDS = 60  # a document of a few pages takes well under a second


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatDocument:
    """One document as every tool flattened it: its forms and the text by kind."""

    name: str
    forms: tuple[Form, ...]
    texts: dict[str, str]


def pdf_to_pdfminer(pdf: Path) -> str:
    """The whole document by pdfminer.six, its chatter about fonts silenced."""
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    return extract_text(pdf)


def pdf_to_pypdf(pdf: Path) -> str:
    """Page after page by pypdf."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages)


def pdf_to_pdfium(pdf: Path) -> str:
    """Page after page by PDFium's text layer."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document)


def pdf_to_poppler(pdf: Path, *flags: str) -> str:
    """The whole document by pdftotext, with its reading mode as flag; RuntimeError when it is not installed."""
    tool = shutil.which("pdftotext")
    if tool is None:
        raise RuntimeError("没有找到 pdftotext：请先执行 make system（或自行安装 poppler-utils）。")
    command = [tool, *flags, str(pdf), "-"]
    return subprocess.run(command, capture_output=True, timeout=FLATTEN_SECONDS, check=True).stdout.decode()


FLATTENERS: dict[str, Callable[[Path], str]] = {
    "pdftotext": pdf_to_poppler,
    "pdftotext-layout": lambda pdf: pdf_to_poppler(pdf, "-layout"),
    "pdftotext-raw": lambda pdf: pdf_to_poppler(pdf, "-raw"),
    "pdfminer": pdf_to_pdfminer,
    "pypdf": pdf_to_pypdf,
    "pdfium": pdf_to_pdfium,
}
SOUND_DAMAGES = {name: damage.apply for name, damage in DAMAGES.items() if damage.keeps_truth}
WRITERS: dict[str, Callable[[Table], str]] = {
    "word-tabs": table_to_tabs,
    "word-short-tabs": table_to_short_tabs,
    "pipes": table_to_pipes,
}


def forms_to_documents(forms: Sequence[Form]) -> Iterator[tuple[Form, ...]]:
    """Forms bundled into documents of one to three."""
    start = place = 0
    while start < len(forms):
        size = FORMS_IN_ONE_DOCUMENT[place % len(FORMS_IN_ONE_DOCUMENT)]
        yield tuple(forms[start : start + size])
        start, place = start + size, place + 1


def flatten(forms: Sequence[Form], style: Style, *, folder: Path, seed: int) -> tuple[FlatDocument, ...]:
    """Prints bundles of forms in one style and flattens each by every tool; all of it stays in ``folder``."""
    rng = random.Random(seed)
    jobs = [
        (f"{style.id}-{place:02}", bundle, tuple(form_to_table(form, rng) for form in bundle))
        for place, bundle in enumerate(forms_to_documents(forms), 1)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(BROWSERS_AT_ONCE) as pool:
        list(pool.map(lambda job: print_pdf(tables_to_html(job[2], style), folder / f"{job[0]}.pdf"), jobs))
    return tuple(_flatten_one(folder, name, bundle, tables=tables) for name, bundle, tables in jobs)


def _flatten_one(folder: Path, name: str, forms: tuple[Form, ...], *, tables: tuple[Table, ...]) -> FlatDocument:
    texts = {kind: tool(folder / f"{name}.pdf") for kind, tool in FLATTENERS.items()}
    texts |= {kind: "\n".join(write(table) for table in tables) for kind, write in WRITERS.items()}
    texts |= _damaged(tables, random.Random(name))
    for kind, text in texts.items():
        (folder / f"{name}.{kind}.txt").write_text(text, encoding="utf-8")
    truth = json.dumps([form_to_record(form) for form in forms], ensure_ascii=False, indent=1)
    (folder / f"{name}.truth.json").write_text(truth, encoding="utf-8")
    return FlatDocument(name=name, forms=forms, texts=texts)


def _damaged(tables: tuple[Table, ...], rng: random.Random) -> dict[str, str]:
    """Every form pasted from Word with one injury that keeps its truth."""
    return {
        f"tabs+{name}": "\n".join(injure(table_to_tabs(table), rng) for table in tables)
        for name, injure in SOUND_DAMAGES.items()
    }


def read_gold(path: Path) -> tuple[Form, ...]:
    """Transcripts made by hand: one JSON list of records."""
    return tuple(record_to_form(record) for record in json.loads(path.read_text(encoding="utf-8")))


def read_text(text: str, name: str) -> tuple[Form, ...]:
    """A flattened text read by the project's own reader."""
    document = Document(path=name, sha256="")
    return tables_to_forms(text_to_tables(text, document), document)


def score_kinds(documents: Sequence[FlatDocument], metric_path: Path) -> dict[str, Score]:
    """Every kind of text read back and scored against the truth, all its documents together."""
    metric = read_metric(metric_path)
    return {kind: _score_kind(documents, kind, metric=metric) for kind in documents[0].texts}


def _score_kind(documents: Sequence[FlatDocument], kind: str, *, metric: Metric) -> Score:
    pairs = [(document.forms, read_text(document.texts[kind], document.name)) for document in documents]
    return score_forms(metric, pairs)


def _print_and_flatten(arguments: argparse.Namespace, folder: Path) -> list[FlatDocument]:
    """Gold is printed in every chosen style; invented forms are dealt out among the styles."""
    styles = [style for style in STYLES if style.id in arguments.styles.split(",")]
    documents: list[FlatDocument] = []
    for place, style in enumerate(styles):
        if arguments.gold:
            forms = read_gold(arguments.gold)
        else:
            forms = synthesise(arguments.synthetic, seed=arguments.seed)[place :: len(styles)]
        seed = arguments.seed * len(styles) + place
        documents += flatten(forms, style, folder=folder / style.id, seed=seed)
    return documents


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.flatten", description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--gold", type=Path, help="JSON list of transcribed forms")
    source.add_argument("--synthetic", type=int, help="number of invented forms")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--styles", default=",".join(style.id for style in STYLES))
    parser.add_argument("--keep", type=Path, help="folder for the PDFs, texts and truths")
    parser.add_argument("--metric", type=Path, default=METRIC, help="the accuracy tool score.py")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Prints the table of scores by kind; 0 when done."""
    arguments = _arguments(words)
    with tempfile.TemporaryDirectory() as spare:
        documents = _print_and_flatten(arguments, arguments.keep or Path(spare))
        scores = score_kinds(documents, arguments.metric)
    forms = sum(len(document.forms) for document in documents)
    print(f"{len(documents)} documents, {forms} forms")
    print(f"{'kind':<20}{'found':>8}{'exact':>8}{'row F1':>8}{'cell':>8}{'field':>8}{'fund':>8}")
    for kind, score in scores.items():
        figures = (score.row_f1, score.cell_accuracy, score.field_accuracy, score.fund_accuracy)
        print(f"{kind:<20}{score.found:>4}/{score.forms:<3}{score.exact:>8}" + "".join(f"{x:>8.3f}" for x in figures))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
