"""The spot check of a run (抽查): places drawn from below the line, kept as a file, and what their verdicts say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from audit.sampling import (
    BadSample,
    Estimate,
    Kind,
    Layer,
    Place,
    PlaceKey,
    Sample,
    Stratum,
    draw,
    estimate,
    population_below,
)
from domain.decision import Act, Decision
from fuhe.export import FORMS, read_forms_file
from fuhe.files import write_text
from fuhe.reranking import run_to_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOrder:
    """What to draw: so many places that the first ``line`` lines of the list do not speak of."""

    line: int
    size: int
    seed: int
    kind: Kind = Kind.ROW
    layer: Layer = Layer.UNIT


def run_to_sample(run: Path, order: CheckOrder) -> Sample:
    """The sample of a run (the output folder of ``fuhe audit``). Raises WrongUsage, BadSample."""
    forms = read_forms_file(run / FORMS)
    population = population_below(forms, run_to_lines(run), line=order.line, kind=order.kind, layer=order.layer)
    return draw(population, order.size, seed=order.seed)


def decisions_to_estimate(sample: Sample, decisions: Iterable[Decision]) -> Estimate:
    """What the verdicts on a sample say of all that is below the line. Raises BadSample while some are missing."""
    return estimate(sample, decisions_to_verdicts(decisions, sample.kind))


def decisions_to_verdicts(decisions: Iterable[Decision], kind: Kind) -> dict[PlaceKey, bool]:
    """Places with an issue (True) or without.

    Any confirmed or relabelled finding is an issue of its place. Without one a place is clean only where the auditor
    said so of the place itself (``finding`` "", dismissed): who dismisses one finding has not looked at all the rest.
    """
    verdicts: dict[PlaceKey, bool] = {}
    for decision in {decision.key: decision for decision in decisions}.values():
        key = (decision.source, decision.form_index, decision.row if kind is Kind.ROW else None)
        if decision.act in (Act.CONFIRM, Act.RELABEL):
            verdicts[key] = True
        elif decision.act is Act.DISMISS and not decision.finding and key == decision.key[:3]:
            verdicts.setdefault(key, False)
    return verdicts


def write_sample(path: Path, sample: Sample) -> None:
    """Writes the sample as JSON: method, population, seed and the places drawn. Raises CannotWrite."""
    write_text(path, json.dumps(asdict(sample), ensure_ascii=False, indent=1) + "\n")


def read_sample(path: Path) -> Sample:
    """A sample from a file. Raises BadSample."""
    try:
        return _record_to_sample(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadSample(f"读不了抽样文件 {path}（{error}）。请用同一种子重新抽样：结果相同。") from error


def _record_to_sample(record: Mapping[str, object]) -> Sample:
    strata = record["strata"]
    if not isinstance(strata, list):
        raise TypeError("strata")
    return Sample(
        kind=Kind(str(record["kind"])),
        layer=Layer(str(record["layer"])),
        line=int(str(record["line"])),
        seed=int(str(record["seed"])),
        strata=tuple(
            Stratum(name=each["name"], size=each["size"], drawn=tuple(Place(**place) for place in each["drawn"]))
            for each in strata
        ),
    )
