"""Word lists the rules share, in the vocabulary of self-evaluation forms at large."""

from __future__ import annotations

import re

SATISFACTION = "满意"
# A rate or count put under satisfaction is another matter (a misplaced indicator), not a satisfaction value.
NOT_SATISFACTION_ENDINGS = ("率", "数", "量", "次", "度%")

SATISFACTION_ENDING = re.compile(r"满意[度率]$")
# A name of several things, of which a number may count any or all.
SEVERAL = re.compile(r"[、，,；;/]|和|及|与")

# What counts down when it gets better, and what counts up; the last such word of a name is what it counts.
COUNTS_DOWN = (
    "不合格|不达标|投诉|故障|事故|差错|失误|死亡|发病|感染|成本|费用|单价|造价|支出|耗时|时长|时限|用时|响应时间|超标|排放|能耗|违规|退件"
    "|流失|空置|辍学|逾期|偏差|缺陷|上访|信访|案件|损失|病虫害|控制数|控制额"
)
COUNTS_UP = (
    "节约|降低|减少|下降|降幅|压减|结案|办结|处理|处置|化解|修复|排除|回复"
    "|合格|达标|准确|完成|及时|覆盖|通过|完好|优良|满意"
)
DIRECTION_WORDS = re.compile(f"(?P<down>{COUNTS_DOWN})|(?P<up>{COUNTS_UP})")

# Units of a time limit: done within 24 hours or not, the answer is a time.
TIME_UNITS = frozenset({"小时", "天", "日", "工作日", "个工作日", "个月", "月", "分钟", "周"})

# Three bands of qualitative scoring, in the wordings forms use.
BAND_UNMET = re.compile(
    r"未达成|未完成|未达到|未达标|未实现|未开展|没有完成|不达标|效果较差|没有实现|尚未(完成|开展|达|实现)"
)
BAND_PARTIAL = re.compile(
    r"部分(达成|完成|达到|实现|达标|建立|建成|落实|实施|开展|形成|执行|上线|启用|投用)|有待(完善|提高|提升|加强|改进)|尚需|需进一步|未完全|未全部|[仍还尚亟](需|待|须|有差距)|待(完善|提升|加强|提高|改进|健全)"
    r"|大部分(已)?(完成|达到|实现)?$|(尚)?不(够|太|很|甚)?(明显|显著|理想|健全|完善|到位|充分|规范)$"
)
BAND_MET = re.compile(
    r"^(已?(基本)?(达成|完成|达到|实现|达标)(了)?(年度|预期|目标|指标|要求|任务|计划)*|是|合格|100%?完成)[。；;]?$"
)
# Words that take something back from the target when they stand before its own words.
HEDGES = re.compile(
    r"大体|大致|较为|较(?=[好健完有高强])|比较(?=[好健完满稳])|基本(?=[完达实健建形满稳])(?!建设)|初步(?=[建形完实健具])|一定程度|尚可|略有|^一般$"
)

# 有所改善 falls short of 显著改善, and of nothing less.
ASKS_MUCH = re.compile(r"显著|明显|大幅|较大|全面|根本")
LITTLE = re.compile(r"有所|略有|有一定|稍有|初步|逐步")

# Ways of asking, named where a value should stand.
SURVEY_METHODS = re.compile(r"电话|微信|口头|询问|走访|座谈|访谈|问卷|调查|回访|抽样|QQ|网络反馈")
PROCESS_WORDS = re.compile(
    r"^(安排|指定|配备|聘请|委托|选派|抽调|派出?)[^，。；\d]{0,12}(专人|人员|专员|专干|机构|公司|第三方|单位|团队)|实时|定时|(每[日周月天季]|逐[日月户])[^，。；\d]{0,12}(登记|记录|上传|采集|统计|检查|巡查|核对|通报|汇总)|(自动|人工|在线|现场)(采集|记录|监测|上传|测量|统计|核对|监控)"
    r"|(查阅|查看|调阅|抽查)[^，。；\d]{2,}|(统计|填报|测算|上报数据)(得出|为准|取得|获得)$|(制度|办法|机制|包干|到人)$|^(正在|通过|采用|采取|以.{1,8}方式|组织(开展|人员)|开展|利用|结合|定期|不定期|严格(按|执行|落实|遵)|按照?(政策|规定|要求|文件|标准|办法|程序)|由.{1,14}(负责|检测|提供|实施|组织|把关|复核|统计|承担)|持续|积极|稳步|陆续|加强|强化)"
    r"|方式$|过程中|进行中|(有序|稳步|持续|积极|正常|正在|陆续)(推进|开展|进行|实施|跟进)|推进中|(汇总|统计|核算|测算|审核|施工|建设|办理)中$|^(?!.*(已|全部|均|完成|达到)).*(落实|推进|跟进)$|^待(验收|确认|统计|核实|定|补|审|评|完成)|(尚未|未|暂未|没有|无法)(统计|核算|测算|汇总|测量|检测)|详见|见附|^附件|另附"
)
# How a thing stands, in the place of how much of it was done.
STILL_OPEN = re.compile(r"推进|进行|^待|统计|核算|测算|汇总|测量|详见|附")

