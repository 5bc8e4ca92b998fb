"""Unannounced visits, for whoever is of their team or made them: to everybody else the page is always the same."""

from __future__ import annotations

from functools import partial
from typing import Any

from aiohttp import web

from bot.console.viewer import Viewer
from bot.staff.finding import Refused
from bot.staff.visit_forms import TypedVisit, covert_typed
from bot.staff.visit_import import inspectors
from bot.visits.covert import cancel_covert, own_shown
from handlers.console.session import VIEWER
from handlers.console.site import ONCE, Handler, Site, office_only, refusable
from handlers.console.visits import read_form

HOME = "/console/visits/covert"


def routes(site: Site) -> list[web.RouteDef]:
    pages = CovertPages(site)
    return [
        web.get(HOME, _for_teams(pages.show)),
        web.get(f"{HOME}/new", office_only(pages.new)),
        web.post(f"{HOME}/new", office_only(pages.save)),
        web.post(
            f"{HOME}/{{visit:[0-9]{{1,9}}}}/cancel",
            office_only(refusable(site, lambda request: HOME)(pages.cancel)),
        ),
    ]


def _for_teams(handler: Handler) -> Handler:
    async def guarded(request: web.Request) -> web.StreamResponse:
        viewer: Viewer = request[VIEWER]
        if not viewer.is_office and not viewer.is_inspector:
            raise web.HTTPNotFound
        return await handler(request)

    return guarded


class CovertPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """One's own."""
        visits = await self._site.look(request, own_shown)
        return self._site.page(request, "visit_covert.html", visits=visits)

    async def new(self, request: web.Request) -> web.StreamResponse:
        """The empty form."""
        return await self._form(request, TypedVisit())

    async def save(self, request: web.Request) -> web.StreamResponse:
        """Enter one and tell its team."""
        form = await request.post()
        typed = read_form(form)
        try:
            _, missed = await self._site.act(
                request, partial(covert_typed, typed=typed), str(form.get(ONCE, ""))
            )
        except Refused as why:
            return await self._form(request, typed, str(why).split("\n"))
        said = "已登记，仅您和组内人员可见。"
        if missed:
            said += f"{'、'.join(missed)}没有可用的企业微信，请您当面告知。"
        return self._site.done(HOME, said, "warning" if missed else "success")

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        """Let one not take place."""
        form, visit = await request.post(), int(request.match_info["visit"])
        await self._site.act(request, lambda ask: cancel_covert(ask, visit), str(form.get(ONCE, "")))
        return self._site.done(HOME, "已取消，并告知组内人员。")

    async def _form(
        self, request: web.Request, typed: TypedVisit, troubles: list[str] | None = None
    ) -> web.StreamResponse:
        people = await self._site.look(request, inspectors)
        more: dict[str, Any] = {"typed": typed, "troubles": troubles or [], "people": people}
        return self._site.page(
            request,
            "visit_covert_new.html",
            visit=0,
            action=f"{HOME}/new",
            back=HOME,
            covert=True,
            slots=self._site.campaign.visits.slots,
            **more,
        )
