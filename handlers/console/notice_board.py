"""One notice: a draft to be let go, or the board of everybody it goes to, its call sheet and its tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from bot.console.notices import DraftView, draft_view, receipts
from bot.console.office_sheets import calls_table, receipts_table
from bot.documents.sheet_write import Table
from bot.model.staff import NoticeState
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.notice_acts import (
    Released,
    Stopped,
    Timed,
    recall_notice,
    release_notice,
    retry_failed,
    schedule_notice,
    send_other_channel,
    stop_notice,
    told_by_phone,
)
from bot.staff.notice_board import Standing
from bot.staff.notice_checks import found_notice
from bot.staff.notice_people import (
    CONFIRMED,
    TROUBLED,
    UNCONFIRMED,
    Board,
    board_of,
    call_sheet,
)
from config.campaign import Campaign
from handlers.console.exports import table_file
from handlers.console.notices import HOME, whole
from handlers.console.site import ONCE, Handler, Site, link, office_only, refusable
from handlers.console.words import short_moment

_ONE = f"{HOME}/{{number:[0-9]{{1,9}}}}"
_KEPT = ("only", "search", "page")  # of the board's address, over an act
_ALL = 1_000_000  # lines of a table
Act = Callable[[StaffAsk, int, MultiDictProxy[Any]], str]


def routes(site: Site) -> list[web.RouteDef]:
    pages = BoardPages(site)
    acts: dict[str, Act] = {
        "release": lambda ask, number, form: _released(release_notice(ask, number)),
        "schedule": _schedule,
        "stop": lambda ask, number, form: _stopped(ask, stop_notice(ask, number)),
        "recall": lambda ask, number, form: _stopped(ask, recall_notice(ask, number)),
        "retry": lambda ask, number, form: _resent(retry_failed(ask, number)),
        "other": _other,
        "told": lambda ask, number, form: (
            f"已登记：电话通知了{told_by_phone(ask, number, _person(form)).label}。"
        ),
    }
    return [
        web.get(_ONE, office_only(pages.show)),
        web.get(f"{_ONE}/calls", office_only(pages.calls)),
        web.get(f"{_ONE}/calls.xlsx", office_only(pages.calls_table)),
        web.get(f"{_ONE}/receipts.xlsx", office_only(pages.receipts)),
        *(web.post(f"{_ONE}/{name}", office_only(pages.act(act))) for name, act in acts.items()),
    ]


class BoardPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """A draft with its preview, else the board; `?part=board` is the part that lives."""
        number = _number(request)
        only, search = request.query.get("only", ""), request.query.get("search", "").strip()
        page, person = whole(request.query.get("page", "1")), whole(request.query.get("person", "0"), 0)

        def look(ask: StaffAsk) -> DraftView | Board:
            notice = found_notice(ask, number)
            if notice.state in (NoticeState.DRAFT, NoticeState.SCHEDULED):
                return draft_view(ask, notice, person)
            return board_of(ask, notice, only, search, page)

        view = await self._look(request, look)
        if isinstance(view, DraftView):
            return self._site.page(request, "notices_draft.html", view=view, person=person)
        phrases = self._site.campaign.phrases
        names = {
            **{standing.value: phrases[f"notice_is_{standing}"] for standing in Standing},
            UNCONFIRMED: "未确认（合计）",
            CONFIRMED: "已确认或已电话通知",
            TROUBLED: "有发送失败的",
        }
        template = "notices_live.html" if request.query.get("part") == "board" else "notices_board.html"
        back = {name: request.query[name] for name in _KEPT if name in request.query}
        return self._site.page(
            request, template, view=view, names=names, only=only, search=search, back=link("", **back)
        )

    async def calls(self, request: web.Request) -> web.StreamResponse:
        """Whom to telephone, in dialling order: to be printed, or ticked here."""
        number, page = _number(request), whole(request.query.get("page", "1"))
        sheet = await self._look(request, lambda ask: call_sheet(ask, number, page))
        return self._site.page(request, "call_sheet.html", sheet=sheet, notice=sheet.notice)

    async def calls_table(self, request: web.Request) -> web.StreamResponse:
        """All of the call sheet as a table."""
        number = _number(request)

        def table(ask: StaffAsk) -> Table:
            return calls_table(ask.clerk.campaign, call_sheet(ask, number, lines=_ALL), ask.now)

        return await self._table(request, table, f"{HOME}/{number}/calls", f"电话通知清单_通知{number}.xlsx")

    async def receipts(self, request: web.Request) -> web.StreamResponse:
        """Everybody of the board as a table, whatever is filtered."""
        number = _number(request)

        def table(ask: StaffAsk) -> Table:
            return receipts_table(ask.clerk.campaign, *receipts(ask, number), ask.now)

        return await self._table(request, table, f"{HOME}/{number}", f"通知回执表_通知{number}.xlsx")

    async def _table(
        self, request: web.Request, table: Callable[[StaffAsk], Table], back: str, name: str
    ) -> web.Response:
        try:
            return await table_file(self._site, request, table, back, lambda _: name)
        except Refused as why:
            raise web.HTTPNotFound from why

    def act(self, act: Act) -> Handler:
        """An act by a form; afterwards the page it was sent from."""

        @refusable(self._site, _back)
        async def run(request: web.Request) -> web.StreamResponse:
            form = await request.post()
            number = _number(request)
            said = await self._site.act(request, lambda ask: act(ask, number, form), str(form.get(ONCE, "")))
            return self._site.done(_back(request), said)

        return run

    async def _look(self, request: web.Request, view: Callable[[StaffAsk], Any]) -> Any:
        try:
            return await self._site.look(request, view)
        except Refused as why:
            raise web.HTTPNotFound from why


def _number(request: web.Request) -> int:
    return int(request.match_info["number"])


def _back(request: web.Request) -> str:
    """The page an act was sent from: the call sheet, or the board as it was filtered."""
    page = f"{HOME}/{_number(request)}"
    if request.query.get("from") == "calls":
        return f"{page}/calls"
    return link(page, **{name: request.query.get(name, "") for name in _KEPT})


def _person(form: MultiDictProxy[Any]) -> int:
    return whole(str(form.get("person", "0")), 0)


def _released(done: Released) -> str:
    if done.notice.state is NoticeState.SCHEDULED:
        return f"已签发，将于{_time(done.notice.at)}自动发送。"
    if done.count is None:
        return f"开始发送：收到过通知{done.notice.replaces}的人都会收到，人数见下方。"
    return f"开始发送，共 {done.count} 人。"


def _resent(count: int | None) -> str:
    return "正在重发失败的，进度见下方。" if count is None else f"正在给 {count} 人重发。"


def _schedule(ask: StaffAsk, number: int, form: MultiDictProxy[Any]) -> str:
    try:
        at = datetime.fromisoformat(str(form.get("at", "")))
    except ValueError as error:
        raise Refused("请选择发送的日期和时间。") from error
    done = schedule_notice(ask, number, at.replace(tzinfo=ask.clerk.campaign.zone))
    return _timed(ask.clerk.campaign, done)


def _timed(campaign: Campaign, done: Timed) -> str:
    at = _time(done.notice.at)
    said = f"定在{at}发送，等待另一位同志签发。" if done.waits else f"将于{at}自动发送。"
    return said + (campaign.phrases["notice_time_moved"].format(at=at) if done.was_moved else "")


def _stopped(ask: StaffAsk, done: Stopped) -> str:
    if done.notice.released_at is None:
        return "已作废，没有发给任何人。"
    if done.shown is None:
        recall = "，24小时内发到企业微信的正在撤回" if done.notice.state is NoticeState.RECALLED else ""
        return f"未发的不再发出{recall}，人数见下方。需要更正时请点“发更正”，只发给收到的人。"
    said = f"{done.held_back} 份未发的不再发出；此前已有 {done.shown} 人收到。"
    if done.taken_back:
        fates = "、".join(
            ask.say(f"notice_count_recall_{fate}", count=count) for fate, count in done.taken_back.items()
        )
        said += f"其中{fates}。"
    return f"{said}需要更正时请点“发更正”，只发给这些人。" if done.shown else said


def _other(ask: StaffAsk, number: int, form: MultiDictProxy[Any]) -> str:
    channel = send_other_channel(ask, number, _person(form))
    return f"已改由{ask.say(f'notice_by_{channel}')}通知。"


def _time(at: datetime | None) -> str:
    return short_moment(at)
