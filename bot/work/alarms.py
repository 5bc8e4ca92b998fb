"""Alarms for the operator: kept, counted on /readyz, and mailed where mail is set up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.model.message import Channel, Text
from bot.ports import Draft, Store, Writer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alarms:
    """`mail_to` is the office's own address, "" where mail is off. `now` is the machine's clock."""

    writer: Writer
    mail_to: str
    now: Callable[[], datetime]

    async def raise_alarm(self, kind: str, text: str) -> None:
        """Raise an alarm once; the same kind is not raised again while it is open."""
        now = self.now()
        if await self.writer.run(lambda store: self._raise(store, kind, text, now)):
            log.error("alarm %s: %s", kind, text)

    def _raise(self, store: Store, kind: str, text: str, now: datetime) -> bool:
        if not store.alarm(kind, text, now):
            return False
        if self.mail_to:
            key = f"alarm:{kind}:{now.isoformat()}"
            store.queue([Draft(key, Channel.MAIL, None, self.mail_to, Text(text))], now)
        return True
