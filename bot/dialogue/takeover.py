"""One unit, several people: asking for, granting and refusing an application (dialogue page §9)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialogue import pages
from bot.dialogue.course import Course
from bot.dialogue.effects import Drop, Leave, Transfer
from bot.dialogue.state import Request
from bot.dialogue.units import unit_key
from bot.model.message import Choice

GRANT = Choice("同意接手", "同意接手")
REFUSE = Choice("拒绝接手", "拒绝接手")


def hear_notes(course: Course) -> None:
    """What happened since the last message: outcomes of own requests, and wishes of others."""
    for note in course.world.notes:
        data = note.data
        if note.kind == "takeover_asked":
            _hear_request(course, data)
        elif note.kind == "takeover_granted":
            if any(known.id == data["application"] for known in course.applications):
                course.turn_to(data["application"])
                course.arrived = True
            course.update(wanted=None)
            course.say("takeover_granted", unit=data["unit"])
        elif note.kind == "takeover_refused":
            course.say("takeover_refused", unit=data["unit"])


def _hear_request(course: Course, data: Mapping[str, str]) -> None:
    asker = int(data["asker"])
    request = Request(data["application"], data["unit"], asker, data["asker_label"], data["draft"])
    others = tuple(
        known
        for known in course.state.requests
        if (known.application, known.asker) != (request.application, asker)
    )
    course.update(requests=(*others, request))
    course.news.append(course.phrase("takeover_request", who=request.asker_label, unit=request.unit))
    course.offer(GRANT, REFUSE)


def ask(course: Course) -> None:
    """申请接手, after the bot said who fills the unit's application. Goes to whoever fills it now."""
    wanted = course.state.wanted
    if course.world.by_mail:
        contact = course.campaign.contact
        course.say("mail_no_takeover", office=contact.office_short, phone=contact.phone)
        return
    if wanted is None:
        course.say("no_takeover")
        pages.ask_again(course)
        return
    claim = course.world.claim_on(unit_key(course.campaign.units, wanted.unit))
    if claim is None or claim.holder == course.world.person.id:
        course.update(wanted=None)
        course.say("takeover_free" if claim is None else "no_takeover", unit=wanted.unit)
        pages.ask_again(course)
        return
    person = course.world.person
    facts = {
        "application": claim.application,
        "unit": wanted.unit,
        "asker": str(person.id),
        "asker_label": person.label,
        "draft": wanted.draft,
    }
    told = course.phrase("takeover_request", who=person.label, unit=wanted.unit)
    course.do(Leave(claim.holder, "takeover_asked", facts, told))
    course.say("takeover_asked", who=claim.holder_label)
    pages.ask_again(course)


def _request(course: Course) -> Request | None:
    """The oldest open request on an application still held by this person and still standing for that unit.

    One withdrawn meanwhile no longer stands for it once somebody else has begun the unit.
    """
    names, field = course.campaign.units, course.form.unit_field
    units = {known.id: unit_key(names, known.values.get(field, "")) for known in course.applications}
    for request in course.state.requests:
        key = unit_key(names, request.unit)
        if units.get(request.application) != key:
            continue
        claim = course.world.claim_on(key)
        if claim is None or claim.application == request.application:
            return request
    return None


def grant(course: Course) -> None:
    """同意接手: the application with all its values moves to the asker."""
    request = _request(course)
    if request is None:
        course.say("no_request")
        pages.ask_again(course)
        return
    others = tuple(r for r in course.state.requests if r.application == request.application and r != request)
    course.do(Transfer(request.application, request.asker))
    if request.draft:
        course.do(Drop(request.draft))
    _tell(course, request, "takeover_granted")
    for other in others:
        _tell(course, other, "takeover_refused")
    course.update(requests=tuple(r for r in course.state.requests if r.application != request.application))
    current = course.application
    course.remove(request.application)
    left = course.application
    if current is None or current.id == request.application:
        course.turn_to(left.id if left else "")
    course.say("takeover_given", unit=request.unit, who=request.asker_label)
    if left is not None:
        pages.progress(course)
        pages.ask_again(course)


def refuse(course: Course) -> None:
    """拒绝接手: nothing changes."""
    request = _request(course)
    if request is None:
        course.say("no_request")
        pages.ask_again(course)
        return
    _tell(course, request, "takeover_refused")
    course.update(requests=tuple(r for r in course.state.requests if r != request))
    course.say("takeover_declined", unit=request.unit, who=request.asker_label)
    pages.ask_again(course)


def _tell(course: Course, request: Request, kind: str) -> None:
    data = {"application": request.application, "unit": request.unit, "draft": request.draft}
    course.do(Leave(request.asker, kind, data, course.phrase(kind, unit=request.unit)))
