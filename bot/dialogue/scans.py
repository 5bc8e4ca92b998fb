"""The stamped scan in the conversation: what a change does to it, and the code it is bound to.

A scan counts while the version it was printed from is the current one (commands page §4); so a changed
value voids it, and the value put back makes it count again. Nothing but the values decides it.
"""

from __future__ import annotations

import re

from bot.dialogue import pages
from bot.dialogue.course import Course
from bot.dialogue.effects import BindScan
from bot.documents.form_version import version_of
from bot.documents.print_code import check_print_code
from bot.model.application import Application
from bot.model.mail import FileKind, Material, MaterialState
from bot.review.debts import scan_counts

_BIND = re.compile(
    r"(?:盖章扫描件|盖章件|扫描件)(?:的)?(?:打印码)?[\s：:是为，,]*(?P<code>[0-9A-Za-z][0-9A-Za-z\s·-]{3,11})[。．.！!]?"
)


def tell_changes(course: Course) -> None:
    """What this step's changes did, or will do once confirmed, to a stamped scan on file."""
    for before in course.world.applications:
        if not before.dossier.get("scans"):
            continue
        after = next((known for known in course.applications if known.id == before.id), before)
        counted, counts = scan_counts(course.campaign, before), scan_counts(course.campaign, after)
        if counted and not counts:
            course.say("scan_void", code=_code(course, before))
        elif counts and not counted:
            course.say("scan_valid_again", code=_code(course, after))
        elif after is course.application:
            _tell_gathered(course, after, counts)


def _tell_gathered(course: Course, application: Application, counts: bool) -> None:
    """Changes gathered after submission: what their confirmation will do."""
    gathered = course.state.amendments
    if not course.amended or not gathered:
        return
    version = version_of(course.campaign, {**application.values, **gathered})
    will_count = version in application.dossier.get("scans", "").split()
    if counts and not will_count:
        course.say("scan_will_void", code=_code(course, application))
    elif will_count and not counts:
        course.say("scan_will_count", code=_code_of(course, application, version))


def _code(course: Course, application: Application) -> str:
    return _code_of(course, application, version_of(course.campaign, application.values))


def _code_of(course: Course, application: Application, version: str) -> str:
    """（打印码 …） of the scan of a version, "" where its code is not known."""
    for scan in _scans(course, application):
        if scan.printed == version and scan.code:
            return course.phrase("scan_code", code=scan.code)
    return ""


def _scans(course: Course, application: Application) -> list[Material]:
    on_file = course.world.materials(application.id)
    return [material for material in on_file if material.kind is FileKind.SCAN]


def read_code(text: str) -> str | None:
    """What stands for the code in 盖章件〈打印码〉, as typed; None if the message is no such wish."""
    match = _BIND.fullmatch(text) if len(text) <= 40 else None
    return match["code"].strip() if match else None


def bind(course: Course, typed: str) -> None:
    """盖章件〈打印码〉: the scan that waits for it is of the print with this code."""
    application = course.application
    if application is None:
        pages.offer_start(course)
        return
    waiting = [
        scan
        for scan in _scans(course, application)
        if scan.state is MaterialState.PENDING and not scan.printed
    ]
    code = check_print_code(typed)
    printed = course.world.print_of(code) if code else None
    if not waiting:
        course.say("scan_none_waiting", email=course.campaign.contact.email)
    elif code is None:
        course.say("scan_bad_code", code=typed)
    elif printed is None or printed.application != application.id:
        # whether it is another unit's code or nobody's is told to nobody
        course.say("scan_unknown_code", code=code)
    else:
        course.do(BindScan(application.id, printed))
        current = printed.version == version_of(course.campaign, application.values)
        course.say("scan_bound" if current else "scan_bound_old", name=waiting[-1].name, code=code)
    pages.ask_again(course)
