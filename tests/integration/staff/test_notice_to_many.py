"""Acts on a notice to very many: what has to be looked at is looked at afterwards, a portion at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import bot.work.notice_listing as listing
from bot.model.message import Delivery, Outcome
from bot.model.staff import Role
from bot.work.broadcast import lay_out
from bot.work.notice_listing import list_next
from config.campaign import Campaign
from storage.database import open_database
from storage.writer import ThreadWriter
from tests.integration.staff.notice_office import NoticeOffice

MANY = 7


@pytest.fixture
def large(
    campaign: Campaign, new_sqlite: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[NoticeOffice]:
    """Notice 1 has gone to seven holders, which is many here; two at a time are looked at."""
    database = open_database(new_sqlite(), campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    office = NoticeOffice(campaign, database, writer)
    office.member("办甲", Role.OFFICE)
    monkeypatch.setattr(listing, "FEW", 3)
    monkeypatch.setattr(listing, "AT_ONCE", 2)
    for number in range(MANY):
        office.applicant(f"填报{number}", f"第{number}中队")
    office.say("办甲", "通知 全体填报人：请核对。")
    office.say("办甲", "发送 通知1")
    yield office
    writer.stop()
    database.close()


def work_off(office: NoticeOffice) -> list[int]:
    """List and lay out to the end; how many were on the list after each portion of the listing."""
    sizes = []
    while office.run(lambda store: list_next(store, office.clerk)):
        sizes.append(office.run(lambda store: store.recipients_left(2) + store.recipients_left(1)))
    office.lay_out_all()
    return sizes


def test_correction_goes_to_all_readers_once_and_to_nobody_else(large: NoticeOffice) -> None:
    office = large
    rows = office.claim()
    for row in rows[:5]:
        office.settle(row, Delivery(Outcome.SENT, remote_id=f"m{row.id}"))
    for row in rows[5:]:
        office.settle(row, Delivery(Outcome.RETRY, retry_after=600))
    office.say("办甲", "更正 通知1：请再核对。")
    said = office.say("办甲", "发送 通知2")
    assert said.startswith("通知2（请再核对）开始发送，发给收到过通知1的人。")
    assert office.copies(2) == []
    assert work_off(office) == [2, 4, 5, 5, 5]  # two, two, one; nobody of the last; the end
    assert [name for name, _ in office.copies(2)] == [f"填报{number}" for number in range(5)]
    states = office.rows("SELECT state FROM outbox WHERE key LIKE 'notice:1:%' ORDER BY id")
    assert [row.state for row in states] == ["sent"] * 5 + ["cancelled"] * 2
    assert not office.run(lambda store: list_next(store, office.clerk))


def test_correction_that_is_stopped_lists_nobody_more(large: NoticeOffice) -> None:
    office = large
    office.deliver()
    office.say("办甲", "更正 通知1：请再核对。")
    office.say("办甲", "发送 通知2")
    assert office.run(lambda store: list_next(store, office.clerk))
    assert "已停止" in office.say("办甲", "停止 通知2")
    work_off(office)
    assert office.copies(2) == []


def test_failed_copies_are_listed_in_portions_and_tried_again_once(large: NoticeOffice) -> None:
    office = large
    failing = {f"填报{number}" for number in (0, 3, 6)}
    office.deliver({name: Delivery(Outcome.FAILED, 81013, "不可见") for name in failing})
    assert office.say("办甲", "重发 通知1").startswith("正在重发通知1失败的。")
    assert office.say("办甲", "重发 通知1").startswith("正在重发通知1失败的。")  # pressed twice
    assert not office.run(lambda store: lay_out(store, office.clerk, office.now))
    assert work_off(office) == [1, 2, 2, 3, 3]
    again = [name for name, channel in office.copies(1) if channel == "wecom/2"]
    assert again == ["填报0", "填报3", "填报6"]
    office.deliver()
    assert "没有" in office.say("办甲", "重发 通知1")


def test_stop_and_recall_say_that_the_board_counts(large: NoticeOffice) -> None:
    office = large
    ids = {f"填报{number}": Delivery(Outcome.SENT, remote_id=f"m{number}") for number in range(MANY)}
    office.deliver(ids)
    assert office.say("办甲", "停止 通知1").startswith("通知1已停止，未发的不再发出；")
    assert "24小时内发到企业微信的正在撤回" in office.say("办甲", "撤回 通知1")
    office.wind_up_all()
    office.deliver()
    assert f"撤回：已撤回{MANY}人。" in office.say("办甲", "通知1")
