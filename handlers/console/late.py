"""What was tried after the deadline: for the office all of it, for a body what concerns its own applications."""

from __future__ import annotations

from aiohttp import web

from bot.console.late_attempts import tried_late
from bot.console.query import LateQuery, read_query
from handlers.console.applications import for_lists
from handlers.console.site import Site

HOME = "/console/late"


def routes(site: Site) -> list[web.RouteDef]:
    async def show(request: web.Request) -> web.StreamResponse:
        """A page of the list, the latest first."""
        query = read_query(LateQuery, request.query)
        view = await site.look(request, lambda ask: tried_late(ask, query))
        return site.page(request, "late.html", view=view, query=query)

    return [web.get(HOME, for_lists(show))]
