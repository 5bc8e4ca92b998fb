"""The knowledge in force: the notice and the office's answers, followed without a restart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import groupby

from bot.knowledge.answer import Answer, Knowledge
from bot.knowledge.approved import ApprovedKnowledge, current
from bot.model.answers import ApprovedAnswer, Asked
from bot.ports import StorageUnavailable, Store, Writer
from bot.work.approve import changes
from bot.work.tell_askers import answered, due, tell
from config.campaign import Campaign

LOOK_SECONDS = 1.0
AGAIN_SECONDS = 15.0  # after which whoever asked a process that had not yet looked is told as well
_PORTION = 200  # questions asked again at a time
_BATCH = 20  # messages written at a time

log = logging.getLogger(__name__)


class LiveAnswers:
    """Answers from the notice and from what the office has decided so far. Every process has one."""

    def __init__(self, campaign: Campaign, notice: Knowledge) -> None:
        self.campaign = campaign
        self._notice = notice
        self._knowledge = ApprovedKnowledge(campaign, notice)
        self._versions: Sequence[ApprovedAnswer] = ()
        self._seen = 0

    def answer(self, question: str, context: Sequence[str] = ()) -> Answer:
        """The answer as of now (see `ApprovedKnowledge.answer`)."""
        return self._knowledge.answer(question, context)

    def stated(self, question: str, context: Sequence[str] = ()) -> bool:
        """Whether the notice or the office surely answers `question`."""
        return self._knowledge.stated(question, context)

    @property
    def knowledge(self) -> ApprovedKnowledge:
        """What answers now; it does not change any more."""
        return self._knowledge

    @property
    def versions(self) -> Sequence[ApprovedAnswer]:
        """Every version of every answer, as of the last `take`."""
        return self._versions

    def is_new(self, store: Store) -> bool:
        """Whether the office has changed an answer since the last `take`. A use case."""
        return changes(store) != self._seen

    def load(self, store: Store) -> tuple[int, Sequence[ApprovedAnswer]]:
        """What `take` wants. A use case."""
        return changes(store), store.answer_versions()

    def take(self, seen: int, versions: Sequence[ApprovedAnswer]) -> None:
        """Answer by these from now on. Builds an index: from an event loop call it in a thread."""
        knowledge = ApprovedKnowledge(self.campaign, self._notice, current(versions))
        self._knowledge, self._versions, self._seen = knowledge, versions, seen


class AnswersDesk:
    """Keeps one process's `LiveAnswers` up to date and, where it `tells`, those who asked.

    `now` is the campaign clock, `machine_now` the machine's; `wake` says that there is something to send.
    """

    def __init__(
        self,
        live: LiveAnswers,
        writer: Writer,
        now: Callable[[], datetime],
        machine_now: Callable[[], datetime],
        wake: Callable[[], None],
        tells: bool,
    ) -> None:
        self._live = live
        self._writer = writer
        self._now = now
        self._machine_now = machine_now
        self._wake = wake
        self._tells = tells
        self._stopping = asyncio.Event()
        self._passes: list[float] = []  # when to go through the questions, by the loop's time

    def stop(self) -> None:
        """End `run` at its next step."""
        self._stopping.set()

    async def run(self) -> None:
        """Look every second until `stop`; a trouble is logged and waited out."""
        self._passes = [0.0]
        while not self._stopping.is_set():
            try:
                await self.look()
            except StorageUnavailable:
                log.warning("approved answers: the database does not answer")
            except Exception:
                log.exception("approved answers: a look failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), LOOK_SECONDS)

    async def look(self) -> None:
        """Take over what the office has changed, and tell those who are due."""
        if await self._writer.run(self._live.is_new):
            seen, versions = await self._writer.run(self._live.load)
            await asyncio.to_thread(self._live.take, seen, versions)
            clock = asyncio.get_running_loop().time()
            self._passes = [clock, clock + AGAIN_SECONDS]
        if self._tells and self._passes and self._passes[0] <= asyncio.get_running_loop().time():
            await self.tell_askers()
            self._passes.pop(0)

    async def tell_askers(self) -> int:
        """Tell whoever is due to be told by now; how many messages were queued."""
        knowledge, versions = self._live.knowledge, self._live.versions
        if not versions:
            return 0
        waiting: dict[tuple[int, int], str] = {}
        if knowledge.approved:
            async for portion in self._refused():
                waiting |= await asyncio.to_thread(answered, knowledge, portion)
        count = 0
        for _, group in groupby(versions, key=lambda answer: answer.number):
            history = list(group)
            told = await self._writer.run(partial(_told, history[0].number))
            messages = due(self._live.campaign, knowledge, history, waiting, told)
            for at in range(0, len(messages), _BATCH):
                batch = messages[at : at + _BATCH]
                now, machine_now = self._now(), self._machine_now()
                count += await self._writer.run(
                    partial(tell, messages=batch, now=now, machine_now=machine_now)
                )
        if count:
            self._wake()
        return count

    async def _refused(self) -> AsyncIterator[Sequence[Asked]]:
        after = 0
        while portion := await self._writer.run(partial(_portion, after)):
            yield portion
            after = portion[-1].id


def _portion(after: int, store: Store) -> Sequence[Asked]:
    return store.refused_questions(after, _PORTION)


def _told(number: int, store: Store) -> Mapping[int, int]:
    return store.told(number)
