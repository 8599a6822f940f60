"""Word lists of the rules on categories: what belongs to quantity, quality, time, benefit and management."""

from __future__ import annotations

import re

# Units in which things and people are counted one by one.
COUNT_UNITS = frozenset(
    {
        *("个", "人", "名", "位", "人次", "人数", "次", "次数", "场", "场次", "期", "期次", "班", "班次", "届", "批"),
        *("批次", "篇", "条", "份", "册", "本", "部", "家", "户", "台", "套", "台套", "件", "辆", "座", "栋", "幢"),
        *("间", "处", "项", "门", "块", "盏", "株", "头", "只", "村", "社区", "所", "支", "张", "幅", "组", "宗", "例"),
        *("卷", "盒", "箱", "床", "顶", "套次", "件次", "台次", "车次", "册次", "户次", "家次", "课时", "学时"),
        *("枚", "路", "发", "艘", "眼", "口", "根", "把", "副", "棵", "羽", "尾", "匹", "封", "通", "盆", "袋", "瓶"),
        *("桶", "节", "集", "架", "片", "段", "笔", "样", "样次", "点位", "人天", "人日"),
    }
)
# Units in which paper and events come; a benefit is hardly ever counted in them.
ISSUE_UNITS = frozenset({"篇", "期", "期次", "场", "场次", "份", "册", "条", "讲", "班次", "版", "稿", "集"})
# Units of speed, frequency and resolution: properties of equipment, not amounts of work.
SPEC_UNITS = re.compile(
    r"[KMGTkmgt]?(bps|b/s|Bps|bit/s)|英?寸|兆|[KMGkmg]?[Hh]z|[Pp]|dpi|DPI|ppi|fps|帧|帧/秒|万?像素|流明|分贝|dB"
)
# Sizes and ratings a thing is bought with; a name that ends so measures the thing, not the work.
SPEC_NAME = re.compile(
    r"(功率|分辨率|像素|流明数?|亮度|带宽|网速|速率|转速|车速|额定速度|运行速度|频率|主频|电压|电流|(?<!存储)(?<!内存)容量|管径|直径|口径|厚度|宽度|净宽|净高|层高"
    r"|跨度|幅宽|屏幕|单[顶台间块张件]面积|粗度|胸径|地径|强度|抗压|承重|载重|载荷|荷载|排量|精度|压强|压力|扬程|流速|噪声|噪音|色温|照度|续航(里程|时间)?|尺寸|坡度|密度|硬度|标号|等级参数)"
    r"(（[^（）]{0,8}）|\([^()]{0,8}\))?$"
)
# Capacity is the work itself where plants, stores and networks are built or data are kept.
SIZE_NAME = re.compile(r"(管径|直径|口径|厚度|宽度|净宽|净高|层高|跨度|幅宽|尺寸)$")
CAPACITY_BUILT = re.compile(
    r"装机|新增|扩容|增容|变电|配电|发电(量|能力|规模)|供[电热水气]|处理|蓄|库容|仓|储[备粮水]|冷[库链]|床位|接待|数据量|数字化|采伐|种植|栽植|播种|人口|路网|病媒|植被|覆盖"
)
# M and G alone may be memory or speed: the name decides.
BARE_SPEC_UNITS = frozenset({"M", "m", "G", "g", "K"})
SPEED_NAME = re.compile(r"网速|速率|码率|带宽|宽带|传输|交换|吞吐")
LEASED = re.compile(
    r"(线路|专线)(租用|租赁|扩容|数量|条数|费)*$|(带宽|宽带)(租用|租赁|扩容|数量|条数|费)+$|(租用|租赁|扩容|新增).{0,6}(带宽|宽带|线路|专线)(数量|条数)?$"
)

