"""What may be done with one application on its page: the very acts of the chat, offered where their arrow exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.console.history import add_note
from bot.model.application import Application, AuditEntry
from bot.model.day_words import read_day
from bot.staff.candidates import accept, grant_withdrawal, return_one
from bot.staff.desk import StaffAnswer, StaffAsk
from bot.staff.finding import Refused, addresses, find
from bot.staff.lengths import REASON, within
from bot.staff.moves import REOPEN_LATE, RETURN, move, refusal, unit_of
from bot.staff.package_intake import receive_package
from bot.staff.paper import NO_CODE, enter_paper
from bot.staff.recommend_commands import (
    AcceptCandidates,
    ChooseRoute,
    EnterPaper,
    GrantWithdrawal,
    ReceivePackage,
    Return,
)
from bot.staff.two_routes import choose_route

ACTIONS = (
    "accept_candidate",
    "receive",
    "accept",
    "receive_late",
    "accept_late",
    REOPEN_LATE,
    "deem_abandoned",
    RETURN,
    "grant_withdrawal",
)
"""What is done from this page, in this order. Results are decided on pages of their own."""
_LONGEST_BEARER = 40  # characters of who brought a paper


@dataclass(frozen=True, slots=True)
class Act:
    """One act that this person may do now. `due`: a date is asked for; `needs_due`: and has to be given."""

    action: str
    label: str
    needs_reason: bool
    due: bool
    needs_due: bool


def possible(ask: StaffAsk, known: Application) -> tuple[Act, ...]:
    """What this person may do with the application as it stands."""
    labels = {arrow.action: arrow for arrow in ask.clerk.campaign.arrows if arrow.source == known.stage}
    return tuple(
        Act(
            action,
            labels[action].label,
            labels[action].needs_reason,
            action in (RETURN, REOPEN_LATE),
            action == RETURN,
        )
        for action in ACTIONS
        if action in labels and not _refused(ask, known, action)
    )


def carry_out(ask: StaffAsk, number: str, action: str, reason: str, due: str) -> str:
    """Do it; what is said of it. `Refused` or `MoveRefused` with the sentence that says why not."""
    known = find(ask, number)
    day = read_day(due, ask.today) if due else None
    if due and day is None:
        raise Refused(ask.say("act_bad_date", day=due[:30]))
    if action not in ACTIONS:
        raise Refused(ask.say("recommend_not_found", what=number, **addresses(ask)))
    within(ask, "理由" if action != RETURN else "需要补正的事项", reason, REASON)
    if why := refusal(ask, known, action, reason, day):
        raise Refused(why)
    match action:
        case "accept_candidate":
            return _said(accept(ask, AcceptCandidates((known.number,))))
        case "return":
            return _said(return_one(ask, Return(known.number, reason, due)))
        case "grant_withdrawal":
            return _said(grant_withdrawal(ask, GrantWithdrawal(known.number, reason)))
        case "receive" | "receive_late":
            return _said(receive_package(ask, ReceivePackage(known.number, reason)))
    moved = move(ask, known, action, reason, day)
    stage = ask.clerk.campaign.stage(moved.stage)
    unit = unit_of(ask.clerk.campaign, moved)
    return ask.say("act_done", unit=unit, number=moved.number, stage=stage.label)


def settle_route(ask: StaffAsk, number: str, body: str) -> str:
    """Settle by which body a unit goes: the one that the office names, or (`body` "") the one that asks."""
    return _said(choose_route(ask, ChooseRoute(find(ask, number).number, body)))


def take_paper(ask: StaffAsk, number: str, code: str, brought_by: str) -> str:
    """Write a paper into the ledger. `Refused` where it is not said who brought it."""
    within(ask, "送件人", brought_by, _LONGEST_BEARER)
    if not brought_by:
        raise Refused(ask.say("recommend_paper_ask_by", unit=unit_of(ask.clerk.campaign, find(ask, number))))
    return _said(enter_paper(ask, EnterPaper(find(ask, number).number, code or NO_CODE, brought_by)))


def note(ask: StaffAsk, number: str, text: str) -> None:
    """Keep a clerical note of the office; one that was sent twice is kept once."""
    known = find(ask, number)
    last = ask.store.clerical_notes(known.id)[-1:]
    if not any(one.person == ask.person.id and one.text == text.strip() for one in last):
        add_note(ask, known.id, text)


def record_view(ask: StaffAsk, application: str) -> None:
    """Put on record that this person has looked at it, once a day."""
    zone = ask.clerk.campaign.zone
    today: date = ask.today
    for one in ask.store.audit_of(application):
        if one.action == "view" and one.person == ask.person.id and one.at.astimezone(zone).date() == today:
            return
    ask.store.audit([AuditEntry("view", application, ask.person.id, ask.inbound.channel)], ask.now)


def _refused(ask: StaffAsk, known: Application, action: str) -> bool:
    due = ask.today if action == RETURN else None
    return bool(refusal(ask, known, action, "-", due))


def _said(answered: StaffAnswer) -> str:
    return "\n".join(answered.texts)
