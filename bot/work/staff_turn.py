"""A message of somebody with a role: offered to the desks in order, else left to the ordinary dialogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue import state as memory
from bot.dialogue.questions import may_ask
from bot.dialogue.script import simplify
from bot.model.application import Visitor
from bot.model.message import Channel, Inbound, Kind, Reply
from bot.ports import Store
from bot.staff.console_link import console_desk
from bot.staff.dates import dates_desk
from bot.staff.desk import Desk, StaffAnswer, StaffAsk
from bot.staff.mailed_package import mailed_package_desk
from bot.staff.notices import notice_desk, receipt_desk
from bot.staff.people_desk import invitation_desk, people_desk
from bot.staff.progress import progress_desk
from bot.staff.recommend import recommend_desk
from bot.staff.results import asked_desk, results_desk
from bot.staff.visits import visit_desk, visit_reply_desk
from bot.work.clerk import Clerk

DESKS: tuple[tuple[str, Desk], ...] = (
    ("invitation", invitation_desk),
    ("people", people_desk),
    ("console", console_desk),
    ("dates", dates_desk),
    ("results", results_desk),
    ("notice", notice_desk),
    ("visit", visit_desk),
    ("mailed_package", mailed_package_desk),
    ("recommend", recommend_desk),
    ("progress", progress_desk),
)
"""By name, because what a desk left open is kept for it alone."""

_FOR_ALL: tuple[tuple[str, Desk], ...] = (
    ("invitation", invitation_desk),
    ("receipt", receipt_desk),
    ("visit", visit_reply_desk),
    ("results", asked_desk),
)
"""What somebody without a role may say, too: they take one up, got a notice, or ask who was selected."""
_FOR_ALL_WORDS = (
    "邀请码", "邀請碼", "收到", "验收", "驗收", "确认", "確認", "改期", "接待", "恭候", "参加", "參加", "时间", "時間",
    "改到", "换", "換", "不方便", "不行", "按时", "按時", "准时", "準時",
    "入选", "入選", "选上", "選上", "评上", "評上", "中选", "中選", "获评", "獲評", "结果", "結果", "名单", "名單",
    "上榜", "入围", "入圍", "当选", "當選", "落选", "落選", "没选", "沒選", "否决", "否決", "得分", "分数", "分數",
    "评分", "評分", "多少分", "成绩", "成績", "排名", "名次", "第几", "第幾", "有戏", "有戲", "没戏", "沒戲", "希望",
    "机会", "機會",
)  # fmt: skip
_AFTER_SEALING: tuple[tuple[str, Desk], ...] = (
    ("invitation", invitation_desk),
    ("console", console_desk),
    ("progress", progress_desk),
    ("results", asked_desk),
)
"""What is still answered once the campaign is sealed: these change nothing of it."""
_LONGEST_ORDER = 60
"""Characters beyond which a message sent while a long text is being collected belongs to that text."""


def concerns_staff(clerk: Clerk, inbound: Inbound) -> bool:
    """Whether a message is to be shown to the desks at all; told from memory, without a query."""
    if clerk.staff.knows(inbound.channel, inbound.sender):
        return True
    return inbound.channel is Channel.WECOM and any(word in inbound.text for word in _FOR_ALL_WORDS)


def answer_staff(clerk: Clerk, store: Store, inbound: Inbound, visitor: Visitor) -> tuple[Reply, ...]:
    """What the desks say, done and remembered; () where none of them understands the message.

    The role is read from the store within this transaction: whoever lost it a moment ago has none.
    """
    if inbound.kind is not Kind.TEXT:
        return ()
    roles = tuple(store.memberships(visitor.person.id))
    text = simplify(inbound.text).strip()
    state = memory.parse(visitor.dialogue)
    if not text or (state.collected and len(text) > _LONGEST_ORDER):
        return ()
    owner, _, pending = state.staff.partition("|")
    ask = StaffAsk(clerk, store, inbound, visitor.person, roles, "")
    is_sealed = clerk.campaign.keep_until is not None
    desks = (DESKS if roles else _FOR_ALL) if not is_sealed else _AFTER_SEALING
    for name, desk in _in_turn(desks, owner):
        answer = desk(replace(ask, pending=pending if name == owner else ""), text)
        if answer is not None:
            left = f"{name}|{answer.pending}" if answer.pending else ""
            after = replace(state, staff=left, pending="")
            if after != state:
                store.save_dialogue(visitor.person.id, memory.dump(after), inbound.arrived_at)
            return _replies(answer)
    if is_sealed and roles and not may_ask(text, None):
        return (Reply(ask.say("archive_said", phone=clerk.campaign.contact.phone)),)
    return ()


def _in_turn(desks: Sequence[tuple[str, Desk]], owner: str) -> list[tuple[str, Desk]]:
    """The desk that left something open is asked first."""
    return sorted(desks, key=lambda desk: desk[0] != owner)


def _replies(answer: StaffAnswer) -> tuple[Reply, ...]:
    *before, last = answer.texts
    return (*(Reply(text) for text in before), Reply(last, answer.choices))
