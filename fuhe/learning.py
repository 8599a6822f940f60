"""The commands train and models: what is asked for, done, and said about it."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from audit.relearn import BadLearned
from classify.champions import ENCODER, REWRITE, Champions, entry_to_reader, library_to_champions, with_reader
from classify.learning.examples import BadExamples
from classify.learning.reader import BrokenReader
from classify.learning.train import compare, examine, sitting_to_metrics
from domain.form import Form
from domain.label import Task
from fuhe.commands import WrongUsage
from fuhe.decision_records import BadDecisions, read_decisions
from fuhe.export import FORMS, read_forms_file
from fuhe.flips import Change, Flip, forms_to_flips
from fuhe.reranking import learn_order, learned_to_words, rerank_run, write_learned, write_reranked
from fuhe.rewrite_training import METRIC_NAMES as REWRITE_METRIC_NAMES
from fuhe.settings import SettingsError, find_settings
from fuhe.training import TrainingOrder, gold_examples, keep, promote, task_to_school, train_challenger
from fuhe.training_report import METRIC_NAMES, TASK_NAMES, Challenger, challenger_to_markdown
from models.store import Entry, Library, ModelTrouble, house_library

FLIPS_SHOWN = 30
LEARNED = "ranking.json"
OTHER_NAMES = {REWRITE: "改指标", ENCODER: "编码器"}
KIND_NAMES: Mapping[str, str] = {**{str(task): name for task, name in TASK_NAMES.items()}, **OTHER_NAMES}
TROUBLES = (BadExamples, BrokenReader, ModelTrouble, SettingsError)


def train_command(task: Task, files: Sequence[Path], *, batches: Sequence[Path], seed: int, config: Path | None) -> int:
    """Trains a challenger, keeps it and says how it does. Raises WrongUsage; the champion stays as it is."""
    library = house_library()
    try:
        labels = find_settings(config).labels
        order = TrainingOrder(task=task, files=tuple(files), seed=seed, labels=labels)
        challenger = train_challenger(order, library)
        entry = keep(challenger, library.own, origin="fuhe train")
        _say(challenger_to_markdown(challenger))
        champion = library_to_champions(library)
        _say_flips(batches, champion=champion, challenger=with_reader(champion, challenger.trained.reader))
        _say(_what_next(challenger, entry, library))
    except TROUBLES as error:
        raise WrongUsage(str(error)) from error
    return 0


def rank_command(files: Sequence[Path], *, batches: Sequence[Path]) -> int:
    """The open lists of these runs in the order that the decisions ask for. Raises WrongUsage."""
    if not files or not batches:
        raise WrongUsage("排序学习需要 --labels 复核记录 和 --batch 输出文件夹。")
    try:
        decisions = tuple(decision for path in files for decision in read_decisions(path))
        learned = learn_order(decisions, batches)
        _say(learned_to_words(learned))
        for batch in batches:
            path = write_reranked(batch, rerank_run(batch, learned, decisions=decisions))
            write_learned(batch / LEARNED, learned)
            _say(f"新的次序已写入 {path}，所用权重在 {batch / LEARNED}，原 findings.jsonl 不变。")
    except (BadDecisions, BadLearned) as error:
        raise WrongUsage(str(error)) from error
    return 0


def _what_next(challenger: Challenger, entry: Entry, library: Library) -> str:
    where = f"新模型已存为 {entry.name}（{library.own.root / entry.name}），尚未启用。"
    if challenger.missed:
        return f"{where}它漏判 {len(challenger.missed)} 条必查情形，不能启用；请补充相应标注。"
    return f"{where}看过以上比较后，执行 fuhe models promote {entry.name} 启用。"


def list_command() -> int:
    """Every model, those in use marked, and the log of promotions."""
    library = house_library()
    try:
        in_use = {entry.name for task in KIND_NAMES if (entry := library.champion(task)) is not None}
        for entry in library.entries():
            _say(_entry_to_line(entry, in_use=entry.name in in_use))
        for move in library.moves():
            act = "启用" if move.act == "promote" else "退回到"
            _say(f"{move.when}  {move.who} {act} {move.model}（此前 {move.instead_of or '无'}）")
    except TROUBLES as error:
        raise WrongUsage(str(error)) from error
    return 0


def _entry_to_line(entry: Entry, *, in_use: bool) -> str:
    named = {**METRIC_NAMES, **REWRITE_METRIC_NAMES}
    figures = "，".join(f"{name} {entry.metrics[key]:.3f}" for key, name in named.items() if key in entry.metrics)
    mark = "* " if in_use else "  "
    return f"{mark}{entry.name}  {KIND_NAMES[entry.task]}  {entry.made}  {figures}  {entry.digest}"


def compare_command(one: str, other: str, *, batches: Sequence[Path]) -> int:
    """Two models side by side on gold, and what the second would change in open batches."""
    library = house_library()
    try:
        entries = [library.entry(name) for name in (one, other)]
        if entries[0].task != entries[1].task:
            raise ModelTrouble(f"{one} 与 {other} 不是同一任务的模型，不能比较。")
        if entries[0].task not in set(Task):
            raise ModelTrouble(f"{one} 是{KIND_NAMES[entries[0].task]}，没有可逐项比较的标签；其检验结果见模型卡。")
        task = Task(entries[0].task)
        school, gold = task_to_school(task, library), gold_examples(task)
        readers = [entry_to_reader(entry, library) for entry in entries]
        sittings = [examine(reader, gold, task=task, school=school) for reader in readers]
        figures = [sitting_to_metrics(sitting) for sitting in sittings]
        for key, name in METRIC_NAMES.items():
            if key in figures[0]:
                _say(f"{name}  {figures[0][key]:.3f} → {figures[1][key]:.3f}")
        gain, changes = compare(*sittings)
        _say(f"宏平均 F1 变化 {gain.value:+.3f}（95% 区间 {gain.low:+.3f} 至 {gain.high:+.3f}）")
        for each in changes:
            name = readers[1].labels.get(each.label, each.label)
            _say(f"  {name}  {each.champion:.2f} → {each.challenger.value:.2f}（{each.support} 条）")
        champions = [with_reader(library_to_champions(library), reader) for reader in readers]
        _say_flips(batches, champion=champions[0], challenger=champions[1])
    except TROUBLES as error:
        raise WrongUsage(str(error)) from error
    return 0


def promote_command(name: str, *, who: str) -> int:
    """Another model answers from now on."""
    try:
        _say(promote(name, house_library(), who=who or getpass.getuser()))
    except TROUBLES as error:
        raise WrongUsage(str(error)) from error
    return 0


def rollback_command(task: Task, *, who: str) -> int:
    """The model before answers again."""
    try:
        move = house_library().roll_back(task, who=who or getpass.getuser())
    except TROUBLES as error:
        raise WrongUsage(str(error)) from error
    _say(f"已退回 {move.model}（此前使用 {move.instead_of}）。")
    return 0


def _say_flips(batches: Sequence[Path], *, champion: Champions, challenger: Champions) -> None:
    for batch in batches:
        flips = forms_to_flips(_batch_to_forms(batch), champion=champion, challenger=challenger)
        _say("\n".join(_flip_lines(batch, flips)))


def _batch_to_forms(batch: Path) -> tuple[Form, ...]:
    path = batch / FORMS if batch.is_dir() else batch
    if not path.is_file():
        raise WrongUsage(f"找不到 {path}。--batch 应为 fuhe audit 的输出文件夹。")
    return read_forms_file(path)


def _flip_lines(batch: Path, flips: Sequence[Flip]) -> Iterator[str]:
    counts = "，".join(f"{change} {sum(flip.change is change for flip in flips)} 条" for change in Change)
    yield f"在办批次 {batch}：{counts}。"
    for flip in islice(flips, FLIPS_SHOWN):
        ranks = " → ".join("无" if rank is None else f"第 {rank} 位" for rank in (flip.before, flip.after))
        yield f"  {flip.change}  {ranks}  {flip.finding.project_name}  {flip.finding.title}：{flip.finding.message}"
    if len(flips) > FLIPS_SHOWN:
        yield f"  ……另有 {len(flips) - FLIPS_SHOWN} 条"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
