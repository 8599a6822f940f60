"""重复, over all forms of a batch: one sentence, one sum, one result or one form told more than once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import combinations

from audit.basis import EVALUATION_METHOD, FOOTNOTE_FUNDS, FOOTNOTE_QUANTITY, TRUTHFUL, together
from audit.batch import BatchView
from audit.cards import FormCard, Key, RowCard, owner_name
from audit.compare import letters
from audit.nearness import containments, near_groups
from audit.phrases import percent, plain, quoted, wan
from audit.rule import BOTH_KINDS, PASS, Fail, FormKind, Outcome, Suspicion, batch_rule
from audit.rules.support import EVIDENCE_LABELS
from audit.twins import Twin
from audit.view import FormView
from domain.finding import Severity
from domain.label import RewriteStatus

GROUP = "重复"
FORMS_QUOTED = 8  # forms named and shown as evidence; more are told by their count
LEAST_REASON = 4  # letters; a shorter reason (疫情) is a word, not a sentence
LEAST_FILLER = 6  # letters from which a sentence without a reason is more than 无 or 已完成
NO_DEVIATION = re.compile(
    r"无|没有|不存在|未(发生|产生|出现|有)|完成|达[到成标]|实现|相符|一致|正常|不涉及|详见|同上|另附"
)
SHORT_OF = re.compile(r"未能?(完全|全部|全面|按[时期]|如期)?(达到|达标|达成|完成|实现)")
# Praise in set phrases, whatever it says was reached.
PRAISE = re.compile(
    r"领导(高度)?重视|高度重视|措施(得力|到位|有力)|精心(组织|部署)|周密(安排|部署)|狠抓落实|扎实推进"
    r"|严格按照?(方案|要求|实施方案|计划)|圆满|通力(协作|配合)|齐抓共管|上下一心"
)
LONG_REASON = 20  # letters; two units do not happen upon the same sentence of so many
LEAST_GOAL = 12  # letters of a goal that can be told apart from another
MOST_CHILDREN = 14  # contained goals of which parts are added up; beyond, only all of them are
DIGITS = re.compile(r"\d+(?:\.\d+)?")
# Causes that strike many rows alike: the same words for them are no lack of care.
OUTER_CAUSES = ("force_majeure", "budget_cut", "funds_late_or_short", "policy_or_demand_change")
COMPARED_FIELDS = 4  # differences between two versions told in a message

Place = tuple[FormCard, RowCard]


def _named(cards: Sequence[FormCard]) -> str:
    """Projects as messages list them."""
    names = [quoted(card.project or "未填项目名称") for card in cards]
    return "、".join(names[:FORMS_QUOTED]) + (f"等{len(names)}个" if len(names) > FORMS_QUOTED else "")


@batch_rule(
    code="BOILERPLATE_REASON",
    title="原因套话",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(FOOTNOTE_QUANTITY, TRUTHFUL),
    limits=(
        "不足三行的、不足四个字的原因不看；句中数字不同的当作各说各的；主管部门不同的表不归在一起。"
        "同一场灾情、同一次压减预算使各行原因相同属正常，按低提示。"
    ),
)
def boilerplate_reason(batch: BatchView) -> Iterator[Suspicion]:
    """同一主管部门（单位、文件）同一年度的表中，同一句偏差原因（去标点，个别字不同也算）用在三行以上；得分高低不一的，扣分没有标准。"""
    for card in batch.cards:
        if "reason" in card.unread:
            yield Suspicion(places=(card.place,), judge=_read_every_reason)
    for places in _repeated_reasons(batch):
        by_form: dict[int, list[Place]] = defaultdict(list)
        for card, row in places:
            by_form[card.place].append((card, row))
        forms = sorted(by_form, key=lambda place: (-len(by_form[place]), place))
        own = tuple(row.place for _, row in by_form[forms[0]])
        others = tuple(by_form[form][0][1].place for form in forms[1:FORMS_QUOTED])
        yield Suspicion(
            places=tuple(forms[:FORMS_QUOTED]),
            judge=partial(_judge_boilerplate, places=tuple(places), rows=(own, others)),
        )


def _read_every_reason(views: Sequence[FormView]) -> Outcome:
    """Raises NotRead for the reason that kept a form out of the comparison."""
    for row in views[0].rows:
        _ = row.reason_if_any
    return PASS


def _repeated_reasons(batch: BatchView) -> Iterator[list[Place]]:
    """Rows of one family whose reasons say the same, three and more of them."""
    told = [(card, row) for card in batch.cards for row in card.rows if len(letters(row.reason)) >= LEAST_REASON]
    told = [place for place in told if _worth_comparing(place[1].reason, batch)]
    least = float(batch.thresholds.near_reason)
    for group in near_groups([row.reason for _, row in told], least=least):
        families: dict[tuple[Key, int | None, tuple[str, ...]], list[Place]] = defaultdict(list)
        for number in group:
            card, row = told[number]
            # a sentence that differs in its figures speaks of its own row
            families[card.family, card.year, tuple(DIGITS.findall(row.reason))].append((card, row))
        yield from (places for places in families.values() if _often(places, least=batch.thresholds.boilerplate_rows))


def _often(places: Sequence[Place], *, least: int) -> bool:
    """Whether a sentence stands in so many rows; one more for every further unit, since short ones are alike."""
    if all(len(letters(row.reason)) >= LONG_REASON for _, row in places):
        return len(places) >= least
    units = {owner_name(card.unit) for card, _ in places} - {""}
    return len(places) >= least + max(len(units) - 1, 0)


def _worth_comparing(reason: str, batch: BatchView) -> bool:
    """False for 无 and its like, and for rewrites: rules of their own speak of these."""
    rationale = batch.context.skills.rationale(reason)
    if rationale.has("approved_change") or rationale.rewrite.status is not RewriteStatus.NONE:
        return False
    # a sentence that explains nothing is what is looked for; one that denies a deviation is not
    said = letters(reason)
    if not rationale.has("no_reason"):
        return True
    denied = NO_DEVIATION.search(SHORT_OF.sub("", said)) is not None
    return len(said) >= LEAST_FILLER and (not denied or PRAISE.search(said) is not None)


def _judge_boilerplate(
    views: Sequence[FormView], *, places: Sequence[Place], rows: tuple[tuple[int, ...], tuple[int, ...]]
) -> Outcome:
    own, others = rows
    first = views[0].row(own[0])
    reason = first.reason
    if reason is None:
        return PASS
    for view, row in [(views[0], row) for row in own[1:]] + list(zip(views[1:], others, strict=True)):
        _ = view.row(row).reason_text
    number = views[0].context.skills.number
    marks = [(number(row.score), number(row.weight)) for _, row in places]
    kept = [(score.value, weight.value) for score, weight in marks if score and weight and weight.value > 0]
    shares = [score / weight for score, weight in kept]
    spread = max(shares) - min(shares) if shares else Decimal(0)
    forms = {card.place: card for card, _ in places}
    where = (
        f"{len(forms)}张表{len(places)}行（{_named(tuple(forms.values()))}）" if len(forms) > 1 else f"{len(places)}行"
    )
    scored = f"得分率{_range(shares)}" if shares else "未见得分"
    alike = "同一原因" if len({letters(row.reason) for _, row in places}) == 1 else "同一原因（个别字不同）"
    uneven = spread >= views[0].thresholds.deduction_range
    return Fail(
        message=f"{alike}{quoted(first.reason_text)}用在{where}，{scored}{'，扣分没有标准' if uneven else ''}。",
        severity=_boilerplate_severity(reason.has(*EVIDENCE_LABELS), uneven, outer=reason.has(*OUTER_CAUSES)),
        points=sum((score for score, _ in kept), Decimal(0)),
        row=first.place,
    )


def _range(shares: Sequence[Decimal]) -> str:
    least, most = percent(min(shares)), percent(max(shares))
    return f"均为{most}" if least == most else f"{least}至{most}"


def _boilerplate_severity(unsupported: bool, uneven: bool, *, outer: bool) -> Severity:
    if unsupported:
        return Severity.HIGH if uneven else Severity.MEDIUM
    if outer:
        return Severity.LOW
    return Severity.MEDIUM if uneven else Severity.LOW


@batch_rule(
    code="PARENT_CHILD_DOUBLE_REPORT",
    title="父子项目重复自评",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(EVALUATION_METHOD, FOOTNOTE_FUNDS),
    limits=(
        "只在同一批中、同一主管部门（单位、文件）、同一年度内找；分项目的目标须九成见于总项目，预算须分文不差，"
        "目标改写过的看不出。"
        "部门按规定另报汇总表的，会报出，不算重复。"
    ),
)
def parent_child_double_report(batch: BatchView) -> Iterator[Suspicion]:
    """一个项目的全年预算恰为另几个项目之和，目标文字又包含它们的目标；同一笔资金评了两次。"""
    families: dict[tuple[Key, int | None], list[FormCard]] = defaultdict(list)
    for card in batch.cards:
        if card.kind is FormKind.SELF_EVALUATION and len(letters(card.goal)) >= LEAST_GOAL:
            for key in card.families:
                families[key, card.year].append(card)
    told: set[int] = set()
    for members in families.values():
        for parent, children in _parents(members, least=float(batch.thresholds.child_text)):
            if parent.place in told:
                continue
            chosen = _adding_up(parent, children)
            if chosen or (children and _unread_money((parent, *children))):
                told.add(parent.place)
                places = (parent.place, *(child.place for child in chosen or children))
                yield Suspicion(places=places, judge=_judge_parent)


def _unread_money(cards: Sequence[FormCard]) -> bool:
    return len(cards) > 2 and any("money" in card.unread for card in cards)


def _parents(members: Sequence[FormCard], *, least: float) -> Iterator[tuple[FormCard, tuple[FormCard, ...]]]:
    """Every form with the others whose goals stand in its own."""
    if len(members) < 3:
        return
    inside: dict[int, list[int]] = defaultdict(list)
    for found in containments([card.goal for card in members], least=least):
        inside[found.outer].append(found.inner)
    for outer, inners in inside.items():
        if len(inners) > 1:
            yield members[outer], tuple(members[inner] for inner in inners)


def _adding_up(parent: FormCard, children: Sequence[FormCard]) -> tuple[FormCard, ...]:
    """The children, two and more, whose full-year budgets are the parent's together; () where none are."""
    if parent.adjusted is None or parent.adjusted.yuan <= 0:
        return ()
    whole = parent.adjusted
    parts = [child for child in children if child.adjusted is not None and 0 < child.adjusted.yuan < whole.yuan]
    sizes = range(len(parts), 1, -1) if len(parts) <= MOST_CHILDREN else (len(parts),)
    for size in sizes:
        for chosen in combinations(parts, size):
            amounts = [child.adjusted for child in chosen if child.adjusted is not None]
            slack = min((amount.step for amount in (whole, *amounts)), default=Decimal(0)) / 2
            if abs(sum((amount.yuan for amount in amounts), Decimal(0)) - whole.yuan) <= slack:
                return chosen
    return ()


