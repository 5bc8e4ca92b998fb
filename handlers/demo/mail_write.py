"""Mails that the demo's people write, and their way to the office over SMTP."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP, compat32
from email.utils import format_datetime, getaddresses, make_msgid

from handlers.demo.mail_servers import FORGER
from handlers.demo.mail_shown import Enclosed

TIMEOUT = 30.0


def written(
    sender: str, to: str, subject: str, text: str, files: Sequence[Enclosed], answers: str, at: datetime
) -> bytes:
    """The mail as a common mail program would write it. `answers`: the id of the mail it replies to, or ""."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain=_domain(sender))
    if answers:
        message["In-Reply-To"] = answers
        message["References"] = answers
    message.set_content(text)
    for file in files:
        message.add_attachment(
            file.content, maintype="application", subtype="octet-stream", filename=file.name
        )
    return message.as_bytes()


def sender_of(raw: bytes) -> str:
    """The address in a mail's From line; "" where there is none."""
    try:
        lines = BytesHeaderParser(policy=compat32).parsebytes(raw[:65_536]).get_all("From", [])
        found = getaddresses([str(line) for line in lines])
    except Exception:
        return ""
    return next((address for _, address in found if "@" in address), "")


def hand_in(port: int, sender: str, to: str, raw: bytes, forged: bool) -> None:
    """Send it to the demo's server on this machine; blocking. `forged`: from where the sender is not at home.

    Raises what `smtplib` does: the server or the connection refused it.
    """
    greeting = FORGER if forged else _domain(sender)
    with smtplib.SMTP("127.0.0.1", port, local_hostname=greeting, timeout=TIMEOUT) as line:
        line.sendmail(sender, [to], raw, mail_options=["BODY=8BITMIME"])


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
