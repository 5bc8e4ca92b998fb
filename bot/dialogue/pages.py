"""What the bot shows: the field it asks for, the whole form, the progress."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.dialogue import selfcheck
from bot.dialogue.course import Course
from bot.model.message import Choice
from bot.review.debts import Debt, debt_labels, owes
from bot.staff.dossier import RETURN_DUE, RETURN_REASON
from config.campaign import Field, FieldKind, Form

CONFIRM = Choice("确认提交", "确认")
KEEP = Choice("取消", "取消")
APPLY = Choice("我要申报", "我要申报")
PROGRESS = Choice("查看进度", "进度")
HELP = Choice("帮助", "帮助")
ORDERS = Choice("可以办理的事项", "指令")


def ask(course: Course) -> None:
    """Ask for the field that is to be filled next; the confirmation page where none is left.

    A mail asks for all of them at once, by itself.
    """
    if course.world.by_mail:
        return
    field = course.asking()
    if field is None:
        if course.status == "complete":
            confirmation(course)
        return
    if course.state.detours:
        if not course.values.get(field.id):
            course.say("ask_change_empty", label=field.label, question=field.question)
        else:
            parts = field.kind is FieldKind.COLLECTED
            course.say("ask_change_parts" if parts else "ask_change", label=field.label)
    else:
        course.say("ask", number=field.number, question=field.question)


def ask_again(course: Course) -> None:
    """After an aside: the same question once more, in one line."""
    if course.world.by_mail or course.campaign.keep_until is not None:
        return  # a mail is answered in one piece; what is sealed asks for nothing
    field = course.asking()
    if course.state.checking:
        again = selfcheck.ask_again(course.selfcheck(), course.campaign)
        if again is not None:
            course.say_text(again.text)
            course.offer(*again.choices)
    elif field is not None:
        course.say("ask_again", number=field.number, question=field.question)
    elif course.status == "complete":
        course.say("hint_complete")
        course.offer(CONFIRM, PROGRESS)


def cancelled(course: Course) -> None:
    """What was pending is dropped; where one stands now."""
    application = course.application
    if application is not None and course.status == "submitted":
        course.say("cancelled_submitted", receipt=application.receipt)
    else:
        course.say("cancelled")


def offer_start(course: Course) -> None:
    """Where there is no application: how to begin one, or what somebody with a role can say."""
    if course.world.has_role:
        course.say("how_to_work")
        course.offer(ORDERS, HELP)
        return
    if course.campaign.keep_until is not None:
        archived(course)
        return
    course.say("how_to_start")
    course.offer(APPLY, HELP)


def archived(course: Course) -> None:
    """The campaign is sealed: nothing is taken any more, questions are."""
    course.say("archive_said", phone=course.campaign.contact.phone)


def confirmation(course: Course) -> None:
    """The page on which 确认 submits. A mail holds it anyway."""
    if course.world.by_mail:
        return
    form(course)
    course.say("page_tail")
    course.offer(CONFIRM, PROGRESS)


def form(course: Course) -> None:
    """All items with number, 栏目 and value; long texts shortened."""
    application = course.application
    if application is None:
        course.say("progress_none")
        return
    head = {"complete": "page_head", "draft": "page_head_draft"}.get(course.status, "page_head_submitted")
    course.say(head, form=course.form.title, state=course.state_label(application))
    for field in course.form.fields:
        value = course.values.get(field.id)
        shown = course.show(field, value) if value else course.phrase("page_empty")
        course.say("page_item", number=field.number, label=field.label, value=shown)
    _amendments(course)


def progress(course: Course) -> None:
    """What is still empty, or how far the application has come."""
    application = course.application
    if application is None:
        if course.world.has_role:
            offer_start(course)
        else:
            course.say("progress_none")
        return
    missing = course.missing()
    count = len(course.form.fields)
    course.say(
        f"progress_{course.status}",
        unit=course.unit_name(application),
        filled=count - len(missing),
        count=count,
        missing=course.names(missing),
        state=course.campaign.stage(application.stage).public_label,
        receipt=application.receipt,
    )
    if not returned(course) and course.status in ("draft", "complete"):
        deadline = course.campaign.clause(course.campaign.deadline_clause).label
        course.say("progress_deadline", deadline=course.campaign.deadline_words, clause=deadline)
    elif course.status == "submitted":
        debts(course)
    _amendments(course)


def returned(course: Course) -> bool:
    """Say what is to be put right and until when; False for what was not returned."""
    dossier = course.application.dossier if course.application else {}
    if RETURN_REASON not in dossier:
        return False
    due = date.fromisoformat(dossier[RETURN_DUE])
    course.say("progress_returned", reason=dossier[RETURN_REASON], month=due.month, day=due.day)
    return True


def debts(course: Course) -> tuple[str, ...]:
    """Say what is still owed beside the form, by name, or that nothing is; the ids of what is owed."""
    application = course.application
    if application is None:
        return ()
    owed = owes(course.campaign, application)
    if owed:
        course.say("debts", debts="、".join(debt_labels(course.campaign, owed)))
    elif not course.campaign.stage(application.stage).final:
        course.say("debts_none")
    if Debt.DECLARATIONS in owed:
        course.say("debts_declare")
    return owed


def _amendments(course: Course) -> None:
    if course.state.amendments:
        course.say("progress_amending", items=amendment_items(course))


def amendment_items(course: Course) -> str:
    """The changes gathered after submission, in one line."""
    return "、".join(
        item(course, course.form.field(name), value) for name, value in course.state.amendments.items()
    )


def item(course: Course, field: Field, value: str) -> str:
    """One field and its value in one line."""
    return course.phrase("item", label=field.label, value=course.show(field, value))


def is_long(field: Field) -> bool:
    """Whether a field takes a long text, in one message or in parts."""
    return field.kind in (FieldKind.TEXT, FieldKind.COLLECTED)


def is_complete(form: Form, values: Mapping[str, str]) -> bool:
    """Whether every item of the form has a value."""
    return all(values.get(field.id) for field in form.fields)
