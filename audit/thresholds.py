"""Thresholds the rules compare with: defaults, each with its reason and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any


def why(source: str) -> Mapping[str, str]:
    """The reason or source of a default, kept with its field."""
    return {"source": source}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Every number a rule depends on. Shares are 0..1, points are of the form's marks, money is in yuan."""

    read_confidence: float = field(
        default=0.5, metadata=why("识读把握低于此数的栏目不作判断，列为无法核对；半数以下即错读多于正读")
    )
    sum_tolerance: Decimal = field(
        default=Decimal("0.005"), metadata=why("分值、得分印至两位小数，合计差异不超过末位半个单位")
    )
    rate_full_from: Decimal = field(
        default=Decimal("0.90"), metadata=why("有的地方执行率90%以上即给执行满分，这样的不符按中等提示")
    )
    band_partial: Decimal = field(default=Decimal("0.60"), metadata=why("三档口径：部分达成为60%（含）至80%"))
    band_met: Decimal = field(default=Decimal("0.80"), metadata=why("三档口径：达成为80%（含）至100%"))
    band_partial_before_2019: Decimal = field(
        default=Decimal("0.50"), metadata=why("2018年度及以前的表式：部分达成为50%至80%")
    )
    overachieve_ask: Decimal = field(
        default=Decimal("1.30"), metadata=why("全国无统一标准；达到130%起请说明原因，可按地方规定调整")
    )
    overachieve_medium: Decimal = field(default=Decimal("1.50"), metadata=why("达到150%视为目标可能偏低"))
    overachieve_high: Decimal = field(default=Decimal("2.00"), metadata=why("达到200%视为目标明显偏低"))
    overachieve_units: Decimal = field(
        default=Decimal("2"), metadata=why("多完成不足2个单位的小基数指标不因比例高而加重")
    )
    proportion_tolerance: Decimal = field(default=Decimal("0.05"), metadata=why("按比例计分允许的舍入差（分）"))
    proportion_notable: Decimal = field(default=Decimal("0.10"), metadata=why("多计超过分值一成的列为中等"))
    deduction_range: Decimal = field(
        default=Decimal("0.20"), metadata=why("同一理由的得分率相差两成以上，评分尺度不一")
    )
    cutoff_band: Decimal = field(default=Decimal("0.5"), metadata=why("总分高出等级线不超过0.5分视为卡线"))
    heavy_row: Decimal = field(
        default=Decimal("20"), metadata=why("一项占20分以上的指标不可考核，总分的五分之一没有着落")
    )
    usual_row: Decimal = field(default=Decimal("10"), metadata=why("统一表式中一项指标的通常分值"))
    standard_output: Decimal = field(default=Decimal("50"), metadata=why("财预〔2020〕10号所附权重：产出50"))
    standard_benefit: Decimal = field(default=Decimal("30"), metadata=why("财预〔2020〕10号所附权重：效益30"))
    standard_satisfaction: Decimal = field(default=Decimal("10"), metadata=why("财预〔2020〕10号所附权重：满意度10"))
    weight_tolerance: Decimal = field(default=Decimal("2"), metadata=why("执行分值不是10的表折算后有零头，2分以内不提"))
    satisfaction_heavy: Decimal = field(default=Decimal("20"), metadata=why("满意度占20分以上，为统一权重的两倍"))
    satisfaction_unrealistic: Decimal = field(default=Decimal("98"), metadata=why("满意度目标98%以上须有历史数据支持"))
    satisfaction_low: Decimal = field(default=Decimal("80"), metadata=why("满意度目标不高于80%低于通行水平"))
    pass_rate_low: Decimal = field(default=Decimal("60"), metadata=why("合格率、达标率类目标不高于60%低于通行水平"))
    equal_least: int = field(default=3, metadata=why("至少3项定量指标，才看是否全部恰等于目标"))
    equal_many: int = field(default=5, metadata=why("5项以上非封顶指标全部恰等于目标，回填可能较大"))
    adjust_notable: Decimal = field(default=Decimal("0.10"), metadata=why("全年预算较年初增减一成以上须说明"))
    adjust_large: Decimal = field(default=Decimal("0.30"), metadata=why("增减三成以上列为高"))
    cut_deep: Decimal = field(default=Decimal("0.70"), metadata=why("全年预算不足年初七成，目标应随之报批调整"))
    execution_explain: Decimal = field(
        default=Decimal("0.90"), metadata=why("执行率低于90%须说明原因（自评表填报说明）")
    )
    execution_low: Decimal = field(default=Decimal("0.80"), metadata=why("执行率低于80%而产出满分，产出与资金不相称"))
    execution_half: Decimal = field(default=Decimal("0.60"), metadata=why("执行率低于60%而称工程完工"))
    output_full: Decimal = field(default=Decimal("0.95"), metadata=why("产出得分率95%以上视为满产出"))
    saving_notable: Decimal = field(
        default=Decimal("0.10"), metadata=why("成本比限额低不足一成而预算全部用完，所称节约只见于限额，作提示")
    )
    event_cost_least: Decimal = field(
        default=Decimal("100"), metadata=why("一场（期、班）活动不足100元，连场地和材料都不够")
    )
    talk_cost_most: Decimal = field(
        default=Decimal("100000"), metadata=why("唯一的产出是几场宣讲、座谈而每场超过10万元，须问钱用在哪里")
    )
    trainee_cost_most: Decimal = field(
        default=Decimal("20000"),
        metadata=why("短期培训每人每天不过数百元，人均超过2万元已是一个多月的培训，须问钱用在哪里"),
    )
    built_cost_least: Decimal = field(
        default=Decimal("1000"), metadata=why("新建、修建的一座（眼、公里）不足1000元，连材料都不够")
    )
    paper_cost_most: Decimal = field(
        default=Decimal("50"), metadata=why("折页、手册、宣传册一类印刷品一般每份几角到二三十元，超过50元须问")
    )
    road_cost_least: Decimal = field(
        default=Decimal("20000"), metadata=why("硬化、新建一公里公路一般数十万元，不足2万元连材料都不够")
    )
    house_cost_least: Decimal = field(
        default=Decimal("5000"), metadata=why("新建一座桥、一座公厕、一眼机井不足5000元，连材料都不够")
    )
    price_apart: Decimal = field(
        default=Decimal("3"), metadata=why("唯一的数量乘以表上的单价，与执行数相差三倍以上即对不上")
    )
    copied_share: Decimal = field(
        default=Decimal("0.60"), metadata=why("完成情况六成以上文字来自目标中八字以上的片段，视为照抄")
    )
    figure_letters: int = field(
        default=30, metadata=why("平均三十字以内就有一个完成数字的，是照目标逐项报告，不是照抄")
    )
    copied_letters: int = field(default=30, metadata=why("完成情况不足30字的，与目标相同可能是巧合"))
    narrative_letters: int = field(default=20, metadata=why("完成情况不足20字的算不上叙述，不看有无遗漏"))
    omitted_share: Decimal = field(
        default=Decimal("0.80"), metadata=why("完成不足八成的指标，完成情况应有交代；差得不多的不苛求")
    )
    told_share: Decimal = field(
        default=Decimal("0.50"), metadata=why("指标名称的相邻两字过半见于叙述的，视为叙述已经提到")
    )
    undone_rows: int = field(default=2, metadata=why("同表两项以上未达目标，计划完成率即不应为100%"))
    rate_told_tolerance: Decimal = field(
        default=Decimal("0.06"), metadata=why("叙述中的执行率取一位或两位小数，相差不超过末位半个单位")
    )
    goal_short: int = field(default=25, metadata=why("目标不超过25字又只是用途或项目名称的，没有说要达到什么"))
    repeated_letters: int = field(default=15, metadata=why("15字以上的句子在同一栏出现两次，不会是有意重复"))
    same_text_letters: int = field(default=6, metadata=why("不足6字的栏目（如“无”“同上”）相同不算雷同"))
    same_text_sections: int = field(default=4, metadata=why("四个栏目同一段文字，目标、计划、必要性等于都没有写"))
    year_jump: Decimal = field(default=Decimal("0.30"), metadata=why("比上年增减三成以上须说明原因"))
    wide_result_budget: Decimal = field(
        default=Decimal("10000000"), metadata=why("预算不足1000万元（元）的项目，全市、全国层面的结果不由其决定")
    )
    cost_asked_from: int = field(
        default=2023,
        metadata=why("财预〔2021〕101号2021年8月印发，要求设成本指标；2022年预算多已编成，自2023年度起检查"),
    )
    rows_least: int = field(default=3, metadata=why("不足3项指标的表多为截取或识读不全，不判断缺少哪一类指标"))
    weights_complete: Decimal = field(
        default=Decimal("99"), metadata=why("各项分值加执行分值不足99分的，表中可能有未识读的行，不判断缺少哪一类指标")
    )
    about_letters: int = field(
        default=150, metadata=why("概况、计划、目标合计不足150字，看不出项目做什么，不判断指标与项目是否相关")
    )
    same_number: Decimal = field(
        default=Decimal("10"), metadata=why("10以下的数相同可能是巧合，与产出重复计为效益的按低提示")
    )
    budget_likeness: Decimal = field(
        default=Decimal("0.01"), metadata=why("数量目标的金额与预算相差1%以内，视为把预算数填作产出")
    )
    copy_share: Decimal = field(
        default=Decimal("0.90"), metadata=why("同一项目两份表九成以上栏目相同的视为重复报送，其余为识读差异")
    )
    version_share: Decimal = field(
        default=Decimal("0.60"), metadata=why("同一项目两份表六成以上栏目相同的视为同一张表的两个版本")
    )
    boilerplate_rows: int = field(default=3, metadata=why("同一原因（去标点）出现3行以上视为套话"))
    near_reason: Decimal = field(
        default=Decimal("0.70"), metadata=why("两字连写的集合七成相同，十来字的一句话只差一个字")
    )
    near_narrative: Decimal = field(
        default=Decimal("0.80"), metadata=why("三字连写的集合八成相同，两段文字（不计数字）只差个别词句")
    )
    alike_narrative_letters: int = field(default=60, metadata=why("不足60字的完成情况各表相近不足为奇"))
    transfer_sure: Decimal = field(
        default=Decimal("0.50"), metadata=why("等额增减多半不是巧合时才列为中、高；不足的列为低")
    )
    transfer_hint: Decimal = field(default=Decimal("0.20"), metadata=why("巧合可能在八成以上的等额增减不提"))
    child_text: Decimal = field(default=Decimal("0.90"), metadata=why("子项目目标文字九成以上见于父项目目标"))
    cluster_forms: int = field(default=4, metadata=why("一个部门4张表以上才看总分是否扎堆，恰为4张的须更近"))
    cluster_span: Decimal = field(default=Decimal("6"), metadata=why("全部总分落在6分以内，自评缺乏区分"))
    cluster_band: Decimal = field(default=Decimal("2"), metadata=why("等级线上下2分以内为贴线"))
    cluster_share: Decimal = field(default=Decimal("0.60"), metadata=why("六成以上的表贴在同一等级线的一侧"))
    peer_forms: int = field(default=4, metadata=why("同名指标至少4张表，才谈得上同类水平"))
    peer_ratio: Decimal = field(default=Decimal("0.70"), metadata=why("目标不足同类中位数的七成"))
    match_sure: Decimal = field(default=Decimal("0.60"), metadata=why("跨年、跨表匹配把握不足六成的不作比较"))
    years_back: int = field(default=3, metadata=why("最多与三年前的表相比，再早的项目内容多已改变"))
    lowered_ratio: Decimal = field(default=Decimal("0.70"), metadata=why("当年目标不足上年实际的七成"))
    flat_ratio: Decimal = field(
        default=Decimal("1.30"), metadata=why("上年实际达目标130%以上而目标未动，130%与超额完成须说明的界限相同")
    )
    year_budget_change: Decimal = field(
        default=Decimal("0.10"), metadata=why("同一项目两年预算增减超过一成，与年内调整的界限相同，仅作提示")
    )


def number_sources(numbers: type[Any]) -> tuple[tuple[str, str, str], ...]:
    """Name, default and reason of every number of a class of settings, for the manual and ``fuhe.toml``."""
    return tuple((slot.name, str(slot.default), slot.metadata["source"]) for slot in fields(numbers))
