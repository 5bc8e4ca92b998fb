"""One message of somebody with a role, and what a desk answers to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.console.viewer import Viewer
from bot.model.application import Application, Person
from bot.model.message import Choice, Inbound
from bot.model.split import LIMIT, split
from bot.model.staff import Membership
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
    def viewer(self) -> Viewer:
        """Whoever asks, and what they may see."""
        return Viewer(self.person, self.roles)

    @property
    def is_office(self) -> bool:
        return self.viewer.is_office

    @property
    def bodies(self) -> tuple[str, ...]:
        """Ids of the bodies this person speaks for."""
        return self.viewer.bodies

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
        return self.viewer.sees(application)

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
