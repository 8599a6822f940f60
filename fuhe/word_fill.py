"""Fills a Word template: what is wrong with one is said in Chinese, and nothing is lost without a word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

from docx import Document
from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from fuhe.files import whole_file
from fuhe.word_context import Context, context_names

GUIDE = "docs/word-templates.md"
MAX_TEMPLATE_BYTES = 64 * 1024 * 1024  # unpacked; a form of an office has some hundred thousand
_ATTRIBUTE = re.compile(r"no attribute '([^']+)'|'([^']+)' is undefined")
_FULL_WIDTH = re.compile(r"｛\s*[｛%％]|\{％")
NEAR_CHARS = 20
_OLE = b"\xd0\xcf\x11\xe0"  # doc, wps, and docx with a password


class BadTemplate(Exception):
    """A template that cannot be filled. The message is Chinese and says what to do."""


def fill_template(template: bytes, context: Context, *, name: str) -> bytes:
    """The docx of a template with everything filled in; ``name`` is how messages call it. Raises BadTemplate."""
    _check_docx(template, name)
    _check_braces(template, name)
    try:
        return _fill(template, context, name=name)
    except (TemplateError, etree.XMLSyntaxError) as error:
        raise BadTemplate(_error_to_words(error, context, name=name)) from error


def _fill(template: bytes, context: Context, *, name: str) -> bytes:
    page = DocxTemplate(BytesIO(template))
    # what a form says is text: escaped, and out of reach of the template's own code
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    _check_names(page.get_undeclared_template_variables(environment), context, name=name)
    page.init_docx()
    etree.fromstring(page.build_xml(context, environment))  # the filler itself mends broken XML by dropping parts
    page.render(context, environment)
    filled = BytesIO()
    page.save(filled)
    return filled.getvalue()


def write_filled(path: Path, content: bytes) -> None:
    """Put a filled template in its place, whole or not at all. Raises CannotWrite."""
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def _check_docx(template: bytes, name: str) -> None:
    if template.startswith(_OLE):
        raise BadTemplate(f"模板 {name} 是旧版 doc、wps 格式，或加了密码。请在 Word 或 WPS 中另存为不加密的 docx。")
    if not is_zipfile(BytesIO(template)) or _unpacked(template) > MAX_TEMPLATE_BYTES:
        raise BadTemplate(f"模板 {name} 不是 docx 文件，或已损坏。请在 Word 或 WPS 中另存为 docx。")
    try:
        Document(BytesIO(template))
    except (OpcError, BadZipFile, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise BadTemplate(
            f"模板 {name} 打不开：不是 Word 文档（docx），或已损坏。请在 Word 或 WPS 中另存为 docx。"
        ) from error


def _unpacked(template: bytes) -> int:
    with ZipFile(BytesIO(template)) as packed:
        return sum(entry.file_size for entry in packed.infolist())


def _check_braces(template: bytes, name: str) -> None:
    """A Chinese keyboard gives full-width braces, which would stay in the paper as they are."""
    body = Document(BytesIO(template)).element.body
    text = "".join(piece.text or "" for piece in body.iter("{*}t"))
    found = _FULL_WIDTH.search(text)
    if found is not None:
        near = text[found.start() : found.start() + NEAR_CHARS]
        raise BadTemplate(f"模板 {name} 中有全角花括号（“{near}”附近）。请改成半角的 {{{{ }}}}，再重新执行。")


def _check_names(used: set[str], context: Context, *, name: str) -> None:
    if not used:
        raise BadTemplate(f"模板 {name} 中没有任何占位符，填不进内容。写法见 {GUIDE}，例如 {{{{ 被审计单位 }}}}。")
    unknown = sorted(used - set(context))
    if unknown:
        raise BadTemplate(_unknown_to_words(unknown, context, name=name))


def _unknown_to_words(unknown: Iterable[str], context: Context, *, name: str) -> str:
    known = sorted(context_names(context))
    told = []
    for word in unknown:
        near = get_close_matches(word, known, n=1, cutoff=0.5)
        told.append(f"“{word}”" + (f"（是否应为“{near[0]}”？）" if near else ""))
    return f"模板 {name} 中有不认识的占位符：{'、'.join(told)}。可用的名称见 {GUIDE}，请改正后重新执行。"


def _error_to_words(error: Exception, context: Context, *, name: str) -> str:
    if isinstance(error, UndefinedError):
        found = _ATTRIBUTE.search(str(error))
        word = next(filter(None, found.groups()), "") if found is not None else str(error)
        return _unknown_to_words([word], context, name=name)
    if isinstance(error, etree.XMLSyntaxError):
        return (
            f"模板 {name} 中循环或条件标记的位置不对，填出的文件不完整。"
            "整段循环请用 {%p … %}，表格行请用 {%tr … %}，各占一段或一行。"
        )
    near = _near(error)
    if isinstance(error, TemplateSyntaxError):
        return f"模板 {name} 中占位符写法有误（{error.message}）{near}。写法见 {GUIDE}，请改正后重新执行。"
    return f"模板 {name} 填不了（{error}）{near}。写法见 {GUIDE}，请改正后重新执行。"


def _near(error: Exception) -> str:
    lines = [line.strip() for line in getattr(error, "docx_context", ()) if "{" in line]
    return f"，在“{lines[0][:40]}”附近" if lines else ""
