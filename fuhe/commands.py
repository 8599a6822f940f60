"""The commands extract and audit: from paths to an output folder, and what is said about it."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path, PurePath
from time import time

from classify.champions import Champions, house_champions
from classify.learning.reader import BrokenReader
from domain.finding import SEVERITY_NAMES
from domain.source import Document
from fuhe.apart import page_reader, warm_up
from fuhe.batch import PAPER, Batch, Outcome, never, read_batch
from fuhe.cache import Cache
from fuhe.cluster_plan import NO_CLUSTER, ClusterPlan, ClusterTrouble, choose_plan
from fuhe.files import CannotWrite, DiskFull, make_folder, sweep_temporaries
from fuhe.fonts import chinese_font
from fuhe.grouping import pages_together
from fuhe.intake import Found, Input, Skipped, paths_to_arrivals
from fuhe.limits import Limits
from fuhe.listing import Listing, Unread, batch_to_unread, findings_to_listing
from fuhe.outputs import (
    AUDIT_OUTPUTS,
    OUTPUTS,
    RUN_OUTPUT,
    Run,
    drawn_pictures,
    exit_code,
    pictures_of_unread,
    write_audit,
    write_reading,
    write_run,
)
from fuhe.page_reading import PageReader
from fuhe.page_store import stores_to_underway
from fuhe.paper import Desk
from fuhe.pictures import DRAWN_FOLDER, UNREAD_FOLDER, document_to_name
from fuhe.pipeline import forms_to_findings, house_skills, house_stages, rule_groups, text_to_rewrite
from fuhe.run_journal import RunBegun, begin_run, find_run, run_to_words
from fuhe.screen import Board, with_progress
from fuhe.settings import Settings, SettingsError, find_settings
from fuhe.sniff import EXTENSIONS
from fuhe.version import reading_version
from fuhe.wording import STATUSES
from models.store import ModelTrouble
from ocr.engines import EngineUnavailable
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice, check_engine

CACHE_FOLDER = Path(".cache") / "fuhe"  # a name of its own: OUT may be a home folder, where others keep a .cache too
TOP_SHOWN = 10
UNREAD_SHOWN = 20
MOST_WORKERS = 2  # unless told otherwise: each takes 600 MB more, and an ordinary machine has two cores
WORTH_ANOTHER = 10  # documents of paper for each: for fewer a second one costs more to start than it saves
MESSAGE_CHARS = 90  # what stays on two lines of a terminal

__all__ = ["Beginning", "CannotWrite", "DiskFull", "WrongUsage", "audit_paths", "extract_paths", "interrupted_to_words"]


class WrongUsage(Exception):
    """The command cannot begin. The message is Chinese and says what to do."""


class Beginning(StrEnum):
    """How a run begins: on its own, or where a run that did not end has stopped."""

    AFRESH = "afresh"
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a run reads: as the options of the command line say. ``workers``: None for what suits machine and paper."""

    workers: int | None
    password: str
    draw: bool
    engine: EngineChoice
    limits: Limits
    beginning: Beginning
    cluster: ClusterPlan | None = None


def extract_paths(
    paths: Sequence[Path],
    out: Path,
    *,
    workers: int | None,
    password: str = "",
    draw: bool = False,
    engine: EngineChoice = HOUSE_ENGINE,
    config: Path | None = None,
    beginning: Beginning = Beginning.AFRESH,
    cluster: ClusterPlan = NO_CLUSTER,
) -> int:
    """Read everything under the paths into ``out``; the exit code. Raises WrongUsage and CannotWrite."""
    started, settings = _now(), _settings(config)
    way = Way(
        workers=workers, password=password, draw=draw, engine=engine, limits=settings.limits, beginning=beginning,
        cluster=_plan(cluster, settings),
    )  # fmt: skip
    batch = _read(_find(paths, out, way), out, way)
    names = (*write_reading(out, batch), *pictures_of_unread(batch), *(drawn_pictures(out, batch) if draw else ()))
    run = Run(command="extract", started=started, finished=_now(), batch=batch, engine=engine)
    write_run(out, run, outputs=names)
    _say(_batch_to_words(batch), _outputs_to_words(out, (*names, RUN_OUTPUT)), _stale_to_words(out))
    return exit_code(batch)


