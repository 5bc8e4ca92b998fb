"""What cannot be shown or done is said on a page of the console, with a way back."""

from __future__ import annotations

import logging

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.staff.finding import Refused
from handlers.console.csrf import SAFE_METHODS
from handlers.console.session import HOME, ROOT, VIEWER
from handlers.console.site import Site, plain_page

log = logging.getLogger(__name__)

_NOT_HERE = "没有这个页面，或者它不在您的工作范围内。请核对地址，或者返回首页从菜单进入。"
_SAID = {
    404: _NOT_HERE,
    405: "这个地址不能直接打开。请返回上一页，用页面上的按钮办理。",
}
_FAILED = "抱歉，页面出错了，系统已记录。请稍后再试；仍不行，请联系系统管理员。"
_OTHERS = "这次操作没有执行。请返回后再试一次；仍不行，请联系系统管理员。"


def problem_pages(site: Site) -> Middleware:
    """The middleware that draws refusals of the pages under /console/; status and headers stay as they are.

    A part of a page gets the sentence alone. What fails is logged by its route: the path may hold a token.
    """

    @web.middleware
    async def drawn(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path != ROOT and not request.path.startswith(HOME):
            return await handler(request)
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            return _page(site, request, error)
        except Refused as why:  # of what the page itself did, or of any change once the campaign is sealed
            return _page(site, request, web.HTTPConflict(text=str(why)))
        except Exception:
            resource = request.match_info.route.resource
            log.exception("a page failed: %s", resource.canonical if resource else "unknown")
            return _page(site, request, web.HTTPInternalServerError(text=_FAILED))

    return drawn


def _page(site: Site, request: web.Request, error: web.HTTPException) -> web.Response:
    given = error.text or ""
    is_plain = given == f"{error.status}: {error.reason}"  # what a refusal says that was given no words
    said = _SAID.get(error.status, _OTHERS) if is_plain else given
    if "HX-Request" in request.headers:
        return web.Response(status=error.status, text=said)
    title = "这个页面打不开" if request.method in SAFE_METHODS else "操作没有执行"
    if VIEWER in request:
        response = site.page(request, "problem.html", error.status, said=said, title=title)
    else:
        shown = {"said": said, "title": title, "campaign": site.campaign}
        response = plain_page(site.templates, "problem_plain.html", error.status, **shown)
    for name in set(error.headers) - {"Content-Type", "Content-Length"}:
        response.headers[name] = error.headers[name]
    return response
