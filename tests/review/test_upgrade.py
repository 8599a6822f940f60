"""What an earlier release left is opened by this one: its tables brought up to date, its list, its decisions, its logs.

A release's migrations are never changed afterwards: a later change of the tables is a migration of its own.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from bench.workbench_browser import ROOT, data_to_environment

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.sql"))
LOOK = """
from fuhe.serve import Place, migrate, open_workbench
open_workbench(Place())
migrate()
from django.conf import settings
settings.MANY_USERS = True
from django.test import Client
from review.journal import verify
from review.models import Chain, Finding, Project, Status, User
project = Project.objects.get()
client = Client()
client.force_login(User.objects.get(username="chen"), backend="django.contrib.auth.backends.ModelBackend")
for page in ("queue", f"findings/{Finding.objects.order_by('place').first().pk}", "log", "documents", "learning/"):
    assert client.get(f"/p/{project.pk}/{page}", headers={"host": "localhost"}).status_code == 200, page
assert Finding.objects.filter(folded=True).count() == Finding.objects.exclude(covered_by=None).count()
assert not Finding.objects.filter(amount=None).exclude(band="none").exists()
assert all(verify(chain).broken is None for chain in Chain.objects.all())
print(Finding.objects.filter(status=Status.CONFIRMED).count(), Finding.objects.filter(status=Status.SKIPPED).count())
"""


def test_the_tables_are_as_the_migrations_make_them(db: None) -> None:
    said = StringIO()
    call_command("makemigrations", "review", dry_run=True, stdout=said)
    assert said.getvalue().startswith("No changes detected")


@pytest.mark.parametrize("release", RELEASES, ids=[path.stem for path in RELEASES])
def test_a_workbench_of_an_earlier_release_goes_on(release: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "fuhe.sqlite3")) as database:
        database.executescript(release.read_text(encoding="utf-8"))
    ended = subprocess.run(
        [sys.executable, "-c", LOOK],
        env=data_to_environment(tmp_path),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout.split()) == (0, ["1", "1"]), ended.stderr