# Satisfaction asked of the unit's own people.
INTERNAL_OBJECTS = re.compile(
    r"本单位|本部门|单位(内部)?(职工|员工|人员)|(机关|各|内部)部门|各处室|各科室|管理者|管理人员|工作人员|机关干部|干警|民警|辅警"
    r"|内部|职工|聘用人员|演职?员|演出人员|教职员|本(校|院|馆|所|站|局|中心|系统|机关|园|队)[^，、]{0,6}(人员|教师|医生|护士|医护|师生|干部|员工)|领导班子|班子成员|项目组|(实施|承办|经办|执行|窗口|后勤|值班|执法|运维|管护)人员"
    r"|演职人员|(剧院|剧团|院团|艺术团)演员|(养护|施工|环卫|管护|维修)工人|(局|委|办|厅|处)属(各)?单位|(局|委|办|馆|站|所|院|中心|公司|机关)(机关|内部|本级)?(干部|领导|员工|同志|职员)|[馆院所站局校厂队]内(部)?(人员|员工|教师|医护|干部)|(单位|机关|部门)(主要)?领导|科室(人员|医护|医生|护士|主任)"
    r"|(仓库|仓储|库房|物资|档案|图书|场馆|设备|平台|系统|项目|资产)?(保管|管理|操作|值班|收费|售票|安保|保洁|协管|调度|维护|驾驶)员"
    r"|指战员|消防(队)?员|法官|检察官|书记员|医务人员|医护人员|馆员|讲解员|编制内|(局|委|办|院)机关|管理层|决策层"
)
# The same people as those a project serves: trainees, patients, people cared for.
SERVED = re.compile(
    r"参训|受训|培训|学员|参赛|参会|参评|受助|受援|慰问|帮扶|患病|困难|退休|离退休|务工|企业(职工|员工)|园区|纳税|办事|参保"
)

# Conditions of management that are met by having a document; they belong to inputs, not to results.
MANAGEMENT_LEVEL = re.compile(r"投入|管理|决策|过程|立项")

# Rates that come out full by their own making once the matter was dealt with at all.
CIRCULAR_FULL = re.compile(
    r"(验收|评审|审核|审批|考核|评价)?.{0,4}(录入|登记|采集|填报|上传|入库|签收|领取|张贴|告知|执行|实施|落实|建档|归档|备案|答复|回复|办结|受理|处置|签订|巡查|检查|上报|报送|公示|公开|更新|响应|出勤|到岗|配备|安装|投放|通过|达标|准确|合格|合规|覆盖|考核|验收|完成|达成|回收|及时|发放|到位|开展|规范|正常|保障|完好)率$"
)
CIRCULAR_NONE = re.compile(
    r"(投诉|故障|事故|差错|失误|违规|违纪|退件|泄密|舆情|信访|上访|逾期|漏报|错报|迟报|伤亡|纠纷|安全事件|负面事件|泄密事件|责任事件|突发事件)(率|数|次数|起数|件数|情况)?$"
)

# Events nobody may wish for or bring about, so that a floor under their number is no goal.
INVOLUNTARY = re.compile(r"抚恤|丧葬|死亡|离世|去世|伤亡|火灾|灾害救助|事故(处理|处置)")
# What a unit does of its own accord about such events can be planned.
OWN_ACTION = re.compile(
    r"演练|演习|培训|宣传|教育|讲座|检查|巡查|巡护|排查|督查|监测|预警|预防|防控|防范|应急(队|救援队|物资|装备)|设施|设备|器材|灭火器|报警器|隐患|保险(?!.{0,4}(理赔|赔付|出险))|调研"
)

# A single deliverable told as delivered, and what takes that back.
DELIVERED = re.compile(
    r"完成|完工|竣工|建成|建立|形成|出台|印发|发布|公布|编制|编印|制定|搭建|上线|投入使用|投用|启用|运行|交付|验收|提交|出具|签订|通过|取得|设立|成立"
    r"|购置|采购|到位|已|出版|结题"
)
NOT_DELIVERED = re.compile(r"[未没待拟将]|正在|筹备|推进|初稿|草案|部分|基本|阶段|过程中")
# Nothing happened, told in words.
NONE_TOLD = re.compile(r"^(?:无|零|没有|未发生|未出现|未产生|不存在|全年无|全年未)")
# How often in a year something regular takes place.
EVERY = {"半年": 2, "学期": 2, "季": 4, "月": 12, "旬": 36, "周": 52, "年": 1}
REGULARLY = re.compile(rf"[按每逐](?P<turn>{'|'.join(EVERY)})")

