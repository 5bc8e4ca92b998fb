"""Inspections: the week by teams, the list, one visit with its history, and what is done about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, TypeVar

from aiohttp import hdrs, web
from multidict import MultiDictProxy

from bot.console.visit_sheet import schedule_table, standing_of, standing_words
from bot.documents.sheet_write import workbook
from bot.model.visit import Visit
from bot.sheets.reading import sheet_list
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.lengths import REASON, within
from bot.staff.visit_acts import cancel, drop, keep_day, release, told_by_telephone
from bot.staff.visit_answers import confirm
from bot.staff.visit_forms import TypedVisit, change_typed, check, plan_typed, typed_visit, units
from bot.staff.visit_import import inspectors
from bot.staff.visit_order import movable, move_in_route
from bot.staff.visit_views import (
    Schedule,
    VisitPage,
    VisitShown,
    one_visit,
    schedule,
    scope_of,
    visit_page,
)
from bot.visits.ics import invitation
from bot.visits.outline import Standing
from bot.visits.wording import spoken_span
from handlers.console.site import ONCE, Handler, Site, link, office_only, refusable
from handlers.console.typed import number_of
from handlers.console.visit_query import PAGE, WEEK, Asked, read_query

T = TypeVar("T")

HOME = "/console/visits"
TONES = {
    Standing.UNRELEASED: "wait",
    Standing.CHANGING: "wait",
    Standing.TOLD: "info",
    Standing.CONFIRMED: "good",
    Standing.WISH: "bad",
    Standing.CANCELLED: "mute",
    Standing.DROPPED: "mute",
}
_LONGEST = 500  # characters of a unit that is searched for


def routes(site: Site) -> list[web.RouteDef]:
    pages = VisitPages(site)
    return [
        web.get(HOME, pages.show),
        web.get(f"{HOME}/schedule.xlsx", pages.export),
        web.get(f"{HOME}/new", office_only(pages.new)),
        web.get(f"{HOME}/units", office_only(pages.units)),
        web.post(f"{HOME}/new", office_only(pages.save)),
        web.post(f"{HOME}/check", office_only(pages.check)),
        web.post(f"{HOME}/release", office_only(pages.release)),
        web.get(f"{HOME}/{{visit:[0-9]{{1,9}}}}", pages.one),
        web.get(f"{HOME}/{{visit:[0-9]{{1,9}}}}/edit", office_only(pages.edit)),
        web.post(f"{HOME}/{{visit:[0-9]{{1,9}}}}/edit", office_only(pages.save_change)),
        web.get(f"{HOME}/{{visit:[0-9]{{1,9}}}}/visit.ics", pages.calendar_file),
        *(
            web.post(f"{HOME}/{{visit:[0-9]{{1,9}}}}/{name}", office_only(pages.act(act, said)))
            for name, (act, said) in _ACTS.items()
        ),
        web.post(f"{HOME}/{{visit:[0-9]{{1,9}}}}/confirm", pages.confirm),
    ]


Words = Callable[[StaffAsk, int, str], object]

_ACTS: Mapping[str, tuple[Words, str]] = {
    "cancel": (lambda ask, visit, words: cancel(ask, visit, words), "已登记取消。"),
    "drop": (lambda ask, visit, words: drop(ask, visit), "未发布的内容已作废，没有通知任何人。"),
    "keep": (lambda ask, visit, words: keep_day(ask, visit, words), "已告知单位和验收组：时间不变。"),
    "told": (lambda ask, visit, words: told_by_telephone(ask, visit, words), "已登记电话确认。"),
    "earlier": (lambda ask, visit, words: move_in_route(ask, visit, True, words), "已对调，发布后生效。"),
    "later": (lambda ask, visit, words: move_in_route(ask, visit, False, words), "已对调，发布后生效。"),
}


class VisitPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    # looking

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The week by teams, or the list."""
        asked = read_query(request.query, self._today())
        if asked.show == "list":
            return await self._list(request, asked)
        found = await self._read(request, asked, schedule)
        return self._shown_page(
            request,
            asked,
            found,
            asked.filter.of(found),
            days=_shown_days(found),
            next_day=found.next_day,
        )

    async def _list(self, request: web.Request, asked: Asked) -> web.StreamResponse:
        campaign, viewer, today = self._site.campaign, self._site.viewer(request), self._today()
        first, last = asked.span(campaign, today)
        wanted = replace(
            scope_of(campaign, viewer),
            first_day=first,
            last_day=last,
            standing=asked.filter.standing,
            leader=asked.filter.leader,
        )
        page = number_of(request.query.get("page", "")) or 1
        found = await self._site.read(
            lambda store: visit_page(store, campaign, viewer, wanted, page, PAGE, today)
        )
        return self._shown_page(
            request,
            asked,
            found,
            found.visits,
            total=found.total,
            page=found.page,
            pages=-(-found.total // PAGE) or 1,
            movable=movable(found.neighbours),
        )

    def _shown_page(
        self,
        request: web.Request,
        asked: Asked,
        found: Schedule | VisitPage,
        visits: Sequence[VisitShown],
        **more: Any,
    ) -> web.StreamResponse:
        """What the week and the list have in common."""
        first, last = asked.span(self._site.campaign, self._today())
        return self._site.page(
            request,
            "visits.html",
            asked=asked,
            waiting=found.waiting,
            leaders=found.leaders,
            visits=visits,
            first=first,
            last=last,
            today=self._today(),
            turns=[
                (label, link(HOME, **asked.parameters | {"week": monday.isoformat()}))
                for label, monday in (
                    ("上一周", asked.monday - WEEK),
                    ("本周", self._today()),
                    ("下一周", asked.monday + WEEK),
                )
            ],
            **more,
            **self._words(),
        )

    async def export(self, request: web.Request) -> web.StreamResponse:
        """The same as a sheet."""
        asked = read_query(request.query, self._today())
        found = await self._read(request, asked, schedule)
        visits, (first, last) = asked.filter.of(found), asked.span(self._site.campaign, self._today())
        if asked.everything:
            days = [one.shown.plan.day for one in visits] or [self._today()]
            first, last = min(days), max(days)
        table = schedule_table(self._site.campaign, visits, first, last, self._site.now())
        content = await asyncio.to_thread(workbook, [table])
        return self._site.download(content, f"实地验收安排{self._today():%Y%m%d}.xlsx")

    async def one(self, request: web.Request) -> web.StreamResponse:
        """One visit with its history."""
        shown = await self._shown(request)
        viewer = self._site.viewer(request)
        of_team = shown.shown.plan.has(viewer.person.id)
        sheets: tuple[int, ...] = ()
        if viewer.is_office or of_team:
            found = await self._site.look(request, partial(sheet_list, application=shown.application))
            sheets = tuple(
                desk.sheet.id for desk in found if desk.sheet.visit == shown.id and not desk.sheet.covert
            )
        said = {
            one.kind
            for one in shown.answers
            if one.name == viewer.person.label and one.version == shown.shown.version
        }
        return self._site.page(
            request, "visit.html", visit=shown, of_team=of_team, sheets=sheets, said=said, **self._words()
        )

    async def calendar_file(self, request: web.Request) -> web.StreamResponse:
        """What was announced, for somebody's own calendar."""
        shown = await self._shown(request)
        told = [one.version for one in shown.versions if one.version.is_released]
        if not told:
            raise web.HTTPNotFound
        content = invitation(self._site.campaign, told[-1], shown.unit, "")
        return self._site.download(content, f"实地验收{shown.number}.ics", "text/calendar")

    # entering

    async def new(self, request: web.Request) -> web.StreamResponse:
        """The empty form; what the address names is filled in."""
        asked = request.query
        slots = self._site.campaign.visits.slots
        start, end = (f"{moment:%H:%M}" for moment in slots[0]) if slots else ("", "")
        typed = TypedVisit(
            asked.get("unit", "")[:60], asked.get("day", "")[:10], start, end, asked.get("leader", "")[:12]
        )
        return await self._form(request, typed)

    async def units(self, request: web.Request) -> web.StreamResponse:
        """Units that what is typed may mean, to choose from."""
        typed = (request.query.get("unit") or request.query.get("application", ""))[:_LONGEST]
        covert = bool(request.query.get("covert"))
        found = await self._site.look(request, lambda ask: units(ask, typed, covert))
        return self._site.page(request, "visit_units.html", units=found)

    async def edit(self, request: web.Request) -> web.StreamResponse:
        """The form of a visit."""
        visit = _number(request)
        try:
            typed = await self._site.look(request, partial(typed_visit, visit=visit))
        except Refused as why:
            shown = await self._shown(request)
            return self._site.done(f"{HOME}/{shown.id}", str(why), "warning")
        return await self._form(request, typed, visit)

    async def save(self, request: web.Request) -> web.StreamResponse:
        """Enter a new visit; what stands in the way is told beside what was typed."""
        form = await request.post()
        typed = read_form(form)
        try:
            made = await self._site.act(request, partial(plan_typed, typed=typed), str(form.get(ONCE, "")))
        except Refused as why:
            return await self._form(request, typed, troubles=str(why).split("\n"))
        return self._site.done(_week_of(made), "已登记，尚未通知任何人。须由办公室另一位同志发布。")

    async def save_change(self, request: web.Request) -> web.StreamResponse:
        """Enter another version."""
        form, visit = await request.post(), _number(request)
        typed = read_form(form)
        try:
            made = await self._site.act(
                request, partial(change_typed, visit=visit, typed=typed), str(form.get(ONCE, ""))
            )
        except Refused as why:
            await self._shown(request)
            return await self._form(request, typed, visit, str(why).split("\n"))
        return self._site.done(_week_of(made), "变更已登记，发布前仍以原安排为准。须由办公室另一位同志发布。")

    async def check(self, request: web.Request) -> web.StreamResponse:
        """What stands in the way of what is typed so far: a part of the form."""
        form = await request.post()
        typed, visit = read_form(form), str(form.get("visit", ""))
        number = number_of(visit) or 0
        try:
            found = await self._site.look(request, lambda ask: check(ask, typed, number))
        except Refused as why:
            found = (str(why),)
        ready = bool(typed.unit and typed.day and typed.start and typed.leader)
        return self._site.page(request, "visit_check.html", troubles=found, ready=ready)

    # acting

    async def release(self, request: web.Request) -> web.StreamResponse:
        """Release the ticked ones, or all that wait."""
        form = await request.post()
        picked = [
            number_of(str(one)) or 0 for one in form.getall("pick", [])
        ]  # 0, which is refused, is not none
        back = str(form.get("back", ""))
        to = back if back.startswith((f"{HOME}?", f"{HOME}/")) else HOME
        try:
            done = await self._site.act(request, lambda ask: release(ask, picked), str(form.get(ONCE, "")))
        except Refused as why:
            return self._site.done(to, str(why), "danger")
        said = [f"已发布{len(done.visits)}项验收安排，正在通知单位和验收组。"]
        if done.own:
            said.append(f"另有{len(done.own)}项由您登记，须由另一位同志发布。")
        if done.to_call:
            numbers = "、".join(str(one.id) for one in done.to_call)
            said.append(f"验收{numbers}的单位没有可用的企业微信或邮箱，请电话通知后登记“电话已确认”。")
        return self._site.done(to, "\n".join(said), "warning" if done.to_call or done.own else "success")

    def act(self, act: Words, said: str) -> Handler:
        """One of the acts on one visit; afterwards its page."""

        @refusable(self._site, lambda request: f"{HOME}/{_number(request)}")
        async def run(request: web.Request) -> web.StreamResponse:
            form, visit = await request.post(), _number(request)
            words = str(form.get("reason", "")).strip()

            def carry_out(ask: StaffAsk) -> object:
                return act(ask, visit, within(ask, "理由", words, REASON))

            await self._site.act(request, carry_out, str(form.get(ONCE, "")))
            return self._site.done(f"{HOME}/{visit}", said)

        return run

    async def confirm(self, request: web.Request) -> web.StreamResponse:
        """Somebody of the team confirms what they saw."""
        form, visit = await request.post(), _number(request)
        seen = number_of(str(form.get("version", ""))) or 0
        await self._shown(request)
        try:
            await self._site.act(request, lambda ask: confirm(ask, visit, seen), str(form.get(ONCE, "")))
        except Refused as why:
            return self._site.done(f"{HOME}/{visit}", str(why), "danger")
        return self._site.done(f"{HOME}/{visit}", "已登记您确认参加。")

    # what they have in common

    def _today(self) -> date:
        return self._site.now().astimezone(self._site.campaign.zone).date()

    def _words(self) -> dict[str, Any]:
        campaign = self._site.campaign
        return {
            "standing_of": standing_of,
            "span_of": spoken_span,
            "standings": tuple((one, standing_words(campaign, one)) for one in Standing),
            "tones": TONES,
        }

    async def _read(self, request: web.Request, asked: Asked, read: Callable[..., T]) -> T:
        campaign, viewer, today = self._site.campaign, self._site.viewer(request), self._today()
        first, last = asked.span(campaign, today)
        return await self._site.read(lambda store: read(store, campaign, viewer, first, last, today))

    async def _shown(self, request: web.Request) -> VisitShown:
        campaign, viewer, today = self._site.campaign, self._site.viewer(request), self._today()
        visit = _number(request)
        found = await self._site.read(lambda store: one_visit(store, campaign, viewer, visit, today))
        if found is None:
            raise web.HTTPNotFound
        return found

    async def _form(
        self, request: web.Request, typed: TypedVisit, visit: int = 0, troubles: Sequence[str] = ()
    ) -> web.StreamResponse:
        """The form as a page; alone where a part of a page asks for it."""
        people = await self._site.look(request, inspectors)
        inside = "HX-Request" in request.headers and request.method == hdrs.METH_GET
        part = "visit_row.html" if request.query.get("row") else "visit_form_part.html"
        template = part if inside else "visit_edit.html"
        back = f"{HOME}/{visit}" if visit else HOME
        return self._site.page(
            request,
            template,
            typed=typed,
            visit=visit,
            troubles=troubles,
            people=people,
            back=back,
            action=f"{HOME}/{visit}/edit" if visit else f"{HOME}/new",
            slots=self._site.campaign.visits.slots,
        )


def read_form(form: MultiDictProxy[Any]) -> TypedVisit:
    """The fields of the form, trimmed."""
    names = ("unit", "day", "start", "end", "leader", "contact", "phone", "place", "prepare", "reason")
    texts = {name: str(form.get(name, "")).strip() for name in names}
    return TypedVisit(**texts, members=tuple(str(one) for one in form.getall("member", [])))


def _shown_days(found: Schedule) -> list[Any]:
    """The days of a week that somebody looks at: days off only where something is on them."""
    return [day for day in found.days if day.is_workday or day.visits]


def _number(request: web.Request) -> int:
    return int(request.match_info["visit"])


def _week_of(visit: Visit) -> str:
    return f"{link(HOME, week=visit.latest.plan.day.isoformat())}#visit-{visit.id}"
