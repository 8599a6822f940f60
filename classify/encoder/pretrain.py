"""Masked language modelling of the compact encoder on the corpus; needs torch and transformers (extra ``train``).

``python -m classify.encoder.pretrain --corpus laws.txt.xz --out models/encoder/base`` reads ``vocab.txt`` in that
folder and ``pretrain.yaml`` beside this file, trains on a GPU where there is one, goes on from the checkpoint in
``--work`` if there is one, and writes config.json, model.safetensors (fp16) and pretrain_log.jsonl.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy
from transformers import BertConfig, BertForMaskedLM, BertModel

from classify.encoder.tokens import END, MASK, SPECIAL, START, CharTokenizer
from classify.encoder.vocabulary import read_corpus
from classify.encoder.warm import warm_start
from classify.fold import fold

Ids = NDArray[np.int64]
Recipe = Mapping[str, Any]  # pretrain.yaml as read; its keys are named there

CHECKPOINT = "checkpoint.safetensors"
_LEFT_AS_IS, _REPLACED = 0.1, 0.1  # of the masked places, as in BERT: they keep unmasked text in training
_NO_LABEL = -100  # torch's mark for places that do not count


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of training with one shape of batch."""

    steps: int
    length: int
    batch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Token ids of all paragraphs, each closed by ``[SEP]``, in two stretches."""

    train: Ids
    held_out: Ids


def encode_corpus(text: str, tokenizer: CharTokenizer, *, held_out: float) -> Corpus:
    """Folded as the classifiers fold their texts."""
    closing = tokenizer.vocabulary[END]
    ids: list[int] = []
    for line in text.splitlines():
        spelled = fold(line).text
        if spelled:
            ids += tokenizer.encode(spelled).ids
            ids.append(closing)
    stream = np.asarray(ids, dtype=np.int64)
    cut = round(len(stream) * (1 - held_out))
    return Corpus(train=stream[:cut], held_out=stream[cut:])


def kept_corpus(path: Path, tokenizer: CharTokenizer, *, work: Path, held_out: float) -> Corpus:
    """The corpus encoded; a run that is taken up again finds the ids in its work folder."""
    kept = work / "corpus.npz"
    if kept.is_file():
        with np.load(kept) as arrays:
            return Corpus(train=arrays["train"], held_out=arrays["held_out"])
    corpus = encode_corpus(read_corpus(path), tokenizer, held_out=held_out)
    work.mkdir(parents=True, exist_ok=True)
    np.savez(kept, train=corpus.train, held_out=corpus.held_out)
    return corpus


def draw_batch(stream: Ids, phase: Phase, *, start: int, chance: np.random.Generator) -> Ids:
    """``batch`` windows of ``length`` ids drawn with replacement, each opened by ``[CLS]``: (batch, length)."""
    begins = chance.integers(0, len(stream) - phase.length, size=phase.batch)
    windows = stream[begins[:, None] + np.arange(phase.length - 1)]
    return np.concatenate([np.full((phase.batch, 1), start), windows], axis=1)


def mask_batch(
    ids: Ids, masking: Mapping[str, float], *, mask_id: int, vocabulary: int, chance: np.random.Generator
) -> tuple[Ids, Ids]:
    """The ids with spans hidden, and the labels (-100 where nothing is asked); special tokens stay."""
    longest = int(masking["longest_span"])
    opens = chance.random(ids.shape) < masking["share"] / ((1 + longest) / 2)
    spans = chance.integers(1, longest + 1, size=ids.shape)
    hidden = np.zeros(ids.shape, dtype=bool)
    for shift in range(longest):
        hidden[:, shift:] |= (opens & (spans > shift))[:, : ids.shape[1] - shift]
    hidden &= ids >= len(SPECIAL)
    labels = np.where(hidden, ids, _NO_LABEL)
    fate = chance.random(ids.shape)
    shown = np.where(hidden & (fate >= _LEFT_AS_IS), mask_id, ids)
    random_ids = chance.integers(len(SPECIAL), vocabulary, size=ids.shape)
    shown = np.where(hidden & (fate >= 1 - _REPLACED), random_ids, shown)
    return shown, labels


def rate_at(step: int, total: int, *, optimiser: Mapping[str, float]) -> float:
    """Warm-up, flat, then linear to zero."""
    warm = min(1.0, (step + 1) / optimiser["warmup_steps"])
    left = (total - step) / max(1.0, total * optimiser["decay_share"])
    return optimiser["rate"] * min(warm, left, 1.0)


class Pretraining:
    """One run: model, optimiser, chance and log; ``save`` and ``resume`` hold all of it."""

    def __init__(self, recipe: Recipe, *, tokenizer: CharTokenizer, corpus: Corpus, work: Path) -> None:
        torch.manual_seed(recipe["seed"])
        self.recipe, self.corpus, self.work = recipe, corpus, work
        self.vocabulary = len(tokenizer.vocabulary)
        self.start, self.mask_id = tokenizer.vocabulary[START], tokenizer.vocabulary[MASK]
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        silent = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}  # little more than one pass
        # Plain attention: the backward pass of torch's fused one takes half of the time on a CPU.
        config = BertConfig(vocab_size=self.vocabulary, attn_implementation="eager", **recipe["model"], **silent)
        self.model = BertForMaskedLM(config).to(self.device)
        warm_start(self.model, corpus.train, seed=recipe["seed"])
        optimiser = recipe["optimiser"]
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(),
            lr=optimiser["rate"],
            weight_decay=optimiser["weight_decay"],
            betas=(0.9, 0.98),
            fused=True,
        )
        self.chance = np.random.default_rng(recipe["seed"])
        self.phases = tuple(Phase(**phase) for phase in recipe["phases"])
        self.step, self.seen, self.seconds = 0, 0, 0.0
        self.log: list[dict[str, float]] = []

    @property
    def total(self) -> int:
        """Steps of all phases."""
        return sum(phase.steps for phase in self.phases)

    def phase(self) -> Phase:
        """The phase of the present step."""
        behind = 0
        for phase in self.phases:
            behind += phase.steps
            if self.step < behind:
                return phase
        return self.phases[-1]

    def run(self) -> None:
        """To the last step, saving on the way."""
        recent: list[float] = []
        since = time.monotonic()
        while self.step < self.total:
            recent.append(self.one_step())
            if self.step % self.recipe["log_every"] == 0 or self.step == self.total:
                now = time.monotonic()
                self.seconds, since = self.seconds + now - since, now
                self._note(float(np.mean(recent)))
                recent = []
            if self.step % self.recipe["save_every"] == 0 or self.step == self.total:
                self.save()

    def one_step(self) -> float:
        """One batch; its masked loss in nats."""
        phase = self.phase()
        ids = draw_batch(self.corpus.train, phase, start=self.start, chance=self.chance)
        for group in self.optimiser.param_groups:
            group["lr"] = rate_at(self.step, self.total, optimiser=self.recipe["optimiser"])
        scores, truth = self._scores(ids, chance=self.chance)
        loss = cross_entropy(scores, truth)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe["optimiser"]["clip"])
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self.seen += ids.size
        return float(loss.item())

    def _scores(self, ids: Ids, *, chance: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits (masked places, vocabulary) and what stood there; the wide output layer is asked nowhere else."""
        shown, labels = mask_batch(
            ids, self.recipe["masking"], mask_id=self.mask_id, vocabulary=self.vocabulary, chance=chance
        )
        asked = torch.from_numpy(np.flatnonzero(labels != _NO_LABEL)).to(self.device)
        truth = torch.from_numpy(labels[labels != _NO_LABEL]).to(self.device)
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            states = self.model.bert(torch.from_numpy(shown).to(self.device)).last_hidden_state
            scores = self.model.cls(states.flatten(0, 1)[asked])
        return scores.float(), truth

    @torch.no_grad()
    def held_out(self) -> tuple[float, float]:
        """Masked loss and share guessed right on the same held-out windows every time."""
        chance = np.random.default_rng(self.recipe["seed"] + 1)
        phase = Phase(steps=0, length=self.phases[0].length, batch=256)
        drawn = [draw_batch(self.corpus.held_out, phase, start=self.start, chance=chance) for _ in range(4)]
        found = [self._scores(ids, chance=chance) for ids in drawn]
        losses = [cross_entropy(scores, truth).item() for scores, truth in found]
        right = [(scores.argmax(-1) == truth).float().mean().item() for scores, truth in found]
        return float(np.mean(losses)), float(np.mean(right))

    def _note(self, loss: float) -> None:
        note = {"step": self.step, "tokens": self.seen, "seconds": round(self.seconds, 1), "loss": round(loss, 4)}
        if self.step % self.recipe["save_every"] == 0 or self.step == self.total:
            held, right = self.held_out()
            note |= {"held_out_loss": round(held, 4), "held_out_right": round(right, 4)}
        self.log.append(note)
        print(json.dumps(note), flush=True)

    def save(self) -> None:
        """All that is needed to go on, replaced in one act."""
        self.work.mkdir(parents=True, exist_ok=True)
        tensors = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
        for place, state in self.optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{place}.{name}": tensor for name, tensor in state.items()}
        told = {
            "chance": self.chance.bit_generator.state,
            "progress": {"step": self.step, "seen": self.seen, "seconds": self.seconds},
            "log": self.log,
        }
        apart = {name: tensor.clone() for name, tensor in tensors.items()}  # the tied layers share one memory
        notes = {name: json.dumps(value) for name, value in told.items()}
        save_file(apart, self.work / "checkpoint.new", metadata=notes)
        (self.work / "checkpoint.new").replace(self.work / CHECKPOINT)

    def resume(self) -> None:
        """Go on from the checkpoint of the work folder, if there is one."""
        path = self.work / CHECKPOINT
        if not path.is_file():
            return
        with safe_open(path, framework="pt", device=str(self.device)) as kept:
            tensors = {name: kept.get_tensor(name) for name in kept.keys()}  # noqa: SIM118 - no mapping
            notes = {name: json.loads(value) for name, value in kept.metadata().items()}
        self.model.load_state_dict(_below(tensors, "model."))
        states: dict[int, dict[str, Any]] = {}
        for name, tensor in _below(tensors, "optimiser.").items():
            place, _, what = name.partition(".")
            states.setdefault(int(place), {})[what] = tensor
        self.optimiser.load_state_dict(self.optimiser.state_dict() | {"state": states})
        self.chance.bit_generator.state = notes["chance"]
        self.step, self.seen = notes["progress"]["step"], notes["progress"]["seen"]
        self.seconds, self.log = notes["progress"]["seconds"], notes["log"]

    def export(self, folder: Path) -> None:
        """The encoder without the masked head, as ``AutoModel.from_pretrained`` reads it, and the log."""
        encoder = BertModel(self.model.config, add_pooling_layer=False)
        encoder.load_state_dict(self.model.bert.state_dict())
        encoder.half().save_pretrained(folder)
        lines = [json.dumps(note) for note in self.log]
        (folder / "pretrain_log.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _below(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def main(arguments: Sequence[str]) -> int:
    """Train to the end of the recipe and write the folder."""
    parser = argparse.ArgumentParser(prog="python -m classify.encoder.pretrain")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder with vocab.txt; the encoder is written there")
    parser.add_argument("--work", type=Path, default=Path("build/pretrain"), help="checkpoints")
    parser.add_argument("--recipe", type=Path, default=Path(__file__).with_name("pretrain.yaml"))
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    recipe = yaml.safe_load(options.recipe.read_text(encoding="utf-8"))
    tokenizer = CharTokenizer.load(options.out / "vocab.txt")
    corpus = kept_corpus(options.corpus, tokenizer, work=options.work, held_out=recipe["held_out"])
    run = Pretraining(recipe, tokenizer=tokenizer, corpus=corpus, work=options.work)
    run.resume()
    run.run()
    run.export(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
