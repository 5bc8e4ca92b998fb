"""How long the public notice lasts and how objections are raised: set by the office before one can begin (Q8)."""

from __future__ import annotations

import json

from bot.ports import Store
from bot.results.office import digest, line_of
from bot.results.window import LONGEST, Terms, read_workdays
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.people import office_only
from bot.staff.standing import log
from config.campaign import Campaign

_LONGEST_CHANNEL = 200


def terms_of(store: Store, campaign: Campaign) -> Terms | None:
    """What is decided: as the office set it, else its approved answer, else the campaign's own; None while open.

    An approved answer to the open point decides it where it names one number of working days; its words are
    then how objections are raised.
    """
    rules = campaign.results
    kept, answers = store.decided(_key(campaign), rules.open_point)
    if kept:
        workdays, channel = json.loads(kept)
        return Terms(workdays, channel)
    for approved in answers:
        if days := read_workdays(approved.text):
            return Terms(days, line_of(approved.text).rstrip("。"))
    return Terms(rules.workdays, rules.channel) if rules.workdays and rules.channel else None


def set_terms(ask: StaffAsk, workdays: int, channel: str) -> Terms:
    """Decide both. A window that has begun keeps the length it was published with."""
    office_only(ask)
    words = line_of(channel)
    if not 1 <= workdays <= LONGEST:
        raise Refused(ask.say("result_terms_days", most=LONGEST))
    if not words or len(words) > _LONGEST_CHANNEL:
        raise Refused(ask.say("result_terms_channel", limit=_LONGEST_CHANNEL))
    ask.store.set_setting(_key(ask.clerk.campaign), json.dumps([workdays, words], ensure_ascii=False))
    log(ask, "set_notice_terms", workdays=str(workdays), channel=digest(words))
    return Terms(workdays, words)


def _key(campaign: Campaign) -> str:
    return f"results.terms:{campaign.id}"
