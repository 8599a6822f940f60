"""The workbench under test: a fresh database, a folder of its own, the real house, and people of every role."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from domain.source import Document as Paper
from review.checking import check_project
from review.house import House, install_house
from review.models import Document, Finding, FormRow, Membership, Project, Role, State, User
from review.reading import read_document
from tests.review.bureau import System
from tests.review.documents import EXAMPLES, file_to_document

PASSWORD = "a-long-enough-pass-9"
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 64  # a password is meant to take long; here not


@pytest.fixture(scope="session")
def house() -> House:
    from fuhe.desks import house_to_workbench

    return house_to_workbench()


@pytest.fixture(autouse=True)
def workbench(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files go to a folder of the test; logging in is asked for."""
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(settings, "MANY_USERS", True)
    install_house(house)
    cache.clear()
    yield


@pytest.fixture(scope="session")
def readings(house: House, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """The folder of what was read of a file; each is read once for all tests, paper takes seconds."""
    folder = tmp_path_factory.mktemp("readings")
    known: set[Path] = set()

    def read(file: Path) -> Path:
        if file not in known:
            sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
            house.reading.read([file], Paper(path=file.name, sha256=sha256), folder, [file.name])
            known.add(file)
        return folder

    return read


@pytest.fixture
def read_example(project: Project, readings: Callable[[Path], Path], tmp_path: Path) -> Callable[[str], Document]:
    """An example, by the number before its name, as a document of the audit that was read."""

    def make(number: str) -> Document:
        (file,) = EXAMPLES.glob(f"{number}_*")
        shutil.copytree(readings(file), tmp_path / "readings", dirs_exist_ok=True)
        document = file_to_document(project, file)
        read_document(document)
        return document

    return make


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that ends, and a file that is closed, may close the connection of its thread: here it is the test's."""
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda connection: None)


@pytest.fixture
def project(db: Any) -> Project:
    return Project.objects.create(name="某县财政支出绩效自评复核")


@pytest.fixture
def read_project(project: Project) -> Project:
    """An audit of two text examples, read and checked."""
    for path in sorted(EXAMPLES.glob("0[12]*")):
        read_document(file_to_document(project, path))
    check_project(project)
    return project


@pytest.fixture
def member(project: Project) -> Callable[[Role | None], User]:
    """Somebody with a role in the audit; None is a stranger."""

    def make(role: Role | None) -> User:
        user = User.objects.create_user(username=f"{role or 'stranger'}", password=PASSWORD, full_name="测试人员")
        if role is not None:
            Membership.objects.create(project=project, user=user, role=role)
        return user

    return make


@pytest.fixture
def auditor(member: Callable[[Role | None], User], client: Client) -> Client:
    """A browser in which an auditor is logged in."""
    client.force_login(member(Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture(scope="session", autouse=True)
def log_may_be_flushed() -> Iterator[None]:
    """Tests with real transactions empty all tables afterwards: the log's guard is lifted for that, and only for it."""
    from django.db.backends.base.operations import BaseDatabaseOperations

    from review.append_only import guard, lift

    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_unguarded(self: BaseDatabaseOperations, sql_list: Any) -> None:
        lift(self.connection)
        flush(self, sql_list)
        guard(self.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_unguarded)
        yield


@pytest.fixture
def system(member: Callable[[Role | None], User]) -> System:
    return System(member(Role.AUDITOR))


@pytest.fixture
def audit(project: Project) -> str:
    return f"projects/{project.pk}"


@pytest.fixture
def listed(project: Project) -> list[Finding]:
    """Seven 疑点 that differ in what filters look at; the last is told by the first."""
    document = Document.objects.create(project=project, sha256="0" * 64, path="a.txt", state=State.READ)
    form = FormRow.objects.create(document=document, index=1, form_type="self_evaluation")
    found = [
        Finding(
            project=project, form=form, row=number, code=f"R{number % 2}", title="标题", group="金额", severity="high",
            verdict="fail", confidence=number / 10, place=number // 2, message="说明", unit=f"单位{number % 3}",
            year="2025", amount=Decimal(number * 1000), evidence=[{"form": 1, "field": "year", "places": []}],
        )
        for number in range(7)
    ]  # fmt: skip
    Finding.objects.bulk_create(found)
    found[6].covered_by = found[0]
    found[6].save()
    return found
