"""Whose mail it is, and what its sender may change."""

from __future__ import annotations

import pytest

from bot.mail.whose import Doubt, Standing, Whose, narrowed, whose
from bot.model.mail import Matched

A, B, C = "a" * 16, "b" * 16, "c" * 16
CODE, RECEIPT, THREAD, ADDRESS, FORM = Matched


def found(**marks: str) -> list[tuple[Matched, frozenset[str]]]:
    return [(mark, frozenset(marks.get(mark.value, "").split())) for mark in Matched]


@pytest.mark.parametrize("mark", [CODE, RECEIPT, THREAD, ADDRESS])
def test_single_mark_suffices(mark: Matched) -> None:
    assert whose(found(**{mark.value: A})) == Whose(A, mark)


def test_strongest_mark_names_by_what_it_was_matched() -> None:
    assert whose(found(print_code=A, receipt=A, thread=A, address=A, form=A)) == Whose(A, CODE)
    assert whose(found(receipt=A, address=A)) == Whose(A, RECEIPT)
    assert whose(found(thread=A, form=A)) == Whose(A, THREAD)


@pytest.mark.parametrize(
    "marks",
    [
        {"print_code": A, "receipt": B},
        {"print_code": A, "address": B},
        {"thread": A, "address": f"{B} {C}"},
        {"receipt": A, "form": B},
        {"print_code": f"{A} {B}", "address": A},
        {"receipt": f"{A} {B}"},
    ],
)
def test_two_marks_that_disagree_leave_it_to_a_person(marks: dict[str, str]) -> None:
    assert whose(found(**marks)) == Whose(doubt=Doubt.DISAGREE)


def test_further_marks_choose_among_several_applications_of_a_sender() -> None:
    assert whose(found(address=f"{A} {B}")) == Whose(doubt=Doubt.SEVERAL)
    assert whose(found(address=f"{A} {B}", form=B)) == Whose(B, ADDRESS)
    assert whose(found(thread=f"{A} {B}", address=f"{B} {C}")) == Whose(B, THREAD)


def test_form_of_a_unit_that_is_being_filled_is_no_mark_of_its_own() -> None:
    assert whose(found(form=A)) == Whose(doubt=Doubt.TAKEN)
    assert whose(found()) == Whose(doubt=Doubt.UNKNOWN)


def test_number_chooses_among_what_is_known_and_adds_nothing() -> None:
    assert narrowed([A, B], [B]) == frozenset({B})
    assert narrowed([A, B], [C]) == frozenset({A, B})
    assert narrowed([], [C]) == frozenset()


@pytest.mark.parametrize(
    ("standing", "may_change", "may_speak"),
    [
        (Standing(proven=True, registered=True), True, True),
        (Standing(proven=True, by_code=True), True, False),
        (Standing(registered=True, by_code=True), False, False),
        (Standing(proven=True), False, False),
        (Standing(proven=True, registered=True, is_other=True), True, False),
    ],
)
def test_only_a_proven_sender_of_the_application_changes_anything(
    standing: Standing, may_change: bool, may_speak: bool
) -> None:
    assert (standing.may_change, standing.may_speak) == (may_change, may_speak)
