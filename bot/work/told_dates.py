"""Who was told a date by a notice (product page §5.3, C8: the corrected notice goes to all earlier recipients)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bot.model.day_words import find_day, plain
from bot.model.staff import Notice
from bot.ports import Store
from bot.staff.audience import DUE, variables_in


def told_by_notice(store: Store, day: date, zone: ZoneInfo) -> frozenset[int]:
    """Everybody to whom a notice went that names the day, or that says the date of whoever reads it."""
    notices = [one for one in store.notices() if names_day(one, day, zone)]
    return frozenset(person for one in notices for person in store.people_told(one.id))


def names_day(notice: Notice, day: date, zone: ZoneInfo) -> bool:
    """Whether a notice names the day; 25日, 本月25日 and the like as on the day of its release."""
    if notice.released_at is None:
        return False
    if DUE in variables_in(notice.text):
        return True
    text, released = plain(notice.text), notice.released_at.astimezone(zone).date()
    while True:
        found = find_day(text, released)
        if found.day == day:
            return True
        if len(found.rest) >= len(text):  # nothing was taken out: there is no further day
            return False
        text = found.rest
