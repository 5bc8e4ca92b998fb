"""Applications (申报件) and the people around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who talks to us. `label` is what others may see: the name, else the address."""

    id: int
    address: str
    name: str

    @property
    def label(self) -> str:
        return self.name or self.address


@dataclass(frozen=True, slots=True)
class Application:
    """One unit's application as of now. An empty field is absent from `values`."""

    id: str  # 16 hex digits, random
    number: str  # "2019-017": campaign year and a running number
    holder: int  # the person who fills it
    stage: str  # a stage id of the campaign
    values: Mapping[str, str]
    receipt: str = ""  # of the latest submission: "2019-017-1"
    submissions: int = 0
    # What is on file beside the form: "deck" the SHA-256 of the one that counts, "scans" the printed versions
    # (SHA-256, separated by spaces) of which a stamped scan is registered, "paper" the day it was handed in,
    # "declared_accepted" and "declared_lawful" yes | no | unsure.
    dossier: Mapping[str, str] = field(default_factory=dict)
    body: str = (
        ""  # id of the recommending body (推荐单位); "" while there is none, or none is known by that name
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One value set or emptied (value "")."""

    field: str
    value: str
    previous: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Who fills the application of a unit: all that others may know of it."""

    application: str
    holder: int
    holder_label: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something another turn left for a person, told with the reply to their next message.

    kinds: takeover_asked {application, unit, asker, asker_label, draft} ·
    takeover_granted {application, unit, draft} · takeover_refused {unit}
    """

    id: int
    kind: str
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Visitor:
    """All that a turn needs to know of the person who wrote, read in one go."""

    person: Person
    dialogue: str  # the conversation's state as JSON; "" at first
    applications: tuple[Application, ...]  # held by the person, oldest first
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message answered before: what was said to it."""

    person: int
    replies: tuple[str, ...]
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed version of an application and its code."""

    application: str
    version: str  # SHA-256 over the printed values
    code: str
    sha256: str  # of the file
    printed_at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the append-only log: ids, field names and hashes, never values."""

    action: str
    application: str | None
    person: int | None
    channel: str
    details: Mapping[str, str] = field(default_factory=dict)
