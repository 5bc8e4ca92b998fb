"""A recommending body's own page: what waits, the order by drag or by keyboard, the package, its dates."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from bot.console.recommendation import recommendation, rows_of
from bot.model.message import OpinionOrder
from bot.staff.candidates import accept, return_one, set_cutoff
from bot.staff.candidates import grant_withdrawal as grant
from bot.staff.desk import StaffAnswer, StaffAsk
from bot.staff.ordering import OrderChanged, set_order
from bot.staff.packages import package_items, send_package, send_zero
from bot.staff.recommend_commands import AcceptCandidates, ChooseRoute, GrantWithdrawal, Return, SetCutoff
from bot.staff.two_routes import choose_route
from handlers.console.site import DOCX, ONCE, Site, body_only, refusable

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

    async def _page(
        self, request: web.Request, wished: tuple[str, ...] = (), trouble: str = ""
    ) -> web.StreamResponse:
        """The page; with an order that could not be kept beside the present one, where somebody was faster."""
        view = await self._site.look(request, recommendation)
        mine = await self._site.look(request, partial(rows_of, ids=wished)) if wished else ()
        can_keep_mine = {row.id for row in mine} == {row.id for row in view.order}
        return self._site.page(
            request, "recommendation.html", view=view, mine=mine, trouble=trouble, can_keep_mine=can_keep_mine
        )

    async def order(self, request: web.Request) -> web.StreamResponse:
        """Save the order: every row names its application, first to last; `up` or `down` moves one of them."""
        form = await request.post()
        wished = [str(each) for each in form.getall("application", [])]
        seen = tuple(str(form.get("seen", "")).split())
        moved = str(form.get("up") or form.get("down") or "")
        if moved in wished:
            at = wished.index(moved)
            to = at - 1 if "up" in form else at + 1
            if 0 <= to < len(wished):
                wished[at], wished[to] = wished[to], wished[at]
        try:
            said = await self._act(request, form, lambda ask: set_order(ask, seen, wished))
        except OrderChanged as why:
            return await self._page(request, tuple(wished), str(why))
        return self._site.done(f"{HOME}#row-{moved}" if moved else HOME, said)

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
        which, reason, due = (str(form.get(name, "")).strip() for name in ("number", "reason", "due"))
        if not reason or not due:
            return self._site.done(HOME, "请写明补正事项和期限。", "warning")
        said = await self._act(request, form, lambda ask: return_one(ask, Return(which, reason, due)))
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
        view = await self._site.look(request, recommendation)
        return self._site.page(request, "recommendation_send.html", view=view)

    async def package(self, request: web.Request) -> web.StreamResponse:
        """Send what was read back; where it changed since, it is read back again."""
        form = await request.post()
        digest = str(form.get("digest", ""))
        before = len((await self._site.look(request, recommendation)).packages)
        said = await self._act(request, form, lambda ask: send_package(ask, digest))
        view = await self._site.look(request, recommendation)
        if len(view.packages) == before:
            return self._site.done(f"{HOME}/package", "内容刚才有变化，尚未上报。请核对后再确认。", "warning")
        return self._site.done(f"{HOME}/packages/{view.packages[0].receipt}", said)

    async def zero(self, request: web.Request) -> web.StreamResponse:
        """Report that nobody is recommended."""
        form = await request.post()
        said = await self._act(request, form, send_zero)
        return self._site.done(HOME, said)

    async def receipt(self, request: web.Request) -> web.StreamResponse:
        """A package as it was sent, to be printed."""
        view = await self._site.look(request, recommendation)
        receipt = request.match_info["receipt"]
        found = next((each for each in view.packages if each.receipt == receipt), None)
        if found is None:
            raise web.HTTPNotFound
        items = package_items(found)
        return self._site.page(request, "recommendation_receipt.html", view=view, package=found, items=items)

    async def opinion(self, request: web.Request) -> web.StreamResponse:
        """The form with the place in the order in its opinion box."""
        view = await self._site.look(request, recommendation)
        number = request.match_info["number"]
        rank = next((rank for rank, row in enumerate(view.order, 1) if row.number == number), 0)
        if not rank:
            raise web.HTTPNotFound
        order = OpinionOrder(view.order[rank - 1].id, rank, len(view.order))
        sheet = await self._site.shop.opinion(order, self._site.viewer(request).person.id)
        if sheet is None:
            raise web.HTTPNotFound
        return self._site.download(sheet.content, sheet.name, DOCX)

    async def _act(
        self, request: web.Request, form: MultiDictProxy[Any], act: Callable[[StaffAsk], StaffAnswer]
    ) -> str:
        answer = await self._site.act(request, act, str(form.get(ONCE, "")))
        return "\n".join(answer.texts)
