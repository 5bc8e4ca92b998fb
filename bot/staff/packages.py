"""Packages (推荐包): what a body sends upward in one act, and what the office does with it (product page §5.2, B8)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.documents.deck_json import report_from_json
from bot.documents.form_version import version_of
from bot.model.application import Application
from bot.model.mail import FileKind, Material, MaterialState
from bot.model.message import Channel, Choice
from bot.model.spoken import spoken_time
from bot.model.staff import Package
from bot.review.debts import Debt, debt_labels, owes
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.finding import Refused, addresses, title
from bot.staff.moves import move, unit_of
from bot.staff.ordering import open_gaps, pending
from bot.staff.stage_words import stage_label
from bot.staff.standing import (
    CANDIDATE,
    RETURNED,
    SUBMITTED,
    Standing,
    balance_hint,
    body_name,
    log,
    order_lines,
    own_body,
    standing_of,
    tell_office,
)
from bot.staff.tell import tell
from bot.staff.two_routes import Others, dropped_for, find_twins, open_twins, route_facts
from bot.work.carry_out import row_key

PENDING_SEND, PENDING_ZERO = "send", "zero"


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What would be sent: `items` are the units in their order, `digest` what a confirmation refers to."""

    head: str
    items: tuple[str, ...]
    notes: tuple[str, ...]
    digest: str


def reading_back(ask: StaffAsk) -> ReadBack:
    """What would be sent, in order, with what is still missing. `Refused` says what has to be done first."""
    now = _sendable(ask)
    campaign = ask.clerk.campaign
    filed = ask.store.materials_of_body(now.body)
    items = [
        _item_line(ask, rank, known, filed.get(known.id, ())) for rank, known in enumerate(now.order, start=1)
    ]
    papers = sum(Debt.PAPER in owes(campaign, known) for known in now.order)
    is_late, on_page = campaign.is_late(ask.now), ask.inbound.channel is Channel.CONSOLE
    notes = []
    if not is_late and any(set(owes(campaign, known)) - {Debt.PAPER} for known in now.order):
        words, email = campaign.deadline_words, campaign.contact.email
        notes.append(ask.say("recommend_send_missing", words=words, email=email))
    if papers:
        notes.append(ask.say("recommend_send_papers", count=papers, address=campaign.contact.address))
    notes += _left_behind(ask, now.body)
    notes.append(balance_hint(ask, now.order))
    if len(now.order) > 1:
        notes.append(ask.say("recommend_send_opinion_page" if on_page else "recommend_send_opinion"))
    if is_late:
        notes.append(ask.say("recommend_send_late", words=campaign.deadline_words, **addresses(ask)))
    notes.append(ask.say("recommend_send_confirm_page" if on_page else "recommend_send_confirm"))
    head = ask.say("recommend_send_head", body=body_name(ask, now.body), count=len(now.order))
    return ReadBack(head, tuple(items), tuple(notes), package_digest(ask, now))


def read_back(ask: StaffAsk) -> StaffAnswer:
    """The same as it is told; nothing is sent yet."""
    found = reading_back(ask)
    choices = (Choice(ask.say("recommend_button_send"), "确认上报"),)
    text = "\n".join((found.head, *found.items, *found.notes))
    return answer(text, choices=choices, pending=pending(PENDING_SEND, digest=found.digest))


def send_package(ask: StaffAsk, digest: str) -> StaffAnswer:
    """Send what was read back, as one act. Where it changed since (or was never read back) it is read back again."""
    now = _sendable(ask)
    if digest != package_digest(ask, now):
        return read_back(ask)
    late = ask.clerk.campaign.is_late(ask.now)
    package = keep_package(ask, now.body, now.order, late)
    ask.store.set_ranking(now.body, now.ids)
    for known in now.order:
        if known.stage == CANDIDATE:
            if late:
                _mark_late(ask, known)
            else:
                move(ask, known, "recommend")
    facts = {"body": body_name(ask, now.body), "receipt": package.receipt, "count": len(now.order)}
    task = ask.say(
        "recommend_sent_task_late" if late else "recommend_sent_task",
        order=order_lines(ask, now.order),
        **facts,
    )
    if late:
        ask.store.alarm(f"late_package:{package.receipt}", task, ask.clerk.machine_now())
    tell_office(ask, f"package:{package.receipt}", task)
    said = "recommend_sent_late" if late else "recommend_sent"
    papers = sum(Debt.PAPER in owes(ask.clerk.campaign, known) for known in now.order)
    address = ask.clerk.campaign.contact.address
    return answer(ask.say(said, time=_spoken(ask), papers=papers, address=address, **facts, **addresses(ask)))


