"""What those who were told of an inspection say to it, and what of that still stands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.model.application import Application
from bot.model.visit import AnswerKind, Visit, VisitAnswer
from bot.ports_visits import Visited
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import unit_of
from bot.staff.standing import log
from bot.visits.outline import wish_of
from bot.visits.wording import spoken_when
from bot.work.carry_out import row_key
from bot.work.visit_notify import tell_members


def confirm(ask: StaffAsk, visit: int = 0, version: int = 0) -> tuple[Visit, ...]:
    """Somebody of the unit or the team confirms: the visit named, else all that wait for them; () for none.

    `Refused` if the version named is no longer in force: what they saw is void.
    """
    if visit and version:
        _refuse_void(ask, visit, version)
    done = []
    for one in awaiting(ask, visit):
        assert one.current is not None  # it is on
        keep_answer(ask, one, one.current.version, ask.person.id, AnswerKind.CONFIRMED, "")
        if wish_of(one) is not None and application_of(ask, one).holder == ask.person.id:
            ask.store.close_alarms(wish_alarm(one), ask.clerk.machine_now())  # the unit keeps the day
        done.append(one)
    return tuple(done)


def ask_other_day(ask: StaffAsk, visit: int, words: str) -> Visit:
    """The unit asks for another day: a task for the office, which decides. `Refused` without a reason."""
    found = [one for one in visits_of_holder(ask) if not visit or one.id == visit]
    if not found:
        raise Refused(ask.say("visit_not_found"))
    if len(found) > 1:
        listed = "、".join(_named(ask, one) for one in found)
        raise Refused(ask.say("visit_which", visits=listed))
    one, current = found[0], found[0].current
    assert current is not None  # it is on
    if not words.strip():
        raise Refused(ask.say("visit_needs_wish", visit=one.id))
    keep_answer(ask, one, current.version, ask.person.id, AnswerKind.OTHER_DAY, words.strip())
    text = ask.say(
        "visit_wish_task",
        visit=one.id,
        unit=unit_of(ask.clerk.campaign, application_of(ask, one)),
        when=spoken_when(current.plan),
        words=words.strip()[:200],
    )
    ask.store.alarm(wish_alarm(one), text, ask.clerk.machine_now())
    tell_members(ask.store, ask.clerk, f"{row_key(ask.inbound)}#wish:{one.id}", text)
    return one


def visits_of_holder(ask: StaffAsk) -> list[Visit]:
    """The visits ahead to the units whose applications this person fills."""
    return [one for one, known in _ahead(ask) if known.holder == ask.person.id]


def awaiting(ask: StaffAsk, visit: int = 0) -> list[Visit]:
    """The visits ahead that this person is to confirm, as the unit's or as one of the team."""
    return [
        one
        for one, _ in _ahead(ask)
        if (not visit or one.id == visit) and not _has_confirmed(one, ask.person.id)
    ]


# what they have in common with the office's acts


def one_visit(ask: StaffAsk, visit: int) -> Visit:
    """The visit with this number. `Refused` if there is none."""
    found = ask.store.visit(visit)
    if found is None:
        raise Refused(ask.say("visit_not_found"))
    return found


def application_of(ask: StaffAsk, visit: Visit) -> Application:
    """The application that is visited."""
    known = ask.store.application(visit.application)
    if known is None:
        raise Refused(ask.say("staff_not_found"))
    return known


def keep_answer(ask: StaffAsk, visit: Visit, version: int, person: int, kind: AnswerKind, words: str) -> None:
    """Keep what somebody said to a version, and a line in the log."""
    ask.store.add_visit_answer(VisitAnswer(visit.id, version, person, kind, words, ask.person.id, ask.now))
    details = {"visit": str(visit.id), "version": str(version)}
    if words:
        details["words"] = hashlib.sha256(words.encode()).hexdigest()
    log(ask, f"visit_{kind}", visit.application, **details)


def wish_alarm(visit: Visit) -> str:
    """How the kind of the alarm begins that a unit's wish raises."""
    return f"visit_wish:{visit.id}:"


def _ahead(ask: StaffAsk) -> Sequence[Visited]:
    """What concerns this person, as the unit's or the team's."""
    return ask.store.visits_ahead(ask.today, ask.person.id)


def _has_confirmed(visit: Visit, person: int) -> bool:
    assert visit.current is not None
    said = [
        one
        for one in visit.answers_to(visit.current.version)
        if one.person == person and one.kind is not AnswerKind.CHASED
    ]
    return bool(said) and said[-1].kind in (AnswerKind.CONFIRMED, AnswerKind.TOLD)


def _refuse_void(ask: StaffAsk, visit: int, version: int) -> None:
    found = ask.store.visit(visit)
    concerned = found is not None and found.current is not None and _concerns(ask, found)
    if not concerned or found is None or found.current is None:
        raise Refused(ask.say("visit_not_found"))
    if found.current.cancelled:
        raise Refused(ask.say("visit_was_cancelled", visit=visit))
    if found.current.version != version:
        raise Refused(ask.say("visit_void", visit=visit, when=spoken_when(found.current.plan)))


def _concerns(ask: StaffAsk, visit: Visit) -> bool:
    known = ask.store.application(visit.application)
    is_holder = known is not None and known.holder == ask.person.id
    return is_holder or (visit.current is not None and visit.current.plan.has(ask.person.id))


def _named(ask: StaffAsk, visit: Visit) -> str:
    unit = unit_of(ask.clerk.campaign, application_of(ask, visit))
    return ask.say("visit_named", visit=visit.id, unit=unit)
