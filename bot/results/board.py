"""Where results stand: counts, the list, the public notice and its countdown. For the office alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.documents.results_text import PaperText, release_text
from bot.model.results import ListApproval, Listed, ReleaseKind
from bot.model.spoken import spoken_date
from bot.ports import Store
from bot.ports_results import ResultCounts
from bot.results.course import (
    Releases,
    approval_of,
    course_of,
    inside,
    listed,
    released,
    releases,
)
from bot.results.terms import terms_of
from bot.results.window import Terms, days_left
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class ResultBoard:
    """How far every step is. Once announced, nobody is in the running and `releases.announced` has the list."""

    quota: int
    counts: ResultCounts
    releases: Releases
    days_left: int  # working days of the public notice, today included
    is_open: bool  # objections are in time today
    terms_open: bool  # nobody has decided how long a public notice lasts

    @property
    def plaques(self) -> int:
        """How many there are to hand over."""
        return len(self.releases.announced.listed) if self.releases.announced else 0


@dataclass(frozen=True, slots=True)
class PublicNoticeView:
    """The public notice as the list stands now."""

    terms: Terms | None  # None: blocked until the office decides (open point)
    units: tuple[Listed, ...]  # the list as it stands; once announced, what was announced
    held: tuple[str, ...]  # units on it whose entry is suspended
    text: PaperText | None  # of the draft, else of what went out
    outdated: bool  # the list has changed since it was made public


def result_board(store: Store, campaign: Campaign, today: date) -> ResultBoard:
    """The state of every step as of `today`, a day in the campaign's zone, in a handful of queries."""
    found = releases(store)
    notice = found.notice
    left = days_left(today, notice.starts, notice.ends, campaign.reminders.workdays) if notice else 0
    return ResultBoard(
        campaign.quota,
        store.result_counts(course_of(campaign)),
        found,
        left,
        notice is not None and notice.starts <= today <= notice.ends,
        notice is None and terms_of(store, campaign) is None,
    )


def approval_now(store: Store, campaign: Campaign) -> ListApproval | None:
    """The leader's decision, while it stands for the list as it is."""
    announced = released(store, ReleaseKind.ANNOUNCEMENT)
    units = listed(campaign, (row.application for row in inside(store, campaign)))
    return approval_of(store, announced.listed if announced else units)


def public_notice_view(store: Store, campaign: Campaign) -> PublicNoticeView:
    """The public notice."""
    found, rows = releases(store), inside(store, campaign)
    units = listed(campaign, (row.application for row in rows))
    held = listed(campaign, (row.application for row in rows if row.suspended))
    shown = found.notice_draft or found.notice
    return PublicNoticeView(
        terms_of(store, campaign),
        found.announced.listed if found.announced else units,
        tuple(one.unit for one in held),
        release_text(campaign, shown) if shown else None,
        found.notice is not None and found.announced is None and found.notice.listed != units,
    )


def public_answer(store: Store, campaign: Campaign, now: datetime) -> str:
    """What anybody may be told who asks about a result: nothing before it is public, then where to read it."""
    phrases, place = campaign.phrases, campaign.results.place
    announced = released(store, ReleaseKind.ANNOUNCEMENT)
    if announced is not None:
        return phrases["result_asked_announced"].format(award=campaign.award, link=announced.link or place)
    notice = released(store, ReleaseKind.PUBLIC_NOTICE)
    if notice is None:
        return phrases["result_asked"].format(place=place)
    over = now.astimezone(campaign.zone).date() > notice.ends
    key = "result_asked_after_notice" if over else "result_asked_in_notice"
    days = {"starts": spoken_date(notice.starts), "ends": spoken_date(notice.ends)}
    return phrases[key].format(link=notice.link, **days)
