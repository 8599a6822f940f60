"""Files, folders and archives to inputs: what is there, what it is, and why a thing is not read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from domain.errors import UnreadableDocument
from domain.source import Document
from fuhe.archive import archive_to_members, file_to_member
from fuhe.decode import bytes_to_text, check_lines, is_blank
from fuhe.sniff import EMPTY, EXTENSIONS, Kind, content_to_kind, text_to_kind

MAX_FILE_BYTES = 512 * 1024 * 1024  # larger than any scanned volume; a file is held in memory while it is read
MAX_NESTING = 3  # archives within archives: people send one in one; deeper is a bomb
_SYSTEM_FILES = frozenset(["thumbs.db", "desktop.ini", "__macosx"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One file found and not yet opened: the path people know it by, the file, and the places in archives within.

    ``more`` are the further pages of a document that comes as one image a page, ``gaps`` the page numbers missing.
    """

    path: str
    file: Path
    places: tuple[int, ...] = ()
    more: tuple[Arrival, ...] = ()
    gaps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One thing that cannot be read, with the reason and what to do."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """One thing left aside on purpose, with a note."""

    path: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One file opened: its bytes, its kind, its text when it is TEXT ("" for others), and warnings in Chinese.

    ``more`` are the bytes of the further pages of a document that comes as one image a page.
    """

    document: Document
    kind: Kind
    content: bytes
    text: str = ""
    more: tuple[bytes, ...] = ()
    warnings: tuple[str, ...] = ()


Found = Arrival | Refusal | Skipped


def paths_to_arrivals(paths: Sequence[Path], leave_out: Path | None = None) -> Iterator[Found]:
    """Everything under the paths in a stable order; ``leave_out`` is the folder the outputs go to."""
    seen: set[Path] = set()
    for path in paths:
        for found in _path_to_found(path, leave_out):
            if not isinstance(found, Arrival) or found.places:
                yield found
            elif (real := found.file.resolve()) in seen:
                yield Skipped(path=found.path, note="同一文件已在前面列出。")
            else:
                seen.add(real)
                yield from _file_to_found(found)


def _path_to_found(path: Path, leave_out: Path | None) -> Iterator[Found]:
    if not path.is_dir():
        yield Arrival(path=str(path), file=path)
        return
    try:
        entries = sorted(path.iterdir())
    except OSError as error:
        yield Refusal(path=str(path), reason=_os_error_to_reason(error))
        return
    if not entries:
        yield Skipped(path=str(path), note="文件夹是空的。")
    for entry in entries:
        if note := _entry_to_note(entry, leave_out):
            yield Skipped(path=str(entry), note=note)
        elif entry.is_dir():
            yield from _path_to_found(entry, leave_out)
        elif not entry.is_file():
            yield Refusal(path=str(entry), reason="这不是普通文件，或链接所指的文件已不在。请放入原文件后重试。")
        else:
            yield Arrival(path=str(entry), file=entry)


def _entry_to_note(entry: Path, leave_out: Path | None) -> str:
    if not entry.is_dir():
        return _name_to_note(entry.name)
    if leave_out is not None and entry.resolve() == leave_out.resolve():
        return "这是本次的输出文件夹，不作为输入。"
    if entry.is_symlink():
        return "这是指向别处的文件夹链接，未进入。需要读入的请直接指定该文件夹。"
    return _name_to_note(entry.name)


def path_to_note(path: str) -> str:
    """Why a file of this path is left aside: a lock file, or hidden in a folder of the system; "" where it is not."""
    return next(filter(None, map(_name_to_note, PurePosixPath(path).parts)), "")


def _name_to_note(name: str) -> str:
    if name.startswith("~$"):
        return "这是 Office 打开文件时的临时锁文件，已跳过。"
    if name.startswith(".") or name.lower() in _SYSTEM_FILES:
        return "隐藏文件或系统文件，已跳过。"
    return ""


def _file_to_found(arrival: Arrival) -> Iterator[Found]:
    """The arrival itself, or what an archive holds."""
    try:
        with arrival.file.open("rb") as stream:
            may_be_archive = stream.read(2) == b"PK"
        content = arrival_to_content(arrival) if may_be_archive else b""
        is_archive = may_be_archive and content_to_kind(content) is Kind.ARCHIVE
    except (UnreadableDocument, OSError):
        is_archive = False  # whoever opens the arrival is told what is wrong with it
    if is_archive:
        yield from _archive_to_found(arrival, content)
    else:
        yield arrival


