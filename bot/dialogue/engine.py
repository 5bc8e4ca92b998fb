"""The dialogue's engine: state + event + world → outcome. Pure, and the only way a conversation moves.

The order in which a message is read is the order of the dialogue page's section 6.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogue import filing, intake, orders, pages, takeover
from bot.dialogue.course import Course, Outcome, World
from bot.dialogue.effects import RecordQuestion
from bot.dialogue.fields import normalise, says_something
from bot.dialogue.script import simplify
from bot.dialogue.state import Dialogue
from bot.dialogue.understand import Said, asks, can_be, may_ask, only_asks
from bot.dialogue.words import (
    Command,
    is_abuse,
    is_courtesy,
    is_leaving,
    is_no,
    is_skip,
    is_unrelated,
    is_yes,
    read_command,
)
from bot.model.message import Kind
from config.campaign import Field, FieldKind

_LONG_QUESTION = 40  # characters a question may have while a long text is asked (§6.4)
_LONG_ASIDE = 20


@dataclass(frozen=True, slots=True)
class Event:
    """A message of the person, delivered for the first time."""

    kind: Kind
    text: str


def step(state: Dialogue, event: Event, world: World) -> Outcome:
    """What the conversation does with one event."""
    course = Course(state, world)
    takeover.hear_notes(course)
    _read(course, event)
    return course.outcome()


def _read(course: Course, event: Event) -> None:
    if event.kind is Kind.EVENT:
        _greet(course)
        return
    if event.kind is not Kind.TEXT:
        course.refuse("unsupported_type")
        course.say("error_unsupported_type")
        pages.ask_again(course)
        return
    text = normalise(event.text)
    if not says_something(text):
        field = course.asking()
        course.refuse("empty")
        course.say("error_empty", help=field.help if field else "")
        pages.ask_again(course)
        return
    plain = simplify(text)
    if course.state.pending and _settle_pending(course, plain):
        return
    _read_text(course, event.text, text, plain)


def _settle_pending(course: Course, plain: str) -> bool:
    """A pending 重新开始 or 撤回: done, dropped, or dropped and the message read as usual (§6.4)."""
    pending = course.state.pending
    course.update(pending="")
    if is_yes(plain):
        if pending == "restart":
            filing.restart(course)
        else:
            filing.withdraw(course, confirmed=True)
        return True
    if is_no(plain):
        course.say("cancelled")
        pages.ask_again(course)
        return True
    return False


def _read_text(course: Course, raw: str, text: str, plain: str) -> None:
    command = read_command(plain)
    if command is not None:
        orders.obey(course, command)
        return
    unit = orders.read_switch(plain)
    if unit is not None:
        orders.switch(course, text[len(plain) - len(unit) :] if plain.endswith(unit) else unit)
        return
    field = course.asking()
    long = field is not None and pages.is_long(field)
    if _correction(course, text) or _aside(course, text, plain, field, long):
        return
    if field is not None and long:
        _long_text(course, field, raw, text)
        return
    said = course.world.labels.values(text)
    if _labelled(course, said, field):
        return
    alone = course.world.labels.alone(text)
    if alone is not None:
        _ask_for(course, alone, text)
    elif field is not None and is_skip(plain):
        orders.obey(course, Command.SKIP)
    elif field is not None:
        _plain_value(course, field, text)
    else:
        _unclear(course, text)


def _correction(course: Course, text: str) -> bool:
    found = course.world.labels.correction(text)
    if found is None:
        return False
    if found.reserved:
        intake.refuse_reserved(course, found.reserved)
        pages.ask_again(course)
    elif course.application is None:
        course.say("how_to_start")
    elif course.status == "withdrawn":
        course.say("already_withdrawn")
    elif not found.field:
        items = "、".join(f"{item.number}. {item.label}" for item in course.form.fields)
        course.say("no_such_item", items=items)
        pages.ask_again(course)
    elif found.value is None or not says_something(found.value):
        _ask_for(course, found.field, text)
    elif asks(found.value):
        _answer(course, text)
    elif orders.open_to_change(course, text):
        intake.correct(course, course.form.field(found.field), found.value)
    return True


def _ask_for(course: Course, name: str, text: str) -> None:
    """改负责人, or a label alone: ask for that field; the old value stays until a new one is accepted (§6.2)."""
    if name.startswith("!"):
        intake.refuse_reserved(course, name[1:])
        pages.ask_again(course)
    elif course.application is None:
        course.say("how_to_start")
    elif course.status == "withdrawn":
        course.say("already_withdrawn")
    elif orders.open_to_change(course, text):
        others = tuple(known for known in course.state.detours if known != name)
        course.update(detours=(*others, name), collected=(), failures=0, back=0)
        pages.ask(course)


def _aside(course: Course, text: str, plain: str, field: Field | None, long: bool) -> bool:
    """Questions and asides (§6.3): nothing is stored, the same field stays asked."""
    if asks(text):
        if long and len(text) > _LONG_QUESTION:
            return False
        _answer(course, text)
        return True
    if long and len(text) > _LONG_ASIDE:
        return False
    if is_leaving(plain):
        orders.obey(course, Command.PAUSE)
    elif is_courtesy(plain):
        _courtesy(course)
    elif is_abuse(plain):
        contact = course.campaign.contact
        course.say("calm", office=contact.office_short, phone=contact.phone)
        pages.ask_again(course)
    elif is_unrelated(plain):
        course.say("unrelated")
        pages.ask_again(course)
    elif not long and _sounds_like_a_question(course, text, field):
        _answer(course, text)
    else:
        return False
    return True


def _sounds_like_a_question(course: Course, text: str, field: Field | None) -> bool:
    """A question without its mark, which the notice answers; in doubt the value wins."""
    if not may_ask(text, field.kind if field else None):
        return False
    if any(only_asks(part.value) for part in course.world.labels.values(text)):
        return True
    return course.world.knowledge.stated(text, course.state.asked)


def _answer(course: Course, text: str) -> None:
    answer = course.world.knowledge.answer(text, course.state.asked)
    course.update(asked=(*course.state.asked, text[:200])[-3:])
    course.do(RecordQuestion(text, answer.clauses, answer.refused))
    course.say_text(answer.text)
    pages.ask_again(course)


def _courtesy(course: Course) -> None:
    if course.application is None:
        _greet(course)
    else:
        course.say("courtesy")
        pages.ask_again(course)


def _greet(course: Course) -> None:
    application = course.application
    if application is None:
        course.say("welcome", title=course.campaign.title)
        course.offer(pages.APPLY, pages.HELP)
        return
    course.say("welcome_back", unit=course.unit_name(application), state=course.state_label(application))
    pages.ask_again(course)


def _long_text(course: Course, field: Field, raw: str, text: str) -> None:
    if course.world.labels.starts_other(field, text):
        _labelled(course, course.world.labels.values(text), None)
    elif course.status == "submitted" and not orders.open_to_change(course, text):
        return
    elif field.kind is FieldKind.COLLECTED:
        # parts are joined as they came: trimming one could eat a blank in the middle of the text
        first = not course.state.collected
        intake.collect(course, field, course.world.labels.strip_own(field, raw) if first else raw)
    else:
        intake.answer(course, field, text)


def _labelled(course: Course, said: tuple[Said, ...], field: Field | None) -> bool:
    """Labelled values (§6.1); such a message also starts an application."""
    given = [part for part in said if part.field]
    if not given:
        return False
    if all(part.field.startswith("!") for part in given):
        intake.labelled(course, given)
        return True
    if course.application is None:
        if not any(part.sure for part in given):
            return False
        if course.late:
            course.refuse_late("start", "")
            return True
        filing.begin(course)
        course.say("started", form=course.form.title, count=len(course.form.fields))
    if course.status == "withdrawn":
        course.say("already_withdrawn")
        return True
    if not orders.open_to_change(course, "；".join(part.value for part in given)):
        return True
    intake.labelled(course, [*_front(course, said, field), *given])
    return True


def _front(course: Course, said: tuple[Said, ...], field: Field | None) -> list[Said]:
    """What stands before the first label, where it answers the question asked: 王强，电话138…"""
    front = said[0]
    if front.field or field is None or any(part.field == field.id for part in said):
        return []
    plain = simplify(front.value)
    if is_courtesy(plain) or plain[0] in "我你您那好请麻另还补对顺再先这本咱" or len(front.value) > (field.limit or 40):
        return []
    if field.kind in (FieldKind.DATE, FieldKind.PHONE, FieldKind.EMAIL) and not can_be(field.kind, front.value):
        return []
    return [Said(field.id, front.value)]


def _plain_value(course: Course, field: Field, text: str) -> None:
    if not orders.open_to_change(course, text):
        return
    intake.answer(course, field, text)
    if may_ask(text, None) and not course.errors:
        course.say("undo", label=field.label)


def _unclear(course: Course, text: str) -> None:
    """Nothing is asked, and the message is no command: an answer if the notice has one, else what can be said."""
    if course.world.knowledge.stated(text, course.state.asked):
        _answer(course, text)
    elif course.application is None:
        course.say("how_to_start")
        course.offer(pages.APPLY, pages.HELP)
    else:
        course.say("unclear", hint=course.phrase(f"hint_{course.status}"))
