"""How bodies and the office word what they want done."""

from __future__ import annotations

import pytest

from bot.staff import recommend_commands as c
from bot.staff.recommend_words import (
    read_bare_order,
    read_command,
    read_paper,
    read_reason,
    read_return,
)

SAID = [
    ("待办", c.ShowWaiting()),
    ("新报", c.ShowWaiting()),
    ("打开 2019-017", c.Open("2019-017")),
    ("打开宝丰县市场监管局", c.Open("宝丰县市场监管局")),
    ("列为候选 2019-017", c.AcceptCandidates(("2019-017",))),
    ("列为候选：2019-017、2019-018", c.AcceptCandidates(("2019-017", "2019-018"))),
    ("把2019-017列为候选", c.AcceptCandidates(("2019-017",))),
    ("退回 2019-017，理由缺盖章，期限7月16日", c.Return("2019-017", "缺盖章", "7月16日")),
    (
        "退回2019-017，期限：7月16日前，理由：摘要超字数，请改",
        c.Return("2019-017", "摘要超字数，请改", "7月16日"),
    ),
    ("退回 2019-017", c.Return("2019-017", "", "")),
    ("退回 2019-017 补正：缺公章 7月16日", c.Return("2019-017", "缺公章", "7月16日")),
    ("退回2019-017补正，缺公章，请于7月16日前补齐。", c.Return("2019-017", "缺公章", "7月16日")),
    ("退回 2019-017，缺公章，下周五前补正", c.Return("2019-017", "缺公章", "下周五")),
    ("退回 2019-017，须在2019-07-16之前报送，缺公章", c.Return("2019-017", "缺公章", "2019-07-16")),
    ("退回 2019-017，7月10日盖的章看不清", c.Return("2019-017", "7月10日盖的章看不清", "")),
    ("退回 2019-017，7月10日盖的章看不清，16日前", c.Return("2019-017", "7月10日盖的章看不清", "16日")),
    ("退回 宝丰县公安局 补正：缺页 期限7月16日", c.Return("宝丰县公安局", "缺页", "7月16日")),
    ("退回补正 宝丰县公安局 理由：缺页", c.Return("宝丰县公安局", "缺页", "")),
    ("同意撤回 2019-017", c.GrantWithdrawal("2019-017", "")),
    ("同意撤回 2019-017，理由单位改制", c.GrantWithdrawal("2019-017", "单位改制")),
    ("内部截止 7月18日", c.SetCutoff("7月18日")),
    ("内部截止改为7月20日", c.SetCutoff("7月20日")),
    ("内部截止", c.SetCutoff("")),
    ("排序", c.ShowOrder()),
    ("把3放第一", c.Place((("3", 1),))),
    ("把第3位放到第1位", c.Place((("3", 1),))),
    ("宝丰县市监局排第2", c.Place((("宝丰县市监局", 2),))),
    ("宝丰县市监局排第二，叶县公安局排第十二", c.Place((("宝丰县市监局", 2), ("叶县公安局", 12)))),
    ("将2019-017调到首位。", c.Place((("2019-017", 1),))),
    ("第2和第3对调", c.Swap("2", "3")),
    ("把宝丰县公安局与宝丰县水利局互换", c.Swap("宝丰县公安局", "宝丰县水利局")),
    ("排序 1 3 2", c.Reorder(("1", "3", "2"))),
    ("新顺序：\n1. 宝丰县公安局\n2、宝丰县水利局", c.Reorder(("宝丰县公安局", "宝丰县水利局"))),
    ("打印意见 2019-017", c.PrintOpinion("2019-017")),
    ("打印意见", c.PrintOpinion("")),
    ("上报", c.SendPackage(False)),
    ("确认上报", c.SendPackage(True)),
    ("零报告", c.ZeroReport(False)),
    ("确认零报告", c.ZeroReport(True)),
    ("由我单位推荐 2019-017", c.ChooseRoute("2019-017", "")),
    ("2019-017由宝丰县推荐", c.ChooseRoute("2019-017", "宝丰县")),
    ("包", c.ShowPackages()),
    ("收件 宝丰县", c.ReceivePackage("宝丰县", "")),
    ("收件 宝丰县，理由网络故障", c.ReceivePackage("宝丰县", "网络故障")),
    ("同意更正 宝丰县", c.AnswerCorrection("宝丰县", True)),
    ("不同意更正 宝丰县", c.AnswerCorrection("宝丰县", False)),
    ("递补 宝丰县", c.MoveUp("宝丰县", True)),
    ("不递补 宝丰县", c.MoveUp("宝丰县", False)),
    ("收到纸质件 2019-017 打印码 ABCDEFG 送件人 王五", c.EnterPaper("2019-017", "ABCDEFG", "王五")),
    ("收到纸质件 2019-017，打印码：ABCDEFG，由王五送来", c.EnterPaper("2019-017", "ABCDEFG", "王五")),
    ("收到纸质件 2019-017", c.EnterPaper("2019-017", "", "")),
    ("收到纸质件 2019-017 无打印码 送件人 王五", c.EnterPaper("2019-017", "无", "王五")),
    ("纸质件", c.ShowPapers("")),
    ("打开　２０１９－０１７", c.Open("2019-017")),
    ("纸质件 宝丰县", c.ShowPapers("宝丰县")),
]


@pytest.mark.parametrize(("text", "command"), SAID)
def test_command_is_read(text: str, command: c.Command) -> None:
    assert read_command(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "",
        "你好",
        "公示多长时间？",
        "单位名称：宝丰县市场监督管理局",
        "负责人是第一书记",
        "地址改为建设路1号",
        "上报什么材料",
        "什么时候上报？",
        "1 3 2",
        "确认",
        "推荐顺序怎么写",
        "退回率是多少",
        "打开附件要用什么软件？",
        "退回怎么办",
        "退回 2019-017、2019-018，理由缺章",
        "收件 2019-017 2019-018",
    ],
)
def test_everything_else_is_left_to_others(text: str) -> None:
    assert read_command(text) is None


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("1 3 2", ("1", "3", "2")),
        ("2、1、3", ("2", "1", "3")),
        ("一，三，二", ("一", "三", "二")),
        ("宝丰县公安局\n宝丰县水利局", ("宝丰县公安局", "宝丰县水利局")),
        ("1. 宝丰县公安局\n2. 宝丰县水利局；", ("宝丰县公安局", "宝丰县水利局")),
    ],
)
def test_bare_order_is_read_where_one_was_asked_for(text: str, which: tuple[str, ...]) -> None:
    assert read_bare_order(text) == c.Reorder(which)


@pytest.mark.parametrize("text", ["1", "你好", "好的", ""])
def test_single_word_is_no_order(text: str) -> None:
    assert read_bare_order(text) is None


def test_reason_has_to_be_called_one() -> None:
    assert read_reason("理由：缺盖章。") == "缺盖章"
    assert read_reason("进度") == ""
    assert read_return("缺盖章，7月16日的章") == ("缺盖章，7月16日的章", "")


def test_code_and_bringer_are_read_apart() -> None:
    assert read_paper("打印码 abcdefg") == ("abcdefg", "")
    assert read_paper("送件人：王五") == ("", "王五")
    assert read_paper("没有打印码") == ("无", "")
    assert read_paper("谢谢") == ("", "")
