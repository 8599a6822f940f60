"""What no row names goes out of the store: a deletion was broken off, or content came in while its audit went.

Only a database that knows of a deletion sweeps, and only what came in before it or within a day after: an empty one put
in the place of the right one by mistake, or an older one, would otherwise empty the store.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from domain.source import Document as Paper
from review.blobs import BROKEN_OFF_SECONDS, blob_path, exports_folder, pictures_folder, readings_folder, store_root
from review.forms import forget_readings
from review.house import the_house
from review.models import Delivery, Document, Event, Item, PaperTemplate, Project

DELETED = "delete_project"  # the act in the log of the program
ASIDE = ".going"
LAST = -100  # priority: after all that somebody waits for
_HASH = re.compile(r"[0-9a-f]{64}")


@task(priority=LAST)
def sweep_one() -> None:
    """The sweep as a task: a large store takes longer than a worker may be silent."""
    sweep_store()


def ask_sweep() -> None:
    """A sweep a day, where there was ever anything deleted."""
    day = timezone.now() - timedelta(seconds=BROKEN_OFF_SECONDS)
    asked = DBTaskResult.objects.filter(task_path=sweep_one.module_path, enqueued_at__gte=day)
    if _swept_before() is not None and not asked.exists():
        sweep_one.enqueue()


def sweep_store() -> None:
    """Contents, readings, pictures and exports that no row names, but what is younger than a day: it may be named soon.

    What lies there is looked at before the rows are: whatever is named meanwhile is among them.
    """
    before = _swept_before()
    if before is None:
        return
    contents = {path for path in (store_root() / "files").glob("??/*") if _is_left(path, before)}
    named = set(used_hashes())
    for path in sorted(contents):
        whole = path.with_suffix("")
        if path.suffix == ASIDE:
            _settle_aside(path, whole, is_named=whole.name in named)
        elif whole.name not in named:
            remove_content(whole.name, before=before)
    places = [*readings_folder().rglob("*"), *pictures_folder().glob("??/*")]
    forget_all({path.stem for path in places if _is_left(path, before)})
    exports = [path for path in exports_folder().glob("*") if path.name.isdecimal() and _is_older(path, before)]
    numbers = {str(number) for number in Project.objects.values_list("pk", flat=True)}
    for path in exports:
        if path.name not in numbers:
            shutil.rmtree(path, ignore_errors=True)


def _settle_aside(path: Path, whole: Path, *, is_named: bool) -> None:
    """What a deletion had set aside when it was broken off goes, or back where somebody uses it."""
    with suppress(FileNotFoundError):  # another sweep was here
        if is_named and not whole.exists():
            path.replace(whole)
        else:
            path.unlink()


def _swept_before() -> float | None:
    """The time (since the epoch) before which what no row names is left over; None where nothing was ever deleted."""
    last = Event.objects.filter(chain__project=None, act=DELETED).order_by("-number").first()
    return None if last is None else min(time.time() - BROKEN_OFF_SECONDS, last.at.timestamp() + BROKEN_OFF_SECONDS)


def _is_left(path: Path, before: float) -> bool:
    return bool(_HASH.fullmatch(path.stem)) and _is_older(path, before)


def _is_older(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:
        return False


def used_hashes(project: Project | None = None) -> Iterator[str]:
    """The content that the audits use, or one of them."""
    own = {} if project is None else {"project": project}
    for sha256, parts in Document.objects.filter(**own).values_list("sha256", "parts").iterator():
        yield from (sha256, *parts)
    deliveries = Delivery.objects.filter(**own)
    yield from Item.objects.filter(delivery__in=deliveries).exclude(sha256="").values_list("sha256", flat=True)
    yield from PaperTemplate.objects.filter(**own).values_list("sha256", flat=True)


def remove_content(sha256: str, *, before: float | None = None) -> int | None:
    """The bytes that went with a content, where it was there, nobody uses it and it is old enough; None: nothing went.

    What arrives anew in this moment is put back: a file is only set aside until nobody was found to use it.
    """
    path, aside = blob_path(sha256), blob_path(sha256).with_suffix(ASIDE)
    try:
        path.replace(aside)
        told = aside.stat()
    except FileNotFoundError:
        return None
    if any(_arrived(sha256)) or (before is not None and told.st_mtime >= before):
        aside.replace(path)
        return None
    aside.unlink(missing_ok=True)
    return told.st_size


def _arrived(sha256: str) -> Iterator[str]:
    """The same content, where it came in again meanwhile."""
    yield from Item.objects.filter(sha256=sha256).values_list("sha256", flat=True)
    yield from Document.objects.filter(sha256=sha256).values_list("sha256", flat=True)
    yield from PaperTemplate.objects.filter(sha256=sha256).values_list("sha256", flat=True)


def forget_all(hashes: set[str]) -> None:
    """Readings and pictures of documents that no audit has any more."""
    for sha256 in sorted(hashes - set(Document.objects.values_list("sha256", flat=True))):
        the_house().reading.forget(Paper(path="", sha256=sha256), readings_folder())
        shutil.rmtree(pictures_folder() / sha256[:2] / sha256, ignore_errors=True)
    forget_readings()