def _judge_parent(views: Sequence[FormView]) -> Outcome:
    budgets = [view.total_fund.adjusted for view in views]
    for view in views:
        _ = view.project_name, view.goal
    whole, *parts = [Decimal(0) if budget is None else budget.yuan for budget in budgets]
    if whole != sum(parts, Decimal(0)):
        return PASS
    listed = "、".join(f"{quoted(view.project_name)}{wan(part)}" for view, part in zip(views[1:], parts, strict=True))
    message = (
        f"{quoted(views[0].project_name)}全年预算{wan(whole)}，恰为另{len(parts)}张表之和（{listed}），"
        "目标文字也包含这些表的目标；同一笔资金可能评价了两次。"
    )
    return Fail(message=message, yuan=whole, confidence=0.95)


@batch_rule(
    code="COMPLETION_COPIED_ACROSS",
    title="完成情况与另一表雷同",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=TRUTHFUL,
    limits=(
        "不足60字的完成情况不看；两段文字八成以上相同才报，改写过的雷同看不出。"
        "同一工作分片实施、写法统一而数字不同的，按低提示。"
    ),
)
def completion_copied_across(batch: BatchView) -> Iterator[Suspicion]:
    """不同项目或不同年度的“实际完成情况”几乎一字不差；完成情况应是本项目本年度的，照抄的不能作为评分依据。"""
    limits = batch.thresholds
    cards = [card for card in batch.cards if len(letters(card.completion)) >= limits.alike_narrative_letters]
    wordings = [DIGITS.sub("0", card.completion) for card in cards]  # figures are compared afterwards
    for group in near_groups(wordings, least=float(limits.near_narrative), gram=3):
        members = [cards[number] for number in group]
        yield Suspicion(
            places=tuple(card.place for card in members[:FORMS_QUOTED]),
            judge=partial(_judge_copied, members=tuple(members)),
        )


