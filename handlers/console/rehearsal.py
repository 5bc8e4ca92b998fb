"""A rehearsal (演练): started by a button, watched while it runs, read when it is done. One at a time."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.console.record_sheets import channel_words
from bot.console.rehearsal_checks import rehearsal_checks
from bot.model.long_work import LongWork, Made, WorkState
from bot.ports import Store
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.people import office_only as of_office
from bot.work.long_work import Progress
from bot.work.rehearsal import Report
from bot.work.rehearsal_record import report_from_json, report_to_json
from bot.work.rehearsal_stage import Line, Spoken
from handlers.console.campaign import HOME as CAMPAIGN
from handlers.console.campaign import campaign_page
from handlers.console.site import ONCE, Site, office_only

HOME = f"{CAMPAIGN}/rehearsal"
KIND = "rehearsal"
KEPT = timedelta(hours=12)  # what a rehearsal brought is no record


def routes(site: Site) -> list[web.RouteDef]:
    pages = RehearsalPages(site)
    return [web.get(HOME, office_only(pages.show)), web.post(HOME, office_only(pages.start))]


class RehearsalPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """What stands in the way, the progress, the record; with `part`, the progress and record alone."""
        work, by, report = await self._site.read(self._latest)
        state = work.seen(self._site.machine_now()) if work else None
        values = {"run": work, "by": by, "state": state, "channel_words": channel_words}
        values |= _shown(report, request.query.get("who", ""))
        if "part" in request.query:
            return campaign_page(self._site, request, "rehearsal_result.html", **values)
        checks = await self._site.look(request, rehearsal_checks)
        return campaign_page(self._site, request, "rehearsal.html", checks=checks, **values)

    async def start(self, request: web.Request) -> web.StreamResponse:
        """Begin, unless one is running in whichever process."""
        form = await request.post()
        works, person = self._site.works, self._site.viewer(request).person.id
        work = works.work(secrets.token_hex(16), KIND, person, "演练", HOME, KEPT)

        def begin(ask: StaffAsk) -> None:
            of_office(ask)
            latest = ask.store.latest_work(KIND, work.began_at)
            if latest is not None and latest.seen(work.began_at) is WorkState.RUNNING:
                raise Refused("演练正在进行，请等它结束。")
            ask.store.add_work(work)

        try:
            await self._site.act(request, begin, str(form.get(ONCE, "")))
        except Refused as why:
            return self._site.done(HOME, str(why), "warning")
        progress = Progress()
        works.watch(work, progress, self._play(progress))
        return self._site.done(HOME)

    async def _play(self, progress: Progress) -> Made:
        report = await self._site.rehearse(lambda place, of, words: progress.at(words, place, of))
        return Made("演练.json", "application/json", report_to_json(report))

    def _latest(self, store: Store) -> tuple[LongWork | None, str, Report | None]:
        """The latest rehearsal, who asked for it, and what it came to."""
        now = self._site.machine_now()
        work = store.latest_work(KIND, now)
        if work is None:
            return None, "", None
        made = store.work_made(work.id, now)
        by = next((one.name for one in store.members() if one.person == work.person), "")
        return work, by, report_from_json(made.content) if made else None


def _shown(report: Report | None, who: str) -> Mapping[str, Any]:
    """The record, or what of it concerns somebody."""
    every = report.lines if report else ()
    steps: list[tuple[str, list[Line]]] = []
    for line in every:
        if line.kind is Spoken.STEP:
            steps.append((line.text, []))
        elif who in ("", line.who):
            steps[-1][1].append(line)
    return {
        "report": report,
        "steps": [(step, lines) for step, lines in steps if lines or not who],
        "who": who,
        "people": sorted({line.who for line in every if line.who}),
    }
