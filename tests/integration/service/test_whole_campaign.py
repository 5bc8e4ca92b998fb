"""One campaign from the opening notice to the plaques, through a whole running service and its WeCom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest

from bot.model.application import Application, Person
from bot.model.message import Channel, Inbound, Kind
from bot.model.results import ReleaseKind
from bot.model.staff import Role
from bot.ports import Store
from bot.results.course import released
from bot.results.plaques import plaques
from bot.results.reviews import enter_review, finish_review, read_marks
from bot.sheets.merging import apply_entries
from bot.sheets.read_entries import read_entries
from bot.sheets.reading import sheet_list, sheet_view
from bot.sheets.results import finish_inspection
from bot.sheets.sign_off import sign_sheet
from bot.staff.desk import StaffAsk
from handlers.demo.platform import Member, Platform
from tests.deployment import ANSWERS, Api, Deployment, deployment_of

T = TypeVar("T")
BODY, OFFICE, SECOND, LEADER, MEMBER = "gaoyan", "heping", "linjing", "zhengkai", "fengxue"
FIRST, OTHER, SLOW = "zhangmin", "liqiang", "wangfang"
NAMES = {BODY: "高岩", OFFICE: "何平", SECOND: "林静", LEADER: "郑凯", MEMBER: "冯雪"}
ROLES = {
    BODY: (Role.BODY, "ruzhou"),
    OFFICE: (Role.OFFICE, ""),
    SECOND: (Role.OFFICE, ""),
    LEADER: (Role.INSPECTOR, ""),
    MEMBER: (Role.INSPECTOR, ""),
}
UNIT, OTHER_UNIT, SLOW_UNIT = "汝州市农业农村局", "汝州市交通运输局", "汝州市水利局"
LINK = "https://www.pdspfw.example/gs/1.html"


@dataclass
class Campaign:
    """Everybody at work. `step` says what happened to whom."""

    deployment: Deployment
    _forms: Any = field(default_factory=lambda: count(1))

    async def say(self, userid: str, *texts: str) -> str:
        """Write, and what was answered to the last text."""
        before = len(self.deployment.shown(userid))
        await self.deployment.say(userid, *texts)
        await self.deployment.settled()
        return "\n".join(self.deployment.shown(userid)[before:])

    def heard(self, userid: str) -> str:
        """All that somebody was ever shown, cards as well."""
        found = [m for m in self.deployment.platform.messages(userid) if m["from"] == "app"]
        return "\n".join(line for message in found for line in strings(message))

    async def act(self, userid: str, use_case: Callable[[StaffAsk], T]) -> T:
        """What a page of the console does, in one transaction."""
        service = self.deployment.service
        now, key = service.clock.now(), f"form-{next(self._forms)}"

        def run(store: Store) -> T:
            person = store.staff_addresses()[Channel.WECOM.value, userid]
            inbound = Inbound(Channel.CONSOLE, userid, Kind.TEXT, "", now, key)
            roles = tuple(store.memberships(person))
            return use_case(
                StaffAsk(service.clerk, store, inbound, Person(person, userid, userid), roles, "")
            )

        result = await service.writer.run(run)
        service.courier.wake()
        await self.deployment.settled()
        return result

    async def read(self, look: Callable[[Store], T]) -> T:
        return await asyncio.to_thread(self.deployment.service.database.read, look)

    async def move_clock(self, to: str) -> None:
        await self.deployment.service.move_clock(datetime.fromisoformat(to))
        await self.deployment.settled()

    async def application(self, unit: str) -> Application:
        known = await self.read(lambda store: store.applications())
        return next(one for one in known if one.values.get("applicant_unit") == unit)

    async def stage(self, unit: str) -> str:
        return (await self.application(unit)).stage


def strings(shown: Any, key: str = "") -> Iterator[str]:
    """Every text in a message as the platform keeps it, but times and numbers of its own."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            yield from strings(value, name)
    elif isinstance(shown, list):
        for value in shown:
            yield from strings(value, key)
    elif isinstance(shown, str) and key not in ("id", "at", "task_id", "response_code"):
        yield shown


@pytest.fixture
async def campaign_at_work(tmp_path: Path, new_sqlite: Callable[[], str]) -> AsyncIterator[Campaign]:
    units = (Member(FIRST, "张敏"), Member(OTHER, "李强"), Member(SLOW, "王芳"))
    members = [*units, *(Member(userid, name) for userid, name in NAMES.items())]
    api = Api(Platform(members=members))
    await api.start()
    deployment = deployment_of(tmp_path, api, new_sqlite())
    await deployment.start()
    opened = Campaign(deployment)

    def give_roles(store: Store) -> None:
        now = deployment.service.clock.now()
        for userid, (role, body) in ROLES.items():
            person = store.visitor(Channel.WECOM, userid, NAMES[userid], now).person.id
            store.add_member(person, role, body, False, now)

    await deployment.service.writer.run(give_roles)
    await deployment.service.tick()
    yield opened
    await deployment.stop()
    await api.stop()


