"""What the office does with mail that no rule could place, over a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from bot.model.mail import FileKind, FileState, Inspection, Link, MailOutcome, MaterialState, Settled, Trust
from bot.model.message import Channel, Inbound, Kind
from bot.model.staff import Role
from bot.ports import Store
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.work.mail_acts import (
    OpenedMail,
    attach_mail,
    discard_mail,
    fetch_link,
    replay_mail,
    reply_to_mail,
    settle_links,
)
from bot.work.mail_view import MailView, one_mail
from config.campaign import Campaign
from tests.fakes.mail_filing import CONTACT, HOLDER, STRANGER, Office, deck, other, part, scan, states

LINK = Link("https://mail.163.com/large?file=1", "mail.163.com", "报告.pptx", 1 << 20)


class Desk:
    """The office's people at the console. `act` runs an act as one of them, or as a body's contact."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._forms = count(1)
        self.people = {
            "office": office.run(lambda store: self._member(store, "办事员甲", Role.OFFICE, "")),
            "body": office.run(lambda store: self._member(store, "宝丰联系人", Role.BODY, "baofeng")),
        }

    def _member(self, store: Store, name: str, role: Role, body: str) -> int:
        person = store.visitor(Channel.WECOM, f"clerk-{role}", name, self.office.now).person.id
        store.add_member(person, role, body, False, self.office.now)
        return person

    def act(self, do: Callable[[StaffAsk], Any], who: str = "office", key: str = "") -> Any:
        form = key or f"form:{next(self._forms)}"

        def run(store: Store) -> Any:
            sender = f"clerk-{Role.OFFICE if who == 'office' else Role.BODY}"
            inbound = Inbound(Channel.CONSOLE, sender, Kind.TEXT, "", self.office.now, form)
            person = store.visitor(Channel.WECOM, sender, "", self.office.now).person
            roles = tuple(store.memberships(person.id))
            return do(StaffAsk(self.office.clerk, store, inbound, person, roles, ""))

        return self.office.run(run)

    @property
    def opened(self) -> OpenedMail:
        record, parsed, seen = self.office._last
        return OpenedMail(record, parsed, tuple(seen))

    @property
    def mail(self) -> int:
        return int(self.opened.record.id)

    def attach(self, application: str, **more: Any) -> Settled:
        settled = self.act(lambda ask: attach_mail(ask, self.office.desk, self.opened, application, **more))
        assert isinstance(settled, Settled)
        return settled

    def view(self, **more: Any) -> MailView:
        view = self.act(lambda ask: one_mail(ask, self.mail, **more))
        assert isinstance(view, MailView)
        return view

    def refused(self, do: Callable[[StaffAsk], Any], who: str = "office") -> str:
        with pytest.raises(Refused) as why:
            self.act(do, who)
        return str(why.value)


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Office]:
    made = Office(campaign, new_sqlite())
    yield made
    made.close()


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def test_attached_mail_is_filed_as_if_matched_and_its_sender_gets_the_receipt(
    office: Office, desk: Desk
) -> None:
    known = office.apply()
    assert office.receive(STRANGER, deck(), trust=Trust.PASSED).outcome is MailOutcome.QUARANTINE
    settled = desk.attach(known.number)
    assert (settled.outcome, settled.application, states(settled)) == (
        MailOutcome.FILED,
        known.id,
        [("deck", "registered")],
    )
    (material,) = office.materials(known)
    assert (material.state, material.source, material.doubtful) == (MaterialState.REGISTERED, "mail:1", True)
    *_, receipt = office.letters(STRANGER)
    assert receipt.text == settled.reply
    assert "已登记为申报报告（第1版）" in receipt.text
    assert known.values["unit_name"] not in receipt.text


def test_attached_file_of_a_stranger_replaces_nothing_before_the_contact_says_so(
    office: Office, desk: Desk
) -> None:
    known = office.apply()
    office.receive(CONTACT, deck("first"), trust=Trust.PASSED)
    office.receive(STRANGER, deck("second"), trust=Trust.PASSED)
    settled = desk.attach(known.values["unit_name"])
    assert states(settled) == [("deck", "pending")]
    assert [one.state for one in office.materials(known)] == [MaterialState.REGISTERED, MaterialState.PENDING]
    assert "这封邮件是您发的吗？" in office.pushed(HOLDER)[-1]


def test_mail_of_a_holder_with_two_applications_is_heard_once_it_is_attached(
    office: Office, desk: Desk
) -> None:
    first = office.apply()
    office.apply("wangwu", unit_name="叶县水利局")
    assert office.receive(CONTACT, deck(), trust=Trust.PASSED).outcome is MailOutcome.QUARANTINE
    settled = desk.attach(first.number)
    assert [one.doubtful for one in office.materials(first)] == [False]
    assert "申报单位" not in (settled.reply or "")
    assert f"回执 {first.receipt}" in (settled.reply or "")


