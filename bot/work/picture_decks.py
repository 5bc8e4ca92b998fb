"""Pictures of a deck's pages, made one deck at a time when nobody waits for them."""

from __future__ import annotations

import asyncio
import logging
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.model.mail import Material
from bot.ports import FileStore, Writer
from bot.work.thumbnails import thumbnails
from bot.work.workers import WorkerFailed, Workers

MOST_PAGES = 60
SECONDS = 150.0  # LibreOffice needs up to 14 s for ordinary decks
MEMORY = 4 << 30  # address space: LibreOffice maps far more than it uses
REST = 10.0  # seconds between two looks

log = logging.getLogger(__name__)


@dataclass(slots=True)
class PictureDesk:
    """Makes the pictures that are missing; `run` until `stop`."""

    writer: Writer
    files: FileStore
    workers: Workers
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    def stop(self) -> None:
        """End `run` after the deck under way."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Look for decks without pictures, again and again. A trouble with one deck is not the next one's."""
        while not self._stopping:
            try:
                busy = await self.look()
            except Exception:
                log.exception("pictures of a deck could not be made")
                busy = False
            if not busy and not self._stopping:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), REST)

    async def look(self) -> bool:
        """Make the pictures of one deck; False if none waits. A deck that shows nothing has none."""
        waiting = await self.writer.run(lambda store: store.unpictured(1))
        if not waiting:
            return False
        pictures = await self._pictures(waiting[0])
        await self.writer.run(lambda store: store.set_pictures(waiting[0].id, pictures))
        return True

    async def _pictures(self, deck: Material) -> list[str]:
        out = await asyncio.to_thread(self.files.folder)
        try:
            path = self.files.path(deck.sha256)
            made = await self.workers.run(thumbnails, path, out, MOST_PAGES, seconds=SECONDS, memory=MEMORY)
            return await asyncio.to_thread(self._keep, made)
        except (KeyError, WorkerFailed):
            return []
        finally:
            await asyncio.to_thread(shutil.rmtree, out, ignore_errors=True)

    def _keep(self, made: list[Path]) -> list[str]:
        return [self.files.put(path.read_bytes()) for path in made]
