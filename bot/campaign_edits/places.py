"""Which places of a campaign's files the office may change while it runs. Pure.

What is not here is the notice's own or changes what was already handed in: it is changed in the files, between
campaigns. Dates that people were told are moved with a preview (`bot.staff.dates`), not edited.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.campaign_edits.values import Kind

ANY = "*"
KEEP_UNTIL = "campaign/keep_until"


class Topic(StrEnum):
    """What belongs together on a page."""

    CONTACT = "contact"
    BODIES = "bodies"
    CALENDAR = "calendar"
    REMINDERS = "reminders"
    STAGES = "stages"
    VISITS = "visits"
    RESULTS = "results"
    ARCHIVE = "archive"
    WORDING = "wording"


@dataclass(frozen=True, slots=True)
class Place:
    """A place, or all places of one shape: `*` stands for any key."""

    pattern: str
    topic: Topic
    label: str  # key of the phrase that names it
    kind: Kind


PLACES: tuple[Place, ...] = (
    Place("campaign/contact/person", Topic.CONTACT, "edit_contact_person", Kind.LINE),
    Place("campaign/contact/phone", Topic.CONTACT, "edit_contact_phone", Kind.PHONE),
    Place("campaign/contact/email", Topic.CONTACT, "edit_contact_email", Kind.EMAIL),
    Place("campaign/contact/address", Topic.CONTACT, "edit_contact_address", Kind.LINE),
    Place("campaign/contact/office", Topic.CONTACT, "edit_contact_office", Kind.LINE),
    Place("campaign/contact/office_short", Topic.CONTACT, "edit_contact_office_short", Kind.LINE),
    Place("campaign/body/*", Topic.BODIES, "edit_body", Kind.ROW),
    Place("campaign/body/*/name", Topic.BODIES, "edit_body_name", Kind.LINE),
    Place("campaign/body/*/aliases", Topic.BODIES, "edit_body_aliases", Kind.LINES),
    Place("campaign/ends", Topic.CALENDAR, "edit_ends", Kind.DATE),
    Place("reminders/workday/*", Topic.CALENDAR, "edit_workday", Kind.ROW),
    Place("reminders/windows", Topic.REMINDERS, "edit_reminder_windows", Kind.SPANS),
    Place("reminders/hours", Topic.REMINDERS, "edit_reminder_hours", Kind.SPANS),
    Place("reminders/rule/*", Topic.REMINDERS, "edit_reminder_rule", Kind.ROW),
    Place("reminders/rule/*/days", Topic.REMINDERS, "edit_reminder_days", Kind.NUMBERS),
    Place("stages/stage/*/label", Topic.STAGES, "edit_stage_label", Kind.LINE),
    Place("stages/stage/*/public_label", Topic.STAGES, "edit_stage_public_label", Kind.LINE),
    Place("visits/slots", Topic.VISITS, "edit_visit_slots", Kind.SPANS),
    Place("visits/hours", Topic.VISITS, "edit_visit_hours", Kind.SPANS),
    Place("visits/minutes", Topic.VISITS, "edit_visit_minutes", Kind.NUMBER),
    Place("visits/travel_minutes", Topic.VISITS, "edit_visit_travel", Kind.NUMBER),
    Place("visits/patience", Topic.VISITS, "edit_visit_patience", Kind.NUMBER),
    Place("visits/least_team", Topic.VISITS, "edit_visit_team", Kind.NUMBER),
    Place("visits/bodies_see", Topic.VISITS, "edit_visit_bodies", Kind.FLAG),
    Place("visits/prepare", Topic.VISITS, "edit_visit_prepare", Kind.LINES),
    Place("results/place", Topic.RESULTS, "edit_result_place", Kind.LINE),
    Place("results/workdays", Topic.RESULTS, "edit_result_workdays", Kind.NUMBER),
    Place("results/channel", Topic.RESULTS, "edit_result_channel", Kind.LINE),
    Place(KEEP_UNTIL, Topic.ARCHIVE, "edit_keep_until", Kind.ROW),  # by an act of its own: bot.work.archive
    Place("phrases/*", Topic.WORDING, "edit_phrase", Kind.WORDING),
)


def place_of(path: str) -> Place | None:
    """The place that a path leads to; None for one that is not to be changed."""
    keys = path.split("/")
    return next((place for place in PLACES if _fits(place.pattern.split("/"), keys)), None)


def _fits(pattern: list[str], keys: list[str]) -> bool:
    return len(pattern) == len(keys) and all(
        part == key or (part == ANY and bool(key)) for part, key in zip(pattern, keys, strict=True)
    )