def test_picture_that_was_not_recognised_is_attached_as_the_scan_it_is(office: Office, desk: Desk) -> None:
    known = office.apply()
    code = office.print(known).code
    photo = part("IMG_1.jpg", "photo", "jpg", inline=True), Inspection(FileKind.OTHER, code=code)
    office.receive(STRANGER, photo, other(), trust=Trust.PASSED)
    settled = desk.attach(known.number, kinds={photo[0].sha256: FileKind.SCAN})
    assert states(settled) == [("scan", "registered"), ("other", "kept")]
    (material,) = office.materials(known)
    assert (material.kind, material.code) == (FileKind.SCAN, code)


def test_damaged_file_is_nothing_else_because_somebody_says_so(office: Office, desk: Desk) -> None:
    known = office.apply()
    broken = deck("broken", problem=FileState.DAMAGED)
    office.receive(STRANGER, broken, trust=Trust.PASSED)
    settled = desk.attach(known.number, kinds={broken[0].sha256: FileKind.SCAN})
    assert states(settled) == [("deck", "damaged")]
    assert office.materials(known) == []


def test_mail_is_attached_once(office: Office, desk: Desk) -> None:
    known = office.apply()
    office.receive(STRANGER, scan(), trust=Trust.PASSED)
    desk.attach(known.number)
    said = desk.refused(lambda ask: attach_mail(ask, office.desk, desk.opened, known.number))
    assert said == f"第1号邮件已经归档（申报{known.number}），不能再次处理。请刷新页面查看。"
    assert desk.refused(lambda ask: discard_mail(ask, desk.mail, "广告")) == said
    assert len(office.materials(known)) == 1


def test_unit_that_does_not_exist_is_refused_and_the_mail_waits_on(office: Office, desk: Desk) -> None:
    office.receive(STRANGER, deck())
    assert "没有找到" in desk.refused(lambda ask: attach_mail(ask, office.desk, desk.opened, "2019-999"))
    assert desk.view().outcome is MailOutcome.QUARANTINE


def test_answer_by_hand_goes_out_once_and_in_the_thread(office: Office, desk: Desk) -> None:
    office.receive(STRANGER, deck(), subject="材料")
    for _ in range(2):
        to = desk.act(lambda ask: reply_to_mail(ask, office.desk, 1, "请告知单位名称。"), key="form:same")
        assert to == STRANGER
    _, letter = office.letters(STRANGER)
    assert letter.subject == "Re: 材料"
    assert letter.text.startswith("请告知单位名称。\n\n")
    assert letter.in_reply_to == desk.opened.parsed.message_id
    assert desk.view().outcome is MailOutcome.QUARANTINE
    assert [one.text for one in desk.view().answers][-1] == letter.text


def test_answer_that_cannot_be_given_is_refused(office: Office, desk: Desk) -> None:
    office.receive(STRANGER, deck())
    empty = desk.refused(lambda ask: reply_to_mail(ask, office.desk, 1, "  "))
    assert empty == "请填写答复内容。"
    assert "2000" in desk.refused(lambda ask: reply_to_mail(ask, office.desk, 1, "长" * 2001))
    office.run(lambda store: store.unreachable(Channel.MAIL, STRANGER, None, office.machine))
    assert "无法送达" in desk.refused(lambda ask: reply_to_mail(ask, office.desk, 1, "您好"))
    office.receive("robot@qq.com", automatic="auto_reply")
    assert "自动邮件" in desk.refused(lambda ask: reply_to_mail(ask, office.desk, desk.mail, "您好"))
    office.receive("x@qq.com", deck("x"))
    covert = "7月30日将到宝丰县公安局暗访"
    assert "不事先通知" in desk.refused(lambda ask: reply_to_mail(ask, office.desk, desk.mail, covert))
    assert office.letters("robot@qq.com") == []


def test_discarded_mail_is_kept_with_its_reason_and_can_still_be_attached(office: Office, desk: Desk) -> None:
    known = office.apply()
    office.receive(STRANGER, deck(), trust=Trust.PASSED)
    assert desk.refused(lambda ask: discard_mail(ask, 1, " ")) == "请写明作废的理由。"
    desk.act(lambda ask: discard_mail(ask, 1, "与申报无关的广告"))
    view = desk.view()
    assert (view.outcome, view.outcome_label) == (MailOutcome.REJECTED, "已作废")
    assert view.reason == "办事员甲 7月12日09:30作废：与申报无关的广告"
    assert [(one.name, one.state) for one in view.files] == [("申报报告.pptx", "随邮件保存")]
    assert [(one.who, one.what) for one in view.history] == [("办事员甲", "作废")]
    assert desk.attach(known.number).outcome is MailOutcome.FILED


