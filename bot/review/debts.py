"""What a unit still owes beside the filled form (commands page §13): named, never a number alone. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.documents.form_version import version_of
from bot.model.application import Application
from config.campaign import Campaign


class Debt(StrEnum):
    """Everything that can be owed, in the order in which it is named."""

    DECK = "deck"  # 申报报告PPT
    SCAN = "scan"  # 盖章扫描件 of the form as it stands
    PAPER = "paper"  # 纸质申报表
    DECLARATIONS = "declarations"  # 两项声明 〔一（一）〕 and on unlawful acts


ACCEPTED = "declared_accepted"
LAWFUL = "declared_lawful"
DECLARATIONS = (ACCEPTED, LAWFUL)
"""The two declarations, by their keys in `Application.dossier`."""


def owes(campaign: Campaign, application: Application) -> tuple[str, ...]:
    """What is owed, as ids of `Debt` in their order; () once the application is withdrawn or at its end.

    A stamped scan counts while its printed version is the current one.
    """
    scanned = scan_counts(campaign, application)
    return tuple(debt.value for debt in Debt if not _settled(campaign, application, debt, scanned))


def owes_anything(campaign: Campaign, application: Application, version: str) -> bool:
    """Whether `owes` would name anything, told without the values: `version` is that of the form as it stands."""
    scanned = version in application.dossier.get("scans", "").split()
    return any(not _settled(campaign, application, debt, scanned) for debt in Debt)


def _settled(campaign: Campaign, application: Application, debt: Debt, scanned: bool) -> bool:
    dossier, stage = application.dossier, campaign.stage(application.stage)
    if stage.final or stage.replay == "withdrawn":
        return True
    match debt:
        case Debt.DECK:
            return bool(dossier.get("deck"))
        case Debt.SCAN:
            return scanned
        case Debt.PAPER:
            return bool(dossier.get("paper"))
        case Debt.DECLARATIONS:
            return all(dossier.get(key) for key in DECLARATIONS)


def scan_counts(campaign: Campaign, application: Application) -> bool:
    """Whether a stamped scan of the form as it stands is registered."""
    scans = application.dossier.get("scans", "").split()
    return bool(scans) and version_of(campaign, application.values) in scans


def debt_labels(campaign: Campaign, owed: Sequence[str]) -> tuple[str, ...]:
    """The debts as people read them: 申报报告PPT, 盖章扫描件, …"""
    return tuple(campaign.phrases[f"debt_{debt}"] for debt in owed)
