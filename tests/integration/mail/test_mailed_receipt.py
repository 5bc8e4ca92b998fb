"""收到 by mail: an answer to a notice's letter confirms it, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.model.mail import MailOutcome, Trust
from bot.model.message import Channel, Mail
from bot.model.staff import Notice, NoticeState, Role
from bot.ports import Store
from bot.staff.notice_board import Standing, by_person
from bot.work.broadcast import release
from config.campaign import Campaign
from tests.fakes.mail_filing import CONTACT, STRANGER, Office, deck

BODY = "lushan@example.com"


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Office]:
    opened = Office(campaign, new_sqlite())
    yield opened
    opened.close()


def notify(office: Office, **audience: str) -> str:
    """A notice to a body's contact who has only mail, or to whom `audience` says; the Message-ID of its letter."""

    def begin(store: Store) -> None:
        person = store.new_person("鲁联", office.now)
        if not store.members():
            assert store.bind(person, Channel.MAIL, BODY)
            store.add_member(person, Role.BODY, "lushan", False, office.now)
        to = audience or {"body": "lushan"}
        draft = Notice(0, "核对", "请于7月18日前核对。", to, True, person, office.now, NoticeState.DRAFT)
        release(store, office.clerk, store.add_notice(draft), person, office.now)

    office.run(begin)
    letters = [row.body for row in office.rows(Channel.MAIL) if isinstance(row.body, Mail)]
    return letters[-1].message_id


def standing(office: Office, notice: int = 1) -> Standing:
    (one,) = by_person(office.run(lambda store: store.deliveries(notice)))
    return one.standing


@pytest.mark.parametrize(
    "text",
    [
        "收到",
        "您好：\n邮件已收到，谢谢！\n\n鲁山县司法局 王明\n13800000000",
        "确认\n发自我的iPhone",
        "已收到通知1",
    ],
)
def test_answer_that_says_so_confirms_and_is_not_answered(office: Office, text: str) -> None:
    letter = notify(office)
    before = len(office.rows(Channel.MAIL))
    settled = office.receive(BODY, text=text, subject="回复：通知1", references=(letter,))
    assert (settled.outcome, settled.reason, settled.reply) == (MailOutcome.FILED, "回复收到通知1", None)
    assert standing(office) is Standing.CONFIRMED
    assert len(office.rows(Channel.MAIL)) == before
    assert [row["action"] for row in office.table("audit")][-2:] == ["notice_confirmed", "mail_filed"]


@pytest.mark.parametrize("text", ["收到，请问截止到几号？", "没收到附件", "已收到通知7", "请查收"])
def test_other_words_take_the_ordinary_road(office: Office, text: str) -> None:
    letter = notify(office)
    settled = office.receive(BODY, text=text, references=(letter,))
    assert standing(office) is Standing.OPEN
    assert settled.reason != "回复收到通知1"


def test_only_the_address_of_the_letter_confirms(office: Office) -> None:
    letter = notify(office)
    office.receive(STRANGER, text="收到", references=(letter,))
    office.receive(BODY, text="收到")  # of no letter
    office.receive(BODY, text="收到", references=(letter,), automatic="auto_reply")
    assert standing(office) is Standing.OPEN


def test_holders_answer_with_files_confirms_and_is_filed(office: Office) -> None:
    known = office.apply()
    office.run(lambda store: store.unreachable(Channel.WECOM, "lixiaoming", 81013, office.machine))
    letter = notify(office, application=known.number)
    settled = office.receive(CONTACT, deck(), text="收到", references=(letter,))
    assert standing(office) is Standing.CONFIRMED
    assert settled.application == known.id
    assert [one.kind.value for one in settled.files] == ["deck"]
    again = office.receive(CONTACT, text="收到", references=(letter,))
    assert (again.application, again.reason) == (known.id, "回复收到通知1")


def test_second_confirmation_is_answered(office: Office) -> None:
    letter = notify(office)
    first = office.receive(BODY, text="收到", references=(letter,))
    second = office.receive(BODY, text="收到", references=(letter,))
    assert first.reply is None
    assert "已登记您收到通知1（核对）" in (second.reply or "")


def test_mail_of_its_own_confirms_what_went_in_the_chat_alone(office: Office) -> None:
    notify(office)
    office.receive(BODY, text="收到", trust=Trust.MISSING)  # anybody may write in somebody's name
    assert standing(office) is Standing.OPEN
    settled = office.receive(BODY, text="已收到，谢谢！", trust=Trust.PASSED)
    assert (settled.outcome, settled.reason) == (MailOutcome.FILED, "回复收到通知1")
    assert "已登记您收到通知1（核对）" in (settled.reply or "")
    assert standing(office) is Standing.CONFIRMED
    again = office.receive(BODY, text="收到", trust=Trust.PASSED)
    assert "没有等待您确认的通知" in (again.reply or "")
