"""What holds for any conversation, whoever says what in whatever order (dialogue page §1–§10)."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.dialogue import state
from bot.dialogue.course import Outcome
from bot.dialogue.fields import Value, read_value
from bot.dialogue.understand import Labels
from bot.dialogue.words import COMMANDS
from bot.model.message import Kind
from tests.fakes.conversation import FORM, Chat, campaign, said

USERS = ["u1", "u2", "u3"]
NAMES = [name.partition("+")[0] for item in campaign().form.fields for name in (item.label, *item.aliases)]
ORDERS = [word for words in COMMANDS.values() for word in words.split()]
WORDS = [
    *[
        "是",
        "不",
        "好的",
        "谢谢",
        "创新加分几分？",
        "明天再填",
        "垃圾",
        "讲个笑话",
        "推荐意见：同意",
        "修改第8项",
        "修改第99项",
    ],
    *[
        "切换到甲局",
        "我们是甲局",
        "我们是乙局，负责人：张三",
        "单位名称改成甲局",
        "2月30日",
        "😀",
        "　",
        "x" * 3000,
        "服" * 1001,
    ],
]
PIECES = st.sampled_from(
    [*NAMES, *WORDS, *"，。；：\n 是为改错7", "改成", "写错了，应该是", "修改", "abc@d.cn", "13800000000"]
)
TEXTS = st.one_of(
    st.sampled_from([*ORDERS, *WORDS]),
    st.lists(PIECES, min_size=1, max_size=5).map("".join),
    st.text(max_size=40),
)
SECRETS = {user: f"机密{user}路{number}号" for number, user in enumerate(USERS, 7001)}


def check(outcome: Outcome) -> None:
    """§3, §10: something is said, within the bytes of a message; the form holds what reading gives again."""
    assert "".join(reply.text for reply in outcome.replies).strip()
    assert all(0 < len(reply.text.encode()) <= 2048 for reply in outcome.replies)
    ids = [item.id for item in campaign().form.fields]
    assert outcome.asking is None or outcome.asking in ids
    filled = set(outcome.form) == set(ids)
    if outcome.status in ("draft", "complete"):
        assert (outcome.status == "complete") == filled
        assert outcome.asking is not None or filled or outcome.state.checking
    if outcome.status in ("none", "withdrawn"):
        assert outcome.asking is None
    for name, value in outcome.form.items():
        again = read_value(campaign().form.field(name), value, date(2019, 7, 10))
        assert isinstance(again, Value)
        assert again.text == value


class Conversations(RuleBasedStateMachine):
    """Three people who say anything, each with a secret in the form that no other may ever see."""

    def __init__(self) -> None:
        super().__init__()
        self.chat = Chat()
        self.seen: dict[str, set[str]] = {user: set() for user in USERS}
        self.granted = False

    def hear(self, user: str, text: str, kind: Kind = Kind.TEXT) -> None:
        before = self.chat.state(user)
        outcome = self.chat.say(text, user, kind, name=f"某{user}")
        check(outcome)
        assert state.parse(state.dump(outcome.state)) == outcome.state
        if any(type(effect).__name__ == "Transfer" for effect in self.chat.done):
            self.granted = True
        if kind is Kind.EVENT:
            assert outcome.state.pending == before.pending
        shown = said(outcome) + "".join(outcome.form.values())
        for other in USERS:
            if other != user and not self.granted:
                assert SECRETS[other] not in shown

    @rule(user=st.sampled_from(USERS), text=TEXTS)
    def message(self, user: str, text: str) -> None:
        self.hear(user, text)

    @rule(user=st.sampled_from(USERS), name=st.sampled_from(list(FORM)))
    def value(self, user: str, name: str) -> None:
        self.hear(user, f"{campaign().form.field(name).label}：{FORM[name]}")

    @rule(user=st.sampled_from(USERS))
    def secret(self, user: str) -> None:
        self.hear(user, f"地址：{SECRETS[user]}")

    @rule(user=st.sampled_from(USERS))
    def whole_form(self, user: str) -> None:
        for name, value in FORM.items():
            unit = name in ("applicant_unit", "unit_name")
            own = f"卫东区{user}局" if unit else value
            self.hear(user, f"{campaign().form.field(name).label}：{own}")
            if name == "summary" and self.chat.last and self.chat.last.asking == "summary":
                self.hear(user, "完")
        self.hear(user, "确认")

    @rule(user=st.sampled_from(USERS), kind=st.sampled_from(list(Kind)))
    def other_kind(self, user: str, kind: Kind) -> None:
        self.hear(user, "", kind)

    @rule(user=st.sampled_from(USERS))
    def unit_in_dispute(self, user: str) -> None:
        self.hear(user, "我们是甲局")
        self.hear(user, "申请接手")

    @rule(days=st.integers(0, 9))
    def days_pass(self, days: int) -> None:
        self.chat.now += timedelta(days=days)

    @rule(user=st.sampled_from(USERS))
    def question_can_be_left(self, user: str) -> None:
        """§6.2, §6.3: whatever is asked, 取消 and 跳过 lead on unless it is the only thing left."""
        first = self.chat.say("预览", user)
        if first.asking is None or first.status != "draft":
            return
        for _ in range(len(FORM) + 2):
            self.hear(user, "跳过")
            last = self.chat.last
            if last is None or last.asking != first.asking:
                return
        missing = [name for name in FORM if not first.form.get(name)]
        assert missing == [first.asking]

    @invariant()
    def no_two_live_applications_for_one_unit(self) -> None:
        live = [
            known.values["unit_name"]
            for known in self.chat.applications.values()
            if known.values.get("unit_name") and campaign().stage(known.stage).replay != "withdrawn"
        ]
        assert len(live) == len(set(live))


TestConversations = Conversations.TestCase
TestConversations.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@given(text=st.text(max_size=60), name=st.sampled_from(list(FORM)))
@settings(max_examples=150, deadline=None)
def test_reading_what_was_stored_stores_it_again(text: str, name: str) -> None:
    item = campaign().form.field(name)
    value = read_value(item, text, date(2019, 7, 10))
    if isinstance(value, Value):
        assert read_value(item, value.text, date(2020, 1, 1)) == value


@given(
    name=st.sampled_from(list(FORM)), value=st.text(alphabet="王强李四建设路一二三", min_size=1, max_size=9)
)
@settings(max_examples=100, deadline=None)
def test_correction_carries_any_value_to_its_field(name: str, value: str) -> None:
    item = campaign().form.field(name)
    found = Labels(campaign().form).correction(f"{item.label}写错了，应该是{value}")
    assert found is not None
    assert (found.field, found.value) == (name, value)


LONG = 20_000
NASTY = [
    *[
        "哈",
        "哦，",
        "请帮我",
        "更正",
        "改",
        "，地址",
        "地址：",
        "第7",
        "，",
        "好的",
        "真垃圾",
        "一",
        "？",
        "x？",
        "吗",
        " ",
        "王 ",
    ],
    *[
        "\n2.",
        "完",
        "切换到",
        "负责人错了",
        "0375-",
        "(",
        "2019年",
        "应该是",
        "地址有误，",
        "麻烦",
        "\u200b",
        "😀",
        "a@",
        "您好",
    ],
]


@pytest.mark.parametrize("asked", ["unit_address", "fill_date", "contact_phone", "contact_email", "summary"])
def test_huge_message_takes_no_long_look(asked: str) -> None:
    chat = Chat()
    chat.fill(asked)
    for piece in NASTY:
        for text in (
            piece * (LONG // len(piece)),
            f"改{piece * (LONG // len(piece))}x",
            f"{piece * (LONG // len(piece))}错",
        ):
            start = time.process_time()
            chat.say(text)
            assert time.process_time() - start < 10.0, piece  # a regex that backtracks takes minutes
            chat.say("取消")


@pytest.mark.parametrize("piece", [*NASTY, "辛苦了", "这个", "真", "哈哈嘿嘿"])
def test_short_message_takes_no_long_look(piece: str) -> None:
    chat = Chat()
    chat.fill("leader")
    for length in (20, 40, 60, 100):
        for text in ((piece * 100)[:length] + "x", "改" + (piece * 100)[:length] + "x"):
            start = time.process_time()
            chat.say(text)
            assert time.process_time() - start < 10.0, text
