"""What a reply says anew, over texts as the mail programs of the region write them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mail.quotes import html_text, newest_part

SAMPLES = Path(__file__).parents[2] / "data" / "mail" / "quotes"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.newest"))
# The text body of one sample only says that there is an HTML body.
BODIES = sorted(
    path.name
    for path in SAMPLES.iterdir()
    if path.suffix == ".html" or (path.suffix == ".txt" and path.stem != "plain_stub")
)


def _body(name: str) -> str:
    path = SAMPLES / name
    return path.read_bytes().decode() if path.exists() else ""


def _newest(name: str) -> str:
    return _body(f"{name}.newest").removesuffix("\n")


@pytest.mark.parametrize("name", NAMES)
def test_newest_part_is_what_the_sender_wrote(name: str) -> None:
    assert newest_part(_body(f"{name}.txt"), _body(f"{name}.html")) == _newest(name)


@pytest.mark.parametrize("file", BODIES)
def test_newest_part_needs_only_one_of_the_bodies(file: str) -> None:
    name, _, kind = file.rpartition(".")
    text, html = (_body(file), "") if kind == "txt" else ("", _body(file))
    assert newest_part(text, html) == _newest(name)


def test_samples_are_enough_to_mean_something() -> None:
    assert len(NAMES) >= 14


def test_newest_part_of_a_mail_without_a_quote_is_the_whole_text() -> None:
    assert (
        newest_part("您好：\r\n\r\n附件请查收。\r\n", "<p>您好：</p><p>附件请查收。</p>")
        == "您好：\n\n附件请查收。"
    )
    assert newest_part("", "") == ""
    assert newest_part(" \n", "<div>只有HTML</div>") == "只有HTML"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>甲</p><p>乙<br>丙</p>", "甲\n乙\n丙"),
        ("甲&nbsp;&amp;&#20057;&lt;", "甲 &乙<"),
        ("<style>p{}</style><script>if (a<b) {}</script><title>题</title>文", "文"),
        ("<!-- 注 --><![if !x]>文<![endif]><!DOCTYPE html>", "文"),
        ("<table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table>", "甲 乙\n丙"),
        ("<pre>甲\n  乙</pre>", "甲\n乙"),
        ("1 < 2 <b>且</b> 3 > 2", "1 < 2 且 3 > 2"),
        ("<div title='a>b'>文</div", "文</div"),
        ("<p>甲<!-- 没有结束 <b>", "甲"),
        ("&#99999999999999999999;&#" + "9" * 5000 + ";", "\ufffd\ufffd"),
        ("<div>甲<div>乙</div>丙</div>", "甲\n乙\n丙"),
    ],
)
def test_html_text_reads_lines(html: str, text: str) -> None:
    assert html_text(html) == text


_BITS = st.sampled_from(
    [
        "<div>",
        "</div>",
        "<blockquote type=cite>",
        "</blockquote>",
        "<br>",
        "<",
        ">",
        '"',
        "<!--",
        "-->",
        "&#",
        "&nbsp;",
        "\n",
        "> ",
        "在 2019-07-10 09:12:33，x 写道：",
        "---- 原始邮件 ----",
        "发件人：a",
        "发送时间：b",
        "主题：c",
        "发自我的 iPhone",
        "甲",
        "\xa0",
        "<pre>",
        "<hr id=replySplit>",
        "<script>",
        "<table data-uneditable>",
    ]
)


@given(st.one_of(st.text(), st.lists(_BITS).map("".join)), st.one_of(st.text(), st.lists(_BITS).map("".join)))
def test_newest_part_never_fails_and_never_grows(text: str, html: str) -> None:
    newest = newest_part(text, html)
    assert len(newest) <= max(len(text), len(html))
    assert bool(newest) == bool(text.strip() or html_text(html))


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a ",
        '<a "',
        "<!--",
        "<![",
        "</",
        "&",
        "&#1",
        "<p>",
        "<div>",
        "</p>",
        "<td data-uneditable>",
        "<blockquote>a<br>",
        "<blockquote type=cite>x</blockquote><br>",
        ">\n\n",
        "> a\n",
        "发件人：\n",
        "发件人：x\n发送时间：y\n\n\n",
        "----",
        "On a 2019 10:00 " * 17 + ":\n",
        "在2019年7月10日 10:00，a写道：\n> x\n",
        "a 于 2019年1月1日 " * 20 + ":\n",
        "\xa0",
        "\n",
    ],
)
def test_newest_part_takes_time_in_proportion(unit: str) -> None:
    hostile = (unit * (100_000 // len(unit) + 1))[:100_000]
    start = time.process_time()
    newest_part(hostile, hostile)
    assert time.process_time() - start < 20  # a pattern that backtracks takes minutes
