"""kill -9 at random moments of a broadcast: everybody gets the notice, and nobody's copy is written twice.

What may be handed over twice is only what was under way at a kill: the channel's own duplicate check is on for
these rows, and the request is the same to the byte, so that people see it once.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.dialogue.understand import Labels
from bot.knowledge.answer import Knowledge
from bot.model.message import Channel, Delivery, Outcome, Outgoing, Recall
from bot.model.staff import Role
from bot.work.alarms import Alarms
from bot.work.broadcast import Broadcaster
from bot.work.clerk import Clerk
from bot.work.deliver import Courier
from bot.work.hand_out import PrintShop
from bot.work.notice_follow_up import FollowUp
from bot.work.notice_listing import FEW
from config.campaign import Campaign
from config.load import campaign_folder, load_campaign
from storage.bodies import to_json
from storage.database import open_database
from storage.files import DiskFiles
from storage.writer import ThreadWriter
from tests.integration.staff.notice_office import NoticeOffice

PEOPLE = 300
KILLS = 5
CAMPAIGN = "pingdingshan-2019"


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[NoticeOffice]:
    database = open_database(new_sqlite(), campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    made = NoticeOffice(campaign, database, writer, datetime.now(UTC))
    made.member("办甲", Role.OFFICE)
    yield made
    writer.stop()
    database.close()


@pytest.mark.parametrize(
    "words", ["{单位}（{编号}）请核对。", "请核对。"], ids=["each-its-own", "the-same-to-all"]
)
def test_broadcast_that_is_killed_goes_on_with_what_is_open(
    office: NoticeOffice, tmp_path: Path, words: str
) -> None:
    chance = random.Random(20190725)
    for number in range(PEOPLE):
        office.applicant(f"填报{number}", f"第{number}中队")
    office.say("办甲", f"通知 全体填报人：{words}")
    office.say("办甲", "发送 通知1")
    url, wire = str(office.database.engine.url), tmp_path / "wire"
    wire.touch()
    under_way = 0
    for number in range(KILLS):
        killed = _Process(url, wire, tmp_path, later=timedelta(minutes=2 * number))
        killed.run_until(partial(_has_begun, office, wire, len(_handed_over(wire))))
        time.sleep(chance.uniform(0, 0.06))
        killed.kill()
        under_way += office.rows("SELECT count(*) AS n FROM outbox WHERE state = 'sending'")[0].n
    last = _Process(url, wire, tmp_path, later=timedelta(minutes=2 * KILLS))
    last.run_until(lambda: _is_done(office))
    last.kill()

    names = [f"填报{number}" for number in range(PEOPLE)]
    assert office.copies(1) == [(name, "wecom") for name in names]
    assert [row.address for row in office.rows("SELECT address FROM outbox ORDER BY id")] == names
    handed = Counter(_handed_over(wire))
    reached = [address for addresses, _ in handed for address in addresses.split("|")]
    assert sorted(reached) == sorted(names)  # everybody; and what was sent again was the same to the byte
    assert 0 <= sum(handed.values()) - len(handed) <= under_way


def test_laying_out_that_is_killed_between_portions_leaves_nobody_out(
    office: NoticeOffice, tmp_path: Path
) -> None:
    for number in range(PEOPLE):
        office.applicant(f"填报{number}", f"第{number}中队")
    office.say("办甲", "通知 全体填报人：{单位}请核对。")
    office.say("办甲", "发送 通知1")
    url, wire = str(office.database.engine.url), tmp_path / "wire"
    wire.touch()
    cut = set()
    for number in range(KILLS):
        before = len(office.copies(1))
        killed = _Process(url, wire, tmp_path, later=timedelta(minutes=2 * number))
        killed.run_until(lambda before=before: len(office.copies(1)) > min(before, PEOPLE - 1))  # type: ignore[misc]
        killed.kill()
        written = [row.person for row in office.rows("SELECT DISTINCT person FROM notice_delivery")]
        left = [row.person for row in office.rows("SELECT DISTINCT person FROM notice_recipient")]
        assert len(written) + len(left) == len({*written, *left}) == PEOPLE
        cut.add(len(left))
        if not left:
            break
    assert any(0 < left < PEOPLE for left in cut), "no kill came between two portions"
    last = _Process(url, wire, tmp_path, later=timedelta(minutes=2 * KILLS))
    last.run_until(lambda: _is_done(office))
    last.kill()
    names = [f"填报{number}" for number in range(PEOPLE)]
    assert office.copies(1) == [(name, "wecom") for name in names]
    assert {address for address, _ in _handed_over(wire)} == set(names)
    assert office.rows("SELECT id FROM notice_recipient") == []


def test_dispatch_at_a_set_time_that_is_killed_goes_out_once(office: NoticeOffice, tmp_path: Path) -> None:
    for number in range(PEOPLE):
        office.applicant(f"填报{number}", f"第{number}中队")
    office.say("办甲", "通知 全体填报人：{单位}请核对。")
    at = (office.now + timedelta(minutes=3)).astimezone(office.campaign.zone)
    office.say("办甲", f"定时 通知1 {at:%Y-%m-%d %H:%M}")
    url, wire = str(office.database.engine.url), tmp_path / "wire"
    wire.touch()
    for number in range(1, KILLS):  # the time comes at one of the kills
        killed = _Process(url, wire, tmp_path, later=timedelta(minutes=2 * number))
        before = len(_handed_over(wire))
        killed.run_until(partial(_has_begun, office, wire, before) if number > 2 else killed.is_up)
        killed.kill()
    last = _Process(url, wire, tmp_path, later=timedelta(minutes=2 * KILLS))
    last.run_until(lambda: _sent(office) == PEOPLE + 1)
    last.kill()
    assert office.copies(1) == [(f"填报{number}", "wecom") for number in range(PEOPLE)]
    assert len(office.rows("SELECT id FROM audit WHERE action = 'notice_dispatched'")) == 1
    handed = _handed_over(wire)
    assert {address for address, _ in handed} == {f"填报{number}" for number in range(PEOPLE)} | {"办甲"}
    assert len(set(handed)) == PEOPLE + 1  # what was sent again was the same to the byte


def test_recall_that_is_killed_takes_back_everything(office: NoticeOffice, tmp_path: Path) -> None:
    for number in range(PEOPLE):
        office.applicant(f"填报{number}", f"第{number}中队")
    office.say("办甲", "通知 全体填报人：{单位}请核对。")
    office.say("办甲", "发送 通知1")
    office.lay_out_all()
    ids = {f"填报{number}": Delivery(Outcome.SENT, remote_id=f"msg-{number}") for number in range(PEOPLE)}
    office.deliver(ids)
    office.say("办甲", "撤回 通知1")
    url, wire = str(office.database.engine.url), tmp_path / "wire"
    wire.touch()
    for number in range(KILLS):
        killed = _Process(url, wire, tmp_path, later=timedelta(minutes=2 * number))
        killed.run_until(partial(_has_begun, office, wire, len(_handed_over(wire)), 2 * PEOPLE))
        killed.kill()
    last = _Process(url, wire, tmp_path, later=timedelta(minutes=2 * KILLS))
    last.run_until(lambda: _sent(office) == 2 * PEOPLE)
    last.kill()
    wanted = {to_json(Recall((f"msg-{number}",))) for number in range(PEOPLE)}
    assert {body for _, body in _handed_over(wire)} == wanted
    assert f"撤回：已撤回{PEOPLE}人。" in office.say("办甲", "通知1")


def test_correction_to_very_many_that_is_killed_reaches_every_reader_once(
    office: NoticeOffice, tmp_path: Path
) -> None:
    people = FEW + 100  # so many that they are listed afterwards, in portions
    for number in range(people):
        office.applicant(f"填报{number}", f"第{number}中队")
    office.say("办甲", "通知 全体填报人：{单位}请核对。")
    office.say("办甲", "发送 通知1")
    office.lay_out_all()
    ids = {f"填报{number}": Delivery(Outcome.SENT, remote_id=f"msg-{number}") for number in range(people)}
    for row in office.claim():
        office.settle(row, ids[row.outgoing.addresses[0]])
    office.say("办甲", "更正 通知1：{单位}请再核对。")
    office.say("办甲", "发送 通知2")
    read = office.rows("SELECT count(*) AS n FROM outbox WHERE state = 'sent'")[0].n
    url, wire = str(office.database.engine.url), tmp_path / "wire"
    wire.touch()
    for number in range(KILLS):
        before = len(office.copies(2))
        killed = _Process(url, wire, tmp_path, later=timedelta(minutes=2 * number))
        killed.run_until(lambda before=before: len(office.copies(2)) > min(before, read - 1))  # type: ignore[misc]
        killed.kill()
    last = _Process(url, wire, tmp_path, later=timedelta(minutes=2 * KILLS))
    last.run_until(lambda: _sent(office) == 2 * read)
    last.kill()
    shown = office.rows(
        "SELECT address FROM outbox WHERE key LIKE 'notice:1:%' AND state = 'sent' ORDER BY id"
    )
    assert office.copies(2) == [(row.address, "wecom") for row in shown]
    assert {address for address, _ in _handed_over(wire)} == {row.address for row in shown}
    held = office.rows("SELECT count(*) AS n FROM outbox WHERE key LIKE 'notice:1:%' AND state = 'cancelled'")
    assert (held[0].n, office.rows("SELECT id FROM notice_recipient")) == (people - read, [])


def _has_begun(office: NoticeOffice, wire: Path, before: int, of: int = PEOPLE) -> bool:
    """Whether another call was made, or none of as many is left to make."""
    return len(_handed_over(wire)) > before or _sent(office) >= of


def _sent(office: NoticeOffice) -> int:
    """How many messages were sent and written down."""
    return int(office.rows("SELECT count(*) AS n FROM outbox WHERE state = 'sent'")[0].n)


def _is_done(office: NoticeOffice) -> bool:
    """Whether everybody's copy is written and sent."""
    return _sent(office) == PEOPLE and len(office.copies(1)) == PEOPLE


