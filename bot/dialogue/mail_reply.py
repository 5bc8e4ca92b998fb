"""What a mail is told at its end: where one stands, and all that is open at once. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue import pages
from bot.dialogue.course import Course
from bot.mail.wording import is_returned
from bot.model.application import Application
from config.campaign import Field, FieldKind, Measure


def standing(course: Course, wishes: Sequence[str], told: Sequence[str], amended: bool) -> str:
    """The last part of a reply. `wishes`: fields to be changed; `told`: the other parts of the reply.

    A draft gets the list to fill, a complete one the read-back. `amended`: the other parts name the changes
    that wait for 确认.
    """
    application = course.application
    wanted = [course.form.field(name) for name in wishes if not name.startswith("!")]
    match course.status:
        case "none" if course.late:
            refused = course.campaign.phrases["late"].partition("{")[0]
            return "" if any(refused in text for text in told) else _none_late(course)
        case "none":
            lines = [course.phrase("mail_state_none"), *_list(course, "mail_fill", course.form.fields)]
        case "draft" | "complete" if course.late:
            return _state(course, application)
        case "draft":
            lines = [_state(course, application), *_list(course, "mail_fill", [*course.missing(), *wanted])]
        case "complete":
            lines = [_state(course, application), *_complete(course, wanted)]
        case _:
            said = application is not None and any(application.receipt in text for text in told)
            lines = [] if said and course.status == "submitted" else [_state(course, application)]
            return "\n".join([*lines, *_waits(course, wanted, amended)])
    return "\n".join([*lines, _when(course)])


def _none_late(course: Course) -> str:
    campaign = course.campaign
    return course.phrase(
        "mail_state_none_late",
        deadline=campaign.deadline_words,
        clause=campaign.clause(campaign.deadline_clause).label,
        office=campaign.contact.office_short,
        phone=campaign.contact.phone,
    )


def _state(course: Course, application: Application | None) -> str:
    stage = course.stage
    count = len(course.form.fields)
    returned = stage is not None and is_returned(course.campaign, stage.id)
    return course.phrase(
        "mail_state_returned" if returned else f"mail_state_{course.status}",
        filled=count - len(course.missing()),
        count=count,
        state=stage.public_label if stage else "",
        receipt=application.receipt if application else "",
    )


def _complete(course: Course, wanted: Sequence[Field]) -> list[str]:
    """The whole form to read again; while something else waits for 确认, that one word would not file it."""
    lines = [course.phrase("mail_read_back")]
    lines += [
        course.phrase(
            "mail_read_back_item", number=item.number, label=item.label, value=course.values.get(item.id, "")
        )
        for item in course.form.fields
    ]
    if wanted:
        lines += _list(course, "mail_change", wanted)
    lines.append(course.phrase("mail_state_pending" if course.state.pending else "mail_confirm"))
    return lines


def _waits(course: Course, wanted: Sequence[Field], amended: bool) -> list[str]:
    """What is not settled after submission."""
    lines = []
    if course.state.amendments and not amended:
        lines.append(course.phrase("mail_amending", items=pages.amendment_items(course)))
    if wanted:
        lines += _list(course, "mail_change", wanted)
    return lines


def _list(course: Course, head: str, fields: Sequence[Field]) -> list[str]:
    """A list to be filled in behind the colons; written so that it can be quoted back and read again."""
    ordered = sorted({item.number: item for item in fields}.items())
    return [
        course.phrase(head),
        *(
            course.phrase("mail_fill_item", number=number, label=item.label, help=_help(course, item))
            for number, item in ordered
        ),
    ]


def _help(course: Course, field: Field) -> str:
    """A few words without colon or brackets of their own."""
    if field.kind in (FieldKind.TEXT, FieldKind.COLLECTED):
        words = field.measure is Measure.WORDS and field.arabic_digits
        return course.phrase("mail_limit_digits" if words else "mail_limit", limit=field.limit)
    return field.help.rstrip("。").translate(str.maketrans("（）():：", "“”“”  "))


def _when(course: Course) -> str:
    campaign = course.campaign
    clause = campaign.clause(campaign.deadline_clause).label
    return course.phrase("mail_deadline", deadline=campaign.deadline_words, clause=clause)
