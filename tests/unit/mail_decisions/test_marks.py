"""Print codes, receipts and numbers in a mail's words."""

from __future__ import annotations

import time

import pytest

from bot.documents.print_code import print_code
from bot.mail.marks import MOST, Marks, Receipt, find_marks

OTHER = print_code("other")


@pytest.mark.parametrize(
    "text",
    [
        "打印码{code}",
        "打印码：{code}，请查收",
        "申报报告（{code}）",
        "申报报告_{code}.pptx",
        "宝丰县市监局{code}盖章件.pdf",
        "打印码 {lower}",
        "打印码是 {spaced}",
        "打印码：{wide}",
    ],
)
def test_print_code_is_found_however_it_is_written(text: str) -> None:
    code = print_code("version")
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    said = text.format(code=code, lower=code.lower(), spaced=f"{code[:3]} {code[3:5]}-{code[5:]}", wide=wide)
    assert find_marks([said]).codes == (code,)


def test_codes_of_all_texts_come_once_and_in_order() -> None:
    code = print_code("version")
    assert find_marks([code, f"{OTHER} {code}", OTHER]).codes == (code, OTHER)


@pytest.mark.parametrize(
    "text", ["2663225", "0375-2663225", "meeting", "reports", "13837512345", "x7K3F2MXx"]
)
def test_telephone_numbers_and_words_are_no_codes(text: str) -> None:
    assert find_marks([text]) == Marks(numbers=find_marks([text]).numbers)


def test_wrong_check_character_is_told_only_where_it_was_called_a_print_code() -> None:
    code = print_code("version")
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert find_marks([f"打印码{wrong}"]) == Marks(misread=True)
    assert find_marks([f"附件{wrong}"]) == Marks()


def test_list_of_guesses_counts_for_nothing() -> None:
    codes = [print_code(f"version {place}") for place in range(MOST + 1)]
    assert find_marks(codes[:MOST]).codes == tuple(codes[:MOST])
    assert find_marks(codes).codes == ()


def test_receipts_numbers_and_dates_are_told_apart() -> None:
    marks = find_marks(["Re: 申报报告 [2019-017-2]", "申报编号2019－018，7月12日", "2019-07-12 2019-07"])
    assert marks == Marks(receipts=(Receipt("2019-017", 2),), numbers=("2019-018",))


@pytest.mark.parametrize("blank", [" ", "\t \r\n", "\u3000"])
def test_find_marks_is_not_kept_busy_by_blanks(blank: str) -> None:
    started = time.process_time()
    assert find_marks([f"打印码{blank * 20_000}!"]) == Marks()
    assert time.process_time() - started < 20  # a pattern that backtracks takes minutes
