"""The end of an application's course, as the campaign's arrows draw it, and the list as it stands now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.model.application import Application
from bot.model.results import (
    CONCLUSIONS,
    FinalDecision,
    ListApproval,
    Listed,
    Outcome,
    Release,
    ReleaseKind,
    ReleaseState,
)
from bot.ports import Store
from bot.staff.moves import unit_of
from config.campaign import Campaign

SHORTLIST, PUBLISH, ANNOUNCE, AWARD = "shortlist", "publish_notice", "announce", "award"
DROP, VETO, FINISH_REVIEW = "drop", "veto", "finish_review"


@dataclass(frozen=True, slots=True)
class ListNow:
    """Who is still in the running, by number, and what has been decided about them."""

    running: tuple[Application, ...]
    decisions: Mapping[str, FinalDecision]  # the latest of each application
    suspended: frozenset[str]  # applications with an objection that is not concluded

    def decided(self, outcome: Outcome | None) -> tuple[Application, ...]:
        """Those in the running with this decision; None: those without any."""
        found = []
        for known in self.running:
            decision = self.decisions.get(known.id)
            if (decision.outcome if decision else None) is outcome:
                found.append(known)
        return tuple(found)


def target_of(campaign: Campaign, action: str) -> str:
    """The stage that an action leads to; "" where the campaign has no such action."""
    return next((arrow.target for arrow in campaign.arrows if arrow.action == action), "")


def running_stages(campaign: Campaign) -> frozenset[str]:
    """The stages in which a decision is still to be made: those from which the office may drop."""
    return frozenset(arrow.source for arrow in campaign.arrows if arrow.action == DROP)


def list_now(store: Store, campaign: Campaign) -> ListNow:
    """The list as it stands."""
    running = tuple(store.applications(stages=sorted(running_stages(campaign))))
    decisions = {decision.application: decision for decision in store.decisions()}
    return ListNow(running, decisions, suspended(store))


def suspended(store: Store) -> frozenset[str]:
    """Applications whose entry is suspended (暂缓): a mark, taken away by concluding the objection."""
    concluded = {entry.objection for entry in store.objection_entries() if entry.kind in CONCLUSIONS}
    return frozenset(
        one.application for one in store.objections() if one.application and one.number not in concluded
    )


def listed(campaign: Campaign, applications: Iterable[Application]) -> tuple[Listed, ...]:
    """Units as a list names them: by number, each under the very name in its form."""
    named = [Listed(known.id, known.number, unit_of(campaign, known)) for known in applications]
    return tuple(sorted(named, key=lambda one: one.number))


def approval_of(store: Store, units: tuple[Listed, ...]) -> ListApproval | None:
    """The leader's latest decision, if it is about exactly these units."""
    approvals = store.approvals()
    return approvals[-1] if approvals and approvals[-1].listed == units else None


def released(store: Store, kind: ReleaseKind) -> Release | None:
    """The latest release of this kind that went out."""
    return _latest(store, kind, ReleaseState.RELEASED)


def draft_of(store: Store, kind: ReleaseKind) -> Release | None:
    """The draft that waits for a second person."""
    return _latest(store, kind, ReleaseState.DRAFT)


def _latest(store: Store, kind: ReleaseKind, state: ReleaseState) -> Release | None:
    found = [one for one in store.releases() if one.kind is kind and one.state is state]
    return found[-1] if found else None
