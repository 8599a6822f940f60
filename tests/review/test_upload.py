"""The pages on which an auditor sees what came in and how far it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from review.models import Delivery, Document, Item, ItemState, Project, Role, State, User
from review.pace import Pace, deliveries_to_accounts, finished_to_steps, seconds_to_text
from tests.review.deliveries import manifest, post, send

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return str(response.content.decode())


def finish(document: Document, state: State, *, reason: str = "", pages: int = 1, seconds: float = 6.0) -> None:
    now = datetime.now(UTC)
    Document.objects.filter(pk=document.pk).update(
        state=state, reason=reason, pages=pages, pages_done=pages, started_at=now - timedelta(seconds=seconds),
        created_at=now - timedelta(seconds=seconds), finished_at=now,
    )  # fmt: skip


def test_an_audit_without_files_says_how_to_begin(auditor: Client, project: Project) -> None:
    page = text_of(auditor, f"/p/{project.pk}/upload")
    assert "拖到这里" in page and "还没有上传" in page
    assert "去上传" in text_of(auditor, f"/p/{project.pk}/documents")
    assert "去上传" in text_of(auditor, f"/p/{project.pk}/forms")
    assert "去上传" in text_of(auditor, f"/p/{project.pk}/deliveries")


def test_every_file_chosen_is_in_a_state_that_is_shown(auditor: Client, project: Project) -> None:
    files = {"a.txt": b"a", "b.txt": b"a", "Thumbs.db": b"x", "空.txt": b"", "夹/c.txt": b"c"}
    answer = post(auditor, project, {"files": manifest(files)}).json()
    (account,) = deliveries_to_accounts(Delivery.objects.filter(pk=answer["delivery"]), Pace(project))
    assert account.chosen == 5 == sum(count for _, _, count in account.states)
    assert account.coming == 3 and not account.is_done
    page = text_of(auditor, f"/p/{project.pk}/upload/progress")
    assert "还缺 3 个文件" in page and "只补传缺少的" in page
    rows = text_of(auditor, f"/p/{project.pk}/deliveries/{answer['delivery']}?state=coming")
    assert "放弃未上传的 3 个" in rows and "夹/c.txt" in rows and "Thumbs.db" not in rows


def test_what_could_not_be_read_is_listed_with_the_reason(auditor: Client, project: Project) -> None:
    send(auditor, project, {"坏.txt": b"a", "好.txt": b"b"})
    bad, good = Document.objects.order_by("pk")
    finish(bad, State.UNREADABLE, reason="文件已损坏。请重新取得。")
    finish(good, State.READ)
    page = text_of(auditor, f"/p/{project.pk}/upload/progress")
    assert "文件已损坏。请重新取得。" in page and "未读入（1）" in page and "已全部处理" in page


def test_progress_tells_pages_and_the_time_left(auditor: Client, project: Project) -> None:
    delivery = send(auditor, project, {f"{n}.txt": str(n).encode() for n in range(4)})
    one, two, *_ = Document.objects.order_by("pk")
    account = deliveries_to_accounts([delivery], Pace(project))[0]
    assert (account.share, account.time_left) == (0, "剩余时间正在估算")
    finish(one, State.READ, pages=10, seconds=100)
    Document.objects.filter(pk=two.pk).update(state=State.READING, pages=30, pages_done=15)
    account = deliveries_to_accounts([delivery], Pace(project))[0]
    assert (account.pages_done, account.pages) == (25, 60)  # two that were not opened yet count as the one that was
    assert account.share == 42 and account.time_left == "约剩 6 分钟"  # 35 pages at ten seconds
    assert "25/约 60 页" in text_of(auditor, f"/p/{project.pk}/upload/progress")


def test_an_archive_that_waits_is_not_done(auditor: Client, project: Project) -> None:
    delivery = send(auditor, project, {"包.zip": b"PK-not-yet-opened"})
    (account,) = deliveries_to_accounts([delivery], Pace(project))
    assert account.unsorted == 1 and not account.is_done
    assert "等后台开包" in text_of(auditor, f"/p/{project.pk}/deliveries/{delivery.pk}/files")


@pytest.mark.parametrize("query", ["", "?state=unread", "?state=§", "?page=99", "?q=%25", "?q=x&state=read&page=-1"])
def test_every_view_of_a_delivery_answers(auditor: Client, project: Project, query: str) -> None:
    delivery = send(auditor, project, {"a.txt": b"a"})
    for url in (f"deliveries/{delivery.pk}", f"deliveries/{delivery.pk}/files", "deliveries"):
        assert text_of(auditor, f"/p/{project.pk}/{url}{query}").strip()


def test_a_delivery_of_another_audit_is_not_there(auditor: Client, project: Project) -> None:
    other = Delivery.objects.create(project=Project.objects.create(name="别的"))
    Item.objects.create(delivery=other, path="x", state=ItemState.COMING)
    for method, url in (("get", ""), ("get", "/files"), ("post", "/abandon")):
        assert getattr(auditor, method)(f"/p/{project.pk}/deliveries/{other.pk}{url}").status_code == 404
    assert Item.objects.get().state == ItemState.COMING


def test_whoever_is_no_member_sees_no_upload(
    client: Client, project: Project, member: Callable[[Role | None], User]
) -> None:
    assert client.get(f"/p/{project.pk}/upload").status_code == 302
    client.force_login(member(None), backend="django.contrib.auth.backends.ModelBackend")
    for url in ("upload", "upload/progress", "deliveries"):
        assert client.get(f"/p/{project.pk}/{url}").status_code == 404


def test_sending_needs_the_token_of_the_page(project: Project, member: Callable[[Role | None], User]) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member(Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
    assert post(browser, project, {"files": manifest({"a.txt": b"a"})}).status_code == 403
    browser.get(f"/p/{project.pk}/upload")
    answer = browser.post(
        f"/p/{project.pk}/deliveries/new", '{"files": [{"path": "a", "size": 1}]}', content_type="application/json",
        headers={"x-csrftoken": browser.cookies[settings.CSRF_COOKIE_NAME].value},
    )  # fmt: skip
    assert answer.status_code == 200


def test_time_when_nothing_was_to_do_does_not_count() -> None:
    def at(seconds: float) -> datetime:
        return NOON + timedelta(seconds=seconds)

    rows = [(at(0), at(1), at(10), 5), (at(0), at(10), at(14), 0), (at(5000), at(5000), at(5003), 1)]
    assert list(finished_to_steps(rows)) == [(10.0, 5), (4.0, 1), (3.0, 1)]


@given(st.floats(min_value=0, max_value=10**7))
def test_time_left_is_said_in_minutes(seconds: float) -> None:
    assert seconds_to_text(seconds).startswith("约剩")
