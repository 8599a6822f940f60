"""The results of ``fuhe bench accuracy``: tables for people, a record for machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from bench.accuracy import ALL, Outcome, PeerOutcome, by_kind, score_outcomes
from bench.metric import Metric
from bench.reliability import Judged, bin_cells, expected_error
from bench.tables import Figures, mean_of, share_to_text

HOUSE = "复核"
KINDS = {
    "digital": "数字",
    "clean": "清晰",
    "office": "办公扫描",
    "skew": "歪斜",
    "low": "低分辨率",
    "fax": "传真",
    "seal": "盖章",
    "photo": "手机照片",
    "faded": "褪色",
    "rot90": "横放",
    "rot180": "倒置",
    "photo_hard": "差照片",
    "fax_hard": "差传真",
    "punched": "打孔",
    "bleed": "透背",
    ALL: "合计",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRun:
    """A peer over the documents of one table that it can read; ``reason`` says in Chinese why it did not run."""

    name: str
    reason: str = ""
    outcomes: tuple[PeerOutcome, ...] = ()


def forms_figures(outcomes: Sequence[Outcome], metric: Metric, *, engine: str) -> Figures:
    """Our reading of the forms, a row a kind of damage."""
    return Figures(
        title=f"一、表单（复核，识别引擎 {engine}）",
        head=("损坏", "文档", "找到表单", "全对", "字段", "指标行F1", "单元格", "资金", "秒/页"),
        rows=tuple(_forms_row(kind, group, metric) for kind, group in by_kind(outcomes).items()),
        notes=tuple(f"未能识读 {outcome.scan.name}：{outcome.failure}" for outcome in outcomes if outcome.failure),
    )


def _forms_row(kind: str, group: Sequence[Outcome], metric: Metric) -> tuple[str, ...]:
    score = score_outcomes(group, metric)
    shares = (score.field_accuracy, score.row_f1, score.cell_accuracy, score.fund_accuracy)
    return (
        KINDS.get(kind, kind),
        str(len(group)),
        f"{score.found}/{score.forms}",
        str(score.exact),
        *map(share_to_text, shares),
        f"{_pace(group):.2f}",
    )


def _pace(group: Sequence[Outcome]) -> float:
    """Seconds a page."""
    return sum(outcome.seconds for outcome in group) / max(1, sum(outcome.scan.pages for outcome in group))


def tables_figures(outcomes: Sequence[Outcome], peers: Sequence[PeerRun]) -> Figures:
    """The recovered tables beside the printed ones: ours and the peers', a row a kind and program."""
    return Figures(
        title="二、表格还原（只计一页一表的文档；1 为与印出的表完全相同）",
        head=("损坏", "文档", "程序", "TEDS", "TEDS-S", "单元格F1"),
        rows=_side_by_side(_by_program(outcomes, peers, _table_shares)),
        notes=tuple(_peer_notes(peers)),
    )


def text_figures(outcomes: Sequence[Outcome], peers: Sequence[PeerRun]) -> Figures:
    """The text of the same pages in any order, ours and the peers', a row a kind and program."""
    return Figures(
        title="三、文字（同上各页，不计顺序；数字须整个相同）",
        head=("损坏", "文档", "程序", "字F1", "数字F1"),
        rows=_side_by_side(_by_program(outcomes, peers, _text_shares)),
        notes=tuple(_peer_notes(peers)),
    )


Shares = tuple[float | None, ...]
SharesOf = Callable[[Outcome | PeerOutcome], Shares | None]


def _side_by_side(kinds: Mapping[str, Mapping[str, Sequence[Shares]]]) -> tuple[tuple[str, ...], ...]:
    """A row a kind and program, the kind told once."""
    rows: list[tuple[str, ...]] = []
    for kind, programs in kinds.items():
        first = (KINDS.get(kind, kind), str(max(map(len, programs.values()))))
        for name, scores in programs.items():
            rows.append((*first, name, *map(share_to_text, _means(scores))))
            first = ("", "")
    return tuple(rows)


def _by_program(
    outcomes: Sequence[Outcome], peers: Sequence[PeerRun], shares_of: SharesOf
) -> dict[str, dict[str, tuple[Shares, ...]]]:
    """The shares of every document by kind and program; only programs that read all documents of the kind."""
    groups = {HOUSE: _by_kind(outcomes, shares_of)}
    groups |= {peer.name: _by_kind(peer.outcomes, shares_of) for peer in peers if not peer.reason}
    return {
        kind: {name: by[kind] for name, by in groups.items() if len(by.get(kind, ())) == len(shares)}
        for kind, shares in groups[HOUSE].items()
    }


