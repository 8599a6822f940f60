"""目标: whether a target says something anybody can be held to."""

from __future__ import annotations

import re
from decimal import Decimal

from audit.basis import TARGET_REQUIREMENTS
from audit.compare import PERCENT, letters, quantity_target
from audit.phrases import quoted
from audit.rule import BOTH_KINDS, PASS, Fail, FormKind, Outcome, row_rule
from audit.view import RowView
from audit.words import MANAGEMENT_LEVEL, PROPERTY_NAME
from domain.finding import Severity
from domain.value import Comparator, Malformed, Wording

GROUP = "目标"
# In time or not is a plain question with an answer, where the row asks for timeliness.
TIMELY = re.compile(r"及时|按时|按期|按计划|如期")
NUMBERED = re.compile(r"(?<!\d)[1１一][、.．].+?[2２二][、.．]|①.+②|（1）.+（2）")
# Clauses of their own, or a list whose earlier part already ends in a measure: 征集项目数、参与单位.
SEPARATED = re.compile(
    r"[^；;]{2,}[；;][^；;]{2,}|(?:人|次|场|家|篇|户|件|个|项目|单位|室|处|座|台|套|所|亩|名|期)数、|数量、|率、|面积、|里程、|金额、"
)
LISTED = re.compile(r"[^、]{2,}、[^、]{2,}、[^、]{2,}")
# One measure at the end counts over the whole list: 县道、乡道、村道养护里程.
MEASURED = re.compile(r"(数量|总量|数|次|率|比例|面积|长度|里程|规模|金额|额|量|度)$")
# A number with its unit inside a longer target: 2人8篇3册4-6场.
COUNTED = re.compile(
    r"\d+(?:\.\d+)?(?:[-~—至]\d+)?\s*(?:万|亿)?(?:%|％|[^\d\s，,。；;、（）()%％年月日时分前后%]{1,2})"
)
DATES = re.compile(r"\d{2,4}年(\d{1,2}月)?(\d{1,2}[日号])?|\d{1,2}月(\d{1,2}[日号])?")
NUMBERS_TOO_MANY = 3
WHOLE = Decimal(100)
# 数百家, 若干场: a number that is none.
SOME = re.compile(
    r"([数上成几近][十百千万]+|[一二三四五六七八九]?[十百千万][几多余来]|若干|大量|多)[个人次场家户件项篇条台套批吨亩株名份本册期座处所间栋辆盏段口块头只]"
)
# Two measures joined in one name; what stands before the last word of measure is one of its own.
TWO_RATES = re.compile(
    r"率[和及与、/／][^、，]{2,}率$|(合格|达标|完好|优良|规范|安全)(且|并且|并)[^，、]{0,4}(按期|按时|及时|完成|完工|达标|满意)"
)
JOINED = re.compile(r"[^、，,和及与]{2}(?:[、，,；;/／和及与]|以及)[^、，,和及与]{2}")
_COUNT = r"(?:[≥≤>=＝]|不[少低]于|不超过)?\s*\d[\d,.]*\s*[万亿]?(?P<{}>[\u4e00-\u9fff%％]{{1,4}}?)"
SIDE_BY_SIDE = re.compile(rf"{_COUNT.format('one')}(?:以上)?\s*[、，,；;和及/]\s*{_COUNT.format('other')}(?:以上)?")
# Each thing with its own number: 护理床≥80张、移位机≥12台.
_NAMED = rf"[\u4e00-\u9fff]{{{{2,8}}}}?{_COUNT}"
THINGS_SIDE_BY_SIDE = re.compile(
    rf"{_NAMED.format('one')}(?:以上)?\s*[、，,；;和及/]\s*{_NAMED.format('other')}(?:以上)?[。；]?"
)
PER_UNIT = re.compile(r"每|/|／|人均|户均|单位")
# =≤ and ≥≤ ask for two things; >= and <= are one sign in two letters, ≥= a printer's way of writing it.
STRAY_DOTS = re.compile(r"\d\s*[.．]{2,}\s*\d")
# Shares of a whole; work done, growth and use may pass a hundred.
OF_A_WHOLE = re.compile(
    r"(合格|达标|覆盖|满意|准确|及时|完好|优良|入学|巩固|参保|接种|办结|到位|成活|普及|知晓)[率度]$"
)
ANY_RATE = re.compile(r"(?<![效频功])率$")
BEYOND_WHOLE = re.compile(
    r"增|提高|提升|减|降|回报|收益|周转|投入产出|流动|速动|负债|利用|使用|完成|执行|达成|覆盖倍|杠杆|放大|毛利|利润|容积|复种"
)
TWO_SIGNS = re.compile(r"[=＝]\s*[≤≥＜＞<>]|[≥＞>]\s*[≤＜<]|[≤＜<]\s*[≥＞>]")
DATE_DIGITS_LOST = re.compile(r"年月|(?<!\d)月底|月日|第季度|第届")
MONTH_SAID = re.compile(r"[每当次本各上下半一二三四五六七八九十整初]月|\d\s*个?月")
DIGITS_LOST = re.compile(r"数字(缺|丢|脱|遗)|缺(少|失)?数字|数字缺失|缺数")
# A bound or a stop with a unit behind it, and between them the place where a number stood.
ONLY_UNIT = re.compile(
    r"(?:不(?:少于|低于|高于|超过|多于|大于|小于)|至少|达到|大于|小于|超过|[≥≤><=＝、，,.。．:：])\s*"
    r"(?:[万亿]?(?:元|人次|人|亩|株|平方米|立方米)|场次|批次|班次|公里|千米|公顷|公斤|千克|小时|分钟|个?工作日|个月"
    r"|[名个家户场次期批件篇份本册座间台套辆条项处所棵盏株头只栋吨米天页%％])(?:[/／每][\u4e00-\u9fff]{1,3})?(?:以上|以内|以下|之内|内)?[。；;]?"
    # a counting word that stands alone
    r"|[名家户场期批件篇份本册座间台套辆条盏株]|(?:小时|个?工作日|天|分钟)(?:以内|之内|内)[。；;]?"
)
# A repeated name says nothing from this many letters on; below, 多样 may be an honest one-word target.
REPEAT_LETTERS = 4
# 合格 is told by whoever inspects; what is asked for must be a matter of quality.
INSPECTED = re.compile(
    r"^(?:质量|产品|工程|全部|均|达到|抽检|检测|检验|检查|竣工|验收|评审|审核|考核|年检)*(?:合格|达标|通过)(?:标准|要求)?$"
    r"|^通过[^，。；]{0,6}(?:验收|评审|审核|考核|检[测验]|年检|鉴定)$"
)
QUALITY = re.compile(r"质量|合格|达标|验收|检[测验查]|抽检|评审|审[核计]|考核|鉴定")
# 95%%: a key pressed twice, the number itself is clear.
SIGN_TWICE = re.compile(r"\d\s*(?:[%％]\s*[%％]|‰\s*‰)")
FILLERS = re.compile(r"内容|方面|工作|情况|的")
# 尽量少, 较快: whatever happens is within it.
BARE_DEGREE = re.compile(
    r"(尽量|尽可能|较为?|比较|更加?|越来越|相对|逐步)(减少|少|多|快|慢|好|高|低|短|小|大|安全|顺畅|迅速|满意)"
)
# Words that promise a degree of what the name already says.
DEGREES = re.compile(
    r"得到|有所|进一步|切实|不断|达到|实现|做到|予以|持续|有效|显著|明显|较大|很大|全面|确保|保证|保障|水平|程度|了|均|须|应当?|必须|需要?|要求|更加?|地|良好|较好"
)


