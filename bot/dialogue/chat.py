"""What is said beside the form: greetings, questions, asides. Nothing here is stored (dialogue page §6.3)."""

from __future__ import annotations

from bot.dialogue import asides, pages
from bot.dialogue.asides import Courtesy
from bot.dialogue.course import Course
from bot.dialogue.effects import RecordQuestion
from bot.dialogue.questions import asks, asks_how, may_ask, only_asks
from config.campaign import Field

_LONG_QUESTION = 40  # characters a question may have while a long text is asked (§6.4)
_LONG_ASIDE = 20
_REMEMBERED = 3  # questions kept, so that 那…呢？ can be understood
_KEPT = 200  # characters of each


def aside(course: Course, text: str, plain: str, field: Field | None) -> bool:
    """Answer a question or an aside; False if the message is neither. `field` is the one being asked."""
    long = field is not None and pages.is_long(field)
    if asks(text):
        if long and len(text) > _LONG_QUESTION:
            return False
        _explain(course, text, field)
        return True
    if long and len(text) > _LONG_ASIDE:
        return False
    if smalltalk(course, plain):
        return True
    if not long and sounds_like_a_question(course, text, field):
        _explain(course, text, field)
        return True
    return False


def smalltalk(course: Course, plain: str) -> bool:
    """Courtesy, leave-taking, abuse, unrelated wishes: answered; False if the message is none of these."""
    kind = asides.courtesy(plain)
    if kind is not None:
        _return_courtesy(course, kind)
    elif asides.is_leaving(plain):
        pause(course)
    elif asides.is_abuse(plain):
        contact = course.campaign.contact
        course.say("calm", office=contact.office_short, phone=contact.phone)
        pages.ask_again(course)
    elif asides.is_unrelated(plain):
        course.say("unrelated")
        pages.ask_again(course)
    else:
        return False
    return True


def sounds_like_a_question(course: Course, text: str, field: Field | None) -> bool:
    """A question without its mark, which the notice answers; in doubt the value wins (§6.3)."""
    if field is not None and asks_how(text):
        return True
    if not may_ask(text, field.kind if field else None):
        return False
    if any(only_asks(part.value) for part in course.world.labels.values(text)):
        return True
    return course.world.knowledge.stated(text, course.state.asked)


def _explain(course: Course, text: str, field: Field | None) -> None:
    if field is not None and asks_how(text):
        course.say("how_to_fill", label=field.label, help=field.help, example=field.example)
        pages.ask_again(course)
    else:
        answer(course, text)


def answer(course: Course, text: str) -> None:
    """Answer from the notice, then ask the same field again."""
    found = course.world.knowledge.answer(text, course.state.asked)
    course.update(asked=(*course.state.asked, text[:_KEPT])[-_REMEMBERED:])
    course.do(RecordQuestion(text, found.clauses, found.refused, found.approved))
    course.say_text(found.text)
    if found.kind == "unstated":
        course.say("question_kept", office=course.campaign.contact.office_short)
    pages.ask_again(course)


def pause(course: Course) -> None:
    """Gone for a while: everything is kept."""
    course.say("leaving" if course.status in ("draft", "complete") else "leaving_submitted")


def _return_courtesy(course: Course, kind: Courtesy) -> None:
    if course.application is None:
        if kind is Courtesy.GREETING:
            greet(course)
        else:
            course.say(kind.value)
            pages.offer_start(course)
    else:
        course.say(kind.value)
        pages.ask_again(course)


def greet(course: Course) -> None:
    """The first words: what this is and how to start, or how far one has come."""
    application = course.application
    if course.campaign.keep_until is not None:
        pages.archived(course)
    elif application is None:
        course.say("welcome", title=course.campaign.title)
        course.offer(pages.APPLY, pages.HELP)
    else:
        course.say("welcome_back", unit=course.unit_name(application), state=course.state_label(application))
        pages.ask_again(course)
