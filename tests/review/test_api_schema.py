"""Requests made up from the description of the API, good and bad: no fault of ours, and every answer as described."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from review.api import describe
from review.models import Delivery, Finding, Job, JobKind, Project
from review.wsgi import application
from tests.review.bureau import System

schemathesis = pytest.importorskip("schemathesis")
from schemathesis.specs.openapi import checks as described  # noqa: E402 (only where it is installed)

pytestmark = pytest.mark.slow
EXAMPLES_EACH = 20  # requests an operation: what more of them find, they find in the first run on a changed operation
CHECKS = (
    described.status_code_conformance,
    described.content_type_conformance,
    described.response_schema_conformance,
)
SCHEMA = schemathesis.openapi.from_dict(describe())
SCHEMA.app = application
OPERATIONS = {found.ok().definition.raw["operationId"]: found.ok() for found in SCHEMA.get_all_operations()}
GOOD_AND_BAD = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)


@pytest.fixture
def rows(project: Project, listed: list[Finding]) -> Mapping[str, int]:
    """What there is behind the numbers in paths."""
    form = listed[0].form
    return {
        "project_id": project.pk,
        "delivery_id": Delivery.objects.create(project=project).pk,
        "job_id": Job.objects.create(project=project, kind=JobKind.EXPORT).pk,
        "finding_id": listed[0].pk,
        "form_id": form.pk,
        "document_id": form.document_id,
    }


@pytest.mark.parametrize("name", OPERATIONS)
@settings(
    max_examples=EXAMPLES_EACH,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),  # a whole request takes long, and the database stays for all of them
    derandomize=True,
)
@given(data=st.data())
def test_every_answer_is_as_described(system: System, rows: Mapping[str, int], name: str, data: Any) -> None:
    mode = data.draw(st.sampled_from(GOOD_AND_BAD))
    case = data.draw(OPERATIONS[name].as_strategy(generation_mode=mode))
    there = data.draw(st.booleans())
    path = {key: rows[key] if there or key == "project_id" else value for key, value in case.path_parameters.items()}
    case.path_parameters = path
    response = case.call(headers={"Authorization": f"Bearer {system.key}", "Host": "localhost"})
    assert response.status_code < 500
    case.validate_response(response, checks=CHECKS)
