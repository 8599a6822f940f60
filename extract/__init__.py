"""WORDS -> FORMS: tables from text and office files, forms from tables, values from texts."""

from extract.fill import tables_to_forms
from extract.text import text_to_tables

__all__ = ["tables_to_forms", "text_to_tables"]
