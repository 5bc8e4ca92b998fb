"""Next year's campaign out of this one: a form, what somebody has to go through, and the folder as a .zip."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.staff.finding import Refused
from bot.work.clone import Clone, CloneOrder, build_clone, check_clone, order_clone, take_over_people
from config.load import CampaignError
from handlers.console.campaign import HOME as CAMPAIGN
from handlers.console.campaign import campaign_page
from handlers.console.site import ONCE, Site, office_only
from handlers.console.typed import day_of

HOME = f"{CAMPAIGN}/clone"
ZIP = "application/zip"


def routes(site: Site) -> list[web.RouteDef]:
    pages = ClonePages(site)
    return [
        web.get(HOME, office_only(pages.show)),
        web.post(HOME, office_only(pages.check)),
        web.post(f"{HOME}/folder.zip", office_only(pages.download)),
        web.post(f"{HOME}/people", office_only(pages.people)),
    ]


class ClonePages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The form, with next year's likely values."""
        return self._page(request, self._usual())

    async def check(self, request: web.Request) -> web.StreamResponse:
        """Build it, and list what somebody has to go through before it is used."""
        form = _fields(await request.post())
        order = _order(form)
        if order is None:
            return self._page(request, form, "请填写三个日期。")
        try:
            edits = await self._site.look(request, lambda ask: check_clone(ask, order))
            made = await asyncio.to_thread(build_clone, self._site.campaign, edits, order)
        except Refused as why:
            return self._page(request, form, str(why))
        except CampaignError as why:
            return self._page(request, form, "新活动不完整：" + "；".join(why.problems))
        return self._page(request, form, made=made)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The folder. That it left is on record."""
        form = _fields(await request.post())
        order = _order(form)
        if order is None:
            return self._page(request, form, "请填写三个日期。")
        try:
            edits = await self._site.act(request, lambda ask: order_clone(ask, order), form[ONCE])
        except Refused as why:
            return self._page(request, form, str(why))
        made = await asyncio.to_thread(build_clone, self._site.campaign, edits, order)
        return self._site.download(made.content, made.name, ZIP)

    async def people(self, request: web.Request) -> web.StreamResponse:
        """Everybody keeps their role in the new campaign."""
        form = _fields(await request.post())
        try:
            count = await self._site.act(request, lambda ask: take_over_people(ask, form["id"]), form[ONCE])
        except Refused as why:
            return self._site.done(HOME, str(why), "danger")
        return self._site.done(HOME, f"已让{count}人在新活动中沿用原来的身份。")

    def _usual(self) -> Mapping[str, str]:
        campaign = self._site.campaign
        year = campaign.deadline.year
        head, dash, _ = campaign.id.rpartition("-")
        return _fields(
            {
                "id": f"{head}-{year + 1}" if dash else "",
                "title": campaign.title.replace(str(year), str(year + 1)),
            }
        )

    def _page(
        self, request: web.Request, form: Mapping[str, str], trouble: str = "", made: Clone | None = None
    ) -> web.StreamResponse:
        return campaign_page(
            self._site, request, "campaign_clone.html", tab=HOME, form=form, trouble=trouble, made=made
        )


def _fields(form: Mapping[str, Any]) -> Mapping[str, str]:
    names = ("id", "title", "document_number", "opens", "deadline", "ends", "deadline_words", ONCE)
    return {name: str(form.get(name, "")).strip() for name in names}


def _order(form: Mapping[str, str]) -> CloneOrder | None:
    days = [day_of(form[name]) for name in ("opens", "deadline", "ends")]
    opens, deadline, ends = days
    if opens is None or deadline is None or ends is None:
        return None
    words = (form["id"], form["title"], form["document_number"])
    return CloneOrder(*words, opens, deadline, ends, form["deadline_words"])
