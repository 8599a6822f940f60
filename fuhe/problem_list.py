"""The 问题清单 of the workbench: the list with decisions, signatures, pictures of the evidence, and links back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fuhe.crops import jpeg_size
from fuhe.listing import Entry
from fuhe.sheets import Column, Content, Picture, Sheet, Web, write_workbook
from fuhe.workbook import ENTRY_COLUMNS, LIST_SHEET, NUMBER_COLUMN, REFERENCE_COLUMNS, entry_cells, reference_cells
from review.house_papers import PaperHead, PaperLine

OWN_COLUMNS = (
    Column(title="结论", width=14),
    Column(title="定性", width=30),
    Column(title="复核人", width=14),
    Column(title="签字", width=26),
)
CROP_COLUMN = Column(title="证据图", width=90)
LINK_COLUMN = Column(title="工作台", width=9)
NOTES_COLUMN = Column(title="批注", width=24)
WHY = next(place for place, column in enumerate(ENTRY_COLUMNS) if column.title == "为什么排在这里")
TOLD_COLUMNS = (*ENTRY_COLUMNS[:WHY], *ENTRY_COLUMNS[WHY + 1 :])
# On paper stands what is handed on; why it ranked, pictures and links stay on the screen.
PRINTED_COLUMNS = (NUMBER_COLUMN, *TOLD_COLUMNS, *OWN_COLUMNS)
COLUMNS = (*PRINTED_COLUMNS, CROP_COLUMN, LINK_COLUMN, NOTES_COLUMN, ENTRY_COLUMNS[WHY], *REFERENCE_COLUMNS)
ABOUT_COLUMNS = (Column(title="事项", width=16), Column(title="内容", width=100))


def write_problem_list(path: Path, lines: Sequence[tuple[PaperLine, Entry]], head: PaperHead) -> None:
    """The workbook, whole or not at all. Raises CannotWrite."""
    problems = Sheet(
        name=LIST_SHEET,
        columns=COLUMNS,
        rows=[_line_to_cells(line, entry) for line, entry in lines],
        frozen=4,
        empty="（没有符合所选范围的疑点）",
        printed=len(PRINTED_COLUMNS),
    )
    write_workbook(path, (problems, Sheet(name="说明", columns=ABOUT_COLUMNS, rows=_head_to_rows(head, len(lines)))))


def _line_to_cells(line: PaperLine, entry: Entry) -> list[Content]:
    told = entry_cells(entry)
    return [
        line.finding.rank, *told[:WHY], *told[WHY + 1 :], line.decision, line.nature, line.decided, line.signed,
        _crop(line.crop), Web(url=line.link, text="打开") if line.link else None, line.notes, told[WHY],
        *reference_cells(entry),
    ]  # fmt: skip


def _crop(jpeg: bytes) -> Content:
    if not jpeg:
        return None
    width, height = jpeg_size(jpeg)
    return Picture(jpeg=jpeg, width=width, height=height)


def _head_to_rows(head: PaperHead, count: int) -> list[list[Content]]:
    told = [
        ("审计项目", head.project), ("范围", head.chosen), ("条数", str(count)), ("写出时间", head.made),
        ("编制人", head.prepared), ("复核人", head.reviewed), ("审定人", head.approved),
        ("日志条数", str(head.log_length)), ("日志链头", head.log_head),
        ("核验日志", "导出日志（JSONL），执行 fuhe verify-log 日志.jsonl --head 链头，可查明写出本表之后有无改动。"),
        *head.about,
    ]  # fmt: skip
    return [[name, text] for name, text in told if text]
