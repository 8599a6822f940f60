"""From files to tables with the real engine: text layers, pixels, bad pages, and the real scans."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf
import pytest
from typer.testing import CliRunner

import ocr.read
from domain.errors import UnreadableDocument
from domain.source import Document
from fuhe.apart import ApartReader
from fuhe.cli import app
from fuhe.page_notes import PageNote
from fuhe.page_reading import HERE, PageReader, Paper, ReadPage
from fuhe.page_store import clear_store, document_to_store
from fuhe.paper import Desk, files_to_tables, read_files
from tests.fuhe.paper import COLUMNS, FORM, GRID, TITLE, pdf_page, picture, texts
from tests.ocr.pdf import SCALE, page_pdf

DOCUMENT = Document(path="甲/自评表.pdf", sha256="ab" * 32)
SPOILT = b"\x89PNG\r\n\x1a\nnot a picture at all"

# Scans of one page, and this one, whose table runs over two; the others of two pages would take too long.
TWO_PAGES = frozenset({"010_rot180"})


def test_a_text_layer_is_taken_as_it_is() -> None:
    (table,), (note,) = files_to_tables([page_pdf(pdf_page(FORM, title=TITLE))], DOCUMENT)
    assert texts(table) == FORM
    assert [line.text for line in table.heading] == [TITLE]
    assert note == PageNote(
        number=1, choice="文字层可用，直接取字", words=9, inside=8, outside=1,
        width=1653, height=2339, scan_width=1653, scan_height=2339,
    )  # fmt: skip
    (source,) = table.cells[0].sources
    assert (source.document, source.reader.name, source.page) == (DOCUMENT, "pdf-text", 1)
    assert source.box is not None
    assert source.box.x0 == pytest.approx(COLUMNS[0] * SCALE, abs=1)
    assert source.box.y0 == pytest.approx((842 - 700) * SCALE, abs=1)


def test_a_text_layer_needs_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the engine was asked for")

    monkeypatch.setattr("fuhe.page_reading.shared_engine", refuse)
    (table,), _ = files_to_tables([page_pdf(pdf_page(FORM))], DOCUMENT)
    assert texts(table) == FORM


def test_a_table_runs_over_the_pages_of_a_pdf() -> None:
    (table,), notes = files_to_tables([page_pdf(pdf_page(FORM, title=TITLE), pdf_page(FORM[1:]))], DOCUMENT)
    assert texts(table) == (*FORM, FORM[1])
    assert [cell.sources[0].page for cell in table.cells] == [1] * 8 + [2] * 4
    assert [note.number for note in notes] == [1, 2]


def test_a_picture_is_recognised() -> None:
    (table,), (note,) = files_to_tables([picture()], DOCUMENT)
    assert texts(table) == GRID
    assert all(cell.confidence > 0.8 for cell in table.cells)
    assert (note.number, note.words, note.reason) == (1, 6, "")
    (source,) = table.cells[0].sources
    assert (source.page, source.reader.name) == (1, "ppocrv6-small-openvino")
    assert source.reader.weights
    assert source.box is not None
    assert (source.box.x0, source.box.y0) == pytest.approx((150, 300), abs=6)


def test_pictures_and_pdf_pages_are_one_document() -> None:
    tables, notes = files_to_tables([page_pdf(pdf_page(FORM)), picture()], DOCUMENT)
    assert [texts(table) for table in tables] == [FORM, GRID]
    assert [(table.index, table.page) for table in tables] == [(1, 1), (2, 2)]
    assert [note.words for note in notes] == [8, 6]


def test_a_bad_page_costs_only_itself() -> None:
    tables, notes = files_to_tables([picture(), SPOILT, picture(GRID[::-1])], DOCUMENT)
    assert [(table.page, texts(table)) for table in tables] == [(1, GRID), (3, GRID[::-1])]
    assert [(note.number, note.words) for note in notes] == [(1, 6), (2, 0), (3, 6)]
    assert [bool(note.reason) for note in notes] == [False, True, False]
    assert "第2页" in notes[1].reason


def test_a_fault_of_ours_costs_only_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    read = ocr.read.sheet_to_page

    def broken(sheet: Any, *more: Any) -> Any:
        if sheet.number == 1:
            raise ZeroDivisionError("made up")
        return read(sheet, *more)

    monkeypatch.setattr("ocr.read.sheet_to_page", broken)
    (table,), notes = files_to_tables([page_pdf(pdf_page(FORM), pdf_page(FORM[1:]))], DOCUMENT)
    assert (table.page, texts(table)) == (2, FORM[1:])
    assert [note.number for note in notes] == [1, 2]
    assert "程序出错" in notes[0].reason and "ZeroDivisionError: made up" in notes[0].reason
    assert notes[1].reason == ""


def test_an_encrypted_pdf_is_opened_with_the_password_of_the_command(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(page_pdf(pdf_page(FORM, title=TITLE))))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "表.pdf")
    command = ["extract", str(tmp_path / "表.pdf"), "-o", str(tmp_path / "out")]

    without = CliRunner().invoke(app, command)
    assert without.exit_code == 3 and "--password" in without.stdout
    CliRunner().invoke(app, [*command, "--password", "secret"])
    record = json.loads((tmp_path / "out" / "tables.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert [cell["text"] for cell in record["cells"][:2]] == ["项目名称", "农村公路养护费"]


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Reads as ``reader`` does, while somebody else ends with the same content and clears its pages away."""

    reader: PageReader
    kept: Path

    def count(self, paper: Paper) -> int:
        return self.reader.count(paper)

    def pages(self, paper: Paper, *, leave: frozenset[int], keep: Callable[[ReadPage], None]) -> Iterator[ReadPage]:
        clear_store(self.kept, DOCUMENT)
        yield from self.reader.pages(paper, leave=leave, keep=keep)

    def picture(self, paper: Paper, number: int) -> bytes | None:
        return self.reader.picture(paper, number)