def test_replay_decides_by_the_rules_as_things_stand_now(office: Office, desk: Desk) -> None:
    office.receive(CONTACT, deck(), trust=Trust.PASSED)
    known = office.apply()
    settled = desk.act(lambda ask: replay_mail(ask, office.desk, desk.opened))
    assert (settled.outcome, settled.application) == (MailOutcome.FILED, known.id)
    assert desk.view().matched_by == "登记的邮箱"


def test_everything_about_mail_is_the_offices_alone(office: Office, desk: Desk) -> None:
    known = office.apply()
    office.receive(STRANGER, deck(), links=(LINK,))
    acts: list[Callable[[StaffAsk], Any]] = [
        lambda ask: one_mail(ask, 1),
        lambda ask: attach_mail(ask, office.desk, desk.opened, known.number),
        lambda ask: replay_mail(ask, office.desk, desk.opened),
        lambda ask: reply_to_mail(ask, office.desk, 1, "您好"),
        lambda ask: discard_mail(ask, 1, "广告"),
        lambda ask: fetch_link(ask, 1, LINK.url, lambda link: True),
        lambda ask: settle_links(ask, 1),
    ]
    assert {desk.refused(act, "body") for act in acts} == {"邮件只由市办公室处理，请致电0375-2663225。"}
    assert desk.view().outcome is MailOutcome.QUARANTINE
    assert office.materials(known) == []


def test_view_tells_what_came_and_what_was_made_of_it(office: Office, desk: Desk) -> None:
    known = office.apply()
    office.receive(CONTACT, deck(), subject="报送", text="请查收", trust=Trust.PASSED, links=(LINK,))
    view = desk.view(knows=lambda link: True)
    assert (view.sender, view.subject, view.text, view.trust) == (CONTACT, "报送", "请查收", "发件人已核实")
    assert (view.number, view.unit, view.matched_by) == (
        known.number,
        known.values["unit_name"],
        "登记的邮箱",
    )
    assert (view.arrived_at, view.read_at) == (office.now, office.now + timedelta(minutes=1))
    assert view.sent_at == office.now - timedelta(minutes=1)
    assert [(one.kind, one.state, one.is_registered) for one in view.files] == [("申报报告", "已登记", True)]
    assert [(one.host, one.size, one.state, one.may_fetch) for one in view.links] == [
        ("mail.163.com", "1.0 MB", "未取回", True)
    ]
    assert [(one.channel, one.to, one.state_label) for one in view.answers] == [("mail", CONTACT, "等待发送")]
    assert (view.may_decide, view.may_reply, view.may_settle_links) == (False, True, True)
    assert {row["action"] for row in office.table("audit")} >= {"view_mail"}


def test_link_is_asked_for_again_and_settled(office: Office, desk: Desk) -> None:
    known = office.apply()
    office.receive(CONTACT, trust=Trust.PASSED, links=(LINK,))
    office.run(lambda store: store.close_links(1))
    assert office.run(lambda store: store.linked_mail(0, 9)) == []
    foreign = desk.refused(lambda ask: fetch_link(ask, 1, LINK.url, lambda link: False))
    assert foreign == "不能自动取回mail.163.com的文件。请人工下载，或请申报单位改发附件。"
    desk.act(lambda ask: fetch_link(ask, 1, LINK.url, lambda link: True))
    assert [one.record.id for one in office.run(lambda store: store.linked_mail(0, 9))] == [1]
    assert [one.state for one in desk.view().links] == ["等待取回"]
    desk.act(lambda ask: settle_links(ask, 1))
    assert office.run(lambda store: store.linked_mail(0, 9)) == []
    (alarm,) = [row for row in office.table("alarm") if row["kind"] == f"link:{known.number}:1:"]
    assert alarm["closed_at"] is not None
    assert [one.what for one in desk.view().history] == [
        "要求取回链接中的文件",
        "注明链接中的文件已另行收到",
    ]


def test_audit_names_no_words_of_an_act(office: Office, desk: Desk) -> None:
    known = office.apply()
    office.receive(STRANGER, deck())
    desk.act(lambda ask: reply_to_mail(ask, office.desk, 1, "请告知单位名称。"))
    desk.act(lambda ask: discard_mail(ask, 1, "广告"))
    desk.attach(known.number)
    told = [row["action"] for row in office.table("audit")]
    assert [one for one in told if one.endswith("by_staff")] == [
        "mail_answered_by_staff",
        "mail_discarded_by_staff",
        "mail_attached_by_staff",
    ]
    assert not any(word in str(office.table("audit")) for word in ("单位名称", "广告", STRANGER))