# What comes to a unit only because others need, ask or complain.
BROUGHT_BY_OTHERS = re.compile(
    r"(临时|急难|医疗|应急|紧急|灾民|乞讨|流浪).{0,6}救助|救助.{0,8}(受灾|流浪|乞讨|患病|困难(群众|家庭)|特困)"
    r"|申请(出具|查询|办理|领取|开具)|申领|求助|投诉|举报|报案|报警|信访|来访|来信|诉求|理赔|索赔|出险"
    r"|(病死|染疫|死淘).{0,4}(猪|牛|羊|鸡|鸭|禽|畜|动物)"
    r"|受理.{0,12}(申请|件|案|事项|咨询|诉)|接处?警|出警|火警|警情|警务救助|出动.{0,4}(次|车|人)|(应急|突发|紧急).{0,10}(处置|处理|抢险|救援)|抢险救援|(救援|搜救|解救|救捞).{0,4}(次|人|起|艘|例)|抢救|急救|收治|确诊"
    r"|(处置|处理|应对|化解).{0,6}(突发|应急|紧急|案事件|险情|警情|群体性|舆情)|抢险.{0,4}(次|起|处|人|队次)|(来电|接听|接线)(求助|咨询|倾诉)?(电话)?(通|次)?(数|量|数量|人次)$|热线(接听|受理|来电)|(轻生|危机).{0,6}(干预|个案|来电|处置)|收养|审理.{0,8}案|(患者|病人|灾民|受灾|遇险).{0,6}(救助|安置|转移|救治)"
    r"|(查处|查办|侦破|破获|立案|抓获|打击|取缔).{0,10}(案|起|人|窝点|件|处)|案件.{0,4}(查处|查办|办理|受理)(数|件|起)|工伤|仲裁|复议|诉讼|赔偿|调[解处].{0,10}(件|起|纠纷|案)|纠纷.{0,4}(件|起|数)"
    r"|法律援助.{0,4}(案|件|申请|受理)|弃婴|遗弃|走失|自杀|突发(疾病|事件)|(一氧化碳|食物)中毒"
)
# Work a unit sets out to do, whatever has brought it up.
OWN_WORK = re.compile(
    r"宣传|培训|演练|走访|摸排|排查|回访|巡查|抽查|检查|调查|暗访|讲座|手册|平台|系统|设备|物资|储备|站|点位|窗口|建设|改造"
    r"|编制|制度|知识|防范|预防|队伍|人员数|减少|下降|积案"
)

# Growth told as a percentage: 100 there means doubled, and is nearly always a completion rate filled by mistake.
GROWTH = re.compile(r"增长|增幅|提高|提升|增加|增收|下降|降幅|降低|减少|新增率")

# Conditions of management that a document meets.
PROPERTY_NAME = re.compile(r"(健全|完善|完备|规范|合理|有效|可控|可行|合规|及时|稳定|完整|准确|科学|安全)性$")

# Explanations of money not spent, or of a budget that moved.
MONEY_REASON = re.compile(
    r"预算|资金|经费|支付|付款|拨付|执行数|结转|结余|节约|节省|尾款|质保金|招标|采购|合同|财政|结算|调减|调增|压减|追加"
)
BUDGET_MOVE = re.compile(
    r"(预算|资金|经费).{0,10}(调整|调减|调增|削减|压减|压缩|追加|核减|收回|调剂|增加|减少|统筹)"
    r"|(追加|调减|调增|压减|核减|收回).{0,8}(预算|资金|经费)"
)
CAUSE = re.compile(r"因|由于|受.{1,12}影响|原因|按照?.{0,12}要求|鉴于|主要是")
# Money left over, told so that no cause need be named beside it.
LEFT_OVER = re.compile(
    r"节约|节省|结余|尾款|质保金|保证金|结转|待支付|待[^，。；]{0,8}(付|结算|拨)|剩余|[未没](能|有)?(支付|付款|拨付|结算|到位|报销)|(次|下|明|后)一?年(度)?(初)?(再)?(支付|付款|拨付|结算)|跨年|流标|废标|压减|核减|调减|收回|缓建|停建|取消|推迟|延期|滞后|较晚|不足"
)
# Things handed over, in use or paid out in full: the money for them should be gone.
HANDED_OVER = re.compile(
    r"(设备|设施|系统|平台|工程|项目|站|馆|厂|场|中心|管网|道路|桥|机组|车辆|物资|器材|器械|校舍|房屋|公厕|大棚|泵房|生产线).{0,14}(安装到位|调试到位|投用|投运|投产|投入(使用|运行|运营)|交付(使用)?|启用|安装完毕|采购到位|配备到位|全部到位)"
    r"|(已|均)(全部|全面)(投用|投入使用|交付使用|启用)"
    r"|(足额|全额|全部|如数)(发放|兑付|拨付|支付|兑现)(到位|完毕|至|给|到)"
)
COMPLETED_WORKS = re.compile(
    r"(完成|竣工|完工|建成).{0,20}(工程|建设|改造|施工|修缮|安装)"
    r"|(工程|建设|改造|施工|修缮|治理|整治|加固|安装).{0,12}(已|全部|全面|按期|按计划)?(完成|竣工|完工|建成)"
    r"|(已|均|全部|全面|如期|按期)+(建成|完工|竣工)"
)
NOT_COMPLETED = re.compile(r"未(能)?(全部|全面)?(完成|完工|竣工|建成)|尚未|正在")

