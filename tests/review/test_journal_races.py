"""Many who do something for the first time at one moment: one log, without a gap. Needs a database that lets them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from review.journal import record, verify
from review.models import Chain, Project

AT_ONCE, ACTS = 8, 40


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("whose", ["an audit's", "the program's"])
def test_acts_at_one_moment_are_one_chain(whose: str) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("the tests' SQLite lives in memory and is one connection's: make test-postgres")
    project = Project.objects.create(name="某项目") if whose == "an audit's" else None

    def act(number: int) -> None:
        try:
            record("try", user=None, project=project, told={"number": number})
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(act, range(ACTS)))
    verdict = verify(Chain.objects.get(project=project))
    assert (verdict.length, verdict.broken) == (ACTS, None)
