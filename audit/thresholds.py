"""Thresholds the rules compare with: defaults, each with its reason and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal


def _why(source: str) -> Mapping[str, str]:
    return {"source": source}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Every number a rule depends on. Shares are 0..1, points are of the form's marks, money is in yuan."""

    read_confidence: float = field(
        default=0.5, metadata=_why("识读把握低于此数的栏目不作判断，列为无法核对；半数以下即错读多于正读")
    )
    sum_tolerance: Decimal = field(
        default=Decimal("0.005"), metadata=_why("分值、得分印至两位小数，合计差异不超过末位半个单位")
    )
    rate_full_from: Decimal = field(
        default=Decimal("0.90"), metadata=_why("有的地方执行率90%以上即给执行满分，这样的不符按中等提示")
    )
    band_partial: Decimal = field(default=Decimal("0.60"), metadata=_why("三档口径：部分达成为60%（含）至80%"))
    band_met: Decimal = field(default=Decimal("0.80"), metadata=_why("三档口径：达成为80%（含）至100%"))
    band_partial_before_2019: Decimal = field(
        default=Decimal("0.50"), metadata=_why("2018年度及以前的表式：部分达成为50%至80%")
    )
    overachieve_ask: Decimal = field(
        default=Decimal("1.30"), metadata=_why("全国无统一标准；达到130%起请说明原因，可按地方规定调整")
    )
    overachieve_medium: Decimal = field(default=Decimal("1.50"), metadata=_why("达到150%视为目标可能偏低"))
    overachieve_high: Decimal = field(default=Decimal("2.00"), metadata=_why("达到200%视为目标明显偏低"))
    overachieve_units: Decimal = field(
        default=Decimal("2"), metadata=_why("多完成不足2个单位的小基数指标不因比例高而加重")
    )
    proportion_tolerance: Decimal = field(default=Decimal("0.05"), metadata=_why("按比例计分允许的舍入差（分）"))
    proportion_notable: Decimal = field(default=Decimal("0.10"), metadata=_why("多计超过分值一成的列为中等"))
    deduction_range: Decimal = field(
        default=Decimal("0.20"), metadata=_why("同一理由的得分率相差两成以上，评分尺度不一")
    )
    cutoff_band: Decimal = field(default=Decimal("0.5"), metadata=_why("总分高出等级线不超过0.5分视为卡线"))
    heavy_row: Decimal = field(
        default=Decimal("20"), metadata=_why("一项占20分以上的指标不可考核，总分的五分之一没有着落")
    )
    usual_row: Decimal = field(default=Decimal("10"), metadata=_why("统一表式中一项指标的通常分值"))
    standard_output: Decimal = field(default=Decimal("50"), metadata=_why("财预〔2020〕10号所附权重：产出50"))
    standard_benefit: Decimal = field(default=Decimal("30"), metadata=_why("财预〔2020〕10号所附权重：效益30"))
    standard_satisfaction: Decimal = field(default=Decimal("10"), metadata=_why("财预〔2020〕10号所附权重：满意度10"))
    weight_tolerance: Decimal = field(
        default=Decimal("2"), metadata=_why("执行分值不是10的表折算后有零头，2分以内不提")
    )
    satisfaction_heavy: Decimal = field(default=Decimal("20"), metadata=_why("满意度占20分以上，为统一权重的两倍"))
    satisfaction_unrealistic: Decimal = field(default=Decimal("98"), metadata=_why("满意度目标98%以上须有历史数据支持"))
    satisfaction_low: Decimal = field(default=Decimal("80"), metadata=_why("满意度目标不高于80%低于通行水平"))
    pass_rate_low: Decimal = field(default=Decimal("60"), metadata=_why("合格率、达标率类目标不高于60%低于通行水平"))
    equal_least: int = field(default=3, metadata=_why("至少3项定量指标，才看是否全部恰等于目标"))
    equal_many: int = field(default=5, metadata=_why("5项以上非封顶指标全部恰等于目标，回填可能较大"))
    adjust_notable: Decimal = field(default=Decimal("0.10"), metadata=_why("全年预算较年初增减一成以上须说明"))
    adjust_large: Decimal = field(default=Decimal("0.30"), metadata=_why("增减三成以上列为高"))
    cut_deep: Decimal = field(default=Decimal("0.70"), metadata=_why("全年预算不足年初七成，目标应随之报批调整"))
    execution_explain: Decimal = field(
        default=Decimal("0.90"), metadata=_why("执行率低于90%须说明原因（自评表填报说明）")
    )
    execution_low: Decimal = field(default=Decimal("0.80"), metadata=_why("执行率低于80%而产出满分，产出与资金不相称"))
    execution_half: Decimal = field(default=Decimal("0.60"), metadata=_why("执行率低于60%而称工程完工"))
    output_full: Decimal = field(default=Decimal("0.95"), metadata=_why("产出得分率95%以上视为满产出"))
    event_cost_least: Decimal = field(
        default=Decimal("100"), metadata=_why("一场（期、班）活动不足100元，连场地和材料都不够")
    )
    wide_result_budget: Decimal = field(
        default=Decimal("10000000"), metadata=_why("预算不足1000万元（元）的项目，全市、全国层面的结果不由其决定")
    )
    cost_asked_from: int = field(
        default=2023,
        metadata=_why("财预〔2021〕101号2021年8月印发，要求设成本指标；2022年预算多已编成，自2023年度起检查"),
    )
    rows_least: int = field(default=3, metadata=_why("不足3项指标的表多为截取或识读不全，不判断缺少哪一类指标"))
    weights_complete: Decimal = field(
        default=Decimal("99"), metadata=_why("各项分值加执行分值不足99分的，表中可能有未识读的行，不判断缺少哪一类指标")
    )
    about_letters: int = field(
        default=150, metadata=_why("概况、计划、目标合计不足150字，看不出项目做什么，不判断指标与项目是否相关")
    )
    same_number: Decimal = field(
        default=Decimal("10"), metadata=_why("10以下的数相同可能是巧合，与产出重复计为效益的按低提示")
    )
    budget_likeness: Decimal = field(
        default=Decimal("0.01"), metadata=_why("数量目标的金额与预算相差1%以内，视为把预算数填作产出")
    )


def threshold_sources() -> tuple[tuple[str, str, str], ...]:
    """Name, default and reason of every threshold, for the manual."""
    return tuple((slot.name, str(slot.default), slot.metadata["source"]) for slot in fields(Thresholds))
