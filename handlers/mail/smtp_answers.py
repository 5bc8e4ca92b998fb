"""What the answers of an SMTP server mean for sending: NetEase's markers first, then the words of other
servers, then the code alone.

NetEase marks its refusals with two words and a colon ("MI:SFQ"); its help page "企业退信的常见问题" lists them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Step = Literal["connect", "login", "from", "to", "data"]
"""Where the answer came: greeting, login, MAIL FROM, RCPT TO, or DATA and the end of the message."""


class Measure(StrEnum):
    """What to do next. The first four concern the account or the connection, the others this mail only."""

    RECONNECT = "reconnect"  # go on over a new connection
    PAUSE = "pause"  # nothing more for a while
    STOP_FOR_TODAY = "stop_for_today"  # nothing more until the server's next day
    ASK_OPERATOR = "ask_operator"  # nothing works until a person has done something
    SOON = "soon"  # this mail again in two minutes
    LATER = "later"  # this mail again in a quarter of an hour
    NEVER = "never"  # these bytes are not taken
    NO_SUCH_ADDRESS = "no_such_address"  # nor any other to this address


@dataclass(frozen=True, slots=True)
class Verdict:
    measure: Measure
    reason: str  # for staff, in Chinese
    advice: str = ""  # for the operator, who is alarmed where this is not ""


_IP = Verdict(
    Measure.PAUSE,
    "邮件服务器限制了本机IP地址",
    "请核对服务器出口IP是否被限制，必要时联系邮箱服务商；15分钟后自动再试。",
)
_TODAY = "次日自动续发。如常出现，请调低 BOT_MAIL__PER_DAY。"
_SLOWER = "15分钟后自动续发。如常出现，请调大 BOT_MAIL__SECONDS_BETWEEN。"
_LOGIN = Verdict(
    Measure.ASK_OPERATOR,
    "邮箱登录被拒",
    "请在邮箱网页设置中确认已开启IMAP/SMTP服务、授权码有效，更新 BOT_MAIL__SMTP_URL 后重启；每小时自动再试一次。",
)
_NO_ACCOUNT = Verdict(
    Measure.ASK_OPERATOR,
    "邮箱账号不能发信",
    "请登录邮箱网页查看账号状态和发信权限；每小时自动再试一次。",
)
_SPAM = "邮件被判为疑似垃圾邮件，请由人工改用其他方式通知"

_MARKERS: tuple[tuple[str, Verdict], ...] = (
    # enough for today: recipients, then connections and mails
    (r"RP:TRC", Verdict(Measure.STOP_FOR_TODAY, "当天收件人数已达邮箱上限", _TODAY)),
    (r"MI:STC", Verdict(Measure.STOP_FOR_TODAY, "当天发信数已达邮箱上限", _TODAY)),
    # too fast
    (r"MI:SFQ", Verdict(Measure.PAUSE, "15分钟内发信过多", _SLOWER)),
    (r"RP:QRC", Verdict(Measure.PAUSE, "短时间内收件人过多", _SLOWER)),
    # enough for this connection
    (r"MI:DMC|RP:DRC|(?:MI|RP):C[CE]L", Verdict(Measure.RECONNECT, "当前连接的发信数已达上限")),
    # where we send from
    (r"HL:(?:REP|ICC|IFC|MEP|IHU|IPB)|DT:RBL|WM:BLI", _IP),
    (r"WM:BLU|MI:SPB", _NO_ACCOUNT),
    # the mail itself
    (r"DT:SUM", Verdict(Measure.NEVER, "发件人与信封发件人不一致，请核对 BOT_MAIL__ADDRESS 与登录账号")),
    (r"RP:RCL", Verdict(Measure.NEVER, "一封邮件的收件人过多")),
)
_WORDS: tuple[tuple[str, Verdict], ...] = (
    (r"mail ?size limit|message size exceeds|too large", Verdict(Measure.NEVER, "邮件超过大小限制")),
    (r"illegal attachment", Verdict(Measure.NEVER, "附件类型不被邮箱接受")),
    (r"NULL sender", Verdict(Measure.NEVER, "邮箱不接受空的发件人")),
    (r"content denied|content rejected", Verdict(Measure.NEVER, _SPAM)),
    (r"auth error limit|too much fail|too many fail|登[陆录]失败", _LOGIN),
    (r"无权登[陆录]|授权码|authoriz|authentication|not authenticated|login fail", _LOGIN),
    (r"user suspended|user in blacklist|账号.{0,6}(?:冻结|禁用|停用)", _NO_ACCOUNT),
    (
        r"frequency limited|rate limit|too many (?:messages|connections)",
        Verdict(Measure.PAUSE, "发信过快", _SLOWER),
    ),
    (r"\bIP\b.{0,40}(?:reject|block|blacklist|denied|limit)", _IP),
)
_FULL = re.compile(r"quota|mailbox (?:is )?full|exceeded storage|access denied", re.IGNORECASE)
_NOBODY = re.compile(
    r"user|mailbox|recipient|address|account|no such|does ?n[o']t exist|unknown|不存在|5\.1\.", re.IGNORECASE
)
_ADDRESS = re.compile(r"[^\s<>\"'(),:;]+@[^\s<>\"'(),:;]+")
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")


def judge(step: Step, code: int, text: str) -> Verdict:
    """The meaning of an answer that is not a yes. `text` as `readable` gives it."""
    for pattern, verdict in _MARKERS:
        if re.search(pattern, text):
            return verdict
    if re.search("DT:SPM", text):
        again = code < 500
        return Verdict(Measure.SOON, "邮件服务器要求稍后再试") if again else Verdict(Measure.NEVER, _SPAM)
    for pattern, verdict in _WORDS:
        # what is said of a message, such as "unauthenticated mail", is not said of our login
        if not (step == "data" and verdict in (_LOGIN, _NO_ACCOUNT)) and re.search(
            pattern, text, re.IGNORECASE
        ):
            return verdict
    if step == "login" or code in (530, 534, 535, 538):
        return _LOGIN if code >= 500 else Verdict(Measure.PAUSE, "邮箱暂时不能登录")
    if code < 500:
        return _for_now(step, code)
    if step == "to" and not _FULL.search(text) and (code == 551 or _NOBODY.search(text)):
        return Verdict(Measure.NO_SUCH_ADDRESS, "收件地址不存在")
    if step == "connect":
        return Verdict(Measure.PAUSE, "邮件服务器拒绝连接", _IP.advice)
    return Verdict(Measure.NEVER, "邮件服务器拒收")


def _for_now(step: Step, code: int) -> Verdict:
    if code == 421:  # the server is about to close the connection, whatever was asked (RFC 5321 §3.8)
        return Verdict(Measure.PAUSE, "邮件服务器暂停服务")
    if step == "connect":
        return Verdict(Measure.PAUSE, "邮件服务器暂时不接受连接")
    return Verdict(Measure.LATER, "邮件服务器暂时拒收")


def readable(text: str) -> str:
    """A server's words as one line for staff: GBK made readable, no addresses, at most 200 characters.

    `text` was decoded as UTF-8, bytes that are not kept as surrogates.
    """
    raw = text.encode("utf-8", "surrogateescape")
    try:
        words = raw.decode("utf-8")
    except UnicodeDecodeError:
        words = raw.decode("gb18030", "replace")
    return _ADDRESS.sub("（地址）", _CONTROL.sub(" ", words)).strip()[:200]
