"""Acts on the ticked rows of the list: done where they may be, the others named with the reason why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from bot.model.application import Application
from bot.staff.candidates import accept
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, find, title
from bot.staff.moves import move, refusal
from bot.staff.package_intake import receive_these
from bot.staff.recommend_commands import AcceptCandidates

MOST = 200  # rows of one act


class Bulk(StrEnum):
    """What may be done with many at once; the values are the arrows' actions."""

    RECEIVE = "receive"
    ACCEPT = "accept"
    CANDIDATE = "accept_candidate"


OF_OFFICE, OF_BODY = (Bulk.RECEIVE, Bulk.ACCEPT), (Bulk.CANDIDATE,)


def carry_out_many(ask: StaffAsk, action: Bulk, numbers: Sequence[str]) -> str:
    """Do it with all of the numbers that allow it, in one transaction; what is said of it.

    `Refused` where none does. Late ones are not among them: each of those needs a reason of its own.
    """
    found = [find(ask, number) for number in dict.fromkeys(numbers)][:MOST]
    whys = {known.id: refusal(ask, known, action) for known in found}
    ready = [known for known in found if not whys[known.id]]
    left = [_left(ask, known, whys[known.id].split("\n")[0]) for known in found if whys[known.id]]
    if not ready:
        raise Refused("\n".join([ask.say("bulk_none"), *left[:_SHOWN]]))
    _ACTS[action](ask, ready)
    label = next(arrow.label for arrow in ask.clerk.campaign.arrows if arrow.action == action)
    said = [ask.say("bulk_done", act=label, count=len(ready))]
    if left:
        said.append(ask.say("bulk_left", count=len(left)))
    return "\n".join([*said, *left[:_SHOWN]])


def _left(ask: StaffAsk, known: Application, why: str) -> str:
    """Why one was left, with its name where the sentence does not have it."""
    if known.number in why:
        return why
    return ask.say("bulk_left_line", unit=title(ask.clerk.campaign, known), why=why)


_SHOWN = 10  # lines about those that were left


def _receive(ask: StaffAsk, ready: Sequence[Application]) -> None:
    receive_these(ask, ready)


def _accept(ask: StaffAsk, ready: Sequence[Application]) -> None:
    for known in ready:
        move(ask, known, Bulk.ACCEPT)


def _candidates(ask: StaffAsk, ready: Sequence[Application]) -> None:
    accept(ask, AcceptCandidates(tuple(known.number for known in ready)))


_ACTS: dict[Bulk, Callable[[StaffAsk, Sequence[Application]], None]] = {
    Bulk.RECEIVE: _receive,
    Bulk.ACCEPT: _accept,
    Bulk.CANDIDATE: _candidates,
}
