"""Training on a toy scale: masking, resuming, fine-tuning, export. Skipped where the extra `train` is absent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from classify.encoder.serve import EncoderReader
from classify.encoder.tokens import CharTokenizer
from classify.encoder.vocabulary import texts_to_vocabulary
from classify.labels import RATIONALE, TARGET
from classify.learning.examples import BadExamples

torch = pytest.importorskip("torch", reason="training needs the extra `train`")
transformers = pytest.importorskip("transformers", reason="training needs the extra `train`")

from classify.encoder import finetune, heads, pretrain  # noqa: E402
from classify.encoder.export import write_reader  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # torch's and transformers' own

REASONS = [
    ("资金未到位", ["funds_late_or_short"], "none", "", ""),
    ("暴雨停工", ["force_majeure"], "none", "", ""),
    ("指标改为“道路完好率”", ["indicator_renamed"], "done", "道路完好率", ""),
    ("经批复，年度值改为95%", ["target_changed", "approved_change"], "done", "", "95%"),
    ("建议下年改为“巡查次数”", ["indicator_defect_admitted"], "suggested", "巡查次数", ""),
    ("无", ["no_reason"], "none", "", ""),
]
TARGETS = [("≥95%", "quantified"), ("12月底前", "dated"), ("良好", "vague"), ("验收合格", "verifiable_qualitative")]
LAW = "第一条为了规范财政资金管理，提高资金使用效益，根据有关法律制定本办法。\n第二条各单位应当按照规定编制预算。\n"
RECIPE: dict[str, Any] = {
    "seed": 1,
    "model": {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "max_position_embeddings": 32,
    },
    "masking": {"share": 0.2, "longest_span": 3},
    "optimiser": {"rate": 0.003, "weight_decay": 0.01, "warmup_steps": 5, "decay_share": 0.25, "clip": 1.0},
    "phases": [{"steps": 30, "length": 16, "batch": 16}, {"steps": 10, "length": 32, "batch": 8}],
    "held_out": 0.2,
    "log_every": 10,
    "save_every": 20,
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder pre-trained for forty steps."""
    folder = tmp_path_factory.mktemp("base")
    pieces = texts_to_vocabulary(LAW * 10, [text for text, *_ in REASONS])
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    (folder / "laws.txt").write_text(LAW * 60, encoding="utf-8")
    (folder / "recipe.yaml").write_text(yaml.safe_dump(RECIPE), encoding="utf-8")
    assert pretrain.main(_pretraining(folder, work=folder / "work")) == 0
    return folder


