"""What arrived made into documents: pages joined, archives unpacked, content that was here before named."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.db import transaction
from django.db.models import Q
from django_tasks import task

from review.blobs import blob_path, keep_blob
from review.house import Piece, the_house
from review.models import Delivery, Document, Item, ItemState, Project, State
from review.tasks import FAULT, read_one

PATH_LETTERS = 960  # of a path kept, so that a number fits behind it within the 1,000 of the table
CUT = "…"
PACKAGE = b"PK"  # what archives begin with, and office files, which only the reader can tell from them
SETTLED_AT_ONCE = 100  # members of an archive in one transaction: others must write between them
MIDDLE = 0  # priority of unpacking: before reading, after what somebody waits for
WRITTEN_AT_ONCE = 1_000
HASHED_AT_ONCE = 1024 * 1024  # bytes
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # also marks that turn a name around
SAME = "与“{path}”内容相同，只读一次。"
NOTHING_IN_IT = "压缩包里没有文件。请核对是否压缩成功。"


def fit_path(path: str) -> str:
    """A path as people know it, safe to store and show: no steps outwards, nothing invisible, not too long."""
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", path.encode("utf-8", "replace").decode()).replace("\\", "/")
    steps = [step for step in text.split("/") if step not in ("", ".", "..")]
    told = "/".join(steps) or "（无名文件）"
    if len(told) <= PATH_LETTERS:
        return told
    return told[: PATH_LETTERS // 3] + CUT + told[-(PATH_LETTERS - PATH_LETTERS // 3 - len(CUT)) :]


def lock_project(project_id: int) -> None:
    """Until the transaction ends nobody else makes documents in this audit: none comes twice, no path is shared."""
    Project.objects.select_for_update().get(pk=project_id)


def items_to_books(items: Sequence[Item]) -> None:
    """Pages of one document joined by their names: each knows its first page and its place."""
    changed = []
    for group in the_house().reading.group_pages([item.path for item in items]):
        if len(group) > 1:
            for leaf, place in enumerate(group):
                items[place].book, items[place].leaf = items[group[0]], leaf
                changed.append(items[place])
    Item.objects.bulk_update(changed, ["book", "leaf"], batch_size=WRITTEN_AT_ONCE)


def settle(items: Iterable[Item]) -> None:
    """Items whose content is here: a document each, or one for all pages of a book, once all that come are here."""
    books = set()
    for item in items:
        if item.book_id is not None:
            books.add(item.book_id)
        elif _may_be_archive(item):
            unpack_one.enqueue(item.pk)
        else:
            _items_to_document([item])
    for book in sorted(books):
        leaves = list(Item.objects.filter(book_id=book).order_by("leaf"))
        if not any(leaf.state == ItemState.COMING for leaf in leaves):
            here = [leaf for leaf in leaves if leaf.state == ItemState.HERE and leaf.document_id is None]
            _items_to_document(here) if here else None


def _may_be_archive(item: Item) -> bool:
    """True where only the reader can tell; a member that is an archive was unpacked with the one it came in."""
    with blob_path(item.sha256).open("rb") as file:
        return item.archive_id is None and file.read(len(PACKAGE)) == PACKAGE


def _items_to_document(items: Sequence[Item]) -> None:
    """The document of one file, or of an image a page in order; content that is here already is not read again."""
    first = items[0]
    project_id = first.delivery.project_id
    parts = [item.sha256 for item in items]
    sha256 = parts_to_sha256(parts)
    document = Document.objects.filter(project_id=project_id, sha256=sha256).first()
    state, reason = ItemState.HERE, ""
    if document is None:
        document = Document.objects.create(
            project_id=project_id, sha256=sha256, path=free_path(project_id, first.path), parts=parts
        )
        read_one.enqueue(document.pk)
    else:
        state, reason = ItemState.DUPLICATE, SAME.format(path=document.path)
        if document.state in (State.UNREADABLE, State.FAILED):  # sent again for a reason
            read_afresh(document)
    Item.objects.filter(pk__in=[item.pk for item in items]).update(state=state, reason=reason, document=document)


def read_afresh(document: Document) -> None:
    """Puts a document into the queue that was read before, or could not be."""
    Document.objects.filter(pk=document.pk).update(state=State.WAITING, pages_done=0, started_at=None)
    read_one.enqueue(document.pk)


def parts_to_sha256(parts: Sequence[str]) -> str:
    """The hash of a document: of its file; of an image a page, over the first and the hashes of the others."""
    if len(parts) == 1:
        return parts[0]
    digest = hashlib.sha256()
    with blob_path(parts[0]).open("rb") as file:
        while chunk := file.read(HASHED_AT_ONCE):
            digest.update(chunk)
    for part in parts[1:]:
        digest.update(bytes.fromhex(part))
    return digest.hexdigest()


def free_path(project_id: int, path: str) -> str:
    """A path that no other document of the audit has: findings call documents by it."""
    if not Document.objects.filter(project_id=project_id, path=path).exists():
        return path
    suffix = PurePosixPath(path).suffix if len(PurePosixPath(path).suffix) <= 5 else ""
    stem = path.removesuffix(suffix)
    copies = Document.objects.filter(project_id=project_id, path__startswith=f"{stem}（第 ")
    taken = set(copies.values_list("path", flat=True))
    numbers = range(2, len(taken) + 3)
    return next(name for number in numbers if (name := f"{stem}（第 {number} 份）{suffix}") not in taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A member of an archive, its content in the file store ("" where there is none)."""

    piece: Piece
    sha256: str
    size: int


