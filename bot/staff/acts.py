"""The office's acts on single applications by chat: 收件, 受理, 退回, 准予…, 视为放弃; one line is said of each."""

from __future__ import annotations

from datetime import date

from bot.model.application import Application
from bot.model.day_words import read_day
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.finding import Refused, find
from bot.staff.moves import MoveRefused, move, refusal, unit_of
from bot.staff.progress_words import Act


def carry_out_act(ask: StaffAsk, act: Act) -> StaffAnswer:
    """Do it to every application named; one that refuses leaves the others as done as they are."""
    due = read_day(act.due, ask.today) if act.due else None
    if act.due and due is None:
        return answer(ask.say("act_bad_date", day=act.due))
    return answer("\n".join(_do(ask, which, act, due) for which in act.which))


def _do(ask: StaffAsk, which: str, act: Act, due: date | None) -> str:
    """One application through the acts in order; those it is past already are passed over."""
    try:
        known = find(ask, which)
        first = _first(ask, known, act)
        for action in act.actions[first:]:
            known = move(ask, known, action, act.reason, due)
    except (Refused, MoveRefused) as why:
        return str(why)
    campaign = ask.clerk.campaign
    stage = campaign.stage(known.stage)
    return ask.say("act_done", unit=unit_of(campaign, known), number=known.number, stage=stage.label)


def _first(ask: StaffAsk, known: Application, act: Act) -> int:
    """Where to begin: the first of the acts that may be made as the application stands; else the last."""
    last = len(act.actions) - 1
    possible = (at for at, action in enumerate(act.actions) if _may(ask, known, act, action))
    return next(possible, last)


def _may(ask: StaffAsk, known: Application, act: Act, action: str) -> bool:
    return not refusal(ask, known, action, act.reason)
