"""Where results stand: counts, the list, the public notice and its countdown. For the office alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.documents.results_text import PaperText, release_text
from bot.model.results import (
    FinalDecision,
    ListApproval,
    Listed,
    Outcome,
    Release,
    ReleaseKind,
)
from bot.model.spoken import spoken_date
from bot.ports import Store
from bot.results.course import approval_of, draft_of, list_now, listed, released
from bot.results.objections import open_objections
from bot.results.plaques import plaques
from bot.results.terms import terms_of
from bot.results.window import Terms, days_left
from bot.staff.moves import unit_of
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Decided:
    """One application and what was decided about it."""

    listed: Listed
    decision: FinalDecision | None
    suspended: bool


@dataclass(frozen=True, slots=True)
class ResultBoard:
    """All on one page. Once announced, `running` is empty and `announced` has the list."""

    quota: int
    running: tuple[Decided, ...]  # by number
    reviewed: int  # of those in the running, how many have an outcome of the review
    approval: ListApproval | None  # only while it stands for the list as it is
    notice: Release | None
    notice_draft: Release | None
    announced: Release | None
    announcement_draft: Release | None
    objections_open: tuple[int, ...]
    plaques: int
    plaques_handed_over: int

    def count(self, outcome: Outcome | None) -> int:
        """How many of those in the running have this decision; None: none yet."""
        return sum((one.decision.outcome if one.decision else None) is outcome for one in self.running)


@dataclass(frozen=True, slots=True)
class PublicNoticeView:
    """The public notice: what went out or waits, with its text, and how many working days are left."""

    terms: Terms | None  # None: blocked until the office decides (open point)
    units: tuple[Listed, ...]  # the list as it stands
    draft: Release | None
    notice: Release | None
    text: PaperText | None  # of the draft, else of what went out
    days_left: int  # working days of the window, today included
    is_open: bool  # objections are in time today
    outdated: bool  # the list has changed since it was made public


def result_board(store: Store, campaign: Campaign) -> ResultBoard:
    """The whole state, in a handful of queries."""
    now = list_now(store, campaign)
    judged = {outcome.application for outcome in store.reviews()}
    lines = plaques(store)
    return ResultBoard(
        campaign.quota,
        tuple(
            Decided(
                Listed(known.id, known.number, unit_of(campaign, known)),
                now.decisions.get(known.id),
                known.id in now.suspended,
            )
            for known in now.running
        ),
        sum(known.id in judged for known in now.running),
        approval_of(store, listed(campaign, now.decided(Outcome.IN))),
        released(store, ReleaseKind.PUBLIC_NOTICE),
        draft_of(store, ReleaseKind.PUBLIC_NOTICE),
        released(store, ReleaseKind.ANNOUNCEMENT),
        draft_of(store, ReleaseKind.ANNOUNCEMENT),
        open_objections(store),
        len(lines),
        sum(line.handed_over is not None for line in lines),
    )


def public_notice_view(store: Store, campaign: Campaign, today: date) -> PublicNoticeView:
    """The public notice as of `today`, a day in the campaign's zone."""
    units = listed(campaign, list_now(store, campaign).decided(Outcome.IN))
    draft = draft_of(store, ReleaseKind.PUBLIC_NOTICE)
    notice = released(store, ReleaseKind.PUBLIC_NOTICE)
    shown = draft or notice
    announced = released(store, ReleaseKind.ANNOUNCEMENT)
    left = days_left(today, notice.starts, notice.ends, campaign.reminders.workdays) if notice else 0
    return PublicNoticeView(
        terms_of(store, campaign),
        announced.listed if announced else units,
        draft,
        notice,
        release_text(campaign, shown) if shown else None,
        left,
        notice is not None and notice.starts <= today <= notice.ends,
        notice is not None and announced is None and notice.listed != units,
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
