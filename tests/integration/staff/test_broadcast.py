"""A notice on its way: laid out page by page, taken up again, followed up on failure and silence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import pytest

from bot.model.message import Channel, Delivery, Outcome
from bot.model.staff import Notice, Role
from bot.ports import Store
from bot.staff.audience import meant_by
from bot.work.broadcast import PAGE, Broadcaster, lay_out
from bot.work.notice_follow_up import Step, escalate, fall_back, silent, stuck
from config.campaign import Campaign
from storage.database import open_database
from storage.writer import ThreadWriter
from tests.integration.staff.notice_office import NoticeOffice, working_days

GONE = Delivery(Outcome.FAILED, code=81013, error="收件人不可见")


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[NoticeOffice]:
    database = open_database(new_sqlite(), campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    made = NoticeOffice(campaign, database, writer)
    made.member("办甲", Role.OFFICE)
    made.member("办乙", Role.OFFICE)
    yield made
    writer.stop()
    database.close()


def follow(office: NoticeOffice) -> tuple[int, int]:
    """Fall back, then escalate; how many people each."""
    fallen, taken = 0, 0
    for notice, people in office.run(lambda store: [*stuck(store, office.clerk)]):
        fallen += office.run(partial(_fall_back, office, notice, people))
    for notice, steps in office.run(lambda store: [*silent(store, office.clerk, office.now, working_days)]):
        taken += office.run(partial(_escalate, office, notice, steps))
    return fallen, taken


def _fall_back(office: NoticeOffice, notice: Notice, people: Sequence[int], store: Store) -> int:
    return fall_back(store, office.clerk, notice, people)


def _escalate(office: NoticeOffice, notice: Notice, steps: Sequence[Step], store: Store) -> int:
    return escalate(store, office.clerk, notice, steps)


def applicants(office: NoticeOffice, count: int) -> None:
    for number in range(count):
        office.applicant(f"填报{number}", f"第{number}中队", contact_phone=f"138000000{number:02}")


def test_pages_are_laid_out_one_at_a_time_and_each_person_once(office: NoticeOffice) -> None:
    applicants(office, 2 * PAGE + 3)
    office.say("办甲", "通知 全体填报人：{单位}（{编号}）请核对。")
    office.say("办甲", "发送 通知1")
    assert len(office.copies(1)) == PAGE  # the first page goes with the release
    assert office.run(lambda store: lay_out(store, office.clerk, office.now))
    assert len(office.copies(1)) == 2 * PAGE
    office.lay_out_all()
    assert office.copies(1) == [(f"填报{number}", "wecom") for number in range(2 * PAGE + 3)]
    sent = office.deliver()
    assert len({row.outgoing.key for row in sent}) == len(sent) == 2 * PAGE + 3
    assert not office.run(lambda store: lay_out(store, office.clerk, office.now))


def test_people_listed_twice_are_written_to_once(office: NoticeOffice) -> None:
    applicants(office, PAGE)
    office.say("办甲", "通知 全体填报人：请核对。")
    office.say("办甲", "发送 通知1")
    before = office.rows("SELECT key, address, body FROM outbox ORDER BY id")

    def as_if_it_had_died(store: Store) -> bool:
        assert store.list_recipients(1, meant_by(office.campaign, {"role": "holder"})) == PAGE
        return lay_out(store, office.clerk, office.now)

    assert office.run(as_if_it_had_died)
    assert office.rows("SELECT key, address, body FROM outbox ORDER BY id") == before
    assert len(office.copies(1)) == PAGE
    assert office.run(lambda store: store.recipients_left(1)) == 0


def test_audience_is_the_one_of_the_release(office: NoticeOffice) -> None:
    applicants(office, PAGE + 1)
    office.say("办甲", "通知 草稿的填报人：请核对。")
    office.say("办甲", "发送 通知1")
    last = office.rows("SELECT id FROM application ORDER BY seq DESC LIMIT 1")[0].id
    office.run(lambda store: store.move(last, "submitted", True, "", office.now))
    office.applicant("后来", "后来的单位")
    office.lay_out_all()
    assert [name for name, _ in office.copies(1)] == [f"填报{number}" for number in range(PAGE + 1)]


def test_stopped_notice_lays_out_no_more_pages(office: NoticeOffice) -> None:
    applicants(office, PAGE + 5)
    office.say("办甲", "通知 全体填报人：请核对。")
    office.say("办甲", "发送 通知1")
    assert f"{PAGE}份未发的不再发出，已有0人收到" in office.say("办甲", "停止 通知1")
    office.lay_out_all()
    assert len(office.copies(1)) == PAGE
    assert office.deliver() == []


def test_page_holds_the_writer_for_a_short_time(office: NoticeOffice) -> None:
    applicants(office, 8 * PAGE)
    office.say("办甲", "通知 全体填报人：{单位}还需{还需}，{截止}前。")
    office.say("办乙", "签发 通知1")
    spent: list[float] = []
    while office.run(lambda store: _timed(store, office, spent)):
        pass
    assert len(spent) == 7
    assert sorted(spent)[len(spent) // 2] < 0.05  # usually about 0.01 s; the machine may be busy


def _timed(store: Store, office: NoticeOffice, spent: list[float]) -> bool:
    began = time.thread_time()
    taken = lay_out(store, office.clerk, office.now)
    if taken:
        spent.append(time.thread_time() - began)
    return taken


async def test_broadcaster_lays_out_what_a_dead_process_left(office: NoticeOffice) -> None:
    applicants(office, 3 * PAGE)
    office.say("办甲", "通知 全体填报人：请核对。")
    office.say("办甲", "发送 通知1")
    woken: list[int] = []
    runner = Broadcaster(office.writer, office.clerk, lambda: office.now, lambda: woken.append(1))
    assert await runner.look()
    assert await runner.look()
    assert not await runner.look()
    assert len(office.copies(1)) == 3 * PAGE
    assert woken == [1, 1]


def test_failed_copies_fall_back_to_mail_then_to_the_call_sheet(office: NoticeOffice) -> None:
    office.member("宝联", Role.BODY, "baofeng", mail="baofeng@example.com")
    office.member("叶联", Role.BODY, "yexian")
    office.applicant("张三", "鲁山县水利局", contact_phone="0375-1234567")
    office.say("办甲", "通知 全体：请核对。")
    office.say("办甲", "发送 通知1")
    office.deliver({"宝联": GONE, "叶联": GONE, "张三": GONE})
    assert follow(office) == (3, 0)
    assert office.copies(1)[-3:] == [("宝联", "mail"), ("叶联", "call_sheet"), ("张三", "call_sheet")]
    assert "待电话通知：叶联、张三（0375-1234567）" in office.say("办甲", "通知1 情况")
    office.deliver({"baofeng@example.com": GONE}, Channel.MAIL)
    assert follow(office) == (1, 0)
    assert office.copies(1)[-1] == ("宝联", "call_sheet")
    assert follow(office) == (0, 0)


def test_silence_reaches_the_deputy_after_two_working_days_then_the_call_sheet(office: NoticeOffice) -> None:
    office.member("宝联", Role.BODY, "baofeng")
    office.member("宝副", Role.BODY, "baofeng", deputy=True)
    office.member("叶联", Role.BODY, "yexian")
    office.member("鲁联", Role.BODY, "lushan")
    office.after(days=2)  # Friday, 12 July
    office.say("办甲", "通知 全体推荐单位：请{单位}核对。")
    office.say("办甲", "发送 通知1")
    office.deliver()
    office.say("鲁联", "收到")
    office.after(days=3)
    assert follow(office) == (0, 0)  # Monday: one working day
    office.after(days=1)
    assert follow(office) == (0, 2)
    assert office.copies(1)[-2:] in (
        [("宝副", "wecom"), ("叶联", "call_sheet")],
        [("叶联", "call_sheet"), ("宝副", "wecom")],
    )
    [told] = office.deliver()
    assert told.outgoing.addresses == ("宝副",)
    assert "请宝丰县人民政府核对。" in str(told.outgoing.body)
    assert follow(office) == (0, 0)
    office.after(days=1)
    assert follow(office) == (0, 0)
    office.after(days=1)
    assert follow(office) == (0, 1)
    assert office.copies(1)[-1] == ("宝联", "call_sheet")
    assert follow(office) == (0, 0)


def test_deputys_answer_speaks_for_the_body(office: NoticeOffice) -> None:
    office.member("宝联", Role.BODY, "baofeng")
    office.member("宝副", Role.BODY, "baofeng", deputy=True)
    office.say("办甲", "通知 宝丰县：请核对。")
    office.say("办甲", "发送 通知1")
    office.deliver()
    office.after(days=2)
    assert follow(office) == (0, 1)
    office.deliver()
    office.say("宝副", "收到 通知1")
    office.after(days=10)
    assert follow(office) == (0, 0)
    assert office.copies(1) == [("宝联", "wecom"), ("宝副", "wecom")]


def test_what_was_not_sent_yet_is_not_called_silence(office: NoticeOffice) -> None:
    office.member("宝联", Role.BODY, "baofeng")
    office.say("办甲", "通知 宝丰县：请核对。")
    office.say("办甲", "发送 通知1")
    office.after(days=10)
    assert follow(office) == (0, 0)


def test_stopped_notice_is_not_followed_up(office: NoticeOffice) -> None:
    office.member("宝联", Role.BODY, "baofeng")
    office.say("办甲", "通知 宝丰县：请核对。")
    office.say("办甲", "发送 通知1")
    office.deliver({"宝联": GONE})
    office.say("办甲", "停止 通知1")
    office.after(days=10)
    assert follow(office) == (0, 0)
