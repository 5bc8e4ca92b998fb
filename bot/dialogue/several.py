"""Several applications of one person (dialogue page §7): 我的申报, 切换到…"""

from __future__ import annotations

import re

from bot.dialogue import pages
from bot.dialogue.course import Course
from bot.dialogue.fields import normalise_line
from bot.dialogue.script import simplify
from bot.dialogue.units import unit_key
from bot.model.application import Application

_SWITCH = re.compile(r"切换(?:到|至|为)|换到")
_AROUND = "：:“”\"'「」《》〈〉 。．！!\t\u3000"
_LONGEST = 100  # characters of a unit's name with all that may stand around it


def mine(course: Course) -> None:
    """我的申报: all applications with unit and state."""
    if not course.applications:
        course.say("progress_none")
        return
    current = course.application
    course.say("mine", count=len(course.applications))
    for number, application in enumerate(course.applications, 1):
        course.say(
            "mine_item",
            number=number,
            unit=course.unit_name(application),
            state=course.state_label(application),
            mark=course.phrase("mine_current") if application is current else "",
        )
    if len(course.applications) > 1:
        course.say("mine_tail")
    pages.ask_again(course)


def read_switch(text: str) -> str | None:
    """The unit's name in 切换到〈单位名称〉, as typed ("": left out); None if the message is no such wish."""
    if len(text) > _LONGEST:
        return None
    match = _SWITCH.match(simplify(text))
    return text[match.end() :].strip(_AROUND) if match else None


def switch(course: Course, name: str) -> None:
    """Turn to another application of the same person, by its unit's name or its place in 我的申报.

    Without a name: the list to choose from.
    """
    if not name:
        mine(course)
        return
    application = _find(course, name)
    if application is None:
        course.say("no_such_unit", unit=normalise_line(name))
        pages.ask_again(course)
        return
    course.turn_to(application.id)
    course.say("switched", unit=course.unit_name(application), state=course.state_label(application))
    pages.ask(course)


def _find(course: Course, name: str) -> Application | None:
    """The application meant; of two for one unit the one that is not withdrawn."""
    names = course.campaign.units
    key = unit_key(names, name)
    found = None
    for number, application in enumerate(course.applications, 1):
        unit = application.values.get(course.form.unit_field, "")
        if unit and unit_key(names, unit) == key:
            found = application
            if course.status_of(application) != "withdrawn":
                break
        elif found is None and name in (str(number), f"第{number}份", f"第{number}个"):
            found = application
    return found
