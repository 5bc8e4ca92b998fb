"""Listing who gets a notice that has to do with very many copies: a portion of people in each transaction.

Who read the notice that another corrects, and to whom it could not be delivered, is known only from its copies, of
which there may be tens of thousands. So the act says only that they are to be listed, and `list_next` is called
until all are. How far it has come is on record: a process that dies goes on there.
"""

from __future__ import annotations

import json
from enum import StrEnum

from bot.model.staff import Meant, NoticeState, listings
from bot.ports import Store
from bot.work.clerk import Clerk
from bot.work.notice_stop import AT_ONCE as HELD_AT_ONCE

FEW = 300  # people with copies of whom to look at all is enough for one transaction
AT_ONCE = 400  # people looked at in one transaction: some milliseconds


class Source(StrEnum):
    """Whose copies are looked at, and what for."""

    READERS = "readers"  # of the notice that is corrected: they get the correction
    FAILED = "failed"  # of the notice itself: what failed is sent once more


def are_many(store: Store, notice: int) -> bool:
    """Whether more people have copies of a notice than one transaction should look at."""
    last = store.last_of_people(notice, 0, FEW)
    return bool(last and store.last_of_people(notice, last, 1))


def begin_listing(store: Store, clerk: Clerk, notice: int, source: Source) -> None:
    """Have people listed for a notice from now on; nothing if they are being listed already."""
    kept = _kept(store, clerk)
    if str(notice) not in kept:
        _keep(store, clerk, {**kept, str(notice): (source, 0)})


def is_listing(store: Store, clerk: Clerk, notice: int) -> bool:
    """Whether people of a notice are still being listed."""
    return str(notice) in _kept(store, clerk)


def list_next(store: Store, clerk: Clerk) -> bool:
    """List the next portion of people; whether there was any. A use case (lock `LOCK` of `bot.work.broadcast`)."""
    kept = _kept(store, clerk)
    if not kept:
        return False
    number, (source, after) = next(iter(kept.items()))
    notice = store.notice(int(number))
    last = 0
    if notice is not None and notice.state is NoticeState.RELEASED:
        if source == Source.FAILED:
            last = store.last_of_people(notice.id, after, AT_ONCE)
            store.list_failed(notice.id, after, last)
        elif notice.replaces is not None:
            if store.hold_back(notice.replaces, clerk.machine_now(), HELD_AT_ONCE):
                return True  # nobody may get the old one any more once its readers are listed
            last = store.last_of_people(notice.replaces, after, AT_ONCE)
            store.list_recipients(notice.id, Meant(read=notice.replaces), after, last)
    if last:
        kept[number] = (source, last)
    else:
        del kept[number]
    _keep(store, clerk, kept)
    return True


def _kept(store: Store, clerk: Clerk) -> dict[str, tuple[str, int]]:
    """Notice → whose copies are looked at, and the last person who was."""
    return json.loads(store.setting(listings(clerk.campaign.id)) or "{}")  # type: ignore[no-any-return]


def _keep(store: Store, clerk: Clerk, kept: dict[str, tuple[str, int]]) -> None:
    store.set_setting(listings(clerk.campaign.id), json.dumps(kept))
