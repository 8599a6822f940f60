"""What the reader answers, on a toy encoder whose answers are known by hand; no torch is needed."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.encoder.serve import BrokenEncoder, EncoderReader
from classify.fold import fold
from classify.labels import RATIONALE, TARGET
from domain.label import RewriteStatus

TEXTS = st.text(alphabet="无雨灾钱晚到改为新名值很好的,。“”0127%龘 \n<&&nbsp;", max_size=80)


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def _reason(reader: EncoderReader, text: str, label: str) -> float:
    return float(reader.reasons([text])[0, list(RATIONALE).index(label)])


@pytest.mark.parametrize(
    ("text", "label", "logit"),
    [
        ("雨", "force_majeure", 1.0),
        ("雨灾", "force_majeure", 3.0),
        ("很好", "force_majeure", -3.0),
        ("", "force_majeure", -3.0),
        ("钱晚到", "funds_late_or_short", 3.0),
        ("无", "no_reason", 3.0),
    ],
)
def test_a_probability_is_the_logit_of_the_graph_squeezed(
    toy: EncoderReader, text: str, label: str, logit: float
) -> None:
    assert _reason(toy, text, label) == pytest.approx(_sigmoid(logit), abs=1e-4)


def test_a_long_text_is_as_sure_as_its_surest_window(toy: EncoderReader) -> None:
    assert _reason(toy, "很好的" * 20 + "钱晚到" + "很好的" * 20, "funds_late_or_short") > 0.9


def test_a_long_text_gives_no_reason_only_where_none_of_its_windows_does(toy: EncoderReader) -> None:
    assert _reason(toy, "无" + "很好的" * 40, "no_reason") < 0.1
    assert _reason(toy, "无很" * 60, "no_reason") > 0.9


@pytest.mark.parametrize("length", [3_999, 4_001, 100_000])
def test_head_and_tail_of_an_endless_text_are_read(toy: EncoderReader, length: int) -> None:
    filling = "的" * (length - 4)
    texts = ("钱晚到的" + filling, filling + "的钱晚到")
    head, tail = (_reason(toy, text, "funds_late_or_short") for text in texts)
    assert min(head, tail) > 0.9


def test_answers_do_not_depend_on_the_company_of_a_text(toy: EncoderReader) -> None:
    texts = ["雨", "很好的" * 30, "", "钱晚到", "雨灾" * 4, "无"] * 5
    alone = np.concatenate([toy.reasons([text]) for text in texts])
    np.testing.assert_allclose(toy.reasons(texts), alone, atol=1e-5)


def test_threads_that_share_a_reader_are_answered_as_if_alone(toy: EncoderReader) -> None:
    asked = [["雨", "无"], ["钱晚到", "很好的" * 30, "雨灾"], ["雨灾" * 4], ["无", "", "雨", "钱晚到"]] * 8
    alone = [toy.reasons(texts) for texts in asked]
    with ThreadPoolExecutor(max_workers=8) as pool:
        for ours, theirs in zip(alone, pool.map(toy.reasons, asked), strict=True):
            np.testing.assert_allclose(theirs, ours, atol=1e-5)


def test_no_text_no_answer(toy: EncoderReader) -> None:
    assert toy.reasons([]).shape == (0, len(RATIONALE))
    assert toy.targets([], []).shape == (0, len(TARGET))
    assert toy.rewrites([]) == ()


@given(st.lists(TEXTS, max_size=4))
def test_every_text_gets_probabilities_and_spans_inside_it(toy: EncoderReader, texts: list[str]) -> None:
    reasons, rewrites = toy.read(texts)
    assert reasons.dtype == np.float32
    assert reasons.shape == (len(texts), len(RATIONALE))
    assert np.all((reasons >= 0) & (reasons <= 1))
    for text, rewrite in zip(texts, rewrites, strict=True):
        assert sum(rewrite.statuses) == pytest.approx(1, abs=1e-4)
        assert all(0 <= span.start <= span.end <= len(text) for span in rewrite.spans)


def test_classes_of_targets_exclude_each_other_and_the_names_have_a_say(toy: EncoderReader) -> None:
    odds = toy.targets(["9", "好", "好"], [(), (), ("满意度",)])
    assert odds.shape == (3, len(TARGET))
    np.testing.assert_allclose(odds.sum(1), 1, atol=1e-5)
    assert [list(TARGET)[best] for best in odds.argmax(1)] == ["quantified", "vague", "vague"]
    assert odds[2, list(TARGET).index("slogan")] > odds[1, list(TARGET).index("slogan")]


def test_a_rewrite_names_what_the_text_prints(toy: EncoderReader) -> None:
    text = "改为 “新 名”, 值为9"
    (rewrite,) = toy.rewrites([text])
    assert rewrite.rewrite.status is RewriteStatus.DONE
    assert (rewrite.rewrite.new_indicator, rewrite.rewrite.new_target) == ("新 名", "值")
    assert [text[span.start : span.end] for span in rewrite.spans] == ["新 名", "值"]


def test_a_text_that_rewrites_nothing_names_nothing(toy: EncoderReader) -> None:
    (rewrite,) = toy.rewrites(["新名"])
    assert rewrite.rewrite.status is RewriteStatus.NONE
    assert rewrite.rewrite.new_indicator == ""


def test_the_temperature_cools_probabilities(toy_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "hot"
    shutil.copytree(toy_folder, folder)
    sheet = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
    sheet["temperatures"]["reasons"] = 2.0
    (folder / "reader.json").write_text(json.dumps(sheet), encoding="utf-8")
    assert _reason(EncoderReader.load(folder), "雨灾", "force_majeure") == pytest.approx(_sigmoid(1.5), abs=1e-4)


@pytest.mark.parametrize("name", ["graph.xml", "reader.json", "vocab.txt"])
def test_a_folder_with_a_file_missing_is_refused(toy_folder: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(toy_folder, folder)
    (folder / name).unlink()
    with pytest.raises(BrokenEncoder, match="不完整"):
        EncoderReader.load(folder)


def test_an_encoder_of_other_labels_is_refused(toy_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(toy_folder, folder)
    sheet = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
    sheet["labels"]["target"].append("poetic")
    (folder / "reader.json").write_text(json.dumps(sheet), encoding="utf-8")
    with pytest.raises(BrokenEncoder, match="标签"):
        EncoderReader.load(folder)


def test_serving_loads_no_torch(toy_folder: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom classify.encoder.serve import EncoderReader\n"
        f"EncoderReader.load(Path({str(toy_folder)!r})).read(['雨'])\n"
        "sys.exit(bool({'torch', 'transformers', 'tokenizers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_labels_and_what_is_pointed_at_are_heard_in_one_pass(toy: EncoderReader) -> None:
    texts = ["雨灾", "改为新名值", "", "很好的" * 60, "<br>钱 晚到&nbsp;"]
    labels, pointed = toy.hear(texts)
    np.testing.assert_allclose(labels, toy.reasons(texts), atol=1e-6)
    for text, told in zip(texts, pointed, strict=True):
        assert len(told.name) == len(told.target) == len(fold(text).text)
        assert sum(told.statuses) == pytest.approx(1.0, abs=1e-4)
        assert all(0.0 <= odds <= 1.0001 for odds in (*told.name, *told.target))
