"""叙述: whether the year's goal is one whole text of this year, with nothing twice and nothing cut off."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from audit.basis import TARGET_REQUIREMENTS
from audit.compare import letters
from audit.phrases import quoted
from audit.rule import BOTH_KINDS, PASS, Fail, Outcome, form_rule
from audit.view import FormView
from audit.words import CLAUSE_MARKS
from domain.finding import Severity

GROUP = "叙述"
LEAST_LETTERS = 2
LEAST_CLAUSE, LEAST_TWICE = 8, 4  # letters of a clause that is told a second time by a slip, anywhere and in a row
FIGURE = re.compile(r"\d(?![\d.]*[月日年])")  # a day may be the day of two tasks
FIRST_POINT = re.compile(r"(?:^|[；;。:：，\n])\s*1[.、．](?!\d)")
SECOND_POINT = re.compile(r"(?:^|[；;。\n])\s*2[.、．](?!\d)")
NEXT_MARKS = "、，,：:；;"
STEPS = "一二三四五六"
LISTS = (
    (r"（1）|（一）|\(1\)", "（2）"),
    (r"（1）|（一）|\(一\)|一、", "（二）"),
    (r"①", "②"),
    (r"一是|首先|第一|一要", "二是"),
)
# A goal that breaks off at a word that asks for another: 达到, 不低于, 以及, 按照.
BROKEN_OFF = re.compile(
    r"(?<![均全已部面])(达到|不低于|不少于|不超过|不高于|控制在|提高到|提升至|降低到|以及|包括|其中|按照|依照|根据|与|和|及|或|[，,、；;](并|且|同时|还|也|再|继续|逐步|全面|有效|不断|努力|积极))$"
    r"|满意度不$|(?<![发到传通直表畅抵送下转递])达$|不[低少高超多]$|(?<!不)(超过|低于|高于|少于)$|(?<![均全])(确保|加快|加大|力争|旨在|购置|举办|新建|改建|提供|营造|打造|构建)$"
    # 每月10日前将补: the word after 将 is cut in two
    r"|(?<![大小])(将|[把被])[^，,。；;、“”]$"
    r"|(进一步|不断|着力|通过|并且|从而|为了|使得?|围绕|结合|针对|(?<![目标])的|(?<![绝相面])对|[地将把被])$"
)
# 覆盖行政村1: a number stands without what it counts.
BARE_NUMBER = re.compile(r"[\u4e00-\u9fff]\d[\d,]*(\.\d*)?$")
# How things stand, and no word of what is to become of them.
STARTS_BEFORE = re.compile(
    r"^((我|全|本)[区县市省镇乡校院局](?!.{0,4}(计划|拟|将))|现有|截至|该|近年来?|随着|由于|目前|当前|长期以来|一直以来|多年来)"
)
TROUBLES = re.compile(r"问题|不足|短板|薄弱|困难|强烈|滞后|老化|落后|矛盾|压力|衰退|恶化|流失|缺口|匮乏|隐患")
MANY_TROUBLES = 2  # of them, and no aim: the goal is a complaint however it begins
# What grows by itself is how things stand: 随着生活水平提高, 日益增加.
GROWN = re.compile(
    r"(随着?|日益|逐年|越来越|已经?成为)[^，,。；;]*|[^，,。；;]*取得[^，,。；;]{0,8}(进展|成效|成果|成绩|效果|进步)"
)
# A year gone by and what was found in it.
FOUND_BEFORE = re.compile(r"(?P<year>20\d{2})年[^，,。；;]*")
AIMS = re.compile(
    r"新增|新设|改造|扩建|修缮|维修|治理|培育|救助|补助|组织|举办|推广|编制(?!不足|短缺|紧|限|少|内|外)|检测|监测|印发|开发|引进|更新|清理|栽植|养护|管护|演练|巡查|宣传"
    r"|(?<![多均成认人较颇尤极甚])为[^主此之]|拟|将|通过|目标|实现|确保|完成|提高|提升|推进|计划|开展|改善|解决|加强|加大|保障|促进|达到|新建|改建|实施|力争|建设|完善|增强|强化"
    r"|支持|满足|做好|落实|建立|打造|构建|优化|推动|保证|健全|维护|降低|减少|消除|购置|采购|培训|提供|发放"
)
# Letters that begin words and hardly end one, each with those that may stand before it in a word that is whole:
# 纵深发 breaks off, 开发 does not.
HALF_WORDS = {
    "发": "开研印颁分激出多高频首转签核制并散下暴突引爆收启群补揭告批蒸复再头理后先"
    "早迸自待代配未易偶勃抒阐编刊派奋喷增连停尽",
    "推": "力主首助",
    "促": "督敦急",
    "提": "计前手不相字",
    "究": "研考追",
    "加": "增添附参更施强叠相",
    "展": "发开扩拓进参布巡会画书特",
    "保": "环社医担低确力必劳维安投参续承联管养尽应",
    "实": "落现充证丰核务切老诚真果史事求如坐翔扎属结夯做压",
    "建": "新扩修改重共构援筹组创搭在基党土续复兴承代补民迁配结单",
    "进": "推促引改跟先前演增行渐奋突上买",
    "培": "栽",
    "治": "防整医诊法自政综救根惩共",
    "创": "首原草独开初",
    "优": "择从最教评创绩",
    "善": "完改慈和",
    "整": "调休平规完修归有重",
    "固": "巩加稳牢",
    "强": "增加富坚顽自力",
    "构": "机结架",
    "增": "新倍递激调",
    "改": "修整技房危棚教医厕",
    "维": "思运",
    "健": "保卫强稳",
    "缓": "减放暂延平",
    "筑": "建修构浇",
    "确": "明正准精",
    "营": "经运民国私",
    "谋": "参",
    "济": "经救",
    "惠": "优普实受互",
    "满": "圆美丰届期",
    "农": "三惠助支强菜果花务棉茶粮烟蔗归贫老富",
    "巩": "",
    "夯": "",
    "奠": "",
    "拓": "开",
    "凝": "",
    "遏": "",
    "逐": "角",
    "弘": "",
    "繁": "频",
    "覆": "答",
    "贯": "连",
    "辐": "",
    "衔": "军",
    "赋": "天",
    "宣": "文外",
    "协": "政妇科残",
    "服": "克制军护衣校不",
    "稳": "平安",
    "便": "方利简随粪",
    "畅": "通流顺",
    "挖": "开采",
    "盘": "楼地",
    "杜": "",
    "消": "取抵",
    "预": "干",
}
# How things stood, what was done before and by whom, what a matter is: no word of this year's work.
HISTORY = re.compile(
    r"历[年届来]|世纪|年代|几代|多年|近年|以来|先后|曾|一直|自古|始建|建[于成]|成立于|创[建办]于|位于|地处|坐落|毗邻|占地|辖区|下辖|人口|面积|交界|距离?县城|前身|起源|是[^，。；]{0,24}(之一|[县市省镇乡区]|的[^，。；]{1,10}|重要[^，。；]{1,12}|疾病|品种|产区|途径|手段|保障|基础|环节|内容|问题)$"
    r"|被[^，。；]{0,10}(列为|评为|确定为|授予|命名|誉为|列入|认定|称为)|获得?[^，。；]{0,12}(称号|荣誉|表彰|奖)|荣获|高度(重视|关注|评价)|付出|心血|艰辛|取得了|得到了?[^，。；]{0,10}(认可|好评|肯定|支持|重视)|关心(支持|下)|在[^，。；]{0,24}(领导|支持|关怀|关心|努力|指导|配合|帮助)下|出台了?|下发了?|印发了?|打下|奠定|积累了|受到|面临|存在|严重|威胁|危害|关系到?|事关|意义(重大|深远)|重要(意义|组成部分|举措)|不可或缺|已(经)?(完成|建成|形成|成为|投|累计|开展|连续|使用)|现(有|状|已)|目前|当前|(截至|截止)|(19|20)\d\d年"
)
WILL_BE = re.compile(r"拟|将|计划|力争|确保|达到|不[少低]于|以上|以内|目标|本年|今年|年内|全年|年底前|月底前|日前")
OPEN_MARKS = {"《": "》", "“": "”", "（": "）", "(": ")"}


@form_rule(
    code="GOAL_TEXT_DEFECT",
    title="目标文字缺陷",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "只查整句或连续两个分句重复、结尾没有写完、列举缺第一条、写的是往年任务、只写背景这几种，一处只报一种。"
        "识读漏了末行或分页处的字，也会显得没有写完，先看原件。"
    ),
)
def goal_text_defect(form: FormView) -> Outcome:
    """年度目标有整句重复、没有写完，或写的是往年，申报和审核都没有细看；先对照原件排除识读遗漏。"""
    goal = form.goal
    if not goal:
        return PASS
    for defect in (
        _repeated(form, goal),
        _stale(form, goal),
        _cut_off(goal),
        _first_missing(goal),
        _background_only(form, goal),
    ):
        if defect:
            return Fail(message=f"年度目标{defect}。", confidence=0.7)
    return PASS


def _repeated(form: FormView, goal: str) -> str:
    sentences = [sentence.strip() for sentence in re.split(r"[。；;]", goal)]
    counts = Counter(letters(sentence) for sentence in sentences)
    for sentence in sentences:
        if len(letters(sentence)) >= form.thresholds.repeated_letters and counts[letters(sentence)] > 1:
            return f"中{quoted(sentence[:50])}出现{counts[letters(sentence)]}次"
    return _clauses_repeated(form, goal) or _said_twice(goal)


def _clauses(goal: str) -> list[str]:
    return [clause for part in CLAUSE_MARKS.split(goal) if (clause := part.strip())]


def _said_twice(goal: str) -> str:
    """One clause with a figure twice, or any clause twice in a row: nobody promises a thing a second time."""
    clauses = _clauses(goal)
    counts = Counter(letters(clause) for clause in clauses)
    if len(counts) == len(clauses):
        return ""
    for place, clause in enumerate(clauses):
        said = letters(clause)
        figure = FIGURE.search(clause) is not None and len(said) >= LEAST_CLAUSE and counts[said] > 1
        if figure or (len(said) >= LEAST_TWICE and place and letters(clauses[place - 1]) == said):
            return f"中{quoted(clause[:50])}出现{counts[said]}次"
    return ""


def _clauses_repeated(form: FormView, goal: str) -> str:
    """Two clauses in a row that stand in the goal a second time."""
    clauses = _clauses(goal)
    pairs = Counter(pairwise(letters(clause) for clause in clauses))
    for first, second in pairwise(clauses):
        pair = letters(first), letters(second)
        if pair[0] == pair[1] or not any(letter.isdigit() for letter in "".join(pair)):
            continue  # words may be said of one task after another, a figure is promised once
        if len("".join(pair)) >= form.thresholds.repeated_letters and pairs[pair] > 1:
            return f"中{quoted(f'{first}，{second}'[:50])}出现{pairs[pair]}次"
    return ""


def _background_only(form: FormView, goal: str) -> str:
    """A goal that tells of troubles and breaks off before it says what is to be done, or only how things came about."""
    troubles = len(TROUBLES.findall(goal))
    said = troubles >= MANY_TROUBLES or (troubles > 0 and STARTS_BEFORE.search(goal.strip()) is not None)
    if said and AIMS.search(_without_facts(goal, year=form.year)) is None:
        return "只写了背景和问题，没有写要做什么、达到什么"
    return "只写了历史、现状和意义，没有写今年要做什么、达到什么" if _history_only(form, goal) else ""


def _history_only(form: FormView, goal: str) -> bool:
    """True for a goal most of whose clauses tell how things came about, and none of which sets a task."""
    clauses = _clauses(goal)
    if len(letters(goal)) <= form.thresholds.goal_short or len(clauses) < LEAST_LETTERS or WILL_BE.search(goal):
        return False
    past = [HISTORY.search(clause) is not None and not _this_year(clause, form.year) for clause in clauses]
    tasks = [clause for clause, told in zip(clauses, past, strict=True) if not told and AIMS.search(clause)]
    return not tasks and sum(past) * 2 >= len(clauses)


def _this_year(clause: str, year: int | None) -> bool:
    return year is not None and str(year) in clause


def _without_facts(goal: str, *, year: int | None) -> str:
    """The goal without what came about by itself and what was found in years gone by."""
    return FOUND_BEFORE.sub(
        lambda found: "" if year is not None and int(found["year"]) < year else found.group(), GROWN.sub("", goal)
    )


def _stale(form: FormView, goal: str) -> str:
    """A goal that sets tasks of years gone by only."""
    year = form.year
    years = [
        int(found)
        for found in re.findall(
            r"(?<!\d)(20\d{2})年度?(?:计划|拟|将|目标|要|重点|完成|开展|建成|新建|改造|实施|组织|举办)", goal
        )
    ]
    if year is None or not years or str(year) in goal or max(years) >= year:
        return ""
    return f"写的是{max(years)}年的任务，本表为{year}年度"


def _cut_off(goal: str) -> str:
    text = goal.rstrip()
    if text[-1] in NEXT_MARKS and len(letters(text)) > LEAST_LETTERS:
        return f"以“{text[-1]}”结尾，没有写完：{quoted(text[-20:])}"
    if BROKEN_OFF.search(text) or BARE_NUMBER.search(text) or _half_word(text):
        return f"没有写完：{quoted(text[-20:])}"
    opened = next((mark for mark, close in OPEN_MARKS.items() if text.count(mark) > text.count(close)), "")
    tail = text[text.rfind(opened) :] if opened else ""
    return f"末尾{quoted(tail[:30])}没有写完" if opened and OPEN_MARKS[opened] not in tail else ""


def _half_word(text: str) -> bool:
    """True for a text that ends in the first letter of a word: 向纵深发."""
    whole = HALF_WORDS.get(text[-1:])
    return whole is not None and text[-2:-1] not in whole and len(letters(text)) > LEAST_LETTERS


def _first_missing(goal: str) -> str:
    """A list that begins with its second point: something before it was lost when the text was copied."""
    if SECOND_POINT.search(goal) is not None and FIRST_POINT.search(goal) is None:
        return "有第2条而没有第1条，可能是从别处截取"
    found = next((second for first, second in LISTS if second in goal and not re.search(first, goal)), "")
    if found:
        return f"有“{found}”而没有前一条，可能是从别处截取"
    told = [step for step in STEPS if f"{step}是" in goal]
    skipped = next((step for step in STEPS[: STEPS.index(told[-1])] if step not in told), "") if len(told) > 1 else ""
    return f"有“{told[-1]}是”而没有“{skipped}是”，中间漏了一条" if skipped else ""
