"""Whoever asked what the office has now answered is told, once; a correction reaches those who were told before.

What is due is worked out from what is on record, so it may be repeated at any time: a restart, several
processes or two passes over the same questions tell nobody twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.knowledge.approved import ApprovedKnowledge
from bot.model.answers import ApprovedAnswer, Asked
from bot.model.message import Channel, Text
from bot.ports import Draft, Store
from config.campaign import Campaign

_SHOWN = 60  # characters of a person's own question in the message

Waiting = Mapping[tuple[int, int], str]
"""(number of an answer, person) → the question of theirs that it answers."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a person is to be told of one version of an answer."""

    answer: ApprovedAnswer
    person: int
    text: str


def answered(knowledge: ApprovedKnowledge, questions: Sequence[Asked]) -> dict[tuple[int, int], str]:
    """The refused questions that an answer of the office now meets; of several the latest."""
    found: dict[tuple[int, int], str] = {}
    for asked in questions:
        name = knowledge.answer(asked.text).approved
        if name:
            found[int(name.partition(".")[0]), asked.person] = asked.text
    return found


def due(
    campaign: Campaign,
    knowledge: ApprovedKnowledge,
    versions: Sequence[ApprovedAnswer],
    waiting: Waiting,
    told: Mapping[int, int],
) -> list[Message]:
    """Who is to be told what of one answer. `versions` are all of it, `told` who knows which of them."""
    latest = versions[-1]
    texts = {answer.version: answer.text for answer in versions}
    questions = {person: text for (number, person), text in waiting.items() if number == latest.number}
    messages = []
    for person in sorted({*told, *questions} if latest.active else told):
        known = told.get(person, 0)
        if known == latest.version or (latest.active and known and texts[known] == latest.text):
            continue
        question = questions.get(person, latest.question)
        messages.append(Message(latest, person, _text(campaign, knowledge, latest, question, bool(known))))
    return messages


def _text(
    campaign: Campaign, knowledge: ApprovedKnowledge, answer: ApprovedAnswer, question: str, known: bool
) -> str:
    contact = campaign.contact
    asked = " ".join(question.split())
    shown = asked if len(asked) <= _SHOWN else asked[: _SHOWN - 2] + "……"
    if not answer.active:
        return campaign.phrases["answer_withdrawn"].format(
            office=contact.office_short, question=shown, phone=contact.phone
        )
    key = "answer_corrected" if known else "answer_given"
    head = campaign.phrases[key].format(office=contact.office_short, question=shown, version=answer.version)
    return knowledge.said(answer, asked, head)


def tell(store: Store, messages: Sequence[Message], now: datetime, machine_now: datetime) -> int:
    """Queue the messages for those not told meanwhile; how many."""
    drafts = [
        draft
        for message in messages
        if store.tell_answer(message.answer.number, message.answer.version, message.person, now)
        for draft in _draft(store, message)
    ]
    store.queue(drafts, machine_now)
    return len(drafts)


def _draft(store: Store, message: Message) -> Iterator[Draft]:
    """To the address on the channel that reaches people at once; none for who can only be answered."""
    addresses = store.addresses(message.person)
    for wanted in (Channel.WECOM, Channel.MAIL):
        for channel, address in addresses:
            if channel is wanted:
                answer = message.answer
                key = f"answer:{answer.number}:{answer.version}:{message.person}"
                yield Draft(key, channel, message.person, address, Text(message.text), once=True)
                return
