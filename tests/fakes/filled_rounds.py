"""A row in each table of the review round."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.model.review_round import Assignment, Problem, Recusal, Reviewer, ReviewRound
from bot.ports import Store

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)


def fill_rounds(store: Store, application: str, person: int, unit: str) -> None:
    """The application given to a reviewer who began it, reported something, and then kept away from it."""
    store.set_review_round(ReviewRound(date(2031, 4, 1), person, NOW))
    store.set_reviewer(Reviewer(person, "评审人", NOW))
    draft = {"2.1": ("85", f"{unit}扎实")}
    store.assign(Assignment(application, person, "d" * 64, NOW, draft, NOW))
    store.add_problem(Problem(0, application, person, f"{unit}第12页无法播放", NOW))
    store.add_recusal(Recusal(application, person, f"{unit}是本单位", NOW))
