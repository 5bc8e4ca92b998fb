"""People talking to the engine: its effects are carried out in memory, its state goes through JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.dialogue import effects, state
from bot.dialogue.course import Answered, Outcome, World
from bot.dialogue.engine import Event, step
from bot.dialogue.understand import Labels
from bot.dialogue.units import unit_key
from bot.model.application import Application, Claim, Note, Person, Printed
from bot.model.mail import Material
from bot.model.message import Kind
from config.campaign import Campaign
from config.load import load_campaign

ROOT = Path(__file__).parents[2]
BEIJING_MORNING = datetime(2019, 7, 10, 1, tzinfo=UTC)

FORM = {
    "applicant_unit": "平顶山市卫东区水利局",
    "recommender": "卫东区法治政府建设领导小组办公室",
    "fill_date": "2019-07-10",
    "unit_name": "平顶山市卫东区水利局",
    "unit_address": "平顶山市卫东区建设路88号",
    "unit_level": "正科级",
    "leader": "王建军",
    "summary": "我单位扎实推进服务型行政执法，2018年受理案件132件，成功率96.2%。",
    "applicant_opinion": "情况属实，同意申报。",
    "contact_name": "李晓明",
    "contact_phone": "13800001111",
    "contact_email": "wdsl@126.com",
}


@cache
def campaign(name: str = "pingdingshan-2019") -> Campaign:
    """A campaign of the shipped ones, or of the tests' own."""
    shipped = ROOT / "config" / "campaigns" / name
    return load_campaign(shipped if shipped.is_dir() else ROOT / "tests" / "data" / "campaigns" / name)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer of the notice made up for the tests."""

    clauses: tuple[str, ...]
    text: str
    refused: bool
    approved: str = ""
    kind: str = "fact"


class Notice:
    """Knows one thing: questions that hold 创新加分 are answered with 10分."""

    def answer(self, question: str, context: Sequence[str] = ()) -> Answered:
        if "创新加分" in question:
            return Told(("contact",), "创新加分最多加10分。", False)
        return Told((), "通知未写明，请致电办公室。", True)

    def stated(self, question: str, context: Sequence[str] = ()) -> bool:
        return "创新加分" in question


@dataclass
class Chat:
    """All conversations of one campaign."""

    campaign: Campaign = field(default_factory=campaign)
    now: datetime = BEIJING_MORNING
    applications: dict[str, Application] = field(default_factory=dict)
    done: list[effects.Effect] = field(default_factory=list)  # of the last message
    last: Outcome | None = None

    def __post_init__(self) -> None:
        self.labels = Labels(self.campaign.form)
        self.knowledge = Notice()
        self.materials: dict[str, list[Material]] = {}  # on file, by application
        self.prints: dict[str, Printed] = {}  # by code
        self._people: dict[str, Person] = {}
        self._states: dict[str, str] = {}
        self._notes: dict[int, list[Note]] = {}
        self._count = 0

    def say(self, text: str, user: str = "u1", kind: Kind = Kind.TEXT, name: str = "") -> Outcome:
        """One message of one person; the clock moves on by 20 seconds."""
        person = self._people.setdefault(user, Person(len(self._people) + 1, user, name))
        notes = tuple(self._notes.pop(person.id, ()))
        memory = state.parse(self._states.get(user, ""))
        outcome = step(memory, Event(kind, text), self.world(person, notes))
        for effect in outcome.effects:
            self._carry_out(effect, person)
        self._states[user] = state.dump(outcome.state)
        self.done, self.last = list(outcome.effects), outcome
        self.now += timedelta(seconds=20)
        return outcome

    def state(self, user: str = "u1") -> state.Dialogue:
        """What is remembered of one person's conversation."""
        return state.parse(self._states.get(user, ""))

    def fill(self, *without: str, user: str = "u1", values: dict[str, str] | None = None) -> Outcome:
        """我要申报, then every field but those named, by label."""
        outcome = self.say("我要申报", user)
        for name, value in (values or FORM).items():
            if name not in without and not outcome.form.get(name):
                label = self.campaign.form.field(name).label
                outcome = self.say(f"{label}：{value}", user)
                if outcome.asking == "summary" and name == "summary":
                    outcome = self.say("完", user)
        return outcome

    def submit(self, user: str = "u1") -> Outcome:
        """A form filled and confirmed."""
        self.fill(user=user)
        return self.say("确认", user)

    def world(self, person: Person, notes: tuple[Note, ...] = ()) -> World:
        """What the engine may look at now."""
        held = tuple(known for known in self.applications.values() if known.holder == person.id)
        new_id = f"{self._count + 1:016x}"
        return World(
            self.campaign,
            self.labels,
            self.knowledge,
            self.now,
            person,
            held,
            notes,
            self._claim,
            new_id,
            materials=lambda application: self.materials.get(application, []),
            print_of=self.prints.get,
        )

    def _claim(self, key: str) -> Claim | None:
        labels = {person.id: person.label for person in self._people.values()}
        for known in self.applications.values():
            unit = known.values.get(self.campaign.form.unit_field, "")
            live = self.campaign.stage(known.stage).replay != "withdrawn"
            if live and unit and unit_key(self.campaign.units, unit) == key:
                return Claim(known.id, known.holder, labels[known.holder])
        return None

    def _change(self, application: str, **changes: object) -> None:
        self.applications[application] = replace(self.applications[application], **changes)  # type: ignore[arg-type]

    def _carry_out(self, effect: effects.Effect, person: Person) -> None:
        match effect:
            case effects.Start(application):
                self._count += 1
                stage = self.campaign.stages[0].id
                number = f"2019-{self._count:03d}"
                self.applications[application] = Application(application, number, person.id, stage, {})
            case effects.Revise(application, changes):
                values = {**self.applications[application].values, **{c.field: c.value for c in changes}}
                self._change(application, values={name: value for name, value in values.items() if value})
            case effects.Move(application, _, source, target, receipt):
                assert self.applications[application].stage == source
                self._change(application, stage=target)
                if receipt:
                    self._submitted(application, receipt)
            case effects.Amend(application, receipt):
                self._submitted(application, receipt)
            case effects.Transfer(application, to):
                self._change(application, holder=to)
            case effects.Drop(application):
                if not self.applications[application].values.get(self.campaign.form.unit_field):
                    del self.applications[application]
            case effects.Leave(to, kind, data, _):
                self._notes.setdefault(to, []).append(Note(0, kind, data))
            case effects.Declare(application, answers):
                self._change(application, dossier={**self.applications[application].dossier, **answers})
            case effects.RecordLate() | effects.RecordQuestion() | effects.HandOutForm():
                pass

    def _submitted(self, application: str, receipt: str) -> None:
        count = self.applications[application].submissions + 1
        self._change(application, receipt=receipt, submissions=count)


def said(outcome: Outcome) -> str:
    """All that was said, in one text."""
    return "\n".join(reply.text for reply in outcome.replies)
