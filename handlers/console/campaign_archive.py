"""Sealing the campaign when all is over: what is still open, how it ended, what to save, until when it is kept."""

from __future__ import annotations

from aiohttp import web

from bot.console.first_page import first_page
from bot.console.stages import shown_stages
from bot.work.archive import reopen, seal, seal_of
from handlers.console.campaign import HOME as CAMPAIGN
from handlers.console.campaign import campaign_page
from handlers.console.site import ONCE, Site, office_only, refusable
from handlers.console.today import tiles
from handlers.console.typed import day_of

HOME = f"{CAMPAIGN}/archive"


def routes(site: Site) -> list[web.RouteDef]:
    pages = ArchivePages(site)
    told = refusable(site, lambda request: HOME)
    return [
        web.get(HOME, office_only(pages.show)),
        web.post(HOME, office_only(told(pages.seal))),
        web.post(f"{HOME}/reopen", office_only(told(pages.reopen))),
    ]


class ArchivePages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The seal, or the form that puts it there; the numbers are those of the first page."""
        viewer, campaign = self._site.viewer(request), self._site.campaign
        office = (await self._site.look(request, lambda ask: first_page(ask, viewer))).office
        assert office is not None  # the office's page
        stages = [(stage, office.board.of_stage(stage.id)) for stage in shown_stages(campaign, True)]
        return campaign_page(
            self._site,
            request,
            "campaign_archive.html",
            tab=HOME,
            seal=await self._site.look(request, seal_of),
            waiting=[one for one in tiles(office.numbers) if one.count],
            stages=[(stage, count) for stage, count in stages if count],
            total=office.board.total,
        )

    async def seal(self, request: web.Request) -> web.StreamResponse:
        """Seal it, or keep it longer."""
        form = await request.post()
        day, reason = day_of(str(form.get("keep_until", ""))), str(form.get("reason", ""))
        await self._site.act(request, lambda ask: seal(ask, day, reason), str(form.get(ONCE, "")))
        await self._site.follow()
        return self._site.done(HOME, "已归档封存。各方仍可查阅，不能再改。")

    async def reopen(self, request: web.Request) -> web.StreamResponse:
        """Take the seal away."""
        form = await request.post()
        reason = str(form.get("reason", ""))
        await self._site.act(request, lambda ask: reopen(ask, reason), str(form.get(ONCE, "")))
        await self._site.follow()
        return self._site.done(HOME, "已解除封存，可以继续办理。办完请重新封存。")
