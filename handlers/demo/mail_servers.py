"""The demo's mail servers: IMAP for the office's mailbox, SMTP for mail to the office and from it.

They take the place of a public mailbox. Mail to the office is stamped as NetEase's Coremail does it: a Received
line on top, its own findings about the sender (Authentication-Results) below the sender's headers, whatever
the sender has written himself left as it is. Whether a sender is genuine is not looked up anywhere: a client
that greets as FORGER is none.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import socket
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import Config, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from handlers.demo.mail_kept import KeptMail, KeptMails

MX = "demo-mx"
FORGER = "forger.invalid"
LARGEST = 71_680_000  # bytes of a raw mail, as NetEase takes them
UID_VALIDITY = 1  # as NetEase's is; the UIDs stay, because mails are put back in their order
_LONGEST_LINE = 1_000_000  # real mails break the standard's 998
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_UNSAFE = re.compile(r"[^!-~]")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MailLogin:
    """The office's account, for both servers."""

    address: str
    user: str
    code: str


def listening_socket(port: int = 0) -> socket.socket:
    """A listening socket on loopback, on the given port if that is free."""
    with suppress(OSError):
        return socket.create_server(("127.0.0.1", port))
    return socket.create_server(("127.0.0.1", 0))


def _is_not_a_hang_up(record: logging.LogRecord) -> bool:
    """False for what asyncio warns of when the mailbox still answers a client that has hung up meanwhile."""
    return record.msg != "socket.send() raised exception."


class MailServers:
    """Both servers, over the mails that are kept."""

    def __init__(self, login: MailLogin, kept: KeptMails) -> None:
        self._login = login
        self._kept = kept
        self._arrived: Callable[[KeptMail], None] | None = None
        self._inbox: MailboxData | None = None
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()
        self._transports: set[asyncio.Transport] = set()
        self.imap_port = 0
        self.smtp_port = 0

    def follow(self, arrived: Callable[[KeptMail], None]) -> None:
        """Call this with every mail taken from now on, in either direction."""
        self._arrived = arrived

    async def start(self, imap: socket.socket, smtp: socket.socket) -> None:
        """Serve on the two listening sockets, with the mails an earlier run kept."""
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own old attributes
        logging.getLogger("asyncio").addFilter(_is_not_a_hang_up)
        self._kept.load()
        self.imap_port, self.smtp_port = imap.getsockname()[1], smtp.getsockname()[1]
        serve = await self._mailbox()
        self._servers.append(await asyncio.start_server(serve, sock=imap))
        loop = asyncio.get_running_loop()
        self._servers.append(await loop.create_server(lambda: _Incoming(self), sock=smtp))

    async def stop(self) -> None:
        """Hang up on everybody."""
        for server in self._servers:
            server.close()
        for transport in list(self._transports):
            transport.abort()
        connections = list(self._connections)
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    # IMAP

    async def _mailbox(self) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], asyncio.Task[None]]:
        """What serves a connection to the office's mailbox."""
        arguments = Namespace(passlib_cfg=None, proxy_protocol=None)
        config = _MailboxConfig(
            arguments, host="127.0.0.1", port=0, tls_enabled=False, demo_data=False,
            demo_user=self._login.user, demo_password=self._login.code,
            hash_context=Cleartext(), cpu_subsystem=Subsystem.for_asyncio(),
        )  # fmt: skip
        mailboxes = MailboxSet()
        self._inbox = await mailboxes.get_mailbox("INBOX")
        self._inbox._uid_validity = UID_VALIDITY
        config.set_cache[self._login.user] = (mailboxes, FilterSet())
        for mail in self._kept.mails:
            if mail.to_office:
                await self._show(mail, self._kept.raw(mail.id))
        login = Login(config)
        account = UserMetadata(config, self._login.user, password=self._login.code)
        await login.demo_user_identity.set(account)
        answer = IMAPServer(login, config)
        handler = ProxyProtocolReader(ProxyProtocolVersion.get(None)).get_callback(answer)

        def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> asyncio.Task[None]:
            task = asyncio.ensure_future(handler(reader, writer))
            self._connections.add(task)
            task.add_done_callback(self._ended)
            return task

        return serve

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._connections.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.debug("a connection to the mailbox ended: %s", type(error).__name__)

    async def _show(self, mail: KeptMail, raw: bytes) -> None:
        assert self._inbox is not None
        await self._inbox.append(AppendMessage(raw, mail.arrived, frozenset()), recent=True)

    # SMTP

    async def take(self, sender: str, receiver: str, raw: bytes, greeting: str, office: bool) -> None:
        """One mail for one receiver. `office`: the client has logged in as the office."""
        if receiver.lower() == self._login.address.lower():
            stamped = self._stamp(sender, raw, greeting)
            mail = self._kept.add(True, sender, receiver, stamped)
            await self._show(mail, stamped)
        elif office:
            mail = self._kept.add(False, sender, receiver, raw)
        else:
            return
        if self._arrived is not None:
            self._arrived(mail)

    def accepts(self, receiver: str, office: bool) -> bool:
        """Whether there is a way to this address: anywhere for the office, for others to the office only."""
        return office or receiver.lower() == self._login.address.lower()

    def knows(self, user: bytes, code: bytes) -> bool:
        """Whether this is the office's login."""
        good = secrets.compare_digest(code, self._login.code.encode())
        return good and user == self._login.user.encode()

    def _stamp(self, sender: str, raw: bytes, greeting: str) -> bytes:
        name = secrets.token_hex(12)
        day = format_datetime(self._kept.now().astimezone(UTC))
        client = _UNSAFE.sub("", greeting)[:100]
        mailfrom = _UNSAFE.sub("", sender)[:250]
        spf = "fail" if client.lower() == FORGER else "pass"
        received = (
            f"Received: from {client} (unknown [127.0.0.1])\r\n"
            f"\tby {MX} (Coremail) with SMTP id {name};\r\n\t{day}\r\n"
        )
        found = (
            f"X-CM-TRANSID: {name}\r\nAuthentication-Results: {MX}; spf={spf}\r\n"
            f"\tsmtp.mailfrom={mailfrom}; dkim=none;\r\n"
        )
        return received.encode() + _below_headers(raw, found.encode())


