"""A visit as an invitation for calendars (iCalendar, RFC 5545 and 5546). Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.model.visit import VisitVersion
from bot.visits.wording import checklist, numbered, spoken_team
from config.campaign import Campaign

if TYPE_CHECKING:  # loaded with the first invitation, not with the service
    from icalendar import Event


def invitation(campaign: Campaign, version: VisitVersion, unit: str, attendee: str) -> bytes:
    """The version as a .ics file. Versions of a visit share the UID and count up, so that calendars replace it."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//{campaign.contact.office}//{campaign.id}//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if version.cancelled else "REQUEST")
    calendar.add_component(_event(campaign, version, unit, attendee))
    return bytes(calendar.to_ical())


def _event(campaign: Campaign, version: VisitVersion, unit: str, attendee: str) -> Event:
    from icalendar import Event, vCalAddress, vText

    plan, phrases = version.plan, campaign.phrases
    event = Event()
    event.add("uid", f"visit-{version.visit}.{campaign.id}@{campaign.contact.email.rpartition('@')[2]}")
    event.add("sequence", version.version)
    event.add("dtstamp", version.settled_at or version.at)
    event.add("dtstart", datetime.combine(plan.day, plan.start, campaign.zone))
    event.add("dtend", datetime.combine(plan.day, plan.end, campaign.zone))
    event.add("summary", phrases["visit_ics_title"].format(unit=unit))
    event.add("location", plan.place or unit)
    event.add("description", _description(campaign, version))
    event.add("status", "CANCELLED" if version.cancelled else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{campaign.contact.email}")
    organizer.params["CN"] = vText(campaign.contact.office)
    event.add("organizer", organizer)
    if attendee:
        invited = vCalAddress(f"mailto:{attendee}")
        invited.params["RSVP"] = vText("FALSE")
        event.add("attendee", invited)
    return event


def _description(campaign: Campaign, version: VisitVersion) -> str:
    plan = version.plan
    asked = campaign.phrases["visit_ics_contact"].format(contact=plan.contact, phone=plan.phone)
    return f"{spoken_team(campaign, plan)}\n{asked}\n{numbered(checklist(campaign, plan))}"
