"""The dialogue's engine: state + event + world → outcome. Pure, and the only way a conversation moves.

The order in which a message is read is the order of the dialogue page's section 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from bot.dialogue import chat, checking, declaring, filing, orders, pages, reading, scans, several, takeover
from bot.dialogue.asides import is_skip
from bot.dialogue.course import Course, Outcome, World
from bot.dialogue.effects import CHANGES, Leave, RecordLate
from bot.dialogue.fields import normalise, says_something
from bot.dialogue.script import simplify
from bot.dialogue.state import Dialogue
from bot.dialogue.understand import Said
from bot.dialogue.words import Command, is_no, is_yes, read_command
from bot.model.message import Kind

_BEGUN = ("amendments", "collected", "detours", "pending")
"""Where a conversation keeps what is on its way to a change."""


@dataclass(frozen=True, slots=True)
class Event:
    """A message of the person, delivered for the first time."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class ValuesGiven:
    """Values read elsewhere, such as from a mail: each for a named field, all at once."""

    said: tuple[Said, ...]


def step(state: Dialogue, event: Event | ValuesGiven, world: World) -> Outcome:
    """What the conversation does with one event."""
    course = Course(state, world)
    takeover.hear_notes(course)
    match event:
        case Event():
            _read(course, event)
        case ValuesGiven(said):
            course.update(pending="", checking=False)
            reading.labelled(course, said, None)
        case _:
            assert_never(event)
    scans.tell_changes(course)
    outcome = course.outcome()
    if world.campaign.keep_until is not None and _leads_to_change(state, outcome):
        course = Course(state, world)  # nothing of it is done; the conversation stays where it was
        pages.archived(course)
        return course.outcome()
    return outcome


def _leads_to_change(before: Dialogue, outcome: Outcome) -> bool:
    """Whether a step changes something, begins to, or was meant to and could not be read."""
    if outcome.errors or any(isinstance(effect, (*CHANGES, Leave, RecordLate)) for effect in outcome.effects):
        return True
    begun = [(getattr(outcome.state, name), getattr(before, name)) for name in _BEGUN]
    return any(after and after != earlier for after, earlier in begun)


def _read(course: Course, event: Event) -> None:
    """§6: not text, empty, what is pending, then the words themselves."""
    if event.kind is Kind.EVENT:
        chat.greet(course)
        return
    if event.kind is not Kind.TEXT:
        course.refuse("unsupported_type")
        course.say("error_unsupported_type", email=course.campaign.contact.email)
        pages.ask_again(course)
        return
    text = normalise(event.text)
    if not says_something(text):
        _refuse_empty(course)
        return
    plain = simplify(text)
    if course.state.pending and _settle_pending(course, plain):
        return
    if course.state.checking and checking.take(course, text, plain):
        return
    _read_text(course, event.text, text, plain)


def _refuse_empty(course: Course) -> None:
    course.refuse("empty")
    field = course.asking()
    if field is None:
        course.say("error_empty", help="")
        pages.ask_again(course)
    else:
        course.say("error_empty", help=field.help)
        course.say("send_again", label=field.label)


def _settle_pending(course: Course, plain: str) -> bool:
    """A pending 重新开始 or 撤回: done, dropped, or dropped and the message read as usual (§6)."""
    pending = course.state.pending
    course.update(pending="")
    if is_yes(plain):
        if pending == "restart":
            filing.restart(course)
        else:
            filing.withdraw(course, confirmed=True)
        return True
    if is_no(plain):
        pages.cancelled(course)
        pages.ask_again(course)
        return True
    return False


def _read_text(course: Course, raw: str, text: str, plain: str) -> None:
    """A command, a correction, a question or an aside, a long text, labelled values, a plain value (§6)."""
    command = read_command(plain)
    if command is not None:
        orders.obey(course, command, plain)
        return
    if _worded_order(course, text):
        return
    field = course.asking()
    if reading.correction(course, text, field) or chat.aside(course, text, plain, field):
        return
    if field is not None and pages.is_long(field):
        reading.long_text(course, field, raw, text)
        return
    said = course.world.labels.values(text)
    if reading.label_alone(course, text) or reading.labelled(course, said, field):
        return
    if field is None:
        _unclear(course, text)
    elif is_skip(plain):
        orders.obey(course, Command.SKIP)
    else:
        reading.plain_value(course, field, text)


def _worded_order(course: Course, text: str) -> bool:
    """A command with words of its own behind it: 切换到…, 声明…, 盖章件…; False if it is none."""
    if (unit := several.read_switch(text)) is not None:
        several.switch(course, unit)
    elif (declared := declaring.read_declarations(course.campaign, text)) is not None:
        declaring.take(course, declared)
    elif (code := scans.read_code(text)) is not None:
        scans.bind(course, code)
    else:
        return False
    return True


def _unclear(course: Course, text: str) -> None:
    """Nothing is asked, and this is no command: an answer if the notice has one, else what can be said."""
    if course.world.knowledge.stated(text, course.state.asked):
        chat.answer(course, text)
    elif course.application is None:
        pages.offer_start(course)
    elif not pages.returned(course):
        course.say("unclear", hint=course.phrase(f"hint_{course.status}"))
