"""What the deadline and the stage of an application still allow (dialogue page §8, commands page §13)."""

from __future__ import annotations

from bot.dialogue.course import Course
from bot.dialogue.effects import RecordLate


def refuse_late(course: Course, what: str, text: str) -> None:
    """Refuse what comes after the deadline; the attempt is kept, nothing is judged.

    `what`: start | submit | amend | withdraw. `text` is what the person wanted to say.
    """
    campaign = course.campaign
    course.refuse("late")
    course.say(
        "late_change" if what in ("amend", "withdraw") else "late",
        deadline=campaign.deadline_words,
        action=course.phrase(f"late_{what}"),
        lateness=campaign.lateness_words,
        clause=campaign.clause(campaign.deadline_clause).label,
        office=campaign.contact.office_short,
        phone=campaign.contact.phone,
    )
    application = course.application
    course.do(RecordLate(application.id if application and what != "start" else None, what, text))


def open_to_change(course: Course, text: str) -> bool:
    """Whether the current application may be changed now; says why not."""
    if course.status != "submitted":
        return True
    stage = course.stage
    if stage is not None and not stage.editable:
        contact = course.campaign.contact
        course.say("locked", state=stage.public_label, office=contact.office_short, phone=contact.phone)
        return False
    if course.late:
        course.update(detours=(), amendments={}, collected=(), back=0)
        refuse_late(course, "amend", text)
        return False
    return True