# Shares that amount to work done as planned or done well: under quantity they leave open how much. How much of a
# population is reached (接种率, 参保率, 机扫率) is counted as quantity in the central lists too.
WORK_RATE = re.compile(
    r"(完成|执行|实施|开展|举办|召开|举行|实现|兑现|达成|落实|合格|达标|准确|通过|优良|优秀|受益|及时|完好|正常|规范|运维|任务"
    r"|发放|支付|拨付|兑付|采购|购置|维修|修复|修缮|养护|管护|办结|处置|处理|处治|结案|审结|执结|到位|巡查|巡护|巡检|检查|检测|监测|抽检|整改|清运|清理|清扫|保洁"
    r"|安装|更换|建设|建成|改造|施工|开工|竣工|完工|交付|投用|编制|印发|发布|上报|报送|归档|录入|更新|培训|宣传|走访|慰问|回访|受理|答复|回复|响应|出勤|到岗|演练"
    r"|补植|投放|配送|供应|签订|履约|推进|运行|维护)(?!覆盖|普及|知晓|惠及)[^，、]{0,2}率$|(完成|执行|实施|开展|落实|实现|处治|处置|处理|发放|兑付|维修|修复|整改|清运|清理|办结|检查|检修|巡查|改造|更换|安装|建设|采购|购置|拆除|回收|修缮|修复|治理|整治|加固|养护|清淤|种植|补植|印制|扫描|拍摄|著录|培训|走访|抽检|检测)(比例|程度|度|进度)$"
)
SHARE_WORDS = re.compile(
    r"率|比例|占比|比重|覆盖|普及|增长|增幅|增加|提高|提升|下降|降低|减少|降幅|应.{1,2}尽|全部|动态"
)
# How much of a people, a country or a yield is reached or changed: counted as quantity in the central lists too.
REACHED_SHARE = re.compile(
    r"接种|免疫|参保|参合|投保|续保|承保|入学|入园|入户|入托|巩固|升学|升入|就业|就诊|签约|普及|知晓|机扫|机械化|良种|通达|通[车邮电水气网]率|城镇化|绿化|森林|林木"
    r"|健康管理|规范管理|系统管理|筛查|建档|控制率|住院|分娩|治愈|回收|利用|自给|贫困|脱贫|受益|惠及|应.{1,2}尽|动态|供[水电气热暖]|服务人口|人口|适龄|覆盖|普惠|公办|占比|比重"
    r"|增长|增幅|增加|提高|提升|下降|降低|减少|降幅|新增率|留存|存续|发病|死亡|漏损|损失|查处|破案|上座|收视|满意|保障|救助|资助"
)
# Services a unit brings to people: how many of them it reached is its own work, counted in people.
SERVICE_COVERED = re.compile(
    r"(供餐|配餐|送餐|就餐|点位|布点|驻校|驻点|派驻|配备|布设|安装|投放|发放|送教|送戏|送书|指导|授课|辅导|监控|联网|接入|上云|托管)[^，、]{0,8}覆盖(率|比例|面)$"
)
SHARE_ENDING = re.compile(r"(?<![效频功])率$|比例$|百分比$")
# How much of it the unit's own work covered; how much of a population has a thing is another matter (参保覆盖率).
WORK_COVERED = re.compile(
    r"(培训|轮训|演练|检查|督查|督导|抽查|抽检|快检|检测|巡查|巡检|巡护|巡逻|送检|养护|保洁|清扫|维护|排查|摸排|走访|回访|宣讲|普查|执法|审计|消杀|消毒|采样|测评|评审|评估|检修|维修|保养|检定|监督|稽查|考核)"
    r"(工作|任务)?(全)?覆盖(率|比例|面)$"
)
OFFICIAL_RATE = re.compile(r"^实际完成率$")
# Rates that say how well something was done, wherever they stand.
QUALITY_RATE = re.compile(
    r"(合格|达标|优良|优秀|准确|完好|规范|通过|差错|返工|稳定|成活|发芽)率|(合格|完好|准确|完整|稳定)性$"
)
# Counts that speak of quality: what was recognised, reached a grade, or went wrong.
QUALITY_COUNT = re.compile(
    r"合格|达标|优|良|奖|称号|录用|核心|高级|认证|资质|专利|评为|评选|入选|通过|验收|整改|等级|标准|星级|精品|示范|品牌|国家级|省级"
    r"|市级|采纳|采用|转化|批示|收录|刊发|发表|差错|投诉|事故|故障|问题|违规|缺陷|不良|退|错|漏|级别|水平|精度|频次|保有|持证|每|均|抽检|检测|检查|监测|抽查|验证|覆盖"
)

# Letters that stand in words of another matter: 优抚 is no excellence, 退役 no return, 标准化 no standard met.
NO_QUALITY = re.compile(
    r"优[抚待化先惠]|退[役休伍耕林捕]|标准化|均衡|每(?=[^年月周日季天])|问题青少年|错峰|标准件|等级公路|水平段|改良"
)
# Work that looks after quality is work all the same where its turns are counted; what it found is not.
CHECKS_COUNTED = re.compile(
    r"(检查|督查|督导|督办|巡查|巡检|巡护|抽查|抽检|检测|检验|监测|监督|验收|评审|评估|论证|考核|测评|调研|体检|筛查|检定|化验|审核|复核|排查)[^，、]{0,3}"
    r"(次数|场次|批次|人数|人次|家次|家数|户数|份数|数量|个数|点位数?|站点数?|处数|样本数|样品数|台次|轮次)$"
)
CHECKED_WELL = re.compile(
    r"合格|达标|通过|不[达合良]|优[良秀]|问题|整改|投诉|差错|每[年月周季日天]|频|退回|违规|返工|省级|国家级|市级以上"
)