@pytest.mark.parametrize("reader", [HERE, ApartReader()])
@pytest.mark.parametrize("before", [(), (1, 2, 3), (2, 4), (1, 2, 3, 4)])
def test_pages_that_another_process_clears_away_are_read_again(
    tmp_path: Path, reader: PageReader, before: tuple[int, ...]
) -> None:
    contents = [page_pdf(*[pdf_page([*FORM, (f"第{number}页", "1", "2", "3")], title=TITLE) for number in range(4)])]
    store = document_to_store(tmp_path, DOCUMENT)
    for page in HERE.pages(Paper(contents=tuple(contents), name="表"), leave=frozenset(), keep=lambda page: None):
        if page.number in before:
            store.keep(page)
    tables, notes = files_to_tables(contents, DOCUMENT, desk=Desk(kept=tmp_path), reader=Meanwhile(reader, tmp_path))
    assert [note.number for note in notes] == [1, 2, 3, 4]
    assert [*map(texts, tables)] == [*map(texts, files_to_tables(contents, DOCUMENT)[0])]


def test_a_document_without_any_page_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="自评表"):
        files_to_tables([SPOILT], DOCUMENT)


@pytest.fixture(scope="module")
def project_names(shared: Path) -> dict[tuple[str, int], str]:
    """Project names of the transcribed forms."""
    records = json.loads((shared / "gold" / "forms.json").read_text(encoding="utf-8"))
    return {(record["file"], record["index"]): record["project_name"] for record in records}


def scans(shared: Path, kind: str) -> Iterator[tuple[str, list[Path], tuple[str, int]]]:
    """Documents of one kind: name, files, and the form that was printed."""
    folder = shared / "pages" / "a"
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8")):
        if entry["kind"] == kind and (entry["pages"] == 1 or entry["name"] in TWO_PAGES):
            form = entry["form"]["file"], entry["form"]["index"]
            yield entry["name"], [folder / name for name in entry["files"]], form


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["clean", "skew", "rot90", "rot180", "seal"])
def test_a_real_scan_is_one_form_of_the_right_project(
    shared: Path, project_names: dict[tuple[str, int], str], kind: str
) -> None:
    samples = list(scans(shared, kind))
    assert samples
    expected = {name: [project_names[form]] for name, _, form in samples}
    forms = {name: read_files(paths).forms for name, paths, _ in samples}
    assert {name: [form.project_name.text for form in found] for name, found in forms.items()} == expected
