"""What the office's pages show of notices: the list, the board, a preview, the call sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.model.application import Person
from bot.model.message import Channel, Delivery, Inbound, Kind, Outcome
from bot.model.staff import Role
from bot.ports import Store
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.notice_acts import recall_notice, send_other_channel, told_by_phone
from bot.staff.notice_board import Standing, TakenBack
from bot.staff.notice_people import Board, CallLine, call_sheet, notice_board
from bot.staff.notice_views import notice_list, preview
from config.campaign import Campaign
from storage.database import open_database
from storage.writer import ThreadWriter
from tests.integration.staff.notice_office import NoticeOffice

GONE = Delivery(Outcome.FAILED, code=81013, error="收件人不可见")


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[NoticeOffice]:
    database = open_database(new_sqlite(), campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    made = NoticeOffice(campaign, database, writer)
    made.member("办甲", Role.OFFICE)
    made.member("宝联", Role.BODY, "baofeng", mail="baofeng@example.com")
    made.member("叶联", Role.BODY, "yexian", mail="yexian@example.com")
    made.member("鲁联", Role.BODY, "lushan", wecom=False)
    made.applicant("张三", "宝丰县林业局", body="baofeng", contact_phone="13800000001")
    made.say("办甲", "通知 全体推荐单位：{单位}请核对。")
    made.say("办甲", "发送 通知1")
    made.deliver({"叶联": GONE})
    yield made
    writer.stop()
    database.close()


def page(office: NoticeOffice, store: Store, name: str = "办甲") -> StaffAsk:
    inbound = Inbound(Channel.CONSOLE, name, Kind.EVENT, "", office.now, key=f"form-{name}")
    person = office.people[name]
    return StaffAsk(
        office.clerk, store, inbound, Person(person, name, name), tuple(store.memberships(person)), ""
    )


def board(office: NoticeOffice) -> Board:
    return office.run(lambda store: notice_board(page(office, store), 1))


def test_list_counts_people_answers_and_failures(office: NoticeOffice) -> None:
    office.say("宝联", "收到")
    [row] = office.run(lambda store: notice_list(store, office.clerk, store.notices()))
    assert (row.notice.id, row.state, row.audience) == (1, "已发出", "推荐单位联系人")
    assert (row.drafter, row.releaser) == ("办甲", "办甲")
    assert (row.people, row.confirmed, row.failed) == (3, 1, 1)


def test_board_shows_each_recipient_with_the_reason(office: NoticeOffice) -> None:
    office.say("宝联", "收到")
    shown = board(office)
    assert [(row.name, row.of, row.state) for row in shown.rows] == [
        ("宝联", "宝丰县人民政府", "已确认"),
        ("叶联", "叶县人民政府", "发送失败"),
        ("鲁联", "鲁山县人民政府", "待电话通知"),
    ]
    assert shown.rows[0].confirmed_at == office.now
    [copy] = shown.rows[1].copies
    assert (copy.channel_words, copy.address, copy.state, copy.why) == (
        "企业微信",
        "叶联",
        "发送失败",
        "收件人不可见",
    )
    assert dict(shown.counts) == {Standing.CONFIRMED: 1, Standing.TO_CALL: 1, Standing.FAILED: 1}
    assert shown.can_retry


def test_other_channel_then_call_sheet_then_nothing(office: NoticeOffice) -> None:
    person = office.people["叶联"]

    def send(store: Store) -> str:
        return send_other_channel(page(office, store), 1, person)

    assert [office.run(send), office.run(send)] == ["mail", "call_sheet"]
    with pytest.raises(Refused, match="没有其他渠道"):
        office.run(send)
    assert (
        office.say("办甲", "通知1 换渠道 叶联")
        == "通知1：叶联没有其他渠道可用，已在电话通知单上。请电话通知。"
    )


def test_call_sheet_says_what_to_say_and_shrinks_with_each_call(office: NoticeOffice) -> None:
    def sheet(store: Store) -> tuple[CallLine, ...]:
        return call_sheet(page(office, store), 1).lines

    [line] = office.run(sheet)
    says = f"您好，这里是{office.campaign.contact.office}。通知您：鲁山县人民政府请核对。请问您记下了吗？"
    assert line == CallLine(1, office.people["鲁联"], "鲁联", "鲁山县人民政府", "", says)
    assert office.say("办甲", "通知1 电话单").startswith(
        "通知1（…请核对）待电话通知1人：\n1. 鲁联 鲁山县人民政府 没有登记电话"
    )
    office.run(lambda store: told_by_phone(page(office, store), 1, office.people["鲁联"]))
    assert office.run(sheet) == ()
    row = board(office).rows[2]
    assert (row.state, row.told_by, row.told_at) == ("已电话通知", "办甲", office.now)


def test_preview_shows_one_of_each_channel_and_keeps_nothing(office: NoticeOffice) -> None:
    shown = office.run(
        lambda store: preview(page(office, store), "{单位}请于7月18日前核对。", {"role": "body"}, True)
    )
    assert (shown.count, shown.decides) == (3, True)
    assert shown.channels == {"wecom": 2, "mail": 2, "calls": 1}
    assert [(one.channel, one.name) for one in shown.samples] == [
        ("wecom", "宝联"), ("mail", "宝联"), ("call_sheet", "鲁联"),
    ]  # fmt: skip
    assert shown.samples[0].text == "宝丰县人民政府请于7月18日前核对。"
    assert shown.samples[1].subject.startswith("通知…：")
    assert len(office.rows("SELECT id FROM notice")) == 1
    with pytest.raises(Refused, match="这里不能用"):
        office.run(lambda store: preview(page(office, store), "{编号}", {"role": "body"}))


def test_board_of_a_recalled_notice_says_what_became_of_it(office: NoticeOffice) -> None:
    stopped = office.run(lambda store: recall_notice(page(office, store), 1))
    assert dict(stopped.taken_back) == {TakenBack.UNDER_WAY: 1}
    office.deliver()
    rows = board(office).rows
    assert [row.taken_back_words for row in rows] == ["已撤回", "", ""]
    copies = [[(copy.channel, copy.state, copy.taken_back) for copy in row.copies] for row in rows]
    assert copies == [
        [("wecom", "已送达", "已撤回")],
        [("wecom", "发送失败", "")],
        [("call_sheet", "待电话通知", "")],
    ]


def test_views_are_the_offices_alone(office: NoticeOffice) -> None:
    for look in (notice_board, call_sheet):
        with pytest.raises(Refused, match="这项操作不在您的工作范围内"):
            office.run(lambda store, look=look: look(page(office, store, "宝联"), 1))  # type: ignore[misc]
    with pytest.raises(Refused, match="这项操作不在您的工作范围内"):
        office.run(lambda store: preview(page(office, store, "宝联"), "请核对。", {}))
