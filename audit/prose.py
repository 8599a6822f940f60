"""Narratives as rules compare them: what was copied, which number belongs to which indicator."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from audit.compare import TEXTS_REMEMBERED, letters
from domain.value import Comparator, Mention, Quantity

# Pieces of this many letters shared by two texts were copied; shorter ones are common phrases (domain rule B2).
COPY_LETTERS = 8
# Words that end a name and say only how it is counted: 培训人数 and 培训1060人 speak of one thing.
MEASURE_ENDING = re.compile(
    r"(?<=..)(完成|覆盖)?([个只家次人篇户份件项条场本天]|人次|场次|批次|期次|航次|车次|班次|数量)?(数量|总数|数|次)$|(?<=..)[批期航车班台]次$|(?<=..)(面积|长度|里程|金额|时间|时长|时限)$|(?<=下降|增长|提高|降低|减少|提升|增加|上升)(率|比例|幅度)$"
)
ODD_SHARE = re.compile(r"\d{1,2}\.\d*[1-9]\d*[%％]")
# A subject of fewer letters (培训, 合格率) stands in too many sentences to tell one indicator from another.
LEAST_SUBJECT = 4
# Between the subject and its number stand a few words (共计, 数量达到), not another subject.
MOST_BETWEEN = 5
MOST_AFTER = 2
# Words that make a number something else than what was done this year.
OTHER_NUMBER = re.compile(
    r"目标|计划(?!完成率)|指标|预期|预计|年初|原定|应(?![急用对收检届征缴邀试变聘激])|上年|去年|往年|同期|同比|累计|其中|分别|平均|每|首批|一期|二期|上半年|下半年|季度"
    r"|部分|占|较|比|增长|提高|下降|减少|增加|提升|剩余|其余|另|下一?年|明年"
)
# Figures of a narrative are rounded (1.2万人 for 12,034); a hundredth apart is no contradiction.
ROUNDING = Decimal("0.01")
LIST_MARKS = re.compile(r"[、，,；;]")
ABOUT = Decimal("0.10")  # 约, 余, 左右


def copied_share(text: str, *, source: str) -> Decimal:
    """Share (0..1) of a text's letters that stand in pieces of at least COPY_LETTERS taken from another text."""
    own, other = letters(text), letters(source)
    if not own:
        return Decimal(0)
    pieces = {other[start : start + COPY_LETTERS] for start in range(len(other) - COPY_LETTERS + 1)}
    covered = 0
    reach = 0  # letters before this place are counted already
    for start in range(len(own) - COPY_LETTERS + 1):
        if own[start : start + COPY_LETTERS] in pieces:
            covered += start + COPY_LETTERS - max(reach, start)
            reach = start + COPY_LETTERS
    return Decimal(covered) / Decimal(len(own))


def pairs_told(name: str, text: str) -> Decimal:
    """Share (0..1) of the pairs of neighbouring letters of a name that stand somewhere in a text."""
    own, told = letters(name), letters(text)
    pairs = {own[place : place + 2] for place in range(len(own) - 1)}
    return Decimal(sum(pair in told for pair in pairs)) / Decimal(len(pairs)) if pairs else Decimal(0)


def odd_share(text: str) -> bool:
    """True for one share in per cent with decimals (26.1%).

    Two projects do not measure the same by chance: it is a figure of the whole place, whoever tells it.
    """
    return ODD_SHARE.fullmatch(text.strip()) is not None


@lru_cache(maxsize=TEXTS_REMEMBERED)
def counted_subject(name: str) -> str:
    """What an indicator counts, without the words that say it is counted: 参训学校数量 -> 参训学校."""
    return MEASURE_ENDING.sub("", letters(name))


def speaks_of(mention: Mention, name: str) -> bool:
    """True where a number of a narrative stands beside the subject of this indicator and states this year's result."""
    subject = counted_subject(name)
    if len(subject) < LEAST_SUBJECT:
        return False
    before, after = letters(mention.before), letters(own_after(mention))
    place = before.rfind(subject)
    if place >= 0 and len(before) - place - len(subject) <= MOST_BETWEEN:
        return of_this_year(f"{before[:place]} {before[place + len(subject) :]} {mention.after}")
    # 完成38间智慧教室改造: the number stands before what it counts.
    place = after.find(subject)
    return 0 <= place <= MOST_AFTER and of_this_year(
        f"{mention.before} {after[:place]} {after[place + len(subject) :]}"
    )


def own_after(mention: Mention) -> str:
    """What stands after a number and is its own: in 防护服164套、呼吸器62具 the next thing of a list is not."""
    return LIST_MARKS.split(mention.after, maxsplit=1)[0]


def of_this_year(words: str) -> bool:
    """True where nothing in the words around a number makes it a goal, a part or another year's."""
    return OTHER_NUMBER.search(words) is None


def agrees(told: Quantity, reached: Decimal) -> bool:
    """True where a number told in a narrative allows this value, bounds, rounding and 约 included."""
    if told.comparator is Comparator.BETWEEN:
        return told.low <= reached <= told.high
    if told.comparator in (Comparator.GE, Comparator.GT) and reached >= told.low:
        return True
    if told.comparator in (Comparator.LE, Comparator.LT) and reached <= told.high:
        return True
    slack = (ABOUT if told.approximate else ROUNDING) * max(abs(told.low), abs(reached))
    return abs(told.low - reached) <= slack
