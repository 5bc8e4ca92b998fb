"""What the applicant's page asks of the service: part of the composition root."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.state import parse
from bot.documents.form_version import version_of
from bot.model.mail import FileKind
from bot.ports import Store
from bot.work.hand_out import PrintShop, token_hash
from config.campaign import Campaign
from handlers.applicant.pages import ApplicantView
from handlers.applicant.shown import view_of
from handlers.applicant.uploads import Owner
from storage.database import Database
from storage.files import DiskFiles


@dataclass(frozen=True, slots=True)
class ApplicantDesk:
    """Answers the pages under /u/. `now` is the machine's clock."""

    campaign: Campaign
    database: Database
    files: DiskFiles
    shop: PrintShop
    now: Callable[[], datetime]

    async def view(self, token: str) -> ApplicantView | None:
        """All that the page shows."""
        return await asyncio.to_thread(self.database.read, lambda store: self._view(store, token))

    def _view(self, store: Store, token: str) -> ApplicantView | None:
        found = store.page(token_hash(token), self.now())
        if found is None:
            return None
        application, person = found
        printed = store.printed(application.id, version_of(self.campaign, application.values))
        answers = parse(store.dialogue(person)).selfchecks.get(application.id)
        materials = store.materials(application.id)
        return view_of(self.campaign, application, printed, answers, materials)

    async def owner(self, token: str) -> Owner | None:
        """The application and the person a page stands for."""
        found = await asyncio.to_thread(
            self.database.read, lambda store: store.page(token_hash(token), self.now())
        )
        return (found[0].id, found[1]) if found else None

    async def form(self, token: str) -> tuple[bytes, str] | None:
        """The official form and its name."""
        owner = await self.owner(token)
        sheet = await self.shop.form(owner[0]) if owner else None
        return (sheet.content, sheet.name) if sheet else None

    async def selfcheck(self, token: str) -> tuple[bytes, str] | None:
        """The person's own self-check as a sheet."""
        owner = await self.owner(token)
        if owner is None:
            return None
        sheet = await self.shop.selfcheck(*owner)
        return sheet.content, sheet.name

    async def picture(self, token: str, sha256: str, page: int) -> bytes | None:
        """The picture of a page of a deck on file for this application."""

        def find(store: Store) -> str | None:
            found = store.page(token_hash(token), self.now())
            if found is None:
                return None
            decks = [one for one in store.materials(found[0].id) if one.kind is FileKind.DECK]
            pictures = next((one.pictures or () for one in decks if one.sha256 == sha256), ())
            return pictures[page - 1] if page <= len(pictures) else None

        kept = await asyncio.to_thread(self.database.read, find)
        return await asyncio.to_thread(self.files.get, kept) if kept else None
