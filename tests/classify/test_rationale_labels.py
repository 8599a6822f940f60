"""Labels of deviation reasons from many sectors and places. All sentences are this project's own."""

from __future__ import annotations

import pytest

from classify import TASKS, THRESHOLD
from classify.champions import WORD_LISTS

# text -> exactly these labels are held; labels in the third place may be held or not
CASES = [
    # evidence
    ("仅电话询问，未保留记录。", {"evidence_oral_only", "evidence_not_retained"}, set()),
    ("口头了解村民意见，后续完善资料归档。", {"evidence_oral_only", "promise_to_improve"}, set()),
    ("通过微信群征求家长意见，未形成书面材料", {"evidence_oral_only", "evidence_not_retained"}, set()),
    ("无法提供佐证材料", {"evidence_not_retained"}, set()),
    ("签到表等过程资料遗失", {"evidence_not_retained"}, set()),
    ("缺少支撑材料，扣1分", {"evidence_not_retained"}, {"misplaced_content"}),
    ("问卷资料未及时归档", {"evidence_not_retained"}, set()),
    ("满意度调查资料末留存", {"evidence_not_retained"}, set()),
    ("未开展服务对象满意度调查。", {"survey_not_done"}, set()),
    ("没有发放调查问卷", {"survey_not_done"}, set()),
    ("未针对受益农户进行问卷调查，下一步将组织调查", {"survey_not_done", "promise_to_improve"}, set()),
    ("满意度调查工作未开展，明年补做", {"survey_not_done", "promise_to_improve"}, set()),
    ("因人手紧张未做满意度测评", {"survey_not_done", "staffing_or_capacity"}, set()),
    ("未开展满意度调查，也未留存相关资料", {"survey_not_done", "evidence_not_retained"}, set()),
    # mechanism and promises
    ("管护制度尚不健全", {"mechanism_incomplete"}, set()),
    ("未建立长效管护机制，下一步制定管理办法", {"mechanism_incomplete", "promise_to_improve"}, set()),
    ("缺乏部门协调机制", {"mechanism_incomplete"}, set()),
    ("绩效管理制度有待完善", {"mechanism_incomplete"}, {"promise_to_improve"}),
    ("今后将加强项目前期论证", {"promise_to_improve"}, set()),
    ("下年度进一步细化预算编制", {"promise_to_improve"}, set()),
    ("建议加大宣传力度", {"promise_to_improve"}, set()),
    ("加强日常监督检查。", {"promise_to_improve"}, set()),
    # the indicator itself
    ("年初目标值设置偏低", {"indicator_defect_admitted"}, set()),
    ("指标设置不够科学，今后合理设定", {"indicator_defect_admitted", "promise_to_improve"}, set()),
    ("该指标难以量化", {"indicator_defect_admitted"}, set()),
    ("绩效目标编制时未充分考虑实际情况", {"indicator_defect_admitted"}, set()),
    ("年初预估不准确", {"indicator_defect_admitted"}, set()),
    ("填报时笔误", {"indicator_defect_admitted"}, set()),
    # causes
    ("受台风影响，原定活动取消", {"force_majeure", "not_carried_out"}, set()),
    ("因持续强降雨，施工进度滞后", {"force_majeure", "procurement_or_schedule_delay"}, set()),
    ("新冠疫情原因，培训班未举办", {"force_majeure", "not_carried_out"}, set()),
    ("因疫情防控要求，大型赛事暂停", {"force_majeure", "not_carried_out"}, set()),
    ("财政压减一般性支出，差旅未安排", {"budget_cut", "not_carried_out"}, set()),
    ("年中预算调减30%", {"budget_cut"}, set()),
    ("剩余资金被财政统筹收回", {"budget_cut"}, set()),
    ("上级资金下达较晚", {"funds_late_or_short"}, set()),
    ("省级补助资金未到位，配套资金缺口较大", {"funds_late_or_short"}, set()),
    ("县级财力紧张，无法足额安排", {"funds_late_or_short"}, {"not_carried_out"}),
    ("资金拨付不及时", {"funds_late_or_short"}, set()),
    ("该课程未开设，教师未外出培训", set(), {"not_carried_out"}),
    ("当年未启动采购，项目暂缓", {"not_carried_out"}, {"procurement_or_schedule_delay"}),
    ("公开招标两次流标", {"procurement_or_schedule_delay"}, set()),
    ("政府采购流程较长，合同签订较晚", {"procurement_or_schedule_delay"}, set()),
    ("工程尚未竣工验收，尾款未支付", {"procurement_or_schedule_delay"}, set()),
    ("该项目为跨年项目，按合同约定次年支付质保金", {"procurement_or_schedule_delay"}, {"promise_to_improve"}),
    ("征地拆迁受阻，开工延期", {"procurement_or_schedule_delay"}, set()),
    ("救助标准提高，人均支出增加", {"policy_or_demand_change"}, {"over_achieved"}),
    ("机构改革，职能划转至应急管理局", {"policy_or_demand_change"}, set()),
    ("符合条件的申请人数少于预期", {"policy_or_demand_change"}, set()),
    ("据实结算，按实际发生数支付", {"policy_or_demand_change"}, set()),
    ("特困人员实行动态管理", {"policy_or_demand_change"}, set()),
    ("专业技术人员不足，工作经验欠缺", {"staffing_or_capacity"}, set()),
    ("经办人员更换频繁，业务不熟", {"staffing_or_capacity"}, set()),
    ("报名踊跃，实际参加人数超出预期", {"over_achieved"}, {"policy_or_demand_change"}),
    ("实际完成数大于年初目标值", {"over_achieved"}, set()),
    ("超额完成任务", {"over_achieved"}, set()),
    ("建设内容经市发改委批复同意变更", {"approved_change"}, set()),
    # content that belongs elsewhere
    ("2023年11月20日完成验收", {"misplaced_content"}, set()),
    ("实际完成1250人次", {"misplaced_content"}, set()),
    ("得分=10×92%=9.2分", {"misplaced_content"}, set()),
    ("详见附件3", {"misplaced_content"}, set()),
    ("请填写未完成原因及改进措施", {"misplaced_content"}, {"promise_to_improve"}),
    # no reason
    ("", {"no_reason"}, set()),
    ("无", {"no_reason"}, set()),
    ("/", {"no_reason"}, set()),
    ("——", {"no_reason"}, set()),
    ("无偏差", {"no_reason"}, set()),
    ("已按计划完成全部目标", {"no_reason"}, set()),
    ("绩效目标未完成的原因是完成率未达到目标", {"no_reason"}, set()),
    ("不存在执行数与预算数偏离较大的问题", {"no_reason"}, set()),
    ("指标未作修改", {"no_reason"}, set()),
    ("N/A", {"no_reason"}, set()),
]