def read_back_zero(ask: StaffAsk) -> StaffAnswer:
    """Whether the body really recommends nobody."""
    body = own_body(ask)
    _refuse_zero(ask, body)
    lines = [ask.say("recommend_zero_ask", body=body_name(ask, body)), *_left_behind(ask, body)]
    choices = (Choice(ask.say("recommend_button_zero"), "确认零报告"),)
    return answer("\n".join(lines), choices=choices, pending=pending(PENDING_ZERO))


def send_zero(ask: StaffAsk) -> StaffAnswer:
    """Register that the body recommends nobody: it owes nothing more."""
    body = own_body(ask)
    _refuse_zero(ask, body)
    late = ask.clerk.campaign.is_late(ask.now)
    empty = Package(0, body, _receipt(ask, body), True, late, ask.person.id, ask.now, {"times": _times(ask)})
    package = ask.store.add_package(empty)
    log(ask, "zero_report", body=body, receipt=package.receipt)
    facts = {"body": body_name(ask, body), "receipt": package.receipt}
    tell_office(ask, f"package:{package.receipt}", ask.say("recommend_zero_task", **facts))
    return answer(ask.say("recommend_zero_sent", time=_spoken(ask), **facts))


def keep_package(
    ask: StaffAsk, body: str, order: Sequence[Application], late: bool, corrects: str = ""
) -> Package:
    """Keep what is sent for good: the order, every value and the hash of every file as they are now."""
    items = [_snapshot(ask, rank, known) for rank, known in enumerate(order, start=1)]
    content = {"order": items, "times": _times(ask), "corrects": corrects}
    receipt = _receipt(ask, body)
    package = ask.store.add_package(Package(0, body, receipt, False, late, ask.person.id, ask.now, content))
    placed = " ".join(known.id for known in order)
    log(ask, "send_package", body=body, receipt=receipt, order=placed, late=str(late), corrects=corrects)
    return package


def package_items(package: Package) -> list[Mapping[str, object]]:
    """The units of a package in their order, as `keep_package` wrote them."""
    items = package.content.get("order")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _sendable(ask: StaffAsk) -> Standing:
    """The order, if it may be sent as it is; `Refused` says what has to be done first."""
    now = standing_of(ask, own_body(ask))
    refuse_unsendable(ask, now, find_twins(ask, now.order))
    return now


def refuse_unsendable(ask: StaffAsk, now: Standing, twins: Others) -> None:
    """`Refused` with what has to be done first, unless this order may be sent as it is."""
    if not any(known.stage == CANDIDATE for known in now.order):
        on_page = ask.inbound.channel is Channel.CONSOLE
        none = "recommend_nothing_to_send_page" if on_page else "recommend_nothing_to_send"
        raise Refused(ask.say("recommend_sent_already" if now.sent else none))
    torn = [known for known in now.order if open_twins(ask, known, twins)]
    open_ones = [line for known in torn for line in route_facts(ask, known, twins)]
    dropped = [known for known in now.order if known.stage == CANDIDATE and dropped_for(ask, known, twins)]
    open_ones += [
        ask.say("recommend_route_dropped", unit=title(ask.clerk.campaign, known)) for known in dropped
    ]
    if open_ones:
        raise Refused(ask.say("recommend_routes_first", lines="\n".join(open_ones)))
    if gone := open_gaps(ask, now):
        units = "、".join(unit_of(ask.clerk.campaign, known) for known in gone)
        raise Refused(ask.say("recommend_gap_first", units=units, **addresses(ask)))


def _refuse_zero(ask: StaffAsk, body: str) -> None:
    now = standing_of(ask, body)
    if now.sent:
        raise Refused(ask.say("recommend_zero_after_package", receipt=now.sent.receipt, **addresses(ask)))
    if now.order:
        raise Refused(ask.say("recommend_zero_with_candidates", order=order_lines(ask, now.order)))
    earlier = [package for package in ask.store.package_heads(body) if package.zero]
    if earlier:
        raise Refused(ask.say("recommend_zero_already", receipt=earlier[-1].receipt))


def _left_behind(ask: StaffAsk, body: str) -> list[str]:
    """What was handed in to the body and is not among its candidates."""
    own = ask.store.applications(body)
    waiting, returned = ([one for one in own if one.stage == stage] for stage in (SUBMITTED, RETURNED))
    if not waiting and not returned:
        return []
    units = "、".join(title(ask.clerk.campaign, known) for known in (*waiting, *returned)[:20])
    return [ask.say("recommend_left_behind", waiting=len(waiting), returned=len(returned), units=units)]


