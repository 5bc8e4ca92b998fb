"""Approved answers (口径库): what the office has decided where the notice is silent, and who asked about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ApprovedAnswer:
    """One version of an answer of the office. A correction or a withdrawal is a new version, never a change."""

    number: int  # 1…n within the campaign
    version: int  # 1…n of this answer
    question: str
    wordings: tuple[str, ...]  # further ways in which it is asked
    text: str  # the answer itself
    clauses: tuple[str, ...]  # ids of the clauses it rests on; may be empty
    author: str  # who decided this version
    decided_on: date
    open_point: str  # id of the campaign's open point it decides, "" for none
    active: bool  # False: withdrawn by this version
    reason: str  # of a withdrawal
    created_at: datetime  # by the campaign clock

    @property
    def name(self) -> str:
        """Names this very version: `3.2` is the second version of answer 3."""
        return f"{self.number}.{self.version}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on record that was refused."""

    id: int
    person: int
    text: str
    at: datetime