# The narrative's own word that all was done, and the list of what was not done left at 无.
ALL_DONE = re.compile(
    r"(各项|所有|全部|年度|全年)(年度|绩效|预定|既定|工作|产出|效益)*(?P<work>[^，,。；;、\d]{0,4}?)(目标|指标|任务|工作)(任务)?"
    r"(均|全部|全面|已|都|按期|按时|按计划|如期|顺利|圆满|高质量|高标准|较好|百分之百|100%|地|得到)+(完成|达到|达成|实现|达标)"
    r"|(全面|全部|圆满|100%|百分之百)(完成|实现|达成)了?(全部|所有|各项|年度|全年|年初|本年度?)(的|预定|既定|设定|下达|确定|绩效|工作|各项)*(目标|指标|任务|工作)"
    r"|未完成的?(绩效)?(目标|指标|任务)[^。；;，,]{0,10}[:：（(]?无"
)

# Events that take place once each, with people and a room.
EVENT_UNITS = frozenset({"场", "场次", "期", "期次", "班", "班次", "届"})

# Somebody else's voice in a form the unit fills about itself; asking a superior for something is its own voice.
SUGGESTION = re.compile(
    r"建议(?!书|稿|案|被|已|得到|获|.{0,6}(上级|省|市级|区级|县级|财政|主管|国家|部门|领导))|建议.{0,10}(督促|责成|约谈)|(?<!已)(要求|责成|督促|希望)[^，。；已各我本]{1,8}(站|所|中心|局|院|馆|校|队|公司|办|镇|街道)(?=尽|进|应|要|加|认|抓|严|按|落|完|改|切|及|早|提)"
    r"|(项目|实施|承担|被评价|责任|用款|建设|施工|主管|预算|贵|相关|有关)[^，。；我]{0,4}(单位|部门|局|院|校|中心)[^，。；已我]{0,2}(应当?|须|需要?|要|今后)(?=[^求]{2})|应(督促|责成|要求)|(?<![我本各])[\u4e00-\u9fff]{2,6}(站|所|中心|局|院|馆|校|公司|街道)(应当?|须|需要?|今后)(尽快|加大|加强|进一步|提高|完善|改进|严格|及时|合理|抓紧|优化|落实|规范)|贵(单位|局|院|校|馆|站|所|中心|公司|县|镇)"
    r"|(评价|评审|审计|检查|核查|考评|督导|复核)(小?组|机构|人员|专家)(一致)?(认为|建议|发现|指出)|我(们|组|公司)认为"
    r"|该(单位|部门|局|院|校|所|馆|站|中心|公司|镇|乡|街道)[^，。；]{0,4}(应|要|需|须|今后|在今后)|(?<!已)(要求|责成|督促|敦促|希望|请)(该|项目|实施|承担|被评价|预算)[^，。；]{0,4}(单位|部门|院|校|局|中心)"
)

# Letters that carry no subject when two names are compared.
EMPTY_WORDS = re.compile(
    r"指标|情况|程度|水平|工作|项目|完成|开展|进行|及时|健全|完善|稳定|持续|提升|提高|增长|增加|保障|保证|有效|正常|运行|运转"
    r"|计划|内容|机制|制度|长效|建立|形成|构建|达标|合格|通过|验收|覆盖|准确|质量|数量|次数|场次|人数|率|性|数|量|度|的|与|和|及|等|各类|各项|相关"
)
LETTERS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]")
