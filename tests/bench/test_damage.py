"""Injuries: those that keep the truth move characters and lose none; the others hurt one thing and no more."""

from __future__ import annotations

import random
import re

import pytest

from bench.damage import DAMAGES, text_to_gb18030
from bench.layouts import form_to_table
from bench.synthesis import synthesise
from bench.writers import table_to_tabs

TEXTS = [table_to_tabs(form_to_table(form, random.Random(7))) for form in synthesise(12, seed=21)]
SEEDS = range(5)


def characters(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("name", DAMAGES)
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_damage_is_the_same_for_the_same_seed(name: str, text: str) -> None:
    injure = DAMAGES[name].apply
    assert injure(text, random.Random(1)) == injure(text, random.Random(1))


@pytest.mark.parametrize("name", [name for name in DAMAGES if name != "misread_sign"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_damage_does_something_to_some_form(name: str, seed: int) -> None:
    assert any(DAMAGES[name].apply(text, random.Random(seed)) != text for text in TEXTS)


@pytest.mark.parametrize("name", ["break_row", "shift_columns"])
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_moving_loses_no_character(name: str, text: str) -> None:
    for seed in SEEDS:
        assert sorted(characters(DAMAGES[name].apply(text, random.Random(seed)))) == sorted(characters(text))


@pytest.mark.parametrize("name", ["repeat_tail", "repeat_heading"])
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_repeating_adds_lines_and_changes_none(name: str, text: str) -> None:
    lines = iter(DAMAGES[name].apply(text, random.Random(2)).splitlines())
    assert all(line in lines for line in text.splitlines())


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_html_residue_can_be_taken_off_again(text: str) -> None:
    injured = DAMAGES["add_html"].apply(text, random.Random(3))
    assert characters(re.sub(r"<[a-z/][^>]*>|&nbsp;", "", injured)) == characters(text)


def test_a_sign_misread_takes_every_sign_of_the_text() -> None:
    text = next(text for text in TEXTS if "≥" in text)
    assert "≥" not in DAMAGES["misread_sign"].apply(text, random.Random(0))


def test_glueing_keeps_the_digits_in_their_order() -> None:
    for text in TEXTS:
        glued = DAMAGES["glue_score"].apply(text, random.Random(5))
        assert characters(glued) == characters(text)


def test_lost_digits_are_those_of_one_row() -> None:
    text = TEXTS[0]
    before, after = text.splitlines(), DAMAGES["lose_digits"].apply(text, random.Random(4)).splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert not re.search(r"\d", changed[0])


def test_a_text_that_is_no_form_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="三级指标"):
        DAMAGES["break_row"].apply("没有表\n", random.Random(0))


def test_gb18030_comes_back_whole() -> None:
    assert text_to_gb18030(TEXTS[0]).decode("gb18030") == TEXTS[0]
