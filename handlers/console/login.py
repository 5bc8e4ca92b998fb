"""Coming in to the console and leaving it: by WeCom, by one-time link. Never by a password."""

from __future__ import annotations

import hmac
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlencode

from aiohttp import hdrs, web
from jinja2 import Environment

from bot.model.console import LINK_LIFE, Device
from bot.work.console_login import Door, Entry, Refusal, Road
from config.campaign import Campaign
from handlers.applicant.attempts import WrongAttempts
from handlers.console.session import (
    HOME,
    LOGIN,
    VIEWER,
    device_of,
    drop_session,
    safe_next,
    session_token,
    set_session,
)
from handlers.console.site import HEADERS, plain_page
from handlers.wecom.errcodes import WeComFailure
from handlers.wecom.oauth import Login

log = logging.getLogger(__name__)

WRONG_PER_MINUTE = 10  # of one peer
WRONG_IN_ALL = 300  # a minute, of everybody together
STATE = "console_state"  # the cookie that binds a WeCom login to the browser that began it
STATE_SECONDS = 600
_CALLBACK = f"{LOGIN}/back"
_LONGEST_CODE = 512
_STATUS = {Refusal.NO_ROLE: 403, Refusal.LINK: 410, Refusal.TOO_MANY: 429}


@dataclass(frozen=True, slots=True)
class Guest:
    """A role that is taken up with one click."""

    label: str  # 何平（市办公室）
    address: str


@dataclass(frozen=True, slots=True)
class LoginDesk:
    """What the login pages ask of the service. `once` is True for the first to name a key within its seconds."""

    door: Door
    campaign: Campaign
    templates: Environment
    public_url: str
    once: Callable[[str, float], Awaitable[bool]]
    wecom: Callable[[], Login | None] = lambda: None  # None where WeCom is not set up
    monotonic: Callable[[], float] = time.monotonic
    guests: list[Guest] = field(default_factory=list)  # only the demo has some

    @property
    def secure(self) -> bool:
        """Whether browsers may send our cookies over https only."""
        return self.public_url.startswith("https:")

    def come_in(self, entry: Entry, to: str = HOME) -> web.Response:
        """See other: a page of the console, in a new session."""
        response = web.Response(status=303, headers={hdrs.LOCATION: to} | HEADERS)
        set_session(response, entry.token, self.secure)
        return response


def login_routes(desk: LoginDesk) -> list[web.RouteDef]:
    """/console/login, its way through WeCom, /console/in/<token>, and POST /console/logout.

    After 10 wrong tries within a minute a peer gets 429 until the minute is over, after 300 of all peers
    everybody. The peer is `request.remote`: behind a proxy it must have been set from the proxy's own header.
    """
    pages = LoginPages(desk)
    return [
        web.get(LOGIN, pages.show),
        web.get(f"{LOGIN}/wecom", pages.to_wecom),
        web.get(_CALLBACK, pages.from_wecom),
        web.get("/console/in/{token}", pages.offer),
        web.post("/console/in/{token}", pages.use_link),
        web.post("/console/logout", pages.leave),
    ]