def _archive_to_found(archive: Arrival, content: bytes) -> Iterator[Found]:
    try:
        members = tuple(archive_to_members(content))
    except UnreadableDocument as error:
        yield Refusal(path=archive.path, reason=str(error))
        return
    if not members:
        yield Refusal(path=archive.path, reason="压缩包是空的。请核对是否压缩成功。")
    names = Counter[str]()
    for member in members:
        names[member.name] += 1
        # two members may bear one name; everything downstream tells documents apart by their path
        copy = f"（第 {names[member.name]} 份）" if names[member.name] > 1 else ""
        # an absolute name must not swallow the archive's own path, as Path's "/" would let it
        path = f"{archive.path}/{member.name.lstrip('/')}{copy}"
        note = path_to_note(member.name)
        if member.refusal:
            yield Refusal(path=path, reason=member.refusal)
        elif note and ".." not in member.name:
            yield Skipped(path=path, note=note)
        else:
            arrival = Arrival(path=path, file=archive.file, places=(*archive.places, member.place))
            yield from _member_to_found(arrival)


def _member_to_found(arrival: Arrival) -> Iterator[Found]:
    """A member, or the members of an archive within the archive."""
    if not arrival.path.lower().endswith(".zip"):
        yield arrival
    elif len(arrival.places) >= MAX_NESTING:
        yield Refusal(path=arrival.path, reason=f"压缩包套压缩包超过 {MAX_NESTING} 层，未再解开。请解压后读入。")
    else:
        try:
            content = arrival_to_content(arrival)
        except UnreadableDocument as error:
            yield Refusal(path=arrival.path, reason=str(error))
            return
        yield from _archive_to_found(arrival, content)


def arrival_to_content(arrival: Arrival) -> bytes:
    """The bytes of an arrival. Raises UnreadableDocument."""
    try:
        if arrival.file.stat().st_size > MAX_FILE_BYTES:
            raise UnreadableDocument(f"文件超过 {MAX_FILE_BYTES // 1024**2} MB，未读。请拆分后再读入。")
        return file_to_member(arrival.file, arrival.places) if arrival.places else arrival.file.read_bytes()
    except OSError as error:
        raise UnreadableDocument(_os_error_to_reason(error)) from error


def arrival_to_input(arrival: Arrival) -> Input:
    """The file opened and recognised. Raises UnreadableDocument."""
    contents = [arrival_to_content(page) for page in (arrival, *arrival.more)]
    digest = hashlib.sha256(contents[0])
    for more in contents[1:]:
        digest.update(hashlib.sha256(more).digest())
    item = content_to_input(contents[0], Document(path=arrival.path, sha256=digest.hexdigest()))
    if not arrival.more:
        return item
    return replace(item, more=tuple(contents[1:]), warnings=(*item.warnings, *_pages_to_warnings(arrival)))


def _pages_to_warnings(arrival: Arrival) -> tuple[str, ...]:
    names = "、".join(PurePosixPath(page.path).name for page in (arrival, *arrival.more))
    missing = "、".join(f"第 {number} 页" for number in arrival.gaps)
    told = (f"由 {len(arrival.more) + 1} 张图片按页组成：{names}。",)
    return (*told, f"图片编号不连续，缺{missing}。请核对是否漏交。") if missing else told


def content_to_input(content: bytes, document: Document) -> Input:
    """Bytes recognised by what they hold; a misleading extension is a warning. Raises UnreadableDocument."""
    kind = content_to_kind(content)
    text = ""
    warnings: tuple[str, ...] = ()
    if kind is None:
        decoded = bytes_to_text(content)
        if is_blank(decoded.text):
            raise UnreadableDocument(EMPTY)
        kind, warnings = text_to_kind(decoded.text), decoded.warnings
        text = decoded.text if kind is Kind.TEXT else ""
    check_lines(text)
    return Input(
        document=document,
        kind=kind,
        content=content,
        text=text,
        warnings=(*_extension_warnings(document.path, kind), *warnings),
    )


def _extension_warnings(path: str, kind: Kind) -> tuple[str, ...]:
    extension = PurePosixPath(path).suffix.lower()
    # text stands under any name, and a name may end in a number (自评表2023.12); a name of another kind misleads
    promises_another = any(extension in names for names in EXTENSIONS.values())
    if extension in EXTENSIONS[kind] or (kind is Kind.TEXT and not promises_another):
        return ()
    return (f"扩展名是“{extension or '（无）'}”，内容却是{kind.value}，已按内容读取。",)


def _os_error_to_reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "没有读取权限。请取得权限，或复制到可读的位置后重试。"
    if isinstance(error, FileNotFoundError):
        return "文件已不在原处。请核对路径后重试。"
    return f"系统读不出这个文件（{error.strerror or error}）。请检查磁盘或网络位置，复制到本机后重试。"
