"""Print codes (打印码): the short mark that binds a sheet of paper to one version of the form.

A code is six characters and a check character, all of an alphabet that cannot be misread: no 0 and O,
no 1, I and L. The check character finds every single wrong character and every swap of two.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from itertools import count, product

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 characters: a prime, so that the weighted sum below finds swaps as well."""

LENGTH = 6

_MISREAD = {"0": "DQ", "O": "DQ", "1": "7JT", "I": "7JT", "L": "7JT"}
"""What a character outside the alphabet may have been on the paper."""

_MOST_MISREAD = 2


def print_code(version: str) -> str:
    """The code of a version where nothing else is known: the first of `candidates`."""
    return next(candidates(version))


def candidates(version: str) -> Iterator[str]:
    """Codes for a version, the same ones in the same order every time; endless.

    Whoever keeps codes unique takes the first that no other version has.
    """
    for attempt in count():
        digest = hashlib.sha256(f"{version}:{attempt}".encode()).digest()
        number = int.from_bytes(digest, "big")
        body = ""
        for _ in range(LENGTH):
            number, place = divmod(number, len(ALPHABET))
            body += ALPHABET[place]
        yield body + _check_character(body)


def check_print_code(text: str) -> str | None:
    """The code somebody typed or a machine read, in its normal form; None if it is none.

    Case, full-width characters, spaces and hyphens do not matter. Up to two characters that no code has
    (0 O 1 I L) are taken for what they may have been, if the check character leaves one possibility.
    """
    typed = re.sub(r"[\s\-·.]", "", unicodedata.normalize("NFKC", text)).upper()
    if len(typed) != LENGTH + 1:
        return None
    if sum(character in _MISREAD for character in typed) > _MOST_MISREAD:
        return None
    readings = ("".join(reading) for reading in product(*(_MISREAD.get(c, c) for c in typed)))
    valid = [reading for reading in readings if _is_valid(reading)]
    return valid[0] if len(valid) == 1 else None


def _is_valid(code: str) -> bool:
    return all(character in ALPHABET for character in code) and code[-1] == _check_character(code[:-1])


def _check_character(body: str) -> str:
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, start=2))
    return ALPHABET[total % len(ALPHABET)]
