"""The reader of rewrites as it comes with the program: trained, measured on the frozen texts, kept with its card."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from audit.sampling import exact_interval
from classify.champions import REWRITE, library_to_encoder
from classify.fold import fold
from classify.learning.examples import Example, RewriteTruth
from classify.learning.folds import apart
from classify.learning.pointing import Pointed
from classify.learning.tagger import Tagger
from classify.learning.tagger_training import Guide, train_tagger
from domain.label import Rewrite, RewriteStatus, Task
from fuhe.training import (
    CARD,
    DATA,
    GOLD,
    LICENCE,
    file_to_lesson,
    gold_examples,
    house_encoder_is_new,
    near_texts,
    seen_files,
    shipped_examples,
)
from models.store import Entry, Library

METRIC_NAMES: Mapping[str, str] = {
    "status": "状态判对（无、建议、已改、已批准）",
    "name": "写明了新指标名称的，逐字摘对",
    "target": "写明了新指标值的，逐字摘对",
    "extra": "没有写明而摘出名称或指标值的",
}
# What is measured on each frozen set of texts: the prefix of its figures, and what the set is called on a card.
SETS: Mapping[str, str] = {
    "": "检验集（应急、科技、商贸财政三个行业的偏差原因，写明改动的约占一成）",
    "ordinary_": "另备的一般偏差原因（80 个单位，写明改动的占三分之二，四人撰写，均未见过程序，标注由另外三人核对）",
    "written_": "另备的改指标原因（叙述曲折，写明改动的占四分之三，撰写人未见过程序）",
}
FILES: Mapping[str, str] = {"ordinary_": "ordinary_*.jsonl", "written_": "offices_*.jsonl"}  # in the folder of REWRITE
COUNTS = {"status": "texts", "name": "names", "target": "targets", "extra": "texts"}


def rewrite_examples() -> tuple[Example, ...]:
    """Reasons whose rewrite is known: those labelled for all, and those written for rewrites alone."""
    own = (file_to_lesson(path) for path in sorted((DATA / REWRITE).glob("*.jsonl")))
    told = (*shipped_examples(Task.RATIONALE), *(example for lesson in own for example in lesson.examples))
    return tuple(example for example in told if example.rewrites)


def frozen_rewrites() -> Mapping[str, tuple[Example, ...]]:
    """The frozen texts by the prefix of their figures; no model is trained on any of them."""
    own = {prefix: sorted((GOLD / REWRITE).glob(names)) for prefix, names in FILES.items()}
    return {
        "": gold_examples(Task.RATIONALE),
        **{
            prefix: tuple(each for path in paths for each in file_to_lesson(path).examples)
            for prefix, paths in own.items()
        },
    }


def train_rewrites(library: Library, *, name: str, origin: str, seed: int) -> Entry:
    """A reader of rewrites on the own shelf of a library, with its encoder if it has one. Raises ModelTrouble."""
    frozen = frozen_rewrites()
    examples = apart(rewrite_examples(), [each for own in frozen.values() for each in own], near=near_texts)
    guide = _library_to_guide(library)
    tagger = train_tagger(examples, seed=seed, guide=guide)
    metrics = {
        f"{prefix}{key}": value
        for prefix, own in frozen.items()
        for key, value in _examined(tagger, own, guide=guide).items()
    }
    entry = Entry(
        name=name,
        task=REWRITE,
        kind="word lists+linear+choice of pieces" + ("+encoder" if tagger.encoder else ""),
        made=f"{datetime.now(UTC):%Y-%m-%d}",
        origin=origin,
        licence=LICENCE,
        data=_examples_to_digest(examples),
        metrics=metrics,
    )
    with tempfile.TemporaryDirectory() as folder:
        tagger.save(Path(folder))
        card = "\n".join(_card_lines(entry, taught=len(examples))) + "\n"
        (Path(folder) / CARD).write_text(card, encoding="utf-8", newline="\n")
        return library.own.add(entry, Path(folder))


def _examined(tagger: Tagger, frozen: Sequence[Example], *, guide: Guide | None) -> dict[str, float]:
    texts = [each.text for each in frozen]
    pointed = guide.point(texts) if guide is not None and tagger.encoder else ()
    return measure_rewrites(tagger.rewrites(texts, pointed), frozen)


def _library_to_guide(library: Library) -> Guide | None:
    """The encoder of a library as the training of rewrites uses it; files of the word lists' authors weigh nothing."""
    found = library_to_encoder(library)
    if found is None:
        return None
    entry, reader = found
    is_new, seen = house_encoder_is_new(), seen_files()

    def weighs(example: Example) -> bool:
        return example.file not in seen and is_new(example)

    def point(texts: Sequence[str]) -> Sequence[Pointed]:
        return reader.hear(texts)[1]

    return Guide(digest=entry.digest, point=point, weighs=weighs)


