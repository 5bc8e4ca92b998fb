"""Which addresses are files that were linked to instead of sent: large attachments and shares of net disks.

Only the parsed host decides, compared as a whole; a known host with another path (a redirector, a log-in page) is
nothing of ours, nor is anything with a port, a user name or a character that programs read differently.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

LONGEST = 2048  # characters of an address
_ADDRESS = re.compile(r"https?://[a-z0-9.-]+/[^\s\\<>\"'`{}|^\x00-\x20\x7f\ud800-\udfff]*", re.IGNORECASE)
_NETEASE = r"/large-attachment-download(?:/index\.html)?/?"
_TENCENT = r"/cgi-bin/ftnExs_download|/ftn/download"
_SECRETS = frozenset({"pwd", "password", "passwd", "accesscode", "access_code"})  # of a share


class Share(NamedTuple):
    """A share as it was recognised."""

    url: str  # without the code that opens it
    host: str
    key: str  # the same for the same file, however the address is written
    title: str  # the file's name as far as the address says it


class _Site(NamedTuple):
    path: re.Pattern[str]
    keys: tuple[str, ...] = ()  # one of these must be in the query
    shown: tuple[str, ...] = ()  # what of the query is only for show


def _site(path: str, *keys: str, shown: tuple[str, ...] = ()) -> _Site:
    return _Site(re.compile(path, re.ASCII), keys, shown)


_LARGE_NETEASE = _site(_NETEASE, "file", "key", shown=("title", "p", "spm"))
_LARGE_TENCENT = _site(_TENCENT, "k", "key", shown=("t", "func", "s", "fid"))
_BAIDU = _site(r"/s/[\w-]+|/share/(?:init|link)/?")
_ALI = _site(r"/s/[\w-]+(?:/folder/\w+)?")
_KINGSOFT = _site(r"/(?:view/)?[lp]/\w+")

_SITES = {
    "mail.163.com": _LARGE_NETEASE,
    "mail.126.com": _LARGE_NETEASE,
    "mail.yeah.net": _LARGE_NETEASE,
    "u.163.com": _site(r"/\w+", shown=("spm",)),
    "fs.163.com": _site(r"/fs/display/?", "file", shown=("title", "p")),
    "dashi.163.com": _site(r"/html/cloud-attachment-download/?", "key"),
    "edisk.qiye.163.com": _site(r"/api/biz/attachment/download", "identity"),
    "mail.qq.com": _LARGE_TENCENT,
    "wx.mail.qq.com": _LARGE_TENCENT,
    "iwx.mail.qq.com": _LARGE_TENCENT,
    "exmail.qq.com": _LARGE_TENCENT,
    "drive.weixin.qq.com": _site(r"/s/?", "k"),
    "docs.qq.com": _site(r"/(?:doc|sheet|slide|pdf|s|desktop/file|desktop/mydoc/folder)/\w+"),
    "share.weiyun.com": _site(r"/\w+"),
    "pan.baidu.com": _BAIDU,
    "yun.baidu.com": _BAIDU,
    "alipan.com": _ALI,
    "www.alipan.com": _ALI,
    "aliyundrive.com": _ALI,
    "www.aliyundrive.com": _ALI,
    "cloud.189.cn": _site(r"/t/\w+|/web/share|/share\.html"),
    "download.cloud.189.cn": _site(r"/file/downloadFile\.action", "dt"),
    "kdocs.cn": _KINGSOFT,
    "www.kdocs.cn": _KINGSOFT,
    "pan.quark.cn": _site(r"/s/\w+"),
    "1drv.ms": _site(r"/[\w!/.-]+"),
}
# The short address opens all large attachments of a NetEase mail at once; each has its own one as well.
OPENS_ALL = "u.163.com"


def share_of(address: str) -> Share | None:
    """The share an absolute address leads to; None if it leads elsewhere or cannot be told for sure."""
    if len(address) > LONGEST or not _ADDRESS.fullmatch(address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    host = parts.netloc.lower()
    site = _SITES.get(host)
    if site is None or not site.path.fullmatch(parts.path):
        return None
    query = dict(reversed(parse_qsl(parts.query, keep_blank_values=True)))
    if site.keys and not any(query.get(key) for key in site.keys):
        return None
    title = query.get("title") or query.get("filename") or ""
    return Share(_without_secrets(parts, host), host, _key(host, site, parts, query), title)


def _without_secrets(parts: SplitResult, host: str) -> str:
    fields = parse_qsl(parts.query, keep_blank_values=True)
    shown = [(name, value) for name, value in fields if name.lower() not in _SECRETS]
    query = parts.query if len(shown) == len(fields) else urlencode(shown)
    return parts._replace(netloc=host, query=query).geturl()


def _key(host: str, site: _Site, parts: SplitResult, query: dict[str, str]) -> str:
    telling = sorted(
        (name, value)
        for name, value in query.items()
        if name not in site.shown and name.lower() not in _SECRETS
    )
    return f"{host}{parts.path.rstrip('/')}?{urlencode(telling)}#{parts.fragment}"
