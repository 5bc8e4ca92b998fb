"""People with a role: who there is, how each is reached, invitations, test messages, links, lists from Excel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from bot.console.applications import OFFICE
from bot.console.people import everybody, has_mail, people_view
from bot.console.query import PAGE, PeopleQuery, address, read_query
from bot.console.record_sheets import people_form, people_table
from bot.documents.sheet_read import SheetRow
from bot.documents.sheet_write import Table, workbook
from bot.model.message import Channel
from bot.model.staff import Membership, Role
from bot.staff.desk import StaffAsk
from bot.staff.directory import (
    add_address,
    add_person,
    checked_people,
    console_link_for,
    import_people,
    preview_people,
    remove_address,
    send_test,
    set_telephone,
    sign_out,
)
from bot.staff.finding import Refused
from bot.staff.invited import invite_reached
from bot.staff.people import VALID_DAYS, Invited, hand_over, take_back
from bot.staff.people_words import Post
from bot.staff.person_card import person_card
from bot.work.long_work import Progress
from handlers.console.exports import by_title, table_file
from handlers.console.long_work import IMPORT, handed, in_portions
from handlers.console.people_forms import Form, fields_of, read_post
from handlers.console.site import ONCE, Handler, Site, office_only
from handlers.console.table_upload import hidden_rows, read_hidden_rows, read_table
from handlers.console.tones import MESSAGES

HOME = "/console/people"


def routes(site: Site) -> list[web.RouteDef]:
    pages, cards = PeoplePages(site), CardPages(site)
    acts: dict[str, Callable[[StaffAsk, int, Form], str]] = {
        "address": _add_address,
        "address/remove": _remove_address,
        "telephone": _set_telephone,
        "test": _send_test,
        "sign-out": _sign_out,
        "take-back": _take_back,
    }
    return [
        web.get(HOME, office_only(pages.show)),
        web.get(f"{HOME}/people.xlsx", office_only(pages.table)),
        web.get(f"{HOME}/form.xlsx", office_only(pages.form)),
        web.get(f"{HOME}/import", office_only(pages.upload_page)),
        web.get(f"{HOME}/add", office_only(pages.add_page)),
        web.post(f"{HOME}/import", office_only(pages.upload)),
        web.post(f"{HOME}/import/confirm", office_only(pages.take_in)),
        web.post(f"{HOME}/add", office_only(pages.add)),
        web.get(rf"{HOME}/{{person:\d{{1,9}}}}", office_only(cards.show)),
        web.post(rf"{HOME}/{{person:\d{{1,9}}}}/hand-over", office_only(cards.hand_over)),
        web.post(rf"{HOME}/{{person:\d{{1,9}}}}/link", office_only(cards.link)),
        *(
            web.post(rf"{HOME}/{{person:\d{{1,9}}}}/{name}", office_only(cards.act(act)))
            for name, act in acts.items()
        ),
    ]


class PeoplePages:
    """The list, adding somebody, lists from Excel."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Everybody with a role; who cannot be reached is marked."""
        query = read_query(PeopleQuery, request.query)
        view = await self._site.look(request, lambda ask: people_view(ask, query))
        pages = max(-(-view.page.total // PAGE), 1)
        template = "people_list.html" if "part" in request.query else "people.html"
        return self._site.page(
            request,
            template,
            view=view,
            query=query,
            pages=pages,
            sheet=f"{HOME}/people.xlsx?{address(query)}",
        )

    async def table(self, request: web.Request) -> web.StreamResponse:
        """The same list for Excel."""
        query = read_query(PeopleQuery, request.query)
        campaign, made = self._site.campaign, self._site.now()

        def table(ask: StaffAsk) -> Table:
            members = everybody(ask.store, OFFICE, query, has_mail(ask))
            return people_table(campaign, members, ask.store.cards(), made)

        return await table_file(self._site, request, table, HOME, by_title)

    async def form(self, request: web.Request) -> web.StreamResponse:
        """The empty table to fill in."""
        table = people_form(self._site.campaign)
        return self._site.download(await asyncio.to_thread(workbook, [table]), f"{table.title}.xlsx")

    # one person

    async def add_page(self, request: web.Request) -> web.StreamResponse:
        """The form for somebody new."""
        return self._add_page(request, fields_of(request.query))

    def _add_page(self, request: web.Request, form: Form, trouble: str = "") -> web.StreamResponse:
        return self._site.page(request, "people_add.html", form=form, trouble=trouble, days=VALID_DAYS)

    async def add(self, request: web.Request) -> web.StreamResponse:
        """By invitation, whose code is shown this once, or at once with an address."""
        form = fields_of(await request.post())
        post, name = read_post(form), " ".join(form["name"].split())
        if not name or post is None:
            return self._add_page(request, form, "请填写姓名，并选择身份；推荐单位联系人还要选择推荐单位。")
        try:
            if form["way"] == "code":
                made = await self._site.act(request, lambda ask: _invite(ask, name, post, form), form[ONCE])
                return self._site.page(request, "people_code.html", made=made, name=name, days=VALID_DAYS)
            person = await self._site.act(request, lambda ask: _add(ask, name, post, form), form[ONCE])
        except Refused as why:
            return self._add_page(request, form, str(why))
        await self._site.follow()
        return self._site.done(f"{HOME}/{person}", f"已登记{name}。")

    # many people

    async def upload_page(self, request: web.Request) -> web.StreamResponse:
        """Where a list of people is handed in."""
        return self._site.page(request, "people_import.html", preview=None, rows="", trouble="")

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Read a table and show whom it would bring, and what is wrong in which row."""
        found = await read_table(self._site, await request.post())
        if isinstance(found, str):
            return self._site.page(request, "people_import.html", preview=None, rows="", trouble=found)
        return await self._preview(request, found)

    async def take_in(self, request: web.Request) -> web.StreamResponse:
        """Enter everybody who was shown; shown again where one cannot be entered any more."""
        form, progress = await request.post(), Progress()
        rows, once = read_hidden_rows(form), str(form.get(ONCE, ""))
        try:
            people = await self._site.look(request, lambda ask: checked_people(ask, rows))
        except Refused:
            return await self._preview(request, rows)

        async def enter() -> str:
            try:
                count = await in_portions(self._site, request, people, import_people, once, progress)
            finally:
                await self._site.follow()
            return f"已登记{count}人。"

        return await handed(self._site, request, "导入人员", HOME, progress, enter(), IMPORT)

    async def _preview(self, request: web.Request, rows: tuple[SheetRow, ...]) -> web.StreamResponse:
        preview = await self._site.look(request, lambda ask: preview_people(ask, rows))
        return self._site.page(
            request, "people_import.html", preview=preview, rows=hidden_rows(rows), trouble=""
        )


class CardPages:
    """One person."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Roles, addresses, telephone, and what became of test messages; with `part`, those alone."""
        return await self._page(request, fields_of({}))

    async def _page(
        self, request: web.Request, typed: Form, step: str = "", trouble: str = ""
    ) -> web.StreamResponse:
        """The card; where something could not be done, with what was typed into the form of that name."""
        person = int(request.match_info["person"])
        card = await self._site.look(request, lambda ask: person_card(ask, person))
        if card is None:
            raise web.HTTPNotFound
        template = "people_tests.html" if "part" in request.query else "people_card.html"
        is_self = person == self._site.viewer(request).person.id
        flash = {"flash": ("danger", trouble)} if trouble else {}
        return self._site.page(
            request,
            template,
            200,
            card=card,
            is_self=is_self,
            typed=typed,
            step=step,
            tones=MESSAGES,
            **flash,
        )

    def act(self, act: Callable[[StaffAsk, int, Form], str]) -> Handler:
        """An act by a form; afterwards the person's page, or the list if they have no role any more."""

        async def run(request: web.Request) -> web.StreamResponse:
            person, form = int(request.match_info["person"]), fields_of(await request.post())
            try:
                said = await self._site.act(request, lambda ask: act(ask, person, form), form[ONCE])
            except Refused as why:
                return await self._page(request, form, request.path.rpartition("/")[2], str(why))
            await self._site.follow()
            if not self._site.viewer(request).is_office:
                return self._site.done(HOME, said)
            left = await self._site.read(lambda store: store.memberships(person))
            return self._site.done(f"{HOME}/{person}" if left else HOME, said)

        return run

    async def hand_over(self, request: web.Request) -> web.StreamResponse:
        """Somebody else takes a contact's place: a deputy at once, others by an invitation shown this once."""
        person, form = int(request.match_info["person"]), fields_of(await request.post())
        name = "".join(form["name"].split())
        if not name:
            return self._site.done(f"{HOME}/{person}", "请填写接手人的姓名。", "warning")
        try:
            made = await self._site.act(
                request, lambda ask: hand_over(ask, _role_of(ask, person, form), name), form[ONCE]
            )
        except Refused as why:
            return await self._page(request, form, "hand-over", str(why))
        await self._site.follow()
        if made is None:
            return self._site.done(HOME, f"已移交给{name}。")
        return self._site.page(request, "people_code.html", made=made, name=name, days=VALID_DAYS)

    async def link(self, request: web.Request) -> web.StreamResponse:
        """A one-time link with which somebody comes in, shown this once."""
        person, form = int(request.match_info["person"]), fields_of(await request.post())
        try:
            path = await self._site.act(request, lambda ask: console_link_for(ask, person), form[ONCE])
        except Refused as why:
            return self._site.done(HOME, str(why), "danger")
        card = await self._site.look(request, lambda ask: person_card(ask, person))
        return self._site.page(
            request, "people_link.html", card=card, url=f"{self._site.shop.public_url}{path}", minutes=10
        )


# what the forms do


def _invite(ask: StaffAsk, name: str, post: Post, form: Form) -> Invited:
    return invite_reached(ask, name, post, form["mail"], form["telephone"])


def _add(ask: StaffAsk, name: str, post: Post, form: Form) -> int:
    given = ((Channel.WECOM, form["userid"]), (Channel.MAIL, form["mail"]))
    return add_person(ask, name, post, [one for one in given if one[1].strip()], form["telephone"])


def _role_of(ask: StaffAsk, person: int, form: Form) -> Membership:
    """The role that a form names, if it is this person's."""
    found = next((one for one in ask.store.memberships(person) if str(one.id) == form["membership"]), None)
    if found is None:
        raise Refused(ask.say("directory_no_member"))
    return found


def _channel(form: Form) -> Channel:
    return Channel.MAIL if form["channel"] == Channel.MAIL.value else Channel.WECOM


def _add_address(ask: StaffAsk, person: int, form: Form) -> str:
    add_address(ask, person, _channel(form), form["address"])
    return "已登记这个地址，建议发一条试发消息。"


def _remove_address(ask: StaffAsk, person: int, form: Form) -> str:
    remove_address(ask, person, _channel(form), form["address"])
    return "已移除这个地址。"


def _set_telephone(ask: StaffAsk, person: int, form: Form) -> str:
    set_telephone(ask, person, form["telephone"], form["note"])
    return "电话已保存。"


def _send_test(ask: StaffAsk, person: int, form: Form) -> str:
    roads = send_test(ask, person)
    return f"试发消息已交付发送（{len(roads)}条），结果见下面。"


def _sign_out(ask: StaffAsk, person: int, form: Form) -> str:
    return f"已让这位工作人员在所有设备上退出（{sign_out(ask, person)}处）。"


def _take_back(ask: StaffAsk, person: int, form: Form) -> str:
    held = [one for one in ask.store.memberships(person) if one.role in Role]
    chosen = held if form["membership"] == "all" else [_role_of(ask, person, form)]
    take_back(ask, chosen)
    return "权限已收回，立即生效。"
