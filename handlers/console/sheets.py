"""On-site sheets: the list, the sheet itself on a phone, its draws, signatures, paper and Excel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import wraps

from aiohttp import web

from bot.console.notices import PAGE, pages_of
from bot.documents.sheet_write import workbook
from bot.sheets.access import Hidden, log_attempt
from bot.sheets.draws import open_draw, prepare_draw
from bot.sheets.listing import SheetPage, ToOpen, candidates, sheet_page, to_open, visits_to_open
from bot.sheets.opening import change_team, open_sheet, recuse
from bot.sheets.reading import sheet_view
from bot.sheets.results import finish_inspection
from bot.sheets.sign_off import conclude_veto, reopen_sheet, sign_sheet
from bot.sheets.table import sheet_table
from bot.sheets.tally import base_items
from bot.sheets.views import Act
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from handlers.console.session import VIEWER
from handlers.console.site import ONCE, Handler, Site, office_only, refusable
from handlers.console.typed import number_of
from handlers.console.words import moment

HOME = "/console/sheets"
ONE = f"{HOME}/{{sheet:[0-9]{{1,9}}}}"
Fields = dict[str, str]
_NAMES = ("reason", "person", "entry", "upheld")
_DRAW = ("item", "names", "percent", "reason")


def routes(site: Site) -> list[web.RouteDef]:
    pages = SheetPages(site)
    acts: dict[str, tuple[Callable[[StaffAsk, int, Fields], object], str]] = {
        "reopen": (
            lambda ask, sheet, f: reopen_sheet(ask, sheet, f["reason"]),
            "已重新打开，修改后请重新签字。",
        ),
        "recuse": (
            lambda ask, sheet, f: recuse(ask, sheet, number_of(f["person"]) or 0, f["reason"]),
            "已登记回避，其评分已作废并留存。",
        ),
        "veto": (
            lambda ask, sheet, f: conclude_veto(ask, sheet, f["entry"], f["upheld"] == "yes", f["reason"]),
            "已记录认定结果。",
        ),
        "finish": (
            lambda ask, sheet, f: finish_inspection(ask, sheet_view(ask, sheet).application),
            "实地验收已结束，可在“三项对照”中作出决定。",
        ),
    }
    own = concealed(site)
    told = refusable(site, one_sheet)
    return [
        web.get(HOME, inspecting(pages.show)),
        web.get(f"{HOME}/new", office_only(pages.ask_new)),
        web.post(f"{HOME}/new", office_only(pages.open)),
        web.get(ONE, own(pages.one)),
        web.get(f"{ONE}/paper", own(pages.paper)),
        web.get(f"{ONE}/excel", own(pages.excel)),
        web.get(f"{ONE}/draws", own(pages.draws)),
        web.post(f"{ONE}/draws", own(pages.prepare)),
        web.post(f"{ONE}/draws/{{draw:[0-9]{{1,9}}}}", told(own(pages.open_draw))),
        web.post(f"{ONE}/sign", own(pages.sign)),
        web.post(f"{ONE}/team", told(own(pages.team))),
        *(web.post(f"{ONE}/{name}", told(own(pages.act(name, *act)))) for name, act in acts.items()),
    ]


def inspecting(handler: Handler) -> Handler:
    """A page for the office and inspectors; to everybody else it does not exist."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        viewer = request[VIEWER]
        if not viewer.is_office and not viewer.is_inspector:
            raise web.HTTPNotFound
        return await handler(request)

    return guarded


