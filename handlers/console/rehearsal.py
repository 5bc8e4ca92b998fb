"""A rehearsal (演练): started by a button, watched while it runs, read when it is done. One at a time."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.console.record_sheets import channel_words
from bot.console.rehearsal_checks import rehearsal_checks
from bot.work.rehearsal import Report
from handlers.console.campaign import HOME as CAMPAIGN
from handlers.console.campaign import campaign_page
from handlers.console.site import Site, office_only

HOME = f"{CAMPAIGN}/rehearsal"

log = logging.getLogger(__name__)


def routes(site: Site) -> list[web.RouteDef]:
    pages = RehearsalPages(site)
    return [web.get(HOME, office_only(pages.show)), web.post(HOME, office_only(pages.start))]


@dataclass(slots=True)
class _Run:
    """The rehearsal of this process that runs or ran last."""

    by: str
    at: datetime
    place: int = 0
    of: int = 1
    words: str = ""
    report: Report | None = None
    failed: bool = False

    @property
    def is_running(self) -> bool:
        return self.report is None and not self.failed

    def progress(self, place: int, of: int, words: str) -> None:
        self.place, self.of, self.words = place, of, words


class RehearsalPages:
    """The handlers; use `routes`. What a rehearsal brought is kept until the next, in memory: it is no record."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._run: _Run | None = None
        self._task: asyncio.Task[None] | None = None

    async def show(self, request: web.Request) -> web.StreamResponse:
        """What stands in the way, the progress, the record; with `part`, the progress and record alone."""
        run = self._run
        who = request.query.get("who", "")
        report = run.report if run else None
        lines = (
            [line for line in report.lines if who in ("", line.who) or line.kind == "step"] if report else []
        )
        values = {
            "run": run,
            "report": report,
            "lines": lines,
            "who": who,
            "people": sorted({line.who for line in report.lines if line.who}) if report else [],
            "channel_words": channel_words,
        }
        if "part" in request.query:
            return campaign_page(self._site, request, "rehearsal_result.html", **values)
        checks = await self._site.look(request, rehearsal_checks)
        return campaign_page(self._site, request, "rehearsal.html", checks=checks, **values)

    async def start(self, request: web.Request) -> web.StreamResponse:
        """Begin, unless one is running."""
        if self._run is not None and self._run.is_running:
            return self._site.done(HOME, "演练正在进行，请等它结束。", "warning")
        self._run = _Run(self._site.viewer(request).person.label, self._site.now())
        self._task = asyncio.create_task(self._play(self._run))
        return self._site.done(HOME)

    async def _play(self, run: _Run) -> None:
        try:
            run.report = await self._site.rehearse(run.progress)
        except Exception:
            log.exception("a rehearsal failed")
            run.failed = True
