"""The desk of recommendation (择优推荐, 3.1–3.2): what bodies and the office say about it, to who acts on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import assert_never

from bot.model.day_words import read_day
from bot.model.message import OpinionOrder
from bot.ports import Draft
from bot.staff.candidates import (
    accept,
    grant_withdrawal,
    open_one,
    return_one,
    set_cutoff,
    show_waiting,
)
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.finding import Refused, find, title
from bot.staff.moves import MoveRefused
from bot.staff.ordering import change_order, show_order
from bot.staff.package_intake import answer_correction, move_up, receive_package, show_packages
from bot.staff.packages import PENDING_SEND, PENDING_ZERO, read_back, read_back_zero, send_package, send_zero
from bot.staff.paper import enter_paper, show_papers
from bot.staff.ranking import rank_of
from bot.staff.recommend_commands import (
    AcceptCandidates,
    AnswerCorrection,
    ChooseRoute,
    Command,
    EnterPaper,
    GrantWithdrawal,
    MoveUp,
    Open,
    Place,
    PrintOpinion,
    ReceivePackage,
    Reorder,
    Return,
    SendPackage,
    SetCutoff,
    ShowOrder,
    ShowPackages,
    ShowPapers,
    ShowWaiting,
    Swap,
    ZeroReport,
)
from bot.staff.recommend_words import (
    read_bare_order,
    read_command,
    read_paper,
    read_reason,
    read_return,
)
from bot.staff.standing import log, own_body, standing_of
from bot.staff.two_routes import choose_route
from bot.work.carry_out import row_key

_FOR_BODIES = (
    ShowWaiting,
    AcceptCandidates,
    SetCutoff,
    ShowOrder,
    Place,
    Swap,
    Reorder,
    PrintOpinion,
    SendPackage,
    ZeroReport,
)
_FOR_OFFICE = (ShowPackages, ReceivePackage, AnswerCorrection, MoveUp, EnterPaper)
_YES = ("确认", "是", "是的", "对", "好", "好的", "可以", "ok", "OK")


def recommend_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """What to do and say on a message about recommendation; None where it is none, or not this person's."""
    command = read_command(text) or _follow_up(ask, text)
    if command is None or not _is_theirs(ask, command):
        return None
    try:
        return _act(ask, command)
    except (Refused, MoveRefused) as refused:
        return answer(str(refused))


def _is_theirs(ask: StaffAsk, command: Command) -> bool:
    if isinstance(command, _FOR_BODIES):
        return bool(ask.bodies)
    return ask.is_office or (bool(ask.bodies) and not isinstance(command, _FOR_OFFICE))


def _act(ask: StaffAsk, command: Command) -> StaffAnswer | None:
    match command:
        case ShowWaiting():
            return show_waiting(ask)
        case Open():
            return open_one(ask, command)
        case AcceptCandidates():
            return accept(ask, command)
        case Return():
            return return_one(ask, command)
        case GrantWithdrawal():
            return grant_withdrawal(ask, command)
        case SetCutoff():
            return set_cutoff(ask, command)
        case ShowOrder():
            return show_order(ask)
        case Place() | Swap() | Reorder():
            return change_order(ask, command)
        case PrintOpinion(which):
            return _print_opinion(ask, which)
        case SendPackage(confirmed):
            left = _left_open(ask, PENDING_SEND)
            return send_package(ask, left["digest"]) if confirmed and left else read_back(ask)
        case ZeroReport(confirmed):
            confirmed = confirmed and _left_open(ask, PENDING_ZERO) is not None
            return send_zero(ask) if confirmed else read_back_zero(ask)
        case ChooseRoute():
            return choose_route(ask, command)
        case ShowPackages():
            return show_packages(ask)
        case ReceivePackage():
            return receive_package(ask, command)
        case AnswerCorrection():
            return answer_correction(ask, command)
        case MoveUp():
            return move_up(ask, command)
        case EnterPaper():
            return enter_paper(ask, command)
        case ShowPapers():
            return show_papers(ask, command)
        case _:
            assert_never(command)


def _print_opinion(ask: StaffAsk, which: str) -> StaffAnswer:
    """Hand out the form with its rank, of one application or of all, each as a file of its own."""
    now = standing_of(ask, own_body(ask))
    if not now.order:
        raise Refused(ask.say("recommend_no_candidates"))
    wanted = [find(ask, which, now.order)] if which else list(now.order)
    rows = []
    for known in wanted:
        rank = rank_of(now.ids, known.id)
        if not rank:
            raise Refused(ask.say("recommend_not_candidate", unit=title(ask.clerk.campaign, known)))
        order = OpinionOrder(known.id, rank, len(now.order))
        key = f"{row_key(ask.inbound)}#opinion:{known.id}"
        rows.append(Draft(key, ask.inbound.channel, ask.person.id, ask.inbound.sender, order))
        log(ask, "print_opinion", known.id, rank=str(rank), count=str(len(now.order)))
    ask.store.queue(rows, ask.clerk.machine_now())
    said = "recommend_opinion_ranked" if len(now.order) > 1 else "recommend_opinion_single"
    return answer(ask.say(said, units="、".join(title(ask.clerk.campaign, known) for known in wanted)))


def _left_open(ask: StaffAsk, kind: str) -> dict[str, str] | None:
    """What this desk's last answer left open, if it was of this kind."""
    left = _left(ask)
    return left if left.get("kind") == kind else None


def _left(ask: StaffAsk) -> dict[str, str]:
    try:
        left = json.loads(ask.pending or "{}")
    except ValueError:
        return {}
    return left if isinstance(left, dict) else {}


def _follow_up(ask: StaffAsk, text: str) -> Command | None:
    """What a message means as the answer to what was asked; None if it is none."""
    left = _left(ask)
    match left.get("kind"):
        case "order":
            return read_bare_order(text)
        case "send" if text in _YES:
            return SendPackage(True)
        case "zero" if text in _YES:
            return ZeroReport(True)
        case "return":
            return _return(ask, left, text)
        case "withdrawal":
            reason = read_reason(text)
            return GrantWithdrawal(left["which"], reason) if reason else None
        case "paper":
            code, brought_by = read_paper(text if "打印码" in text else f"打印码{text}")
            code, brought_by = left["code"] or code, left["brought_by"] or brought_by
            is_more = (code, brought_by) != (left["code"], left["brought_by"])
            return EnterPaper(left["which"], code, brought_by) if is_more else None
    return None


def _return(ask: StaffAsk, left: Mapping[str, str], text: str) -> Return | None:
    """A reason that is called one, a date, or both; anything else is another matter."""
    if read_day(text, ask.today) is not None:
        return Return(left["which"], left["reason"], text)
    reason, due = read_return(text)
    if not due and not read_reason(text):
        return None
    return Return(left["which"], left["reason"] or reason, due or left["due"])
