"""The log: nothing is changed or removed, whoever tries; it reads as Chinese, and can be verified anywhere."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from fuhe.cli import app
from fuhe.log_check import check_database, check_file
from review.append_only import REFUSAL, guard, lift
from review.inert import inert
from review.journal import record, record_to_digest, verify
from review.logbook import ACTS, chain_to_csv, chain_to_lines, change_to_words, field_to_words
from review.models import Chain, Event, Project, Role, User

People = Callable[[Role | None], User]


@pytest.fixture
def written(project: Project, member: People) -> Chain:
    user = member(Role.AUDITOR)
    change = {"kind": "finding", "id": 7, "before": {"status": "open"}, "after": {"status": "confirmed"}}
    first = record("confirm", user=user, project=project, changes=[change])
    record("undo", user=user, project=project, undoes=first)
    record("note", user=user, project=project, told={"text": "=HYPERLINK(1)"})
    return Chain.objects.get(project=project)


@pytest.mark.parametrize(
    "spoil", [lambda: Event.objects.update(who="别人"), lambda: Event.objects.filter(number=3).delete()]
)
def test_the_database_refuses_to_change_or_remove_an_event(written: Chain, spoil: Callable[[], Any]) -> None:
    with pytest.raises(DatabaseError, match=REFUSAL), transaction.atomic():
        spoil()
    assert verify(written).broken is None


def test_an_audit_with_a_log_cannot_be_deleted_unseen(written: Chain) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(chain=written).delete()
    assert Event.objects.count() == 3


def test_what_was_changed_with_the_guard_lifted_is_found(written: Chain, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_database() == 0
    assert f"完整，共 3 条，链头 {written.head}" in capsys.readouterr().out
    lift(connection)
    Event.objects.filter(number=2).update(who="别人")
    guard(connection)
    assert check_database() == 3
    assert "第 2 条与其校验值不符" in capsys.readouterr().out


def test_a_log_whose_end_was_cut_off_is_found(written: Chain, capsys: pytest.CaptureFixture[str]) -> None:
    lift(connection)
    Event.objects.filter(number=3).delete()
    guard(connection)
    assert check_database() == 3
    assert "应有 3 条，实有 2 条" in capsys.readouterr().out


def test_an_exported_log_is_verified_with_its_head(
    written: Chain, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(chain_to_lines(written)), encoding="utf-8")
    assert check_file(path, head=written.head[:12]) == 0
    assert "在日志中" in capsys.readouterr().out
    assert check_file(path, head="0" * 12) == 3
    assert "不在日志中" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda lines: [lines[0], lines[1].replace("undo", "note"), lines[2]], "第 2 条与其校验值不符"),
        (lambda lines: [lines[0], lines[2]], "第 2 条缺失"),
        (lambda lines: [lines[0], "{}", lines[2]], "第 2 行不是日志记录"),
        (lambda lines: [lines[0], lines[1], lines[2][:-9]], "第 3 行不是日志记录"),
    ],
)
def test_an_exported_log_that_was_altered_names_the_first_bad_event(
    written: Chain,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[list[str]], list[str]],
    told: str,
) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join(spoil("".join(chain_to_lines(written)).splitlines())), encoding="utf-8")
    assert check_file(path) == 3
    assert told in capsys.readouterr().out


def test_a_line_whose_hash_was_made_again_breaks_the_chain_behind_it(written: Chain, tmp_path: Path) -> None:
    events = [json.loads(line) for line in chain_to_lines(written)]
    events[0]["who"] = "别人"
    own = {key: value for key, value in events[0].items() if key != "digest"}
    events[0]["digest"] = record_to_digest(own)
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in events), encoding="utf-8")
    assert check_file(path) == 3


def test_csv_holds_every_event_and_no_formula(written: Chain) -> None:
    rows = list(csv.reader(io.StringIO("".join(chain_to_csv(written)).removeprefix("\ufeff"))))
    assert len(rows) == 4 and rows[-1][-1] == written.head
    assert rows[2][4].startswith("撤销第 1 条")
    assert rows[1][5] == "疑点 7：结论 待复核 → 已确认"
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_changes_are_told_in_chinese() -> None:
    change = {
        "kind": "finding", "id": 3, "before": {"status": "open", "stage": ""},
        "after": {"status": "dismissed", "dismissal": "misread", "stage": "prepared"},
    }  # fmt: skip
    told = change_to_words(change)
    assert told == "疑点 3：结论 待复核 → 已排除；签字 未签 → 编制；排除原因 识读有误"
    assert field_to_words("indicators[3].target") == "指标第4行·年度指标值"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from(["status", "stage", "field", "role", "relabel", "digest", "decided_at", "decided_by", "x"]),
)
def test_any_value_can_be_told(value: Any, name: str) -> None:
    assert change_to_words({"kind": "finding", "id": 1, "before": {name: value}, "after": {name: "x"}})


@given(st.text())
def test_nothing_inert_begins_a_formula(text: str) -> None:
    told = inert(text)
    assert told in (text, f"'{text}")
    if told == text:
        assert not text.lstrip().startswith(("=", "+", "@")) and not text.startswith(("\t", "\r"))


@pytest.mark.parametrize(("text", "told"), [("-3.5", "-3.5"), ("-1+2", "'-1+2"), (" =1", "' =1"), ("甲", "甲")])
def test_negative_numbers_stay_numbers(text: str, told: str) -> None:
    assert inert(text) == told


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", [1, 2])
def test_a_test_with_real_transactions_leaves_an_empty_and_guarded_log(again: int) -> None:
    assert not Event.objects.exists()
    record("confirm", user=None)
    with pytest.raises(DatabaseError, match=REFUSAL):
        Event.objects.update(who="别人")


# The page


def test_the_page_filters_by_person_act_and_day(written: Chain, project: Project, client: Client) -> None:
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("log", args=[project.pk])
    assert len(client.get(url).context["rows"]) == 3
    assert len(client.get(url, {"act": "undo"}).context["rows"]) == 1
    assert len(client.get(url, {"who": "无此人"}).context["rows"]) == 0
    assert len(client.get(url, {"since": "2000-01-01", "until": "2000-01-02"}).context["rows"]) == 0
    assert "看不懂" in client.get(url, {"since": "昨天"}).content.decode()
    assert "核验通过" in client.get(url, {"verify": "1"}).content.decode()


def test_older_events_are_on_the_next_page(
    written: Chain, project: Project, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("review.views.logbook.PAGE_ROWS", 2)
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    first = client.get(reverse("log", args=[project.pk]))
    second = client.get(f"{reverse('log', args=[project.pk])}?{first.context['more']}")
    assert [row.event.number for row, _ in (*first.context["rows"], *second.context["rows"])] == [3, 2, 1]


def test_the_log_is_taken_along(written: Chain, project: Project, client: Client) -> None:
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("log_file", args=[project.pk, "jsonl"]))
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 3 and json.loads(lines[-1])["digest"] == answer.headers["X-Log-Head"]
    assert client.get(reverse("log_file", args=[project.pk, "exe"])).status_code == 404


def test_the_programs_own_log_is_for_whoever_governs(project: Project, auditor: Client) -> None:
    assert auditor.get(reverse("program_log")).status_code == 403
    User.objects.update(is_superuser=True)
    assert "还没有任何操作" in auditor.get(reverse("program_log")).content.decode()


def test_every_act_has_a_chinese_name() -> None:
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in name) for name in ACTS.values())
    sources = [path.read_text(encoding="utf-8") for path in (Path(__file__).parents[2] / "review").rglob("*.py")]
    recorded = {act for source in sources for act in re.findall(r"\brecord\(\s*\"(\w+)\"", source)}
    assert recorded
    assert recorded <= set(ACTS)


# The command


def test_the_command_verifies_a_file_without_any_workbench(written: Chain, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(chain_to_lines(written)), encoding="utf-8")
    told = [sys.executable, "-m", "fuhe.cli", "verify-log", str(path), "--head", written.head]
    done = subprocess.run(told, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert (done.returncode, done.stderr) == (0, "") and f"链头 {written.head}" in done.stdout


@pytest.mark.parametrize(
    ("asked", "told"), [(["--data", "nowhere"], "没有工作台的数据"), (["x.jsonl", "--head", "zz"], "不是链头")]
)
def test_wrong_usage_of_the_command_is_said_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("FUHE_DATA", "FUHE_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    done = CliRunner().invoke(app, ["verify-log", *asked])
    assert done.exit_code == 2 and told in done.output
    assert not list(tmp_path.iterdir())
