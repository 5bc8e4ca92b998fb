"""How long what is typed may be: it is refused with both numbers, never cut."""

from __future__ import annotations

from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused

REASON = 500  # characters
NAME = 20  # of a person


def within(ask: StaffAsk, what: str, text: str, most: int) -> str:
    """The text as it is. `Refused` where it has more characters than that; `what` is the field as it is labelled."""
    if len(text) > most:
        raise Refused(ask.say("typed_too_long", what=what, limit=most, count=len(text)))
    return text
