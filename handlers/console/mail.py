"""The mails that came in: the log, one of them, and what the office does with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import hdrs, web
from multidict import MultiDictProxy

from bot.console.applications import OFFICE, list_applications
from bot.console.mail_log import list_mails
from bot.console.office_sheets import mail_table
from bot.console.query import PAGE, ApplicationQuery, MailQuery, read_query
from bot.documents.sheet_write import Table
from bot.model.application import Application
from bot.model.mail import FileKind
from bot.ports import Store
from bot.ports_console import ListedMail
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.work.mail_acts import (
    OpenedMail,
    attach_mail,
    discard_mail,
    fetch_link,
    replay_mail,
    reply_to_mail,
    settle_links,
)
from bot.work.mail_view import mail_file, one_mail
from bot.work.workers import WorkerFailed
from handlers.console.exports import table_file
from handlers.console.mail_words import CHANNELS, KINDS, OUTCOMES
from handlers.console.site import HEADERS, ONCE, Handler, Site, office_only
from handlers.console.tones import MAILS, MESSAGES
from handlers.page_headers import attachment

HOME = "/console/mail"
ONE = HOME + r"/{mail:[0-9]{1,12}}"
UNOPENED = "这封邮件的原件打不开或没有完整收到，不能重新处理。请下载原件查看，或请对方重新发送。"
_SUGGESTIONS = 12
_KIND = "kind-"
Form = MultiDictProxy[Any]


def routes(site: Site) -> list[web.RouteDef]:
    pages = MailPages(site)
    acts: dict[str, Callable[[web.Request, int, Form], Awaitable[str]]] = {
        "attach": pages.attach,
        "replay": pages.replay,
        "reply": pages.reply,
        "discard": pages.discard,
        "fetch": pages.fetch,
        "settle-links": pages.settle_links,
    }
    return [
        web.get(HOME, office_only(pages.show)),
        web.get(f"{HOME}.xlsx", office_only(pages.table)),
        web.get(f"{HOME}/units", office_only(pages.units)),
        web.get(ONE, office_only(pages.one)),
        web.get(f"{ONE}/original.eml", office_only(pages.original)),
        web.get(f"{ONE}/files/{{sha256:[0-9a-f]{{64}}}}", office_only(pages.file)),
        *(web.post(f"{ONE}/{name}", office_only(pages.act(act))) for name, act in acts.items()),
    ]


class MailPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    # the log

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The log by outcome, with the mailbox's own state."""
        query, campaign = read_query(MailQuery, request.query), self._site.campaign
        log = await self._site.read(lambda store: list_mails(store, campaign, OFFICE, query))
        desk = self._site.mail.desk
        return self._site.page(
            request,
            "mail.html",
            query=query,
            log=log,
            pages=max(1, -(-log.page.total // PAGE)),
            everything=sum(log.page.sums.values()),
            outcomes=OUTCOMES,
            labels=dict(OUTCOMES),
            tones=MAILS,
            box=self._site.mail.office.address,
            watches=desk.poller is not None,
            last_read_at=desk.last_read_at,
            trouble=desk.trouble,
        )

    async def table(self, request: web.Request) -> web.StreamResponse:
        """The log as the office's table, with the page's filter."""
        query = read_query(MailQuery, request.query)

        def table(ask: StaffAsk) -> Table:
            return mail_table(ask.clerk.campaign, _every(ask.store, self._site, query), ask.now)

        return await table_file(self._site, request, table, HOME, lambda made: f"{made.name}.xlsx")

    async def units(self, request: web.Request) -> web.StreamResponse:
        """Applications that what is being typed may mean, as options of a list."""
        word, campaign = request.query.get("which", "").strip(), self._site.campaign
        today = self._site.now().astimezone(campaign.zone).date()
        found: tuple[Application, ...] = ()
        if word:
            query = ApplicationQuery(search=word[:100])
            page = await self._site.read(
                lambda store: list_applications(store, campaign, OFFICE, query, today, _SUGGESTIONS)
            )
            found = tuple(row.application for row in page.rows)
        return self._site.page(request, "mail_units.html", found=found)

    # one of them

    async def one(self, request: web.Request) -> web.StreamResponse:
        """Everything on record of one mail."""
        return await self._page(request)

    async def _page(
        self, request: web.Request, typed: Mapping[str, str] | None = None, trouble: str = ""
    ) -> web.StreamResponse:
        number, knows = int(request.match_info["mail"]), self._site.mail.knows
        try:
            view = await self._site.act(request, lambda ask: one_mail(ask, number, knows))
        except Refused as why:
            raise web.HTTPNotFound from why
        return self._site.page(
            request,
            "mail_one.html",
            view=view,
            home=f"{HOME}/{number}",
            typed=typed or {},
            trouble=trouble,
            tones=MAILS,
            message_tones=MESSAGES,
            kinds=KINDS,
            channels=CHANNELS,
        )

    async def original(self, request: web.Request) -> web.StreamResponse:
        """The raw message as it arrived."""
        return await self._file(request, "")

    async def file(self, request: web.Request) -> web.StreamResponse:
        """An attachment as it was sent."""
        return await self._file(request, request.match_info["sha256"])

    async def _file(self, request: web.Request, sha256: str) -> web.FileResponse:
        number = int(request.match_info["mail"])
        try:
            name, wanted = await self._site.act(request, lambda ask: mail_file(ask, number, sha256))
            path = self._site.files.path(wanted)
        except (Refused, KeyError) as why:
            raise web.HTTPNotFound from why
        saved = {hdrs.CONTENT_TYPE: "application/octet-stream", hdrs.CONTENT_DISPOSITION: attachment(name)}
        return web.FileResponse(path, headers=HEADERS | saved)

    # what is done with it

    def act(self, run: Callable[[web.Request, int, Form], Awaitable[str]]) -> Handler:
        """An act by a form. Refused, the page says why and keeps what was typed."""

        async def handler(request: web.Request) -> web.StreamResponse:
            form = await request.post()
            number = int(request.match_info["mail"])
            try:
                said = await run(request, number, form)
            except Refused as why:
                typed = {key: value for key, value in form.items() if isinstance(value, str)}
                return await self._page(request, typed, str(why))
            return self._site.done(f"{HOME}/{number}", said)

        return handler

    async def attach(self, request: web.Request, mail: int, form: Form) -> str:
        """File it under a unit's application."""
        which, kinds = _word(form, "which"), _kinds(form)
        if not which:
            raise Refused("请填写申报编号或单位名称。")
        office = self._site.mail.office

        def file(ask: StaffAsk, opened: OpenedMail) -> str:
            settled = attach_mail(ask, office, opened, which, kinds)
            known = ask.store.application(settled.application or "")
            named = (
                f"{known.number} {known.values.get(self._site.campaign.form.unit_field, '')}" if known else ""
            )
            told = "，已答复发件人" if settled.reply else "，未答复发件人"
            return f"已归入{named.strip()}{told}。"

        return await self._again(request, mail, form, file)

    async def replay(self, request: web.Request, mail: int, form: Form) -> str:
        """Decide about it by the rules once more."""
        office, phrases = self._site.mail.office, self._site.campaign.phrases

        def decide(ask: StaffAsk, opened: OpenedMail) -> str:
            settled = replay_mail(ask, office, opened)
            return f"已重新处理：{phrases[f'mail_outcome_{settled.outcome}']}。"

        return await self._again(request, mail, form, decide)

    async def _again(
        self, request: web.Request, mail: int, form: Form, act: Callable[[StaffAsk, OpenedMail], str]
    ) -> str:
        """An act on the mail as it is read again just now."""

        def decide(store: Store, opened: OpenedMail) -> str:
            return self._site.within(request, lambda ask: act(ask, opened), _word(form, ONCE))(store)

        try:
            return await self._site.mail.desk.decide_again(mail, decide)
        except LookupError as why:
            raise Refused("没有这封邮件，或原件已不在。") from why
        except (WorkerFailed, FileNotFoundError) as why:
            raise Refused(UNOPENED) from why

    async def reply(self, request: web.Request, mail: int, form: Form) -> str:
        """Answer in one's own words."""
        office, text = self._site.mail.office, _word(form, "text")
        to = await self._site.act(
            request, lambda ask: reply_to_mail(ask, office, mail, text), _word(form, ONCE)
        )
        return f"答复已写给{to}，正在发出。"

    async def discard(self, request: web.Request, mail: int, form: Form) -> str:
        """Lay it aside."""
        reason = _word(form, "reason")
        await self._site.act(request, lambda ask: discard_mail(ask, mail, reason), _word(form, ONCE))
        return "已作废，原件保留。"

    async def fetch(self, request: web.Request, mail: int, form: Form) -> str:
        """Have a linked file fetched."""
        url, knows = _word(form, "url"), self._site.mail.knows
        await self._site.act(request, lambda ask: fetch_link(ask, mail, url, knows), _word(form, ONCE))
        return "正在取回链接中的文件，取回后自动登记。"

    async def settle_links(self, request: web.Request, mail: int, form: Form) -> str:
        """What was linked to has come on another way."""
        await self._site.act(request, lambda ask: settle_links(ask, mail), _word(form, ONCE))
        return "已标记：链接中的材料已另行收到。"


def _every(store: Store, site: Site, query: MailQuery) -> list[ListedMail]:
    """The whole list, page by page."""
    found: list[ListedMail] = []
    number = 1
    while True:
        wanted = MailQuery(
            query.search, query.outcome, query.application, query.sort, query.descending, number
        )
        page = list_mails(store, site.campaign, OFFICE, wanted).page
        found += page.rows
        if not page.rows or len(found) >= page.total:
            return found
        number += 1


def _kinds(form: Form) -> dict[str, FileKind]:
    """What the form says the files are: SHA-256 → kind."""
    said = {key.removeprefix(_KIND): str(form[key]) for key in form if key.startswith(_KIND)}
    return {sha256: kind for sha256, word in said.items() for kind in KINDS if kind.value == word}


def _word(form: Form, name: str) -> str:
    return str(form.get(name, "")).strip()
