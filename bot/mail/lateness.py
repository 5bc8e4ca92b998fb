"""Whether something comes too late for one application. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.model.application import Application
from bot.staff.dossier import given_until
from config.campaign import Campaign


def is_late_for(campaign: Campaign, application: Application, moment: datetime) -> bool:
    """Whether an aware `moment` lies after the last day that holds for this application.

    A person may have given it time beyond the campaign's date: the due date of a return, or leave to go on
    after the deadline. An earlier due date never shortens the campaign's time.
    """
    until = given_until(application.dossier)
    if not campaign.is_late(moment) or until is None:
        return campaign.is_late(moment)
    return moment.astimezone(campaign.zone).date() > until
