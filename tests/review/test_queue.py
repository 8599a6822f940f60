"""The list of findings: what a query means, how many there are of each, pages, and what comes next to one."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from review.export_lines import Which
from review.facets import Facet, view_to_facets, view_to_switches
from review.filters import FACETS, FIXED, QueueFilter, query_to_filter
from review.models import LAST_PLACE, Event, Finding, Note, Project, Role, SavedFilter, Stage, Status, User
from review.queue import (
    View,
    finding_to_cursor,
    finding_to_neighbours,
    text_to_cursor,
    view_to_page,
)
from tests.review.rows import a_finding, a_form, make_rows


@pytest.fixture
def user(member: Callable[[Role | None], User]) -> User:
    return member(Role.REVIEWER)


def view_of(project: Project, user: User, query: str = "") -> View:
    return View(project=project, user=user, wanted=query_to_filter(QueryDict(query))[0])


def found(project: Project, user: User, query: str = "") -> set[int]:
    return {finding.pk for finding in view_of(project, user, query).findings()}


def facet_of(view: View, name: str) -> Facet:
    return next(facet for facet in view_to_facets(view).facets if facet.name == name)


words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=12)


@st.composite
def filters(draw: st.DrawFn) -> QueueFilter:
    chosen = {
        facet: tuple(
            draw(st.lists(st.sampled_from(sorted(FIXED[facet])) if facet in FIXED else words, unique=True, max_size=3))
        )
        for facet in FACETS
        if facet != "who"
    }
    chosen["who"] = tuple(draw(st.lists(st.sampled_from(["me", "none", "7"]), unique=True)))
    return QueueFilter(
        **{facet: tuple(value for value in values if value != "all") for facet, values in chosen.items()},
        verdict=draw(st.sampled_from(["fail", "cannot_check"])), folded=draw(st.sampled_from(["no", "only", "all"])),
        gone=draw(st.sampled_from(["no", "only"])), cause=draw(st.sampled_from(["", "abc"])),
        form=draw(st.sampled_from(["", "12"])), text=draw(st.one_of(st.just(""), words)).strip(),
    )  # fmt: skip


@given(filters())
def test_a_filter_comes_back_from_its_address(wanted: QueueFilter) -> None:
    assert query_to_filter(QueryDict(wanted.to_query())) == (wanted, ())


@given(st.text(max_size=80))
def test_no_address_breaks_the_filter(query: str) -> None:
    wanted, _ = query_to_filter(QueryDict(query.encode(errors="replace")))
    assert query_to_filter(QueryDict(wanted.to_query()))[0] == wanted


@pytest.mark.parametrize(
    ("query", "trouble"),
    [
        ("severity=deadly", "筛选「严重程度」没有“deadly”这一项，已忽略。"),
        ("status=open&status=gone", "筛选「处理状态」没有“gone”这一项，已忽略。"),
        ("who=1e9", "筛选「承办人」没有“1e9”这一项，已忽略。"),
    ],
)
def test_what_is_not_understood_is_told_and_left_aside(query: str, trouble: str) -> None:
    assert query_to_filter(QueryDict(query))[1] == (trouble,)
    assert query_to_filter(QueryDict("severity=deadly"))[0] == QueueFilter()


def test_the_usual_view_is_what_is_still_to_decide_in_the_order_of_the_list(project: Project, user: User) -> None:
    teller = a_finding(project, place=5)
    a_finding(project, verdict="cannot_check")
    a_finding(project, gone=True)
    a_finding(project, covered_by=teller)
    a_finding(project, status=Status.CONFIRMED)
    last = a_finding(project, place=1 + LAST_PLACE, status=Status.SKIPPED)
    first = a_finding(project, place=2)
    a_finding(Project.objects.create(name="另一项目"))
    assert list(view_of(project, user).findings()) == [first, teller, last]


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("unit=某县水务局", {"unit": "某县水务局"}),
        ("year=2021", {"year": "2021"}),
        ("project=水库除险", {"project_name": "水库除险"}),
        ("group=预算", {"group": "预算"}),
        ("rule=other_rule", {"code": "other_rule"}),
        ("severity=low&severity=info", {"severity": "low"}),
        ("status=dismissed", {"status": Status.DISMISSED}),
        ("status=all&cause=two", {"status": Status.CONFIRMED, "cause": "two"}),
        ("amount=10", {"amount": Decimal(100_000)}),
        ("amount=10", {"amount": Decimal("999999.99")}),
        ("amount=1000", {"amount": Decimal(99_000_000)}),
        ("amount=0", {"amount": Decimal("0.01")}),
        ("confidence=low", {"confidence": 0.69}),
        ("confidence=middle", {"confidence": 0.7}),
        ("stage=prepared", {"stage": Stage.PREPARED}),
        ("verdict=cannot_check", {"verdict": "cannot_check"}),
        ("gone=only", {"gone": True}),
        ("cause=two", {"cause": "two"}),
        ("q=渡槽 漏水", {"message": "渡槽修复后仍漏水，未说明原因。"}),
        ("q=渡槽", {"indicator": "渡槽修复率"}),
    ],
)
def test_each_condition_finds_what_it_names_and_nothing_else(
    project: Project, user: User, query: str, columns: dict[str, Any]
) -> None:
    a_finding(project)
    wanted = a_finding(project, **columns)
    assert found(project, user, query) == {wanted.pk}


def test_ones_own_and_what_is_nobodys(project: Project, user: User) -> None:
    mine, nobodys = a_finding(project, assignee=user), a_finding(project)
    assert found(project, user, "who=me") == found(project, user, f"who={user.pk}") == {mine.pk}
    assert found(project, user, "who=none") == {nobodys.pk}
    assert [(value.name, value.count) for value in facet_of(view_of(project, user), "who").values] == [
        ("我的", 1), ("未分派", 1),
    ]  # fmt: skip


def test_a_facet_counts_what_the_other_facets_leave(project: Project, user: User) -> None:
    for severity, year in (("high", "2023"), ("high", "2024"), ("low", "2024")):
        a_finding(project, severity=severity, year=year)
    view = view_of(project, user, "severity=high")
    assert [(each.value, each.count, each.is_chosen) for each in facet_of(view, "severity").values] == [
        ("high", 2, True), ("low", 1, False),
    ]  # fmt: skip
    assert [(each.value, each.count) for each in facet_of(view, "year").values] == [("2024", 1), ("2023", 1)]
    assert facet_of(view, "severity").values[0].query == ""
    assert facet_of(view, "severity").values[1].query == "severity=high&severity=low"


@pytest.mark.parametrize(
    "query", ["", "severity=high", "amount=none&confidence=low", "year=2024&status=all", "q=第3项"]
)
def test_every_facet_adds_up_to_what_is_found_and_each_value_leads_to_its_count(
    project: Project, user: User, query: str
) -> None:
    make_rows(project, 400)
    view = view_of(project, user, query)
    for facet in view_to_facets(view).facets:
        values = (*facet.values, *facet.more)
        without = view.with_filter(query_to_filter(QueryDict(facet.clear))[0])
        assert sum(value.count for value in values) == without.findings().count(), facet.name
        for value in values[:3]:
            alone = view.with_filter(view.wanted.with_facet(facet.name, (value.value,)))
            assert alone.findings().count() == value.count, (facet.name, value.value)


def test_what_is_left_out_is_counted_and_one_click_away(project: Project, user: User) -> None:
    a_finding(project, covered_by=a_finding(project))
    a_finding(project, verdict="cannot_check")
    a_finding(project, gone=True)
    told = view_to_switches(view_of(project, user))
    assert [(each.name, each.count) for each in told] == [("已归入他条", 1), ("未能核对", 1), ("不再出现", 1)]
    assert all(len(found(project, user, each.query)) == 1 for each in told)


def test_pages_follow_one_another_without_gap_and_back(project: Project, user: User) -> None:
    make_rows(project, 230)
    view = view_of(project, user)
    everything = list(view.findings().values_list("pk", flat=True))
    seen: list[int] = []
    page = view_to_page(view, size=20)
    pages = [page]
    while page.after:
        page = view_to_page(view, after=page.after, size=20)
        pages.append(page)
    for page in pages:
        assert page.first == len(seen) + 1
        seen += [finding.pk for finding in page.findings]
    assert seen == everything
    assert pages[0].before is None
    assert pages[-2].before is not None
    back = view_to_page(view, before=pages[-1].before, size=20)
    assert back.findings == pages[-2].findings


@pytest.mark.parametrize("text", ["", ".", "1", "1.x", "-1.2", "1.2.3", "9" * 20 + ".1"])
def test_no_cursor_is_none(text: str) -> None:
    assert text_to_cursor(text) is None


def test_a_finding_has_its_number_and_neighbours_in_the_view_it_was_opened_from(project: Project, user: User) -> None:
    first, decided, last = a_finding(project), a_finding(project, status=Status.CONFIRMED), a_finding(project)
    view = view_of(project, user)
    middle = finding_to_neighbours(view, decided)
    assert (middle.number, middle.total, middle.previous, middle.next) == (None, 2, first.pk, last.pk)
    end = finding_to_neighbours(view, last)
    assert (end.number, end.total, end.previous, end.next) == (2, 2, first.pk, None)
    assert text_to_cursor(str(finding_to_cursor(last))) == finding_to_cursor(last)


def test_the_list_page_shows_what_is_found_and_says_so_where_nothing_is(project: Project, auditor: Client) -> None:
    a_finding(project, message="<script>alert(1)</script>", unit="<img src=x onerror=alert(1)>")
    page = auditor.get(f"/p/{project.pk}/queue").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<img" not in page
    assert "没有符合这些条件的疑点" in auditor.get(f"/p/{project.pk}/queue?year=1999").content.decode()
    assert "已忽略" in auditor.get(f"/p/{project.pk}/queue?severity=x").content.decode()


@pytest.mark.parametrize(("query", "count"), [("", 2), ("status=confirmed", 1), ("q=第3项&status=all", 1)])
def test_what_the_list_shows_can_be_exported(project: Project, auditor: Client, query: str, count: int) -> None:
    for status in (Status.OPEN, Status.SKIPPED, Status.CONFIRMED):
        a_finding(project, status=status)
    page = auditor.get(f"/p/{project.pk}/queue?{query}").content.decode()
    link = re.search(r'href="(/p/\d+/exports\?[^"]+)">导出当前筛选', page)
    assert link is not None
    told = auditor.get(html.unescape(link[1])).context
    assert told["chosen"] == Which.QUERY
    assert [each[2] for each in told["whiches"] if each[0] == Which.QUERY] == [count]


def test_a_page_of_the_list_takes_few_queries(
    project: Project, auditor: Client, django_assert_max_num_queries: Any
) -> None:
    make_rows(project, 120)
    with django_assert_max_num_queries(22):
        auditor.get(f"/p/{project.pk}/queue?year=2024")


def test_a_finding_page_marks_it_seen_but_fetching_it_ahead_does_not(project: Project, auditor: Client) -> None:
    finding = a_finding(project)
    assert auditor.get(f"/p/{project.pk}/findings/{finding.pk}/part").status_code == 200
    assert Finding.objects.get(pk=finding.pk).seen_at is None
    page = auditor.get(f"/p/{project.pk}/findings/{finding.pk}").content.decode()
    assert Finding.objects.get(pk=finding.pk).seen_at is not None
    assert page.count(finding.message) == 1
    assert "第1项自评得分高于分值2分。</textarea>" in page


def test_a_finding_page_shows_what_belongs_to_it(project: Project, auditor: Client) -> None:
    form = a_form(project)
    finding = a_finding(project, form=form, title="本条")
    a_finding(project, form=form, title="一并说明的", covered_by=finding, ordinal=1)
    a_finding(project, form=form, title="同行的", code="other")
    a_finding(project, form=form, title="同表的", row=3, cause="x")
    a_finding(project, title="别处同因的")
    post(auditor, project, f"findings/{finding.pk}/decide", deed="skip", mark="open@")
    page = auditor.get(f"/p/{project.pk}/findings/{finding.pk}?status=all").content.decode()
    for words in ("由本条一并说明", "同一行", "同一张表", "同因待处理的另有 3 条", "暂缓", "cause=one"):
        assert words in page
    assert "别处同因的" not in page


@pytest.mark.parametrize("path", ["queue", "findings/{pk}", "findings/{pk}/part"])
def test_strangers_are_told_that_nothing_is_there(
    project: Project, client: Client, member: Callable[[Role | None], User], path: str
) -> None:
    client.force_login(member(None), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/p/{project.pk}/{path.format(pk=a_finding(project).pk)}").status_code == 404


def test_a_finding_of_another_audit_is_not_shown(project: Project, auditor: Client) -> None:
    elsewhere = a_finding(Project.objects.create(name="另一项目"))
    assert auditor.get(f"/p/{project.pk}/findings/{elsewhere.pk}").status_code == 404


def test_filters_are_saved_replaced_and_thrown_away(project: Project, auditor: Client) -> None:
    url = f"/p/{project.pk}/filters"
    auditor.post(f"{url}?year=2024", {"name": "今年"})
    auditor.post(f"{url}?year=2025&severity=high", {"name": "今年"})
    (saved,) = SavedFilter.objects.all()
    assert (saved.name, saved.query) == ("今年", "severity=high&year=2025")
    assert "今年" in auditor.get(f"/p/{project.pk}/queue").content.decode()
    auditor.post(f"{url}/{saved.pk}/delete")
    assert not SavedFilter.objects.exists()
    assert [event.act for event in Event.objects.order_by("number")] == ["save_filter", "save_filter", "delete_filter"]
    answer = auditor.post(url, {"name": "长" * 41}, follow=True).content.decode()
    assert "40字以内" in answer


def test_nobody_throws_away_the_filter_of_another(project: Project, auditor: Client, user: User) -> None:
    saved = SavedFilter.objects.create(project=project, user=user, name="x", query="")
    assert auditor.post(f"/p/{project.pk}/filters/{saved.pk}/delete").status_code == 404


def post(client: Client, project: Project, path: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(f"/p/{project.pk}/{path}", fields, headers={"accept": "application/json"})
    return answer.status_code, json.loads(answer.content)


def test_a_decision_by_key_is_answered_with_where_the_next_one_stands(project: Project, auditor: Client) -> None:
    first, second = a_finding(project), a_finding(project)
    told = {"deed": "dismiss", "cause": "misread", "mark": "open@", "next": second.pk}
    status, answer = post(auditor, project, f"findings/{first.pk}/decide", **told)
    assert (status, answer["number"], answer["total"], answer["status"]) == (200, 1, 1, "已排除")
    assert answer["message"] == "已排除（识读有误），按 u 撤销。"
    status, answer = post(auditor, project, f"findings/{first.pk}/decide", **told)
    assert status == 409
    assert "已将这一条改为“已排除（识读有误）”" in answer["message"]
    status, answer = post(auditor, project, f"findings/{first.pk}/decide", **{**told, "mark": answer.get("mark", "?")})
    assert status == 409


def test_a_decision_by_a_plain_form_goes_on_to_the_next_finding(project: Project, auditor: Client) -> None:
    first, second = a_finding(project), a_finding(project)
    told = {"deed": "confirm", "mark": "open@", "next": second.pk, "nature": "得分不实"}
    answer = auditor.post(f"/p/{project.pk}/findings/{first.pk}/decide?year=2024", told)
    assert answer["location"] == f"/p/{project.pk}/findings/{second.pk}?year=2024"
    assert Finding.objects.get(pk=first.pk).nature == "得分不实"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "没有这种处理"),
        ({"deed": "praise"}, "没有这种处理"),
        ({"deed": "dismiss"}, "须选原因"),
        ({"deed": "dismiss", "cause": "boredom"}, "没有这种排除原因"),
        ({"deed": "relabel", "labels": "x"}, "没有“x”这个类别"),
    ],
)
def test_nonsense_is_refused_in_chinese(project: Project, auditor: Client, fields: dict[str, str], words: str) -> None:
    finding = a_finding(project)
    status, answer = post(auditor, project, f"findings/{finding.pk}/decide", mark="open@", **fields)
    assert status == 409
    assert words in answer["message"]


def test_work_is_given_noted_undone_and_done_again(project: Project, auditor: Client) -> None:
    finding = a_finding(project)
    assert post(auditor, project, f"findings/{finding.pk}/assign", assignee="me")[1]["assignee"] == "测试人员"
    assert post(auditor, project, f"findings/{finding.pk}/note", text="待补证")[0] == 200
    assert post(auditor, project, "undo")[1]["message"] == "已撤销批注1条。"
    assert post(auditor, project, "undo")[1]["message"] == "已撤销分派1条。"
    assert post(auditor, project, "undo") == (409, {"message": "您在这个审计项目中没有可以撤销的处理。", "bad": True})
    assert post(auditor, project, "redo")[1]["message"] == "已重做分派1条。"
    assert Finding.objects.get(pk=finding.pk).assignee is not None
    assert Note.objects.get().withdrawn
    status, answer = post(auditor, project, f"findings/{finding.pk}/assign", assignee="999999")
    assert (status, answer["message"]) == (409, "没有这个人员，请刷新页面后再选。")


def test_all_that_match_are_previewed_and_then_decided_at_once(project: Project, auditor: Client) -> None:
    for year in ("2023", "2023", "2024"):
        a_finding(project, year=year)
    a_finding(project, year="2023", stage=Stage.PREPARED)
    preview = auditor.get(f"/p/{project.pk}/bulk/preview?year=2023").content.decode()
    assert "整批处理 2 条" in preview
    assert "另有 1 条已签认" in preview
    status, answer = post(auditor, project, "bulk?year=2023", deed="dismiss", cause="immaterial", expected=2)
    assert (status, answer["message"]) == (200, "已排除（不重要）2条，按 u 一次撤销。")
    assert Event.objects.get().told == {"filter": "year=2023"}
    status, answer = post(auditor, project, "bulk?year=2023", deed="skip", expected=2)
    assert status == 409
    assert "先前是2条，现在是0条" in answer["message"]
    assert post(auditor, project, "undo")[1]["changed"] == 2
    status, answer = post(auditor, project, "bulk?year=2023", deed="assign", assignee="me", expected=2)
    assert answer["message"] == "已将2条分派给测试人员，按 u 一次撤销。"
    assert post(auditor, project, "bulk", deed="skip", expected="many")[1]["message"] == "请先预览条数，再整批处理。"
