"""Mail as a part of the service: who reads, decides and sends. Part of the composition root."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.documents.inspect_file import inspect
from bot.mail.wording import Wording
from bot.ports import FileStore, SharedCache, Writer
from bot.work.alarms import Alarms
from bot.work.clerk import Clerk
from bot.work.file_mail import MailOffice, file_mail
from bot.work.linked_files import LinkDesk
from bot.work.mail_desk import MailDesk
from bot.work.open_mail import MailOpener
from bot.work.register_link import register_link
from bot.work.register_upload import register_upload
from bot.work.uploads import UploadDesk
from bot.work.workers import Workers
from config.campaign import Campaign
from config.settings import Settings
from handlers.console.site import MailPages
from handlers.mail.fetch_links import LinkFetcher
from handlers.mail.imap import ImapBox
from handlers.mail.linked_parts import linked_parts
from handlers.mail.pool import CONNECTIONS, MailPool
from handlers.mail.read import read_mail
from handlers.mail.send import MailSender

READING = (
    "handlers.mail.read",
    "handlers.mail.linked_parts",
    "bot.documents.inspect_file",
    "bot.documents.file_type",
    "bot.documents.deck",
    "bot.documents.form_read",
    "bot.documents.pdf_file",
)
"""What reading a mail needs, loaded once for all workers."""


def new_workers() -> Workers:
    """The processes in which whatever strangers send is opened."""
    return Workers(READING)


def mail_opener(files: FileStore, workers: Workers, campaign: Campaign) -> MailOpener:
    """Who opens mails and their files."""
    return MailOpener(files, workers, read_mail, inspect, campaign)


def mail_desk(
    settings: Settings,
    clerk: Clerk,
    writer: Writer,
    files: FileStore,
    workers: Workers,
    alarms: Alarms,
    now: Callable[[], datetime],
    done: Callable[[], None],
) -> MailDesk:
    """The intake. It watches the mailbox where mail is set up. `now` is the campaign clock."""
    office = _office(settings, clerk)
    opener = mail_opener(files, workers, clerk.campaign)
    settle = partial(file_mail, office)
    desk = MailDesk(writer, files, opener, settle, alarms, now, clerk.machine_now, done)
    if settings.mail_on:
        box = ImapBox(settings.mail.imap, office.address, settings.mail.folders)
        desk.watch(box, settings.mail.poll_seconds)
    return desk


def message_ids(settings: Settings) -> Callable[[str], str]:
    """Makes the Message-ID, which nobody can guess, of a mail about the application with a number."""
    domain = (settings.mail.address or "").rpartition("@")[2]
    return lambda number: f"<{number}.{secrets.token_hex(16)}@{domain}>"


def link_desk(
    settings: Settings,
    clerk: Clerk,
    writer: Writer,
    files: FileStore,
    workers: Workers,
    alarms: Alarms,
    now: Callable[[], datetime],
    done: Callable[[], None],
) -> LinkDesk:
    """Who fetches the files that mails only link to. `now` is the campaign clock."""
    office = _office(settings, clerk)
    return LinkDesk(
        writer,
        mail_opener(files, workers, clerk.campaign),
        alarms,
        LinkFetcher(),
        linked_parts,
        partial(register_link, office, now),
        Wording(clerk.campaign),
        settings.files_dir / ".links",
        clerk.machine_now,
        done,
    )


def mail_pages(settings: Settings, clerk: Clerk, desk: MailDesk, links: LinkDesk) -> MailPages:
    """What the console's pages about mail ask of the service."""
    fetches = settings.mail.fetch_links
    return MailPages(_office(settings, clerk), desk, lambda link: fetches and links.source.knows(link))


def _office(settings: Settings, clerk: Clerk) -> MailOffice:
    address = settings.mail.address or clerk.campaign.contact.email
    return MailOffice(clerk, address.lower(), lambda: secrets.token_hex(16))


def mail_sender(
    settings: Settings,
    campaign: Campaign,
    files: FileStore,
    cache: SharedCache,
    machine_now: Callable[[], datetime],
) -> MailPool:
    """Who sends, within what the mailbox's provider allows; over several connections if it asks for no distance."""
    mail = settings.mail
    subject = f"{campaign.title}：系统告警"
    limits = (mail.per_day, mail.seconds_between, machine_now)
    count = 1 if mail.seconds_between else CONNECTIONS
    return MailPool(
        [MailSender(mail.smtp, mail.address or "", subject, files, cache, *limits) for _ in range(count)]
    )


def upload_desk(
    settings: Settings,
    clerk: Clerk,
    writer: Writer,
    files: FileStore,
    workers: Workers,
    now: Callable[[], datetime],
) -> UploadDesk:
    """Who takes files from the applicants' pages. `now` is the campaign clock."""
    return UploadDesk(
        writer,
        files,
        workers,
        settings.files_dir / ".uploads",
        clerk.campaign,
        partial(register_upload, clerk.campaign, now),
        clerk.machine_now,
        lambda: secrets.token_hex(16),
    )
