"""`bot.work.mailbox.Mailbox` over IMAP, for servers that keep little of the protocol (facts: NetEase, Coremail).

What is not relied on: IDLE, MOVE, UIDNEXT, keywords, SEARCH by anything but UID, RFC822.SIZE being right.
"""

from __future__ import annotations

import hashlib
import imaplib
import logging
import socket
import ssl
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from imapclient import DELETED, SEEN, IMAPClient, SocketTimeout

from bot.work.mailbox import (
    MAX_SIZE,
    Fetched,
    Folder,
    FolderTrouble,
    Found,
    MailboxTrouble,
    MessageTrouble,
    Opened,
    Trouble,
)
from config.addresses import MailServer
from handlers.mail.imap_folders import INBOX, folders_to_read

CHUNK = 1 << 20
TIMEOUTS = SocketTimeout(connect=30, read=240)
IDLE_SECONDS = 150  # some servers let a longer one die in silence
DESCRIBED_AT_ONCE = 200
PATIENCE = 3  # times a message ends before its size until the size counts as wrong

_IDENTITY = {"name": "Pingxuan", "version": "1.0", "vendor": "Pingxuan"}
_MISSPOKEN = (imaplib.IMAP4.error, ValueError, TypeError, LookupError, AssertionError)
"""What the client raises when the server refuses, or says what cannot be understood."""

log = logging.getLogger(__name__)


