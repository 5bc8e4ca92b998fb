"""How many wrong page addresses one peer may try before it has to wait."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Callable

MOST_PEERS = 10_000
"""Peers remembered at once; beyond it the one silent for longest is forgotten, so memory stays bounded."""


class WrongAttempts:
    """Counts wrong attempts per peer within the last `seconds`; `monotonic` tells machine seconds."""

    def __init__(self, limit: int, seconds: float, monotonic: Callable[[], float]) -> None:
        self._limit = limit
        self._seconds = seconds
        self._monotonic = monotonic
        self._peers: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, peer: str) -> int:
        """Whole seconds until the peer may try again; 0 if it may now."""
        times = self._recent(peer)
        if len(times) < self._limit:
            return 0
        return max(1, math.ceil(times[0] + self._seconds - self._monotonic()))

    def add(self, peer: str) -> None:
        """Count one wrong attempt."""
        times = self._recent(peer)
        times.append(self._monotonic())
        self._peers[peer] = times
        self._peers.move_to_end(peer)
        if len(self._peers) > MOST_PEERS:
            self._peers.popitem(last=False)

    def _recent(self, peer: str) -> deque[float]:
        """The peer's attempts that still count, oldest first."""
        times = self._peers.get(peer) or deque()
        oldest = self._monotonic() - self._seconds
        while times and times[0] <= oldest:
            times.popleft()
        if not times:
            self._peers.pop(peer, None)
        return times
