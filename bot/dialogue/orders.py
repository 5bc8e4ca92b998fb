"""The commands (dialogue page §7): what each of them does to the conversation."""

from __future__ import annotations

from collections.abc import Callable

from bot.dialogue import chat, checking, collecting, declaring, pages, several, takeover, versions
from bot.dialogue.course import Course
from bot.dialogue.deadline import open_to_change
from bot.dialogue.effects import HandOutForm
from bot.dialogue.filing import confirm, start, submit, withdraw
from bot.dialogue.words import Command, read_which_new
from bot.model.message import Choice
from config.campaign import FieldKind


def obey(course: Course, command: Command, plain: str = "") -> None:
    """Carry out a command that is the whole message, `plain`, simplified."""
    if command is Command.USE_NEW:
        versions.use_new(course, read_which_new(plain))
    else:
        _ORDERS[command](course)


def _apply(course: Course) -> None:
    if course.status in ("draft", "complete"):
        course.say("going_on")
        pages.ask(course)
    else:
        start(course, another=False)


def _another(course: Course) -> None:
    start(course, another=True)


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
    if course.state.back:
        # a step further back replaces the step before, so that the course goes on where it was
        course.update(detours=course.state.detours[:-1])
    course.detour(field)
    course.update(back=back)
    course.say("going_back", label=field.label)
    pages.ask(course)


def _skip(course: Course) -> None:
    field = course.asking()
    if field is None:
        _nothing(course)
        return
    course.update(failures=0)
    if field.kind is FieldKind.COLLECTED:
        course.update(collected=())
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
    elif course.application is None:
        pages.offer_start(course)
    else:
        course.say("already_withdrawn" if course.status == "withdrawn" else "not_restartable")
        pages.ask_again(course)


def _withdraw(course: Course) -> None:
    if course.application is None:
        pages.offer_start(course)
    elif course.status == "submitted":
        withdraw(course, confirmed=False)
    else:
        course.say("already_withdrawn" if course.status == "withdrawn" else "not_withdrawable")
        pages.ask_again(course)


def _cancel(course: Course) -> None:
    state = course.state
    field = course.asking()
    if state.collected and field is not None and field.kind is FieldKind.COLLECTED:
        course.update(collected=())
        course.say("parts_dropped")
    elif state.detours or state.amendments:
        course.update(detours=(), amendments={}, back=0, failures=0)
        pages.cancelled(course)
    else:
        course.say("nothing_to_cancel")
    if course.state.detours or course.status == "draft":
        pages.ask(course)
    else:
        pages.ask_again(course)


def _resume(course: Course) -> None:
    if course.application is None:
        pages.offer_start(course)
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
        collecting.finish(course, field)
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
        pages.offer_start(course)
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
        pages.offer_start(course)
    else:
        course.say("unclear", hint=course.phrase(f"hint_{course.status}"))


_ORDERS: dict[Command, Callable[[Course], None]] = {
    Command.APPLY: _apply,
    Command.ANOTHER: _another,
    Command.MINE: several.mine,
    Command.PROGRESS: _progress,
    Command.PREVIEW: _preview,
    Command.BACK: _back,
    Command.SKIP: _skip,
    Command.SUBMIT: submit,
    Command.CONFIRM: confirm,
    Command.RESTART: _restart,
    Command.WITHDRAW: _withdraw,
    Command.CANCEL: _cancel,
    Command.PAUSE: chat.pause,
    Command.RESUME: _resume,
    Command.HELP: _help,
    Command.SELF_CHECK: checking.begin,
    Command.SELF_CHECK_ANEW: checking.begin_anew,
    Command.SELF_CHECK_SHEET: checking.sheet,
    Command.DONE: _done,
    Command.ASK_TAKEOVER: takeover.ask,
    Command.GRANT_TAKEOVER: takeover.grant,
    Command.REFUSE_TAKEOVER: takeover.refuse,
    Command.PRINT: _print,
    Command.PAGE: _page,
    Command.MORE: _more,
    Command.DECLARE: declaring.ask,
    Command.KEEP_OLD: versions.keep_old,
    Command.RESTORE: versions.restore,
}
