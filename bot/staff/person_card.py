"""Somebody with a role as the office sees them: roles, addresses, telephone, test messages."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.edits import ContactCard, MessageState
from bot.model.message import Channel
from bot.model.staff import Membership
from bot.staff.desk import StaffAsk
from bot.staff.people import office_only, post_label

TEST = "test:"
"""What the keys of test messages begin with; the person's id comes next."""


@dataclass(frozen=True, slots=True)
class Road:
    """An address. `works` until a message to it came back."""

    channel: Channel
    address: str
    works: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody has, and what it is called."""

    membership: Membership
    label: str  # 宝丰县人民政府推荐联系人


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Everything the office does about one person starts here."""

    person: int
    roles: tuple[Held, ...]  # never empty
    telephone: str
    note: str
    roads: tuple[Road, ...]
    reachable: bool  # not: a red mark, only the telephone is left, if there is one
    tests: tuple[MessageState, ...]  # of their addresses, the latest last

    @property
    def name(self) -> str:
        return self.roles[0].membership.name


def person_card(ask: StaffAsk, person: int) -> PersonCard | None:
    """Somebody with a role, with all that is known of how they are reached; None for nobody. The office's alone."""
    office_only(ask)
    store, campaign = ask.store, ask.clerk.campaign
    held = store.memberships(person)
    if not held:
        return None
    card = store.cards().get(person) or ContactCard(person, "", "")
    roads = tuple(
        Road(channel, address, not store.is_unreachable(channel, address))
        for channel, address in store.addresses(person)
    )
    by_mail = ask.clerk.message_id is not None
    return PersonCard(
        person,
        tuple(Held(one, post_label(campaign, one.role, one.body, one.deputy)) for one in held),
        card.telephone,
        card.note,
        roads,
        any(road.works and (road.channel is Channel.WECOM or by_mail) for road in roads),
        results_of_tests(ask, person),
    )


def results_of_tests(ask: StaffAsk, person: int) -> tuple[MessageState, ...]:
    """What became of the test messages to somebody, the latest last. The office's alone."""
    office_only(ask)
    return tuple(ask.store.message_states(f"{TEST}{person}:"))
