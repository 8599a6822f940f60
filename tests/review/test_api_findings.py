"""The API as a bureau's own system uses it: with a key, from the queue to the decision."""

from __future__ import annotations

from typing import Any

import pytest

from review.journal import verify
from review.models import (
    LAST_PLACE,
    Chain,
    Event,
    Finding,
    Membership,
    Project,
    Role,
    Stage,
)
from tests.review.bureau import System


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 500])
def test_pages_of_the_queue_joined_are_the_queue(system: System, audit: str, listed: list[Finding], limit: int) -> None:
    met, after = [], ""
    while after is not None:
        page = system.get(f"{audit}/findings", after=after, limit=limit, told_by_others=True)
        assert len(page["items"]) <= limit
        assert page["total"] == len(listed)
        met += [each["id"] for each in page["items"]]
        after = page["next"]
    assert met == list(Finding.objects.order_by("place", "pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"told_by_others": True}, [0, 1, 2, 3, 4, 6]),
        ({"unit": ["单位0"]}, [0, 3]),
        ({"unit": ["单位0", "单位1"]}, [0, 1, 3, 4]),
        ({"code": ["R1"], "unit": ["单位0"]}, [3]),
        ({"year": ["2024"]}, []),
        ({"least_amount": "2000", "most_amount": "4000"}, [2, 3, 4]),
        ({"least_confidence": 0.35}, [4]),
        ({"most_confidence": 0.15}, [0, 1]),
        ({"status": ["dismissed"]}, [1]),
        ({"stage": ["prepared"]}, [2]),
        ({"mine": True}, [3]),
        ({"stage": [""]}, [0, 1, 3, 4]),
        ({"verdict": "cannot_check"}, [5]),
        ({"q": "单位1"}, [1, 4]),
    ],
)
def test_the_queue_is_filtered(
    system: System, audit: str, listed: list[Finding], query: dict[str, Any], rows: list[int]
) -> None:
    Finding.objects.filter(pk=listed[1].pk).update(status="dismissed")
    Finding.objects.filter(pk=listed[2].pk).update(stage=Stage.PREPARED)
    Finding.objects.filter(pk=listed[3].pk).update(assignee=system.user)
    Finding.objects.filter(pk=listed[5].pk).update(verdict="cannot_check")
    assert sorted(each["row"] for each in system.get(f"{audit}/findings", **query)["items"]) == rows


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({"limit": 0}, "query.limit"),
        ({"limit": 501}, "query.limit"),
        ({"after": "1;2"}, "query.after"),
        ({"status": "gone"}, "query.status.0"),
        ({"least_amount": "much"}, "query.least_amount"),
        ({"least_confidence": 2}, "query.least_confidence"),
        ({"form": 2**63}, "query.form"),
        ({"verdict": "pass"}, "query.verdict"),
    ],
)
def test_a_filter_that_cannot_be_says_where(system: System, audit: str, query: dict[str, Any], where: str) -> None:
    response = system.ask("GET", f"{audit}/findings", **query)
    assert response.status_code == 422
    (fault,) = response.json()["faults"]
    assert fault["where"] == where
    assert not fault["told"].isascii()


def test_a_finding_is_given_with_its_evidence(system: System, audit: str, listed: list[Finding]) -> None:
    told = system.get(f"{audit}/findings/{listed[0].pk}")
    assert told["evidence"] == listed[0].evidence
    assert (told["decided_by"], told["gone"]) == (None, False)


@pytest.mark.parametrize(
    ("asked", "after"),
    [
        ({"act": "confirm", "nature": "违反了……"}, ("confirmed", "", "违反了……", 1)),
        ({"act": "dismiss", "cause": "misread"}, ("dismissed", "misread", "", 1)),
        ({"act": "skip"}, ("skipped", "", "", LAST_PLACE + 1)),
        ({"act": "relabel", "labels": ["vague"], "mark": "open@"}, ("relabelled", "", "", 1)),
    ],
)
def test_a_decision_is_stored_and_logged(
    system: System, audit: str, listed: list[Finding], asked: dict[str, Any], after: tuple[object, ...]
) -> None:
    finding = listed[2]
    told = system.ask("POST", f"{audit}/findings/{finding.pk}/decision", asked).json()
    assert (told["status"], told["dismissal"], told["nature"], told["place"]) == after
    assert told["decided_by"] == "auditor"
    assert told["relabel"] == asked.get("labels", [])
    event = Event.objects.get(act=asked["act"])
    assert event.changes[0]["before"]["status"] == "open"
    assert event.changes[0]["after"]["status"] == after[0]
    assert verify(Chain.objects.get(project=finding.project)).broken is None


def test_what_somebody_else_decided_meanwhile_is_not_overwritten(
    system: System, audit: str, listed: list[Finding]
) -> None:
    path = f"{audit}/findings/{listed[0].pk}"
    seen = system.get(path)["mark"]
    assert system.ask("POST", f"{path}/decision", {"act": "confirm"}).status_code == 200
    refused = system.ask("POST", f"{path}/decision", {"act": "skip", "mark": seen})
    assert refused.status_code == 409
    assert "已将这一条改为“已确认”" in refused.json()["message"]
    again = system.ask("POST", f"{path}/decision", {"act": "reopen", "mark": system.get(path)["mark"]}).json()
    assert (again["status"], again["decided_by"]) == ("open", None)


def test_what_was_skipped_twice_and_then_confirmed_is_back_in_its_place(
    system: System, audit: str, listed: list[Finding]
) -> None:
    for act in ("skip", "skip", "confirm"):
        told = system.ask("POST", f"{audit}/findings/{listed[2].pk}/decision", {"act": act}).json()
    assert told["place"] == 1


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"act": "dismiss"}, 409),
        ({"act": "confirm", "cause": "misread"}, 409),
        ({"act": "skip", "nature": "违反了……"}, 409),
        ({"act": "relabel"}, 409),
        ({"act": "relabel", "labels": ["nonsense"]}, 409),
        ({"act": "confirm", "labels": ["vague"]}, 409),
        ({"act": "confirm", "mark": "confirmed@2025-01-01"}, 409),
        ({"act": "assign"}, 422),
        ({"act": "dismiss", "cause": "laziness"}, 422),
        ({"act": "confirm", "nature": "x\0y"}, 422),
        ({}, 422),
        ([], 422),
    ],
)
def test_a_decision_that_makes_no_sense_changes_nothing(
    system: System, audit: str, listed: list[Finding], asked: Any, status: int
) -> None:
    response = system.ask("POST", f"{audit}/findings/{listed[0].pk}/decision", asked)
    assert response.status_code == status
    assert not response.json()["message"].isascii()
    assert Finding.objects.get(pk=listed[0].pk).status == "open"
    assert not Event.objects.exists()


def test_a_signed_finding_stays_as_it_is(system: System, audit: str, listed: list[Finding]) -> None:
    Finding.objects.filter(pk=listed[0].pk).update(stage=Stage.PREPARED)
    response = system.ask("POST", f"{audit}/findings/{listed[0].pk}/decision", {"act": "skip"})
    assert response.status_code == 409
    assert "已签认" in response.json()["message"]


def test_findings_of_another_audit_are_out_of_reach(system: System, listed: list[Finding]) -> None:
    other = Project.objects.create(name="别的项目")
    Membership.objects.create(project=other, user=system.user, role=Role.AUDITOR)
    for path in (f"findings/{listed[0].pk}", f"documents/{listed[0].form.document_id}", f"forms/{listed[0].form_id}"):
        assert system.ask("GET", f"projects/{other.pk}/{path}").status_code == 404
