"""The office opens and closes the review round, invites reviewers and replaces them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.model.review_round import Assignment, Reviewer, ReviewRound
from bot.model.staff import Membership, Role
from bot.results.giving import barred_from, give
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.people import office_only
from bot.staff.standing import log, tell_people


def candidates(ask: StaffAsk) -> tuple[Membership, ...]:
    """Who can be invited: inspectors that are not of the office, which reads everybody's scores."""
    office_only(ask)
    members = ask.store.members()
    office = {one.person for one in members if one.role is Role.OFFICE}
    found = {one.person: one for one in members if one.role is Role.INSPECTOR and one.person not in office}
    return tuple(found.values())


def the_round(ask: StaffAsk) -> ReviewRound:
    """The round, for the office; `Refused` where none was opened."""
    office_only(ask)
    opened = ask.store.review_round()
    if opened is None:
        raise Refused(ask.say("review_no_round"))
    return opened


def open_round(ask: StaffAsk, due: date | None, people: Sequence[int]) -> ReviewRound:
    """Open the round, or open it again once it was closed, and invite these people to it."""
    office_only(ask)
    day = _due(ask, due)
    before = ask.store.review_round()
    if before is not None and before.is_open:
        raise Refused(ask.say("review_round_is_open"))
    if before is None and not people:
        raise Refused(ask.say("review_nobody_invited"))
    opened = (
        ReviewRound(day, ask.person.id, ask.now)
        if before is None
        else replace(before, due=day, closed_at=None)
    )
    ask.store.set_review_round(opened)
    log(ask, "open_review_round", to=day.isoformat())
    if people:
        invite_reviewers(ask, people)
    return opened


def set_due(ask: StaffAsk, due: date | None) -> ReviewRound:
    """Set another last day; whoever reviews is told."""
    opened = the_round(ask)
    if not opened.is_open:
        raise Refused(ask.say("review_round_closed"))
    day = _due(ask, due)
    if day == opened.due:
        return opened
    moved = replace(opened, due=day)
    ask.store.set_review_round(moved)
    log(ask, "set_review_due", before=opened.due.isoformat(), to=day.isoformat())
    active = [one.person for one in ask.store.reviewers() if one.is_active]
    tell_people(ask, active, "review_due", ask.say("review_due_told", day=_day(day)))
    return moved


def close_round(ask: StaffAsk) -> ReviewRound:
    """Close the round: reviewers can write no more."""
    opened = the_round(ask)
    if not opened.is_open:
        return opened
    closed = replace(opened, closed_at=ask.now)
    ask.store.set_review_round(closed)
    log(ask, "close_review_round")
    return closed


def invite_reviewers(ask: StaffAsk, people: Sequence[int]) -> tuple[Reviewer, ...]:
    """Invite people to the round; those who are invited already, or may not be, are left out."""
    opened = the_round(ask)
    if not people:
        raise Refused(ask.say("review_nobody_invited"))
    known = {one.person: one for one in ask.store.reviewers()}
    names = {one.name for one in known.values()}
    invited = []
    for member in candidates(ask):
        before = known.get(member.person)
        if member.person not in people or (before is not None and before.is_active):
            continue
        reviewer = (
            replace(before, left_at=None)
            if before is not None
            else Reviewer(member.person, _name(member.name, names), ask.now)
        )
        names.add(reviewer.name)
        ask.store.set_reviewer(reviewer)
        log(ask, "invite_reviewer", **{"for": str(member.person)})
        told = ask.say("review_invited_told", title=ask.clerk.campaign.title, day=_day(opened.due))
        tell_people(ask, [member.person], "review_invited", told)
        invited.append(reviewer)
    return tuple(invited)


def remove_reviewer(ask: StaffAsk, person: int, successor: int = 0) -> int:
    """Let somebody review no more; how many unfinished applications the successor, if any, takes over.

    What was handed in stays. What the successor may not have, or has already, is given to nobody.
    """
    the_round(ask)
    active = {one.person: one for one in ask.store.reviewers() if one.is_active}
    leaving, following = active.get(person), active.get(successor)
    if leaving is None or (successor and (following is None or successor == person)):
        raise Refused(ask.say("review_no_such_reviewer"))
    ask.store.set_reviewer(replace(leaving, left_at=ask.now))
    log(ask, "remove_reviewer", **{"for": str(person)})
    given = [one for one in ask.store.assignments() if one.person == person]
    judged = {one.application for one in ask.store.reviews() if one.reviewer == leaving.name and one.marks}
    unfinished = [one for one in given if one.application not in judged]
    for one in unfinished:
        ask.store.unassign(one.application, person)
    if following is None:
        return 0
    moved = [Assignment(one.application, successor, one.deck, ask.now) for one in unfinished]
    barred = barred_from(ask, [one.application for one in moved])
    return give(ask, [one for one in moved if successor not in barred.get(one.application, ())])


def _name(name: str, taken: set[str]) -> str:
    """The name that stands on somebody's sheets: like nobody else's."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}（{number}）", number + 1
    return found


def _due(ask: StaffAsk, due: date | None) -> date:
    if due is None or due < ask.today:
        raise Refused(ask.say("review_due_wrong"))
    return due


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
