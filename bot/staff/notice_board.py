"""How far a notice has come with each person, from its copies. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.staff import NoticeDelivery

WECOM, MAIL, CALL_SHEET = "wecom", "mail", "call_sheet"


class Standing(StrEnum):
    """The best that can be said of a person, best first. The values end the keys of phrases."""

    CONFIRMED = "confirmed"  # 收到
    TOLD = "told"  # by telephone
    TO_CALL = "to_call"  # on the call sheet, not yet told
    SENT = "sent"
    OPEN = "open"  # queued, being sent, or waiting for another try
    UNSURE = "unsure"  # handed over, no answer came
    FAILED = "failed"
    CANCELLED = "cancelled"


ANSWERED = (Standing.CONFIRMED, Standing.TOLD)
"""Where nothing is left to do for somebody."""


class TakenBack(StrEnum):
    """What became of a recall with somebody, worst first. The values end the keys of phrases."""

    FAILED = "failed"
    TOO_LATE = "too_late"  # beyond the platform's day, or it gave no id to recall by
    BY_MAIL = "by_mail"  # a mail cannot be taken back
    UNDER_WAY = "under_way"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Reached:
    """One person and all their copies, repeated sendings included, oldest first."""

    person: int
    name: str
    copies: tuple[NoticeDelivery, ...]

    @property
    def label(self) -> str:
        """What staff read: the name, else an address."""
        return self.name or next((copy.address for copy in self.copies if copy.address), str(self.person))

    @property
    def standing(self) -> Standing:
        """Where this person stands."""
        return min((_standing(copy) for copy in self.copies), key=_ORDER.index)

    @property
    def was_shown(self) -> bool:
        """Whether the person has, or may have, read it: a correction goes to these."""
        return any(
            copy.state in ("sent", "unsure", "sending") or copy.confirmed_at or copy.told_at
            for copy in self.copies
        )

    def taken_back(self, since: datetime) -> TakenBack | None:
        """What a recall comes to with this person: the worst of the copies they were shown; None if none was.

        `since`: what was delivered before cannot be taken back (machine's clock).
        """
        fates = [fate for copy in self.copies if (fate := copy_taken_back(copy, since)) is not None]
        return min(fates, key=_WORST.index, default=None)

    @property
    def failed(self) -> tuple[NoticeDelivery, ...]:
        """Per channel the latest sending, where that one failed."""
        latest = {channel_of(copy): copy for copy in self.copies}
        return tuple(copy for copy in latest.values() if copy.state == "failed")

    def has(self, channel: str) -> bool:
        """Whether there is a copy on this channel."""
        return any(channel_of(copy) == channel for copy in self.copies)


_ORDER = list(Standing)
_STATES = {
    "sent": Standing.SENT,
    "unsure": Standing.UNSURE,
    "failed": Standing.FAILED,
    "cancelled": Standing.CANCELLED,
}


def _standing(copy: NoticeDelivery) -> Standing:
    if copy.confirmed_at is not None:
        return Standing.CONFIRMED
    if copy.told_at is not None:
        return Standing.TOLD
    if copy.channel == CALL_SHEET:
        return Standing.TO_CALL
    return _STATES.get(copy.state, Standing.OPEN)


_WORST = list(TakenBack)
_RECALLS = {"sent": TakenBack.DONE, "failed": TakenBack.FAILED, "unsure": TakenBack.FAILED,
            "cancelled": TakenBack.FAILED}  # fmt: skip


def copy_taken_back(copy: NoticeDelivery, since: datetime) -> TakenBack | None:
    """What a recall comes to with one copy, as `Reached.taken_back` has it; None of one that was not shown."""
    if copy.state not in ("sent", "unsure", "sending"):
        return None
    if channel_of(copy) == MAIL:
        return TakenBack.BY_MAIL
    if copy.recall:
        return _RECALLS.get(copy.recall, TakenBack.UNDER_WAY)
    if copy.state == "sending":
        return TakenBack.UNDER_WAY
    in_time = copy.remote_id and copy.sent_at is not None and copy.sent_at >= since
    return TakenBack.UNDER_WAY if in_time else TakenBack.TOO_LATE


def channel_of(copy: NoticeDelivery) -> str:
    """The channel without the number of a repeated sending: wecom/2 is wecom."""
    return copy.channel.partition("/")[0]


def by_person(deliveries: Iterable[NoticeDelivery]) -> list[Reached]:
    """The copies of each person together, in the order of their first copy."""
    copies: dict[int, list[NoticeDelivery]] = {}
    for copy in deliveries:
        copies.setdefault(copy.person, []).append(copy)
    return [Reached(person, theirs[0].name, tuple(theirs)) for person, theirs in copies.items()]


def again(channel: str, copies: Sequence[NoticeDelivery]) -> str:
    """The name under which a channel is tried once more: wecom, then wecom/2, wecom/3."""
    before = sum(channel_of(copy) == channel for copy in copies)
    return f"{channel}/{before + 1}" if before else channel
