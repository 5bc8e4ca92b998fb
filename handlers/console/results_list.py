"""The three factors side by side, and the list: each unit in or out with its own reason."""

from __future__ import annotations

from aiohttp import web

from bot.console.office_sheets import results_table
from bot.console.results import factor_cells, final_list, three_factors
from bot.documents.sheet_write import Table
from bot.model.results import Column, Outcome
from bot.ports_results import Decided
from bot.results.final_list import approve_list, decide
from bot.results.on_site import on_site_of
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, find
from bot.staff.moves import MoveRefused
from handlers.console.exports import table_file
from handlers.console.results_frame import HOME, Fields, ResultFrame, page_of, read_form
from handlers.console.site import Site, link, office_only
from handlers.console.typed import day_of

_FACTORS, _LIST = f"{HOME}/factors", f"{HOME}/list"


def routes(site: Site) -> list[web.RouteDef]:
    factors, chosen = FactorPages(site), ListPages(site)
    return [
        web.get(_FACTORS, office_only(factors.show_all)),
        web.get(f"{_FACTORS}.xlsx", office_only(factors.table)),
        web.post(f"{_FACTORS}/decide", office_only(factors.decide)),
        web.get(_LIST, office_only(chosen.show_list)),
        web.post(f"{_LIST}/approve", office_only(chosen.approve)),
    ]


class FactorPages(ResultFrame):
    """The handlers of the three factors; use `routes`."""

    def __init__(self, site: Site) -> None:
        super().__init__(site, "factors")

    async def show_all(self, request: web.Request) -> web.StreamResponse:
        """The table, by number unless somebody chooses a column."""
        return await self._page(request)

    async def _page(
        self, request: web.Request, trouble: str = "", typed: Fields | None = None
    ) -> web.Response:
        column, down = sort_of(request)
        decided = decided_of(request)
        return await self.show(
            request,
            "results_factors.html",
            lambda ask: three_factors(ask, column, down, decided, page_of(request)),
            trouble,
            typed,
            sort=request.query.get("sort", Column.NUMBER.value),
            decided=decided,
        )

    async def decide(self, request: web.Request) -> web.StreamResponse:
        """Take a unit in, or leave it out; a refusal is shown above the reason as it was typed."""
        fields = await read_form(request)
        wanted = fields.get("outcome", "")
        if wanted not in list(Outcome):
            return await self._page(request, "请选择拟定、不入选或一票否决。", fields)
        try:
            said = await self.act(request, fields, lambda ask: _decide(ask, fields, Outcome(wanted)))
        except (Refused, MoveRefused) as why:
            return await self._page(request, str(why), fields)
        return self.site.done(f"{link(_FACTORS, **request.query)}#unit-{fields.get('number', '')}", said)

    async def table(self, request: web.Request) -> web.StreamResponse:
        """The same as a table, all pages."""
        column, down = sort_of(request)

        def table(ask: StaffAsk) -> Table:
            return results_table(
                ask.clerk.campaign, factor_cells(ask, column, down, decided_of(request)), ask.now
            )

        return await table_file(self.site, request, table, _FACTORS, lambda _: "三项对照表.xlsx")


class ListPages(ResultFrame):
    """The handlers of the list; use `routes`."""

    def __init__(self, site: Site) -> None:
        super().__init__(site, "list")

    async def show_list(self, request: web.Request) -> web.StreamResponse:
        """Who is in, who is out and why, and what the leader decided."""
        return await self._page(request)

    async def _page(
        self, request: web.Request, trouble: str = "", typed: Fields | None = None
    ) -> web.Response:
        page = page_of(request)
        return await self.show(
            request, "results_list.html", lambda ask: final_list(ask, page), trouble, typed
        )

    async def approve(self, request: web.Request) -> web.StreamResponse:
        """Enter the leader's decision on the list as it stands."""
        fields = await read_form(request)
        day = day_of(fields.get("decided_on", ""))
        if day is None:
            return await self._page(request, "请选择审定日期。", fields)
        document, leader = fields.get("document", ""), fields.get("leader", "")
        try:
            kept = await self.act(request, fields, lambda ask: approve_list(ask, document, leader, day))
        except (Refused, MoveRefused) as why:
            return await self._page(request, str(why), fields)
        return self.site.done(_LIST, f"已录入领导审定意见，共 {len(kept.listed)} 家。")


def sort_of(request: web.Request) -> tuple[Column, bool]:
    """The column of `?sort=-review`, and whether downwards; by number where there is none of this name."""
    wanted = request.query.get("sort", "")
    name = wanted.removeprefix("-")
    return (Column(name), wanted.startswith("-")) if name in list(Column) else (Column.NUMBER, False)


def decided_of(request: web.Request) -> Decided:
    """Which of them `?decided=out` asks for; all where there is nothing of this name."""
    wanted = request.query.get("decided", "")
    return Decided(wanted) if wanted in list(Decided) else Decided.ALL


def _decide(ask: StaffAsk, fields: Fields, outcome: Outcome) -> str:
    known = find(ask, fields.get("number", ""))
    decide(ask, known, outcome, fields.get("reason", ""), on_site_of(ask.store, known.id))
    return f"已记录：{known.number} {ask.say(f'result_outcome_{outcome}')}。公布前不会告知任何单位。"
