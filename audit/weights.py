"""What the order of the list rests on: weights with their defaults, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from audit.thresholds import why


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Factors of a priority. Shares and factors have no unit, points are marks, money is in yuan."""

    severity_high: float = field(default=8.0, metadata=why("宁可先看一条“高”，也不先看两条“中”，故逐级加倍"))
    severity_medium: float = field(default=4.0, metadata=why("“高”的一半"))
    severity_low: float = field(default=2.0, metadata=why("“中”的一半"))
    severity_info: float = field(default=1.0, metadata=why("“低”的一半"))
    usual_points: float = field(default=10.0, metadata=why("统一表式中一项指标的通常分值，此时系数为1"))
    points_power: float = field(default=0.5, metadata=why("20分的事比10分的重要，但没有一倍重要：按平方根计"))
    points_least: float = field(default=0.3, metadata=why("分值再小也是疑点"))
    points_most: float = field(default=1.5, metadata=why("分值再大也不盖过程度"))
    unmarked_points: float = field(default=5.0, metadata=why("不设分值的目标表，一行按通常分值的一半计"))
    usual_yuan: float = field(default=500_000.0, metadata=why("区级单位项目资金约在此数上下，此时系数为1"))
    yuan_step: float = field(default=0.15, metadata=why("资金每差十倍，系数差0.15"))
    yuan_least: float = field(default=0.7, metadata=why("小项目的疑点不因金额小而沉底"))
    yuan_most: float = field(default=1.3, metadata=why("大项目的疑点不因金额大而盖过程度"))
    money_step: float = field(default=0.4, metadata=why("疑点本身就是钱的，资金每差十倍，系数差0.4"))
    money_least: float = field(default=0.4, metadata=why("疑点本身就是钱的，下限"))
    money_most: float = field(default=1.6, metadata=why("疑点本身就是钱的，上限"))
    sourceless: float = field(default=1.35, metadata=why("得分的数有无来源先于目标怎么写：单位对所报数据的真实性负责"))
    same_cause_rows: int = field(default=3, metadata=why("同一情形三行起并成一条（套话口径：同一句话写三次）"))
    row_step: float = field(default=0.1, metadata=why("并入的每一行加一成：广度不如深度要紧"))
    rows_most: float = field(default=1.5, metadata=why("并入的行再多，至多加五成"))
    shared_step: float = field(default=0.05, metadata=why("同一原因每多一张表，其中最重的一条加半成"))
    shared_most: float = field(default=1.3, metadata=why("同一原因再普遍，至多加三成"))
    shared_again: float = field(default=0.9, metadata=why("同一原因在别的表已有更重的一条，再见时略降"))
    usual_forms: int = field(default=4, metadata=why("一个单位至少四张表，才谈得上一贯还是偶见"))
    usual_share: float = field(default=0.75, metadata=why("四分之三以上的表都有，视为该单位一贯如此"))
    usual: float = field(default=0.9, metadata=why("一贯如此的不新鲜，略降；首条不降"))
    unusual: float = field(default=1.1, metadata=why("该单位只此一张表有，可能是偶发或刻意，略升"))


COVERED_SHARE = 0.05  # a finding whose story another one tells goes below every finding that tells its own
CANNOT_CHECK_PRIORITY = 0.01  # below every finding; it is a to-do, not a suspicion
