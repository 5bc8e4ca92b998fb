"""What a message says about the form, taken to the form (dialogue page §6.1, §6.2, §6.4)."""

from __future__ import annotations

import re

from bot.dialogue import chat, collecting, filing, intake, pages
from bot.dialogue.asides import courtesy, names_place
from bot.dialogue.corrections import SORRY
from bot.dialogue.course import Course
from bot.dialogue.deadline import open_to_change, refuse_late
from bot.dialogue.fields import Refusal, can_be, says_something
from bot.dialogue.people import is_person
from bot.dialogue.questions import asks, may_ask
from bot.dialogue.script import simplify
from bot.dialogue.understand import Said
from config.campaign import Field, FieldKind

_SORRY = re.compile(SORRY)
_HEADING = re.compile(r"[：:]$|如下|信息|资料|情况|内容|^[我你您请这以]")
_STRICT = (FieldKind.DATE, FieldKind.PHONE, FieldKind.EMAIL)
_LONG_CORRECTION = 200  # characters; while a long text is asked, a longer message is part of it


def correction(course: Course, text: str, field: Field | None) -> bool:
    """地址写错了，应该是…, 修改第7项: set at once, or ask for the field (§6.2). False if it is none."""
    long = field is not None and pages.is_long(field)
    if long and len(text) > _LONG_CORRECTION:
        return False
    several = course.world.labels.corrections(text)
    if several:
        if _has_open_application(course) and open_to_change(course, text):
            intake.labelled(course, several)
        return True
    found = course.world.labels.correction(text)
    if found is None or (long and not found.plain):
        return False
    if found.reserved:
        intake.refuse_reserved(course, found.reserved)
        pages.ask_again(course)
    elif found.field and found.value is not None and asks(found.value):
        chat.answer(course, text)
    elif not _has_open_application(course):
        pass
    elif not found.field:
        items = "、".join(f"{item.number}. {item.label}" for item in course.form.fields)
        course.say("no_such_item", items=items)
        pages.ask_again(course)
    elif found.value is None or not says_something(found.value):
        _ask_for(course, found.field, text)
    elif open_to_change(course, text):
        intake.correct(course, course.form.field(found.field), found.value)
    return True


def _has_open_application(course: Course) -> bool:
    """Whether there is an application whose fields can be spoken of; says why not."""
    if course.application is None:
        pages.offer_start(course)
        return False
    if course.status == "withdrawn":
        course.say("already_withdrawn")
        return False
    return True


def label_alone(course: Course, text: str) -> bool:
    """The name of a field as the whole message asks for that field. False if it is none.

    With a colon it is a value left out: that is told, and the field asked for all the same.
    """
    name = course.world.labels.alone(text)
    if name is None:
        return False
    if name.startswith("!"):
        intake.refuse_reserved(course, name[1:])
        pages.ask_again(course)
    elif _has_open_application(course):
        if text.endswith(("：", ":")):
            intake.refuse(course, course.form.field(name), Refusal("empty"))
        _ask_for(course, name, text)
    return True


def _ask_for(course: Course, name: str, text: str) -> None:
    """Ask for one field; the old value stays until a new one is accepted (§6.2)."""
    if open_to_change(course, text):
        course.detour(course.form.field(name))
        course.update(back=0)
        pages.ask(course)


def long_text(course: Course, field: Field, raw: str, text: str) -> None:
    """While a long text is asked: a message is taken whole, unless another field's label leads it (§6.4)."""
    if course.world.labels.starts_other(field, text):
        labelled(course, course.world.labels.values(text), None)
    elif _moved(course) or not open_to_change(course, text):
        return
    elif field.kind is FieldKind.COLLECTED:
        # parts are joined as they came: trimming one could eat a blank in the middle of the text
        collecting.collect(course, field, raw)
    else:
        intake.answer(course, field, text)


def labelled(course: Course, said: tuple[Said, ...], field: Field | None) -> bool:
    """Labelled values (§6.1); such a message also starts an application. False if there are none."""
    given = [part for part in said if part.field]
    if not given or _is_a_name(said, field):
        return False
    if all(part.field.startswith("!") for part in given):
        intake.labelled(course, given)
        return True
    if course.application is None:
        if course.late:
            refuse_late(course, "start", "")
            return True
        filing.begin(course)
        course.say("started", form=course.form.title, count=len(course.form.fields))
    if course.status == "withdrawn":
        course.say("already_withdrawn")
    elif open_to_change(course, "；".join(part.value for part in given)):
        intake.labelled(course, [*_front(course, said, field), *given])
    return True


def _is_a_name(said: tuple[Said, ...], field: Field | None) -> bool:
    """地址普查办公室, where a unit is asked: the label is part of the name."""
    if field is None or field.kind is not FieldKind.UNIT or len(said) != 1 or said[0].sure:
        return False
    return not said[0].field.startswith("!") and names_place(said[0].value)


def _front(course: Course, said: tuple[Said, ...], field: Field | None) -> list[Said]:
    """What stands before the first label, where it plainly answers the question asked: 王强，电话138…"""
    front = said[0].value
    if said[0].field or field is None or any(part.field in (field.id, field.mirrors) for part in said):
        return []
    plain = simplify(front)
    if _SORRY.fullmatch(plain) or courtesy(plain) or _HEADING.search(plain):
        return []
    if field.kind in _STRICT:
        fits = can_be(field.kind, plain)
    else:
        fits = names_place(plain) or (is_person(field.example) and is_person(plain))
    return [Said(field.id, front)] if fits else []


def plain_value(course: Course, field: Field, text: str) -> None:
    """The answer to the question."""
    if _moved(course) or not open_to_change(course, text):
        return
    intake.answer(course, field, text)
    if may_ask(text, None) and not course.errors:
        course.say("undo", label=field.label)


def _moved(course: Course) -> bool:
    """Whether the application was handed over just now: the words were meant for another one's question."""
    if course.arrived:
        course.say("not_taken")
        pages.ask_again(course)
    return course.arrived
