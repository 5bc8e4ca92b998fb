"""`ask` as a program sees it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from bot.knowledge.ask_command import run
from config.campaign import Campaign


def lines_for(campaign: Campaign, *lines: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    assert run(["--jsonl"], io.StringIO("".join(line + "\n" for line in lines)), out, campaign) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_ask_prints_the_answer(campaign: Campaign) -> None:
    out = io.StringIO()
    assert run(["申报表用什么纸"], io.StringIO(), out, campaign) == 0
    assert out.getvalue() == (
        "申报表规格为A4纸。\n依据〔附件1·填表说明·第3项〕：“此表上报一份，规格为A4纸”\n"
    )


@pytest.mark.parametrize("context", [["--context", "联系电话是多少？"], ["--context=联系电话是多少？"]])
def test_ask_takes_earlier_questions(campaign: Campaign, context: list[str]) -> None:
    out = io.StringIO()
    assert run(["邮箱呢", *context], io.StringIO(), out, campaign) == 0
    assert out.getvalue().startswith("电子邮箱是pdszffzb@126.com。")


@pytest.mark.parametrize(
    "argv", [[], ["--context"], ["问题", "--context"], ["--other"], ["一", "二"], ["问", "--jsonl"]]
)
def test_wrong_usage_is_status_2_and_prints_nothing(
    campaign: Campaign, argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.StringIO()
    assert run(argv, io.StringIO(), out, campaign) == 2
    assert out.getvalue() == ""
    assert capsys.readouterr().err.startswith("usage: ask")


def test_lines_are_answered_in_order_with_their_ids(campaign: Campaign) -> None:
    answers = lines_for(
        campaign,
        '{"id":"a","q":"申报表用什么纸"}',
        '{"id":7,"q":"公示期几天","context":[]}',
        '{"id":"c","q":"邮箱呢","context":["联系电话是多少？"]}',
    )
    assert [(a["id"], a["clauses"], a["refused"]) for a in answers] == [
        ("a", ["a1.note.3"], False),
        (7, [], True),
        ("c", ["contact"], False),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "no json",
        "[]",
        '"text"',
        "{}",
        '{"id":"a"}',
        '{"q":"纸"}',
        '{"id":"a","q":7}',
        '{"id":null,"q":"纸"}',
        '{"id":"a","q":"纸","context":"早先"}',
        '{"id":"a","q":"纸","context":[1]}',
        '{"id":"\\ud800","q":"纸"}',
    ],
)
def test_bad_line_is_answered_as_bad_and_the_next_as_usual(campaign: Campaign, line: str) -> None:
    bad, good = lines_for(campaign, line, '{"id":"a","q":"申报表用什么纸"}')
    assert {key: bad[key] for key in ("id", "clauses", "refused", "error")} == {
        "id": None,
        "clauses": [],
        "refused": True,
        "error": "bad_input",
    }
    assert bad["answer"] != ""
    assert good["clauses"] == ["a1.note.3"]


def test_no_state_between_lines(campaign: Campaign) -> None:
    alone = lines_for(campaign, '{"id":"b","q":"那第二项呢"}')
    after = lines_for(campaign, '{"id":"a","q":"领导机制几分"}', '{"id":"b","q":"那第二项呢"}')
    assert after[1:] == alone


class Watched(io.StringIO):
    """Counts the flushes."""

    flushed = 0

    def flush(self) -> None:
        self.flushed += 1
        super().flush()


def test_each_line_is_flushed_at_once(campaign: Campaign) -> None:
    out = Watched()
    run(["--jsonl"], io.StringIO('{"id":1,"q":"纸"}\n{"id":2,"q":"纸"}\n'), out, campaign)
    assert out.flushed == 2
