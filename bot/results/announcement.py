"""The announcement (公布): after the window, nothing open, released by a second person; everybody is told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.application import Application
from bot.model.results import EntryKind, Listed, Outcome, Release, ReleaseKind, ReleaseState
from bot.model.spoken import spoken_date
from bot.model.staff import Notice, NoticeState
from bot.results.course import ANNOUNCE, DROP, VETO, ListNow, list_now, released
from bot.results.final_list import chosen, release_refusal
from bot.results.objections import objections
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
    notice = _announceable(ask, list_now(ask.store, ask.clerk.campaign))
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
    now = list_now(ask.store, ask.clerk.campaign)
    if _announceable(ask, now).listed != draft.listed:
        raise Refused(ask.say("result_list_changed"))
    groups = {outcome: now.decided(outcome) for outcome in Outcome}
    ends = [(known, *_end(now, known)) for applications in groups.values() for known in applications]
    for known, action, reason in ends:  # all or none: nothing has been written yet
        if why := refusal(ask, known, action, reason):
            raise Refused(why)
    ask.store.set_release(draft.id, ReleaseState.RELEASED, ask.person.id, ask.now)
    for known, action, reason in ends:
        move(ask, known, action, reason, told=False)  # the letter says it
    for outcome, applications in groups.items():
        _send(ask, draft, _letter(ask, outcome, applications), "application")
    _send(ask, draft, _letter_to_bodies(ask, draft.listed, [known for known, _, _ in ends]), "body")
    log(ask, "release_announcement", release=str(draft.id))
    went_out = released(ask.store, ReleaseKind.ANNOUNCEMENT)
    assert went_out is not None
    return went_out


@dataclass(frozen=True, slots=True)
class Letter:
    """What one group is written when the announcement goes out. `{单位}` in the text becomes each unit's name."""

    title: str
    text: str
    to: tuple[str, ...]  # numbers of the applications, else ids of the bodies


def letters(ask: StaffAsk) -> tuple[Letter, ...]:
    """Every letter as it would go out for the list as it stands: to each outcome, then to the bodies."""
    office_only(ask)
    now = list_now(ask.store, ask.clerk.campaign)
    groups = {outcome: now.decided(outcome) for outcome in Outcome}
    found = [_letter(ask, outcome, applications) for outcome, applications in groups.items()]
    everybody = [known for applications in groups.values() for known in applications]
    bodies = _letter_to_bodies(ask, chosen(ask, now), everybody)
    return tuple(letter for letter in (*found, bodies) if letter.to)


def announcement_refusal(ask: StaffAsk) -> str:
    """What still stands in the way of the announcement; "" for nothing."""
    try:
        _announceable(ask, list_now(ask.store, ask.clerk.campaign))
    except Refused as why:
        return str(why)
    return ""


def _end(now: ListNow, known: Application) -> tuple[str, str]:
    """By which action an application ends its course, and for which reason."""
    decision = now.decisions[known.id]
    return _ACTIONS[decision.outcome], "" if decision.outcome is Outcome.IN else decision.reason


def _announceable(ask: StaffAsk, now: ListNow) -> Release:
    """The public notice that is now to be confirmed."""
    if released(ask.store, ReleaseKind.ANNOUNCEMENT) is not None:
        raise Refused(ask.say("result_announced_already"))
    notice = released(ask.store, ReleaseKind.PUBLIC_NOTICE)
    if notice is None:
        raise Refused(ask.say("result_no_notice_yet"))
    if ask.today <= notice.ends:
        raise Refused(ask.say("result_window_open", day=spoken_date(notice.ends)))
    open_ones = [one.objection.number for one in objections(ask.store) if one.is_open]
    if open_ones:
        numbers = "、".join(str(number) for number in open_ones)
        raise Refused(ask.say("result_objections_open", numbers=numbers))
    if undecided := _upheld(ask, now):
        raise Refused(ask.say("result_upheld_undecided", numbers="、".join(map(str, undecided))))
    if why := release_refusal(ask, now):
        raise Refused(why)
    if chosen(ask, now) != notice.listed:
        raise Refused(ask.say("result_notice_outdated"))
    return notice


def _upheld(ask: StaffAsk, now: ListNow) -> list[int]:
    """Objections that were upheld since the application concerned was last decided about."""
    found = []
    for one in objections(ask.store):
        decision = now.decisions.get(one.objection.application)
        ended = one.conclusion
        if ended and ended.kind is EntryKind.UPHELD and decision and decision.at <= ended.at:
            found.append(one.objection.number)
    return found


def _letter_to_bodies(ask: StaffAsk, units: Sequence[Listed], about: Sequence[Application]) -> Letter:
    campaign, names = ask.clerk.campaign, "\n".join(one.unit for one in units)
    text = ask.say("result_letter_bodies", title=campaign.title, award=campaign.award, units=names)
    bodies = tuple(dict.fromkeys(known.body for known in about if known.body))
    return Letter(ask.say("result_letter_title_bodies"), text, bodies)


def _letter(ask: StaffAsk, outcome: Outcome, to: Sequence[Application]) -> Letter:
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
    return Letter(ask.say(f"result_letter_title_{outcome}"), text, tuple(known.number for known in to))


def _send(ask: StaffAsk, draft: Release, letter: Letter, audience: str) -> None:
    if not letter.to:
        return
    to = {audience: " ".join(letter.to)}
    notice = Notice(
        0, letter.title, letter.text, to, True, draft.drafted_by, draft.drafted_at, NoticeState.DRAFT
    )
    kept = ask.store.add_notice(notice)
    count = send_out(ask.store, ask.clerk, kept, ask.person.id, ask.now)
    log(ask, "notice_released", notice=str(kept.id), release=str(draft.id), count=str(count))
