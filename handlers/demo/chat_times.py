"""When, by the campaign clock, a message of the platform was written.

The platform stamps messages by the machine's clock, people read the campaign's. Both run at the
same speed; the distance between them changes only when the clock is moved. So before every move
all messages get their campaign time written down, and those without one are as far off as now.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Protocol

from handlers.demo.platform import Platform
from handlers.demo.platform_shapes import Message

WRITTEN = "campaign_at"
"""The key of a message's campaign time, kept with the message from one run to the next."""


class CampaignClock(Protocol):
    """The campaign clock of the demo."""

    def now(self) -> datetime:
        """The moment by the campaign clock, aware."""

    async def move(self, to: datetime) -> None:
        """Put the clock to a later moment and run what falls due; ValueError if `to` lies before now."""


class ChatTimes:
    """The campaign clock, and the campaign times of what the platform stamped."""

    def __init__(
        self,
        platform: Platform,
        clock: CampaignClock,
        zone: tzinfo,
        machine: Callable[[], float] = time.time,
    ) -> None:
        self._platform = platform
        self._clock = clock
        self._zone = zone
        self._machine = machine

    def now(self) -> datetime:
        """The campaign clock, in the campaign's zone."""
        return self._clock.now().astimezone(self._zone)

    async def move(self, to: datetime) -> None:
        """Move the clock; ValueError as the clock raises it."""
        for userid in self._platform.members:
            for message in self._platform.messages(userid):
                message[WRITTEN] = self.campaign_time(message).isoformat()
        await self._clock.move(to)

    def campaign_time(self, message: Message) -> datetime:
        """When the message was written, in the campaign's zone."""
        if WRITTEN in message:
            return datetime.fromisoformat(message[WRITTEN])
        ahead = self._clock.now() - datetime.fromtimestamp(self._machine(), self._zone)
        return (datetime.fromisoformat(message["at"]) + ahead).astimezone(self._zone)
