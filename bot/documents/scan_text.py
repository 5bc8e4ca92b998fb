"""Print codes that stand in a text: a subject, a body, a file name, the text layer of a scan."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.documents.print_code import ALPHABET, LENGTH, check_print_code

_CHARACTERS = LENGTH + 1
_LABELLED = re.compile(
    r"打\s*印\s*码\s*(?:为|是)?\s*[:：]?\s*[“\"'\[【(（「『]?\s*([0-9A-Za-z][0-9A-Za-z \-·.]{0,20})"
)
_WORD = re.compile(r"[0-9A-Za-z]+")
_JOINT = re.compile(r"[ \-·.]{1,2}")
_MOST_TEXT = 200_000


def find_codes(text: str) -> list[str]:
    """The print codes in `text` in their normal form, each once; those called 打印码 first.

    A code that is not called so must be written without a misreadable character, and look like a code:
    a digit in it or capitals throughout, not digits alone.
    """
    plain = unicodedata.normalize("NFKC", text[:_MOST_TEXT])
    return list(dict.fromkeys([*_labelled(plain), *_unlabelled(plain)]))


def _labelled(text: str) -> Iterator[str]:
    for found in _LABELLED.finditer(text):
        for candidate in _candidates(found[1], start_only=True):
            code = check_print_code(candidate)
            if code:
                yield code


def _unlabelled(text: str) -> Iterator[str]:
    for candidate in _candidates(text):
        typed = "".join(_WORD.findall(candidate))
        one_piece = len(typed) == len(candidate)
        if typed.isdigit() or not set(typed.upper()) <= set(ALPHABET):
            continue
        if typed.isupper() or (one_piece and any(character.isdigit() for character in typed)):
            code = check_print_code(candidate)
            if code:
                yield code


def _candidates(text: str, start_only: bool = False) -> Iterator[str]:
    """Runs of words with just the right number of characters, at most a space, hyphen or dot apart."""
    words = list(_WORD.finditer(text))
    for first, word in enumerate(words[:1] if start_only else words):
        count, end = 0, word.start()
        for following in words[first : first + _CHARACTERS]:
            if count and not _JOINT.fullmatch(text, end, following.start()):
                break
            count += len(following[0])
            end = following.end()
            if count >= _CHARACTERS:
                break
        if count == _CHARACTERS:
            yield text[word.start() : end]
