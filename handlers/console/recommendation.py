"""A recommending body's own page: what waits, the order by drag or by keyboard, the package, its dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from bot.console.package_sheets import order_table
from bot.console.recommendation import (
    ROWS,
    opinion_order,
    own_package,
    own_receipts,
    recommendation,
    rows_of,
    sending,
)
from bot.staff.candidates import accept, return_one, set_cutoff
from bot.staff.candidates import grant_withdrawal as grant
from bot.staff.desk import StaffAnswer, StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import MoveRefused
from bot.staff.ordering import OrderChanged, set_order
from bot.staff.packages import package_items, send_package, send_zero
from bot.staff.recommend_commands import AcceptCandidates, ChooseRoute, GrantWithdrawal, Return, SetCutoff
from bot.staff.routes import body_by_id
from bot.staff.two_routes import choose_route
from handlers.console.exports import table_file
from handlers.console.results_frame import page_of
from handlers.console.site import DOCX, ONCE, Site, body_only, link, refusable

HOME = "/console/recommendation"


def routes(site: Site) -> list[web.RouteDef]:
    pages = RecommendationPages(site)
    told = refusable(site, lambda request: HOME)
    acts = {
        "accept": pages.accept,
        "return": pages.return_one,
        "withdrawal": pages.withdrawal,
        "cutoff": pages.cutoff,
        "route": pages.route,
        "package": pages.package,
        "zero": pages.zero,
    }
    return [
        web.get(HOME, body_only(pages.show)),
        web.get(f"{HOME}.xlsx", body_only(pages.table)),
        web.get(f"{HOME}/package", body_only(pages.preview)),
        web.get(f"{HOME}/packages/{{receipt}}", body_only(pages.receipt)),
        web.get(f"{HOME}/opinion/{{number}}", body_only(pages.opinion)),
        web.post(f"{HOME}/order", body_only(told(pages.order))),
        *(web.post(f"{HOME}/{name}", body_only(told(act))) for name, act in acts.items()),
    ]


class RecommendationPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The whole page."""
        return await self._page(request)

    async def table(self, request: web.Request) -> web.StreamResponse:
        """The order as a table."""
        return await table_file(self._site, request, order_table, HOME)

    async def _page(
        self,
        request: web.Request,
        wished: tuple[str, ...] = (),
        trouble: str = "",
        typed: Mapping[str, str] | None = None,
    ) -> web.StreamResponse:
        """The page; with an order that could not be kept beside the present one, where somebody was faster.

        `typed` is what a return could not be made of.
        """
        page = page_of(request)
        view = await self._site.look(request, lambda ask: recommendation(ask, page))
        look = partial(rows_of, ids=wished)
        mine = await self._site.look(request, look) if wished else ()
        theirs = await self._site.look(request, partial(rows_of, ids=view.ids)) if wished else ()
        can_keep_mine = {row.id for row in mine} == {row.id for row in theirs}
        orders = {"mine": mine, "theirs": theirs}
        return self._site.page(
            request,
            "recommendation.html",
            view=view,
            orders=orders,
            trouble=trouble,
            typed=typed or {},
            can_keep_mine=can_keep_mine,
        )

    async def order(self, request: web.Request) -> web.StreamResponse:
        """Save the order: the rows that were shown name their applications, first to last, the rest stays."""
        form = await request.post()
        seen, moved = str(form.get("seen", "")).split(), str(form.get("up") or form.get("down") or "")
        wished = _wished(form, seen)
        try:
            said = await self._act(request, form, lambda ask: set_order(ask, tuple(seen), wished))
        except OrderChanged as why:
            return await self._page(request, tuple(wished), str(why))
        page = (wished.index(moved) if moved in wished else _number(form, "first") - 1) // ROWS + 1
        home = link(HOME, page=page if page > 1 else "")
        return self._site.done(f"{home}#row-{moved}" if moved in wished else home, said)

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Make candidates of the ticked ones."""
        form = await request.post()
        which = tuple(str(each) for each in form.getall("pick", []))
        if not which:
            return self._site.done(HOME, "请先勾选要列为候选的申报件。", "warning")
        said = await self._act(request, form, lambda ask: accept(ask, AcceptCandidates(which)))
        return self._site.done(HOME, said)

    async def return_one(self, request: web.Request) -> web.StreamResponse:
        """Return one for correction."""
        form = await request.post()
        typed = {name: str(form.get(name, "")).strip() for name in ("number", "reason", "due")}
        if not typed["reason"] or not typed["due"]:
            return await self._page(request, trouble="请写明补正事项和期限。", typed=typed)
        wish = Return(typed["number"], typed["reason"], typed["due"])
        try:
            said = await self._act(request, form, lambda ask: return_one(ask, wish))
        except (Refused, MoveRefused) as why:
            return await self._page(request, trouble=str(why), typed=typed)
        return self._site.done(HOME, said)

    async def withdrawal(self, request: web.Request) -> web.StreamResponse:
        """Let a unit withdraw."""
        form = await request.post()
        which, reason = (str(form.get(name, "")).strip() for name in ("number", "reason"))
        if not reason:
            return self._site.done(HOME, "请写明理由。", "warning")
        said = await self._act(request, form, lambda ask: grant(ask, GrantWithdrawal(which, reason)))
        return self._site.done(HOME, said)

    async def cutoff(self, request: web.Request) -> web.StreamResponse:
        """Set the body's own date."""
        form = await request.post()
        day = str(form.get("day", ""))
        if not day:
            return self._site.done(HOME, "请选择日期。", "warning")
        said = await self._act(request, form, lambda ask: set_cutoff(ask, SetCutoff(day)))
        return self._site.done(HOME, said)

    async def route(self, request: web.Request) -> web.StreamResponse:
        """This body recommends a unit that came by two routes."""
        form = await request.post()
        number = str(form.get("number", ""))
        said = await self._act(request, form, lambda ask: choose_route(ask, ChooseRoute(number, "")))
        return self._site.done(HOME, said)

    async def preview(self, request: web.Request) -> web.StreamResponse:
        """What would be sent, read back before it is."""
        view = await self._site.look(request, sending)
        return self._site.page(request, "recommendation_send.html", view=view)

    async def package(self, request: web.Request) -> web.StreamResponse:
        """Send what was read back; where it changed since, it is read back again."""
        form = await request.post()
        digest = str(form.get("digest", ""))
        before = await self._site.look(request, own_receipts)
        said = await self._act(request, form, lambda ask: send_package(ask, digest))
        after = await self._site.look(request, own_receipts)
        if after == before:
            return self._site.done(f"{HOME}/package", "内容刚才有变化，尚未上报。请核对后再确认。", "warning")
        return self._site.done(f"{HOME}/packages/{after[0]}", said)

    async def zero(self, request: web.Request) -> web.StreamResponse:
        """Report that nobody is recommended."""
        form = await request.post()
        said = await self._act(request, form, send_zero)
        return self._site.done(HOME, said)

    async def receipt(self, request: web.Request) -> web.StreamResponse:
        """A package as it was sent, to be printed."""
        receipt = request.match_info["receipt"]
        found = await self._site.look(request, lambda ask: own_package(ask, receipt))
        if found is None:
            raise web.HTTPNotFound
        body = body_by_id(self._site.campaign, found.body)
        name, items = body.name if body else found.body, package_items(found)
        return self._site.page(request, "recommendation_receipt.html", package=found, name=name, items=items)

    async def opinion(self, request: web.Request) -> web.StreamResponse:
        """The form with the place in the order in its opinion box."""
        number = request.match_info["number"]
        order = await self._site.look(request, lambda ask: opinion_order(ask, number))
        sheet = await self._site.shop.opinion(order, self._site.viewer(request).person.id) if order else None
        if sheet is None:
            raise web.HTTPNotFound
        return self._site.download(sheet.content, sheet.name, DOCX)

    async def _act(
        self, request: web.Request, form: MultiDictProxy[Any], act: Callable[[StaffAsk], StaffAnswer]
    ) -> str:
        answer = await self._site.act(request, act, str(form.get(ONCE, "")))
        return "\n".join(answer.texts)


def _wished(form: MultiDictProxy[Any], seen: list[str]) -> list[str]:
    """The whole order as the form would have it: `up`, `down` or `from_place` with `to_place` move one."""
    shown = [str(each) for each in form.getall("application", [])]
    first = _number(form, "first") - 1
    wished = [*seen[:first], *shown, *seen[first + len(shown) :]]
    at, to = _number(form, "from_place") - 1, _number(form, "to_place") - 1
    for name, step in (("up", -1), ("down", 1)):
        if form.get(name) in wished:
            at = wished.index(str(form[name]))
            to = at + step
    if ("up" in form or "down" in form or "move" in form) and 0 <= at < len(wished) and 0 <= to < len(wished):
        wished.insert(to, wished.pop(at))
    return wished


def _number(form: MultiDictProxy[Any], name: str) -> int:
    """A place that was typed, from 1; 1 for what is none."""
    typed = str(form.get(name, "")).strip()
    return max(int(typed), 1) if typed.isdecimal() and len(typed) < 7 else 1