def on(act: Callable[..., T], *arguments: Any) -> Callable[[StaffAsk], T]:
    """An act with what it is about."""
    return lambda ask: act(ask, *arguments)


def enter_marks(ask: StaffAsk, known: Application, written: Mapping[str, tuple[str, str]]) -> None:
    enter_review(ask, known, "评审一", read_marks(ask, written))


def filled(unit: str, contact: str) -> list[str]:
    """What a holder writes so that the form is complete."""
    answers = ["我要申报", *ANSWERS]
    answers[1], answers[10] = unit, contact
    return answers


async def test_from_the_opening_notice_to_the_plaques(campaign_at_work: Campaign) -> None:
    work = campaign_at_work
    await opening(work)
    await applying(work)
    await reminding(work)
    await recommending(work)
    await receiving_and_reviewing(work)
    await inspecting(work)
    await deciding(work)
    await announcing(work)


async def opening(work: Campaign) -> None:
    assert "须由另一位同志签发" in await work.say(
        OFFICE, "通知 全体推荐单位：请于2019年7月25日之前报送，收到请回复“收到”。"
    )
    assert "请于2019年7月25日之前报送" not in work.heard(BODY)
    await work.say(SECOND, "签发 通知1")
    assert "请于2019年7月25日之前报送" in work.heard(BODY)
    assert "已确认" in await work.say(BODY, "收到") or "收到" in work.heard(BODY)
    assert "确认1人" in (board := await work.say(OFFICE, "通知1 情况")) or "已确认" in board


async def applying(work: Campaign) -> None:
    await work.say(FIRST, *filled(UNIT, "张敏"), "确认")
    await work.say(OTHER, *filled(OTHER_UNIT, "李强"), "确认")
    await work.say(SLOW, "我要申报", SLOW_UNIT)
    assert [await work.stage(unit) for unit in (UNIT, OTHER_UNIT)] == ["submitted", "submitted"]
    assert "回执" in work.heard(FIRST)
    assert OTHER_UNIT not in work.heard(FIRST)


async def reminding(work: Campaign) -> None:
    """Whoever still owes something hears of it as the days pass; nobody hears it twice in a day."""
    before = work.heard(SLOW)
    await work.move_clock("2019-07-18T17:50+08:00")
    news = work.heard(SLOW)[len(before) :]
    assert "7月25日之前" in news
    await work.move_clock("2019-07-18T17:58+08:00")
    assert work.heard(SLOW)[len(before) :] == news


async def recommending(work: Campaign) -> None:
    one, other = await work.application(UNIT), await work.application(OTHER_UNIT)
    await work.say(BODY, f"列为候选 {one.number} {other.number}", "排序", f"排序 {other.number} {one.number}")
    await work.say(BODY, "上报", "确认上报")
    assert [await work.stage(unit) for unit in (UNIT, OTHER_UNIT)] == ["recommended", "recommended"]
    ranking = await work.read(lambda store: store.ranking("ruzhou"))
    assert [known.application for known in ranking] == [other.id, one.id]
    assert "汝州市人民政府已上报2家" in work.heard(OFFICE)


async def receiving_and_reviewing(work: Campaign) -> None:
    one, other = await work.application(UNIT), await work.application(OTHER_UNIT)
    await work.say(OFFICE, "收件 汝州市", f"受理 {one.number} {other.number}")
    assert [await work.stage(unit) for unit in (UNIT, OTHER_UNIT)] == ["accepted", "accepted"]
    for unit, score in ((UNIT, "88"), (OTHER_UNIT, "91")):
        known = await work.application(unit)
        conditions = work.deployment.service.campaign.results.conditions
        written = dict.fromkeys(conditions, (score, "事例充分"))
        await work.act(OFFICE, on(enter_marks, known, written))
    for unit in (UNIT, OTHER_UNIT):
        known = await work.application(unit)
        await work.act(OFFICE, on(finish_review, known))
    assert [await work.stage(unit) for unit in (UNIT, OTHER_UNIT)] == ["reviewed", "reviewed"]
    assert "已评审" not in work.heard(FIRST)
    assert "事例充分" not in work.heard(FIRST)


