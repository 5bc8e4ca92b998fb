"""Who of the office did what with a mail, oldest first: ids and times only, beside the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.ports import Store

_KEY = "mail_acts:{mail}"
_MOST = 100


class MailAct(StrEnum):
    ATTACH = "attached_by_staff"
    REPLAY = "replayed_by_staff"
    REPLY = "answered_by_staff"
    DISCARD = "discarded_by_staff"
    FETCH = "link_asked_for"
    SETTLE_LINKS = "links_settled"


@dataclass(frozen=True, slots=True)
class Remembered:
    """One act. `at` by the campaign clock."""

    at: datetime
    person: int
    act: MailAct


def remember(store: Store, mail: int, act: MailAct, person: int, at: datetime) -> None:
    """Add an act; of very many the first and the latest stay."""
    lines = _lines(store, mail)
    lines.append(f"{at.isoformat()} {person} {act}")
    if len(lines) > _MOST:
        del lines[1]
    store.set_setting(_KEY.format(mail=mail), "\n".join(lines))


def remembered(store: Store, mail: int) -> Sequence[Remembered]:
    """What was done."""
    found = (line.split(" ") for line in _lines(store, mail))
    return [Remembered(datetime.fromisoformat(at), int(person), MailAct(act)) for at, person, act in found]


def _lines(store: Store, mail: int) -> list[str]:
    return (store.setting(_KEY.format(mail=mail)) or "").splitlines()
