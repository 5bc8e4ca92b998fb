"""How somebody who is invited can be reached besides: kept from the form until the invitation is taken up.

It waits with a person who is known by name only; a setting names that person by the hash of the code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.campaign_edits.values import Kind, fits
from bot.model.edits import ContactCard
from bot.model.message import Channel
from bot.ports import Store
from bot.staff.desk import StaffAsk
from bot.staff.directory import bind, clean
from bot.staff.finding import Refused
from bot.staff.people import Invited, invite
from bot.staff.people_words import Post, code_hash

_WAITS = "invited_contact:"  # settings: code hash → id of the person with whom it waits; "" once it was taken


def invite_reached(ask: StaffAsk, name: str, post: Post, mail: str, telephone: str) -> Invited:
    """`invite`, with a mail address and a telephone ("" for none) that are the person's once they have joined.

    `Refused` as there, for what is neither, and for an address that is somebody else's.
    """
    made = invite(ask, name, post)
    key, phone = _WAITS + code_hash(made.code), " ".join(telephone.split())
    if not (mail or phone) or ask.store.setting(key) is not None:
        return made
    if phone and not fits(Kind.PHONE, phone):
        raise Refused(ask.say("edit_not_phone"))
    person = ask.store.new_person(name, ask.now)
    if mail:
        bind(ask, person, clean(ask, (Channel.MAIL, mail)))
    ask.store.set_card(ContactCard(person, phone, ""))
    ask.store.set_setting(key, str(person))
    return made


def take_contacts(ask: StaffAsk, code_digest: str) -> None:
    """Whoever took the invitation up has what waited for them; a telephone of their own stays."""
    own, held = ask.person.id, ask.store.cards().get(ask.person.id)
    waits = ask.store.setting(_WAITS + code_digest)
    if not waits or int(waits) == own:
        return
    addresses, telephone = forget_contacts(ask.store, code_digest)
    for address in addresses:
        bind(ask, own, address)
    if telephone and (held is None or not held.telephone):
        ask.store.set_card(replace(held or ContactCard(own, "", ""), telephone=telephone))


def forget_contacts(store: Store, code_digest: str) -> tuple[Sequence[tuple[Channel, str]], str]:
    """Let what waited with an invitation be nobody's any more; the addresses and the telephone that it was.

    An address from which somebody has applied meanwhile stays theirs.
    """
    waits = store.setting(_WAITS + code_digest)
    if not waits:
        return (), ""
    store.set_setting(_WAITS + code_digest, "")
    person = int(waits)
    addresses = () if store.applications_among([person]) else store.addresses(person)
    for channel, address in addresses:
        store.remove_address(person, channel, address)
    card = store.cards().get(person)
    if card is not None:
        store.set_card(ContactCard(person, "", ""))
    return addresses, card.telephone if card else ""
