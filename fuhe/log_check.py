"""The command verify-log: logs looked at event by event, and what is said about them. Needs Django set up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from fuhe.commands import WrongUsage
from review.journal import Break, Verdict, verify, verify_records
from review.models import Chain

EXIT_WHOLE, EXIT_BROKEN = 0, 3
NEEDED = ("number", "previous", "digest")  # without these a line is no event
PROGRAM = "工作台"
LEAST_HEAD = 12  # characters of a head somebody types from paper


def check_database(*, head: str = "") -> int:
    """The logs of all audits and of the program; the exit code. Raises WrongUsage."""
    _check_head(head)
    chains = list(Chain.objects.select_related("project").order_by("pk"))
    found, whole = False, True
    for chain in chains:
        verdict = verify(chain)
        whole = _say(chain.project.name if chain.project else PROGRAM, verdict) and whole
        found = found or (bool(head) and chain.events.filter(digest__startswith=head.lower()).exists())
    if not chains:
        print("工作台里还没有日志。")
    return _ending(head, found=found, whole=whole)


def check_file(path: Path, *, head: str = "") -> int:
    """A log exported as JSON lines; the exit code. Raises WrongUsage."""
    _check_head(head)
    seen: list[str] = []
    wanted = head.lower()

    def watch(told: Mapping[str, Any]) -> None:
        if wanted and str(told["digest"]).startswith(wanted):
            seen.append(str(told["digest"]))

    whole = _say(path.name, _verify_file(path, watch))
    return _ending(head, found=bool(seen), whole=whole)


def _check_head(head: str) -> None:
    if head and (len(head) < LEAST_HEAD or set(head.lower()) - set("0123456789abcdef")):
        raise WrongUsage(f"--head “{head}”不是链头。请照导出件上的写，至少前 {LEAST_HEAD} 位，只含数字和 a 至 f。")


def _verify_file(path: Path, watch: Callable[[Mapping[str, Any]], None]) -> Verdict:
    trouble: list[Break] = []
    verdict = verify_records(_records(path, trouble, watch))
    if trouble and verdict.broken is None:
        return Verdict(length=verdict.length, head=verdict.head, broken=trouble[0])
    return verdict


def _records(
    path: Path, trouble: list[Break], watch: Callable[[Mapping[str, Any]], None]
) -> Iterator[Mapping[str, Any]]:
    """The events of a file, up to the first line that is none. Raises WrongUsage."""
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as stream:
            for number, line in enumerate(stream, start=1):
                told = _line_to_event(line)
                if told is None:
                    reason = f"第 {number} 行不是日志记录：内容被改动过，或文件不完整。"
                    trouble.append(Break(number=number, reason=reason))
                    return
                watch(told)
                yield told
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"读不了 {path}（{error}）。请给出工作台导出的日志（JSONL）。") from error


def _line_to_event(line: str) -> Mapping[str, Any] | None:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and all(name in told for name in NEEDED) else None


def _say(name: str, verdict: Verdict) -> bool:
    """One log told; True where it is whole."""
    if verdict.broken is not None:
        print(
            f"{name}：日志不完整。{verdict.broken.reason}此前 {verdict.length} 条完好，链头 {verdict.head or '（无）'}"
        )
        return False
    print(f"{name}：完整，共 {verdict.length} 条，链头 {verdict.head or '（无）'}")
    return True


def _ending(head: str, *, found: bool, whole: bool) -> int:
    """The exit code; of a head that was asked for it is said whether the log holds it."""
    if head and found:
        print(
            f"链头 {head} 在日志中"
            + ("：写出那份文件时已有的记录，一条不少、一字未改。" if whole else "，但日志不完整。")
        )
    elif head:
        print(f"链头 {head} 不在日志中：日志被换过，或这不是那份文件所在的日志。")
    return EXIT_WHOLE if whole and (found or not head) else EXIT_BROKEN