def _by_kind(read: Sequence[Outcome | PeerOutcome], shares_of: SharesOf) -> dict[str, tuple[Shares, ...]]:
    judged = [outcome for outcome in read if shares_of(outcome) is not None]
    return {
        kind: tuple(shares for outcome in group if (shares := shares_of(outcome)) is not None)
        for kind, group in by_kind(judged).items()
        if group
    }


def _table_shares(outcome: Outcome | PeerOutcome) -> Shares | None:
    score = outcome.table
    return None if score is None else (score.teds, score.teds_s, score.cell_f1)


def _text_shares(outcome: Outcome | PeerOutcome) -> Shares | None:
    return None if outcome.text is None else (outcome.text.letters, outcome.text.figures)


def _means(scores: Sequence[Shares]) -> tuple[float | None, ...]:
    return tuple(mean_of(column) for column in zip(*scores, strict=True))


def _peer_notes(peers: Sequence[PeerRun]) -> Iterator[str]:
    for peer in peers:
        if peer.reason:
            yield f"{peer.name}：{peer.reason}"
        failed = [outcome.scan.name for outcome in peer.outcomes if outcome.failure]
        if failed:
            yield f"{peer.name} 读不了 {len(failed)} 份，按没有读出计：{'、'.join(failed)}"


def confidence_figures(cells: Sequence[Judged]) -> Figures:
    """Confidence against truth, a row a bin, and the mean gap between the two."""
    rows = tuple(
        (
            f"{part.low:.2f}–{part.high:.2f}",
            str(part.cells),
            share_to_text(part.mean_confidence),
            share_to_text(part.share_right),
        )
        for part in bin_cells(cells)
    )
    return Figures(
        title="四、置信度是否可信（复核说有几成把握的格，实际几成是对的）",
        head=("置信度", "格数", "平均置信度", "实际正确率"),
        rows=rows,
        notes=(f"平均相差 {expected_error(cells):.4f}，共 {len(cells)} 格。",),
    )


def accuracy_to_record(outcomes: Sequence[Outcome], peers: Sequence[PeerRun], metric: Metric) -> dict[str, object]:
    """All figures for machines: by kind, by kind and program, by document."""
    kinds = by_kind(outcomes).items()
    cells = [cell for outcome in outcomes for cell in outcome.cells]
    return {
        "forms": {kind: asdict(score_outcomes(group, metric)) | {"pace": _pace(group)} for kind, group in kinds},
        "tables": _means_to_record(_by_program(outcomes, peers, _table_shares), ("teds", "teds_s", "cell_f1")),
        "texts": _means_to_record(_by_program(outcomes, peers, _text_shares), ("letters", "figures")),
        "missing": {peer.name: peer.reason for peer in peers if peer.reason},
        "confidence": {"error": expected_error(cells), "bins": [asdict(part) for part in bin_cells(cells)]},
        "documents": [_document_record(outcome, peers, metric) for outcome in outcomes],
    }


def _means_to_record(
    kinds: Mapping[str, Mapping[str, Sequence[Shares]]], names: Sequence[str]
) -> dict[str, dict[str, dict[str, float | None]]]:
    return {
        kind: {
            program: dict(zip(names, _means(scores), strict=True)) | {"documents": len(scores)}
            for program, scores in programs.items()
        }
        for kind, programs in kinds.items()
    }


def _document_record(outcome: Outcome, peers: Sequence[PeerRun], metric: Metric) -> dict[str, object]:
    by_peers = {
        peer.name: asdict(score) | {"seconds": other.seconds, "failure": other.failure}
        for peer in peers
        for other in peer.outcomes
        if other.scan is outcome.scan and (score := other.table or other.text) is not None
    }
    return {
        "name": outcome.scan.name,
        "kind": outcome.scan.kind,
        "pages": outcome.scan.pages,
        "seconds": outcome.seconds,
        "failure": outcome.failure,
        "forms": asdict(score_outcomes([outcome], metric)),
        "programs": ({HOUSE: asdict(outcome.table)} if outcome.table is not None else {}) | by_peers,
    }
