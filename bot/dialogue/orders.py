"""The commands (dialogue page §7): what each of them does to the conversation."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.dialogue import intake, pages, takeover
from bot.dialogue.course import Course
from bot.dialogue.effects import HandOutForm
from bot.dialogue.fields import normalise_line
from bot.dialogue.filing import confirm, start, submit, withdraw
from bot.dialogue.units import unit_key
from bot.dialogue.words import Command
from bot.model.message import Choice
from config.campaign import FieldKind

_SWITCH = re.compile(r"(?:切换到|切换至|换到)[：:“\"\s]*(?P<name>.+?)[”\"\s]*")


def obey(course: Course, command: Command) -> None:
    """Carry out a command that is the whole message."""
    _ORDERS[command](course)


def _apply(course: Course) -> None:
    if course.status in ("draft", "complete"):
        course.say("going_on")
        pages.ask(course)
    else:
        start(course, another=False)


def _another(course: Course) -> None:
    start(course, another=True)


def _mine(course: Course) -> None:
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


def read_switch(plain: str) -> str | None:
    """The unit's name in 切换到〈单位名称〉, or None."""
    match = _SWITCH.fullmatch(plain.strip().rstrip("。！!"))
    return match["name"] if match else None


def switch(course: Course, name: str) -> None:
    """Turn to another application of the same person, by its unit's name or its place in 我的申报."""
    names = course.campaign.units
    key = unit_key(names, name)
    for number, application in enumerate(course.applications, 1):
        unit = application.values.get(course.form.unit_field, "")
        if (unit and unit_key(names, unit) == key) or name in (str(number), f"第{number}份", f"第{number}个"):
            course.turn_to(application.id)
            course.say("switched", unit=course.unit_name(application), state=course.state_label(application))
            pages.ask(course)
            return
    course.say("no_such_unit", unit=normalise_line(name))
    pages.ask_again(course)


def _progress(course: Course) -> None:
    pages.progress(course)
    pages.ask_again(course)


def _preview(course: Course) -> None:
    if course.status == "complete" and not course.state.detours:
        pages.confirmation(course)
        return
    pages.form(course)
    pages.ask_again(course)


def _back(course: Course) -> None:
    back = course.state.back + 1
    if course.application is None or course.status == "withdrawn" or back > len(course.state.trail):
        course.say("no_back")
        pages.ask_again(course)
        return
    if not open_to_change(course, "上一步"):
        return
    field = course.form.field(course.state.trail[-back])
    # a step further back replaces the step before, so that the course goes on where it was
    earlier = course.state.detours[:-1] if course.state.back else course.state.detours
    course.update(back=back, detours=(*earlier, field.id), collected=(), failures=0)
    course.say("going_back", label=field.label)
    pages.ask(course)


def _skip(course: Course) -> None:
    field = course.asking()
    if field is None:
        _nothing(course)
        return
    course.update(collected=(), failures=0)
    if course.state.detours:
        course.update(detours=course.state.detours[:-1], back=0)
        course.say("skipped_kept" if course.values.get(field.id) else "skipped", label=field.label)
        pages.ask(course)
        return
    others = [other for other in course.missing() if other.id != field.id]
    if not others:
        course.say("skip_last", label=field.label)
        pages.ask_again(course)
        return
    skipped = (*course.state.skipped, field.id)
    if all(other.id in skipped for other in others):
        skipped = (field.id,)  # every other one was skipped before: their turn again
    course.update(skipped=skipped, main="")
    course.say("skipped", label=field.label)
    pages.ask(course)


def _restart(course: Course) -> None:
    if course.status in ("draft", "complete"):
        course.update(pending="restart")
        course.say("ask_restart")
        course.offer(Choice("确认清空", "确认"), pages.KEEP)
    else:
        course.say({"submitted": "not_restartable", "withdrawn": "already_withdrawn"}.get(course.status, "how_to_start"))


