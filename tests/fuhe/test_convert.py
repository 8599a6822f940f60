"""Old office files go through LibreOffice, and say so where it is not installed."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from docx import Document as WordDocument
from openpyxl import Workbook, load_workbook

import fuhe.convert
from domain.errors import UnreadableDocument
from fuhe.convert import find_libreoffice, old_office_to_modern
from fuhe.sniff import Kind, content_to_kind

needs_libreoffice = pytest.mark.skipif(find_libreoffice() is None, reason="LibreOffice is not installed here")


@pytest.mark.parametrize("kind", [Kind.OLD_WORD, Kind.OLD_EXCEL])
def test_without_libreoffice_the_message_names_two_ways_out(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuhe.convert, "find_libreoffice", lambda: None)
    with pytest.raises(UnreadableDocument, match=r"本机没有安装.*安装 LibreOffice.*另存为"):
        old_office_to_modern(b"", kind)


def test_a_conversion_that_makes_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuhe.convert, "find_libreoffice", lambda: shutil.which("true"))
    with pytest.raises(UnreadableDocument, match="未能转换"):
        old_office_to_modern(b"x", Kind.OLD_WORD)


def old(path: Path, extension: str) -> bytes:
    """The same document in its old format, made by LibreOffice itself."""
    profile = (path.parent / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", extension]
    subprocess.run([*command, "--outdir", str(path.parent), str(path)], check=True, capture_output=True, timeout=180)
    return path.with_suffix(f".{extension}").read_bytes()


@needs_libreoffice
@pytest.mark.slow
def test_a_doc_comes_back_as_docx(tmp_path: Path) -> None:
    made = WordDocument()
    made.add_paragraph("绩效自评表")
    made.add_table(2, 2).cell(0, 1).text = "道路养护项目"
    made.add_paragraph("填表说明")
    made.save(str(tmp_path / "a.docx"))
    content = old(tmp_path / "a.docx", "doc")
    kind = content_to_kind(content)
    assert kind is Kind.OLD_WORD
    again = WordDocument(io.BytesIO(old_office_to_modern(content, kind)))
    assert again.tables[0].cell(0, 1).text == "道路养护项目"


@needs_libreoffice
@pytest.mark.slow
def test_an_xls_comes_back_as_xlsx(tmp_path: Path) -> None:
    made = Workbook()
    made.worksheets[0].append(["项目名称", "道路养护项目"])
    made.save(tmp_path / "a.xlsx")
    content = old(tmp_path / "a.xlsx", "xls")
    kind = content_to_kind(content)
    assert kind is Kind.OLD_EXCEL
    again = load_workbook(io.BytesIO(old_office_to_modern(content, kind)))
    assert again.worksheets[0]["B1"].value == "道路养护项目"
