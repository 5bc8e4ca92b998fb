"""Inspections by mail, in silence, from tables, in another campaign."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest

from bot.model.application import Application, Change, Person
from bot.model.message import Channel, File, Inbound, Kind, Mail, VisitOrder
from bot.model.staff import Role
from bot.model.visit import AnswerKind, VisitState
from bot.ports import Store
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.visit_import import checked_schedule, import_schedule
from bot.work.hand_out import PrintShop
from bot.work.mail_talk import talk
from bot.work.visit_follow_up import VisitFollowUp
from config.campaign import Campaign
from storage.files import DiskFiles
from tests.fakes.recommending import BODY, DEPUTY, MACHINE, OFFICE, OTHER, County
from tests.integration.staff.visit_office import (
    HOLDER,
    LEADER,
    SECOND,
    accepted,
    announced,
    open_office,
    read,
    state,
)


@pytest.fixture
def county(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[County]:
    opened = open_office(County(campaign, new_sqlite()))
    yield opened
    opened.close()


def test_mail_brings_a_calendar_file_that_counts_up(county: County, tmp_path: Path) -> None:
    known = announced(county)
    letters = [body for body in county.bodies("zhangsan@example.com") if isinstance(body, Mail)]
    letters = letters or [
        body for body in county.bodies(known.values["contact_email"]) if isinstance(body, Mail)
    ]
    assert [letter.orders for letter in letters] == [(VisitOrder(1, 1),)]
    county.say(OFFICE, "改期 验收1 8月1日下午 理由：防汛", "取消验收 1 理由：防汛")
    county.say(SECOND, "发布验收安排")
    files = DiskFiles(tmp_path / "files")
    shop = PrintShop(
        county.campaign, county.writer, files, "http://x", lambda: MACHINE, lambda: date(2019, 7, 12)
    )

    def made(version: int, person: int) -> icalendar.Event | None:
        found = asyncio.run(shop.prepare(VisitOrder(1, version), person))
        if not isinstance(found, File):
            return None
        (event,) = icalendar.Calendar.from_ical(files.get(found.sha256)).walk("VEVENT")
        assert isinstance(event, icalendar.Event)
        return event

    first, last = made(1, known.holder), made(3, county.people[LEADER])
    assert first is not None
    assert last is not None
    assert first.decoded("dtstart") == datetime(2019, 7, 30, 1, 30, tzinfo=UTC)
    assert [str(one["status"]) for one in (first, last)] == ["CONFIRMED", "CANCELLED"]
    assert [one.decoded("sequence") for one in (first, last)] == [1, 3]
    assert str(first["uid"]) == str(last["uid"])
    assert made(2, known.holder) is None  # it was dropped: nobody was told
    assert made(1, county.people[OTHER]) is None


def test_silent_unit_is_taken_further_after_two_working_days(county: County) -> None:
    announced(county)
    released = county.now  # on a Friday
    clock = [released]
    follow = VisitFollowUp(county.writer, county.clerk, lambda: clock[0], lambda: None)
    told = []
    for days in (3, 4, 5):
        clock[0] = released + timedelta(days=days)
        asyncio.run(follow.tick())
        told.append(len([text for text in county.told(DEPUTY) if "尚未确认" in text]))
    assert told == [0, 1, 1]
    assert [text for text in county.told(OFFICE) if "请电话联系" in text] == [
        "验收1：宝丰县公安局尚未确认，请电话联系李晓明 13800001111，确认后回复“验收1 电话已确认”。"
    ]
    assert county.say(OFFICE, "验收1 电话已确认 张三同意") == "已登记：验收1已电话确认（李四）。"
    visit = county.run(lambda store: store.visit(1))
    assert visit is not None
    assert [one.kind for one in visit.answers] == [AnswerKind.CHASED, AnswerKind.TOLD]
    assert county.say(OFFICE, "未确认的验收") == "已通知的验收单位都已确认。"


def test_what_waits_is_released_only_as_it_still_fits(county: County) -> None:
    known = accepted(county)
    county.say(OFFICE, f"安排验收 {known.number} 7月15日上午 组长王五")
    county.now += timedelta(days=5)
    assert county.say(SECOND, "发布验收安排") == "验收1不能发布：7月15日（周一）已经过去，请另选日期。"
    assert state(county) is VisitState.PLANNED


def test_team_on_wecom_and_mail_is_told_on_both(county: County) -> None:
    county.run(lambda store: store.bind(county.people[LEADER], Channel.MAIL, "wang@example.com"))
    announced(county)
    assert [type(body) for body in county.bodies("wang@example.com")] == [Mail]


@pytest.mark.parametrize(
    ("letter", "said", "kind"),
    [
        ("您好：\n收到，届时接待。\n宝丰县公安局 王五", "好的，已登记您确认：", AnswerKind.CONFIRMED),
        (
            "您好：\n需改期\n当天有省里检查，希望8月1日上午。",
            "已转告市办公室：验收1申请改期。",
            AnswerKind.OTHER_DAY,
        ),
    ],
)
def test_unit_answers_by_mail(county: County, letter: str, said: str, kind: AnswerKind) -> None:
    known = announced(county)

    def act(store: Store) -> tuple[str, ...]:
        store.bind(known.holder, Channel.MAIL, "unit@example.com")
        inbound = Inbound(Channel.MAIL, "unit@example.com", Kind.TEXT, letter, county.now, "mail:1")
        told = talk(county.clerk, store, inbound, {}, known.id).texts
        assert talk(county.clerk, store, inbound, {}, known.id).texts == told
        return told

    (told,) = county.run(act)
    assert told.startswith(said)
    visit = county.run(lambda store: store.visit(1))
    assert visit is not None
    assert [one.kind for one in visit.answers] == [kind]


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: tuple[str, ...]


def test_schedule_is_imported_as_a_whole_or_not_at_all(county: County) -> None:
    one, two = accepted(county), accepted(county, "叶县城市管理局", "yexian")
    head = Row(1, ("单位", "日期", "时间", "组长", "成员"))
    good = Row(2, ("宝丰县公安局", "7月30日", "上午", "王五", "赵六"))
    bad, mended = (Row(3, (two.number, day, "下午", "王五", "")) for day in ("7月32日", "7月30日"))
    columns = Row(1, ("单位", "日期", "时间", "组长", "成员", "申报编号"))
    bad, mended = (Row(3, ("", *row.cells[1:], two.number)) for row in (bad, mended))

    def act(userid: str, rows: list[Row]) -> list[str] | int:
        def run(store: Store) -> list[str] | int:
            person = county.people[userid]
            inbound = Inbound(
                Channel.CONSOLE, userid, Kind.TEXT, "", county.now, f"form-{userid}-{len(rows)}"
            )
            roles = tuple(store.memberships(person))
            ask = StaffAsk(county.clerk, store, inbound, Person(person, userid, "李四"), roles, "")
            try:
                return import_schedule(ask, checked_schedule(ask, rows))
            except Refused as why:
                return [str(why)]

        return county.run(run)

    wrong = "第3行：日期“7月32日”无法识别，请写成2019-07-30"
    assert act(OFFICE, [columns, good, bad]) == [wrong]
    assert list(county.run(lambda store: store.visits())) == []
    refused = "这项操作不在您的工作范围内。如需办理，请联系市办公室（0375-2663225）。"
    assert act(BODY, [head, good]) == [refused]
    assert act(OFFICE, [columns, good]) == 1
    assert act(OFFICE, [columns, good, mended]) == 1  # the first is there already
    assert [visit.application for visit in county.run(lambda store: store.visits())] == [one.id, two.id]
    assert read(county, HOLDER) == []
    assert county.say(SECOND, "发布验收安排").startswith("已发布2项验收安排")


def test_campaign_may_keep_visits_from_bodies(
    second_campaign: Campaign, new_sqlite: Callable[[], str]
) -> None:
    county = open_office(County(second_campaign, new_sqlite(), datetime(2027, 3, 1, 4, tzinfo=UTC)))
    body = county.member("east-clerk", "赵一", Role.BODY, "east")
    holder = "holder-清河中学"
    known = apply_second(county, holder)
    assert county.say(OFFICE, f"安排验收 {known.number} 3月30日 下午 组长王五").startswith("已登记")
    assert county.say(SECOND, "发布验收安排").startswith("已发布1项验收安排")
    assert "实地验收定于3月30日（周二）下午16:00—18:00" in "".join(read(county, holder))
    ordinary = "实地验收的时间由市节水办另行通知，请以收到的通知为准。如有疑问请致电0990-6880123。"
    assert county.say("east-clerk", "验收安排") == ordinary
    assert county.say(LEADER, "我的验收").startswith("您参加的验收1项：")
    assert body > 0
    county.close()


def apply_second(county: County, holder: str) -> Application:
    """An application of the other campaign that has been reviewed."""

    def begin(store: Store) -> str:
        person = store.visitor(Channel.WECOM, holder, "王五", county.now).person.id
        started = store.start("c" * 16, person, "draft", county.now)
        changes = [Change("organisation", "清河中学", "")]
        values = {"organisation": "清河中学"}
        store.revise(started.id, values, changes, "清河中学", person, Channel.WECOM, county.now, body="east")
        store.move(started.id, "reviewed", True, f"{started.number}-1", county.now)
        return started.id

    return county.application(county.run(begin))
