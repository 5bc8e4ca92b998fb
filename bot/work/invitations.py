"""Invitations that nobody took up in their time: forgotten, with what was typed for whoever would have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.ports import Store, Writer
from bot.staff.invited import forget_contacts


def forget_expired(store: Store, now: datetime) -> None:
    """Let those go whose time is over by the machine's clock. A use case."""
    for digest in store.drop_invitations(now):
        forget_contacts(store, digest)


@dataclass(slots=True)
class Invitations:
    """Looks once an hour. `now` is the machine's clock."""

    writer: Writer
    now: Callable[[], datetime]
    _looked: datetime | None = None

    async def tick(self) -> None:
        """Forget what is due, unless that was done this hour."""
        now = self.now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour != self._looked:
            await self.writer.run(lambda store: forget_expired(store, now))
            self._looked = hour