def marked_severity(row: RowView, *, least: Decimal) -> Severity:
    """Medium from so many marks on, low below; target tables print none."""
    if row.form.kind is FormKind.TARGET:
        return Severity.LOW
    weight = row.weight
    return Severity.MEDIUM if weight is not None and weight >= least else Severity.LOW


def _management_row(row: RowView) -> bool:
    """Conditions of management (制度健全性=健全) are met by a document; as targets they are judged elsewhere."""
    return MANAGEMENT_LEVEL.search(row.level1) is not None or (
        row.form.kind is FormKind.TARGET and PROPERTY_NAME.search(row.name) is not None
    )


def _labelled(row: RowView, label_id: str) -> float:
    """How surely the target belongs to a class; 0 where it is not the likeliest one."""
    labels = row.specificity
    if not labels:
        return 0.0
    likeliest = max(labels, key=lambda label: label.probability)
    return likeliest.probability if likeliest.id == label_id else 0.0


def _no_standard(row: RowView, *, label_id: str, fault: str) -> Outcome:
    """The finding on a target that belongs to a class of targets nobody can be held to."""
    surety = _labelled(row, label_id)
    if surety == 0:
        return PASS
    return Fail(
        message=f"{row.label}的目标值为{quoted(row.target_text)}，{fault}。",
        severity=marked_severity(row, least=row.thresholds.heavy_row),
        confidence=surety,
    )


def worded(row: RowView) -> bool:
    """True for a target in words."""
    reading = row.target
    return reading is not None and isinstance(reading.value, Wording)