# Counts of what passed: quality by their words, but without the whole they leave open how much did not.
PASSED_COUNT = re.compile(
    r"^((通过|经).{0,6}(验收|检验|检测|考核|鉴定|审核)|(验收|检验|检测|考核|鉴定|审核|培训)(通过|合格|达标)|合格|达标)(的)?.{1,14}"
    r"(数量?|人数|人次|台数|套数|册数|件数|个数|项数|户数|处数|份数|批次|条数)$"
)

# Whether a thing is done in time is what the name or target asks.
TIMELY_NAME = re.compile(
    r"(及时|按时|按期|如期|准时)((完成|到位|发放|开工|完工|支付|拨付)?[率性]|程度|情况)?$|完成时间$|完成时限$"
)
# Under outputs any day or share of punctuality; as a benefit 案件按期办结率 tells of an effect.
TIMELY_OUTPUT = re.compile(
    r"(及时|按时|按期|如期|准时|按月|按计划|按进度|限时)((?!调解|救治|救助)[^，、]{0,4}[率性度]|程度|情况)$"
    r"|(完成|完工|竣工|开工|交付|办结|出具|反馈|公布|公示|答复|回复|结项|结题|采集|发布|发放|到位|投用|投入使用|启用|提交|报送|上线|上报|验收|拨付|支付|下达|印发|出版|入库|通车)(时间|日期|时限|期限|时点)$"
)
# How long the work takes; 等候时间 and 出行时间 are the time of others and may well be the effect.
WORK_TIME_NAME = re.compile(
    r"(响应|处置|处理|办理|办结|修复|抢修|维修|到达|出警|配送|审批|施工|建设|安装|送达)(时间|时限|时长|速度|周期|工期)$|工期$"
)
TIMELY_TARGET = re.compile(
    r"^(较为?|十分|均)?(能够?)?(及时|按时|按期|如期|准时)(.{0,4}(完成|到位|发放|交付|办结|拨付|支付|完工|开工|报送|上报|提交|投用|启用))?[。；]?$"
)
TIME_WORDS = re.compile(r"及时|按时|按期|如期|准时|时|期|进度|速度|效率|年|月|日|天|周|季|频|快|早|提前|延误|滞后|计划")

# What a satisfaction slot may hold beside a name with 满意 in it.
OPINION = re.compile(
    r"满意|投诉|好评|评价|认可|认同|获得感|幸福感|安全感|归属感|知晓|口碑|信访|上访|表扬|反馈|评分|测评|评议|支持率|意见|接受度|体验|诉求"
    r"|点赞|欢迎"
)
# Reactions that are counted and not asked for.
REACTION = re.compile(r"投诉|信访|上访|举报|表扬|好评|差评|诉求|意见|锦旗|点赞|反馈|评价|评议|评分|不满")
# Names no survey of satisfaction answers.
NOT_OPINION = re.compile(
    r"(完成|执行|到位|及时|合格|达标|覆盖|准确|通过|开展|使用|参与|出勤|落实)率|率$|及时性|规范性|完备性|可控性|健全性|合理性|有效性"
    r"|制度|机制|次数$|场次$|人数$|数量$|面积$|金额$|里程$|收入|增收|产值|产量|就业|升学"
)

