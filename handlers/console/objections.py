"""Objections: the register, one by one, and who raised one, for its handlers alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from bot.console.results import all_objections, one_objection, register
from bot.console.results_sheets import objection_table
from bot.documents.sheet_write import Table
from bot.model.results import Informant, Received
from bot.ports_results import Answered
from bot.results.objections import (
    conclude,
    entrust,
    informant_of,
    note_handling,
    register_objection,
    reply,
)
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, find
from bot.staff.moves import MoveRefused
from handlers.console.exports import table_file
from handlers.console.results_frame import HOME, Fields, ResultFrame, page_of, read_form
from handlers.console.site import Handler, Site, office_only
from handlers.console.typed import day_of, number_of

_OBJECTIONS = f"{HOME}/objections"


def routes(site: Site) -> list[web.RouteDef]:
    pages = ObjectionPages(site)
    one = f"{_OBJECTIONS}/{{objection:[0-9]{{1,6}}}}"
    return [
        web.get(_OBJECTIONS, office_only(pages.show_all)),
        web.get(f"{_OBJECTIONS}.xlsx", office_only(pages.table)),
        web.post(_OBJECTIONS, office_only(pages.register)),
        web.get(one, office_only(pages.show_one)),
        web.post(f"{one}/informant", office_only(pages.informant)),
        *(web.post(f"{one}/{name}", office_only(pages.step(act))) for name, act in _STEPS.items()),
    ]


class ObjectionPages(ResultFrame):
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        super().__init__(site, "objections")

    async def show_all(self, request: web.Request) -> web.StreamResponse:
        """The register, and the form to add to it."""
        return await self._list(request)

    async def _list(
        self, request: web.Request, trouble: str = "", typed: Fields | None = None
    ) -> web.Response:
        shown, page = answered_of(request), page_of(request)
        return await self.show(
            request,
            "results_objections.html",
            lambda ask: register(ask, shown, page),
            trouble,
            typed,
            shown=shown,
        )

    async def register(self, request: web.Request) -> web.StreamResponse:
        """Put one on record; what cannot be kept is shown again as it was typed."""
        fields = await read_form(request)
        try:
            kept = await self.act(request, fields, lambda ask: _add(ask, fields))
        except (Refused, MoveRefused) as why:
            return await self._list(request, str(why), fields)
        return self.site.done(f"{_OBJECTIONS}/{kept}", f"已登记异议 {kept}，您是经办人。")

    async def show_one(self, request: web.Request) -> web.StreamResponse:
        """One objection with its steps, without who raised it."""
        return await self._one(request)

    async def informant(self, request: web.Request) -> web.StreamResponse:
        """Who raised it, shown once to a handler; the look is put on record, so it is no plain page."""
        fields, number = await read_form(request), int(request.match_info["objection"])
        try:
            found = await self.act(request, fields, lambda ask: informant_of(ask, number))
        except (Refused, MoveRefused) as why:
            return await self._one(request, str(why))
        return await self._one(request, seen=found or Informant("没有登记", "没有登记"))

    async def _one(
        self,
        request: web.Request,
        trouble: str = "",
        typed: Fields | None = None,
        seen: Informant | None = None,
    ) -> web.Response:
        number = int(request.match_info["objection"])
        return await self.show(
            request,
            "results_objection.html",
            lambda ask: one_objection(ask, number),
            trouble,
            typed,
            informant=seen,
        )

    def step(self, act: Callable[[StaffAsk, int, Fields], str]) -> Handler:
        """A step in the handling; what cannot be kept is shown again as it was typed."""

        async def run(request: web.Request) -> web.StreamResponse:
            fields, number = await read_form(request), int(request.match_info["objection"])
            try:
                said = await self.act(request, fields, lambda ask: act(ask, number, fields))
            except (Refused, MoveRefused) as why:
                form = {"form": request.path.rpartition("/")[2]}
                return await self._one(request, str(why), {**fields, **form})
            return self.site.done(f"{_OBJECTIONS}/{number}", said)

        return run

    async def table(self, request: web.Request) -> web.StreamResponse:
        """The register as a table, without who raised them."""
        answered = answered_of(request)

        def table(ask: StaffAsk) -> Table:
            return objection_table(ask.clerk.campaign, all_objections(ask, answered), ask.now)

        return await table_file(self.site, request, table, _OBJECTIONS, lambda _: "异议登记表.xlsx")


def answered_of(request: web.Request) -> Answered:
    """Which of them `?show=open` asks for; all where there is nothing of this name."""
    wanted = request.query.get("show", "")
    return Answered(wanted) if wanted in list(Answered) else Answered.ALL


def _add(ask: StaffAsk, form: Fields) -> int:
    received = form.get("received", "")
    if received not in list(Received):
        raise Refused("请选择收到的方式。")
    signed = form.get("signed", "")
    if signed not in ("yes", "no"):
        raise Refused("请选择是否实名。")
    about = find(ask, form["about"]) if form.get("about") else None
    who = Informant(form.get("name", ""), form.get("contact", ""))
    informant = who if who.name or who.contact or signed == "yes" else None
    day = day_of(form.get("received_on", ""))
    kept = register_objection(
        ask, Received(received), signed == "yes", form.get("subject", ""), about, informant, day
    )
    return kept.number


def _note(ask: StaffAsk, number: int, form: Fields) -> str:
    note_handling(ask, number, form.get("text", ""))
    return ask.say("result_objection_noted", number=number)


def _conclude(ask: StaffAsk, number: int, form: Fields) -> str:
    finding = form.get("upheld", "")
    if finding not in ("yes", "no"):
        raise Refused("请选择成立或不成立。")
    conclude(ask, number, finding == "yes", form.get("text", ""))
    if finding == "yes":
        return ask.say("result_objection_concluded_upheld", number=number)
    return ask.say("result_objection_concluded_rejected", number=number)


def _reply(ask: StaffAsk, number: int, form: Fields) -> str:
    reply(ask, number, form.get("text", ""))
    return ask.say("result_objection_replied", number=number)


def _entrust(ask: StaffAsk, number: int, form: Fields) -> str:
    entrust(ask, number, number_of(form.get("person", "")) or 0)
    return "已增加经办人。"


_STEPS: Mapping[str, Callable[[StaffAsk, int, Fields], str]] = {
    "handling": _note,
    "conclusion": _conclude,
    "reply": _reply,
    "handler": _entrust,
}
