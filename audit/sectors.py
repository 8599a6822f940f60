"""Lines of work by their words: whether an indicator belongs to the work a form tells of."""

from __future__ import annotations

import re
from functools import lru_cache

from audit.compare import TEXTS_REMEMBERED

# Matters of one line of work: words a name of it holds, and letters any of which shows that a form has to do with it.
FAR_MATTERS = (
    (
        re.compile(r"(道路|公路|村道|路面).{0,4}(硬化|里程|铺装|修建)|桥梁"),
        re.compile(r"[路村]|桥梁|交通(?!补|费|、误|和误)|硬化|通行|出行"),
    ),
    (
        re.compile(r"高标准农田|耕地.{0,4}(产|质量|面积)|粮食.{0,6}产|亩均.{0,6}产|作物"),
        re.compile(r"[农粮田耕亩渠]|种植|种子|播种|土地|灌溉|作物"),
    ),
    (re.compile(r"森林(覆盖|蓄积)|造林|林木|草原.{0,3}盖度"), re.compile(r"[林树草绿园苗]|生态|环境|湿地")),
    (
        re.compile(r"(供水|排水|污水|燃气|供热)?管网.{0,4}(漏损|长度|里程|覆盖)|漏损率|污水.{0,3}处理"),
        re.compile(r"水(?!平|准)|管[网道线廊]|污|燃气|供热|供暖|市政|环境|环保|老旧小区|市容|海绵"),
    ),
    (
        re.compile(
            r"(河[道流]|沟渠|渠道|河湖|堤防|护岸).{0,6}(清淤|疏浚|整治|治理|长度|里程)|(疏浚|清淤).{0,6}(河|渠|沟|长度|里程)|水库|除险加固|灌溉渠|堤防"
        ),
        re.compile(
            r"[堤坝塘汛涝灌洪]|河[道流湖岸床长网渠]|江河|湖泊|水[利库务毁文]|流域|渠(?!道)|渠道[清疏防衬维改建长整]|沟|农田|环境整治|人居环境|美丽乡村"
        ),
    ),
    (
        re.compile(r"公厕|厕所|卫生间"),
        re.compile(r"厕|环卫|景区|旅游|村|公园|市容|卫生(?!健康|部|局)|学校|改造|物业|场馆|车站"),
    ),
    (
        re.compile(r"充电桩|充换电|充电(设施|站|车位)"),
        re.compile(r"充电|电动|新能源|[车停]|能源|供电|用电|小区|节能|园区"),
    ),
    (re.compile(r"农机|农业机械|插秧机|收割机|拖拉机"), re.compile(r"[农粮田耕]|种[植子业]|播种|育种|作物|机械")),
    (
        re.compile(r"戏曲|戏剧|文艺演出|送戏|剧目|电影放映|曲艺"),
        re.compile(r"[戏剧演艺曲影]|文[化旅艺]|节庆|群众文化|晚会|民俗"),
    ),
    (re.compile(r"(菜|农贸|集贸)市场"), re.compile(r"市场|商[务业贸户]|[菜集]贸?|农产品|食品|摊")),
    (
        re.compile(r"5G|基站|光缆|光纤|宽带"),
        re.compile(r"通信|网络|信息|基站|5G|数字|电信|智慧|光[缆纤]|宽带|监控|平台"),
    ),
    (
        re.compile(r"安装路灯|路灯.{0,6}(盏|数量|安装)|亮化"),
        re.compile(r"路灯|照明|亮[化灯]|道路|市政|村|街|小区|公园|园区"),
    ),
    (
        re.compile(r"幼儿园|托育|学位"),
        re.compile(r"[学教校幼童托]|育[人儿]|小区|社区"),
    ),
    (
        re.compile(r"养老(机构|床位|服务)|护理型床位|适老化|助餐点"),
        re.compile(r"[老龄]|养老|护理|失能|民政|社区|福利|残疾"),
    ),
    (
        re.compile(r"住院|孕产妇|婴儿死亡|(?<!护理型)床位|诊疗|门急?诊|疫苗|接种"),
        re.compile(
            r"[医病诊药疫疗]|妇[幼女产]|孕|婴|老[年人龄]|残疾|护理|看护|健康|保健|卫健|公共卫生|卫生[院室所服]|养[老护]|急救|儿童|幼儿|动物|畜"
        ),
    ),
    (
        re.compile(r"入学率|升学率|辍学|巩固率|学位|毕业生|生均"),
        re.compile(r"[学教校师幼童]|育人|人才|青少年|毕业|就业"),
    ),
    (re.compile(r"生猪|畜禽|能繁|出栏|存栏|水产养殖"), re.compile(r"[畜牧禽渔猪牛羊养农兽肉]|水产|食品|检疫")),
    (
        re.compile(r"公共?租赁?住?房|公租房|廉租房|保障性住房|保障房|棚户区|棚改|危房|商品房|住房公积金"),
        re.compile(r"住(?!院)|[房宅租]|安居|搬迁|安置|物业|低保|救助"),
    ),
    (
        re.compile(r"公交(线路|车辆|站)|出租车|客运(班线|量|站)|地铁|轨道交通"),
        re.compile(r"[交车路站运客]|通勤|出行|轨道"),
    ),
    (
        re.compile(
            r"(发明|有效)?专利(授权|申请|拥有)|(科技型?|高新)?企业孵化|孵化企业|高新技术企业|科技型中小企业|技术合同(成交)?"
        ),
        re.compile(r"科技|专利|知识产权|创新|技术|研发|企业|产业|孵化|成果"),
    ),
    (
        re.compile(r"图书(借阅|采购|购置|更新|入藏)|馆藏|借阅量|读者到馆|阅览座席"),
        re.compile(r"[书读阅馆]|文化|文献|古籍|档案|教[育学材师]|学[校生习]|大学|中学|小学"),
    ),
    (
        re.compile(r"文物(修缮|展|征集|保护单位)|非遗(传承|项目)|博物馆(参观|接待)"),
        re.compile(r"文[物化旅博]|非遗|遗产|[馆古史艺展]|传统"),
    ),
    (
        re.compile(r"(养老|失业|工伤|医疗|居民|职工)保险(参保|覆盖|待遇)|参保(人数|率)|养老金"),
        re.compile(r"保险|社保|参保|人社|养老|医[保疗]|就业|劳动|退休|居民|保障"),
    ),
    (
        re.compile(r"运动员(注册|获奖|输送)|体育(场馆|赛事|人口)|金牌|奖牌数"),
        re.compile(r"体育|[赛动]|健身|训练|竞技|体质"),
    ),
    (
        re.compile(r"(生活|餐厨|建筑)垃圾|垃圾(分类|清运|处理|焚烧)|填埋场"),
        re.compile(r"[垃污废环卫洁]|市容|清运|餐|物业|分类|城管|村|社区"),
    ),
    (re.compile(r"骨灰|火化|公墓|殡葬|殡仪"), re.compile(r"[殡葬墓逝丧]|骨灰|民政|火化|烈士|祭扫")),
    (re.compile(r"渔船|捕捞|渔港|渔获|渔业|增殖放流|鱼苗"), re.compile(r"[渔海港船鱼]|水产|捕捞|湖|江")),
    (
        re.compile(r"彩票(销售|销量)|旅行社|星级(酒店|饭店)|A级景区"),
        re.compile(r"旅游|文旅|景[区点]|彩票|体育|福利|酒店|饭店|民宿|游客"),
    ),
    (
        re.compile(r"(刑事|盗窃|诈骗|治安)案件(破案|发案|侦破)|破案率"),
        re.compile(r"[警案犯]|公安|治安|反诈|平安|安防|监控|巡逻|禁毒"),
    ),
    (
        re.compile(r"庭审|审判|执行到位|法官|陪审"),
        re.compile(r"法[院官治庭律]|司法|案件|审[判理结]|诉讼|庭|检察|仲裁|调解|普法"),
    ),
)
# Harm kept away, and who or what is served beyond the work itself: an effect may well lie in another line of work.
REACHES_OUT = re.compile(
    r"受灾|受淹|受损|损失|减损|灾害|防[雹洪汛涝旱灾风霜火]|保护|保障|受益|惠及|灌溉|下游|沿线|周边|带动|辐射|减少|避免|促进|拉动|支撑"
)


@lru_cache(maxsize=TEXTS_REMEMBERED)
def name_to_witness(name: str) -> re.Pattern[str] | None:
    """What else a form of the line of work that a name speaks of would hold; None for a name of any work."""
    return next((sign for matter, sign in FAR_MATTERS if matter.search(name)), None)
