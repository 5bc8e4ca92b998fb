"""What the use cases need to remember of the console's sessions and one-time links: a part of `bot.ports.Store`."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.model.console import ConsoleSession


class SessionStore(Protocol):
    """Lives for one transaction, as `bot.ports.Store` says. Moments by the machine's clock."""

    def add_session(self, session: ConsoleSession) -> None:
        """Keep a session."""

    def console_session(self, token_hash: str) -> ConsoleSession | None:
        """The session with this hash, also one that has run out."""

    def touch_session(self, token_hash: str, now: datetime) -> None:
        """Write down that a session was used; nothing if it has ended."""

    def end_session(self, token_hash: str) -> bool:
        """End a session at once; False if there is none."""

    def end_sessions(self, person: int) -> int:
        """End every session of a person; how many there were."""

    def forget_sessions(self, began_before: datetime, seen_before: datetime) -> None:
        """Delete the sessions that began, or were last used, at or before these moments."""

    def add_console_link(self, token_hash: str, person: int, expires: datetime) -> None:
        """Let a one-time link sign a person in until `expires`. Their earlier links end."""

    def console_link(self, token_hash: str, now: datetime) -> int | None:
        """The person an unused link stands for; None for one that is unknown, used or out of date."""

    def take_console_link(self, token_hash: str, now: datetime) -> int | None:
        """The same, and the link is used up."""