def _item_line(ask: StaffAsk, rank: int, known: Application, filed: Sequence[Material]) -> str:
    """One unit of the read-back: what is there, and what is to be brought later (待补)."""
    campaign = ask.clerk.campaign
    owed = [debt for debt in owes(campaign, known) if debt != Debt.PAPER]
    missing = list(debt_labels(campaign, owed))
    deck = counting_deck(known, filed)
    if deck is not None and not _opens(deck):
        missing.insert(0, ask.say("recommend_deck_unreadable", name=deck.name))
    words = (
        ask.say("recommend_item_missing", missing="、".join(missing))
        if missing
        else ask.say("recommend_item_whole")
    )
    sent = "" if known.stage == CANDIDATE else ask.say("recommend_item_sent", stage=stage_label(ask, known))
    unit = title(campaign, known)
    return ask.say(
        "recommend_item", rank=rank, unit=unit, submissions=known.submissions, rest=words, sent=sent
    )


def counting_deck(application: Application, materials: Sequence[Material]) -> Material | None:
    """The deck that counts, as the application's dossier names it."""
    sha256 = application.dossier.get("deck", "")
    decks = [one for one in materials if one.kind is FileKind.DECK and one.state is MaterialState.REGISTERED]
    return next((one for one in reversed(decks) if one.sha256 == sha256), None)


def _opens(deck: Material) -> bool:
    return not deck.report or report_from_json(deck.report).opens


def _snapshot(ask: StaffAsk, rank: int, known: Application) -> dict[str, object]:
    materials = [
        {"kind": one.kind.value, "version": one.version, "sha256": one.sha256, "state": one.state.value}
        for one in ask.store.materials(known.id)
    ]
    return {
        "rank": rank,
        "application": known.id,
        "number": known.number,
        "receipt": known.receipt,
        "version": version_of(ask.clerk.campaign, known.values),
        "values": dict(known.values),
        "dossier": dict(known.dossier),
        "materials": materials,
    }


def _times(ask: StaffAsk) -> dict[str, str]:
    """The three times of a piece by the campaign clock: sent, arrived, read by us (a message is read as it arrives).

    Lateness is judged by people, on these.
    """
    sent = ask.inbound.sent_at
    return {
        "sent": sent.isoformat() if sent else "",
        "arrived": ask.now.isoformat(),
        "read": ask.now.isoformat(),
    }


def _receipt(ask: StaffAsk, body: str) -> str:
    """2019-B05-1: the year, the body's place in the list, and a running number of its packages."""
    campaign = ask.clerk.campaign
    place = next((n for n, known in enumerate(campaign.bodies, start=1) if known.id == body), 0)
    sent = ask.store.package_heads()
    taken = {package.receipt for package in sent}
    count = sum(package.body == body for package in sent) + 1
    while (receipt := f"{campaign.deadline.year}-B{place:02d}-{count}") in taken:
        count += 1
    return receipt


def package_digest(ask: StaffAsk, now: Standing) -> str:
    """Changes whenever what would be sent does, or on which day it would be late."""
    state = [
        [known.id, known.stage, known.receipt, sorted(known.values.items()), sorted(known.dossier.items())]
        for known in now.order
    ]
    whole = json.dumps([state, ask.clerk.campaign.is_late(ask.now)], ensure_ascii=True)
    return hashlib.sha256(whole.encode("ascii")).hexdigest()[:32]


def _mark_late(ask: StaffAsk, known: Application) -> None:
    """Set a candidate of a late package aside for the office to judge (逾期待认定): no verdict of the system's."""
    campaign = ask.clerk.campaign
    found = [item for item in campaign.arrows if item.source == known.stage and item.action == "mark_late"]
    if not found:
        raise ValueError(f"the campaign has no arrow mark_late from {known.stage}")
    arrow = found[0]
    ask.store.move(known.id, arrow.target, True, "", ask.now)
    log(ask, arrow.action, known.id, **{"from": arrow.source, "to": arrow.target})
    told = ask.say("recommend_late_told", unit=unit_of(campaign, known), public_label=arrow.public_label)
    key = f"{row_key(ask.inbound)}#late:{known.id}:{known.holder}"
    tell(ask.store, ask.clerk, known.holder, key, told, about=replace(known, stage=arrow.target))


def _spoken(ask: StaffAsk) -> str:
    return spoken_time(ask.now.astimezone(ask.clerk.campaign.zone))
