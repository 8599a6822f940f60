"""The log as people read it, and as it is taken along: JSON lines that can be verified anywhere, and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from domain.form import FIELD_NAMES, path_to_place
from review.inert import inert
from review.journal import event_to_record
from review.models import Chain, Event, Finding, Project, Role, Status, User
from review.sampling import METHOD_NAMES, Method
from review.wording import TASK_NAMES, dismissal_to_words, relabel_to_words, stage_to_words

READ_AT_ONCE = 500
CHANGES_SHOWN = 5  # of an act on thousands; the export holds them all
ACTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "create_project": "新建审计项目", "delete_project": "删除审计项目",
        "upload": "上传", "upload_complete": "上传完成", "abandon_upload": "放弃上传",
        "confirm": "确认", "dismiss": "排除", "relabel": "改判", "skip": "暂缓",
        "reopen": "恢复为待复核", "assign": "分派", "note": "批注", "note_after_signing": "签字后批注", "undo": "撤销",
        "redo": "重做", "correct_cell": "更正识读", "confirm_cell": "核对识读", "withdraw_correction": "撤回更正",
        "sign": "签字", "give_back": "退回", "export": "提交导出", "exported": "导出完成", "template": "上传文书模板",
        "retire_template": "停用文书模板", "draw_sample": "抽样", "look_at_place": "抽样核看",
        "ask_training": "要求训练模型", "compare_model": "比较模型", "promote_model": "启用模型",
        "roll_back_model": "退回模型",
        "save_filter": "保存筛选", "delete_filter": "删去筛选", "reread": "重新识读", "create_user": "建立账号",
        "reset_password": "重设密码", "change_password": "修改密码",
        "activate_user": "启用账号", "deactivate_user": "停用账号",
        "set_governor": "设定系统管理员", "add_member": "加入项目", "change_role": "变更角色",
        "remove_member": "移出项目", "create_token": "发放密钥", "revoke_token": "作废密钥",
    }
)  # fmt: skip
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "finding": "疑点", "note": "批注", "correction": "更正", "place": "抽样位置", "sample": "样本",
        "document": "文件", "item": "文件", "membership": "成员", "member": "成员", "user": "账号", "token": "密钥",
        "template": "模板", "job": "任务", "project": "审计项目", "form": "表",
    }
)  # fmt: skip
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "status": "结论", "dismissal": "排除原因", "nature": "定性", "relabel": "改判为", "stage": "签字",
        "place": "位次", "assignee": "承办人", "decided_by": "复核人", "decided_at": "复核时间", "text": "内容",
        "withdrawn": "撤回", "after_signing": "签字后", "digest": "内容校验值", "has_issue": "核看结论", "note": "说明",
        "role": "角色", "field": "单元格", "count": "条数", "comment": "理由", "name": "名称", "kind": "种类",
        "which": "范围", "sha256": "校验值", "seed": "种子", "size": "样本量", "population": "总体", "method": "方法",
        "finding": "疑点", "own_work": "其中本人签过前一级", "without_amount": "不涉及金额的一并签", "file": "文件",
        "query": "筛选", "cause": "原因", "sample": "样本", "job": "任务", "path": "文件", "delivery": "上传批次",
        "what": "文件种类", "filter": "筛选", "model": "模型", "task": "分类", "act": "操作",
        "overtaken": "他人已改、未动", "locked": "已签、未动", "files": "文件数", "new": "新登记", "bytes": "字节数",
        "gone": "不再提出", "state": "状态", "document": "文件", "documents": "文件", "form": "表序",
        "fields": "单元格", "read": "机器识读", "before": "原为", "after": "现为", "appeared": "新出现的疑点",
        "vanished": "消失的疑点", "changed": "事实有变的疑点", "username": "账号", "full_name": "姓名", "user": "人员",
        "active": "可登录", "governs": "系统管理员", "from": "来自",
        "log_head": "当时链头", "log_length": "当时日志条数",
    }
)  # fmt: skip
_VALUES: Final[Mapping[str, Callable[[Any], str]]] = {
    "status": lambda value: "、".join(map(_status, value)) if isinstance(value, list) else _status(value),
    "method": lambda value: METHOD_NAMES[Method(value)] if value in set(Method) else str(value),
    "task": lambda value: TASK_NAMES.get(str(value), str(value)),
    "dismissal": lambda value: dismissal_to_words(str(value)),
    "relabel": lambda value: relabel_to_words(map(str, value if isinstance(value, list) else [value])),
    "stage": lambda value: stage_to_words(str(value)),
    "has_issue": lambda value: "有问题" if value else "无问题",
    "role": lambda value: str(Role(value).label) if value in Role.values else str(value),
    "field": lambda value: field_to_words(str(value)),
    "fields": lambda value: "、".join(field_to_words(str(each)) for each in value),
    "documents": lambda value: "、".join(map(str, value)),
    "act": lambda value: act_to_words(str(value)),
    "appeared": lambda value: _titles(value),
    "vanished": lambda value: _titles(value),
    "changed": lambda value: _titles(value),
    "digest": lambda value: f"{str(value)[:16]}…",
    "sha256": lambda value: f"{str(value)[:16]}…",
    "log_head": lambda value: f"{str(value)[:16]}…",
    "decided_at": lambda value: _moment(str(value)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One event as the page shows it: what was changed in lines like 疑点 12：结论 待复核 → 已确认."""

    event: Event
    act: str
    told: tuple[str, ...]
    changes: tuple[str, ...]
    more: int
    finding: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What numbers in the log are called: people by theirs, and findings by theirs."""

    people: Mapping[int, str] = field(default_factory=dict)
    findings: Mapping[int, str] = field(default_factory=dict)


NAMELESS: Final = Names()
PEOPLE_FIELDS: Final = frozenset(["decided_by", "assignee", "user"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which events: by whom, what, and on which days (both ends included)."""

    who: str = ""
    act: str = ""
    since: date | None = None
    until: date | None = None


