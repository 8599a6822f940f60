"""The workbench under test: a fresh database, a folder of its own, the real house, and people of every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from review.house import House, install_house
from review.models import Document, Finding, FormRow, Membership, Project, Role, State, User
from tests.review.bureau import System

PASSWORD = "a-long-enough-pass-9"
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 64  # a password is meant to take long; here not
EXAMPLES = Path(__file__).parents[2] / "examples"


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
    yield


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that ends, and a file that is closed, may close the connection of its thread: here it is the test's."""
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda connection: None)


@pytest.fixture
def project(db: Any) -> Project:
    return Project.objects.create(name="某县财政支出绩效自评复核")


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
