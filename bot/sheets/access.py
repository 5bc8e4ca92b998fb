"""Who may know of a sheet, and who may write on it (I14; for unannounced visits I11).

Bodies and units never. The team, and the office; of an unannounced visit only the team and whoever opened the
sheet, until it is signed off. Somebody recused sees it no more. Whoever may not see a sheet is told what is
told of one that does not exist.

What is refused is undone with its transaction: whoever catches `Hidden` calls `log_attempt` in another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.application import Application, AuditEntry
from bot.model.sheet import Inspector, Line, MemberSigned, OnSiteSheet, Reopened
from bot.model.staff import Role
from bot.ports_sheets import SheetQuery
from bot.sheets.judging import recused
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.stage_words import stage_label

START, FINISH = "finish_review", "finish_inspection"
"""The moves between which a unit is inspected: from before the first to after the second."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A sheet in the hands of somebody who may see it."""

    sheet: OnSiteSheet
    application: Application
    lines: tuple[Line, ...]
    is_member: bool  # of the team
    is_leader: bool
    is_office: bool

    @property
    def is_locked(self) -> bool:
        """Whether it is signed off, and not open again since."""
        return is_locked(self.lines)


def is_locked(lines: Sequence[Line]) -> bool:
    """Whether a sheet with these lines is signed off, and not open again since."""
    return versions(lines) > sum(isinstance(line.content, Reopened) for line in lines)


def versions(lines: Sequence[Line]) -> int:
    """How often a sheet with these lines was signed off."""
    return sum(isinstance(line.content, MemberSigned) for line in lines)


class Hidden(Refused):
    """There is no such sheet, or none that this person may know of."""


def look_at(ask: StaffAsk, sheet: int) -> Desk:
    """The sheet, for whoever may see it, to be read; `Hidden` for everybody else."""
    return _shown(ask, ask.store.sheet(sheet))


def take(ask: StaffAsk, sheet: int) -> Desk:
    """The sheet, for whoever may see it, to be changed in this transaction; `Hidden` for everybody else."""
    return _shown(ask, ask.store.lock_sheet(sheet))


def log_attempt(ask: StaffAsk, sheet: int) -> None:
    """Write down that somebody tried to open a sheet that is hidden from them.

    Of an unannounced visit's sheet the line says no more than of one that does not exist.
    """
    found = ask.store.sheet(sheet)
    if found is not None and _known(ask, found) is not None:
        return
    application = None if found is None or _is_concealed(ask, found) else found.application
    told = {"sheet": str(sheet)}
    entry = AuditEntry("sheet_refused", application, ask.person.id, ask.inbound.channel, told)
    ask.store.audit([entry], ask.now)


def seen_sheets(ask: StaffAsk, application: str) -> tuple[Desk, ...]:
    """The sheets of an application that somebody may see, oldest first; in three queries.

    `lines` are only those that say who is recused and what was signed off or opened again.
    """
    store = ask.store
    sheets = store.sheets(application)
    if not sheets:
        return ()
    turns, known = store.sheet_turns(application), store.application(application)
    desks = (_desk(ask, one, known, turns.get(one.id, ())) for one in sheets)
    return tuple(desk for desk in desks if desk is not None)


def scope_of(ask: StaffAsk) -> SheetQuery | None:
    """The sheets that somebody may see, for lists: what `_desk` says of one. None for bodies and units."""
    if not _works(ask):
        return None
    unit_field = ask.clerk.campaign.form.unit_field
    return SheetQuery(ask.person.id, ask.is_office, ask.bodies, unit_field)


def _works(ask: StaffAsk) -> bool:
    """Whether somebody has to do with sheets at all."""
    return any(role.role in (Role.INSPECTOR, Role.OFFICE) for role in ask.roles)


def team_of(ask: StaffAsk, application: Application, people: Sequence[int]) -> tuple[Inspector, ...]:
    """A team, the leader first; `Refused` where somebody is no inspector or has to keep away from the unit."""
    names = {one.person: one.name for one in ask.store.members() if one.role is not Role.BODY}
    members = tuple(dict.fromkeys(people))
    if len(members) < 2:
        raise Refused(ask.say("sheet_small_team"))
    strangers = [person for person in members if person not in names]
    if strangers:
        raise Refused(ask.say("sheet_not_inspector", count=len(strangers)))
    bodies = (
        {one.person for one in ask.store.members(Role.BODY, application.body)} if application.body else set()
    )
    partial = [
        names[person]
        for person in members
        if person in bodies or person == application.holder or ask.store.is_recused(application.id, person)
    ]
    if partial:
        raise Refused(ask.say("sheet_partial_member", names="、".join(partial)))
    return tuple(Inspector(person, names[person]) for person in members)


def require_stage(ask: StaffAsk, application: Application, with_finished: bool = False) -> None:
    """`Refused` unless the unit is being inspected; `with_finished`: or has just been."""
    allowed = {arrow.source for arrow in ask.clerk.campaign.arrows if arrow.action in (START, FINISH)}
    if with_finished:
        allowed |= {arrow.target for arrow in ask.clerk.campaign.arrows if arrow.action == FINISH}
    if application.stage not in allowed:
        label = stage_label(ask, application)
        raise Refused(ask.say("sheet_wrong_stage", number=application.number, stage=label))


def log(ask: StaffAsk, sheet: OnSiteSheet, action: str, **details: str) -> None:
    """A line in the audit log. Until an unannounced visit is known, it names neither act, person nor unit:
    who did what stands in the sheet's own lines."""
    entry = AuditEntry(
        action, sheet.application, ask.person.id, ask.inbound.channel, {"sheet": str(sheet.id), **details}
    )
    if _is_concealed(ask, sheet):
        entry = AuditEntry("covert", None, None, "", {"covert_sheet": str(sheet.id)})
    ask.store.audit([entry], ask.now)


def _is_concealed(ask: StaffAsk, sheet: OnSiteSheet) -> bool:
    return sheet.covert and not ask.store.snapshots(sheet.id)


def _shown(ask: StaffAsk, sheet: OnSiteSheet | None) -> Desk:
    desk = _known(ask, sheet) if sheet else None
    if desk is None:
        raise Hidden(ask.say("sheet_not_found"))
    return desk


def _known(ask: StaffAsk, sheet: OnSiteSheet) -> Desk | None:
    return _desk(ask, sheet, ask.store.application(sheet.application), ask.store.sheet_lines(sheet.id))


def _desk(
    ask: StaffAsk, sheet: OnSiteSheet, application: Application | None, lines: Sequence[Line]
) -> Desk | None:
    if application is None:
        return None
    is_partial = application.holder == ask.person.id or application.body in ask.bodies
    if not _works(ask) or is_partial or ask.person.id in recused(lines):
        return None
    is_member = sheet.has(ask.person.id)
    knows = not sheet.covert or versions(lines) > 0 or sheet.opened_by == ask.person.id
    is_office = ask.is_office and knows
    if not is_member and not is_office:
        return None
    is_leader = ask.person.id == sheet.leader
    return Desk(sheet, application, tuple(lines), is_member, is_leader, is_office)
