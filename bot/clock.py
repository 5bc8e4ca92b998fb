"""The campaign clock: machine time plus a stored offset, the same in all processes (commands page §10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.ports import Store

_OFFSET = "clock.offset_seconds"


class CampaignClock:
    """What dates, lateness and people's times go by. Leases, tokens and retries go by the machine's clock."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """The moment by the campaign clock, aware."""
        return datetime.now(UTC) + self.offset


def open_clock(store: Store, start: datetime | None) -> timedelta:
    """The offset in force. Where none is stored yet and `start` is given, the clock begins there."""
    stored = store.setting(_OFFSET)
    if stored is not None:
        return timedelta(seconds=float(stored))
    if start is None:
        return timedelta()
    offset = start - datetime.now(UTC)
    store.set_setting(_OFFSET, str(offset.total_seconds()))
    return offset


def move_clock(store: Store, to: datetime) -> timedelta:
    """Put the clock to a later moment; ValueError if it lies before now."""
    stored = store.setting(_OFFSET)
    now = datetime.now(UTC)
    if to < now + timedelta(seconds=float(stored or 0)):
        raise ValueError("the campaign clock only moves forward")
    store.set_setting(_OFFSET, str((to - now).total_seconds()))
    return to - now
