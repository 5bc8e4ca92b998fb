"""What every page of the console needs: reading, acting, drawing, and sending the browser on.

A page module has `routes(site) -> list[web.RouteDef]`. Its handlers read with `site.read`, act with `site.act`
(the very use cases the chat calls) and end a form with `site.done`: every POST is answered by a redirect, so that
reloading repeats nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from aiohttp import hdrs, web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.console.viewer import Viewer
from bot.model.mail import Link
from bot.model.message import Channel, Inbound, Kind
from bot.ports import FileStore, Store
from bot.staff.desk import STAFF_LOCK, StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import MoveRefused
from bot.work.clerk import Clerk
from bot.work.console_login import Door, Reads, Runs
from bot.work.hand_out import PrintShop
from bot.work.long_work import LongWorks
from bot.work.mail_desk import MailDesk
from bot.work.mail_reply import MailOffice
from bot.work.rehearsal import Progress, Report
from bot.work.workers import Workers
from config.campaign import Campaign
from handlers.console.assets import STATIC, asset
from handlers.console.nav import current, entries_for
from handlers.console.session import CSRF, VIEWER
from handlers.console.words import FILTERS
from handlers.page_headers import PAGE, attachment

_UNPRINTED = re.compile(r"[\x00-\x1f\x7f]")  # what no header may hold

T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEADERS = PAGE | {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
FLASH = "flash"  # the cookie that carries one sentence over a redirect
ONCE = "once"  # the field of a form that makes it one act however often it is sent
AFTER_SEALING = (
    "/console/campaign/archive",
    "/console/campaign/clone",
    "/console/campaign/rehearsal",
    "/console/people",
    "/console/mail/alarms",
    "/console/applications/columns",
    "/console/applications/ticked/excel",
)
"""Addresses whose forms are still taken once the campaign is sealed: none changes what is kept."""
_LONGEST_FLASH = 950  # characters, of three bytes as a rule, and a third more in the cookie, which holds 4 kB


@dataclass(frozen=True, slots=True)
class MailPages:
    """What the pages about mail need besides."""

    office: MailOffice
    desk: MailDesk
    knows: Callable[[Link], bool]  # whether a file that is only linked to can be fetched


@dataclass(frozen=True, slots=True)
class Site:
    """The service as the pages see it. `now` is the campaign clock, `machine_now` the machine's."""

    clerk: Clerk
    read: Reads
    run: Runs
    files: FileStore
    workers: Workers
    shop: PrintShop  # makes the official papers
    now: Callable[[], datetime]
    machine_now: Callable[[], datetime]
    wake: Callable[[], None]  # something was put into the outbox
    follow: Callable[[], Awaitable[None]]  # roles or the campaign were changed
    secure: bool  # whether the console is reached over https
    mail: MailPages
    doctor: Callable[[], list[tuple[str, str]]]  # (what was checked, what was found); blocking
    rehearse: Callable[[Progress], Awaitable[Report]]  # the campaign as it is now, over data of its own
    works: LongWorks  # what takes longer than somebody waits for a page
    templates: Environment = field(default_factory=lambda: _environment())

    @property
    def campaign(self) -> Campaign:
        return self.clerk.campaign

    @property
    def door(self) -> Door:
        """Sessions, and who is signed in."""
        return Door(self.run, self.read, self.now, self.machine_now)

    def viewer(self, request: web.Request) -> Viewer:
        """Who asks."""
        viewer: Viewer = request[VIEWER]
        return viewer

    # acting

    async def act(self, request: web.Request, use_case: Callable[[StaffAsk], T], once: str = "") -> T:
        """Run an act as whoever asks, in one transaction. `Refused` or `MoveRefused` with the sentence to show.

        `once` makes two sendings of one form one message each, as far as the act goes by `row_key`.
        """
        result = await self.run(self.within(request, use_case, once), STAFF_LOCK)
        self.wake()
        return result

    def within(
        self, request: web.Request, use_case: Callable[[StaffAsk], T], once: str = ""
    ) -> Callable[[Store], T]:
        """`act` for a transaction that somebody else opens. `Refused` for a change of what is sealed."""
        is_sealed = self.campaign.keep_until is not None and request.method != hdrs.METH_GET
        if is_sealed and not request.path.startswith(AFTER_SEALING):
            raise Refused(self.campaign.phrases["archive_refused"])
        viewer = self.viewer(request)
        key = _key_of(viewer, once) if once else secrets.token_hex(12)
        inbound = Inbound(Channel.CONSOLE, str(viewer.person.id), Kind.TEXT, "", self.now(), key)
        return partial(self._act, inbound=inbound, viewer=viewer, act=use_case)

    def _act(self, store: Store, inbound: Inbound, viewer: Viewer, act: Callable[[StaffAsk], T]) -> T:
        roles = tuple(store.memberships(viewer.person.id))  # as they are within this transaction
        if not roles:
            raise Refused("您已没有相应权限，请联系市办公室。")
        return act(StaffAsk(self.clerk, store, inbound, viewer.person, roles, ""))

    async def look(self, request: web.Request, view: Callable[[StaffAsk], T]) -> T:
        """What a view function that takes a `StaffAsk` shows to whoever asks; nothing may be written."""
        viewer = self.viewer(request)
        inbound = Inbound(Channel.CONSOLE, str(viewer.person.id), Kind.TEXT, "", self.now(), "")

        def ask(store: Store) -> T:
            return view(StaffAsk(self.clerk, store, inbound, viewer.person, viewer.roles, ""))

        return await self.read(ask)

    # answering

    def page(self, request: web.Request, template: str, status: int = 200, **values: object) -> web.Response:
        """A page, or the part of one: with the menu, the waiting sentence and the form's secret fields."""
        viewer = self.viewer(request)
        entries = entries_for(viewer)
        flash = read_flash(request)
        shown = {
            "viewer": viewer,
            "csrf": request[CSRF],
            "once": secrets.token_hex(12),
            "entries": entries,
            "entry": current(request.path, entries),
            "flash": flash,
            "campaign": self.campaign,
            "now": self.now().astimezone(self.campaign.zone),
            "ahead": self._ahead(),
            "address": request.rel_url,
        }
        response = _html(self.templates.get_template(template).render(shown | values), status)
        if flash is not None:
            response.del_cookie(FLASH, path="/console/")
        return response

    def _ahead(self) -> timedelta:
        """Campaign clock less machine's clock; whole seconds, so that two looks at one clock make nothing of it."""
        return timedelta(seconds=round((self.now() - self.machine_now()).total_seconds()))

    def done(self, to: str, message: str = "", kind: str = "success") -> web.Response:
        """See other: the page at `to`, with a sentence above it. `kind`: success, warning or danger."""
        headers = {hdrs.LOCATION: _UNPRINTED.sub("", to)} | HEADERS
        response = web.Response(status=303, headers=headers)
        if message:
            said = json.dumps([kind, message[:_LONGEST_FLASH]], ensure_ascii=False).encode()
            response.set_cookie(
                FLASH,
                base64.urlsafe_b64encode(said).decode(),
                path="/console/",
                httponly=True,
                secure=self.secure,
                samesite="Lax",
                max_age=60,
            )
        return response

    def download(self, content: bytes, name: str, content_type: str = XLSX) -> web.Response:
        """A file to be saved under `name`."""
        headers = HEADERS | {hdrs.CONTENT_DISPOSITION: attachment(name)}
        return web.Response(body=content, content_type=content_type, headers=headers)


