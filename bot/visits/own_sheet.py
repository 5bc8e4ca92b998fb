"""The on-site sheet of a visit: opened once the visit is certain, kept in step with its team."""

from __future__ import annotations

from bot.model.application import Application
from bot.model.sheet import OnSiteSheet
from bot.model.visit import VisitPlan
from bot.sheets.access import FINISH, START, is_locked, team_of
from bot.sheets.judging import recused
from bot.sheets.opening import change_team, open_sheet
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused

_SIGNATURES = 2  # people who sign a sheet


def sheet_obstacles(ask: StaffAsk, known: Application, visit: int, plan: VisitPlan) -> list[str]:
    """Why this team may not fill the sheet of this visit (0 for a new one): somebody must not judge this unit (回避).

    To be asked before anything is written: a chat keeps what was written before a refusal.
    """
    team = [one.person for one in plan.team]
    if not _has_sheet(ask, known, plan):
        return []
    try:
        team_of(ask, known, team)
    except Refused as why:
        return [str(why)]
    there = [one for one in ask.store.sheets(known.id) if visit and one.visit == visit and not one.covert]
    void = {person for one in there for person in recused(ask.store.sheet_lines(one.id))}
    names = "、".join(one.name for one in plan.team if one.person in void)
    return [ask.say("sheet_recused_member", names=names)] if names else []


def keep_sheet(
    ask: StaffAsk, known: Application, visit: int, plan: VisitPlan, reason: str, covert: bool = False
) -> OnSiteSheet | None:
    """Open the visit's sheet for its team, or hand it to the team that comes instead.

    None where there can be none: a team that is too small to sign, a unit beyond its inspection. A sheet that is
    signed off stays as it is.
    """
    if not _has_sheet(ask, known, plan):
        return None
    team = [one.person for one in plan.team]
    sheet = open_sheet(ask, known.id, team, visit, covert)
    if [one.person for one in sheet.team] == team or is_locked(ask.store.sheet_lines(sheet.id)):
        return sheet
    return change_team(ask, sheet.id, team, reason or ask.say("visit_sheet_team"))


def _has_sheet(ask: StaffAsk, known: Application, plan: VisitPlan) -> bool:
    stages = {arrow.source for arrow in ask.clerk.campaign.arrows if arrow.action in (START, FINISH)}
    return len(plan.team) >= _SIGNATURES and known.stage in stages
