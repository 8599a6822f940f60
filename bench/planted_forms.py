"""Careful forms and the errors planted in them, read from their sheets: which ids count as found, and where."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NotRequired

import yaml
from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from bench.notation import SKETCHES, Sketch, lines_of, sketch_to_form
from domain.form import Form

SHEETS = Path(__file__).resolve().parents[1] / "tests" / "audit"
CAREFUL = ("careful_forms.yaml", "careful_forms_more.yaml")
GROUND = "careful_forms_more.yaml"
PLANTED = SHEETS / "planted.yaml"
EXECUTION_SCORE = 6  # its column in a line of the money block
ROW_CELLS = ("level1", "level2", "name", "target", "actual", "weight", "score", "reason")
FUND_CELLS = ("item", "initial", "adjusted", "executed", "weight", "rate", "score")
SCORE = ROW_CELLS.index("score")
# 财预〔2020〕10号 and the uniform standard of the ministry: the grade words and where they begin.
GRADES = ((Decimal(90), "优"), (Decimal(80), "良"), (Decimal(60), "中"), (Decimal(0), "差"))
NO_PLACE = "!"
_FIGURE = re.compile(r"\d[\d.,]*(?P<unit>\D*)$")
_CELL = re.compile(r"(?P<block>f?)(?P<line>\d+)(?:\.(?P<column>\w+))?")


@with_config(ConfigDict(extra="forbid"))
class Change(TypedDict):
    """What becomes of a careful form.

    ``set`` gives new text to a part (``goal``), a line (``3``; ``f1`` of the money block) or a cell (``3.actual``,
    ``f1.executed``), lines counted from 1 as they stand in the careful form; ``drop`` takes rows out, ``add`` puts
    rows at the end; ``cut`` takes words out of the completion; ``own`` is a whole form instead of a careful one.
    """

    base: NotRequired[str]
    own: NotRequired[Sketch]
    set: NotRequired[dict[str | int, str]]
    funds: NotRequired[list[str]]
    rows: NotRequired[list[str]]
    drop: NotRequired[list[int]]
    add: NotRequired[list[str]]
    cut: NotRequired[str]


@with_config(ConfigDict(extra="forbid"))
class PlantingSheet(Change):
    """One planting: a changed form, or several (``forms``). ``at`` is the row from 1, ``form`` the form from 1."""

    name: str
    at: NotRequired[int]
    form: NotRequired[int]
    accept: NotRequired[list[str]]
    forms: NotRequired[list[Change]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planting:
    """An error under the id an auditor would give it, in a batch of forms.

    ``accepted`` are the ids that count as found. ``form`` and ``row`` (both 0-based) say where it stands, None
    anywhere in the batch or form. ``ground`` are the careful forms by place, None where the form is of its own.
    """

    id: str
    name: str
    forms: tuple[Form, ...]
    ground: tuple[Form | None, ...]
    accepted: frozenset[str]
    form: int | None
    row: int | None


PLANTINGS = TypeAdapter(dict[str, list[PlantingSheet]])


def read_careful(folder: Path = SHEETS) -> dict[str, Form]:
    """All careful forms by name."""
    sketches = [sketch for name in CAREFUL for sketch in _read_sketches(folder / name)]
    return {sketch["name"]: sketch_to_form(sketch) for sketch in sketches}


def read_plantings(sheet: Path = PLANTED) -> tuple[Planting, ...]:
    """All plantings in the order of their sheet. Raises ValueError where one names a form or cell there is none of."""
    grounds = {sketch["name"].split(",")[0]: sketch for sketch in _read_sketches(SHEETS / GROUND)}
    sheets = PLANTINGS.validate_python(yaml.safe_load(sheet.read_text(encoding="utf-8")))
    return tuple(_planting(code, planted, grounds) for code, listed in sheets.items() for planted in listed)


def read_own(sheet: Path) -> dict[str, Form]:
    """The whole forms of a sheet's own by name, as they stood before anything was planted in them."""
    sheets = PLANTINGS.validate_python(yaml.safe_load(sheet.read_text(encoding="utf-8")))
    changes = [change for listed in sheets.values() for planted in listed for change in planted.get("forms", [planted])]
    owned = {change["own"]["name"]: change["own"] for change in changes if "own" in change}
    return {name: sketch_to_form(_changed({"own": sketch}, {}, name=name)) for name, sketch in owned.items()}


@cache
def _read_sketches(path: Path) -> tuple[Sketch, ...]:
    return tuple(SKETCHES.validate_python(yaml.safe_load(path.read_text(encoding="utf-8"))))


def _planting(code: str, sheet: PlantingSheet, grounds: Mapping[str, Sketch]) -> Planting:
    changes: Sequence[Change] = sheet.get("forms", [sheet])
    for change in changes:
        if "own" not in change and change.get("base") not in grounds:
            raise ValueError(f"{code}, {sheet['name']}: no careful form is called {change.get('base')}")
    at, form = sheet.get("at"), sheet.get("form")
    return Planting(
        id=code,
        name=sheet["name"],
        forms=tuple(
            sketch_to_form(_changed(change, grounds, name=sheet["name"]), index)
            for index, change in enumerate(changes, start=1)
        ),
        ground=tuple(_ground(change, grounds, index=index) for index, change in enumerate(changes, start=1)),
        accepted=frozenset({code, *sheet.get("accept", [])}),
        form=None if form is None else form - 1,
        row=None if at is None else at - 1,
    )


