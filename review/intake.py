"""Files coming in: a delivery announced, its contents received one by one; whatever was announced is accounted for."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from review.arrivals import fit_path, items_to_books, lock_project, settle
from review.blobs import has_blob, keep_blob
from review.house import the_house
from review.journal import record
from review.models import Delivery, Item, ItemState, Project, User

MAX_FILES = 20_000  # of a delivery: a county's forms of ten years; more is a drive chosen by mistake
MAX_PATH = 1_000  # characters
MAX_FILE_BYTES = 512 * 1024 * 1024  # what the readers take; a file is held in memory while it is read
MAX_SIZE = 2**53  # bytes: what a browser can count, and a table can hold
MAX_TOLD_BYTES = 24 * 1024 * 1024  # of an announcement: MAX_FILES paths as long as people make them
CHUNK = 256 * 1024  # bytes of a body at once
ASKED_AT_ONCE = 500  # hashes in a query
WRITTEN_AT_ONCE = 1_000
EMPTY = "文件是空的，没有任何内容。请核对是否导出失败，重新导出后再上传。"
TOO_LARGE = f"文件超过 {MAX_FILE_BYTES // 1024**2} MB，未上传。请拆分后再上传。"
LEFT_OUT = "上传中断后未再上传，已放弃。需要时请重新选择这个文件上传。"
NO_LENGTH = "上传须带内容长度。请用工作台的上传页，或在请求中给出 Content-Length。"
DISK = "文件没有存下：服务器的磁盘写不进（{told}）。不是文件的问题，请管理员核对空间和权限，再选择同一文件夹补传。"
WRONG_SIZE = "“{path}”收到的大小与清单不符（应为 {size:,} 字节）。请重新上传。"
WRONG_HASH = "“{path}”的内容与登记的校验值不符：上传途中文件被改动，或传输有误。请重新选择这个文件上传。"
NOT_AGAIN = "“{path}”已有处理结果（{state}），不能用别的内容替换。请作为新文件上传。"
_HASH = re.compile(r"[0-9a-f]{64}")


class IntakeTrouble(Exception):
    """Something that cannot be taken in. The message is Chinese and says what to do; ``status`` is for HTTP."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A file that somebody is about to send: size in bytes; ``sha256`` is "" where the sender could not compute it."""

    path: str
    size: int
    sha256: str = ""


def records_to_announced(records: object) -> tuple[Announced, ...]:
    """What a client announces: a list of path, size and perhaps sha256. Raises IntakeTrouble."""
    if not isinstance(records, list) or not records:
        raise IntakeTrouble("没有要上传的文件。请选择文件、文件夹或 zip 压缩包。")
    if len(records) > MAX_FILES:
        told = f"一次最多上传 {MAX_FILES:,} 个文件，这次有 {len(records):,} 个。请分几次选择。"
        raise IntakeTrouble(told, status=413)
    return tuple(_record_to_announced(record, number) for number, record in enumerate(records, start=1))


def _record_to_announced(told: object, number: int) -> Announced:
    path, size, sha256 = (told.get(key) for key in ("path", "size", "sha256")) if isinstance(told, dict) else ("",) * 3
    if not isinstance(path, str) or not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < MAX_SIZE:
        raise IntakeTrouble(f"第 {number} 个文件的清单不完整：须有文件名和大小。请刷新页面后重新选择。")
    if len(path) > MAX_PATH:
        raise IntakeTrouble(f"第 {number} 个文件的路径超过 {MAX_PATH:,} 个字（{path[:40]}…）。请改短文件夹名后再上传。")
    if sha256 and not (isinstance(sha256, str) and _HASH.fullmatch(sha256)):
        raise IntakeTrouble(f"第 {number} 个文件的校验值不是 SHA-256。请刷新页面后重新选择。")
    return Announced(path=fit_path(path), size=size, sha256=sha256 or "")


def announce(project: Project, user: User, *, files: Sequence[Announced]) -> Delivery:
    """A delivery with an item for every file, or the one that was broken off, gone on with."""
    with transaction.atomic():
        lock_project(project.pk)
        delivery = _find_broken_off(project, user, files=files)
        known = _take_known(delivery, files) if delivery is not None else Counter[Announced]()
        if delivery is None:
            delivery = Delivery.objects.create(project=project, user=user)
        fresh = list((Counter(files) - known).elements())
        items = _announced_to_items(fresh, delivery)
        told = {
            "delivery": delivery.pk,
            "files": len(files),
            "new": len(items),
            "bytes": sum(each.size for each in files),
        }
        record("upload", user=user, project=project, told=told)
        Delivery.objects.filter(pk=delivery.pk).update(complete_at=None)
        _take_what_is_here(delivery)
        note_complete(delivery, user)
    return delivery


