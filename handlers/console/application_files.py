"""The files of one application: the official form, each material, pictures of a deck's pages, all in one folder."""

from __future__ import annotations

import asyncio
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from aiohttp import hdrs, web

from bot.console import one_application as view
from bot.console.history import History
from bot.console.one_application import Access, Head
from bot.documents.sheet_write import Column, Kind, Table, Value, workbook
from bot.documents.signatures import HEAD_BYTES, signature
from bot.model.mail import Material
from bot.ports import FileStore
from bot.ports_console import ListedMail, RevisedBy
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.work.hand_out import UNSAFE, Sheet
from config.campaign import Campaign
from handlers.console.application_words import KINDS, MATERIALS, event
from handlers.console.site import DOCX, HEADERS, Site
from handlers.page_headers import attachment

T = TypeVar("T")

_LONGEST = 100  # characters of a file's name
_PORTION = 1 << 18


@dataclass(frozen=True, slots=True)
class Folder:
    """What goes into the folder: (name in it, SHA-256) of kept files, and the record of what happened.

    A name without an ending gets the one of its content.
    """

    application: str
    kept: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    name: str


class ApplicationFiles:
    """The handlers of what is downloaded."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self, one: str) -> list[web.RouteDef]:
        """Below the address of one application."""
        material = f"{one}/materials/{{material:[0-9]{{1,12}}}}"
        return [
            web.get(f"{one}/form.docx", self.form),
            web.get(f"{one}/folder.zip", self.folder),
            web.get(material, self.material),
            web.get(f"{material}/{{page:[1-9][0-9]{{0,3}}}}.jpg", self.picture),
        ]

    async def form(self, request: web.Request) -> web.StreamResponse:
        """The official form as it stands; for a team without the contact, which a file of ours holds besides."""
        number, shop = request.match_info["number"], self._site.shop
        head = await look(self._site, request, lambda ask: _open(ask, number))
        make = shop.form_without_contact if head.access is Access.TEAM else shop.form
        sheet = await make(head.application.id)
        if sheet is None:
            raise web.HTTPNotFound
        return self._site.download(sheet.content, sheet.name, DOCX)

    async def material(self, request: web.Request) -> web.StreamResponse:
        """A version of a file, as it was sent."""
        found = await self._material(request)
        return self._file(found.sha256, found.name, "application/octet-stream")

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """A page of a deck."""
        pictures, page = (await self._material(request)).pictures or (), int(request.match_info["page"])
        if page > len(pictures):
            raise web.HTTPNotFound
        return self._file(pictures[page - 1], "", "image/jpeg")

    async def folder(self, request: web.Request) -> web.StreamResponse:
        """Everything in one folder, for the office. Written to disk first, so that its size does not matter."""
        number = request.match_info["number"]
        wanted = await look(self._site, request, lambda ask: _folder(ask, number))
        form = await self._site.shop.form(wanted.application)
        place = await asyncio.to_thread(self._site.files.folder)
        try:
            path = place / "folder.zip"
            await asyncio.to_thread(_write, self._site.files, wanted, form, path)
            headers = HEADERS | {hdrs.CONTENT_DISPOSITION: attachment(wanted.name, "folder.zip")}
            response = web.StreamResponse(headers=headers)
            response.content_type = "application/zip"
            response.content_length = path.stat().st_size
            await response.prepare(request)
            with path.open("rb") as file:
                while portion := await asyncio.to_thread(file.read, _PORTION):
                    await response.write(portion)
            await response.write_eof()
            return response
        finally:
            await asyncio.to_thread(shutil.rmtree, place, True)

    async def _material(self, request: web.Request) -> Material:
        """The version that is asked for; 404 where it is not for whoever asks."""
        number, wanted = request.match_info["number"], int(request.match_info["material"])

        def find(ask: StaffAsk) -> Material | None:
            shown = view.materials(ask, _open(ask, number))
            return next((one.filed.material for one in shown if one.filed.material.id == wanted), None)

        found = await look(self._site, request, find)
        if found is None:
            raise web.HTTPNotFound
        return found

    def _file(self, sha256: str, name: str, content_type: str) -> web.FileResponse:
        """A kept file from where it lies."""
        try:
            path = self._site.files.path(sha256)
        except KeyError as why:
            raise web.HTTPNotFound from why
        headers = HEADERS | {hdrs.CONTENT_TYPE: content_type}
        if name:
            headers |= {hdrs.CONTENT_DISPOSITION: attachment(name)}
        return web.FileResponse(path, headers=headers)


async def look(site: Site, request: web.Request, read: Callable[[StaffAsk], T]) -> T:
    """What a view shows to whoever asks; 404 where it refuses, which is out of their scope."""
    try:
        return await site.look(request, read)
    except Refused as why:
        raise web.HTTPNotFound from why


def _open(ask: StaffAsk, number: str) -> Head:
    """The application. `Refused` where it, or its content, is not for whoever asks."""
    head = view.open_application(ask, number)
    if head.is_closed:
        raise Refused(number)
    return head


def _folder(ask: StaffAsk, number: str) -> Folder:
    """What is put together for the office; `Refused` for all others."""
    head = _open(ask, number)
    if head.access is not Access.OFFICE:
        raise Refused(number)
    whole = view.whole_history(ask, head)
    mails = [one.what for one in whole.line if isinstance(one.what, ListedMail)]
    kept = [(_material_name(one.material), one.material.sha256) for one in whole.materials]
    for mail in mails:
        record = ask.store.mail(mail.mail)
        if record is not None:
            kept.append((f"邮件/{record.arrived_at:%Y%m%d}_{_plain(record.subject)}.eml", record.sha256))
    if paper := next(
        (one.signature for one in ask.store.plaques() if one.application == head.application.id), ""
    ):
        kept.append(("匾牌签收件", paper))
    tables = (_form_table(ask, head), _changes_table(ask.clerk.campaign, whole), _line_table(ask, whole))
    name = f"{head.application.number}_{_plain(head.unit)}.zip"
    return Folder(head.application.id, tuple(kept), tables, name)


def _material_name(material: Material) -> str:
    kind, version = MATERIALS[material.kind.value], material.version
    return f"材料/{kind}_第{version}版_{_plain(material.name)}"


def _plain(name: str) -> str:
    """A name that every system takes; its ending stays."""
    safe = UNSAFE.sub("", name).strip(". ") or "未命名"
    stem, dot, ending = safe.rpartition(".")
    return safe if len(safe) <= _LONGEST else f"{stem[: _LONGEST - len(ending)]}{dot}{ending}"[:_LONGEST]


def _form_table(ask: StaffAsk, head: Head) -> Table:
    rows = [(row.number, row.label, row.value) for row in view.form_rows(ask, head)]
    columns = [Column("序号", 6, Kind.NUMBER), Column("栏目", 24), Column("内容", 80)]
    return Table("申报表", f"{head.unit}　{head.application.number}", columns, rows)


def _changes_table(campaign: Campaign, whole: History) -> Table:
    labels = {field.id: field.label for field in campaign.form.fields}
    columns = [Column("时间", 18, Kind.DATE), Column("修改人", 12), Column("栏目", 20)]
    columns += [Column("原来", 40), Column("现在", 40)]

    def row(one: RevisedBy) -> tuple[Value, ...]:
        at, change = _local(campaign, one.at), one.change
        return at, one.name, labels.get(change.field, change.field), change.previous, change.value

    return Table("修改记录", "修改记录", columns, [row(one) for one in whole.revisions])


def _line_table(ask: StaffAsk, whole: History) -> Table:
    campaign = ask.clerk.campaign
    columns = [Column("时间", 18, Kind.DATE), Column("类别", 12), Column("谁", 18)]
    columns += [Column("事项", 40), Column("内容", 60), Column("回复", 60)]
    events = [event(campaign, one) for one in whole.line if not isinstance(one.what, RevisedBy)]
    rows = [
        (_local(campaign, one.at), KINDS[one.kind], one.who, one.title, one.text, "\n".join(one.answers))
        for one in events
    ]
    return Table("往来经过", "往来经过", columns, rows)


def _local(campaign: Campaign, at: datetime) -> datetime:
    """Excel knows no time zones: the time as the campaign's clocks show it."""
    return at.astimezone(campaign.zone).replace(tzinfo=None, microsecond=0)


def _write(files: FileStore, wanted: Folder, form: Sheet | None, path: Path) -> None:
    """The folder as a file; what is not kept any more is left out."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as folder:
        if form is not None:
            folder.writestr(form.name, form.content)
        folder.writestr("申报记录.xlsx", workbook(wanted.tables))
        for name, sha256 in _named_apart(wanted.kept):
            try:
                place = files.path(sha256)
            except KeyError:
                continue
            folder.write(place, name if Path(name).suffix else f"{name}.{_ending(place)}")


def _ending(place: Path) -> str:
    """What a file is by its content, as the ending of its name."""
    with place.open("rb") as file:
        return signature(file.read(HEAD_BYTES))


def _named_apart(kept: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The files, no two by one name."""
    taken: set[str] = set()
    for name, sha256 in kept:
        place, free, number = Path(name), name, 2
        while free in taken:
            free = str(place.with_name(f"{place.stem}({number}){place.suffix}"))
            number += 1
        taken.add(free)
        yield free, sha256
