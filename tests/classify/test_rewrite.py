"""What a reason says about a changed indicator: status, new name, new target. All sentences are this project's own."""

from __future__ import annotations

import pytest

from classify.champions import WORD_LISTS

DONE = [
    # plain, with every kind of quotation mark
    ("指标修改为“管网巡检覆盖率”，年度指标值为“95%”，以此指标进行考核。", "管网巡检覆盖率", "95%"),
    ("三级指标更改为「疫苗冷链合格率」，目标值改为「100%」。", "疫苗冷链合格率", "100%"),
    ("指标名称变更为『培训结业率』", "培训结业率", ""),
    ('该指标已调整为"病虫害防治面积",指标值为"1200亩"。', "病虫害防治面积", "1200亩"),
    ("指标改为‘路灯完好率’，年度指标值改为‘98%’", "路灯完好率", "98%"),
    ("指标更名为《经典诵读》进课堂次数。", "《经典诵读》进课堂次数", ""),
    # quotation marks missing or unbalanced
    ("指标修改为图书流通率，年度指标值为80%，以此进行自评。", "图书流通率", "80%"),
    ("指标修改为“河道保洁达标率，年度指标值为“100%”，以此进行考核。", "河道保洁达标率", "100%"),
    ("指标修改为”河道保洁达标率“,年度指标值为”100%“", "河道保洁达标率", "100%"),
    ("指标修改为河道保洁达标率”，年度指标值为100%”", "河道保洁达标率", "100%"),
    ("指标修改为“学生体质达标率”年度指标值为“92%”", "学生体质达标率", "92%"),
    ("指标修改为“课题报告、论文验收合格率”，以此指标评价。", "课题报告、论文验收合格率", ""),
    # old and new named
    ("由“接诊人数”改为“接诊人次”。", "接诊人次", ""),
    ("将“宣传手册印制数量”调整为“宣传手册发放数量”", "宣传手册发放数量", ""),
    ("将三级指标“设备购置数量”变更为“设备验收合格率”，指标值相应变更为“100%”。", "设备验收合格率", "100%"),
    ("原指标“社会影响力”不便于衡量，现更名为“媒体报道篇数”，目标值为“20篇”。", "媒体报道篇数", "20篇"),
    ("“村民参与度”指标替换为“村民会议召开次数”", "村民会议召开次数", ""),
    ("以“群众知晓率”代替“宣传效果”，目标值为“85%”。", "群众知晓率", "85%"),
    ("用“出勤率”替代原指标“队伍稳定性”。", "出勤率", ""),
    # the target only
    ("目标值由80%调整为60%", "", "60%"),
    ("年度指标值由12次调整为8次。", "", "8次"),
    ("受资金限制，将年初目标值由1500人次下调至900人次。", "", "900人次"),
    ("年度指标值改成“持续改善”，以此进行自评。", "", "持续改善"),
    ("年度指标改为“90%”，据此自评。", "", "90%"),
    ("绩效目标值变更为≥75%，", "", "≥75%"),
    ("因定点医院减少，目标值调整至45家。", "", "45家"),
    ("年度指标值为“稳步提高”，以此指标进行考核。", "", "稳步提高"),
    ("调整年度目标值为30场", "", "30场"),
    ("培训人数由200人调整为150人", "", "150人"),
    # name and value told in other ways
    ("该项指标难以量化，更改为“灌溉水利用系数”，年度指标值为“0.58”。", "灌溉水利用系数", "0.58"),
    ("本项目变更为“古籍修复册数”", "古籍修复册数", ""),
    ("修改指标名称为“应急演练次数”，指标值“6次”", "应急演练次数", "6次"),
    ("按“家长满意度”考核", "家长满意度", ""),
    ("以“污水达标排放率”作为考核指标，目标值100%。", "污水达标排放率", "100%"),
    ("指标调整如下：指标名称：帮扶农户数，指标值：120户。", "帮扶农户数", "120户"),
    ("调整后的指标为“危房改造户数”，调整后目标值为“36户”。", "危房改造户数", "36户"),
    ("质量指标修改为：验收一次通过率；年度指标值修改为：100%。", "验收一次通过率", "100%"),
    ("根据第三方机构建议，指标修改为“档案数字化率”。", "档案数字化率", ""),
    # optical noise: blanks, widths, a stray sign, typos
    ("指 标 修 改 为 “ 馆 藏 利 用 率 ” , 年 度 指 标 值 为 “ 7 0 % ”", "馆 藏 利 用 率", "7 0 %"),
    ("指标修改为＂绿化成活率＂，年度指标值为＂９５％＂", "绿化成活率", "９５％"),
    ("本项目修改为“=非遗展演场次”", "=非遗展演场次", ""),
    ("指标修该为“特种设备检验率”，年度指标値为“100％”", "特种设备检验率", "100％"),
    # the new name contains words that elsewhere mean something else
    ("指标修改为“问卷调查回收率”，年度指标值为“90%”，以此指标进行考核。", "问卷调查回收率", "90%"),
    ("指标修改为“疫情防控物资储备率”", "疫情防控物资储备率", ""),
    ("指标修改为“预算调整规范性”，年度指标值为“规范”", "预算调整规范性", "规范"),
]


@pytest.mark.parametrize(("text", "new_indicator", "new_target"), DONE)
def test_done_rewrite_names_the_new_wording(text: str, new_indicator: str, new_target: str) -> None:
    rewrite = WORD_LISTS.rationale(text).rewrite
    assert (rewrite.status, rewrite.new_indicator, rewrite.new_target) == ("done", new_indicator, new_target)


