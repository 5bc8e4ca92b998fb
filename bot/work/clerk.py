"""What every turn of a deployment shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.dialogue.course import Answers
from bot.dialogue.understand import Labels
from bot.work.live_staff import LiveStaff
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Clerk:
    """What every turn of a deployment shares."""

    campaign: Campaign
    labels: Labels
    knowledge: Answers
    new_id: Callable[[], str]  # 16 random hex digits
    machine_now: Callable[[], datetime]  # for the outbox; rules go by the message's arrival
    message_id: Callable[[str], str] | None = None  # a number → the id of a mail; None where there is no mail
    staff: LiveStaff = field(default_factory=LiveStaff)
