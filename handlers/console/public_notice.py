"""The public notice and the announcement: terms, preview, paper, release by a second person; then the plaques."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.console.office_sheets import plaque_table
from bot.console.results import NoticePage, notice_page, office_names, why_not_announced
from bot.documents.results_paper import plaque_paper, results_paper
from bot.documents.results_text import PaperText, plaque_rows, release_text
from bot.documents.sheet_write import Table
from bot.model.results import Release, ReleaseKind
from bot.model.spoken import spoken_date
from bot.results.announcement import Letter, draft_announcement, letters, release_announcement
from bot.results.course import draft_of, released
from bot.results.plaques import (
    LARGEST_PAPER,
    PlaqueLine,
    hand_over_plaque,
    paper_type,
    plaques,
    sign_plaque,
    signed_paper,
)
from bot.results.public_notice import draft_public_notice, drop_draft, release_public_notice
from bot.results.terms import set_terms
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, find
from bot.staff.moves import MoveRefused
from bot.staff.people import office_only as office_act
from handlers.console.exports import table_file
from handlers.console.results_frame import HOME, Fields, ResultFrame, read_form
from handlers.console.site import DOCX, Handler, Site, office_only
from handlers.console.typed import day_of, number_of

_NOTICE, _ANNOUNCEMENT, _PLAQUES = f"{HOME}/notice", f"{HOME}/announcement", f"{HOME}/plaques"
_PAPER_TYPES = {"jpg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}


def routes(site: Site) -> list[web.RouteDef]:
    notice, announcement, handed = NoticePages(site), AnnouncementPages(site), PlaquePages(site)
    return [
        web.get(_NOTICE, office_only(notice.show_notice)),
        web.get(f"{_NOTICE}.docx", office_only(notice.paper)),
        web.post(f"{_NOTICE}/terms", office_only(notice.acting(_terms))),
        web.post(f"{_NOTICE}/draft", office_only(notice.acting(_draft_notice))),
        web.post(f"{_NOTICE}/drop", office_only(notice.acting(_drop_notice))),
        web.post(f"{_NOTICE}/release", office_only(notice.acting(_release_notice))),
        web.get(_ANNOUNCEMENT, office_only(announcement.show_announcement)),
        web.get(f"{_ANNOUNCEMENT}.docx", office_only(announcement.paper)),
        web.post(f"{_ANNOUNCEMENT}/draft", office_only(announcement.acting(_draft_announcement))),
        web.post(f"{_ANNOUNCEMENT}/drop", office_only(announcement.acting(_drop_announcement))),
        web.post(f"{_ANNOUNCEMENT}/release", office_only(announcement.acting(_release_announcement))),
        web.get(_PLAQUES, office_only(handed.show_plaques)),
        web.get(f"{_PLAQUES}.xlsx", office_only(handed.table)),
        web.get(f"{_PLAQUES}.docx", office_only(handed.paper)),
        web.post(f"{_PLAQUES}/hand-over", office_only(handed.signing(_hand_over))),
        web.post(f"{_PLAQUES}/sign", office_only(handed.signing(_sign))),
        web.get(f"{_PLAQUES}/{{number}}/signed", office_only(handed.signed)),
    ]


@dataclass(frozen=True, slots=True)
class Announcing:
    """What the page of the announcement shows."""

    shown: Release | None  # the draft, else what went out
    text: PaperText | None
    letters: tuple[Letter, ...]  # as they would go out; none once it is announced
    refusal: str  # what stands in its way; "" for nothing
    names: Mapping[int, str]


class _ReleasePages(ResultFrame, ABC):
    """Pages whose forms, when refused, are shown again as they were typed."""

    template = ""
    home = ""

    @abstractmethod
    def view(self, ask: StaffAsk) -> object:
        """What the page shows."""

    async def _page(
        self, request: web.Request, trouble: str = "", typed: Fields | None = None
    ) -> web.Response:
        return await self.show(request, self.template, self.view, trouble, typed)

    def acting(self, act: Callable[[StaffAsk, Fields], str]) -> Handler:
        """A form of the page: the sentence it says afterwards, or the page again with the refusal."""

        async def run(request: web.Request) -> web.StreamResponse:
            fields = await read_form(request)
            try:
                said = await self.act(request, fields, lambda ask: act(ask, fields))
            except (Refused, MoveRefused) as why:
                return await self._page(request, str(why), fields)
            return self.site.done(self.home, said)

        return run


class NoticePages(_ReleasePages):
    """The handlers of the public notice; use `routes`."""

    template, home = "results_notice.html", _NOTICE

    def __init__(self, site: Site) -> None:
        super().__init__(site, "notice")

    def view(self, ask: StaffAsk) -> NoticePage:
        return notice_page(ask)

    async def show_notice(self, request: web.Request) -> web.StreamResponse:
        """What stands in its way, the draft or what went out, and the countdown."""
        return await self._page(request)

    async def paper(self, request: web.Request) -> web.StreamResponse:
        """The draft, else what went out, as a paper."""
        text = await self.site.look(request, lambda ask: _text(ask, ReleaseKind.PUBLIC_NOTICE))
        return await _download(self.site, text, "公示.docx")


class AnnouncementPages(_ReleasePages):
    """The handlers of the announcement; use `routes`."""

    template, home = "results_announcement.html", _ANNOUNCEMENT

    def __init__(self, site: Site) -> None:
        super().__init__(site, "announcement")

    def view(self, ask: StaffAsk) -> Announcing:
        shown = _shown(ask, ReleaseKind.ANNOUNCEMENT)
        over = released(ask.store, ReleaseKind.ANNOUNCEMENT) is not None
        text = release_text(ask.clerk.campaign, shown) if shown else None
        letters_now = () if over else letters(ask)
        return Announcing(shown, text, letters_now, why_not_announced(ask), office_names(ask))

    async def show_announcement(self, request: web.Request) -> web.StreamResponse:
        """The draft with every letter as it would go out."""
        return await self._page(request)

    async def paper(self, request: web.Request) -> web.StreamResponse:
        """The draft, else what went out, as a paper."""
        text = await self.site.look(request, lambda ask: _text(ask, ReleaseKind.ANNOUNCEMENT))
        return await _download(self.site, text, "公布.docx")


class PlaquePages(_ReleasePages):
    """The handlers of the plaques; use `routes`."""

    template, home = "results_plaques.html", _PLAQUES

    def __init__(self, site: Site) -> None:
        super().__init__(site, "plaques")

    def view(self, ask: StaffAsk) -> tuple[PlaqueLine, ...]:
        return plaques(ask.store)

    async def show_plaques(self, request: web.Request) -> web.StreamResponse:
        """The announced list, and who took which plaque when."""
        return await self._page(request)

    async def _lines(self, request: web.Request) -> tuple[PlaqueLine, ...]:
        """The plaques; before the announcement there is no such table."""
        found = await self.site.look(request, lambda ask: plaques(ask.store))
        if not found:
            raise web.HTTPNotFound
        return found

    def signing(self, act: Callable[[StaffAsk, Fields, str], str]) -> Handler:
        """A form that may bring the signed paper along: checked first, then stored, then put on record."""

        async def run(request: web.Request) -> web.StreamResponse:
            fields = await read_form(request)
            try:
                signature = await self._store_paper(request)
                said = await self.act(request, fields, lambda ask: act(ask, fields, signature))
            except (Refused, MoveRefused) as why:
                return await self._page(request, str(why), fields)
            return self.site.done(self.home, said)

        return run

    async def _store_paper(self, request: web.Request) -> str:
        """The SHA-256 of the form's file, "" for none."""
        chosen = (await request.post()).get("paper")
        if not isinstance(chosen, web.FileField) or not chosen.filename:
            return ""
        content = await asyncio.to_thread(chosen.file.read, LARGEST_PAPER + 1)
        paper_type(content, self.site.campaign)
        return await asyncio.to_thread(self.site.files.put, content)

    async def signed(self, request: web.Request) -> web.StreamResponse:
        """The signed paper of one plaque."""
        number = request.match_info["number"]
        try:
            plaque = await self.site.look(request, lambda ask: signed_paper(ask, find(ask, number)))
        except Refused as why:
            raise web.HTTPNotFound from why
        content = await asyncio.to_thread(self.site.files.get, plaque.signature)
        kind = paper_type(content, self.site.campaign)
        return self.site.download(content, f"匾牌签收件-{plaque.unit}.{kind}", _PAPER_TYPES[kind])

    async def table(self, request: web.Request) -> web.StreamResponse:
        """The list as a table."""
        lines = await self._lines(request)

        def table(ask: StaffAsk) -> Table:
            rows = [
                (
                    line.listed.unit,
                    ask.clerk.campaign.award,
                    *((line.handed_over.taken_by, line.handed_over.handed_on) if line.handed_over else ()),
                )
                for line in lines
            ]
            return plaque_table(ask.clerk.campaign, rows, ask.now)

        return await table_file(self.site, request, table, _PLAQUES, lambda _: "匾牌清单.xlsx")

    async def paper(self, request: web.Request) -> web.StreamResponse:
        """The list to be signed by hand."""
        lines = await self._lines(request)
        rows = plaque_rows(self.site.campaign, [(line.listed, line.handed_over) for line in lines])
        content = await asyncio.to_thread(plaque_paper, self.site.campaign, rows)
        return self.site.download(content, "匾牌清单.docx", DOCX)


