"""What one of a thing costs at the very least and most, so wide that only a slip or an untruth lies outside.

Bounds are in yuan. They are no standards: a thing at its usual price lies far inside. ``most`` is held against the
whole money of a form and is asked only where nothing else could have taken it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from audit.compare import TEXTS_REMEMBERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """The bounds for things by the words of their name and the units they are counted in; None where there is none."""

    words: re.Pattern[str]
    units: frozenset[str]
    least: Decimal | None = None
    most: Decimal | None = None

    def is_too_low(self, yuan: Decimal) -> bool:
        """True for less than the least that one of them costs."""
        return self.least is not None and yuan < self.least

    def is_too_high(self, yuan: Decimal) -> bool:
        """True for more than the most that one of them costs."""
        return self.most is not None and yuan > self.most


def _price(words: str, units: str, *, least: str | None = None, most: str | None = None) -> Price:
    return Price(
        words=re.compile(words),
        units=frozenset(units.split()),
        least=None if least is None else Decimal(least),
        most=None if most is None else Decimal(most),
    )


# The first that fits is asked.
PRICES = (
    _price(r"体检|筛查|接种|义诊|疫苗|问诊", "人 名 人次 户 户次 位", least="1", most="8000"),
    # a few days of anybody's life: lessons, rest, a visit
    _price(
        r"疗养|研学|夏令营|冬令营|观摩|慰问|走访|轮训|讲习|参赛|助餐|供餐|辅导|心理咨询|放映|观影",
        "人 名 人次 户 户次 位",
        least="1",
        most="20000",
    ),
    _price(r"救助|资助|补助|补贴|奖补|培训|抚恤", "人 名 人次 户 户次 位", least="5"),
    _price(r"墓穴|墓位|公墓|安葬", "穴 墓位 座 个", least="200"),
    _price(
        r"(新建|修建|硬化|改建|扩建|铺设|建设|拓宽).{0,12}(公路|道路|村道|通组路|机耕路|路面|巷道|步道)|(公路|道路|路面|村道).{0,4}(新建|修建|硬化|改建|扩建|铺设)",
        "公里 千米",
        least="50000",
    ),
    _price(
        r"(新建|铺设|更换|改造|敷设|架设).{0,10}(管网|管道|管线|线路|电缆|光缆|护栏|渠道)", "公里 千米", least="5000"
    ),
    _price(
        r"(新建|建设|修建).{0,6}(公共?厕所?|旅游厕所)|(公共?厕所?|旅游厕所|厕所).{0,2}(新建|建设)",
        "座",
        least="20000",
        most="2000000",
    ),
    _price(
        r"(危房|农房|住房|房屋|厕|户厕|公厕).{0,4}(改造|新建|修缮|加固)|(改造|新建|修缮|加固).{0,4}(危房|农房|住房|户厕|公厕)",
        "户 座 套 间 栋 处",
        least="200",
    ),
    _price(r"运维|运行维护|维护|养护|检修|维修", "套 台 座 组", least="5"),
    _price(r"(演出|送戏|展演|讲座|宣讲|放映|巡演)", "场 场次", least="50", most="200000"),
    _price(r"(修缮|装修|改造|硬化|铺装|新建|翻修|加固)", "平方米", least="2", most="200000"),
    _price(r"高标准农田|农田建设", "亩", least="100", most="50000"),
    _price(r"造林|绿化|种草|退耕", "亩", least="20", most="200000"),
    _price(r"栽植|种植|补植|苗木|植树|行道树", "株 棵", least="0.2", most="50000"),
    _price(r"电脑|计算机|打印机|空调|投影|一体机|摄像|服务器|平板", "台 套 部", least="200", most="500000"),
    _price(r"路灯|灯具|光源", "盏 套 基", least="20", most="100000"),
    _price(r"图书|藏书|教材|读本|书籍", "册 本", least="1", most="5000"),
    _price(r"折页|手册|宣传册|传单|海报|明白纸|挂图", "份 册 本 张 页 套", least="0.05"),
    _price(r"数字化|扫描|著录|录入|整理|修复", "页 条 卷 件 幅", least="0.05", most="50000"),
    _price(r"调查|问卷|普查|测评", "户 份 人", least="1", most="50000"),
    _price(r"检定|校准|校验|年检|标定", "台 套 件 个 具 只 辆", least="1", most="10000"),
    _price(r"检测|抽检|检验|监督检查", "台 部 辆 具", least="5", most="30000"),
    _price(
        r"(垃圾|渣土|污泥|秸秆|粪污).{0,6}(清运|转运|处理|处置|收运|外运)|(清运|转运|处置|收运|拉运).{0,8}(垃圾|渣土|污泥|粪污)",
        "吨 立方米",
        least="5",
        most="5000",
    ),
    _price(r"检测|抽检|检验|监测|化验", "批次 批 样 样次 份 个 组", least="5", most="500000"),
)


@lru_cache(maxsize=TEXTS_REMEMBERED)
def price_of(name: str, *, unit: str) -> Price | None:
    """The bounds for what a name counts in a unit; None where none are known."""
    return next((price for price in PRICES if unit in price.units and price.words.search(name) is not None), None)
