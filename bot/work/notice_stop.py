"""A notice that is stopped or recalled: what is not sent is held back, what WeCom still can it takes back.

What was being sent at that moment is settled later; `wind_up` is called until nothing of the notice is on its way.
"""

from __future__ import annotations

from datetime import timedelta

from bot.model.message import Channel, Recall
from bot.model.staff import RECALLED, NoticeState
from bot.ports import Draft, Store
from bot.work.clerk import Clerk
from bot.work.notice_copies import button_key

AT_ONCE = 25  # recalls queued in one transaction
RECALLABLE = timedelta(hours=24)  # after delivery, as the platform says of message/recall


def stop(store: Store, clerk: Clerk, notice: int, state: NoticeState = NoticeState.STOPPED) -> int:
    """Send no more of a notice; how many copies were held back. Pages not yet laid out never are.

    What is being sent at this moment is seen to by `wind_up`.
    """
    store.set_notice(notice, state, None, None)
    store.set_setting(_open(notice), "open")
    return _hold_back(store, clerk, notice)


def wind_up(store: Store, clerk: Clerk) -> bool:
    """Hold or take back the next of what a stopped notice had on its way; whether to ask again at once. A use case.

    Of a recalled one a page of messages is taken back each time, until all are that may be.
    """
    for notice in store.notices():
        if notice.state not in (NoticeState.STOPPED, NoticeState.RECALLED) or not store.setting(
            _open(notice.id)
        ):
            continue
        if notice.state is NoticeState.RECALLED and take_back(store, clerk, notice.id):
            return True
        if not store.is_on_its_way(notice.id):
            store.set_setting(_open(notice.id), "")
        elif _hold_back(store, clerk, notice.id):
            return True
    return False


def take_back(store: Store, clerk: Clerk, notice: int) -> int:
    """Queue the recall of a page of what WeCom has delivered within its time; how many calls.

    The same words to many are one message there: one call takes all of them back.
    """
    now = clerk.machine_now()
    found = store.recallable(notice, now - RECALLABLE, AT_ONCE)
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
    return len(rows)


def _hold_back(store: Store, clerk: Clerk, notice: int) -> int:
    keys = [copy.key for copy in store.deliveries(notice) if copy.state in ("queued", "waiting")]
    machine_now = clerk.machine_now()
    cancelled = store.cancel_outbox(keys, machine_now)
    store.cancel_outbox([button_key(key) for key in keys], machine_now)
    return cancelled


def _open(notice: int) -> str:
    return f"notice:{notice}:winding_up"
