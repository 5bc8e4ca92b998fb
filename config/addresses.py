"""Addresses as settings give them: where to listen, where a mail server or web service is.

Every function raises ValueError saying, in Chinese, what was expected; no message repeats the
value, because it may hold a password.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

MAIL_PORTS = {"imaps": 993, "imap": 143, "smtps": 465, "smtp": 25}


@dataclass(frozen=True, slots=True)
class ListenAddress:
    host: str  # without the brackets of IPv6
    port: int


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server and the login for it; user and code are decoded, both empty without a login."""

    host: str
    port: int
    tls: bool  # from the first byte on (imaps, smtps)
    user: str = ""
    code: str = field(default="", repr=False)


def listen_address(text: str) -> ListenAddress:
    """`127.0.0.1:8080` or `[::1]:8080`."""
    expected = "应为 主机:端口，如 127.0.0.1:8080"
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(expected) from error
    if not host or not port or parts.netloc != text or "@" in text:
        raise ValueError(expected)
    return ListenAddress(host, port)


def mail_server(url: str, *schemes: str) -> MailServer:
    """`imaps://user:code@host:993`, user and code percent-encoded; the port may be left out."""
    expected = (
        f"应为 {schemes[0]}://用户名:授权码@主机:端口（也可用 {schemes[1]}），用户名和授权码须作百分号编码"
    )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        user, code = (unquote(part or "", errors="strict") for part in (parts.username, parts.password))
    except ValueError as error:
        raise ValueError(expected) from error
    if parts.scheme not in schemes or not host or bool(user) != bool(code):
        raise ValueError(expected)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(expected)
    return MailServer(host, port or MAIL_PORTS[parts.scheme], parts.scheme.endswith("s"), user, code)


def web_url(url: str) -> str:
    """An http or https address without query, its last slash dropped."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment:
        raise ValueError("应为 http:// 或 https:// 开头的地址")
    return url.rstrip("/")


def database_url(url: str) -> str:
    """`sqlite:///path` or `postgresql+psycopg://…`."""
    if url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        return url
    if url.startswith("postgresql+psycopg://") and len(url) > len("postgresql+psycopg://"):
        return url
    raise ValueError("应为 sqlite:///文件路径 或 postgresql+psycopg://用户名:密码@主机/数据库")


def bucket_url(url: str) -> str:
    """`s3://bucket` or `s3://bucket/prefix`."""
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise ValueError("应为 s3://存储桶/前缀")
    return url.rstrip("/")
