"""The guided mail mode: a whole mail goes through the dialogue in one transaction, and gets one answer.

The same engine as in the chat decides (`bot.dialogue.engine.step`), so what is filled by mail counts in WeCom
and the other way round. A mail only differs in that it says many things at once and is told all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.dialogue import state as memory
from bot.dialogue.course import Course, Outcome
from bot.dialogue.effects import CHANGES, Effect, Revise
from bot.dialogue.engine import Event, ValuesGiven
from bot.dialogue.mail_lines import looks_like_value
from bot.dialogue.mail_reply import standing
from bot.dialogue.mail_text import LONGEST, Given, read_mail_text
from bot.dialogue.questions import may_ask
from bot.dialogue.script import simplify
from bot.dialogue.understand import Said
from bot.dialogue.units import unit_key
from bot.dialogue.words import COMMANDS, Command, read_command
from bot.model.application import Visitor
from bot.model.message import Channel, Inbound, Kind, Order
from bot.ports import Store
from bot.work.carry_out import row_key
from bot.work.turn import REPEAT_WINDOW, Clerk, advance, turned_to, world_of
from bot.work.visit_mail import visit_answer

_HELD_BACK = frozenset({Command.SUBMIT, Command.CONFIRM})
_WARNINGS = frozenset({"arabic_digits"})
# of one mail, so that it holds up nobody
_MOST_OPENINGS = 3
_MOST_ORDERS = 10
_MOST_QUESTIONS = 5
_MOST_OTHERS = 30
_SHOWN_BY_ITSELF = frozenset({Command.PROGRESS})  # every answer to a draft says what is missing


@dataclass(frozen=True, slots=True)
class Talk:
    """What the dialogue makes of a mail. `texts` are paragraphs of the answer, without greeting or signature."""

    texts: tuple[str, ...]
    orders: tuple[Order, ...]  # what the answer is to enclose
    application: str | None  # the one spoken of at the end; None where there is none
    changed: bool  # whether anything of an application was changed, a gathered amendment included
    refused: tuple[str, ...]  # error codes of what was not taken
    said_something: bool  # whether the mail held a value, an order or a question
    loose: tuple[str, ...] = ()  # lines that may have been meant for the form; `texts` names them
    unread: tuple[str, ...] = ()  # the lines of a mail that held none of all these, courtesy left aside


def talk(
    clerk: Clerk, store: Store, inbound: Inbound, form: Mapping[str, str], application: str = ""
) -> Talk:
    """Take a mail: its values, then its orders, and answer its questions. For trusted senders only.

    `inbound.text` is the newest part of the mail; `form` holds values read from an attached form, which go
    before those of the text. `application` is the one the mail is about, if it is the sender's; "" for the one
    spoken of last. The sender's address must stand for the person before (`Store.bind`), else it is a new one.
    """
    if inbound.key is not None:
        earlier = store.earlier(inbound.key, inbound.arrived_at - REPEAT_WINDOW)
        if earlier is not None:
            return Talk(earlier.replies, (), application or None, False, (), True)
    conversation = _Conversation(clerk, store, inbound, application)
    if not form and (said := visit_answer(clerk, store, inbound, conversation.visitor.person)):
        store.record(inbound, conversation.visitor.person.id, said)
        return Talk(said, (), application or None, False, (), True)
    return conversation.answer(form)


class _Conversation:
    """One mail under way."""

    def __init__(self, clerk: Clerk, store: Store, inbound: Inbound, application: str) -> None:
        self.clerk = clerk
        self.store = store
        self.inbound = inbound
        self.visitor = self._arrive()
        held = {known.id for known in self.visitor.applications}
        self.about = application if application in held else ""
        self.orders: list[Order] = []
        self.refused: list[str] = []
        self.changed = False
        self.news: list[str] = []  # what the steps said
        self.answers: list[str] = []
        self._steps = 0

    def _arrive(self) -> Visitor:
        """The sender; somebody without a name gets one that is no address, because others may read it."""
        sender, now = self.inbound.sender, self.inbound.arrived_at
        visitor = self.store.visitor(Channel.MAIL, sender, "", now)
        if visitor.person.name:
            return visitor
        name = self.inbound.name if "@" not in self.inbound.name else ""
        return self.store.visitor(
            Channel.MAIL, sender, name or self.clerk.campaign.phrases["mail_person"], now
        )

    def answer(self, form: Mapping[str, str]) -> Talk:
        campaign = self.clerk.campaign
        read = read_mail_text(campaign, self.clerk.labels, self.inbound.text)
        others = read.others[:_MOST_OTHERS]
        questions = [*read.questions, *filter(self._asks, others)][:_MOST_QUESTIONS]
        orders = read.orders[:_MOST_ORDERS]
        given = bool(form or read.values)
        before = self._course()
        waiting = bool(before.state.pending)
        for word in read.openings[:_MOST_OPENINGS]:
            if self._opens(word, given):
                self._do(word)
        changed = self._values(form, read.values)
        if waiting:
            self._obey(orders)
            self._ask(questions)
        else:  # a question after 撤回 would drop what waits for 确认
            self._ask(questions)
            self._obey(orders)
        course = self._course()
        amended = course.state.amendments != before.state.amendments
        if read.is_cut:
            self.news.append(campaign.phrases["mail_cut"].format(limit=LONGEST))
        said = bool(given or read.wishes or read.openings or read.orders or questions)
        unknown = [line for line in others if line not in questions and not (said and line in read.signed)]
        loose = [line for line in unknown if looks_like_value(line)]
        loose = unknown if loose and not said else loose
        if waiting and unknown and not said:  # any other word drops what waits for 确认 (dialogue page §6)
            self._do(COMMANDS[Command.CANCEL].split()[0])
            course = self._course()
            said = True
        taken = self._taken(changed, is_read_back=course.status == "complete" and not course.late)
        told = [*taken, *self.news, *self.answers, *self._loose(loose)]
        if "duplicate_unit" not in self.refused or course.application is not None:
            told.append(standing(course, read.wishes, told, amended))
        texts = tuple(text for text in told if text)
        self.store.record(self.inbound, self.visitor.person.id, texts)
        current = course.application
        enclosed = tuple(dict.fromkeys(self.orders))
        unread = () if said or loose else tuple(unknown)
        spoken = current.id if current else None
        refused = tuple(self.refused)
        return Talk(texts, enclosed, spoken, self.changed, refused, said, tuple(loose), unread)

    def _course(self) -> Course:
        """Where the conversation stands now."""
        state = turned_to(memory.parse(self.visitor.dialogue), self.about)
        return Course(state, world_of(self.clerk, self.store, self.inbound, self.visitor))

    def _step(self, event: Event | ValuesGiven) -> Outcome:
        """One step; afterwards everything is read again, as the next one has to find it."""
        self._steps += 1
        part = replace(self.inbound, key=f"{row_key(self.inbound)}.{self._steps}")
        before = memory.parse(self.visitor.dialogue).amendments
        outcome, deeds = advance(self.clerk, self.store, part, self.visitor, event, self.about)
        self.about = ""
        self.orders += deeds.orders
        self.refused += [code for code in outcome.errors if code not in self.refused]
        self.changed = self.changed or _changes(outcome.effects) or outcome.state.amendments != before
        sender, now = self.inbound.sender, self.inbound.arrived_at
        self.visitor = self.store.visitor(Channel.MAIL, sender, "", now)
        return outcome

    def _do(self, text: str) -> None:
        self.news += _lines(self._step(Event(Kind.TEXT, text)))

    # the parts of a mail

    def _opens(self, word: str, given: bool) -> bool:
        """Whether 我要申报 still has something to begin: values begin an application by themselves."""
        status = self._course().status
        if read_command(simplify(word)) is not Command.APPLY:
            return True
        return not given if status == "none" else status not in ("draft", "complete")

    def _values(self, form: Mapping[str, str], written: Iterable[Given]) -> Mapping[str, str]:
        """All values at once, in the form's order; what was taken."""
        values = self._course().values
        given = dict(form)
        for one in written:
            if not (one.weak and (one.field in given or values.get(one.field))):
                given[one.field] = one.value
        order = {item.id: item.number for item in self.clerk.campaign.form.fields}
        said = [
            Said(name, given[name], colon=True) for name in sorted(given, key=lambda name: order.get(name, 0))
        ]
        if not said or self._begins_a_taken_unit(given):
            return {}
        outcome = self._step(ValuesGiven(tuple(said)))
        self.news += _lines(outcome)
        return {
            change.field: change.value
            for effect in outcome.effects
            if isinstance(effect, Revise)
            for change in effect.changes
        }

    def _begins_a_taken_unit(self, given: Mapping[str, str]) -> bool:
        """A mail that would begin an application for a unit somebody else fills: nothing is begun (U6)."""
        if self.visitor.applications:
            return False
        campaign = self.clerk.campaign
        names = [item.id for item in campaign.form.fields if item.mirrors == campaign.form.unit_field]
        unit = next((given[name] for name in (campaign.form.unit_field, *names) if given.get(name)), "")
        if not unit or self.store.claim(unit_key(campaign.units, unit)) is None:
            return False
        contact = campaign.contact
        told = campaign.phrases["mail_unit_taken"]
        self.news.append(told.format(unit=unit, office=contact.office_short, phone=contact.phone))
        self.refused.append("duplicate_unit")
        return True

    def _taken(self, changed: Mapping[str, str], is_read_back: bool) -> list[str]:
        """What was taken: the values, or only their names where the whole form is read back below."""
        phrases, form = self.clerk.campaign.phrases, self.clerk.campaign.form
        items = [item for item in form.fields if changed.get(item.id)]
        if not items:
            return []
        if is_read_back:
            labels = "、".join(item.label for item in items)
            return [phrases["mail_taken_names"].format(count=len(items), labels=labels)]
        lines = [phrases["mail_taken_item"].format(label=one.label, value=changed[one.id]) for one in items]
        return ["\n".join([phrases["mail_taken"].format(count=len(items)), *lines])]

    def _obey(self, orders: Sequence[str]) -> None:
        """The orders in turn. Nothing is filed while something in the same mail was not taken."""
        done: set[Command] = set()
        for word in orders:
            command = read_command(simplify(word))
            status = self._course().status
            if command in _SHOWN_BY_ITSELF and status in ("none", "draft", "complete"):
                continue
            if command in _HELD_BACK and done & _HELD_BACK:
                continue
            if command in _HELD_BACK and set(self.refused) - _WARNINGS:
                self.news.append(self.clerk.campaign.phrases["mail_held"])
                continue
            if command is not None:
                done.add(command)
            self._do(word)

    def _asks(self, line: str) -> bool:
        """A question without its mark, which the notice answers."""
        return may_ask(line, None) and self.clerk.knowledge.stated(line)

    def _ask(self, questions: Iterable[str]) -> None:
        for question in questions:
            asked = self.clerk.campaign.phrases["mail_question"].format(question=question)
            outcome = self._step(Event(Kind.TEXT, question))
            self.answers.append("\n".join([asked, *_lines(outcome)]))

    def _loose(self, lines: Sequence[str]) -> list[str]:
        """Lines that may have been meant for the form: named, so that nothing is lost in silence."""
        phrases = self.clerk.campaign.phrases
        items = [phrases["mail_loose_item"].format(line=line) for line in lines]
        return ["\n".join([phrases["mail_loose"], *items])] if items else []


def _lines(outcome: Outcome) -> list[str]:
    """What a step said, in one piece: a mail needs no parts."""
    text = "".join(reply.text for reply in outcome.replies)
    return [text] if text else []


def _changes(effects: Sequence[Effect]) -> bool:
    return any(isinstance(effect, CHANGES) for effect in effects)
