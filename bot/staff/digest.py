"""What a body is told once each working day (日报): what came in, what waits for correction, what is a draft. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.model.application import Application
from config.campaign import Campaign

_RETURN = "return"  # the action that sends an application back


@dataclass(frozen=True, slots=True)
class Digest:
    """A body's day in figures. Drafts are counted, never named: a body sees a form when it is handed in."""

    new: int  # handed in since the last digest, whatever became of them
    waiting: int  # handed in and not yet looked at
    returned: int
    drafts: int

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.waiting or self.returned or self.drafts)


Seen = Mapping[str, str]
"""What the last digest knew: application id → stage and number of submissions."""


def seen_of(applications: Sequence[Application]) -> Seen:
    """What a digest of these applications knows."""
    return {one.id: f"{one.stage} {one.submissions}" for one in applications}


def digest_of(campaign: Campaign, applications: Sequence[Application], before: Seen) -> Digest:
    """A body's figures now, against what its last digest knew."""
    new = sum(one.submissions > _submissions(before.get(one.id, "")) for one in applications)
    return Digest(new, *_figures(campaign, [one.stage for one in applications]))


def has_news(campaign: Campaign, applications: Sequence[Application], before: Seen) -> bool:
    """Whether anything came in, or a figure moved, since the last digest; never where all of them are nought."""
    now = digest_of(campaign, applications, before)
    earlier = _figures(campaign, [said.partition(" ")[0] for said in before.values()])
    return not now.is_empty and (now.new > 0 or (now.waiting, now.returned, now.drafts) != earlier)


def digest_line(campaign: Campaign, digest: Digest, cutoff: date, today: date) -> str:
    """新报2件，待补正1件，草稿3件（离内部截止4天）。"""
    phrases = campaign.phrases
    counts = {
        "new": digest.new,
        "waiting": digest.waiting,
        "returned": digest.returned,
        "drafts": digest.drafts,
    }
    said = [phrases[f"digest_{name}"].format(count=count) for name, count in counts.items() if count]
    left = (cutoff - today).days
    which = phrases["digest_cutoff" if cutoff < campaign.deadline else "digest_deadline"]
    if left < 0:
        until = phrases["digest_past"].format(which=which)
    elif left == 0:
        until = phrases["digest_today"].format(which=which)
    else:
        until = phrases["digest_left"].format(which=which, days=left)
    return phrases["digest_line"].format(counts="，".join(said), until=until)


def _submissions(seen: str) -> int:
    count = seen.partition(" ")[2]
    return int(count) if count.isdecimal() else 0


def _figures(campaign: Campaign, stages: Sequence[str]) -> tuple[int, int, int]:
    """How many of the stages are waiting for the body, returned, drafts."""
    returned = {arrow.target for arrow in campaign.arrows if arrow.action == _RETURN}
    drafts = {stage.id for stage in campaign.stages if stage.replay == "draft" and stage.editable} - returned
    waiting = next((stage.id for stage in campaign.stages if stage.replay == "submitted"), "")
    return (
        sum(stage == waiting for stage in stages),
        sum(stage in returned for stage in stages),
        sum(stage in drafts for stage in stages),
    )
