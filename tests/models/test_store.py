"""The store of models: verified before use, promoted and rolled back by a log, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.store import Entry, Library, ModelTrouble, Shelf, house_library


def entry(name: str, task: str = "rationale") -> Entry:
    return Entry(name=name, task=task, kind="k", made="2026-01-01", origin="试", licence="同本项目", data="0" * 64)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    files = tmp_path / "files"
    (files / "deep").mkdir(parents=True)
    (files / "reader.json").write_text("{}", encoding="utf-8")
    (files / "deep" / "weights.bin").write_bytes(b"\x01\x02")
    shelves = Library(shipped=Shelf(tmp_path / "shipped"), own=Shelf(tmp_path / "own"))
    shelves.shipped.add(entry("base"), files)
    for name in ("second", "third"):
        shelves.own.add(entry(name), files)
    return shelves


def test_a_model_comes_back_as_it_was_listed(library: Library) -> None:
    (base,) = library.shipped.entries()
    assert {each.path: each.size for each in base.files} == {"reader.json": 2, "deep/weights.bin": 2}
    assert (library.folder(base) / "reader.json").read_text(encoding="utf-8") == "{}"


def test_the_shipped_model_answers_until_another_is_promoted(library: Library) -> None:
    assert [library.champion("rationale")] == list(library.shipped.entries())
    library.promote("second", who="甲")
    assert library.champion("rationale") == library.entry("second")
    assert library.champion("target") is None


def test_every_act_is_logged_with_who_and_what_it_replaced(library: Library) -> None:
    library.promote("second", who="甲")
    library.roll_back("rationale", who="乙")
    told = [(move.act, move.model, move.instead_of, move.who) for move in library.moves()]
    assert told == [("promote", "second", "base", "甲"), ("rollback", "base", "second", "乙")]


def test_rolling_back_twice_leads_back_two_steps(library: Library) -> None:
    library.promote("second", who="甲")
    library.promote("third", who="甲")
    assert library.roll_back("rationale", who="甲").model == "second"
    assert library.roll_back("rationale", who="甲").model == "base"
    with pytest.raises(ModelTrouble, match="没有可以退回的模型"):
        library.roll_back("rationale", who="甲")


def test_a_model_promoted_after_a_rollback_rolls_back_to_where_it_came_from(library: Library) -> None:
    library.promote("second", who="甲")
    library.roll_back("rationale", who="甲")
    library.promote("third", who="甲")
    assert library.roll_back("rationale", who="甲").model == "base"


def test_a_changed_file_is_refused_and_the_champion_stays(library: Library) -> None:
    weights = library.own.root / "second" / "deep" / "weights.bin"
    weights.write_bytes(b"\x01\x03")
    with pytest.raises(ModelTrouble, match="校验值不符"):
        library.promote("second", who="甲")
    assert library.champion("rationale") == library.entry("base")


def test_a_lost_file_is_named(library: Library) -> None:
    (library.own.root / "second" / "reader.json").unlink()
    with pytest.raises(ModelTrouble, match="缺少文件"):
        library.folder(library.entry("second"))


def test_an_unknown_name_is_answered_with_the_known_ones(library: Library) -> None:
    with pytest.raises(ModelTrouble, match="base、second、third"):
        library.promote("fourth", who="甲")


def test_the_model_in_use_is_not_promoted_again(library: Library) -> None:
    with pytest.raises(ModelTrouble, match="已经是当前使用的模型"):
        library.promote("base", who="甲")


def test_a_name_is_given_once(library: Library, tmp_path: Path) -> None:
    with pytest.raises(ModelTrouble, match="已有名为 second 的模型"):
        library.own.add(entry("second"), tmp_path / "files")


def test_what_a_broken_off_run_left_behind_is_no_model_and_does_not_stand_in_the_way(
    library: Library, tmp_path: Path
) -> None:
    (library.own.root / "fourth").mkdir()
    (library.own.root / "fourth" / "half").write_text("", encoding="utf-8")
    assert "fourth" not in {each.name for each in library.entries()}
    added = library.own.add(entry("fourth"), tmp_path / "files")
    assert library.folder(added) == library.own.root / "fourth"
    assert not (library.own.root / "fourth" / "half").exists()


def test_names_with_quotes_and_signs_survive_the_manifest(library: Library, tmp_path: Path) -> None:
    strange = Entry(
        name="x", task="target", kind='引号"与\\斜杠', made="", origin="换\n行", licence="", data="", metrics={"f": 0.5}
    )
    library.own.add(strange, tmp_path / "files")
    back = library.entry("x")
    assert (back.kind, back.origin, dict(back.metrics)) == (strange.kind, strange.origin, {"f": 0.5})


def test_a_manifest_nobody_can_read_is_said_in_chinese(library: Library) -> None:
    (library.own.root / "manifest.toml").write_text("[[model]\n", encoding="utf-8")
    with pytest.raises(ModelTrouble, match="模型清单 .* 无法读取"):
        library.entries()


def test_the_shipped_models_are_what_their_manifest_says() -> None:
    library = house_library()
    shipped = library.shipped.entries()
    assert {each.task for each in shipped} >= {"rationale", "target"}
    for each in shipped:
        assert library.shipped.folder(each).is_dir()
