"""The same project in another year's form, or in its target table, by text and by structure, with how sure that is.

Names drift: years, （一期）, 经费 and 项目 at the end, the unit's name before it come and go. What is left is compared
letter by letter; indicators that both forms hold speak for the match too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from audit.cards import FormCard, Key, RowCard, owner_name
from audit.compare import letters
from audit.rule import FormKind
from audit.thresholds import Thresholds

YEAR = re.compile(r"(?:19|20)\d{2}\s*(?:[-—~至]\s*(?:19|20)?\d{2})?\s*(?:学?年度?)?|上年|本年|年度")
PHASE = re.compile(r"第?[一二三四五六七八九十\d]+(?:期|批次?|阶段|标段)|[（(][一二三四五六七八九十\d]+[)）]$")
ENDING = re.compile(r"(?:专项|经费|项目|资金|费用|支出|预算|补助|补贴|工作|费)$")
REGION = re.compile(r"(?:[\u4e00-\u9fff]{2,7}?(?:省|自治区|自治州|市|州|盟|县|区|旗|镇|乡|街道))+")
LEAST_CORE = 4  # letters; shorter cores (会议, 培训) are one project only where they are equal
NAME_BOUND = 75.0  # similarity in percent from which names may be of one project; the sample pairs lie above 77
ROW_BOUND = 80.0  # the same for indicator names
# Two units under one department, both named and not the same, carry out two projects of one name: peers, not a
# repetition. Like names say nothing: one letter tells a town from its neighbour.
OTHER_UNIT = 0.5
ONE_SIDE_UNNAMED = 0.9
# An equal name is nearly enough; a like one (道路绿化养护, 道路照明养护) needs indicators that match as well.
NAME_EQUAL_TRUST, NAME_LIKE_TRUST = 0.9, 0.6
MOST_TRIED = 6  # forms whose indicators are compared, the likeliest by name; a project has one form a year
NEARLY = 0.05  # links this near in sureness cannot be told apart
BLOCK = 512  # cores compared at a time, so that memory stays flat


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPair:
    """An indicator of a form and the same of the other one, by their 0-based rows; ``sure`` in 0..1."""

    row: int
    other: int
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLink:
    """A form and an earlier one of the same project, by their places. ``gap`` is 0 for the target table of the year."""

    place: int
    other: int
    gap: int
    sure: float
    rows: tuple[RowPair, ...]


def link_years(cards: Sequence[FormCard], *, thresholds: Thresholds) -> tuple[YearLink, ...]:
    """Every form with the same project's form of the nearest earlier year, self-evaluations before target tables.

    A self-evaluation is linked to its target table of the same year as well. Nothing is linked that is less sure than
    ``match_sure``; where several forms are as likely, each is so much less sure.
    """
    by_place = {card.place: card for card in cards}
    slots: dict[tuple[int, bool], list[Candidate]] = defaultdict(list)
    for found in dict.fromkeys(_candidates(by_place.values(), years_back=thresholds.years_back)):
        slots[found.place, found.gap == 0].append(found)
    best = [_best(slots[slot], by_place) for slot in sorted(slots)]
    claims = Counter(_claim(link, by_place) for link in best)
    shared = (_shared(link, claims[_claim(link, by_place)]) for link in best)
    return tuple(link for link in shared if link.sure >= thresholds.match_sure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Two forms that may be of one project, by name and owner alone; ``likeness`` of the names in 0..1."""

    place: int
    other: int
    gap: int
    likeness: float
    owner: float

    @property
    def promise(self) -> tuple[float, int]:
        """What to look at first: likely names and owners, then near years."""
        return -round(self.likeness * self.owner, 2), self.gap


def _best(found: Sequence[Candidate], by_place: Mapping[int, FormCard]) -> YearLink:
    """The likeliest link of a form; where others are nearly as good, it shares its sureness with them."""
    scored = [each for each in found if by_place[each.other].kind is FormKind.SELF_EVALUATION]
    tried = sorted(scored or found, key=lambda each: each.promise)[:MOST_TRIED]
    links = [_link(by_place[each.place], by_place[each.other], found=each) for each in tried]
    best = max(links, key=lambda link: (round(link.sure, 1), -link.gap, link.sure))
    rivals = [link for link in links if link.gap == best.gap and link.sure > best.sure - NEARLY]
    return _shared(best, len(rivals))


def _claim(link: YearLink, by_place: Mapping[int, FormCard]) -> tuple[FormKind, int, int, float]:
    """Equal for links of several forms of one kind to the same other one, as sure as each other."""
    return by_place[link.place].kind, link.other, link.gap, round(link.sure, 1)


def _shared(link: YearLink, claimers: int) -> YearLink:
    """The link, less sure where several forms are as like: at most one of them is the same project.

    Units under one department carry out projects of one name, and the department's table may be any one's.
    """
    return link if claimers == 1 else replace(link, sure=round(link.sure / claimers, 3))


