"""WORDS -> FORMS: tables from text and office files, forms from tables, values from texts."""

from extract.fill import tables_to_forms
from extract.office import docx_to_tables, html_to_tables, xlsx_to_tables
from extract.text import text_to_tables
from extract.values import text_to_amount, text_to_mentions, text_to_number, text_to_value, value_to_text

__all__ = [
    "docx_to_tables",
    "html_to_tables",
    "tables_to_forms",
    "text_to_amount",
    "text_to_mentions",
    "text_to_number",
    "text_to_tables",
    "text_to_value",
    "value_to_text",
    "xlsx_to_tables",
]