ECOLOGY = re.compile(
    r"生态|环境|环保|绿|污|排放|减排|用量|无害化|畜禽|种群|栖息|濒危|种质|纸质|豚|节能|节水|节电|节约|节材|能耗|能源|耗能|消耗|用电|用水|用纸|水质|水源|水土|水体|水域|水量|供水|饮水|雨水|灌溉"
    r"|空气|大气|土壤|土地|耕地|农田|植被|植树|造林|森林|林业|林地|林草|林木|护林|园林|草原|草地|种草|湿地|碳|垃圾|废|噪|卫生|清洁|洁净|整洁|美化"
    r"|美丽|景观|宜居|农药|化肥|农膜|地膜|秸秆|粪|病虫|疫|物种|生物|动物|植物|野生|鸟|鱼类|渔业|河道|河流|河湖|江河|流域|湖泊|海洋|海域|海水|岸线"
    r"|循环|再生|回收|无纸|低碳|厕|扬尘|粉尘|防尘|降尘|PM2|PM10|COD|氨氮|辐射|风沙|荒漠|石漠|沙化|防洪|清淤|自然|资源|保护区|地质|矿山|气候|光伏|风电"
    r"|烟尘|油烟|异味|恶臭|二氧化|蓝天|碧水|净土|防灾|灾害|墒情|有毒|有害|危险品|电子化|电子档案"
    r"|村貌|镇容|市容|容貌|喷淋|雾炮|洒水|覆土|成活|保存率|苗木|树|灌木|乔木|花卉|育苗|虾|蜂|沼|尾矿|渣|残膜|秧|裸露|扰民|山体|边坡|雨污|污|排水|燃煤|散煤|清洁取暖|纸张|用纸|包装|电池|新能源|节油|燃油|尾气"
)
# Surroundings and resources that are not nature's.
NOT_NATURE = re.compile(
    r"(办公|营商|学习|工作|就业|市场|投资|教学|教育|执法|法治|网络|就医|就诊|治安|文化|育人|创业|创新|发展|政治|社会|校园|生活|经营|金融|政务|舆论|住宿)环境"
    r"|(人力|人才|教育|科普|科技|信息|社会|文化|旅游|优质|公共|医疗|服务|数据|行政|司法|办公)资源"
)
# Slogans of ecology that any project can print.
ECOLOGY_SLOGAN = re.compile(r"(促进|改善|保护|提升|提高|推动|维护|优化|有利于|支撑|支持|贡献|和谐|良好|友好|影响)")
# What a name ends with where papers, posts or machines are measured, whatever nature stands before it.
OFFICE_ENDING = re.compile(
    r"(办理|审批|受理|办结|归档|建档|发证|核发|登记|备案|报送|上报|公示|发放|支付|兑付|拨付|报账|签订|到岗|出勤|值班|录入|招标|采购|培训|持证|考核)[^，、]{0,4}(时长|时限|时间|周期|天数|[率性]|次数|人次|人数|场次|期数|情况)$"
    r"|(?<!电子)(档案|台账|证书|许可证?|执照|资料|文书|合同|账册|报表|工资|经费)[^，、]{0,6}(率|[完齐规健]..?性|时长|时限|时间|数量|份数|本数)$"
    r"|(信息|业务|值班|管理|办公|指挥|调度|政务|服务|监控)?(系统|平台|网站|热线|软件|电话|窗口)[^，、]{0,4}(在线|运行|可用|故障|接通|访问|点击|稳定|响应|完好)[^，、]{0,4}$"
)
# Papers written, printed or handed out, told by the doing; and what others made of them.
PAPER_ISSUED = re.compile(
    r"^(编发|编印|编写|编制|编纂|印发|印制|刊发|刊登|发布|推送|发放|张贴|制作|撰写|报送|播发|播出|录制|拍摄).{0,16}(文章|稿件?|信息|简报|专报|通讯|手册|折页|读本|汇编|指南|资料|材料|海报|视频|短片|宣传片|期刊|图书|教材|报告|公告)[^，、]{0,4}$"
)
PAPER_TAKEN_UP = re.compile(
    r"获奖|采纳|采用|批示|转化|转载|转发|阅读|点击|浏览|收看|收听|借阅|引用|立法|播放|发行|录用|收录|核心"
)
# What certainly is no ecology where no word of ecology stands beside it.
PLAINLY_NOT_ECOLOGY = re.compile(
    r"经费|补贴|补助|津贴|抚恤|发放|成本|工资|满意|培训|制度|机制|人员|会议|及时|资金|就业|收入|服务|活动|形象|稳定|办公|学习|信息|宣传|安全|效率"
    r"|护栏|路面|桥梁|校舍|房屋|电梯|机房|伤亡|死亡人|人员死亡|事故|案件|警情|纠纷|保险|参保|投保|知晓|入学|升学|就诊|就医|住院|借阅|收视"
    r"|务工|用工|岗位|增收|产值|营收|销售|利润|税|投资|融资|贷款|招商|订单|合同|签约|企业数|人均|户数|人次|旅客|客运|货运|游客|观众|读者|册次|借出|阅读|演出|赛事|参赛|展览|讲座"
    r"|学生|学员|教师|教学|课程|患者|病人|诊疗|护理|疫苗|接种|体质|血压|慢病|老人|儿童|妇女|残疾|家庭|困难|低保|救助|受助|帮扶|慰问|退役|军人|调解|审判|庭审|结案|执结|犯罪|盗窃|诈骗"
    r"|群众数|受益人|受益群众|惠及|就近|创业|人才|专利|论文|科研|文物|展出|展品|观影|上座|门票|非遗|民俗|体育|健身|锻炼|通信|客流|司法|法律|信访|税务|审计|普查|养老|托育|婚姻|户籍|证照|窗口|热线|合作社|办件|审批|政务|营商|网点|快递|交易|市场|消费|价格|程序|合规|便民|便利|行车时间|营业额|商户|物流|出行时间|通行时间|拥堵"
)

