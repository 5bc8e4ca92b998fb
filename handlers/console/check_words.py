"""What a check of this deployment means for the office, and what is to be handed on to whoever maintains it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_GOOD = "正常"
_HINTS = ("提示", "未设置")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a check is about and what its result means; `hint` for what may stay so."""

    name: str
    good: str
    hint: str
    bad: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A line of the page. `told` is the finding in the maintainer's words; "" where there is nothing to tell."""

    name: str
    state: str
    tone: str
    words: str
    told: str


MEANINGS: Mapping[str, Meaning] = {
    "设置": Meaning(
        "基本设置",
        "基本设置齐全。",
        "发给工作人员和单位的链接，在其他电脑和手机上打不开。",
        "缺少必要的设置，现在还不能正式使用。",
    ),
    "活动": Meaning(
        "活动内容",
        "活动的通知、表格和用语都能正常读取。",
        "这次活动的日期都已过去，只能查看，提醒不会再发。",
        "活动内容有问题，页面和提醒可能不对。",
    ),
    "数据库": Meaning(
        "资料保存",
        "登记的内容能正常保存。",
        "登记的内容能保存，但有一点需要留意。",
        "登记的内容可能保存不上，请先不要办理业务。",
    ),
    "磁盘": Meaning(
        "文件存放空间",
        "存放申报材料的空间充足。",
        "存放申报材料的空间需要留意。",
        "存放申报材料的空间不够或不能使用，新收到的文件可能存不下。",
    ),
    "时钟": Meaning(
        "时间",
        "时间正常，截止和提醒都按这个时间计算。",
        "时间需要留意。",
        "时间不对，截止和提醒会算错。",
    ),
    "企业微信": Meaning(
        "企业微信",
        "能正常连接，可以收发消息。",
        "没有启用企业微信：不能用它申报、收通知。",
        "连接不上企业微信，消息可能收不到、发不出。急事请打电话。",
    ),
    "发信": Meaning(
        "发邮件",
        "能正常连接，可以发邮件。",
        "没有启用邮箱：不发邮件。",
        "邮件发不出去。急事请打电话，或用单位邮箱另发。",
    ),
    "收信": Meaning(
        "收邮件",
        "能正常连接，可以收邮件。",
        "没有启用邮箱：不收邮件。",
        "新邮件收不进来。请同时登录邮箱网页查看，恢复后会自动补收。",
    ),
    "字体": Meaning(
        "表格字体",
        "打印用的仿宋字体齐全。",
        "服务器上没有仿宋字体，不影响使用：申报表在单位电脑上仍按仿宋显示。",
        "没有查到表格用的字体，打印前请先核对样式。",
    ),
}


def checked(lines: Iterable[tuple[str, str]]) -> tuple[Checked, ...]:
    """The findings of `bot.commands.doctor` as the office reads them."""
    return tuple(_line(MEANINGS[name], found) for name, found in lines)


def _line(meaning: Meaning, found: str) -> Checked:
    if found.startswith(_GOOD):
        return Checked(meaning.name, "正常", "good", meaning.good, "")
    if found.startswith(_HINTS):
        return Checked(meaning.name, "请留意", "wait", meaning.hint, found.removeprefix("提示："))
    return Checked(meaning.name, "需要处理", "bad", meaning.bad, found)
