"""The spaCy component in other people's pipelines, the cheap import, and the data files behind the rules."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
import spacy
import yaml
from hypothesis import given
from hypothesis import strategies as st

from classify import TASKS, read_rationale, target_specificity
from classify.component import RATIONALE_WORDS, rationale_rules
from classify.fold import fold, fold_word
from domain.label import Rationale

ROOM = Path(__file__).resolve().parents[2] / "classify"


def test_importing_the_room_does_not_load_spacy() -> None:
    code = "import sys, classify; sys.exit('spacy' in sys.modules or 'yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOM.parent, check=False).returncode == 0


@pytest.mark.parametrize("language", ["zh", "en", "xx"])
def test_component_marks_the_new_wording_whatever_the_tokens(language: str) -> None:
    nlp = spacy.blank(language)
    nlp.add_pipe("fuhe_rewrite")
    doc = nlp("指标修改为“管网巡检率”，年度指标值为“95%”，以此考核。")
    assert isinstance(doc._.fuhe_rationale, Rationale)
    assert doc._.fuhe_rationale.rewrite.new_indicator == "管网巡检率"
    spans = {span.label_: span.text for span in doc.spans["fuhe_rewrite"]}
    assert set(spans) == {"indicator", "target"}
    assert "管网巡检率" in spans["indicator"]
    assert "95%" in spans["target"]


def test_component_leaves_a_plain_reason_without_spans() -> None:
    nlp = spacy.blank("zh")
    nlp.add_pipe("fuhe_rewrite")
    assert not nlp("受台风影响未开展").spans["fuhe_rewrite"]


@given(
    st.text(
        alphabet='指标修改调整为年度值“”"‘’「」《》<>=≥0123456789%，。；：由将建议已未经批复同意率数 \n&;', max_size=60
    )
)
def test_any_text_is_read_and_names_are_printed_text(text: str) -> None:
    rationale = read_rationale(text)
    assert rationale.text == text
    assert rationale.rewrite.new_indicator in text
    assert rationale.rewrite.new_target in text


@given(st.text(max_size=80))
def test_folding_keeps_the_place_of_every_character(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.origins)
    assert list(folded.origins) == sorted(folded.origins)
    assert all(0 <= place < len(text) for place in folded.origins)


def _words(*names: str) -> dict[str, str]:
    sheets = [yaml.safe_load((ROOM / name).read_text(encoding="utf-8"))["words"] for name in names]
    return {list_id: line for sheet in sheets for list_id, line in sheet.items()}


@pytest.mark.parametrize("names", [RATIONALE_WORDS, ("target_words.yaml",)])
def test_folding_makes_no_two_words_one(names: tuple[str, ...]) -> None:
    spelled: dict[str, set[str]] = defaultdict(set)
    for line in _words(*names).values():
        for word in line.split():
            spelled[fold_word(word)].add(word)
    assert {key: found for key, found in spelled.items() if len(found) > 1} == {}


def test_no_word_list_stands_in_two_files() -> None:
    assert sum(len(_words(name)) for name in RATIONALE_WORDS) == len(_words(*RATIONALE_WORDS))


def test_every_word_list_named_in_the_code_exists() -> None:
    shapes = [
        yaml.safe_load((ROOM / name).read_text(encoding="utf-8"))["shapes"]
        for name in ("rationale_reading.yaml", "target_words.yaml")
    ]
    known = {*_words(*RATIONALE_WORDS, "target_words.yaml"), *shapes[0], *shapes[1]}
    named = {
        argument.value
        for path in ROOM.glob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "of"
        for argument in call.args
        if isinstance(argument, ast.Constant)
    }
    assert named - known == set()


def test_every_rule_belongs_to_a_label_and_every_label_but_the_changes_has_one() -> None:
    changes = {"indicator_renamed", "target_changed", "approved_change"}
    assert set(rationale_rules().rules) == set(TASKS["rationale"]) - changes


def test_the_manual_explains_every_label() -> None:
    manual = (ROOM.parent / "docs" / "labels.md").read_text(encoding="utf-8")
    rows = [line for line in manual.splitlines() if line.startswith("| `")]
    for names in TASKS.values():
        for label, name in names.items():
            assert any(row.startswith(f"| `{label}` | {name} |") for row in rows)


@pytest.mark.parametrize(
    "text", ["5" * 3000, "A" * 3000 + "1", "一" * 2000 + "个", "指标修改为“" * 200, "未" * 500 + "留存"]
)
def test_endless_runs_are_read_in_reasonable_time(text: str) -> None:
    started = time.process_time()
    read_rationale(text)
    target_specificity(text)
    assert time.process_time() - started < 5.0  # seconds; quadratic matching of such a run took minutes
