"""What the office says about results and how people ask for one, in everyday wordings."""

from __future__ import annotations

import pytest

from bot.model.results import Column, EntryKind, Outcome, Received, ReleaseKind
from bot.staff.results_orders import (
    Announce,
    Approve,
    Asked,
    Decide,
    FinishReview,
    HandOver,
    Object,
    ObjectionStep,
    Publish,
    ResultOrder,
    SetTerms,
    ShowBoard,
    ShowFactors,
    ShowList,
    ShowObjections,
    ShowPlaques,
    ShowRelease,
    Sign,
    Withdraw,
)
from bot.staff.results_words import read_result_order

NOTICE, ANNOUNCEMENT = ReleaseKind.PUBLIC_NOTICE, ReleaseKind.ANNOUNCEMENT
IN, OUT = Outcome.IN, Outcome.OUT

ORDERS: dict[str, ResultOrder] = {
    "结果": ShowBoard(),
    "查看结果办理情况": ShowBoard(),
    "名单": ShowList(),
    "看一下拟定名单": ShowList(),
    "三项对照": ShowFactors(Column.NUMBER, False),
    "三项对照表 按验收从高到低": ShowFactors(Column.ON_SITE, True),
    "对照表，按推荐顺序排列": ShowFactors(Column.RECOMMENDATION, False),
    "评审结束 2019-017、2019-018": FinishReview(("2019-017", "2019-018")),
    "拟定 2019-017 理由：评审第一，验收91分。": Decide(IN, "2019-017", "评审第一，验收91分"),
    "拟定２０１９－０１７，理由是基层代表": Decide(IN, "2019-017", "基层代表"),
    "拟定 2019-017 基层代表": Decide(IN, "2019-017", "基层代表"),
    "拟定 2019-017": Decide(IN, "2019-017", ""),
    "2019-017 列入拟定名单，原因：全市第一": Decide(IN, "2019-017", "全市第一"),
    "不入选 宝丰县公安局 理由：验收分低\n材料也不全": Decide(OUT, "宝丰县公安局", "验收分低\n材料也不全"),
    "2019-017 不予入选：得分低": Decide(OUT, "2019-017", "得分低"),
    "一票否决 2019-017 理由：败诉": Decide(Outcome.VETO, "2019-017", "败诉"),
    "审定 平法政办〔2019〕8号 王某某 8月15日": Approve(("平法政办〔2019〕8号", "王某某", "8月15日")),
    "领导审定意见：文号8号，领导王某某，日期2019-08-15": Approve(("8号", "王某某", "2019-08-15")),
    "公示期 5个工作日 异议渠道：电话0375": SetTerms(5, "电话0375"),
    "公示期为五个工作日，异议方式：书面": SetTerms(5, "书面"),
    "开始公示 8月20日 https://a.cn/1?b=2": Publish("8月20日", "https://a.cn/1?b=2"),
    "开始公示 自8月20日起 网址：https://a.cn/1": Publish("8月20日", "https://a.cn/1"),
    "开始公示": Publish("", ""),
    "更正公示 https://a.cn/1，8月20日": Publish("8月20日", "https://a.cn/1"),
    "签发公示": Sign(NOTICE),
    "同意签发公布稿": Sign(ANNOUNCEMENT),
    "作废公示稿": Withdraw(NOTICE),
    "公示稿": ShowRelease(NOTICE),
    "公示情况": ShowRelease(NOTICE),
    "公布稿": ShowRelease(ANNOUNCEMENT),
    "公布": Announce("", ""),
    "公布 文号：平法政〔2019〕9号 https://a.cn/2": Announce("平法政〔2019〕9号", "https://a.cn/2"),
    "异议": ShowObjections(0),
    "查看异议3": ShowObjections(3),
    "异议 2019-017 电话 实名：案卷不实": Object("2019-017", Received.PHONE, True, "案卷不实"),
    "登记异议 宝丰县公安局，来信，匿名：不实": Object("宝丰县公安局", Received.LETTER, False, "不实"),
    "异议 邮件 未署名：名单整体不合理": Object("", Received.MAIL, False, "名单整体不合理"),
    "异议：名单不合理": Object("", None, None, "名单不合理"),
    "核查 2019-017：近三年有败诉": Object("2019-017", Received.CHECK, True, "近三年有败诉"),
    "异议1 办理：已调阅案卷": ObjectionStep(1, EntryKind.HANDLING, "已调阅案卷"),
    "异议12 结论 不成立：查无实据": ObjectionStep(12, EntryKind.REJECTED, "查无实据"),
    "异议1成立，判决在案": ObjectionStep(1, EntryKind.UPHELD, "判决在案"),
    "异议1 答复 已电话答复": ObjectionStep(1, EntryKind.REPLY, "已电话答复"),
    "匾牌": ShowPlaques(),
    "匾牌清单": ShowPlaques(),
    "匾牌 2019-017 领取人 张三 9月10日": HandOver("2019-017", "张三", "9月10日"),
    "匾牌 宝丰县公安局 由张三领取": HandOver("宝丰县公安局", "张三", ""),
}

ASKED = (
    "宝丰县公安局入选了吗",
    "我们单位选上没有？",
    "评上了吗",
    "2019-017是不是入选了",
    "谁入选了",
    "哪些单位评上了",
    "名单出来了吗",
    "结果怎么样",
    "我们的评选结果出来没有",
    "最终名单有哪些",
    "宝丰县公安局是否落选",
    "名单什么时候公布",
    "我们单位有没有戏",
    "我们还有希望吗",
    "能告诉我们单位的得分吗",
    "我们得了多少分",
    "第几名",
    "我们单位排第几",
    "示范点名单发一下",
    "把入选名单发给我看看",
    "评选结果能先透露一下吗",
    "能不能提前告诉我们结果",
    "听说我们落选了，是真的吗",
    "我们单位进名单了没",
    "我局是否列入拟定名单",
    "名单里有没有我们",
    "公示名单上有宝丰县公安局吗",
    "最后评上几家",
    "入选的单位有哪些",
    "宝丰县公安局得分多少",
    "宝丰县公安局是否已被确定为示范点",
    "我们是不是示范点",
    "公示了吗",
    "宝丰县公安局入选了没有",
)

NEITHER = (
    "怎么才能入选",
    "没有领导签字能入选吗",
    "入选标准是什么",
    "入选后有匾牌吗",
    "最多几个单位能入选",
    "结果什么时候公布",
    "名单怎么定",
    "公示期多长",
    "一票否决是什么意思",
    "匾牌由谁授予",
    "公布时间",
    "排名第一一定评上吗",
    "缺1次得多少分",
    "名单里有没有错别字",
    "怎么才能列入名单",
    "最多评几家",
    "2.1得分多少",
    "公示了以后还能提异议吗",
    "推荐排名怎么定",
    "得分怎么算",
    "附上人员名单",
    "第几项没填",
    "联系人名单发邮箱行吗",
    "我们单位今年的工作结果很好，入选了市级先进",
    "通知 全体推荐单位：名单已定",
    "签发 通知3",
    "查 2019-017",
    "受理 2019-017",
    "",
)


@pytest.mark.parametrize(("text", "order"), ORDERS.items())
def test_order_is_read_as_it_is_meant(text: str, order: ResultOrder) -> None:
    assert read_result_order(text) == order


@pytest.mark.parametrize("text", ASKED)
def test_question_for_a_result_is_heard(text: str) -> None:
    assert read_result_order(text) == Asked()


@pytest.mark.parametrize("text", NEITHER)
def test_what_is_neither_is_left_alone(text: str) -> None:
    assert read_result_order(text) is None