class ImapBox:
    """One mailbox. `folders` as the settings name them, empty for the usual ones.

    `identify`: say who we are after the login; NetEase opens no folder to those who do not.
    """

    def __init__(
        self, server: MailServer, account: str, folders: Sequence[str] = (), identify: bool = True
    ) -> None:
        self.account = account
        self._server = server
        self._chosen = folders
        self._identify = identify
        self._client: IMAPClient | None = None
        self._selected: tuple[str, int] | None = None  # name and UIDVALIDITY
        self._idle_works = True
        self._interrupted = False
        self._ended_early: dict[tuple[str, int, int], int] = {}

    # the connection

    def connect(self) -> bool:
        if self._client is not None:
            return False
        with self._speaking("连不上收信服务器"):
            self._client = self._dial()
        with self._speaking("登录时连接中断"):
            self._login(self._client)
        return True

    def _dial(self) -> IMAPClient:
        logging.getLogger("imapclient").setLevel(logging.WARNING)  # its debug lines hold people's mail
        server = self._server
        context = ssl.create_default_context() if server.tls else None
        client = IMAPClient(server.host, server.port, ssl=server.tls, ssl_context=context, timeout=TIMEOUTS)
        client.normalise_times = False
        client._imap.debug = 0  # or every chunk is spelled out for a log that nobody keeps
        # it sends a command and its end of line apart, each of which would wait for the other's receipt
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client

    def _login(self, client: IMAPClient) -> None:
        try:
            client.login(self._server.user, self._server.code)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise self._refused(error, Trouble.LOGIN) from None
        if self._identify:
            with suppress(imaplib.IMAP4.error):  # a server without ID does not ask for it either
                client.id_({**_IDENTITY, "support-email": self.account})

    def _refused(self, error: Exception, kind: Trouble) -> MailboxTrouble:
        said = str(error)
        self._drop()
        if "unsafe login" in said.lower():
            return MailboxTrouble(
                Trouble.UNSAFE_LOGIN,
                "邮箱服务器登录后拒绝打开文件夹（Unsafe Login）。请登录网页邮箱，确认已开启IMAP服务、没有登录限制，"
                "必要时联系邮箱客服。程序15分钟后再试。",
            )
        if kind is Trouble.LOGIN and "[UNAVAILABLE]" not in said.upper():
            return MailboxTrouble(
                Trouble.LOGIN,
                "邮箱登录被拒绝。请在网页邮箱的设置中确认已开启IMAP服务，必要时重新生成授权码，更新 BOT_MAIL__IMAP_URL "
                "后重新启动。程序15分钟后再试。",
            )
        return MailboxTrouble(Trouble.UNREACHABLE, "收信服务器暂时拒绝服务，程序会继续尝试。")

    @contextmanager
    def _speaking(self, what: str) -> Iterator[None]:
        """A broken line ends the connection and is a `MailboxTrouble`."""
        try:
            yield
        except (imaplib.IMAP4.abort, OSError, EOFError) as error:
            self._drop()
            where = f"{self._server.host}:{self._server.port}"
            text = f"{what}（{where}，{type(error).__name__}），请检查网络和 BOT_MAIL__IMAP_URL。"
            raise MailboxTrouble(Trouble.UNREACHABLE, text) from error

    def _drop(self) -> None:
        client, self._client, self._selected = self._client, None, None
        if client is not None:
            with suppress(Exception):  # it is broken already
                client.shutdown()

    def close(self) -> None:
        client = self._client
        if client is not None and not self._interrupted:
            with suppress(Exception):  # politeness
                client.socket().settimeout(2)
                client.logout()
        self._drop()

    def interrupt(self) -> None:
        self._interrupted = True
        client = self._client
        if client is not None:
            with suppress(OSError):
                client.socket().shutdown(socket.SHUT_RDWR)

    def _line(self) -> IMAPClient:
        if self._client is None or self._interrupted:
            raise MailboxTrouble(Trouble.UNREACHABLE, "与收信服务器没有连接。")
        return self._client

    # folders

    def folders(self) -> Sequence[Folder]:
        client = self._line()
        with self._speaking("读取文件夹列表时连接中断"):
            try:
                client.folder_encode = False  # a name that cannot be decoded must not hide the others
                listed = client.list_folders()
            except imaplib.IMAP4.abort:
                raise
            except _MISSPOKEN as error:
                log.warning("mailbox: the list of folders cannot be read (%s)", type(error).__name__)
                listed = []
            finally:
                client.folder_encode = True
        found, missing = folders_to_read(listed, self._chosen)
        for name in missing:
            log.warning("mailbox: there is no folder %s; see BOT_MAIL__FOLDERS", name)
        return found

    def open(self, folder: Folder, since: int) -> Opened:
        with self._speaking("打开文件夹时连接中断"):
            validity = self._select(folder)
            try:
                uids = self._line().search(["UID", f"{since}:*"])
            except imaplib.IMAP4.abort:
                raise
            except _MISSPOKEN as error:
                raise FolderTrouble(f"{folder.name}: {type(error).__name__}") from error
        # `n:*` always names the last message, also where its UID is below n; the caller wants to know it
        return Opened(folder, validity, tuple(sorted(set(uids))))

    def _select(self, folder: Folder) -> int:
        client = self._line()
        self._selected = None
        try:
            try:
                answer = client.select_folder(folder.name)
            except imaplib.IMAP4.readonly:
                answer = client.select_folder(folder.name, readonly=True)
            validity = int(answer.get(b"UIDVALIDITY", 1))
        except imaplib.IMAP4.abort:
            raise
        except _MISSPOKEN as error:
            if folder.name == INBOX or "unsafe login" in str(error).lower():
                raise self._refused(error, Trouble.UNREACHABLE) from None
            raise FolderTrouble(f"{folder.name}: {type(error).__name__}") from error
        self._selected = (folder.name, validity)
        return validity

    def _at(self, found: Found) -> IMAPClient:
        """The connection with the folder of the message open."""
        place = (found.folder.name, found.uid_validity)
        if self._selected != place:
            try:
                self._select(found.folder)
            except FolderTrouble as trouble:
                raise MessageTrouble(str(trouble)) from trouble
        if self._selected != place:
            raise MessageTrouble("the folder was renumbered")
        return self._line()

    # messages

    def describe(self, opened: Opened, uids: Collection[int]) -> Sequence[Found]:
        described: list[Found] = []
        wanted = sorted(uids)
        for start in range(0, len(wanted), DESCRIBED_AT_ONCE):
            described += self._describe(opened, wanted[start : start + DESCRIBED_AT_ONCE])
        return described

    def _describe(self, opened: Opened, uids: list[int]) -> list[Found]:
        with self._speaking("读取邮件目录时连接中断"):
            if self._selected != (opened.folder.name, opened.uid_validity):
                self._select(opened.folder)
            try:
                answer = self._line().fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
            except imaplib.IMAP4.abort:
                raise
            except _MISSPOKEN as error:
                if len(uids) > 1:  # one that cannot be understood must not hide the others
                    return [found for uid in uids for found in self._describe(opened, [uid])]
                log.warning("mailbox: uid %s cannot be described (%s)", uids[0], type(error).__name__)
                return []
        return [_found(opened, uid, answer[uid]) for uid in uids if uid in answer]

    def fetch(self, found: Found, path: Path) -> Fetched:
        with self._speaking("取邮件时连接中断"):
            try:
                if found.size > MAX_SIZE:
                    return self._fetch_header(found, path)
                with path.open("wb") as file:
                    fetched = self._fetch_whole(found, file)
                return fetched or self._fetch_header(found, path)
            except imaplib.IMAP4.abort:
                raise
            except _MISSPOKEN as error:
                raise MessageTrouble(f"uid {found.uid}: {type(error).__name__}") from error

    def _fetch_whole(self, found: Found, file: BinaryIO) -> Fetched | None:
        """None if it turns out to be larger than we take."""
        digest, total = hashlib.sha256(), 0
        while total <= MAX_SIZE:
            chunk, is_all = self._chunk(found, total)
            file.write(chunk)
            digest.update(chunk)
            total += len(chunk)
            # A short chunk ends a message only if its size is reached: some servers answer short in between.
            if is_all or not chunk or (len(chunk) < CHUNK and total >= found.size):
                self._check_length(found, total)
                return Fetched(digest.hexdigest(), total)
        return None

    def _chunk(self, found: Found, offset: int) -> tuple[bytes, bool]:
        """The bytes from `offset`, and whether the server gave the whole message instead of a part."""
        answer = self._at(found).fetch([found.uid], [f"BODY.PEEK[]<{offset}.{CHUNK}>"])
        for key, value in answer.get(found.uid, {}).items():
            if key == b"BODY[]<%d>" % offset:
                return value or b"", False
            if key == b"BODY[]" and offset == 0 and value:
                return value, True
        if offset == 0:
            raise MessageTrouble(f"uid {found.uid}: the server gives nothing")
        return b"", False

    def _check_length(self, found: Found, total: int) -> None:
        """A message that ends before its size was cut off; if it does so every time, the size is wrong."""
        if total == 0:
            raise MessageTrouble(f"uid {found.uid}: the server gives nothing")
        place = (found.folder.name, found.uid_validity, found.uid)
        if total < found.size:
            self._ended_early[place] = self._ended_early.get(place, 0) + 1
            if self._ended_early[place] < PATIENCE:
                raise MessageTrouble(f"uid {found.uid}: {total} of {found.size} bytes")
        self._ended_early.pop(place, None)

    def _fetch_header(self, found: Found, path: Path) -> Fetched:
        answer = self._at(found).fetch([found.uid], [f"BODY.PEEK[HEADER]<0.{CHUNK}>"])
        for key, value in answer.get(found.uid, {}).items():
            if key.startswith(b"BODY[HEADER]") and value:
                path.write_bytes(value)
                return Fetched(hashlib.sha256(value).hexdigest(), max(found.size, MAX_SIZE + 1))
        raise MessageTrouble(f"uid {found.uid}: the server gives no header")

    def mark_read(self, found: Found) -> None:
        self._change(found, lambda client: client.add_flags([found.uid], [SEEN], silent=True))

    def rescue(self, found: Found) -> None:
        def move(client: IMAPClient) -> None:
            client.copy([found.uid], INBOX)
            client.add_flags([found.uid], [DELETED], silent=True)
            client.uid_expunge([found.uid])

        self._change(found, move)

    def _change(self, found: Found, change: Any) -> None:
        with self._speaking("标记邮件时连接中断"):
            try:
                change(self._at(found))
            except imaplib.IMAP4.abort:
                raise
            except _MISSPOKEN as error:
                raise MessageTrouble(f"uid {found.uid}: {type(error).__name__}") from error

    # waiting

    def wait(self, seconds: float) -> bool:
        client = self._line()
        with self._speaking("等待新邮件时连接中断"):
            if not (self._idle_works and client.has_capability("IDLE")):
                return False
            self._select(Folder(INBOX, junk=False))
            try:
                self._idle(client, time.monotonic() + min(seconds, IDLE_SECONDS))
            except imaplib.IMAP4.abort:
                raise
            except _MISSPOKEN as error:
                log.info("mailbox: IDLE does not work here (%s), polling instead", type(error).__name__)
                self._idle_works = False
                self._drop()  # what the server says next could belong to the IDLE
                return False
        return True

    def _idle(self, client: IMAPClient, end: float) -> None:
        client.idle()
        while not self._interrupted and (left := end - time.monotonic()) > 0:
            began, asked = time.monotonic(), min(left, 1.0)
            said = client.idle_check(timeout=asked)
            if any(len(line) > 1 and line[1] == b"EXISTS" for line in said):
                break
            if not said and time.monotonic() - began < asked / 2:
                break  # the line is closed; the next command says so
        client.idle_done()


def _found(opened: Opened, uid: int, answer: dict[bytes, Any]) -> Found:
    size, arrived = answer.get(b"RFC822.SIZE"), answer.get(b"INTERNALDATE")
    return Found(
        opened.folder,
        opened.uid_validity,
        uid,
        size if isinstance(size, int) else 0,
        arrived if arrived is not None and arrived.tzinfo is not None else None,
    )
