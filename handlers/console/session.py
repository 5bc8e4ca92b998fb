"""Who asks: the session of every request to the console, and the check that an act comes from our own pages."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from bot.console.viewer import Viewer
from bot.model.console import Device
from bot.work.console_login import Door, Refusal
from handlers.console.csrf import FIELD, HEADER, SAFE_METHODS, csrf_token, fits, is_own, origins_of

VIEWER = web.RequestKey("VIEWER", Viewer)
CSRF = web.RequestKey("CSRF", str)

ROOT = "/console"
HOME = "/console/"
LOGIN = "/console/login"
COOKIE = "console_session"

_PUBLIC = ("/console/login", "/console/in/", "/console/static/")  # beginnings of routes
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_NOT_NEXT = (LOGIN, "/console/in/", "/console/logout")
_LONGEST_NEXT = 1000
LARGEST_FORM = 12 << 20  # bytes of a form with files, of somebody who is signed in
_TOO_LARGE = "文件太大，没有保存：一次最多12MB。请压缩或分几次上传。"
FORGED = "这次操作没有执行：页面已过期，或者请求不是从本页面发出的。请返回后刷新页面，再试一次。"


def sessions(door: Door, key: bytes, public_url: str) -> Middleware:
    """The middleware for everything under /console/: sets `VIEWER` and `CSRF`, or turns the request away.

    Nobody signed in: 303 to the login page, 401 with HX-Redirect for a part of a page. An unsafe method without
    the session's token (field `csrf`, or header X-CSRF-Token, which leaves the body unread for the handler) or
    from another origin: 403 with a sentence. `key` signs the tokens.
    """
    origins = origins_of(public_url)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path != ROOT and not request.path.startswith(HOME):
            return await handler(request)
        if request.method not in SAFE_METHODS and not is_own(request.headers, origins):
            raise web.HTTPForbidden(text=FORGED)
        if _is_public(request):
            return await handler(request)
        token = session_token(request)
        viewer = await door.viewer(token)
        if viewer is None:
            return _to_login(request)
        request[VIEWER] = viewer
        request[CSRF] = csrf_token(key, token)
        if request.content_type == "multipart/form-data":
            return await _with_files(request, partial(checked, handler))
        return await checked(handler, request)

    async def checked(handler: Handler, request: web.Request) -> web.StreamResponse:
        viewer, token = request[VIEWER], session_token(request)
        if request.method not in SAFE_METHODS and not fits(key, token, await _given(request)):
            await door.refuse(Refusal.FORGED, viewer.person.id)
            raise web.HTTPForbidden(text=FORGED)
        return await handler(request)

    return guard


async def _with_files(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A form with files, of somebody who is signed in; the copies on disk end with it."""
    size = request.content_length
    if size is None or size > LARGEST_FORM:
        raise web.HTTPRequestEntityTooLarge(LARGEST_FORM, size or 0, text=_TOO_LARGE)
    large = request.clone(client_max_size=LARGEST_FORM)
    form = await large.post()
    try:
        return await handler(large)
    finally:
        for field in form.values():
            if isinstance(field, web.FileField):
                field.file.close()


def session_token(request: web.Request) -> str:
    """What the browser holds; "" if nothing."""
    return request.cookies.get(COOKIE, "")


def set_session(response: web.Response, token: str, secure: bool) -> None:
    """Give the browser a session's token, until it is closed: clerks share computers."""
    response.set_cookie(COOKIE, token, path=ROOT, httponly=True, secure=secure, samesite="Lax")


def drop_session(response: web.Response, secure: bool) -> None:
    """Take the token from the browser."""
    response.del_cookie(COOKIE, path=ROOT, httponly=True, secure=secure, samesite="Lax")


def device_of(user_agent: str) -> Device:
    """What somebody reads with, by what the program says of itself."""
    said = user_agent.lower()
    if "wxwork" in said:
        return Device.WECOM
    return Device.PHONE if "mobile" in said or "android" in said else Device.DESKTOP


def safe_next(text: str) -> str:
    """Where to go after signing in: a page of the console; its first page for everything else."""
    plain = len(text) <= _LONGEST_NEXT and text.isascii() and text.isprintable() and "\\" not in text
    path = text.partition("?")[0]
    known = path.startswith(HOME) and not path.startswith(_NOT_NEXT) and ".." not in path
    return text if plain and known else HOME


def login_address(to: str) -> str:
    """The login page, which leads to `to` afterwards."""
    return LOGIN if to == HOME else f"{LOGIN}?{urlencode({'next': to})}"


def _is_public(request: web.Request) -> bool:
    """By the route that answers, not by the address as it was written."""
    resource = request.match_info.route.resource
    return resource is not None and resource.canonical.startswith(_PUBLIC)


def _to_login(request: web.Request) -> web.Response:
    if "HX-Request" in request.headers:
        shown = request.headers.get("HX-Current-URL", "").partition("#")[0]
        here = safe_next(shown[max(shown.find(HOME), 0) :])
        return web.Response(status=401, headers={"HX-Redirect": login_address(here)})
    here = request.path_qs if request.method in SAFE_METHODS else HOME
    headers = {hdrs.LOCATION: login_address(safe_next(here)), hdrs.CACHE_CONTROL: "no-store"}
    return web.Response(status=303, headers=headers)


async def _given(request: web.Request) -> str:
    """The token that came with an act; "" if none."""
    if said := request.headers.get(HEADER):
        return said
    if request.content_type not in _FORMS:
        return ""
    field = (await request.post()).get(FIELD)
    return field if isinstance(field, str) else ""
