"""Which messages leave in one call, and what became of each of them."""

from __future__ import annotations

from dataclasses import replace

from bot.model.message import Body, Card, Channel, Choice, Delivery, Mail, Outcome, Outgoing, Text
from bot.ports import Claimed
from bot.work.one_call import NOT_REACHED, calls, chosen, fates, joined

SAME = Text("请核对。")


def row(number: int, body: Body = SAME, *, once: bool = True, attempts: int = 0) -> Claimed:
    to = (f"member{number}",)
    return Claimed(number, attempts, number, Outgoing(f"key{number}", Channel.WECOM, to, body, once))


def card(number: int, text: str = "请核对。") -> Card:
    return Card(f"notice-1-{number}", "通知", text, (Choice("收到", "收到 通知1"),))


def ids(found: list[tuple[Claimed, ...]]) -> list[list[int]]:
    return [[one.id for one in call] for call in found]


def test_same_words_leave_together_in_the_order_of_their_ids() -> None:
    assert ids(calls([row(3), row(1), row(2, Text("别的")), row(4)])) == [[1, 3, 4], [2]]


def test_cards_leave_together_under_the_first_ones_task() -> None:
    call, other = calls([row(1, card(1)), row(2, card(2)), row(3, card(3, "另一段"))])
    assert joined(call) == Outgoing("key1", Channel.WECOM, ("member1", "member2"), card(1), True)
    assert ids([other]) == [[3]]


def test_what_the_channel_does_not_check_for_duplicates_leaves_by_itself() -> None:
    assert ids(calls([row(1, once=False), row(2, once=False)])) == [[1], [2]]


def test_mail_and_long_texts_leave_by_themselves() -> None:
    letter = Mail("通知", "请核对。", "<1@example.com>")
    mails = [replace(one, outgoing=replace(one.outgoing, channel=Channel.MAIL)) for one in (row(1), row(2))]
    assert ids(calls(mails)) == [[1], [2]]
    assert ids(calls([row(1, letter), row(2, letter)])) == [[1], [2]]
    long = Text("长" * 683)  # 2049 bytes: two messages
    assert ids(calls([row(1, long), row(2, long)])) == [[1], [2]]


def test_what_was_tried_before_stays_apart_from_what_was_not() -> None:
    assert ids(calls([row(1, attempts=1), row(2), row(3, attempts=1)])) == [[1, 3], [2]]


def test_call_tried_before_waits_until_it_is_whole() -> None:
    rows = [row(1, attempts=1), row(2, attempts=1), row(3), row(4, Text("别的"))]
    now, put_back = chosen(rows, 32, may_be_cut=True)
    assert (ids(now), [one.id for one in put_back]) == ([[3], [4]], [1, 2])
    now, put_back = chosen(rows, 32, may_be_cut=False)
    assert (ids(now), put_back) == ([[1, 2], [3], [4]], [])


def test_something_is_always_sent() -> None:
    other = Text("别的")
    rows = [row(1, attempts=1), row(2, attempts=1), row(3, other, attempts=1), row(4, other, attempts=1)]
    now, put_back = chosen(rows, 32, may_be_cut=True)
    assert (ids(now), [one.id for one in put_back]) == ([[1, 2]], [3, 4])
    assert ids(chosen(rows[:2], 32, may_be_cut=True)[0]) == [[1, 2]]


def test_more_calls_than_fit_are_put_back() -> None:
    now, put_back = chosen([row(number, Text(str(number))) for number in range(5)], 3, may_be_cut=False)
    assert (ids(now), [one.id for one in put_back]) == ([[0], [1], [2]], [3, 4])


def test_whoever_was_not_reached_has_failed_and_the_others_have_not() -> None:
    [call] = calls([row(1), row(2), row(3)])
    sent = Delivery(Outcome.SENT, 0, unreachable=("member2",), remote_id="m")
    assert [(one.id, fate) for one, fate in fates(call, sent)] == [
        (1, sent),
        (2, Delivery(Outcome.FAILED, None, NOT_REACHED)),
        (3, sent),
    ]


def test_nobody_reached_is_the_channels_own_reason() -> None:
    [call] = calls([row(1), row(2)])
    failed = Delivery(Outcome.FAILED, 81013, "收件人无效", unreachable=("member1", "member2"))
    assert [fate for _, fate in fates(call, failed)] == [Delivery(Outcome.FAILED, 81013, "收件人无效")] * 2


def test_single_message_keeps_its_own_fate() -> None:
    failed = Delivery(Outcome.FAILED, 81013, "收件人无效", unreachable=("member1",))
    assert [fate for _, fate in fates([row(1)], failed)] == [failed]
