"""Excel workbooks to tables: one per sheet, as displayed, with merged ranges as spans."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import openpyxl
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from domain.errors import UnreadableDocument
from domain.source import Document, Reader, Source
from domain.table import Cell, Table
from extract.blocks import Line, join_pieces, lines_to_heading, text_to_pieces
from extract.display import CellContent, content_to_text
from extract.package import damaged, require_sound_package, too_large

READER = Reader(name="xlsx", version=openpyxl.__version__)
MAX_CELLS = 200_000  # of one sheet; the longest self-evaluation form has about 2 000
_FORMULA = "f"
_UNCALCULATED = "公式没有保存计算结果，按公式原文列出。请用 Excel 或 WPS 打开、保存后再读入：{cells}"
_NAMED_CELLS = 10  # addresses listed in one warning


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """Rows and columns that a merged range covers from its first cell."""

    rows: int
    cols: int