@row_rule(
    code="TARGET_VAGUE",
    title="目标值空泛",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "带数字、日期的目标不看，即使数字与要求无关；时效指标写“及时”、质量指标写“合格”“通过验收”、投入和管理类指标不报。"
        "按词语判断，行业内有固定标准的词（如“稳定运行”）会误报。"
    ),
)
def target_vague(row: RowView) -> Outcome:
    """目标值只有提升、良好、可持续一类词，没有数字、时间或标准，任何结果都可以说达成。"""
    if not worded(row) or _management_row(row) or _repeats_name(row):
        return PASS
    if TIMELY.search(row.target_text) and TIMELY.search(row.name + row.level2.replace("时效", "及时")):
        return PASS
    if BARE_DEGREE.fullmatch(row.target_text.strip("。；; ")) is not None:
        message = f"{row.label}的目标值为{quoted(row.target_text)}，没有数字、时间或可核对的标准。"
        return Fail(message=message, severity=marked_severity(row, least=row.thresholds.heavy_row))
    if INSPECTED.search(row.target_text) and QUALITY.search(row.name + row.level2):
        return PASS
    return _no_standard(row, label_id="vague", fault="没有数字、时间或可核对的标准")


@row_rule(
    code="TARGET_IS_SLOGAN",
    title="目标值是口号",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "须超过12个字又没有数字、日期和验收、名录一类可核对的词；字少的由“目标值空泛”查。"
        "标准写在表外文件里的长句（如“按双方协议约定提供服务”），会误报。"
    ),
)
def target_is_slogan(row: RowView) -> Outcome:
    """目标值是一句长话而没有数字、时间和标准，无法核对是否完成。"""
    if not worded(row) or _management_row(row):
        return PASS
    return _no_standard(row, label_id="slogan", fault="是工作表述，没有可以核对的数字、时间或标准")


@row_rule(
    code="TARGET_REPEATS_NAME",
    title="目标值重复指标名",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "目标不足4个字的不看（“健全”“多样”可以是老实的一词目标）；有一个实字不在名称里即不报。"
        "用字相同而意思有程度之分的，可能误报。"
    ),
)
def target_repeats_name(row: RowView) -> Outcome:
    """目标值只是把指标名称再说一遍，没有说要达到什么程度。"""
    if not worded(row) or MANAGEMENT_LEVEL.search(row.level1) is not None or not _repeats_name(row):
        return PASS
    return Fail(
        message=f"{row.label}的目标值为{quoted(row.target_text)}，与指标名称同义，没有说明要达到的程度。",
        severity=marked_severity(row, least=row.thresholds.heavy_row),
    )


def _repeats_name(row: RowView) -> bool:
    """True where every letter of the target, fillers aside, already stands in the name."""
    target, own = letters(row.target_text), set(letters(row.name))
    if len(target) < REPEAT_LETTERS:
        return False
    said = FILLERS.sub("", target)
    # 有效提升 leaves two letters that any name may hold: such a target is vague
    rest = DEGREES.sub("", said)
    return (bool(said) and set(said) <= own) or (len(rest) >= REPEAT_LETTERS - 1 and set(rest) <= own)


@row_rule(
    code="COMPOUND_INDICATOR",
    title="一行多指标",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "共用一个量的并列（县道、乡道养护里程）不报；用“和”“及”连起来的，目标里有两个不同单位的数才看得出。"
        "目标里一套标准本来就有三个以上带单位的数（如管材规格）的，会误报。"
    ),
)
def compound_indicator(row: RowView) -> Outcome:
    """一行里并列几个可以各自计量的指标，只给一个得分，完成一部分时无法计分。"""
    name, target = row.name, row.target_text
    numbers = COUNTED.findall(DATES.sub("", target))
    if (
        NUMBERED.search(name)
        or SEPARATED.search(name)
        or TWO_RATES.search(name)
        or (JOINED.search(name) and _two_counts(DATES.sub("", target)))
        or (len(numbers) >= NUMBERS_TOO_MANY and not PER_UNIT.search(target))
    ):
        return Fail(
            message=f"{row.label}（目标“{target}”）一行含多个可分别计量的内容，只有一个得分。",
            severity=marked_severity(row, least=row.thresholds.usual_row),
        )
    if LISTED.search(name) and not MEASURED.search(name) and quantity_target(row) is not None and PERCENT not in target:
        return Fail(message=f"{row.label}并列多项内容，只有一个目标值{target}。")
    return PASS


