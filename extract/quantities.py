"""Numbers that bind in a printed value: sign, bounds, scale and unit of ``不少于150名``, ``1-2场``, ``3万人次``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from domain.value import Comparator, Quantity
from extract.numerals import ARABIC, HAN_NUMERAL, SCALES, numeral_to_decimal

SIGNS = {
    Comparator.GE: (
        "≥ 大于等于 大于或等于 大于或者等于 高于或等于 不低于 不少于 不小于 不得低于 不得少于 不得小于 至少 最少 最低"
    ),
    Comparator.LE: (
        "≤ 小于等于 小于或等于 小于或者等于 低于或等于 不超过 不高于 不大于 不多于 不得超过 不得高于 不得大于 至多 "
        "最多 最高 未超过 不突破 未突破 控制在"
    ),
    Comparator.GT: "> 大于 高于 多于 超过 超出 突破 逾 超",
    Comparator.LT: "< 小于 低于 少于 不足 不到 不满 未满 未达到 未达",
    Comparator.EQ: "= 等于",
}
_ABOUT = "约 大约 约为 大概 近 将近 接近 ~ ≈"
_MORE = r"\+|余|多|来"  # 600+, 二十余, 30多: that number and some more
# 达到, 完成 and 为 say what was or is to be reached and put no bound: 合格率达80% is a plain 80%.
_REACH = r"(?:达到?|完成|为|是)?"
_GRADES = ("类", "期", "班", "组", "队", "度")  # 三类水, 二期: after a Chinese numeral at the beginning, a rank
_ARTICLES = ("个", "项", "种", "类", "批")  # 建立一个良好环境 counts nothing
_ENDS = {
    Comparator.GE: ("以上", "之上", "及以上", "或以上"),
    Comparator.LE: ("以下", "以内", "之内", "及以下", "或以下", "内"),
    Comparator.NONE: ("左右", "上下"),
}
_UPWARD, _DOWNWARD = (Comparator.GE, Comparator.GT), (Comparator.LE, Comparator.LT)

# Measure words. After a Chinese numeral those of the second group may belong to a phrase (五个方面, 三年规划): there
# the number needs a sign, a verb or the beginning of the text before it.
_COUNTED = (
    "人次 场次 批次 户次 车次 班次 架次 台次 件次 家次 艘次 剂次 针次 份次 项次 篇次 期次 条次 节次 人天 人日 家 "
    "场 篇 名 册 幅 张 幢 栋 座 条 套 台 辆 株 棵 亩 只 间 所 艘 架 盏 枚 瓶 箱 袋 桶 盒 吨 公斤 千克 克 公里 "
    "千米 厘米 毫米 平方米 平方公里 平米 平方 立方米 立方 公顷 升 毫升 千瓦 千瓦时 小时 分钟 秒 工作日 学时 课时 "
    "人 户 例 笔 集 节 堂 幕 床 张床位 座位 席 樘 块 根 卷 口井 台套 百分比 标段 宗 片 羽 尾 剂 帧 颗 粒 ㎡ ㎥ ℃ "
    "延米 延长米 穴 墓位 头只 盆 尊 航次 车位 泊位 人份 台班 亩次 "
    "° % ‰ 百分点 个百分点 美元 欧元 日元 港元 港币 人民币 元 "
)
_PHRASED = (
    "个 次 项 种 类 批 件 份 期 门 位 轮 队 组 班 分 年 个月 月 周 天 日 度 字 个工作日 个小时 倍 部 本 头 讲 课 "
    "支 双 对 副 米 起 处 眼 站 站点 校区 区 县 市 省 村 镇 乡 街道 社区 单位 部门 企业 学校 页 叶 版 列 桌 把 顶 "
    "扇 "
)
_LATIN = (
    "kWh kwh kW KW MW GW km² km2 km m² m2 m³ m3 cm mm m kg Kg KG mg g t T ha Tbps Gbps Mbps Kbps kbps bps TB GB "
    "MB KB M p P ms s h mL ml L l dB MPa kPa Pa W kV V Hz MHz GHz μg μm ug "
)
_PERIODS = "学期 季度 季 生 工时 辆次"
_SAME_UNIT = {
    "百分比": "%", "人次数": "人次", "平米": "平方米", "平方": "平方米", "m2": "平方米", "m²": "平方米", "㎡": "平方米",
    "km2": "平方公里", "km²": "平方公里", "立方": "立方米", "m3": "立方米", "m³": "立方米", "㎥": "立方米",
    "延米": "米", "延长米": "米",
    "个工作日": "工作日", "个小时": "小时", "个百分点": "百分点",
}  # fmt: skip
_MONEY = ("元", "美元", "欧元", "日元", "港元", "港币", "人民币")
_TIME = ("小时", "分钟", "秒", "天", "日", "周", "个月", "月", "年", "工作日")
_IN_BRACKETS = ("年", "月", "日")  # 5月 alone is a date
_WHOLE_SCALES = "十万|百万(?!分)|千万|百(?!分)|千(?![米克瓦])|万|亿"


def either(words: str) -> str:
    """Words parted by spaces as a regular expression, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words.split()), key=len, reverse=True))


