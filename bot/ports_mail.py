"""What the use cases need to remember of mail: the part of `bot.ports.Store` about mails, materials and uploads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.model.kept_mail import KeptMail, MailAnswer
from bot.model.linked_mail import LinkedMail
from bot.model.mail import (
    Arrival,
    MailOutcome,
    MailRecord,
    Material,
    MaterialState,
    ParsedMail,
    Settled,
    Upload,
)
from bot.model.message import Channel


class MailStore(Protocol):
    """Lives for one transaction, as `bot.ports.Store` says."""

    # mail
    def keep_mail(self, arrival: Arrival) -> tuple[int, bool]:
        """Record a raw message: its id, and whether its bytes are new. The same place twice is one record.

        The same bytes from another place are the earlier record, which then counts one more arrival.
        """

    def places(self, account: str, folder: str, uid_validity: int) -> set[int]:
        """The UIDs of a folder that are on record."""

    def has_mail(self, sha256: str) -> bool:
        """Whether a message of exactly these bytes is on record."""

    def open_mail(self, limit: int) -> Sequence[MailRecord]:
        """Mail not yet decided, oldest arrival first."""

    def mail(self, mail: int) -> MailRecord | None:
        """The mail with this id."""

    def count_attempt(self, mail: int, error: str) -> int:
        """One more failed attempt to read a mail; how many there were."""

    def settle_mail(self, mail: int, parsed: ParsedMail, settled: Settled) -> None:
        """Write down what was decided about a mail, and its attachments. Again after a replay: replaced."""

    def thread(self, message_ids: Sequence[str]) -> Sequence[tuple[str, str]]:
        """For those of the message ids that are known: (application id, address our mail went to).

        A mail of ours gives the address it was sent to; a filed mail of somebody else gives "".
        """

    def sent_mail(self, message_id: str, application: str | None, address: str) -> None:
        """Remember that a mail of ours with this id, about this application, goes to this address."""

    def replies_since(self, address: str, since: datetime) -> int:
        """How many mails were queued for an address since then (machine's clock)."""

    def linked_mail(self, after: int, limit: int) -> Sequence[LinkedMail]:
        """Filed mails of applications that link to files, by id beyond `after`, until `close_links`."""

    def close_links(self, mail: int) -> None:
        """Nothing more is to be done about the links of this mail."""

    def open_links(self, mail: int) -> None:
        """Undo `close_links`: a person wants a link of this mail looked at again."""

    # a mail as staff see it
    def kept_mail(self, mail: int) -> KeptMail | None:
        """The mail with this id and everything on record of it."""

    def mail_answers(self, sha256: str) -> Sequence[MailAnswer]:
        """What was queued because of the mail with these bytes, oldest first."""

    def mark_mail(self, mail: int, outcome: MailOutcome, reason: str) -> None:
        """Change what became of a mail and why; everything else of it stays."""

    def is_unreachable(self, channel: Channel, address: str) -> bool:
        """Whether an address is marked as one that cannot be reached."""

    # materials: decks, stamped scans and forms on file
    def materials(self, application: str) -> Sequence[Material]:
        """Everything on file for an application, by kind and version."""

    def materials_of_body(self, body: str) -> Mapping[str, Sequence[Material]]:
        """The same of each of a body's applications that has something on file."""

    def add_material(self, material: Material) -> Material:
        """Keep one more version; returned with its id and version."""

    def set_material(self, material: int, state: MaterialState, code: str = "", printed: str = "") -> None:
        """Change the state of a version; `code` and `printed`, if given, bind a scan to a print."""

    def unpictured(self, limit: int) -> Sequence[Material]:
        """Decks of whose pages no pictures were made yet, oldest first."""

    def set_pictures(self, material: int, pictures: Sequence[str]) -> None:
        """The pictures (SHA-256) of a deck's pages, in order; none where they cannot be made."""

    # uploads (machine's clock)
    def add_upload(self, upload: Upload) -> None:
        """Open an upload."""

    def upload(self, upload: str, now: datetime) -> Upload | None:
        """The upload with this id, unless it has expired."""

    def advance_upload(self, upload: str, offset: int, sha256: str = "", told: str = "") -> None:
        """Note how much has arrived and, when it is registered, what it is and what the person is told."""

    def uploads(self, application: str, person: int, now: datetime) -> Sequence[Upload]:
        """The uploads of a person for an application that have not expired, oldest first."""

    def complete_uploads(self) -> Sequence[Upload]:
        """The uploads that have arrived whole and are not yet registered (`sha256` is empty)."""

    def expired_uploads(self, now: datetime) -> Sequence[str]:
        """The ids of uploads that expired before they were whole."""

    def drop_upload(self, upload: str) -> None:
        """Forget an upload; nothing if there is none."""
