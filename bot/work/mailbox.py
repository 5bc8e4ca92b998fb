"""A mailbox as the intake sees it: the port that `handlers/mail/imap` implements, its values and its troubles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

MAX_SIZE = 100 * 1024 * 1024
"""Bytes. Of a message above this only the header is kept; the mailboxes in use take up to 71,680,000."""


@dataclass(frozen=True, slots=True)
class Folder:
    """`junk`: the server files suspicious mail there. Its mail is taken, but never answered by itself."""

    name: str
    junk: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder as it is now. `uids` are those at or above the one asked for, ascending."""

    folder: Folder
    uid_validity: int
    uids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A message on the server. Together the first three are its place."""

    folder: Folder
    uid_validity: int
    uid: int
    size: int  # bytes, as the server says
    arrived_at: datetime | None  # at the server, by its clock, aware; None: it does not say


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message on this disk: `size` is the real one, or the server's where only the header was fetched."""

    sha256: str  # of the bytes in the file
    size: int


class Trouble(StrEnum):
    """Why a mailbox cannot be read."""

    LOGIN = "login"  # the code is refused: knocking again soon makes it worse
    UNSAFE_LOGIN = "unsafe_login"  # logged in, but the folders are closed to us: likewise
    UNREACHABLE = "unreachable"  # no connection, or it broke: worth another try


class MailboxTrouble(Exception):
    """The mailbox cannot be read now. `text` says to staff what is wrong and what to do."""

    def __init__(self, kind: Trouble, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind
        self.text = text


class FolderTrouble(Exception):
    """One folder cannot be opened; the others may."""


class MessageTrouble(Exception):
    """One message cannot be fetched now; the connection is still good for the others."""


class Mailbox(Protocol):
    """One connection to a mailbox. Every method blocks; one is called at a time, in any thread.

    Each may raise `MailboxTrouble`; the connection is then gone, and the next `connect` makes a new one.
    """

    account: str

    def connect(self) -> bool:
        """Log in, unless it still is: whether the connection is new."""

    def folders(self) -> Sequence[Folder]:
        """The folders to read."""

    def open(self, folder: Folder, since: int) -> Opened:
        """The messages with a UID of at least `since`; `FolderTrouble` if it cannot be opened."""

    def describe(self, opened: Opened, uids: Collection[int]) -> Sequence[Found]:
        """Size and arrival of these messages; what the server says nothing of is left out."""

    def fetch(self, found: Found, path: Path) -> Fetched:
        """Write the message into a new file, on disk when this returns; `MessageTrouble` if it cannot be had."""

    def mark_read(self, found: Found) -> None:
        """Flag the message as seen; `MessageTrouble` if the server refuses."""

    def rescue(self, found: Found) -> None:
        """Move the message to the INBOX; `MessageTrouble` if the server refuses."""

    def wait(self, seconds: float) -> bool:
        """Wait for new mail if the server can tell; False at once if it cannot."""

    def interrupt(self) -> None:
        """Let whatever blocks in another thread fail."""

    def close(self) -> None:
        """Log out, as far as the server lets us."""
