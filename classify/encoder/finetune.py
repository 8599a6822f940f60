"""All heads trained together on labelled texts; needs torch and transformers (extra ``train``).

``python -m classify.encoder.finetune --encoder models/encoder/base --data FOLDER... --out models/encoder/reader``
takes any BERT-like folder as ``--encoder``, keeps a share of the units out of training for early stopping and for the
temperatures, and writes the folder that is served. ``--hold-out SECTOR`` leaves whole files out of everything.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import AutoModel

from classify.encoder.calibrate import Fit, fit_classes, fit_labels
from classify.encoder.export import write_reader, write_weights
from classify.encoder.heads import MultiTask, Scores
from classify.encoder.joining import joined
from classify.encoder.serve import DENIED, VOCABULARY
from classify.encoder.spans import window_to_tags
from classify.encoder.taught import (
    UNSURE,
    Pupils,
    files_to_pupils,
    only_ones,
    parted,
    reason_to_spans,
    reasons_to_statuses,
    reasons_to_truth,
    targets_to_classes,
)
from classify.encoder.tokens import MASK, SPECIAL, CharTokenizer
from classify.encoder.windows import Batch, Cutter, Window, strongest
from classify.learning.examples import Example
from classify.learning.folds import examples_to_hash

Floats = NDArray[np.float32]
Recipe = Mapping[str, Any]  # finetune.yaml as read; its keys are named there


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Texts of one task cut to windows, ready to be drawn from."""

    windows: tuple[Window, ...]
    truth: torch.Tensor
    statuses: torch.Tensor
    tags: tuple[tuple[int, ...], ...]
    classes: torch.Tensor

    @property
    def texts(self) -> int:
        """How many texts own the windows."""
        return self.windows[-1].owner + 1 if self.windows else 0


def reasons_to_lot(reasons: Sequence[Example], cutter: Cutter) -> Lot:
    """Windows with labels, statuses and tags."""
    windows = [window for owner, each in enumerate(reasons) for window in cutter.windows(each.text, owner=owner)]
    return Lot(
        windows=tuple(windows),
        truth=torch.from_numpy(reasons_to_truth(reasons)),
        statuses=torch.from_numpy(reasons_to_statuses(reasons)),
        tags=tuple(window_to_tags(window, reason_to_spans(reasons[window.owner])) for window in windows),
        classes=torch.zeros(0, dtype=torch.int64),
    )


def targets_to_lot(targets: Sequence[Example], cutter: Cutter) -> Lot:
    """Windows with classes."""
    windows = [
        window
        for owner, each in enumerate(targets)
        for window in cutter.windows(each.text, owner=owner, beside=each.indicators)
    ]
    return Lot(
        windows=tuple(windows),
        truth=torch.zeros(0),
        statuses=torch.zeros(0, dtype=torch.bool),
        tags=(),
        classes=torch.from_numpy(targets_to_classes(targets)),
    )


def draw(lot: Lot, *, texts: int, chance: np.random.Generator) -> Iterator[list[int]]:
    """Places of windows, batch by batch, all windows of a text together, texts of like length together."""
    of_text: list[list[int]] = [[] for _ in range(lot.texts)]
    for place, window in enumerate(lot.windows):
        of_text[window.owner].append(place)
    lengths = np.array([sum(len(lot.windows[place].ids) for place in own) for own in of_text])
    order = np.argsort(lengths * chance.uniform(0.8, 1.25, len(lengths)))  # like, not sorted: no two epochs the same
    groups = [order[begin : begin + texts] for begin in range(0, len(order), texts)]
    for group in (groups[place] for place in chance.permutation(len(groups))):
        yield [place for text in group for place in of_text[text]]


def strongest_window(scores: torch.Tensor, owners: torch.Tensor, *, texts: int, denied: Sequence[int] = ()) -> Any:
    """As ``windows.strongest``, in torch."""
    signs = torch.ones(scores.shape[1])
    signs[list(denied)] = -1.0
    best = torch.full((texts, scores.shape[1]), -torch.inf, dtype=scores.dtype)
    index = owners.unsqueeze(1).expand_as(scores)
    return best.scatter_reduce(0, index, scores * signs, reduce="amax", include_self=False) * signs


