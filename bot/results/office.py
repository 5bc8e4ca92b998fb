"""What acts on results share: who may still be decided about, and words for a sentence."""

from __future__ import annotations

import hashlib

from bot.model.application import Application
from bot.results.course import running_stages
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import unit_of


def running_only(ask: StaffAsk, known: Application) -> None:
    """`Refused` for an application about which nothing is to be decided any more, or not yet."""
    campaign = ask.clerk.campaign
    if known.stage not in running_stages(campaign):
        stage = campaign.stage(known.stage).label
        raise Refused(ask.say("result_not_running", stage=stage, **named(ask, known)))


def named(ask: StaffAsk, known: Application) -> dict[str, str]:
    """An application for a sentence."""
    return {"unit": unit_of(ask.clerk.campaign, known), "number": known.number}


def digest(text: str) -> str:
    """What the log keeps of somebody's words."""
    return hashlib.sha256(text.encode()).hexdigest()


def line_of(text: str) -> str:
    """Free text on one line, without what is around it."""
    return " ".join(text.split()).strip(" ,，;；:：")
