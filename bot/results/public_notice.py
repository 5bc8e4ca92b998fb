"""The public notice (公示): drafted by one person, released by another, its window counted in working days."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.model.results import Listed, Release, ReleaseKind, ReleaseState
from bot.model.spoken import spoken_date
from bot.results.course import PUBLISH, SHORTLIST, draft_of, inside, list_now, released, target_of
from bot.results.final_list import chosen, release_refusal
from bot.results.terms import terms_of
from bot.results.window import last_day
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import move, refusal
from bot.staff.people import office_only
from bot.staff.standing import log, tell_office

_LINK = re.compile(r"https?://[^\s，。；、]{4,400}")
_EARLIEST = timedelta(days=30)  # before today that a window may have begun
_LATEST = timedelta(days=60)


def draft_public_notice(ask: StaffAsk, starts: date, link: str) -> Release:
    """Draft the public notice of the list as it stands: first day, and where the public reads it.

    After one has gone out this is its correction; a unit added to the list begins a new window.
    An earlier draft is dropped. The other members of the office are asked to release it.
    """
    office_only(ask)
    units = _publishable(ask)
    _check_day(ask, starts)
    if not _LINK.fullmatch(link.strip()):
        raise Refused(ask.say("result_link_wrong"))
    campaign = ask.clerk.campaign
    terms = terms_of(ask.store, campaign)
    if terms is None:
        raise Refused(ask.say("result_terms_open", point=campaign.results.open_point))
    before = released(ask.store, ReleaseKind.PUBLIC_NOTICE)
    if before is not None:
        if (before.listed, before.starts, before.link) == (units, starts, link.strip()):
            raise Refused(ask.say("result_notice_unchanged"))
        if starts <= before.starts and not set(units) <= set(before.listed):
            raise Refused(ask.say("result_notice_anew", day=spoken_date(before.starts)))
    drop_draft(ask, ReleaseKind.PUBLIC_NOTICE)
    same = before is not None and before.starts == starts
    ends = before.ends if same and before else last_day(starts, terms.workdays, campaign.reminders.workdays)
    draft = ask.store.add_release(
        Release(
            0,
            ReleaseKind.PUBLIC_NOTICE,
            units,
            "",
            link.strip(),
            starts,
            ends,
            terms.workdays,
            terms.channel,
            ask.person.id,
            ask.now,
            ReleaseState.DRAFT,
        )
    )
    log(ask, "draft_public_notice", release=str(draft.id), starts=starts.isoformat(), ends=ends.isoformat())
    asked = ask.say("result_sign_notice", name=ask.person.label, count=len(units), starts=spoken_date(starts))
    tell_office(ask, f"release:{draft.id}", asked)
    return draft


def release_public_notice(ask: StaffAsk) -> Release:
    """Release the draft: a second person, on its first day or later. Every shortlisted unit moves in this act."""
    office_only(ask)
    draft = waiting(ask, ReleaseKind.PUBLIC_NOTICE)
    if ask.today < draft.starts:
        raise Refused(ask.say("result_notice_early", day=spoken_date(draft.starts)))
    if _publishable(ask) != draft.listed:
        raise Refused(ask.say("result_list_changed"))
    shortlisted = target_of(ask.clerk.campaign, SHORTLIST)
    found = (row.application for row in inside(ask.store, ask.clerk.campaign))
    moving = [known for known in found if known.stage == shortlisted]
    for known in moving:  # all or none: nothing has been written yet
        if why := refusal(ask, known, PUBLISH):
            raise Refused(why)
    ask.store.set_release(draft.id, ReleaseState.RELEASED, ask.person.id, ask.now)
    for known in moving:
        move(ask, known, PUBLISH)
    log(ask, "release_public_notice", release=str(draft.id))
    went_out = released(ask.store, ReleaseKind.PUBLIC_NOTICE)
    assert went_out is not None
    return went_out


def waiting(ask: StaffAsk, kind: ReleaseKind) -> Release:
    """The draft that this person may release. `Refused`: there is none, or it is their own (I9)."""
    draft = draft_of(ask.store, kind)
    if draft is None:
        key = (
            "result_no_notice_draft" if kind is ReleaseKind.PUBLIC_NOTICE else "result_no_announcement_draft"
        )
        raise Refused(ask.say(key))
    if draft.drafted_by == ask.person.id:
        raise Refused(ask.say("result_second_person"))
    return draft


def drop_draft(ask: StaffAsk, kind: ReleaseKind) -> bool:
    """Take back the draft that waits; whether there was one."""
    office_only(ask)
    draft = draft_of(ask.store, kind)
    if draft is None:
        return False
    ask.store.set_release(draft.id, ReleaseState.DROPPED, None, None)
    log(ask, "drop_release", release=str(draft.id))
    return True


def public_notice_refusal(ask: StaffAsk) -> str:
    """What stands in the way of making the list public as it is; "" for nothing but its terms, day and address."""
    try:
        _publishable(ask)
    except Refused as why:
        return str(why)
    return ""


def _publishable(ask: StaffAsk) -> tuple[Listed, ...]:
    now = list_now(ask.store, ask.clerk.campaign)
    if released(ask.store, ReleaseKind.ANNOUNCEMENT) is not None:
        raise Refused(ask.say("result_announced_already"))
    if why := release_refusal(ask, now):
        raise Refused(why)
    return chosen(ask, now)


def _check_day(ask: StaffAsk, starts: date) -> None:
    if not ask.today - _EARLIEST <= starts <= ask.today + _LATEST:
        raise Refused(ask.say("result_notice_day"))