def chain_of(project: Project | None) -> Chain | None:
    """The log of an audit, or with None that of the program; None where nothing was done yet."""
    return Chain.objects.filter(project=project).first()


def events_of(chain: Chain, wanted: Filter) -> QuerySet[Event]:
    """Events that a filter asks for, the newest first."""
    found = chain.events.select_related("undoes").order_by("-number")
    found = found.filter(who=wanted.who) if wanted.who else found
    found = found.filter(act=wanted.act) if wanted.act else found
    found = found.filter(at__gte=_midnight(wanted.since)) if wanted.since else found
    return found.filter(at__lt=_midnight(wanted.until) + timedelta(days=1)) if wanted.until else found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def names_for(events: Iterable[Event]) -> Names:
    """Everybody's name, and the titles of the findings that are shown of these events."""
    changes = (each for event in events for each in event.changes[:CHANGES_SHOWN] if each.get("kind") == "finding")
    shown = {each.get("id") for each in changes}
    titles = Finding.objects.filter(pk__in=[pk for pk in shown if isinstance(pk, int)]).values_list("pk", "title")
    return Names(people={user.pk: str(user) for user in User.objects.all()}, findings=dict(titles))


def event_to_row(event: Event, names: Names = NAMELESS) -> Row:
    """An event in Chinese."""
    changes = event.changes if isinstance(event.changes, list) else []
    told = (
        tuple(f"{FIELDS.get(key, key)}：{value_to_words(key, value, names)}" for key, value in event.told.items())
        if isinstance(event.told, dict)
        else ()
    )
    findings = [each.get("id") for each in changes if each.get("kind") == "finding"]
    return Row(
        event=event,
        act=act_to_words(event.act),
        told=(*((f"撤销第 {event.undoes.number} 条",) if event.undoes else ()), *told),
        changes=tuple(change_to_words(each, names) for each in changes[:CHANGES_SHOWN]),
        more=max(0, len(changes) - CHANGES_SHOWN),
        finding=findings[0] if len(findings) == 1 else None,
    )


