"""The outbox on its way out: claim what is due, hand it to the channel, write down what became of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from bot.model.message import Body, Channel, Delivery, Outcome, Outgoing
from bot.ports import Sender, StorageUnavailable, Store, Writer
from bot.work.alarms import Alarms
from bot.work.hand_out import PrintShop, to_keep
from bot.work.one_call import MOST, Call, calls, chosen, fates, joined

BATCH = 64  # calls at a time
GATHER = 0.02  # seconds for which replies that went out are gathered before they are written down
IDLE = 1.0  # seconds between two looks where nothing calls for one

_NOT_NOW = Delivery(Outcome.RETRY, attempted=False)  # claimed, and put back at once

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Done:
    """A call that was made, what became of it, and what an order in it became."""

    call: Call
    delivery: Delivery
    kept: Body | None

    @property
    def channel(self) -> Channel:
        return self.call[0].outgoing.channel


@dataclass(slots=True)
class Courier:
    """Delivers one process's share of the outbox. `now` is the machine's clock; `owner` names the process."""

    writer: Writer
    senders: Mapping[Channel, Sender]
    shop: PrintShop
    alarms: Alarms
    owner: str
    now: Callable[[], datetime]
    last_look: datetime | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False
    _done: list[_Done] = field(default_factory=list)  # sent, and not yet written down
    _settling: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """End `run` once what is being sent has been settled."""
        self._stopping = True
        self.wake()

    def wake(self) -> None:
        """Something new is in the outbox."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until `stop`. What was claimed and not sent is claimed again after its lease."""
        while not self._stopping:
            self._wake.clear()
            busy = await self._look_safely()
            if not busy and not self._stopping:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), IDLE)

    async def _look_safely(self) -> bool:
        """`look`; a trouble is logged and waited out, because without the courier nobody is answered."""
        try:
            return await self.look()
        except StorageUnavailable:
            log.warning("outbox: the database does not answer")
        except Exception:
            log.exception("outbox: a look failed")
        return False

    async def look(self) -> bool:
        """Deliver what is due now; whether there was anything."""
        self.last_look = self.now()
        busy = False
        for channel, sender in self.senders.items():
            found = await self.writer.run(partial(self._claim, channel))
            if found:
                busy = True
                await asyncio.gather(*(self._deliver(sender, call) for call in found))
                if self._settling is not None:
                    await self._settling
        return busy

    def _claim(self, channel: Channel, store: Store) -> Sequence[Call]:
        """What is due, by call. Where all of it is one call, more of the same may follow it at once."""
        now = self.now()
        limit, rows = BATCH, store.claim_due(channel, self.owner, now, BATCH)
        if len(rows) == BATCH and len(calls(rows)) == 1:
            limit, rows = MOST, [*rows, *store.claim_due(channel, self.owner, now, MOST - BATCH)]
        found, put_back = chosen(rows, BATCH, may_be_cut=len(rows) == limit)
        for row in put_back:
            store.settle(row.id, self.owner, _NOT_NOW, now)
        return found

    async def _deliver(self, sender: Sender, call: Call) -> None:
        row, body = call[0], None
        try:
            body = await self.shop.prepare(row.outgoing.body, row.person)
            delivery = await self._send(sender, joined(call), body)
        except Exception:
            # a fault of ours must neither lose the row nor stop the others
            log.exception("outbox: row %s could not be sent", row.id)
            delivery = Delivery(Outcome.RETRY, error="内部错误，详见日志", retry_after=60.0)
        self._done.append(_Done(call, delivery, to_keep(row.outgoing.body, body)))
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._settle())

    async def _settle(self) -> None:
        """Write down what has come back so far in one transaction, until all of it is."""
        while self._done:
            done, self._done = self._done, []
            await self.writer.run(partial(self._write_down, done, self.now()))
            for one in done:
                if one.delivery.alarm:
                    kind = f"{one.channel}:{one.delivery.code or one.delivery.outcome}"
                    await self.alarms.raise_alarm(kind, one.delivery.alarm)

    def _write_down(self, done: Sequence[_Done], now: datetime, store: Store) -> None:
        for one in done:
            for row, fate in fates(one.call, one.delivery):
                store.settle(row.id, self.owner, fate, now, one.kept)
            for address in one.delivery.unreachable:
                store.unreachable(one.channel, address, one.delivery.code, now)
        for channel in {one.channel for one in done if one.delivery.outcome is Outcome.SENT}:
            store.close_alarms(f"{channel}:", now)

    async def _send(self, sender: Sender, outgoing: Outgoing, body: Body | None) -> Delivery:
        if body is None:
            return Delivery(Outcome.FAILED, error="申报件已不存在，或已转交他人")
        return await sender.send(replace(outgoing, body=body))


class PassiveLedger:
    """Which replies went out on their own connection, written down a few at a time."""

    def __init__(self, writer: Writer, now: Callable[[], datetime], courier_wake: Callable[[], None]) -> None:
        self._writer = writer
        self._now = now
        self._wake = courier_wake
        self._done: list[str] = []
        self._followed = False
        self._task: asyncio.Task[None] | None = None

    async def done(self, key: str, followed: bool) -> None:
        """The connection took the reply; what follows it, if anything, may now be pushed."""
        self._done.append(key)
        self._followed = self._followed or followed
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._flush())

    async def missed(self, key: str) -> None:
        """It did not: the reply is pushed."""
        now = self._now()
        # if it cannot be written down now, the reply falls due by itself a little later
        with suppress(StorageUnavailable):
            await self._writer.run(lambda store: store.passive_missed(key, now))
        self._wake()

    async def _flush(self) -> None:
        while self._done:
            await asyncio.sleep(GATHER)
            keys, self._done = self._done, []
            followed, self._followed = self._followed, False
            try:
                await self._writer.run(partial(_mark_done, keys, self._now()))
            except StorageUnavailable:
                self._done = keys + self._done  # with the next one, or they are pushed once more
                return
            if followed:
                self._wake()

    async def close(self) -> None:
        """Write down what is still open."""
        if self._task is not None:
            await self._task
        await self._flush()


def _mark_done(keys: Sequence[str], now: datetime, store: Store) -> None:
    for key in keys:
        store.passive_done(key, now)
