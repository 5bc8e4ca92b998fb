"""What goes out and what is wrong: messages to send, alarms, and incidents the office writes down."""

from __future__ import annotations

from aiohttp import web

from bot.console.alarms import LONGEST_INCIDENT, close_alarm, list_alarms, note_incident
from bot.console.applications import OFFICE
from bot.console.outbox_log import list_outbox, may_send_again, see_to_delivery, send_again, sending_of
from bot.console.query import PAGE, OutboxQuery, OutboxState, address, read_query
from bot.staff.finding import Refused
from handlers.console.mail_words import CHANNELS, SENDINGS, STATES, body_words
from handlers.console.site import ONCE, Site, link, office_only, refusable
from handlers.console.tones import MESSAGES

OUTGOING = "/console/mail/outgoing"
ALARMS = "/console/mail/alarms"
_ONE = OUTGOING + r"/{delivery:[0-9]{1,12}}"


def routes(site: Site) -> list[web.RouteDef]:
    pages = OutgoingPages(site)
    told = refusable(site, _back)
    return [
        web.get(OUTGOING, office_only(pages.show)),
        web.post(f"{_ONE}/again", office_only(told(pages.again))),
        web.post(f"{_ONE}/seen", office_only(told(pages.seen))),
        web.get(ALARMS, office_only(pages.alarms)),
        web.post(f"{ALARMS}/close", office_only(pages.close)),
        web.post(ALARMS, office_only(pages.note)),
    ]


class OutgoingPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Messages by state; without a state in the address those that call for somebody."""
        query = read_query(OutboxQuery, {"state": OutboxState.TROUBLE, **request.query})
        page = await self._site.read(lambda store: list_outbox(store, OFFICE, query))
        return self._site.page(
            request,
            "mail_outgoing.html",
            query=query,
            list=page,
            rows=[(one, body_words(one.body), sending_of(one.key), may_send_again(one)) for one in page.rows],
            back=f"?{address(query)}" if address(query) else "?state=",
            pages=max(1, -(-page.total // PAGE)),
            states=STATES,
            tones=MESSAGES,
            channels=CHANNELS,
            sendings=SENDINGS,
        )

    async def again(self, request: web.Request) -> web.StreamResponse:
        """Send one that failed once more."""
        delivery, form = int(request.match_info["delivery"]), await request.post()
        await self._site.act(request, lambda ask: send_again(ask, delivery), str(form.get(ONCE, "")))
        return self._site.done(_back(request), "已重新放入发送队列。")

    async def seen(self, request: web.Request) -> web.StreamResponse:
        """Somebody has seen to one that failed."""
        delivery, form = int(request.match_info["delivery"]), await request.post()
        await self._site.act(request, lambda ask: see_to_delivery(ask, delivery), str(form.get(ONCE, "")))
        return self._site.done(_back(request), "已标记为另行处理。")

    async def alarms(self, request: web.Request) -> web.StreamResponse:
        """Everything that is wrong now."""
        return await self._alarms(request)

    async def _alarms(self, request: web.Request, typed: str = "", trouble: str = "") -> web.StreamResponse:
        rows = await self._site.look(request, list_alarms)
        return self._site.page(
            request, "mail_alarms.html", rows=rows, typed=typed, trouble=trouble, longest=LONGEST_INCIDENT
        )

    async def close(self, request: web.Request) -> web.StreamResponse:
        """Take one off the list."""
        form = await request.post()
        kind = str(form.get("kind", ""))
        await self._site.act(request, lambda ask: close_alarm(ask, kind), str(form.get(ONCE, "")))
        return self._site.done(ALARMS, "已处理完毕，从列表中移除。")

    async def note(self, request: web.Request) -> web.StreamResponse:
        """Write an incident down; what was typed stays where it cannot be taken."""
        form = await request.post()
        text = str(form.get("text", ""))
        try:
            await self._site.act(request, lambda ask: note_incident(ask, text), str(form.get(ONCE, "")))
        except Refused as why:
            return await self._alarms(request, text, str(why))
        return self._site.done(ALARMS, "已登记。")


def _back(request: web.Request) -> str:
    """The list as it was."""
    kept = {name: request.query.get(name, "") for name in ("state", "search", "channel", "page")}
    return link(OUTGOING, **kept) if any(kept.values()) else f"{OUTGOING}?state="
