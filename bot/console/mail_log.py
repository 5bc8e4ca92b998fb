"""The list of mails with their files (邮件登记)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.console.query import MailQuery
from bot.ports import Store
from bot.ports_console import ListedFile, ListedMail, Page, Scope
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class MailLog:
    page: Page[ListedMail, str]  # sums by outcome, whatever outcome is asked for
    files: dict[int, tuple[ListedFile, ...]]  # by mail; those of the page


def list_mails(store: Store, campaign: Campaign, scope: Scope, query: MailQuery) -> MailLog:
    """The page that is asked for. A body sees the mails of its own applications only."""
    page = store.list_mails(query, scope, campaign.form.unit_field)
    files: dict[int, tuple[ListedFile, ...]] = {}
    for one in store.files_of_mails([mail.mail for mail in page.rows]):
        files[one.mail] = (*files.get(one.mail, ()), one)
    return MailLog(page, files)
