"""Units by what they count, so that two of them can be told apart or held for the same."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from audit.compare import PER, TEXTS_REMEMBERED


class Counted(StrEnum):
    """What a unit counts, by the name messages use."""

    PEOPLE = "人数"
    VISITS = "人次"
    EVENTS = "场次"
    PAPERS = "篇数"
    PIECES = "件数"
    LEAVES = "页数"
    HOUSEHOLDS = "户数"
    ORGANISATIONS = "家数"
    AREA = "面积"
    LENGTH = "长度"
    MASS = "重量"
    VOLUME = "体积"
    MONEY = "金额"
    RATE = "比率"
    TIME = "时间"


# Only units that say one thing everywhere: 个, 项, 件, 批, 期, 部, 条, 处 count people, papers and events alike.
UNITS = {
    Counted.PEOPLE: "人 名",
    Counted.VISITS: "人次",
    Counted.EVENTS: "场 场次 班次 届",
    Counted.PAPERS: "篇 份 本 册",
    Counted.LEAVES: "页 叶",
    Counted.HOUSEHOLDS: "户",
    Counted.ORGANISATIONS: "家",
    Counted.AREA: "平方米 亩 公顷 平方公里",
    Counted.LENGTH: "米 公里 千米",
    Counted.MASS: "吨 公斤 千克 克",
    Counted.VOLUME: "立方米 升",
    Counted.MONEY: "元 千元 万元 百万元 亿元",
    Counted.RATE: "% ‰ 百分点",
    Counted.TIME: "天 日 工作日 小时 分钟 周 个月 月 年",
}
COUNTED_BY_UNIT = {unit: counted for counted, units in UNITS.items() for unit in units.split()}
# Words for single things, and for turns of work: neither measures a stretch, a weight, a sum or a time. 个 and 项 may
# stand for anything, 户 and 家 for a flat or a shop.
PIECE_WORDS = frozenset("座台套辆株棵间栋幢盏头只床顶张卷盒箱艘眼口块支把根枚处部具架件宗")
SHEETS = frozenset({"张", "部"})
TURN_WORDS = frozenset({"次", "期", "批", "批次", "期次", "班", "轮", "笔"})
CALLS = frozenset({"家次", "户次"})  # how often somebody was called on, which counts no bodies
CALLED_ON = frozenset({"个", "家", "户", "所", "处"})
BOUND = frozenset({"本", "册", "户"})  # fixed units that come one by one as well
MEASURED_KINDS = frozenset({Counted.AREA, Counted.LENGTH, Counted.MASS, Counted.VOLUME, Counted.MONEY, Counted.TIME})
STRETCHES = frozenset({Counted.AREA, Counted.LENGTH})  # no single thing answers for them, a share may
COUNTED_HEADS = frozenset({Counted.PEOPLE, Counted.VISITS, Counted.HOUSEHOLDS})
# Measure words that answer each other wherever something is counted one by one.
SAME_WORD = tuple(
    frozenset(words.split())
    for words in (
        "次 场 场次 期 期次 批 批次 班次 届",
        "人 名 位 人次",
        "篇 份 本 册 件 条 部 则",
        "家 所 户 处",
        "个 项 件 种 类 套 台 处",
    )
)
# What the last words of an indicator's name say it counts.
NAME_ENDINGS = (
    (re.compile(r"(?<!流)(页数|叶数)$"), frozenset({Counted.LEAVES})),
    (
        re.compile(r"(?<!个)[村乡镇]数$|(社区|街道|学校|中学|小学|幼儿园|医院)数$"),
        frozenset({Counted.ORGANISATIONS, Counted.PIECES}),
    ),
    (re.compile(r"(?<!课)(时长|工时|时限|耗时|用时)$"), frozenset({Counted.TIME, Counted.RATE})),
    (re.compile(r"人次数?$"), frozenset({Counted.VISITS})),
    (
        re.compile(r"(巡查|巡护|巡检|检查|督查|检测|监测|抽检|演练|维护|养护|维修|清理|清运|更新|发布)次数$"),
        frozenset({Counted.EVENTS, Counted.PIECES}),
    ),
    (re.compile(r"人数$"), frozenset({Counted.PEOPLE, Counted.VISITS})),
    (re.compile(r"场次数?$"), frozenset({Counted.EVENTS})),
    (re.compile(r"(批次|期次)$"), frozenset({Counted.EVENTS, Counted.PIECES, Counted.PAPERS})),
    (re.compile(r"(?<![学年日周分])[期班]数$|班次数?$"), frozenset({Counted.EVENTS, Counted.PIECES})),
    (re.compile(r"(?<![大])[批台套辆座栋幢间件株棵盏块幅艘眼口具册份本卷枚]次?数量?$"), frozenset({Counted.PIECES})),
    (re.compile(r"户数$"), frozenset({Counted.HOUSEHOLDS})),
    (re.compile(r"篇数$"), frozenset({Counted.PAPERS})),
    (re.compile(r"面积$"), frozenset({Counted.AREA, Counted.RATE})),
    (re.compile(r"(里程|长度)$"), frozenset({Counted.LENGTH, Counted.RATE})),
    (
        re.compile(
            r"(单[位个台套座站场次件人户亩株点顶张辆条批间栋册份本公里米]|每|均).{0,12}(成本|费用|造价|单价|价格)$"
        ),
        frozenset({Counted.MONEY}),
    ),
    (re.compile(r"金额$|投资额$|产值$"), frozenset({Counted.MONEY, Counted.RATE})),
    (re.compile(r"天数$"), frozenset({Counted.TIME})),
    (re.compile(r"(?<![效频功])率$"), frozenset({Counted.RATE, Counted.TIME})),
)


# Fixed units that may count single things too: papers, leaves, events, firms.
PIECES_IN = frozenset(
    {Counted.PIECES, Counted.PAPERS, Counted.LEAVES, Counted.EVENTS, Counted.ORGANISATIONS, Counted.HOUSEHOLDS}
)


def counted_unit(unit: str) -> str:
    """The unit without what it is counted for: 篇/站 -> 篇. A narrative's 每年 a few words before makes 次 a 次/年."""
    return unit.split(PER)[0]


