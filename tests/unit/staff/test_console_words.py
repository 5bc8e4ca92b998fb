"""How people ask for a way into the console."""

from __future__ import annotations

import pytest

from bot.staff.console_words import asks_for_console


@pytest.mark.parametrize(
    "text",
    [
        "登录", "登陆", "登入", "工作台", "控制台", "登录。", "我要登录", "我想登录工作台", "怎么登录", "怎么登录？",
        "怎么进工作台", "如何进入后台", "打开工作台", "进入控制台", "登录链接", "工作台链接", "给我一个登录链接",
        "请发我登录链接", "再发一个登录链接", "工作台的网址是什么", "登录网址", "登录地址", "登录页面", "登录系统",
        "登录不了", "登录不上", "登录链接过期了", "登录链接失效了", "工作台打不开", "麻烦重新发登录链接，谢谢",
        "电脑上怎么登录", "网页登录", "网页版后台", "管理后台", "LOGIN", "你好，我想登录工作台", "从哪里登录",
        "登录 工作台", "电脑端登录", "在电脑上登录", "请问怎么登录", "登录一下",
    ],
)  # fmt: skip
def test_everyday_wording_asks_for_the_console(text: str) -> None:
    assert asks_for_console(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "退出登录", "不要登录", "申报单位怎么登录", "登录的是谁", "进度", "待办", "打开 2019-017",
        "通知 全体：请登录工作台", "工作台账", "后台审批", "登录后怎么上报", "邀请 张三 登录",
        "我要申报", "给我链接", "张三登录了吗",
    ],
)  # fmt: skip
def test_other_texts_do_not(text: str) -> None:
    assert not asks_for_console(text)
