"""Reading a mail for the form: values in every spelling, orders, questions, and what must never be a value."""

from __future__ import annotations

from time import perf_counter

import pytest

from bot.dialogue.mail_lines import looks_like_value
from bot.dialogue.mail_text import MailText, read_mail_text
from bot.dialogue.understand import Labels
from config.campaign import Campaign

LONG = "我单位扎实推进服务型行政执法建设，负责人带头讲法，联系人制度健全。"


def read(campaign: Campaign, text: str) -> MailText:
    return read_mail_text(campaign, Labels(campaign.form), text)


def values(campaign: Campaign, text: str) -> dict[str, str]:
    return {given.field: given.value for given in read(campaign, text).values}


@pytest.mark.parametrize(
    "text",
    [
        "单位地址：宝丰县中兴路28号",
        "单位地址:宝丰县中兴路28号",
        "5. 单位地址：宝丰县中兴路28号",
        "5、单位地址 宝丰县中兴路28号",
        "（5）单位地址：宝丰县中兴路28号",
        "第5项 单位地址：宝丰县中兴路28号",
        "５．单位地址：　宝丰县中兴路28号",
        "单 位 地 址：宝丰县中兴路28号",
        "【单位地址】宝丰县中兴路28号",
        "· 地址：宝丰县中兴路28号",
        "地址：\n宝丰县中兴路28号",
        "单位地址\n\n宝丰县中兴路28号\n",
        "單位地址：宝丰县中兴路28号",
        "|单位地址|宝丰县中兴路28号|",
        "单位地址\t宝丰县中兴路28号",
        "> 5. 单位地址（请写一行地址，100字以内）：宝丰县中兴路28号",
        "> 5. 单位地址（请写一行地址，100字以内）：\n宝丰县中兴路28号",
        "5. 单位地址（请写一行地址，100字以内）：__宝丰县中兴路28号__",
        "修改地址：宝丰县中兴路28号",
        "更正：单位地址：宝丰县中兴路28号",
        "地址写错了，应该是宝丰县中兴路28号",
        "老师您好，\n地址在宝丰县中兴路28号\n谢谢！",
    ],
)
def test_value_is_read_in_every_spelling(campaign: Campaign, text: str) -> None:
    assert values(campaign, text) == {"unit_address": "宝丰县中兴路28号"}


def test_several_values_stand_on_one_line(campaign: Campaign) -> None:
    assert values(campaign, "单位级别\t正科级\t负责人姓名\t张三\n联系人：李四 电话：13800000000") == {
        "unit_level": "正科级",
        "leader": "张三",
        "contact_name": "李四",
        "contact_phone": "13800000000",
    }
    assert values(campaign, "我们是新华区市场监督管理局，地址在建设路1号，负责人张三") == {
        "unit_name": "新华区市场监督管理局",
        "unit_address": "建设路1号",
        "leader": "张三",
    }


def test_our_own_list_quoted_untouched_says_nothing(campaign: Campaign) -> None:
    ours = "\n".join(f"> {field.number}. {field.label}（{field.help}）：" for field in campaign.form.fields)
    assert read(campaign, ours) == MailText()
    assert read(campaign, ours.replace("> ", "")) == MailText()


@pytest.mark.parametrize(
    "ending",
    [
        "",
        "\n\n申报单位意见：同意申报。",
        "\n此致\n敬礼\n宝丰县市场监督管理局\n2019年7月10日",
        "\n\n宝丰县市场监督管理局\n2019年7月10日",
        "\n\n以上材料请审核，谢谢！",
        "\n-- \n李四 13800000000",
        "\n发自我的iPhone",
        "\n完",
        "\n\n提交",
        "\n请问要交几份？",
        "\n联系人：李四",
        "\n联系人\n李四",
    ],
)
def test_long_text_runs_to_the_next_label_or_the_end(campaign: Campaign, ending: str) -> None:
    text = f"8. 工作基本情况：{LONG}\n\n一是工作情况。好。\n二、基本情况良好{ending}"
    assert values(campaign, text)["summary"] == f"{LONG}\n\n一是工作情况。好。\n二、基本情况良好"


def test_long_text_may_begin_below_its_label(campaign: Campaign) -> None:
    text = f"申报单位服务型行政执法工作基本情况：\n\n　　{LONG}\n　　第二段。\n申报单位意见：\n情况属实，同意申报。"
    assert values(campaign, text) == {
        "summary": f"{LONG}\n第二段。",
        "applicant_opinion": "情况属实，同意申报。",
    }


