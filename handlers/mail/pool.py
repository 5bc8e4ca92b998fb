"""Several connections to one SMTP account, for an account that asks for no distance between mails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.model.message import Delivery, Outgoing
from handlers.mail.send import MailSender

CONNECTIONS = 4


class MailPool:
    """`bot.ports.Sender` over senders of the same account, each with a connection of its own.

    They share the account's allowance as processes do, through the shared cache. `close` it at the end.
    """

    def __init__(self, senders: Sequence[MailSender]) -> None:
        self._waiting = dict.fromkeys(senders, 0)

    async def send(self, outgoing: Outgoing) -> Delivery:
        """Deliver over the connection for which the fewest are waiting; the first is kept warm."""
        sender = min(self._waiting, key=self._waiting.__getitem__)
        self._waiting[sender] += 1
        try:
            return await sender.send(outgoing)
        finally:
            self._waiting[sender] -= 1

    async def close(self) -> None:
        """Hang up everywhere; nothing may be under way."""
        await asyncio.gather(*(sender.close() for sender in self._waiting))
