"""The announcement (公布): after the window, nothing open, released by a second person; everybody is told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.results import EntryKind, Listed, Outcome, Release, ReleaseKind, ReleaseState
from bot.model.spoken import spoken_date
from bot.model.staff import Notice, NoticeState
from bot.ports_results import Decided, ResultQuery, ResultRow
from bot.results.course import (
    ANNOUNCE,
    DROP,
    VETO,
    course_of,
    inside,
    list_now,
    listed,
    released,
)
from bot.results.final_list import chosen, release_refusal
from bot.results.objections import objections, open_objections
from bot.results.office import line_of
from bot.results.public_notice import drop_draft, waiting
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import move, refusal
from bot.staff.people import office_only
from bot.staff.standing import log, tell_office
from bot.work.broadcast import release as send_out

_LONGEST = 60
_ACTIONS = {Outcome.IN: ANNOUNCE, Outcome.OUT: DROP, Outcome.VETO: VETO}


def draft_announcement(ask: StaffAsk, document: str = "", link: str = "") -> Release:
    """Draft the announcement of exactly the list that was made public. The other members are asked to release it."""
    office_only(ask)
    notice = _announceable(ask)
    number, address = line_of(document), link.strip()
    if len(number) > _LONGEST or len(address) > 10 * _LONGEST:
        raise Refused(ask.say("result_approval_incomplete"))
    drop_draft(ask, ReleaseKind.ANNOUNCEMENT)
    draft = ask.store.add_release(
        Release(
            0,
            ReleaseKind.ANNOUNCEMENT,
            notice.listed,
            number,
            address,
            ask.today,
            ask.today,
            0,
            "",
            ask.person.id,
            ask.now,
            ReleaseState.DRAFT,
        )
    )
    log(ask, "draft_announcement", release=str(draft.id))
    count = len(draft.listed)
    tell_office(
        ask, f"release:{draft.id}", ask.say("result_sign_announcement", name=ask.person.label, count=count)
    )
    return draft


def release_announcement(ask: StaffAsk) -> Release:
    """Release it: every application ends its course and every holder is sent a letter, all in this act (I8, I9)."""
    office_only(ask)
    draft = waiting(ask, ReleaseKind.ANNOUNCEMENT)
    if _announceable(ask).listed != draft.listed:
        raise Refused(ask.say("result_list_changed"))
    course = course_of(ask.clerk.campaign)
    groups = {
        outcome: ask.store.result_rows(ResultQuery(course, Decided(outcome.value))) for outcome in Outcome
    }
    ends = [(row.application, *_end(row)) for rows in groups.values() for row in rows]
    for known, action, reason in ends:  # all or none: nothing has been written yet
        if why := refusal(ask, known, action, reason):
            raise Refused(why)
    ask.store.set_release(draft.id, ReleaseState.RELEASED, ask.person.id, ask.now)
    for known, action, reason in ends:
        move(ask, known, action, reason, told=False)  # the letter says it
    for outcome, rows in groups.items():
        numbers = [row.application.number for row in rows]
        _send(ask, draft, _letter(ask, outcome, len(numbers)), "application", numbers)
    bodies = list(dict.fromkeys(known.body for known, _, _ in ends if known.body))
    _send(ask, draft, _letter_to_bodies(ask, draft.listed, len(bodies)), "body", bodies)
    log(ask, "release_announcement", release=str(draft.id))
    went_out = released(ask.store, ReleaseKind.ANNOUNCEMENT)
    assert went_out is not None
    return went_out


@dataclass(frozen=True, slots=True)
class Letter:
    """What one group is written when the announcement goes out. `{单位}` in the text becomes each unit's name."""

    title: str
    text: str
    count: int  # to how many units, else bodies


