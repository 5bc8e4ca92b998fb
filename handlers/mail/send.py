"""Outgoing mail over SMTP: plain texts to the office's own mailbox (alarms)."""

from __future__ import annotations

import hashlib
import ssl
from email.message import EmailMessage
from email.utils import formatdate

import aiosmtplib

from bot.model.message import Delivery, Outcome, Outgoing, Text
from config.addresses import MailServer

TIMEOUT = 30.0
_TRY_LATER = 900.0  # seconds; mailboxes punish those who knock again at once (NetEase: 451 MI:SFQ)


class MailSender:
    """`bot.ports.Sender` over one SMTP account. A retry carries the same Message-ID."""

    def __init__(self, server: MailServer, address: str, subject: str) -> None:
        self._server = server
        self._address = address
        self._subject = subject

    async def send(self, outgoing: Outgoing) -> Delivery:
        """Deliver, or say why not."""
        if not isinstance(outgoing.body, Text):
            return Delivery(Outcome.FAILED, error="邮件只发送文字")
        message = self._message(outgoing, outgoing.body.text)
        try:
            await aiosmtplib.send(
                message,
                hostname=self._server.host,
                port=self._server.port,
                username=self._server.user or None,
                password=self._server.code or None,
                use_tls=self._server.tls,
                start_tls=None if self._server.tls else False,
                tls_context=ssl.create_default_context() if self._server.tls else None,
                timeout=TIMEOUT,
            )
        except aiosmtplib.SMTPResponseException as refused:
            outcome = Outcome.FAILED if refused.code >= 500 else Outcome.RETRY
            return Delivery(outcome, refused.code, "邮件服务器拒收", _TRY_LATER)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            return Delivery(Outcome.RETRY, error=type(error).__name__, retry_after=_TRY_LATER)
        return Delivery(Outcome.SENT)

    def _message(self, outgoing: Outgoing, text: str) -> EmailMessage:
        domain = self._address.rpartition("@")[2]
        message = EmailMessage()
        message["From"] = self._address
        message["To"] = ", ".join(outgoing.addresses)
        message["Subject"] = self._subject
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = f"<{hashlib.sha256(outgoing.key.encode()).hexdigest()[:32]}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message
