"""What pages and chat show of notices: the list, the board, a preview, the call sheet. Reads only, for the office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.staff import Notice, NoticeDelivery, NoticeState, Role
from bot.ports import Store
from bot.staff.audience import Audience, Recipient, audience_words, everybody
from bot.staff.desk import StaffAsk
from bot.staff.notice_acts import check_text, needs_signature
from bot.staff.notice_board import (
    CALL_SHEET,
    MAIL,
    WECOM,
    Reached,
    Standing,
    TakenBack,
    by_person,
    channel_of,
)
from bot.staff.notice_checks import check_office, found_notice
from bot.staff.notice_words import clean_title, title_of
from bot.staff.routes import body_by_id
from bot.work.broadcast import recipients
from bot.work.clerk import Clerk
from bot.work.notice_copies import phone_of, roads, subject_of, wording
from bot.work.notice_stop import RECALLABLE
from config.campaign import Campaign

_COUNTED = 200  # people up to whom a preview says by which channel each is reached
_PREVIEWED = 2


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of the list of notices."""

    notice: Notice
    state: str  # as staff read it
    audience: str
    drafter: str  # names; "" for somebody who has no role any more
    releaser: str
    people: int
    confirmed: int  # or told by telephone
    failed: int


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One copy of a person's."""

    channel: str  # wecom | mail | call_sheet
    channel_words: str
    address: str
    state: str  # as staff read it
    why: str  # why it failed, or could not be taken back
    sent_at: datetime | None  # machine's clock


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
        return self.standing not in (Standing.CONFIRMED, Standing.TOLD, Standing.CANCELLED)


@dataclass(frozen=True, slots=True)
class Board:
    """A notice and everybody it goes to."""

    row: NoticeRow
    rows: tuple[BoardRow, ...]
    counts: Mapping[Standing, int]  # people; only those that are not 0, best first
    can_retry: bool  # something failed, and the notice is in force


