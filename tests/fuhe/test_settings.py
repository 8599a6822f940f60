"""fuhe.toml: what an office sets takes effect, what it cannot mean is refused with a reason."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from audit import Thresholds, Weights
from classify.learning.examples import HOUSE_LABELS
from domain.label import Task
from fuhe.commands import WrongUsage, audit_paths
from fuhe.settings import DEFAULTS, SettingsError, find_settings, settings_to_toml, text_to_settings

ROOT = Path(__file__).parents[2]


def test_the_file_in_the_repository_holds_the_defaults() -> None:
    assert (ROOT / "fuhe.toml").read_text(encoding="utf-8") == settings_to_toml()


def test_the_written_defaults_are_the_defaults() -> None:
    settings = text_to_settings(settings_to_toml(), name="fuhe.toml")
    assert (settings.thresholds, settings.weights, settings.changed) == (Thresholds(), Weights(), {})


def test_a_number_that_is_set_takes_effect_and_is_told() -> None:
    text = "[thresholds]\noveride = 1\n".replace("overide", "overachieve_ask") + "[ranking]\nusual_points = 5\n"
    settings = text_to_settings(text, name="市局.toml")
    assert settings.thresholds.overachieve_ask == Decimal(1) and settings.weights.usual_points == 5.0
    assert settings.changed == {"thresholds.overachieve_ask": "1", "ranking.usual_points": "5.0"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[thresholds]\noverachieve_asc = 1.2", "没有“overachieve_asc”，是否应为“overachieve_ask”"),
        ("[rules]\na = 1", "没有“rules”这一节"),
        ("thresholds = 3", "没有“thresholds”这一节"),
        ("[thresholds]\noverachieve_ask = 1.8", "overachieve_ask（1.8）不应大于 overachieve_medium（1.50）"),
        ("[thresholds]\noverachieve_ask = '130%'", "overachieve_ask 应为不小于 0 的数"),
        ("[thresholds]\nsum_tolerance = -1", "sum_tolerance 应为不小于 0 的数"),
        ("[thresholds]\nequal_least = 2.5", "equal_least 的值用不了"),
        ("[limits]\npage_seconds = 0", "page_seconds 应大于 0"),
        ("[thresholds\n", "写法有误"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(text: str, told: str) -> None:
    with pytest.raises(SettingsError, match="市局") as refused:
        text_to_settings(text, name="市局.toml")
    assert told in str(refused.value)


def test_the_file_here_is_found_and_a_named_one_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_settings(None) == DEFAULTS
    (tmp_path / "fuhe.toml").write_text("[ranking]\nusual = 0.8\n", encoding="utf-8")
    (tmp_path / "另.toml").write_text("\ufeff[ranking]\nusual = 0.7\n", encoding="utf-8")
    assert find_settings(None).weights.usual == 0.8
    assert find_settings(Path("另.toml")).weights.usual == 0.7


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match=r"没有\.toml"):
        audit_paths([tmp_path], tmp_path / "out", workers=1, config=tmp_path / "没有.toml")


def test_an_office_adds_labels_of_its_own() -> None:
    settings = text_to_settings('[labels.rationale]\nweather = "天气原因"\n', name="a.toml")
    assert settings.labels[Task.RATIONALE]["weather"] == "天气原因"
    assert settings.labels[Task.RATIONALE].keys() > HOUSE_LABELS[Task.RATIONALE].keys()
    assert settings.labels[Task.TARGET] == HOUSE_LABELS[Task.TARGET]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[labels.reasons]\nx = "y"', "[labels] 下只能有"),
        ('[labels.rationale]\nbudget_cut = "削减"', "自带标签，不能改名"),
        ("[labels.rationale]\nweather = 3", "应写中文名称"),
    ],
)
def test_labels_that_cannot_be_meant_are_refused(text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(told)):
        text_to_settings(text, name="a.toml")
