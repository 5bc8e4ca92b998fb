"""Signing in to the console and out of it: sessions, one-time links, and who somebody is at each request."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Protocol, TypeVar

from bot.console.viewer import Viewer
from bot.model.application import AuditEntry, Person
from bot.model.console import LINK_LIFE, SESSION_IDLE, SESSION_LIFE, ConsoleSession, Device
from bot.model.message import Channel
from bot.ports import StorageUnavailable, Store

T = TypeVar("T")

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""What a session's token and a link's look like: 256 bits. Anything else is wrong without asking the store."""

_SEEN_EVERY = timedelta(minutes=1)  # how exactly the last use is kept; not every page writes


class Road(StrEnum):
    """How somebody came in."""

    LINK = "link"
    WECOM = "wecom"
    DEMO = "demo"


class Refusal(StrEnum):
    """Why somebody did not come in."""

    NO_ROLE = "no_role"
    LINK = "link"  # unknown, used or out of date
    STATE = "state"  # a login that this browser did not begin, or that is over
    CODE = "code"  # WeCom does not know the code, or its owner is no member
    FORGED = "forged"  # an act that did not come from one of our own pages
    TOO_MANY = "too_many"  # after too many wrong tries


@dataclass(frozen=True, slots=True)
class Entry:
    """What came of an attempt: the token of a new session, or why there is none."""

    token: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Moments:
    """The same moment by both clocks: the log goes by the campaign's, sessions by the machine's."""

    campaign: datetime
    machine: datetime


class Runs(Protocol):
    """Runs a use case in the writer's thread, after all others with the same lock, also of other processes."""

    def __call__(self, use_case: Callable[[Store], T], lock: str = "") -> Awaitable[T]: ...


class Reads(Protocol):
    """Runs a function that only reads, on a connection of its own."""

    def __call__(self, look: Callable[[Store], T]) -> Awaitable[T]: ...


def new_token() -> str:
    """256 random bits, fit for an address and a cookie."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(f"console:{token}".encode()).hexdigest()


# use cases


def make_link(store: Store, person: int, now: datetime) -> str | None:
    """The path of a one-time link (`now` by the machine's clock); None for somebody without a role.

    The person's earlier unused links end.
    """
    if not store.memberships(person):
        return None
    token = new_token()
    store.add_console_link(digest(token), person, now + LINK_LIFE)
    return f"/console/in/{token}"


def enter(store: Store, person: int, road: Road, device: Device, old: str, moments: Moments) -> Entry:
    """Begin a session under a new token; the browser's `old` one, if any, ends with it."""
    if not store.memberships(person):
        return refuse(store, Refusal.NO_ROLE, person, moments)
    if old:
        store.end_session(digest(old))
    store.forget_sessions(moments.machine - SESSION_LIFE, moments.machine - SESSION_IDLE)
    token = new_token()
    store.add_session(ConsoleSession(digest(token), person, moments.machine, moments.machine, device))
    _log(store, "console_login", person, moments, road=road.value, session=digest(token)[:16])
    return Entry(token)


def enter_by_link(store: Store, link: str, device: Device, old: str, moments: Moments) -> Entry:
    """Use a link up."""
    person = store.take_console_link(digest(link), moments.machine) if TOKEN.fullmatch(link) else None
    if person is None:
        return refuse(store, Refusal.LINK, None, moments)
    return enter(store, person, Road.LINK, device, old, moments)


def enter_by_account(
    store: Store, userid: str, road: Road, device: Device, old: str, moments: Moments
) -> Entry:
    """Come in as the member that WeCom vouches for."""
    member = store.member_at(Channel.WECOM, userid)
    if member is None:
        return refuse(store, Refusal.NO_ROLE, None, moments)
    return enter(store, member.person, road, device, old, moments)


def refuse(store: Store, refusal: Refusal, person: int | None, moments: Moments) -> Entry:
    """Write down that somebody did not come in."""
    _log(store, "console_refused", person, moments, why=refusal.value)
    return Entry(refusal=refusal)


def leave(store: Store, token: str, everywhere: bool, moments: Moments) -> None:
    """End a session, or all of its person's; nothing if it has ended."""
    session = store.console_session(digest(token))
    if session is None:
        return
    ended = store.end_sessions(session.person) if everywhere else int(store.end_session(session.token_hash))
    which = {"all": str(ended)} if everywhere else {"session": session.token_hash[:16]}
    _log(store, "console_logout", session.person, moments, **which)


def find_session(store: Store, token: str, now: datetime) -> tuple[ConsoleSession, Viewer | None] | None:
    """An open session and whose it is, with the roles of this moment; None for whoever has none any more."""
    session = store.console_session(digest(token))
    if session is None or not session.is_open(now):
        return None
    roles = tuple(store.memberships(session.person))
    if not roles:
        return session, None
    name = roles[0].name
    # only who has no name is called by an address; every page asks this, so it asks for no more than it shows
    address = "" if name else next((address for _, address in store.addresses(session.person)), "")
    return session, Viewer(Person(session.person, address, name), roles)


def _log(store: Store, action: str, person: int | None, moments: Moments, **details: str) -> None:
    store.audit([AuditEntry(action, None, person, Channel.CONSOLE, details)], moments.campaign)


@dataclass(frozen=True, slots=True)
class Door:
    """The use cases as the pages call them. `now` is the campaign clock, `machine_now` the machine's."""

    run: Runs
    read: Reads
    now: Callable[[], datetime]
    machine_now: Callable[[], datetime]

    async def viewer(self, token: str) -> Viewer | None:
        """Who is signed in by this token at this moment; the last role taken back ends the session."""
        if not TOKEN.fullmatch(token):
            return None
        now = self.machine_now()
        found = await self.read(partial(_find_session, token=token, now=now))
        if found is None:
            return None
        session, viewer = found
        if viewer is None:
            await self.run(lambda store: store.end_sessions(session.person))
        elif now - session.seen_at >= _SEEN_EVERY:
            with suppress(StorageUnavailable):  # a full disk is no reason to show nothing
                await self.run(lambda store: store.touch_session(session.token_hash, now))
        return viewer

    async def by_link(self, link: str, device: Device, old: str) -> Entry:
        """Come in by a one-time link."""
        moments = self._moments()
        return await self.run(lambda store: enter_by_link(store, link, device, old, moments))

    async def is_good(self, link: str) -> bool:
        """Whether a one-time link can still be used. It stays unused."""
        if not TOKEN.fullmatch(link):
            return False
        now = self.machine_now()
        return await self.read(lambda store: store.console_link(digest(link), now)) is not None

    async def by_account(self, userid: str, road: Road, device: Device, old: str) -> Entry:
        """Come in as a member of WeCom."""
        moments = self._moments()
        return await self.run(lambda store: enter_by_account(store, userid, road, device, old, moments))

    async def refuse(self, refusal: Refusal, person: int | None = None) -> Entry:
        """Write down a refusal that was decided outside the store."""
        moments = self._moments()
        return await self.run(lambda store: refuse(store, refusal, person, moments))

    async def leave(self, token: str, everywhere: bool = False) -> None:
        """Sign out here, or on every device."""
        moments = self._moments()
        await self.run(lambda store: leave(store, token, everywhere, moments))

    def _moments(self) -> Moments:
        return Moments(self.now(), self.machine_now())


def _find_session(store: Store, token: str, now: datetime) -> tuple[ConsoleSession, Viewer | None] | None:
    return find_session(store, token, now)
