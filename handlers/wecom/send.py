"""Active push (path/90236): an `Outgoing` becomes one or more calls, their answers one `Delivery`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

from bot.model.message import (
    Card,
    CardUpdate,
    ConsoleLinkOrder,
    Delivery,
    File,
    FormOrder,
    Mail,
    OpinionOrder,
    Outcome,
    Outgoing,
    PageOrder,
    Recall,
    SelfCheckOrder,
    Text,
    VisitOrder,
)
from bot.model.split import split
from bot.ports import SharedCache, StoredFiles
from handlers.wecom.cards import button_card, button_update, card_text
from handlers.wecom.client import Answer, WeComClient
from handlers.wecom.errcodes import Reaction, WeComFailure, failure
from handlers.wecom.limits import Limiter
from handlers.wecom.media import Uploads
from handlers.wecom.text import sendable

RECIPIENTS = 1000  # in one call
DUPLICATE_INTERVAL = 4 * 3600  # seconds, the longest WeCom offers
CARDS_UNKNOWN = 40008  # an installation without template cards
_DONE_FOR = 86400.0  # seconds a step of a longer delivery is remembered


@dataclass(frozen=True, slots=True)
class _Step:
    """One call: to whom, and what beside the recipients."""

    members: tuple[str, ...]
    content: dict[str, Any]


class WeComSender:
    """`bot.ports.Sender` over one app.

    A delivery of several calls (over 1000 recipients, a text over 2048 bytes) remembers
    its finished calls in the shared cache, so that a RETRY goes on where it stopped.
    """

    def __init__(
        self,
        client: WeComClient,
        files: StoredFiles,
        cache: SharedCache,
        limiter: Limiter,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._cache = cache
        self._limiter = limiter
        self._now = now
        self._uploads = Uploads(client, files, cache, now)

    async def send(self, outgoing: Outgoing) -> Delivery:
        """Deliver, or say why not."""
        if not outgoing.addresses or any("|" in name or name.startswith("@") for name in outgoing.addresses):
            # "@all" would reach the whole corp.
            return Delivery(Outcome.FAILED, error="收件人不是企业微信账号")
        try:
            return await self._send(outgoing)
        except WeComFailure as failed:
            return failed.delivery()

    async def _send(self, outgoing: Outgoing) -> Delivery:
        match outgoing.body:
            case Text(text):
                return await self._steps(outgoing, [_text(part) for part in split(sendable(text))])
            case Card() as card:
                return await self._send_card(outgoing, card)
            case File() as file:
                return await self._send_file(outgoing, file)
            case CardUpdate() as update:
                return await self._update(outgoing.addresses, update)
            case Recall() as recall:
                return await self._recall(recall)
            case (
                FormOrder()
                | PageOrder()
                | SelfCheckOrder()
                | OpinionOrder()
                | VisitOrder()
                | ConsoleLinkOrder()
            ):
                return Delivery(Outcome.FAILED, error="内容尚未备好")
            case Mail():
                return Delivery(Outcome.FAILED, error="邮件不能发到企业微信")
            case _:
                assert_never(outgoing.body)

    async def _send_card(self, outgoing: Outgoing, card: Card) -> Delivery:
        as_words = [_text(part) for part in split(sendable(card_text(card)))]
        content = button_card(card)
        if content is None:
            return await self._steps(outgoing, as_words)
        try:
            return await self._steps(outgoing, [{"msgtype": "template_card", "template_card": content}])
        except WeComFailure as failed:
            if failed.outcome is not Outcome.FAILED:
                raise
            # The person can do without the buttons; whoever maintains this must hear of it.
            alarm = "" if failed.code == CARDS_UNKNOWN else failed.alarm
            return replace(await self._steps(outgoing, as_words), alarm=alarm)

    async def _send_file(self, outgoing: Outgoing, file: File) -> Delivery:
        try:
            media_id = await self._uploads.media_id(file)
        except KeyError:
            error = "要发送的文件已不在库中"
            return Delivery(Outcome.FAILED, error=error, alarm=f"{error}，请从备份恢复文件库。")
        try:
            return await self._steps(outgoing, [_file(media_id)])
        except WeComFailure as failed:
            if failed.reaction is not Reaction.UPLOAD_AGAIN:
                raise
        media_id = await self._uploads.media_id(file, refused=media_id)
        return await self._steps(outgoing, [_file(media_id)])

    async def _update(self, addresses: Sequence[str], update: CardUpdate) -> Delivery:
        body = {"userids": list(addresses), "agentid": self._client.agent_id, **button_update(update)}
        try:
            await self._client.post("message/update_template_card", body)
        except WeComFailure as failed:
            # An old card that stays blue is nobody's emergency.
            return (
                replace(failed.delivery(), alarm="")
                if failed.reaction is Reaction.REPORT
                else failed.delivery()
            )
        return Delivery(Outcome.SENT, code=0)

    async def _recall(self, recall: Recall) -> Delivery:
        """Take messages back; WeCom does so for a day, for everybody whom the call reached."""
        for remote_id in recall.remote_ids:
            try:
                await self._client.post("message/recall", {"msgid": remote_id})
            except WeComFailure as failed:
                delivery = failed.delivery()
                if failed.outcome is not Outcome.FAILED:
                    return delivery
                # too late, or gone already: the board says so, and nothing is wrong with the settings
                return replace(delivery, error=f"企业微信未能撤回（错误码 {failed.code}）", alarm="")
        return Delivery(Outcome.SENT, code=0)

    async def _steps(self, outgoing: Outgoing, contents: Sequence[dict[str, Any]]) -> Delivery:
        """All contents to the first thousand, then to the next: everybody gets them in order."""
        if not contents:
            return failure(44004).delivery()
        addresses = outgoing.addresses
        chunks = [addresses[start : start + RECIPIENTS] for start in range(0, len(addresses), RECIPIENTS)]
        steps = [_Step(chunk, content) for chunk in chunks for content in contents]
        unreachable: set[str] = set()
        remote_ids: list[str] = []
        last: Answer = {}
        for number, step in enumerate(steps):
            memory = f"wecom:step:{outgoing.key}:{number}" if len(steps) > 1 else ""
            done = await self._cache.get(memory) if memory else None
            if done is None:
                last = await self._step(step, once=outgoing.once)
                if memory:
                    kept = f"{_missed(last)} {_remote_id(last)}"
                    await self._cache.put(memory, kept, self._now() + _DONE_FOR)
            missed, remote_id = (_missed(last), _remote_id(last)) if done is None else _remembered(done[0])
            unreachable.update(missed.split("|"))
            remote_ids.append(remote_id)
        return _delivery(addresses, unreachable, last, "|".join(filter(None, remote_ids)))

    async def _step(self, step: _Step, *, once: bool) -> Answer:
        """One call; recipients that cannot be reached are part of the answer, everything else raises."""
        wait = self._limiter.wait(step.members)
        if wait > 0:
            raise WeComFailure(Outcome.RETRY, "已到企业微信的发送频率上限，稍后自动续发", retry_after=wait)
        body = {"touser": "|".join(step.members), "agentid": self._client.agent_id, **step.content}
        if once:
            body |= {"enable_duplicate_check": 1, "duplicate_check_interval": DUPLICATE_INTERVAL}
        self._limiter.take(step.members)
        try:
            return await self._client.post("message/send", body)
        except WeComFailure as failed:
            if failed.reaction is not Reaction.UNREACHABLE:
                raise
            return {"errcode": failed.code, "invaliduser": "|".join(step.members)}


def _text(content: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content}}


def _file(media_id: str) -> dict[str, Any]:
    return {"msgtype": "file", "file": {"media_id": media_id}}


def _missed(answer: Answer) -> str:
    """Whom WeCom could not reach, as it spells them (in lower case), joined by `|`."""
    return "|".join(str(answer.get(field) or "") for field in ("invaliduser", "unlicenseduser")).lower()


def _remote_id(answer: Answer) -> str:
    """WeCom's id of a message, by which it can be taken back; "" where the answer has none."""
    return str(answer.get("msgid") or "")


def _remembered(step: str) -> tuple[str, str]:
    """Whom a finished step missed, and the id of its message. No userid holds a blank."""
    missed, _, remote_id = step.rpartition(" ")
    return missed, remote_id


def _delivery(addresses: Sequence[str], missed: set[str], last: Answer, remote_id: str) -> Delivery:
    unreachable = tuple(address for address in addresses if address.lower() in missed)
    if len(unreachable) == len(addresses):
        code = last.get("errcode") or 81013
        refused = failure(code)
        return Delivery(Outcome.FAILED, code=code, error=refused.error, unreachable=unreachable)
    return Delivery(Outcome.SENT, code=0, unreachable=unreachable, remote_id=remote_id)
