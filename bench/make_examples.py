"""Writes ``examples/``: one invented form for every kind of input, with planted problems, and one broken file.

Usage: ``python -m bench.make_examples``. The same files come out every time; what is planted stands in
``wording/examples.yaml`` above each form.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from bench.damage import add_html, break_row, text_to_gb18030
from bench.layouts import Labels, draw_labels, self_evaluation_to_table, target_to_table
from bench.lexicon import WORDING
from bench.office import write_docx, write_html, write_xlsx
from bench.paper import Job, draw_look, forms_to_html, write_document
from bench.print_forms import STYLES, print_pdf
from bench.synthesis import self_evaluation
from bench.writers import table_to_columns, table_to_pipes, table_to_tabs
from domain.form import Form, FundRow, Indicator, SelfEvaluation
from domain.table import Table
from fuhe.records import record_to_form

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
BROKEN = "09_打不开的文件.docx"
LAYOUT_SEED = 20  # any fixed number; this one draws nine different layouts
COLUMN_WIDTHS = (4, 8, 10, 20, 16, 14, 6, 6, 22)  # places per column of an A4 page at ten points, side column first

PAPER = (("10_自评表（数字PDF）", "clean"), ("11_自评表（盖章扫描件）", "seal"), ("12_自评表（手机拍照）", "photo"))
PAPER_ROWS = 9

Row = Sequence[str]
Example = Mapping[str, str | list[list[str]]]


def read_examples() -> tuple[tuple[str, Form], ...]:
    """File name and form of every example."""
    listed = yaml.safe_load((WORDING / "examples.yaml").read_text(encoding="utf-8"))
    examples = TypeAdapter(tuple[dict[str, str | list[list[str]]], ...]).validate_python(listed)
    return tuple((str(example["file"]), _example_to_form(example)) for example in examples)


def write_examples(folder: Path) -> tuple[Path, ...]:
    """Writes all examples; gives the paths in order, the broken file last."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for place, (name, form) in enumerate(read_examples()):
        table = _form_to_table(form, draw_labels(random.Random(LAYOUT_SEED + place)))
        _write(table, folder / name, rng=random.Random(place))
        written.append(folder / name)
    whole = next(path for path in written if path.suffix == ".docx").read_bytes()
    (folder / BROKEN).write_bytes(whole[: len(whole) // 2])  # a download that stopped half way
    return (*written, folder / BROKEN)


def paper_examples() -> tuple[Job, ...]:
    """The examples on paper: an invented form each, as a digital PDF, a stamped scan and a photo."""
    return tuple(_paper_example(place, name, kind) for place, (name, kind) in enumerate(PAPER))


def _paper_example(place: int, name: str, kind: str) -> Job:
    rng = random.Random(LAYOUT_SEED + place)
    form, look = self_evaluation(rng, index=1, rows=PAPER_ROWS), draw_look(rng, STYLES[place])
    return Job(
        name=name, forms=(form,), look=look, kind=kind, digital=kind == "clean", as_pdf=kind != "photo",
        html=forms_to_html([form], look, rng=rng), seed=LAYOUT_SEED + place,
    )  # fmt: skip


def write_paper_examples(folder: Path) -> tuple[Path, ...]:
    """Prints, wears and writes the examples on paper. RuntimeError: no browser."""
    written: list[Path] = []
    with tempfile.TemporaryDirectory() as scratch:
        for job in paper_examples():
            pdf = Path(scratch) / "printed.pdf"
            print_pdf(job.html, pdf)
            written += [folder / file for file in write_document(job, pdf, folder)["files"]]
    return tuple(written)


def _example_to_form(example: Example) -> Form:
    record: dict[str, object] = dict(example) | {"index": 1}
    record["indicators"] = [_named(Indicator, row) for row in example["indicators"]]
    if "funds" in example:
        record["funds"] = [_named(FundRow, row) for row in example["funds"]]
    return record_to_form(record)


def _named(row_class: type[Indicator] | type[FundRow], row: Row) -> dict[str, str]:
    return {slot.name: text for slot, text in zip(fields(row_class), row, strict=False)}


def _form_to_table(form: Form, labels: Labels) -> Table:
    if isinstance(form, SelfEvaluation):
        return self_evaluation_to_table(form, labels)
    return target_to_table(form)


def _write(table: Table, target: Path, *, rng: random.Random) -> None:
    """The file its name speaks of."""
    if target.suffix in OFFICE:
        OFFICE[target.suffix](table, target)
    elif target.suffix == ".md":
        target.write_text(table_to_pipes(table), encoding="utf-8")
    elif "PDF" in target.name:
        columns = max(cell.col + cell.col_span for cell in table.cells)
        target.write_text(table_to_columns(table, COLUMN_WIDTHS[-columns:]), encoding="utf-8")
    elif "GB18030" in target.name:
        target.write_bytes(text_to_gb18030(table_to_tabs(table)))
    else:
        target.write_text(add_html(break_row(table_to_tabs(table), rng), rng), encoding="utf-8")


OFFICE = {".docx": write_docx, ".xlsx": write_xlsx, ".html": write_html}


if __name__ == "__main__":
    for path in (*write_examples(EXAMPLES), *write_paper_examples(EXAMPLES)):
        print(path)
