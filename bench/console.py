"""The console's list pages over 10,000 applications: each beside its own queries run bare, in one run.

A page is asked for over HTTP, drawn and sent uncompressed. Its statements are noted on the way and run again on
a connection of their own with nothing around them.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from config.load import campaign_folder, load_campaign
from storage.schema import migrate
from storage.session import Session, Statement
from tests.fakes.console import INSPECTOR, Console, Reader
from tests.fakes.large_campaign import Sizes, fill
from tests.fakes.recommending import BODY, OFFICE

ROUNDS = 5
SLOW, LARGE = 150.0, 100_000  # milliseconds, bytes
APPLICATIONS = "/console/applications"
PAGES: dict[str, Sequence[str]] = {
    OFFICE: (
        "/console/",
        APPLICATIONS,
        *(f"{APPLICATIONS}?sort={column}" for column in ("unit", "body", "rank", "stage", "contact", "owes")),
        *(
            f"{APPLICATIONS}?mark={mark}"
            for mark in ("late", "two_routes", "unreadable_deck", "return_overdue")
        ),
        f"{APPLICATIONS}?body=baofeng",
        f"{APPLICATIONS}?stage=draft",
        f"{APPLICATIONS}?owes=any",
        f"{APPLICATIONS}?search=第77综合",
        f"{APPLICATIONS}?search=13800001111",
        f"{APPLICATIONS}?page=200",
        "/console/late",
        "/console/mail",
        "/console/mail?outcome=quarantine",
        "/console/mail?search=第77综合",
        "/console/mail/outgoing",
        "/console/mail/outgoing?state=trouble",
        "/console/mail/outgoing?search=王77",
        "/console/questions",
        "/console/questions?state=open",
        "/console/questions/answers",
        "/console/notices",
        "/console/notices/plan",
        "/console/notices/reminded",
        "/console/notices/1",
        "/console/notices/1?only=unconfirmed",
        "/console/notices/1?search=王77",
        "/console/notices/1/calls",
        "/console/visits",
        "/console/visits?show=list",
        "/console/visits/new",
        "/console/sheets",
        "/console/results",
        "/console/results/factors",
        "/console/results/list",
        "/console/results/notice",
        "/console/results/objections",
        "/console/results/announcement",
        "/console/results/plaques",
        "/console/people",
        "/console/campaign",
        "/console/campaign/bodies",
        "/console/campaign/history",
        "/console/log",
        "/console/log?action=view",
        "/console/packages",
        "/console/packages/TJ-0001",
        f"{APPLICATIONS}/2019-10000",
    ),
    BODY: (
        "/console/",
        APPLICATIONS,
        "/console/recommendation",
        "/console/recommendation/package",
        "/console/notices",
        "/console/visits",
    ),
    INSPECTOR: ("/console/", "/console/visits", "/console/sheets"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """One page: milliseconds, statements, bytes of HTML."""

    page: float
    bare: float
    statements: int
    size: int


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        asyncio.run(_print_pages(Path(folder)))


async def _print_pages(folder: Path) -> None:
    campaign = load_campaign(campaign_folder("pingdingshan-2019"))
    url = f"sqlite:///{folder}/bench.db"
    migrate(url)
    console = Console(campaign, url, folder=folder)
    sizes = Sizes()
    fill(
        console.database,
        campaign,
        sizes,
        {"office": console.people[OFFICE], "inspector": console.people[INSPECTOR]},
    )
    await console.start()
    print(
        f"console: {sizes.applications} applications, {sizes.copies} copies of a notice, {sizes.audit} lines of the log"
    )
    print(f"  {'page':<54}{'page':>8}{'queries':>9}{'ratio':>7}{'statements':>12}{'HTML':>9}")
    try:
        for userid, paths in PAGES.items():
            reader = await console.reader(userid)
            for path in paths:
                _print(userid, path, await _measure(console, reader, path))
    finally:
        await console.stop()


def _print(userid: str, path: str, found: Figures) -> None:
    name = path if userid == OFFICE else f"{path} ({userid})"
    notes = [word for word, bad in (("slow", found.page > SLOW), ("large", found.size > LARGE)) if bad]
    print(
        f"  {name:<54}{found.page:>5.0f} ms{found.bare:>6.0f} ms{found.page / found.bare:>7.1f}"
        f"{found.statements:>12}{found.size / 1000:>6.0f} kB  {' '.join(notes)}"
    )


async def _measure(console: Console, reader: Reader, path: str) -> Figures:
    text = await reader.get(path)  # once for what is loaded at first use
    with _noted() as ran:
        await reader.get(path)
    pages, bare = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await reader.get(path)
        pages.append(time.perf_counter() - began)
        began = time.perf_counter()
        with console.database.session() as session:
            session.begin_reading()
            for statement, parameters in ran:
                session.rows(statement, parameters)
            session.end_reading()
        bare.append(time.perf_counter() - began)
    return Figures(
        statistics.median(pages) * 1e3, statistics.median(bare) * 1e3, len(ran), len(text.encode())
    )


@contextmanager
def _noted() -> Iterator[list[tuple[Statement, Any]]]:
    """Every statement that runs meanwhile, with its parameters."""
    ran: list[tuple[Statement, Any]] = []
    execute = Session._execute

    def noting(self: Session, statement: Statement, parameters: Any) -> None:
        ran.append((statement, parameters))
        execute(self, statement, parameters)

    with patch.object(Session, "_execute", noting):
        yield ran


if __name__ == "__main__":
    main()
