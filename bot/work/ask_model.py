"""Asking a language model, once the answer is given: what it helps to understand follows as a message.

The turn never waits for it. What is said at once is said without it; if the restated question then has an
answer, one message follows. A lost one is no loss: the office has the question on record either way.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.dialogue.course import Outcome
from bot.dialogue.effects import RecordQuestion
from bot.knowledge.answer import Answer
from bot.knowledge.model import (
    Answering,
    Messages,
    answer_understood,
    asks_understanding,
    is_faithful,
    phrasing_messages,
    read_phrased,
    read_understood,
    understanding_messages,
)
from bot.model.message import Inbound, Text
from bot.model.split import split
from bot.ports import Draft, LanguageModel, StorageUnavailable, Store, Writer
from bot.work.carry_out import row_key
from config.campaign import Campaign

BUDGET_SECONDS = 8.0  # for everything the model is asked about one message
AT_ONCE = 2
WAITING = 20  # messages that may wait for the model; what comes on top goes without
_SHOWN = 60  # characters of a person's own question in the message

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelHelp:
    """Answers with the model's help. Whatever it says or fails to say, an answer without it stands.

    Where `model` is None there is no help.
    """

    campaign: Campaign
    model: LanguageModel | None
    clock: Callable[[], float] = time.monotonic

    async def understand(
        self, knowledge: Answering, question: str, context: Sequence[str], until: float
    ) -> Answer | None:
        """The answer to what the model takes `question` for; None if it does not help."""
        messages = understanding_messages(self.campaign, question, context)
        output = await self._ask(messages, until)
        understood = read_understood(self.campaign, output) if output else None
        if understood is None:
            return None
        return answer_understood(self.campaign, knowledge, question, context, understood)

    async def phrase(self, question: str, answer: Answer, until: float) -> str:
        """The answer's text, in the model's words if these say the same."""
        output = await self._ask(phrasing_messages(question, answer), until)
        text = read_phrased(output) if output else None
        return text if text and is_faithful(self.campaign, question, answer, text) else answer.text

    async def _ask(self, messages: Messages, until: float) -> str | None:
        left = until - self.clock()
        return await self.model.complete(messages, left) if self.model and left > 0 else None

    async def close(self) -> None:
        """Let the model go."""
        if self.model is not None:
            await self.model.close()


@dataclass(slots=True)
class ModelDesk:
    """Follows up the questions of chats; does nothing without a model.

    `begin` runs a task for as long as the service lives; `wake` says that there is something to send.
    """

    help: ModelHelp
    knowledge: Answering
    writer: Writer
    machine_now: Callable[[], datetime]
    begin: Callable[[Coroutine[None, None, None]], None]
    wake: Callable[[], None]
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _waiting: int = 0

    def follow_up(self, inbound: Inbound, outcome: Outcome | None) -> None:
        """Ask the model about a message that has been answered, if it asked what nobody understood.

        `outcome` is the turn's, None if it was delivered before.
        """
        if outcome is None or self.help.model is None:
            return
        for effect in outcome.effects:
            if isinstance(effect, RecordQuestion) and effect.refused and self._waiting < WAITING:
                context = outcome.state.asked[:-1]
                if asks_understanding(self.knowledge.answer(effect.question, context)):
                    self._waiting += 1
                    self.begin(self._follow_up(inbound, effect.question, context))

    async def _follow_up(self, inbound: Inbound, question: str, context: Sequence[str]) -> None:
        until = self.help.clock() + BUDGET_SECONDS
        try:
            async with self._places:
                answer = await self.help.understand(self.knowledge, question, context, until)
                if answer is not None:
                    head = _head(self.help.campaign, question)
                    text = await self.help.phrase(question, answer, until)
                    await self._send(inbound, answer, f"{head}\n{text}")
        except StorageUnavailable:
            log.warning("a message could not be followed up: the database does not answer")
        except Exception:
            log.exception("a message could not be followed up")
        finally:
            self._waiting -= 1

    async def _send(self, inbound: Inbound, answer: Answer, said: str) -> None:
        machine_now = self.machine_now()

        def queue(store: Store) -> None:
            visitor = store.visitor(inbound.channel, inbound.sender, "", inbound.arrived_at)
            person = visitor.person.id
            key = f"{row_key(inbound)}#understood"
            rows = [
                Draft(f"{key}{part}", inbound.channel, person, inbound.sender, Text(text))
                for part, text in enumerate(split(said))
            ]
            store.queue(rows, machine_now)
            if answer.approved:
                number, version = answer.approved.split(".")
                store.tell_answer(int(number), int(version), person, inbound.arrived_at)

        await self.writer.run(queue, f"{inbound.channel}:{inbound.sender}")
        self.wake()

    async def close(self) -> None:
        """Let the model go."""
        await self.help.close()


def _head(campaign: Campaign, question: str) -> str:
    asked = " ".join(question.split())
    shown = asked if len(asked) <= _SHOWN else asked[: _SHOWN - 2] + "……"
    return campaign.phrases["understood_later"].format(question=shown)