def measure_rewrites(read: Sequence[Rewrite], gold: Sequence[Example]) -> dict[str, float]:
    """Shares of the texts: status right, the exact new name and target of those that give one, and wording made up."""
    known = [(told, each) for told, each in zip(read, gold, strict=True) if each.rewrites]
    pairs = [(told, _nearest(told, each.rewrites)) for told, each in known]
    seen = {
        "status": [
            told.status in _statuses(each, truth) for (_, each), (told, truth) in zip(known, pairs, strict=True)
        ],
        "name": [_same(told.new_indicator, truth.new_indicator) for told, truth in pairs if truth.new_indicator],
        "target": [_same(told.new_target, truth.new_target) for told, truth in pairs if truth.new_target],
        "extra": [_made_up(told, truth) for told, truth in pairs],
    }
    counted = {COUNTS[key]: float(len(each)) for key, each in seen.items()}
    return {**counted, **{key: sum(each) / max(len(each), 1) for key, each in seen.items()}}


def _statuses(example: Example, truth: RewriteTruth) -> tuple[RewriteStatus, ...]:
    """The states that are right: label files write an approved change as done, and its approval as a label."""
    if truth.status != RewriteStatus.DONE:
        return (RewriteStatus(truth.status),)
    approved = dict(example.known).get("approved_change")
    both = (RewriteStatus.DONE, RewriteStatus.APPROVED)
    return both if approved is None else both[approved:][:1]


def _nearest(told: Rewrite, truths: Sequence[RewriteTruth]) -> RewriteTruth:
    """Of several answers that count as right, the one that the reading comes nearest to."""
    return max(
        truths,
        key=lambda truth: (
            (told.status.value == truth.status)
            + _same(told.new_indicator, truth.new_indicator)
            + _same(told.new_target, truth.new_target)
        ),
    )


def _made_up(told: Rewrite, truth: RewriteTruth) -> bool:
    return bool((told.new_indicator and not truth.new_indicator) or (told.new_target and not truth.new_target))


def _same(one: str, other: str) -> bool:
    return fold(one).text == fold(other).text


def _examples_to_digest(examples: Sequence[Example]) -> str:
    told = "\n".join(f"{each.text}\t{each.rewrites}" for each in examples)
    return hashlib.sha256(told.encode()).hexdigest()


def _card_lines(entry: Entry, *, taught: int) -> Iterator[str]:
    yield from (f"# {entry.name}：改指标识别模型", "")
    yield "判断偏差原因是否写明改了指标或指标值，并摘出新名称、新指标值。用途：给疑点提供依据，由人裁定。"
    yield from ("", "## 学了什么", "", f"- 写明有无改动的原因：{taught} 条", f"- 训练数据校验值：{entry.data}", "")
    yield from ("## 检验（冻结的文本，模型未学过，95% 区间按 Clopper-Pearson 精确法）", "")
    for prefix, title in SETS.items():
        yield from (f"{title}：", "", "| 指标 | 条数 | 占比 | 95% 区间 |", "| --- | --- | --- | --- |")
        yield from (_figure_line(entry.metrics, key, prefix=prefix) for key in METRIC_NAMES)
        yield ""
    yield from ("## 已知局限", "", "- 是否经批准只按词表判断。", "- 叙述曲折、未用改动用语的改法较难识别，见第三张表。")


def _figure_line(metrics: Mapping[str, float], key: str, *, prefix: str) -> str:
    count, share = round(metrics[prefix + COUNTS[key]]), metrics[prefix + key]
    low, high = exact_interval(round(share * count), count)
    return f"| {METRIC_NAMES[key]} | {count} | {share:.3f} | {low:.3f}–{high:.3f} |"