_SIGN_OF = {word: sign for sign, words in SIGNS.items() for word in words.split()}
_END_OF = {word: sign for sign, words in _ENDS.items() for word in words}
_MEASURE = rf"(?:{either(_COUNTED + _PHRASED)}|(?:{either(_LATIN)})(?![A-Za-z]))"
UNIT = rf"{_MEASURE}(?:[/·](?:{either(_COUNTED + _PHRASED + _PERIODS)}|(?:{either(_LATIN)})(?![A-Za-z]))){{0,2}}"
_PHRASES = frozenset(_PHRASED.split())
_PRINTED_BARE = re.compile(rf"(?:{_WHOLE_SCALES})?{UNIT}")
_NUMBER = rf"(?:(?<![\d.]){ARABIC}|{HAN_NUMERAL})"
_MINUS = r"(?:(?<![^≥≤<>=为是到率长降(~约])-)?"  # elsewhere a dash only parts
_MENTION = re.compile(
    rf"(?P<about>{either(_ABOUT)})?(?P<reach>{_REACH})"
    rf"(?P<sign>{either(' '.join(SIGNS.values()))})?{_REACH}(?P<circa>{either(_ABOUT)})?"
    rf"(?P<low>{_MINUS}{_NUMBER})"
    rf"(?:(?P<low_unit>{UNIT})?(?:-{{1,2}}|~{{1,2}}|至|到)(?P<high>(?:(?<=~)-)?(?:{ARABIC}|{HAN_NUMERAL})))?"
    rf"(?P<more>{_MORE})?(?P<scale>{_WHOLE_SCALES})?(?P<more_scaled>{_MORE})?"
    rf"(?P<unit>\((?![以及或其约])[\u4e00-\u9fffA-Za-z%‰℃°μ²³㎡㎥/·]{{1,10}}\)|{UNIT})?(?P<more_counted>\+)?"
    rf"(?P<end>\(?(?:{either(' '.join(_END_OF))})\)?)?"
)
_FREQUENCY = re.compile(rf"每(?:个|一)?({either(_PERIODS + _PHRASED + _COUNTED)})|([人户日月年周校村班亩])均")
_FREQUENCY_REACH = 12  # characters before the number in which 每年, 人均 belong to it
_VERB = re.compile(
    r"(?:完成|举办|举行|开展|组织|召开|建设|建成|新建|改建|编制|编写|编印|出版|发表|发布|印发|撰写|形成|制作|制定|制订|拍摄|培训|购置|"
    r"采购|购买|引进|新增|增加|设立|建立|培育|培养|修订|获得?|获批|申报|实施|承办|参加|参与|联合|联动|共|共计|累计|合计|总计|提供|发放|"
    r"印制|征集|评选|推荐|推出|接待|服务|资助|补助|扶持|签订|验收|修缮|维修|改造|检测|检查|走访|慰问|救助|提前|[每,;。:、(])$"
)
_LONGEST_DIGITS = 15  # longer runs are account or card numbers; a national budget in yuan has 14
_AS_IF_SIGN = re.compile(r"2(?:\d{2}|100)(?:\.\d+)?")  # scans turn ≥90% into 290%


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityMention:
    """A number in a plain text: its span, what it states (None where that is open), a defect ("" for none)."""

    start: int
    end: int
    quantity: Quantity | None = None
    defect: str = ""
    trust: float = 1.0


def find_quantities(visible: str) -> tuple[QuantityMention, ...]:
    """Numbers of a plain text in which dates and names are marked; Chinese numerals only where they count something."""
    found = (match for match in _MENTION.finditer(visible))
    return tuple(_match_to_mention(match) for match in found if _counts(match))


def unit_to_text(unit: str) -> str:
    """A unit as it is printed after a number: measure words bare, others in brackets."""
    bare = not unit or (_PRINTED_BARE.fullmatch(unit) is not None and unit not in _IN_BRACKETS)
    return unit if bare else f"({unit})"


def _counts(match: re.Match[str]) -> bool:
    low = match["low"]
    if low[-1].isdecimal():
        return True
    if match["unit"] is None or numeral_to_decimal(low) is None:
        return False
    if low == "一" and match["unit"] in _ARTICLES and match.end() < len(match.string):
        return False
    if low != "一" and match["unit"] not in _PHRASES:
        return True
    before = match.string[max(0, match.start() - 3) : match.start()]
    led = any(match[name] for name in ("about", "reach", "sign", "circa")) or _VERB.search(before) is not None
    alone = not before and match["unit"] not in _GRADES
    return led or (alone and (low != "一" or match.end() == len(match.string)))


