"""Who did what when (操作记录): the audit log as a list, and for Excel."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from bot.console.audit_log import audit_view, every_line
from bot.console.audit_words import action_words, detail_words
from bot.console.query import PAGE, AuditQuery, address, read_query
from bot.console.record_sheets import channel_words, log_table
from bot.documents.sheet_write import Table
from bot.staff.desk import StaffAsk
from handlers.console.exports import by_title, table_file
from handlers.console.site import Site, office_only

HOME = "/console/log"


def routes(site: Site) -> list[web.RouteDef]:
    pages = LogPages(site)
    return [web.get(HOME, office_only(pages.show)), web.get(f"{HOME}/log.xlsx", office_only(pages.table))]


class LogPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """A page of the log, newest first."""
        query = read_query(AuditQuery, request.query)
        view = await self._site.look(request, lambda ask: audit_view(ask, query))
        campaign = self._site.campaign
        actions = sorted(
            ((action, action_words(campaign, action), count) for action, count in view.page.sums.items()),
            key=lambda one: one[1],
        )
        return self._site.page(
            request,
            "log.html",
            view=view,
            query=query,
            actions=actions,
            pages=max(-(-view.page.total // PAGE), 1),
            action_words=action_words,
            detail_words=detail_words,
            channel_words=channel_words,
            sheet=f"{HOME}/log.xlsx?{address(replace(query, page=1))}",
        )

    async def table(self, request: web.Request) -> web.StreamResponse:
        """The same list for Excel, all of its pages."""
        query = read_query(AuditQuery, request.query)

        def table(ask: StaffAsk) -> Table:
            return log_table(ask.clerk.campaign, every_line(ask, query), ask.now)

        return await table_file(self._site, request, table, HOME, by_title)
