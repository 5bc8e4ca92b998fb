"""The reminders that were sent, each with what it is about and whom it went to."""

from __future__ import annotations

from dataclasses import dataclass

from bot.console.outbox_log import list_outbox
from bot.console.query import OutboxQuery
from bot.ports import Store
from bot.ports_console import ListedMessage, Page, Scope
from bot.reminders.planned import told_by
from bot.reminders.words import contact_of
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class SentReminder:
    """A reminder to send, or sent."""

    message: ListedMessage
    subject: str  # number of the application, or id of the body
    about: str  # its unit or its name; "" where it has none
    reader: str  # the name; else the unit, else the address


def list_reminders(
    store: Store, campaign: Campaign, scope: Scope, query: OutboxQuery
) -> Page[SentReminder, str]:
    """The page that is asked for; sums by state, whatever state is asked for. Nothing for anybody but the office."""
    found = list_outbox(store, scope, query)
    held = store.applications_among({one.person for one in found.rows if one.person})
    about = {body.id: body.name for body in campaign.bodies}
    about |= {one.number: one.values.get(campaign.form.unit_field, "") for one in held}
    contacts = {one.number: contact_of(campaign, one)[0] for one in held}
    rows = []
    for one in found.rows:
        told = told_by(one.key)
        subject = told[2] if told else ""
        unit = about.get(subject, "")
        reader = one.name or contacts.get(subject) or unit or one.address
        rows.append(SentReminder(one, subject, unit, reader))
    return Page(tuple(rows), found.total, found.sums)