def _shown(ask: StaffAsk, kind: ReleaseKind) -> Release | None:
    office_act(ask)
    return draft_of(ask.store, kind) or released(ask.store, kind)


def _text(ask: StaffAsk, kind: ReleaseKind) -> PaperText | None:
    shown = _shown(ask, kind)
    return release_text(ask.clerk.campaign, shown) if shown else None


async def _download(site: Site, text: PaperText | None, name: str) -> web.Response:
    if text is None:
        raise web.HTTPNotFound
    return site.download(await asyncio.to_thread(results_paper, text), name, DOCX)


# what the forms do


def _terms(ask: StaffAsk, form: Fields) -> str:
    days = form.get("workdays", "").removesuffix("个工作日").removesuffix("天").strip()
    terms = set_terms(ask, number_of(days) or 0, form.get("channel", ""))
    return ask.say("result_terms_set", workdays=terms.workdays, channel=terms.channel)


def _draft_notice(ask: StaffAsk, form: Fields) -> str:
    day = day_of(form.get("starts", ""))
    if day is None:
        raise Refused("请选择公示开始日期。")
    draft_public_notice(ask, day, form.get("link", ""))
    return "公示稿已起草，请另一位同志核对后签发。签发前不会告知任何单位。"


def _drop_notice(ask: StaffAsk, form: Fields) -> str:
    return _dropped(ask, ReleaseKind.PUBLIC_NOTICE)


