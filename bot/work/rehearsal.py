"""A whole campaign in some seconds (演练): a made-up unit goes from the opening notice to its plaque.

The real use cases run under a clock that is moved, over a scratch database, with the campaign as it is in force.
What comes out is what everybody would read and when, and what does not go as it should.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from bot.dialogue.course import Answers
from bot.model.application import Application
from bot.model.sheet import OnSiteSheet
from bot.model.staff import Role
from bot.results.reviews import enter_review, read_marks
from bot.sheets.merging import apply_entries
from bot.sheets.opening import open_sheet
from bot.sheets.read_entries import read_entries
from bot.sheets.reading import sheet_view
from bot.sheets.results import finish_inspection
from bot.sheets.sign_off import sign_sheet
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import MoveRefused
from bot.staff.recommender import recommender_field
from bot.work.rehearsal_stage import Line, Scratch, Stage
from config.campaign import Body, Campaign, Field, FieldKind

OFFICE, SECOND, LEADER, MEMBER = (
    "rehearsal-office",
    "rehearsal-second",
    "rehearsal-leader",
    "rehearsal-member",
)
CONTACT, DEPUTY, UNIT = "rehearsal-contact", "rehearsal-deputy", "rehearsal-unit"
_LINK = "https://example.invalid/"

Progress = Callable[[int, int, str], None]
"""Told the place of a step, how many there are, and what it is."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a rehearsal came to."""

    lines: tuple[Line, ...]
    problems: tuple[str, ...]  # what did not go as it should, in words for the office
    stage: str  # id of the stage the made-up unit reached; "" if it never began
    finished: bool  # every step was gone through


@dataclass(frozen=True, slots=True)
class _Step:
    words: str
    play: Callable[[], Awaitable[str]]  # what was answered last
    action: str  # of the arrow that the unit's application has gone along afterwards; "" for none


