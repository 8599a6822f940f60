"""Where trained models lie: a folder each, listed with their hashes; which one answers is a log that only grows.

Two shelves make a library. The first comes with the program and is never written to; the second belongs to the office
and takes what ``fuhe train`` makes. Nothing here is unpickled: entries are JSON and TOML, weights are arrays.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MANIFEST = "manifest.toml"
LOG = "promotions.jsonl"
SHIPPED = Path(__file__).parent
OWN_VARIABLE = "FUHE_MODELS"
PROMOTE, ROLL_BACK = "promote", "rollback"


class ModelTrouble(ValueError):
    """A model that cannot be used or named. The message is Chinese and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file of a model: path under the model's folder, sha256, bytes."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A model in the manifest. ``data`` is the sha256 of what it was trained on; ``metrics`` were measured on gold."""

    name: str
    task: str
    kind: str
    made: str
    origin: str
    licence: str
    data: str
    metrics: Mapping[str, float] = field(default_factory=dict)
    files: tuple[FileEntry, ...] = ()

    @property
    def digest(self) -> str:
        """What tells this model from any other: 12 hex digits over its files."""
        told = "\n".join(f"{each.path} {each.sha256}" for each in sorted(self.files, key=lambda each: each.path))
        return hashlib.sha256(told.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One act of the log: who made which model the champion of a task, in whose place, and when (ISO 8601, UTC)."""

    act: str
    task: str
    model: str
    instead_of: str
    who: str
    when: str


class Shelf:
    """A folder of models with its manifest."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def entries(self) -> tuple[Entry, ...]:
        """Every model listed, in the order they were added. Raises ModelTrouble for a manifest nobody can read."""
        path = self.root / MANIFEST
        if not path.is_file():
            return ()
        try:
            listed = tomllib.loads(path.read_text(encoding="utf-8")).get("model", [])
            return tuple(_record_to_entry(record) for record in listed)
        except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
            raise ModelTrouble(f"模型清单 {path} 无法读取（{error}）。请从备份恢复该文件，或重新安装。") from error

    def stamp(self) -> str:
        """Another text whenever the log of promotions was written since, also by another process."""
        path = self.root / LOG
        return f"{path} {path.stat().st_mtime_ns}" if path.is_file() else str(path)

    def folder(self, entry: Entry) -> Path:
        """Where a model's files lie, each found to be what the manifest says. Raises ModelTrouble."""
        folder = self.root / entry.name
        what_to_do = "请重新安装，或用 fuhe models rollback 换回上一个。"
        for listed in entry.files:
            path = folder / listed.path
            if not path.is_file():
                raise ModelTrouble(f"模型 {entry.name} 缺少文件 {path}。{what_to_do}")
            if file_to_sha256(path) != listed.sha256:
                trouble = f"模型 {entry.name} 的文件 {path} 与清单登记的校验值不符，可能损坏或被改动，已拒绝使用。"
                raise ModelTrouble(trouble + what_to_do)
        return folder

    def add(self, entry: Entry, files: Path) -> Entry:
        """A folder of files becomes a model of this shelf, whole or not at all; the entry comes back with its files."""
        if any(each.name == entry.name for each in self.entries()):
            raise ModelTrouble(f"已有名为 {entry.name} 的模型，请换一个名称。")
        self.root.mkdir(parents=True, exist_ok=True)
        target, coming = self.root / entry.name, self.root / f".{entry.name}.new"
        shutil.rmtree(coming, ignore_errors=True)
        shutil.rmtree(target, ignore_errors=True)  # left over from a run that was broken off: no manifest names it
        shutil.copytree(files, coming)
        listed = tuple(_file_entry(path, coming) for path in sorted(coming.rglob("*")) if path.is_file())
        coming.rename(target)
        whole = replace(entry, files=listed)
        _write_whole(self.root / MANIFEST, entries_to_toml((*self.entries(), whole)))
        return whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The models that came with the program and those of this office."""

    shipped: Shelf
    own: Shelf

    def entries(self) -> tuple[Entry, ...]:
        """All models, the shipped ones first."""
        return (*self.shipped.entries(), *self.own.entries())

    def entry(self, name: str) -> Entry:
        """The model of that name. Raises ModelTrouble naming those there are."""
        found = next((each for each in self.entries() if each.name == name), None)
        if found is None:
            names = "、".join(each.name for each in self.entries()) or "（还没有任何模型）"
            raise ModelTrouble(f"没有名为 {name} 的模型。现有：{names}。")
        return found

    def folder(self, entry: Entry) -> Path:
        """Where a model's files lie, verified. Raises ModelTrouble."""
        shelf = self.own if any(each.name == entry.name for each in self.own.entries()) else self.shipped
        return shelf.folder(entry)

    def champion(self, task: str) -> Entry | None:
        """The model that answers: the last one promoted, else the first shipped for the task; None without any."""
        told = [move.model for move in self.moves() if move.task == task]
        if told:
            return self.entry(told[-1])
        return next((each for each in self.shipped.entries() if each.task == task), None)

    def promote(self, name: str, *, who: str) -> Move:
        """From now on this model answers. Raises ModelTrouble for one that is damaged, unknown or answers already."""
        entry = self.entry(name)
        self.folder(entry)
        now = self.champion(entry.task)
        if now is not None and now.name == name:
            raise ModelTrouble(f"模型 {name} 已经是当前使用的模型，无需再次启用。")
        return self._log(PROMOTE, entry, instead_of=now.name if now else "", who=who)

    def roll_back(self, task: str, *, who: str) -> Move:
        """The model that answered before the present one answers again. Raises ModelTrouble where there was none."""
        now, before = self.champion(task), self._before(task)
        if now is None or not before:
            raise ModelTrouble("没有可以退回的模型：当前模型之前没有启用过别的模型。")
        entry = self.entry(before)
        self.folder(entry)
        return self._log(ROLL_BACK, entry, instead_of=now.name, who=who)

    def _before(self, task: str) -> str:
        """Rolling back again leads further back, as undoing does; "" at the beginning."""
        steps: list[str] = []
        for move in self.moves():
            if move.task == task and move.act == PROMOTE:
                steps.append(move.instead_of)
            elif move.task == task:
                steps.pop()
        return steps[-1] if steps else ""

    def moves(self) -> tuple[Move, ...]:
        """The log, oldest first."""
        path = self.own.root / LOG
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        return tuple(Move(**json.loads(line)) for line in lines if line.strip())

    def _log(self, act: str, entry: Entry, *, instead_of: str, who: str) -> Move:
        when = datetime.now(UTC).isoformat(timespec="seconds")
        move = Move(act=act, task=entry.task, model=entry.name, instead_of=instead_of, who=who, when=when)
        self.own.root.mkdir(parents=True, exist_ok=True)
        with (self.own.root / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(asdict(move), ensure_ascii=False) + "\n")
            log.flush()
            os.fsync(log.fileno())
        return move


def house_library() -> Library:
    """The shelf beside this file, and the office's own: the folder FUHE_MODELS names, else one in the home folder."""
    own = os.environ.get(OWN_VARIABLE)
    return Library(shipped=Shelf(SHIPPED), own=Shelf(Path(own) if own else Path.home() / ".fuhe" / "models"))


def file_to_sha256(path: Path) -> str:
    """64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _file_entry(path: Path, root: Path) -> FileEntry:
    return FileEntry(path=path.relative_to(root).as_posix(), sha256=file_to_sha256(path), size=path.stat().st_size)


def _record_to_entry(record: Mapping[str, Any]) -> Entry:
    files = tuple(FileEntry(**each) for each in record.get("file", ()))
    told = {key: value for key, value in record.items() if key != "file"}
    return Entry(**told, files=files)


def entries_to_toml(entries: Sequence[Entry]) -> str:
    """A manifest: one ``[[model]]`` each, its metrics and its files."""
    return "\n".join(line for entry in entries for line in _entry_lines(entry))


def _entry_lines(entry: Entry) -> Iterable[str]:
    yield "[[model]]"
    for key in ("name", "task", "kind", "made", "origin", "licence", "data"):
        yield f"{key} = {_quoted(getattr(entry, key))}"
    metrics = ", ".join(f"{key} = {value:.4f}" for key, value in sorted(entry.metrics.items()))
    yield f"metrics = {{ {metrics} }}" if metrics else "metrics = {}"
    for each in entry.files:
        yield from ("[[model.file]]", f"path = {_quoted(each.path)}", f"sha256 = {_quoted(each.sha256)}")
        yield f"size = {each.size}"
    yield ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # what JSON escapes, TOML's basic strings escape alike


def _write_whole(path: Path, text: str) -> None:
    """A file as it was or as it is to be, whatever happens meanwhile."""
    coming = path.with_suffix(".new")
    with coming.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    coming.replace(path)
