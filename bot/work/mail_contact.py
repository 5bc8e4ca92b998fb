"""Whose mail an address stands for: the holder's always, the contact's of a draft once it is proven.

Anybody can write anybody's address into a draft. Until the draft is filed, the contact's address therefore counts
only for mail that names the application itself (its number, a print code, an answer to a mail of ours); the first
such mail that is also proven makes the address the contact's for good.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.model.application import Application
from bot.model.message import Channel
from bot.ports import Store

PROVEN_CONTACT = "proven_contact"
"""In the dossier: the hash of the contact's address that has proven to be theirs."""


@dataclass(frozen=True, slots=True)
class Known:
    """Ids of the live applications that an address belongs to, oldest first."""

    registered: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()  # drafts that name it as their contact's, and nothing else speaks for it


def known_by(store: Store, address: str, named: Collection[str]) -> Known:
    """What an address says of a mail that itself names the applications `named` (ids)."""
    if not address:
        return Known()
    registered: list[str] = []
    unproven: list[str] = []
    for one in store.applications_of_address(address):
        counts = one.id in named or is_registered(store, one, address)
        (registered if counts else unproven).append(one.id)
    return Known(tuple(registered), tuple(unproven))


def is_registered(store: Store, application: Application, address: str) -> bool:
    """Whether a contact's or holder's address counts without more: that of a draft's contact is to be proven."""
    if application.submissions or application.dossier.get(PROVEN_CONTACT) == _digest(address):
        return True
    return (Channel.MAIL, address) in store.addresses(application.holder)


def prove_contact(store: Store, application: Application, address: str) -> Application:
    """Write down that the contact's address is theirs; the application as it is then."""
    if is_registered(store, application, address):
        return application
    dossier = {**application.dossier, PROVEN_CONTACT: _digest(address)}
    store.set_dossier(application.id, dossier)
    return store.application(application.id) or application


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


def numbered(store: Store, numbers: Sequence[str]) -> list[str]:
    """The ids of the applications with these numbers."""
    return [one.id for number in numbers if (one := store.find_application(number))]
