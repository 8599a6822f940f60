"""The thin call of the accuracy tool that stands beside the checkout; the metric itself lives only there."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from domain.form import Form
from fuhe.records import form_to_record

METRIC = Path(__file__).resolve().parents[2] / "shared" / "tools" / "score.py"

Record = Mapping[str, object]
Tally = Mapping[str, float]


class Metric(Protocol):
    """What is used of the tool: matching of forms, the tally of one form, and the shares over many."""

    def match_forms(self, gold: Sequence[Record], pred: Sequence[Record]) -> list[tuple[Record, Record | None]]:
        """Each true form with the form read for it, None where there is none."""

    def score_form(self, g: Record, p: Record | None) -> Tally:
        """Counts of one pair."""

    def total(self, rs: Sequence[Tally]) -> Tally:
        """Shares over all pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Shares in 0..1 over ``forms`` true forms, of which ``found`` were read at all and ``exact`` without any fault."""

    forms: int
    found: int
    exact: int
    row_f1: float
    cell_accuracy: float
    field_accuracy: float
    fund_accuracy: float


def read_metric(path: Path) -> Metric:
    """The tool as a module; FileNotFoundError says what is missing."""
    if not path.is_file():
        raise FileNotFoundError(f"没有找到评分工具 {path}：请用 --metric 指明 score.py 的位置。")
    spec = importlib.util.spec_from_file_location("accuracy_metric", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"评分工具 {path} 不是 Python 程序。")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(Metric, module)


def score_forms(metric: Metric, pairs: Sequence[tuple[Sequence[Form], Sequence[Form]]]) -> Score:
    """Documents as (true forms, forms read): matched within each document, counted over all."""
    tallies, found = [], 0
    for truth, read in pairs:
        records = ([cast(Record, form_to_record(form)) for form in forms] for forms in (truth, read))
        for gold, pred in metric.match_forms(*records):
            tallies.append(metric.score_form(gold, pred))
            found += pred is not None
    shares = metric.total(tallies)
    return Score(
        forms=len(tallies),
        found=found,
        exact=int(shares["exact_forms"]),
        row_f1=shares["row_f1"],
        cell_accuracy=shares["cell_acc"],
        field_accuracy=shares["field_acc"],
        fund_accuracy=shares["fund_acc"],
    )
