"""Work that takes longer than somebody waits for a page: how far it is, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ALIVE = timedelta(seconds=20)
"""Without a sign of life for so long, the process that did the work is gone."""


class WorkState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Made:
    """What a work brought forth."""

    name: str  # of the file
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class LongWork:
    """One work of one person. Moments by the machine's clock."""

    id: str
    kind: str  # export, import, rehearsal
    person: int
    title: str  # what is made, as people read it
    back: str  # the page it was asked for on
    state: WorkState
    step: str  # what is being done, in words
    done: int
    total: int  # 0 while it is not known
    said: str  # of a failed work: why, and what to do next; of one without a file: what was done
    began_at: datetime
    beat_at: datetime  # its last sign of life
    keep_until: datetime

    def seen(self, now: datetime) -> WorkState:
        """The state; a work that stopped giving signs of life has failed."""
        is_gone = self.state is WorkState.RUNNING and now - self.beat_at > ALIVE
        return WorkState.FAILED if is_gone else self.state
