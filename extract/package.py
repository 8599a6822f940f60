"""Office packages (zip with XML parts) opened only after they are known to be whole, small and free of entities."""

from __future__ import annotations

import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from domain.errors import UnreadableDocument

# A self-evaluation form has under 1 MB of XML; a workbook takes about fifty times its XML in memory.
MAX_XML_BYTES = 64 * 1024 * 1024
# XML packs 10 to 30 times, empty formatted cells up to 100 times; deflate itself ends at 1032.
MAX_XML_RATIO = 300
# What the library raises for a package that does not hold together; a name or place that cannot be is ValueError.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ValueError, LookupError, EOFError, OSError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
_SMALL_PART_BYTES = 1024 * 1024  # a part this small harms nobody, however well it packs
# OPC (ECMA-376 Part 2) forbids document type declarations; they serve only to smuggle entities in.
_DECLARATIONS = tuple(
    declaration.encode(encoding)
    for declaration in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
PICTURE_ADVICE = "表单若是图片，请另存为 PDF，或把图片另存为 jpg、png 后读入。"
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # compound file: old formats, and new ones with a password


def require_sound_package(content: bytes, path: str) -> None:
    """Nothing for a package that may be opened; else UnreadableDocument with the reason and what to do."""
    if content.startswith(_OLD_OR_LOCKED):
        raise UnreadableDocument(
            f"“{path}”是旧版 Office 文件或加了打开密码，无法读取。请去除密码并另存为 docx 或 xlsx 后再读入。"
        )
    try:
        parts = _read_xml_parts(content, path)
    except _BROKEN as error:
        raise UnreadableDocument(damaged(path)) from error
    for name, part in parts:
        if any(declaration in part for declaration in _DECLARATIONS):
            raise UnreadableDocument(
                f"“{path}”的部件“{name}”含有外部实体声明，疑被改动，已拒读。请核对来源，用 Office 另存后再读入。"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """What a part of a package names as belonging to it: the last step of the relation's type, and the part's name."""

    kind: str
    name: str


def part_to_related(archive: zipfile.ZipFile, part: str) -> Iterator[Related]:
    """The parts within the package that a part ("" for the package itself) names; those named may be missing.

    Raises KeyError and XMLSyntaxError. Third programs leave relations to parts that are not there, which Word puts up
    with: nobody but who needs a part may ask for it.
    """
    folder, name = posixpath.split(part)
    for relation in xml_to_root(archive.read(posixpath.join(folder, "_rels", f"{name}.rels"))):
        if isinstance(relation.tag, str) and relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, unquote(relation.get("Target", "")))).lstrip("/")
            yield Related(kind=relation.get("Type", "").rpartition("/")[2], name=target)


def main_part(archive: zipfile.ZipFile, usual: str) -> str:
    """The name of the main part, ``usual`` where the package does not say or names one that is not there.

    Raises KeyError where there is neither.
    """
    names = archive.namelist()
    try:
        said = tuple(part_to_related(archive, "")) if "_rels/.rels" in names else ()
    except (ValueError, etree.XMLSyntaxError):
        said = ()
    found = next((part.name for part in said if part.kind == "officeDocument" and part.name in names), usual)
    return archive.getinfo(found).filename


def package_to_pictures(content: bytes) -> int:
    """How many pictures a package holds."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum("/media/" in name for name in archive.namelist())


def xml_to_root(content: bytes) -> etree._Element:
    """The root of a part. Raises XMLSyntaxError, also for what is nested or long like no document."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def is_beyond_limits(error: Exception) -> bool:
    """Whether a part is sound but deeper or longer than the parser reads (libxml2: 256 levels, 10 MB a text)."""
    return isinstance(error, etree.XMLSyntaxError) and ("depth" in str(error) or "huge" in str(error).lower())


def damaged(path: str) -> str:
    """The message for a file whose inside does not hold together."""
    return f"“{path}”已损坏，读不出内容。多为下载或拷贝不完整；请重新取得原文件，或用 Office/WPS 打开修复后另存。"


def only_pictures(path: str, count: int) -> str:
    """The message for a document that shows pictures and says nothing."""
    return f"“{path}”中没有文字，只有 {count} 张图片。{PICTURE_ADVICE}"


def strict(path: str, kind: str) -> str:
    """The message for a file of ISO/IEC 29500 Strict."""
    return f"“{path}”是严格型 OOXML 文件，暂不支持。请用 Office 打开，另存为普通的 {kind} 后再读入。"


def too_large(path: str, what: str) -> str:
    """The message for a file that no form can be; ``what`` says what is too much."""
    return f"“{path}”{what}，远超正常表单，已拒读。请核对来源；确属正常的，请删去无关内容、拆成几个文件后再读入。"


def _read_xml_parts(content: bytes, path: str) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [part for part in archive.infolist() if part.filename.lower().endswith((".xml", ".rels", ".vml"))]
        if sum(part.file_size for part in members) > MAX_XML_BYTES:
            raise UnreadableDocument(too_large(path, f"解开后超过 {MAX_XML_BYTES // 1024**2} MB"))
        for part in members:
            if part.file_size > max(_SMALL_PART_BYTES, MAX_XML_RATIO * part.compress_size):
                raise UnreadableDocument(too_large(path, f"的部件“{part.filename}”压缩比异常，疑为压缩炸弹"))
        return [(part.filename, archive.read(part)) for part in members]
