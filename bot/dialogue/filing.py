"""Opening, submitting, amending, withdrawing and restarting an application (dialogue page §7, §8)."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import intake, pages
from bot.dialogue.course import Course
from bot.dialogue.deadline import refuse_late
from bot.dialogue.effects import Amend, HandOutForm, Move, Start
from bot.documents.form_version import version_of
from bot.model.application import Application
from bot.model.message import Choice
from bot.model.spoken import spoken_time
from bot.review.debts import Debt


def start(course: Course, another: bool) -> None:
    """A new empty draft; a withdrawn application is opened again instead, unless `another` is wanted."""
    application = course.application
    if course.late:
        refuse_late(course, "start", "")
        return
    if application is not None and course.status == "withdrawn" and not another:
        _reopen(course, application)
        return
    begin(course)
    if another and application is not None:
        course.say("started_another")
    else:
        course.say("started", form=course.form.title, count=len(course.form.fields))
    pages.ask(course)


def begin(course: Course) -> None:
    """Open an empty draft and make it the current application."""
    new = Application(course.world.new_id, "", course.world.person.id, first_stage(course), {})
    course.do(Start(new.id))
    course.put(new)
    course.turn_to(new.id)
    if early := course.state.selfchecks.get(""):
        # a self-check made before there was an application was made for this one
        others = {key: check for key, check in course.state.selfchecks.items() if key}
        course.update(selfchecks={**others, new.id: early})


def first_stage(course: Course) -> str:
    """The stage in which an application begins: the first of the campaign's list."""
    return course.campaign.stages[0].id


def _reopen(course: Course, application: Application) -> None:
    unit = application.values.get(course.form.unit_field, "")
    if unit and intake.refuse_taken(course, unit):
        return
    _move(course, application, "reopen")
    course.turn_to(application.id)
    course.say("reopened")
    pages.ask(course)


def _move(course: Course, application: Application, action: str, receipt: str = "") -> bool:
    """Move along the campaign's arrow for `action`; False if there is none from here."""
    for arrow in course.campaign.arrows:
        if arrow.source == application.stage and arrow.action == action:
            course.do(Move(application.id, action, arrow.source, arrow.target, receipt))
            moved = replace(application, stage=arrow.target)
            if receipt:
                moved = replace(moved, receipt=receipt, submissions=application.submissions + 1)
            course.put(moved)
            return True
    return False


def _receipt(application: Application) -> str:
    return f"{application.number}-{application.submissions + 1}"


def submit(course: Course) -> None:
    """提交: files the form, or says what is missing."""
    application = course.application
    if application is None:
        pages.offer_start(course)
    elif course.status == "withdrawn":
        course.say("already_withdrawn")
    elif course.status == "submitted":
        _confirm_amendments(course, application)
    elif course.late:
        refuse_late(course, "submit", "")
        _move(course, application, "mark_late")
    elif course.status == "draft":
        course.refuse("incomplete")
        course.say("incomplete", missing=course.names(course.missing()))
        pages.ask_again(course)
    elif course.state.collected:
        _finish_change_first(course)
    else:
        _file(course, application)


def confirm(course: Course) -> None:
    """确认: what it confirms depends on the page; with nothing to confirm it changes nothing."""
    application = course.application
    if application is None:
        pages.offer_start(course)
    elif course.state.detours and not (course.late and course.status in ("draft", "complete")):
        _finish_change_first(course)
    elif course.status == "draft" and not course.late:
        course.say("nothing_to_confirm_draft", missing=course.names(course.missing()))
        pages.ask_again(course)
    else:
        submit(course)


def _finish_change_first(course: Course) -> None:
    field = course.asking()
    if field is not None:
        course.say("confirm_change", label=field.label)


def _file(course: Course, application: Application) -> None:
    campaign = course.campaign
    receipt = _receipt(application)
    if not _move(course, application, "submit", receipt):
        course.say("nothing_to_confirm")
        return
    course.do(HandOutForm(application.id))
    course.update(detours=(), back=0, skipped=(), trail=())
    course.say(
        "submitted", receipt=receipt, time=spoken_time(course.world.now.astimezone(course.campaign.zone))
    )
    if Debt.DECK in pages.debts(course):
        clause = campaign.clause(campaign.deadline_clause).label
        course.say("submitted_deck", email=campaign.contact.email, clause=clause)
    course.say("submitted_until", deadline=campaign.deadline_words)
    course.say("form_follows")


def _confirm_amendments(course: Course, application: Application) -> None:
    amendments = course.state.amendments
    if not amendments:
        course.say("already_submitted", receipt=application.receipt)
        return
    if course.late:
        course.update(amendments={})
        refuse_late(course, "amend", pages.amendment_items(course))
        return
    unit = amendments.get(course.form.unit_field)
    if unit and intake.refuse_taken(course, unit):
        return
    receipt = _receipt(application)
    course.set_values(amendments)
    course.do(Amend(application.id, receipt))
    changed = course.application
    if changed is not None:
        course.put(replace(changed, receipt=receipt, submissions=changed.submissions + 1))
    course.update(amendments={}, detours=(), back=0)
    course.do(HandOutForm(application.id))
    course.say("amended", receipt=receipt)
    if not application.dossier.get("scans") and _prints_anew(course, application):
        course.say("amended_print")
    course.say("form_follows")


def _prints_anew(course: Course, before: Application) -> bool:
    """Whether the paper of an application is another one now than it was before."""
    return version_of(course.campaign, before.values) != version_of(course.campaign, course.values)


def withdraw(course: Course, confirmed: bool) -> None:
    """撤回, asked for and then confirmed; only for a submitted application, in time."""
    application = course.application
    if application is None or course.status != "submitted":
        return
    stage = course.campaign.stage(application.stage)
    contact = course.campaign.contact
    if course.late:
        refuse_late(course, "withdraw", "")
    elif not any(a.source == stage.id and a.action == "withdraw" for a in course.campaign.arrows):
        course.say(
            "locked_withdraw", state=stage.public_label, office=contact.office_short, phone=contact.phone
        )
    elif confirmed:
        _move(course, application, "withdraw")
        course.update(amendments={}, detours=(), back=0)
        course.say("withdrawn")
    else:
        course.update(pending="withdraw")
        deadline = course.campaign.deadline_words
        course.say("ask_withdraw", unit=course.unit_name(application), deadline=deadline)
        course.offer(Choice("确认撤回", "确认"), pages.KEEP)


def restart(course: Course) -> None:
    """重新开始, confirmed: the draft is emptied; its history stays on record."""
    application = course.application
    if application is None:
        return
    course.set_values(dict.fromkeys(application.values, ""))
    course.turn_to(application.id)
    course.say("restarted")
    pages.ask(course)