@pytest.mark.parametrize(
    "text",
    [
        "老师您好！\n附件是我们单位的申报材料，请查收。\n谢谢！",
        "负责人已经签字盖章，请查收。",
        "联系人 已经离职，会另行通知",
        "您好\n此致\n敬礼\n宝丰县市场监督管理局\n二〇一九年七月十日",
        "尊敬的领导：\n现将申报材料报上，请审阅。\n祝工作顺利！\n\n宝丰县市场监督管理局\n2019年7月10日",
        "电子邮箱：\n\n谢谢！",
        "联系人：\n以上请审核",
        "-- \n联系人：李四",
        "请确认收到，谢谢",
        "地址：（未填）",
    ],
)
def test_chatter_is_no_value_and_no_order(campaign: Campaign, text: str) -> None:
    found = read(campaign, text)
    assert (found.values, found.orders, found.openings, found.questions) == ((), (), (), ())


@pytest.mark.parametrize(
    ("text", "openings", "orders"),
    [
        ("我要申报", ("我要申报",), ()),
        ("您好，我要申报，谢谢！", ("我要申报",), ()),
        ("确认", (), ("确认",)),
        ("“确认”。", (), ("确认",)),
        ("核对无误，谢谢", (), ("确认",)),
        ("确认提交", (), ("提交",)),
        ("我单位申请撤回", (), ("撤回",)),
        ("打印\n进度\n打印", (), ("打印", "进度")),
        ("用新版", (), ("用新版",)),
        ("声明 已验收合格，无严重违法", (), ("声明 已验收合格，无严重违法",)),
        ("切换到宝丰县水利局", ("切换到宝丰县水利局",), ()),
        ("> 确认", (), ()),
        ("上一步", (), ()),
        ("确认收到", (), ()),
    ],
)
def test_order_stands_on_a_line_of_its_own(
    campaign: Campaign, text: str, openings: tuple[str, ...], orders: tuple[str, ...]
) -> None:
    found = read(campaign, text)
    assert (found.openings, found.orders, found.values) == (openings, orders, ())


def test_question_is_found_among_other_words(campaign: Campaign) -> None:
    text = "您好。附件已发，请问纸质表交几份？谢谢！\n负责人：张三，请问要写职务吗？\n单位级别：写什么？"
    found = read(campaign, text)
    assert found.questions == ("附件已发，请问纸质表交几份？", "请问要写职务吗？", "写什么？")
    assert [(given.field, given.value) for given in found.values] == [("leader", "张三")]


def test_wish_without_a_value_is_kept(campaign: Campaign) -> None:
    assert read(campaign, "我要修改地址").wishes == ("unit_address",)
    assert read(campaign, "修改第7项").wishes == ("leader",)


def test_reserved_item_is_named(campaign: Campaign) -> None:
    found = read(campaign, "推荐意见：同意推荐\n县（市、区）法治机构（市级主管部门）推荐意见：同意")
    assert [given.field for given in found.values] == [
        "!推荐意见",
        "!县（市、区）法治机构（市级主管部门）推荐意见",
    ]


def test_quoted_and_signed_values_are_weak(campaign: Campaign) -> None:
    found = read(campaign, "> 地址：旧路1号\n此致\n敬礼\n电话：13800000000")
    assert [(given.field, given.weak) for given in found.values] == [
        ("unit_address", True),
        ("contact_phone", True),
    ]
    strong = read(campaign, "电话：13900000000\n此致\n电话：13800000000").values
    assert [(given.value, given.weak) for given in strong] == [("13900000000", False)]


def test_last_word_counts(campaign: Campaign) -> None:
    assert values(campaign, "负责人：张三\n负责人：李四") == {"leader": "李四"}


def test_line_that_nobody_understands_is_kept_apart(campaign: Campaign) -> None:
    found = read(campaign, "您好\n宝丰县中兴路28号\n谢谢")
    assert (found.values, found.others) == ((), ("宝丰县中兴路28号",))


