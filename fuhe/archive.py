"""Zip archives as folders: members listed and read in memory, never written to disk under their own names."""

from __future__ import annotations

import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath, PureWindowsPath

from domain.errors import UnreadableDocument

MAX_MEMBER_BYTES = 256 * 1024 * 1024  # a scanned volume of several hundred pages stays below this
MAX_ARCHIVE_BYTES = 2 * 1024**3  # all members of one archive, unpacked
MAX_MEMBERS = 20_000
# Text packs 10:1, blank scanned pages 200:1; deflate's own limit, which bombs sit at, is 1032:1.
MAX_PACKING = 300
PACKING_COUNTS_FROM = 10 * 1024 * 1024  # a small file of one repeated character harms nobody

HELD_OPEN = 4  # an archive within archives is read through all of those around it

# What the library raises for a directory that does not hold together; a name that is not what it says is ValueError.
BAD_DIRECTORY = (zipfile.BadZipFile, ValueError, LookupError, EOFError, OSError, struct.error, NotImplementedError)
_BAD_MEMBER = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, struct.error)
_ENCRYPTED = 0x1
_NAME_IS_UTF8 = 0x800


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of an archive: its readable name and its place in the directory; ``refusal`` is why it is not read."""

    name: str
    place: int
    refusal: str = ""


def archive_to_members(content: bytes) -> Iterator[Member]:
    """The files of an archive, those not to be read with the reason. Raises UnreadableDocument."""
    unpacked = 0
    with _open(io.BytesIO(content)) as archive:
        for place, entry in enumerate(archive.infolist()):
            if entry.filename.endswith("/"):  # is_dir() fails for an entry without a name
                continue
            name = _entry_to_name(entry)
            refusal = _entry_to_refusal(entry, name) or _total_to_refusal(unpacked + entry.file_size, place)
            unpacked += 0 if refusal else entry.file_size
            yield Member(name=name, place=place, refusal=refusal)


def file_to_member(file: Path, places: tuple[int, ...]) -> bytes:
    """The bytes of one member: of an archive within the archive where there are several places.

    Raises UnreadableDocument and, for the file itself, OSError. Nothing else of the file is read.
    """
    state = file.stat()
    return _entry_to_content(_file_to_archive(file, (state.st_size, state.st_mtime_ns), places[:-1]), places[-1])


@lru_cache(maxsize=HELD_OPEN)  # members follow each other: a directory of thousands is not read anew for each of them
def _file_to_archive(file: Path, version: tuple[int, int], places: tuple[int, ...]) -> zipfile.ZipFile:
    return _open(io.BytesIO(file_to_member(file, places)) if places else file)


def _entry_to_content(archive: zipfile.ZipFile, place: int) -> bytes:
    try:
        return archive.read(archive.infolist()[place])
    except (NotImplementedError, RuntimeError) as error:
        raise UnreadableDocument(
            "压缩包中的这个文件用了不支持的压缩或加密方式。请解压后读入文件夹，或按普通 zip 重新压缩。"
        ) from error
    except _BAD_MEMBER as error:
        raise UnreadableDocument("压缩包中的这个文件已损坏，解不开。请重新压缩或重新取得原文件。") from error


def _open(source: Path | io.BytesIO) -> zipfile.ZipFile:
    """Raises UnreadableDocument; FileNotFoundError and PermissionError where no content is at fault."""
    try:
        return zipfile.ZipFile(source)
    except (FileNotFoundError, PermissionError):
        raise
    except BAD_DIRECTORY as error:
        raise UnreadableDocument("压缩包已损坏，目录读不出来。请重新下载或重新压缩。") from error


def _entry_to_name(entry: zipfile.ZipInfo) -> str:
    """Names without the UTF-8 flag come from Chinese Windows (GB18030) or from a Mac (UTF-8 all the same)."""
    if entry.flag_bits & _NAME_IS_UTF8:
        return entry.orig_filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return entry.orig_filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return entry.orig_filename


def _entry_to_refusal(entry: zipfile.ZipInfo, name: str) -> str:
    if _leads_outside(name):
        return "压缩包中的文件名指向包外路径（越界），已拒读。请核对压缩包来源，确需读入的请改名后重新压缩。"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "压缩包中的这一项是链接而非文件，已拒读。请把原文件放入压缩包。"
    if entry.flag_bits & _ENCRYPTED:
        return "压缩包加了密码，无法读取。请解密后重新压缩，或直接读入解压后的文件夹。"
    if entry.file_size > MAX_MEMBER_BYTES:
        size, limit = entry.file_size // 1024**2, MAX_MEMBER_BYTES // 1024**2
        return f"解压后有 {size} MB，超过上限 {limit} MB，疑为压缩炸弹，已拒读。请核对来源。"
    if entry.file_size > PACKING_COUNTS_FROM and entry.file_size > MAX_PACKING * max(1, entry.compress_size):
        return "压缩比异常，疑为压缩炸弹，已拒读。请核对来源；确属正常文件的，请解压后单独读入。"
    return ""


def _total_to_refusal(unpacked: int, place: int) -> str:
    if unpacked > MAX_ARCHIVE_BYTES:
        limit = MAX_ARCHIVE_BYTES // 1024**3
        return f"压缩包解开后总量超过 {limit} GB，其后的文件未读。请分成几个包，或解压后读入文件夹。"
    if place >= MAX_MEMBERS:
        return f"压缩包内文件超过 {MAX_MEMBERS:,} 个，其后的未读。请分成几个包，或解压后读入文件夹。"
    return ""


def _leads_outside(name: str) -> bool:
    windows = PureWindowsPath(name)
    return bool(windows.drive or windows.root) or PurePosixPath(name).is_absolute() or ".." in windows.parts
