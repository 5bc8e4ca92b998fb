"""The self-check (自查) inside the conversation: begun and left by a word, side questions answered between."""

from __future__ import annotations

from bot.dialogue import chat, declaring, pages, selfcheck
from bot.dialogue.course import Course
from bot.dialogue.effects import HandOutSelfCheck
from bot.dialogue.questions import asks
from bot.dialogue.selfcheck import SelfCheck, Step
from bot.dialogue.words import Command, read_command
from bot.review.selfcheck import questions

_STAYING = frozenset(
    {
        Command.HELP,
        Command.PROGRESS,
        Command.PREVIEW,
        Command.MINE,
        Command.PRINT,
        Command.PAGE,
        Command.MORE,
        Command.SELF_CHECK,
        Command.SELF_CHECK_ANEW,
        Command.SELF_CHECK_SHEET,
    }
)
"""Commands after which the self-check goes on; every other one ends it."""


def begin(course: Course) -> None:
    """自查: the first question, or what earlier answers left open."""
    _begin(course, course.selfcheck())


def begin_anew(course: Course) -> None:
    """重新自查: earlier answers are forgotten."""
    _begin(course, None)


def _begin(course: Course, known: SelfCheck | None) -> None:
    if course.world.by_mail and questions(course.campaign.standard):
        course.do(HandOutSelfCheck(course.subject()))
        course.say("mail_selfcheck")
    elif questions(course.campaign.standard):
        _show(course, selfcheck.begin(course.campaign, known))
    else:
        course.say("selfcheck_none")
        pages.ask_again(course)


def take(course: Course, text: str, plain: str) -> bool:
    """A message while the self-check runs; False if it is to be read as usual (the self-check may have ended)."""
    step = selfcheck.take(course.selfcheck(), text, course.campaign)
    if step is not None:
        _show(course, step)
        return True
    command = read_command(plain)
    if command is not None:
        if command not in _STAYING:
            course.update(checking=False)
        return False
    if declaring.read_declarations(course.campaign, text) is not None:
        return False
    if course.world.labels.correction(text) or any(part.sure for part in course.world.labels.values(text)):
        course.update(checking=False)
        return False
    if asks(text) or course.world.knowledge.stated(text, course.state.asked):
        chat.answer(course, text)
        return True
    if chat.smalltalk(course, plain):
        return True
    course.say("selfcheck_unclear")
    pages.ask_again(course)
    return True


def _show(course: Course, step: Step) -> None:
    checks = {**course.state.selfchecks, course.subject(): dict(step.state.answers)}
    course.update(selfchecks=checks, checking=not step.finished)
    for reply in step.replies:
        course.say_text(reply.text)
    course.offer(*step.replies[-1].choices)
    if step.finished:
        course.say("selfcheck_sheet_offer")
        pages.ask_again(course)


def sheet(course: Course) -> None:
    """自查表: the printable sheet, as a file."""
    if not course.selfcheck().answers:
        course.say("selfcheck_no_sheet")
    else:
        course.do(HandOutSelfCheck(course.subject()))
        course.say("selfcheck_sheet_wait")
    pages.ask_again(course)
