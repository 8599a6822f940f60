"""What an indicator's name lacks: a thing to measure or a measure of it; and which words answer a property."""

from __future__ import annotations

import re
from functools import lru_cache

NAMES_REMEMBERED = 1 << 14  # names come back in every form of a unit

# A whole name that says a measure but not of what: rates, properties, counts, and the headings of the form itself.
# 受益人数, 就业率 and 完成时间 are read as those of the project and are left alone.
_BARE_ACT = (
    r"(达标|及时|合格|完成|准确|覆盖|通过|到位|优良|优秀|完好|使用|利用|有效|办结|处理|处置|整改|回复|答复|发放|拨付|支付|执行|实施|开展|落实|运行|成活|保存|正常|规范|安全|稳定"
    r"|差错|误差|返工|投诉|退件|破损|损耗|知晓|参与|增长|下降|提高|降低|响应|结案|履约|更新|归档|公开|出勤|健全|完善|完整|合规|合法|持续|普及|达成|实现)"
)
_BARE_COUNT = (
    r"(人数|人次|次数|场次|数量|总数|户数|件数|个数|面积|长度|里程|金额"
    r"|效果|成效|质量|成本|效益|时效|影响|及时|达标|合格|满意|满意率)"
)
_BARE_HEAD = r"((社会|经济|生态|环境)(效益|效果)(指标)?|可持续影响(指标)?|(数量|质量|时效|成本|效益)指标)"
BARE_NAME = re.compile(
    rf"(工作|各项|总体|整体|目标|指标|业务)*({_BARE_ACT}([率性度面]|比例|情况|程度|及时[率性]|质量)|{_BARE_COUNT}|{_BARE_HEAD})"
)

