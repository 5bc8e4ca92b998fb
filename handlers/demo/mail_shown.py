"""What the demo's page gets of a mail, as JSON. A mail that cannot be read is shown as far as it can be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from typing import Any

from handlers.demo.mail_kept import KeptMail

Shown = dict[str, Any]
_HEADERS = 65_536  # bytes in which a subject is looked for
_LONGEST = 100_000  # characters of text shown
_TAG = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file of a mail."""

    name: str
    content: bytes


def shown_line(mail: KeptMail, raw: bytes) -> Shown:
    """A line of the list of mails. Of `raw` the beginning suffices."""
    return {
        "id": mail.id,
        "to_office": mail.to_office,
        "address": mail.sender if mail.to_office else mail.receiver,
        "subject": _header(raw, "Subject") or "（无主题）",
        "at": mail.at.isoformat(timespec="seconds"),
    }


def shown_mail(mail: KeptMail, raw: bytes) -> Shown:
    """A whole mail: text, and names and sizes of its files."""
    files = [{"name": one.name, "size": len(one.content)} for one in enclosed(raw)]
    return shown_line(mail, raw) | {
        "from": _header(raw, "From") or mail.sender,
        "to": _header(raw, "To") or mail.receiver,
        "message_id": _header(raw, "Message-ID"),
        "text": _text(raw)[:_LONGEST],
        "files": files,
        "size": len(raw),
    }


def enclosed(raw: bytes) -> list[Enclosed]:
    """The files of a mail, in order."""
    files = []
    try:
        for part in _parsed(raw).walk():
            name = part.get_filename()
            content = part.get_payload(decode=True)
            if name and isinstance(content, bytes):
                files.append(Enclosed(name, content))
    except Exception:
        return files  # whatever a stranger's mail does to the reader, the page goes on
    return files


def _parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def _header(raw: bytes, name: str) -> str:
    try:
        return str(BytesHeaderParser(policy=default).parsebytes(raw[:_HEADERS])[name] or "").strip()
    except Exception:
        return ""


def _text(raw: bytes) -> str:
    try:
        body = _parsed(raw).get_body(("plain", "html"))
        if body is None:
            return ""
        text = str(body.get_content())
        return _TAG.sub("", text) if body.get_content_type() == "text/html" else text
    except Exception:
        return "（正文无法显示，可下载原始邮件查看）"
