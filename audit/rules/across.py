"""Over all forms of a batch: money moved between projects, crowded scores, peers that set very different targets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial
from statistics import median

from audit.basis import APPROVED_CHANGE, EVALUATION_METHOD, FOOTNOTE_RATE, GRADES, TARGET_REQUIREMENTS, together
from audit.batch import BatchView
from audit.cards import DEPARTMENT, DOCUMENT, FormCard, Key, RowCard, owner_name
from audit.compare import PERCENT, Direction, letters, quantity_target, row_direction
from audit.kinship import project_core
from audit.phrases import HUNDRED, plain, quoted, rounded, wan
from audit.rule import BOTH_KINDS, PASS, Fail, FormKind, Outcome, Suspicion, batch_rule
from audit.rules.budget import change_approved
from audit.rules.cutoff import GRADE_LINES
from audit.view import WAN_YUAN, FormView
from audit.words import GROWTH
from domain.finding import Severity
from domain.value import Comparator, Quantity

FORMS_SHOWN = 12  # forms named and shown as evidence; more are told by their count
CENT = Decimal("0.01")
WAN = Decimal(10000)
# How often the moves of two projects agree by chance, by the digits that tell them: 5.00 agrees often, 44.67 hardly.
# Out of ten thousand invented budgets cut and raised at will; four digits agree once in some two thousand pairs.
CHANCE_BY_DIGITS = (Decimal(1), Decimal("0.2"), Decimal("0.03"), Decimal("0.004"), Decimal("0.0005"))
LEAST_CHANCE = Decimal("0.0001")
# Of the forms with a moved budget about one in ten has its counterpart in the same batch.
COUNTERPART = Decimal("0.1")
CHANCE_TOLD = "金额较整，也可能是巧合"
TRANSFER_TOLD = "疑为项目间调剂，未见批复，两边目标应随之调整"


@batch_rule(
    code="BUDGET_TRANSFER_PAIR",
    title="项目间等额调剂",
    group="预算",
    severity=Severity.HIGH,
    basis=together(APPROVED_CHANGE, FOOTNOTE_RATE),
    limits=(
        "只在同一批中、同一主管部门（单位、文件）、同一年度内配对；一笔拆给几个项目的看不出；两边都写明批准的不报。"
        "金额只有一两位有效数字的可能是巧合，按低提示或不报。"
    ),
)
def budget_transfer_pair(batch: BatchView) -> Iterator[Suspicion]:
    """一个项目全年预算较年初调减的数，与另一个项目调增的数分文不差，多半是项目间调剂；应有批复，两边的目标都应随之调整。"""
    told: set[int] = set()
    for (_, year), members in _money_families(batch).items():
        cuts, rises = _moves(members)
        for amount in cuts.keys() & rises.keys():
            akin = _counterparts(cuts[amount], rises[amount])
            places = tuple(card.place for card in akin)
            if not akin or told.issuperset(places):
                continue
            told.update(places)
            sure = _surety(amount, akin, others=sum(len(cards) for cards in rises.values()))
            yield Suspicion(places=places[:FORMS_SHOWN], judge=partial(_judge_transfer, sure=sure))
        if year is not None and len(members) > 1:
            yield from _unread_moves(members, told)


def _money_families(batch: BatchView) -> dict[tuple[Key, int | None], list[FormCard]]:
    families: dict[tuple[Key, int | None], list[FormCard]] = defaultdict(list)
    for card in batch.cards:
        if card.kind is FormKind.SELF_EVALUATION:
            for key in card.families:
                families[key, card.year].append(card)
    return families


def _unread_moves(members: Sequence[FormCard], told: set[int]) -> Iterator[Suspicion]:
    """Forms whose budgets could not be read while another of the family has a move to be matched."""
    cuts, rises = _moves(members)
    for card in members:
        if "money" in card.unread and (cuts or rises) and card.place not in told:
            told.add(card.place)
            yield Suspicion(places=(card.place,), judge=_read_budgets)


def _read_budgets(views: Sequence[FormView]) -> Outcome:
    """Raises NotRead for the budget that could not be compared with other projects."""
    fund = views[0].total_fund
    _ = fund.initial, fund.adjusted
    return PASS


Moves = dict[Decimal, list[FormCard]]


def _moves(members: Sequence[FormCard]) -> tuple[Moves, Moves]:
    """Forms by what was cut from and added to their budget in the year, in yuan."""
    cuts: Moves = defaultdict(list)
    rises: Moves = defaultdict(list)
    for card in members:
        if card.initial is not None and card.adjusted is not None and card.initial.yuan != card.adjusted.yuan:
            move = card.adjusted.yuan - card.initial.yuan
            (rises if move > 0 else cuts)[abs(move)].append(card)
    return cuts, rises


def _counterparts(cuts: Sequence[FormCard], rises: Sequence[FormCard]) -> tuple[FormCard, ...]:
    """The cut project with the largest budget first, then the raised ones, then other cuts of the same sum."""
    first, *more = sorted(cuts, key=lambda card: -_initial(card))
    core = _core(first)
    others = [card for card in rises if _core(card) != core or not core]
    return (first, *others, *more) if others else ()


def _initial(card: FormCard) -> Decimal:
    return Decimal(0) if card.initial is None else card.initial.yuan


def _core(card: FormCard) -> str:
    return project_core(card.project, (card.unit, card.department))


def _surety(amount: Decimal, places: Sequence[FormCard], *, others: int) -> float:
    """How likely equal and opposite moves are one move, against the chance of a coincidence.

    ``others`` moves the other way stood open to agree; each does so by chance the more easily the rounder the sum is,
    in the unit the forms print.
    """
    printed = min(_digits(amount), _digits(amount / WAN))
    chance = CHANCE_BY_DIGITS[printed] if printed < len(CHANCE_BY_DIGITS) else LEAST_CHANCE
    expected = chance * others
    ambiguous = max(len(places) - 1, 1)  # several raised by one sum: one of them at most is the counterpart
    return float(COUNTERPART / (COUNTERPART + expected) / ambiguous)


def _digits(amount: Decimal) -> int:
    """Significant digits, zeros at the end left out: 44.67 has four, 500000 one."""
    return len(plain(amount).replace(".", "").strip("0"))


def _judge_transfer(views: Sequence[FormView], *, sure: float) -> Outcome:
    moves = []
    for view in views:
        fund = view.total_fund
        initial, adjusted = fund.initial, fund.adjusted
        if initial is None or adjusted is None:
            return PASS
        moves.append((view, initial.yuan, adjusted.yuan))
    limits = views[0].thresholds
    if sure < float(limits.transfer_hint) or all(change_approved(view) for view in views):
        return PASS
    amount = abs(moves[0][2] - moves[0][1])
    (_, *told), unsure = [_move_told(*move) for move in moves], sure < float(limits.transfer_sure)
    message = (
        f"{_move_told(*moves[0])}，调减{_exactly(amount, views[0])}；{_relation(views)}{'、'.join(told)}，"
        f"调增数与之分文不差；{CHANCE_TOLD if unsure else TRANSFER_TOLD}。"
    )
    severity = Severity.LOW if unsure else Severity.HIGH
    return Fail(message=message, severity=severity, confidence=sure, yuan=amount)


def _move_told(view: FormView, initial: Decimal, adjusted: Decimal) -> str:
    return f"{quoted(view.project_name)}年初预算{wan(initial)}，全年预算{wan(adjusted)}"


def _exactly(amount: Decimal, view: FormView) -> str:
    """A sum in the unit the form prints, to the last digit."""
    return f"{plain(amount / WAN)}万元" if view.amount_unit == WAN_YUAN else f"{plain(amount)}元"


def _relation(views: Sequence[FormView]) -> str:
    """What the projects have in common, as the forms print it."""
    departments = {owner_name(_printed(view, "supervising_department")) for view in views}
    if len(departments) == 1 and departments != {""}:
        return "同一主管部门的"
    units = {owner_name(_printed(view, "implementing_unit")) for view in views}
    return "同一单位的" if len(units) == 1 and units != {""} else "同一文件中的"


def _printed(view: FormView, column: str) -> str:
    text: str = getattr(view.form, column).text
    return text


@batch_rule(
    code="SCORE_CLUSTERING",
    title="总分扎堆",
    group="评分",
    severity=Severity.INFO,
    basis=together(GRADES, EVALUATION_METHOD),
    limits=(
        "同一部门（单位）不足4张表的不看，恰为4张的相差两分以内才报，各年度都不足4张的才几年合在一起看；没有印部门和单位的表不看；"
        "全部100分的不在此列。"
        "工作平稳的部门分数相近也属正常，只供选样。"
    ),
)
def score_clustering(batch: BatchView) -> Iterator[Suspicion]:
    """一个部门同一年度（一年不足4张表的，几年合看）的自评总分挤在六分之内，或多数贴在等级线上下两分；自评缺乏区分，抽查时可据此选样。"""
    told: set[int] = set()
    for (kind, _), _, members in _owned(batch):
        if len(members) < batch.thresholds.cluster_forms or told.issuperset(card.place for card in members):
            continue
        for card in members:
            if "total" in card.unread and card.place not in told:
                yield Suspicion(places=(card.place,), judge=_read_total)
        scored = [card for card in members if card.total is not None]
        clause = _crowding(tuple(card.total for card in scored if card.total is not None), batch)
        if clause:
            told.update(card.place for card in members)
            owner = members[0].department if kind == DEPARTMENT else members[0].unit
            judge = partial(_judge_crowd, clause=clause, owner=owner)
            yield Suspicion(places=tuple(card.place for card in scored[:FORMS_SHOWN]), judge=judge)


def _owned(batch: BatchView) -> list[tuple[Key, int | None, list[FormCard]]]:
    """Self-evaluations by department and year, then by unit and year: a unit is told where its department is not."""
    owned: dict[tuple[Key, int | None], list[FormCard]] = defaultdict(list)
    for card in batch.cards:
        for key in card.families:
            if key[0] != DOCUMENT and card.kind is FormKind.SELF_EVALUATION:
                owned[key, card.year].append(card)
    groups = [(key, year, members) for (key, year), members in owned.items()]
    groups += [(key, None, members) for key, members in _years_together(groups, batch)]
    return sorted(groups, key=lambda group: group[0][0] != DEPARTMENT)


def _years_together(
    groups: Sequence[tuple[Key, int | None, list[FormCard]]], batch: BatchView
) -> Iterator[tuple[Key, list[FormCard]]]:
    """All forms of an owner that has too few in every one of several years."""
    by_owner: dict[Key, list[list[FormCard]]] = defaultdict(list)
    for key, _, members in groups:
        by_owner[key].append(members)
    for key, years in by_owner.items():
        if len(years) > 1 and max(map(len, years)) < batch.thresholds.cluster_forms:
            yield key, sorted((card for members in years for card in members), key=lambda card: card.place)


def _read_total(views: Sequence[FormView]) -> Outcome:
    """Raises NotRead for the total that could not be compared."""
    _ = views[0].total_score
    return PASS


def _crowding(totals: Sequence[Decimal], batch: BatchView) -> str:
    """How the totals crowd, "" where they do not."""
    limits = batch.thresholds
    if len(totals) < limits.cluster_forms:
        return ""
    for line in GRADE_LINES:
        over = sum(line <= total < line + limits.cluster_band for total in totals)
        under = sum(line - limits.cluster_band <= total < line for total in totals)
        for side, count in (("刚过", over), ("略低于", under)):
            if count >= limits.cluster_share * len(totals):
                return (
                    f"{len(totals)}张表中有{count}张总分{side}{plain(line)}分线（{plain(limits.cluster_band)}分以内）"
                )
    low, high = min(totals), max(totals)
    span = limits.cluster_span if len(totals) > limits.cluster_forms else limits.cluster_band
    if high - low > span or low == high == HUNDRED:
        return ""
    return f"{len(totals)}张表总分都在{plain(low)}至{plain(high)}分之间，相差不超过{plain(span)}分"


def _judge_crowd(views: Sequence[FormView], *, clause: str, owner: str) -> Outcome:
    for view in views:
        _ = view.total_score
    return Fail(message=f"{quoted(owner)}{clause}。")


@batch_rule(
    code="PEER_TARGET_SPREAD",
    title="同类指标目标悬殊",
    group="目标",
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "只比较同一批、同一年度、名称逐字相同（五字以上）的百分数目标，不足4张表的不比较；数量目标随单位大小而异，不比较。"
        "基础条件差的单位目标低有其道理，所以按低提示。"
    ),
)
def peer_target_spread(batch: BatchView) -> Iterator[Suspicion]:
    """本批各表中同名的比率指标，目标不足同类中位数的七成；不同单位可以有别，但差得多的应说明理由。"""
    peers: dict[tuple[int | None, str], dict[int, tuple[int, Decimal]]] = defaultdict(dict)
    lost: dict[tuple[int | None, str], list[tuple[int, int]]] = defaultdict(list)
    for card in batch.cards:
        for row in card.rows:
            name = letters(row.name)
            target = _percent_target(row, batch) if len(name) >= LEAST_PEER else None
            if target is not None:
                peers[card.year, name].setdefault(card.place, (row.place, target))
            elif row.target_lost:
                lost[card.year, name].append((card.place, row.place))
    for key, members in peers.items():
        if len(members) >= batch.thresholds.peer_forms:
            yield from _outliers(members, batch)
            for place, number in lost[key]:
                yield Suspicion(places=(place,), judge=partial(_read_target, row=number))


def _percent_target(row: RowCard, batch: BatchView) -> Decimal | None:
    """The target of a row that asks for a percentage."""
    if PERCENT not in row.target and "％" not in row.target:
        return None
    value = batch.context.skills.value(row.target).value
    return value.low if isinstance(value, Quantity) and value.unit == PERCENT else None


def _read_target(views: Sequence[FormView], *, row: int) -> Outcome:
    """Raises NotRead for the target that could not be compared with its peers."""
    _ = views[0].row(row).target
    return PASS


LEAST_PEER = 5  # letters; a shorter name (合格率, 满意度) asks of each form something else


def _outliers(members: dict[int, tuple[int, Decimal]], batch: BatchView) -> Iterator[Suspicion]:
    usual = median(target for _, target in members.values())
    for place, (row, target) in members.items():
        if target < batch.thresholds.peer_ratio * usual:
            others = sorted((other for other in members if other != place), key=lambda other: -members[other][1])
            shown = tuple(others[:FORMS_SHOWN])
            rows = (row, *(members[other][0] for other in shown))
            judge = partial(_judge_peer, rows=rows, usual=usual, count=len(others))
            yield Suspicion(places=(place, *shown), judge=judge)


def _judge_peer(views: Sequence[FormView], *, rows: Sequence[int], usual: Decimal, count: int) -> Outcome:
    own, *peers = [view.row(row) for view, row in zip(views, rows, strict=True)]
    target = quantity_target(own)
    if GROWTH.search(own.name):  # how much is to grow depends on the place
        return PASS
    if target is None or row_direction(own, target) is not Direction.UP or target.comparator is Comparator.BETWEEN:
        return PASS
    for peer in peers:
        _ = peer.name, peer.target_text
    best = peers[0]
    message = (
        f"{own.label}目标{own.target_text}，本批另{count}张表的同名指标中位数为{rounded(usual)}%，"
        f"如{quoted(best.form.project_name)}为{best.target_text}；目标不足同类的七成，未见理由。"
    )
    return Fail(message=message, row=own.place, confidence=0.7)
