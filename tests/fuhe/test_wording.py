"""How evidence is named and where it stands, that of other forms included."""

from __future__ import annotations

from domain.finding import Evidence
from domain.source import Document, Reader, Source
from fuhe.wording import evidence_to_place, evidence_to_words

READER = Reader(name="hand", version="1")


def piece(field: str, line: int, *, form: str = "") -> Evidence:
    source = Source(document=Document(path=form or "甲局.txt", sha256=""), reader=READER, line=line)
    return Evidence(form=form, field=field, text="180.00", sources=(source,))


def test_evidence_of_another_form_begins_with_that_form() -> None:
    assert evidence_to_words(piece("funds[0].executed", 3)) == "资金1·全年执行数"
    other = piece("funds[0].executed", 3, form="2024/乙局.pdf#2")
    assert evidence_to_words(other) == "“乙局.pdf”第 2 张表·资金1·全年执行数"


def test_places_in_other_forms_are_told_apart_from_the_own_ones() -> None:
    pieces = [piece("grade", 9, form="乙局.txt#1"), piece("grade", 3), piece("total_score", 4)]
    assert evidence_to_place(pieces) == "第 3—4 行；“乙局.txt”第 1 张表第 9 行"
