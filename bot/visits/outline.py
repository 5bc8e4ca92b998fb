"""How a visit stands, in outline: what lists are found, ordered and counted by. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from bot.model.visit import AnswerKind, Visit, VisitAnswer, VisitState


class Standing(StrEnum):
    """How a visit stands for whoever looks."""

    UNRELEASED = "unreleased"
    CHANGING = "changing"  # a change waits to be released
    TOLD = "told"
    CONFIRMED = "confirmed"
    WISH = "wish"  # the unit asks for another day
    CANCELLED = "cancelled"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Slot:
    """When somebody comes, and who leads: of one version."""

    day: date
    start: time
    leader: int  # person


@dataclass(frozen=True, slots=True)
class Outline:
    """A visit without what its versions and answers say."""

    state: VisitState
    latest: Slot  # what the office goes by
    told: Slot | None  # what those concerned were told last
    team: tuple[int, ...]  # persons of that
    is_on: bool
    has_wish: bool  # the unit asks for another day
    agreed: tuple[int, ...]  # persons whose last word to that is that they agree, sorted


def outline_of(visit: Visit) -> Outline:
    """The outline of a visit that has a version."""
    latest, current = visit.latest.plan, visit.current
    told = current.plan if current else None
    said = visit.answers_to(current.version) if current else ()
    return Outline(
        state=visit.state,
        latest=Slot(latest.day, latest.start, latest.leader.person),
        told=Slot(told.day, told.start, told.leader.person) if told else None,
        team=tuple(one.person for one in told.team) if told else (),
        is_on=visit.is_on,
        has_wish=wish_of(visit) is not None,
        agreed=tuple(
            person for person in sorted({one.person for one in said}) if is_confirmed(visit, person)
        ),
    )


def wish_of(visit: Visit) -> VisitAnswer | None:
    """The unit's wish for another day, if it still waits for the office; what the team says does not settle it."""
    current = visit.current
    if current is None:
        return None
    said = [one for one in visit.answers_to(current.version) if not current.plan.has(one.person)]
    last = next((one for one in reversed(said) if one.kind in _OF_THE_UNIT), None)
    return last if last is not None and last.kind is AnswerKind.OTHER_DAY else None


def is_confirmed(visit: Visit, holder: int) -> bool:
    """Whether the unit has confirmed what is in force, or was told by telephone."""
    current = visit.current
    said = visit.answers_to(current.version) if current else ()
    own = [one for one in said if one.person == holder and one.kind in _OF_THE_UNIT]
    return bool(own) and own[-1].kind in (AnswerKind.CONFIRMED, AnswerKind.TOLD)


_OF_THE_UNIT = (AnswerKind.CONFIRMED, AnswerKind.OTHER_DAY, AnswerKind.KEPT, AnswerKind.TOLD)
