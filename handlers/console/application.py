"""One application on one page: its parts by link, and the acts that may be done as it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from bot.console import one_application as view
from bot.console.application_acts import carry_out, note, record_view, settle_route, take_paper
from bot.console.one_application import Head, Part
from bot.console.stages import settled_stages
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import MoveRefused
from config.campaign import Campaign
from handlers.console.application_files import ApplicationFiles, look
from handlers.console.application_words import (
    KINDS,
    MATERIALS,
    act_words,
    channel_words,
    event,
    facts,
    kind_of,
    tones_of,
)
from handlers.console.site import ONCE, Handler, Site, link
from handlers.console.typed import number_of

Fields = Mapping[str, str]

HOME = "/console/applications"
ONE = HOME + r"/{number:[0-9]{4}-[0-9]{3,5}}"
LABELS = {
    Part.FORM: "申报表",
    Part.CHANGES: "修改记录",
    Part.MATERIALS: "材料",
    Part.LINE: "往来经过",
    Part.RECOMMENDATION: "推荐与纸质件",
    Part.VISITS: "实地验收",
    Part.NOTES: "记事",
    Part.AUDIT: "操作记录",
}
_FIELDS = ("action", "reason", "due", "body", "code", "brought_by", "text")


def routes(site: Site) -> list[web.RouteDef]:
    pages, files = ApplicationPages(site), ApplicationFiles(site)
    return [
        web.get(ONE, pages.show),
        web.post(f"{ONE}/act", pages.act(_move, "")),
        web.post(f"{ONE}/route", pages.act(_route, "")),
        web.post(f"{ONE}/paper", pages.act(_paper, Part.RECOMMENDATION)),
        web.post(f"{ONE}/note", pages.act(_note, Part.NOTES)),
        *files.routes(ONE),
    ]


class ApplicationPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """A part of the page; that somebody opened it goes on record once a day."""
        return await self._page(request, request.query.get("part", ""))

    def act(self, run: Callable[[StaffAsk, str, Fields], str], part: str) -> Handler:
        """An act by a form. Refused, the page says why and keeps what was typed."""

        async def handler(request: web.Request) -> web.StreamResponse:
            number = request.match_info["number"]
            await look(self._site, request, lambda ask: view.open_application(ask, number))
            form = await request.post()
            fields = {name: str(form.get(name, "")).strip() for name in _FIELDS}
            try:
                said = await self._site.act(
                    request, lambda ask: run(ask, number, fields), str(form.get(ONCE, ""))
                )
            except (Refused, MoveRefused) as why:
                return await self._page(request, part, fields, str(why))
            return self._site.done(link(f"{HOME}/{number}", part=part), said)

        return handler

    async def _page(
        self, request: web.Request, wished: str, typed: Fields | None = None, trouble: str = ""
    ) -> web.StreamResponse:
        read = Reading(self._site.campaign, wished, request.query.get("kind", ""), _page_number(request))
        head, shown = await look(self._site, request, partial(read.look, number=request.match_info["number"]))
        if not head.is_on_record:
            await self._site.act(request, partial(record_view, application=head.application.id))
        if trouble:
            shown["flash"] = ("danger", trouble)
        home = f"{HOME}/{head.application.number}"
        is_office = self._site.viewer(request).is_office
        shown["tones"], shown["over"] = tones_of(is_office), settled_stages(self._site.campaign, True)
        return self._site.page(
            request, "application.html", head=head, labels=LABELS, typed=typed or {}, home=home, **shown
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What of the page is asked for; read in one transaction, together with whether it may be."""

    campaign: Campaign
    part: str
    kind: str  # of events
    page: int

    def look(self, ask: StaffAsk, number: str) -> tuple[Head, dict[str, Any]]:
        """The head, and what the part's template shows. `Refused` out of scope."""
        head = view.open_application(ask, number)
        part = next((one for one in head.parts if one == self.part), head.parts[0])
        shown = {} if head.is_closed else self._shown(ask, head, part)
        return head, {"part": part} | shown

    def _shown(self, ask: StaffAsk, head: Head, part: Part) -> dict[str, Any]:
        match part:
            case Part.FORM:
                return {"rows": view.form_rows(ask, head)}
            case Part.CHANGES:
                changed, total = view.changes(ask, head, self.page)
                return {"rows": changed} | self._turns(total, view.CHANGES)
            case Part.MATERIALS:
                return {"rows": view.materials(ask, head), "kinds": MATERIALS}
            case Part.LINE:
                return self._line(ask, head)
            case Part.RECOMMENDATION:
                return {"view": view.recommended(ask, head)}
            case Part.VISITS:
                return {"rows": view.visits(ask, head), "sheets": view.sheets(ask, head)}
            case Part.NOTES:
                return {"rows": view.notes(ask, head)}
            case Part.AUDIT:
                found, total = view.audit(ask, head, self.page)
                said = [(one, act_words(self.campaign, one), facts(self.campaign, one)) for one in found]
                return {"rows": said, "channel": channel_words} | self._turns(total, view.LINES)

    def _line(self, ask: StaffAsk, head: Head) -> dict[str, Any]:
        """The course of events, of one kind or of all."""
        line = view.line(ask, head)
        counts = Counter(kind_of(one.what) for one in line)
        wanted = [one for one in line if self.kind not in KINDS or kind_of(one.what) == self.kind]
        here = wanted[(self.page - 1) * view.LINES : self.page * view.LINES]
        return {
            "rows": [event(self.campaign, one) for one in here],
            "kinds": [(kind, words, counts[kind]) for kind, words in KINDS.items() if counts[kind]],
            "kind": self.kind,
            "everything": len(line),
        } | self._turns(len(wanted), view.LINES)

    def _turns(self, total: int, each: int) -> dict[str, Any]:
        return {"page": self.page, "total": total, "pages": max(1, -(-total // each))}


def _move(ask: StaffAsk, number: str, fields: Fields) -> str:
    return carry_out(ask, number, fields["action"], fields["reason"], fields["due"])


def _route(ask: StaffAsk, number: str, fields: Fields) -> str:
    return settle_route(ask, number, fields["body"])


def _paper(ask: StaffAsk, number: str, fields: Fields) -> str:
    return take_paper(ask, number, fields["code"], fields["brought_by"])


def _note(ask: StaffAsk, number: str, fields: Fields) -> str:
    note(ask, number, fields["text"])
    return "已记下。"


def _page_number(request: web.Request) -> int:
    return number_of(request.query.get("page", "")) or 1
