"""The reviewers' own pages: duties and conflicts of interest, the list, one application with its deck and the sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

from aiohttp import hdrs, web

from bot.console.own_reviews import duties, own_deck, own_list, own_unit
from bot.results.marks import read_score
from bot.results.own_review import agree, hand_in, keep_away, keep_away_from, report_problem, save_draft
from bot.results.round import Hidden, log_attempt
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import MoveRefused
from handlers.console.results_frame import page_of, read_form
from handlers.console.session import VIEWER
from handlers.console.site import HEADERS, ONCE, Handler, Site, refusable
from handlers.console.words import moment
from handlers.page_headers import attachment

HOME = "/console/reviews"
_DUTIES = f"{HOME}/duties"
_ONE = f"{HOME}/{{number:[0-9A-Za-z-]{{1,20}}}}"
_NOT_READ = "请先勾选“我已阅读并同意”，再确认。"
_NOTHING_TICKED = "请先勾选需回避的单位。"


def routes(site: Site) -> list[web.RouteDef]:
    pages = OwnReviewPages(site)
    own, told = concealed(site), refusable(site, one_review)
    back = refusable(site, lambda request: _DUTIES)
    return [
        web.get(HOME, reviewing(pages.show)),
        web.get(_DUTIES, reviewing(pages.duties)),
        web.post(_DUTIES, reviewing(back(pages.declare))),
        web.get(_ONE, own(pages.one)),
        web.post(_ONE, own(pages.write)),
        web.post(f"{_ONE}/draft", own(pages.draft)),
        web.post(f"{_ONE}/problem", told(own(pages.problem))),
        web.post(f"{_ONE}/away", told(own(pages.away))),
        web.get(f"{_ONE}/deck", own(pages.deck)),
        web.get(f"{_ONE}/{{page:[1-9][0-9]{{0,3}}}}.jpg", own(pages.picture)),
    ]


def reviewing(handler: Handler) -> Handler:
    """A page for inspectors; to everybody else it does not exist."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        if not request[VIEWER].is_inspector:
            raise web.HTTPNotFound
        return await handler(request)

    return guarded


