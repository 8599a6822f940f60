"""Web pages, and tables that systems save as web pages, to tables."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from itertools import count, repeat

import lxml
import lxml.html
from lxml import etree

from domain.errors import UnreadableDocument
from domain.source import Document, Reader
from domain.table import Table
from extract.blocks import Block, Grid, GridCell, Line, blocks_to_tables
from extract.package import too_large

READER = Reader(name="html", version=lxml.__version__)
MAX_BYTES = 64 * 1024 * 1024  # a saved page of forms has a few MB
MAX_CELLS = 200_000  # the longest self-evaluation form has about 2 000
_MAX_COL_SPAN, _MAX_ROW_SPAN = 1000, 65534  # HTML Living Standard, 4.9.11

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_:-]{1,40})""", re.I)
_XML_DECLARATION = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:-]{1,40})""", re.I)
_META_WITHIN = 4096  # the standard asks for 1024; exporters put style sheets first
# Pages that call themselves GB2312 or GBK hold GB18030 characters (WHATWG Encoding maps the names alike).
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030"}
_BINARY = "“{path}”不是网页，可能是改了扩展名的其他文件。请核对后用原来的程序另存为 docx、xlsx 或 html。"

_SKIPPED = frozenset({"script", "style", "head", "noscript", "template", "colgroup", "object", "iframe", "svg"})
_BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt",
     "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
     "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "td", "th", "title", "tr", "ul", "caption"]
)  # fmt: skip
_ROW_GROUPS = frozenset({"thead", "tbody", "tfoot"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
