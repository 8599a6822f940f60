"""原因: whether the reason column does what it is there for."""

from __future__ import annotations

import re
from functools import lru_cache

from audit.basis import FOOTNOTE_QUANTITY, TRUTHFUL
from audit.compare import TEXTS_REMEMBERED, attainment, days_late, letters
from audit.phrases import quoted
from audit.rule import PASS, Fail, Outcome, form_rule, row_rule
from audit.rules.bands import Band, band_of
from audit.view import FormView, RowView
from audit.words import SUGGESTION
from domain.finding import Severity

GROUP = "原因"
ROWS_QUOTED = 5
DATED = re.compile(r"\d月|月底|日前")  # when the rest is done is a remedy
CLAUSE_MARKS = re.compile(r"(?<!\d)[,.]|[，。；;！!：:、]")
LEAST_VOW = 4  # letters; 完成 or 改进 alone may be half a word somebody read
MOST_BESIDE = 40  # letters; a longer text says something of its own, whatever stands beside it
DONE_WELL = re.compile(
    r"已.{0,12}(完成|上线|建成|投入使用|投用|启用|开通|到位|验收|交付|发放)"
    r"|(反映|反响|效果|成效|评价|运行|情况)(较好|良好|很好|显著|明显|优良|正常)|(均|已|都)按(照)?(方案|计划|要求|规定|合同)[^，。；]{0,6}(落实|执行|完成|实施|推进|开展)|落实到位|高度重视|认真履职|措施(有力|得力|到位)|尽职尽责|顺利|圆满|如期|按期完成|按时完成|好评|认可|肯定"
)
# Any of these may be a reason, a remedy or the row's own shortfall, and is left to the reader.
SHORTFALL = re.compile(
    r"由于|[因受未没不少差缺欠低晚迟延滞推拖停限难待将拟需剩余仅只减降调改变取暂尚补撤另废停超灾雨雪旱汛征拆慢紧偏弱坏损误退转换堵故障病]|老化|老旧|合并|外出|离职|审批|批准|许可|较|等待|困|原因|[须才]"
    r"|[下明次]年|后续|下一步|计划|目标|指标|今后|加强|疫情|天气|汛|批复|结转"
)


