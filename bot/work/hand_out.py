"""Orders for a form or a page become a file or a link, at the moment they are sent."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from bot.dialogue.pages import is_complete
from bot.dialogue.state import parse
from bot.documents.form_fill import fill_form, version_of
from bot.documents.form_properties import with_fields
from bot.documents.opinion_page import opinion_codes, opinion_page, opinion_version
from bot.documents.print_code import candidates
from bot.documents.selfcheck_sheet import selfcheck_sheet
from bot.model.application import Application, Printed
from bot.model.console import LINK_LIFE
from bot.model.message import (
    Body,
    ConsoleLinkOrder,
    File,
    FormOrder,
    Mail,
    OpinionOrder,
    Order,
    PageOrder,
    SelfCheckOrder,
    Text,
    VisitOrder,
)
from bot.model.staff import Role
from bot.ports import FileStore, Store, Writer
from bot.review.selfcheck import assess
from bot.visits.ics import invitation
from bot.work.console_login import make_link
from bot.work.visit_invited import invited
from config.campaign import Campaign

PAGE_LIFE = timedelta(days=30)
UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
"""What no file's name may hold: what systems refuse, and what turns a name around."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The official form of an application, ready to hand over. `code` is "" on a draft."""

    content: bytes
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class PrintShop:
    """Makes forms, sheets and page links. `now` is the machine's clock, `today` the campaign's."""

    campaign: Campaign
    writer: Writer
    files: FileStore
    public_url: str
    now: Callable[[], datetime]
    today: Callable[[], date]

    async def prepare(self, body: Body, person: int | None) -> Body | None:
        """What to send to a person for an order; other bodies as they are.

        None if the application is gone, or by now somebody else's. A mail goes without what is gone.
        """
        match body:
            case FormOrder() | PageOrder() | SelfCheckOrder() | OpinionOrder() | VisitOrder():
                return await self._carry_out(body, person)
            case ConsoleLinkOrder(owner):
                return await self.console_link(owner) if owner == person else None
            case Mail(orders=(_, *_)):
                return await self._enclose(body, person)
            case _:
                return body

    async def _carry_out(self, order: Order, person: int | None) -> File | Text | None:
        if isinstance(order, FormOrder | PageOrder) and not await self._holds(person, order.application):
            return None
        match order:
            case FormOrder(application):
                sheet = await self.form(application)
            case SelfCheckOrder(application, owner):
                sheet = await self.selfcheck(application, owner)
            case OpinionOrder():
                sheet = await self.opinion(order, person)
            case VisitOrder():
                sheet = await self.visit(order, person)
            case ConsoleLinkOrder():
                return None  # it goes over WeCom, by itself
            case PageOrder(application, holder):
                url = await self.page(application, holder)
                return Text(self.campaign.phrases["page_link"].format(url=url))
        if sheet is None:
            return None
        sha256 = await asyncio.to_thread(self.files.put, sheet.content)
        return File(sha256, sheet.name)

    async def _enclose(self, mail: Mail, person: int | None) -> Mail:
        """The mail with its orders as files and as further lines of its text."""
        text, files = mail.text, mail.files
        for order in mail.orders:
            # a mail may go to somebody who holds nothing: a self-check is its owner's alone
            if isinstance(order, SelfCheckOrder) and order.person != person:
                continue
            match await self._carry_out(order, person):
                case File() as file:
                    files = (*files, file)
                case Text(line):
                    text = f"{text.rstrip()}\n\n{line}\n"
        return replace(mail, text=text, files=files, orders=())

    async def _holds(self, person: int | None, application: str) -> bool:
        known = await self.writer.run(lambda store: store.application(application))
        return known is not None and known.holder == person

    async def page(self, application: str, person: int) -> str:
        """A fresh address of a person's own page, good for 30 days."""
        token = secrets.token_urlsafe(16)
        expires = self.now() + PAGE_LIFE
        await self.writer.run(lambda store: store.add_page(token_hash(token), application, person, expires))
        return f"{self.public_url}/u/{token}"

    async def console_link(self, person: int) -> Text | None:
        """A fresh one-time link to the console; None for somebody without a role."""
        path = await self.writer.run(partial(_make_link, person, self.now()))
        if path is None:
            return None
        said, minutes = self.campaign.phrases["console_link"], LINK_LIFE.seconds // 60
        return Text(said.format(title=self.campaign.title, url=f"{self.public_url}{path}", minutes=minutes))

    async def selfcheck(self, application: str, person: int) -> Sheet:
        """A person's own self-check as a sheet to print (自查表)."""
        known = await self.writer.run(lambda store: store.application(application))
        answers = parse(await self.writer.run(lambda store: store.dialogue(person))).selfchecks
        unit = known.values.get(self.campaign.form.unit_field, "") if known else ""
        assessment = assess(self.campaign.standard, answers.get(application, {}))
        content = await asyncio.to_thread(selfcheck_sheet, self.campaign, assessment, unit, self.today())
        return Sheet(content, f"自查表_{UNSAFE.sub('', unit)[:40]}.docx".replace("_.", "."), "")

    async def form(self, application: str) -> Sheet | None:
        """The form as it stands now. A complete one carries its version's print code."""
        known = await self.writer.run(lambda store: store.application(application))
        if known is None:
            return None
        if not is_complete(self.campaign.form, known.values):
            draft = await asyncio.to_thread(fill_form, self.campaign, known.values, None)
            return Sheet(draft, self._name(known), "")
        version = version_of(self.campaign, known.values)
        printed = await self.writer.run(lambda store: store.printed(application, version))
        if printed is not None:
            content = await asyncio.to_thread(fill_form, self.campaign, known.values, printed.code)
            return Sheet(content, self._name(known), printed.code)
        return await self._print(known, version)

    async def form_without_contact(self, application: str) -> Sheet | None:
        """The same for somebody who reads the paper only: the file does not hold what the paper does not show."""
        whole = await self.form(application)
        if whole is None:
            return None
        shown = {field.id for field in self.campaign.form.fields if field.printed}
        return replace(whole, content=await asyncio.to_thread(with_fields, whole.content, shown))

    async def opinion(self, order: OpinionOrder, person: int | None) -> Sheet | None:
        """The page a recommending body stamps, under a code of its own; None unless the person speaks for it."""
        known = await self.writer.run(partial(_recommended_by, order.application, person))
        if known is None:
            return None
        place = (order.rank, order.count)
        version = opinion_version(self.campaign, known.values, *place)
        name = self._name(known, self.campaign.phrases["opinion_file"])
        printed = await self.writer.run(lambda store: store.printed(known.id, version))
        for code in [printed.code] if printed else opinion_codes(known.id, *place):
            content = await asyncio.to_thread(opinion_page, self.campaign, known.values, *place, code)
            sha256 = await asyncio.to_thread(self.files.put, content)
            page = Printed(known.id, version, code, sha256, self.now())
            is_ours = await self.writer.run(partial(_add_print, page))
            if is_ours:
                return Sheet(content, name, code)
        raise AssertionError("candidates never end")

    async def visit(self, order: VisitOrder, person: int | None) -> Sheet | None:
        """A version of a visit as a calendar file; None unless the person is the unit's or one of the team."""
        found = await self.writer.run(partial(invited, self.campaign, order, person))
        if found is None:
            return None
        version, unit, attendee = found
        content = await asyncio.to_thread(invitation, self.campaign, version, unit, attendee)
        return Sheet(content, f"{self.campaign.phrases['visit_ics_file']}.ics", "")

    async def _print(self, application: Application, version: str) -> Sheet:
        """The first print of a version, under the first code that is free."""
        # the same values in another application are another paper
        for code in candidates(f"{application.id}:{version}"):
            content = await asyncio.to_thread(fill_form, self.campaign, application.values, code)
            sha256 = await asyncio.to_thread(self.files.put, content)
            printed = Printed(application.id, version, code, sha256, self.now())
            if await self.writer.run(partial(_add_print, printed)):
                return Sheet(content, self._name(application), code)
        raise AssertionError("candidates never end")

    def _name(self, application: Application, kind: str = "申报表") -> str:
        unit = UNSAFE.sub("", application.values.get(self.campaign.form.unit_field, ""))[:40]
        return f"{kind}_{unit or application.number}.docx"


def _add_print(printed: Printed, store: Store) -> bool:
    return store.add_print(printed)


def _make_link(person: int, now: datetime, store: Store) -> str | None:
    return make_link(store, person, now)


def _recommended_by(application: str, person: int | None, store: Store) -> Application | None:
    """The application, if the person speaks for the body it goes by now."""
    known = store.application(application)
    if known is None or not known.body or person is None:
        return None
    bodies = {role.body for role in store.memberships(person) if role.role is Role.BODY}
    return known if known.body in bodies else None


def to_keep(asked: Body, made: Body | None) -> Body | None:
    """What stays in the outbox of what was made for an order; None where nothing new does.

    Files stay, so that a second try sends the same. The address of a page does not: whoever reads the outbox
    could open it. It is made anew.
    """
    match asked, made:
        case Mail(), Mail() if made is not asked:
            links = tuple(order for order in asked.orders if isinstance(order, PageOrder))
            return replace(made, text=asked.text, orders=links)
        case _, File() if made is not asked:
            return made
        case _:
            return None


def token_hash(token: str) -> str:
    """What is stored of a page's token."""
    return hashlib.sha256(token.encode()).hexdigest()
