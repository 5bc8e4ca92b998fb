"""The store's contract: the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model.message import (
    Body,
    Card,
    CardUpdate,
    Channel,
    Choice,
    Delivery,
    File,
    FormOrder,
    Outcome,
    PageOrder,
    Text,
)
from bot.ports import Claimed, Draft, Store
from storage.bodies import from_json, to_json
from storage.database import Database
from storage.store import SqlStore
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
SENT = Delivery(Outcome.SENT)


def draft(key: str, address: str = "zhangsan", *, once: bool = False, delay: float = 0.0) -> Draft:
    return Draft(key, Channel.WECOM, None, address, Text(key), once, delay, passive=delay > 0)


def queue(writer: ThreadWriter, *rows: Draft) -> None:
    writer.run_blocking(lambda store: store.queue(rows, NOW))


def claim(writer: ThreadWriter, after: float = 0.0, owner: str = "me", limit: int = 10) -> Sequence[Claimed]:
    now = NOW + timedelta(seconds=after)
    return writer.run_blocking(lambda store: store.claim_due(Channel.WECOM, owner, now, limit))


def keys(claimed: Sequence[Claimed]) -> list[str]:
    return [row.outgoing.key for row in claimed]


def settle(
    writer: ThreadWriter, row: Claimed, delivery: Delivery, after: float = 0.0, owner: str = "me"
) -> None:
    now = NOW + timedelta(seconds=after)
    writer.run_blocking(lambda store: store.settle(row.id, owner, delivery, now))


def states(database: Database) -> list[tuple[str, str, int]]:
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT key, state, attempts FROM outbox ORDER BY id")
        return [(key, state, attempts) for key, state, attempts in rows]


def test_queue_same_key_twice_is_one_row(writer: ThreadWriter, database: Database) -> None:
    queue(writer, draft("a"), draft("a"))
    queue(writer, draft("a", "lisi"), draft("b", "lisi"))
    assert states(database) == [("a", "queued", 0), ("b", "queued", 0)]


def test_claim_takes_the_oldest_row_of_each_address(writer: ThreadWriter) -> None:
    queue(writer, draft("a1"), draft("a2"), draft("b1", "lisi"), draft("a3"))
    first = claim(writer)
    assert keys(first) == ["a1", "b1"]
    assert keys(claim(writer)) == []
    settle(writer, first[0], SENT)
    assert keys(claim(writer)) == ["a2"]


def test_claim_hands_out_the_whole_message(writer: ThreadWriter) -> None:
    body = Card("task", "标题", "内容", (Choice("是", "确认"),))

    def use_case(store: Store) -> int:
        person = store.visitor(Channel.WECOM, "zhangsan", "", NOW).person.id
        store.queue([Draft("a", Channel.WECOM, person, "zhangsan", body, once=True)], NOW)
        return person

    person = writer.run_blocking(use_case)
    (row,) = claim(writer)
    assert (row.attempts, row.person, row.outgoing.key, row.outgoing.channel) == (
        0,
        person,
        "a",
        Channel.WECOM,
    )
    assert (row.outgoing.addresses, row.outgoing.body, row.outgoing.once) == (("zhangsan",), body, True)


def test_claim_is_per_channel_and_limited(writer: ThreadWriter) -> None:
    queue(writer, *(draft(f"{n}", f"u{n}") for n in range(5)))
    writer.run_blocking(lambda store: store.queue([Draft("m", Channel.MAIL, None, "u0", Text("m"))], NOW))
    assert keys(claim(writer, limit=2)) == ["0", "1"]
    assert keys(claim(writer)) == ["2", "3", "4"]


def test_passive_row_waits_for_its_delay_and_holds_back_later_ones(writer: ThreadWriter) -> None:
    queue(writer, draft("reply", delay=30), draft("push"))
    assert keys(claim(writer, 29.9)) == []
    assert keys(claim(writer, 30)) == ["reply"]


def test_passive_done_lets_the_next_one_go(writer: ThreadWriter, database: Database) -> None:
    queue(writer, draft("reply", delay=30), draft("push"))
    writer.run_blocking(lambda store: store.passive_done("reply", NOW))
    assert keys(claim(writer)) == ["push"]
    assert states(database)[0] == ("reply", "sent", 0)


def test_passive_missed_is_due_at_once(writer: ThreadWriter) -> None:
    queue(writer, draft("reply", delay=30))
    writer.run_blocking(lambda store: store.passive_missed("reply", NOW))
    assert keys(claim(writer)) == ["reply"]


def test_settle_retry_waits_then_comes_again(writer: ThreadWriter, database: Database) -> None:
    queue(writer, draft("a"))
    (row,) = claim(writer)
    settle(writer, row, Delivery(Outcome.RETRY, code=45009, error="quota", retry_after=90))
    assert states(database) == [("a", "waiting", 1)]
    assert keys(claim(writer, 89.9)) == []
    (again,) = claim(writer, 90)
    assert again.attempts == 1


def test_settle_failed_is_final_and_frees_the_address(writer: ThreadWriter, database: Database) -> None:
    queue(writer, draft("a"), draft("b"))
    (row,) = claim(writer)
    settle(writer, row, Delivery(Outcome.FAILED, code=81013))
    assert keys(claim(writer)) == ["b"]
    assert states(database)[0] == ("a", "failed", 1)


@pytest.mark.parametrize(("once", "state"), [(True, "waiting"), (False, "unsure")])
def test_settle_unsure_is_asked_again_only_where_duplicates_are_dropped(
    writer: ThreadWriter, database: Database, once: bool, state: str
) -> None:
    queue(writer, draft("a", once=once))
    (row,) = claim(writer)
    settle(writer, row, Delivery(Outcome.UNSURE, error="no answer", retry_after=5))
    assert states(database) == [("a", state, 1)]
    assert keys(claim(writer, 5)) == (["a"] if once else [])


def test_settle_tenth_attempt_fails(writer: ThreadWriter, database: Database) -> None:
    queue(writer, draft("a"))
    for attempt in range(10):
        (row,) = claim(writer, attempt)
        settle(writer, row, Delivery(Outcome.RETRY), attempt)
    assert states(database) == [("a", "failed", 10)]
    assert keys(claim(writer, 3600)) == []


def test_lease_runs_out_counts_an_attempt_and_only_its_owner_settles(
    writer: ThreadWriter, database: Database
) -> None:
    queue(writer, draft("a"))
    (lost,) = claim(writer, owner="gone")
    assert keys(claim(writer, 59.9, owner="next")) == []
    (taken,) = claim(writer, 60, owner="next")
    assert (taken.id, taken.attempts) == (lost.id, 1)
    settle(writer, lost, SENT, 61, owner="gone")
    assert states(database) == [("a", "sending", 1)]
    settle(writer, taken, SENT, 61, owner="next")
    assert states(database) == [("a", "sent", 2)]


def test_lease_that_always_runs_out_fails_in_the_end(writer: ThreadWriter, database: Database) -> None:
    queue(writer, draft("a"))
    taken = [len(claim(writer, 60 * attempt)) for attempt in range(12)]
    assert (taken, states(database)) == ([1] * 10 + [0, 0], [("a", "failed", 10)])


def test_claim_respects_thirty_a_minute_per_address(writer: ThreadWriter) -> None:
    queue(writer, *(draft(f"{n:02}") for n in range(32)), draft("other", "lisi"))
    for second in range(30):
        settle(writer, claim(writer, second)[0], SENT, second)
    assert keys(claim(writer, 59)) == []  # the one of lisi is leased
    assert keys(claim(writer, 60)) == ["30", "other"]


def test_claim_passive_replies_do_not_count_towards_the_rate(writer: ThreadWriter) -> None:
    queue(writer, *(draft(f"{n:02}", delay=30) for n in range(40)), draft("push"))
    for n in range(40):
        writer.run_blocking(partial(SqlStore.passive_done, key=f"{n:02}", now=NOW))
    assert keys(claim(writer)) == ["push"]


def test_claim_respects_a_thousand_an_hour_per_address(writer: ThreadWriter, database: Database) -> None:
    queue(writer, *(draft(f"{n}") for n in range(1001)))
    moment = f"{int(NOW.timestamp() * 1_000_000)}"
    with database.engine.connect() as connection:
        connection.exec_driver_sql(
            f"UPDATE outbox SET state = 'sent', done_at = {moment}, pushed_at = {moment} WHERE key <> '1000'"
        )
    assert keys(claim(writer, 3599)) == []
    assert keys(claim(writer, 3600)) == ["1000"]


def test_claim_two_senders_never_share_a_row(writer: ThreadWriter) -> None:
    queue(writer, *(draft(f"{n}", f"u{n}") for n in range(20)))
    one, two = claim(writer, owner="one", limit=12), claim(writer, owner="two", limit=12)
    assert sorted(keys(one) + keys(two), key=int) == [f"{n}" for n in range(20)]


def test_counts_tell_open_rows_and_their_age(writer: ThreadWriter, database: Database) -> None:
    queue(writer, draft("a"), draft("b"), draft("c", "lisi"))
    settle(writer, claim(writer)[0], SENT)
    counts = database.counts()
    assert (counts.outbox, counts.oldest_open) == ({"queued": 1, "sending": 1}, NOW)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(outcomes=st.lists(st.sampled_from(list(Outcome)), max_size=12), once=st.booleans())
def test_every_row_ends_in_a_final_state_in_order(
    writer: ThreadWriter, database: Database, outcomes: list[Outcome], once: bool
) -> None:
    with database.engine.connect() as connection:
        connection.exec_driver_sql("DELETE FROM outbox")
    queue(writer, *(draft(f"{n}", once=once) for n in range(3)))
    coming = iter(outcomes)
    handled: list[str] = []
    for round_ in range(40):
        for row in claim(writer, 61 * round_):
            handled.append(row.outgoing.key)
            settle(writer, row, Delivery(next(coming, Outcome.SENT)), 61 * round_)
    assert handled == sorted(handled)
    assert {state for _, state, _ in states(database)} <= {"sent", "failed", "unsure"}
    assert len(states(database)) == 3


words = st.text(max_size=30)


@given(
    st.one_of(
        st.builds(Text, words),
        st.builds(Card, words, words, words, st.lists(st.builds(Choice, words, words)).map(tuple)),
        st.builds(CardUpdate, words, words),
        st.builds(File, words, words),
        st.builds(FormOrder, words),
        st.builds(PageOrder, words, st.integers()),
    )
)
def test_body_survives_being_written_down(body: Body) -> None:
    assert from_json(to_json(body)) == body
