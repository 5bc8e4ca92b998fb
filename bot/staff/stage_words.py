"""What a stage is called to whoever asks: from the review on, only the office reads how far results are."""

from __future__ import annotations

from bot.model.application import Application
from bot.staff.desk import StaffAsk
from config.campaign import Campaign, Stage

_DECIDING = (
    "finish_review",
    "finish_inspection",
    "shortlist",
    "publish_notice",
    "announce",
    "award",
    "drop",
    "veto",
)


def is_held(campaign: Campaign, stage: str) -> bool:
    """Whether the stage tells of a result, or of the way to it."""
    return any(arrow.target == stage and arrow.action in _DECIDING for arrow in campaign.arrows)


def label_of(campaign: Campaign, stage: str, is_office: bool) -> str:
    """The staff label for the office, and for others as long as no result shows in it; else the public label."""
    known: Stage = campaign.stage(stage)
    return known.label if is_office or not is_held(campaign, stage) else known.public_label


def stage_label(ask: StaffAsk, known: Application) -> str:
    """What the stage of an application is called to this person."""
    return label_of(ask.clerk.campaign, known.stage, ask.is_office)
