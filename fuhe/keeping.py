"""A workbench in one file and back: ``fuhe backup`` and ``fuhe restore``.

The file is a zip: ``backup.json`` (what it holds, with the SHA-256 of every member), the database (SQLite's own copy,
or what ``pg_dump`` writes), and the files of the store. The secret of the sessions stays out: whoever finds a backup
cannot make one. Pictures of pages are made again when they are asked for.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from fuhe.commands import WrongUsage
from fuhe.files import CannotWrite, DiskFull, whole_file
from fuhe.serve import Place, migrate, open_existing, open_workbench
from fuhe.version import VERSION
from models.store import house_library

FORMAT = 1
SHEET = "backup.json"
SQLITE, POSTGRES = "database.sqlite3", "database.pgdump"
STORED = ("files", "readings", "exports")  # folders of the store that cannot be made again at once
MODELS = "models"  # the office's own
PASSING = (".coming-", ".going")  # files that are just being written or removed
PIECE = 1024 * 1024  # bytes at once
FULL_DISK = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
FULL = "磁盘已满，写不下 {place}，没有做成，也没有留下写了一半的文件。请腾出空间，或换一个磁盘，再做一次。"
UNWRITABLE = "写不了 {place}（{told}），没有做成。请核对文件夹是否存在、能否写入，磁盘空间是否够，再做一次。"
DAMAGED = "备份文件 {file} 已损坏（{what}），没有恢复。请换一份备份。"
NO_BACKUP = "{file} 不是 fuhe backup 所作的备份。"
NEWER = "备份 {file} 由更新的程序（{version}）所作，本程序（{own}）不能恢复。请先升级程序。"
NOT_EMPTY = "{folder} 中已有工作台的数据，不能在其上恢复。请用 --data 指明一个空文件夹。"
USED_DATABASE = "目标数据库中已有表，不能在其上恢复。请用 --database 指明一个空的数据库。"
NO_TOOL = "未找到 {tool}：备份和恢复 PostgreSQL 要用它。请安装 PostgreSQL 的客户端程序。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a backup holds: files and bytes, audits with the heads of their logs; ``missing`` files of the store."""

    file: Path
    files: int
    size: int
    audits: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]


def back_up(place: Place, file: Path) -> Kept:
    """The whole workbench into one file, while it is in use. Raises WrongUsage, CannotWrite.

    The database is copied first: files are only ever added, so that everything it names is there afterwards.
    """
    open_existing(place)
    from django.db import connection

    from review.blobs import store_root

    with _writing(file), tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as name:
        dump = _dump(connection, Path(name), file)
        audits = _audits()
        with whole_file(file) as temporary, _writing(file):
            members = _pack(temporary, dump, audits, _stored(store_root()))
        file.chmod(0o600)  # all there is of the audits, and nobody else's to read
    return Kept(
        file=file,
        files=len(members) - 1,
        size=file.stat().st_size,
        audits=tuple(audits.items()),
        missing=tuple(_missing(members)),
    )


def _pack(target: Path, dump: Path, audits: dict[str, str], stored: Iterable[tuple[str, Path]]) -> dict[str, str]:
    """The backup itself; its members with their hashes."""
    with zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        members = {dump.name: _put(archive, dump, dump.name)}
        for inside, path in stored:
            members[inside] = _put(archive, path, inside)
        sheet = {
            "format": FORMAT,
            "version": VERSION,
            "at": datetime.now(UTC).isoformat(),
            "database": dump.name,
            "audits": audits,
            "members": members,
        }
        archive.writestr(SHEET, json.dumps(sheet, ensure_ascii=False, indent=1))
    return members


def _dump(connection: Any, folder: Path, file: Path) -> Path:
    """The database as one file. Raises WrongUsage and CannotWrite, which calls it by the backup it is for."""
    if connection.vendor == "sqlite":
        path = folder / SQLITE
        connection.ensure_connection()
        try:
            with closing(sqlite3.connect(path)) as copy:
                connection.connection.backup(copy)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise DiskFull(FULL.format(place=file)) from error
            raise CannotWrite(UNWRITABLE.format(place=file, told=error)) from error
        return path
    path = folder / POSTGRES
    _run_tool("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", "--file", str(path)], connection)
    return path


