"""fuhe train and fuhe models as an auditor uses them, on a small part of the shipped texts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classify.champions import WORD_LISTS, Champions, entry_to_reader
from classify.fold import fold
from domain.form import Field, FieldState, Indicator, SelfEvaluation
from domain.label import Label, Rationale, Task
from domain.source import Document
from fuhe import training
from fuhe.cli import app
from fuhe.flips import Change, forms_to_flips
from models.store import OWN_VARIABLE, SHIPPED, entries_to_toml, house_library


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few sectors of the shipped targets and of the frozen ones."""
    data = tmp_path_factory.mktemp("data")
    for folder, names in (("target", ("plain", "health", "transport")), ("gold/target", ("science",))):
        (data / folder).mkdir(parents=True)
        for name in names:
            lines = (training.DATA / folder / f"{name}.jsonl").read_text(encoding="utf-8")
            (data / folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    (data / "gold" / "must_catch.jsonl").write_text("", encoding="utf-8")
    (data / "seen.txt").write_text("", encoding="utf-8")
    return data


@pytest.fixture(autouse=True)
def office(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office without models of its own."""
    monkeypatch.setenv(OWN_VARIABLE, str(tmp_path / "own"))
    for name, path in (("DATA", ""), ("GOLD", "gold"), ("MUST_CATCH", "gold/must_catch.jsonl"), ("SEEN", "seen.txt")):
        monkeypatch.setattr(training, name, small / path)


def fuhe(*arguments: str) -> tuple[int, str]:
    told = CliRunner().invoke(app, arguments)
    return told.exit_code, told.output


def trained() -> str:
    code, said = fuhe("train", "--task", "target")
    assert code == 0, said
    (name,) = [entry.name for entry in house_library().own.entries()]
    assert name in said
    return name


def test_training_compares_and_keeps_but_does_not_promote() -> None:
    name = trained()
    library = house_library()
    champion = library.champion("target")
    assert champion is not None
    assert champion.name != name
    card = (library.folder(library.entry(name)) / "card.md").read_text(encoding="utf-8")
    for part in ("学了什么", "冻结检验集", "95% 区间", "各标签", "必查情形", "可能标错"):
        assert part in card


def test_a_model_is_promoted_listed_and_rolled_back() -> None:
    name = trained()
    shelf = house_library().own
    entry = shelf.entries()[0]
    better = replace(entry, metrics={**entry.metrics, "macro_f1": 0.99})
    (shelf.root / "manifest.toml").write_text(entries_to_toml([better]), encoding="utf-8")
    assert fuhe("models", "promote", name, "--who", "王审计")[0] == 0
    assert f"* {name}" in fuhe("models", "list")[1]
    assert "王审计 启用" in fuhe("models", "list")[1]
    code, said = fuhe("models", "rollback", "--task", "target", "--who", "王审计")
    assert (code, "已退回 target-base" in said) == (0, True)


def test_nothing_worse_is_promoted() -> None:
    name = trained()
    shelf = house_library().own
    worse = replace(shelf.entries()[0], metrics={"macro_f1": 0.5, "must_catch_missed": 0.0})
    (shelf.root / "manifest.toml").write_text(entries_to_toml([worse]), encoding="utf-8")
    code, said = fuhe("models", "promote", name)
    assert code == 2
    assert "不能启用" in said
    listed = fuhe("models", "list")[1].splitlines()
    assert [line for line in listed if name in line and not line.startswith("*")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"text": "甲", "label": "nonsense"}', "未知标签 nonsense"),
        ('{"source": "a.txt", "cells": []}', "缺少 text"),
        ("\ufeff{", "不是 JSON"),
    ],
)
def test_a_bad_file_is_named_and_leaves_everything_as_it_was(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "坏.jsonl"
    path.write_text(content, encoding="utf-8")
    code, told = fuhe("train", "--task", "target", "--labels", str(path))
    assert code == 2
    assert "坏.jsonl 第1行" in told
    assert said in told
    assert house_library().own.entries() == ()


def test_contradicting_decisions_are_listed_and_the_rest_is_learned(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    lines = [
        {"text": "整洁有序", "label": label, "indicators": ["环境"], "unit": "甲"} for label in ("vague", "slogan")
    ]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    code, said = fuhe("train", "--task", "target", "--labels", str(path))
    assert code == 0
    assert "“整洁有序”：decisions.jsonl 第1行 与 decisions.jsonl 第2行" in said


def test_too_few_texts_train_nothing(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "DATA", tmp_path / "empty")
    code, said = fuhe("train", "--task", "target")
    assert code == 2
    assert "至少需要 40 条" in said
    assert house_library().own.entries() == ()


def test_an_unknown_model_is_answered_with_those_there_are() -> None:
    code, said = fuhe("models", "promote", "nobody")
    assert (code, "没有名为 nobody 的模型" in said) == (2, True)


def test_models_of_different_tasks_are_not_compared() -> None:
    code, said = fuhe("models", "compare", "rationale-base", "target-base")
    assert (code, "不是同一任务" in said) == (2, True)


def field(text: str) -> Field:
    return Field(text=text, state=FieldState.READ if text else FieldState.BLANK)


def test_flips_tell_what_another_model_would_change() -> None:
    row = Indicator(
        level1=field("满意度指标"), level2=field("服务对象满意度指标"), level3=field("学员满意度"),
        target=field("≥90%"), actual=field("95%"), weight=field("10"), score=field("10"),
        deviation_reason=field("按计划实施"),
    )  # fmt: skip
    form = SelfEvaluation(document=Document(path="a.txt", sha256="0" * 64), index=1, indicators=(row,))

    class Strict(Champions):
        def rationales(self, texts: object) -> tuple[Rationale, ...]:
            return tuple(
                Rationale(text=text, labels=(Label(id="survey_not_done", probability=0.99),))
                for text in texts  # type: ignore[attr-defined]
            )

    flips = forms_to_flips([form], champion=WORD_LISTS, challenger=Strict(readers={}))
    assert ("SAT_NO_SURVEY", Change.APPEARS) in {(flip.finding.finding, flip.change) for flip in flips}
    back = forms_to_flips([form], champion=Strict(readers={}), challenger=WORD_LISTS)
    assert ("SAT_NO_SURVEY", Change.VANISHES) in {(flip.finding.finding, flip.change) for flip in back}
    assert forms_to_flips([form], champion=WORD_LISTS, challenger=WORD_LISTS) == ()


def test_the_shipped_models_were_taught_no_gold_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "GOLD", SHIPPED / "data" / "gold")
    library = house_library()
    for task in Task:
        entry = library.champion(task)
        assert entry is not None
        taught = {fold(each.text).text for each in entry_to_reader(entry, library).taught}
        gold = [example for example in training.gold_examples(task) if task is Task.RATIONALE or not example.indicators]
        assert taught
        assert not taught & {fold(example.text).text for example in gold}


def test_a_damaged_model_in_use_stops_an_audit_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = trained()
    library = house_library()
    library.promote(name, who="甲")
    (library.own.root / name / "weights.npz").write_bytes(b"damaged")
    (tmp_path / "in.txt").write_text("项目", encoding="utf-8")
    code, said = fuhe("audit", str(tmp_path / "in.txt"), "-o", str(tmp_path / "out"))
    assert code == 2
    assert "校验值不符" in said
    assert not (tmp_path / "out" / "findings.jsonl").exists()


@pytest.mark.parametrize("arguments", [(), ("--labels", "decisions.jsonl"), ("--batch", "out")])
def test_the_order_is_learned_from_decisions_and_a_run(arguments: tuple[str, ...]) -> None:
    code, said = fuhe("train", "--task", "ranking", *arguments)
    assert code == 2
    assert "--labels 复核记录 和 --batch 输出文件夹" in said


def test_an_office_trains_a_label_of_its_own(small: Path, tmp_path: Path) -> None:
    config, labels = tmp_path / "fuhe.toml", tmp_path / "own.jsonl"
    config.write_text('[labels.target]\nphoto = "以照片为准"\n', encoding="utf-8")
    texts = [f"以{what}照片为准" for what in ("现场", "竣工", "活动", "会场", "安装", "拆除", "发放", "到货")]
    lines = [{"text": text, "label": "photo", "indicators": ["完成情况"], "unit": text} for text in texts]
    labels.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    refused, said = fuhe("train", "--task", "target", "--labels", str(labels))
    assert (refused, "未知标签 photo" in said) == (2, True)
    code, said = fuhe("train", "--task", "target", "--labels", str(labels), "--config", str(config))
    assert code == 0, said
    library = house_library()
    reader = entry_to_reader(library.own.entries()[0], library)
    assert reader.labels["photo"] == "以照片为准"
    champions = Champions(readers={Task.TARGET: reader})
    best = max(champions.specificity("以验收照片为准", ("完成情况",)), key=lambda label: label.probability)
    assert best.id == "photo"
