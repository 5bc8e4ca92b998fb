"""What WeCom's error codes mean for us. Pure.

The table follows WeCom's page of global error codes (path/90313). Decisions are made on
the code, never on errmsg; the one thing taken from errmsg is the IP address of 60020.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.model.message import Delivery, Outcome


class Reaction(StrEnum):
    """What to do about a code."""

    DONE = "done"
    RETRY_SOON = "retry_soon"  # the same call again, at most three times, with pauses
    REFRESH_TOKEN = "refresh_token"  # a new token, the same call once more
    STOP = "stop"  # alarm, and no further attempt to get a token for a while
    FIX_SETTINGS = "fix_settings"  # alarm; hold the message
    WAIT = "wait"  # a rate is used up: no call of this kind until the pause is over
    LATER = "later"  # too many at once
    TRUST_IP = "trust_ip"  # alarm with the address; hold the message
    UNREACHABLE = "unreachable"  # record the recipients; no retry
    FIX_RIGHTS = "fix_rights"  # alarm; hold the message
    UPLOAD_AGAIN = "upload_again"  # the file once more, then the message once more
    LOGIN_AGAIN = "login_again"
    FIX_TEXT = "fix_text"  # our mistake: report, no retry
    FIX_FILE = "fix_file"  # size: say the limit, no retry
    CLOSE_CHANNEL = "close_channel"  # the channel is gone: alarm, no retry
    GIVE_UP = "give_up"  # no retry
    PUSH_INSTEAD = "push_instead"  # the open stream has ended
    REPORT = "report"  # unknown: alarm, no retry


_CODES: dict[Reaction, tuple[int, ...]] = {
    Reaction.DONE: (0,),
    Reaction.RETRY_SOON: (-1,),
    Reaction.REFRESH_TOKEN: (40014, 42001),
    Reaction.STOP: (40001, 853000),
    Reaction.FIX_SETTINGS: (41001, 40013, 40056, 301002),
    Reaction.WAIT: (45009,),
    Reaction.LATER: (45033,),
    Reaction.TRUST_IP: (60020,),
    Reaction.UNREACHABLE: (60011, 81013, 60111, 40003, 40031, 82001),
    Reaction.FIX_RIGHTS: (48002, 50001, 50003, 301007),
    Reaction.UPLOAD_AGAIN: (40007,),
    Reaction.LOGIN_AGAIN: (40029,),
    Reaction.FIX_TEXT: (40033, 44004, 45002),
    Reaction.FIX_FILE: (40006, 40009, 45001),
    Reaction.CLOSE_CHANNEL: (93000, 93004, 93008),
    Reaction.GIVE_UP: (846605, *range(95000, 95019)),
    Reaction.PUSH_INSTEAD: (846608,),
}
REACTIONS: Mapping[int, Reaction] = {code: reaction for reaction, codes in _CODES.items() for code in codes}

FILE_LIMIT = 20 << 20  # bytes; 文件 of media/upload
STOPPED_FOR = 600.0  # seconds without gettoken after a wrong secret; WeCom locks the IP out for an hour
PAUSE = 60.0  # the first wait after 45009; doubled while it goes on, up to an hour


@dataclass(frozen=True, slots=True)
class _Consequence:
    """What becomes of a message: `error` is for staff, `alarm` for the operator."""

    outcome: Outcome
    error: str
    retry_after: float = 0.0
    alarm: str = ""


_CONSEQUENCES: Mapping[Reaction, _Consequence] = {
    Reaction.RETRY_SOON: _Consequence(Outcome.RETRY, "企业微信系统繁忙", 30),
    Reaction.REFRESH_TOKEN: _Consequence(
        Outcome.RETRY,
        "企业微信不认刚取得的访问凭证",
        60,
        "企业微信反复拒绝刚取得的 access_token。"
        "请确认没有其他程序在用同一个应用的 Secret，并核对服务器时间。",
    ),
    Reaction.STOP: _Consequence(
        Outcome.RETRY,
        "企业微信不认应用的 Secret，已停止调用",
        STOPPED_FOR,
        "企业微信不认应用的 Secret，已停止调用，消息保留待发。"
        "请到 企业微信管理后台→应用管理→本应用 核对 Secret，更正 BOT_WECOM__SECRET 后重启服务。",
    ),
    Reaction.FIX_SETTINGS: _Consequence(
        Outcome.RETRY,
        "企业微信的设置有误",
        600,
        "企业微信的设置有误，消息保留待发。"
        "请核对 BOT_WECOM__CORP_ID、BOT_WECOM__AGENT_ID、BOT_WECOM__SECRET 是否属于同一个应用。",
    ),
    Reaction.WAIT: _Consequence(Outcome.RETRY, "企业微信接口调用次数已到上限，稍后自动续发", PAUSE),
    Reaction.LATER: _Consequence(Outcome.RETRY, "企业微信接口并发已到上限，稍后自动续发", 5),
    Reaction.TRUST_IP: _Consequence(Outcome.RETRY, "本机的出口IP不在企业可信IP中", 120),
    Reaction.UNREACHABLE: _Consequence(Outcome.FAILED, "收件人不在应用的可见范围内，或已离开企业"),
    Reaction.FIX_RIGHTS: _Consequence(
        Outcome.RETRY,
        "企业微信没有授予应用这项权限，或应用已停用",
        600,
        "企业微信没有授予应用这项权限，或应用已停用，消息保留待发。请到 企业微信管理后台→应用管理→本应用 "
        "检查应用是否启用、接口权限和可信域名。",
    ),
    Reaction.UPLOAD_AGAIN: _Consequence(Outcome.RETRY, "企业微信上的文件已过期", 30),
    Reaction.LOGIN_AGAIN: _Consequence(Outcome.FAILED, "登录码已失效，请重新登录"),
    Reaction.FIX_TEXT: _Consequence(
        Outcome.FAILED,
        "消息内容不合企业微信的规定",
        alarm="有一条消息因内容不合规定没有发出，请联系维护人员。",
    ),
    Reaction.FIX_FILE: _Consequence(
        Outcome.FAILED, "文件大小不合规定：企业微信只收5字节以上、20MB以内的文件"
    ),
    Reaction.CLOSE_CHANNEL: _Consequence(
        Outcome.FAILED, "群机器人已不可用", alarm="群机器人已被删除、停用或移出群，请重新配置。"
    ),
    Reaction.GIVE_UP: _Consequence(Outcome.FAILED, "企业微信不再接受对这次会话的回复"),
    Reaction.PUSH_INSTEAD: _Consequence(Outcome.FAILED, "回复已超时，改为主动发送"),
    Reaction.REPORT: _Consequence(
        Outcome.FAILED,
        "企业微信返回了未知的错误",
        alarm="企业微信返回了未知的错误，有一条消息没有发出。请按错误码查阅企业微信开发者文档“全局错误码”。",
    ),
}
_FROM_IP = re.compile(r"from ip:\s*([0-9A-Fa-f.:]+)")


@dataclass(eq=False)
class WeComFailure(Exception):
    """A call that did not succeed, and what it means for the message it was made for."""

    outcome: Outcome
    error: str
    code: int | None = None
    retry_after: float = 0.0
    alarm: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.error

    @property
    def reaction(self) -> Reaction | None:
        """The code's reaction; None where WeCom did not answer at all."""
        return None if self.code is None else reaction(self.code)

    def delivery(self) -> Delivery:
        """The failure as the result of a delivery."""
        return Delivery(
            self.outcome, code=self.code, error=self.error, retry_after=self.retry_after, alarm=self.alarm
        )


def reaction(code: int) -> Reaction:
    """What to do about a code."""
    return REACTIONS.get(code, Reaction.REPORT)


def failure(code: int, errmsg: str = "", answer: Mapping[str, Any] | None = None) -> WeComFailure:
    """The failure a code other than 0 means."""
    consequence = _CONSEQUENCES[reaction(code)]
    alarm = f"{consequence.alarm}（错误码 {code}）" if consequence.alarm else ""
    if reaction(code) is Reaction.TRUST_IP:
        alarm = _trust_ip(errmsg)
    return WeComFailure(
        consequence.outcome,
        f"{consequence.error}（错误码 {code}）",
        code,
        consequence.retry_after,
        alarm,
        answer or {},
    )


def _trust_ip(errmsg: str) -> str:
    found = _FROM_IP.search(errmsg)
    address = found[1] if found else "（企业微信未说明，请向网络管理员询问本机的出口IP）"
    return (
        f"企业微信拒绝了来自 {address} 的调用，消息保留待发。"
        "请到 企业微信管理后台→应用管理→本应用→企业可信IP 添加该地址，约1分钟后自动续发。（错误码 60020）"
    )
