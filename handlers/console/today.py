"""The first page: what waits for a decision, how long there is, how far the bodies are, what went out today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.console.first_page import first_page
from bot.console.outbox_log import Sending
from bot.console.query import (
    ApplicationQuery,
    LateQuery,
    MailQuery,
    OutboxQuery,
    Query,
    QuestionQuery,
    address,
)
from bot.console.stages import shown_stages
from bot.console.today import Number, Task
from bot.staff.standing import CANDIDATE, DRAFT, RETURNED, SUBMITTED
from handlers.console.chart import chart
from handlers.console.site import Site

HOME = "/console/"
LISTS: Mapping[type[Query], str] = {
    ApplicationQuery: "/console/applications",
    LateQuery: "/console/late",
    MailQuery: "/console/mail",
    OutboxQuery: "/console/mail/outgoing",
    QuestionQuery: "/console/questions",
}
PAGES = {
    Task.VISITS: "/console/visits?show=list&standing=told",
    Task.WISHES: "/console/visits?show=list&standing=wish",
    Task.RELEASES: "/console/visits?show=list&standing=unreleased",
    Task.CHANGES: "/console/visits?show=list&standing=changing",
    Task.PROBLEMS: "/console/results/round",
    Task.ALARMS: "/console/mail/alarms",
    Task.NOTICES: "/console/notices?state=draft",
}
TASKS = {
    Task.LATE: ("逾期待认定", "件", "bad"),
    Task.TRIED_LATE: ("截止后仍要提交或修改", "次", "wait"),
    Task.QUARANTINE: ("邮件待认领", "封", "wait"),
    Task.QUESTIONS: ("提问待答复", "个", "wait"),
    Task.DELIVERIES: ("消息发送失败", "条", "bad"),
    Task.VISITS: ("实地验收待确认", "次", "wait"),
    Task.WISHES: ("要求改期待答复", "次", "bad"),
    Task.RELEASES: ("验收安排待发布", "次", "info"),
    Task.CHANGES: ("验收变更待发布", "次", "info"),
    Task.UNREADABLE_DECKS: ("申报报告打不开", "件", "bad"),
    Task.NO_ROUTE: ("已报送、推荐单位待确定", "件", "wait"),
    Task.TWO_ROUTES: ("疑似两处推荐", "件", "wait"),
    Task.RETURN_OVERDUE: ("补正逾期未交", "件", "bad"),
    Task.PROBLEMS: ("评审人员反映问题待答复", "个", "wait"),
    Task.ALARMS: ("系统告警", "条", "bad"),
    Task.NOTICES: ("通知待发布", "条", "info"),
}
SENDINGS = {
    Sending.REPLY: "回复",
    Sending.REMINDER: "催办提醒",
    Sending.NOTICE: "通知",
    Sending.VISIT: "验收通知",
    Sending.ACT: "办理情况告知",
    Sending.TEST: "试发消息",
    Sending.ALARM: "系统告警",
    Sending.OTHER: "其他",
}
STAGE_WORDS = {DRAFT: "草稿", SUBMITTED: "待核对", RETURNED: "退回补正中", CANDIDATE: "候选"}
CHANNELS = {"wecom": "企业微信", "mail": "邮件"}


@dataclass(frozen=True, slots=True)
class Tile:
    label: str
    count: int
    unit: str
    tone: str
    href: str


def routes(site: Site) -> list[web.RouteDef]:
    pages = TodayPages(site)
    return [web.get("/console", pages.enter), web.get(HOME, pages.show)]


class TodayPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """The address without its stroke."""
        return self._site.done(HOME)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Every part for the roles of whoever looks."""
        viewer, campaign = self._site.viewer(request), self._site.campaign
        view = await self._site.look(request, lambda ask: first_page(ask, viewer))
        office = view.office
        no_body = campaign.phrases["table_no_body"]
        drawn = chart(campaign, office.board, shown_stages(campaign, True), no_body) if office else None
        return self._site.page(
            request,
            "today.html",
            view=view,
            tiles=tiles(office.numbers) if office else (),
            own=tiles(view.own),
            chart=drawn,
            numbers=request.query.get("show") == "numbers",
            sent=sent_rows(office.sent) if office else (),
            channels=CHANNELS,
            stage_words=STAGE_WORDS,
            body_names={body.id: body.name for body in campaign.bodies},
        )


def tiles(numbers: tuple[Number, ...]) -> tuple[Tile, ...]:
    """The numbers with their words and the addresses of their lists."""
    return tuple(
        Tile(words, number.count, unit, tone, href_of(number))
        for number in numbers
        for words, unit, tone in (TASKS[number.task],)
    )


def href_of(number: Number) -> str:
    """The list that a number counts."""
    if number.query is None:
        return PAGES[number.task]
    asked = address(number.query)
    home = LISTS[type(number.query)]
    return f"{home}?{asked}" if asked else home


def sent_rows(sent: Mapping[tuple[Sending, str], int]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """What went out today by kind, with its numbers by channel."""
    return tuple(
        (label, counts)
        for kind, label in SENDINGS.items()
        if any(counts := tuple(sent.get((kind, channel), 0) for channel in CHANNELS))
    )
