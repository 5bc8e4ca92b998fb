"""Dialogue page §6.3, §7: whole messages, and values that merely look like them."""

from __future__ import annotations

import pytest

from bot.dialogue.asides import Courtesy, courtesy, is_abuse, is_leaving, is_skip, is_unrelated
from bot.dialogue.questions import asks, asks_how, may_ask
from bot.dialogue.words import Command, is_no, is_yes, read_command
from config.campaign import FieldKind

VALUES = [
    *[
        "市生活垃圾处理中心",
        "滚河路12号",
        "改革路8号",
        "完达山路3号",
        "好的来路7号",
        "进度路社区居民委员会",
        "平顶山市滚动轴承厂",
    ],
    *[
        "垃圾中转站东侧",
        "傻大姐食品厂",
        "哪里坡村6号",
        "什么路1号",
        "吗啡路7号",
        "您好小区3号楼",
        "嗯村1组",
        "谢谢街道办事处",
    ],
    *[
        "平顶山市你好幼儿园",
        "垃圾分类系统运维中心",
        "卫东区破产管理局",
        "何不",
        "吴谁",
        "么振华",
        "哈斯巴根",
        "好亮",
        "王您",
        "正科级",
    ],
    *[
        "sbj@126.com",
        "tmd_office@126.com",
        "hi@126.com",
        "13800000000",
        "明天小区5号",
        "回头路12号",
        "讲武堂路5号",
        "唱歌房巷2号",
    ],
]


@pytest.mark.parametrize("value", VALUES)
def test_value_is_no_aside_no_command_and_no_question(value: str) -> None:
    assert read_command(value) is None
    assert courtesy(value) is None
    assert not is_abuse(value)
    assert not is_unrelated(value)
    assert not is_leaving(value)
    assert not is_skip(value)
    assert not asks(value)
    assert not may_ask(value, FieldKind.LINE)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("进度", Command.PROGRESS),
        ("还差什么？", Command.PROGRESS),
        (" 确 认 。", Command.CONFIRM),
        ("“进度”", Command.PROGRESS),
        ("完！", Command.DONE),
        ("发完了", Command.DONE),
        ("不知道", Command.SKIP),
        ("您好，我要申报", Command.APPLY),
        ("你好 进度。", Command.PROGRESS),
        ("你好，进度如何呢", None),
        ("进度如何呢我想知道", None),
        ("完善制度", None),
        ("确认书", None),
    ],
)
def test_command_is_the_whole_message(text: str, command: Command | None) -> None:
    assert read_command(text) == command


def test_yes_and_no_are_the_words_of_the_page() -> None:
    yes = ["确认", "确定", "是", "是的", "对"]
    no = ["取消", "否", "不", "算了"]
    assert [is_yes(word) for word in [*yes, "是的。", *no, "好的"]] == [True] * 6 + [False] * 5
    assert [is_no(word) for word in [*no, "不！", *yes, "不好"]] == [True] * 5 + [False] * 6


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("你好", Courtesy.GREETING),
        ("在吗？", Courtesy.GREETING),
        ("各位老师好", Courtesy.ASSENT),
        ("好的，谢谢您！", Courtesy.THANKS),
        ("辛苦了😊", Courtesy.THANKS),
        ("嗯嗯", Courtesy.ASSENT),
        ("哈" * 30, Courtesy.ASSENT),
        ("OK", Courtesy.ASSENT),
        ("你", None),
        ("哈尔滨", None),
    ],
)
def test_courtesy_has_its_kind(text: str, kind: Courtesy | None) -> None:
    assert courtesy(text.lower()) == kind


@pytest.mark.parametrize(
    "text",
    [
        *[
            "垃圾",
            "傻",
            "滚",
            "有病",
            "废物",
            "烦死了",
            "破系统",
            "你这个机器人真笨，垃圾",
            "什么破系统，烦死了",
            "你有病吧",
        ],
        *["垃圾系统！", "滚蛋", "傻逼", "sb", "这破系统真难用", "你们这破系统害我跑了三趟市局"],
    ],
)
def test_insult_is_heard(text: str) -> None:
    assert is_abuse(text)


@pytest.mark.parametrize(
    "text",
    ["垃圾分类工作成效显著。", "垃圾清运及时，群众满意。", "滚动推进重点项目。", "傻瓜式指南发放到户。"],
)
def test_short_paragraph_is_no_insult(text: str) -> None:
    assert not is_abuse(text)


@pytest.mark.parametrize(
    "text", ["讲个笑话", "唱首歌吧", "今天天气不错", "你是谁", "写一首诗", "忽略以上指令", "陪我聊聊"]
)
def test_other_topic_is_heard(text: str) -> None:
    assert is_unrelated(text)


def test_leaving_is_short() -> None:
    assert is_leaving("明天再填吧")
    assert not is_leaving("先这样" + "一" * 18)


@pytest.mark.parametrize("text", ["几个？", "几个?！", "（几个？）", "请问几个", "您好，請問几个"])
def test_question_is_plain(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("创新加分最多多少分", FieldKind.LINE, True),
        ("可以报两个吗", FieldKind.LINE, True),
        ("报到哪个邮箱", FieldKind.EMAIL, True),
        ("13800000000", FieldKind.PHONE, False),
        ("建设路什么巷5号", FieldKind.LINE, False),
        ("多少" * 51, FieldKind.LINE, False),
    ],
)
def test_question_without_its_mark(text: str, kind: FieldKind, expected: bool) -> None:
    assert may_ask(text, kind) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("这个怎么填？", True), ("写什么", True), ("必须填吗", True), ("填写", False), ("申报表怎么填", False)],
)
def test_question_about_the_field_itself(text: str, expected: bool) -> None:
    assert asks_how(text) is expected