@pytest.mark.parametrize(("text", "new_indicator", "new_target"), DONE)
def test_done_rewrite_carries_its_labels(text: str, new_indicator: str, new_target: str) -> None:
    rationale = WORD_LISTS.rationale(text)
    assert rationale.has("indicator_renamed") == bool(new_indicator)
    assert rationale.has("target_changed") == bool(new_target)
    assert not rationale.has("force_majeure", "survey_not_done", "budget_cut", "no_reason", "approved_change")


@pytest.mark.parametrize(
    ("text", "new_indicator", "new_target"),
    [
        ("建议修改“巡查整改率”", "巡查整改率", ""),
        ("该指标设置不合理，建议修改为“农药减量率”。", "农药减量率", ""),
        ("建议将目标值调整为85%。", "", "85%"),
        ("拟将指标变更为“公交准点率”，目标值为“90%”", "公交准点率", "90%"),
        ("下年度将年度指标值调整为“≥70%”。", "", "≥70%"),
        ("后续将指标更改为“体检完成率”", "体检完成率", ""),
        ("指标不够量化，应改为“设施完好率”", "设施完好率", ""),
        ("指标名称宜改为“案件办结率”。", "案件办结率", ""),
        ("已向财政局申请将目标值由500人调整为300人，尚未批复。", "", "300人"),
    ],
)
def test_suggested_rewrite_is_no_done_one(text: str, new_indicator: str, new_target: str) -> None:
    rationale = WORD_LISTS.rationale(text)
    rewrite = rationale.rewrite
    assert (rewrite.status, rewrite.new_indicator, rewrite.new_target) == ("suggested", new_indicator, new_target)
    assert rationale.has("indicator_defect_admitted")
    assert not rationale.has("indicator_renamed", "target_changed", "approved_change")


@pytest.mark.parametrize(
    ("text", "new_indicator", "new_target"),
    [
        ("经省财政厅批复同意，目标值由80%调整为60%", "", "60%"),
        (
            "根据市财政局《关于调整绩效目标的批复》（财绩〔2023〕12号），指标调整为“新建充电桩数量”。",
            "新建充电桩数量",
            "",
        ),
        ("2023年9月15日经主管部门审核同意，年度指标值变更为“40个”。", "", "40个"),
        ("已报县政府批准，指标变更为“安全饮水覆盖率”，目标值为“98%”。", "安全饮水覆盖率", "98%"),
        ("申请调整为10公里，已获市发改委批准，目标值由15公里调整为10公里。", "", "10公里"),
    ],
)
def test_rewrite_with_an_approval_is_approved(text: str, new_indicator: str, new_target: str) -> None:
    rationale = WORD_LISTS.rationale(text)
    rewrite = rationale.rewrite
    assert (rewrite.status, rewrite.new_indicator, rewrite.new_target) == ("approved", new_indicator, new_target)
    assert rationale.has("approved_change")


@pytest.mark.parametrize(
    "text",
    [
        "目标值调整为60%，已上报财政局，尚未批复。",
        "指标修改为“绿地率”，未经财政部门批准。",
        "指标修改为“绿地率”，待批复。",
        "指标变更为“绿地率”，已报市财政局备案。",
        "目标值由9个调整为5个，正在报批。",
        "年初批复的目标值为10个，现调整为8个。",
        "指标修改为“绿地率”，建议主管部门同意。",
        "目标值改为3项，主管部门不同意调整。",
    ],
)
def test_asking_reporting_or_waiting_is_no_approval(text: str) -> None:
    rationale = WORD_LISTS.rationale(text)
    assert rationale.rewrite.status == "done"
    assert not rationale.has("approved_change")


@pytest.mark.parametrize(
    "text",
    [
        "指标未作修改",
        "指标值未调整。",
        "未对绩效目标进行调整",
        "年度指标值无需修改",
        "没有修改指标",
        "不予调整指标值",
        "已修改完善管理制度。",
        "施工方案修改后工期延长",
        "因图纸变更，施工暂停。",
        "合同变更为三年期，费用分年支付。",
        "预算调整为80万元",
        "年初预算由120万元调整为95万元。",
        "会议由线下改为线上举办。",
        "举办时间由5月调整为9月",
        "采购方式由公开招标变更为竞争性磋商",
        "项目名称变更为“智慧水务二期”",
        "补贴标准由每人300元调整为350元。",
        "修改实施方案，调整线路走向。",
        "资金指标调整至其他科目",
        "年度指标值为100%，实际完成96%。",
        "满意度提高到95%以上。",
        "按实际完成情况考核",
        "按照合同约定进行考核。",
        "实施单位由A街道变更为B街道",
        "",
    ],
)
def test_denials_and_changes_of_works_or_money_are_no_rewrite(text: str) -> None:
    rationale = WORD_LISTS.rationale(text)
    assert rationale.rewrite.status == "none"
    assert not rationale.has("indicator_renamed", "target_changed")


def test_name_with_its_own_threshold_is_split() -> None:
    rewrite = WORD_LISTS.rationale("指标修改为“供水水质合格率≥98%”，以此考核。").rewrite
    assert (rewrite.new_indicator, rewrite.new_target) == ("供水水质合格率", "≥98%")


@pytest.mark.parametrize("text", ["该指标已做调整。", "年中已对指标进行了调整", "修改了年度指标值"])
def test_rewrite_told_without_the_new_wording_stays_unnamed(text: str) -> None:
    rewrite = WORD_LISTS.rationale(text).rewrite
    assert (rewrite.status, rewrite.new_indicator, rewrite.new_target) == ("done", "", "")
