"""Samples of what nobody has looked at: drawn so that anybody can draw them again, and judged only when whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from audit.sampling import BadSample, Kind
from review.models import Event, Finding, Project, Role, Sample, SamplePlace, Status, User
from review.sampling import (
    Basis,
    Method,
    Order,
    StopAdvice,
    draw_sample,
    look_at,
    places_of,
    project_to_advice,
    project_to_left,
    sample_to_drawn,
    sample_to_estimate,
    sample_to_sentence,
)
from tests.review.paperwork import decide, make_finding, make_form

People = Callable[[Role | None], User]
ROWS = Order(kind=Kind.ROW, method=Method.UNIT, basis=Basis.DECIDED, size=6, seed=7)


@pytest.fixture
def user(member: People) -> User:
    return member(Role.AUDITOR)


@pytest.fixture
def places(project: Project, user: User) -> Project:
    """Two units with three forms of four rows; one finding decided, with another folded into it, and one open."""
    forms = [make_form(project, unit=unit) for unit in ("甲局", "甲局", "乙局")]
    told = decide(make_finding(forms[0], row=1), Status.CONFIRMED, user)
    make_finding(forms[0], row=2, covered_by=told)
    make_finding(forms[1], row=0, title="别的问题")
    return project


def test_the_population_is_what_the_decided_findings_do_not_speak_of(places: Project) -> None:
    left = project_to_left(places, ROWS)
    assert left.population.line == 1
    assert len(left.population.places) == 12 - 2
    assert {place.stratum for place in left.population.places} == {"甲局", "乙局"}


def test_the_first_lines_of_the_list_may_be_left_out_instead(places: Project) -> None:
    order = Order(kind=Kind.FORM, method=Method.RULE, basis=Basis.LINES, line=2, size=1)
    left = project_to_left(places, order)
    assert [(place.source, place.stratum) for place in left.population.places] == [("表3.txt", "未列疑点")]
    assert "清单前2条" in left.spoken


def test_the_same_seed_draws_the_same_sample(places: Project, user: User) -> None:
    first, second = (draw_sample(places, ROWS, user=user) for _ in range(2))
    assert [(each.form_id, each.row) for each in places_of(first)] == [
        (each.form_id, each.row) for each in places_of(second)
    ]
    assert first.record["population_sha256"] == second.record["population_sha256"]


def test_without_a_seed_one_is_drawn_and_kept(places: Project, user: User) -> None:
    order = Order(kind=Kind.ROW, method=Method.SIMPLE, basis=Basis.DECIDED, size=3)
    sample = draw_sample(places, order, user=user)
    again = Order(kind=Kind.ROW, method=Method.SIMPLE, basis=Basis.DECIDED, size=3, seed=sample.record["seed"])
    drawn = [(each.form_id, each.row) for each in places_of(draw_sample(places, again, user=user))]
    assert drawn == [(each.form_id, each.row) for each in places_of(sample)]
    assert not sample.record["seed_given"] and len(sample.record["strata"]) == 1


@pytest.mark.parametrize("size", [11, 2001])
def test_more_than_there_is_cannot_be_drawn(places: Project, user: User, size: int) -> None:
    order = Order(kind=Kind.ROW, method=Method.UNIT, basis=Basis.DECIDED, size=size)
    with pytest.raises(BadSample, match="样本量"):
        draw_sample(places, order, user=user)
    assert not Sample.objects.exists()


def test_nothing_is_inferred_before_every_place_was_looked_at(places: Project, user: User) -> None:
    sample = draw_sample(places, ROWS, user=user)
    drawn = list(places_of(sample))
    for place in drawn[:-1]:
        look_at(place, user=user, has_issue=False, note="")
    with pytest.raises(BadSample, match="还有 1 个没有结论"):
        sample_to_estimate(sample)
    look_at(drawn[-1], user=user, has_issue=True, note="得分无依据")
    judged = sample_to_estimate(sample)
    assert judged.found == 1 and judged.low <= judged.remaining <= judged.high
    sentence = sample_to_sentence(sample, judged)
    told_of = (
        "按单位分2层",
        "已作结论的1条疑点未涉及的指标行，共10个",
        "样本量：6个",
        "种子：7",
        "1个有问题",
        "审计人员给定",
    )
    for told in told_of:
        assert told in sentence
    change = Event.objects.filter(act="look_at_place").latest("pk").changes[0]
    assert (change["before"], change["after"]) == (
        {"has_issue": None, "note": ""}, {"has_issue": True, "note": "得分无依据"},
    )  # fmt: skip


@effort(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(size=st.integers(1, 10), seed=st.integers(0, 2**31 - 1), method=st.sampled_from(Method))
def test_a_stored_sample_is_the_one_that_was_drawn(
    places: Project, user: User, size: int, seed: int, method: Method
) -> None:
    order = Order(kind=Kind.ROW, method=method, basis=Basis.DECIDED, size=size, seed=seed)
    sample = draw_sample(places, order, user=user)
    drawn = sample_to_drawn(sample, places_of(sample))
    assert drawn.population == 10 and len(drawn.places) == size
    assert len({place.key for place in drawn.places}) == size
    SamplePlace.objects.filter(sample=sample).update(has_issue=True)
    assert round(sample_to_estimate(sample).remaining) == 10


def test_many_dismissals_in_a_row_advise_to_stop(project: Project, user: User) -> None:
    form = make_form(project)
    made = [decide(make_finding(form, row=row), Status.CONFIRMED, user) for row in range(2)]
    made += [decide(make_finding(form, row=row), Status.DISMISSED, user, dismissal="wrong") for row in range(50)]
    make_finding(form, row=60)
    advice = project_to_advice(project)
    assert (advice.decided, advice.left, advice.dismissed_in_a_row) == (52, 1, 50)
    assert advice.may_stop and advice.bound == pytest.approx(1 - 0.05 ** (1 / 50))
    decide(Finding.objects.get(row=60), Status.CONFIRMED, user)
    assert project_to_advice(project) == StopAdvice(decided=53, left=0, dismissed_in_a_row=0, bound=1.0)


# The pages


def test_a_sample_is_drawn_looked_at_and_told(places: Project, client: Client) -> None:
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    asked = {"basis": "decided", "kind": "指标行", "method": "unit", "size": "3", "seed": "5"}
    page = client.post(reverse("draw_sample", args=[places.pk]), asked, follow=True)
    assert "还没有" not in page.content.decode() and "看完全部样本才能推断" in page.content.decode()
    sample = Sample.objects.get()
    for place in sample.places.all():
        url = reverse("look_at_place", args=[places.pk, sample.pk, place.pk])
        assert "请写明" in client.post(url, {"verdict": "issue", "note": ""}, follow=True).content.decode()
        client.post(url, {"verdict": "clean", "note": ""})
    page = client.get(reverse("sample", args=[places.pk, sample.pk]))
    assert "不等于其余没有问题" in page.content.decode()
    assert "已核看完" in client.get(reverse("samples", args=[places.pk])).content.decode()


def test_a_place_leads_to_its_row_on_the_page_of_the_form(read_project: Project, auditor: Client) -> None:
    decide(Finding.objects.filter(verdict="fail")[0], Status.CONFIRMED, User.objects.get())
    sample = draw_sample(read_project, ROWS, user=User.objects.get())
    for line in auditor.get(reverse("sample", args=[read_project.pk, sample.pk])).context["places"]:
        url, row = line["url"].split("#")
        assert row == f"row-{line['row'] - 1}"
        page = auditor.get(url).content.decode()
        assert f'<tr id="{row}"' in page


@pytest.mark.parametrize(
    ("change", "told"),
    [({"size": "0"}, "1"), ({"size": "99"}, "不能抽 99 个"), ({"kind": "?"}, "?"), ({"seed": "x"}, "整数")],
)
def test_what_cannot_be_drawn_is_said(places: Project, client: Client, change: dict[str, str], told: str) -> None:
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    asked = {"basis": "decided", "kind": "指标行", "method": "unit", "size": "3", "seed": ""}
    answer = client.post(reverse("draw_sample", args=[places.pk]), asked | change)
    assert answer.status_code == 400 and told in answer.content.decode()
    assert not Sample.objects.exists()


def test_the_sample_of_another_audit_is_not_there(places: Project, client: Client, user: User) -> None:
    sample = draw_sample(places, ROWS, user=user)
    stranger = User.objects.create(username="stranger")
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("sample", args=[places.pk, sample.pk])).status_code == 404
