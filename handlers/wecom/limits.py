"""WeCom's rates for pushing (path/90236), kept by us because it drops the excess without a word. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

PER_MINUTE = 30  # per app and member
PER_HOUR = 1000
_SLACK = 5.0  # a message counts over there when it arrives, here when it leaves
_MINUTE = 60.0 + _SLACK
_HOUR = 3600.0 + _SLACK
_DAY = 86400.0
_BEIJING = 8 * 3600.0
_SWEEP = 10_000  # members remembered before the idle ones are forgotten


class Limiter:
    """Says how long a push has to wait; counts what has been pushed.

    `clock` gives Unix seconds. `per_day` is the app's quota of person-times a day (the
    corp's account cap × 200), counted by Beijing days; None leaves it to WeCom's 45009.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        per_minute: int = PER_MINUTE,
        per_hour: int = PER_HOUR,
        per_day: int | None = None,
    ) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._per_hour = per_hour
        self._per_day = per_day
        self._pushed: dict[str, deque[float]] = {}
        self._day = 0
        self._today = 0

    def wait(self, members: Sequence[str]) -> float:
        """Seconds until one message to all these members is within the limits; 0.0 for at once."""
        now = self._clock()
        return max(
            [self._wait_for_day(len(members), now), *(self._wait_for(member, now) for member in members)]
        )

    def take(self, members: Sequence[str]) -> None:
        """Count one message to each of them."""
        now = self._clock()
        self._turn_day(now)
        self._today += len(members)
        for member in members:
            times = self._pushed.setdefault(member.lower(), deque())
            times.append(now)
            self._forget(times, now)
        if len(self._pushed) > _SWEEP:
            self._pushed = {name: times for name, times in self._pushed.items() if times[-1] > now - _HOUR}

    def _wait_for(self, member: str, now: float) -> float:
        times = self._pushed.get(member.lower())
        if not times:
            return 0.0
        self._forget(times, now)
        waits = [0.0]
        if len(times) >= self._per_minute:
            waits.append(times[-self._per_minute] + _MINUTE - now)
        if len(times) >= self._per_hour:
            waits.append(times[-self._per_hour] + _HOUR - now)
        return max(waits)

    def _wait_for_day(self, count: int, now: float) -> float:
        self._turn_day(now)
        # A message to more people than a whole day allows could never go: it goes first thing.
        if self._per_day is None or not self._today or self._today + count <= self._per_day:
            return 0.0
        return (self._day + 1) * _DAY - _BEIJING - now

    def _turn_day(self, now: float) -> None:
        day = int((now + _BEIJING) // _DAY)
        if day != self._day:
            self._day, self._today = day, 0

    @staticmethod
    def _forget(times: deque[float], now: float) -> None:
        while times and times[0] <= now - _HOUR:
            times.popleft()