def _pretraining(folder: Path, *, work: Path) -> list[str]:
    return [
        *("--corpus", str(folder / "laws.txt"), "--out", str(folder), "--work", str(work)),
        *("--recipe", str(folder / "recipe.yaml"), "--threads", "1"),
    ]


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("labelled")
    reasons = [
        {"unit": f"第{unit}站", "text": f"{text}，{unit}号", "labels": labels, "rewrite": status}
        | {"new_indicator": name, "new_target": target}
        for unit in range(8)
        for text, labels, status, name, target in REASONS
    ]
    targets = [
        {"unit": f"第{unit}站", "text": text, "label": label, "indicators": [f"指标{unit}"]}
        for unit in range(8)
        for text, label in TARGETS
    ]
    for name, records in {"roads": reasons + targets, "schools": reasons[:6]}.items():
        lines = [json.dumps(record, ensure_ascii=False) for record in records]
        (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def _finetuning(base: Path, labelled: Path, out: Path, *extra: str) -> list[str]:
    recipe = yaml.safe_load(Path(finetune.__file__).with_name("finetune.yaml").read_text(encoding="utf-8"))
    path = out.with_suffix(".yaml")
    path.write_text(yaml.safe_dump(recipe | {"epochs": 1, "held_out": 0.3}), encoding="utf-8")
    return [
        *("--encoder", str(base), "--data", str(labelled), "--out", str(out)),
        *("--recipe", str(path), "--threads", "1", *extra),
    ]


def test_masking_hides_the_share_asked_for_and_no_special_piece() -> None:
    ids = np.random.default_rng(0).integers(0, 50, size=(200, 64))
    shown, labels = pretrain.mask_batch(
        ids, {"share": 0.2, "longest_span": 3}, mask_id=4, vocabulary=50, chance=np.random.default_rng(1)
    )
    asked = labels >= 0
    assert 0.14 < asked.mean() < 0.22
    assert not asked[ids < 5].any()
    np.testing.assert_array_equal(shown[~asked], ids[~asked])
    np.testing.assert_array_equal(labels[asked], ids[asked])
    assert (shown[asked] == 4).mean() == pytest.approx(0.8, abs=0.03)


def test_the_rate_warms_up_stays_and_falls() -> None:
    rates = [pretrain.rate_at(step, 100, optimiser=RECIPE["optimiser"]) for step in range(101)]
    assert rates[0] < rates[4] == rates[70] == 0.003
    assert rates[-1] == 0.0
    assert rates[75:] == sorted(rates[75:], reverse=True)


def test_pretraining_learns_and_keeps_its_log(base: Path) -> None:
    notes = [json.loads(line) for line in (base / "pretrain_log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [note["step"] for note in notes] == [10, 20, 30, 40]
    assert notes[-1]["tokens"] == 30 * 256 + 10 * 256
    assert notes[-1]["held_out_loss"] < notes[1]["held_out_loss"]


def test_the_folder_is_one_that_transformers_loads(base: Path) -> None:
    encoder = transformers.AutoModel.from_pretrained(base)
    assert encoder.config.model_type == "bert"
    assert encoder(torch.tensor([[2, 7, 3]])).last_hidden_state.shape == (1, 3, 32)
    tokenizer = transformers.AutoTokenizer.from_pretrained(base)
    own = CharTokenizer.load(base / "vocab.txt").encode("预算95%Ab")
    assert tokenizer("预算95%Ab", add_special_tokens=False)["input_ids"] == list(own.ids)


def test_a_run_that_was_broken_off_ends_as_if_it_had_not_been(base: Path, tmp_path: Path) -> None:
    tokenizer = CharTokenizer.load(base / "vocab.txt")
    corpus = pretrain.encode_corpus(LAW * 60, tokenizer, held_out=0.2)

    def fresh(work: Path) -> pretrain.Pretraining:
        return pretrain.Pretraining(RECIPE, tokenizer=tokenizer, corpus=corpus, work=work)

    whole, broken = fresh(tmp_path / "whole"), fresh(tmp_path / "broken")
    losses = [whole.one_step() for _ in range(6)]
    for _ in range(3):
        broken.one_step()
    broken.save()
    again = fresh(tmp_path / "broken")
    again.resume()
    assert [again.one_step() for _ in range(3)] == losses[3:]


def test_finetuning_writes_a_reader_and_two_runs_write_the_same(base: Path, labelled: Path, tmp_path: Path) -> None:
    texts = ["资金未到位", "指标改为“道路完好率”", "", "暴雨" * 40]
    for name in ("one", "two"):
        weights = ["--weights", str(tmp_path / "weights")]
        assert finetune.main(_finetuning(base, labelled, tmp_path / name, "--hold-out", "schools", *weights)) == 0
    one, two = (EncoderReader.load(tmp_path / name) for name in ("one", "two"))
    np.testing.assert_array_equal(one.reasons(texts), two.reasons(texts))
    assert one.reasons(texts).shape == (4, len(RATIONALE))
    assert one.targets(["≥95%"], [("合格率",)]).shape == (1, len(TARGET))
    assert set(one.temperatures) == {"reasons", "targets", "statuses", "tags"}
    assert transformers.AutoModel.from_pretrained(tmp_path / "weights").config.hidden_size == 32
    assert (tmp_path / "weights" / "heads.safetensors").is_file()
    assert (tmp_path / "one" / "graph.bin").read_bytes() == (tmp_path / "two" / "graph.bin").read_bytes()


def test_the_loss_of_a_status_falls_with_whatever_may_be_right() -> None:
    logits = torch.log(torch.tensor([[0.1, 0.2, 0.3, 0.4]]))
    done_or_approved = torch.tensor([[False, False, True, True]])
    assert finetune.status_loss(logits, done_or_approved).item() == pytest.approx(-np.log(0.7), abs=1e-6)
    assert finetune.status_loss(logits, torch.ones(1, 4, dtype=torch.bool)).item() == pytest.approx(0.0, abs=1e-6)


def test_the_exported_graph_answers_as_the_module_does(base: Path, tmp_path: Path) -> None:
    torch.manual_seed(5)
    body = transformers.AutoModel.from_pretrained(base, attn_implementation="eager", dtype=torch.float32)
    module = heads.MultiTask(body, dropout=0.1)
    write_reader(
        module,
        tmp_path / "reader",
        vocabulary=base / "vocab.txt",
        temperatures=dict.fromkeys(("reasons", "targets", "statuses", "tags"), 1.0),
    )
    reader = EncoderReader.load(tmp_path / "reader")
    texts = ["资金", "第一条为了规范财政资金管理，提高资金使用效益", "无", "根据有关法律制定本办法" * 5]
    windows = [window for owner, text in enumerate(texts) for window in reader.cutter.windows(text, owner=owner)]
    served = reader.logits(windows)
    for place, window in enumerate(windows):
        batch = reader.cutter.batch(windows, [place])
        with torch.no_grad():
            asked = module.eval()(*map(torch.from_numpy, (batch.ids, batch.mask, batch.segments)))
        np.testing.assert_allclose(served.reasons[place], asked[0][0], atol=5e-3)  # the weights were cut to fp16
        np.testing.assert_allclose(served.targets[place], asked[1][0], atol=5e-3)
        np.testing.assert_allclose(served.statuses[place], asked[2][0], atol=5e-3)
        np.testing.assert_allclose(served.tags[place], asked[3][0, : len(window.ids)], atol=5e-3)


def test_an_unknown_label_is_named_and_nothing_is_written(base: Path, labelled: Path, tmp_path: Path) -> None:
    path = tmp_path / "wrong.jsonl"
    path.write_text('{"text": "暴雨", "labels": ["weather"], "rewrite": "none"}\n', encoding="utf-8")
    with pytest.raises(BadExamples, match=r"wrong\.jsonl 第1行"):
        finetune.main(_finetuning(base, path, tmp_path / "reader"))
    assert not (tmp_path / "reader").exists()


def test_classes_nobody_gave_make_no_loss() -> None:
    assert finetune.class_loss(torch.zeros(2, 3), torch.tensor([-1, -1])).item() == 0.0
