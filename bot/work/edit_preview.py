"""What a change of the campaign would bring about: what is shown instead, who is concerned, which reminders move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from bot.campaign_edits.places import Topic
from bot.campaign_edits.values import shown
from bot.campaign_edits.wording import sample
from bot.campaign_edits.workdays import own_workdays
from bot.model.edits import Edit
from bot.model.staff import Role
from bot.reminders.plan import plan
from bot.staff.desk import StaffAsk
from bot.work.campaign_edits import Checked, check_edit
from bot.work.dates import dated
from bot.work.edited import edited_by
from bot.work.reminder_world import roads_of, world_of
from config.campaign import Campaign

_REMINDS = (Topic.REMINDERS, Topic.CALENDAR)


@dataclass(frozen=True, slots=True)
class EditPreview:
    """What an edit would bring about."""

    before: str
    after: str
    effects: tuple[str, ...]


def preview_edit(ask: StaffAsk, path: str, value: Any) -> EditPreview:
    """What `edit` would bring about; `Refused` where it would be."""
    checked = check_edit(ask, path, value)
    kind = checked.place.kind
    effects = () if checked.value == checked.previous else tuple(_effects(ask, checked))
    return EditPreview(shown(kind, checked.previous), shown(kind, checked.value), effects)


def _effects(ask: StaffAsk, checked: Checked) -> list[str]:
    after = edited_by(ask.clerk.campaign, checked.edits).campaign
    found = []
    match checked.place.topic:
        case Topic.WORDING:
            found.append(ask.say("effect_wording", text=sample(after, str(checked.value))))
        case Topic.CONTACT:
            found.append(ask.say("effect_contact"))
        case Topic.BODIES:
            body = checked.path.split("/")[2]
            count, people = len(ask.store.applications(body)), len(ask.store.members(Role.BODY, body))
            if checked.value is not None and (count or people):
                found.append(ask.say("effect_body", count=count, people=people))
        case topic if topic in _REMINDS:
            found.append(_reminders(ask, checked, after))
    return [*found, ask.say("effect_soon")]


def _reminders(ask: StaffAsk, checked: Checked, after: Campaign) -> str:
    """How many of the reminders that are still to come move, fall away, or are new."""
    before = _planned(ask, checked.before.campaign, checked.edits[:-1])
    then = _planned(ask, after, checked.edits)
    return ask.say(
        "effect_reminders",
        moved=sum(key in then and then[key] != at for key, at in before.items()),
        gone=sum(key not in then for key in before),
        new=sum(key not in before for key in then),
    )


def _planned(ask: StaffAsk, campaign: Campaign, edits: Sequence[Edit]) -> dict[str, datetime]:
    store = ask.store
    campaign = dated(campaign, store)
    world = world_of(store, campaign, roads_of(store, ask.clerk.message_id is not None), reminded=True)
    end = datetime.combine(campaign.deadline, time.max, campaign.zone)
    items = plan(campaign, replace(world, workdays=own_workdays(edits)), ask.now, end)
    return {item.key: item.at for item in items}
