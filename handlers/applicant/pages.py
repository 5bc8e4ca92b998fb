"""The applicant's own page: /u/<token>, to read, print and download the form.

Whoever has the token sees the page, so every answer is kept out of caches, search engines and
Referer headers, and a peer that tries wrong tokens has to wait.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from aiohttp import hdrs, web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.dialogue.declaring import Declaration
from bot.review.selfcheck_view import SelfCheckView
from bot.work.declare import Declared
from bot.work.uploads import UploadDesk
from handlers.applicant.attempts import WrongAttempts
from handlers.applicant.declarations import Declaring, read_form
from handlers.applicant.uploads import Owner, upload_routes
from handlers.page_headers import PAGE, attachment

T = TypeVar("T")

HERE = Path(__file__).parent

HEADERS = PAGE | {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}

WITH_FORM = HEADERS["Content-Security-Policy"].replace("form-action 'none'", "form-action 'self'")
"""For the page with a form on it: it may only be sent to us."""

NOT_FILED = "尚未报送"

WRONG_PER_MINUTE = 20
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")
"""What a token can look like; anything else is wrong without asking the store."""

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class FormItem:
    """One item of the form as it stands. An empty value is not filled yet."""

    number: int
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class MaterialView:
    """One file on record: a version of the deck, a stamped scan."""

    label: str  # 申报报告 第2版
    name: str
    size: str  # 12.5 MB
    sha256: str
    state: str  # 以这一版为准; 待确认; 已不作数
    counts: bool
    lines: tuple[str, ...]  # what the check found
    pictures: tuple[str, ...] = ()  # addresses of the pages' pictures, relative to the page


@dataclass(frozen=True, slots=True)
class ApplicantView:
    """All that the page shows of one application."""

    title: str  # of the campaign: 2019年度平顶山市服务型行政执法示范点
    unit: str  # "" while the unit has no name yet
    number: str  # 2019-017
    state_label: str  # public label of the state: 草稿，尚未报送; 已报推荐单位
    filed: bool  # False: the page says 尚未报送, whatever the state
    receipt: str  # of the latest submission; "" if never filed
    items: tuple[FormItem, ...]  # all items, by number
    missing: tuple[str, ...]  # labels of the items to fill before it can be filed
    owes: tuple[str, ...]  # what has to follow besides the items: 盖章扫描件, 申报报告（PPT）
    print_code: str  # of the printed version; "" while nothing was printed
    deadline_words: str  # the notice's words: 2019年7月25日之前
    phone: str  # the office's
    selfcheck: SelfCheckView | None = None  # private to the unit; None while nothing was answered
    editable: bool = True  # whether the holder may change it in this state
    materials: tuple[MaterialView, ...] = ()  # what is on file, newest first
    uploads: bool = False  # whether files may be sent from the page
    declarations: tuple[Declaration, ...] = ()  # () where none are taken any more

    @property
    def heading(self) -> str:
        """已报送 with the receipt, or the state and 尚未报送: never anything between."""
        if self.filed:
            return f"已报送，回执 {self.receipt}"
        return self.state_label if NOT_FILED in self.state_label else f"{self.state_label}，{NOT_FILED}"


Lookup = Callable[[str], Awaitable[ApplicantView | None]]
"""Token → the page's content; None for a token that is wrong, expired or revoked."""

Form = Callable[[str], Awaitable[tuple[bytes, str] | None]]
"""Token → the official form (.docx) and its file name; None as above."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What takes files from the page: whose page a token opens, the desk, and the pictures of a deck's pages."""

    owner: Callable[[str], Awaitable[Owner | None]]
    desk: UploadDesk
    picture: Callable[
        [str, str, int], Awaitable[bytes | None]
    ]  # token, SHA-256 of the deck, page from 1: JPEG