def concealed(site: Site) -> Callable[[Handler], Handler]:
    """A sheet that somebody may not know of does not exist; that they asked is written down."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except Hidden as why:
                sheet = sheet_of(request)
                await site.act(request, lambda ask: log_attempt(ask, sheet))
                raise web.HTTPNotFound from why

        return guarded

    return decorate


def sheet_of(request: web.Request) -> int:
    """The id in the address."""
    return int(request.match_info["sheet"])


def one_sheet(request: web.Request) -> str:
    """The address of the sheet that a request is about."""
    return f"{HOME}/{sheet_of(request)}"


class SheetPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The list, and for the office the visits that have no sheet."""
        page = number_of(request.query.get("page", "")) or 1

        def look(ask: StaffAsk) -> tuple[SheetPage, tuple[tuple[ToOpen, ...], int]]:
            return sheet_page(ask, page, PAGE), visits_to_open(ask, PAGE)

        found, (waiting, of_waiting) = await self._site.look(request, look)
        return self._site.page(
            request,
            "sheets.html",
            rows=found.rows,
            total=found.total,
            page=found.page,
            pages=pages_of(found.total),
            waiting=waiting,
            of_waiting=of_waiting,
        )

    async def ask_new(self, request: web.Request) -> web.StreamResponse:
        """Whom to open a sheet for, and with which team."""
        asked = {name: request.query.get(name, "") for name in ("application", "visit", "covert")}
        return await self._new(request, asked)

    async def _new(
        self, request: web.Request, asked: Fields, team: tuple[int, ...] | None = None, trouble: str = ""
    ) -> web.StreamResponse:
        number, visit, covert = asked["application"], number_of(asked["visit"]) or 0, bool(asked["covert"])
        people = await self._site.look(request, candidates)
        wanted = None
        if number:
            try:
                wanted = await self._site.look(request, lambda ask: to_open(ask, number, visit, covert))
            except Refused as why:
                trouble = trouble or str(why)
        if team is None:
            team = tuple(one.person for one in wanted.team) if wanted else ()
        return self._site.page(
            request, "sheet_new.html", wanted=wanted, people=people, team=team, asked=asked, trouble=trouble
        )

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Open a sheet; what was chosen is kept where it cannot be."""
        form = await request.post()
        asked = {name: str(form.get(name, "")).strip() for name in ("application", "visit", "covert")}
        team = team_in(str(form.get("leader", "")), [str(each) for each in form.getall("member", [])])
        visit, covert = number_of(asked["visit"]) or 0, bool(asked["covert"])
        try:
            sheet = await self._site.act(
                request,
                lambda ask: open_sheet(
                    ask, to_open(ask, asked["application"], visit, covert).number, team, visit, covert
                ),
                str(form.get(ONCE, "")),
            )
        except Refused as why:
            return await self._new(request, asked, team, str(why))
        return self._site.done(f"{HOME}/{sheet.id}", "评分表已打开。")

    async def one(self, request: web.Request) -> web.StreamResponse:
        """The sheet as it stands."""
        return await self._one(request)

    async def _one(
        self, request: web.Request, open_reason: str = "", trouble: str = ""
    ) -> web.StreamResponse:
        sheet = sheet_of(request)
        view = await self._site.look(request, lambda ask: sheet_view(ask, sheet))
        people = await self._site.look(request, candidates) if Act.CHANGE_TEAM in view.may else ()
        return self._site.page(
            request, "sheet.html", view=view, people=people, open_reason=open_reason, trouble=trouble
        )

    async def sign(self, request: web.Request) -> web.StreamResponse:
        """Sign what was shown; where it has changed since, it is shown again, with the reason as it was typed."""
        form = await request.post()
        sheet, once = sheet_of(request), str(form.get(ONCE, ""))
        digest, reason = (str(form.get(name, "")).strip() for name in ("digest", "open_reason"))
        try:
            await self._site.act(
                request, lambda ask: sign_sheet(ask, sheet, digest, reason), once and f"{once}:sign"
            )
        except Hidden:
            raise
        except Refused as why:
            return await self._one(request, reason, str(why))
        return self._site.done(one_sheet(request), "已签字。")

    async def paper(self, request: web.Request) -> web.StreamResponse:
        """The sheet for A4, for the unit to sign that it has seen it."""
        sheet = sheet_of(request)
        view = await self._site.look(request, lambda ask: sheet_view(ask, sheet))
        return self._site.page(request, "sheet_paper.html", view=view)

    async def excel(self, request: web.Request) -> web.StreamResponse:
        """The sheet as a workbook."""
        sheet = sheet_of(request)
        view = await self._site.look(request, lambda ask: sheet_view(ask, sheet))
        content = await asyncio.to_thread(workbook, [sheet_table(self._site.campaign, view)])
        made = moment(self._site.now(), self._site.campaign.zone)[:10]
        return self._site.download(content, f"{view.unit}实地验收评分表 {made}.xlsx")

    async def draws(self, request: web.Request) -> web.StreamResponse:
        """The draws of a sheet, and the form for another one."""
        return await self._draws(request, dict.fromkeys(_DRAW, ""))

    async def _draws(self, request: web.Request, typed: Fields, trouble: str = "") -> web.StreamResponse:
        sheet = sheet_of(request)
        view = await self._site.look(request, lambda ask: sheet_view(ask, sheet))
        items = base_items(self._site.campaign.standard)
        return self._site.page(
            request, "sheet_draws.html", view=view, items=items, typed=typed, trouble=trouble
        )

    async def prepare(self, request: web.Request) -> web.StreamResponse:
        """Draw; the list that was typed is kept where it cannot be taken."""
        form = await request.post()
        sheet = sheet_of(request)
        typed = {name: str(form.get(name, "")) for name in _DRAW}
        percent = percent_of(typed["percent"])
        lines = typed["names"].splitlines()
        try:
            await self._site.act(
                request,
                lambda ask: prepare_draw(ask, sheet, typed["item"], lines, percent, typed["reason"]),
                str(form.get(ONCE, "")),
            )
        except Hidden:
            raise
        except Refused as why:
            return await self._draws(request, typed, str(why))
        return self._site.done(f"{one_sheet(request)}/draws", "已抽取并封存，到现场后再开启。")

    async def open_draw(self, request: web.Request) -> web.StreamResponse:
        """Open a draw on site."""
        sheet, draw = sheet_of(request), int(request.match_info["draw"])
        await self._site.act(request, lambda ask: open_draw(ask, sheet, draw))
        return self._site.done(f"{one_sheet(request)}/draws", "已开启，名单如下。")

    async def team(self, request: web.Request) -> web.StreamResponse:
        """Give the sheet to another team."""
        form = await request.post()
        sheet, reason = sheet_of(request), str(form.get("reason", ""))
        team = team_in(str(form.get("leader", "")), [str(each) for each in form.getall("member", [])])
        once = str(form.get(ONCE, ""))
        await self._site.act(
            request, lambda ask: change_team(ask, sheet, team, reason), once and f"{once}:team"
        )
        return self._site.done(one_sheet(request), "已调整验收组。")

    def act(self, name: str, act: Callable[[StaffAsk, int, Fields], object], said: str) -> Handler:
        """An act by a small form on the sheet."""

        async def run(request: web.Request) -> web.StreamResponse:
            form = await request.post()
            sheet = sheet_of(request)
            fields = {each: str(form.get(each, "")).strip() for each in _NAMES}
            once = str(form.get(ONCE, ""))
            await self._site.act(request, lambda ask: act(ask, sheet, fields), once and f"{once}:{name}")
            viewer = self._site.viewer(request).person.id
            is_gone = name == "recuse" and number_of(fields["person"]) == viewer
            return self._site.done(HOME if is_gone else one_sheet(request), said)

        return run


def percent_of(text: str) -> float:
    """20, 20% or ２０％; 0, which is refused, for anything else."""
    try:
        return float(text.strip().rstrip("%％").strip())
    except ValueError:
        return 0.0


def team_in(leader: str, members: list[str]) -> tuple[int, ...]:
    """Persons, the leader first, once each."""
    people = map(number_of, (leader, *members))
    return tuple(dict.fromkeys(person for person in people if person))
