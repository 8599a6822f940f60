"""How long the list of 疑点 takes with 100,000 of them: ``python -m bench.queue_load [COUNT]``.

A million on PostgreSQL: ``python -m bench.postgres python -m bench.queue_load 1000000``.

A database is made in a folder that is thrown away (or FUHE_DATABASE is used), filled, and its pages are fetched as a
browser does, first and best of a few times; the parts of a page and a decision on very many are timed alone.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

COUNT = 100_000
TIMES = 3
DEEP = 0.9  # of the list: where a deep page is fetched
BULK = 5000
LIMIT = 0.5  # seconds, for each of ``LIMITED`` at its best
LIMITED = (
    "first page, usual view",
    "deep page",
    "one unit",
    "one finding",
    "  all facets",
    "  what is left out, counted",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One thing timed, in seconds: the first time, the best, and what the best of them took of the processor."""

    name: str
    first: float
    best: float
    processor: float


def clock(name: str, run: Callable[[], Any], *, times: int = TIMES) -> Timing:
    """A thing done some times over."""
    took, worked = [], []
    for _ in range(times):
        begun, begun_work = time.perf_counter(), time.process_time()
        run()
        took.append(time.perf_counter() - begun)
        worked.append(time.process_time() - begun_work)
    return Timing(name=name, first=took[0], best=min(took), processor=min(worked))


def measure(count: int) -> Iterator[Timing]:
    """A workbench filled and its pages timed; Django is set up."""
    from django.core.management import call_command
    from django.test import Client

    from bench.queue_rows import make_rows
    from review.models import Project
    from review.rights import local_user

    call_command("migrate", verbosity=0)
    project = Project.objects.create(name="某市财政支出绩效自评复核")
    yield clock(f"{count} rows made", lambda: make_rows(project, count), times=1)
    _settle()
    client = Client(headers={"host": "localhost"})
    client.force_login(local_user(), backend="django.contrib.auth.backends.ModelBackend")
    yield from _pages(client, project)
    yield from _parts(project)
    yield from _acts(client, project)


def _settle() -> None:
    """What autovacuum does of its own accord within minutes of so many rows: which pages everybody sees all of, so that
    an index alone answers, and statistics. SQLite has nothing of the kind, and the program does without.
    """
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


def _pages(client: Any, project: Any) -> Iterator[Timing]:
    url = f"/p/{project.pk}/queue"
    deep = project.findings.order_by("place", "pk")[int(DEEP * project.findings.count())]
    queries = {
        "first page, usual view": "",
        "deep page": f"after={deep.place}.{deep.pk}",
        "one unit": "unit=某县第3事务中心",
        "high, two years, one group": "severity=high&year=2023&year=2024&group=预算",
        "five facets and all states": "severity=high&severity=low&year=2024&amount=100&confidence=high&status=all",
        "words looked for": "q=服务对象第7项",
    }
    for name, query in queries.items():
        yield clock(name, partial(_get, client, f"{url}?{query}"))
    yield clock("deep page, counts remembered", lambda: client.get(f"{url}?after={deep.place}.{deep.pk}"))
    yield clock("one finding", lambda: _get(client, f"/p/{project.pk}/findings/{deep.pk}"))
    yield clock(
        "one finding, fetched ahead", lambda: _get(client, f"/p/{project.pk}/findings/{deep.pk}/part?year=2024")
    )


def _get(client: Any, url: str) -> None:
    """A page with nothing remembered."""
    from django.core.cache import cache

    cache.clear()
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)


def _parts(project: Any) -> Iterator[Timing]:
    from review.facets import count_facets, count_switches
    from review.filters import QueueFilter
    from review.queue import View, finding_to_neighbours, view_to_page
    from review.rights import local_user

    view = View(project=project, user=local_user(), wanted=QueueFilter())
    middle = view.findings()[1000]
    yield clock("  the page alone", lambda: view_to_page(view))
    yield clock("  all facets", lambda: count_facets(view))
    yield clock("  what is left out, counted", lambda: count_switches(view))
    yield clock("  place and neighbours of a finding", lambda: finding_to_neighbours(view, middle))


def _acts(client: Any, project: Any) -> Iterator[Timing]:
    finding = project.findings.filter(status="open").first()
    told = {"deed": "dismiss", "cause": "explained", "mark": "open@"}
    url = f"/p/{project.pk}"
    yield clock("one decision", lambda: client.post(f"{url}/findings/{finding.pk}/decide", told), times=1)
    from review.deciding import Deed, Ruling, decide_many
    from review.models import Finding
    from review.rights import local_user
    from review.undoing import undo

    some = Finding.objects.filter(pk__in=list(project.findings.values_list("pk", flat=True)[:BULK]))
    skip = Ruling(deed=Deed.SKIP)
    user = local_user()
    yield clock(f"{BULK} at once", lambda: decide_many(project, some, skip, user=user, expected=BULK, told={}), times=1)
    yield clock(f"{BULK} undone", lambda: undo(project, user), times=1)


def main() -> int:
    """Prints the times; 1 where one takes longer than it may."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FUHE_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "review.settings"
        import django

        django.setup()
        from fuhe.desks import house_to_workbench
        from review.house import install_house

        install_house(house_to_workbench())
        slow = False
        for timing in measure(count):
            first, best, work = (round(1000 * each) for each in (timing.first, timing.best, timing.processor))
            print(f"{timing.name:<36} first {first:6} ms  best {best:6} ms  processor {work:6} ms", flush=True)
            slow |= timing.name in LIMITED and timing.best > LIMIT
    return int(slow)


if __name__ == "__main__":
    raise SystemExit(main())