def unit_counts(unit: str) -> Counted | None:
    """What a unit counts; None for general measure words and unknown units."""
    return COUNTED_BY_UNIT.get(counted_unit(unit))


@lru_cache(maxsize=TEXTS_REMEMBERED)
def name_counts(name: str) -> frozenset[Counted]:
    """What an indicator's name says it counts; empty where it leaves that open."""
    bare = re.sub(r"[（(][^（()）]*[)）]$", "", name).rstrip("*：: ")
    return next((counted for ending, counted in NAME_ENDINGS if ending.search(bare)), frozenset())


def may_count(unit: Counted, named: frozenset[Counted]) -> bool:
    """True where a unit can count what a name says is counted."""
    return unit in named or (Counted.PIECES in named and unit in PIECES_IN)


def words_apart(one: str, other: str) -> bool:
    """True for a word of single things or turns against a measure, or against heads: 株 and 亩, 期 and 人次."""
    first, second = counted_unit(one), counted_unit(other)
    if {first, second} & CALLS and {first, second} & CALLED_ON:
        return True
    return _word_against(first, unit_counts(second)) or _word_against(second, unit_counts(first))


def _word_against(word: str, kind: Counted | None) -> bool:
    if word in PIECE_WORDS:
        return kind in MEASURED_KINDS or (word not in SHEETS and kind is Counted.LEAVES)
    return word in TURN_WORDS and (kind in MEASURED_KINDS or kind in COUNTED_HEADS or kind is Counted.ORGANISATIONS)


def words_differ(one: str, other: str) -> bool:
    """True for two words of single things that nobody uses for each other: 套 and 盏, 宗 and 本."""
    first, second = counted_unit(one), counted_unit(other)
    return {first, second} <= PIECE_WORDS | BOUND and not same_word(first, second)


def word_named_apart(word: str, named: frozenset[Counted]) -> bool:
    """True for a word of things or turns under a name of heads, leaves or measures: 件 for 人数, 卷 for 页数."""
    unit = counted_unit(word)
    if unit in PIECE_WORDS:
        counted = named & {Counted.PIECES, Counted.EVENTS, Counted.PAPERS, Counted.ORGANISATIONS}
        return not counted and (Counted.RATE not in named or bool(named & STRETCHES))
    return unit in TURN_WORDS and bool(named) and named <= COUNTED_HEADS


def units_apart(one: str, other: str) -> bool:
    """True where two printed units count different kinds of things; False where either is general or unknown."""
    first, second = unit_counts(one), unit_counts(other)
    return first is not None and second is not None and first is not second


def same_word(one: str, other: str) -> bool:
    """True for one unit, or two measure words people use for each other; an unprinted unit agrees with any."""
    one, other = counted_unit(one), counted_unit(other)
    if one == other or not one or not other:
        return True
    return any(one in words and other in words for words in SAME_WORD)
