"""A small workbench as this release leaves it, as SQL.

``python -m bench.release_data > tests/review/releases/0.1.sql``

Made once for each release and never again: later versions have to open it (tests/review/test_upgrade.py).
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from bench.workbench_browser import run_script

FILL = """
from pathlib import Path
from fuhe.serve import Place, migrate, open_workbench
open_workbench(Place())
migrate()
from review.blobs import keep_blob
from review.checking import check_project
from review.deciding import Deed, Ruling, comment, decide, finding_to_mark
from review.journal import record
from review.models import Document, Finding, Membership, Project, Role, User
from review.reading import read_document
from review.undoing import redo, undo
user = User.objects.create_user(username="chen", full_name="陈某", password="a-long-enough-pass-9")
project = Project.objects.create(name="某县绩效自评复核")
record("create_project", user=user, project=project)
Membership.objects.create(project=project, user=user, role=Role.ADMINISTRATOR)
(file,) = Path("examples").glob("01_*")
sha256, _ = keep_blob([file.read_bytes()])
read_document(Document.objects.create(project=project, sha256=sha256, path=file.name, parts=[sha256]))
check_project(project)
first, second, third = Finding.objects.order_by("place")[:3]
decide(project, first.pk, Ruling(deed=Deed.CONFIRM), user=user, mark=finding_to_mark(first))
decide(project, second.pk, Ruling(deed=Deed.SKIP), user=user, mark=finding_to_mark(second))
undo(project, user)
redo(project, user)
comment(project, third.pk, "请单位补充资料。", user=user)
"""


def main() -> int:
    """The SQL on standard output."""
    with tempfile.TemporaryDirectory() as folder:
        run_script(Path(folder), FILL)
        with closing(sqlite3.connect(Path(folder) / "fuhe.sqlite3")) as database:
            sys.stdout.writelines(f"{line}\n" for line in database.iterdump())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