def act_to_words(act: str) -> str:
    """An act in Chinese; one that nobody named yet as it is."""
    return ACTS.get(act, act)


def change_to_words(change: Mapping[str, Any], names: Names = NAMELESS) -> str:
    """What stood before and what after, field by field."""
    before, after = change.get("before") or {}, change.get("after") or {}
    fields = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
    moves = "；".join(_move(name, before, after, names) for name in fields) or "无变化"
    kind, thing = str(change.get("kind")), change.get("id")
    title = names.findings.get(thing) if kind == "finding" and isinstance(thing, int) else None
    return f"{KINDS.get(kind, kind)} {thing}{f'“{title}”' if title else ''}：{moves}"


def _move(name: str, before: Mapping[str, Any], after: Mapping[str, Any], names: Names) -> str:
    label = FIELDS.get(name, name)
    now = value_to_words(name, after[name], names) if name in after else "（删去）"
    return f"{label} {value_to_words(name, before[name], names)} → {now}" if name in before else f"{label} {now}"


def value_to_words(name: str, value: Any, names: Names = NAMELESS) -> str:
    """One value of a field."""
    if name == "stage" and value == "":
        return stage_to_words("")
    if value is None or value == "" or value == []:
        return "（空）"
    if name in PEOPLE_FIELDS and isinstance(value, int):
        return names.people.get(value, f"{value} 号用户")
    if name in _VALUES:
        return _VALUES[name](value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def field_to_words(path: str) -> str:
    """The name of a cell: 第4行年度指标值."""
    block, row, column = path_to_place(path)
    name = FIELD_NAMES.get(column, column)
    return f"{'资金' if block == 'funds' else '指标'}第{row + 1}行·{name}" if block else name


def _status(value: Any) -> str:
    return str(Status(value).label) if value in Status.values else str(value)


def _titles(told: Iterable[Mapping[str, Any]]) -> str:
    return "、".join(str(each.get("title", "")) for each in told)


def _moment(text: str) -> str:
    try:
        return timezone.localtime(datetime.fromisoformat(text)).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return text


def chain_to_lines(chain: Chain) -> Iterator[str]:
    """The whole log as JSON lines, each event with its digest: what ``fuhe verify-log`` verifies."""
    for event in chain.events.select_related("undoes").order_by("number").iterator(READ_AT_ONCE):
        yield json.dumps({**event_to_record(event), "digest": event.digest}, ensure_ascii=False) + "\n"


CSV_HEAD: Final = ("序号", "时间", "人员", "操作", "事项", "变动", "撤销第几条", "上一条校验值", "本条校验值")


def chain_to_csv(chain: Chain) -> Iterator[str]:
    """The whole log as a table for people; the last line's hash is the head."""
    names = names_for(())
    yield "\ufeff" + _csv_line(CSV_HEAD)
    for event in chain.events.select_related("undoes").order_by("number").iterator(READ_AT_ONCE):
        row = event_to_row(event, names)
        changes = event.changes if isinstance(event.changes, list) else []
        yield _csv_line(
            (
                event.number, event.at.astimezone(UTC).isoformat(timespec="seconds"), event.who, row.act,
                "；".join(row.told), "\n".join(change_to_words(each, names) for each in changes),
                event.undoes.number if event.undoes else "", event.previous, event.digest,
            )
        )  # fmt: skip


def _csv_line(cells: Sequence[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([inert(each) if isinstance(each, str) else each for each in cells])
    return line.getvalue()


def people_of(chain: Chain) -> Iterable[str]:
    """Everybody who stands in a log."""
    return chain.events.order_by("who").values_list("who", flat=True).distinct()


def acts_of(chain: Chain) -> list[tuple[str, str]]:
    """Every act that stands in a log, with its name."""
    found = chain.events.order_by("act").values_list("act", flat=True).distinct()
    return [(act, act_to_words(act)) for act in found]
