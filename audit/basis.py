"""Regulations the findings rest on. An article is named only where its wording was read; otherwise the document."""

from __future__ import annotations

EVALUATION_METHOD = "《项目支出绩效评价管理办法》（财预〔2020〕10号）"
# Article 4 was read: self-evaluation looks at the completion of the goals approved with the budget.
EVALUATION_ART_4 = f"{EVALUATION_METHOD}第四条：单位自评对预算批复的绩效目标完成情况进行评价"
TARGET_METHOD = "《中央部门预算绩效目标管理办法》（财预〔2015〕88号）"
# Articles 27 to 29 were read; local units follow them by reference.
TARGET_ART_28 = f"{TARGET_METHOD}第二十八条：绩效目标确定后一般不予调整，特殊原因确需调整的按程序报批（地方参照）"
TARGET_ART_29 = f"{TARGET_METHOD}第二十九条：按照批复的绩效目标组织执行、监控和自评（地方参照）"
TARGET_REQUIREMENTS = f"{TARGET_METHOD}：绩效目标应指向明确、细化量化、合理可行、相应匹配（地方参照）"
INDICATOR_GUIDE = "财政部核心绩效目标和指标设置及取值指引（财预〔2021〕101号）"

COST_GUIDE = f"{INDICATOR_GUIDE}：绩效目标包括预期产出、效果及与之匹配的成本控制"
# Read: money, people and material put in may not stand as goals; what does not apply is dropped and 100 rescaled.
NO_INPUTS = "绩效目标审核要求：资金、人员、物资等投入不得作为绩效目标"
DROP_UNFIT = "自评表填报说明：不适用的指标应删除，分值按100分折算"

WEIGHTS = f"{EVALUATION_METHOD}：预算执行率10、产出50、效益30、满意度10，特殊情况可调整"
FOOTNOTE_TOTAL = "自评表填报说明：总分为预算执行得分与各项指标得分之和，满分100"
FOOTNOTE_RATE = "自评表填报说明：执行率=全年执行数÷全年预算数；低于90%的须说明原因，预算增减须另行说明"
FOOTNOTE_FUNDS = "自评表填报说明：预算数为调整后财政资金总额（含上年结余结转），各资金来源之和等于年度资金总额"
FOOTNOTE_QUANTITY = "自评表填报说明：完成目标得满分，未完成按完成比例计分；偏差应说明原因和改进措施"
FOOTNOTE_BANDS = (
    "自评表填报说明：定性指标分达成年度指标、部分达成并具有一定效果、未达成且效果较差三档，"
    "分别按100%—80%（含）、80%—60%（含）、60%—0%计分"
)
GRADES = f"{EVALUATION_METHOD}：90分以上为优，80—90分为良，60—80分为中，60分以下为差"
OVERACHIEVEMENT = f"{EVALUATION_METHOD}：完成值明显高于目标的应分析原因，属目标设定明显偏低的按偏离程度调减得分"
TRUTHFUL = "预算绩效管理要求：各单位对绩效自评结果的真实性负责，完成值应有佐证资料"
SURVEY = "满意度指标说明：满意度=表示满意的有效问卷数÷有效问卷数，应留存问卷原件"
APPROVED_CHANGE = f"{TARGET_ART_28}；{EVALUATION_ART_4}"


def together(*sources: str) -> str:
    """Several sources in one line."""
    return "；".join(sources)