def applicant_routes(
    lookup: Lookup,
    form: Form,
    selfcheck: Form,
    sending: Sending | None = None,
    declare: Declaring | None = None,
    *,
    monotonic: Callable[[], float] = time.monotonic,
) -> list[web.RouteDef]:
    """The routes under /u/. After 20 wrong tokens within a minute a peer gets 429 until the minute is over.

    The peer is `request.remote`: behind a proxy it must have been set from the proxy's own header.
    """
    pages = ApplicantPages(lookup, form, selfcheck, WrongAttempts(WRONG_PER_MINUTE, 60, monotonic), declare)
    uploads: list[web.RouteDef] = []
    if sending is not None:
        uploads = upload_routes(partial(pages.open, find=sending.owner), sending.desk)
        picture = partial(pages.picture, find=sending.picture)
        uploads.append(web.get(r"/u/{token}/decks/{sha256:[0-9a-f]{64}}/{page:[1-9]\d{0,3}}.jpg", picture))
    if declare is not None:
        uploads.append(web.post("/u/{token}/declarations", partial(pages.declare, save=declare)))
    return [
        *uploads,
        web.get(
            r"/u/static/{name:applicant\.css|icon\.svg|upload\.js|vendor/tus-4\.3\.1\.min\.js}",
            pages.static,
        ),
        web.get("/u/{token}", pages.show),
        web.get("/u/{token}/form.docx", pages.download),
        web.get("/u/{token}/selfcheck.docx", pages.download_selfcheck),
    ]


class ApplicantPages:
    """The handlers; use `applicant_routes`."""

    def __init__(
        self,
        lookup: Lookup,
        form: Form,
        selfcheck: Form,
        wrong: WrongAttempts,
        declare: Declaring | None = None,
    ) -> None:
        self._lookup = lookup
        self._form = form
        self._selfcheck = selfcheck
        self._wrong = wrong
        self._declares = declare is not None
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The page, 404 for a wrong token, 429 after too many of them."""
        view = await self.open(request, self._lookup)
        if isinstance(view, web.Response):
            return view
        declares = self._declares and bool(view.declarations)
        page = self._page("page.html", 200, view=view, token=request.match_info["token"], declares=declares)
        if declares:
            page.headers["Content-Security-Policy"] = WITH_FORM
        return page

    async def declare(self, request: web.Request, save: Declaring) -> web.StreamResponse:
        """Record the declarations of the page's form and show the page again, where they stand."""
        fields = await read_form(request)
        if fields is None:
            return self._page("refused.html", 403)
        found = await self.open(request, lambda token: save(token, fields))
        if isinstance(found, web.Response):
            return found
        if found is Declared.CLOSED:
            return self._page("refused.html", 409)
        headers = HEADERS | {hdrs.LOCATION: f"/u/{request.match_info['token']}#declarations"}
        return web.Response(status=303, headers=headers)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The official form as a file, under its Chinese name (RFC 5987)."""
        return await self._download(request, self._form, "form.docx")

    async def download_selfcheck(self, request: web.Request) -> web.StreamResponse:
        """The self-check as a sheet to print."""
        return await self._download(request, self._selfcheck, "selfcheck.docx")

    async def _download(self, request: web.Request, make: Form, plain: str) -> web.StreamResponse:
        found = await self.open(request, make)
        if isinstance(found, web.Response):
            return found
        content, name = found
        headers = HEADERS | {hdrs.CONTENT_DISPOSITION: attachment(name, plain)}
        return web.Response(body=content, content_type=DOCX, headers=headers)

    async def picture(
        self, request: web.Request, find: Callable[[str, str, int], Awaitable[bytes | None]]
    ) -> web.StreamResponse:
        """A page of a deck on file, as a small picture."""
        sha256, page = request.match_info["sha256"], int(request.match_info["page"])
        found = await self.open(request, lambda token: find(token, sha256, page))
        if isinstance(found, web.Response):
            return found
        # it never changes, but whoever loses the page must lose its pictures with it
        return web.Response(body=found, content_type="image/jpeg", headers=HEADERS)

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Style sheet and icon: no personal data, kept by the browser but asked for anew when changed."""
        headers = HEADERS | {"Cache-Control": "no-cache"}
        return web.FileResponse(HERE / "static" / request.match_info["name"], headers=headers)

    async def open(
        self, request: web.Request, find: Callable[[str], Awaitable[T | None]]
    ) -> T | web.Response:
        """What the token of the request stands for, or the refusal to answer with."""
        peer = request.remote or ""
        if wait := self._wrong.wait(peer):
            refusal = self._page("wait.html", 429, seconds=wait)
            refusal.headers[hdrs.RETRY_AFTER] = str(wait)
            return refusal
        token = request.match_info["token"]
        found = await find(token) if TOKEN.fullmatch(token) else None
        if found is None:
            self._wrong.add(peer)
            return self._page("gone.html", 404)
        return found

    def _page(self, template: str, status: int, **values: object) -> web.Response:
        text = self._templates.get_template(template).render(values)
        return web.Response(text=text, content_type="text/html", status=status, headers=HEADERS)
