"""What a file is, told from its bytes: an extension is only what somebody called it."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum

from domain.errors import UnreadableDocument
from fuhe.archive import BAD_DIRECTORY


class Kind(StrEnum):
    """The kinds of input, as an auditor calls them."""

    TEXT = "文本"
    HTML = "网页"
    DOCX = "Word 文档"
    XLSX = "Excel 工作簿"
    OLD_WORD = "旧版 Word/WPS 文字"
    OLD_EXCEL = "旧版 Excel/WPS 表格"
    PDF = "PDF"
    IMAGE = "图片"
    ARCHIVE = "压缩包"


# The names under which people keep each kind; any other name is worth a word, not a refusal.
EXTENSIONS: dict[Kind, frozenset[str]] = {
    Kind.TEXT: frozenset(["", ".txt", ".text", ".md", ".csv", ".tsv"]),
    Kind.HTML: frozenset([".html", ".htm", ".xhtml"]),
    Kind.DOCX: frozenset([".docx", ".docm", ".wps"]),
    Kind.XLSX: frozenset([".xlsx", ".xlsm", ".et"]),
    Kind.OLD_WORD: frozenset([".doc", ".wps", ".rtf", ".wpt", ".dot"]),
    Kind.OLD_EXCEL: frozenset([".xls", ".et", ".ett", ".xlt"]),
    Kind.PDF: frozenset([".pdf"]),
    Kind.IMAGE: frozenset([".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"]),
    Kind.ARCHIVE: frozenset([".zip"]),
}

_IMAGE_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Where a signature stands, the signature, what it is and what to do with it.
_KNOWN_STRANGERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"Rar!\x1a\x07", "这是 RAR 压缩包，暂不支持。请解压后读入文件夹，或改压成 zip。"),
    (0, b"7z\xbc\xaf\x27\x1c", "这是 7z 压缩包，暂不支持。请解压后读入文件夹，或改压成 zip。"),
    (0, b"\x1f\x8b", "这是 gzip 压缩包，暂不支持。请解压后读入，或改压成 zip。"),
    (0, b"\xfd7zXZ\x00", "这是 xz 压缩包，暂不支持。请解压后读入，或改压成 zip。"),
    (4, b"1AY&SY", "这是 bzip2 压缩包，暂不支持。请解压后读入，或改压成 zip。"),
    (0, b"MSCF\x00", "这是 cab 压缩包，暂不支持。请解压后读入，或改压成 zip。"),
    (0, b"\x28\xb5\x2f\xfd", "这是 zstd 压缩包，暂不支持。请解压后读入，或改压成 zip。"),
    # POSIX.1-1988, ustar: the magic stands behind name, mode, owner, size, time, checksum and link
    (257, b"ustar", "这是 tar 包，暂不支持。请解开后读入文件夹，或改压成 zip。"),
    (0, b"MZ", "这是 Windows 程序，不是表单。请核对是否放错了文件。"),
    (0, b"\x7fELF", "这是程序文件，不是表单。请核对是否放错了文件。"),
    (0, b"8BPS", "这是 Photoshop 文件，不在可识读的格式之内。请另存为 png 或 jpg。"),
    (0, b"\0\0\0\x0cjP  ", "这是 JPEG 2000 图片，不在可识读的格式之内。请另存为 png 或 jpg。"),
    (0, b"CAJ\0", "这是 CAJ 文件，不在可识读的格式之内。请用阅读器打印成 PDF 后再读入。"),
    (0, b"SQLite format 3\0", "这是数据库文件，不是表单。请核对是否放错了文件。"),
    (4, b"ftypavif", "这是 AVIF 图片，不在可识读的格式之内。请另存为 png 或 jpg。"),
    (4, b"ftypmp4", "这是录像，不是表单。请核对是否放错了文件。"),
    (4, b"ftypisom", "这是录像，不是表单。请核对是否放错了文件。"),
    (0, b"GIF8", "这是 GIF 图片，不在可识读的格式之内。请另存为 png 或 jpg。"),
)
# PDF 1.7, Annex H.3: readers accept the header anywhere in the first 1024 bytes.
_PDF_HEADER_WITHIN = 1024
# Far enough to pass a comment, an XML declaration or a byte order mark, too short to reach into a text's body.
_HTML_HEAD_CHARS = 2048

EMPTY = "文件是空的，没有任何内容。请核对是否导出失败，重新导出后再读入。"
MAX_UNPACKED_BYTES = 512 * 1024 * 1024  # an office file that unpacks to more than this is a bomb or a film
_HTML_HEAD = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_HTML_TABLE = re.compile(r"<table[\s>].*?<tr[\s>].*?<t[dh][\s>]", re.IGNORECASE | re.DOTALL)


def content_to_kind(content: bytes) -> Kind | None:
    """The kind a file's own bytes declare; None where only its text can tell. Raises UnreadableDocument."""
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UnreadableDocument(EMPTY)
    for place, signature, message in _KNOWN_STRANGERS:
        if content.startswith(signature, place):
            raise UnreadableDocument(message)
    if content.startswith(b"PK\x03\x04") or content.startswith(b"PK\x05\x06"):
        return _package_to_kind(content)
    if content.startswith(_OLE_SIGNATURE):
        return _compound_to_kind(content)
    if content.startswith(b"{\\rtf"):
        return Kind.OLD_WORD
    return _media_to_kind(content)


