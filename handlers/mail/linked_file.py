"""Name, size and expiry of a linked file as mail programs write them around its address."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Asia/Shanghai")  # the providers' own
_POWERS = {"K": 1, "M": 2, "G": 3, "T": 4}

_SIZE = re.compile(
    r"(?:[(（] ?|大小 ?[:：] ?)(\d{1,7}(?:\.\d{1,4})?) ?([KMGT])(?:i?B)?(?![A-Za-z0-9])", re.IGNORECASE
)
_DAY = r"(\d{4}) ?[-年/] ?(\d{1,2}) ?[-月/] ?(\d{1,2}) ?日?(?: {0,3}(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?)?"
_EXPIRES = re.compile(
    rf"{_DAY} ?(?:到期|过期|失效|前有效)|(?:到期|过期|失效)(?:时间|日期)? ?[:：]? ?{_DAY}|有效期[至到]? ?[:：]? ?{_DAY}"
)
_NAME_BEFORE_SIZE = re.compile(
    r"^[ \t*·•-]*(\S[^\n]{0,250}?)[ \t]*[(（] ?\d{1,7}(?:\.\d{1,4})? ?[KMGT]", re.I | re.M
)

_ENDINGS = (
    r"pptx?|pptm|pps[xm]?|dpsx?|dpt|docx?|wps|pdf|xlsx?|et|zip|rar|7z|tar|gz"
    r"|mp4|mov|avi|wmv|mp3|wav|jpe?g|png|tiff?"
)
_FILE = re.compile(
    rf"[^\s:：/\\|<>\"“”「」【】][^:：/\\|<>\"“”「」【】\n]{{0,150}}\.(?:{_ENDINGS})(?![A-Za-z0-9])", re.I
)
_SHARED = re.compile(
    r"分享的文件 ?[:：] ?([^\n]{1,200})|「([^」\n]{1,200})」|【(?:腾讯文档|金山文档|WPS云文档|微盘)】 ?([^\n]{1,200})"
)
_NO_NAME = re.compile(
    r"(?:[\W_]*(?:点击|立即|进入|推荐|查看|客户端|极速|高速|普通|免费|下载|打开|预览|保存|转存|文件|附件|页面|信息"
    r"|地址|链接|网盘|到|此处|这里|本地)+[\W_]*|download|open|view|link|here|https?:.*|www\..*)?",
    re.IGNORECASE,
)


class Details(NamedTuple):
    name: str = ""
    size: int | None = None  # bytes
    expires_at: datetime | None = None


def details_in(text: str) -> Details | None:
    """What the text says of one file; of several the last. None if neither a size nor an expiry is in it."""
    sizes, expiries = list(_SIZE.finditer(text)), list(_EXPIRES.finditer(text))
    if not sizes and not expiries:
        return None
    size = round(float(sizes[-1][1]) * 1024 ** _POWERS[sizes[-1][2].upper()]) if sizes else None
    names = list(_NAME_BEFORE_SIZE.finditer(text))
    return Details(names[-1][1] if names else "", size, _moment(expiries[-1]) if expiries else None)


def name_in(text: str) -> str:
    """The last thing in the text that a file was shared as, or that looks like a file's name; "" if there is none."""
    shared = list(_SHARED.finditer(text))
    if shared:
        return next(filter(None, shared[-1].groups()), "").strip()
    files = list(_FILE.finditer(text))
    return files[-1][0] if files else ""


def unlike_a_name(text: str) -> bool:
    """Whether an anchor's text only says what to do with it, or is an address."""
    return _NO_NAME.fullmatch(text) is not None


def _moment(match: re.Match[str]) -> datetime | None:
    """The moment of a match of `_EXPIRES`; a day alone means its end."""
    groups = match.groups()
    year, month, day, hour, minute = next(groups[at : at + 5] for at in (0, 5, 10) if groups[at])
    try:
        return datetime(int(year), int(month), int(day), int(hour or 23), int(minute or 59), tzinfo=_ZONE)
    except ValueError:
        return None
