"""What the office is warned of: open alarms, incidents it writes down itself, and their end."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.people import office_only
from bot.staff.standing import log

LONGEST_INCIDENT = 300  # characters
_INCIDENT = "incident:"
_MAIL = re.compile(
    r"(?:intake:unreadable|bounce|link_fetch:link):([0-9]{1,12})\b|link:[0-9-]+:([0-9]{1,12}):"
)
_NUMBER = re.compile(r"(?:route|link):([0-9]{4}-[0-9]{3,5})\b")


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """One alarm. `at` by the machine's clock."""

    kind: str  # names it; there is one open of a kind
    text: str
    at: datetime
    mail: int | None  # the mail that it is about
    number: str  # of the application it is about; "" for none
    is_incident: bool  # written down by the office


def list_alarms(ask: StaffAsk) -> Sequence[OpenAlarm]:
    """Every open alarm, the latest first. `Refused` for all but the office."""
    office_only(ask)
    return [alarm_of(kind, text, at) for kind, text, at in reversed(ask.store.open_alarms())]


def close_alarm(ask: StaffAsk, kind: str) -> None:
    """Take an alarm off the list: somebody has seen to it. What is still wrong is raised again."""
    office_only(ask)
    if ask.store.close_alarm(kind, ask.clerk.machine_now()):
        log(ask, "close_alarm", alarm=kind)


def note_incident(ask: StaffAsk, text: str) -> None:
    """Write down what the office heard of in another way, such as a bounced mail that a unit telephoned about."""
    office_only(ask)
    said = " ".join(text.split())
    if not said:
        raise Refused(ask.say("incident_empty"))
    if len(said) > LONGEST_INCIDENT:
        raise Refused(ask.say("incident_long", limit=LONGEST_INCIDENT, count=len(said)))
    now = ask.clerk.machine_now()
    kind = f"{_INCIDENT}{ask.inbound.key or ask.now.isoformat()}"
    if ask.store.alarm(kind, ask.say("incident_noted", name=ask.person.label, text=said), now):
        log(ask, "note_incident", alarm=kind, text=hashlib.sha256(said.encode()).hexdigest())


def alarm_of(kind: str, text: str, at: datetime) -> OpenAlarm:
    """An alarm with what its kind says it is about."""
    mail, number = _MAIL.match(kind), _NUMBER.match(kind)
    about = int(mail[1] or mail[2]) if mail else None
    return OpenAlarm(kind, text, at, about, number[1] if number else "", kind.startswith(_INCIDENT))