def letters(ask: StaffAsk) -> tuple[Letter, ...]:
    """Every letter as it would go out for the list as it stands: to each outcome, then to the bodies."""
    office_only(ask)
    store, campaign = ask.store, ask.clerk.campaign
    counts = store.result_counts(course_of(campaign))
    sizes = {Outcome.IN: counts.inside, Outcome.OUT: counts.outside, Outcome.VETO: counts.vetoed}
    found = [_letter(ask, outcome, count) for outcome, count in sizes.items()]
    units = listed(campaign, (row.application for row in inside(store, campaign)))
    bodies = _letter_to_bodies(ask, units, counts.bodies)
    return tuple(letter for letter in (*found, bodies) if letter.count)


def announcement_refusal(ask: StaffAsk) -> str:
    """What still stands in the way of the announcement; "" for nothing."""
    try:
        _announceable(ask)
    except Refused as why:
        return str(why)
    return ""


def _end(row: ResultRow) -> tuple[str, str]:
    """By which action an application ends its course, and for which reason."""
    decision = row.decision
    assert decision is not None  # else it would not be announced
    return _ACTIONS[decision.outcome], "" if decision.outcome is Outcome.IN else decision.reason


def _announceable(ask: StaffAsk) -> Release:
    """The public notice that is now to be confirmed."""
    now = list_now(ask.store, ask.clerk.campaign)
    if released(ask.store, ReleaseKind.ANNOUNCEMENT) is not None:
        raise Refused(ask.say("result_announced_already"))
    notice = released(ask.store, ReleaseKind.PUBLIC_NOTICE)
    if notice is None:
        raise Refused(ask.say("result_no_notice_yet"))
    if ask.today <= notice.ends:
        raise Refused(ask.say("result_window_open", day=spoken_date(notice.ends)))
    if open_ones := open_objections(ask.store):
        raise Refused(ask.say("result_objections_open", numbers="、".join(map(str, open_ones))))
    if undecided := _upheld(ask):
        raise Refused(ask.say("result_upheld_undecided", numbers="、".join(map(str, undecided))))
    if why := release_refusal(ask, now):
        raise Refused(why)
    if chosen(ask, now) != notice.listed:
        raise Refused(ask.say("result_notice_outdated"))
    return notice


def _upheld(ask: StaffAsk) -> list[int]:
    """Objections that were upheld since the application concerned was last decided about."""
    found = []
    for one in objections(ask.store, ask.clerk.campaign):
        ended = one.conclusion
        if not ended or ended.kind is not EntryKind.UPHELD:
            continue
        decision = ask.store.decision(one.objection.application)
        if decision and decision.at <= ended.at:
            found.append(one.objection.number)
    return found


def _letter_to_bodies(ask: StaffAsk, units: Sequence[Listed], count: int) -> Letter:
    campaign, names = ask.clerk.campaign, "\n".join(one.unit for one in units)
    text = ask.say("result_letter_bodies", title=campaign.title, award=campaign.award, units=names)
    return Letter(ask.say("result_letter_title_bodies"), text, count)


def _letter(ask: StaffAsk, outcome: Outcome, count: int) -> Letter:
    """One for each outcome, so that subject and text fit; one delivery per person and channel."""
    campaign = ask.clerk.campaign
    contact = campaign.contact
    text = ask.say(
        f"result_letter_{outcome}",
        title=campaign.title,
        award=campaign.award,
        office=contact.office,
        phone=contact.phone,
    )
    return Letter(ask.say(f"result_letter_title_{outcome}"), text, count)


def _send(ask: StaffAsk, draft: Release, letter: Letter, audience: str, ids: Sequence[str]) -> None:
    """Send a letter to these applications (numbers) or bodies (ids)."""
    if not ids:
        return
    to = {audience: " ".join(ids)}
    notice = Notice(
        0, letter.title, letter.text, to, True, draft.drafted_by, draft.drafted_at, NoticeState.DRAFT
    )
    kept = ask.store.add_notice(notice)
    count = send_out(ask.store, ask.clerk, kept, ask.person.id, ask.now)
    log(ask, "notice_released", notice=str(kept.id), release=str(draft.id), count=str(count))
