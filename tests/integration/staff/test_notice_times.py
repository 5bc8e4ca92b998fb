"""Notices at a set time: set, changed, stopped, sent once when due, also after an outage."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.model.application import Person
from bot.model.message import Channel, Choice, Inbound, Kind, Text
from bot.model.staff import NoticeState, Role
from bot.ports import Store
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.notice_acts import draft_notice, release_notice, schedule_notice
from bot.work.broadcast import dispatch
from bot.work.notice_follow_up import FollowUp
from config.campaign import Campaign
from storage.database import open_database
from storage.writer import ThreadWriter
from tests.integration.staff.notice_office import NoticeOffice


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[NoticeOffice]:
    database = open_database(new_sqlite(), campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    made = NoticeOffice(campaign, database, writer)  # 10 July 2019, 9:07
    made.member("办甲", Role.OFFICE)
    made.member("办乙", Role.OFFICE)
    made.member("宝联", Role.BODY, "baofeng")
    made.member("叶联", Role.BODY, "yexian")
    yield made
    writer.stop()
    database.close()


def due(office: NoticeOffice) -> int:
    """Notices sent because their time has come."""
    count = 0
    while office.run(lambda store: dispatch(store, office.clerk, office.now)):
        count += 1
    return count


def state(office: NoticeOffice, number: int) -> NoticeState:
    found = office.run(lambda store: store.notice(number))
    assert found is not None
    return found.state


def test_notice_is_sent_at_its_time_and_once(office: NoticeOffice) -> None:
    office.say("办甲", "通知 全体推荐单位：请核对联系人。")
    assert office.say("办甲", "定时 7月12日 9:05") == (
        "通知1（请核对联系人）将于7月12日9:05自动发送。改时间请回复“定时 通知1 新的时间”，"
        "不发了请回复“停止 通知1”，现在就发请回复“发送 通知1”。"
    )
    assert office.say("办乙", "通知列表") == "通知：\n1. 请核对联系人（定时待发，7月12日9:05发送）"
    assert "定时：7月12日9:05发送。" in office.say("办乙", "通知1")
    office.after(days=1, hours=23, minutes=57)
    assert (due(office), office.copies(1)) == (0, [])
    office.after(minutes=1)
    assert due(office) == 1
    assert office.copies(1) == [("宝联", "wecom"), ("叶联", "wecom")]
    assert due(office) == 0
    told = [row.outgoing.body for row in office.deliver() if row.outgoing.addresses == ("办甲",)]
    assert told == [Text("通知1（请核对联系人）已按定时开始发送，共2人。")]
    assert "办甲起草，办甲于7月12日9:05发出" in office.say("办乙", "通知1")


def test_outage_only_delays_it(office: NoticeOffice) -> None:
    office.say("办甲", "通知 全体推荐单位：请核对联系人。")
    office.say("办甲", "定时 通知1 明天上午9点05分")
    office.after(days=4)
    assert due(office) == 1
    assert len(office.copies(1)) == 2


def test_full_hour_is_moved_with_a_word(office: NoticeOffice) -> None:
    office.say("办甲", "通知 全体推荐单位：请核对联系人。")
    assert office.say("办甲", "定时 通知1 明天上午9点半").startswith(
        "整点、半点发送的消息多，容易丢失，已改为7月11日9:31。\n通知1（请核对联系人）将于7月11日9:31自动发送。"
    )


def test_what_decides_is_set_by_its_drafter_and_let_go_by_another(office: NoticeOffice) -> None:
    office.say("办甲", "通知 全体推荐单位：请于7月18日前报送。")
    assert office.say("办甲", "定时 通知1 7月12日9:05") == (
        "通知1（请于7月18日前报送）定在7月12日9:05发送，须由另一位同志签发：“签发 通知1”。"
    )
    office.after(days=3)
    assert due(office) == 0  # nobody has signed it
    office.say("办甲", "定时 通知1 7月15日9:05")
    assert office.say("办乙", "签发 通知1").startswith("通知1（请于7月18日前报送）将于7月15日9:05自动发送。")
    refused = "通知1涉及日期或结果，须由另一位同志签发，起草人不能自行发出。"
    assert office.say("办甲", "定时 通知1 7月16日9:05") == refused
    assert office.say("办甲", "发送 通知1") == refused
    office.after(days=2)
    assert due(office) == 1


def test_time_can_be_changed_and_the_notice_stopped_or_sent_before(office: NoticeOffice) -> None:
    for number in (1, 2, 3):
        office.say("办甲", f"通知 宝丰县：请核对{number}。")
        office.say("办甲", f"定时 通知{number} 7月12日9:05")
    assert "将于7月15日9:05自动发送" in office.say("办乙", "通知1 改到7月15日9:05")
    assert office.say("办乙", "停止 通知2") == "通知2已作废，没有发出。"
    assert office.say("办乙", "发送 通知3").startswith("通知3（请核对3）开始发送，共1人。")
    office.after(days=3)
    assert due(office) == 0
    assert [state(office, number) for number in (1, 2, 3)] == ["scheduled", "stopped", "released"]
    office.after(days=3)
    assert due(office) == 1


def test_correction_takes_the_place_of_what_waits(office: NoticeOffice) -> None:
    office.say("办甲", "通知 宝丰县：请核对。")
    office.say("办甲", "定时 通知1 7月12日9:05")
    assert "定时：7月12日9:05发送。" in office.say("办甲", "更正 通知1：请核对电话。")
    assert state(office, 1) is NoticeState.STOPPED
    assert "将于7月12日9:05自动发送" in office.say("办甲", "发送 通知2")
    office.after(days=3)
    assert due(office) == 1
    assert office.copies(2) == [("宝联", "wecom")]
    assert office.copies(1) == []


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("定时 通知1 7月9日9:05", "7月9日9:05已经过了。"),
        ("定时 通知1 9:07", "7月10日9:07已经过了。"),
        ("定时 通知1 2031-07-09 9:05", "7月9日9:05太远了"),
        ("定时 通知1 早点", "没有看懂时间。"),
        ("定时 通知9 7月12日9:05", "没有通知9。"),
    ],
)
def test_time_that_cannot_be_is_refused(office: NoticeOffice, said: str, answer: str) -> None:
    office.say("办甲", "通知 宝丰县：请核对。")
    assert office.say("办甲", said).startswith(answer)
    assert state(office, 1) is NoticeState.DRAFT


def test_tick_sends_what_is_due_and_the_minute_is_looked_at_once(office: NoticeOffice) -> None:
    office.say("办甲", "通知 宝丰县：请核对。")
    office.say("办甲", "定时 通知1 7月12日9:05")
    woken: list[bool] = []
    desk = FollowUp(
        office.database, office.writer, office.clerk, lambda: office.now, lambda: woken.append(True)
    )
    asyncio.run(desk.tick())
    assert woken == []
    office.after(days=2)
    asyncio.run(desk.tick())
    assert office.copies(1) == [("宝联", "wecom")]
    assert len(woken) == 1


def as_page(office: NoticeOffice, name: str, key: str, store: Store) -> StaffAsk:
    inbound = Inbound(Channel.CONSOLE, name, Kind.EVENT, "", office.now, key=key)
    person = office.people[name]
    roles = tuple(store.memberships(person))
    return StaffAsk(office.clerk, store, inbound, Person(person, name, name), roles, "")


def test_page_drafts_once_and_sets_the_time_with_the_draft(office: NoticeOffice) -> None:
    at = office.now + timedelta(days=1)

    def draft(store: Store) -> int:
        ask = as_page(office, "办甲", "form-1", store)
        return draft_notice(ask, "核对", "请核对联系人。", {"role": "body"}, at).id

    assert [office.run(draft), office.run(draft)] == [1, 1]

    def let_go(store: Store) -> datetime | None:
        released = release_notice(as_page(office, "办甲", "form-2", store), 1)
        assert released.count is None
        return released.notice.at

    assert office.run(let_go) == at.replace(second=0)
    [row] = office.rows("SELECT DISTINCT channel FROM audit WHERE action = 'notice_scheduled'")
    assert row.channel == "console"


@pytest.mark.parametrize(
    "audience", [{"role": "king"}, {"stage": "nowhere"}, {"body": "nobody"}, {"notice": "1"}, {"other": "x"},
                 {"application": "all"}, {"role": "body", "stage": "draft"}],
)  # fmt: skip
def test_audience_of_a_page_that_does_not_exist_is_refused(
    office: NoticeOffice, audience: dict[str, str]
) -> None:
    def draft(store: Store) -> None:
        draft_notice(as_page(office, "办甲", "f", store), "", "请核对。", audience)

    with pytest.raises(Refused, match="所选的收件人已不在名单中"):
        office.run(draft)


def test_acts_are_the_offices_alone(office: NoticeOffice) -> None:
    office.say("办甲", "通知 宝丰县：请核对。")
    at = office.now + timedelta(days=1)
    acts: list[Callable[[StaffAsk], object]] = [
        lambda ask: draft_notice(ask, "", "请核对。", {}),
        lambda ask: release_notice(ask, 1),
        partial(schedule_notice, number=1, at=at),
    ]
    for act in acts:
        with pytest.raises(Refused, match="这项操作不在您的工作范围内"):
            office.run(lambda store, act=act: act(as_page(office, "宝联", "f", store)))  # type: ignore[misc]
    assert state(office, 1) is NoticeState.DRAFT


def test_choices_of_a_draft_stay(office: NoticeOffice) -> None:
    answer = office.ask("办甲", "通知 宝丰县：请核对。")
    assert answer is not None
    assert answer.choices == (Choice("发送", "发送 通知1"), Choice("作废", "作废 通知1"))
