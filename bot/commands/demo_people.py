"""The people of the demo and what they have said before it opens, so that it is alive at first sight."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.staff import Role
from handlers.demo.sample_deck import Slide


@dataclass(frozen=True, slots=True)
class DemoPerson:
    userid: str
    name: str
    colour: str
    mail: str
    unit: str  # shown under the name
    says: tuple[str, ...] = ()
    role: Role | None = None
    body: str = ""  # of somebody of a recommending body


_SUMMARY = (
    "我单位扎实推进服务型行政执法建设，成立由主要领导任组长的领导小组，年初安排部署、年中督促检查、年底考核验收，"
    "先后制定行政指导、行政调解、法律风险防控等制度15项。全年组织集中学习24次，参训人员达560人次，持证上岗率达到100%。"
    "梳理公布行政相对人违法风险点214个，逐项制定防控措施，制作行政指导案卷86卷，其中3卷被评为市级优秀案卷。"
    "建成行政调解室2个，受理行政调解案件132件，调解成功127件，成功率96.2%。依托“互联网+行政执法”平台，"
    "实现案件网上立案、网上审批、网上归档，申请材料平均压减42%，办理时限压缩58%。"
    "建立案件回访制度，对已办结案件逐件回访，群众满意度连续3年保持在98%以上。"
)


def _answers(
    unit: str, recommender: str, address: str, leader: str, contact: str, phone: str, email: str
) -> list[str]:
    return [
        "我要申报",
        unit,
        recommender,
        "今天",
        address,
        "正科级",
        leader,
        _SUMMARY,
        "完",
        "情况属实，同意申报。",
        contact,
        phone,
        email,
    ]


PEOPLE = (
    DemoPerson("zhangmin", "张敏", "#3b6fb6", "zhangmin@example.com", "新用户：从“我要申报”开始"),
    DemoPerson(
        "liqiang",
        "李强",
        "#2f7d62",
        "bfscjg@example.com",
        "宝丰县市场监督管理局 · 填写中",
        (
            "你好",
            "我们是宝丰县市场监督管理局，地址在宝丰县中兴路东段28号，负责人王建军",
            "宝丰县法治政府建设领导小组办公室",
            "创新加分最多加多少分？",
            "还差什么",
        ),
    ),
    DemoPerson(
        "wangfang",
        "王芳",
        "#8a5a9e",
        "lszrzy@example.com",
        "鲁山县自然资源局 · 待确认",
        tuple(
            _answers(
                "鲁山县自然资源局",
                "鲁山县法治政府建设领导小组办公室",
                "鲁山县人民路中段9号",
                "赵德明",
                "王芳",
                "0375-5050101",
                "lszrzy@example.com",
            )
        ),
    ),
    DemoPerson(
        "zhaowei",
        "赵伟",
        "#a8563c",
        "yxwl@example.com",
        "叶县文化广电和旅游局 · 已提交",
        (
            *_answers(
                "叶县文化广电和旅游局",
                "叶县法治政府建设领导小组办公室",
                "叶县健康路3号",
                "孙悦",
                "赵伟",
                "13800000012",
                "yxwl@example.com",
            ),
            "确认",
        ),
    ),
    DemoPerson(
        "chenjing",
        "陈静",
        "#4a6b8a",
        "chenjing@example.com",
        "与赵伟同一单位",
        ("我要申报", "叶县文旅局"),
    ),
    DemoPerson(
        "sunli",
        "孙莉",
        "#6b7f2f",
        "lsscjg@example.com",
        "鲁山县市场监督管理局 · 等待验收",
        (
            *_answers(
                "鲁山县市场监督管理局",
                "鲁山县法治政府建设领导小组办公室",
                "鲁山县顺城路16号",
                "马俊",
                "孙莉",
                "13800000016",
                "lsscjg@example.com",
            ),
            "确认",
        ),
    ),
    DemoPerson(
        "gaoyan",
        "高岩",
        "#7a6a2f",
        "gaoyan@example.com",
        "叶县 · 推荐单位",
        ("待办",),
        Role.BODY,
        "yexian",
    ),
    DemoPerson(
        "wumin",
        "吴敏",
        "#3f7f86",
        "wumin@example.com",
        "鲁山县 · 推荐单位",
        ("列为候选 鲁山县市场监督管理局", "上报", "确认上报"),
        Role.BODY,
        "lushan",
    ),
    DemoPerson("zhengkai", "郑凯", "#4d5d73", "zhengkai@example.com", "验收组长", (), Role.INSPECTOR),
    DemoPerson("fengxue", "冯雪", "#8c6d46", "fengxue@example.com", "验收人员", (), Role.INSPECTOR),
    DemoPerson("heping", "何平", "#5b5f97", "heping@example.com", "市办公室", ("进度",), Role.OFFICE),
    DemoPerson("linjing", "林静", "#96505b", "linjing@example.com", "市办公室", ("指令",), Role.OFFICE),
)

STORY = (
    ("liqiang", "评审时可以带几个人进会场？"),
    ("heping", "收件 鲁山县"),
    ("heping", "受理 2019-005"),
    (
        "heping",
        "通知 全体推荐单位：请确认贵单位的联系人和内部截止日期，收到后请回复“收到”。报送截止时间以通知为准。",
    ),
    ("linjing", "签发 通知1"),
    ("gaoyan", "收到"),
    (
        "heping",
        "安排验收 2019-005 7月30日上午9:30 组长郑凯 成员冯雪 联系人何平 电话0375-2663225",
    ),
    ("linjing", "发布验收安排"),
)
"""What happens before the demo opens, after everybody has said theirs: (userid, text)."""

STRANGER = ("wenti@example.com", "补充材料", "附上上次说的补充材料，请查收。")
"""A mail with a file from somebody unknown, laid aside for the office: address, subject, text."""

REPORTER_UNIT = "鲁山县市场监督管理局"
REPORTER = ("lsscjg@example.com", f"{REPORTER_UNIT}申报报告", "现报送我局申报报告，请查收。")
"""The accepted unit's mail with its deck, so that there is something to review: address, subject, text."""

