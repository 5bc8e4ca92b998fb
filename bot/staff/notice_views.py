"""What pages and chat show of notices: the list, and what one would be. Reads only, for the office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.model.staff import Notice, NoticeState, Role
from bot.ports import Store
from bot.staff.audience import Audience, Recipient
from bot.staff.audience_words import audience_words
from bot.staff.desk import StaffAsk
from bot.staff.notice_acts import check_text, needs_signature
from bot.staff.notice_board import (
    CALL_SHEET,
    MAIL,
    WECOM,
)
from bot.staff.notice_words import clean_title, title_of
from bot.staff.people import office_only
from bot.work.broadcast import count_recipients, first_recipients
from bot.work.clerk import Clerk
from bot.work.notice_copies import roads, subject_of, wording
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


def notice_list(store: Store, clerk: Clerk, notices: Iterable[Notice]) -> tuple[NoticeRow, ...]:
    """These as lines of the list; three queries however many there are."""
    counts, left = store.delivery_counts(), store.every_list()
    names = {member.person: member.name for member in store.members(Role.OFFICE)}

    def count(notice: int) -> tuple[int, int, int]:
        people, answered, failed = counts.get(notice, (0, 0, 0))
        return people + left.get(notice, 0), answered, failed

    return tuple(row_of(clerk.campaign, one, names, count(one.id)) for one in notices)


def notice_row(ask: StaffAsk, notice: Notice) -> NoticeRow:
    """What the list says of a notice that has not gone out."""
    names = {one.person: one.name for one in ask.store.members_among(hands_of(notice))}
    return row_of(ask.clerk.campaign, notice, names, (0, 0, 0))


def hands_of(notice: Notice) -> set[int]:
    """Who drafted and who released it."""
    return {person for person in (notice.drafted_by, notice.released_by) if person is not None}


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
    office_only(ask)
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
    count = count_recipients(ask.store, campaign, draft)
    counted = first_recipients(ask.store, campaign, draft, _COUNTED)
    known = ask.store.addresses_among([one.person for one in counted])
    found = [
        (one, roads(ask.store, ask.clerk, one, known.get(one.person, ()), draft.decides)) for one in counted
    ]
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
    return Preview(
        draft.title,
        audience,
        count,
        channels if count <= _COUNTED else None,
        draft.decides,
        samples,
        tuple((one.person, _label(campaign, one)) for one in counted),
    )


def state_of(notice: Notice) -> str:
    """The end of the phrase that says how far a notice is: a draft that was given up is no stopped notice."""
    is_dropped = notice.state is NoticeState.STOPPED and notice.released_at is None
    return "dropped" if is_dropped else notice.state


def row_of(
    campaign: Campaign, notice: Notice, names: Mapping[int, str], counts: tuple[int, int, int]
) -> NoticeRow:
    """One line of the list; `names` of people who have a role, `counts` as of `Store.delivery_counts`."""
    return NoticeRow(
        notice,
        campaign.phrases[f"notice_state_{state_of(notice)}"],
        audience_words(campaign, notice.audience),
        names.get(notice.drafted_by, ""),
        names.get(notice.released_by or 0, ""),
        *counts,
    )


def _sample(campaign: Campaign, draft: Notice, one: Recipient, channel: str, text: str) -> Sample:
    subject = subject_of(campaign, draft) if channel == MAIL else ""
    return Sample(_label(campaign, one), channel, subject, text)


def _label(campaign: Campaign, one: Recipient) -> str:
    unit = campaign.form.unit_field
    units: Sequence[str] = [known.values.get(unit) or known.number for known in one.applications]
    return one.name or "、".join(units) or str(one.person)
