"""One message, one turn, one transaction: record, read the state, decide, carry out, queue what is said."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.dialogue import pages
from bot.dialogue import state as memory
from bot.dialogue.course import Course, Outcome, World
from bot.dialogue.engine import Event, ValuesGiven, step
from bot.dialogue.state import Dialogue
from bot.model.application import Visitor
from bot.model.message import Card, CardUpdate, Channel, Inbound, Reply, Text
from bot.ports import Draft, Store
from bot.staff.dossier import given_until
from bot.work.carry_out import Deeds, row_key
from bot.work.clerk import Clerk as Clerk
from bot.work.staff_turn import answer_staff, concerns_staff
from config.campaign import Campaign

REPEAT_WINDOW = timedelta(hours=24)
PASSIVE_DELAY = 30.0  # seconds after which a reply the connection did not take is pushed


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say at once. `key` names the outbox row of the first text, "" if there is none.

    `more`: further rows wait in the outbox to be pushed.
    """

    texts: tuple[str, ...]
    key: str
    repeated: bool
    outcome: Outcome | None  # None for a message delivered again, and for a staff order
    more: bool = False


def receive(clerk: Clerk, store: Store, inbound: Inbound) -> Answer:
    """Take a message: once, whatever the number of deliveries."""
    if inbound.key is not None:
        earlier = store.earlier(inbound.key, inbound.arrived_at - REPEAT_WINDOW)
        if earlier is not None:
            return Answer(earlier.replies, _row_key(inbound, 0) if earlier.replies else "", True, None)
    visitor = store.visitor(inbound.channel, inbound.sender, inbound.name, inbound.arrived_at)
    if concerns_staff(clerk, inbound) and (said := answer_staff(clerk, store, inbound, visitor)):
        return _said(clerk, store, inbound, visitor, (*said, *_asked_again(clerk, store, inbound, visitor)))
    outcome, deeds = advance(clerk, store, inbound, visitor, Event(inbound.kind, inbound.text))
    return _said(clerk, store, inbound, visitor, outcome.replies, outcome, deeds)


def _asked_again(clerk: Clerk, store: Store, inbound: Inbound, visitor: Visitor) -> tuple[Reply, ...]:
    """What the form asks, once more, where somebody who only fills one said something beside it."""
    if not visitor.applications or clerk.staff.knows(inbound.channel, inbound.sender):
        return ()
    course = Course(memory.parse(visitor.dialogue), world_of(clerk, store, inbound, visitor))
    pages.ask_again(course)
    return course.outcome().replies


def _said(
    clerk: Clerk,
    store: Store,
    inbound: Inbound,
    visitor: Visitor,
    replies: Sequence[Reply],
    outcome: Outcome | None = None,
    deeds: Deeds | None = None,
) -> Answer:
    """Record the message and what is said to it, and queue that. Without deeds it was a staff order."""
    person = visitor.person.id
    texts = tuple(reply.text for reply in replies)
    store.record(inbound, person, texts)
    rows: list[Draft] = []
    if inbound.channel is not Channel.REPLAY:
        phrases = clerk.campaign.phrases
        rows = [
            *_rows(phrases, inbound, person, replies),
            *_greyed(phrases, inbound, person),
            *(deeds.order_rows() if deeds else ()),
        ]
        store.queue(rows, clerk.machine_now())
    more = len(rows) > 1 or deeds is None or deeds.told_others
    return Answer(texts, _row_key(inbound, 0) if texts else "", False, outcome, more)


def advance(
    clerk: Clerk,
    store: Store,
    inbound: Inbound,
    visitor: Visitor,
    event: Event | ValuesGiven,
    application: str = "",
) -> tuple[Outcome, Deeds]:
    """One step of a conversation, carried out: what it decided, and what was done.

    `application`: the one of the visitor's that is spoken of from now on; "" for the one spoken of before.
    """
    before = memory.parse(visitor.dialogue)
    state = turned_to(before, application)
    if state.staff:
        state = replace(state, staff="")
    outcome = step(state, event, world_of(clerk, store, inbound, visitor, state.current))
    deeds = Deeds(clerk.campaign, store, inbound, visitor, clerk.machine_now(), clerk.message_id)
    deeds.carry_out(outcome.effects)
    if visitor.notes:
        store.take_notes([note.id for note in visitor.notes])
    if outcome.state != before:
        store.save_dialogue(visitor.person.id, memory.dump(outcome.state), inbound.arrived_at)
    return outcome, deeds