# Projects that build, farm, heat or clean do something to nature whether their goals say so or not; by their name.
WORKS_ON_NATURE = re.compile(
    r"工程|建设|改造|修缮|维修|道路|公路|桥|农|牧|渔|畜|种植|养殖|水|林|草|田|村|厕|街|园|拆|燃|锅炉|供热|供暖|电|车辆|印刷|气象|地质|测绘|殡|墓|食堂|物业|保洁"
)

# Activities and papers: done or not done, they are the work itself and not what it brought about.
ACTIVITY_COUNT = re.compile(
    r"(报道|报告|宣传|推送|发布|发文|稿件|刊发|会议|培训|讲座|活动|论文|课题|专报|简报|信息|巡查|检查|调研|采购|购置|印刷|印制|制作|开展|举办|举行|组织|召开|编制|编印|录制)"
    r".{0,8}(数量?|次数?|场次?|篇数?|期数?|份数|册数|量)(提升|增加)?(情况)?$"
)
# Work named by its verb and counted by its turns, papers, pieces or stretch, whoever it is for.
WORK_COUNTED = re.compile(
    r"(编发|编纂|汇编|巡[山林河湖堤田逻线]|护林|进校园|进社区|进企业|进农村|进机关|进乡村|下乡|宣讲|普法|授课|放映|演出|巡演|展览|展演|义诊|走访|入户|慰问|排查|巡查|巡护|巡河|检测|检验|抽检|监测|检查|执法|督查|演练|发放|张贴|印发|印制"
    r"|签订|签约|编制|制定|修订|购置|采购|配备|购买|安装|铺设|架设|更换|维修|修缮|改造|新建|改建|扩建|修建|建设|建成|种植|栽植|投放|清运|清理|拍摄|摄制|创作|创排|新创|编排|排演|建立|撰写|编写|开发|研发|搭建|开通|设立|组建|聘请|派出|派驻|录制|采集|录入|整理|翻译|出版|评审|验收|完成)"
    r"[^，、]{0,14}(次数?|场次?|批次?|期数?|份数?|篇数?|册数?|本数?|件数?|条数?|个数?|项数?|部数?|台数?|套数?|座数?|处数?|盏数?|辆数?|间数?|块数?|株数?|卷数?|只数|支数|段数|课时数?|节数?|[机器具灯桩柜屏牌箱杆车椅床]数|长度|里程|数量)$"
)
# Lengths and areas in the name of what was laid or built.
WORK_STRETCH = re.compile(
    r"^(新建|改建|扩建|修建|建设|建成|铺设|架设|维修|修缮|改造|硬化|疏浚|完成)[^，、]{2,16}(长度|里程|公里数|面积)$"
)
# Turns of an event, whatever it is about: 救助政策宣传场次 counts meetings and helps nobody yet.
EVENT_TURNS = re.compile(
    r"(宣传|宣讲|培训|讲座|会议|活动|演练|检查|巡查|走访|调研|教研|研讨|座谈|展览|比赛|竞赛|督查|回访|义诊)(活动|工作)?的?(场次|次数|场数|期数|批次|班次|轮次)$"
)
ACTIVITY_STEM = re.compile(r"报道|报告|宣传|推送|发布|发文|稿件|刊发|媒体|公众号|会议|培训|讲座|活动|论文|专报|简报")
COMPLETION_RATE = re.compile(
    r"((计划|任务|项目|工作|工程|课题|活动|培训|采购|年度|建设)[^，。；]{0,6}(完成|达标|合格|通过|实施|开展|执行)率|验收(通过|合格)率)$"
)
PROCESS_BENEFIT = re.compile(
    r"(形式|内容|种类|主题|载体|渠道)(的)?(多样|丰富)|(?<!物种)(?<!生物)(?<!文化)多样性$|按.{2,20}(进度|要求|计划|时间|规定).{0,6}(完成|实施|开展)"
    r"|(工作|任务|项目)(按时|按期|及时|如期)?完成(情况|程度)?$|符合.{0,8}(财政|审计|文件|规定|程序|制度)(的)?(要求|规定)?$"
    r"|(协同|联动|组织)(协同|联动)?有效性$|^(召开|举办|开展|组织|印发|编制|编印|购置|采购).{2,20}$"
)
# A name that begins so and is counted tells of papers, whomever they are for.
RULES_COUNTED = re.compile(
    r"^(修订|制定|制订|完善|出台|起草|印发|编制|建立|健全).{0,14}(制度|机制|办法|细则|文件|方案|规定|规程|规范|预案|标准|意见|指南).{0,2}(数量?|个数|项数|件数|份数|条数)$"
)
WRITTEN_RULES = re.compile(r"(修订|制定|制订|出台|起草|印发).{0,10}(制度|办法|细则|文件|方案|规定|规程|规范|预案)")
# Outcomes that are counted all the same: people better off, harm avoided.
OUTCOME = re.compile(
    r"受益|惠及|带动|就业|增收|增产|收入|税|产值|销售|节约|减少|降低|下降|避免|事故|投诉|案件|发生|死亡|获奖|奖|转化|专利|引进|落户|签约|成交|游客"
    r"|接待|阅读|点击|浏览|粉丝|转发|参观|借阅|用户|覆盖|保障|保护|服务(人|对象|群众|企业)|惠|新增|脱贫|救助|采纳|批示|应用|推广|采用|立法|标准"
)