def _two_counts(target: str) -> bool:
    """True for two counts in different units side by side (12场、900人次), or two things each with its own."""
    if PER_UNIT.search(target) is None and THINGS_SIDE_BY_SIDE.fullmatch(target) is not None:
        return True
    counts = SIDE_BY_SIDE.fullmatch(target)
    return counts is not None and (counts["one"] != counts["other"] or "；" in target or ";" in target)


@row_rule(
    code="TARGET_RANGE",
    title="区间目标",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=("百分比区间当作允许幅度，不报。本来就该控制在一段之内的目标（室温20—26度、单价上下限）也会报出。"),
)
def target_range(row: RowView) -> Outcome:
    """数量目标写成区间，按下限还是上限考核不明确。"""
    target = quantity_target(row)
    if target is None or target.comparator is not Comparator.BETWEEN or target.unit == PERCENT:
        return PASS
    return Fail(message=f"{row.label}的目标值{quoted(row.target_text)}是区间，考核界限不明确。")


@row_rule(
    code="TARGET_APPROX",
    title="约数目标",
    group=GROUP,
    severity=Severity.LOW,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "只认约、近、左右、上下、余、多等字样；“不到400人”一类读不出数的看不出。受益人次等确实只能约计的，也会报出。"
    ),
)
def target_approx(row: RowView) -> Outcome:
    """目标值写约、左右、余，完成与否没有界限。"""
    target = quantity_target(row)
    some = target is None and worded(row) and SOME.search(row.target_text) is not None
    if not some and (target is None or not target.approximate):
        return PASS
    return Fail(message=f"{row.label}的目标值{quoted(row.target_text)}是约数，完成与否没有界限。")


def _malformed(row: RowView) -> Malformed | None:
    reading = row.target
    return reading.value if reading is not None and isinstance(reading.value, Malformed) else None


@row_rule(
    code="TARGET_DIGITS_LOST",
    title="目标数字缺失",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "整格空白的不在此列；用汉字写的数（三场）算有数字；符号后面须是常见的单位才认得出。"
        "原件没有数字与识读漏了数字，程序分不开，先看原件。"
    ),
)
def target_digits_lost(row: RowView) -> Outcome:
    """目标值有单位而没有数字，无法考核；先对照原件排除识读遗漏。"""
    malformed = _malformed(row)
    lost = malformed is not None and DIGITS_LOST.search(malformed.defect) is not None
    lost = lost or (DATE_DIGITS_LOST.search(row.target_text) is not None and not MONTH_SAID.search(row.target_text))
    if not lost and not (worded(row) and ONLY_UNIT.fullmatch(row.target_text)):
        return PASS
    return Fail(message=f"{row.label}的目标值{quoted(row.target_text)}缺少数字，请先对照原件。", confidence=0.6)


def _impossible(row: RowView) -> str:
    """What is wrong with a number no such target can be; "" where nothing is."""
    if STRAY_DOTS.search(row.target_text) is not None:
        return "小数点不止一个"
    target = quantity_target(row)
    if target is None or target.unit != PERCENT or target.low <= WHOLE:
        return ""
    name = row.name.rstrip("（）()%％ ")
    far = target.low > WHOLE * 2 and ANY_RATE.search(name) is not None and BEYOND_WHOLE.search(name) is None
    return "比率超过100%" if far or OF_A_WHOLE.search(name) else ""


@row_rule(
    code="TARGET_MALFORMED",
    title="目标值格式错误",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=TARGET_REQUIREMENTS,
    kinds=BOTH_KINDS,
    limits=(
        "只认数字前多一个0、比较符号或百分号重复、比较符号互相矛盾（=≤）、占位符没有填、上下限颠倒、日期不存在等几种毛病；"
        "“≥=”“>=”是一个符号的拆写，不报；百分号重复只按低提示。"
        "识读错一个符号也会成这样，先看原件。"
    ),
)
def target_malformed(row: RowView) -> Outcome:
    """目标值有前导零、双符号、占位符等，看不出要求是多少；先对照原件排除识读错误。"""
    malformed = _malformed(row)
    defect = "" if malformed is None else malformed.defect
    if not defect and SIGN_TWICE.search(row.target_text):
        message = f"{row.label}的目标值{quoted(row.target_text)}符号重复，按一个符号理解，请先对照原件。"
        return Fail(message=message, severity=Severity.LOW)
    if not defect and TWO_SIGNS.search(row.target_text):
        defect = "比较符号不止一个"
    if not defect:
        defect = _impossible(row)
    if not defect or DIGITS_LOST.search(defect) is not None:
        return PASS
    return Fail(
        message=f"{row.label}的目标值{quoted(row.target_text)}格式有误（{defect}），请先对照原件。",
        confidence=0.7,
    )
