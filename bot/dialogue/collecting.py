"""A long text that comes in parts, joined with nothing in between (dialogue page §6.4)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.course import Course
from bot.dialogue.fields import Refusal, measure, normalise, says_something
from bot.dialogue.intake import answer, refuse
from config.campaign import Field


def collect(course: Course, field: Field, text: str) -> None:
    """One more part of a long text; judged at 完, or at once where a part alone is over the limit (§6.4)."""
    parts = (*course.state.collected, text)
    joined = normalise(course.world.labels.strip_own(field, "".join(parts)))
    count = measure(field, joined)
    over = bool(field.limit) and count > field.limit
    if over and (len(parts) == 1 or measure(field, normalise(text)) > field.limit):
        _judge(course, field, parts)
        return
    course.update(collected=parts)
    course.say("part_over" if over else "part", part=len(parts), count=count, limit=field.limit)


def finish(course: Course, field: Field) -> None:
    """完: join the parts with nothing in between, and store or refuse the whole."""
    if not course.state.collected:
        course.refuse("empty")
        course.say("error_nothing_collected", help=field.help)
        return
    _judge(course, field, course.state.collected)


def _judge(course: Course, field: Field, parts: Sequence[str]) -> None:
    course.update(collected=())
    text = "".join(parts)
    if not says_something(text):
        refuse(course, field, Refusal("empty"))
        return
    answer(course, field, text)
