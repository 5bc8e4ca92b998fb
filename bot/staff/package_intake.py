"""The office and the packages: seen, received, corrected on a stamped request, and what a withdrawal leaves open."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.model.application import Application
from bot.model.spoken import spoken_time
from bot.model.staff import Package
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.finding import NUMBER, Refused, find, title
from bot.staff.moves import move, refusal, unit_of
from bot.staff.ordering import correction_key, gap_key, open_gaps
from bot.staff.packages import keep_package
from bot.staff.ranking import rank_of
from bot.staff.recommend_commands import AnswerCorrection, MoveUp, ReceivePackage
from bot.staff.routes import left_place
from bot.staff.standing import (
    LATE,
    RECOMMENDED,
    Standing,
    body_name,
    last_package,
    log,
    named_body,
    office_alone,
    order_lines,
    standing_of,
    tell_body,
    tell_office,
)


def show_packages(ask: StaffAsk) -> StaffAnswer:
    """The newest package of every body, and who reported that it recommends nobody."""
    newest = {package.body: package for package in ask.store.package_heads()}
    if not newest:
        return answer(ask.say("recommend_no_packages"))
    lines = [_package_line(ask, package) for package in newest.values()]
    silent = len(ask.clerk.campaign.bodies) - len(newest)
    return answer("\n".join([*lines, ask.say("recommend_packages_silent", count=max(silent, 0))]))


def receive_package(ask: StaffAsk, command: ReceivePackage) -> StaffAnswer:
    """Receive all of a body's package, or one application; what is late needs a reason (a named person judges it)."""
    office_alone(ask)
    return receive_these(ask, _of_package(ask, command.body), command.reason)


def receive_these(ask: StaffAsk, found: Sequence[Application], reason: str = "") -> StaffAnswer:
    """Receive those of the applications that wait for it, all or none; each body is told once of all its own."""
    office_alone(ask)
    waiting = [known for known in found if known.stage in (RECOMMENDED, LATE)]
    if not waiting:
        raise Refused(ask.say("recommend_nothing_to_receive"))
    acts = {known.id: "receive_late" if known.stage == LATE else "receive" for known in waiting}
    for known in waiting:  # all or nothing
        if why := refusal(ask, known, acts[known.id], reason):
            raise Refused(why)
    for known in waiting:
        move(ask, known, acts[known.id], reason)
    units = "、".join(title(ask.clerk.campaign, known) for known in waiting)
    for body in dict.fromkeys(known.body for known in waiting if known.body):
        own = "、".join(title(ask.clerk.campaign, known) for known in waiting if known.body == body)
        office = ask.clerk.campaign.contact.office_short
        told = ask.say("recommend_received_told", office=office, units=own)
        tell_body(ask, body, f"received:{body}", told)
    return answer(ask.say("recommend_received", count=len(waiting), units=units))


def answer_correction(ask: StaffAsk, command: AnswerCorrection) -> StaffAnswer:
    """Grant or refuse the change of a sent order. A granted one is a package of its own: old and new are kept."""
    office_alone(ask)
    body = named_body(ask, command.body)
    kept = ask.store.setting(correction_key(ask, body))
    if not kept:
        raise Refused(ask.say("recommend_no_correction", body=body_name(ask, body)))
    now = standing_of(ask, body)
    wished: list[str] = json.loads(kept)["order"]
    if command.granted and sorted(wished) != sorted(now.ids):
        raise Refused(ask.say("recommend_correction_stale", body=body_name(ask, body)))
    ask.store.set_setting(correction_key(ask, body), "")
    log(ask, "grant_correction" if command.granted else "refuse_correction", body=body)
    if command.granted:
        return _send_anew(ask, now, wished, "recommend_correction_granted")
    said = ask.say("recommend_correction_refused", body=body_name(ask, body))
    tell_body(ask, body, "correction", said)
    return answer(said)


def move_up(ask: StaffAsk, command: MoveUp) -> StaffAnswer:
    """Decide whether those after a withdrawn unit move up; nothing closes up by itself, and it is decided once."""
    office_alone(ask)
    body = named_body(ask, command.body)
    now = standing_of(ask, body)
    empty = [known.id for known in now.order if left_place(ask.clerk.campaign, known.stage)]
    gone = {known.id for known in open_gaps(ask, now)}
    if not gone:
        why = "recommend_gap_decided" if now.sent and empty else "recommend_no_gap"
        raise Refused(ask.say(why, body=body_name(ask, body)))
    log(ask, "move_up" if command.granted else "keep_gap", body=body, order=" ".join(now.ids))
    if command.granted:
        return _send_anew(ask, now, [one for one in now.ids if one not in gone], "recommend_moved_up")
    ask.store.set_setting(gap_key(ask, body), json.dumps(empty))
    said = ask.say("recommend_gap_kept", body=body_name(ask, body), order=order_lines(ask, now.order))
    tell_body(ask, body, "gap", said)
    return answer(said)


def ask_about_gap(ask: StaffAsk, application: Application) -> None:
    """A unit of a sent order has withdrawn: office and body are asked whether the later ones move up."""
    if not application.body:
        return
    now = standing_of(ask, application.body)
    rank = rank_of(now.ids, application.id)
    if now.sent is None or not rank:
        return
    facts = {
        "unit": unit_of(ask.clerk.campaign, application),
        "body": body_name(ask, now.body),
        "rank": rank,
        "order": order_lines(ask, now.order),
    }
    task = ask.say("recommend_gap_task", **facts)
    ask.store.alarm(f"gap:{now.body}:{application.id}", task, ask.clerk.machine_now())
    tell_office(ask, f"gap:{application.id}", task)
    office = ask.clerk.campaign.contact.office_short
    tell_body(ask, now.body, f"gap:{application.id}", ask.say("recommend_gap_told", office=office, **facts))


def _send_anew(ask: StaffAsk, now: Standing, ids: list[str], phrase: str) -> StaffAnswer:
    assert now.sent is not None
    order = [known for each in ids for known in now.order if known.id == each]
    ask.store.set_ranking(now.body, ids)
    package = keep_package(ask, now.body, order, now.sent.late, corrects=now.sent.receipt)
    facts = {"body": body_name(ask, now.body), "receipt": package.receipt, "order": order_lines(ask, order)}
    said = ask.say(phrase, **facts)
    tell_body(ask, now.body, f"anew:{package.receipt}", said)
    return answer(said)


def _of_package(ask: StaffAsk, word: str) -> list[Application]:
    """What was sent: one application by its number, or all that a body sent, in its order."""
    if NUMBER.fullmatch(word):
        return [find(ask, word)]
    package = last_package(ask, body := named_body(ask, word))
    if package is None:
        raise Refused(ask.say("recommend_no_package", body=body_name(ask, body)))
    return list(ask.store.sent_in(package.id))


def _package_line(ask: StaffAsk, package: Package) -> str:
    local = package.at.astimezone(ask.clerk.campaign.zone)
    facts = {
        "receipt": package.receipt,
        "body": body_name(ask, package.body),
        "time": spoken_time(local),
        "late": ask.say("recommend_late_mark") if package.late else "",
    }
    if package.zero:
        return ask.say("recommend_package_zero", **facts)
    sent = ask.store.sent_in(package.id)
    waiting = sum(known.stage in (RECOMMENDED, LATE) for known in sent)
    papers = sum(bool(known.dossier.get("paper")) for known in sent)
    return ask.say("recommend_package", count=len(sent), waiting=waiting, papers=papers, **facts)