# Words that hold such a letter and tell of no shortfall.
NO_SHORTFALL = re.compile(r"人才|[该本此][项个]?指标|指标(数据|名称|含义|口径)")
# Answers to other questions: who did it, what was paid, what the name means, whence the figure comes, by what law.
BESIDE = re.compile(
    r"(?<!理)由[^于，。；]{1,16}(局|院|所|站|中心|科|部|处|队|委|办|会|公司|单位|[乡镇县村]|街道|社区|庭|馆|校|机构|人员)|负责|牵头|承担|承办|配合|组织实施|具体实施"
    r"|(经费|资金|款项)?(主要)?用于|支出(内容|包括)|[工料务差]费|反映|是指|是[^，。；]{2,16}的?(重要|主要|基础|关键|核心|必要|根本)|意义|衡量|(按|据|如)实[^，。；]{0,8}(填报|填列|填写|自评|计分)|考察|考核(内容|方式)|数据(来源|取自)|来源于|取自|佐证|详见|见附|附件"
    r"|(依据|根据|按照|遵照)[^，。；]{0,20}(法|条例|规定|文件|要求|办法|方案|通知|标准|部署)[^，。；]{0,12}|^(实际|全年|共|累计|已|本年)*(完成|开展|举办|组织|培训|实施|达到|达)?(了)?\d[\d.,]*[^，。；\d]{1,6}[。；]?$"
)
# How the marks came about, and nothing else: 按完成比例计13.5分，扣1.5分.
MARKS_TOLD = re.compile(
    r"(按照?|依据?|根据|以|参照)?(实际)?(完成|达成|目标|评分|计分|扣分)?(的)?(情况|程度|比例|标准|细则|办法|规则|口径|要求|公式|权重|率)?(酌情|相应|据实|如实|从严|适当)?(计算?|得|扣减?|扣除|给|评|折算|核算|记|赋)(为|了|去|相应)?(得|计)?(\d+(\.\d+)?)?(分值?|得分)"
    r"|\d+(\.\d+)?分|酌情(扣|给|计)|(按|据)(完成)?(比例|实)|故|因此|所以|本项|该项|此项|应|自评|共|满|从严|合计|得分"
)
# Figures of the row said again, with no word of why: 实际完成462套，比目标少18套，未达到年度指标.
SAID_AGAIN = re.compile(
    r"\d[\d.,]*[万亿]?(个?百分点|平方米|立方米|公里|工作日|人次|[\u4e00-\u9fff%％‰])?|实际|完成|达到|达成|实现|未能?|没有|没|尚未|不足|低于|少于|小于|少|差|缺|欠|比|较|与|距|离|相差|仅为?|只有?|为|是|值|率|数|量|目标|指标|任务|计划|年初|年度|全年|预期|预定|设定|要求|的|了|存在|有|一定|较大|较小|差距|偏差|偏低|略|稍|以上|以内|以下|在|合理|正常|可控|允许|误差|范围|之内|内|属|本|该|此"
)
# Causes that name none: 受客观因素影响, 由于种种原因.
NO_CAUSE = re.compile(
    r"因素|原因|因为|受|因|由于|客观|主观|种种|各种|各类|多种|多方面?|其他|其它|有关|某些|一些|诸多|特殊|实际|现实|外部|内部|方面|条件|环境|因素|原因|情况|影响|所致|导致|造成|引起|使得?|致使|等|综合|部分|工作|单位|自身|本身|和|及|与|、|这|此|上述|项"
)
# Vows to do better, of which nothing is left that a reason could be: no cause, no thing, no day.
VOWS = re.compile(
    r"今后|以后|往后|日后|下一步|后续|将|会|要|进一步|继续|不断|持续|更加?|加强|加大|强化|提高|提升|完善|改进|改善|优化|规范|管理|工作|水平|质量|效率|力度|能力|确保|保证|保障|完成|做好|做得|做|好|到位"
    r"|统一|增强|狠抓|树立|牢固|观念|学习|认识|思想|意识|责任心?|担当|作风|执行力|统筹|协调|沟通|衔接|配合|协作|监督|监管|考核|督促|督导|督查|跟踪|调度|推进|推动|开展|实施|绩效|服务|业务|组织|领导|谋划|部署|夯实|扎实|重点|基础|机制|制度|体系|建设|健全|建立|队伍|职工|干部|大家|全体|全员|各部门|各科室|克服困难|精细化?|科学|合理|深入|广泛|大力|全面|充分|尽快|尽力|尽职|早日|加快|进度|步伐|(补齐|弥补|补足|查找|正视)(短板|弱项|不足|差距)|(分析|查找|解决)问题|整改|问责|跟进|下(一年|年度|年)|明年|来年|次年|使|让|达到|实现|圆满|顺利|按时|按期|及时|上级|党委|党组|决策"
    r"|目标|任务|指标|年度|全年|各项|认真|努力|再接再厉|力争|争取|我们|我(单位|局|院|校|站|中心)|本单位|总结|吸取|经验|教训|严格|按照?|要求|落实|措施|重视|高度|积极|有力|切实|抓紧|抓好|取得|成绩|成效|更大|新|高|多|大|在|的|地|得|把|对|和|并|与|及|了|中"
)
# A vow in one clause, whatever small word stands in it: 不断提高运维队伍整体水平.
VOW = re.compile(
    r"(今后|以后|下一步|我[局院站所校中心单位]*|将|会|要|进一步|继续|不断|持续|切实|认真|努力)*(加强|加大|提高|提升|强化|完善|改进|增强|优化|狠抓|抓好|做好)"
    r".{0,8}(学习|水平|能力|管理|意识|服务|质量|建设|作风|素质|力度|效率|效能|工作)"
)
# Nothing but arithmetic: 8.1÷9×10=9分.
BARE_SUM = re.compile(
    r"(得分)?(计算)?[:：]?[\d.,\s]+[%％]?分?(\s*[÷×*/xX+\-－=＝()（）%％]+\s*[\d.,\s]+[%％]?分?)+[)）]?[。；]?"
)