def _find_broken_off(project: Project, user: User, *, files: Sequence[Announced]) -> Delivery | None:
    """The last delivery of this person of which everything that is still to come is among these files."""
    chosen = {(each.path, each.size) for each in files}
    open_ones = Delivery.objects.filter(project=project, user=user, complete_at__isnull=True).order_by("-pk")[:20]
    for delivery in open_ones:
        coming = set(delivery.items.filter(state=ItemState.COMING).values_list("path", "size"))
        if coming and coming <= chosen:
            return delivery
    return None


def _take_known(delivery: Delivery, files: Sequence[Announced]) -> Counter[Announced]:
    """The files that have an item there already: to come under this name, or here with this content."""
    items: dict[tuple[str, int], list[Item]] = defaultdict(list)
    for item in delivery.items.filter(archive=None).order_by("pk"):
        items[item.path, item.size].append(item)
    known = Counter[Announced]()
    changed = []
    for file in files:
        own = items[file.path, file.size]
        same = next((each for each in own if _is_same(each, file)), None)
        if same is None:
            continue
        own.remove(same)
        known[file] += 1
        if same.state == ItemState.COMING and same.sha256 != file.sha256:
            same.sha256 = file.sha256
            changed.append(same)
    Item.objects.bulk_update(changed, ["sha256"], batch_size=WRITTEN_AT_ONCE)
    return known


def _is_same(item: Item, file: Announced) -> bool:
    """Content that is here counts by its hash alone: the file may have been changed since."""
    if item.state == ItemState.COMING:
        return True
    return item.sha256 == file.sha256 and (bool(file.sha256) or item.state in (ItemState.SKIPPED, ItemState.REFUSED))


def _announced_to_items(files: Sequence[Announced], delivery: Delivery) -> list[Item]:
    """Rows for files, pages of one document joined; those not to be sent with the reason."""
    items = [Item(delivery=delivery, path=file.path, size=file.size, sha256=file.sha256) for file in files]
    for item in items:
        if note := the_house().reading.leave_aside(item.path):
            item.state, item.reason = ItemState.SKIPPED, note
        elif item.size == 0:
            item.state, item.reason = ItemState.REFUSED, EMPTY
        elif item.size > MAX_FILE_BYTES:
            item.state, item.reason = ItemState.REFUSED, TOO_LARGE
    Item.objects.bulk_create(items, batch_size=WRITTEN_AT_ONCE)
    items_to_books([item for item in items if item.state == ItemState.COMING])
    return items


def _take_what_is_here(delivery: Delivery) -> None:
    """Content that this audit has already need not be sent again. What other audits have is none of its business."""
    coming = list(delivery.items.filter(state=ItemState.COMING).exclude(sha256=""))
    here = set(_hashes_here(delivery.project_id, {item.sha256 for item in coming}))
    taken = [item for item in coming if item.sha256 in here]
    for item in taken:
        item.state = ItemState.HERE
    Item.objects.bulk_update(taken, ["state"], batch_size=WRITTEN_AT_ONCE)
    settle(taken)


def _hashes_here(project_id: int, hashes: Iterable[str]) -> Iterator[str]:
    asked = sorted(hashes)
    for start in range(0, len(asked), ASKED_AT_ONCE):
        some = asked[start : start + ASKED_AT_ONCE]
        arrived = Item.objects.filter(delivery__project_id=project_id, sha256__in=some).exclude(
            state__in=[ItemState.COMING, ItemState.REFUSED, ItemState.SKIPPED]
        )
        yield from filter(has_blob, arrived.values_list("sha256", flat=True).distinct())


def delivery_to_lacking(delivery: Delivery, files: Sequence[Announced]) -> list[tuple[int, int]]:
    """The files still to be sent, each content once: place in the announcement and id of the item."""
    coming: dict[Announced, list[int]] = defaultdict(list)
    for item in delivery.items.filter(state=ItemState.COMING).order_by("-pk"):
        coming[Announced(path=item.path, size=item.size, sha256=item.sha256)].append(item.pk)
    seen: set[str] = set()
    lacking = []
    for place, file in enumerate(files):
        if coming[file] and file.sha256 not in seen:
            lacking.append((place, coming[file].pop()))
            seen |= {file.sha256} - {""}
    return lacking


