"""The encoder that comes with the program: small, loadable, and faithful in what it says of itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from classify.encoder.attribution import reason_to_weights
from classify.encoder.serve import EncoderReader
from classify.labels import RATIONALE, THRESHOLD

SHIPPED = Path(__file__).resolve().parents[3] / "models" / "encoder"
ROOM = 12_000_000  # bytes of both folders together
SENTENCES = {
    "因疫情封控，施工队伍长时间无法进场": "force_majeure",
    "县级配套资金迟迟未到账，影响了支付进度": "funds_late_or_short",
    "满意度只是口头问了几位群众": "evidence_oral_only",
    "未开展问卷调查，满意度按经验填列": "survey_not_done",
    "年中财政压减预算，项目规模相应缩小": "budget_cut",
    "下一步将完善台账管理，确保资料齐全": "promise_to_improve",
    "业务人员不足，一人兼多岗": "staffing_or_capacity",
}


@pytest.fixture(scope="module")
def reader() -> EncoderReader:
    if not (SHIPPED / "reader" / "graph.xml").is_file():
        pytest.skip("no fine-tuned encoder lies in models/encoder/reader")
    return EncoderReader.load(SHIPPED / "reader")


def test_the_encoder_stays_small(reader: EncoderReader) -> None:
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file()) < ROOM


def test_plain_sentences_are_understood(reader: EncoderReader) -> None:
    odds = reader.reasons(list(SENTENCES))
    right = [odds[row, list(RATIONALE).index(label)] >= THRESHOLD for row, label in enumerate(SENTENCES.values())]
    assert sum(right) >= len(right) - 1


def test_hiding_what_weighs_most_hurts_more_than_hiding_anything_else(reader: EncoderReader) -> None:
    chance = np.random.default_rng(4)
    heavy, random = [], []
    for text, label in SENTENCES.items():
        column = list(RATIONALE).index(label)
        weights = sorted(reason_to_weights(reader, text, label), key=lambda each: -each.logit)
        whole = float(reader.reasons([text])[0, column])
        drawn = [chance.choice(len(text), 3, replace=False).tolist() for _ in range(10)]
        texts = [_without(text, places) for places in ([each.start for each in weights[:3]], *drawn)]
        left = whole - reader.reasons(texts)[:, column]
        heavy.append(float(left[0]))
        random.append(float(left[1:].mean()))
    assert np.mean(heavy) > 2 * np.mean(random)
    assert all(one > other for one, other in zip(heavy, random, strict=True))


def _without(text: str, places: list[int]) -> str:
    return "".join(character for place, character in enumerate(text) if place not in places)