def _match_to_mention(match: re.Match[str]) -> QuantityMention:
    start, end = match.span()
    defect = _defect(match)
    numbers = [numeral_to_decimal(match[name]) for name in ("low", "high") if match[name] is not None]
    too_long = any(len(match[name] or "") > _LONGEST_DIGITS for name in ("low", "high"))
    if defect or too_long or None in numbers or _contradicts(match):
        return QuantityMention(start=start, end=end, defect=defect)
    unit, scale = _unit_and_scale(match)
    bounds = [number * scale for number in numbers if number is not None]
    if max(abs(bound) for bound in bounds) >= 10**_LONGEST_DIGITS:
        return QuantityMention(start=start, end=end)
    if bounds[0] > bounds[-1]:
        return QuantityMention(start=start, end=end, defect="区间的下限大于上限")
    quantity = Quantity(
        comparator=_comparator(match, unit=unit),
        low=bounds[0],
        high=bounds[-1],
        unit=_with_frequency(unit, match.string[max(0, start - _FREQUENCY_REACH) : start]),
        approximate=_is_approximate(match),
    )
    return QuantityMention(start=start, end=end, quantity=quantity, trust=_trust(match, quantity))


def _defect(match: re.Match[str]) -> str:
    if any(re.match(r"-?0\d", match[name] or "") for name in ("low", "high")):
        return "数字前有多余的0"
    if match["sign"] in ("≥", "≤", ">", "<") and _contradicts(match):
        return "比较符号与“以上”“以内”等词相反"
    return ""


def _end_sign(match: re.Match[str]) -> Comparator:
    word = (match["end"] or "").strip("()")
    if word == "内" and _unit_and_scale(match)[0] not in _TIME:
        return Comparator.NONE
    return _END_OF.get(word, Comparator.NONE)


def _contradicts(match: re.Match[str]) -> bool:
    sign, end = _SIGN_OF.get(match["sign"] or "", Comparator.NONE), _end_sign(match)
    if match["sign"] == "控制在":  # 控制在80%以上 is no contradiction
        return False
    return (sign in _UPWARD and end in _DOWNWARD) or (sign in _DOWNWARD and end in _UPWARD)


def _comparator(match: re.Match[str], *, unit: str) -> Comparator:
    sign, end = _SIGN_OF.get(match["sign"] or "", Comparator.NONE), _end_sign(match)
    if match["high"] is not None:
        return Comparator.BETWEEN
    if end is not Comparator.NONE and (sign in (Comparator.NONE, Comparator.EQ) or match["sign"] == "控制在"):
        return end
    if sign is Comparator.NONE and _has_more(match):
        return Comparator.GE
    return sign


def _has_more(match: re.Match[str]) -> bool:
    return any(match[name] for name in ("more", "more_scaled", "more_counted"))


def _is_approximate(match: re.Match[str]) -> bool:
    end = (match["end"] or "").strip("()")
    return _has_more(match) or bool(match["about"] or match["circa"]) or end in _ENDS[Comparator.NONE]


def _unit_and_scale(match: re.Match[str]) -> tuple[str, Decimal]:
    scale, unit = match["scale"] or "", (match["unit"] or match["low_unit"] or "").strip("()")
    inner = re.match(_WHOLE_SCALES, unit)
    if not scale and inner is not None:  # (万人次)
        scale, unit = inner.group(), unit[inner.end() :]
    unit = _SAME_UNIT.get(unit, unit)
    if unit.split("/")[0] in _MONEY:
        return scale + unit, Decimal(1)
    return unit, Decimal(SCALES[scale])


def _with_frequency(unit: str, before: str) -> str:
    periods = [match.group(1) or match.group(2) for match in _FREQUENCY.finditer(before)]
    if not unit or "/" in unit or "·" in unit or not periods:
        return unit
    return "/".join((unit, *periods[-2:]))


def _trust(match: re.Match[str], quantity: Quantity) -> float:
    bare_percent = quantity.unit == "%" and quantity.comparator is Comparator.NONE
    doubts = (
        (not match["low"][-1].isdecimal(), 0.9),
        (quantity.comparator is Comparator.BETWEEN and match["sign"] is not None, 0.5),
        (match["low_unit"] is not None and match["unit"] not in (None, match["low_unit"]), 0.4),
        (match["unit"] == "类", 0.6),
        (bare_percent and _AS_IF_SIGN.fullmatch(match["low"]) is not None, 0.5),
        (bool(quantity.unit) and _PRINTED_BARE.fullmatch(quantity.unit) is None, 0.9),
        ("/" in quantity.unit and "/" not in (match["unit"] or ""), 0.7),
        (match["low"].startswith("-"), 0.7),
    )
    return min((trust for holds, trust in doubts if holds), default=1.0)
