"""Values on their way into the form: mirrors, duplicates, long texts in parts (dialogue page §4, §6, §9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.dialogue import pages
from bot.dialogue.course import Course
from bot.dialogue.fields import Refusal, Value, measure, read_value
from bot.dialogue.state import Wanted
from bot.dialogue.understand import Said
from bot.dialogue.units import unit_key
from bot.model.message import Choice
from config.campaign import Field, FieldKind, Measure

TAKE_OVER = Choice("申请接手", "申请接手")


def answer(course: Course, field: Field, text: str) -> None:
    """A plain value in reply to the question for `field`."""
    known = course.values
    stored = store(course, {field.id: course.world.labels.strip_own(field, text)})
    if field.id not in stored:
        _count_failure(course, field)
        if "duplicate_unit" in course.errors:
            pages.ask_again(course)
        else:
            course.say("send_again", label=field.label)
        return
    _answered(course, field)
    _acknowledge(course, stored, known)
    pages.ask(course)


def correct(course: Course, field: Field, text: str) -> None:
    """A value given out of course (地址改成…): set at once, then on with what was asked before."""
    was = course.asking()
    known = course.values
    stored = store(course, {field.id: course.world.labels.strip_own(field, text)})
    if field.id in stored:
        if was is not None and was.id == field.id:
            _leave(course, field)
        _acknowledge(course, stored, known)
        pages.ask(course)
    else:
        pages.ask_again(course)


def labelled(course: Course, said: Sequence[Said]) -> None:
    """Several values in one message: the good ones are stored, all refusals are told."""
    given: dict[str, str] = {}
    for part in said:
        if part.field.startswith("!"):
            refuse_reserved(course, part.field[1:])
        elif part.field:
            given[part.field] = part.value
    was = course.asking()
    known = course.values
    stored = store(course, given)
    if was is not None and was.id in stored:
        _answered(course, was)
    if stored:
        _acknowledge(course, stored, known)
        pages.ask(course)
    else:
        pages.ask_again(course)


def refuse_reserved(course: Course, label: str) -> None:
    """推荐意见 belongs to the recommending body."""
    course.refuse("not_applicant_field")
    course.say("error_not_applicant_field", label=label, who=course.form.reserved[label])


def store(course: Course, given: Mapping[str, str]) -> dict[str, str]:
    """Read, check and keep values; what was stored, by field. Refusals are said.

    After submission the values are gathered as amendments instead (§7).
    """
    stored: dict[str, str] = {}
    for name, text in given.items():
        field = course.form.field(name)
        value = read_value(field, text, course.today)
        if isinstance(value, Refusal):
            refuse(course, field, value)
            continue
        changes = _with_mirror(course, field, value.text, given)
        if _taken(course, changes):
            continue
        _keep(course, changes)
        stored.update(changes)
        _remark(course, field, value)
    return stored


def _current(course: Course, name: str) -> str:
    return course.state.amendments.get(name) or course.values.get(name, "")


def _with_mirror(course: Course, field: Field, value: str, given: Mapping[str, str]) -> dict[str, str]:
    """申报单位 and 单位名称 move together while the other is empty or the same (§4)."""
    changes = {field.id: value}
    mirror = field.mirrors
    if mirror and mirror not in given and _current(course, mirror) in ("", _current(course, field.id)):
        changes[mirror] = value
    return changes


def _taken(course: Course, changes: Mapping[str, str]) -> bool:
    """Whether the unit named is already in another application; says who fills it, and nothing else of it."""
    unit = changes.get(course.form.unit_field)
    return unit is not None and refuse_taken(course, unit)


def refuse_taken(course: Course, unit: str) -> bool:
    """Refuse a unit that another live application stands for; False if the unit is free."""
    application = course.application
    claim = course.world.claim_on(unit_key(course.campaign.units, unit))
    if claim is None or (application is not None and claim.application == application.id):
        return False
    course.refuse("duplicate_unit")
    if claim.holder == course.world.person.id:
        course.say("error_duplicate_own", unit=unit, who=claim.holder_label)
        return True
    contact = course.campaign.contact
    facts = {"unit": unit, "who": claim.holder_label}
    course.say("error_duplicate_unit", **facts, office=contact.office_short, phone=contact.phone)
    if course.world.by_mail:
        return True
    course.offer(TAKE_OVER)
    draft = application.id if application and course.status == "draft" else ""
    course.update(wanted=Wanted(unit, draft))
    return True


def _keep(course: Course, changes: Mapping[str, str]) -> None:
    if course.status == "submitted":
        amendments = dict(course.state.amendments)
        for name, value in changes.items():
            if value == course.values.get(name):
                amendments.pop(name, None)
            else:
                amendments[name] = value
        course.update(amendments=amendments)
    else:
        course.set_values(changes)
    if course.state.skipped:
        course.update(skipped=tuple(name for name in course.state.skipped if name not in changes))


def _remark(course: Course, field: Field, value: Value) -> None:
    if field.measure is Measure.WORDS and field.limit:
        course.say(
            "counted",
            label=field.label,
            count=measure(field, value.text),
            characters=_characters(value.text),
            limit=field.limit,
        )
    for code in value.warnings:
        course.refuse(code)
        course.say(f"warning_{code}", label=field.label)
    for hint in value.hints:
        course.say_text(hint)


def _characters(text: str) -> int:
    return sum(not char.isspace() for char in text)


def refuse(course: Course, field: Field, refusal: Refusal) -> None:
    """Say why a value is not stored."""
    course.refuse(refusal.code)
    course.say(
        f"error_{refusal.code}", label=field.label, help=field.help, count=refusal.count, limit=field.limit
    )
    if refusal.rest and pages.is_long(field):
        course.say("beyond_limit", over=refusal.count - field.limit, rest=refusal.rest)


def _count_failure(course: Course, field: Field) -> None:
    """After two refusals an example, after three the offer of a person (journey U1)."""
    failures = course.state.failures + 1
    course.update(failures=failures)
    if failures >= 2:
        course.say("example", example=field.example)
    if failures >= 3:
        contact = course.campaign.contact
        course.say("offer_person", office=contact.office_short, phone=contact.phone)


def _answered(course: Course, field: Field) -> None:
    """A question has its answer: 上一步 leads back to it."""
    trail = tuple(name for name in course.state.trail if name != field.id)
    _leave(course, field, trail=(*trail, field.id), back=0)


def _leave(course: Course, field: Field, **changes: object) -> None:
    """The field asked for has its answer: back to what was asked before. Parts of another text stay."""
    state = course.state
    course.update(
        detours=tuple(name for name in state.detours if name != field.id),
        collected=() if field.kind is FieldKind.COLLECTED else state.collected,
        failures=0,
        **changes,
    )


def _acknowledge(course: Course, stored: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Say what was stored, `known` being the values before. After submission: what waits for 确认."""
    if course.status == "submitted":
        if course.state.amendments:
            course.say("amend_taken", items=pages.amendment_items(course))
            course.offer(Choice("确认修改", "确认"), pages.KEEP)
        else:
            course.say("mail_same" if course.world.by_mail else "nothing_to_confirm")
        return
    fields = [course.form.field(name) for name in stored]
    if len(set(stored.values())) == 1:
        again = any(known.get(name) for name in stored)
        shown = course.show(fields[0], stored[fields[0].id])
        key = "taken_again" if again else "taken"
        course.say(key, label=course.names(fields), value=shown, so_far=_so_far(course))
    else:
        items = "、".join(pages.item(course, field, stored[field.id]) for field in fields)
        course.say("taken_many", count=len(fields), items=items, so_far=_so_far(course))


def _so_far(course: Course) -> str:
    """（草稿，已填5/12项）, until the page that comes when all is filled."""
    missing = len(course.missing())
    count = len(course.form.fields)
    return course.phrase("so_far", filled=count - missing, count=count) if missing else ""