# Results of a whole city or country that no single project can account for.
WIDE_RESULT = re.compile(
    r"(公民|国民|全民|居民).{0,4}(素质|素养|体质)|GDP|生产总值|国民经济|(全国|国际|世界|全球).{0,4}(领先|先进|前列|一流|竞争力|治理|影响力|创新)"
    r"|国家.{0,2}(战略|竞争力|形象|地位|安全)|综合国力|科技强国|(农业|教育|文化|体育|交通|制造|网络)强国|民族(伟大)?复兴|(城市|区域|地区)(核心)?竞争力|全球(科技)?治理|共同富裕|中国式现代化|(文化|国家)?软实力|文化强[国省市]|高质量发展大局"
    r"|(全国|全省|全市|全区|全县|全州|全域|区域|地区|我国|我[省市县区]).{0,4}(经济|社会|产业|乡村|农业|农村|旅游|文化|教育|科技|工业).{0,4}(发展|振兴|转型|繁荣|增长|腾飞|升级|现代化)|(全市|全省|全区|全县)经济"
)

# Figures that statisticians report for a whole place; 项目区, 景区 and the like are the project's own ground.
WIDE_PLACE = re.compile(
    r"(全国|国民|公民|全民|全省|全市|全区|全县|全州|全盟|全旗|全域|我[省市区县州])(?!.{0,6}(社区|小区|景区|园区|路段|校园))"
)
WIDE_FIGURE = re.compile(
    r"(?<=[国公全]民)(体质|素质|素养|身体素质|健康|综合素质)[^，、]{0,6}(率|水平|指数)|生产总值|GDP|人均(预期|期望)?寿命|预期寿命|(刑事|治安|诈骗|盗窃|盗抢|侵财|涉毒)(类|犯罪)?(案件|警情|发案)|发案率|犯罪率|旅游(总|综合|业)?(收入|人次)|游客(接待)?(人次|数量|量|总量)|接待.{0,4}游客"
    r"|(财政|税收)收入|(居民|农民|农村居民|城镇居民|群众)(人均)?(可支配|纯)?收入"
    r"|人均可支配收入|城镇化率|(城镇)?(登记|调查)?失业率|零售总额|固定资产投资|招商引资|进出口|工业增加值|(农业|工业|文化产业|服务业)?(总产值|增加值)|第[一二三]产业|常住人口|平均期望寿命"
    r"|空气.{0,2}(质量)?优良|PM2\.?5|优良天数|森林覆盖率|单位能耗|碳排放|粮食(总)?产量|交通事故(死亡|起数|发生)|(婴儿|孕产妇)死亡率|出生率|返贫"
)
# What the unit arranges about its own money and papers. Payments to people are a matter of their own.
MANAGEMENT_NAME = re.compile(
    r"预算(编制|执行|调整|控制|完成|资金)|专款专用|^(项目|专项|财政|配套|上级)?资金(到位|使用|管理|安全|执行|支出|结余)|资金(使用|管理|支出)(的)?(合规|规范|安全|合法)"
    r"|(支出|报销|报账|记账|会计|原始|财务|费用)凭证|专账|专户核算|独立核算|内部控制|内控(制度|执行|体系|机制)?(有效|健全|规范|执行|完善)"
    r"|(项目|工程|资金|过程|实施|施工)[^，、]{0,2}(监管|监督|监控|监理|督导|检查)(机制|措施|制度|工作)?(的)?(到位|落实|有效|健全|完善|规范)"
    r"|(经费|资金|财务|项目|专项|费用|支出|报销|采购|合同)[^，、]{0,3}(管理)?(办法|细则|规定|制度)[^，、]{0,3}(健全|完善|完备|执行|落实|制定|建立)"
    r"|资产[^，、]{0,2}(入账|登记|入库|录入|盘点|处置)|合同[^，、]{0,2}(履约|履行|执行|签订)?管理|(财务|资金|项目|业务|内控|内部|采购|合同|资产|档案|监督)?管理制度|财务(管理|监控|制度|核算|监督)|合同(管理|签订)(的)?(完备|规范|合规|情况)|政府采购(的)?(规范|合规|执行|率)"
    r"|(固定)?资产管理|项目(质量|进度|实施)(的)?可控|资格审核|绩效(目标|自评|评价|监控|管理|运行)(报告|工作|信息|材料)?(的)?(编制|申报|报送|上报|填报|提交|公开|开展|完成|合理|规范|及时|情况|率)|立项(依据|程序|规范|合规)"
    r"|(资金|经费|款项|专款|预算)[^，、]{0,2}(使用|支出|支付|拨付|管理|到位|开支|列支|执行|下达|结算|安排)[^，、]{0,2}(合规|规范|安全|合法|及时|进度|率$|准确|足额|程度)"
    r"|(会计|账务|财务|票据|记账|报账|核算)[^，、]{0,3}(处理|核算|管理|凭证|手续)|(招投?标|采购|比选|审批|立项|政府采购)[^，、]{0,2}(程序|流程|手续|过程|方式)?[^，、]{0,1}(合规|规范|合法|完备|齐全)"
    r"|(项目|工程|施工|过程|业务|资金|培训)?(档案|资料|台账)(资料)?(完整|齐全|规范|健全|归档|真实|完备)(率|性|度|程度|情况)?$|(领导|组织)(小组|机构)(健全|成立|完善)|责任(制)?落实(率|情况)"
    r"|三重一大|(项目|工程|资金|业务|合同)档案(资料)?管理|(使用|支出|拨付|发放|支付|审批|申报)(程序|手续|流程)[^，、]{0,2}(合规|规范|合法|完备)|科目调整|结转结余|结余率|结转率|三公.?经费|公用经费(控制|支出|变动)|支出进度|预算.{0,4}(率|合理性|准确性|规范性)$|会计(核算|信息)|信息公开(及时|完整|实现|规范)"
)
# The steps by which money is paid are the unit's own, whoever gets it.
PAYING_STEPS = re.compile(r"(使用|支出|拨付|发放|支付|审批|申报|兑付)的?(程序|手续|流程|凭证|台账)")
# Money on its way to the unit, which pays nobody yet: 上级补助资金到位率.
MONEY_ARRIVING = re.compile(
    r"(上级|中央|省级|市级|区级|县级|本级|配套|财政|自筹|地方)[^，、]{0,6}(资金|经费|补助|拨款)[^，、]{0,2}(到位|下达)"
)
# Transfers: that money reaches people in time is the work itself.
PAYMENT = re.compile(
    r"补贴|补助|救助|奖励|奖补|津贴|抚恤|工资|薪|发放|兑付|兑现|直达|养老金|低保|助学|奖学|保险|退税|贷款|赔偿|补偿|征迁|专户"
)
# The project is about management itself: what would be its own housekeeping elsewhere is its work here.
MANAGEMENT_PROJECT = (
    re.compile(r"预算"),
    re.compile(r"采购|招标"),
    re.compile(r"资产"),
    re.compile(r"财务|会计|审计"),
    re.compile(r"合同"),
    re.compile(r"内控|内部控制"),
    re.compile(r"档案"),
    re.compile(r"绩效"),
    re.compile(r"信息公开|政务公开"),
)
# Money put in, printed where work should be counted.
MONEY_PUT_IN = re.compile(r"(资金|经费|预算|投入|支出|费用|拨款|金额|总额)(总额|总量|数|规模|情况|金额)?$")

