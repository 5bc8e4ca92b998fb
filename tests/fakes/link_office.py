"""An office with its link desk: a real database, files and workers, and the hosts on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.documents.inspect_file import inspect
from bot.mail.wording import Wording
from bot.model.mail import Link, MailOutcome, Trust
from bot.work.alarms import Alarms
from bot.work.linked_files import LinkDesk
from bot.work.open_mail import MailOpener
from bot.work.register_link import register_link
from bot.work.workers import Workers
from config.campaign import Campaign
from handlers.mail.fetch_links import LinkFetcher
from handlers.mail.linked_parts import linked_parts
from handlers.mail.read import read_mail
from storage.files import DiskFiles
from tests.fakes.mail_filing import CONTACT, Office
from tests.fakes.share_host import ShareHost, client_tls, gives, says, share_host

PREPARE = "mail.163.com/filehub/bg/dl/prepare"
FILE = "fs.163.com/files/1"
LINK = Link(
    "https://mail.163.com/large-attachment-download/index.html?file=KEY", "mail.163.com", "申报报告.pptx"
)
DISK = Link("https://pan.baidu.com/s/1abc", "pan.baidu.com", "申报报告.pptx")
PRELOAD = ("handlers.mail.linked_parts", "bot.documents.inspect_file")


@dataclass
class Service:
    """An office with its link desk; `restart` gives another one over the same data."""

    office: Office
    host: ShareHost
    workers: Workers
    root: Path

    def __post_init__(self) -> None:
        self.files = DiskFiles(self.root / "files")
        self.folder = self.root / "links"
        self.told = 0
        self.fetchers: list[LinkFetcher] = []
        self.restart()

    def restart(self) -> LinkDesk:
        campaign = self.office.campaign
        opener = MailOpener(self.files, self.workers, read_mail, inspect, campaign)
        names, tls = self.host.resolver(), client_tls()
        self.fetchers.append(LinkFetcher(names, tls, lambda address: address == "127.0.0.1"))
        self.desk = LinkDesk(
            self.office.writer,
            opener,
            Alarms(self.office.writer, "", lambda: self.office.machine),
            self.fetchers[-1],
            linked_parts,
            partial(register_link, self.office.desk, lambda: self.office.now),
            Wording(campaign),
            self.folder,
            lambda: self.office.machine,
            self._done,
        )
        return self.desk

    def _done(self) -> None:
        self.told += 1

    async def work(self) -> int:
        """Look until no link's turn has come; how many were dealt with."""
        count = 0
        while await self.desk.look():
            count += 1
        return count

    def filed(self, *links: Link, sender: str = CONTACT, trust: Trust = Trust.PASSED, **more: Any) -> None:
        settled = self.office.receive(sender, trust=trust, links=links, **more)
        assert settled.outcome is MailOutcome.FILED

    def state(self) -> list[str]:
        return [row["value"] for row in self.office.table("setting") if row["key"].startswith("link:")]

    def alarms(self) -> list[str]:
        """The texts of those about links that were not fetched."""
        return [row["text"] for row in self.office.table("alarm") if row["kind"].startswith("link_fetch:")]

    def pass_time(self, by: timedelta) -> None:
        self.office.machine += by

    def letters(self, address: str) -> list[str]:
        """What mails of ours say beyond the receipt."""
        return [letter.text for letter in self.office.letters(address)][1:]


@asynccontextmanager
async def link_office(
    campaign: Campaign, url: str, workers: Workers, root: Path, content: bytes
) -> AsyncIterator[Service]:
    """The hosts give `content` for LINK, until told otherwise."""
    office = Office(campaign, url)
    async with share_host() as host:
        host.answers |= {PREPARE: says({"data": {"downloadUrl": f"https://{FILE}"}}), FILE: gives(content)}
        running = Service(office, host, workers, root)
        yield running
        for fetcher in running.fetchers:
            await fetcher.close()
    office.close()
