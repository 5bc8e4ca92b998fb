"""Telling somebody who did not ask: over WeCom, else by mail."""

from __future__ import annotations

from bot.model.application import Application
from bot.model.message import Channel, Mail, Text
from bot.model.split import split
from bot.ports import Draft, Store
from bot.work.clerk import Clerk


def reach(store: Store, clerk: Clerk, person: int) -> tuple[Channel, tuple[str, ...]] | None:
    """The road on which a person is told things, and the addresses on it; None: only by telephone."""
    known = [item for item in store.addresses(person) if not store.is_unreachable(*item)]
    members = tuple(address for channel, address in known if channel is Channel.WECOM)
    if members:
        return Channel.WECOM, members
    letters = tuple(address for channel, address in known if channel is Channel.MAIL)
    return (Channel.MAIL, letters[:1]) if letters and clerk.message_id is not None else None


def tell(
    store: Store,
    clerk: Clerk,
    person: int,
    key: str,
    text: str,
    subject: str = "",
    about: Application | None = None,
) -> Channel | None:
    """Queue a text to every WeCom address of a person, else a mail; by which road, None if there is none.

    `key` is what makes it one message: the same key twice is told once. It is the key of the first row
    itself; further rows (parts, further addresses) are `key`/2, /3, … A mail has `subject` and, where
    it is `about` an application, an answer to it is filed there.
    """
    road = reach(store, clerk, person)
    if road is None:
        return None
    channel, addresses = road
    rows: list[Draft] = []
    for address in addresses:
        if channel is Channel.MAIL:
            letter = _letter(store, clerk, address, text, subject, about)
            rows.append(Draft(_key(key, len(rows)), channel, person, address, letter))
            continue
        for part in split(text):
            rows.append(Draft(_key(key, len(rows)), channel, person, address, Text(part)))
    store.queue(rows, clerk.machine_now())
    return channel


def _key(key: str, position: int) -> str:
    return f"{key}/{position + 1}" if position else key


def _letter(
    store: Store, clerk: Clerk, address: str, text: str, subject: str, about: Application | None
) -> Mail:
    assert clerk.message_id is not None  # else `reach` finds no mail
    message_id = clerk.message_id(about.number if about else "mail")
    store.sent_mail(message_id, about.id if about else None, address)
    title = subject or clerk.campaign.phrases["staff_mail_subject"].format(title=clerk.campaign.title)
    return Mail(title, text, message_id)