def class_loss(logits: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy of the rows that have a class; 0 where none has, for which torch would give NaN."""
    total = cross_entropy(logits, classes, ignore_index=UNSURE, reduction="sum")
    return total / max(1, int((classes != UNSURE).sum()))


def status_loss(logits: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Mean of the negative log of how likely it is that one of those is told that may be right."""
    told = torch.logsumexp(logits.masked_fill(~right, -torch.inf), dim=1)
    return (torch.logsumexp(logits, dim=1) - told).mean()


class Finetuning:
    """One run over one lesson."""

    def __init__(self, recipe: Recipe, *, encoder: Path, train: Pupils, held_out: Pupils) -> None:
        torch.manual_seed(recipe["seed"])
        self.recipe = recipe
        body = AutoModel.from_pretrained(encoder, attn_implementation="eager", dtype=torch.float32)
        self.module = MultiTask(body, dropout=recipe["dropout"])
        tokenizer = CharTokenizer.load(encoder / VOCABULARY)
        self.cutter = Cutter(
            tokenizer=tokenizer, positions=min(recipe["positions"], body.config.max_position_embeddings)
        )
        self.mask_id = tokenizer.vocabulary[MASK]
        self.reasons, self.targets = train.reasons, targets_to_lot(train.targets, self.cutter)
        self.held_out = reasons_to_lot(held_out.reasons, self.cutter), targets_to_lot(held_out.targets, self.cutter)
        self.chance = np.random.default_rng(recipe["seed"])
        own = [parameter for name, parameter in self.module.named_parameters() if not name.startswith("encoder.")]
        rates = recipe["rates"]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": self.module.encoder.parameters(), "lr": rates["encoder"]},
                {"params": own, "lr": rates["heads"]},
            ],
            weight_decay=recipe["weight_decay"],
            fused=True,
        )
        self.averaged = AveragedModel(self.module, multi_avg_fn=get_ema_multi_avg_fn(recipe["average"]))
        self.averaged.eval()
        self.log: list[dict[str, float]] = []

    def run(self) -> None:
        """Epochs until the calibrated held-out loss has not fallen for ``patience`` of them; the best one is kept.

        What is held against the units held out, and kept, is the running average of the weights.
        """
        best, kept, since = np.inf, copy.deepcopy(self.module.state_dict()), time.monotonic()
        epochs, waited = self.recipe["epochs"], 0
        for epoch in range(epochs):
            loss = self._epoch(epoch)
            held = {name: fit.loss for name, fit in self.fits().items()}
            total = sum(loss * self.recipe["weights"][name] for name, loss in held.items())
            note = {"epoch": epoch + 1, "seconds": round(time.monotonic() - since, 1), "loss": round(loss, 4)}
            note |= {f"held_out_{name}": round(value, 4) for name, value in held.items()}
            self.log.append(note)
            print(json.dumps(note), flush=True)
            waited = 0 if total < best else waited + 1
            if total < best:
                best, kept = total, copy.deepcopy(self.averaged.module.state_dict())
            if waited >= self.recipe["patience"]:
                break
        for module in (self.module, self.averaged.module):
            module.load_state_dict(kept)

    def _epoch(self, epoch: int) -> float:
        self.module.train()
        more = joined(self.reasons, share=self.recipe["joined"], chance=self.chance)
        lots = (reasons_to_lot((*self.reasons, *more), self.cutter), self.targets)
        batches = [
            (lot, places) for lot in lots for places in draw(lot, texts=self.recipe["batch"], chance=self.chance)
        ]
        losses: list[float] = []
        for done, which in enumerate(self.chance.permutation(len(batches))):
            lot, places = batches[which]
            self._set_rate((epoch + done / len(batches)) / self.recipe["epochs"])
            loss = sum(self._losses(lot, places).values())
            assert isinstance(loss, torch.Tensor)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.module.parameters(), self.recipe["clip"])
            self.optimiser.step()
            self.optimiser.zero_grad(set_to_none=True)
            self.averaged.update_parameters(self.module)
            losses.append(loss.item())
        return float(np.mean(losses))

    def _set_rate(self, progress: float) -> None:
        """Warm-up over the first twentieth, then down along a straight line."""
        share = min(progress / 0.05, (1.0 - progress) / 0.95)
        rates = self.recipe["rates"]
        for group, rate in zip(self.optimiser.param_groups, (rates["encoder"], rates["heads"]), strict=True):
            group["lr"] = rate * max(share, 0.0)

    def _losses(self, lot: Lot, places: Sequence[int]) -> dict[str, torch.Tensor]:
        batch = self.cutter.batch(lot.windows, places)
        scores = self._scores(self.module, self._with_holes(batch))
        owners = [lot.windows[place].owner for place in places]
        texts = sorted(set(owners))
        index = torch.tensor([texts.index(owner) for owner in owners])
        weights = self.recipe["weights"]
        if len(lot.classes):
            classes = strongest_window(scores[1].float(), index, texts=len(texts))
            return {"targets": class_loss(classes, lot.classes[texts]) * weights["targets"]}
        labels = strongest_window(scores[0].float(), index, texts=len(texts), denied=DENIED)
        truth = lot.truth[texts]
        known = ~truth.isnan()
        statuses = strongest_window(scores[2].float(), index, texts=len(texts))
        return {
            "reasons": binary_cross_entropy_with_logits(labels[known], truth[known]) * weights["reasons"],
            "statuses": status_loss(statuses, lot.statuses[texts]) * weights["statuses"],
            "tags": self._tag_loss(scores[3], lot, places) * weights["tags"],
        }

    def _tag_loss(self, scores: torch.Tensor, lot: Lot, places: Sequence[int]) -> torch.Tensor:
        truth = torch.full(scores.shape[:2], UNSURE)
        for row, place in enumerate(places):
            truth[row, : len(lot.tags[place])] = torch.tensor(lot.tags[place])
        return class_loss(scores.float().flatten(0, 1), truth.flatten())

    def _with_holes(self, batch: Batch) -> Batch:
        """In training some tokens are hidden, so that no label hangs on one character."""
        hidden = (self.chance.random(batch.ids.shape) < self.recipe["holes"]) & (batch.ids >= len(SPECIAL))
        ids = np.where(hidden, self.mask_id, batch.ids)
        return Batch(places=batch.places, ids=ids, mask=batch.mask, segments=batch.segments)

    def _scores(self, module: torch.nn.Module, batch: Batch) -> Scores:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores: Scores = module(*map(torch.from_numpy, (batch.ids, batch.mask, batch.segments)))
        return scores

    @torch.no_grad()
    def fits(self) -> dict[str, Fit]:
        """Temperature and loss of every head on the units held out."""
        reasons, targets = self.held_out
        told, tags = self._all_scores(reasons)
        owners = [window.owner for window in reasons.windows]
        labels = strongest(told[0], owners, texts=reasons.texts, denied=DENIED)
        statuses = strongest(told[2], owners, texts=reasons.texts)
        classes = strongest(
            self._all_scores(targets)[0][1], [window.owner for window in targets.windows], texts=targets.texts
        )
        flat = np.array([tag for own in reasons.tags for tag in own], dtype=np.int64)
        return {
            "reasons": fit_labels(labels, reasons.truth.numpy()),
            "statuses": fit_classes(statuses, only_ones(reasons.statuses.numpy())),
            "targets": fit_classes(classes, targets.classes.numpy()),
            "tags": fit_classes(tags, flat),
        }

    def _all_scores(self, lot: Lot) -> tuple[tuple[Floats, Floats, Floats], Floats]:
        """Logits of the three text heads by window, and of the tags by token."""
        rows: dict[int, tuple[Floats, ...]] = {}
        for batch in self.cutter.batches(lot.windows, tokens=4096):
            scores = [each.float().numpy() for each in self._scores(self.averaged.module, batch)]
            for row, place in enumerate(batch.places):
                length = len(lot.windows[place].ids)
                rows[place] = (*(scores[head][row] for head in range(3)), scores[3][row, :length])
        ordered = [rows[place] for place in range(len(lot.windows))]
        told = tuple(np.stack([row[head] for row in ordered]) for head in range(3))
        return (told[0], told[1], told[2]), np.concatenate([row[3] for row in ordered])


