"""Old office formats (doc, xls, wps, et, rtf) to docx and xlsx through LibreOffice, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from domain.errors import UnreadableDocument
from fuhe.sniff import Kind

# A cold start of LibreOffice takes ten seconds on a slow disk, a large workbook a minute more.
CONVERT_SECONDS = 180
_INPUT_NAME = {Kind.OLD_WORD: "input.doc", Kind.OLD_EXCEL: "input.xls"}
_TARGET = {Kind.OLD_WORD: "docx", Kind.OLD_EXCEL: "xlsx"}


def find_libreoffice() -> str | None:
    """The path of LibreOffice's command, None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def old_office_to_modern(content: bytes, kind: Kind) -> bytes:
    """The same document as docx (OLD_WORD) or xlsx (OLD_EXCEL). Raises UnreadableDocument."""
    office = find_libreoffice()
    if office is None:
        raise UnreadableDocument(
            f"这是{kind.value}文件，要经 LibreOffice 转换才能读，本机没有安装。"
            f"请安装 LibreOffice，或用 Word/WPS 另存为 {_TARGET[kind]} 后再读入。"
        )
    with tempfile.TemporaryDirectory(prefix="fuhe-convert-") as folder:
        converted = _convert(office, content, kind=kind, folder=Path(folder))
    if converted is None:
        raise UnreadableDocument(
            f"LibreOffice 未能转换这个{kind.value}文件（文件可能已损坏）。"
            f"请用 Word/WPS 打开核对，另存为 {_TARGET[kind]} 后再读入。"
        )
    return converted


def _convert(office: str, content: bytes, *, kind: Kind, folder: Path) -> bytes | None:
    source = folder / _INPUT_NAME[kind]
    source.write_bytes(content)
    command = [
        office,
        # a profile of its own: a running LibreOffice, or a second conversion, locks the user's
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        _TARGET[kind],
        "--outdir",
        str(folder),
        str(source),
    ]
    try:
        subprocess.run(command, check=False, capture_output=True, timeout=CONVERT_SECONDS)
    except (subprocess.TimeoutExpired, OSError):
        return None
    converted = source.with_suffix(f".{_TARGET[kind]}")
    return converted.read_bytes() if converted.is_file() else None
