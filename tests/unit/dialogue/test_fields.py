"""Dialogue page §5: what the form must hold, character by character."""

from __future__ import annotations

from datetime import date

import pytest

from bot.dialogue.fields import Refusal, Value, count_words, normalise, read_value, spells_numbers
from tests.fakes.conversation import campaign

FORM = campaign().form
TODAY = date(2019, 7, 10)


def read(field: str, text: str) -> str:
    """What is stored, or the code of the refusal."""
    value = read_value(FORM.field(field), text, TODAY)
    return value.text if isinstance(value, Value) else value.code


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("\u3000王\u3000强 。", "王强"),
        ("王\u200b强\ufeff\u2060", "王强"),
        ("\u00a0Ｊｏｈｎ　Smith１２\u00a0", "John　Smith12"),
        ("王强\u2003。\u2003，", "王强"),
        ("王\n强", "王强"),
        ("张三.", "张三."),
        ("<b>{x}</b>\\n%s", "<b>{x}</b>\\n%s"),
        ("😀！", "empty"),
        ("　", "empty"),
        ("。。。", "empty"),
    ],
)
def test_line_is_normalised_and_nothing_else_changed(text: str, stored: str) -> None:
    assert read("leader", text) == stored


def test_blank_between_chinese_characters_goes_and_others_stay() -> None:
    assert read("unit_address", "建设 路１２号 A 座") == "建设路12号 A 座"


@pytest.mark.parametrize("field", ["summary", "applicant_opinion"])
def test_long_text_keeps_its_blanks_and_final_mark(field: str) -> None:
    assert read(field, " 同 意，\n申报。 ") == "同 意，\n申报。"


@pytest.mark.parametrize(
    "text",
    [
        *["2019年7月10日", "2019年07月10号", "2019-7-10", "2019/07/10", "2019.7.10", "20190710", "7月10日"],
        *[
            "7月10号",
            "7/10",
            "7-10",
            "7.10",
            "二〇一九年七月十日",
            "二零一九年七月十日",
            "七月十号",
            "2019年七月10日",
        ],
        *[
            "今天",
            "今日",
            "２０１９ 年 ７ 月 １０ 日",
            "7／10",
            "2019－7－10",
            "2019．7．10",
            "七月十號",
            "7月10日。",
        ],
        *["二○一九年7月10日", "七月10日"],
    ],
)
def test_date_is_read_in_every_usual_form(text: str) -> None:
    assert read("fill_date", text) == "2019-07-10"


@pytest.mark.parametrize(
    "text",
    [
        *[
            "2月30日",
            "13/1",
            "下周吧",
            "2019-02-29",
            "2019年13月1日",
            "7月32日",
            "7月0日",
            "明天",
            "2019",
            "7月",
        ],
        *["十三月一日", "二〇一九年二月三十日", "20191301", "七月二七日", "2019-7/10", "2019-7-10-1"],
    ],
)
def test_date_that_is_none_is_refused(text: str) -> None:
    assert read("fill_date", text) == "bad_date"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("138-0000 0000", "13800000000"),
        ("＋86 13800000000", "13800000000"),
        ("（+86）138—0000–0000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("１３８００００００００。", "13800000000"),
        ("0375-2663225", "0375-2663225"),
        ("03752663225", "0375-2663225"),
        ("（0375）2663225", "0375-2663225"),
        ("0375 2663225", "0375-2663225"),
        ("010－12345678", "010-12345678"),
        ("0211234567", "021-1234567"),
        ("1380000000", "bad_phone"),
        ("138000000000", "bad_phone"),
        ("12800000000", "bad_phone"),
        ("0375-266322", "bad_phone"),
        ("375-2663225", "bad_phone"),
        ("1380000000a", "bad_phone"),
        ("13800000000 13900000000", "bad_phone"),
        ("(0375-2663225", "bad_phone"),
    ],
)
def test_telephone(text: str, stored: str) -> None:
    assert read("contact_phone", text) == stored


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (" A.b_C%d+e-f@X-y.gov.CN。", "A.b_C%d+e-f@X-y.gov.CN"),
        ("ａ＿b＠126．com", "a_b@126.com"),
        ("a b@126.com", "ab@126.com"),
        ("a@b", "bad_email"),
        ("a@@b.cn", "bad_email"),
        ("@b.cn", "bad_email"),
        ("a@b..cn", "bad_email"),
        ("a@.cn", "bad_email"),
        ("a@b.c", "bad_email"),
        ("a@b.c1", "bad_email"),
        ("王@b.cn", "bad_email"),
        ("a@b.cn.", "bad_email"),
    ],
)
def test_mail_address(text: str, stored: str) -> None:
    assert read("contact_email", text) == stored


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        *[("applicant_unit", 60), ("recommender", 60), ("unit_name", 60), ("unit_address", 100)],
        *[
            ("unit_level", 20),
            ("leader", 30),
            ("contact_name", 30),
            ("applicant_opinion", 500),
            ("summary", 1000),
        ],
    ],
)
def test_limit_counts_the_normalised_value(field: str, limit: int) -> None:
    assert read(field, " \u200b" + "𠮷" * limit + "\n") == "𠮷" * limit
    refused = read_value(FORM.field(field), "𠮷" * limit + "丙", TODAY)
    assert refused == Refusal("too_long", limit + 1, "丙")


@pytest.mark.parametrize(
    ("text", "count"),
    [("2019 PPT 96.2%", 3), ("20\n19", 2), ("——……", 4), ("服务A服务", 5), (" \n\u3000", 0), ("，。", 2)],
)
def test_words_are_counted_as_a_word_processor_does(text: str, count: int) -> None:
    assert count_words(text) == count


def test_words_beyond_the_limit_are_named() -> None:
    assert read_value(FORM.field("summary"), "服 " * 1000 + "2019年", TODAY) == Refusal(
        "too_long", 1002, "2019年"
    )


@pytest.mark.parametrize(
    "text", ["培训三十次", "一百二十余件", "百分之五", "二〇一八年", "两千万元", "十二小时", "三四十多家"]
)
def test_spelled_figures_are_noticed(text: str) -> None:
    assert spells_numbers(text)
    assert read_value(FORM.field("summary"), text, TODAY) == Value(text, ("arabic_digits",))


@pytest.mark.parametrize(
    "text", ["一是…二是", "三项制度", "一次办妥", "双随机、一公开", "统一", "30次", "十多家", "一一落实"]
)
def test_words_with_numerals_are_no_figures(text: str) -> None:
    assert not spells_numbers(text)


def test_title_instead_of_a_name_is_stored_with_a_hint() -> None:
    value = read_value(FORM.field("leader"), "张局长", TODAY)
    assert isinstance(value, Value)
    assert (value.text, len(value.hints)) == ("张局长", 1)


def test_normalising_twice_is_normalising_once() -> None:
    text = "\u200b Ａ\ufeff１ \u3000"
    assert normalise(normalise(text)) == normalise(text) == "A1"
