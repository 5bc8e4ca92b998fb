"""One click per role: /demo/console/<member> signs in to the console as that member. In the demo only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aiohttp import hdrs, web

from bot.work.console_login import Road
from handlers.console.csrf import is_own, origins_of
from handlers.console.login import Guest, LoginDesk
from handlers.console.session import device_of, safe_next, session_token
from handlers.demo.guard import Refused, guarded


def console_routes(desk: LoginDesk, members: Mapping[str, str]) -> list[web.RouteDef]:
    """The route for these members (userid → what the login page shows), who are put on the login page, too."""
    desk.guests.extend(_guests(members))

    async def enter(request: web.Request) -> web.StreamResponse:
        """Sign in; from a page of another site it is refused."""
        if not is_own(request.headers, origins_of(desk.public_url)):
            raise Refused(403, "foreign", "请从演示页面进入。")
        userid = request.match_info["member"]
        device = device_of(request.headers.get(hdrs.USER_AGENT, ""))
        entry = await desk.door.by_account(userid, Road.DEMO, device, session_token(request))
        if entry.refusal is not None:
            raise Refused(404, "no_role", "这位成员没有工作台的权限，请选择市办公室或推荐单位的成员。")
        return desk.come_in(entry, safe_next(request.query.get("next", "")))

    return [web.get("/demo/console/{member}", guarded(enter))]


def _guests(members: Mapping[str, str]) -> Iterable[Guest]:
    return (Guest(label, f"/demo/console/{userid}") for userid, label in members.items())