def audit_paths(
    paths: Sequence[Path],
    out: Path,
    *,
    workers: int | None,
    password: str = "",
    draw: bool = False,
    engine: EngineChoice = HOUSE_ENGINE,
    config: Path | None = None,
    beginning: Beginning = Beginning.AFRESH,
    cluster: ClusterPlan = NO_CLUSTER,
) -> int:
    """Read everything under the paths, audit it and write all into ``out``; the exit code.

    Raises WrongUsage and CannotWrite.
    """
    started, settings = _now(), _settings(config)
    way = Way(
        workers=workers, password=password, draw=draw, engine=engine, limits=settings.limits, beginning=beginning,
        cluster=_plan(cluster, settings),
    )  # fmt: skip
    found = _find(paths, out, way)
    champions = _champions()
    batch = _read(found, out, way)
    names = (*write_reading(out, batch), *pictures_of_unread(batch), *(drawn_pictures(out, batch) if draw else ()))
    findings = forms_to_findings(batch.forms, settings, champions=champions)
    run = Run(
        command="audit", started=started, finished=_now(), batch=batch, engine=engine, findings=findings,
        settings=settings, models=champions.entries,
    )  # fmt: skip
    to_amount = house_skills().amount
    listing = findings_to_listing(
        findings, batch.forms, groups=rule_groups(), text_to_amount=to_amount, text_to_rewrite=text_to_rewrite
    )
    names = (*names, *write_audit(out, run, listing))
    write_run(out, run, outputs=names)
    said = (_batch_to_words(batch), _listing_to_words(listing), _outputs_to_words(out, (*names, RUN_OUTPUT)))
    _say(_settings_to_words(settings), *said)
    return exit_code(batch)


def _champions() -> Champions:
    """The models in use. They are opened before anything is read: a damaged one must not cost an afternoon."""
    try:
        return house_champions()
    except (ModelTrouble, BrokenReader) as error:
        raise WrongUsage(str(error)) from error


def _settings(config: Path | None) -> Settings:
    try:
        return find_settings(config)
    except SettingsError as error:
        raise WrongUsage(str(error)) from error


def _plan(told: ClusterPlan, settings: Settings) -> ClusterPlan | None:
    try:
        return choose_plan(told, settings.cluster)
    except ClusterTrouble as error:
        raise WrongUsage(str(error)) from error


def _settings_to_words(settings: Settings) -> Iterator[str]:
    if settings.changed:
        yield f"按 {settings.file}，{len(settings.changed)} 项数与默认不同：{'、'.join(settings.changed)}。"


def _find(paths: Sequence[Path], out: Path, way: Way) -> Sequence[Found]:
    """What there is to read. Where some of it looks like paper, whoever reads pages gets ready meanwhile."""
    _check_usage(paths, out)
    _check_engine(way.engine)
    found = pages_together(paths_to_arrivals(paths, leave_out=out))
    if all(isinstance(thing, Skipped) for thing in found):
        raise WrongUsage("给出的位置中没有可读的文件（空文件夹，或只有隐藏文件）。请核对路径。")
    if way.cluster is None and _count_paper(found) and _workers(found, way) == 1:
        warm_up(way.engine)
    return found


def _count_paper(found: Sequence[Found]) -> int:
    suffixes = {suffix for kind in PAPER for suffix in EXTENSIONS[kind]}
    return sum(PurePath(thing.path).suffix.lower() in suffixes for thing in found)


