"""Inspections on site (实地验收): visits, their versions, and what those concerned said to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum


class VersionState(StrEnum):
    """What became of one version of a visit."""

    PROPOSED = "proposed"  # entered; nobody outside the office has been told
    RELEASED = "released"  # a second person of the office has released it; those concerned are told
    DROPPED = "dropped"  # taken back before it was released


class VisitState(StrEnum):
    """How a visit stands as a whole."""

    PLANNED = "planned"  # never released so far
    ANNOUNCED = "announced"
    CHANGING = "changing"  # announced, and a change waits to be released
    CANCELLED = "cancelled"
    DROPPED = "dropped"  # taken back before anybody was told


class AnswerKind(StrEnum):
    """What somebody said to one version."""

    CONFIRMED = "confirmed"  # 确认，届时接待
    OTHER_DAY = "other_day"  # 需改期
    KEPT = "kept"  # the office has decided: the day stays
    TOLD = "told"  # told by telephone, and agreed; `by` is who telephoned
    CHASED = "chased"  # silent, and taken further: told to a deputy, or put on the call sheet


@dataclass(frozen=True, slots=True)
class Inspector:
    """A member of a team, by the name they had then."""

    person: int
    name: str


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """When somebody comes, who, and what for. Times are local to the campaign's zone; `end` is after `start`."""

    day: date
    start: time
    end: time
    leader: Inspector
    members: tuple[Inspector, ...] = ()  # beside the leader
    contact: str = ""  # whom the unit may ask about the visit
    phone: str = ""
    place: str = ""
    prepare: str = ""  # beside what every unit prepares

    @property
    def team(self) -> tuple[Inspector, ...]:
        """Everybody who comes, the leader first."""
        return (self.leader, *self.members)

    def has(self, person: int) -> bool:
        return any(one.person == person for one in self.team)


@dataclass(frozen=True, slots=True)
class VisitVersion:
    """One wording of a visit; never changed but for its state. Versions count from 1."""

    visit: int
    version: int
    plan: VisitPlan
    cancelled: bool  # this version says that nobody comes
    reason: str  # why it differs from the one before; "" for the first
    by: int  # person who entered it
    at: datetime
    state: VersionState = VersionState.PROPOSED
    settled_by: int | None = None  # who released or dropped it
    settled_at: datetime | None = None

    @property
    def is_released(self) -> bool:
        return self.state is VersionState.RELEASED


@dataclass(frozen=True, slots=True)
class VisitAnswer:
    """What somebody said to a version. A new version voids the answers to those before."""

    visit: int
    version: int
    person: int
    kind: AnswerKind
    words: str
    by: int  # who entered it: the person, or the office for them
    at: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """An announced inspection (告知) of one application, with its whole history, oldest first."""

    id: int
    application: str
    versions: tuple[VisitVersion, ...]
    answers: tuple[VisitAnswer, ...] = ()

    @property
    def current(self) -> VisitVersion | None:
        """What those concerned were told last."""
        return next((one for one in reversed(self.versions) if one.state is VersionState.RELEASED), None)

    @property
    def proposed(self) -> VisitVersion | None:
        """What waits to be released."""
        last = self.versions[-1]
        return last if last.state is VersionState.PROPOSED else None

    @property
    def latest(self) -> VisitVersion:
        """What the office goes by: the proposal if there is one, else what was told, else the last entry."""
        return self.proposed or self.current or self.versions[-1]

    @property
    def state(self) -> VisitState:
        current, proposed = self.current, self.proposed
        if current is None:
            return VisitState.PLANNED if proposed else VisitState.DROPPED
        if proposed:
            return VisitState.CHANGING
        return VisitState.CANCELLED if current.cancelled else VisitState.ANNOUNCED

    @property
    def is_on(self) -> bool:
        """Whether somebody is to come, by what was told last."""
        current = self.current
        return current is not None and not current.cancelled

    def answers_to(self, version: int) -> tuple[VisitAnswer, ...]:
        return tuple(one for one in self.answers if one.version == version)


@dataclass(frozen=True, slots=True)
class CovertVisit:
    """An unannounced visit (暗访, 不告知). Known to its team and to whoever made it, to nobody else (I11)."""

    id: int  # 0 before it is kept
    application: str
    plan: VisitPlan
    made_by: int
    at: datetime
    cancelled: bool = False

    def is_known_to(self, person: int) -> bool:
        return person == self.made_by or self.plan.has(person)
