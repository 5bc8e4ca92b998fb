"""A row in each table of inspections."""

from __future__ import annotations

from datetime import date, datetime, time

from bot.model.visit import AnswerKind, CovertVisit, Inspector, VisitAnswer, VisitPlan, VisitVersion
from bot.ports import Store


def fill_visits(store: Store, application: str, person: int, unit: str, now: datetime) -> None:
    """A visit with one version and an answer, and an unannounced one. All texts contain the unit's name."""
    team = Inspector(person, f"{unit}人")
    plan = VisitPlan(
        date(2031, 3, 10),
        time(9, 30),
        time(11, 30),
        team,
        (),
        f"{unit}联系人",
        "0375-2663225",
        f"{unit}门口",
        unit,
    )
    visit = store.add_visit(application)
    store.add_visit_version(VisitVersion(visit, 1, plan, False, f"{unit}理由", person, now))
    store.add_visit_answer(VisitAnswer(visit, 1, person, AnswerKind.OTHER_DAY, f"{unit}有会", person, now))
    store.add_covert_visit(CovertVisit(0, application, plan, person, now))
