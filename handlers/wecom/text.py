"""Text as WeCom carries it: without what XML refuses, and wrapped in XML. Pure."""

from __future__ import annotations

import re

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def sendable(text: str) -> str:
    """The text without what XML and WeCom refuse: control characters go, lone surrogates become U+FFFD."""
    return _SURROGATE.sub("\ufffd", _ILLEGAL.sub("", text))


def reply_xml(to_user: str, from_user: str, created: int, text: str) -> str:
    """The inner XML of a passive text reply (被动回复文本消息, path/90241)."""
    return (
        f"<xml><ToUserName>{_cdata(to_user)}</ToUserName><FromUserName>{_cdata(from_user)}</FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{_cdata(text)}</Content></xml>"
    )


def _cdata(text: str) -> str:
    """The text as CDATA; `]]>` is divided between two sections, a carriage return stands between two."""
    inside = sendable(text).replace("]]>", "]]]]><![CDATA[>").replace("\r", "]]>&#13;<![CDATA[")
    return f"<![CDATA[{inside}]]>"
