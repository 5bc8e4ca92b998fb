"""Who has a role, by address, in memory: so that everybody else's turn costs one look-up and no query."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.model.message import Channel
from bot.ports import Store

WRONG_CODES = 5
"""Wrong invitation codes from one address within `WRONG_WINDOW`, after which it has to wait."""
WRONG_WINDOW = timedelta(hours=1)
_MOST_ADDRESSES = 10_000


class LiveStaff:
    """The addresses of those who have a role. A hint, never a proof: the turn itself asks the store."""

    def __init__(self) -> None:
        self._people: Mapping[tuple[str, str], int] = {}
        self._wrong: OrderedDict[str, tuple[datetime, ...]] = OrderedDict()

    def knows(self, channel: Channel, address: str) -> bool:
        """Whether somebody with a role wrote from here, as of the last `take`."""
        return (channel.value, address) in self._people

    def load(self, store: Store) -> Mapping[tuple[str, str], int]:
        """What `take` wants. A use case."""
        return store.staff_addresses()

    def take(self, people: Mapping[tuple[str, str], int]) -> None:
        """Go by these from now on."""
        self._people = people

    # wrong invitation codes, per process (machine's clock)

    def may_try(self, address: str, now: datetime) -> bool:
        """Whether an address may send one more invitation code."""
        return len(self._recent(address, now)) < WRONG_CODES

    def count_wrong(self, address: str, now: datetime) -> None:
        """Count one wrong code."""
        self._wrong[address] = (*self._recent(address, now), now)
        self._wrong.move_to_end(address)
        if len(self._wrong) > _MOST_ADDRESSES:
            self._wrong.popitem(last=False)

    def _recent(self, address: str, now: datetime) -> tuple[datetime, ...]:
        return tuple(at for at in self._wrong.get(address, ()) if now - at < WRONG_WINDOW)
