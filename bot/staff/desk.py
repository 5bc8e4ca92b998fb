"""One message of somebody with a role, and what a desk answers to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.model.application import Application, Person
from bot.model.message import Choice, Inbound
from bot.model.split import LIMIT, split
from bot.model.staff import Membership, Role
from bot.ports import Store
from bot.work.clerk import Clerk


@dataclass(frozen=True, slots=True)
class StaffAsk:
    """One message of somebody with a role, inside the turn's transaction."""

    clerk: Clerk
    store: Store
    inbound: Inbound  # `arrived_at` is the rules' now
    person: Person
    roles: tuple[Membership, ...]  # as they stand in the store, within this transaction
    pending: str  # what this desk's last answer left open, as it wrote it; "" for nothing

    @property
    def is_office(self) -> bool:
        return any(role.role is Role.OFFICE for role in self.roles)

    @property
    def bodies(self) -> tuple[str, ...]:
        """Ids of the bodies this person speaks for."""
        return tuple(dict.fromkeys(role.body for role in self.roles if role.role is Role.BODY and role.body))

    @property
    def now(self) -> datetime:
        """When the message arrived, by the campaign clock."""
        return self.inbound.arrived_at

    @property
    def today(self) -> date:
        """The day of `now` in the campaign's zone."""
        return self.now.astimezone(self.clerk.campaign.zone).date()

    def sees(self, application: Application) -> bool:
        """Whether the application is within this person's scope: the office's all, a body's its own (I14)."""
        return self.is_office or (bool(application.body) and application.body in self.bodies)

    def say(self, phrase: str, **facts: object) -> str:
        """A sentence of the campaign."""
        return self.clerk.campaign.phrases[phrase].format(**facts)


@dataclass(frozen=True, slots=True)
class StaffAnswer:
    """What is said. `pending` comes back to the same desk with the person's next message, once."""

    texts: tuple[str, ...]  # each at most 2048 bytes of UTF-8; `answer` cuts
    choices: tuple[Choice, ...] = ()  # buttons under the last text
    pending: str = ""


Desk = Callable[[StaffAsk, str], StaffAnswer | None]
"""Takes the text in plain simplified script, trimmed; None: not mine."""

STAFF_LOCK = "staff"
"""What people with a role do is done one after the other, by chat or on pages, in whatever process: they decide
about the same things."""

_HEAD = 40  # bytes kept free of what one message may hold


def answer(*texts: str, choices: Iterable[Choice] = (), pending: str = "") -> StaffAnswer:
    """An answer of these texts, cut into messages where one is too long."""
    parts = [part for text in texts for part in split(text, LIMIT - _HEAD)]
    return StaffAnswer(tuple(parts), tuple(choices), pending)