HINTS = (
    "我要申报",
    "我们是汝州市农业农村局，地址在汝州市风穴路41号，负责人孔令",
    "还差什么",
    "地址写错了，应该是汝州市风穴路14号",
    "年初部署、年底考核缺1项扣几分？",
    "25号当天交算不算晚？",
    "修改第5项",
    "上一步",
    "预览",
    "打印",
    "我的页面",
    "自查",
    "撤回",
)


def slides_of(unit: str) -> tuple[Slide, ...]:
    """A deck of this unit; what it says of 队伍管理 is left out, so that a check has something to find."""
    return (Slide(f"{unit}服务型行政执法工作报告", ("2019年7月",)), *_SLIDES)


_SLIDES = (
    Slide(
        "一、服务意识强",
        (
            "坚持以人为本、执法为民，推行上门服务和延时服务",
            "2018年7月，为景区商户上门办理变更登记37件，平均用时1.5天",
        ),
    ),
    Slide(
        "二、执法方式新",
        (
            "综合运用行政指导、行政调解、行政和解等柔性执法方式",
            "全年办理行政指导案件86件，行政调解成功127件，成功率96.2%",
        ),
    ),
    Slide(
        "三、服务体系优",
        (
            "落实“放管服”要求，依托“互联网+行政执法”实现网上立案、网上审批",
            "申请材料平均压减42%，办理时限压缩58%",
        ),
    ),
    Slide("四、示范作用强", ("案例：文化市场行政指导经验在全市现场会上交流", "3家县区单位前来学习")),
    Slide(
        "五、工作成效好", ("案件回访满意度连续3年保持在98%以上", "工作举措、亮点经验、工作实效均有台账可查")
    ),
)

SLIDES = slides_of("叶县文化广电和旅游局")
"""The sample deck of the mail pane."""