def _below_headers(raw: bytes, lines: bytes) -> bytes:
    """The message with lines added at the end of its headers."""
    if raw[:1] in (b"\r", b"\n"):  # no headers at all
        return lines + raw
    end = _END_OF_HEADERS.search(raw)
    if end is None:
        return raw.rstrip(b"\r\n") + b"\r\n" + lines + b"\r\n"
    return raw[: end.start()] + b"\r\n" + lines + raw[end.start() + len(end[0]) // 2 :]


class _MailboxConfig(Config):
    """pymap's settings, without a look-up of this machine's name."""

    @property
    def greeting(self) -> bytes:
        return b"Server ready " + MX.encode()


class _Incoming(SMTP):
    """One SMTP connection."""

    line_length_limit = _LONGEST_LINE

    def __init__(self, servers: MailServers) -> None:
        super().__init__(
            _Taking(servers),
            hostname=MX,
            ident="Coremail demo",
            data_size_limit=LARGEST,
            auth_require_tls=False,
            authenticator=lambda *given: _authenticate(servers, given[-1]),
        )
        self._servers = servers

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._servers._transports.add(transport)
        self._own = transport
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._servers._transports.discard(self._own)
        super().connection_lost(error)


def _authenticate(servers: MailServers, given: object) -> AuthResult:
    good = isinstance(given, LoginPassword) and servers.knows(given.login, given.password)
    return AuthResult(success=good, handled=False)


class _Taking:
    """What aiosmtpd asks about a mail."""

    def __init__(self, servers: MailServers) -> None:
        self._servers = servers

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self._servers.accepts(address, bool(session.authenticated)):
            return "550 Invalid User"
        envelope.rcpt_tos.append(address)
        return "250 Mail OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        for receiver in dict.fromkeys(envelope.rcpt_tos):
            await self._servers.take(
                envelope.mail_from or "",
                receiver,
                content,
                session.host_name or "",
                bool(session.authenticated),
            )
        return "250 Mail OK queued as demo"
