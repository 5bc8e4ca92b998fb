"""What one more file does to the versions on file of an application. Pure.

The newest registered deck counts; older ones stay. Scans are versions of one print: the newest of a print counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.model.mail import FileKind, FileState, Material, MaterialState

MOST_PENDING = 5
"""Files of an application that may wait for its contact; further doubtful ones stay with their mail."""


class Why(StrEnum):
    """Why a file waits, strongest first."""

    LOCKED = "locked"  # the application's stage allows no change
    LATE = "late"  # after the deadline, and there is one that was in time
    UNPROVEN = "unproven"  # its sender may not replace anything
    CODE = "code"  # a scan, and nobody knows of which print
    NONE = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a file arrived."""

    trusted: bool  # from somebody who may change what is on file
    late: bool
    locked: bool  # the stage allows no change


@dataclass(frozen=True, slots=True)
class Placement:
    """`state` is REGISTERED, ALREADY_REGISTERED, PENDING or KEPT (too many wait already).

    `same` is the version with the same bytes; `counting` is the one that counts afterwards.
    """

    state: FileState
    why: Why = Why.NONE
    same: Material | None = None
    counting: Material | None = None


def of_kind(materials: Iterable[Material], kind: FileKind, printed: str = "") -> list[Material]:
    """The versions of a kind, oldest first; of scans those of one print if `printed` names it."""
    found = [one for one in materials if one.kind is kind and (not printed or one.printed == printed)]
    return sorted(found, key=lambda one: one.version)


def counting(materials: Iterable[Material], kind: FileKind, printed: str = "") -> Material | None:
    """The version that counts: the newest registered one."""
    registered = [one for one in of_kind(materials, kind, printed) if one.state is MaterialState.REGISTERED]
    return registered[-1] if registered else None


def place(
    materials: Sequence[Material], kind: FileKind, sha256: str, printed: str, asked: Asked
) -> Placement:
    """What becomes of a file that opens. `printed` is the version a scan's print code stands for, "" if unknown."""
    same = next((one for one in of_kind(materials, kind) if one.sha256 == sha256), None)
    printed = printed or (same.printed if same else "")
    rival = counting(materials, kind, printed)
    if same is not None and same.state is MaterialState.REGISTERED:
        # to say that a scan is of another print than the one it is registered for is a change too
        if same.printed != printed and asked.trusted and not asked.locked:
            return Placement(FileState.REGISTERED, same=same, counting=rival)
        rival = rival if kind is FileKind.DECK else same
        return Placement(FileState.ALREADY_REGISTERED, same=same, counting=rival)
    if kind is FileKind.SCAN and not printed:
        return Placement(FileState.PENDING, Why.CODE, same)
    if rival is not None:
        late = asked.late and (same is None or same.late)  # what came in time first stays in time
        why = _obstacle(asked, late and not rival.late)
        if why is not Why.NONE:
            waiting = sum(one.state is MaterialState.PENDING for one in materials)
            full = same is None and waiting >= MOST_PENDING
            return Placement(FileState.KEPT if full else FileState.PENDING, why, same, rival)
    return Placement(FileState.REGISTERED, same=same, counting=rival)


def may_replace(material: Material, rival: Material | None, locked: bool) -> Why:
    """Why a waiting version may not take the other's place although its contact wishes so; NONE if it may."""
    if rival is None:
        return Why.NONE
    return _obstacle(Asked(True, material.late, locked), material.late and not rival.late)


def _obstacle(asked: Asked, displaces: bool) -> Why:
    if asked.locked:
        return Why.LOCKED
    if displaces:
        return Why.LATE
    return Why.NONE if asked.trusted else Why.UNPROVEN
