"""The marks by which a mail says whose it is: print codes, receipt numbers, application numbers. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from bot.documents.print_code import LENGTH, check_print_code

T = TypeVar("T")

MOST = 8
"""More different codes (or receipts) than this in one mail are a list of guesses: none of them counts."""

LONGEST = 100_000
"""Characters of a text that are searched: the transaction that asks holds up all others."""

_NAMED = re.compile(
    rf"打\s*印\s*码\s*[是为]?\s*[:“\"'\[【(]*\s*([0-9A-Za-z](?:[\s\-·.]{{0,2}}[0-9A-Za-z]){{{LENGTH}}})(?![0-9A-Za-z])"
)
_BARE = re.compile(rf"(?<![0-9A-Za-z])[0-9A-Za-z]{{{LENGTH + 1}}}(?![0-9A-Za-z])")
_NUMBER = re.compile(r"(?<![0-9A-Za-z\-])([0-9]{4}-[0-9]{3,5})(?:-([0-9]{1,3}))?(?![0-9A-Za-z\-])")
_BLANKS = re.compile(r"\s+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt number taken apart: of the application `number`, its submission `submission` (1…)."""

    number: str
    submission: int


@dataclass(frozen=True, slots=True)
class Marks:
    """What was found, in order, each once.

    `codes` are valid by their check character. `numbers` are application numbers without a submission: anybody
    can count them up, so they only choose among applications that are known otherwise. `misread` tells of
    something called a print code that is none.
    """

    codes: tuple[str, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    numbers: tuple[str, ...] = ()
    misread: bool = False


def find_marks(texts: Iterable[str]) -> Marks:
    """The marks in a mail's subject, newest text and file names, and in what its files hold."""
    codes: dict[str, None] = {}
    receipts: dict[Receipt, None] = {}
    numbers: dict[str, None] = {}
    misread = False
    for text in texts:
        # long runs of blanks would keep the search for a code busy for hours
        plain = _BLANKS.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST])).translate(_DASHES)
        for found in _NAMED.finditer(plain):
            code = check_print_code(found[1])
            misread = misread or code is None
            if code:
                codes[code] = None
        for found in _BARE.finditer(plain):
            code = check_print_code(found[0]) if _looks_like_a_code(found[0]) else None
            if code:
                codes[code] = None
        for found in _NUMBER.finditer(plain):
            if found[2]:
                receipts[Receipt(found[1], int(found[2]))] = None
            else:
                numbers[found[1]] = None
    return Marks(_few(codes), _few(receipts), _few(numbers), misread)


def _looks_like_a_code(word: str) -> bool:
    """A word that nobody called a code: not a telephone number, nor a word of some language."""
    has_digit = any(character.isdigit() for character in word)
    return not word.isdigit() and (has_digit or word.isupper())


def _few(found: dict[T, None]) -> tuple[T, ...]:
    return tuple(found) if len(found) <= MOST else ()
