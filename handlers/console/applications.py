"""The list of applications: filters, order, columns, and what may be done with the ticked rows."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiDictProxy

from bot.console.application_list import USUAL, Column, application_list
from bot.console.bulk import MOST, OF_BODY, OF_OFFICE, Bulk, carry_out_many
from bot.console.query import ApplicationQuery, Mark, Owes, Sort, address, read_query
from handlers.console.application_words import tones_of
from handlers.console.exports import summary_file
from handlers.console.session import VIEWER
from handlers.console.site import ONCE, Handler, Site, link, office_only, refusable

HOME = "/console/applications"
COMPOSER = "/console/notices/new"
COLUMNS = "console_columns"  # the cookie that keeps which columns somebody chose
_A_YEAR = 365 * 24 * 3600

COLUMN_WORDS = {
    Column.BODY: "推荐单位",
    Column.RANK: "推荐顺序",
    Column.STAGE: "状态",
    Column.OWES: "缺少材料",
    Column.DUE: "补正期限",
    Column.CONTACT: "联系人",
    Column.PHONE: "联系电话",
    Column.SUBMITTED: "报送时间",
    Column.UPDATED: "最近变动",
}
SORTS = {
    Column.BODY: Sort.BODY,
    Column.RANK: Sort.RANK,
    Column.STAGE: Sort.STAGE,
    Column.OWES: Sort.OWES,
    Column.CONTACT: Sort.CONTACT,
    Column.PHONE: Sort.PHONE,
    Column.SUBMITTED: Sort.SUBMITTED,
    Column.UPDATED: Sort.UPDATED,
}
OWES_WORDS = {
    Owes.ANY: "有缺项",
    Owes.NONE: "材料齐全",
    Owes.DECK: "缺申报报告PPT",
    Owes.SCAN: "缺盖章扫描件",
    Owes.PAPER: "缺纸质申报表",
    Owes.DECLARATIONS: "缺两项声明",
}
MARK_WORDS = {
    Mark.LATE: "逾期待认定",
    Mark.TRIED_LATE: "截止后仍要提交或修改",
    Mark.NO_ROUTE: "已报送、推荐单位待确定",
    Mark.TWO_ROUTES: "疑似两处推荐",
    Mark.UNREADABLE_DECK: "申报报告打不开",
    Mark.RETURN_OVERDUE: "补正逾期未交",
    Mark.OVERDUE: "各类逾期",
}
OWED_WORDS = {"deck": "报告PPT", "scan": "扫描件", "paper": "纸质表", "declarations": "声明"}
BULK_WORDS = {Bulk.RECEIVE: "收件", Bulk.ACCEPT: "受理", Bulk.CANDIDATE: "列为候选"}


def routes(site: Site) -> list[web.RouteDef]:
    pages = ListPages(site)
    told = refusable(site, lambda request: HOME)
    return [
        web.get(HOME, for_lists(pages.show)),
        web.get(f"{HOME}.xlsx", for_lists(pages.export)),
        web.post(f"{HOME}/columns", for_lists(pages.columns)),
        web.post(f"{HOME}/ticked/excel", for_lists(pages.export_ticked)),
        web.post(f"{HOME}/ticked/notice", office_only(pages.notice)),
        web.post(f"{HOME}/ticked/{{action}}", told(for_lists(pages.act))),
    ]


def for_lists(handler: Handler) -> Handler:
    """A page for the office and the bodies; to everybody else it does not exist."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        viewer = request[VIEWER]
        if not (viewer.is_office or viewer.bodies):
            raise web.HTTPNotFound
        return await handler(request)

    return guarded


class ListPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The page of the list that the address asks for; its rows alone for somebody who types a search."""
        query = read_query(ApplicationQuery, request.query)
        view = await self._site.look(request, lambda ask: application_list(ask, query))
        if query.page > view.pages:
            return self._site.done(to(replace(query, page=view.pages)))
        is_office = self._site.viewer(request).is_office
        is_part = request.headers.get("HX-Request-Type") == "partial"
        return self._site.page(
            request,
            "applications_rows.html" if is_part else "applications.html",
            view=view,
            query=query,
            to=lambda **changes: to(replace(query, **({"page": 1} | changes))),
            export=to(query, f"{HOME}.xlsx"),
            here=address(query),
            columns=[column for column in view.columns if column in chosen(request)],
            words=COLUMN_WORDS,
            sorts={column: sort for column, sort in SORTS.items() if is_office or column is not Column.STAGE},
            owes_words=OWES_WORDS,
            owed_words=OWED_WORDS,
            mark_words={mark: MARK_WORDS[mark] for mark in view.marks},
            acts={act: BULK_WORDS[act] for act in (OF_OFFICE if is_office else OF_BODY)},
            is_office=is_office,
            tones=tones_of(is_office),
        )

    async def columns(self, request: web.Request) -> web.StreamResponse:
        """Keep which columns somebody wants to see, in their browser."""
        form = await request.post()
        wanted = [column.value for column in Column if column.value in form.getall("column", [])]
        response = self._site.done(back_of(form))
        response.set_cookie(
            COLUMNS,
            ".".join(wanted) or "none",
            path=HOME,
            max_age=_A_YEAR,
            httponly=True,
            secure=self._site.secure,
            samesite="Lax",
        )
        return response

    async def act(self, request: web.Request) -> web.StreamResponse:
        """What the pressed button says, with every ticked row that allows it."""
        form = await request.post()
        action = next((act for act in Bulk if act.value == request.match_info["action"]), None)
        numbers = ticked(form)
        if action is None:
            raise web.HTTPNotFound
        if not numbers:
            return self._site.done(back_of(form), "请先勾选申报件。", "warning")
        once = str(form.get(ONCE, ""))
        said = await self._site.act(request, lambda ask: carry_out_many(ask, action, numbers), once)
        return self._site.done(back_of(form), said)

    async def notice(self, request: web.Request) -> web.StreamResponse:
        """On to the composer of notices, with the ticked ones as those whom it goes to."""
        form = await request.post()
        numbers = ticked(form)
        if not numbers:
            return self._site.done(back_of(form), "请先勾选申报件。", "warning")
        return self._site.done(link(COMPOSER, applications=" ".join(numbers)))

    async def export(self, request: web.Request) -> web.StreamResponse:
        """The whole list with the same filter, as the office's table."""
        query = read_query(ApplicationQuery, request.query)
        return await summary_file(self._site, request, query)

    async def export_ticked(self, request: web.Request) -> web.StreamResponse:
        """The same table of the ticked ones."""
        form = await request.post()
        numbers = ticked(form)
        if not numbers:
            return self._site.done(back_of(form), "请先勾选申报件。", "warning")
        query = read_query(ApplicationQuery, dict(parse_qsl(str(form.get("back", "")))))
        return await summary_file(self._site, request, query, frozenset(numbers))


def chosen(request: web.Request) -> tuple[Column, ...]:
    """The columns that somebody wants to see."""
    kept = request.cookies.get(COLUMNS, "")
    return tuple(column for column in Column if column.value in kept.split(".")) if kept else USUAL


def to(query: ApplicationQuery, home: str = HOME) -> str:
    """The address of a list."""
    asked = address(query)
    return f"{home}?{asked}" if asked else home


def ticked(form: MultiDictProxy[Any]) -> tuple[str, ...]:
    """The numbers of the ticked rows."""
    return tuple(str(number) for number in form.getall("pick", []))[:MOST]


def back_of(form: MultiDictProxy[Any]) -> str:
    """The list that a form was sent from."""
    return to(read_query(ApplicationQuery, dict(parse_qsl(str(form.get("back", ""))))))
