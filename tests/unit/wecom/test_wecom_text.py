"""Cutting by bytes, and escaping."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.split import LIMIT, cut_bytes, split
from handlers.wecom.text import reply_xml, sendable

ANY_TEXT = st.text(st.characters())  # lone surrogates too
CHINESE = st.text(st.sampled_from("评选。！\n ，a👨\u200d👩é\u0301"), max_size=400)


def size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


@given(ANY_TEXT | CHINESE, st.integers(4, 60))
def test_split_loses_nothing_and_keeps_the_limit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join(parts) == text
    assert all(0 < size(part) <= limit for part in parts)


@given(CHINESE.filter(lambda text: bool(text.strip())), st.integers(8, 60))
def test_split_leaves_no_blank_rest_behind_words(text: str, limit: int) -> None:
    text = text.strip() + " "
    assert split(text, limit)[-1].strip()


@given(CHINESE, st.integers(32, 60))
def test_split_makes_no_needless_parts(text: str, limit: int) -> None:
    assert len(split(text, limit)) <= 2 * (size(text) // (limit // 2 - 3)) + 1


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("", 10, []),
        ("一二三", 9, ["一二三"]),
        ("一二三四", 9, ["一二三", "四"]),
        ("a" * 10, 4, ["aaaa", "aaaa", "aa"]),
        ("一二三。四五六", 15, ["一二三。", "四五六"]),
        ("一二三。”四五六", 18, ["一二三。”", "四五六"]),
        ("一二三\n四。五六", 18, ["一二三\n", "四。五六"]),
        ("一二\n\n三\n四五", 14, ["一二\n\n", "三\n四五"]),
        ("一，二三四五六", 15, ["一，二三四", "五六"]),
        ("👨\u200d👩👨\u200d👩", 16, ["👨\u200d👩", "👨\u200d👩"]),
        ("ab\u0301", 4, ["ab\u0301"]),
        ("abc\u0301", 4, ["ab", "c\u0301"]),
        ("一二三   ", 9, ["一二", "三   "]),
    ],
)
def test_split_prefers_the_strongest_boundary(text: str, limit: int, parts: list[str]) -> None:
    assert split(text, limit) == parts


def test_split_of_a_long_reply_ends_every_part_at_a_sentence() -> None:
    text = "本次评选依据通知第三条办理，请于规定日期前报送。" * 200
    parts = split(text)
    assert [part[-1] for part in parts] == ["。"] * len(parts)
    assert [size(part) > LIMIT - 100 for part in parts[:-1]] == [True] * (len(parts) - 1)


def test_split_refuses_a_limit_below_one_character() -> None:
    with pytest.raises(ValueError, match="limit"):
        split("一", 3)


@given(ANY_TEXT, st.integers(0, 40))
def test_cut_bytes_is_the_longest_beginning(text: str, limit: int) -> None:
    cut = cut_bytes(text, limit)
    assert text.startswith(cut)
    assert size(cut) <= limit
    assert cut == text or size(text[: len(cut) + 1]) > limit


@given(ANY_TEXT)
def test_reply_brings_the_text_unchanged(text: str) -> None:
    reply = ElementTree.fromstring(reply_xml("LiSi", "ww1", 1562720400, text))
    assert {child.tag: child.text or "" for child in reply} == {
        "ToUserName": "LiSi",
        "FromUserName": "ww1",
        "CreateTime": "1562720400",
        "MsgType": "text",
        "Content": sendable(text),
    }


@pytest.mark.parametrize(
    "text", ["]]>", "]]]]>>", "<![CDATA[x]]>", "a\r\nb\rc", "<xml>&amp;</xml>", "\t\n 。"]
)
def test_reply_is_lossless_for_what_looks_like_markup(text: str) -> None:
    assert ElementTree.fromstring(reply_xml("a", "b", 1, text)).findtext("Content") == text
    assert sendable(text) == text


def test_sendable_drops_control_characters_and_marks_lone_surrogates() -> None:
    assert sendable("a\x00\x08\x0b\x1f\ufffe\uffffb\ud800c\n\t") == "ab\ufffdc\n\t"
