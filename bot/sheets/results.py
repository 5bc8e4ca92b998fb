"""What the office makes of sheets that were signed off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.application import Application
from bot.model.sheet import Line, OnSiteSheet, Snapshot
from bot.ports import Store
from bot.sheets.access import FINISH, is_locked
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import move


@dataclass(frozen=True, slots=True)
class OnSiteResult:
    """The score of one inspection as it was last signed off."""

    sheet: int
    visit: int
    covert: bool
    version: int
    sha256: str
    low: float  # the total; differs from `high` where something stayed open
    high: float
    base_low: float
    base_high: float
    bonus: float
    veto: bool  # two inspectors stand behind a veto; the office concludes
    open: tuple[str, ...]  # ids of items
    open_reason: str
    signed_at: datetime
    is_reopened: bool  # and has not been signed again: the figures may change


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether an inspection can be concluded. Unannounced visits that are under way do not show in it."""

    signed: tuple[int, ...]  # sheets signed off
    unsigned: tuple[int, ...]  # announced ones that are not, or were opened again

    @property
    def is_ready(self) -> bool:
        return bool(self.signed) and not self.unsigned


def on_site_results(store: Store, application: str) -> tuple[OnSiteResult, ...]:
    """The signed results of an application, the oldest sheet first; nothing of sheets never signed off."""
    found = []
    for sheet in store.sheets(application):
        if snapshots := store.snapshots(sheet.id):
            found.append(_result(sheet, snapshots[-1], store.sheet_lines(sheet.id)))
    return tuple(found)


def _result(sheet: OnSiteSheet, last: Snapshot, lines: Sequence[Line]) -> OnSiteResult:
    content = json.loads(last.content)
    return OnSiteResult(
        sheet=sheet.id,
        visit=sheet.visit,
        covert=sheet.covert,
        version=last.version,
        sha256=last.sha256,
        low=content["total"]["min"],
        high=content["total"]["max"],
        base_low=content["base"]["min"],
        base_high=content["base"]["max"],
        bonus=content["bonus"]["max"],
        veto=content["veto"],
        open=tuple(content["open"]),
        open_reason=content["open_reason"],
        signed_at=last.at,
        is_reopened=not is_locked(lines),
    )


def ready_to_finish(store: Store, application: str) -> Readiness:
    """Whether all announced sheets of an application (id) are signed off, and there is one."""
    locked = {sheet.id: is_locked(store.sheet_lines(sheet.id)) for sheet in store.sheets(application)}
    covert = {sheet.id for sheet in store.sheets(application) if sheet.covert}
    signed = tuple(sheet for sheet, is_signed in locked.items() if is_signed)
    return Readiness(signed, tuple(sheet for sheet in locked if sheet not in signed and sheet not in covert))


def finish_inspection(ask: StaffAsk, application: str) -> Application:
    """Conclude the inspection of an application (id or number): the office's move, once its sheets are signed.

    `Refused`, or `MoveRefused` as the move says.
    """
    if not ask.is_office:
        raise Refused(ask.say("sheet_office_only"))
    known = ask.store.find_application(application)
    if known is None:
        raise Refused(ask.say("staff_not_found"))
    readiness = ready_to_finish(ask.store, known.id)
    if not readiness.is_ready:
        raise Refused(ask.say("sheet_unsigned" if readiness.unsigned else "sheet_none", number=known.number))
    return move(ask, known, FINISH)
