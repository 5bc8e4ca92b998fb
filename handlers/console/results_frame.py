"""What the pages of results share: the steps above them, and the form that is shown again with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from aiohttp import web

from bot.console.results import head
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from handlers.console.site import ONCE, Site
from handlers.console.typed import number_of

T = TypeVar("T")
HOME = "/console/results"
Fields = Mapping[str, str]


class ResultFrame:
    """A part of the pages; `step` is the tab they belong to."""

    def __init__(self, site: Site, step: str) -> None:
        self.site = site
        self._step = step

    async def show(
        self,
        request: web.Request,
        template: str,
        view: Callable[[StaffAsk], object],
        trouble: str = "",
        typed: Fields | None = None,
        **values: object,
    ) -> web.Response:
        """A page with the steps; a `trouble` stands above it, and `typed` is what its form held."""
        try:
            top, seen = await self.site.look(request, lambda ask: (head(ask), view(ask)))
        except Refused as why:
            raise web.HTTPNotFound from why
        shown = {"head": top, "view": seen, "step": self._step, "trouble": trouble, "typed": typed or {}}
        return self.site.page(request, template, 200, **{**shown, **values})

    async def act(self, request: web.Request, fields: Fields, act: Callable[[StaffAsk], T]) -> T:
        """An act as whoever asks, once for each form."""
        return await self.site.act(request, act, fields.get(ONCE, ""))


async def read_form(request: web.Request) -> dict[str, str]:
    """A form's fields, trimmed; files are left out."""
    form = await request.post()
    return {name: value.strip() for name, value in form.items() if isinstance(value, str)}


def page_of(request: web.Request) -> int:
    """Which page of a list is asked for."""
    return number_of(request.query.get("page", "")) or 1
