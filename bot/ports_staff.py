"""What the use cases need to remember of roles, recommendation and notices: a part of `bot.ports.Store`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.model.application import Application
from bot.model.message import Channel
from bot.model.staff import (
    Invitation,
    Membership,
    Notice,
    NoticeDelivery,
    NoticeState,
    Package,
    Paper,
    Ranked,
    Role,
    SentCount,
)


class StaffStore(Protocol):
    """Lives for one transaction, as `bot.ports.Store` says. Moments by the campaign clock unless said."""

    # roles
    def memberships(self, person: int) -> Sequence[Membership]:
        """The roles somebody has now."""

    def members(self, role: Role | None = None, body: str = "", name: str = "") -> Sequence[Membership]:
        """Everybody with a role now (of a body, of a name, if given): contacts before deputies, then by seniority."""

    def member_at(self, channel: Channel, address: str) -> Membership | None:
        """A role, the first, of whoever has this address; None if nobody with a role has."""

    def staff_addresses(self) -> Mapping[tuple[str, str], int]:
        """(channel, address) → person of everybody who has a role now."""

    def add_member(self, person: int, role: Role, body: str, deputy: bool, now: datetime) -> None:
        """Give somebody a role; nothing if they have it."""

    def end_member(self, membership: int, now: datetime) -> None:
        """End a role at once."""

    def new_person(self, name: str, now: datetime) -> int:
        """A person who is known by name only so far."""

    def invite(self, code_hash: str, invitation: Invitation) -> None:
        """Keep an invitation."""

    def take_invitation(self, code_hash: str, now: datetime) -> Invitation | None:
        """Use an invitation up; None if there is none or it has expired (machine's clock)."""

    def drop_invitations(self, now: datetime) -> Sequence[str]:
        """Let all go that have expired; the hashes of their codes."""

    # applications seen from above
    def applications(self, body: str | None = None, stages: Sequence[str] = ()) -> Sequence[Application]:
        """Applications by number: of a body ("" for those without a route) or all, in these stages or all."""

    def outlines(self, stages: Sequence[str]) -> Sequence[tuple[Application, str]]:
        """Those in these stages by number, without values, with the version of each's form: for very many."""

    def applications_by_id(self, applications: Sequence[str]) -> Sequence[Application]:
        """Those of these applications that are there, by number."""

    def handed_in_alike(self, route_keys: Sequence[str]) -> Sequence[tuple[str, str, str]]:
        """(application, body, route key) of all with a receipt and one of these keys (see `bot.staff.routes`)."""

    # recommendation
    def ranking(self, body: str) -> Sequence[Ranked]:
        """The candidates of a body in their order."""

    def rankings(self) -> Mapping[str, Sequence[Ranked]]:
        """The candidates of every body that has any, in their order."""

    def set_ranking(self, body: str, applications: Sequence[str]) -> None:
        """Replace a body's order: the first is rank 1."""

    def add_package(self, package: Package) -> Package:
        """Keep what a body sent; returned with its id."""

    def packages(self, body: str | None = None) -> Sequence[Package]:
        """What bodies sent, oldest first."""

    def package_heads(self, body: str | None = None) -> Sequence[Package]:
        """The same without their content, which is large."""

    def package(self, receipt: str) -> Package | None:
        """The package with this receipt."""

    def sent_in(self, package: int) -> Sequence[Application]:
        """The applications of a package as they are now, in its order; purged ones are gone."""

    def sent_counts(self, packages: Sequence[int]) -> Sequence[SentCount]:
        """How many units of each of these packages are in which stage now."""

    def add_paper(self, paper: Paper) -> None:
        """Write a paper form into the ledger."""

    def papers(self, application: str) -> Sequence[Paper]:
        """The paper forms of an application, oldest first."""

    def cutoffs(self) -> Mapping[str, date]:
        """Bodies' own dates as set by themselves or the office, by body id."""

    def set_cutoff(self, body: str, cutoff: date) -> None:
        """Set a body's own date."""

    # notices
    def add_notice(self, notice: Notice) -> Notice:
        """Keep a draft; returned with its id."""

    def notice(self, notice: int) -> Notice | None:
        """The notice with this id."""

    def notices(self) -> Sequence[Notice]:
        """All notices, oldest first."""

    def set_notice(
        self, notice: int, state: NoticeState, released_by: int | None, now: datetime | None
    ) -> None:
        """Move a notice to another state; who released it and when, if somebody did."""

    def set_notice_time(self, notice: int, at: datetime | None) -> None:
        """Set when a notice is to be sent; None: at once when it is released."""

    def add_delivery(self, notice: int, person: int, channel: str, address: str, key: str) -> bool:
        """Write down one person's copy; False if there is one on this channel already."""

    def deliveries(self, notice: int) -> Sequence[NoticeDelivery]:
        """Every copy of a notice, with the state of its message."""

    def copies_of(self, person: int) -> Sequence[NoticeDelivery]:
        """Every copy that somebody got of any notice, oldest first."""

    def delivery_counts(self) -> Mapping[int, tuple[int, int, int]]:
        """By notice: how many people it went to, confirmed or were told, have a copy that failed."""

    def confirm_delivery(self, notice: int, person: int, now: datetime) -> bool:
        """Somebody pressed 收到; False if they got no such notice or had confirmed."""

    def told_by_telephone(self, notice: int, person: int, by: int, now: datetime) -> bool:
        """Somebody was told by telephone; False if there is no copy for them."""

    def set_letter(self, notice: int, person: int, channel: str, message_id: str) -> None:
        """Remember by which letter a copy went."""

    def copy_of_letter(self, message_id: str) -> tuple[int, int, str] | None:
        """(notice, person, address) of the copy that went by this letter."""

    def is_on_its_way(self, notice: int) -> bool:
        """Whether a message of a notice is still to be sent or being sent."""

    def cancel_outbox(self, keys: Sequence[str], now: datetime) -> int:
        """Cancel messages that are not being sent; how many (machine's clock)."""

    def outbox_keys(self, prefix: str) -> set[str]:
        """The keys of all messages ever queued that begin so."""