# A name that ends with a matter or a person, and says nothing to measure.
MATTER_ENDING = re.compile(
    r"^关于.+(事项|事宜|工作|情况)$|((?<!消)费|经费|补贴|补助|人员|工作|管理|经费支出|采购|各部门|费用)$"
)
# Work and people by name: a number of them is understood, a share or a state of them is not.
WORK_ENDING = re.compile(
    r"(服务|培训|维护|维修|修缮|养护|管护|巡护|巡查|巡检|检查|督查|监测|检测|监管|执法|改造|加固|建设|修建|新建|安装|购置|租赁|宣传|宣讲|活动|会议|演练|演出|展览|竞赛|比赛"
    r"|发放|投放|清理|清运|清扫|保洁|绿化|种植|防治|防控|治理|整治|救助|帮扶|慰问|走访|调研|普查|排查|编制|印制|制作|拍摄|除草|打捞|清淤|疏浚|清洗|消杀|招聘|招募|登记|认定|评选|监理|审计|测绘|勘察|运输|拆除|补植|抚育|抢修|排涝|巡河|巡逻|执勤|送达|审理|调解|仲裁|录入|扫描|著录|转存|翻译|推送|播出|接访|备份|升级|调试|随访|资助|奖励|祭扫|征兵|招商|推介|培育|孵化|扶持|开发|运营|供应|配送|诊疗|义诊|体检|筛查|接种|接待|值班|值守|保管|征收|征集|研究|交流|合作|课程|讲座)$"
)
PEOPLE_ENDING = re.compile(
    r"(老人|老年人|学生|儿童|幼儿|妇女|残疾人|群众|居民|村民|市民|农民|农户|牧民|渔民|患者|病人|职工|教师|医生|护士|家长|家庭|企业|商户|旅客|乘客|游客|读者|观众|学员|退役军人|优抚对象|军属|对象|干部|社工|志愿者|运动员|教练员|用户|车主|业主|单位)$"
)
# Things and posts by name; of a number of them nobody knows whether they were bought, kept or only are there.
THING_ENDING = re.compile(
    r"(资源|车辆|[车船]|图书|藏书|藏品|文物|档案|设备|设施|器材|装备|仪器|物资|床位|座位|摊位|点位|站点|网点|苗木|种子|场所|场馆|[一-龥]{2,4}(?<!人)员|[一-龥]{2}师|(社|护|职|民|技|矿|义)工|[校院局处科班组队河林田村会厂湖路]长|[法检警]官|队伍|团队|人才|力量|机构|基地"
    r"|教室|厕所|公厕|摄像[机头]|[路街]灯|杀虫灯|显示屏|充电桩|桥梁|水塔|水池|机井|泵站|仪器?|古籍|典籍|文献|[一-龥]{2}[厂点站库棚墙]|[^危时司投]机|[^武兵]器|柜|课桌椅?|大棚|温室|校舍|实训室|实验室|活动室|卫生室|驿站|渠道|管网|公路|道路|村道|农田|鱼苗|树苗|仔猪|种畜|帐篷|棉被|服装|教材|软件|系统|平台|岗位|公园|广场|绿地|水库|河道|用房|宣传栏|顾问|数据库|网站|教具|药品|疫苗|农资|种苗|灯具|电脑|空调|家具|窗口|终端|展柜|[一-龥]{2}工程|展厅|车位|泊位|食堂|餐厅|宿舍|住房|保障房|公租房|病房|手术室|垃圾[桶箱]|果皮箱|隔离带|护栏|标[志识]牌|路牌|井盖|水表|电表|热泵|锅炉|冷库|粮库|仓库|村庄|村落|片区|小区|乡镇|街道|街区|商铺|果园|茶园)$"
)
# Offices, firms and bodies by their names: what of them is measured nobody knows, whatever number stands beside.
BODY_ENDING = re.compile(
    r"([^，、]{2,}中心|(^|.)[市县区州省乡镇国][^，、]{0,8}[局委办院站所]|管理[局处站所办]|(委员|办事|联合|监察|服务|工作|保卫|财务|业务|技术|后勤|综合)[处科室站所办]|(大队|支队|中队|总队|分局|分中心|支行|办公室|委员会|领导小组|指挥部|理事会|居委会|村委会|街道办|合作社|协会|学会|商会|公司|集团|事务所|工作室|工作站|管理站|服务站|卫生院|敬老院|福利院|养老院|幼儿园|医院|学院|大学|中学|小学|党校|[一-龥]{2}馆|剧团|艺术团|消防站|派出所|法庭|检察院|法院|企业|厂家|供应商|承包商|施工方|监理单位|实施单位|主管部门|各乡镇|各村|各社区|各街道|第三方机构|第三方|专家组|评审组))$"
)
# People by their trade or lot beside those of PEOPLE_ENDING: 村医, 贫困户.
FOLK_ENDING = re.compile(
    r"([村校乡军兽中西法牙]医|[护药]士|[农牧渔贫低五烈军商大散租住用业库移示养种孤][户民属]|孤儿|低保对象|特困|五保|优抚|移民|租户|商贩|司机|摊贩|工匠|艺人|作家|乡贤|能人|带头人|传承人|负责人|法人|当事人|服刑人员|对象|人群|群体|队员|会员|代表|骨干|新兵|学徒|考生|新生|毕业生|高校生|青年|少年|青少年|婴幼儿|孕妇|产妇|孕产妇|病患|患儿|伤员|灾民|旅客|市民|公众|社会公众|人民群众)$"
)
ONLY_NAMED = (THING_ENDING, PEOPLE_ENDING, FOLK_ENDING)
# What a body's own name does not hold: 新建文化中心, 参训学校.
DONE_TO_BODY = re.compile(
    r"^服务|[建修改扩购迁撤并增扶帮补奖培训参受惠入评创验检查督签选派]|覆盖|配备|安装|提升|认定|达标|惠及|支持|引进|孵化|打造|走访|慰问|开放|运营|运行|维护|养护|合作|联系|接入|上云|入驻|服务企业|设立|成立"
)
# What is done with or by them, or how they are told apart: 挂职人员, 参训教师, 新增床位.
DOING = re.compile(
    r"签|访|购|采[购集买]|买|建|修|养护|管护|维|改|装|配|投|放|种植|栽|引进|增|更|换|租|聘|招|培|训|参|受|获|评|选|派|挂职|服务|救助|补|奖|慰|帮|扶|检|查|测|巡|清|治|整|保存|保护|收|征|编|制作|拍|开|办|展|演|赛|宣|发|接|送|供|认定|创建|打造|孵化|覆盖|惠|使用|利用|处|设立|提升|登|录|扫描|完成|在岗|持证|达到|合格|流动"
)
# Such a name says of what goes on what is asked for, so that good, safe or on time answers it.
ASKS_A_STATE = re.compile(
    r"^(保障|确保|保证|促进|推动|提升|提高|改善|加强|增强|营造|维护|缓解|解决|满足|方便|丰富|带动|减少|降低|防止|避免|实现|推进|支持|助力|规范|优化|完善)"
)
ACT = re.compile(r"(组织)?(开展|举办|做好|推进|落实|加强|实施)(?=.{4})|组织(?=.{4})")
# Nothing but what is done: 修缮加固, 宣传培训 name no thing it is done to.
ONLY_DONE = re.compile(
    r"(支撑|修缮|加固|维修|维护|养护|管护|改造|建设|新建|改建|扩建|拆除|安装|调试|采购|购置|租赁|宣传|培训|宣讲|检查|督查|督导|巡查|巡护|巡检|排查|监测|检测|检验|调查|调研|走访|慰问|发放|印制|制作|编制|编印|整治|治理"
    r"|清理|清运|清扫|保洁|绿化|救助|帮扶|演练|演出|展览|会议|活动|服务|运行|运营|管理|开发|评审|验收|设计|监理|勘察|施工|和|及|与|、|等)+"
)