@row_rule(
    code="UNMET_REASON_MISSING",
    title="未达标无针对性原因",
    nature="未完成指标未说明针对性原因",
    group=GROUP,
    severity=Severity.HIGH,
    basis=FOOTNOTE_QUANTITY,
    limits=(
        "原因栏只要说到欠缺、缘由或打算就算有原因，不问是否对题；通篇只报成绩、只写由谁做、钱用在哪、怎么算分的不算；"
        "目标与实际不能比较、定性而得满分的行，"
        "以及没有原因栏的表，不判断。"
        "原因统一写在表尾或另附说明的会误报。"
    ),
)
def unmet_reason_missing(row: RowView) -> Outcome:
    """实际未达目标的，偏差原因栏应说明原因和改进措施；栏内空白或没有涉及未达标，等于没有交代。"""
    if not _unmet(row):
        return PASS
    reason = row.reason
    hollow = reason is not None and _hollow(row.reason_text, name=row.name)
    if reason is not None and not reason.has("no_reason") and not hollow and not _says_nothing_of_it(row.reason_text):
        return PASS
    said = "为空" if reason is None else f"为{quoted(row.reason_text)}，没有说明原因"
    facts = f"{row.label}目标{row.target_text}，实际填{row.actual_text}{row.marks}"
    return Fail(message=f"{facts}，未达目标，偏差原因栏{said}。", severity=Severity.MEDIUM if hollow else None)


def _says_nothing_of_it(text: str) -> bool:
    return _only_praise(text) or _beside_the_point(text) or _only_vows(text)


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _hollow(text: str, *, name: str) -> bool:
    """True where every clause is marks, the row's own figures, a cause without a name, or a vow."""
    clauses = [said for clause in CLAUSE_MARKS.split(text) if (said := letters(clause))]
    return len(letters(text)) >= LEAST_VOW and all(_hollow_clause(said, name=name) for said in clauses)


def _hollow_clause(said: str, *, name: str) -> bool:
    if not VOWS.sub("", said):
        return True
    for words in (MARKS_TOLD, SAID_AGAIN, NO_CAUSE):
        said = words.sub("", said)
    return all(letter in name for letter in said)


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _only_vows(text: str) -> bool:
    """True for a promise to do better that names no cause, no matter and no day: 今后加强管理，提高工作水平."""
    said = letters(text)
    clauses = [clause for part in CLAUSE_MARKS.split(text) if (clause := letters(part))]
    return len(said) >= LEAST_VOW and (not VOWS.sub("", said) or all(VOW.fullmatch(clause) for clause in clauses))


def _only_praise(text: str) -> bool:
    """True for a text that tells what was done well, with no letter of a shortfall, its cause or its remedy."""
    return DONE_WELL.search(text) is not None and SHORTFALL.search(text) is None


def _beside_the_point(text: str) -> bool:
    """True for who did the work, what was paid, how marks were reckoned or what the name means, and no word of why."""
    if BARE_SUM.fullmatch(text.strip()) is not None:
        return True
    brief, told = len(text) <= MOST_BESIDE, NO_SHORTFALL.sub("", text)
    return brief and BESIDE.search(text) is not None and not (SHORTFALL.search(told) or DATED.search(told))


def _unmet(row: RowView) -> bool:
    """True where the row says it fell short: by numbers, by a date, or by its band and marks taken off."""
    reached = attainment(row)
    if reached is not None:
        return not reached.met
    if days_late(row) is not None:
        return True
    share = row.share
    return band_of(row) in (Band.PARTIAL, Band.UNMET) and share is not None and share < 1


@form_rule(
    code="THIRD_PERSON_SUGGESTION",
    title="原因栏用第三人称“建议”",
    nature="改进措施的责任主体不明",
    group=GROUP,
    severity=Severity.INFO,
    basis=TRUTHFUL,
    limits=(
        "只认建议、该单位应、要求项目单位一类说法，换一种第三方口气看不出；向上级、财政提建议的不算。口气不等于代填，须结合全表文字看，只作提示。"
    ),
)
def third_person_suggestion(form: FormView) -> Outcome:
    """单位自评的原因栏写“建议加强”，像是别人代填；改进责任落在谁身上不清楚。"""
    rows = [row for row in form.rows if row.reason_if_any is not None and SUGGESTION.search(row.reason_text)]
    if not rows:
        return PASS
    voice = next(found.group() for found in SUGGESTION.finditer(rows[0].reason_text))
    places = "、".join(str(row.place + 1) for row in rows[:ROWS_QUOTED])
    more = f"等{len(rows)}项" if len(rows) > ROWS_QUOTED else "项"
    message = f"第{places}{more}的偏差原因用{quoted(voice)}语气，如{quoted(rows[0].reason_text)}，未写明由谁改进。"
    return Fail(message=message)