def _candidates(cards: Iterable[FormCard], *, years_back: int) -> Iterator[Candidate]:
    """Akin forms with like names, whose years allow it."""
    families: dict[Key, list[FormCard]] = defaultdict(list)
    for card in cards:
        for key in card.families:
            families[key].append(card)
    for members in families.values():
        if len({(card.year, card.kind) for card in members}) > 1:
            yield from _family_candidates(members, years_back=years_back)


def _family_candidates(members: Sequence[FormCard], *, years_back: int) -> Iterator[Candidate]:
    by_core: dict[str, list[FormCard]] = defaultdict(list)
    for card in members:
        by_core[project_core(card.project, (card.unit, card.department))].append(card)
    by_core.pop("", None)
    for one, other, likeness in _alike(tuple(by_core)):
        for card in by_core[one]:
            for earlier in by_core[other]:
                gap = _gap(card, earlier, years_back=years_back)
                owner = OTHER_UNIT if gap is None else _same_owner(card, earlier)
                if gap is not None and owner > OTHER_UNIT:
                    yield Candidate(place=card.place, other=earlier.place, gap=gap, likeness=likeness, owner=owner)


def _gap(card: FormCard, earlier: FormCard, *, years_back: int) -> int | None:
    """Years between two forms; None where they are not to be held against each other."""
    if card.year is None or earlier.year is None:
        return None
    if card.year == earlier.year:
        return 0 if card.kind is FormKind.SELF_EVALUATION and earlier.kind is FormKind.TARGET else None
    return card.year - earlier.year if 0 < card.year - earlier.year <= years_back else None


def _alike(cores: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """Every core with itself and with those like it, both ways; ``likeness`` in 0..1."""
    for core in cores:
        yield core, core, 1.0
    longer = [core for core in cores if len(core) >= LEAST_CORE]
    for start in range(0, len(longer), BLOCK):
        block = longer[start : start + BLOCK]
        table = process.cdist(block, longer, scorer=fuzz.ratio, score_cutoff=NAME_BOUND)
        for one, other in zip(*table.nonzero(), strict=True):
            if block[one] != longer[other]:
                yield block[one], longer[other], float(table[one, other]) / 100


def project_core(project: str, owners: Iterable[str]) -> str:
    """What a project is about, without year, phase, place or unit before it, and 经费 or 项目 behind it."""
    core = letters(PHASE.sub("", YEAR.sub("", project)))
    for owner in owners:
        core = _kept(core.removeprefix(letters(owner)), core)
        region = REGION.match(core)
        if region is not None and region.group() in owner:
            core = _kept(core[region.end() :], core)
    while ENDING.search(core):
        shorter = _kept(ENDING.sub("", core), core)
        if shorter == core:
            break
        core = shorter
    return core


def _kept(shorter: str, core: str) -> str:
    """The shorter core where enough of it is left to tell projects apart."""
    return shorter if len(shorter) >= LEAST_CORE else core


def _link(card: FormCard, other: FormCard, *, found: Candidate) -> YearLink:
    rows = pair_rows(card.rows, other.rows)
    fewest = max(min(len(card.rows), len(other.rows)), 1)
    structure = sum(pair.sure for pair in rows) / fewest
    trust = NAME_EQUAL_TRUST if found.likeness == 1 else NAME_LIKE_TRUST
    sure = found.likeness * (trust + (1 - trust) * structure) * found.owner
    return YearLink(place=card.place, other=other.place, gap=found.gap, sure=round(sure, 3), rows=rows)


def _same_owner(card: FormCard, other: FormCard) -> float:
    """How far the units say that the project is the same one."""
    unit, other_unit = owner_name(card.unit), owner_name(other.unit)
    if unit and unit == other_unit:
        return 1.0
    if not unit or not other_unit or FormKind.TARGET in (card.kind, other.kind):
        names = {unit, owner_name(card.department)} & {other_unit, owner_name(other.department)}
        return 1.0 if names - {""} else ONE_SIDE_UNNAMED
    return ONE_SIDE_UNNAMED if unit in other_unit or other_unit in unit else OTHER_UNIT


def pair_rows(rows: Sequence[RowCard], others: Sequence[RowCard]) -> tuple[RowPair, ...]:
    """Indicators that are each other's likeliest, by their names without years."""
    names, other_names = [_row_core(row) for row in rows], [_row_core(row) for row in others]
    if not any(names) or not any(other_names):
        return ()
    table = process.cdist(names, other_names, scorer=fuzz.ratio, score_cutoff=ROW_BOUND)
    best, best_back = table.argmax(axis=1), table.argmax(axis=0)
    return tuple(
        RowPair(row=rows[one].place, other=others[best[one]].place, sure=float(table[one, best[one]]) / 100)
        for one in range(len(rows))
        if names[one] and table[one, best[one]] > 0 and best_back[best[one]] == one
    )


def _row_core(row: RowCard) -> str:
    return letters(YEAR.sub("", row.name))