def turned_to(state: Dialogue, application: str) -> Dialogue:
    """The state when an application is spoken of; what is pending for another one is dropped."""
    return state.on(application) if application and application != state.current else state


def apologise(clerk: Clerk, store: Store, inbound: Inbound, error: str) -> Answer:
    """Keep a message whose turn failed, to be run again, and say so. `error` is kept for staff."""
    store.record_failure(inbound, error)
    text = clerk.campaign.phrases["failed"].format(phone=clerk.campaign.contact.phone)
    key = _row_key(inbound, "failed")
    row = Draft(key, inbound.channel, None, inbound.sender, Text(text), delay=PASSIVE_DELAY, passive=True)
    store.queue([row], clerk.machine_now())
    return Answer((text,), key, False, None)


def look(clerk: Clerk, store: Store, inbound: Inbound) -> Outcome:
    """What is asked of the person who wrote, with nothing changed (for a repeated delivery)."""
    visitor = store.visitor(inbound.channel, inbound.sender, inbound.name, inbound.arrived_at)
    return Course(memory.parse(visitor.dialogue), world_of(clerk, store, inbound, visitor)).outcome()


def world_of(
    clerk: Clerk, store: Store, inbound: Inbound, visitor: Visitor, current: str | None = None
) -> World:
    """What the engine may look at while it reads this message. The look-ups cost a query each, when made.

    `current`: the application spoken of; None for the one of the conversation so far.
    """
    return World(
        _campaign_for(clerk.campaign, visitor, current),
        clerk.labels,
        clerk.knowledge,
        inbound.arrived_at,
        visitor.person,
        visitor.applications,
        visitor.notes,
        store.claim,
        clerk.new_id(),
        has_role=clerk.staff.knows(inbound.channel, inbound.sender),
        by_mail=inbound.channel is Channel.MAIL,
        materials=store.materials,
        print_of=store.print_of_code,
    )


def _campaign_for(campaign: Campaign, visitor: Visitor, current: str | None) -> Campaign:
    """The campaign with the deadline that holds for the application spoken of: a person may have given it
    time beyond the campaign's (a return's due date, leave to go on); that counts for this one alone.
    """
    held = visitor.applications
    if not any(given_until(known.dossier) for known in held):
        return campaign
    spoken_of = memory.parse(visitor.dialogue).current if current is None else current
    application = next((known for known in held if known.id == spoken_of), held[-1])
    until = given_until(application.dossier)
    return replace(campaign, deadline=max(campaign.deadline, until)) if until else campaign


def _row_key(inbound: Inbound, position: int | str) -> str:
    return f"{row_key(inbound)}#{position}"


def _greyed(phrases: Mapping[str, str], inbound: Inbound, person: int) -> list[Draft]:
    """A pressed button is greyed, so that nobody presses it again."""
    code = inbound.details.get("ResponseCode", "")
    if not code:
        return []
    update = CardUpdate(code, phrases["card_chosen"])
    return [Draft(_row_key(inbound, "grey"), inbound.channel, person, inbound.sender, update)]


def _rows(phrases: Mapping[str, str], inbound: Inbound, person: int, replies: Sequence[Reply]) -> list[Draft]:
    """The first text goes back on the open connection; the others, and buttons, are pushed after it."""
    rows: list[Draft] = []
    for position, reply in enumerate(replies):
        first = position == 0
        rows.append(
            Draft(
                _row_key(inbound, position),
                inbound.channel,
                person,
                inbound.sender,
                Text(reply.text),
                delay=PASSIVE_DELAY if first else 0.0,
                passive=first,
            )
        )
        if reply.choices:
            key = _row_key(inbound, "card")
            task = hashlib.sha256(key.encode()).hexdigest()[:32]
            card = Card(task, phrases["card_title"], phrases["card_text"], reply.choices)
            rows.append(Draft(key, inbound.channel, person, inbound.sender, card))
    return rows
