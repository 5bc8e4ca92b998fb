"""Everybody with a role, with their addresses and whether they can be reached (通讯录)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.console.applications import OFFICE
from bot.console.query import PAGE, PeopleQuery, Reach
from bot.model.edits import ContactCard
from bot.model.message import Channel
from bot.ports import Store
from bot.ports_console import MemberAddress, Page, Scope
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.people import refused
from config.campaign import Body


@dataclass(frozen=True, slots=True)
class Address:
    channel: str
    address: str
    unreachable_at: datetime | None  # machine's clock; None: as far as is known it works


@dataclass(frozen=True, slots=True)
class ListedMember:
    """A role of somebody."""

    membership: int
    person: int
    name: str
    role: str
    body: str
    deputy: bool
    addresses: tuple[Address, ...]
    is_reachable: bool  # one of the addresses works, as far as is known, and its channel is in use


@dataclass(frozen=True, slots=True)
class PeopleView:
    """The page that is asked for, telephones by person, and the bodies no contact of which can be reached."""

    page: Page[ListedMember, str]
    cards: Mapping[int, ContactCard]
    unreached: tuple[Body, ...]


def list_people(store: Store, scope: Scope, query: PeopleQuery, by_mail: bool) -> Page[ListedMember, str]:
    """The page that is asked for; sums by role. A body sees its own people and the office's are not shown to it."""
    return _page(everybody(store, scope, query, by_mail), query)


def everybody(store: Store, scope: Scope, query: PeopleQuery, by_mail: bool) -> tuple[ListedMember, ...]:
    """The whole list, of whatever page. `by_mail`: whether mail is sent at all, else its addresses reach nobody."""
    members = _members(store.member_addresses(), by_mail)
    return tuple(one for one in members if _is_within(one, scope) and _fits(one, query))


def people_view(ask: StaffAsk, query: PeopleQuery) -> PeopleView:
    """The list as the office sees it. The office's alone."""
    if not ask.is_office:
        raise Refused(refused(ask))
    members = everybody(ask.store, OFFICE, PeopleQuery(), has_mail(ask))
    reached = {one.body for one in members if not one.deputy and one.is_reachable}
    return PeopleView(
        _page([one for one in members if _fits(one, query)], query),
        ask.store.cards(),
        tuple(body for body in ask.clerk.campaign.bodies if body.id not in reached),
    )


def has_mail(ask: StaffAsk) -> bool:
    """Whether mail is sent at all."""
    return ask.clerk.message_id is not None


def _page(found: Sequence[ListedMember], query: PeopleQuery) -> Page[ListedMember, str]:
    first = (query.page - 1) * PAGE
    return Page(tuple(found[first : first + PAGE]), len(found), Counter(one.role for one in found))


def _members(rows: Sequence[MemberAddress], by_mail: bool) -> list[ListedMember]:
    found = []
    for _, group in groupby(rows, key=lambda row: row.membership):
        theirs = list(group)
        one = theirs[0]
        addresses = tuple(
            Address(row.channel, row.address, row.unreachable_at) for row in theirs if row.channel
        )
        reached = any(
            each.unreachable_at is None and (by_mail or each.channel != Channel.MAIL) for each in addresses
        )
        found.append(
            ListedMember(
                one.membership, one.person, one.name, one.role, one.body, one.deputy, addresses, reached
            )
        )
    return found


def _is_within(one: ListedMember, scope: Scope) -> bool:
    return scope.everything or (one.body != "" and one.body in scope.bodies)


def _fits(one: ListedMember, query: PeopleQuery) -> bool:
    said = query.search.lower()
    named = [one.name, *(address.address for address in one.addresses)]
    return (
        (not said or any(said in text.lower() for text in named))
        and query.role in ("", one.role)
        and query.body in ("", one.body)
        and (query.reach is Reach.EVERYBODY or one.is_reachable == (query.reach is Reach.REACHABLE))
    )
