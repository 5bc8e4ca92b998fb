"""The demo's mail pane: what people write to the office, and what comes back to them."""

from __future__ import annotations

import asyncio
import re
import secrets
import smtplib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import hdrs, web

from handlers.demo.guard import Refused, guarded, read_json, text_of
from handlers.demo.mail_kept import KeptMail, KeptMails
from handlers.demo.mail_servers import LARGEST, MailServers
from handlers.demo.mail_shown import Enclosed, Shown, enclosed, shown_line, shown_mail
from handlers.demo.mail_write import hand_in, sender_of, written
from handlers.demo.sample_deck import Slide, sample_deck
from handlers.page_headers import PAGE, attachment

ADDRESS = re.compile(r"[!#-'*+/-9=?A-Z^-~.]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", re.ASCII)
SAMPLE = "申报报告（示例）.pptx"
MOST_FILES = 20
LARGEST_FILES = LARGEST * 57 // 78  # bytes that fit a mail as base64
UPLOADS_KEPT = 50
_BEGINNING = 65_536
_NOT_TAKEN = "邮件服务器没有收下这封信，请稍后再试。"


@dataclass(frozen=True, slots=True)
class MailPane:
    """What the pane works with."""

    office: str  # the office's address
    people: Sequence[tuple[str, str]]  # name and address of those who may write
    slides: Sequence[Slide]  # of the sample deck
    servers: MailServers
    kept: KeptMails


