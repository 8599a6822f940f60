"""A challenger told in words: what it was taught by, how it does beside the champion, and what to look at again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from classify.learning.examples import Example
from classify.learning.measure import Gain
from classify.learning.train import LabelChange, Trained
from domain.label import Task

TASK_NAMES: Mapping[Task, str] = {Task.RATIONALE: "偏差原因", Task.TARGET: "指标值"}
METRIC_NAMES: Mapping[str, str] = {
    "macro_f1": "宏平均 F1",
    "micro_f1": "微平均 F1",
    "accuracy": "正确率",
    "calibration_error": "校准误差",
}
LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenger:
    """A trained reader and all that was found out about it, before anybody decides whether it is to answer.

    ``taught_by`` counts examples by file, ``silent`` decisions that teach nothing by why, ``missed`` must-catch texts
    with the label not held; ``before`` and ``after`` are the figures of champion and challenger on gold.
    """

    task: Task
    name: str
    champion: str
    trained: Trained
    taught_by: tuple[tuple[str, int], ...]
    silent: Mapping[str, int]
    before: Mapping[str, float]
    after: Mapping[str, float]
    gain: Gain
    changes: tuple[LabelChange, ...]
    missed: tuple[tuple[Example, str], ...]


def challenger_to_markdown(challenger: Challenger) -> str:
    """The card of a model: Chinese Markdown."""
    return "\n".join(_lines(challenger)) + "\n"


def _lines(challenger: Challenger) -> Iterator[str]:
    trained, names = challenger.trained, challenger.trained.reader.labels
    yield f"# {challenger.name}：{TASK_NAMES[challenger.task]}分类模型"
    yield ""
    yield "词表规则与字符 n-gram 线性模型两路意见，按标签加权合成概率。用途：给疑点提供依据，由人裁定；不作其他用途。"
    yield ""
    yield from _section("学了什么", _taught_lines(challenger))
    yield from _section("检验（冻结检验集，各模型均未学过）", _metric_lines(challenger))
    yield from _section("各标签", _label_lines(challenger, names))
    missed = [f"- {example.text}（应判“{names[label]}”）" for example, label in challenger.missed]
    yield from _section("必查情形", missed or ["全部判出。"])
    yield from _section("标注互相矛盾", list(contradiction_lines(trained, names)) or ["没有。"])
    yield from _section("可能标错，请复看", list(doubt_lines(trained, names)) or ["没有。"])


def _section(title: str, lines: Iterator[str] | list[str]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield from lines
    yield ""


def _taught_lines(challenger: Challenger) -> Iterator[str]:
    trained = challenger.trained
    for name, count in challenger.taught_by:
        yield f"- {name}：{count} 条"
    for why, count in sorted(challenger.silent.items()):
        yield f"- {why}：{count} 条，不用于文本分类"
    yield f"- 合并重复 {trained.sifted.repeated} 条，去掉与检验集相近的之后：{len(trained.reader.taught)} 条"
    yield f"- 训练数据校验值：{trained.data}"
    for label in trained.unlearned:
        yield f"- “{trained.reader.labels[label]}”例句太少，未学，仍按词表判断"


def _metric_lines(challenger: Challenger) -> Iterator[str]:
    champion = challenger.champion or "仅词表"
    yield f"| 指标 | {champion} | {challenger.name} |"
    yield "| --- | --- | --- |"
    for key, name in METRIC_NAMES.items():
        if key in challenger.after:
            yield f"| {name} | {challenger.before[key]:.3f} | {challenger.after[key]:.3f} |"
    gain = challenger.gain
    yield ""
    yield (
        f"检验集 {challenger.after['texts']:.0f} 条。宏平均 F1 变化 {gain.value:+.3f}"
        f"（按单位成对自助法 95% 区间 {gain.low:+.3f} 至 {gain.high:+.3f}，{gain.better:.0%} 的抽样中更好）。"
    )


def _label_lines(challenger: Challenger, names: Mapping[str, str]) -> Iterator[str]:
    yield "| 标签 | 条数 | 现用 F1 | 新 F1（95% 区间） | 变化 |"
    yield "| --- | --- | --- | --- | --- |"
    for each in challenger.changes:
        new = each.challenger
        told = f"{new.value:.2f}（{new.low:.2f}–{new.high:.2f}）"
        change = f"{new.value - each.champion:+.2f}"
        yield f"| {names[each.label]} | {each.support} | {each.champion:.2f} | {told} | {change} |"


def contradiction_lines(trained: Trained, names: Mapping[str, str]) -> Iterator[str]:
    """Texts of which two lines say different things, a line each."""
    for each in trained.sifted.contradictions[:LISTED]:
        labels = "、".join(names[label] for label in each.labels)
        yield f"- “{each.text}”：{' 与 '.join(each.places)} 对“{labels}”说法不同"


def doubt_lines(trained: Trained, names: Mapping[str, str]) -> Iterator[str]:
    """Labels that the other texts speak against, a line each."""
    for doubt in trained.doubts[:LISTED]:
        said = "是" if doubt.holds else "不是"
        yield (
            f"- {doubt.example.place}“{doubt.example.text}”标为{said}“{names[doubt.label]}”，"
            f"其余例句推断的概率为 {doubt.probability:.2f}"
        )
