"""The demo's page: a chat client that plays WeCom, beside the campaign clock, under /demo/."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handlers.demo.chat_api import ChatApi
from handlers.demo.chat_times import CampaignClock, ChatTimes
from handlers.demo.guard import Refused, guarded, read_json, text_of
from handlers.demo.mail_api import MailApi
from handlers.demo.platform import Platform
from handlers.page_headers import PAGE

HERE = Path(__file__).parent

Tell = Callable[[str, dict[str, Any]], None]

FURTHEST = timedelta(days=3660)
"""How far behind the deadline the clock may be put: it cannot be put back, and a year has four digits."""


@dataclass(frozen=True, slots=True)
class DemoPage:
    """What the page says besides the chats."""

    title: str  # of the campaign
    closes: datetime  # the first moment that is late, in the campaign's zone
    hints: Sequence[str]  # what to try: each a message that can be sent as it stands
    units: Mapping[str, str] = field(default_factory=dict)  # userid → what to show under the name
    console: bool = False  # whether to link to /console/
    office: str = ""  # the office's mail address; "" where the demo has no mail


def add_demo_pages(
    app: web.Application,
    platform: Platform,
    clock: CampaignClock,
    page: DemoPage,
    mail: Callable[[Tell], MailApi] | None = None,
) -> None:
    """Add everything under /demo/ to the application, and end the open event streams when it stops.

    The platform's own clock must be the machine's; the page shows campaign time. `mail` makes the mail pane
    of what tells the open pages of something new.
    """
    zone = page.closes.tzinfo
    if zone is None:
        raise ValueError("DemoPage.closes must be aware")
    times = ChatTimes(platform, clock, zone)
    chat = ChatApi(platform, times, page.units)
    pages = DemoPages(times, page, chat.tell)

    async def close(_: web.Application) -> None:
        chat.close()

    app.add_routes([*pages.routes(), *chat.routes()])
    if mail is not None:
        app.add_routes(mail(chat.tell).routes())
    app.on_shutdown.append(close)


class DemoPages:
    """The page itself, its files and the clock; use `add_demo_pages`."""

    def __init__(self, times: ChatTimes, page: DemoPage, tell: Tell) -> None:
        self._times = times
        self._page = page
        self._tell = tell
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def routes(self) -> list[web.RouteDef]:
        """The page, its files and the clock, for loopback only."""
        return [
            web.get("/demo", guarded(self.to_page)),
            web.get("/demo/", guarded(self.show)),
            web.get(r"/demo/static/{name:[a-z_]+\.(?:css|js|svg)}", guarded(self.static)),
            web.get("/demo/clock", guarded(self.clock)),
            web.post("/demo/clock", guarded(self.move_clock)),
        ]

    async def to_page(self, request: web.Request) -> web.StreamResponse:
        """The address as people shorten it."""
        raise web.HTTPPermanentRedirect("/demo/")

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The page."""
        text = self._templates.get_template("chat.html").render(page=self._page)
        headers = PAGE | {"Cache-Control": "no-store"}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Scripts, style sheet, icon."""
        path = HERE / "static" / request.match_info["name"]
        if not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=PAGE | {"Cache-Control": "no-cache"})

    async def clock(self, request: web.Request) -> web.StreamResponse:
        """{"now", "closes"}: the campaign clock and the first moment that is late."""
        return web.json_response(self._told(), headers={"Cache-Control": "no-store"})

    async def move_clock(self, request: web.Request) -> web.StreamResponse:
        """Move the clock to {"now": ISO 8601}, by default in the campaign's zone, and run what falls due."""
        to = self._moment(text_of(await read_json(request), "now"))
        if to.replace(tzinfo=None) > self._page.closes.replace(tzinfo=None) + FURTHEST:
            message = f"最多拨到截止后10年（{self._page.closes.year + 10}年），请选择更早的时间。"
            raise Refused(400, "too_far", message)
        try:
            await self._times.move(to)
        except ValueError:
            now = self._times.now().strftime("%Y-%m-%d %H:%M")
            message = f"活动时间只能向前拨，现在是 {now}。请选择更晚的时间。"
            raise Refused(400, "backwards", message) from None
        self._tell("clock", self._told())
        return web.json_response(self._told())

    def _moment(self, text: str) -> datetime:
        try:
            moment = datetime.fromisoformat(text.strip())
            return moment if moment.tzinfo else moment.replace(tzinfo=self._page.closes.tzinfo)
        except ValueError:
            message = "请按 2019-07-10T09:00+08:00 的格式填写时间。"
            raise Refused(400, "bad_time", message) from None

    def _told(self) -> dict[str, Any]:
        return {"now": self._times.now().isoformat(), "closes": self._page.closes.isoformat()}