def _withdraw(course: Course) -> None:
    if course.status != "submitted":
        course.say(
            {"none": "how_to_start", "withdrawn": "already_withdrawn"}.get(course.status, "not_withdrawable")
        )
        pages.ask_again(course)
        return
    withdraw(course, confirmed=False)


def _cancel(course: Course) -> None:
    state = course.state
    if state.collected:
        course.update(collected=())
        course.say("parts_dropped")
    elif state.detours or state.amendments:
        course.update(detours=(), amendments={}, back=0, failures=0)
        course.say("cancelled")
    else:
        course.say("nothing_to_cancel")
    if course.state.detours or course.status == "draft":
        pages.ask(course)
    else:
        pages.ask_again(course)


def _pause(course: Course) -> None:
    course.say("leaving" if course.status in ("draft", "complete") else "leaving_submitted")


def _resume(course: Course) -> None:
    if course.application is None:
        course.say("how_to_start")
    elif course.asking() is None and course.status != "complete":
        pages.progress(course)
    else:
        pages.ask(course)


def _help(course: Course) -> None:
    course.say("help", phone=course.campaign.contact.phone)
    pages.ask_again(course)


def _done(course: Course) -> None:
    field = course.asking()
    if field is not None and field.kind is FieldKind.COLLECTED:
        intake.finish(course, field)
    else:
        course.say("nothing_asked")
        pages.ask_again(course)


def _print(course: Course) -> None:
    application = course.application
    if application is None:
        course.say("no_form")
        return
    course.do(HandOutForm(application.id))
    course.say("form_draft_wait" if course.status == "draft" else "form_wait")
    pages.ask_again(course)


def _page(course: Course) -> None:
    application = course.application
    if application is None:
        course.say("how_to_start")
        return
    course.do(HandOutForm(application.id, page_only=True))
    course.say("page_wait")
    pages.ask_again(course)


def _more(course: Course) -> None:
    """更多: the whole clauses of the latest answer."""
    asked = course.state.asked
    answer = course.world.knowledge.answer(asked[-1], asked[:-1]) if asked else None
    if answer is None or not answer.clauses:
        course.say("no_more")
    else:
        for clause_id in answer.clauses:
            clause = course.campaign.clause(clause_id)
            course.say_text(f"〔{clause.label}〕{clause.text}")
    pages.ask_again(course)


def _nothing(course: Course) -> None:
    """A command that needs a question, where none is open."""
    if course.application is None:
        course.say("how_to_start")
    else:
        course.say("unclear", hint=course.phrase(f"hint_{course.status}"))


def open_to_change(course: Course, text: str) -> bool:
    """Whether the current application may be changed now; says why not (§8, commands page §13)."""
    if course.status == "submitted":
        stage = course.stage
        contact = course.campaign.contact
        if stage is not None and not stage.editable:
            course.say("locked", state=stage.public_label, office=contact.office_short, phone=contact.phone)
            return False
        if course.late:
            course.refuse_late("amend", text)
            return False
    return True


_ORDERS: dict[Command, Callable[[Course], None]] = {
    Command.APPLY: _apply,
    Command.ANOTHER: _another,
    Command.MINE: _mine,
    Command.PROGRESS: _progress,
    Command.PREVIEW: _preview,
    Command.BACK: _back,
    Command.SKIP: _skip,
    Command.SUBMIT: submit,
    Command.CONFIRM: confirm,
    Command.RESTART: _restart,
    Command.WITHDRAW: _withdraw,
    Command.CANCEL: _cancel,
    Command.PAUSE: _pause,
    Command.RESUME: _resume,
    Command.HELP: _help,
    Command.DONE: _done,
    Command.ASK_TAKEOVER: takeover.ask,
    Command.GRANT_TAKEOVER: takeover.grant,
    Command.REFUSE_TAKEOVER: takeover.refuse,
    Command.PRINT: _print,
    Command.PAGE: _page,
    Command.MORE: _more,
}