@pytest.mark.parametrize("piece", ["（", "地址\t", "请问", "我们的材料\n", "，", "地址是 ", "1", "> "])
def test_huge_mail_is_cut_and_keeps_nobody_waiting(campaign: Campaign, piece: str) -> None:
    labels = Labels(campaign.form)
    started = perf_counter()
    found = read_mail_text(campaign, labels, piece * 100_000)
    assert found.is_cut
    assert perf_counter() - started < 20  # a pattern that backtracks takes minutes


def test_second_campaign_has_its_own_labels(second_campaign: Campaign) -> None:
    text = "参评单位：清河市第一中学\n方案：一是换器具。\n二是收雨水。\n值班电话：0990-6880123"
    assert values(second_campaign, text) == {
        "organisation": "清河市第一中学",
        "plan": "一是换器具。\n二是收雨水。",
        "duty_phone": "0990-6880123",
    }


@pytest.mark.parametrize(
    ("text", "openings", "orders"),
    [
        ("您好，内容已核对无误，确认。谢谢！", (), ("确认",)),
        ("是的，是我同事发的，请用新版。", (), ("用新版",)),
        ("不是我们发的，不用新版。", (), ("不用新版",)),
        ("还是用原来的吧，恢复上一版", (), ("恢复上一版",)),
        ("请撤回我单位的申报。", (), ("撤回",)),
        ("麻烦帮我们提交，谢谢", (), ("提交",)),
        ("您好，我是宝丰县卫健委的，我要申报。", ("我要申报",), ()),
        ("请问我们的材料还差什么？", (), ("进度",)),
    ],
)
def test_order_is_read_inside_a_sentence(
    campaign: Campaign, text: str, openings: tuple[str, ...], orders: tuple[str, ...]
) -> None:
    said = read(campaign, text)
    assert (said.openings, said.orders, said.others, said.questions) == (openings, orders, (), ())


@pytest.mark.parametrize(
    "text",
    [
        "先不要提交，我们再核对一下。",
        "材料还没盖章，提交",
        "如无问题，请提交",
        "请不要撤回",
        "附件已盖章，请确认",
        "不清楚是不是我们发的，用新版",
    ],
)
def test_sentence_with_doubts_orders_nothing(campaign: Campaign, text: str) -> None:
    assert read(campaign, text) == MailText(others=(text,))


def test_sentence_gives_values_and_an_order(campaign: Campaign) -> None:
    said = read(campaign, "我们是新华区市场监督管理局，我要申报。")
    assert [(one.field, one.value) for one in said.values] == [("unit_name", "新华区市场监督管理局")]
    assert said.openings == ("我要申报",)


def test_name_of_an_enclosed_paper_is_no_order(campaign: Campaign) -> None:
    assert read(campaign, "申报表").orders == ()


def test_correction_carries_further_labels(campaign: Campaign) -> None:
    assert values(campaign, "联系人换成赵敏，电话13900002222，邮箱zm@126.com") == {
        "contact_name": "赵敏",
        "contact_phone": "13900002222",
        "contact_email": "zm@126.com",
    }


def test_address_of_a_page_is_no_question(campaign: Campaign) -> None:
    text = "下载：https://mail.163.com/large-attachment-download/index.html?p=X&file=abc\n您好！请问：\n1、什么时候报？"
    assert read(campaign, text).questions == ("什么时候报？",)


def test_two_lines_of_declarations_are_one_word(campaign: Campaign) -> None:
    said = read(campaign, "声明 已验收合格\n声明 无严重违法")
    assert said.orders == ("声明 已验收合格；无严重违法",)


def test_lines_of_a_signature_are_told_apart(campaign: Campaign) -> None:
    said = read(campaign, "确认\n\n李晓明\n宝丰县市场监督管理局\n13800001111")
    assert said.orders == ("确认",)
    assert said.signed == said.others == ("李晓明", "宝丰县市场监督管理局", "13800001111")


@pytest.mark.parametrize(
    ("line", "is_value"),
    [
        ("申报时间 2019年7月10日", True),
        ("编制人数 86人", True),
        ("法人代表：李四", True),
        ("5. 宝丰县新华路8号", True),
        ("7、王强", True),
        ("1、申报表", False),
        ("市法治办：您好！", False),
        ("链接：https://pan.baidu.com/s/1A 提取码：x8k2", False),
        ("我局高度重视此项工作", False),
    ],
)
def test_line_with_an_unknown_label_may_be_meant_for_the_form(line: str, is_value: bool) -> None:
    assert looks_like_value(line) is is_value
