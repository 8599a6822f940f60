"""What the list misses: a seeded random sample from below the line, and how many issues it says are left there.

Only a sample in which every place had its chance says anything of what nobody looked at; decisions on the top of the
list do not. Places are drawn by the order of SHA-256 of seed and place, so anybody can draw the same sample again with
any tool, on any machine and with any later version.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from scipy import stats

from audit.open_list import Line
from domain.finding import Finding, Verdict
from domain.form import Form, form_key, form_to_unit

LEVEL = 0.95  # confidence of the interval: what audit sampling tables are made for
REST = "其余"  # strata too small for one draw each, taken together
NO_FINDING = "未列疑点"
NO_UNIT = "单位未读出"


PlaceKey = tuple[str, int, int | None]  # document, form (from 1), row (from 0; None the whole form)


class Kind(StrEnum):
    """What is drawn."""

    ROW = "指标行"
    FORM = "表"


class Layer(StrEnum):
    """What a population is stratified by."""

    RULE = "疑点类型"
    UNIT = "单位"


class BadSample(ValueError):
    """A sample that cannot be drawn or judged. The message is Chinese and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A row of a form (from 0), or with ``row`` None a whole form, and the stratum it is drawn from."""

    source: str
    form_index: int
    row: int | None
    stratum: str

    @property
    def key(self) -> PlaceKey:
        """What verdicts call it."""
        return self.source, self.form_index, self.row


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Everything below a line: what was not among the first ``line`` lines of the list."""

    kind: Kind
    layer: Layer
    line: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """A stratum with its places in all, and those drawn in the order of drawing."""

    name: str
    size: int
    drawn: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample that can be drawn again: method, population, seed and the places drawn."""

    kind: Kind
    layer: Layer
    line: int
    seed: int
    strata: tuple[Stratum, ...]

    @property
    def population(self) -> int:
        """Places there are."""
        return sum(stratum.size for stratum in self.strata)

    @property
    def places(self) -> tuple[Place, ...]:
        """Places to look at."""
        return tuple(place for stratum in self.strata for place in stratum.drawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One stratum judged: ``size`` places, ``looked`` at, ``found`` with an issue, and how many there may be in all."""

    name: str
    size: int
    looked: int
    found: int
    low: float
    high: float

    @property
    def remaining(self) -> float:
        """The places with an issue there are likely to be."""
        return self.size * self.found / self.looked


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """How many places below the line have an issue: the likely number, an interval at ``level``, and its strata."""

    sample: Sample
    level: float
    remaining: float
    low: float
    high: float
    parts: tuple[Part, ...]

    @property
    def found(self) -> int:
        """Places of the sample with an issue."""
        return sum(part.found for part in self.parts)


def population_below(
    forms: Sequence[Form], lines: Sequence[Line], *, line: int, kind: Kind, layer: Layer
) -> Population:
    """Every row, or every form, of which the first ``line`` told lines do not speak; ``lines`` are in order of rank.

    What is folded into one of these lines is spoken of with it. A place stands in the stratum of the heaviest finding
    on it, or of its unit.
    """
    spoken = {_finding_to_place(one.finding, kind) for one in _above(lines, line)}
    titles: dict[PlaceKey, str] = {}
    for one in lines:
        if one.finding.verdict is Verdict.FAIL:
            titles.setdefault(_finding_to_place(one.finding, kind), one.finding.title)
    all_places = ((form, key) for form in forms for key in _form_to_places(form, kind) if key not in spoken)
    places = tuple(
        Place(
            source=key[0],
            form_index=key[1],
            row=key[2],
            stratum=(form_to_unit(form) or NO_UNIT) if layer is Layer.UNIT else titles.get(key, NO_FINDING),
        )
        for form, key in all_places
    )
    return Population(kind=kind, layer=layer, line=line, places=places)


def _form_to_places(form: Form, kind: Kind) -> list[PlaceKey]:
    rows = range(len(form.indicators)) if kind is Kind.ROW else [None]
    return [(*form_key(form), row) for row in rows]


def _finding_to_place(finding: Finding, kind: Kind) -> PlaceKey:
    return finding.source, finding.form_index, finding.row if kind is Kind.ROW else None


def _above(lines: Sequence[Line], line: int) -> list[Line]:
    """The first told lines, and what is folded into them."""
    told = [one for one in lines if one.is_told][:line]
    ranks = {one.finding.rank for one in told}
    return [*told, *(one for one in lines if one.finding.covered_by in ranks)]


def draw(population: Population, size: int, *, seed: int) -> Sample:
    """A stratified random sample of ``size`` places, every stratum by its share and with one place at least.

    Strata too small for one place of their own are one stratum. Raises BadSample where there is nothing to draw from,
    or less than is asked for.
    """
    count = len(population.places)
    if not 1 <= size <= count:
        raise BadSample(
            f"总体只有 {count} 个{population.kind}，不能抽 {size} 个。请将样本量定在 1 至 {count} 之间。"
            if count
            else f"清单第 {population.line} 条以下没有未看的{population.kind}，无需抽样。"
        )
    strata = _strata(population.places, size)
    sizes = _allocate({name: len(places) for name, places in strata.items()}, size)
    drawn = tuple(
        Stratum(name=name, size=len(places), drawn=tuple(sorted(places, key=lambda p: _lot(p, seed))[: sizes[name]]))
        for name, places in sorted(strata.items())
    )
    return Sample(kind=population.kind, layer=population.layer, line=population.line, seed=seed, strata=drawn)