def _judge_copied(views: Sequence[FormView], *, members: Sequence[FormCard]) -> Outcome:
    figures = [tuple(DIGITS.findall(view.completion)) for view in views]
    for view in views:
        _ = view.project_name
    years = {card.year for card in members}
    told = "、".join(
        f"{quoted(card.project)}{f'（{card.year}年度）' if len(years) > 1 else ''}" for card in members[:FORMS_QUOTED]
    )
    more = f"等{len(members)}张表" if len(members) > FORMS_QUOTED else f"{len(members)}张表"
    same = len(set(figures)) == 1
    tail = "连数字也相同" if same and figures[0] else "文字几乎相同" + ("，只是数字不同" if not same else "")
    return Fail(
        message=f"{told}{more}的实际完成情况雷同，{tail}。开头为{quoted(views[0].completion[:30])}。",
        severity=Severity.MEDIUM if same else Severity.LOW,
        confidence=0.9,
    )


@batch_rule(
    code="DUPLICATE_SUBMISSION",
    title="同一张表重复报送",
    group=GROUP,
    severity=Severity.INFO,
    basis=EVALUATION_METHOD,
    kinds=BOTH_KINDS,
    limits=(
        "项目名称或单位不同的不算同一张；六成以上栏目相同才认作两个版本，改动很大的版本看不出。"
        "更正后重新报送的属正常，只须认定以哪一份为准。"
    ),
)
def duplicate_submission(batch: BatchView) -> Iterator[Suspicion]:
    """本批中同一张表报送了两次：内容相同的只计一次；内容有出入的是两个版本，应确认以哪一份为准。"""
    for twin in batch.twins:
        yield Suspicion(
            places=(twin.place, twin.first),
            judge=partial(_judge_twin, twin=twin),
        )