@task(priority=MIDDLE)
def unpack_one(item_id: int) -> None:
    """Makes documents of what an archive holds, or one of the file where it is none. Once begun, it can go on."""
    item = Item.objects.filter(pk=item_id).select_related("delivery").first()
    if item is None:
        return
    try:
        if item.state == ItemState.HERE and item.document_id is None:
            _unpack(item)
            item.refresh_from_db()
        if item.state == ItemState.UNPACKED:
            _settle_members(item)
    except Exception as error:  # a fault of ours in one archive must not leave it waiting for ever
        logging.getLogger(__name__).exception("file failed")
        refuse_item(item.pk, FAULT.format(kind=type(error).__name__, told=error))


def refuse_item(item_id: int, reason: str) -> None:
    """An arrival given up, and the members of it that are not documents yet."""
    waiting = Item.objects.filter(Q(pk=item_id) | Q(archive=item_id), state=ItemState.HERE, document=None)
    waiting.update(state=ItemState.REFUSED, reason=reason)


def _unpack(item: Item) -> None:
    pieces = []
    for piece in the_house().reading.unpack(blob_path(item.sha256), item.path):
        if piece.path == item.path and not piece.note and not piece.refusal:
            return _settle_alone(item)
        sha256, size = keep_blob([piece.content]) if piece.content else ("", 0)
        pieces.append(_Kept(piece=_without_content(piece), sha256=sha256, size=size))
    whole = next((kept.piece.refusal for kept in pieces if kept.piece.path == item.path), "")
    with transaction.atomic():
        lock_project(item.delivery.project_id)
        here = Item.objects.filter(pk=item.pk, state=ItemState.HERE, document=None)
        if whole or not pieces:
            here.update(state=ItemState.REFUSED, reason=whole or NOTHING_IN_IT)
        elif here.update(state=ItemState.UNPACKED):
            members = [_kept_to_item(kept, item) for kept in pieces]
            Item.objects.bulk_create(members, batch_size=WRITTEN_AT_ONCE)
            items_to_books([member for member in members if member.state == ItemState.HERE])
    return None


def _settle_alone(item: Item) -> None:
    with transaction.atomic():
        lock_project(item.delivery.project_id)
        if Item.objects.filter(pk=item.pk, state=ItemState.HERE, document=None).exists():
            _items_to_document([item])


def _without_content(piece: Piece) -> Piece:
    """What is remembered while the next member is unpacked."""
    reason = piece.refusal or (EMPTY_MEMBER if not piece.content and not piece.note else "")
    return Piece(path=piece.path, note=piece.note, refusal=reason)


EMPTY_MEMBER = "文件是空的，没有任何内容。请核对是否压缩前就已损坏。"


def _kept_to_item(kept: _Kept, archive: Item) -> Item:
    state = ItemState.REFUSED if kept.piece.refusal else ItemState.SKIPPED if kept.piece.note else ItemState.HERE
    return Item(
        delivery=archive.delivery,
        archive=archive,
        path=fit_path(kept.piece.path),
        size=kept.size,
        sha256=kept.sha256,
        state=state,
        reason=kept.piece.refusal or kept.piece.note,
    )


def _settle_members(archive: Item) -> None:
    waiting = {"archive": archive, "state": ItemState.HERE, "document": None}
    while True:
        with transaction.atomic():
            lock_project(archive.delivery.project_id)
            some = list(Item.objects.filter(**waiting).select_related("delivery").order_by("pk")[:SETTLED_AT_ONCE])
            settle(some)
        if not some:
            return


def delivery_documents(delivery: Delivery) -> Iterable[int]:
    """The documents of which a file came with a delivery."""
    return delivery.items.exclude(document=None).values_list("document_id", flat=True).distinct()
