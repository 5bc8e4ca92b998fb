"""Notices as the pages show them: the list, one draft, one board in pages, and what somebody received."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.console.notice_form import NoticeForm, audience_of, set_time
from bot.model.staff import Notice, NoticeState
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.notice_acts import correct_notice, draft_notice
from bot.staff.notice_board import CALL_SHEET, MAIL, Reached, by_person
from bot.staff.notice_checks import check_second, found_notice
from bot.staff.notice_edit import edit_draft
from bot.staff.notice_views import (
    NoticeRow,
    Preview,
    notice_list,
    notice_row,
    preview,
    preview_of,
)
from bot.staff.people import office_only
from bot.work.broadcast import recipient_of
from bot.work.notice_copies import wording
from bot.work.notice_stop import RECALLABLE
from config.campaign import Campaign

PAGE = 50


@dataclass(frozen=True, slots=True)
class NoticeList:
    """A page of all notices, the latest first."""

    rows: tuple[NoticeRow, ...]
    total: int
    page: int
    pages: int
    counts: Mapping[NoticeState, int]  # of all, whatever is asked for
    corrected: Mapping[int, int]  # notice → the one that corrects it and is out
    waiting: int  # drafts that somebody else has to sign and whoever asks may


@dataclass(frozen=True, slots=True)
class Shown:
    """What one recipient sees on one channel."""

    name: str
    channel: str  # wecom | mail | call_sheet
    heading: str  # the subject of a mail, the head of a card
    text: str


@dataclass(frozen=True, slots=True)
class DraftView:
    """A notice that has not gone out."""

    row: NoticeRow
    preview: Preview
    shown: tuple[Shown, ...]
    refusal: str  # why whoever asks may not let it go; "" if they may


@dataclass(frozen=True, slots=True)
class Received:
    """A notice that somebody got."""

    number: int
    title: str
    text: str  # as it was filled in for them; "" of one that was taken back
    at: datetime | None
    confirmed_at: datetime | None
    told_at: datetime | None
    is_recalled: bool
    corrected_by: int  # the notice that they got in its place; 0 for none


# Reading


def notices(ask: StaffAsk, state: str = "", search: str = "", page: int = 1) -> NoticeList:
    """A page of the list. The office's alone; `Refused`."""
    office_only(ask)
    everything = ask.store.notices()
    counts = dict.fromkeys(NoticeState, 0) | Counter(one.state for one in everything)
    waiting = sum(one.state is NoticeState.DRAFT and one.drafted_by != ask.person.id for one in everything)
    wanted = search.casefold()
    fitting = [
        one
        for one in reversed(everything)
        if (not state or one.state == state)
        and (not wanted or wanted in f"{one.id} {one.title} {one.text}".casefold())
    ]
    pages = pages_of(len(fitting))
    page = min(max(page, 1), pages)
    shown = notice_list(ask.store, ask.clerk, fitting[(page - 1) * PAGE : page * PAGE])
    corrected = corrections_of(everything)
    return NoticeList(shown, len(fitting), page, pages, counts, corrected, waiting)


def draft_view(ask: StaffAsk, notice: Notice, person: int = 0) -> DraftView:
    """A draft, or what waits for its time, as it would go out, to whoever may see it (`found_notice`)."""
    found = preview_of(ask, notice, one_per_channel=True, person=person)
    try:
        check_second(ask, notice)
        refusal = ""
    except Refused as why:
        refusal = str(why)
    shown = shown_samples(ask.clerk.campaign, found, notice.id)
    return DraftView(notice_row(ask, notice), found, shown, refusal)


def receipts(ask: StaffAsk, number: int) -> tuple[Notice, Sequence[Reached], datetime]:
    """A notice, everybody's copies, and since when what was sent can be taken back (machine's clock), for the tables.

    The office's alone; `Refused`.
    """
    notice = found_notice(ask, number)
    return notice, by_person(ask.store.deliveries(notice.id)), ask.clerk.machine_now() - RECALLABLE


def received(ask: StaffAsk) -> tuple[Received, ...]:
    """What was sent to whoever asks, the latest first; for everybody with a role, of themselves alone."""
    copies: dict[int, list[Reached]] = {}
    for copy in ask.store.copies_of(ask.person.id):
        copies.setdefault(copy.notice, []).append(Reached(copy.person, copy.name, (copy,)))
    cutoffs = ask.store.cutoffs()
    notices = [known for number in sorted(copies) if (known := ask.store.notice(number)) is not None]
    corrected = corrections_of(notices)
    found = []
    for notice in reversed(notices):
        number = notice.id
        one = Reached(ask.person.id, "", tuple(each.copies[0] for each in copies[number]))
        if notice.state is not NoticeState.RELEASED and not one.was_shown:
            continue
        is_recalled = notice.state is NoticeState.RECALLED
        who = recipient_of(ask.store, ask.clerk, notice, ask.person.id, ask.person.label)
        text = "" if is_recalled else wording(ask.clerk.campaign, notice, who, cutoffs)
        confirmed = [copy.confirmed_at for copy in one.copies if copy.confirmed_at is not None]
        told = [copy.told_at for copy in one.copies if copy.told_at is not None]
        moments = (min(confirmed, default=None), min(told, default=None))
        by = corrected.get(number, 0)
        found.append(Received(number, notice.title, text, notice.released_at, *moments, is_recalled, by))
    return tuple(found)


def corrections_of(notices: Iterable[Notice]) -> dict[int, int]:
    """Notice → the latest of these that corrects it and is out."""
    return {one.replaces: one.id for one in notices if one.replaces and one.released_at}


def preview_form(ask: StaffAsk, form: NoticeForm) -> tuple[Preview, tuple[Shown, ...]]:
    """What the form would become; nothing is kept. The office's alone; `Refused`."""
    office_only(ask)
    set_time(ask, form)
    corrected = ask.store.notice(form.corrects) if form.corrects else None
    audience = audience_of(ask, form)
    found = preview(ask, form.text, audience, True, form.title, form.person, corrected)
    return found, shown_samples(ask.clerk.campaign, found, 0)


def shown_samples(campaign: Campaign, found: Preview, number: int) -> tuple[Shown, ...]:
    """The samples of a preview as each channel dresses them; `number` 0 for what is not kept yet."""
    phrases, contact, known_as = campaign.phrases, campaign.contact, number or "…"
    shown = []
    for one in found.samples:
        if one.channel == MAIL:
            facts = {"office": contact.office, "phone": contact.phone, "number": known_as}
            head, text = one.subject, phrases["notice_mail"].format(text=one.text, **facts)
        elif one.channel == CALL_SHEET:
            head, text = "", phrases["notice_call_says"].format(office=contact.office, text=one.text)
        else:
            head = phrases["notice_heading"].format(office=contact.office_short, number=known_as)
            text = one.text
        shown.append(Shown(one.name, one.channel, head, text))
    return tuple(shown)


# Keeping what was typed


def keep_form(ask: StaffAsk, form: NoticeForm, number: int = 0) -> Notice:
    """Keep the form as a draft: a new one, in the place of draft `number`, or as a correction. `Refused`."""
    audience, at = audience_of(ask, form), set_time(ask, form)
    if number:
        return edit_draft(ask, number, form.title, form.text, audience, at, signed=form.signed)
    if form.corrects:
        return correct_notice(ask, form.corrects, form.text, form.title)
    return draft_notice(ask, form.title, form.text, audience, at, signed=form.signed)


def pages_of(rows: int) -> int:
    """How many pages so many rows fill; at least one."""
    return max(1, -(-rows // PAGE))
