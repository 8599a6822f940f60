"""What no row names goes out of the store, and nothing else: not what is young, not where nothing was ever deleted."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult

from review import closing
from review.blobs import BROKEN_OFF_SECONDS, blob_path, exports_folder, keep_blob, pictures_folder, store_root
from review.closing import close_project
from review.journal import record
from review.models import Document, Project
from review.reading import read_document
from review.sweeping import ASIDE, DELETED, ask_sweep, sweep_store
from tests.review.documents import EXAMPLES, file_to_document

pytestmark = pytest.mark.django_db


def grow_old() -> None:
    """Everything in the store came in more than a day ago."""
    at = time.time() - BROKEN_OFF_SECONDS - 60
    for path in sorted(store_root().rglob("*"), reverse=True):
        os.utime(path, (at, at))


def left() -> list[Path]:
    return sorted(path for path in store_root().rglob("*") if path.is_file() and path.suffix != ".sqlite3")


def test_what_a_deletion_that_was_broken_off_left_goes_later(
    read_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Project.objects.create(name="邻县绩效自评复核")
    (file,) = EXAMPLES.glob("02_*")
    shared = file_to_document(other, file)
    read_document(shared)
    alone = read_project.documents.exclude(sha256=shared.sha256).get()
    export = exports_folder() / str(read_project.pk) / "1.xlsx"
    picture = pictures_folder() / alone.sha256[:2] / alone.sha256 / "0-p0001.jpg"
    for path in (export, picture):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x")

    def stop(*arguments: object) -> None:
        blob_path(alone.sha256).replace(blob_path(alone.sha256).with_suffix(ASIDE))
        raise KeyboardInterrupt

    monkeypatch.setattr(closing, "_forget_files", stop)
    with pytest.raises(KeyboardInterrupt):
        close_project(read_project, head="")
    before = left()
    sweep_store()
    assert left() == before  # too young
    grow_old()
    sweep_store()
    kept = left()
    assert blob_path(shared.sha256) in kept and len(kept) == 2
    assert all(shared.sha256 in path.name for path in kept)


def test_content_that_lost_its_audit_while_it_came_in_goes_when_it_is_a_day_old(project: Project) -> None:
    record(DELETED, user=None)
    old, _ = keep_blob([b"old"])
    grow_old()
    young, _ = keep_blob([b"young"])
    sweep_store()
    assert left() == [blob_path(young)] != [blob_path(old)]


def test_what_was_set_aside_comes_back_where_somebody_uses_it(project: Project) -> None:
    record(DELETED, user=None)
    sha256, _ = keep_blob([b"x"])
    Document.objects.create(project=project, sha256=sha256, path="x", parts=[sha256])
    blob_path(sha256).replace(blob_path(sha256).with_suffix(ASIDE))
    grow_old()
    sweep_store()
    assert left() == [blob_path(sha256)]


def test_a_database_in_which_nothing_was_deleted_sweeps_nothing(project: Project) -> None:
    sha256, _ = keep_blob([b"x"])
    grow_old()
    sweep_store()
    ask_sweep()
    assert left() == [blob_path(sha256)] and not DBTaskResult.objects.exists()


def test_a_sweep_is_asked_for_once_a_day(project: Project) -> None:
    record(DELETED, user=None)
    for _ in range(2):
        ask_sweep()
    assert DBTaskResult.objects.count() == 1