# Properties by the words that answer them; a word may answer several.
_KIN = (
    "健全 完善 完备 完整 齐全 充分 全面 齐备",
    "规范 合规 合理 科学 可行 合法 公平 公正 公开 标准 严谨",
    "安全 稳定 可控 有效 可靠 平稳 安定 连续",
    "准确 真实 精准 可靠 科学 严谨 权威",
    "充足 充分 完备 齐全 丰富 足额 充裕",
    "丰富 多样 全面 生动 精彩",
    "持续 长期 长效 稳定 连续 可持续",
    "便捷 便利 及时 高效 快捷 方便 畅通",
    "有效 显著 明显 高效 突出",
    "及时 按时 时效 准时 按期 快速",
    "先进 领先 创新 前沿",
    "针对 实用 有效 适用",
    "均衡 公平 协调 普惠 合理",
    "积极 主动 活跃 热情 浓厚",
)
KIN = tuple(frozenset(words.split()) for words in _KIN)
PROPERTIES = frozenset().union(*KIN)
DIRECTION = re.compile(r"(有所|逐步|不断|明显|显著)?(增加|减少|下降|上升|扩大|缩小)")  # of a number, and of no property
PROPERTY_NAME = re.compile(rf"({'|'.join(sorted(PROPERTIES, key=len, reverse=True))})性$")


@lru_cache(maxsize=NAMES_REMEMBERED)
def lacks_object(name: str) -> bool:
    """True for a measure of nothing: 优秀率, 工作完成率, 人数."""
    return BARE_NAME.fullmatch(name) is not None


@lru_cache(maxsize=NAMES_REMEMBERED)
def only_done(name: str) -> bool:
    """True for a name of doings without a thing: 修缮加固, 宣传培训."""
    return ONLY_DONE.fullmatch(name) is not None


@lru_cache(maxsize=NAMES_REMEMBERED)
def lacks_measure(name: str) -> bool:
    """True for work or people by name, of which a share or state says nothing: 林区巡护, 高龄老人."""
    endings = (WORK_ENDING, PEOPLE_ENDING, BODY_ENDING, FOLK_ENDING)
    return any(ending.search(name) for ending in endings) and ASKS_A_STATE.search(name) is None


@lru_cache(maxsize=NAMES_REMEMBERED)
def only_an_act(name: str) -> bool:
    """True for a task set in words, whatever is counted: 组织开展特邀调解员培训."""
    return ACT.match(name) is not None and WORK_ENDING.search(name) is not None


@lru_cache(maxsize=NAMES_REMEMBERED)
def only_a_thing(name: str) -> bool:
    """True for a thing, a post, people or a body by its name alone: 馆藏图书, 专职网格员, 村医, 环卫服务中心."""
    found = next((found for ending in ONLY_NAMED if (found := ending.search(name)) is not None), None)
    if found is not None and DOING.search(name[: found.start()]) is None:
        return True
    return BODY_ENDING.search(name) is not None and DONE_TO_BODY.search(name) is None


def asked_property(name: str) -> str:
    """The property a name asks for (规范 of 管理规范性), "" for none."""
    found = PROPERTY_NAME.search(name)
    return "" if found is None else found.group(1)


def answers_property(word: str, *, asked: str) -> bool:
    """True for a word that may answer for a property: itself, a word near in meaning, or one that is no property."""
    if DIRECTION.fullmatch(word) is not None:
        return False
    return word not in PROPERTIES or word == asked or any(word in kin and asked in kin for kin in KIN)
