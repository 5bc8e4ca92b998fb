"""The campaign as it runs: its dates, contacts, bodies, open points, reminders, words, and who changed what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any

from aiohttp import web

from bot.campaign_edits.places import Topic
from bot.console.calendar import month_of, read_month
from bot.console.record_sheets import edits_table
from bot.documents.sheet_write import Table
from bot.model.spoken import spoken_date
from bot.staff.dates import MovePreview, move_deadline, preview_move
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.work.campaign_edits import add_body, retire_body, turn_day
from bot.work.campaign_view import CampaignView, campaign_view, wording_view
from bot.work.decide_point import decide_point
from bot.work.edit_history import edit_history
from handlers.console.check_words import checked
from handlers.console.exports import table_file
from handlers.console.site import ONCE, Handler, Site, link, office_only, refusable
from handlers.console.typed import day_of, number_of

HOME = "/console/campaign"
ROWS = 30  # of a page of wordings or of the history
TABS = (
    (HOME, "日期"),
    (f"{HOME}/contact", "联系方式"),
    (f"{HOME}/bodies", "推荐单位"),
    (f"{HOME}/points", "待明确事项"),
    (f"{HOME}/reminders", "提醒规则"),
    (f"{HOME}/stages", "状态名称"),
    (f"{HOME}/visits", "验收与公示"),
    (f"{HOME}/wording", "用语"),
    (f"{HOME}/history", "修改记录"),
    (f"{HOME}/rehearsal", "演练"),
    (f"{HOME}/archive", "归档"),
    (f"{HOME}/clone", "沿用到下一年度"),
    (f"{HOME}/check", "设置检查"),
)
TAB_OF = {
    Topic.CALENDAR: HOME,
    Topic.CONTACT: f"{HOME}/contact",
    Topic.BODIES: f"{HOME}/bodies",
    Topic.REMINDERS: f"{HOME}/reminders",
    Topic.STAGES: f"{HOME}/stages",
    Topic.VISITS: f"{HOME}/visits",
    Topic.RESULTS: f"{HOME}/visits",
    Topic.WORDING: f"{HOME}/wording",
    Topic.ARCHIVE: f"{HOME}/archive",
}


def routes(site: Site) -> list[web.RouteDef]:
    pages = CampaignPages(site)
    tabs = ("contact", "bodies", "points", "reminders", "stages", "visits")
    acts = {
        "deadline": (HOME, pages.deadline),
        "day": (HOME, pages.day),
        "bodies": (f"{HOME}/bodies", pages.add_body),
        "bodies/retire": (f"{HOME}/bodies", pages.retire_body),
        "points": (f"{HOME}/points", pages.decide),
    }
    return [
        web.get(HOME, office_only(pages.dates)),
        *(web.get(f"{HOME}/{tab}", office_only(pages.tab(tab))) for tab in tabs),
        web.get(f"{HOME}/wording", office_only(pages.wording)),
        web.get(f"{HOME}/history", office_only(pages.history)),
        web.get(f"{HOME}/history.xlsx", office_only(pages.history_file)),
        web.get(f"{HOME}/check", office_only(pages.check)),
        *(
            web.post(f"{HOME}/{name}", office_only(refusable(site, _to(back))(act)))
            for name, (back, act) in acts.items()
        ),
    ]


class CampaignPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def dates(self, request: web.Request) -> web.StreamResponse:
        """The city's date and the bodies', a month of working days; with `deadline`, what moving it would bring."""
        asked = day_of(request.query.get("deadline", ""))
        trouble, preview = "", None
        if asked is not None:
            try:
                preview = await self._site.look(request, lambda ask: preview_move(ask, asked))
            except Refused as why:
                trouble = str(why)
        view = await self._view(request)
        month = month_of(view.campaign, read_month(request.query.get("month", ""), _usual(view, preview)))
        return self._page(
            request,
            "campaign_dates.html",
            view=view,
            month=month,
            asked=asked,
            preview=preview,
            trouble=trouble,
        )

    def tab(self, name: str) -> Handler:
        """A tab that shows the campaign in force."""

        async def show(request: web.Request) -> web.StreamResponse:
            return self._page(request, f"campaign_{name}.html", view=await self._view(request))

        return show

    async def wording(self, request: web.Request) -> web.StreamResponse:
        """The sentences that contain what is searched for; `part` asks for their list alone."""
        search = " ".join(request.query.get("search", "").split())[:100]
        changed = request.query.get("changed", "") == "1"
        found = await self._site.look(
            request, lambda ask: wording_view(ask.store, ask.clerk.campaign, search, changed)
        )
        page, pages = _page_of(request, len(found))
        template = "campaign_wording_list.html" if "part" in request.query else "campaign_wording.html"
        rows = found[(page - 1) * ROWS : page * ROWS]
        return self._page(
            request,
            template,
            rows=rows,
            search=search,
            changed=changed,
            page=page,
            pages=pages,
            total=len(found),
        )

    async def history(self, request: web.Request) -> web.StreamResponse:
        """Every edit there ever was, newest first."""
        every = await self._site.look(request, lambda ask: edit_history(ask.store, ask.clerk.campaign))
        page, pages = _page_of(request, len(every))
        rows = every[(page - 1) * ROWS : page * ROWS]
        return self._page(
            request, "campaign_history.html", rows=rows, page=page, pages=pages, total=len(every)
        )

    async def history_file(self, request: web.Request) -> web.StreamResponse:
        """The same as a table, all of it."""

        def table(ask: StaffAsk) -> Table:
            return edits_table(ask.clerk.campaign, edit_history(ask.store, ask.clerk.campaign), ask.now)

        return await table_file(self._site, request, table, f"{HOME}/history")

    async def check(self, request: web.Request) -> web.StreamResponse:
        """A line per check of this deployment. They take their time: the page opens first and asks for `part`."""
        part = request.query.get("part", "")
        lines = checked(await asyncio.to_thread(self._site.doctor)) if part else None
        template = "campaign_check_lines.html" if part == "lines" else "campaign_check.html"
        return self._page(request, template, lines=lines)

    # acts

    async def deadline(self, request: web.Request) -> web.StreamResponse:
        """Move the city's date, as it was previewed."""
        form = await request.post()
        old, new = (day_of(str(form.get(name, ""))) for name in ("old", "new"))
        if old is None or new is None:
            raise web.HTTPBadRequest(text="请返回后重新选择日期。")
        bodies = [str(each) for each in form.getall("body", [])]
        said = await self._site.act(
            request, lambda ask: move_deadline(ask, old, new, bodies), str(form.get(ONCE, ""))
        )
        await self._site.follow()
        return self._site.done(HOME, said)

    async def day(self, request: web.Request) -> web.StreamResponse:
        """Let a day be worked, or not."""
        form = await request.post()
        turned = str(form.get("rest", "")) or str(form.get("work", ""))
        day, works = day_of(turned), "work" in form
        if day is None:
            raise web.HTTPBadRequest(text="请返回后重新选择日期。")
        await self._site.act(request, lambda ask: turn_day(ask, day, works), str(form.get(ONCE, "")))
        await self._site.follow()
        said = f"{spoken_date(day)}已设为{'上班' if works else '休息'}，提醒随之调整。"
        return self._site.done(f"{link(HOME, month=f'{day:%Y-%m}')}#calendar", said)

    async def add_body(self, request: web.Request) -> web.StreamResponse:
        """A further recommending body."""
        form = await request.post()
        name, kind, aliases = (str(form.get(key, "")).strip() for key in ("name", "kind", "aliases"))
        lines = [line for line in aliases.replace("、", "\n").splitlines() if line.strip()]
        try:
            await self._site.act(
                request, lambda ask: add_body(ask, name, kind, lines), str(form.get(ONCE, ""))
            )
        except Refused as why:
            typed = {"name": name, "kind": kind, "aliases": aliases}
            view = await self._view(request)
            return self._page(request, "campaign_bodies.html", view=view, typed=typed, trouble=str(why))
        await self._site.follow()
        return self._site.done(f"{HOME}/bodies", f"已增加推荐单位“{name}”。请为它登记联系人。")

    async def retire_body(self, request: web.Request) -> web.StreamResponse:
        """A body that recommends nobody any more."""
        form = await request.post()
        body, reason = (str(form.get(key, "")).strip() for key in ("body", "reason"))
        await self._site.act(request, lambda ask: retire_body(ask, body, reason), str(form.get(ONCE, "")))
        await self._site.follow()
        return self._site.done(f"{HOME}/bodies", "已撤去这个推荐单位。需要时可在修改记录中恢复。")

    async def decide(self, request: web.Request) -> web.StreamResponse:
        """Decide an open point; what was typed comes back where it cannot be used."""
        form = await request.post()
        point, text = (str(form.get(key, "")).strip() for key in ("point", "text"))
        seen = number_of(str(form.get("seen", "")))

        def act(ask: StaffAsk) -> None:
            decide_point(ask, point, text, seen)

        try:
            await self._site.act(request, act, str(form.get(ONCE, "")))
        except Refused as why:
            view = await self._view(request)
            return self._page(
                request, "campaign_points.html", view=view, typed={point: text}, trouble=str(why)
            )
        return self._site.done(f"{HOME}/points", f"{point}已明确，今后的答复都以此为准。")

    async def _view(self, request: web.Request) -> CampaignView:
        return await self._site.look(request, lambda ask: campaign_view(ask.store, ask.clerk.campaign))

    def _page(self, request: web.Request, template: str, **values: object) -> web.StreamResponse:
        return campaign_page(self._site, request, template, **values)


def campaign_page(site: Site, request: web.Request, template: str, **values: object) -> web.StreamResponse:
    """A page under one of the tabs; `tab` names one, else it is the one at this address."""
    usual: dict[str, Any] = {
        "tab": request.path,
        "tabs": TABS,
        "topics": Topic,
        "typed": {},
        "trouble": "",
    }
    return site.page(request, template, **(usual | values))


def _to(back: str) -> Callable[[web.Request], str]:
    return lambda request: back


def _usual(view: CampaignView, preview: MovePreview | None) -> date:
    return preview.new if preview else view.campaign.deadline


def _page_of(request: web.Request, total: int) -> tuple[int, int]:
    """The page that is asked for and how many there are."""
    pages = max(-(-total // ROWS), 1)
    return min(max(number_of(request.query.get("page", "")) or 1, 1), pages), pages
