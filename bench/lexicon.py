"""The wording of invented projects, read from ``wording/*.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Literal

import yaml
from pydantic import TypeAdapter

WORDING = Path(__file__).parent / "wording"

Entry = tuple[str | int, ...]
MeasureKind = Literal["count", "cap", "rate", "words", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What one indicator counts: a number with a unit between ``low`` and ``high``, a share, wording, or a deadline."""

    name: str
    kind: MeasureKind
    unit: str = ""
    low: int = 0
    high: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """One field of public work with everything its forms may say. Entries are explained at the top of the file."""

    id: str
    departments: tuple[str, ...]
    units: tuple[str, ...]
    projects: tuple[str, ...]
    tasks: tuple[str, ...]
    counts: tuple[Entry, ...]
    rates: tuple[Entry, ...]
    dates: tuple[str, ...]
    caps: tuple[Entry, ...]
    economic: tuple[Entry, ...]
    social: tuple[Entry, ...]
    ecology: tuple[Entry, ...]
    lasting: tuple[Entry, ...]
    satisfaction: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrative:
    """Sentences for the long cells and the fixed choices of a form; ``$slots`` are filled by :func:`fill`."""

    goal_openings: tuple[str, ...]
    goal_middle: tuple[str, ...]
    goal_endings: tuple[str, ...]
    completion_openings: tuple[str, ...]
    completion_middle: tuple[str, ...]
    completion_endings: tuple[str, ...]
    overview: tuple[str, ...]
    basis: tuple[str, ...]
    necessity: tuple[str, ...]
    safeguards: tuple[str, ...]
    plan: tuple[str, ...]
    categories: tuple[str, ...]
    performance_types: tuple[str, ...]
    management: tuple[tuple[str, str, str], ...]
    provinces: tuple[str, ...]
    places: tuple[str, ...]
    funding: tuple[str, ...]


@cache
def sectors() -> tuple[Sector, ...]:
    """All sectors, in file order."""
    return TypeAdapter(tuple[Sector, ...]).validate_python(_load("sectors.yaml"))


@cache
def reasons() -> dict[str, tuple[str, ...]]:
    """Sentences of the reason column by class."""
    return TypeAdapter(dict[str, tuple[str, ...]]).validate_python(_load("reasons.yaml"))


@cache
def narrative() -> Narrative:
    """Sentences of the long cells."""
    return TypeAdapter(Narrative).validate_python(_load("narrative.yaml"))


def fill(template: str, slots: dict[str, str]) -> str:
    """A sentence with its ``$slots`` filled; a slot without a filling raises KeyError."""
    return Template(template).substitute(slots)


def entry_to_measure(entry: Entry, *, cap: bool) -> Measure:
    """An entry of the word list as a measure; which kind it is shows in the types of its parts."""
    name, *rest = entry
    if all(isinstance(part, str) for part in rest):
        return Measure(name=str(name), kind="words", words=tuple(str(part) for part in rest))
    if len(rest) == 2:
        return Measure(name=str(name), kind="rate", unit="%", low=int(rest[0]), high=int(rest[1]))
    unit, low, high = rest
    return Measure(name=str(name), kind="cap" if cap else "count", unit=str(unit), low=int(low), high=int(high))


def _load(name: str) -> object:
    return yaml.safe_load((WORDING / name).read_text(encoding="utf-8"))
