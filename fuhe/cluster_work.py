"""What a machine of a cluster does: one page, or one document that is no paper, read from the share and answered.

An order travels as JSON; an answer is one letter and a body, as between the processes of one machine
(fuhe/page_server.py), with a few letters of its own. Only dask itself unpickles, to call a function.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache

from pydantic import TypeAdapter

from domain.errors import UnreadableDocument
from domain.source import Document
from fuhe.apart import page_reader
from fuhe.cache import reading_to_bytes
from fuhe.intake import content_to_input
from fuhe.limits import USUAL_LIMITS, Limits
from fuhe.page_notes import PageNote
from fuhe.page_reading import NOT_GIVEN, Paper, ReadPage
from fuhe.page_server import COUNT, FAULT, PICTURE, UNREADABLE, page_to_frame
from fuhe.pipeline import house_stages, input_to_reading
from fuhe.share import Share, ShareMissing, ShareTrouble
from fuhe.version import VERSION, reading_version
from models.store import MANIFEST, SHIPPED, Shelf, file_to_sha256
from ocr.engines import EngineUnavailable
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice, choice_to_reader
from ocr.engines.weights import installed_version

READING, WRONG, MISSING, TROUBLE, SET_ASIDE = (letter.encode() for letter in "RWMTS")
OPEN, PAGE_TASK, PICTURE_TASK, DOCUMENT = "open", "page", "picture", "document"
TRIES = 3  # machines lost over one page: the number, and the scheduler's own default
HASH_DIGITS = 12  # of a SHA-256, enough to tell versions apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What reads on a machine. Two machines that are not the same in all of this may read differently."""

    program: str
    code: str
    engine: str
    weights: str
    models: str
    dask: str


