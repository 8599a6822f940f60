"""Office files to tables: one reader for every kind, each telling spans, headings and where a text stands."""

from __future__ import annotations

from extract.office_docx import docx_to_tables
from extract.office_html import html_to_tables
from extract.office_xlsx import xlsx_to_tables

__all__ = ["docx_to_tables", "html_to_tables", "xlsx_to_tables"]
