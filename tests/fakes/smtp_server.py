"""A real SMTP server on loopback that answers as it is told, such as NetEase's does."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CLOSE = b""
"""An answer that is none: the connection is dropped."""


@dataclass
class Told:
    """What the server got, and what it is to say instead of yes, by step: greet, from, to, data."""

    user: str = "office"
    code: str = "a/b c"
    mails: list[Envelope] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    answers: dict[str, deque[bytes]] = field(default_factory=lambda: defaultdict(deque))
    slow: float = 0.0  # seconds before the answer to a message
    logins: int = 0
    port: int = 0

    def say(self, step: str, *answers: bytes) -> None:
        self.answers[step].extend(answers)

    # aiosmtpd calls these

    async def handle_MAIL(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> bytes | str:
        if (answer := await self._told(server, "from")) is not None:
            return answer
        envelope.mail_from = address
        return "250 Mail OK"

    async def handle_RCPT(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> bytes | str:
        if (answer := await self._told(server, "to")) is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 Mail OK"

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> bytes | str:
        if self.slow:
            await asyncio.sleep(self.slow)
        if (answer := await self._told(server, "data")) is not None:
            if answer == CLOSE:
                self.mails.append(envelope)
            return answer
        self.mails.append(envelope)
        return "250 Mail OK queued as smtp10"

    async def _told(self, server: Server, step: str) -> bytes | None:
        if not self.answers[step]:
            return None
        answer = self.answers[step].popleft()
        if answer == CLOSE:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer


class Server(SMTP):
    """One connection."""

    told: Told

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.told.connections += 1
        self.told.open += 1
        if self.told.answers["greet"]:
            assert isinstance(transport, asyncio.Transport)
            transport.write(self.told.answers["greet"].popleft() + b"\r\n")
            transport.close()
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.told.open -= 1
        if self.session is not None:
            super().connection_lost(error)


@asynccontextmanager
async def smtp_server() -> AsyncIterator[Told]:
    """The server, and how to tell it what to answer. It wants a login."""
    told = Told()

    def login(server: object, session: object, envelope: object, mechanism: str, given: object) -> AuthResult:
        told.logins += 1
        assert isinstance(given, LoginPassword)
        good = (given.login, given.password) == (told.user.encode(), told.code.encode())
        return AuthResult(success=good, handled=False)

    def connection() -> Server:
        server = Server(told, hostname="smtp.test", auth_require_tls=False, authenticator=login)
        server.told = told
        return server

    listening = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    told.port = listening.sockets[0].getsockname()[1]
    try:
        yield told
    finally:
        listening.close()