def office_only(handler: Handler) -> Handler:
    """A page for the office alone; to everybody else it does not exist."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        viewer: Viewer = request[VIEWER]
        if not viewer.is_office:
            raise web.HTTPNotFound
        return await handler(request)

    return guarded


def body_only(handler: Handler) -> Handler:
    """A page for people who speak for a body; to everybody else it does not exist."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        viewer: Viewer = request[VIEWER]
        if not viewer.bodies:
            raise web.HTTPNotFound
        return await handler(request)

    return guarded


def refusable(site: Site, back: Callable[[web.Request], str]) -> Callable[[Handler], Handler]:
    """An act whose refusal is told on the page `back` names. What was typed is kept by the browser's form."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except (Refused, MoveRefused) as why:
                return site.done(back(request), str(why), "danger")

        return guarded

    return decorate


def link(path: str, **parameters: object) -> str:
    """An address with those of the parameters that say something."""
    said = {key: str(value) for key, value in parameters.items() if value not in ("", None)}
    return f"{path}?{urlencode(said)}" if said else path


def read_flash(request: web.Request) -> tuple[str, str] | None:
    """(kind, sentence) that the last redirect left, if any."""
    try:
        kind, message = json.loads(base64.urlsafe_b64decode(request.cookies.get(FLASH, "")))
    except (ValueError, TypeError):  # somebody else's cookie, or one of another shape
        return None
    known = kind in ("success", "warning", "danger") and isinstance(message, str)
    return (kind, message) if known else None


def _key_of(viewer: Viewer, once: str) -> str:
    """A key of this person's own for what a form says of itself: it can be neither chosen nor be anybody else's."""
    return hashlib.sha256(f"form:{viewer.person.id}:{once}".encode(errors="replace")).hexdigest()[:24]


def plain_page(environment: Environment, template: str, status: int = 200, **values: object) -> web.Response:
    """A page without the menu, for somebody who has not come in."""
    return _html(environment.get_template(template).render(values), status)


def _html(text: str, status: int) -> web.Response:
    response = web.Response(text=text, content_type="text/html", status=status, headers=HEADERS)
    if len(text) > 2000:
        response.enable_compression()
    return response


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(STATIC.parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    tools: Mapping[str, Any] = {"asset": asset, "link": link}
    environment.globals.update(tools)
    environment.filters.update(FILTERS)
    return environment
