"""The stages as somebody outside the office may tell them apart. Pure.

From the review on, stages with one public label are one to everybody but the office: in a list, in its sums, in
what it can be asked for, and in its order.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.staff.stage_words import is_held, label_of
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class ShownStage:
    """A stage in a list. `members`: the stages it stands for, in the campaign's order; `id` is the first."""

    id: str
    label: str
    members: tuple[str, ...]


def shown_stages(campaign: Campaign, is_office: bool) -> tuple[ShownStage, ...]:
    """All stages in the campaign's order, those that look the same together."""
    if is_office:
        return tuple(ShownStage(stage.id, stage.label, (stage.id,)) for stage in campaign.stages)
    groups: dict[tuple[bool, str], list[str]] = {}
    for stage in campaign.stages:
        group = (is_held(campaign, stage.id), label_of(campaign, stage.id, is_office=False))
        groups.setdefault(group, []).append(stage.id)
    return tuple(ShownStage(found[0], label, tuple(found)) for (_, label), found in groups.items())


def settled_stages(campaign: Campaign, is_office: bool) -> tuple[str, ...]:
    """The stages in which nothing is owed any more; outside the office also those that tell of results."""
    return tuple(
        stage.id
        for stage in campaign.stages
        if stage.final or stage.replay == "withdrawn" or (not is_office and is_held(campaign, stage.id))
    )
