"""Who was told a date by a notice (product page §5.3, C8: the corrected notice goes to all earlier recipients)."""

from __future__ import annotations

import re
from datetime import date

from bot.model.staff import Notice, NoticeDelivery
from bot.ports import Store
from bot.staff.audience import DUE, variables_in

_NOT_TOLD = ("failed", "cancelled")


def told_by_notice(store: Store, day: date) -> frozenset[int]:
    """Everybody to whom a notice went that names the day, or that says the date of whoever reads it."""
    notices = [one for one in store.notices() if one.released_at is not None and _names(one, day)]
    return frozenset(copy.person for one in notices for copy in store.deliveries(one.id) if _was_told(copy))


def _names(notice: Notice, day: date) -> bool:
    spoken = rf"(?<!\d)0?{day.month}\s*[月.]\s*0?{day.day}(?!\d)|{day.isoformat()}"
    return DUE in variables_in(notice.text) or re.search(spoken, notice.text) is not None


def _was_told(copy: NoticeDelivery) -> bool:
    by_message = bool(copy.key) and copy.state not in _NOT_TOLD
    return by_message or copy.confirmed_at is not None or copy.told_at is not None