def _workers(found: Sequence[Found], way: Way) -> int:
    """How many documents are read at once: as told, else one for each core as far as there is enough paper for them."""
    return way.workers or max(1, min(MOST_WORKERS, os.cpu_count() or 1, _count_paper(found) // WORTH_ANOTHER))


def _read(found: Sequence[Found], out: Path, way: Way) -> Batch:
    make_folder(out)
    if way.cluster is None:
        read = partial(read_batch, workers=_workers(found, way))
        return _read_by(found, out, way, read=read, reader=page_reader(way.limits))
    from fuhe.cluster import open_cluster
    from fuhe.cluster_crew import ClusterReader, cluster_batch

    with open_cluster(way.cluster, way.engine) as cluster:
        # whoever draws opens paper here, one document at a time
        by = cluster_batch(cluster, least=1, most=1) if way.draw else cluster_batch(cluster, least=way.workers or 1)
        return _read_by(found, out, way, read=by, reader=ClusterReader(cluster=cluster, limits=way.limits))


def _read_by(
    found: Sequence[Found], out: Path, way: Way, *, read: Callable[..., Iterator[Outcome]], reader: PageReader
) -> Batch:
    """All of it, by ``read_batch`` with the workers of this way and the reader of pages that goes with them."""
    cache = _cache(out, way.engine)
    run = _begin(out, cache, way)
    desk = Desk(kept=cache.pages, unread=out, drawn=out if way.draw else None)
    stages = house_stages(password=way.password, engine=way.engine, desk=desk, reader=reader)
    # what is drawn is what is read now: a reading kept before has no pages to draw
    afresh = partial(_is_to_be_drawn, run=run, out=out) if way.draw else never
    outcomes = read(found, stages, cache=cache, afresh=afresh)
    begun = time()
    board = Board(
        total=len(found), words="已处理文件", underway=partial(stores_to_underway, cache.pages, begun), begun=begun
    )
    told = with_progress(outcomes, board, stream=sys.stderr, is_work=_is_work)
    return Batch(outcomes=tuple(_as_of(outcome, run) for outcome in told))


def _cache(out: Path, engine: EngineChoice) -> Cache:
    return Cache(folder=out / CACHE_FOLDER, version=reading_version(engine))


def _begin(out: Path, cache: Cache, way: Way) -> RunBegun:
    """The run that is gone on with, or a new one; what a killed one was writing is cleared away."""
    for name in OUTPUTS:
        sweep_temporaries(out, names=name)
    for folder in (cache.folder, cache.pages.parent, *cache.pages.glob("*")):
        sweep_temporaries(folder, names="*")
    found = find_run(cache) if way.beginning is Beginning.RESUMED else None
    if way.beginning is Beginning.RESUMED:
        _say(run_to_words(found))
    return found or begin_run(cache, now=_now())


def _is_to_be_drawn(item: Input, *, run: RunBegun, out: Path) -> bool:
    """Whether this is paper that was read before the run, or that the run has read without drawing it."""
    is_drawn = item.document.sha256 not in run.before and _is_drawn(item.document, out, since=run.began)
    return item.kind in PAPER and not is_drawn


def _is_drawn(document: Document, out: Path, *, since: datetime) -> bool:
    try:
        return (out / DRAWN_FOLDER / document_to_name(document)).stat().st_mtime >= since.timestamp()
    except OSError:
        return False


def _as_of(outcome: Outcome, run: RunBegun) -> Outcome:
    """The outcome as if the run had not been interrupted: what it read itself was not kept from before."""
    return replace(outcome, from_cache=outcome.from_cache and outcome.sha256 in run.before)


def _is_work(outcome: Outcome) -> bool:
    """Whether an outcome took time in this run."""
    return outcome.reading is not None and not outcome.from_cache


def interrupted_to_words(out: Path, engine: EngineChoice) -> str:
    """What is said when Ctrl-C ends a run: what is kept, and how to go on."""
    pages = _cache(out, engine).pages
    half = [one for one in stores_to_underway(pages, 0.0) if one.done]
    read = "、".join(f"{one.done}/{one.pages} 页" for one in half)
    kept = f"读完的文件，以及未读完的文件中已识读的页（{read}）" if read else "读完的文件"
    return f"已中断，结果文件没有写出。{kept}已保存在 {out / CACHE_FOLDER}；再次执行同一命令，即从这里接着读。"


def _check_usage(paths: Sequence[Path], out: Path) -> None:
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise WrongUsage(f"找不到：{'、'.join(missing)}。请核对路径。")
    if out.exists() and not out.is_dir():
        raise WrongUsage(f"输出位置 {out} 是文件，不是文件夹。请用 -o 指定文件夹。")


def _check_engine(engine: EngineChoice) -> None:
    """An engine that is there, of which the version can be told."""
    try:
        check_engine(engine)
        reading_version(engine)
    except EngineUnavailable as error:
        raise WrongUsage(str(error)) from error


def _now() -> datetime:
    return datetime.now().astimezone()


def _say(*blocks: Iterator[str]) -> None:
    for block in blocks:
        for line in block:
            print(line)


def _batch_to_words(batch: Batch) -> Iterator[str]:
    statuses = Counter(outcome.status for outcome in batch.outcomes)
    told = "，".join(f"{STATUSES[status]} {count} 份" for status, count in statuses.items())
    kept = sum(outcome.from_cache for outcome in batch.outcomes)
    yield f"文件 {len(batch.outcomes)} 份：{told}；表单 {len(batch.forms)} 张。" + (
        f"其中 {kept} 份此前已读过、内容未变，沿用上次结果。" if kept else ""
    )
    unread = batch_to_unread(batch)
    files, pages = len(batch.unread), sum(bool(one.place) for one in unread)
    if unread:
        counted = [f"{files} 份" if files else "", f"{pages} 页" if pages else ""]
        yield f"有 {'、另有 '.join(filter(None, counted))}未读入："
        yield from map(_unread_to_words, unread[:UNREAD_SHOWN])
    if len(unread) > UNREAD_SHOWN:
        yield f"  其余 {len(unread) - UNREAD_SHOWN} 项见 {RUN_OUTPUT}。"


def _unread_to_words(one: Unread) -> str:
    place, picture = f" {one.place}" if one.place else "", f"（图：{one.picture}）" if one.picture else ""
    return f"  - {one.path}{place}：{one.reason}{picture}"


def _listing_to_words(listing: Listing) -> Iterator[str]:
    severities = Counter(entry.finding.severity for entry in listing.top)
    told = "、".join(
        f"{word} {severities[severity]}" for severity, word in SEVERITY_NAMES.items() if severities[severity]
    )
    yield f"疑点 {len(listing.top)} 条" + (f"（{told}）" if told else "") + f"，未能核对 {len(listing.unchecked)} 项。"
    for entry in listing.top[:TOP_SHOWN]:
        message = entry.finding.message
        message = message if len(message) <= MESSAGE_CHARS else message[: MESSAGE_CHARS - 1] + "…"
        about = " · ".join(filter(None, (entry.project, entry.indicator)))
        yield f"  {entry.finding.rank}. 【{entry.severity}】{entry.finding.title}（{about}）：{message}"
    if len(listing.top) > TOP_SHOWN:
        yield f"  其余 {len(listing.top) - TOP_SHOWN} 条见问题清单。"


def _outputs_to_words(out: Path, names: Sequence[str]) -> Iterator[str]:
    yield f"已写入 {out}：{'、'.join(name for name in names if '/' not in name)}"
    for folder, words in ((UNREAD_FOLDER, "未读页的图"), (DRAWN_FOLDER, "逐页标注图")):
        pictures = [name for name in names if name.startswith(f"{folder}/")]
        if pictures:
            yield f"{words} {len(pictures)} 张：{out / folder}"
    if any(name.startswith(f"{DRAWN_FOLDER}/") for name in names) and chinese_font() is None:
        yield "本机没有找到中文字体，标注图上的汉字以“·”代替。装上任意一种中文字体后重新执行即可。"
    if "findings.xlsx" in names:
        yield f"问题清单：{out / 'findings.xlsx'}"
        yield f"网页报告：{out / 'report.html'}"


def _stale_to_words(out: Path) -> Iterator[str]:
    """Lists of an earlier audit beside new forms would mislead whoever opens them."""
    stale = [name for name in AUDIT_OUTPUTS if (out / name).exists()]
    if stale:
        yield f"注意：{out} 中的 {'、'.join(stale)} 是以前的审计结果，本次没有更新。"
