"""Sessions of the console, and how long they last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SESSION_LIFE = timedelta(hours=12)
SESSION_IDLE = timedelta(hours=2)
LINK_LIFE = timedelta(minutes=10)
"""How long a one-time link can be used."""


class Device(StrEnum):
    """What somebody reads the console with, as coarse as can be."""

    WECOM = "wecom"  # inside the client
    PHONE = "phone"
    DESKTOP = "desktop"


@dataclass(frozen=True, slots=True)
class ConsoleSession:
    """Somebody who is signed in. Moments by the machine's clock."""

    token_hash: str  # of the cookie's token, which itself is kept nowhere
    person: int
    began_at: datetime
    seen_at: datetime
    device: Device

    def is_open(self, now: datetime) -> bool:
        """Whether it still counts: for 12 hours, and not after 2 hours without a request."""
        return now - self.began_at < SESSION_LIFE and now - self.seen_at < SESSION_IDLE
