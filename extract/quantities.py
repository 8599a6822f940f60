"""Numbers that bind in a printed value: sign, bounds, scale and unit of ``不少于150名``, ``1-2场``, ``3万人次``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from domain.value import Comparator, Quantity
from extract.numerals import ARABIC, HAN_NUMERAL, MARK, SCALES, numeral_to_decimal

_COMPARATORS = {
    Comparator.GE: "≥ 大于等于 大于或等于 大于或者等于 高于或等于 不低于 不少于 不小于 不得低于 不得少于 不得小于 至少 最少 最低 "
                   "应不低于 应不少于 不少於",
    Comparator.LE: "≤ 小于等于 小于或等于 小于或者等于 低于或等于 不超过 不高于 不大于 不多于 不得超过 不得高于 不得大于 至多 最多 "
                   "最高 未超过 未超 不超 控制在 控制到 不突破 未突破",
    Comparator.GT: "> 大于 高于 多于 超过 超出 突破 逾 超",
    Comparator.LT: "< 小于 低于 少于 不足 不到 不满 未满 未达到 未达 不达",
    Comparator.EQ: "= 等于",
}  # fmt: skip
_ABOUT = "约 大约 约为 大概 近 将近 接近 ~ ≈ 预计 预计约"
_MORE = r"\+|余|多|来"  # 600+, 二十余, 30多: that number and some more
# 达到, 完成 and 为 say what was or is to be reached and put no bound: 合格率达80% is a plain 80%.
_REACH = r"(?:达到?|完成|为|是|:)?"
_AT_LEAST, _AT_MOST, _CIRCA = "以上|之上|及以上|或以上|(?:以上)", "以下|以内|之内|内|及以下|或以下", "左右|上下"

# Measure words. After a Chinese numeral those of the second line may be part of a phrase (五个方面, 三年规划),
# so there the number needs a verb, a sign or the beginning of the text before it.
_COUNTED = (
    "人次 人次数 场次 批次 户次 车次 班次 架次 台次 件次 家次 人天 人日 家 场 篇 名 部 册 本 幅 张 幢 栋 座 条 套 台 辆 株 棵 亩 只 头 "
    "间 所 艘 架 盏 枚 瓶 箱 袋 桶 盒 吨 公斤 千克 克 公里 千米 米 厘米 毫米 平方米 平方公里 平米 平方 立方米 立方 公顷 升 毫升 "
    "千瓦 千瓦时 小时 分钟 工作日 学时 课时 人 户 例 起 笔 集 节 讲 课 堂 幕 处 标段 床 张床位 座位 席 单位 部门 企业 学校 村 镇 "
    "乡 街道 社区 区 县 市 省 樘 块 根 卷 眼 口井 倍 个百分点 百分点 元 美元 欧元 日元 港元 港币 人民币 % ‰ ℃ ㎡ ㎥ ° 页 版 万字 "
    "枚次 站 站点 校区 宗 艘次 片 羽 尾 剂 剂次 针次 份次 项次 篇次 期次 条次 帧 秒 颗 粒 扇 艘 架次 列 桌 把 支 顶 双 对 副 "
)
_PHRASED = "个 次 项 种 类 批 件 份 期 门 位 轮 队 组 班 点 分 年 个月 月 周 天 日 度 段 字 成 个工作日 个小时 "
_LATIN = (
    "kWh kwh kW KW MW GW km² km2 km m² m2 m³ m3 cm mm m kg Kg KG mg g t T ha Tbps Gbps Mbps Kbps kbps bps TB GB MB KB M "
    "p P ms s h mL ml L l dB MPa kPa Pa W kV V A Hz MHz GHz mg/L mg/m³ mg/m3 μg/m³ μg/m3 ug/m3"
)
_TIMES_ONLY = frozenset({"年", "月", "日", "号"})  # 5月 alone is read as a date, so these are printed in brackets
_SAME_UNIT = {"百分比": "%", "％": "%", "人次数": "人次", "平米": "平方米", "平方": "平方米", "m2": "平方米", "m²": "平方米",
              "㎡": "平方米", "km2": "平方公里", "km²": "平方公里", "立方": "立方米", "m3": "立方米", "m³": "立方米",
              "㎥": "立方米", "个工作日": "工作日", "个小时": "小时", "个百分点": "百分点"}  # fmt: skip
_MONEY = ("元", "美元", "欧元", "日元", "港元", "港币", "人民币")
_PERIODS = "学期 季度 站点 社区 季 年 月 周 日 天 人 户 家 场 次 期 村 校 班 生 亩 吨"


def _either(words: str) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words.split()), key=len, reverse=True))


_SIGN_OF = {word: sign for sign, words in _COMPARATORS.items() for word in words.split()}
_SIGN = _either(" ".join(_COMPARATORS.values()))
_WORDS = _either(_COUNTED + _PHRASED)
_UNIT = rf"(?:(?:{_WORDS})|(?:{_either(_LATIN)})(?![A-Za-z]))(?:/(?:{_either(_COUNTED + _PHRASED + _PERIODS)}|[A-Za-z]{{1,3}}\d?)){{0,2}}"
_BARE_UNIT = re.compile(_UNIT)
_SCALE = "十万|百万|千万|[十百千万亿]"
_NUMBER = rf"(?:{ARABIC}|{HAN_NUMERAL})"
_NEGATIVE = r"(?:(?:(?<![^≥≤<>=为是到率长降(~])|(?<=于)|(?<=过))-)?"

MENTION = re.compile(
    rf"(?P<about>{_either(_ABOUT)})?{_REACH}(?P<sign>{_SIGN})?{_REACH}(?P<circa>{_either(_ABOUT)})?"
    rf"(?P<low>{_NEGATIVE}{_NUMBER})"
    rf"(?:(?P<low_unit>{_UNIT})?(?:[-~]{{1,2}}|至|到)(?P<high>(?:(?<=~)-)?{_NUMBER}))?"
    rf"(?P<more>{_MORE})?(?P<scale>{_SCALE})?(?P<more_scaled>{_MORE})?"
    rf"(?P<unit>\([^()\d{MARK}]{{1,10}}\)|{_UNIT})?(?P<more_counted>\+)?"
    rf"(?P<end>\(?(?:{_AT_LEAST}|{_AT_MOST}|{_CIRCA})\)?)?"
)