# Arrangements that are met by being made; as lasting influence they say nothing.
PROCEDURAL = re.compile(
    r"信息公开|公开(率|实现率|及时率)$|到岗|(?<![后年])在岗率|出勤|考勤|签到|(设备|设施|人员|资金|经费|物资|场地)(配套)?(到位|配备)(率|情况)|公示(率|情况)?$|^配套.{0,6}到位"
    r"|档案(归档|管理)|归档(率|情况|及时率)?$|(会议|例会|小组会)(召开|举行)(率|次数|情况)|召开.{0,6}会议|(报告|材料|报表|总结|信息|自评|计划)(的)?(报送|上报|提交|编报)(及时|完成|准确)?(率|情况|性)"
    r"|(报备|备案)(完成|办理)?(率|情况)$|(?<![后年])(在岗|在位|值守)(率|情况)$|(资金|经费|款项)(拨付|支付|支出|使用)(及时|合规|进度|完成)?(率|性|情况)|(合同|协议)签订(率|情况)|(采购|招标)(完成)?(率|程序)"
)

# The form itself says that a benefit does not apply.
NO_BENEFIT = re.compile(
    r"(无|没有|不产生|不涉及|暂无)(明显|直接)?的?(经济|社会|生态|环境|可持续)(效益|影响)|^(不涉及|不适用|不考核|无此项|暂不涉及|暂无)[。；]?$"
)
BARE_BENEFIT = re.compile(r"^(项目)?(经济|社会|生态|环境|可持续)?(效益|影响|效果)?(指标)?$")
NOTHING = frozenset({"无", "/", "／", "—", "-", "——", "0"})

