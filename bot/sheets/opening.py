"""Opening a sheet, changing its team, and conflicts of interest found on site (回避)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.sheet import Content, Line, OnSiteSheet, Recused, TeamChanged
from bot.model.staff import Role
from bot.sheets.access import Desk, log, look_at, require_stage, take, team_of
from bot.sheets.judging import recused
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import unit_of
from bot.staff.standing import tell_people
from bot.work.carry_out import row_key


def open_sheet(
    ask: StaffAsk, application: str, team: Sequence[int], visit: int = 0, covert: bool = False
) -> OnSiteSheet:
    """Open the sheet of one inspection; the one there is already if it is open. By the office.

    `application` is an id or a number; `team` persons, the leader first, at least two, as the visit has them.
    """
    if not ask.is_office:
        raise Refused(ask.say("sheet_office_only"))
    known = ask.store.find_application(application)
    if known is None:
        raise Refused(ask.say("staff_not_found"))
    require_stage(ask, known)
    members = team_of(ask, known, team)
    wanted = OnSiteSheet(0, known.id, visit, covert, members, ask.person.id, ask.now)
    sheet, is_new = ask.store.open_sheet(wanted)
    if is_new:
        log(ask, sheet, "sheet_open", team=" ".join(str(one.person) for one in members))
    return sheet


def change_team(ask: StaffAsk, sheet: int, team: Sequence[int], reason: str) -> OnSiteSheet:
    """Give the sheet to another team; what was entered stays. By the office, with a reason."""
    desk = take(ask, sheet)
    if not desk.is_office:
        raise Refused(ask.say("sheet_office_only"))
    if desk.is_locked:
        raise Refused(ask.say("sheet_locked"))
    why = needed_reason(ask, reason)
    members = team_of(ask, desk.application, team)
    void = recused(desk.lines)
    conflicted = [one.name for one in members if one.person in void]
    if conflicted:
        raise Refused(ask.say("sheet_recused_member", names="、".join(conflicted)))
    people = tuple(one.person for one in members)
    if add_line(ask, desk, "team", TeamChanged(people, why)):
        ask.store.set_team(sheet, members)
        log(ask, desk.sheet, "sheet_team", team=" ".join(str(person) for person in people))
    return look_at(ask, sheet).sheet


def recuse(ask: StaffAsk, sheet: int, person: int, reason: str) -> None:
    """Void all that somebody entered, for a conflict of interest found on site; it stays to be read.

    By that person, the leader or the office, with a reason; those who arrange the team are told. From then on
    the person does not see the sheet.
    """
    desk = take(ask, sheet)
    if person != ask.person.id and not desk.is_leader and not desk.is_office:
        raise Refused(ask.say("sheet_leader_or_office"))
    if not desk.sheet.has(person):
        raise Refused(ask.say("sheet_no_such_member"))
    if desk.is_locked:
        raise Refused(ask.say("sheet_locked"))
    why = needed_reason(ask, reason)
    if person in recused(desk.lines):
        return
    if add_line(ask, desk, "recuse", Recused(person, why)):
        log(ask, desk.sheet, "sheet_recuse", person=str(person))
        name = next(one.name for one in desk.sheet.team if one.person == person)
        unit = unit_of(ask.clerk.campaign, desk.application)
        tell_arrangers(ask, desk, "sheet_recused_told", name=name, unit=unit, number=desk.application.number)


def add_line(ask: StaffAsk, desk: Desk, what: str, content: Content) -> bool:
    """Write down what somebody did; False if this very message did it before."""
    line = Line(f"{row_key(ask.inbound)}#{what}", ask.person.id, ask.person.label, ask.now, content)
    return ask.store.add_line(desk.sheet.id, line)


def needed_reason(ask: StaffAsk, reason: str) -> str:
    """The reason without blanks around it; `Refused` if there is none."""
    if not reason.strip():
        raise Refused(ask.say("sheet_needs_reason"))
    return reason.strip()


def tell_arrangers(ask: StaffAsk, desk: Desk, phrase: str, **facts: str) -> None:
    """Tell those who arrange the team: the office, or of an unannounced visit whoever opened the sheet."""
    people = [desk.sheet.opened_by]
    if not desk.sheet.covert:
        people += [one.person for one in ask.store.members(Role.OFFICE)]
    tell_people(ask, people, f"{phrase}:{desk.sheet.id}", ask.say(phrase, **facts))
