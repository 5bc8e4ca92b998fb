"""What the use cases need to remember of notices to very many: a part of `bot.ports.Store`.

Nothing here reads more than the people asked for into memory, however many a notice has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model.application import Application
from bot.model.message import Channel
from bot.model.staff import Listed, Meant, Membership
from bot.staff.notice_board import Reached, Standing, TakenBack


@dataclass(frozen=True, slots=True)
class PeopleQuery:
    """Which people of a notice's board, in the order of their first copy."""

    notice: int
    standings: tuple[Standing, ...] = ()  # () for all
    had_failure: bool = False  # only those of whom some copy failed
    search: str = ""  # in names, addresses, numbers and names of units
    unit_key: str = ""  # the same words as the name of a unit (`bot.dialogue.units.unit_key`)
    bodies: tuple[str, ...] = ()  # whoever speaks for one of these is found, too
    order: tuple[str, ...] = ()  # not (): by body in this order, then by application, as they are telephoned


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A page of a notice's board; what is counted is of everybody, but for `total`."""

    standings: Mapping[Standing, int]  # people with a copy; only those that are not 0, best first
    people: Sequence[int]  # of the page
    total: int  # whom the query finds; 0 beyond the last page
    listed: int  # people who are still to get their first copy
    is_busy: bool  # people are being listed, or messages taken back
    corrected_by: int  # the latest notice that corrects it and is out; 0 for none


@dataclass(frozen=True, slots=True)
class Stopping:
    """What stopping a notice comes to."""

    held_back: int  # copies that were not sent
    shown: int  # people who have, or may have, read it
    fates: Mapping[TakenBack, int]  # people, by what a recall comes to with them


EVERYBODY = 2**31 - 1
"""Beyond the id of any person."""


class NoticeStore(Protocol):
    """Lives for one transaction, as `bot.ports.Store` says."""

    # who is meant
    def count_meant(self, meant: Meant) -> int:
        """How many people an audience means now."""

    def means_anybody(self, meant: Meant) -> bool:
        """Whether it means anybody; cheap where readers of another notice are meant."""

    def some_meant(self, meant: Meant, limit: int) -> Sequence[Listed]:
        """The first of them, members before holders, at most `limit` of each; a row for each application."""

    def list_recipients(self, notice: int, meant: Meant, after: int = 0, last: int = EVERYBODY) -> int:
        """Put everybody whom the audience means now on the list of a notice; how many people it has then.

        Of readers of another notice only those whose ids are in (`after`, `last`].
        """

    def list_failed(self, notice: int, after: int = 0, last: int = EVERYBODY) -> int:
        """Put everybody on the list who has not answered and whose last copy by some channel failed; how many.

        Only people whose ids are in (`after`, `last`].
        """

    def has_failed(self, notice: int) -> bool:
        """Whether there is anybody whom `list_failed` would list."""

    def last_of_people(self, notice: int, after: int, limit: int) -> int:
        """The highest id among the next `limit` people with copies whose ids are above `after`; 0: no more."""

    def recipients_left(self, notice: int) -> int:
        """How many people are on the list of a notice."""

    def every_list(self) -> Mapping[int, int]:
        """How many people are on the list of each notice that has any."""

    def next_recipients(self, limit: int) -> tuple[int, Sequence[Listed]] | None:
        """A released notice with people on its list, and the first rows' people; None if there is none."""

    def strike_recipients(self, notice: int, people: Collection[int] | None = None) -> None:
        """Take people, or everybody, off the list of a notice."""

    def last_changes(self) -> tuple[int, ...]:
        """Numbers of which one is higher after every change of an application and every message: cheap to ask."""

    # who they are
    def members_among(self, people: Collection[int]) -> Sequence[Membership]:
        """The roles that these people have now: contacts before deputies, then by seniority."""

    def names_among(self, people: Collection[int]) -> Mapping[int, str]:
        """The names of those of these people of whom one is known."""

    def applications_among(self, people: Collection[int]) -> Sequence[Application]:
        """The applications that these people hold, by number."""

    def addresses_among(self, people: Collection[int]) -> Mapping[int, Sequence[tuple[Channel, str]]]:
        """The addresses of these people that are not known to be dead, oldest first."""

    # how far it has come
    def board_page(self, query: PeopleQuery, limit: int, page: int) -> BoardPage:
        """A page (from 1) of those whom a query finds, and how far the notice is with everybody."""

    def first_of_each(self, notice: int, limit: int) -> Mapping[Standing, tuple[int, Sequence[int]]]:
        """People of a notice by where they stand, best first; with the first of each, at most `limit`."""

    def stuck(self) -> Sequence[tuple[int, int]]:
        """(notice, person) of everybody who stands at `FAILED`, of released notices."""

    def find_people(self, query: PeopleQuery, limit: int, skip: int = 0) -> Sequence[int]:
        """Ids of the people whom a query finds."""

    def page_of_people(self, query: PeopleQuery, limit: int, page: int) -> tuple[Sequence[int], int]:
        """The same of a page (from 1), and how many a query finds in all; (nobody, 0) beyond the last page."""

    def people_told(self, notice: int) -> Sequence[int]:
        """Everybody who got a notice, or will: by a message that neither failed nor was held back, or by telephone."""

    def reached(self, notice: int, people: Sequence[int]) -> Sequence[Reached]:
        """These people with their copies, in this order; whoever has none is left out."""

    # stopping
    def stopping(self, notice: int, since: datetime) -> Stopping:
        """What stopping and recalling comes to now; what was delivered before `since` stays (machine's clock)."""

    def hold_back(self, notice: int, now: datetime, limit: int) -> int:
        """Cancel so many messages of a notice that are not being sent, the first ones; how many."""

    def recallable(
        self, notice: int, since: datetime, after: int, limit: int
    ) -> tuple[int, Sequence[tuple[str, int, str]]]:
        """Of the next copies after copy `after`: the last copy's id (0: no more), and (channel's id, person,
        address) of what WeCom delivered since and is not being taken back, each id once."""
