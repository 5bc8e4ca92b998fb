"""The list of messages to send, what each of them is, and what the office does about one that failed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from bot.console.query import OutboxQuery
from bot.model.message import CardUpdate, ConsoleLinkOrder, Recall
from bot.ports import Draft, Store
from bot.ports_console import ListedMessage, Page, Scope
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.standing import log

_NOBODY: Page[ListedMessage, str] = Page((), 0, {})


class Sending(StrEnum):
    """What a message to send is, by its key."""

    REPLY = "reply"  # to what somebody wrote
    REMINDER = "reminder"
    NOTICE = "notice"
    VISIT = "visit"
    ACT = "act"  # tells of what somebody of the staff did
    TEST = "test"  # whether an address works
    ALARM = "alarm"
    OTHER = "other"


_REPLY = re.compile(r"#(?:\d+|card|grey|failed|note\d+|form\d+|page\d+|sheet\d+)(?:~\d+)*$")
_BEGINNINGS = (
    ("remind", Sending.REMINDER),
    ("notice", Sending.NOTICE),
    ("visit", Sending.VISIT),
    ("test:", Sending.TEST),
    ("alarm:", Sending.ALARM),
    ("answer:", Sending.REPLY),
)


def sending_of(key: str) -> Sending:
    """What the message with this idempotency key is."""
    for beginning, sending in _BEGINNINGS:
        if key.startswith(beginning):
            return sending
    if _REPLY.search(key) or key.startswith("mail:"):
        return Sending.REPLY
    return Sending.ACT if "#" in key else Sending.OTHER


def list_outbox(store: Store, scope: Scope, query: OutboxQuery) -> Page[ListedMessage, str]:
    """The page that is asked for; sums by state, whatever state is asked for. Nothing for anybody but the office."""
    return store.list_outbox(query) if scope.everything else _NOBODY


def sent_by_kind(store: Store, since: datetime) -> Mapping[tuple[Sending, str], int]:
    """How many messages were sent since then (machine's clock), by what they are and their channel."""
    return Counter((sending_of(key), channel) for key, channel in store.sent_since(since))


def may_send_again(message: ListedMessage) -> bool:
    """Whether a message can be sent once more: it surely did not arrive, it still makes sense, and no list of
    its own keeps count of it."""
    has_sense = not isinstance(message.body, CardUpdate | Recall | ConsoleLinkOrder)
    return message.state == "failed" and has_sense and sending_of(message.key) is not Sending.NOTICE


def send_again(ask: StaffAsk, delivery: int) -> None:
    """Send a message that failed once more, to the same address. The same one twice is one message.

    `Refused` for all but the office, and for what cannot be sent again: what may have arrived is not repeated.
    """
    found = ask.store.delivery(delivery) if ask.is_office else None
    if found is None:
        raise Refused(ask.say("staff_not_found"))
    if not may_send_again(found):
        raise Refused(ask.say("outbox_not_again"))
    draft = Draft(f"{found.key}~{found.id}", found.channel, found.person, found.address, found.body)
    if ask.store.see_to_delivery(found.id, ask.person.id, ask.now):
        ask.store.queue([draft], ask.clerk.machine_now())
        log(ask, "send_again", delivery=str(delivery))


def see_to_delivery(ask: StaffAsk, delivery: int) -> None:
    """Take a message that failed off the list of what calls for a decision. `Refused` for all but the office."""
    if not ask.is_office:
        raise Refused(ask.say("staff_not_found"))
    if ask.store.see_to_delivery(delivery, ask.person.id, ask.now):
        log(ask, "see_to_delivery", delivery=str(delivery))
