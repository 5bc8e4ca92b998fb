"""Who a notice went to, as pages and chat show them: the board and the call sheet. Reads only, for the office."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.units import unit_key
from bot.model.staff import Notice, NoticeDelivery, NoticeState
from bot.ports import Store
from bot.ports_notices import PeopleQuery
from bot.staff.audience import Recipient, merged
from bot.staff.desk import StaffAsk
from bot.staff.notice_board import (
    ANSWERED,
    CALL_SHEET,
    Reached,
    Standing,
    TakenBack,
    channel_of,
    copy_taken_back,
)
from bot.staff.notice_checks import found_notice
from bot.staff.notice_views import NoticeRow, hands_of, row_of
from bot.staff.routes import body_by_id
from bot.work.broadcast import recipients_of
from bot.work.notice_copies import phone_of, wording
from bot.work.notice_stop import RECALLABLE
from config.campaign import Campaign

PAGE = 50  # people on a page of the board
CALLED = 100  # lines on a page of the call sheet
UNCONFIRMED, CONFIRMED, TROUBLED = "unconfirmed", "answered", "troubled"
FILTERS = (UNCONFIRMED, CONFIRMED, TROUBLED)
"""Beside the standings: who neither confirmed nor was told; who did; of whom some copy failed."""


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One copy of a person's."""

    channel: str  # wecom | mail | call_sheet
    channel_words: str
    address: str
    state: str  # as staff read it
    why: str  # why it failed, or could not be taken back
    sent_at: datetime | None  # machine's clock
    taken_back: str  # what became of its recall, as staff read it; "" where there was none


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One recipient on the board."""

    person: int
    name: str
    of: str  # the body they speak for, or the units they fill for
    standing: Standing
    state: str  # the standing as staff read it
    copies: tuple[CopyRow, ...]
    confirmed_at: datetime | None  # by the campaign clock
    told_by: str
    told_at: datetime | None
    taken_back: TakenBack | None  # only of a recalled notice
    taken_back_words: str
    had_failure: bool = False  # some copy of theirs failed, whatever came of it

    @property
    def is_open(self) -> bool:
        """Whether something may still be done for this person: another channel, or a call."""
        return self.standing not in (*ANSWERED, Standing.CANCELLED)


@dataclass(frozen=True, slots=True)
class Board:
    """A notice and a page of those whom it goes to; what is counted is of everybody."""

    row: NoticeRow
    rows: tuple[BoardRow, ...]
    total: int  # people who fit the filter
    page: int
    pages: int
    counts: Mapping[Standing, int]  # people with a copy; only those that are not 0, best first
    listed: int  # people whose copies are still to be written
    is_busy: bool  # people are being listed, or messages held or taken back
    corrected_by: int  # the notice that corrects it and is out; 0 for none

    @property
    def people(self) -> int:
        """Everybody, with those whose copies are not written yet."""
        return sum(self.counts.values()) + self.listed

    @property
    def done(self) -> int:
        """People whose message has come to an end, well or not."""
        return sum(self.counts.values()) - self.counts.get(Standing.OPEN, 0)

    @property
    def unconfirmed(self) -> int:
        """People who neither confirmed nor were told."""
        return sum(count for standing, count in self.counts.items() if standing not in ANSWERED)

    @property
    def to_call(self) -> int:
        """People on the call sheet."""
        return self.counts.get(Standing.TO_CALL, 0)

    @property
    def can_retry(self) -> bool:
        """Whether something failed of a notice that is in force."""
        return bool(self.counts.get(Standing.FAILED)) and self.row.notice.state is NoticeState.RELEASED

    @property
    def is_live(self) -> bool:
        """Whether something is still on its way."""
        return bool(self.listed or self.counts.get(Standing.OPEN) or self.is_busy)


@dataclass(frozen=True, slots=True)
class CallLine:
    """Somebody to be telephoned."""

    place: int  # from 1, in dialling order
    person: int
    name: str
    of: str
    phone: str  # "" if none is known
    says: str  # what to say


@dataclass(frozen=True, slots=True)
class CallSheet:
    """A page of those who are to be telephoned."""

    notice: Notice
    lines: tuple[CallLine, ...]
    total: int
    page: int
    pages: int


def notice_board(ask: StaffAsk, number: int, only: str = "", search: str = "", page: int = 1) -> Board:
    """A page of the board of a notice. `only`: a standing, or one of `FILTERS`.

    `Refused` for whoever is not of the office, or where there is no such notice.
    """
    return board_of(ask, found_notice(ask, number), only, search, page)


def board_of(ask: StaffAsk, notice: Notice, only: str = "", search: str = "", page: int = 1) -> Board:
    """The same of a notice of which it is known that whoever asks may see it."""
    store, query, page = ask.store, _query(ask, notice, only, search), max(page, 1)
    found = store.board_page(query, PAGE, page)
    if not found.people and page > 1:
        page = 1
        found = store.board_page(query, PAGE, page)
    counts = found.standings
    reached = store.reached(notice.id, found.people)
    tellers = {copy.told_by for one in reached for copy in one.copies if copy.told_by is not None}
    known = _known(store, {*(one.person for one in reached), *tellers, *hands_of(notice)})
    names = {person: one.name for person, one in known.items()}
    written, confirmed = sum(counts.values()), sum(counts.get(one, 0) for one in ANSWERED)
    since = ask.clerk.machine_now() - RECALLABLE
    return Board(
        row_of(ask.clerk.campaign, notice, names, (written, confirmed, counts.get(Standing.FAILED, 0))),
        tuple(_board_row(ask, notice, one, known, since) for one in reached),
        found.total,
        page,
        _pages(found.total, PAGE),
        counts,
        found.listed,
        found.is_busy,
        found.corrected_by,
    )


def _query(ask: StaffAsk, notice: Notice, only: str, search: str) -> PeopleQuery:
    """Of the people of a notice, those who stand there and whose name, body, unit or address holds the words."""
    campaign = ask.clerk.campaign
    chosen = {
        UNCONFIRMED: tuple(standing for standing in Standing if standing not in ANSWERED),
        CONFIRMED: ANSWERED,
    }
    standings = (Standing(only),) if only in list(Standing) else chosen.get(only, ())
    return PeopleQuery(
        notice.id,
        standings,
        only == TROUBLED,
        search,
        unit_key(campaign.units, search) if search else "",
        tuple(body.id for body in campaign.bodies if search and search in body.name),
    )


def _page(store: Store, query: PeopleQuery, size: int, page: int) -> tuple[Sequence[int], int, int]:
    """The people of a page, how many there are in all, and which page it is: the first in place of none."""
    page = max(page, 1)
    people, total = store.page_of_people(query, size, page)
    if not people and page > 1:
        page = 1
        people, total = store.page_of_people(query, size, page)
    return people, total, page


def _pages(total: int, size: int) -> int:
    return max(1, -(-total // size))


def call_sheet(ask: StaffAsk, number: int, page: int = 1, lines: int = CALLED) -> CallSheet:
    """A page of whom to telephone about a notice, in dialling order: bodies in the campaign's order, then units."""
    notice = found_notice(ask, number)
    campaign, store = ask.clerk.campaign, ask.store
    query = PeopleQuery(notice.id, (Standing.TO_CALL,), order=tuple(body.id for body in campaign.bodies))
    people, total, page = _page(store, query, lines, page)
    reached = store.reached(notice.id, people)
    who = recipients_of(store, campaign, notice, {one.person: one.name for one in reached})
    cutoffs, cards = store.cutoffs(), store.cards()
    office = campaign.contact.office
    found = tuple(
        CallLine(
            place,
            one.person,
            _name(one, recipient),
            _of(campaign, recipient),
            _phone(campaign, one, recipient) or (cards[one.person].telephone if one.person in cards else ""),
            ask.say("notice_call_says", office=office, text=wording(campaign, notice, recipient, cutoffs)),
        )
        for place, (one, recipient) in enumerate(zip(reached, who, strict=True), start=(page - 1) * lines + 1)
    )
    return CallSheet(notice, found, total, page, _pages(total, lines))


