"""One step of a conversation under way: what is known, what changes, what is said.

A `Course` lives for one call of `engine.step`. It gathers replies and effects and keeps the working
copy of the current application, so that the modules of this package read like the rules they carry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from bot.dialogue.by_mail import BY_MAIL
from bot.dialogue.effects import Effect, Revise
from bot.dialogue.fields import measure
from bot.dialogue.selfcheck import SelfCheck
from bot.dialogue.state import Dialogue
from bot.dialogue.understand import Labels
from bot.model.application import Application, Change, Claim, Note, Person, Printed
from bot.model.mail import Material
from bot.model.message import Choice, Reply
from bot.model.split import split
from config.campaign import Campaign, Field, FieldKind, Stage

_SHOWN = 60  # characters of a long text on a page


class Answered(Protocol):
    """An answer from the notice."""

    @property
    def clauses(self) -> tuple[str, ...]: ...
    @property
    def text(self) -> str: ...
    @property
    def refused(self) -> bool: ...
    @property
    def kind(self) -> str: ...
    @property
    def approved(self) -> str: ...


class Answers(Protocol):
    """What knows the notice (`bot.knowledge`)."""

    def answer(self, question: str, context: Sequence[str] = ()) -> Answered: ...
    def stated(self, question: str, context: Sequence[str] = ()) -> bool: ...


def _nothing_on_file(application: str) -> Sequence[Material]:
    return ()


def _no_print(code: str) -> Printed | None:
    return None


@dataclass(frozen=True, slots=True)
class World:
    """All that the engine may look at: values as of the turn's start, and look-ups made only when needed."""

    campaign: Campaign
    labels: Labels
    knowledge: Answers
    now: datetime  # the message's arrival, aware
    person: Person
    applications: tuple[Application, ...]  # held by the person, oldest first
    notes: tuple[Note, ...]
    claim_on: Callable[[str], Claim | None]  # unit key → who fills that unit's application
    new_id: str  # for an application that is begun in this step
    has_role: bool = False  # the person also works for a body, the office or a team of inspectors
    by_mail: bool = False  # the person writes mails: nothing is asked one by one, there are no buttons
    materials: Callable[[str], Sequence[Material]] = _nothing_on_file  # application id → all versions on file
    print_of: Callable[[str], Printed | None] = _no_print  # print code, canonical spelling → the print


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step decided. `asking`, `status` and `form` speak of the current application afterwards."""

    state: Dialogue
    replies: tuple[Reply, ...]
    effects: tuple[Effect, ...]
    errors: tuple[str, ...]
    asking: str | None
    status: str
    form: Mapping[str, str]


class Course:
    """The working copy of one step."""

    def __init__(self, state: Dialogue, world: World) -> None:
        self.world = world
        self.campaign = world.campaign
        self.form = world.campaign.form
        self.state = state
        self._before = state
        self.applications = list(world.applications)
        self.effects: list[Effect] = []
        self.errors: list[str] = []
        self.news: list[str] = []
        self.arrived = False  # an application was handed over to this person since their last message
        self._lines: list[str] = []
        self._choices: tuple[Choice, ...] = ()
        self._changes: dict[str, Change] = {}
        self._application: Application | None = None  # found when first asked for, until something moves
        self._missing: list[Field] | None = None
        self.today = world.now.astimezone(self.campaign.zone).date()
        self.late = self.campaign.is_late(world.now)

    # what is being spoken of

    @property
    def application(self) -> Application | None:
        """The current application; where the one turned to last is gone, the one begun last."""
        if self._application is None and self.applications:
            current = self.state.current
            self._application = next((a for a in self.applications if a.id == current), self.applications[-1])
        return self._application

    @property
    def values(self) -> Mapping[str, str]:
        application = self.application
        return application.values if application else {}

    @property
    def stage(self) -> Stage | None:
        application = self.application
        return self.campaign.stage(application.stage) if application else None

    @property
    def status(self) -> str:
        """none | draft | complete | submitted | withdrawn (dialogue page §3)."""
        application = self.application
        if application is None:
            return "none"
        known = self.campaign.stage(application.stage).replay
        return "complete" if known == "draft" and not self.missing() else known

    def status_of(self, application: Application) -> str:
        """The status of any application of this person."""
        known = self.campaign.stage(application.stage).replay
        complete = all(application.values.get(field.id) for field in self.form.fields)
        return "complete" if known == "draft" and complete else known

    def missing(self) -> list[Field]:
        """The fields still empty, in the form's order."""
        if self._missing is None:
            values = self.values
            self._missing = [field for field in self.form.fields if not values.get(field.id)]
        return self._missing

    def asking(self) -> Field | None:
        """The field that a plain value sent next would go into."""
        status, state = self.status, self.state
        if status in ("none", "withdrawn") or state.checking:
            return None
        if state.detours:
            return self.form.field(state.detours[-1])
        if status != "draft":
            return None
        missing = self.missing()
        for field in missing:
            if field.id == state.main and field.id not in state.skipped:
                return field
        return next((field for field in missing if field.id not in state.skipped), missing[0])

    @property
    def amended(self) -> bool:
        """Whether this step changed what waits for 确认 after submission."""
        return self.state.amendments != self._before.amendments

    def subject(self) -> str:
        """What a self-check belongs to: the current application's id, "" without one."""
        application = self.application
        return application.id if application else ""

    def selfcheck(self) -> SelfCheck:
        """The self-check of the current application as far as it got."""
        return SelfCheck(self.state.selfchecks.get(self.subject(), {}))

    def unit_name(self, application: Application | None) -> str:
        name = application.values.get(self.form.unit_field, "") if application else ""
        return name or self.campaign.phrases["unnamed"]

    def state_label(self, application: Application) -> str:
        status = self.status_of(application)
        label = self.campaign.stage(application.stage).public_label
        return self.phrase(f"state_{status}", label=label)

    # changing

    def update(self, **changes: Any) -> None:
        """Replace parts of the conversation's state."""
        state = self.state
        if any(getattr(state, name) != value for name, value in changes.items()):
            self.state = replace(state, **changes)

    def _forget(self) -> None:
        self._application = self._missing = None

    def detour(self, field: Field) -> None:
        """Ask for a field out of course; what was asked waits. A long text asked anew begins anew."""
        others = tuple(name for name in self.state.detours if name != field.id)
        self.update(detours=(*others, field.id), failures=0)
        if field.kind is FieldKind.COLLECTED:
            self.update(collected=())

    def put(self, application: Application) -> None:
        """Replace an application in the working copy, or add it."""
        self._forget()
        for position, known in enumerate(self.applications):
            if known.id == application.id:
                self.applications[position] = application
                return
        self.applications.append(application)

    def remove(self, application: str) -> None:
        """Take an application out of the working copy."""
        self._forget()
        self.applications = [known for known in self.applications if known.id != application]

    def set_values(self, changes: Mapping[str, str]) -> None:
        """Set or empty (value "") fields of the current application; unchanged values are no change."""
        application = self.application
        if application is None:
            raise ValueError("there is no application to change")
        values = dict(application.values)
        for field, value in changes.items():
            previous = values.get(field, "")
            if value == previous:
                continue
            first = self._changes.get(field)
            self._changes[field] = Change(field, value, first.previous if first else previous)
            if value:
                values[field] = value
            else:
                values.pop(field, None)
        self.put(replace(application, values=values))

    def do(self, effect: Effect) -> None:
        """Ask for something to be done, after the values set so far."""
        self._flush()
        self.effects.append(effect)

    def turn_to(self, application: str) -> None:
        """Make another application the current one."""
        self._flush()
        self._forget()
        self.state = self.state.on(application)

    def _flush(self) -> None:
        application = self.application
        if self._changes and application is not None:
            self.effects.append(Revise(application.id, tuple(self._changes.values())))
        self._changes = {}

    # speaking

    def phrase(self, key: str, **facts: object) -> str:
        return self.campaign.phrases[key].format_map(facts)

    def say(self, key: str, **facts: object) -> None:
        if self.world.by_mail:
            key = BY_MAIL.get(key, key)
        if key:
            self._lines.append(self.phrase(key, **facts))

    def say_text(self, text: str) -> None:
        self._lines.append(text)

    def offer(self, *choices: Choice) -> None:
        self._choices = choices

    def refuse(self, code: str) -> None:
        """Report an error code once."""
        if code not in self.errors:
            self.errors.append(code)

    def show(self, field: Field, value: str) -> str:
        """A value as replies show it: a long one is shortened, except in a mail."""
        if (
            self.world.by_mail
            or len(value) <= _SHOWN
            or field.kind not in (FieldKind.TEXT, FieldKind.COLLECTED)
        ):
            return value
        return self.phrase("page_long", start=value[: _SHOWN // 2], count=measure(field, value))

    def names(self, fields: Sequence[Field]) -> str:
        return "、".join(field.label for field in fields)

    # the end

    def outcome(self) -> Outcome:
        """What this step decided."""
        self._flush()
        asking = self.asking()
        if asking and not self.state.detours:
            self.update(main=asking.id)
        parts = split("\n".join([*self._lines, *self.news]))
        replies = [Reply(part) for part in parts]
        if replies and self._choices:
            replies[-1] = replace(replies[-1], choices=self._choices)
        return Outcome(
            self.state,
            tuple(replies),
            tuple(self.effects),
            tuple(self.errors),
            asking.id if asking else None,
            self.status,
            self.values,
        )