def _run_tool(tool: str, arguments: Sequence[str], connection: Any) -> None:
    """A program of PostgreSQL on the database of the workbench; the password is in no list of processes."""
    if shutil.which(tool) is None:
        raise WrongUsage(NO_TOOL.format(tool=tool))
    told = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    own = {name: str(told[key]) for name, key in names.items() if told.get(key)}
    ran = subprocess.run(
        [tool, *arguments, "--dbname", str(told["NAME"])] if tool == "pg_restore" else [tool, *arguments],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        raise WrongUsage(f"{tool} 没有成功（{ran.stderr.strip()[-300:]}）。请核对数据库的版本和权限。")


def _audits() -> dict[str, str]:
    """Audits by number and name, with the heads of their logs; that of the program is ""."""
    from review.models import Chain

    chains = Chain.objects.select_related("project").order_by("pk")
    return {f"{chain.project.pk} {chain.project.name}" if chain.project else "": chain.head for chain in chains}


def _stored(root: Path) -> Iterator[tuple[str, Path]]:
    """The files to keep, each with its place in the backup."""
    folders = {**{name: root / name for name in STORED}, MODELS: house_library().own.root}
    for name, folder in folders.items():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith(PASSING[0]) and path.suffix != PASSING[1]:
                yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _put(archive: zipfile.ZipFile, path: Path, inside: str) -> str:
    """The SHA-256 of what was written; scans and exports are compressed already."""
    info = zipfile.ZipInfo.from_file(path, inside, strict_timestamps=False)
    info.compress_type = zipfile.ZIP_STORED if inside.startswith(("files/", "exports/")) else zipfile.ZIP_DEFLATED
    with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
        return _copy(_pieces(source), target)


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    """Whatever the disk refuses in this block is said of the file or folder to be written. Raises CannotWrite."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL_DISK:
            raise DiskFull(FULL.format(place=place)) from error
        raise CannotWrite(UNWRITABLE.format(place=place, told=error.strerror or error)) from error


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(PIECE):
        yield piece


def _copy(pieces: Iterable[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()


def _missing(members: dict[str, str]) -> Iterator[str]:
    """Documents whose bytes are not in the store: known by their paths."""
    from review.models import Document

    for document in Document.objects.order_by("pk").iterator():
        if any(f"files/{part[:2]}/{part}" not in members for part in document.parts or [document.sha256]):
            yield document.path


def restore(place: Place, file: Path) -> Kept:
    """A workbench out of a backup, in an empty folder and database.

    Raises WrongUsage and CannotWrite, before anything is changed.
    """
    folder = place.data
    if folder is None:
        raise WrongUsage("请用 --data 指明恢复到哪个（空的）文件夹。")
    if folder.exists() and any(folder.iterdir()):
        raise WrongUsage(NOT_EMPTY.format(folder=folder))
    sheet = _read_sheet(file)
    if (sheet["database"] == POSTGRES) != bool(place.database):
        kind = "PostgreSQL，请用 --database 指明一个空的数据库" if not place.database else "SQLite，不要给 --database"
        raise WrongUsage(f"备份 {file} 中的数据库是 {kind}。")
    with _writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.absolute().parent, prefix=".restore-") as name:
            unpacked = Path(name)
            _unpack(file, sheet["members"], unpacked)
            if sheet["database"] == SQLITE:
                (unpacked / SQLITE).replace(unpacked / "fuhe.sqlite3")
            else:
                _fill_postgres(place, unpacked)
            folder.mkdir(mode=0o700, exist_ok=True)
            for path in unpacked.iterdir():
                path.replace(folder / path.name)
    open_workbench(place)
    migrate()
    members = sheet["members"]
    return Kept(
        file=file,
        files=len(members) - 1,
        size=file.stat().st_size,
        audits=tuple(sheet["audits"].items()),
        missing=tuple(_missing(members)),
    )


def _fill_postgres(place: Place, unpacked: Path) -> None:
    open_workbench(place)
    from django.db import connection

    if connection.introspection.table_names():
        raise WrongUsage(USED_DATABASE)
    dump = unpacked / POSTGRES
    _run_tool("pg_restore", ["--no-owner", "--no-privileges", "--exit-on-error", str(dump)], connection)
    dump.unlink()


def _read_sheet(file: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(file) as archive:
            sheet: dict[str, Any] = json.loads(archive.read(SHEET))
    except FileNotFoundError as error:
        raise WrongUsage(f"没有文件 {file}。") from error
    except KeyError as error:
        raise WrongUsage(NO_BACKUP.format(file=file)) from error
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise WrongUsage(DAMAGED.format(file=file, what="打不开")) from error
    if sheet.get("format") != FORMAT:
        raise WrongUsage(NEWER.format(file=file, version=sheet.get("version"), own=VERSION))
    return sheet


def _unpack(file: Path, members: dict[str, str], folder: Path) -> None:
    """Every member that the sheet names, its hash compared; what it does not name stays where it is."""
    with zipfile.ZipFile(file) as archive:
        for name, digest in members.items():
            inside = PurePosixPath(name)
            if (
                inside.is_absolute()
                or ".." in inside.parts
                or inside.parts[0] not in (*STORED, MODELS, SQLITE, POSTGRES)
            ):
                raise WrongUsage(DAMAGED.format(file=file, what=f"不该有的成员 {name}"))
            path = folder / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as target:
                found = _copy(_member_to_pieces(archive, name, file), target)
            if found != digest:
                raise WrongUsage(DAMAGED.format(file=file, what=f"成员 {name} 的校验值不符"))


def _member_to_pieces(archive: zipfile.ZipFile, name: str, file: Path) -> Iterator[bytes]:
    """What a member holds. Only what goes wrong in here is the fault of the backup. Raises WrongUsage."""
    try:
        with archive.open(name) as source:
            yield from _pieces(source)
    except (KeyError, zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
        raise WrongUsage(DAMAGED.format(file=file, what=f"成员 {name} 读不出")) from error
