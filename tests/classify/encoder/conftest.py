"""A toy encoder built without torch: every character carries its own weights, so that each answer is known by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from classify.encoder.serve import FORMAT, GRAPH, INPUTS, OUTPUTS, SHEET, VOCABULARY, EncoderReader
from classify.encoder.spans import STATUSES, TAGS
from classify.encoder.tokens import SPECIAL
from classify.labels import RATIONALE, TARGET, TASKS
from models.runtime import ops, ov

CHARACTERS = "无雨灾钱晚到改为新名值空很好的,。“”0123456789%年月日满意度"
POSITIONS = 24  # small, so that short texts already need several windows
AGAINST = -3.0  # logit of every label before any character spoke


def toy_pieces() -> tuple[str, ...]:
    return (*SPECIAL, *CHARACTERS, *(f"##{digit}" for digit in "0123456789"))


def _weights() -> dict[str, NDArray[np.float32]]:
    place = {piece: number for number, piece in enumerate(toy_pieces())}
    tables = {
        "reasons": np.zeros((len(place), len(RATIONALE)), np.float32),
        "targets": np.zeros((len(place), len(TARGET)), np.float32),
        "statuses": np.zeros((len(place), len(STATUSES)), np.float32),
        "tags": np.zeros((len(place), len(TAGS)), np.float32),
    }
    tables["tags"][:, TAGS.index("O")] = 3.0
    tables["reasons"][place["雨"], list(RATIONALE).index("force_majeure")] = 4.0
    tables["reasons"][place["灾"], list(RATIONALE).index("force_majeure")] = 2.0
    tables["reasons"][place["钱"], list(RATIONALE).index("funds_late_or_short")] = 6.0
    tables["reasons"][place["无"], list(RATIONALE).index("no_reason")] = 6.0
    tables["targets"][place["9"], list(TARGET).index("quantified")] = 5.0
    tables["targets"][place["好"], list(TARGET).index("vague")] = 5.0
    tables["targets"][place["度"], list(TARGET).index("slogan")] = 1.0
    tables["statuses"][place["改"], 2] = 6.0
    tables["tags"][place["新"], TAGS.index("B-new_indicator")] = 9.0
    tables["tags"][place["名"], TAGS.index("I-new_indicator")] = 9.0
    tables["tags"][place["值"], TAGS.index("B-new_target")] = 9.0
    return tables


def _graph() -> ov.Model:
    inputs = [ops.parameter(ov.PartialShape([-1, -1]), ov.Type.i64, name=name) for name in INPUTS]
    for node, name in zip(inputs, INPUTS, strict=True):
        node.output(0).get_tensor().set_names({name})
    ids, mask = inputs[0], ops.unsqueeze(ops.convert(inputs[1], "f32"), ops.constant(np.int64(2)))
    biases = {"reasons": AGAINST, "targets": 0.0, "statuses": 0.0}
    results = []
    for name, table in _weights().items():
        told = ops.gather(ops.constant(table), ids, ops.constant(np.int64(0)))
        if name in biases:
            summed = ops.reduce_sum(ops.multiply(told, mask), ops.constant(np.array([1], np.int64)))
            told = ops.add(summed, ops.constant(np.float32(biases[name])))
        results.append(ops.result(told))
    graph = ov.Model(results, inputs, "toy")
    for port, name in zip(graph.outputs, OUTPUTS, strict=True):
        port.get_tensor().set_names({name})
    return graph


@pytest.fixture(scope="session")
def toy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("toy")
    ov.save_model(_graph(), folder / GRAPH)
    (folder / VOCABULARY).write_text("\n".join(toy_pieces()) + "\n", encoding="utf-8")
    sheet = {
        "format": FORMAT,
        "positions": POSITIONS,
        "labels": {task: list(names) for task, names in TASKS.items()},
        "temperatures": {"reasons": 1.0, "targets": 1.0, "statuses": 1.0, "tags": 1.0},
    }
    (folder / SHEET).write_text(json.dumps(sheet), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def toy(toy_folder: Path) -> EncoderReader:
    return EncoderReader.load(toy_folder)
