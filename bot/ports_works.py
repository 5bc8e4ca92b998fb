"""What the use cases need to remember of works that take long: a part of `bot.ports.Store`. Machine's clock."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.model.long_work import LongWork, Made, WorkState


class WorkStore(Protocol):
    """Lives for one transaction, as `bot.ports.Store` says."""

    def add_work(self, work: LongWork) -> None:
        """Keep a work that begins; what is to be kept no longer goes."""

    def long_work(self, work: str, now: datetime) -> LongWork | None:
        """A work by its id, None once it is to be kept no longer."""

    def latest_work(self, kind: str, now: datetime) -> LongWork | None:
        """The work of a kind that began last, whoever asked for it."""

    def work_made(self, work: str, now: datetime) -> Made | None:
        """What a work brought forth."""

    def beat_work(self, work: str, step: str, done: int, total: int, now: datetime) -> None:
        """A sign of life, with how far it is."""

    def end_work(self, work: str, state: WorkState, said: str, made: Made | None, now: datetime) -> None:
        """Keep what came of it."""