@dataclass(slots=True)
class MailApi:
    """The handlers under /demo/api/mail. `tell` sends an event to all open pages."""

    pane: MailPane
    tell: Callable[[str, dict[str, Any]], None]
    _uploads: dict[str, Enclosed] = field(default_factory=dict)
    _lines: dict[int, Shown] = field(default_factory=dict)

    def routes(self) -> list[web.RouteDef]:
        """Everything under /demo/api/mail, for loopback only."""
        return [
            web.get("/demo/api/mail", guarded(self.mails)),
            web.post("/demo/api/mail", guarded(self.send)),
            web.post("/demo/api/mail/files", guarded(self.upload)),
            web.get(r"/demo/api/mail/{id:\d{1,9}}", guarded(self.mail)),
            web.get(r"/demo/api/mail/{id:\d{1,9}}/raw", guarded(self.raw)),
            web.get(r"/demo/api/mail/{id:\d{1,9}}/files/{file:\d{1,4}}", guarded(self.file)),
        ]

    def arrived(self, mail: KeptMail) -> None:
        """Tell the open pages of a new mail."""
        self.tell("mail", {"id": mail.id, "to_office": mail.to_office})

    async def mails(self, request: web.Request) -> web.Response:
        """All mails, newest first; whom they may come from."""
        lines = await asyncio.to_thread(self._all)
        people = [{"name": name, "address": address} for name, address in self.pane.people]
        told = {"office": self.pane.office, "people": people, "mails": lines}
        return web.json_response(told, headers={"Cache-Control": "no-store"})

    async def mail(self, request: web.Request) -> web.Response:
        """One mail with its text and the names of its files."""
        mail = self._known(request)
        return web.json_response(await asyncio.to_thread(lambda: shown_mail(mail, self._raw(mail))))

    async def raw(self, request: web.Request) -> web.Response:
        """The mail as it travelled, as a download."""
        mail = self._known(request)
        return _download(await asyncio.to_thread(self._raw, mail), f"邮件{mail.id}.eml")

    async def file(self, request: web.Request) -> web.Response:
        """One of its files, as a download."""
        mail = self._known(request)
        files = await asyncio.to_thread(lambda: enclosed(self._raw(mail)))
        number = int(request.match_info["file"])
        if number >= len(files):
            raise Refused(404, "no_file", "这封邮件没有这个附件，请刷新页面。")
        return _download(files[number].content, files[number].name)

    async def upload(self, request: web.Request) -> web.Response:
        """A file for the next mail: its bytes as they are, `?name=`; {"id", "name", "size"}."""
        if request.content_type != "application/octet-stream":
            raise Refused(415, "not_a_file", "文件须以 application/octet-stream 上传。")
        name = text_of(request.query, "name").strip()[:200]
        content = bytearray()
        async for piece in request.content.iter_chunked(1 << 16):
            content += piece
            if len(content) > LARGEST_FILES:
                raise Refused(
                    413, "too_large", f"一封邮件的附件最多{LARGEST_FILES // 2**20}MB，请压缩后再试。"
                )
        while len(self._uploads) >= UPLOADS_KEPT:
            self._uploads.pop(next(iter(self._uploads)))
        number = secrets.token_hex(8)
        self._uploads[number] = Enclosed(name, bytes(content))
        return web.json_response({"id": number, "name": name, "size": len(content)})

    async def send(self, request: web.Request) -> web.Response:
        """Write to the office.

        {"from", "subject", "text", "files": [ids], "sample": bool, "forged": bool, "answers": message id}, or
        {"eml": id of an uploaded mail, "from" (default: its own), "forged"}.
        """
        body = await read_json(request)
        sender, raw = await self._mail_of(body)
        if len(raw) > LARGEST:
            raise Refused(413, "too_large", f"一封邮件最多{LARGEST // 10**6}MB，请减少附件后再发。")
        forged = body.get("forged") is True
        port, office = self.pane.servers.smtp_port, self.pane.office
        try:
            await asyncio.to_thread(hand_in, port, sender, office, raw, forged)
        except (smtplib.SMTPException, OSError):
            raise Refused(502, "not_taken", _NOT_TAKEN) from None
        for number in self._named(body):
            self._uploads.pop(number, None)
        return web.json_response({"sent": True})

    async def _mail_of(self, body: Mapping[str, Any]) -> tuple[str, bytes]:
        if body.get("eml"):
            raw = self._upload(body["eml"]).content
            return _address(body.get("from") or sender_of(raw)), raw
        sender = _address(text_of(body, "from"))
        subject = _one_line(body.get("subject"))
        text = body.get("text")
        text = text_of(body, "text") if isinstance(text, str) and text.strip() else ""
        files = [self._upload(number) for number in self._named(body)]
        if body.get("sample") is True:
            content = await asyncio.to_thread(sample_deck, self.pane.slides)
            files.append(Enclosed(SAMPLE, content))
        if sum(len(file.content) for file in files) > LARGEST_FILES:
            raise Refused(413, "too_large", f"一封邮件的附件最多{LARGEST_FILES // 2**20}MB，请压缩后再试。")
        if not subject and not text and not files:
            raise Refused(400, "empty", "请填写主题或正文，或添加附件。")
        answers, at = _one_line(body.get("answers")), self.pane.kept.campaign_now()  # who writes lives then
        office = self.pane.office
        return sender, await asyncio.to_thread(written, sender, office, subject, text, files, answers, at)

    def _named(self, body: Mapping[str, Any]) -> list[str]:
        numbers = body.get("files") or []
        if not isinstance(numbers, list) or len(numbers) > MOST_FILES:
            raise Refused(400, "too_many", f"一封邮件最多附{MOST_FILES}个文件。")
        return [str(number) for number in numbers]

    def _upload(self, number: object) -> Enclosed:
        if (found := self._uploads.get(str(number))) is None:
            raise Refused(404, "no_file", "文件已失效，请重新添加。")
        return found

    def _known(self, request: web.Request) -> KeptMail:
        try:
            return self.pane.kept.get(int(request.match_info["id"]))
        except KeyError:
            raise Refused(404, "no_mail", "没有这封邮件，请刷新页面。") from None

    def _raw(self, mail: KeptMail) -> bytes:
        return self.pane.kept.raw(mail.id)

    def _all(self) -> list[Shown]:
        for mail in list(self.pane.kept.mails):
            if mail.id not in self._lines:
                with self.pane.kept.path(mail.id).open("rb") as file:
                    self._lines[mail.id] = shown_line(mail, file.read(_BEGINNING))
        return [self._lines[number] for number in sorted(self._lines, reverse=True)]


def _address(text: object) -> str:
    address = str(text).strip()
    if not ADDRESS.fullmatch(address):
        raise Refused(400, "bad_address", "发件人不是有效的邮箱地址，例如 zhangsan@example.com。")
    return address


def _one_line(text: object) -> str:
    if not isinstance(text, str):
        return ""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused(400, "bad_text", "内容含有无效字符，请删去后重发。") from None
    return " ".join(text.split())[:500]


def _download(content: bytes, name: str) -> web.Response:
    headers = PAGE | {hdrs.CONTENT_DISPOSITION: attachment(name)}
    return web.Response(body=content, content_type="application/octet-stream", headers=headers)