# Works and purchases of things: a project that does them says so somewhere.
PHYSICAL = re.compile(
    r"购置|采购|购买|设备|仪器|装备|家具|车辆|硬化|里程|绿化|路灯|管网|管道|房屋|校舍|厂房|修缮|苗木|种植|养殖|造林|厕|沟渠|渠道|桥|堤|河道|护岸|监控|服务器|大棚|冷库|水井|机井"
)
# Words that answer for each other when a name is looked for in what the form tells of the project.
KIN_WORDS = (
    re.compile(r"设备|仪器|装备|器材|硬件|器械"),
    re.compile(r"修缮|维修|改造|装修|翻新|加固"),
    re.compile(r"道路|公路|村道|路面|硬化|路网|路段"),
    re.compile(r"绿化|种植|造林|苗木|园林|植树"),
    re.compile(r"管网|管道|管线|排水|供水|燃气|供热"),
    re.compile(r"房屋|校舍|住房|用房|办公楼|宿舍|建筑|厂房|楼"),
    re.compile(r"河道|堤|护岸|渠|水利|水库|防洪"),
    re.compile(r"车辆|汽车|公交|用车"),
    re.compile(r"厕|卫生间|环卫"),
)
UNIT_TAIL = re.compile(r"[（(【\[][^（）()【】\[\]]{0,6}[）)】\]]$")

# Rows that say how much was saved, and rows that hold any cost at all.
SAVING = re.compile(
    r"(节约|节支|节省|压减|降低|压降|压缩|下浮|下降|缩减)(成本|资金|经费|费用|开支|支出|投资)?的?(率|额|金额|比例|幅度|程度)|成本.{0,2}(节约|降低|下降|压减|压降|压缩|缩减)"
)
# A surplus of at least nothing asks for nothing; one of nothing at most is a limit on money left over.
SURPLUS = re.compile(r"结余(率|额|金额|比例|资金)")
OF_MONEY = re.compile(r"成本|资金|经费|采购|预算|支出|费用|投资|造价|价格|单价|开支|运费|电费|油耗费")
OVERRUN = re.compile(r"超支|超预算|超概算|增加")
COST_NAME = re.compile(
    r"成本|单价|造价|价格|节约率|节支率|控制数|控制额|总投资|费用|限额|支出标准|补助标准|补贴标准|资助标准|发放标准|(人|户|亩|次|生|床|辆|公里|平方米|单位)均.{0,6}(费|标准|投资|支出|补)"
)
# What was done is told to have come cheaper; cheaper for others is a benefit and no matter here.
SAVING_CLAIM = re.compile(
    r"(成本|经费|费用|支出|开支|投资|造价|[运电水油租印]费|租金|单价|中标价)[^，。；]{0,8}(减少|下降|降低|低于预算)[^，。；]{0,6}\d"
    r"|(成本|经费|资金|费用|支出|开支|投资)(得到|有所|有效|实现|进一步|明显|大幅|大大|合理)*(的)?(节约|节省|降低|压减|下降)"
    r"|(节约|节省|降低|压缩|压减)了?[^，。；]{0,6}?(成本|经费|资金|费用|开支|支出|投资|投入)"
)
NOT_CLAIMED = re.compile(
    r"未|没有|力争|拟|将|计划|原则|坚持|要求|厉行|勤俭|意识|企业|群众|农户|农民|居民|患者|病人|家庭|百姓|学生|市民|市场主体|商户|用户|社会成本|参保|纳税|读者|游客"
)
# Names that tell of news and posts, which are counted once as work and once more as echo.
MEDIA = re.compile(r"媒体|报道|报告|推送|公众号|微信|宣传|发布|稿件|刊发")
PEOPLE_UNITS = frozenset(
    {"人", "人次", "人数", "名", "户", "家", "家庭", "万人", "万人次", "户次", "生", "村", "社区", "户数"}
)