TRAPS = [
    ("资料已全部留存归档", "evidence_not_retained"),
    ("疫情防控物资已发放到位", "force_majeure"),
    ("未受疫情影响", "force_majeure"),
    ("防汛物资储备充足", "force_majeure"),
    ("资金已足额到位", "funds_late_or_short"),
    ("未发生安全事故", "not_carried_out"),
    ("未留存满意度调查资料", "survey_not_done"),
    ("已开展满意度调查", "survey_not_done"),
    ("实际支出未超过目标", "over_achieved"),
    ("修改完善管理制度", "mechanism_incomplete"),
    ("资料需进一步完善", "promise_to_improve"),
    ("机制有待健全", "promise_to_improve"),
    ("追加预算50万元", "budget_cut"),
    ("已报财政局备案，指标值调整为5个", "approved_change"),
    ("未完成原因：受台风影响", "no_reason"),
    ("指标完成率较低", "indicator_defect_admitted"),
    ("加强了宣传，效果明显", "promise_to_improve"),
]


@pytest.mark.parametrize(("text", "wanted", "allowed"), CASES)
def test_reason_is_given_exactly_its_labels(text: str, wanted: set[str], allowed: set[str]) -> None:
    held = {label.id for label in WORD_LISTS.rationale(text).labels if label.probability >= THRESHOLD}
    assert held - allowed == wanted - allowed


@pytest.mark.parametrize(("text", "label"), TRAPS)
def test_look_alike_wording_is_not_taken_for_the_label(text: str, label: str) -> None:
    assert not WORD_LISTS.rationale(text).has(label)


def test_every_label_is_scored_for_every_reason() -> None:
    for rationale in WORD_LISTS.rationales(["", "受疫情影响未开展", "指标修改为“供热达标率”"]):
        assert [label.id for label in rationale.labels] == list(TASKS["rationale"])
        assert all(0.0 <= label.probability <= 1.0 for label in rationale.labels)


@pytest.mark.parametrize(("text", "label"), [(text, label) for text, wanted, _ in CASES for label in sorted(wanted)])
def test_blanks_and_widths_do_not_change_the_labels(text: str, label: str) -> None:
    noisy = " ".join(text).replace("，", ",").replace("1", "１")
    assert WORD_LISTS.rationale(noisy).has(label)


def test_a_batch_answers_in_order_and_repeats_equal_texts() -> None:
    texts = ["无", "受台风影响", "无", "未开展满意度调查"]
    rationales = WORD_LISTS.rationales(texts)
    assert [rationale.text for rationale in rationales] == texts
    assert rationales[0] is rationales[2]
    assert WORD_LISTS.rationales([]) == ()
