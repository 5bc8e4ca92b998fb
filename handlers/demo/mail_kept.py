"""The demo's mails: every one as it travelled, in a folder, so that they survive a restart."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

INDEX = "mails.json"


@dataclass(frozen=True, slots=True)
class KeptMail:
    """One mail. `arrived` is by the machine's clock, `at` by the campaign's; both aware."""

    id: int  # 1…, in the order of arrival
    to_office: bool
    sender: str  # of the envelope
    receiver: str
    arrived: datetime
    at: datetime


@dataclass(slots=True)
class KeptMails:
    """All mails of one demo. `now` is the machine's clock, `campaign_now` the campaign's."""

    folder: Path
    now: Callable[[], datetime]
    campaign_now: Callable[[], datetime]
    mails: list[KeptMail] = field(default_factory=list)

    def load(self) -> None:
        """What an earlier run kept."""
        self.folder.mkdir(parents=True, exist_ok=True)
        index = self.folder / INDEX
        if index.exists():
            self.mails = [_mail(row) for row in json.loads(index.read_text("utf-8"))]

    def add(self, to_office: bool, sender: str, receiver: str, raw: bytes) -> KeptMail:
        """Keep one more; it is on disk when this returns."""
        mail = KeptMail(len(self.mails) + 1, to_office, sender, receiver, self.now(), self.campaign_now())
        self.path(mail.id).write_bytes(raw)
        self.mails.append(mail)
        partial = self.folder / f"{INDEX}.part"
        partial.write_text(json.dumps([_row(one) for one in self.mails], ensure_ascii=False), "utf-8")
        partial.replace(self.folder / INDEX)
        return mail

    def get(self, number: int) -> KeptMail:
        """The mail with this id; KeyError if there is none."""
        if not 0 < number <= len(self.mails):
            raise KeyError(number)
        return self.mails[number - 1]

    def raw(self, number: int) -> bytes:
        """Its bytes."""
        return self.path(number).read_bytes()

    def path(self, number: int) -> Path:
        return self.folder / f"{number:06}.eml"


def _row(mail: KeptMail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "to_office": mail.to_office,
        "sender": mail.sender,
        "receiver": mail.receiver,
        "arrived": mail.arrived.isoformat(),
        "at": mail.at.isoformat(),
    }


def _mail(row: Mapping[str, Any]) -> KeptMail:
    moments = {name: datetime.fromisoformat(row[name]) for name in ("arrived", "at")}
    return KeptMail(**{**row, **moments})
