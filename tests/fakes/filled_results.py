"""A row in each table of results."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from bot.model.results import (
    EntryKind,
    FinalDecision,
    Informant,
    ListApproval,
    Listed,
    Mark,
    Objection,
    ObjectionEntry,
    Outcome,
    Plaque,
    Received,
    Release,
    ReleaseKind,
    ReleaseState,
    ReviewOutcome,
)
from bot.ports import Store

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)


def fill_results(store: Store, application: str, person: int, unit: str, signed: str) -> None:
    """The application judged, decided, listed, objected to, announced and awarded; values contain the unit's name.

    `signed` is the SHA-256 of the paper for the plaque.
    """
    day, listed = NOW.date(), (Listed(application, "2031-001", unit),)
    marks = {"2.1": Mark(Fraction(85), f"{unit}扎实")}
    store.add_review(ReviewOutcome(application, f"{unit}评审人", 0, marks, "", person, NOW))
    store.add_decision(FinalDecision(application, Outcome.IN, f"{unit}居前", person, NOW))
    store.add_approval(ListApproval("1号", "王主任", day, listed, person, NOW))
    store.add_release(
        Release(
            0, ReleaseKind.ANNOUNCEMENT, listed, "2号", "", day, day, 0, "", person, NOW, ReleaseState.DRAFT
        )
    )
    objection = Objection(0, Received.PHONE, day, True, False, application, f"{unit}不实", person, NOW)
    kept = store.add_objection(objection, Informant(f"{unit}举报人", "13800000000"))
    store.add_objection_entry(ObjectionEntry(kept.number, EntryKind.HANDLING, f"{unit}已核", person, NOW))
    store.add_plaque(Plaque(application, unit, f"{unit}张三", day, signed, person, NOW))