def _known(store: Store, people: Collection[int]) -> dict[int, Recipient]:
    """Who these people are: what they speak or fill for."""
    return {one.person: one for one in merged(store.members_among(people), store.applications_among(people))}


def _board_row(
    ask: StaffAsk, notice: Notice, one: Reached, known: Mapping[int, Recipient], since: datetime
) -> BoardRow:
    who = known.get(one.person, Recipient(one.person, one.name))
    told = next((copy for copy in one.copies if copy.told_at is not None), None)
    by = known.get(told.told_by or 0) if told else None
    fate = one.taken_back(since) if notice.state is NoticeState.RECALLED else None
    confirmed = [copy.confirmed_at for copy in one.copies if copy.confirmed_at is not None]
    return BoardRow(
        one.person,
        _name(one, who),
        _of(ask.clerk.campaign, who),
        one.standing,
        ask.say(f"notice_is_{one.standing}"),
        tuple(_copy_row(ask, notice, copy, since) for copy in one.copies),
        min(confirmed, default=None),
        by.name if by else "",
        told.told_at if told else None,
        fate,
        ask.say(f"notice_recall_{fate}") if fate else "",
        any(copy.state == "failed" for copy in one.copies),
    )


def _copy_row(ask: StaffAsk, notice: Notice, copy: NoticeDelivery, since: datetime) -> CopyRow:
    channel = channel_of(copy)
    state = copy.state or "none"
    why = copy.error if copy.state in ("failed", "waiting", "unsure") else copy.recall_error
    words = ask.say(f"notice_by_{channel}")
    fate = copy_taken_back(copy, since) if notice.state is NoticeState.RECALLED else None
    recalled = ask.say(f"notice_recall_{fate}") if fate else ""
    return CopyRow(channel, words, copy.address, ask.say(f"notice_copy_{state}"), why, copy.sent_at, recalled)


def _name(one: Reached, who: Recipient) -> str:
    return one.name or who.name or one.label


def _of(campaign: Campaign, who: Recipient) -> str:
    """The body they speak for, else the units they fill for."""
    if body := body_by_id(campaign, who.body):
        return body.name
    unit = campaign.form.unit_field
    return "、".join(known.values.get(unit) or known.number for known in who.applications)


def _phone(campaign: Campaign, one: Reached, who: Recipient) -> str:
    kept = next((copy.address for copy in one.copies if copy.channel == CALL_SHEET and copy.address), "")
    return kept or phone_of(campaign, who)
