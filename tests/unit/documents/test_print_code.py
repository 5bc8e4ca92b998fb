"""Print codes: unambiguous, bound to a version, and forgiving only where nothing can go wrong."""

from __future__ import annotations

import hashlib
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.documents.print_code import ALPHABET, candidates, check_print_code, print_code

VERSIONS = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(200)]
CODES = [print_code(version) for version in VERSIONS]
versions = st.sampled_from(VERSIONS)
places = st.integers(0, 6)


def test_codes_have_seven_characters_that_cannot_be_misread() -> None:
    assert {len(code) for code in CODES} == {7}
    assert set("".join(CODES)) == set(ALPHABET)
    assert set(ALPHABET) & set("01OIL") == set()
    assert len(set(CODES)) == len(CODES)


def test_code_of_a_version_is_always_the_same() -> None:
    version = hashlib.sha256(b"one").hexdigest()
    assert list(islice(candidates(version), 5)) == list(islice(candidates(version), 5))
    assert next(candidates(version)) == print_code(version)


def test_a_version_has_many_codes_to_choose_from() -> None:
    offered = list(islice(candidates(VERSIONS[0]), 100))
    assert len(set(offered)) == 100
    assert [check_print_code(code) for code in offered] == offered


@settings(deadline=None)
@given(versions, places, st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(version: str, place: int, wrong: str) -> None:
    code = print_code(version)
    changed = code[:place] + wrong + code[place + 1 :]
    assert check_print_code(changed) == (code if changed == code else None)


@settings(deadline=None)
@given(versions, places, places)
def test_two_swapped_characters_are_found(version: str, one: int, other: int) -> None:
    code = print_code(version)
    letters = list(code)
    letters[one], letters[other] = letters[other], letters[one]
    changed = "".join(letters)
    assert check_print_code(changed) == (code if changed == code else None)


@pytest.mark.parametrize("code", CODES[:20])
def test_code_is_read_however_it_is_typed(code: str) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    typed = [code.lower(), wide, wide.lower(), f"  {code} ", f"{code[:3]} {code[3:]}", "-".join(code)]
    assert [check_print_code(text) for text in typed] == [code] * 6


def test_misread_character_is_mended_where_the_check_character_allows_it() -> None:
    with_d = next(code for code in CODES if code.count("D") == 1 and "Q" not in code)
    with_j = next(code for code in CODES if code.count("J") == 1)
    assert check_print_code(with_d.replace("D", "0")) == with_d
    assert check_print_code(with_d.replace("D", "O")) == with_d
    assert check_print_code(with_j.replace("J", "1")) == with_j


@pytest.mark.parametrize(
    "text", ["", "7K3F9Q", "0000000", "OOOIIIL", "打印码7K3", "7K3F9Q22", "？？？？？？？", "\u0660" * 7]
)
def test_text_that_is_no_code_is_refused(text: str) -> None:
    assert check_print_code(text) is None


@settings(deadline=None)
@given(st.text(max_size=12))
def test_any_text_gives_a_valid_code_or_none(text: str) -> None:
    code = check_print_code(text)
    assert code is None or check_print_code(code) == code