@dataclass(slots=True)
class _Script:
    """The made-up people and what they do, in order."""

    stage: Stage
    campaign: Campaign
    body: Body
    unit: str
    number: str = ""
    problems: list[str] = field(default_factory=list)

    def steps(self) -> Sequence[_Step]:
        """Those that this campaign has an arrow for."""
        every = (
            _Step("启动通知", self._open, ""),
            _Step("单位填报", self._fill, ""),
            _Step("单位报送", self._submit, "submit"),
            _Step("推荐单位核对", self._accept_candidate, "accept_candidate"),
            _Step("推荐单位上报", self._recommend, "recommend"),
            _Step("市办公室收件", self._receive, "receive"),
            _Step("市办公室受理", self._accept, "accept"),
            _Step("评审", self._review, "finish_review"),
            _Step("安排实地验收", self._arrange, ""),
            _Step("实地验收", self._inspect, "finish_inspection"),
            _Step("拟定名单", self._shortlist, "shortlist"),
            _Step("公示", self._publish, "publish_notice"),
            _Step("公布", self._announce, "announce"),
            _Step("授牌", self._award, "award"),
        )
        known = {arrow.action for arrow in self.campaign.arrows}
        return [step for step in every if not step.action or step.action in known]

    # before the deadline

    async def _open(self) -> str:
        stage = self.stage
        await stage.until(stage.at(stage.workday(self.campaign.opens)))
        text = f"{self.campaign.title}申报工作开始，请于{self.campaign.deadline_words}报送。"
        said = await stage.say(OFFICE, f"通知 全体推荐单位：{text}", "发送 通知1")
        said = await stage.say(SECOND, "签发 通知1") or said
        await stage.say(CONTACT, "收到 通知1")
        return said

    async def _fill(self) -> str:
        stage = self.stage
        await stage.until(stage.at(stage.workday(self.campaign.opens, 1)))
        said = await stage.say(UNIT, "我要申报")
        for item in self.campaign.form.fields:
            if not await self._holds(item):
                answer = self._answer(item)
                said = await stage.say(
                    UNIT, *((answer, "完") if item.kind is FieldKind.COLLECTED else (answer,))
                )
        found = await self._mine()
        if found is not None:
            self.number = found.number
        return said

    async def _holds(self, item: Field) -> bool:
        found = await self._mine()
        return found is not None and bool(found.values.get(item.id))

    async def _mine(self) -> Application | None:
        held = await self.stage.scratch.writer.run(lambda store: list(store.applications()))
        return held[0] if held else None

    def _answer(self, item: Field) -> str:
        unit = self.campaign.form.unit_field
        if item.id == recommender_field(self.campaign):
            return self.body.name
        if unit in (item.id, item.mirrors):
            return self.unit
        return "今天" if item.kind is FieldKind.DATE else item.example or "无"

    async def _submit(self) -> str:
        """Some days before the end, so that the reminders of those who have not handed in are seen."""
        await self._go_to(self._before(5))
        return await self.stage.say(UNIT, "确认")

    async def _accept_candidate(self) -> str:
        await self._go_to(self._before(2))
        return await self.stage.say(CONTACT, "待办", f"列为候选 {self.number}")

    async def _recommend(self) -> str:
        await self._go_to(self._before(1))
        return await self.stage.say(CONTACT, "上报", "确认上报")

    # afterwards

    async def _receive(self) -> str:
        stage = self.stage
        await stage.until(stage.at(stage.workday(self.campaign.deadline + timedelta(days=1))))
        return await stage.say(OFFICE, "包", f"收件 {self.body.name}")

    async def _accept(self) -> str:
        return await self.stage.say(OFFICE, f"受理 {self.number}")

    async def _review(self) -> str:
        await self._wait(3)
        known = await self._known()
        rules = self.campaign.results
        marks = dict.fromkeys(rules.conditions, (str(rules.maximum or ""), "演练"))
        await self.stage.act(
            OFFICE,
            "在“评审结果”登记评审得分",
            lambda ask: enter_review(ask, known, "演练专家", read_marks(ask, marks)),
        )
        return await self.stage.say(OFFICE, f"评审结束 {self.number}")

    async def _arrange(self) -> str:
        await self._wait(2)
        day = self._today(4)
        start = self.campaign.visits.slots[0][0] if self.campaign.visits.slots else None
        hour = f"{start:%H:%M}" if start else "09:30"
        names = self.stage.names
        leader, member = (names[self.stage.people[one]] for one in (LEADER, MEMBER))
        said = await self.stage.say(
            OFFICE, f"安排验收 {self.number} {day.month}月{day.day}日 {hour} 组长{leader} 成员{member}"
        )
        await self.stage.say(SECOND, "发布验收安排")
        visits = await self.stage.scratch.writer.run(lambda store: list(store.visits()))
        if not any(visit.is_on and visit.current is not None for visit in visits):
            raise Refused(said)
        return await self.stage.say(UNIT, "确认")

    async def _inspect(self) -> str:
        stage = self.stage
        await self._wait(4)
        team = [stage.people[one] for one in (LEADER, MEMBER)]
        sheet = await stage.act(OFFICE, "打开现场评分表", partial(self._open_sheet, team))
        await stage.act(LEADER, "逐项查看，没有发现问题", lambda ask: self._look_at_all(ask, sheet.id))
        reason = await stage.act(
            LEADER, "核对未完成事项", lambda ask: "；".join(sheet_view(ask, sheet.id).open)
        )
        if reason:
            self.problems.append(f"现场评分有事项完成不了，只能写明理由后签字：{reason}")
        for one, why in ((LEADER, "演练" if reason else ""), (MEMBER, "")):
            await stage.act(one, "签字确认评分", partial(_sign, sheet.id, why))
        await stage.act(OFFICE, "结束实地验收", lambda ask: finish_inspection(ask, sheet.application))
        return ""

    def _open_sheet(self, team: Sequence[int], ask: StaffAsk) -> OnSiteSheet:
        visit = next((one.id for one in ask.store.visits() if one.is_on), 0)
        return open_sheet(ask, self.number, team, visit)

    def _look_at_all(self, ask: StaffAsk, sheet: int) -> None:
        items = [
            item for section in self.campaign.standard.sections if not section.bonus for item in section.items
        ]
        rows: list[dict[str, object]] = []
        for place, item in enumerate(items, start=1):
            row: dict[str, object] = {"id": str(UUID(int=place)), "item": item.id}
            rows.append(row | ({"kind": "tested", "scores": [100]} if item.averaged else {"kind": "looked"}))
        apply_entries(ask, sheet, read_entries({"entries": rows}, self.campaign).entries)

    async def _shortlist(self) -> str:
        await self._wait(2)
        today = self._today()
        return await self.stage.say(
            OFFICE,
            f"拟定 {self.number} 理由：演练",
            f"审定 演练〔{today.year}〕1号 演练领导 {today.month}月{today.day}日",
        )

    async def _publish(self) -> str:
        today = self._today()
        rules = self.campaign.results
        days, channel = rules.workdays or 5, rules.channel or f"电话{self.campaign.contact.phone}"
        if not rules.workdays or not rules.channel:
            self.problems.append("公示期或提出异议的方式还没有确定，演练时按5个工作日、电话办理。")
        said = await self.stage.say(
            OFFICE,
            f"公示期 {days}个工作日 异议渠道：{channel}",
            f"开始公示 {today.month}月{today.day}日 {_LINK}",
        )
        return await self.stage.say(SECOND, "签发公示") or said

    async def _announce(self) -> str:
        days = self.campaign.results.workdays or 5
        await self._wait(days + 1)
        said = await self.stage.say(OFFICE, f"公布 演练〔{self._today().year}〕2号")
        return await self.stage.say(SECOND, "签发公布") or said

    async def _award(self) -> str:
        await self._wait(3)
        return await self.stage.say(OFFICE, f"匾牌 {self.number} 领取人 演练领取人")

    # dates

    def _before(self, days: int) -> date:
        """So many days before the deadline, not before the day after the opening."""
        earliest = self.stage.workday(self.campaign.opens, 1)
        return max(self.campaign.deadline - timedelta(days=days), earliest)

    async def _go_to(self, day: date) -> None:
        await self.stage.until(self.stage.at(day, 10, 21))

    async def _wait(self, workdays: int) -> None:
        await self._go_to(self._today(workdays))

    def _today(self, after: int = 0) -> date:
        return self.stage.workday(self.stage.now.astimezone(self.campaign.zone).date(), after)

    async def _known(self) -> Application:
        found = await self.stage.application(self.number)
        if found is None:
            raise Refused(f"没有找到{self.number}。")
        return found


