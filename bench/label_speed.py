"""Seconds of retraining on five thousand labels, and of answering ten thousand texts."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from bench.noise import copies
from bench.tables import Figures
from classify.champions import house_champions
from classify.learning.examples import Example
from classify.learning.folds import examples_to_truth, sift
from classify.learning.linear import NgramLabels
from classify.learning.train import examine, train
from domain.label import Task
from fuhe.training import gold_examples, shipped_examples, task_to_school

TASK = Task.RATIONALE
LABELS, MOST_TRAINING = 5_000, 60.0  # labelled texts, and the seconds they may take
TEXTS, MOST_ANSWERING = 10_000, 5.0
SEED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One piece of work: how many texts, seconds on the clock and of the processor, and the seconds asked for."""

    name: str
    texts: int
    clock: float
    processor: float
    asked: float | None


def _timed(name: str, work: Callable[[], object], *, texts: int, asked: float | None) -> Timed:
    begun, busy = time.perf_counter(), time.process_time()
    work()
    clock, processor = time.perf_counter() - begun, time.process_time() - busy
    return Timed(name=name, texts=texts, clock=clock, processor=processor, asked=asked)


def time_training(count: int = LABELS) -> Timed:
    """Everything ``fuhe train`` does to texts: hearing, folds, doubts, calibration, and the examination on gold."""
    school, gold = task_to_school(TASK), gold_examples(TASK)
    base = sift(shipped_examples(TASK)).examples[:count]
    later = tuple(copies(base, count - len(base), seed=SEED))

    def work() -> None:
        trained = train(base, task=TASK, school=school, later=later, gold=gold)
        examine(trained.reader, gold, task=TASK, school=school)

    return _timed("重新训练并检验", work, texts=len(base) + len(later), asked=MOST_TRAINING)


def time_answers(count: int = TEXTS) -> tuple[Timed, Timed]:
    """The linear model alone over texts, and the champion with its word lists; no text twice."""
    school, base = task_to_school(TASK), sift(shipped_examples(TASK)).examples
    texts = _different(base, count)
    model = NgramLabels(seed=SEED).fit([each.text for each in base], examples_to_truth(base, tuple(school.labels)))
    champions = house_champions()
    champions.rationale(base[0].text)  # word lists and weights are loaded once, whatever the batch
    return (
        _timed("线性模型判别", lambda: model.predict_proba(texts), texts=len(texts), asked=MOST_ANSWERING),
        _timed("现用模型判别（词表与线性模型）", lambda: champions.rationales(texts), texts=len(texts), asked=None),
    )


def _different(base: tuple[Example, ...], count: int) -> list[str]:
    seen = dict.fromkeys(each.text for each in copies(base, 3 * count, seed=SEED))
    return list(islice(seen, count))


def speed_figures(timed: tuple[Timed, ...]) -> Figures:
    """The table; clock time depends on what else the machine does, processor time hardly."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "未知"
    return Figures(
        title="用时",
        head=("工作", "条数", "时钟秒", "处理器秒", "要求"),
        rows=tuple(
            (each.name, f"{each.texts}", f"{each.clock:.1f}", f"{each.processor:.1f}", _asked(each)) for each in timed
        ),
        notes=(f"单进程，本机 {os.cpu_count()} 核，测量时负载 {load}；负载高于核数时应看处理器秒。",),
    )


def _asked(timed: Timed) -> str:
    return "–" if timed.asked is None else f"≤ {timed.asked:.0f}"
