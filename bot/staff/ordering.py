"""Ranking in chat: shown, changed, refused where it would tie or leave a gap (product page §5.2, B6)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from bot.model.application import Application
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.finding import Refused, find, title
from bot.staff.ranking import Order, Wrong, placed, reordered, swapped
from bot.staff.recommend_commands import Place, Reorder, Swap
from bot.staff.recommend_words import read_figure
from bot.staff.routes import left_place
from bot.staff.standing import (
    Standing,
    balance_hint,
    body_name,
    log,
    order_lines,
    own_body,
    standing_of,
    tell_office,
)

PENDING_ORDER = "order"


def show_order(ask: StaffAsk) -> StaffAnswer:
    """The order, and how to change it."""
    now = standing_of(ask, own_body(ask))
    if not now.order:
        return answer(ask.say("recommend_no_candidates"))
    keep_shown(ask, now)
    how = "recommend_order_sent" if now.sent else "recommend_order_how"
    lines = [ask.say("recommend_order", order=order_lines(ask, now.order)), ask.say(how)]
    return answer("\n".join([*lines, balance_hint(ask, now.order)]), pending=pending(PENDING_ORDER))


def change_order(ask: StaffAsk, wish: Place | Swap | Reorder) -> StaffAnswer | None:
    """Carry out a wish; None if it cannot be one, as there is nobody to rank."""
    now = standing_of(ask, own_body(ask))
    if not now.order:
        return None
    shown = _shown(ask, now.body)
    if shown is None and _counts_places(wish):
        return _show_first(ask, now)
    if shown is not None and shown != now.ids:
        return _show_changed(ask, now, shown)
    wished = _wished(ask, now, wish)
    if isinstance(wished, Wrong):
        keep_shown(ask, now)
        return answer(_why(ask, now.order, wished), pending=pending(PENDING_ORDER))
    if wished == now.ids:
        keep_shown(ask, now)
        return answer(
            ask.say("recommend_order_same", order=order_lines(ask, now.order)), pending=pending(PENDING_ORDER)
        )
    return _ask_correction(ask, now, wished) if now.sent else _rank(ask, now, wished)


class OrderChanged(Refused):
    """Somebody changed the order since it was shown; nothing is done."""


def set_order(ask: StaffAsk, seen: Order, wished: Sequence[str]) -> StaffAnswer:
    """Put a body's candidates in an order wished for by somebody who saw `seen`.

    `OrderChanged` if the order is another by now, `Refused` where the wish ties, leaves somebody out or names
    a stranger. A sent order is not changed: the change is put to the office.
    """
    now = standing_of(ask, own_body(ask))
    if seen != now.ids or set(wished) - set(now.ids):
        raise OrderChanged(ask.say("recommend_order_moved"))
    order = reordered(now.ids, wished)
    if isinstance(order, Wrong):
        raise Refused(_why(ask, now.order, order))
    if order == now.ids:
        return answer(ask.say("recommend_order_same", order=order_lines(ask, now.order)))
    return _ask_correction(ask, now, order) if now.sent else _rank(ask, now, order)


def keep_shown(ask: StaffAsk, now: Standing) -> None:
    """Remember which order this person sees, so that places mean what they saw."""
    ask.store.set_setting(_shown_key(ask, now.body), json.dumps(now.ids))


def pending(kind: str, **facts: str) -> str:
    """What is left open, for the next message."""
    return json.dumps({"kind": kind, **facts}, ensure_ascii=False)


def _rank(ask: StaffAsk, now: Standing, wished: Order) -> StaffAnswer:
    ask.store.set_ranking(now.body, wished)
    log(ask, "rank", body=now.body, before=" ".join(now.ids), after=" ".join(wished))
    changed = standing_of(ask, now.body)
    keep_shown(ask, changed)
    said = ask.say("recommend_ranked", before=_places(now.ids, wished), order=order_lines(ask, changed.order))
    return answer(f"{said}\n{balance_hint(ask, changed.order)}", pending=pending(PENDING_ORDER))


def _places(before: Order, after: Order) -> str:
    """Which earlier places the new order is made of: 3、1、2."""
    return "、".join(str(before.index(known) + 1) for known in after)


def _ask_correction(ask: StaffAsk, now: Standing, wished: Order) -> StaffAnswer:
    """What was sent is changed by the office alone, on a stamped correction."""
    wanted = [known for each in wished for known in now.order if known.id == each]
    request = {"order": list(wished), "by": ask.person.id, "at": ask.now.isoformat()}
    ask.store.set_setting(correction_key(ask, now.body), json.dumps(request))
    log(ask, "ask_correction", body=now.body, before=" ".join(now.ids), after=" ".join(wished))
    facts = {
        "body": body_name(ask, now.body),
        "old": order_lines(ask, now.order),
        "new": order_lines(ask, wanted),
    }
    told = ask.say("recommend_correction_task", **facts)
    ask.store.alarm(f"correction:{now.body}:{ask.now.isoformat()}", told, ask.clerk.machine_now())
    tell_office(ask, "correction", told)
    return answer(ask.say("recommend_correction", office=ask.clerk.campaign.contact.office_short, **facts))


def correction_key(ask: StaffAsk, body: str) -> str:
    """Under which a wished change of a sent order is kept until the office decides."""
    return f"correction:{ask.clerk.campaign.id}:{body}"


def gap_key(ask: StaffAsk, body: str) -> str:
    """Under which the units are kept that are gone and whose places stay empty; the office decided so."""
    return f"{correction_key(ask, body)}:gap"


def open_gaps(ask: StaffAsk, now: Standing) -> list[Application]:
    """Units gone from a sent order of which it is not decided whether the later ones move up."""
    gone = [known for known in now.order if now.sent and left_place(ask.clerk.campaign, known.stage)]
    kept = json.loads(ask.store.setting(gap_key(ask, now.body)) or "[]") if gone else []
    return [known for known in gone if known.id not in kept]


def _wished(ask: StaffAsk, now: Standing, wish: Place | Swap | Reorder) -> Order | Wrong:
    def named(word: str) -> str:
        known = find(ask, word, now.order)
        if known.id not in now.ids:
            unit = title(ask.clerk.campaign, known)
            raise Refused(ask.say("recommend_not_candidate", unit=unit))
        return known.id

    match wish:
        case Swap(one, other):
            return swapped(now.ids, named(one), named(other))
        case Reorder(which):
            return reordered(now.ids, [named(word) for word in which])
        case Place(ranks):
            return _placed(now.ids, [(named(word), rank) for word, rank in ranks])


def _placed(order: Order, ranks: Sequence[tuple[str, int]]) -> Order | Wrong:
    """As `placed`; a unit that is given two ranks is named twice."""
    given = [known for known, _ in ranks]
    twice = tuple(known for known in order if given.count(known) > 1)
    return Wrong(twice=twice) if twice else placed(order, dict(ranks))


def _why(ask: StaffAsk, order: Sequence[Application], wrong: Wrong) -> str:
    campaign = ask.clerk.campaign
    by_id = {known.id: known for known in order}

    def units(ids: Sequence[str]) -> str:
        return "、".join(title(campaign, by_id[known]) for known in ids)

    def places(ranks: Sequence[int]) -> str:
        return "、".join(str(rank) for rank in ranks)

    said: list[tuple[object, Callable[[], str]]] = [
        (wrong.ties, lambda: ask.say("recommend_ties", ranks=places(wrong.ties))),
        (wrong.gaps, lambda: ask.say("recommend_gaps", ranks=places(wrong.gaps))),
        (wrong.beyond, lambda: ask.say("recommend_beyond", ranks=places(wrong.beyond), count=len(order))),
        (wrong.twice, lambda: ask.say("recommend_twice", units=units(wrong.twice))),
        (wrong.missing, lambda: ask.say("recommend_left_out", units=units(wrong.missing))),
    ]
    reasons = "".join(line() for found, line in said if found)
    return ask.say(
        "recommend_order_refused", reasons=reasons, order=order_lines(ask, order), count=len(order)
    )


def _show_first(ask: StaffAsk, now: Standing) -> StaffAnswer:
    """Places mean nothing to somebody who never saw the order."""
    keep_shown(ask, now)
    said = ask.say("recommend_order_first", order=order_lines(ask, now.order))
    return answer(said, pending=pending(PENDING_ORDER))


def _show_changed(ask: StaffAsk, now: Standing, shown: Order) -> StaffAnswer:
    """Somebody else changed the order meanwhile: nothing is done, both are shown."""
    seen = [known for each in shown if (known := ask.store.application(each)) is not None]
    seen = [known for known in seen if known.body == now.body]
    keep_shown(ask, now)
    said = ask.say("recommend_order_changed", seen=order_lines(ask, seen), order=order_lines(ask, now.order))
    return answer(said, pending=pending(PENDING_ORDER))


def _shown(ask: StaffAsk, body: str) -> Order | None:
    kept = ask.store.setting(_shown_key(ask, body))
    return tuple(json.loads(kept)) if kept else None


def _shown_key(ask: StaffAsk, body: str) -> str:
    return f"order_shown:{ask.clerk.campaign.id}:{body}:{ask.person.id}"


def _counts_places(wish: Place | Swap | Reorder) -> bool:
    """Whether a wish names units by their places."""
    match wish:
        case Place(ranks):
            words = [word for word, _ in ranks]
        case Swap(one, other):
            words = [one, other]
        case Reorder(which):
            words = list(which)
    return any(read_figure(word) is not None for word in words)
