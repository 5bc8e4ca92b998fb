"""What one more file does to the versions on file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.mail.versions import MOST_PENDING, Asked, Placement, Why, counting, may_replace, place
from bot.model.mail import FileKind, FileState, Material, MaterialState

IN_TIME = Asked(trusted=True, late=False, locked=False)
DOUBTFUL = Asked(trusted=False, late=False, locked=False)
LATE = Asked(trusted=True, late=True, locked=False)
LOCKED = Asked(trusted=True, late=False, locked=True)
DECK, SCAN = FileKind.DECK, FileKind.SCAN
REGISTERED, PENDING, SET_ASIDE = MaterialState


def material(
    version: int,
    state: MaterialState = REGISTERED,
    kind: FileKind = DECK,
    sha256: str = "",
    printed: str = "",
    late: bool = False,
) -> Material:
    at = datetime(2019, 7, 15, tzinfo=UTC)
    named = sha256 or f"{kind}{version}"
    return Material(
        version, "a", kind, version, named, "报告.pptx", 9, "pptx", state, "mail:1", at, late, printed=printed
    )


def test_first_file_is_registered_whoever_sends_it() -> None:
    for asked in (IN_TIME, DOUBTFUL, LATE, LOCKED):
        assert place([], DECK, "new", "", asked) == Placement(FileState.REGISTERED)


def test_same_bytes_are_no_new_version() -> None:
    known = [material(1), material(2)]
    for asked in (IN_TIME, DOUBTFUL, LATE, LOCKED):
        placed = place(known, DECK, "deck1", "", asked)
        assert placed == Placement(FileState.ALREADY_REGISTERED, same=known[0], counting=known[1])


@pytest.mark.parametrize(("asked", "why"), [(DOUBTFUL, Why.UNPROVEN), (LATE, Why.LATE), (LOCKED, Why.LOCKED)])
def test_file_that_may_not_replace_waits(asked: Asked, why: Why) -> None:
    known = [material(1)]
    assert place(known, DECK, "new", "", asked) == Placement(FileState.PENDING, why, None, known[0])


def test_proven_sender_replaces_at_once() -> None:
    known = [material(1)]
    assert place(known, DECK, "new", "", IN_TIME) == Placement(FileState.REGISTERED, counting=known[0])


def test_late_deck_replaces_a_late_one() -> None:
    assert place([material(1, late=True)], DECK, "new", "", LATE).state is FileState.REGISTERED


def test_deck_that_came_in_time_and_waits_is_not_late_when_it_comes_again() -> None:
    known = [material(1), material(2, PENDING)]
    assert place(known, DECK, "deck2", "", LATE).state is FileState.REGISTERED


def test_too_many_doubtful_files_stay_with_their_mail() -> None:
    known = [material(1), *(material(2 + more, PENDING) for more in range(MOST_PENDING))]
    assert place(known, DECK, "new", "", DOUBTFUL).state is FileState.KEPT
    assert place(known, DECK, "deck2", "", DOUBTFUL).state is FileState.PENDING
    assert place(known, DECK, "new", "", IN_TIME).state is FileState.REGISTERED


def test_newest_registered_version_counts() -> None:
    known = [material(3, PENDING), material(2), material(1), material(4, SET_ASIDE)]
    assert counting(known, DECK) == known[1]
    assert counting(known, SCAN) is None


def test_scan_without_a_code_waits_for_it() -> None:
    assert place([], SCAN, "new", "", IN_TIME) == Placement(FileState.PENDING, Why.CODE)


def test_scan_competes_with_scans_of_the_same_print_only() -> None:
    known = [material(1, kind=SCAN, printed="old")]
    assert place(known, SCAN, "new", "now", DOUBTFUL).state is FileState.REGISTERED
    assert place(known, SCAN, "new", "old", DOUBTFUL).state is FileState.PENDING


def test_only_a_trusted_sender_binds_a_registered_scan_to_another_print() -> None:
    known = [material(1, kind=SCAN, printed="old")]
    assert place(known, SCAN, "scan1", "now", DOUBTFUL).state is FileState.ALREADY_REGISTERED
    assert place(known, SCAN, "scan1", "now", IN_TIME).state is FileState.REGISTERED
    assert place(known, SCAN, "scan1", "", IN_TIME).state is FileState.ALREADY_REGISTERED


def test_word_of_the_contact_does_not_help_a_late_or_locked_file() -> None:
    in_time, late = material(1), material(2, PENDING, late=True)
    assert may_replace(late, in_time, locked=False) is Why.LATE
    assert may_replace(late, None, locked=False) is Why.NONE
    assert may_replace(material(2, PENDING), in_time, locked=True) is Why.LOCKED
    assert may_replace(material(2, PENDING), in_time, locked=False) is Why.NONE
