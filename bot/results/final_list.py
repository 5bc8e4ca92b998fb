"""The final list (拟定名单): each in or out by a named person with its own reason, never more than the cap."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from bot.model.application import Application
from bot.model.results import FinalDecision, ListApproval, Listed, OnSite, Outcome
from bot.results.course import (
    PUBLISH,
    SHORTLIST,
    ListNow,
    approval_of,
    list_now,
    listed,
    target_of,
)
from bot.results.office import line_of, named, running_only
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, title
from bot.staff.moves import move, refusal
from bot.staff.people import office_only
from bot.staff.standing import log

LONGEST_REASON = 500
_LONGEST_NAME = 60
_NAMED = 20  # units named in one refusal


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
    now = list_now(ask.store, ask.clerk.campaign)
    before = now.decisions.get(known.id)
    if before is not None and (before.outcome, before.reason) == (outcome, words):
        return before
    if outcome is Outcome.IN:
        _take_in(ask, known, now, on_site)
    decision = FinalDecision(known.id, outcome, words, ask.person.id, ask.now)
    ask.store.add_decision(decision)
    digest = hashlib.sha256(words.encode()).hexdigest()
    log(ask, "decide_result", known.id, outcome=outcome.value, reason=digest)
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
    return listed(ask.clerk.campaign, now.decided(Outcome.IN))


def list_refusal(ask: StaffAsk, now: ListNow) -> str:
    """Why the list cannot go on as it stands; "" if it can: everybody decided, somebody in, within the cap."""
    undecided, inside = now.decided(None), now.decided(Outcome.IN)
    if undecided:
        return ask.say("result_undecided", count=len(undecided), units=_units(ask, undecided))
    if not inside:
        return ask.say("result_nobody")
    if len(inside) > ask.clerk.campaign.quota:
        return _over_quota(ask, len(inside))
    return ""


def release_refusal(ask: StaffAsk, now: ListNow) -> str:
    """Why the list cannot be made public: as `list_refusal`, and the leader has decided, and nobody is suspended."""
    if why := list_refusal(ask, now):
        return why
    held = [known for known in now.decided(Outcome.IN) if known.id in now.suspended]
    if held:
        return ask.say("result_suspended", units=_units(ask, held))
    return "" if approval_of(ask.store, chosen(ask, now)) else ask.say("result_not_approved")


def _take_in(ask: StaffAsk, known: Application, now: ListNow, on_site: OnSite | None) -> None:
    """Move to the shortlist, unless it is there already (left out for a while, and back)."""
    campaign = ask.clerk.campaign
    if on_site is not None and on_site.veto:
        raise Refused(ask.say("result_vetoed_on_site", **named(ask, known)))
    if on_site is not None and not on_site.signed:
        raise Refused(ask.say("result_sheet_unsigned", **named(ask, known)))
    others = [one for one in now.decided(Outcome.IN) if one.id != known.id]
    if len(others) >= campaign.quota:
        raise Refused(_over_quota(ask, len(others) + 1))
    if known.stage in (target_of(campaign, SHORTLIST), target_of(campaign, PUBLISH)):
        return
    if why := refusal(ask, known, SHORTLIST):
        raise Refused(why)
    move(ask, known, SHORTLIST)


def _over_quota(ask: StaffAsk, count: int) -> str:
    return ask.say("result_over_quota", quota=ask.clerk.campaign.quota, count=count)


def _units(ask: StaffAsk, known: Sequence[Application]) -> str:
    return "、".join(title(ask.clerk.campaign, one) for one in known[:_NAMED])