class LoginPages:
    """The handlers; use `login_routes`."""

    def __init__(self, desk: LoginDesk) -> None:
        self._desk = desk
        self._wrong = WrongAttempts(WRONG_PER_MINUTE, 60, desk.monotonic)
        self._all_wrong = WrongAttempts(WRONG_IN_ALL, 60, desk.monotonic)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The roads in, as far as there are any; who is in already is sent on."""
        to = safe_next(request.query.get("next", ""))
        if await self._desk.door.viewer(session_token(request)) is not None:
            return web.Response(status=303, headers={hdrs.LOCATION: to} | HEADERS)
        return self._page(
            "login.html",
            200,
            wecom=f"{LOGIN}/wecom?{urlencode({'next': to})}" if self._desk.wecom() is not None else "",
            inside=_device(request) is Device.WECOM,
            guests=self._desk.guests,
            left="out" in request.query,
        )

    # by WeCom

    async def to_wecom(self, request: web.Request) -> web.StreamResponse:
        """On to WeCom, with a random state that this browser alone can bring back."""
        login = self._desk.wecom()
        if login is None:
            raise web.HTTPNotFound
        state = secrets.token_hex(32)  # letters and figures only, at most 128 of them
        back = f"{self._desk.public_url}{_CALLBACK}"
        inside = _device(request) is Device.WECOM
        address = login.in_client_url(back, state) if inside else login.desktop_url(back, state)
        response = web.Response(status=303, headers={hdrs.LOCATION: address} | HEADERS)
        to = safe_next(request.query.get("next", ""))
        response.set_cookie(
            STATE,
            f"{state}.{quote(to, safe='')}",
            path=LOGIN,
            httponly=True,
            secure=self._desk.secure,
            samesite="Lax",
            max_age=STATE_SECONDS,
        )
        return response

    async def from_wecom(self, request: web.Request) -> web.StreamResponse:
        """Back from WeCom: the state is this browser's and used once, the code says which member it is."""
        if waiting := self._wait(request):
            return await self._refused(request, Refusal.TOO_MANY, waiting)
        login = self._desk.wecom()
        if login is None:
            raise web.HTTPNotFound
        state, _, to = request.cookies.get(STATE, "").partition(".")
        if not await self._is_ours(state, request.query.get("state", "")):
            return await self._wrong_try(request, Refusal.STATE)
        code = request.query.get("code", "")
        try:
            userid = await login.user_of(code) if 0 < len(code) <= _LONGEST_CODE else None
        except WeComFailure as failed:
            log.warning("WeCom did not say who signs in: %s", failed)
            return self._end_state(self._page("login_trouble.html", 502))
        if userid is None:
            return await self._wrong_try(request, Refusal.CODE)
        old = session_token(request)
        entry = await self._desk.door.by_account(userid, Road.WECOM, _device(request), old)
        if entry.refusal is not None:
            return self._end_state(await self._refused(request, entry.refusal))
        return self._end_state(self._desk.come_in(entry, safe_next(unquote(to))))

    async def _is_ours(self, state: str, given: str) -> bool:
        """Whether a login was begun by this browser and has not come back before."""
        if not state or not hmac.compare_digest(state.encode(), given.encode(errors="replace")):
            return False
        return await self._desk.once(f"console_state:{state}", 2.0 * STATE_SECONDS)

    def _end_state(self, response: web.Response) -> web.Response:
        response.del_cookie(STATE, path=LOGIN, httponly=True, secure=self._desk.secure, samesite="Lax")
        return response

    # by one-time link

    async def offer(self, request: web.Request) -> web.StreamResponse:
        """A page with one button. Programs that look at links in advance do not press it."""
        if waiting := self._wait(request):
            return await self._refused(request, Refusal.TOO_MANY, waiting)
        if not await self._desk.door.is_good(request.match_info["token"]):
            return await self._wrong_try(request, Refusal.LINK)
        return self._page("login_link.html", 200, action=request.path)

    async def use_link(self, request: web.Request) -> web.StreamResponse:
        """Come in; the link is used up."""
        if waiting := self._wait(request):
            return await self._refused(request, Refusal.TOO_MANY, waiting)
        old = session_token(request)
        entry = await self._desk.door.by_link(request.match_info["token"], _device(request), old)
        if entry.refusal is Refusal.LINK:
            return await self._wrong_try(request, Refusal.LINK, is_new=False)
        if entry.refusal is not None:
            return await self._refused(request, entry.refusal)
        return self._desk.come_in(entry)

    # leaving

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """Sign out, with the field `everywhere` on every device."""
        assert request[VIEWER]  # the session was looked at before
        everywhere = "everywhere" in await request.post()
        await self._desk.door.leave(session_token(request), everywhere)
        response = web.Response(status=303, headers={hdrs.LOCATION: f"{LOGIN}?out"} | HEADERS)
        drop_session(response, self._desk.secure)
        return response

    # refusing

    def _wait(self, request: web.Request) -> int:
        """Seconds until there may be another try; 0 for now."""
        return max(self._wrong.wait(request.remote or ""), self._all_wrong.wait(""))

    async def _wrong_try(self, request: web.Request, refusal: Refusal, is_new: bool = True) -> web.Response:
        """Count and answer a try that was wrong; `is_new`: it is not in the log yet."""
        self._wrong.add(request.remote or "")
        self._all_wrong.add("")
        if is_new:
            await self._desk.door.refuse(refusal)
        response = await self._refused(request, refusal)
        return response if refusal is Refusal.LINK else self._end_state(response)

    async def _refused(self, request: web.Request, refusal: Refusal, seconds: int = 0) -> web.Response:
        page = self._page(
            "login_refused.html",
            _STATUS.get(refusal, 400),
            why=refusal.value,
            seconds=seconds,
        )
        if seconds:
            page.headers[hdrs.RETRY_AFTER] = str(seconds)
        return page

    def _page(self, template: str, status: int, **values: object) -> web.Response:
        shown = {"campaign": self._desk.campaign, "minutes": LINK_LIFE.seconds // 60, "login": LOGIN}
        return plain_page(self._desk.templates, template, status, **(shown | values))


def _device(request: web.Request) -> Device:
    return device_of(request.headers.get(hdrs.USER_AGENT, ""))
