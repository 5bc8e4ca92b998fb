"""Packages as the office receives them, body by body, and the ledger of paper forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from bot.console.package_sheets import package_table, packages_table
from bot.console.packages import SENT, SILENT, ZERO, one_package, overview
from bot.staff.desk import StaffAnswer, StaffAsk
from bot.staff.finding import Refused
from bot.staff.package_intake import answer_correction, move_up, receive_package
from bot.staff.paper import NO_CODE, enter_paper
from bot.staff.recommend_commands import AnswerCorrection, EnterPaper, MoveUp, ReceivePackage
from handlers.console.exports import table_file
from handlers.console.results_frame import page_of
from handlers.console.site import ONCE, Handler, Site, office_only, refusable

HOME = "/console/packages"
Fields = Mapping[str, str]


def routes(site: Site) -> list[web.RouteDef]:
    pages = PackagePages(site)
    acts: dict[str, Callable[[StaffAsk, Fields], StaffAnswer]] = {
        "receive": lambda ask, form: receive_package(ask, ReceivePackage(form["which"], form["reason"])),
        "correction": lambda ask, form: answer_correction(
            ask, AnswerCorrection(form["body"], form["granted"] == "yes")
        ),
        "move-up": lambda ask, form: move_up(ask, MoveUp(form["body"], form["granted"] == "yes")),
        "paper": lambda ask, form: enter_paper(
            ask, EnterPaper(form["which"], form["code"] or NO_CODE, form["brought_by"])
        ),
    }
    return [
        web.get(HOME, office_only(pages.show)),
        web.get(f"{HOME}.xlsx", office_only(pages.table)),
        web.get(f"{HOME}/{{receipt}}/list.xlsx", office_only(pages.list_table)),
        web.get(f"{HOME}/{{receipt}}", office_only(pages.one)),
        *(web.post(f"{HOME}/acts/{name}", office_only(pages.act(act))) for name, act in acts.items()),
    ]


class PackagePages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Every body with what it sent; `state` shows only those that sent, reported nobody, or did neither."""
        rows = await self._site.look(request, overview)
        shown = _shown(request)
        return self._site.page(request, "packages.html", rows=rows, shown=shown)

    async def one(self, request: web.Request) -> web.StreamResponse:
        """One package as it was sent, and as it stands."""
        receipt, page = request.match_info["receipt"], page_of(request)
        try:
            view = await self._site.look(request, lambda ask: one_package(ask, receipt, page))
        except Refused as why:
            raise web.HTTPNotFound from why
        return self._site.page(request, "package.html", view=view)

    async def table(self, request: web.Request) -> web.StreamResponse:
        """The same bodies as a table."""
        shown = _shown(request)
        return await table_file(self._site, request, lambda ask: packages_table(ask, shown), HOME)

    async def list_table(self, request: web.Request) -> web.StreamResponse:
        """All units of one package as a table."""
        receipt = request.match_info["receipt"]
        found = await self._site.look(request, lambda ask: ask.store.package(receipt))
        if found is None:
            raise web.HTTPNotFound
        back = f"{HOME}/{found.receipt}"
        return await table_file(self._site, request, lambda ask: package_table(ask, receipt), back)

    def act(self, act: Callable[[StaffAsk, Fields], StaffAnswer]) -> Handler:
        """An act by a form; afterwards the page it was sent from."""

        @refusable(self._site, _back)
        async def run(request: web.Request) -> web.StreamResponse:
            form = await request.post()
            names = ("which", "reason", "body", "granted", "code", "brought_by")
            fields = {name: str(form.get(name, "")).strip() for name in names}
            answer = await self._site.act(request, lambda ask: act(ask, fields), str(form.get(ONCE, "")))
            return self._site.done(_back(request), "\n".join(answer.texts))

        return run


def _shown(request: web.Request) -> str:
    """The state that is asked for; "" for all."""
    state = request.query.get("state", "")
    return state if state in (SENT, ZERO, SILENT) else ""


def _back(request: web.Request) -> str:
    """The package a form belongs to; the list where none is named."""
    receipt = request.query.get("from", "")
    return f"{HOME}/{receipt}" if receipt and all(c.isalnum() or c == "-" for c in receipt) else HOME