_NAMES = {
    "program": "程序版本", "code": "识读程序的校验值", "engine": "识读引擎", "weights": "识读权重",
    "models": "模型清单和权重", "dask": "dask 版本",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A document to read: the hashes of its files in the share, its name, and how and by whom it is to be read."""

    share: str
    parts: tuple[str, ...]
    name: str
    password: str = ""
    engine: EngineChoice = HOUSE_ENGINE
    limits: Limits = USUAL_LIMITS
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a worker says of itself: its address, who reads there, and why it does not see the share ("": it does)."""

    worker: str
    identity: Identity
    trouble: str = ""


ORDER, IDENTITY, LOOKED = TypeAdapter(Order), TypeAdapter(Identity), TypeAdapter(Looked)


@cache
def house_identity(engine: EngineChoice) -> Identity:
    """Who reads in this process; weights are told by their bytes, not by their names. Raises EngineUnavailable."""
    reader = choice_to_reader(engine)
    return Identity(
        program=VERSION,
        code=reading_version(engine),
        engine=f"{reader.name} {reader.version}",
        weights=reader.weights,
        models=_models_digest(),
        dask=installed_version("distributed"),
    )


def _models_digest() -> str:
    digest = hashlib.sha256((SHIPPED / MANIFEST).read_bytes())
    for entry in Shelf(SHIPPED).entries():
        for listed in entry.files:
            path = SHIPPED / entry.name / listed.path
            digest.update((file_to_sha256(path) if path.is_file() else "missing").encode())
    return digest.hexdigest()[:HASH_DIGITS]


def identities_to_words(own: Identity, other: Identity) -> str:
    """What differs, in Chinese; "" where nothing does."""
    pairs = ((_NAMES[slot.name], getattr(own, slot.name), getattr(other, slot.name)) for slot in fields(Identity))
    return "；".join(
        f"{name}不同（本机 {mine or '无'}，该机 {theirs or '无'}）" for name, mine, theirs in pairs if mine != theirs
    )


def look(order: str) -> bytes:
    """A machine asked who it is, and whether it finds the parts of the order in the share."""
    asked = ORDER.validate_json(order)
    trouble = ""
    try:
        for part in asked.parts:
            Share(url=asked.share).get(part)
    except ShareMissing:
        trouble = f"在共享位置 {asked.share} 看不到本机放入的文件"
    except ShareTrouble as error:
        trouble = str(error)
    return LOOKED.dump_json(Looked(worker=worker_address(), identity=_identity(asked.engine), trouble=trouble))


def _identity(engine: EngineChoice) -> Identity:
    try:
        return house_identity(engine)
    except EngineUnavailable as error:
        nobody = dict.fromkeys((slot.name for slot in fields(Identity)), "")
        return Identity(**{**nobody, "engine": str(error)})


def work(order: str, task: str, number: int, total: int) -> bytes:
    """One task done: page ``number`` of ``total``, its picture, the count of pages (OPEN), or a whole DOCUMENT."""
    asked = ORDER.validate_json(order)
    own = _identity(asked.engine)
    if own != asked.identity:
        return WRONG + LOOKED.dump_json(Looked(worker=worker_address(), identity=own))
    try:
        return _tried(asked, f"{task}{number}", lambda: _TASKS[task](order, number, total))
    except UnreadableDocument as error:
        return UNREADABLE + str(error).encode()
    except ShareMissing as error:
        return MISSING + str(error).encode()
    except ShareTrouble as error:
        return TROUBLE + f"识读机器 {worker_address()}：{error}".encode()
    except Exception as error:  # told to whoever asked, who knows which document it was
        return FAULT + f"{type(error).__name__}: {error}".encode()


def _tried(order: Order, what: str, step: Callable[[], bytes]) -> bytes:
    """The step, unless machines were lost over it TRIES times. A machine that is lost leaves its note behind."""
    share, document = Share(url=order.share), parts_to_document(order.parts)
    if share.tries(document, what) >= TRIES:
        return SET_ASIDE
    note = share.note_try(document, what)
    try:
        return step()
    finally:
        share.forget_try(note)


def _open(order: str, number: int, total: int) -> bytes:
    asked = ORDER.validate_json(order)
    return COUNT + str(page_reader(asked.limits).count(order_to_paper(order))).encode()


def _page(order: str, number: int, total: int) -> bytes:
    asked = ORDER.validate_json(order)
    leave = frozenset(range(1, total + 1)) - {number}
    # all that come are taken: the process that reads is kept for the next page only when it was heard to the end
    pages = tuple(page_reader(asked.limits).pages(order_to_paper(order), leave=leave, keep=_keep_nothing))
    page = next((page for page in pages if page.number == number), PageNote(number=number, reason=NOT_GIVEN))
    return b"".join(page_to_frame(page))


def _keep_nothing(page: ReadPage) -> None:
    """Whoever ordered the page keeps it."""


def _picture(order: str, number: int, total: int) -> bytes:
    asked = ORDER.validate_json(order)
    return PICTURE + (page_reader(asked.limits).picture(order_to_paper(order), number) or b"")


def _document(order: str, number: int, total: int) -> bytes:
    """A document that is no paper; its own path is the order's name."""
    asked = ORDER.validate_json(order)
    document = Document(path=asked.name, sha256=asked.parts[0])
    item = content_to_input(order_to_paper(order).contents[0], document)
    return READING + reading_to_bytes(input_to_reading(item, house_stages(password=asked.password)))


_TASKS: dict[str, Callable[[str, int, int], bytes]] = {
    OPEN: _open,
    PAGE_TASK: _page,
    PICTURE_TASK: _picture,
    DOCUMENT: _document,
}


@lru_cache(maxsize=2)
def order_to_paper(order: str) -> Paper:
    """The paper of an order, fetched once for the pages that follow each other. Raises ShareMissing, ShareTrouble."""
    asked = ORDER.validate_json(order)
    share = Share(url=asked.share)
    contents = tuple(share.get(part) for part in asked.parts)
    return Paper(contents=contents, name=asked.name, password=asked.password, engine=asked.engine)


def parts_to_document(parts: Sequence[str]) -> str:
    """The name under which tries of a document are noted."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def worker_address() -> str:
    """The address of the machine that does this; "" outside a cluster."""
    from distributed import get_worker

    try:
        return str(get_worker().address)
    except ValueError:
        return ""


def set_aside_note(number: int) -> PageNote:
    """What is told of a page over which machines were lost."""
    return PageNote(number=number, reason=PAGE_SET_ASIDE)


_AGAIN = "请核对能否正常打开，重新扫描或另存后再试；仍不行请将文件交维护人员，并查看识读机器的日志（多为内存不足）。"
PAGE_SET_ASIDE = f"识读这一页时，识读机器连续 {TRIES} 次异常退出，这一页已放下，其余各页不受影响。{_AGAIN}"
DOCUMENT_SET_ASIDE = f"打开或识读这份文件时，识读机器连续 {TRIES} 次异常退出，已放下，其余文件不受影响。{_AGAIN}"
