"""Level names of scattered text to the rows they head: contiguous groups, nested, in the order of the names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extract.fragments import Fragment
from extract.groups import Levels
from extract.layout import Layout
from extract.placing import Decoded

# What indicators of a kind speak of, by the reading of published forms; it only arbitrates where places do not tell.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "数量": ("数量", "人次", "次数", "场次", "个数", "面积", "长度", "人数", "数", "篇", "活动", "件", "量"),
    "质量": ("质量", "合格", "达标", "准确", "规范", "验收", "完好", "覆盖率", "合规", "通过率", "率"),
    "时效": ("及时", "按时", "时间", "完成率", "进度", "时效", "按期", "期限", "月底", "日前", "天内"),
    "成本": ("成本", "预算", "控制数", "补助标准", "单价", "经费", "支出", "费用", "标准", "节约"),
    "经济": ("经济", "收入", "增收", "产值", "销售", "税收", "效益", "带动", "亿元", "节约"),
    "社会": ("社会", "知晓", "就业", "影响", "保障", "安全", "事故", "服务", "投诉", "公众", "生活", "稳定", "提升"),
    "生态": ("生态", "环境", "污染", "水质", "绿", "排放", "空气", "节能", "资源"),
    "环境": ("生态", "环境", "污染", "水质", "绿", "排放", "空气", "节能"),
    "可持续": ("持续", "长效", "机制", "长期", "后续", "制度", "健全", "年限", "发展", "完善"),
    "满意": ("满意", "认可"),
    "投入": ("预算", "编制", "执行率", "投入", "到位"),
    "财务": ("财务", "资金", "会计", "核算"),
    "实施": ("管理制度", "合同", "实施", "招标", "采购", "资格", "审核", "项目管理"),
    "资产": ("资产", "设备"),
    "信息": ("信息", "公开", "共享"),
    "人力": ("人员", "人才", "培训", "人力"),
    "配套": ("配套", "设施"),
    "长效": ("长效", "持续", "机制"),
    "部门": ("部门", "协助", "配合", "协调"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A level name with the fragments that spell it."""

    name: str
    pieces: tuple[Fragment, ...]

    @property
    def middle(self) -> float:
        """Middle line."""
        return (self.pieces[0].line + self.pieces[-1].line) / 2

    @property
    def page(self) -> int:
        """Page on which it begins."""
        return self.pieces[0].page


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a row stands: first fragment of its name, lines of its figures (or name), its page, and what it says."""

    seq: int
    line: float
    block: int
    page: int
    text: str


def place_tiers(tiers: Sequence[Tier], decoded: Decoded, layout: Layout, *, boxed: bool) -> Levels:
    """First- and second-level name of every row."""
    spots = [row_to_spot(decoded, row) for row in range(decoded.rows)]
    seconds, firsts = sort_tiers(tiers, layout)
    groups = partition(spots, seconds, boxed=boxed)
    nothing = ("", ())
    second = [nothing if group is None else (seconds[group].name, seconds[group].pieces) for group in groups]
    parents = [None if group is None else seconds[group] for group in groups]
    first = [_parent(parent, firsts, layout) for parent in parents]
    return Levels(first=tuple(first), second=tuple(second))


def _parent(second: Tier | None, firsts: Sequence[Tier], layout: Layout) -> tuple[str, tuple[Fragment, ...]]:
    """The first-level name over a second-level one."""
    if second is None:
        return (firsts[0].name, firsts[0].pieces) if len(firsts) == 1 else ("", ())
    over = [tier for tier in firsts if second.name in layout.levels[tier.name]]
    if not over:
        return ("", ())
    return (over[0].name, over[0].pieces)


def sort_tiers(tiers: Sequence[Tier], layout: Layout) -> tuple[list[Tier], list[Tier]]:
    """Second-level and first-level names. Of a name on both levels, one that stands twice is both."""
    firsts: list[Tier] = []
    seconds: list[Tier] = []
    names = [tier.name for tier in tiers]
    for tier in tiers:
        both = tier.name in layout.level1 and tier.name in layout.level2
        if both:
            first = _stands_first(tier, tiers, layout, names)
            (firsts if first and tier.name not in [known.name for known in firsts] else seconds).append(tier)
        elif tier.name in layout.level1:
            if tier.name not in [known.name for known in firsts]:
                firsts.append(tier)
        else:
            seconds.append(tier)
    return sorted(seconds, key=lambda tier: (tier.page, _rank(tier, firsts, layout), tier.pieces[0].seq)), firsts


def _rank(tier: Tier, firsts: Sequence[Tier], layout: Layout) -> int:
    """Where the first-level name over this one stands on a form; one that the form prints is preferred."""
    printed = {first.name for first in firsts}
    names = enumerate(layout.levels)
    over = [(name not in printed, place) for place, name in names if tier.name in layout.levels[name]]
    return min(over, default=(True, 0))[1]


def _stands_first(tier: Tier, tiers: Sequence[Tier], layout: Layout, names: Sequence[str]) -> bool:
    """成本指标 is a first level where names of its own stand on the form, or where it stands twice."""
    own = [name for name in layout.levels[tier.name] if name != tier.name]
    return any(name in names for name in own) or names.count(tier.name) > 1


def row_to_spot(decoded: Decoded, row: int) -> Spot:
    """Where one row stands."""
    pieces = [p for p in decoded.placed if p.row == row]
    names = [p.fragment for p in pieces if p.column == "level3"] or [p.fragment for p in pieces]
    figures = [p.fragment for p in pieces if p.column in ("weight", "score")] or names
    text = "".join(f.text for f in names) + "|" + "".join(p.fragment.text for p in pieces if p.column == "target")
    lines = [f.line for f in names]
    return Spot(
        seq=names[0].seq, line=(min(lines) + max(lines)) / 2, block=names[0].block,
        page=figures[0].page, text=text,
    )  # fmt: skip


def partition(spots: Sequence[Spot], tiers: Sequence[Tier], *, boxed: bool) -> list[int | None]:
    """The tier of every row: consecutive rows each, at least one, at the least cost."""
    count = len(spots)
    if not tiers or not count:
        return [None] * count
    least = 1 if len(tiers) <= count else 0
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for tier in tiers:
        reach: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in best[-1].items():
            for end in range(start + least, count + 1):
                total = cost + group_cost(spots, start, end, tier, boxed=boxed)
                if end not in reach or total < reach[end][0]:
                    reach[end] = (total, start)
        best.append(reach)
    groups: list[int | None] = [None] * count
    end = count
    for place in range(len(tiers), 0, -1):
        start = best[place][end][1] if end in best[place] else 0
        groups[start:end] = [place - 1] * (end - start)
        end = start
    return groups


def group_cost(spots: Sequence[Spot], start: int, end: int, tier: Tier, *, boxed: bool) -> float:
    """How badly rows [start, end) suit a name."""
    if start == end:
        return 3.0
    rows = spots[start:end]
    cost = sum(word_cost(tier.name, spot.text) for spot in rows)
    cost += 2.0 * sum(spot.page != tier.page for spot in rows) * (rows[0].page == rows[-1].page)
    head = tier.pieces[0].seq
    if boxed:
        cost += 0.7 * sum(spot.seq < head for spot in spots[end:] if spot.page == tier.page)
        return cost + 0.1 * sum(spot.seq > head for spot in spots[:start] if spot.page == tier.page)
    same = [spot for spot in rows if spot.page == tier.page]
    if same:
        away = abs((same[0].line + same[-1].line) / 2 - tier.middle)
        cost += min(6.0, 0.8 * away)
    return cost


def word_cost(name: str, text: str) -> float:
    """Below 0 where the indicator speaks of what the name says, above where it speaks of another, else 0."""
    own = next((words for key, words in _WORDS.items() if name.startswith(key)), ())
    if "满意" in name:
        return -1.5 if "满意" in text else 1.5
    if "满意" in text:
        return 1.5
    return -min(1.0, 0.5 * sum(word in text for word in own))
