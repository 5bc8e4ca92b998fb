"""What the course of an application leaves in its dossier, beside the materials. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

RETURN_DUE = "return_due"  # ISO date by which a returned application is to come in again
RETURN_REASON = "return_reason"  # what is to be put right, in the words of who returned it
DECISION = "decision"  # the latest act that had a reason: who, when, what and why, in one line
LATE_ATTEMPTS = "late_attempts"  # what was tried after the deadline and when: submit@2019-07-26T01:30:00+00:00 …

_MOST_ATTEMPTS = 10


def without_return(dossier: Mapping[str, str]) -> dict[str, str]:
    """The dossier once the return is answered."""
    return {key: value for key, value in dossier.items() if key not in (RETURN_DUE, RETURN_REASON)}


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