def _lot(place: Place, seed: int) -> str:
    """The lot of a place: every place has the same chance to come first."""
    row = "" if place.row is None else place.row
    return hashlib.sha256(f"{seed}|{place.source}|{place.form_index}|{row}".encode()).hexdigest()


def _strata(places: Sequence[Place], size: int) -> dict[str, list[Place]]:
    """Places by stratum; a stratum whose share of the sample is below one place goes to the rest."""
    counts = Counter(place.stratum for place in places)
    strata: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        large = counts[place.stratum] * size >= len(places)
        strata[place.stratum if large else REST].append(place)
    return strata


def _allocate(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """``size`` shared out by count: one each, then one by one to the stratum that is furthest below its share."""
    sizes = dict.fromkeys(counts, 1)
    for _ in range(size - len(counts)):
        open_ = [name for name, count in counts.items() if sizes[name] < count]
        neediest = max(open_, key=lambda name: (counts[name] / (2 * sizes[name] + 1), name))
        sizes[neediest] += 1
    return sizes


def estimate(sample: Sample, verdicts: Mapping[PlaceKey, bool], *, level: float = LEVEL) -> Estimate:
    """How many places below the line have an issue, from verdicts (True: an issue) on every place drawn.

    Each stratum has its exact interval (Clopper and Pearson 1934), bounded by what was seen; the strata are added by
    the recovery of variances (Zou and Donner 2008), which keeps the interval unsymmetrical. Raises BadSample while
    some place has no verdict: leaving out the hard ones would make the estimate too good.
    """
    open_ = [place for place in sample.places if place.key not in verdicts]
    if open_:
        raise BadSample(
            f"样本 {len(sample.places)} 个{sample.kind}中还有 {len(open_)} 个没有结论，不能推断。请看完全部样本再计算。"
        )
    parts = tuple(_part(stratum, verdicts, level) for stratum in sample.strata)
    remaining = sum(part.remaining for part in parts)
    below = math.sqrt(sum((part.remaining - part.low) ** 2 for part in parts))
    above = math.sqrt(sum((part.high - part.remaining) ** 2 for part in parts))
    found = sum(part.found for part in parts)
    most = sample.population - sum(part.looked - part.found for part in parts)
    return Estimate(
        sample=sample,
        level=level,
        remaining=remaining,
        low=max(float(found), remaining - below),
        high=min(float(most), remaining + above),
        parts=parts,
    )


def _part(stratum: Stratum, verdicts: Mapping[PlaceKey, bool], level: float) -> Part:
    looked = len(stratum.drawn)
    found = sum(verdicts[place.key] for place in stratum.drawn)
    low, high = exact_interval(found, looked, level=level)
    return Part(
        name=stratum.name,
        size=stratum.size,
        looked=looked,
        found=found,
        low=max(float(found), low * stratum.size),
        high=min(float(stratum.size - (looked - found)), high * stratum.size),
    )


@lru_cache(maxsize=1024)
def exact_interval(found: int, looked: int, *, level: float = LEVEL) -> tuple[float, float]:
    """The share behind ``found`` of ``looked``, by Clopper and Pearson."""
    tested = stats.binomtest(found, looked).proportion_ci(confidence_level=level, method="exact")
    return float(tested.low), float(tested.high)


def estimate_to_sentence(judged: Estimate, *, spoken: str = "") -> str:
    """Method, population, sample size, seed and outcome, for the working paper.

    ``spoken`` says what the population is left from, where it is not the first lines of the list.
    """
    sample, kind = judged.sample, judged.sample.kind
    looked, all_ = len(sample.places), sample.population
    layers = f"按{sample.layer}分{len(sample.strata)}层，各层按比例分配，层内" if len(sample.strata) > 1 else "不分层，"
    interval = "各层用Clopper-Pearson精确法，合并用方差还原法" if len(sample.strata) > 1 else "Clopper-Pearson精确法"
    spoken = spoken or f"疑点清单前{sample.line}条"
    caution = "样本中未发现问题，不等于其余没有问题。" if not judged.found else ""
    return (
        f"抽样方法：随机抽样，{layers}按“种子|文件|表序号|行号”的SHA-256值由小到大抽取。"
        f"总体：{spoken}未涉及的{kind}，共{all_}个。样本量：{looked}个。种子：{sample.seed}。"
        f"结果：{judged.found}个有问题，占样本{judged.found / looked:.1%}；"
        f"推断总体中约有{round(judged.remaining)}个有问题，"
        f"{judged.level:.0%}置信区间为{math.floor(judged.low)}至{math.ceil(judged.high)}个"
        f"（{interval}）。{caution}"
    )