def _ground(change: Change, grounds: Mapping[str, Sketch], *, index: int) -> Form | None:
    return sketch_to_form(grounds[change["base"]], index) if "base" in change else None


def _changed(change: Change, grounds: Mapping[str, Sketch], *, name: str) -> dict[str, object]:
    """The sketch after the change, its total and grade closed again where the change does not state them."""
    sketch: dict[str, object] = dict(change["own"] if "own" in change else grounds[change["base"]])
    sketch |= {part: change[part] for part in ("funds", "rows") if part in change}
    sketch["rows"], sketch["funds"] = lines_of(sketch, "rows"), lines_of(sketch, "funds")
    sketch |= _cut(str(sketch.get("completion", "")), change.get("cut", ""), name=name)
    said = {str(key): text for key, text in change.get("set", {}).items()}
    for key, text in said.items():
        renamed = f"{key.split('.')[0]}.name" in said
        retold = {} if renamed else _retold(sketch, key, text)
        sketch |= {part: words for part, words in retold.items() if part not in said}
        _set(sketch, key, text, name=name)
    dropped = change.get("drop", [])
    kept = [line for place, line in enumerate(lines_of(sketch, "rows"), start=1) if place not in dropped]
    sketch["rows"] = kept + change.get("add", [])
    return sketch if sketch.get("kind") == "target" else _closed(sketch, said=set(said))


def _cut(completion: str, words: str, *, name: str) -> dict[str, object]:
    if words not in completion:
        raise ValueError(f"{name}: the completion does not say: {words}")
    return {"completion": completion.replace(words, "")} if words else {}


def _set(sketch: dict[str, object], key: str, text: str, *, name: str) -> None:
    found = _CELL.fullmatch(key)
    if found is None:
        if key not in Sketch.__annotations__:
            raise ValueError(f"{name}: no such part of a form: {key}")
        sketch[key] = text
        return
    block, names = ("funds", FUND_CELLS) if found["block"] else ("rows", ROW_CELLS)
    lines, place = lines_of(sketch, block), int(found["line"]) - 1
    if not 0 <= place < len(lines) or (found["column"] or names[0]) not in names:
        raise ValueError(f"{name}: no such cell: {key}")
    lines[place] = text if found["column"] is None else _with_cell(lines[place], names.index(found["column"]), text)
    sketch[block] = lines


def _with_cell(line: str, column: int, text: str) -> str:
    parts = [part.strip() for part in line.split("|")]
    parts += [""] * (column + 1 - len(parts))
    return " | ".join([*parts[:column], text, *parts[column + 1 :]])


def _retold(sketch: Mapping[str, object], key: str, text: str) -> dict[str, object]:
    """The narrative with the new figure where it told the old one, so that only the planted error stands out."""
    found = _CELL.fullmatch(key)
    if found is None or found["block"] or found["column"] not in ("actual", "target"):
        return {}
    target_table = sketch.get("kind") == "target"
    part = "completion" if found["column"] == "actual" else "goals" if target_table else "goal"
    old = _row_cells(sketch, int(found["line"]) - 1)[ROW_CELLS.index(found["column"])]
    figures = [_FIGURE.search(each) for each in (old, text)]
    if figures[0] is None or figures[1] is None or figures[0]["unit"] != figures[1]["unit"]:
        return {}
    told = rf"(?<![\d.]){re.escape(figures[0][0])}"
    return {part: re.sub(told, figures[1][0], str(sketch.get(part, "")))}


def _row_cells(sketch: Mapping[str, object], place: int) -> list[str]:
    parts = [part.strip() for part in lines_of(sketch, "rows")[place].split("|")]
    return parts + [""] * (len(ROW_CELLS) - len(parts))


def _closed(sketch: dict[str, object], *, said: set[str]) -> dict[str, object]:
    total = sketch_to_total(sketch)
    if "total" not in said:
        sketch["total"] = f"{total:f}"
    if "grade" not in said and sketch.get("grade") != NO_PLACE:
        sketch["grade"] = next(word for least, word in GRADES if total >= least)
    return sketch


def sketch_to_total(sketch: Mapping[str, object]) -> Decimal:
    """The marks of all rows and of the execution together."""
    marks = [number_at(line, SCORE) for line in lines_of(sketch, "rows")]
    return sum(marks, start=Decimal(0)) + sum(number_at(line, EXECUTION_SCORE) for line in lines_of(sketch, "funds"))


def number_at(line: str, column: int) -> Decimal:
    """The plain number in a column of a line; 0 for a dash, a blank or nothing."""
    parts = line.split("|")
    text = parts[column].strip().rstrip("%").replace(",", "") if column < len(parts) else ""
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else Decimal(0)