@dataclass(frozen=True, slots=True)
class Sample:
    """What one recipient would read."""

    name: str
    channel: str
    subject: str  # of a mail; "" elsewhere
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go to whom."""

    title: str
    audience: str
    count: int
    channels: Mapping[str, int] | None  # people by channel: wecom, mail, calls; None for very many
    decides: bool  # a second person has to let it go
    samples: tuple[Sample, ...]
    people: tuple[tuple[int, str], ...] = ()  # id and name of the first, for whom it may be filled in


@dataclass(frozen=True, slots=True)
class CallLine:
    """Somebody to be telephoned."""

    place: int  # from 1, in dialling order
    person: int
    name: str
    of: str
    phone: str  # "" if none is known
    says: str  # what to say


def notice_list(store: Store, clerk: Clerk) -> tuple[NoticeRow, ...]:
    """All notices, the latest first; two queries however many there are."""
    counts = store.delivery_counts()
    names = {member.person: member.name for member in store.members(Role.OFFICE)}
    return tuple(
        _row(clerk.campaign, one, names, counts.get(one.id, (0, 0, 0))) for one in reversed(store.notices())
    )


def notice_board(ask: StaffAsk, number: int) -> Board:
    """The board of a notice. `Refused` for whoever is not of the office, or where there is no such notice."""
    notice = found_notice(ask, number)
    campaign, store = ask.clerk.campaign, ask.store
    people = by_person(store.deliveries(notice.id))
    known = _known(store)
    names = {person: one.name for person, one in known.items()}
    since = ask.clerk.machine_now() - RECALLABLE
    rows = tuple(_board_row(ask, notice, one, known, since) for one in people)
    counts = {state: count for state in Standing if (count := sum(row.standing is state for row in rows))}
    confirmed = counts.get(Standing.CONFIRMED, 0) + counts.get(Standing.TOLD, 0)
    failed = sum(bool(one.failed) for one in people)
    can_retry = bool(counts.get(Standing.FAILED)) and notice.state is NoticeState.RELEASED
    return Board(_row(campaign, notice, names, (len(rows), confirmed, failed)), rows, counts, can_retry)


def preview(
    ask: StaffAsk,
    text: str,
    audience: Audience,
    one_per_channel: bool = True,
    title: str = "",
    person: int = 0,
    corrects: Notice | None = None,
) -> Preview:
    """What a text would be to an audience; nothing is kept. `Refused` where it cannot be a notice.

    `person`: whose eyes it is looked at by, on every channel of theirs; 0 for the first of each channel.
    """
    check_office(ask)
    title, text = clean_title(title), text.strip()
    check_text(ask, text, audience, corrects, title)
    draft = Notice(
        0,
        title or title_of(text),
        text,
        audience,
        needs_signature(text, audience, corrects, title),
        ask.person.id,
        ask.now,
        NoticeState.DRAFT,
        replaces=corrects.id if corrects else None,
    )
    return preview_of(ask, draft, one_per_channel, person)


def preview_of(ask: StaffAsk, draft: Notice, one_per_channel: bool = False, person: int = 0) -> Preview:
    """What a draft would be: to one `person`, to the first of each channel, or to the first two people."""
    campaign = ask.clerk.campaign
    people = recipients(ask.store, campaign, draft)
    counted = people[:_COUNTED]
    found = [(one, roads(ask.store, ask.clerk, one, draft.decides)) for one in counted]
    counts = {WECOM: 0, MAIL: 0, CALL_SHEET: 0}
    for _, road in found:
        for channel in road:
            counts[channel] += 1
    channels = {"wecom": counts[WECOM], "mail": counts[MAIL], "calls": counts[CALL_SHEET]}
    chosen = (
        [next((one, name) for one, road in found if name in road) for name in counts if counts[name]]
        if one_per_channel
        else [(one, next(iter(road))) for one, road in found[:_PREVIEWED]]
    )
    if own := next((pair for pair in found if pair[0].person == person), None):
        chosen = [(own[0], name) for name in own[1]]
    cutoffs = ask.store.cutoffs()
    samples = tuple(
        _sample(campaign, draft, one, channel, wording(campaign, draft, one, cutoffs))
        for one, channel in chosen
    )
    audience = audience_words(campaign, draft.audience)
    all_counted = len(people) <= _COUNTED
    return Preview(
        draft.title,
        audience,
        len(people),
        channels if all_counted else None,
        draft.decides,
        samples,
        tuple((one.person, _label(campaign, one)) for one in counted),
    )


def call_sheet(ask: StaffAsk, number: int) -> tuple[CallLine, ...]:
    """Who is to be telephoned about a notice, in dialling order: bodies in the campaign's order, then units."""
    notice = found_notice(ask, number)
    campaign = ask.clerk.campaign
    known = _known(ask.store)
    cutoffs = ask.store.cutoffs()
    cards = ask.store.cards()
    order = {body.id: place for place, body in enumerate(campaign.bodies)}
    to_call = [
        (known.get(one.person, Recipient(one.person, one.name)), one)
        for one in by_person(ask.store.deliveries(notice.id))
        if one.standing is Standing.TO_CALL
    ]
    to_call.sort(
        key=lambda pair: (order.get(pair[0].body, len(order)), _of(campaign, pair[0]), pair[1].person)
    )
    office = campaign.contact.office
    return tuple(
        CallLine(
            place,
            one.person,
            _name(one, who),
            _of(campaign, who),
            _phone(campaign, one, who) or (cards[one.person].telephone if one.person in cards else ""),
            ask.say("notice_call_says", office=office, text=wording(campaign, notice, who, cutoffs)),
        )
        for place, (who, one) in enumerate(to_call, start=1)
    )


def _known(store: Store) -> dict[int, Recipient]:
    """Everybody there is, with what they speak or fill for."""
    return {one.person: one for one in everybody(store.members(), store.applications())}


def _row(
    campaign: Campaign, notice: Notice, names: Mapping[int, str], counts: tuple[int, int, int]
) -> NoticeRow:
    return NoticeRow(
        notice,
        campaign.phrases[f"notice_state_{notice.state}"],
        audience_words(campaign, notice.audience),
        names.get(notice.drafted_by, ""),
        names.get(notice.released_by or 0, ""),
        *counts,
    )


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
        tuple(_copy_row(ask, copy) for copy in one.copies),
        min(confirmed, default=None),
        by.name if by else "",
        told.told_at if told else None,
        fate,
        ask.say(f"notice_recall_{fate}") if fate else "",
        any(copy.state == "failed" for copy in one.copies),
    )


def _copy_row(ask: StaffAsk, copy: NoticeDelivery) -> CopyRow:
    channel = channel_of(copy)
    state = copy.state or "none"
    why = copy.error if copy.state in ("failed", "waiting", "unsure") else copy.recall_error
    words = ask.say(f"notice_by_{channel}")
    return CopyRow(channel, words, copy.address, ask.say(f"notice_copy_{state}"), why, copy.sent_at)


def _sample(campaign: Campaign, draft: Notice, one: Recipient, channel: str, text: str) -> Sample:
    subject = subject_of(campaign, draft) if channel == MAIL else ""
    return Sample(_label(campaign, one), channel, subject, text)


def _label(campaign: Campaign, one: Recipient) -> str:
    unit = campaign.form.unit_field
    units: Sequence[str] = [known.values.get(unit) or known.number for known in one.applications]
    return one.name or "、".join(units) or str(one.person)


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
