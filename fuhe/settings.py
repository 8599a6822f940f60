"""``fuhe.toml``: the numbers an office may set, over the defaults that ``audit`` gives with their reasons.

usage: python -m fuhe.settings > fuhe.toml   (the defaults, each with its reason)
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from audit.thresholds import Thresholds, number_sources
from audit.weights import Weights
from classify.learning.examples import HOUSE_LABELS, LabelNames
from domain.label import Task
from fuhe.cluster_plan import NO_CLUSTER, ClusterPlan, section_faults, section_to_plan
from fuhe.cluster_plan import SECTION as CLUSTER
from fuhe.limits import USUAL_LIMITS, Limits

SETTINGS_FILE = "fuhe.toml"
PREFACE = """\
# 复核的阈值、排序权重和识读的限度。此处为默认值；按地方规定改动后，用 fuhe audit --config fuhe.toml 指明，
# 或放在执行命令的文件夹中。删去的行按默认值。比率和占比以小数写：1.30 即 130%。
"""
# Numbers that must not fall from left to right.
RISING = (
    ("thresholds", ("overachieve_ask", "overachieve_medium", "overachieve_high")),
    ("thresholds", ("band_partial", "band_met")),
    ("thresholds", ("adjust_notable", "adjust_large")),
    ("thresholds", ("execution_half", "execution_low", "execution_explain")),
    ("ranking", ("severity_info", "severity_low", "severity_medium", "severity_high")),
    ("ranking", ("points_least", "points_most")),
    ("ranking", ("yuan_least", "yuan_most")),
    ("ranking", ("money_least", "money_most")),
)
LABELS = "labels"
SECTIONS: Mapping[str, type[Any]] = {"thresholds": Thresholds, "ranking": Weights, "limits": Limits}

NumbersT = TypeVar("NumbersT", Thresholds, Weights, Limits)


class SettingsError(ValueError):
    """A settings file that cannot be used. The message is Chinese and names the file, the number, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All numbers of a run, and the file that changed some of them ("" for the defaults)."""

    file: str = ""
    thresholds: Thresholds = field(default_factory=Thresholds)
    weights: Weights = field(default_factory=Weights)
    limits: Limits = USUAL_LIMITS
    labels: LabelNames = field(default_factory=lambda: HOUSE_LABELS)
    cluster: ClusterPlan = NO_CLUSTER

    @property
    def changed(self) -> dict[str, str]:
        """The numbers that differ from the defaults, by ``section.name``."""
        parts = (
            ("thresholds", self.thresholds, Thresholds()),
            ("ranking", self.weights, Weights()),
            ("limits", self.limits, USUAL_LIMITS),
        )
        return {
            f"{section}.{slot.name}": str(getattr(own, slot.name))
            for section, own, usual in parts
            for slot in fields(own)
            if getattr(own, slot.name) != getattr(usual, slot.name)
        }


DEFAULTS = Settings()
_PLACE = re.compile(r"at line (\d+)")  # how the library says where


def find_settings(given: Path | None) -> Settings:
    """The settings of a file that was named, else of ``fuhe.toml`` here, else the defaults. Raises SettingsError."""
    path = given if given is not None else Path(SETTINGS_FILE)
    if given is None and not path.is_file():
        return DEFAULTS
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"读不了配置文件 {path}。请核对路径，并以 UTF-8 编码保存。") from error
    return text_to_settings(text, name=str(path))


def text_to_settings(text: str, *, name: str) -> Settings:
    """Settings from TOML; ``name`` is the file's, for messages. Raises SettingsError."""
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:  # also numbers too long, and brackets too deep
        place = _PLACE.search(str(error))
        where = f"（第 {place[1]} 行）" if place is not None else ""
        raise SettingsError(f"配置文件 {name} 的写法有误{where}。请对照默认的 {SETTINGS_FILE} 改正。") from error
    own_labels, cluster = content.pop(LABELS, {}), content.pop(CLUSTER, {})
    faults = [*_unknown(content), *_misordered(content), *_limitless(content), *_label_faults(own_labels)]
    faults += section_faults(cluster)
    if faults:
        raise SettingsError(f"配置文件 {name}：{'；'.join(faults)}。")
    return Settings(
        file=name,
        thresholds=_numbers(content.get("thresholds", {}), Thresholds, name=name),
        weights=_numbers(content.get("ranking", {}), Weights, name=name),
        limits=_numbers(content.get("limits", {}), Limits, name=name),
        labels={task: {**HOUSE_LABELS[task], **own_labels.get(task, {})} for task in Task},
        cluster=section_to_plan(cluster),
    )


def _label_faults(own: object) -> Iterator[str]:
    """An office's own labels are words by id: ``[labels.rationale] weather = "天气原因"``."""
    if not isinstance(own, dict) or own.keys() - set(Task) or not all(isinstance(each, dict) for each in own.values()):
        yield f"[{LABELS}] 下只能有 {'、'.join(f'[{LABELS}.{task}]' for task in Task)}"
        return
    for task, names in own.items():
        for label, name in names.items():
            if label in HOUSE_LABELS[Task(task)]:
                yield f"[{LABELS}.{task}] {label} 是自带标签，不能改名"
            elif not isinstance(name, str) or not name.strip():
                yield f"[{LABELS}.{task}] {label} 应写中文名称（加引号）"


def _unknown(content: Mapping[str, Any]) -> Iterator[str]:
    for section, numbers in content.items():
        if section not in SECTIONS or not isinstance(numbers, dict):
            yield f"没有“{section}”这一节，只有 {'、'.join(f'[{known}]' for known in SECTIONS)}"
            continue
        known = [slot.name for slot in fields(SECTIONS[section])]
        for key in numbers.keys() - set(known):
            close = get_close_matches(key, known, n=1)
            yield f"[{section}] 没有“{key}”" + (f"，是否应为“{close[0]}”" if close else "")


def _misordered(content: Mapping[str, Any]) -> Iterator[str]:
    for section, names in RISING:
        own = content.get(section)
        numbers = own if isinstance(own, dict) else {}
        defaults = SECTIONS[section]()
        told = [(name, numbers.get(name, getattr(defaults, name))) for name in names]
        for (name, low), (next_name, high) in pairwise(told):
            if _is_number(low) and _is_number(high) and Decimal(str(low)) > Decimal(str(high)):
                yield f"[{section}] {name}（{low}）不应大于 {next_name}（{high}）"


def _limitless(content: Mapping[str, Any]) -> Iterator[str]:
    own = content.get("limits")
    for name, value in own.items() if isinstance(own, dict) else ():
        if value == 0:
            yield f"[limits] {name} 应大于 0"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _numbers(own: Mapping[str, Any], kind: type[NumbersT], *, name: str) -> NumbersT:
    wrong = [key for key, value in own.items() if not _is_number(value) or value < 0]
    if wrong:
        raise SettingsError(f"配置文件 {name}：{'、'.join(wrong)} 应为不小于 0 的数（不加引号，不写百分号）。")
    try:
        return TypeAdapter(kind).validate_python(own)
    except ValidationError as error:
        places = "、".join(str(fault["loc"][0]) for fault in error.errors())
        raise SettingsError(f"配置文件 {name}：{places} 的值用不了（应为整数的不能带小数）。") from error


def settings_to_toml() -> str:
    """The defaults as a file, each number under its reason."""
    parts = [PREFACE]
    for section, numbers in SECTIONS.items():
        lines = [f"# {source}\n{name} = {default}" for name, default, source in number_sources(numbers)]
        parts.append("\n".join([f"[{section}]", *lines, ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(settings_to_toml())
