"""Mail going out over one SMTP account: one connection, within the account's limits."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime

import aiosmtplib

from bot.model.message import Delivery, Mail, Outcome, Outgoing, Text
from bot.ports import SharedCache, StoredFiles
from config.addresses import MailServer
from handlers.mail.allowance import Allowance
from handlers.mail.compose import Letter, is_address, write
from handlers.mail.smtp_answers import Measure, Step, judge, readable
from handlers.mail.smtp_line import DATA_SECONDS, Line

PATIENCE = 15.0
"""Seconds a mail waits for its turn; with `WHOLE` less than the lease of its row."""
WHOLE = 40.0  # seconds for one mail, connecting and a second try included
SOON = 120.0  # "please try again" (NetEase: 451 DT:SPM)
LATER = 900.0  # a quarter of an hour, as NetEase counts (451 MI:SFQ)
OPERATOR = 3600.0  # between two attempts at a login that was refused
_NOT_REACHED = "请检查网络和 BOT_MAIL__SMTP_URL；邮件保留待发，将自动再试。"

_Broken = (aiosmtplib.SMTPException, OSError, TimeoutError)


class _Refusal(Exception):
    """The server said no."""

    def __init__(self, step: Step, code: int, words: str) -> None:
        super().__init__()
        self.code = code
        self.words = words
        self.verdict = judge(step, code, words)


class _Dropped(Exception):
    """The connection was lost. `unsure`: after the message was handed over, or part of it."""

    def __init__(self, unsure: bool) -> None:
        super().__init__()
        self.unsure = unsure


class MailSender:
    """`bot.ports.Sender` over one SMTP account; `close` it at the end.

    Sends `Mail`, and `Text` (alarms to the office's own box, under `subject`). A mail keeps its Message-ID at
    every try. `now` is the machine's clock. Mail that may not go yet comes back as RETRY, not `attempted`.
    """

    def __init__(
        self,
        server: MailServer,
        address: str,
        subject: str,
        files: StoredFiles,
        cache: SharedCache,
        per_day: int,
        seconds_between: int,
        now: Callable[[], datetime],
    ) -> None:
        self._line = Line(server)
        self._address = address
        self._subject = subject
        self._files = files
        self._allowance = Allowance(cache, per_day, seconds_between, now)
        self._now = now
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        """Hang up; nothing may be under way."""
        await self._line.close()
        await self._allowance.close()

    async def send(self, outgoing: Outgoing) -> Delivery:
        """Deliver, or say why not. UNSURE, `again`: it was handed over, but no answer came."""
        if not isinstance(outgoing.body, Text | Mail):
            return Delivery(Outcome.FAILED, error="邮件只发送文字和信件")
        if len(outgoing.addresses) != 1 or not is_address(outgoing.addresses[0]):
            return Delivery(Outcome.FAILED, error="收件地址无效", unreachable=outgoing.addresses)
        try:
            letter = await self._letter(outgoing, outgoing.body)
            message = write(letter, self._address, self._now())
        except KeyError:
            return Delivery(Outcome.FAILED, error="附件已不在文件库中")
        except ValueError:
            return Delivery(Outcome.FAILED, error="邮件编号不合规范")
        return await self._in_turn(letter.to, message, urgent=isinstance(outgoing.body, Text))

    async def _letter(self, outgoing: Outgoing, body: Text | Mail) -> Letter:
        to = outgoing.addresses[0]
        if isinstance(body, Text):
            name = hashlib.sha256(outgoing.key.encode()).hexdigest()[:32]
            return Letter(to, self._subject, body.text, f"<{name}@{self._address.rpartition('@')[2]}>")
        files = [(file.name, await asyncio.to_thread(self._files.get, file.sha256)) for file in body.files]
        thread = (body.in_reply_to, body.references)
        return Letter(to, body.subject, body.text, body.message_id, *thread, files)

    async def _in_turn(self, to: str, message: bytes, urgent: bool) -> Delivery:
        loop = asyncio.get_running_loop()
        asked = loop.time()
        async with self._turn:
            if loop.time() - asked > PATIENCE:
                return Delivery(Outcome.RETRY, error="排队等候发送", retry_after=1.0, attempted=False)
            if (wait := await self._allowance.take(urgent)) is not None:
                return Delivery(Outcome.RETRY, error=wait.reason, retry_after=wait.seconds, attempted=False)
            try:
                async with asyncio.timeout(WHOLE):
                    return await self._hand_over(to, message)
            except TimeoutError:  # while connecting: later steps have said what they mean
                return self._not_reached("TimeoutError")
            finally:
                self._line.rest()

    async def _hand_over(self, to: str, message: bytes) -> Delivery:
        """Once more over a new connection where the old one was gone, or has taken enough."""
        for again in (False, True):
            try:
                smtp = await self._connect()
            except _Refusal as refusal:
                self._allowance.refund()
                return await self._refused(refusal, to)
            except _Broken as broken:
                return self._not_reached(type(broken).__name__)
            try:
                await _transmit(smtp, self._address, to, message)
                return Delivery(Outcome.SENT)
            except _Refusal as refusal:
                if refusal.verdict.measure is not Measure.RECONNECT or again:
                    await self._forget(smtp)
                    return await self._refused(refusal, to)
            except _Dropped as dropped:
                if dropped.unsure:
                    self._line.drop()
                    error = "邮件已交出，服务器没有答复，不知是否送达"
                    return Delivery(Outcome.UNSURE, error=error, retry_after=SOON, again=True)
            self._line.drop()
        return Delivery(Outcome.RETRY, error="邮件服务器中断了连接", retry_after=SOON)

    async def _connect(self) -> aiosmtplib.SMTP:
        try:
            return await self._line.ready()
        except aiosmtplib.SMTPResponseException as refused:
            step: Step = "login" if isinstance(refused, aiosmtplib.SMTPAuthenticationError) else "connect"
            raise _Refusal(step, refused.code, readable(refused.message)) from None

    async def _forget(self, smtp: aiosmtplib.SMTP) -> None:
        """End the refused mail, so that the connection can take the next one."""
        try:
            await smtp.rset()
        except _Broken:
            self._line.drop()

    def _not_reached(self, cause: str) -> Delivery:
        self._line.drop()
        self._allowance.refund()
        error = f"邮件服务器连不上（{cause}）"
        alarm = f"{error}。{_NOT_REACHED}"
        return Delivery(Outcome.RETRY, error=error, retry_after=SOON, alarm=alarm, attempted=False)

    async def _refused(self, refusal: _Refusal, to: str) -> Delivery:
        verdict = refusal.verdict
        error = f"{verdict.reason}（{refusal.code} {refusal.words}）"
        alarm = f"{error}。{verdict.advice}" if verdict.advice else ""
        match verdict.measure:
            case Measure.NEVER:
                return Delivery(Outcome.FAILED, refusal.code, error, alarm=alarm)
            case Measure.NO_SUCH_ADDRESS:
                return Delivery(Outcome.FAILED, refusal.code, error, unreachable=(to,))
            case Measure.SOON | Measure.LATER:
                seconds = SOON if verdict.measure is Measure.SOON else LATER
                return Delivery(Outcome.RETRY, refusal.code, error, seconds)
            case Measure.STOP_FOR_TODAY:
                seconds = self._allowance.until_tomorrow()
            case Measure.ASK_OPERATOR:
                seconds = OPERATOR
                self._line.drop()
            case Measure.RECONNECT | Measure.PAUSE:
                seconds = LATER
                self._line.drop()
        # a login may be mended at any time, and is then tried at the next start
        await self._allowance.pause(seconds, error, shared=verdict.measure is not Measure.ASK_OPERATOR)
        return Delivery(Outcome.RETRY, refusal.code, error, seconds, alarm=alarm, attempted=False)


async def _transmit(smtp: aiosmtplib.SMTP, sender: str, to: str, message: bytes) -> None:
    """One mail over an open connection; `_Refusal` or `_Dropped`."""
    step: Step = "from"
    try:
        await smtp.mail(sender)
        step = "to"
        await smtp.rcpt(to)
        step = "data"
        await smtp.data(message, timeout=DATA_SECONDS)
    except aiosmtplib.SMTPResponseException as refused:
        raise _Refusal(step, refused.code, readable(refused.message)) from None
    except (*_Broken, asyncio.CancelledError) as broken:
        if isinstance(broken, asyncio.CancelledError) and step != "data":
            raise
        raise _Dropped(unsure=step == "data") from None
