"""Whose mail it is, and what its sender may change (commands page §3). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.model.mail import Matched

_EXACT = (Matched.PRINT_CODE, Matched.RECEIPT)
"""Marks that name one application: two that name different ones contradict each other."""


class Doubt(StrEnum):
    """Why a mail belongs to no application; also what staff read as its reason."""

    UNKNOWN = "unknown_sender"  # no mark at all
    DISAGREE = "marks_disagree"
    SEVERAL = "several_applications"  # and nothing says which of them
    TAKEN = "unit_taken"  # a form for a unit that somebody else fills
    LATE = "late"  # wished to begin one after the deadline
    CONTACT = "contact_unproven"  # a draft names the address as its contact's, which nothing has proven yet
    OTHER_UNIT = "other_unit"  # known by the address alone, and the form inside is of another unit


@dataclass(frozen=True, slots=True)
class Whose:
    """The application's id, or the doubt: one of the two."""

    application: str | None = None
    matched_by: Matched | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a sender is to be believed about one application."""

    proven: bool = (
        False  # the receiving server vouches for the address, or it answers a mail that only it got
    )
    registered: bool = False  # the address is the holder's or the contact's
    is_other: bool = False  # the address stands for somebody else already, who may send but not fill
    by_code: bool = False  # the mail holds a print code of the application, a secret of its paper

    @property
    def may_change(self) -> bool:
        """May replace what is on file. A receipt number is no secret: it never suffices."""
        return self.proven and (self.registered or self.by_code)

    @property
    def may_speak(self) -> bool:
        """May fill and submit the form: a person of the application, and nobody else."""
        return self.proven and self.registered and not self.is_other


def whose(found: Iterable[tuple[Matched, frozenset[str]]]) -> Whose:
    """The application on which all marks agree. `found`: ids by mark, the strongest mark first.

    A mark that points nowhere says nothing. A form's unit only confirms: the form of a unit that is being
    filled does not make its sender one of that unit.
    """
    marks = [(mark, ids) for mark, ids in found if ids]
    if not marks:
        return Whose(doubt=Doubt.UNKNOWN)
    matched_by, left = marks[0]
    if matched_by is Matched.FORM:
        return Whose(doubt=Doubt.TAKEN)
    for _, ids in marks[1:]:
        left = left & ids
    if not left or any(mark in _EXACT and len(ids) > 1 for mark, ids in marks):
        return Whose(doubt=Doubt.DISAGREE)
    if len(left) > 1:
        return Whose(doubt=Doubt.SEVERAL)
    return Whose(next(iter(left)), matched_by)


def narrowed(ids: Iterable[str], numbered: Sequence[str]) -> frozenset[str]:
    """Those of the applications that the mail names by number; all of them if it names none of them."""
    known = frozenset(ids)
    return known & frozenset(numbered) or known