def main(arguments: Sequence[str]) -> int:
    """Train, calibrate, export."""
    parser = argparse.ArgumentParser(prog="python -m classify.encoder.finetune")
    parser.add_argument("--encoder", type=Path, required=True, help="BERT-like folder: config, weights, vocab.txt")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="label files, or folders of them")
    parser.add_argument("--gold", type=Path, nargs="*", default=[], help="texts that must not be trained on")
    parser.add_argument("--hold-out", nargs="*", default=[], metavar="SECTOR", help="file names without ending")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--weights", type=Path, help="also write the tuned body, as transformers reads it, and its heads"
    )
    parser.add_argument("--recipe", type=Path, default=Path(__file__).with_name("finetune.yaml"))
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.use_deterministic_algorithms(True)
    recipe = yaml.safe_load(options.recipe.read_text(encoding="utf-8"))
    pupils = files_to_pupils(options.data, without=options.hold_out, gold=options.gold)
    train, aside = parted(pupils, share=recipe["held_out"], seed=recipe["seed"])
    run = Finetuning(recipe, encoder=options.encoder, train=train, held_out=aside)
    run.run()
    temperatures = {name: fit.temperature for name, fit in run.fits().items()}
    write_reader(run.module, options.out, vocabulary=options.encoder / VOCABULARY, temperatures=temperatures)
    data = examples_to_hash((*train.reasons, *train.targets, *aside.reasons, *aside.targets))
    last = {"temperatures": temperatures, "data": data, "threads": options.threads}
    lines = [json.dumps(note) for note in (*run.log, last)]
    (options.out / "finetune_log.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    if options.weights is not None:
        write_weights(run.module, options.weights, vocabulary=options.encoder / VOCABULARY)
    print(lines[-1])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
