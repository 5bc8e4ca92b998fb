from __future__ import annotations

import pytest

from bot.documents.print_code import ALPHABET, print_code
from bot.documents.scan_text import find_codes

CODE = next(
    code for code in map(print_code, map(str, range(100))) if code[2].isdigit() and not code.isdigit()
)
OTHER = next(
    code for code in map(print_code, map(str, range(100, 200))) if code[3].isdigit() and not code.isdigit()
)
LETTERS = next(code for code in map(print_code, map(str, range(2000))) if code.isalpha())
DIGITS = next(code for code in map(print_code, map(str, range(200_000))) if code.isdigit())
FULL_WIDTH = "".join(chr(ord(character) + 0xFEE0) for character in CODE)


@pytest.mark.parametrize(
    "text",
    [
        f"打印码 {CODE}",
        f"打印码：{CODE}。",
        f"申报材料（打印码{CODE}）",
        f"打 印 码 : {CODE.lower()}",
        f"打印码 {CODE[:3]} {CODE[3:]} 第1页",
        f"打印码 {CODE[:3]}-{CODE[3:]}",
        f"打印码 {FULL_WIDTH}",
        f"打印码\n{CODE}",
        CODE,
        f"Re: {CODE} 申报表",
        f"宝丰县_{CODE}_扫描件.pdf",
        f"主题{CODE}的扫描件",
        CODE.lower(),
        " ".join(CODE),
        f"{CODE} {CODE}",
    ],
)
def test_code_is_found_however_it_is_written(text: str) -> None:
    assert find_codes(text) == [CODE]


def test_misread_character_is_forgiven_where_the_code_is_called_so() -> None:
    code = next(code for code in map(print_code, map(str, range(500))) if code.count("Q") == 1)
    misread = code.replace("Q", "0")
    assert find_codes(f"打印码 {misread}") == [code]
    assert find_codes(f"编号 {misread}") == []


def test_what_is_called_a_print_code_comes_first() -> None:
    assert find_codes(f"{OTHER} 另有打印码 {CODE}") == [CODE, OTHER]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "没有编号",
        DIGITS,
        f"电话 {DIGITS}",
        LETTERS.lower(),
        " ".join((LETTERS[:3], LETTERS[3:])).lower(),
        "X" + CODE,
        CODE + "8",
        f"{CODE[:3]}    {CODE[3:]}",
        CODE[:-1] + ALPHABET[(ALPHABET.index(CODE[-1]) + 1) % len(ALPHABET)],
    ],
)
def test_what_is_no_code_is_not_taken_for_one(text: str) -> None:
    assert find_codes(text) == []


def test_letters_alone_count_in_capitals() -> None:
    assert find_codes(f"编号 {LETTERS}") == [LETTERS]


def test_long_text_is_searched_in_little_time() -> None:
    assert find_codes("a b c " * 100_000) == []