def text_to_length(text: str) -> int:
    """The bytes that a request says it has. Raises IntakeTrouble."""
    if not (text.isascii() and text.isdigit()):
        raise IntakeTrouble(NO_LENGTH, status=411)
    return int(text)


def body_to_chunks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """What a request holds, piece by piece."""
    while chunk := read(CHUNK):
        yield chunk


def receive(item: Item, chunks: Iterable[bytes], *, user: User) -> Item:
    """The content of an item, stored and passed on to be read. Raises IntakeTrouble and stores nothing."""
    if item.state != ItemState.COMING:
        return _receive_again(item, chunks)
    try:
        sha256, _ = keep_blob(_checked(item, chunks))
    except OSError as error:
        raise IntakeTrouble(DISK.format(told=error.strerror or error), status=507) from error
    with transaction.atomic():
        lock_project(item.delivery.project_id)
        # the same content may be awaited under other names, also by a delivery that was broken off
        awaited = Item.objects.filter(delivery__project=item.delivery.project_id, state=ItemState.COMING)
        awaited = awaited.filter(Q(pk=item.pk) | Q(sha256=sha256))
        items = list(awaited.select_related("delivery__project").order_by("pk"))
        for each in items:
            each.sha256, each.state = sha256, ItemState.HERE
        Item.objects.bulk_update(items, ["sha256", "state"])
        settle(items)
        for delivery in {each.delivery_id: each.delivery for each in items}.values():
            note_complete(delivery, user)
    item.refresh_from_db()
    return item


def _checked(item: Item, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks, as long as they are what was announced; the last thing it does is to compare size and hash."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        if size > item.size:
            break
        yield chunk
    if size != item.size:
        raise IntakeTrouble(WRONG_SIZE.format(path=item.path, size=item.size), status=409)
    if item.sha256 and digest.hexdigest() != item.sha256:
        raise IntakeTrouble(WRONG_HASH.format(path=item.path), status=409)


def _receive_again(item: Item, chunks: Iterable[bytes]) -> Item:
    """A client that did not hear the answer sends once more; other content under the same item is refused."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    if digest.hexdigest() != item.sha256:
        state = item.get_state_display()
        raise IntakeTrouble(NOT_AGAIN.format(path=item.path, state=state), status=409)
    return item


def note_complete(delivery: Delivery, user: User) -> None:
    """Writes to the log what came, once nothing is to come any more."""
    if delivery.items.filter(state=ItemState.COMING).exists():
        return
    if Delivery.objects.filter(pk=delivery.pk, complete_at=None).update(complete_at=timezone.now()):
        told = {"delivery": delivery.pk, **delivery_to_digest(delivery)}
        record("upload_complete", user=user, project=delivery.project, told=told)


def delivery_to_digest(delivery: Delivery) -> Mapping[str, object]:
    """How many files came, and SHA-256 over their hashes and paths, a line each in the order of the paths."""
    came = delivery.items.filter(archive=None).exclude(state__in=[ItemState.SKIPPED, ItemState.REFUSED])
    lines = [f"{sha256} {path}\n" for path, sha256 in sorted(came.values_list("path", "sha256"))]
    return {"files": len(lines), "digest": hashlib.sha256("".join(lines).encode()).hexdigest()}


def abandon(delivery: Delivery, user: User) -> int:
    """What is still to come will not; how many files that were. Documents of which pages came go on with these."""
    with transaction.atomic():
        lock_project(delivery.project_id)
        coming = list(delivery.items.filter(state=ItemState.COMING))
        changes = [
            {"kind": "item", "id": item.pk, "before": {"state": item.state}, "after": {"state": ItemState.SKIPPED}}
            for item in coming
        ]
        Item.objects.filter(pk__in=[item.pk for item in coming]).update(state=ItemState.SKIPPED, reason=LEFT_OUT)
        record("abandon_upload", user=user, project=delivery.project, told={"delivery": delivery.pk}, changes=changes)
        books = {item.book_id for item in coming if item.book_id is not None}
        settle(list(Item.objects.filter(book__in=books, state=ItemState.HERE, document=None)))
        note_complete(delivery, user)
    return len(coming)


def count_states(delivery: Delivery) -> Mapping[str, int]:
    """How many of the files chosen are in which state; members of archives are not among them."""
    return Counter(delivery.items.filter(archive=None).values_list("state", flat=True))