def concealed(site: Site) -> Callable[[Handler], Handler]:
    """What was not given to somebody does not exist for them; that they asked is written down."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except Hidden as why:
                number = request.match_info["number"]
                await site.act(request, lambda ask: log_attempt(ask, number))
                raise web.HTTPNotFound from why

        return reviewing(guarded)

    return decorate


def one_review(request: web.Request) -> str:
    """The address of the application that a request is about."""
    return f"{HOME}/{request.match_info['number']}"


class OwnReviewPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """What was given to whoever asks; the duties first."""
        view = await self._site.look(request, lambda ask: own_list(ask, page_of(request)))
        if view.reviewer is not None and view.reviewer.agreed_at is None:
            return self._site.done(_DUTIES)
        return self._site.page(request, "review_list.html", view=view)

    async def duties(self, request: web.Request) -> web.StreamResponse:
        """What a reviewer agrees to, and the names of the units."""
        search = request.query.get("q", "")[:60]
        view = await self._site.look(request, lambda ask: duties(ask, search, page_of(request)))
        if view is None:
            raise web.HTTPNotFound
        return self._site.page(request, "review_duties.html", view=view, search=search)

    async def declare(self, request: web.Request) -> web.StreamResponse:
        """Keep away from the units that are ticked; then, if that was pressed, agree and begin."""
        form = await request.post()
        ticked = [str(one) for one in form.getall("pick", [])]
        reason, begins = str(form.get("reason", "")), "begin" in form
        if begins and "agreed" not in form:
            return self._site.done(_DUTIES, _NOT_READ, "warning")
        if not begins and not ticked:
            return self._site.done(_DUTIES, _NOTHING_TICKED, "warning")

        def act(ask: StaffAsk) -> int:
            count = keep_away(ask, ticked, reason) if ticked else 0
            if begins:
                agree(ask)
            return count

        count = await self._site.act(request, act, str(form.get(ONCE, "")))
        said = f"已登记回避 {count} 家。" if count else ""
        return self._site.done(HOME if begins else _DUTIES, f"{said}可以开始评审了。" if begins else said)

    async def one(self, request: web.Request) -> web.StreamResponse:
        """One application: its deck, the guide, the sheet."""
        return await self._one(request)

    async def _one(
        self, request: web.Request, trouble: str = "", typed: Mapping[str, tuple[str, str]] | None = None
    ) -> web.StreamResponse:
        number = request.match_info["number"]
        view = await self._site.look(request, lambda ask: own_unit(ask, number))
        shown, maximum = typed or view.typed, self._site.campaign.results.maximum
        wrong = [
            clause for clause, (score, _) in shown.items() if trouble and read_score(score, maximum) is None
        ]
        return self._site.page(
            request, "review_unit.html", view=view, trouble=trouble, typed=shown, wrong=wrong[:1]
        )

    async def write(self, request: web.Request) -> web.StreamResponse:
        """Keep what was typed, and hand it in if that was pressed; what cannot be is shown as it was typed."""
        number, fields = request.match_info["number"], await read_form(request)
        typed, once = _typed(self._site, fields), fields.get(ONCE, "")
        try:
            await self._site.act(
                request, lambda ask: save_draft(ask, number, typed), once and f"{once}:draft"
            )
            if "hand_in" not in fields:
                return self._site.done(one_review(request), "草稿已保存，尚未提交。")
            await self._site.act(request, lambda ask: hand_in(ask, number, typed), once)
        except Hidden:
            raise
        except (Refused, MoveRefused) as why:
            return await self._one(request, str(why), typed)
        return self._site.done(HOME, "评审表已提交。评审结束前仍可修改。")

    async def draft(self, request: web.Request) -> web.StreamResponse:
        """Keep what was typed; the answer is the line that says so."""
        number, fields = request.match_info["number"], await read_form(request)
        typed = _typed(self._site, fields)
        try:
            await self._site.act(request, lambda ask: save_draft(ask, number, typed))
        except Hidden:
            raise
        except Refused as why:
            return self._site.page(request, "review_saved.html", said=str(why))
        saved = moment(self._site.now(), self._site.campaign.zone)[-5:]
        return self._site.page(request, "review_saved.html", said=f"草稿已自动保存（{saved}），尚未提交。")

    async def problem(self, request: web.Request) -> web.StreamResponse:
        """Tell the office what is missing or strange."""
        number, fields = request.match_info["number"], await read_form(request)
        text, once = fields.get("text", ""), fields.get(ONCE, "")
        await self._site.act(request, lambda ask: report_problem(ask, number, text), once)
        return self._site.done(f"{one_review(request)}#problems", "已反映给市办公室，答复会显示在本页。")

    async def away(self, request: web.Request) -> web.StreamResponse:
        """Keep away from a unit that was given."""
        number, fields = request.match_info["number"], await read_form(request)
        reason, once = fields.get("reason", ""), fields.get(ONCE, "")
        await self._site.act(request, lambda ask: keep_away_from(ask, number, reason), once)
        return self._site.done(HOME, "已登记回避，该单位不再显示。")

    async def deck(self, request: web.Request) -> web.StreamResponse:
        """The deck as it was sent."""
        number = request.match_info["number"]
        found = await self._site.look(request, lambda ask: own_deck(ask, number))
        if found is None:
            raise web.HTTPNotFound
        return self._file(found.sha256, "application/octet-stream", found.name)

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """A page of the deck."""
        number, page = request.match_info["number"], int(request.match_info["page"])
        found = await self._site.look(request, lambda ask: own_deck(ask, number))
        pictures = (found.pictures if found else None) or ()
        if page > len(pictures):
            raise web.HTTPNotFound
        return self._file(pictures[page - 1], "image/jpeg")

    def _file(self, sha256: str, content_type: str, name: str = "") -> web.FileResponse:
        try:
            path = self._site.files.path(sha256)
        except KeyError as why:
            raise web.HTTPNotFound from why
        headers = HEADERS | {hdrs.CONTENT_TYPE: content_type}
        if name:
            headers |= {hdrs.CONTENT_DISPOSITION: attachment(name)}
        return web.FileResponse(path, headers=headers)


def _typed(site: Site, fields: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The lines of the sheet that a form has."""
    return {
        clause: (fields.get(f"score-{clause}", ""), fields.get(f"remark-{clause}", ""))
        for clause in site.campaign.results.conditions
        if f"score-{clause}" in fields or f"remark-{clause}" in fields
    }
