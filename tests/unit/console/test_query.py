"""Lists are asked for by addresses that people keep, cut off and edit."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console.query import (
    ApplicationQuery,
    AuditQuery,
    LateQuery,
    MailQuery,
    MailState,
    Mark,
    OutboxQuery,
    OutboxState,
    Owes,
    PeopleQuery,
    Query,
    QuestionQuery,
    Reach,
    Sort,
    address,
    read_query,
)

KINDS: tuple[type[Query], ...] = (
    ApplicationQuery,
    MailQuery,
    OutboxQuery,
    QuestionQuery,
    AuditQuery,
    LateQuery,
    PeopleQuery,
)


@pytest.mark.parametrize(
    "query",
    [
        ApplicationQuery("宝丰 县&=%", "baofeng", "submitted", Owes.ANY, Mark.LATE, Sort.RANK, True, 3),
        MailQuery(outcome=MailState.WAITING, descending=False),
        OutboxQuery(state=OutboxState.TROUBLE, person=17),
        AuditQuery(application="a" * 16, action="accept_candidate"),
        PeopleQuery(search="李", reach=Reach.UNREACHABLE),
        LateQuery(descending=False, page=2),
        QuestionQuery(),
    ],
)
def test_address_is_read_as_what_it_was_written_from(query: Query) -> None:
    assert read_query(type(query), dict(parse_qsl(address(query)))) == query


def test_address_of_the_usual_query_is_empty() -> None:
    assert [address(kind()) for kind in KINDS] == [""] * len(KINDS)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"page": "0"}, ApplicationQuery()),
        ({"page": "-3"}, ApplicationQuery()),
        ({"page": "２"}, ApplicationQuery()),
        ({"page": "99999999999"}, ApplicationQuery()),
        ({"page": " 2 "}, ApplicationQuery(page=2)),
        ({"sort": "seq; DROP TABLE", "owes": "all", "mark": "?"}, ApplicationQuery()),
        ({"descending": "yes"}, ApplicationQuery()),
        ({"descending": "1"}, ApplicationQuery(descending=True)),
        ({"search": "  宝丰\x00\t 公安 "}, ApplicationQuery(search="宝丰 公安")),
        ({"search": "１３８Ａ （宝丰）"}, ApplicationQuery(search="138A （宝丰）")),
        ({"search": "长" * 200}, ApplicationQuery(search="长" * 100)),
        ({"body": "a|b", "stage": "草稿"}, ApplicationQuery()),
        ({"body": "-"}, ApplicationQuery(body="-")),
        ({"unknown": "1"}, ApplicationQuery()),
    ],
)
def test_values_without_sense_count_as_not_given(given: dict[str, str], expected: ApplicationQuery) -> None:
    assert read_query(ApplicationQuery, given) == expected


NAMES = ["search", "page", "sort", "descending", "body", "stage", "state", "person", "outcome", "application"]


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(NAMES), st.text(max_size=200)))
def test_any_address_is_a_query_that_can_be_written_back(kind: type[Query], said: dict[str, str]) -> None:
    query = read_query(kind, said)
    assert query.page >= 1
    assert read_query(kind, dict(parse_qsl(address(query)))) == query
