"""One connection to an SMTP server, kept open between mails and let go when it is idle."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

import aiosmtplib

from config.addresses import MailServer

ANSWER_SECONDS = 15.0  # for the answer to a command
DATA_SECONDS = 30.0  # for the answer to a whole message
IDLE_SECONDS = 60.0
_GOODBYE_SECONDS = 2.0


class Line:
    """Connects when it is first needed, and anew after `drop`. One user at a time."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._tls = ssl.create_default_context() if server.tls else None
        self._smtp: aiosmtplib.SMTP | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._leaving: asyncio.Task[None] | None = None

    async def ready(self) -> aiosmtplib.SMTP:
        """The open connection, logged in. What the server or the network refuses is raised as it comes."""
        self._busy()
        if self._smtp is not None and self._smtp.is_connected:
            return self._smtp
        self.drop()
        smtp = aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user or None,
            password=self._server.code or None,
            local_hostname="localhost",  # the machine's own name would be looked up, and told
            use_tls=self._server.tls,
            start_tls=None if self._server.tls else False,
            tls_context=self._tls,
            timeout=ANSWER_SECONDS,
        )
        self._smtp = smtp
        try:
            await smtp.connect()
        except BaseException:
            self.drop()
            raise
        return smtp

    def rest(self) -> None:
        """Nothing more for now: the connection is closed unless it is needed again soon."""
        self._busy()
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._leave)

    def drop(self) -> None:
        """Hang up."""
        self._busy()
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    async def close(self) -> None:
        """Say goodbye and hang up."""
        self._busy()
        if self._leaving is not None:
            await self._leaving
        await self._goodbye()

    def _busy(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _leave(self) -> None:
        self._idle = None
        self._leaving = asyncio.ensure_future(self._goodbye())

    async def _goodbye(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
            async with asyncio.timeout(_GOODBYE_SECONDS):
                await smtp.quit()
        smtp.close()