def _sign(sheet: int, reason: str, ask: StaffAsk) -> None:
    sign_sheet(ask, sheet, sheet_view(ask, sheet).digest, reason)


async def run(campaign: Campaign, knowledge: Answers, scratch: Scratch, progress: Progress) -> Report:
    """Play the whole campaign; it ends at the first step that cannot be gone through."""
    now = Stage.first_moment(campaign)
    stage = Stage(campaign, knowledge, scratch, now)
    body = next(iter(campaign.bodies))
    short = body.aliases[0] if body.aliases else body.name
    script = _Script(stage, campaign, body, f"{short}演练局")
    await _people(stage, body)
    await stage.visitor(UNIT, f"{script.unit}填报人")
    steps = script.steps()
    finished = True
    for place, step in enumerate(steps, start=1):
        progress(place, len(steps), step.words)
        stage.step(step.words)
        trouble = await _played(script, step)
        if trouble:
            script.problems.append(f"第{place}步“{step.words}”没有走通：{trouble}")
            finished = False
            break
    found = await stage.application(script.number) if script.number else None
    return Report(tuple(stage.lines), tuple(script.problems), found.stage if found else "", finished)


async def _people(stage: Stage, body: Body) -> None:
    await stage.member(OFFICE, "演练甲", Role.OFFICE)
    await stage.member(SECOND, "演练乙", Role.OFFICE)
    await stage.member(LEADER, "严明", Role.INSPECTOR)
    await stage.member(MEMBER, "齐正", Role.INSPECTOR)
    await stage.member(CONTACT, "演练联系人", Role.BODY, body.id)
    await stage.member(DEPUTY, "演练副联系人", Role.BODY, body.id, deputy=True)


async def _played(script: _Script, step: _Step) -> str:
    """Why a step was not gone through; "" if it was."""
    try:
        said = await step.play()
    except (Refused, MoveRefused) as why:
        return str(why)
    if not step.action:
        return ""
    found = await script.stage.application(script.number) if script.number else None
    targets = {arrow.target for arrow in script.campaign.arrows if arrow.action == step.action}
    return "" if found is not None and found.stage in targets else said or "没有回答。"