def _drop_announcement(ask: StaffAsk, form: Fields) -> str:
    return _dropped(ask, ReleaseKind.ANNOUNCEMENT)


def _dropped(ask: StaffAsk, kind: ReleaseKind) -> str:
    return ask.say("result_draft_dropped" if drop_draft(ask, kind) else "result_draft_none")


def _release_notice(ask: StaffAsk, form: Fields) -> str:
    notice = release_public_notice(ask)
    days = {"starts": spoken_date(notice.starts), "ends": spoken_date(notice.ends)}
    count = len(notice.listed)
    return ask.say("result_notice_released", count=count, workdays=notice.workdays, **days)


def _draft_announcement(ask: StaffAsk, form: Fields) -> str:
    draft_announcement(ask, form.get("document", ""), form.get("link", ""))
    return "公布稿已起草，请另一位同志核对后签发。签发后，入选和未入选通知将同时发出。"


def _release_announcement(ask: StaffAsk, form: Fields) -> str:
    return f"名单已公布：{len(release_announcement(ask).listed)} 家，通知已同时发出。"


def _hand_over(ask: StaffAsk, form: Fields, signature: str) -> str:
    day = day_of(form.get("handed_on", ""))
    if day is None:
        raise Refused("请选择领取日期。")
    known = find(ask, form.get("number", ""))
    plaque = hand_over_plaque(ask, known, form.get("taken_by", ""), day, signature)
    return ask.say(
        "result_plaque_kept", unit=plaque.unit, name=plaque.taken_by, day=spoken_date(plaque.handed_on)
    )


def _sign(ask: StaffAsk, form: Fields, signature: str) -> str:
    if not signature:
        raise Refused("请选择签收件的照片或扫描件。")
    plaque = sign_plaque(ask, find(ask, form.get("number", "")), signature)
    return ask.say("result_plaque_signed", unit=plaque.unit)
