"""Versions on file (申报报告, 盖章件): 用新版, 不用新版, 恢复上一版 (product journeys A11, U16, U20)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from bot.dialogue import pages, reading
from bot.dialogue.course import Course
from bot.dialogue.effects import SettleMaterials, Settling
from bot.dialogue.understand import Said
from bot.mail.versions import Why, counting, may_replace, of_kind
from bot.model.application import Application
from bot.model.mail import FileKind, Material, MaterialState
from bot.model.message import Choice
from bot.model.spoken import spoken_date

_MOST_CHOICES = 3
_ALL = ("全部", "所有", "都用", "全都", "都")
_FIGURES = {char: value for value, char in enumerate("零一二三四五六七八九十")}
_FIGURE = re.compile(r"[0-9]{1,2}|[一二三四五六七八九十]")
_KIND_WORDS = {"表": FileKind.FORM, "件": FileKind.SCAN}  # by how a kind's name ends; a deck's all others


def use_new(course: Course, which: str = "") -> None:
    """用新版: what waits counts from now on, a form's values included; where several wait, those of them that
    `which` names (`words.read_which_new`): without it the person is asked.
    """
    application = _current(course)
    if application is None:
        return
    on_file = course.world.materials(application.id)
    every = _every_waiting(on_file)
    waiting = _waiting(on_file) if len(every) < 2 or which in _ALL else _named(which, every)
    nameless = [one for one in of_kind(on_file, FileKind.SCAN) if _waits(one) and not one.printed]
    if nameless:
        course.say("scan_needs_code", name=nameless[-1].name)
    elif not every:
        course.say("version_none_pending")
    if every and not waiting:
        _ask_which(course, every)
        return
    if waiting:
        ids = () if waiting == _waiting(on_file) else tuple(one.id for one in waiting)
        course.do(SettleMaterials(application.id, Settling.CONFIRM, ids))
    for material in waiting:
        _confirm(course, material, counting(on_file, material.kind, material.printed))
    pages.ask_again(course)


def _ask_which(course: Course, waiting: Sequence[Material]) -> None:
    """Which of several: their places, names and days."""
    zone = course.campaign.zone
    lines = [
        course.phrase(
            "version_which_line",
            place=place,
            what=_what(course, one),
            name=one.name,
            day=spoken_date(one.at.astimezone(zone)),
        )
        for place, one in enumerate(waiting, start=1)
    ]
    course.say("version_which", count=len(waiting), lines="\n".join(lines))
    places = range(1, min(len(waiting), _MOST_CHOICES) + 1)
    course.offer(
        *(Choice(f"用第{place}份", f"用新版 {place}") for place in places), Choice("全部采用", "全部用新版")
    )


def _named(which: str, waiting: Sequence[Material]) -> list[Material]:
    """Those that are meant: by kind the newest, by version (第2版) or by place; none if one of them is not there."""
    figures = [int(said) if said.isdecimal() else _FIGURES[said] for said in _FIGURE.findall(which)]
    if not figures and which:
        kind = _KIND_WORDS.get(which[-1], FileKind.DECK)
        return [one for one in _newest(waiting) if one.kind is kind]
    if which.endswith("版"):
        found = [one for one in waiting if one.version in figures]
        return found if len(found) == len(figures) else []
    if not all(1 <= figure <= len(waiting) for figure in figures):
        return []
    return [waiting[figure - 1] for figure in dict.fromkeys(figures)]


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
    return _newest(_every_waiting(on_file))


def _every_waiting(on_file: Sequence[Material]) -> list[Material]:
    """Every version that waits for a word, a scan of an unknown print left out; by version."""
    found = [one for one in on_file if _waits(one) and (one.kind is not FileKind.SCAN or one.printed)]
    return sorted(found, key=lambda one: one.version)


def _newest(waiting: Sequence[Material]) -> list[Material]:
    return list({(one.kind, one.printed): one for one in waiting}.values())


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
