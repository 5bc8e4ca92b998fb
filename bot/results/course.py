"""The end of an application's course, as the campaign's arrows draw it, and the list as it stands now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.model.application import Application
from bot.model.results import ListApproval, Listed, Release, ReleaseKind, ReleaseState
from bot.ports import Store
from bot.ports_results import Answered, Course, Decided, ResultQuery, ResultRow
from bot.staff.moves import unit_of
from config.campaign import Campaign

SHORTLIST, PUBLISH, ANNOUNCE, AWARD = "shortlist", "publish_notice", "announce", "award"
DROP, VETO, FINISH_REVIEW = "drop", "veto", "finish_review"
NAMED = 20  # units that a sentence names


@dataclass(frozen=True, slots=True)
class ListNow:
    """The list as it stands: who is on it, by number, and how many are not decided about."""

    inside: tuple[ResultRow, ...]
    undecided: int
    first_undecided: tuple[Application, ...]  # by number, as many as a sentence names


@dataclass(frozen=True, slots=True)
class Releases:
    """What is on its way to the public, and what went out last."""

    notice_draft: Release | None
    notice: Release | None
    announcement_draft: Release | None
    announced: Release | None


def target_of(campaign: Campaign, action: str) -> str:
    """The stage that an action leads to; "" where the campaign has no such action."""
    return next((arrow.target for arrow in campaign.arrows if arrow.action == action), "")


def running_stages(campaign: Campaign) -> frozenset[str]:
    """The stages in which a decision is still to be made: those from which the office may drop."""
    return frozenset(arrow.source for arrow in campaign.arrows if arrow.action == DROP)


def ended_stages(campaign: Campaign) -> frozenset[str]:
    """The stages in which a course ends, one way or another, once results are announced."""
    return frozenset(target_of(campaign, action) for action in (ANNOUNCE, AWARD, DROP, VETO)) - {""}


def course_of(campaign: Campaign, with_ended: bool = False) -> Course:
    """The applications that results are about; `with_ended`: those whose course is over, too."""
    ended = sorted(ended_stages(campaign)) if with_ended else ()
    return Course(tuple(sorted(running_stages(campaign))), tuple(ended))


def list_now(store: Store, campaign: Campaign) -> ListNow:
    """The list as it stands."""
    course = course_of(campaign)
    first = store.result_rows(ResultQuery(course, Decided.NONE, limit=NAMED))
    undecided = store.result_counts(course).undecided
    return ListNow(inside(store, campaign), undecided, tuple(row.application for row in first))


def inside(store: Store, campaign: Campaign) -> tuple[ResultRow, ...]:
    """The applications on the list, by number."""
    return tuple(store.result_rows(ResultQuery(course_of(campaign), Decided.IN)))


def suspended(store: Store) -> frozenset[str]:
    """Applications whose entry is suspended (暂缓): a mark, taken away by concluding the objection."""
    rows = store.objection_rows(Answered.OPEN)
    return frozenset(row.objection.application for row in rows) - {""}


def listed(campaign: Campaign, applications: Iterable[Application]) -> tuple[Listed, ...]:
    """Units as a list names them: by number, each under the very name in its form."""
    named = [Listed(known.id, known.number, unit_of(campaign, known)) for known in applications]
    return tuple(sorted(named, key=lambda one: one.number))


def approval_of(store: Store, units: tuple[Listed, ...]) -> ListApproval | None:
    """The leader's latest decision, if it is about exactly these units."""
    approvals = store.approvals()
    return approvals[-1] if approvals and approvals[-1].listed == units else None


def releases(store: Store) -> Releases:
    """The drafts that wait for a second person, and the latest that went out."""
    latest = {(one.kind, one.state): one for one in store.releases()}
    notice, announcement = ReleaseKind.PUBLIC_NOTICE, ReleaseKind.ANNOUNCEMENT
    return Releases(
        latest.get((notice, ReleaseState.DRAFT)),
        latest.get((notice, ReleaseState.RELEASED)),
        latest.get((announcement, ReleaseState.DRAFT)),
        latest.get((announcement, ReleaseState.RELEASED)),
    )


def released(store: Store, kind: ReleaseKind) -> Release | None:
    """The latest release of this kind that went out."""
    found = releases(store)
    return found.notice if kind is ReleaseKind.PUBLIC_NOTICE else found.announced


def draft_of(store: Store, kind: ReleaseKind) -> Release | None:
    """The draft that waits for a second person."""
    found = releases(store)
    return found.notice_draft if kind is ReleaseKind.PUBLIC_NOTICE else found.announcement_draft
