"""What a PDF page shows is what is read of it: notes, masks, clips, pictures beside text."""

from __future__ import annotations

from tests.ocr.pdf import page_pdf, text
from tests.ocr.test_load_pdf import FORM, only, words_of


def test_a_note_without_a_picture_of_itself_is_read_as_it_shows() -> None:
    note = b"<< /Type /Annot /Subtype /FreeText /Contents (1234.56) /Rect [50 600 250 620] /F 4 /DA (/H 12 Tf 0 g) >>"
    assert "1234.56" in words_of(only(page_pdf(text(FORM, 50, 700), objects=[note], extra="/Annots [6 0 R]")))
