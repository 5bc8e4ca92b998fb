"""The final list (拟定名单): each in or out by a named person with its own reason, never more than the cap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.model.application import Application
from bot.model.results import FinalDecision, ListApproval, Listed, OnSite, Outcome
from bot.results.course import (
    NAMED,
    PUBLISH,
    SHORTLIST,
    ListNow,
    approval_of,
    inside,
    list_now,
    listed,
    target_of,
)
from bot.results.office import digest, line_of, named, running_only
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, title
from bot.staff.moves import move, refusal
from bot.staff.people import office_only
from bot.staff.standing import log
from config.campaign import Campaign

LONGEST_REASON = 500
_LONGEST_NAME = 60


def decide(
    ask: StaffAsk, known: Application, outcome: Outcome, reason: str, on_site: OnSite | None = None
) -> FinalDecision:
    """Decide about one application. Only what is IN moves now; the others leave with the announcement.

    Nobody is told: results are held. The same decision again is returned as it stands.
    """
    office_only(ask)
    running_only(ask, known)
    words = line_of(reason)
    if not words:
        raise Refused(ask.say("result_needs_reason", **named(ask, known)))
    if len(words) > LONGEST_REASON:
        raise Refused(ask.say("result_reason_long", limit=LONGEST_REASON, count=len(words)))
    before = ask.store.decision(known.id)
    if before is not None and (before.outcome, before.reason) == (outcome, words):
        return before
    if outcome is Outcome.IN:
        _take_in(ask, known, on_site)
    decision = FinalDecision(known.id, outcome, words, ask.person.id, ask.now)
    ask.store.add_decision(decision)
    log(ask, "decide_result", known.id, outcome=outcome.value, reason=digest(words))
    return decision


def approve_list(ask: StaffAsk, document: str, leader: str, decided_on: date) -> ListApproval:
    """Enter the leader's decision on the list exactly as it stands; a list that changes needs another one."""
    office_only(ask)
    now = list_now(ask.store, ask.clerk.campaign)
    if why := list_refusal(ask, now):
        raise Refused(why)
    number, name = line_of(document), line_of(leader)
    if not number or not name or max(len(number), len(name)) > _LONGEST_NAME:
        raise Refused(ask.say("result_approval_incomplete"))
    if decided_on > ask.today:
        raise Refused(ask.say("result_approval_future"))
    units = chosen(ask, now)
    before = approval_of(ask.store, units)
    if before is not None and (before.document, before.leader, before.decided_on) == (
        number,
        name,
        decided_on,
    ):
        return before
    approval = ListApproval(number, name, decided_on, units, ask.person.id, ask.now)
    ask.store.add_approval(approval)
    log(ask, "approve_list", listed=" ".join(one.application for one in units), on=decided_on.isoformat())
    return approval


def chosen(ask: StaffAsk, now: ListNow) -> tuple[Listed, ...]:
    """The units on the list as it stands."""
    return listed(ask.clerk.campaign, (row.application for row in now.inside))


def list_refusal(ask: StaffAsk, now: ListNow) -> str:
    """Why the list cannot go on as it stands; "" if it can: everybody decided, somebody in, within the cap."""
    if now.undecided:
        return ask.say("result_undecided", count=now.undecided, units=_units(ask, now.first_undecided))
    if not now.inside:
        return ask.say("result_nobody")
    if len(now.inside) > ask.clerk.campaign.quota:
        return _over_quota(ask, len(now.inside))
    return ""


def release_refusal(ask: StaffAsk, now: ListNow) -> str:
    """Why the list cannot be made public: as `list_refusal`, and the leader has decided, and nobody is suspended."""
    if why := list_refusal(ask, now):
        return why
    held = [row.application for row in now.inside if row.suspended]
    if held:
        return ask.say("result_suspended", units=_units(ask, held))
    return "" if approval_of(ask.store, chosen(ask, now)) else ask.say("result_not_approved")


def shortlist_refusal(ask: StaffAsk, known: Application, on_site: OnSite | None, others: int) -> str:
    """Why an application cannot be taken in beside so many `others`; "" if it can, or is in already."""
    campaign = ask.clerk.campaign
    if on_site is not None and on_site.veto:
        return ask.say("result_vetoed_on_site", **named(ask, known))
    if on_site is not None and not on_site.signed:
        return ask.say("result_sheet_unsigned", **named(ask, known))
    if others >= campaign.quota:
        return _over_quota(ask, others + 1)
    if _was_in(campaign, known) or not refusal(ask, known, SHORTLIST):
        return ""
    return ask.say("result_too_early", stage=campaign.stage(known.stage).label, **named(ask, known))


def _take_in(ask: StaffAsk, known: Application, on_site: OnSite | None) -> None:
    """Move to the shortlist, unless it is there already (left out for a while, and back)."""
    campaign = ask.clerk.campaign
    others = sum(row.application.id != known.id for row in inside(ask.store, campaign))
    if why := shortlist_refusal(ask, known, on_site, others):
        raise Refused(why)
    if not _was_in(campaign, known):
        move(ask, known, SHORTLIST)


def _was_in(campaign: Campaign, known: Application) -> bool:
    return known.stage in (target_of(campaign, SHORTLIST), target_of(campaign, PUBLISH))


def _over_quota(ask: StaffAsk, count: int) -> str:
    return ask.say("result_over_quota", quota=ask.clerk.campaign.quota, count=count)


def _units(ask: StaffAsk, known: Sequence[Application]) -> str:
    return "、".join(title(ask.clerk.campaign, one) for one in known[:NAMED])
