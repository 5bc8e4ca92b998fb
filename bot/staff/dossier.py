"""What the course of an application leaves in its dossier, beside the materials. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

RETURN_DUE = "return_due"  # ISO date by which a returned application is to come in again
RETURN_REASON = "return_reason"  # what is to be put right, in the words of who returned it
REOPENED_UNTIL = "reopened_until"  # ISO date through which a late application may still be handed in
DECISION = "decision"  # the latest act that had a reason: who, when, what and why, in one line
LATE_ATTEMPTS = (
    "late_attempts"  # what was tried after the deadline and when: submit@2019-07-26T01:30:00+00:00 …
)

_OPEN = (RETURN_DUE, RETURN_REASON, REOPENED_UNTIL)
_MOST_ATTEMPTS = 10


def without_return(dossier: Mapping[str, str]) -> dict[str, str]:
    """The dossier once the return, or the leave to go on after the deadline, is answered."""
    return {key: value for key, value in dossier.items() if key not in _OPEN}


def given_until(dossier: Mapping[str, str]) -> date | None:
    """The last day that a person has given this application to be handed in; None for the campaign's own."""
    given = dossier.get(RETURN_DUE) or dossier.get(REOPENED_UNTIL)
    return date.fromisoformat(given) if given else None


def with_late_attempt(dossier: Mapping[str, str], what: str, at: datetime) -> dict[str, str]:
    """The dossier with one more attempt; the first and the latest are kept."""
    attempts = [*dossier.get(LATE_ATTEMPTS, "").split(), f"{what}@{at.isoformat()}"]
    if len(attempts) > _MOST_ATTEMPTS:
        del attempts[1]
    return {**dossier, LATE_ATTEMPTS: " ".join(attempts)}


def late_attempts(dossier: Mapping[str, str]) -> list[tuple[str, datetime]]:
    """What was tried after the deadline, and when, oldest first."""
    found = [attempt.partition("@") for attempt in dossier.get(LATE_ATTEMPTS, "").split()]
    return [(what, datetime.fromisoformat(at)) for what, _, at in found]