def _judge_twin(views: Sequence[FormView], *, twin: Twin) -> Outcome:
    later, first = views
    where = f"“{first.form.document.path}”第{first.form.index}张表"
    _ = later.project_name, first.project_name
    if twin.is_copy:
        alike = f"内容相同（{percent(twin.share)}的栏目一致）"
        message = f"{quoted(later.project_name)}与{where}{alike}，按一张表计，问题只列一次。"
        return Fail(message=message, severity=Severity.INFO)
    gaps = _differences(later, first)
    told = "；".join(gaps[:COMPARED_FIELDS]) + ("等" if len(gaps) > COMPARED_FIELDS else "")
    message = (
        f"{quoted(later.project_name)}与{where}是同一项目同一年度的两份表，{percent(twin.share)}的栏目一致"
        f"{f'，不同之处：{told}' if told else ''}；应确认以哪一份为准。"
    )
    return Fail(message=message, severity=Severity.LOW, confidence=0.8)


def _differences(later: FormView, first: FormView) -> list[str]:
    """Rows and totals on which two versions of a form differ, told as first/later."""
    gaps = []
    if later.kind is FormKind.SELF_EVALUATION:
        totals = [view.total_score for view in (first, later)]
        if totals[0] != totals[1]:
            gaps.append("总分" + "/".join("空" if total is None else plain(total.value) for total in totals))
    for one, other in zip(first.rows, later.rows, strict=False):
        if letters(one.name) == letters(other.name) and letters(one.target_text) != letters(other.target_text):
            gaps.append(f"{other.label}目标{one.target_text or '空'}/{other.target_text or '空'}")
    return gaps
