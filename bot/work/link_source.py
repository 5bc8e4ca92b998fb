"""What fetching a linked file is to the rest: the port, what comes of it, and why nothing came."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.model.mail import Link


class Failure(StrEnum):
    """Why a linked file was not fetched; also what staff read as the reason."""

    EXPIRED = "expired"  # by the date the mail gave
    REFUSED = "refused"  # the provider offers no file: expired, withdrawn, wants a log-in
    FOREIGN = "foreign"  # led to an address that is none of the provider's
    NOT_A_FILE = "not_a_file"  # a page or a text instead
    TOO_LARGE = "too_large"
    NO_SPACE = "no_space"  # of the disk
    TIMED_OUT = "timed_out"
    BROKEN = "broken"  # no connection, or it ended before the file did
    INTERRUPTED = "interrupted"  # this service was stopped meanwhile


class LinkFailed(Exception):
    """A linked file that was not fetched."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was fetched. `name` as the provider calls it, "" if it does not say."""

    sha256: str
    size: int  # bytes
    name: str = ""


class LinkSource(Protocol):
    """Fetches files that mails link to."""

    def knows(self, link: Link) -> bool:
        """Whether this kind of link can be fetched at all."""

    async def fetch(self, link: Link, path: Path, at_most: int) -> Fetched:
        """Write the file to `path`, at most so many bytes; `LinkFailed` for whatever goes wrong there."""

    async def close(self) -> None:
        """Let its connections go."""
