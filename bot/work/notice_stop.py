"""A notice that is stopped or recalled: what is not sent is held back, what WeCom still can it takes back.

What was being sent at that moment is settled later; `wind_up` is called until nothing of the notice is on its way.
"""

from __future__ import annotations

from datetime import timedelta

from bot.model.message import Channel, Recall
from bot.model.staff import RECALLED, NoticeState, winding_up
from bot.ports import Draft, Store
from bot.work.clerk import Clerk

AT_ONCE = 500  # messages cancelled in one transaction, of those that come next: some milliseconds
LOOKED_AT = 100  # copies of which in one transaction those are taken back that can be
RECALLABLE = timedelta(hours=24)  # after delivery, as the platform says of message/recall
_ALL = 1_000_000_000
_HOLD, _FIRST, _LAST = "hold", "first", "last"
"""What is being done; there are two looks, the last for what was being sent during the first."""


def stop(store: Store, clerk: Clerk, notice: int, state: NoticeState = NoticeState.STOPPED) -> None:
    """Send no more of a notice: whoever has no copy gets none, and of the others those that come next are held.

    The rest, and what is being sent at this moment, is seen to by `wind_up`.
    """
    store.set_notice(notice, state, None, None)
    store.strike_recipients(notice)
    store.set_setting(winding_up(notice), _HOLD)
    store.hold_back(notice, clerk.machine_now(), AT_ONCE)
    if state is NoticeState.RECALLED:
        _take_back(store, clerk, notice, _HOLD)


def hold_back_all(store: Store, clerk: Clerk, notice: int) -> None:
    """Hold back all that is not being sent, however long it takes."""
    store.hold_back(notice, clerk.machine_now(), _ALL)


def wind_up(store: Store, clerk: Clerk) -> bool:
    """Hold or take back the next of what a stopped notice had on its way; whether to ask again at once. A use case.

    Of a recalled one a portion of messages is taken back each time, until all are that may be.
    """
    for notice in store.notices():
        if notice.state not in (NoticeState.STOPPED, NoticeState.RECALLED):
            continue
        mark = store.setting(winding_up(notice.id))
        if mark and _go_on(store, clerk, notice.id, notice.state is NoticeState.RECALLED, mark):
            return True
    return False


def _go_on(store: Store, clerk: Clerk, notice: int, is_recalled: bool, mark: str) -> bool:
    """The next portion; whether there is another at once."""
    is_holding = mark.startswith(_HOLD)
    if is_recalled and not is_holding and _take_back(store, clerk, notice, mark):
        return True
    if store.hold_back(notice, clerk.machine_now(), AT_ONCE):
        return True
    if is_recalled and is_holding:
        store.set_setting(winding_up(notice), mark.replace(_HOLD, _FIRST))
        return True
    if store.is_on_its_way(notice):
        return False
    is_over = not is_recalled or mark.startswith(_LAST)
    store.set_setting(winding_up(notice), "" if is_over else _LAST)
    return not is_over


def _take_back(store: Store, clerk: Clerk, notice: int, mark: str) -> bool:
    """Queue the recall of what WeCom has delivered in time, among the next copies; whether there were copies.

    The same words to many are one message there: one call takes all of them back.
    """
    now = clerk.machine_now()
    step, _, after = mark.partition(" ")
    last, found = store.recallable(notice, now - RECALLABLE, int(after or 0), LOOKED_AT)
    if not last:
        return False
    rows = [
        Draft(
            f"{RECALLED}{remote_id}",
            Channel.WECOM,
            person,
            address,
            Recall(tuple(remote_id.split("|"))),
            once=True,
        )
        for remote_id, person, address in found
    ]
    store.queue(rows, now)
    store.set_setting(winding_up(notice), f"{step} {last}")
    return True
