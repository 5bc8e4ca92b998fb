"""The review round, for the office: reviewers, who has which application, what they report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from bot.console.rounds import hand_page, round_page, unit_page
from bot.ports_rounds import Given
from bot.results.giving import answer_problem, give_by_hand, give_evenly, use_newest_deck
from bot.results.round_people import close_round, invite_reviewers, open_round, remove_reviewer, set_due
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import MoveRefused
from handlers.console.results_frame import page_of
from handlers.console.site import ONCE, Handler, Site, link, office_only, refusable
from handlers.console.typed import day_of, number_of

HOME = "/console/results/round"
_UNITS = f"{HOME}/units"
_ONE = f"{_UNITS}/{{number:[0-9A-Za-z-]{{1,20}}}}"
Form = Mapping[str, Any]


def routes(site: Site) -> list[web.RouteDef]:
    pages = RoundPages(site)
    acts: dict[str, tuple[Callable[[StaffAsk, Form], object], Callable[[Any], str]]] = {
        "open": (
            lambda ask, form: open_round(ask, day_of(str(form.get("due", ""))), _people(form)),
            lambda _: "评审已开启，评审人员已收到邀请。",
        ),
        "due": (
            lambda ask, form: set_due(ask, day_of(str(form.get("due", "")))),
            lambda _: "评审期限已改，评审人员已收到通知。",
        ),
        "invite": (
            lambda ask, form: invite_reviewers(ask, _people(form)),
            lambda found: f"已邀请 {len(found)} 人。",
        ),
        "remove": (
            lambda ask, form: remove_reviewer(ask, _number(form, "person"), _number(form, "successor")),
            lambda moved: f"已更换，移交未完成的 {moved} 件。" if moved else "已更换，已提交的评审表保留。",
        ),
        "close": (
            lambda ask, form: close_round(ask),
            lambda _: "评审打分已结束，可在“评审”中查看平均分、中位数和差距。",
        ),
        "problem": (
            lambda ask, form: answer_problem(ask, _number(form, "problem"), str(form.get("answer", ""))),
            lambda _: "已答复。",
        ),
    }
    told = refusable(site, lambda request: HOME)
    return [
        web.get(HOME, office_only(pages.show)),
        web.get(_UNITS, office_only(pages.units)),
        web.post(_UNITS, office_only(refusable(site, lambda request: _UNITS)(pages.give))),
        web.get(_ONE, office_only(pages.one)),
        web.post(_ONE, office_only(pages.give_one)),
        web.post(f"{_ONE}/deck", office_only(refusable(site, _one)(pages.newest))),
        *(
            web.post(f"{HOME}/{name}", office_only(told(pages.act(act, said))))
            for name, (act, said) in acts.items()
        ),
    ]


class RoundPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The round, its reviewers and what they report."""
        return self._site.page(request, "review_round.html", view=await self._site.look(request, round_page))

    async def units(self, request: web.Request) -> web.StreamResponse:
        """The applications and their reviewers."""
        search, wanted = request.query.get("q", "")[:60], request.query.get("show", "")
        given = Given(wanted) if wanted in list(Given) else Given.ALL
        view = await self._site.look(request, lambda ask: unit_page(ask, given, search, page_of(request)))
        return self._site.page(request, "review_units.html", view=view, search=search, show=given)

    async def give(self, request: web.Request) -> web.StreamResponse:
        """Give all applications to so many reviewers each."""
        form = await request.post()
        each = _number(form, "each")
        found = await self._site.act(request, lambda ask: give_evenly(ask, each), str(form.get(ONCE, "")))
        said = [f"新分派 {found.added} 件次。" if found.added else "没有需要新分派的申报件。"]
        if found.without_deck:
            said.append(f"{found.without_deck} 件还没有可供评审的申报报告，收到后再分派。")
        if found.short:
            said.append(f"{found.short} 件因回避等原因人数不足，请另邀评审人员。")
        kind = "warning" if found.without_deck or found.short else "success"
        return self._site.done(_UNITS, "\n".join(said), kind)

    async def one(self, request: web.Request) -> web.StreamResponse:
        """One application, to be given by hand."""
        return await self._show_one(request)

    async def _show_one(
        self, request: web.Request, trouble: str = "", ticked: tuple[int, ...] | None = None
    ) -> web.StreamResponse:
        number = request.match_info["number"]
        try:
            view = await self._site.look(request, lambda ask: hand_page(ask, number))
        except Refused as why:
            raise web.HTTPNotFound from why
        return self._site.page(request, "review_hand.html", view=view, trouble=trouble, ticked=ticked)

    async def give_one(self, request: web.Request) -> web.StreamResponse:
        """Let just those who are ticked review it."""
        form, number = await request.post(), request.match_info["number"]
        people = _people(form)
        try:
            added, dropped = await self._site.act(
                request, lambda ask: give_by_hand(ask, number, people), str(form.get(ONCE, ""))
            )
        except (Refused, MoveRefused) as why:
            return await self._show_one(request, str(why), people)
        said = f"已分派：新增 {added} 人，收回 {dropped} 人。" if added or dropped else "没有变化。"
        return self._site.done(link(_UNITS, q=number), said)

    async def newest(self, request: web.Request) -> web.StreamResponse:
        """Let the newer deck be judged."""
        form, number = await request.post(), request.match_info["number"]
        await self._site.act(request, lambda ask: use_newest_deck(ask, number), str(form.get(ONCE, "")))
        return self._site.done(_one(request), "已改按新版申报报告评审，评审人员已收到通知。")

    def act(self, act: Callable[[StaffAsk, Form], object], said: Callable[[Any], str]) -> Handler:
        """A form of the page that is answered by the page."""

        async def handler(request: web.Request) -> web.StreamResponse:
            form = await request.post()
            found = await self._site.act(request, lambda ask: act(ask, form), str(form.get(ONCE, "")))
            return self._site.done(HOME, said(found))

        return handler


def _one(request: web.Request) -> str:
    return f"{_UNITS}/{request.match_info['number']}"


def _people(form: Any) -> tuple[int, ...]:
    return tuple(found for one in form.getall("person", []) if (found := number_of(str(one))) is not None)


def _number(form: Form, name: str) -> int:
    return number_of(str(form.get(name, ""))) or 0
