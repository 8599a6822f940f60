"""A fine-tuned module to the folder that is served: graph.xml and graph.bin (weights fp16), vocab.txt, reader.json."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file

from classify.encoder.heads import MultiTask
from classify.encoder.serve import FORMAT, GRAPH, INPUTS, OUTPUTS, SHEET, VOCABULARY
from classify.labels import TASKS
from models.runtime import ov

HEADS = "heads.safetensors"
_EXAMPLE = (2, 16)  # windows, tokens; the graph takes any number of both


def module_to_graph(module: MultiTask) -> ov.Model:
    """One graph with all heads; inputs and outputs bear the names that ``serve`` asks for."""
    module.eval()
    ids = torch.full(_EXAMPLE, 5, dtype=torch.int64)
    example = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}
    shapes = [(name, ov.PartialShape([-1, -1]), ov.Type.i64) for name in INPUTS]
    with torch.no_grad():
        graph = ov.convert_model(module, example_input=example, input=shapes)
    for port, name in zip(graph.outputs, OUTPUTS, strict=True):
        port.get_tensor().set_names({name})
    return graph


def write_weights(module: MultiTask, folder: Path, *, vocabulary: Path) -> None:
    """The tuned body as ``AutoModel.from_pretrained`` loads it, and ``heads.safetensors``; neither is served."""
    module.encoder.save_pretrained(folder)
    own = {name: tensor for name, tensor in module.state_dict().items() if not name.startswith("encoder.")}
    save_file(own, folder / HEADS)
    shutil.copyfile(vocabulary, folder / VOCABULARY)


def write_reader(module: MultiTask, folder: Path, *, vocabulary: Path, temperatures: Mapping[str, float]) -> None:
    """The folder that ``EncoderReader.load`` takes."""
    folder.mkdir(parents=True, exist_ok=True)
    ov.save_model(module_to_graph(module), folder / GRAPH, compress_to_fp16=True)
    shutil.copyfile(vocabulary, folder / VOCABULARY)
    sheet = {
        "format": FORMAT,
        "positions": int(module.encoder.config.max_position_embeddings),
        "labels": {task: list(names) for task, names in TASKS.items()},
        "temperatures": {name: round(value, 4) for name, value in temperatures.items()},
    }
    (folder / SHEET).write_text(json.dumps(sheet, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
