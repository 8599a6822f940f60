"""What whoever watches the server is told, and the lines for programs."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from review import health
from review.log_lines import JsonLines
from review.models import Document, Project, WorkerBeat

pytestmark = pytest.mark.django_db


def test_a_workbench_that_can_work_says_so_without_a_login(client: Client) -> None:
    response = client.get("/health")
    assert (response.status_code, response.json()) == (
        200,
        {"ok": True, "database": True, "worker": True, "disk": True},
    )


def test_work_that_nobody_does_is_a_fault_and_a_worker_that_lives_mends_it(client: Client, project: Project) -> None:
    Document.objects.create(project=project, sha256="0" * 64, path="a.pdf")
    response = client.get("/health")
    assert (response.status_code, response.json()["worker"]) == (503, False)
    WorkerBeat.objects.create(name="one", at=timezone.now())
    assert client.get("/health").status_code == 200


def test_a_full_disk_is_a_fault(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_ROOM", 10**18)
    response = client.get("/health")
    assert (response.status_code, response.json()["disk"]) == (503, False)


def test_a_database_that_does_not_answer_is_a_fault(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> bool:
        raise DatabaseError("gone")

    monkeypatch.setattr(health, "work_underway", gone)
    assert client.get("/health").json() == {"ok": False, "database": False, "worker": False, "disk": True}


def test_a_request_is_a_line_of_json_with_who_asked_for_what(
    auditor: Client, project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="review.log_lines"):
        auditor.get(f"/p/{project.pk}/queue?q=秘密")
    (line,) = (JsonLines().format(record) for record in caplog.records if record.name == "review.log_lines")
    told: dict[str, Any] = json.loads(line)
    assert (told["method"], told["path"], told["status"]) == ("GET", f"/p/{project.pk}/queue", 200)
    assert told["ms"] > 0 and told["user"] is not None and "秘密" not in line


def test_a_fault_is_one_line_with_its_trace() -> None:
    try:
        raise ValueError("第一行\n第二行")
    except ValueError as error:
        record = logging.makeLogRecord(
            {"name": "review", "msg": "job failed", "exc_info": (type(error), error, error.__traceback__), "job": 7}
        )
    line = JsonLines().format(record)
    assert "\n" not in line
    assert (json.loads(line)["job"], "第二行" in json.loads(line)["trace"]) == (7, True)