def _handed_over(wire: Path) -> list[tuple[str, str]]:
    """Addresses and content of everything that was handed to the channel."""
    lines = wire.read_text(encoding="utf-8").split("\n")[:-1]
    return [(line.partition("\t")[0], line.partition("\t")[2]) for line in lines]


class _Process:
    """One process that lays out and delivers until it is killed."""

    def __init__(self, url: str, wire: Path, folder: Path, later: timedelta) -> None:
        self._process = multiprocessing.get_context("spawn").Process(
            target=_deliver, args=(url, str(wire), str(folder), later.total_seconds()), daemon=True
        )
        self._up = folder / f"up-{later.total_seconds()}"
        self._process.start()

    def run_until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not condition():
            assert self._process.is_alive(), "the process ended by itself"
            assert time.monotonic() < end, "the broadcast did not go on"
            time.sleep(0.005)

    def is_up(self) -> bool:
        """Whether it has begun its work."""
        return self._up.exists()

    def kill(self) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join(10)
        assert self._process.exitcode == -signal.SIGKILL


class _Wire:
    """A channel that writes down what it is handed, before anybody can know."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND)

    async def send(self, outgoing: Outgoing) -> Delivery:
        line = f"{'|'.join(outgoing.addresses)}\t{to_json(outgoing.body)}\n"
        os.write(self._file, line.encode())
        await asyncio.sleep(0.03)
        return Delivery(Outcome.SENT)


def _deliver(url: str, wire: str, folder: str, later: float) -> None:
    """What a service does with notices. Its clock is put forward, so that the leases of the killed have ended."""
    asyncio.run(_serve(url, wire, Path(folder), timedelta(seconds=later)))


async def _serve(url: str, wire: str, folder: Path, later: timedelta) -> None:
    campaign = load_campaign(campaign_folder(CAMPAIGN))

    def now() -> datetime:
        return datetime.now(UTC) + later

    database = open_database(url, campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    clerk = Clerk(campaign, Labels(campaign.form), Knowledge(campaign), lambda: "0" * 16, now)
    shop = PrintShop(campaign, writer, DiskFiles(folder / "files"), "", now, lambda: now().date())
    courier = Courier(
        writer, {Channel.WECOM: _Wire(wire)}, shop, Alarms(writer, "", now), str(os.getpid()), now
    )
    broadcaster = Broadcaster(writer, clerk, now, courier.wake)
    follow_up = FollowUp(database, writer, clerk, now, courier.wake)
    (folder / f"up-{later.total_seconds()}").touch()
    await asyncio.gather(broadcaster.run(), courier.run(), _tick(follow_up))


async def _tick(follow_up: FollowUp) -> None:
    while True:
        await follow_up.tick()
        await asyncio.sleep(0.2)
