"""Notices: the list, writing one with a preview, and what somebody received themselves."""

from __future__ import annotations

from functools import partial
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from bot.console.notice_form import KINDS, NoticeForm, form_of
from bot.console.notices import Shown, keep_form, notices, preview_form, received
from bot.model.staff import Notice, NoticeState
from bot.staff.audience import HOLDER, VARIABLES
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.notice_acts import LONGEST_TITLE, confirm_notices
from bot.staff.notice_checks import found_notice
from bot.staff.notice_views import Preview
from bot.staff.notice_words import LONGEST
from handlers.console.site import ONCE, Site, office_only, refusable

HOME = "/console/notices"
RECEIVED = f"{HOME}/received"


def routes(site: Site) -> list[web.RouteDef]:
    pages = NoticePages(site)
    told = refusable(site, lambda request: RECEIVED)
    return [
        web.get(HOME, pages.show),
        web.get(RECEIVED, pages.received),
        web.post(f"{RECEIVED}/{{number:[0-9]{{1,9}}}}", told(pages.confirm)),
        web.get(f"{HOME}/new", office_only(pages.new)),
        web.post(f"{HOME}/new", office_only(pages.keep)),
        web.post(f"{HOME}/preview", office_only(pages.preview)),
        web.get(f"{HOME}/{{number:[0-9]{{1,9}}}}/edit", office_only(pages.edit)),
        web.post(f"{HOME}/{{number:[0-9]{{1,9}}}}/edit", office_only(pages.keep)),
        web.get(f"{HOME}/{{number:[0-9]{{1,9}}}}/correct", office_only(pages.correct)),
    ]


class NoticePages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The list for the office; what they received for everybody else."""
        if not self._site.viewer(request).is_office:
            return await self.received(request)
        state, search = request.query.get("state", ""), request.query.get("search", "").strip()
        page = whole(request.query.get("page", "1"))
        view = await self._site.look(request, lambda ask: notices(ask, state, search, page))
        states = [(one, self._site.campaign.phrases[f"notice_state_{one}"]) for one in NoticeState]
        return self._site.page(request, "notices.html", view=view, states=states, state=state, search=search)

    async def received(self, request: web.Request) -> web.StreamResponse:
        """What was sent to whoever looks."""
        rows = await self._site.look(request, received)
        return self._site.page(request, "notices_received.html", rows=rows)

    async def confirm(self, request: web.Request) -> web.StreamResponse:
        """收到."""
        number = int(request.match_info["number"])
        form = await request.post()
        done = await self._site.act(request, partial(confirm_notices, number=number), str(form.get(ONCE, "")))
        said = f"已登记您收到通知{number}。" if done else "此前已经登记，不用再点。"
        return self._site.done(RECEIVED, said)

    # writing

    async def new(self, request: web.Request) -> web.StreamResponse:
        """An empty form; `?applications=` names those whose holders it is for."""
        chosen = " ".join(request.query.getall("applications", []) + request.query.getall("pick", []))
        form = NoticeForm(to="application", numbers=chosen.replace(",", " ")) if chosen else NoticeForm()
        return await self._page(request, form)

    async def edit(self, request: web.Request) -> web.StreamResponse:
        """A draft in the form."""
        notice = await self._found(request)
        if notice.state not in (NoticeState.DRAFT, NoticeState.SCHEDULED):
            return self._site.done(
                f"{HOME}/{notice.id}", "这份通知已经发出，不能修改；可以发更正。", "warning"
            )
        at = "" if notice.at is None else f"{notice.at.astimezone(self._site.campaign.zone):%Y-%m-%dT%H:%M}"
        return await self._page(request, form_of(notice, at), notice.id)

    async def correct(self, request: web.Request) -> web.StreamResponse:
        """A correction of what went out: to exactly those whom it reached."""
        notice = await self._found(request)
        if notice.released_at is None:
            return self._site.done(f"{HOME}/{notice.id}", "这份通知还没有发出，请直接修改。", "warning")
        form = NoticeForm(f"更正：{notice.title}"[:LONGEST_TITLE], notice.text, corrects=notice.id)
        return await self._page(request, form)

    async def preview(self, request: web.Request) -> web.StreamResponse:
        """What the form would become: its part of the page for a script, else the form again with it."""
        posted = await request.post()
        form = read_form(posted)
        if request.headers.get("HX-Request") != "true":
            return await self._page(request, form, whole(str(posted.get("draft", "0")), 0))
        found, shown, trouble = await self._previewed(request, form)
        template = "notices_preview.html"
        return self._site.page(request, template, found=found, shown=shown, trouble=trouble, form=form)

    async def keep(self, request: web.Request) -> web.StreamResponse:
        """Keep a new or changed draft; a refusal is shown above what was typed."""
        posted = await request.post()
        form, draft = read_form(posted), int(request.match_info.get("number", "0"))
        try:
            made = await self._site.act(
                request, lambda ask: keep_form(ask, form, draft), str(posted.get(ONCE, ""))
            )
        except Refused as why:
            return await self._page(request, form, draft, str(why))
        return self._site.done(f"{HOME}/{made.id}", "草稿已保存，尚未发出。请核对收件人和预览。")

    async def _page(
        self, request: web.Request, form: NoticeForm, draft: int = 0, trouble: str = ""
    ) -> web.StreamResponse:
        found, shown, why = await self._previewed(request, form)
        campaign = self._site.campaign
        roles = [
            (role, campaign.phrases[f"notice_to_{role}"]) for role in ("body", HOLDER, "inspector", "office")
        ]
        return self._site.page(
            request,
            "notices_compose.html",
            form=form,
            draft=draft,
            trouble=trouble,
            found=found,
            shown=shown,
            why=why,
            roles=roles,
            variables=VARIABLES,
            longest=LONGEST,
            longest_title=LONGEST_TITLE,
        )

    async def _previewed(
        self, request: web.Request, form: NoticeForm
    ) -> tuple[Preview | None, tuple[Shown, ...], str]:
        """What it would become, or (None) why it cannot; an empty form is no trouble yet."""
        if not form.text.strip():
            return None, (), ""
        try:
            found, shown = await self._site.look(request, lambda ask: preview_form(ask, form))
        except Refused as why:
            return None, (), str(why)
        return found, shown, ""

    async def _found(self, request: web.Request) -> Notice:
        number = int(request.match_info["number"])

        def look(ask: StaffAsk) -> Notice:
            return found_notice(ask, number)

        try:
            return await self._site.look(request, look)
        except Refused as why:
            raise web.HTTPNotFound from why


def read_form(posted: MultiDictProxy[Any]) -> NoticeForm:
    """What a browser sent, whatever it is."""

    def one(name: str) -> str:
        return str(posted.get(name, "")).replace("\r\n", "\n")

    def several(name: str) -> tuple[str, ...]:
        return tuple(str(each) for each in posted.getall(name, []))

    return NoticeForm(
        title=one("title").strip(),
        text=one("text"),
        to=one("to") if one("to") in KINDS else "role",
        roles=several("roles"),
        bodies=several("bodies"),
        of_body="holder" if one("of_body") == "holder" else "contact",
        stages=several("stages"),
        stage_bodies=several("stage_bodies"),
        numbers=one("numbers"),
        at=one("at").strip(),
        signed="signed" in posted,
        person=whole(one("person"), 0),
        corrects=whole(one("corrects"), 0),
    )


def whole(text: str, otherwise: int = 1) -> int:
    """The number that a parameter names."""
    return int(text) if text.isdecimal() and len(text) < 10 else otherwise