async def inspecting(work: Campaign) -> None:
    one, other = await work.application(UNIT), await work.application(OTHER_UNIT)
    team = "组长郑凯 成员冯雪 联系人何平 电话0375-2663225"
    await work.say(OFFICE, f"安排验收 {one.number} 7月30日上午9:30 {team}")
    await work.say(OFFICE, f"安排验收 {other.number} 7月31日上午9:30 {team}")
    assert "7月30日" not in work.heard(FIRST)
    await work.say(SECOND, "发布验收安排")
    assert ("7月30日" in work.heard(FIRST), "7月31日" in work.heard(FIRST)) == (True, False)
    assert "7月31日" in work.heard(LEADER)
    await work.say(FIRST, "收到，届时接待")
    await work.say(OTHER, "需改期 7月31日全市防汛会，能否改到8月1日")
    assert "防汛会" in work.heard(OFFICE)
    await work.say(OFFICE, "改期 验收2 8月1日上午9:30 理由：单位有防汛会")
    await work.say(SECOND, "发布验收安排")
    assert "8月1日" in work.heard(OTHER)
    await work.say(OTHER, "确认")
    await work.move_clock("2019-08-01T17:00+08:00")
    for unit in (UNIT, OTHER_UNIT):
        await sign_a_sheet(work, await work.application(unit))
        known = await work.application(unit)
        await work.act(OFFICE, on(finish_inspection, known.number))
    assert [await work.stage(unit) for unit in (UNIT, OTHER_UNIT)] == ["inspected", "inspected"]


async def sign_a_sheet(work: Campaign, known: Application) -> None:
    """One finding, everything else looked at; signed by leader and member."""
    desks = await work.act(LEADER, lambda ask: sheet_list(ask, known.id))
    (sheet,) = [desk.sheet.id for desk in desks]
    view = await work.act(LEADER, lambda ask: sheet_view(ask, sheet))
    items = [item for section in view.sections for item in section.items if not item.bonus]
    ids = count(int(known.id, 16) % 10**9)
    found = {"kind": "finding", "item": "a2.1.1", "rule": "missing", "count": 1, "evidence": "缺年底考核"}
    rows: list[dict[str, Any]] = [found]
    rows += [{"kind": "looked", "item": item.id} for item in items if not item.averaged]
    rows += [{"kind": "tested", "item": item.id, "scores": [90, 96]} for item in items if item.averaged]
    entries = [
        row | {"id": str(UUID(int=next(ids)))} for row in rows if row.get("item") != "a2.1.1" or row is found
    ]
    read = read_entries({"entries": entries}, work.deployment.service.campaign)
    assert read.problems == ()
    await work.act(LEADER, lambda ask: apply_entries(ask, sheet, read.entries))
    for userid, reason in ((LEADER, "在线测试的折算办法尚未确定"), (MEMBER, "")):
        shown = await work.act(userid, lambda ask: sheet_view(ask, sheet))
        await work.act(userid, on(sign_sheet, sheet, shown.digest, reason))


async def deciding(work: Campaign) -> None:
    one, other = await work.application(UNIT), await work.application(OTHER_UNIT)
    await work.say(OFFICE, f"拟定 {one.number} 理由：三项均居前")
    await work.say(OFFICE, f"不入选 {other.number} 理由：验收得分低")
    assert "公示" in await work.say(FIRST, "我们入选了吗")
    assert [text in work.heard(FIRST) for text in ("列入拟定名单", "三项均居前")] == [False, False]
    await work.move_clock("2019-08-15T09:07+08:00")
    await work.say(OFFICE, "审定 平法政办〔2019〕8号 王某某 8月15日")
    await work.say(OFFICE, "公示期 5个工作日 异议渠道：实名书面或电话0375-2663225")
    assert "公示时间：2019年8月15日至2019年8月21日" in await work.say(OFFICE, f"开始公示 8月15日 {LINK}")
    assert "另一位同志" in await work.say(OFFICE, "签发公示")
    await work.say(SECOND, "签发公示")
    assert [await work.stage(unit) for unit in (UNIT, OTHER_UNIT)] == ["in_public_notice", "inspected"]


async def announcing(work: Campaign) -> None:
    one = await work.application(UNIT)
    await work.say(OFFICE, f"异议 {one.number} 电话 实名：案卷不实")
    await work.move_clock("2019-08-22T09:07+08:00")
    assert "尚未办结" in await work.say(OFFICE, "公布")
    await work.say(OFFICE, "异议1 办理：已调阅案卷10份", "异议1 结论 不成立：案卷属实")
    await work.say(OFFICE, "公布 平法政〔2019〕9号")
    assert "另一位同志" in await work.say(OFFICE, "签发公布")
    assert "未入选" not in work.heard(OTHER)
    await work.say(SECOND, "签发公布")
    assert [await work.stage(unit) for unit in (UNIT, OTHER_UNIT)] == ["announced", "not_selected"]
    assert ("被确定为" in work.heard(FIRST), "未入选" in work.heard(OTHER)) == (True, True)
    assert ("被确定为" in work.heard(OTHER), "验收得分低" in work.heard(OTHER)) == (False, False)
    lines = await work.read(plaques)
    announced = await work.read(lambda store: released(store, ReleaseKind.ANNOUNCEMENT))
    assert announced is not None
    assert [line.listed.unit.encode() for line in lines] == [one.unit.encode() for one in announced.listed]
    await work.say(OFFICE, f"匾牌 {one.number} 领取人 张三")
    assert await work.stage(UNIT) == "awarded"
