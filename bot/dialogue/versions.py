"""Versions on file (申报报告, 盖章件): 用新版, 不用新版, 恢复上一版 (product journeys A11, U16, U20)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.dialogue import pages, reading
from bot.dialogue.course import Course
from bot.dialogue.effects import SettleMaterials, Settling
from bot.dialogue.understand import Said
from bot.mail.versions import Why, counting, may_replace, of_kind
from bot.model.application import Application
from bot.model.mail import FileKind, Material, MaterialState


def use_new(course: Course) -> None:
    """用新版: of each kind the newest that waits counts from now on, a form's values included."""
    application = _current(course)
    if application is None:
        return
    on_file = course.world.materials(application.id)
    waiting = _waiting(on_file)
    nameless = [one for one in of_kind(on_file, FileKind.SCAN) if _waits(one) and not one.printed]
    if nameless:
        course.say("scan_needs_code", name=nameless[-1].name)
    elif not waiting:
        course.say("version_none_pending")
    if waiting:
        course.do(SettleMaterials(application.id, Settling.CONFIRM))
    for material in waiting:
        _confirm(course, material, counting(on_file, material.kind, material.printed))
    pages.ask_again(course)


def _confirm(course: Course, material: Material, rival: Material | None) -> None:
    """Say what the confirmation does; the values of a form that waited are taken like any others."""
    if material.kind is FileKind.FORM:
        course.say("version_form", name=material.name)
        values = json.loads(material.report)
        changed = {name: text for name, text in values.items() if text != course.values.get(name)}
        reading.labelled(course, tuple(Said(name, text, colon=True) for name, text in changed.items()), None)
        return
    why = may_replace(material, rival, _locked(course))
    if why is Why.NONE:
        course.say("version_confirmed", what=_what(course, material), name=material.name)
    else:
        _say_why(course, why)


def keep_old(course: Course) -> None:
    """不用新版: what waits for a confirmation is set aside."""
    application = _current(course)
    if application is None:
        return
    waiting = _waiting(course.world.materials(application.id))
    if waiting:
        course.do(SettleMaterials(application.id, Settling.REJECT))
    else:
        course.say("version_none_pending")
    for material in waiting:
        course.say("version_rejected", what=_what(course, material), name=material.name)
    pages.ask_again(course)


def restore(course: Course) -> None:
    """恢复上一版: the deck before the one that counts counts again."""
    application = _current(course)
    if application is None:
        return
    decks = of_kind(course.world.materials(application.id), FileKind.DECK)
    registered = [deck for deck in decks if deck.state is MaterialState.REGISTERED]
    if len(registered) < 2:
        course.say("version_no_earlier")
    elif _locked(course):
        _say_why(course, Why.LOCKED)
    elif course.late and not registered[-1].late:
        _say_why(course, Why.LATE)
    else:
        course.do(SettleMaterials(application.id, Settling.RESTORE))
        earlier = registered[-2]
        course.say("version_restored", what=_what(course, earlier), name=earlier.name)
    pages.ask_again(course)


def _current(course: Course) -> Application | None:
    """The current application; says how to begin one where there is none."""
    if course.application is None:
        pages.offer_start(course)
    return course.application


def _waits(material: Material) -> bool:
    return material.state is MaterialState.PENDING


def _waiting(on_file: Sequence[Material]) -> list[Material]:
    """The newest version of each kind, and of each print of scans, that waits for a word."""
    newest: dict[tuple[FileKind, str], Material] = {}
    for material in sorted(on_file, key=lambda one: one.version):
        if _waits(material) and (material.kind is not FileKind.SCAN or material.printed):
            newest[(material.kind, material.printed)] = material
    return list(newest.values())


def _locked(course: Course) -> bool:
    stage = course.stage
    return stage is not None and not stage.editable


def _say_why(course: Course, why: Why) -> None:
    stage, contact = course.stage, course.campaign.contact
    state = stage.public_label if stage else ""
    key = "version_locked" if why is Why.LOCKED else "version_late"
    course.say(key, state=state, office=contact.office_short, phone=contact.phone)


def _what(course: Course, material: Material) -> str:
    what = course.phrase(f"version_of_{material.kind}")
    return course.phrase("version_name", what=what, number=material.version)
