"""The reminders that are still to come, and those that were sent."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from bot.console.applications import scope_of
from bot.console.query import PAGE, OutboxQuery, OutboxState
from bot.console.reminder_plan import PlanQuery, Plans, PlanView, page_of
from bot.console.sent_reminders import list_reminders
from bot.documents.sheet_write import Column, Kind, Table, Value
from bot.staff.desk import StaffAsk
from config.campaign import Audience, Campaign
from handlers.console.exports import table_file
from handlers.console.notices import HOME, whole
from handlers.console.site import Site, office_only
from handlers.console.tones import MESSAGES
from handlers.console.typed import day_of
from handlers.console.words import moment

PLAN = f"{HOME}/plan"
SENT = f"{HOME}/reminded"
ROLES = {
    Audience.HOLDER: "填报人",
    Audience.CONTACT: "推荐单位联系人",
    Audience.DEPUTY: "推荐单位副联系人",
    Audience.CALL_SHEET: "市办公室（打电话）",
}
CHANNELS = {"wecom": "企业微信", "mail": "邮件", "call_sheet": "电话"}
STATES = {
    "held": "暂存",
    "queued": "待发",
    "sending": "发送中",
    "waiting": "等待重试",
    "sent": "已送达",
    "failed": "发送失败",
    "unsure": "不知是否送达",
    "cancelled": "未发已停",
}


def routes(site: Site) -> list[web.RouteDef]:
    pages = PlanPages(site)
    return [
        web.get(PLAN, office_only(pages.show)),
        web.get(f"{PLAN}.xlsx", office_only(pages.table)),
        web.get(SENT, office_only(pages.sent)),
    ]


class PlanPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._plans = Plans()

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Who gets what when, as things stand."""
        query = plan_query(request)
        view = page_of(await self._site.look(request, partial(self._plans.plan, query=query)), query)
        return self._site.page(
            request, "notices_plan.html", view=view, query=query, roles=ROLES, channels=CHANNELS
        )

    async def table(self, request: web.Request) -> web.StreamResponse:
        """The same days and words as a table, all pages."""
        query = plan_query(request)
        made = f"制表：{moment(self._site.now(), self._site.campaign.zone)}"
        days: list[str] = []

        def table(ask: StaffAsk) -> Table:
            view = page_of(self._plans.plan(ask, query=query), query, everything=True)
            days.append(f"{view.first}至{view.last}")
            return _plan_table(ask.clerk.campaign, view, made)

        return await table_file(self._site, request, table, PLAN, lambda _: f"提醒计划_{days[0]}.xlsx")

    async def sent(self, request: web.Request) -> web.StreamResponse:
        """The reminders that were written, the latest first, each with what became of it."""
        state = request.query.get("state", "")
        query = OutboxQuery(
            search=request.query.get("search", "").strip(),
            begins="remind:",
            state=OutboxState(state) if state in list(OutboxState) else OutboxState.EVERYTHING,
            page=max(1, whole(request.query.get("page", "1"))),
        )
        scope = scope_of(self._site.viewer(request))
        found = await self._site.read(lambda store: list_reminders(store, self._site.campaign, scope, query))
        return self._site.page(
            request,
            "notices_reminded.html",
            found=found,
            query=query,
            pages=max(1, -(-found.total // PAGE)),
            states=STATES,
            tones=MESSAGES,
            channels=CHANNELS,
        )


def plan_query(request: web.Request) -> PlanQuery:
    """The days and words of the address; what is no day counts as none."""
    query = request.query
    channel = query.get("channel", "")
    return PlanQuery(
        day_of(query.get("first", "")),
        day_of(query.get("last", "")),
        channel if channel in CHANNELS else "",
        query.get("search", "").strip(),
        whole(query.get("page", "1")),
    )


def _plan_table(campaign: Campaign, view: PlanView, made: str) -> Table:
    columns = [
        Column("序号", 6, Kind.NUMBER),
        Column("时间", 18, Kind.DATE),
        Column("收件人", 14),
        Column("身份", 18),
        Column("渠道", 10),
        Column("编号", 12),
        Column("单位", 28),
        Column("内容", 60),
    ]
    rows: list[list[Value]] = [
        [
            place,
            row.item.at.astimezone(campaign.zone).replace(tzinfo=None, second=0, microsecond=0),
            row.reader,
            ROLES.get(Audience(row.item.role), ""),
            CHANNELS.get(row.item.channel, row.item.channel),
            row.item.subject if row.item.application else "",
            row.about,
            row.item.text,
        ]
        for place, row in enumerate(view.rows, start=1)
    ]
    return Table("提醒计划", f"{campaign.title}提醒计划（{view.first} 至 {view.last}）", columns, rows, made)