def _media_to_kind(content: bytes) -> Kind | None:
    if b"%PDF-" in content[:_PDF_HEADER_WITHIN]:
        return Kind.PDF
    if content.startswith(_IMAGE_SIGNATURES) or (content.startswith(b"RIFF") and content[8:12] == b"WEBP"):
        return Kind.IMAGE
    # "BM" alone begins ordinary words; a bitmap also states its own length
    if content.startswith(b"BM") and int.from_bytes(content[2:6], "little") == len(content):
        return Kind.IMAGE
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        raise UnreadableDocument("这是 HEIC 照片，不在可识读的格式之内。请在手机或电脑上另存为 jpg。")
    return None


def text_to_kind(text: str) -> Kind:
    """HTML when a text is a page or holds a marked-up table, else TEXT. Raises UnreadableDocument."""
    head = text[:_HTML_HEAD_CHARS]
    if "MIME-Version:" in head and "multipart/related" in text[: 2 * _HTML_HEAD_CHARS]:
        raise UnreadableDocument("这是单文件网页（mht），暂不支持。请用 Word 打开后另存为 docx。")
    if 'progid="Excel.Sheet"' in head or "urn:schemas-microsoft-com:office:spreadsheet" in head:
        return Kind.OLD_EXCEL
    if 'progid="Word.Document"' in head:
        return Kind.OLD_WORD
    is_page = _HTML_HEAD.search(head) or (not head.lstrip().startswith(("{", "[")) and _HTML_TABLE.search(text))
    return Kind.HTML if is_page else Kind.TEXT


def _package_to_kind(content: bytes) -> Kind:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except BAD_DIRECTORY as error:
        raise UnreadableDocument(
            "文件已损坏：开头是 zip/Office 格式，目录却读不出来。多为下载或拷贝不完整，请重新取得原文件。"
        ) from error
    with archive:
        names = set(archive.namelist())
        unpacked = sum(member.file_size for member in archive.infolist())
    kind = _names_to_kind(names)
    if kind is not Kind.ARCHIVE and unpacked > MAX_UNPACKED_BYTES:
        raise UnreadableDocument(
            f"文件解开后有 {unpacked // 1024**2} MB，远超正常表单，疑为压缩炸弹，已拒读。请核对来源；"
            "确属正常的，请删去其中图片后另存。"
        )
    return kind


def _names_to_kind(names: set[str]) -> Kind:
    if "[Content_Types].xml" in names:
        if any(name.startswith("word/") for name in names):
            return Kind.DOCX
        if "xl/workbook.bin" in names:
            raise UnreadableDocument("这是二进制 Excel 工作簿（xlsb），暂不支持。请用 Excel 打开，另存为 xlsx。")
        if any(name.startswith("xl/") for name in names):
            return Kind.XLSX
        raise UnreadableDocument(
            "这是 Office 文件，但不是 Word 文档或 Excel 工作簿（可能是演示文稿）。请另存为 docx 或 xlsx。"
        )
    if "mimetype" in names and "content.xml" in names:
        raise UnreadableDocument("这是 OpenDocument 文件（odt/ods），暂不支持。请另存为 docx 或 xlsx。")
    if "OFD.xml" in names:
        raise UnreadableDocument("这是 OFD 版式文件，暂不支持。请用阅读器导出为文字或 docx。")
    if "Index/Document.iwa" in names or "Index.zip" in names:
        raise UnreadableDocument("这是苹果 Pages 或 Numbers 文稿，暂不支持。请在苹果电脑上导出为 docx 或 xlsx。")
    return Kind.ARCHIVE


def _compound_to_kind(content: bytes) -> Kind:
    # [MS-CFB] 2.6.1: directory entries hold their names in UTF-16LE
    if _holds_entry(content, "EncryptedPackage"):
        raise UnreadableDocument("文件加了打开密码，无法读取。请解除密码后另存，再读入。")
    if _holds_entry(content, "WordDocument"):
        return Kind.OLD_WORD
    if _holds_entry(content, "Workbook") or _holds_entry(content, "Book"):
        return Kind.OLD_EXCEL
    raise UnreadableDocument(
        "这是旧版 Office 复合文件，但不是文字或表格（可能是演示文稿或邮件）。请另存为 docx 或 xlsx。"
    )


def _holds_entry(content: bytes, name: str) -> bool:
    return f"{name}\0".encode("utf-16-le") in content
