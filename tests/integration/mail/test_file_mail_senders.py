"""Mails that no person wrote, senders who guess, marks that disagree, links, junk, and answers that stay away."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.documents.print_code import print_code
from bot.model.mail import Bounce, FileKind, Inspection, Link, MailOutcome, Matched, Trust
from bot.model.message import Channel, Mail, PageOrder
from bot.work.mail_owner import MOST_GUESSES
from config.campaign import Campaign
from tests.fakes.conversation import FORM
from tests.fakes.mail_filing import BOX, CONTACT, STRANGER, Office, deck, form, part, scan, sha, states

FILED, QUARANTINE, AUTOMATIC = MailOutcome.FILED, MailOutcome.QUARANTINE, MailOutcome.AUTOMATIC
PASSED = Trust.PASSED


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Office]:
    opened = Office(campaign, new_sqlite())
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("kind", "said"), [("auto_reply", "自动回复"), ("list", "邮件列表"), ("no_reply", "系统邮件")]
)
def test_automatic_mail_is_kept_and_never_answered(office: Office, kind: str, said: str) -> None:
    known = office.apply()
    settled = office.receive(CONTACT, deck(), subject=office.print(known).code, automatic=kind)
    assert (settled.outcome, settled.reason, states(settled)) == (
        AUTOMATIC,
        f"自动邮件：{said}",
        [("deck", "kept")],
    )
    assert office.rows(Channel.MAIL) == []
    assert office.materials(known) == []


def test_own_address_is_never_answered(office: Office) -> None:
    office.apply()
    assert office.receive(BOX.upper(), text="我要申报").outcome is AUTOMATIC
    assert office.rows(Channel.MAIL) == []


def test_bounce_of_a_mail_of_ours_ends_mails_to_that_address(office: Office) -> None:
    known = office.apply()
    office.receive(CONTACT, deck("one"), trust=PASSED)
    ours = office.letters(CONTACT)[0].message_id
    bounce = Bounce((CONTACT,), (ours,), permanent=True)
    settled = office.receive("mailer-daemon@126.com", automatic="bounce", bounce=bounce)
    assert (settled.outcome, settled.application) == (AUTOMATIC, known.id)
    assert [alarm["kind"] for alarm in office.table("alarm")] == ["bounce:2"]
    later = office.receive(CONTACT, deck("two"), trust=PASSED)
    assert (later.outcome, later.reply, states(later)) == (FILED, None, [("deck", "registered")])
    assert len(office.letters(CONTACT)) == 1


def test_bounce_that_names_no_mail_of_ours_is_not_believed(office: Office) -> None:
    office.apply()
    bounce = Bounce((CONTACT,), ("<2019-001-1.guess@126.com>",), permanent=True)
    office.receive("mailer-daemon@evil.cn", automatic="bounce", bounce=bounce)
    assert office.receive(CONTACT, deck(), trust=PASSED).reply is not None
    assert office.table("alarm") == []


def test_junk_is_filed_if_it_matches_and_never_answered(office: Office) -> None:
    known = office.apply()
    settled = office.receive(STRANGER, deck(), subject=office.print(known).code, junk=True)
    assert (settled.outcome, settled.application, settled.reply) == (FILED, known.id, None)
    assert "垃圾邮件" in settled.reason
    assert (
        office.receive(STRANGER, form({**FORM, "unit_name": "叶县水利局"}), junk=True).outcome is QUARANTINE
    )
    assert office.rows(Channel.MAIL) == []


def test_marks_of_two_applications_leave_it_to_a_person(office: Office) -> None:
    first = office.apply()
    second = office.apply("wangwu", unit_name="叶县水利局", contact_email="yx@126.com")
    codes = [office.print(one).code for one in (first, second)]
    for subject in (" ".join(codes), f"{codes[0]} 2019-002-1"):
        settled = office.receive(STRANGER, deck(), subject=subject)
        assert (settled.outcome, settled.application) == (QUARANTINE, None)
        assert "指向不同的申报" in (settled.reply or "")
    settled = office.receive("yx@126.com", deck(), subject=codes[0], trust=PASSED)
    assert settled.outcome is QUARANTINE


def test_contact_of_two_applications_is_asked_for_the_print_code(office: Office) -> None:
    first = office.apply()
    second = office.apply("wangwu", unit_name="叶县水利局")
    settled = office.receive(CONTACT, deck(), trust=PASSED)
    assert (settled.outcome, states(settled)) == (QUARANTINE, [("deck", "kept")])
    assert "打印码" in (settled.reply or "")
    named = office.receive(CONTACT, deck(), subject=office.print(second).code, trust=PASSED)
    assert (named.application, named.matched_by) == (second.id, Matched.PRINT_CODE)
    numbered = office.receive(CONTACT, deck(), subject=f"报告 [{first.number}]", trust=PASSED)
    assert (numbered.application, numbered.matched_by) == (first.id, Matched.ADDRESS)


def test_number_alone_opens_nothing(office: Office) -> None:
    known = office.apply()
    assert office.receive(STRANGER, deck(), subject=known.number, trust=PASSED).outcome is QUARANTINE
    assert office.receive(STRANGER, deck(), subject=f"{known.number}-2", trust=PASSED).outcome is QUARANTINE


def test_sender_who_guesses_is_not_listened_to_for_the_rest_of_the_day(office: Office) -> None:
    known = office.apply()
    code = office.print(known).code
    for place in range(MOST_GUESSES):
        office.receive(STRANGER, subject=print_code(f"guess {place}"))
    assert office.receive(STRANGER, deck(), subject=code).outcome is QUARANTINE
    assert office.receive("other@qq.com", deck(), subject=code).outcome is FILED
    office.machine += timedelta(days=1)
    assert office.receive(STRANGER, deck("next"), subject=code).application == known.id


def test_form_of_another_unit_does_not_change_the_one_the_address_stands_for(office: Office) -> None:
    known = office.apply()
    settled = office.receive(CONTACT, form({**FORM, "unit_name": "叶县水利局"}), trust=PASSED)
    assert (settled.outcome, states(settled)) == (QUARANTINE, [("form", "kept")])
    assert dict(office.application(known.id).values) == FORM


def test_form_that_says_what_is_on_file_changes_nothing(office: Office) -> None:
    office.apply()
    settled = office.receive(CONTACT, form(FORM), trust=PASSED)
    assert (settled.outcome, states(settled)) == (FILED, [("form", "already_registered")])


def test_form_of_a_doubtful_sender_waits_with_its_values(office: Office) -> None:
    known = office.apply(submitted=False)
    settled = office.receive(CONTACT, form({**FORM, "leader": "赵新"}), subject=known.number)
    assert states(settled) == [("form", "pending")]
    assert "负责人姓名" in (settled.reply or "")
    assert "赵新" not in (settled.reply or "")
    assert dict(office.application(known.id).values) == FORM
    ours = office.letters(CONTACT)[0].message_id
    office.receive(CONTACT, text="用新版", references=(ours,))
    assert office.application(known.id).values["leader"] == "赵新"


def test_proven_contact_fills_by_mail_what_was_begun_in_the_chat(office: Office) -> None:
    known = office.apply(submitted=False, leader="")
    settled = office.receive(CONTACT, subject=known.number, text="负责人姓名：赵新", trust=PASSED)
    assert (settled.outcome, settled.application) == (FILED, known.id)
    assert office.application(known.id).values["leader"] == "赵新"
    assert (Channel.MAIL, CONTACT) in office.run(lambda store: store.addresses(known.holder))


def test_words_of_a_stranger_with_the_code_change_nothing(office: Office) -> None:
    known = office.apply(submitted=False)
    code = office.print(known).code
    settled = office.receive(STRANGER, text=f"打印码{code}\n负责人姓名：赵新\n重新开始", trust=PASSED)
    assert dict(office.application(known.id).values) == FORM
    assert "只有登记的联系人可以办理" in (settled.reply or "")


def test_link_is_not_a_file_and_the_office_is_told(office: Office) -> None:
    known = office.apply()
    link = Link(
        "https://mail.qq.com/x",
        "mail.qq.com",
        "申报.zip",
        268435456,
        datetime(2019, 8, 11, 15, 59, tzinfo=UTC),
    )
    settled = office.receive(CONTACT, links=(link,), trust=PASSED)
    assert (settled.outcome, settled.reason) == (FILED, "只有下载链接，文件未收到")
    assert "“申报.zip”（256.0 MB，8月11日23:59到期）" in (settled.reply or "")
    (letter,) = office.letters(CONTACT)
    assert letter.orders == (PageOrder(known.id, known.holder),)
    assert office.table("alarm")[0]["kind"] == f"link:{known.number}:1:"
    stranger = office.receive(STRANGER, subject=office.print(known).code, links=(link,))
    assert stranger.outcome is FILED
    assert office.letters(STRANGER)[0].orders == ()


def test_inline_pictures_are_passed_over_in_silence(office: Office) -> None:
    office.apply()
    logo = part("image001.png", "logo", "png", inline=True), Inspection(FileKind.SCAN)
    settled = office.receive(CONTACT, deck(), logo, trust=PASSED)
    assert states(settled) == [("deck", "registered"), ("inline", "kept")]
    assert "image001.png" not in (settled.reply or "")


def test_scan_of_another_print_is_bound_by_the_code_on_it_not_by_the_subject(office: Office) -> None:
    known = office.apply()
    old = office.print(known)
    office.change(known, unit_address="平顶山市卫东区建设路90号")
    new = office.print(office.application(known.id))
    office.receive(CONTACT, scan(code=old.code), subject=new.code, trust=PASSED)
    assert office.application(known.id).dossier["scans"] == old.version


def test_contact_gets_at_most_twenty_answers_a_day(office: Office) -> None:
    office.apply()
    replies = [office.receive(CONTACT, text="您好", trust=PASSED).reply is not None for _ in range(21)]
    assert replies == [True] * 20 + [False]
    office.machine += timedelta(days=1, minutes=1)
    assert office.receive(CONTACT, text="您好", trust=PASSED).reply is not None


def test_names_and_subjects_of_others_cannot_break_an_answer(office: Office) -> None:
    office.apply()
    name = "a\r\nBcc: x@y.cn\u202e" + "长" * 200 + ".pptx"
    office.receive(
        CONTACT, deck(name=name), subject="Re: 回复：材料\r\nBcc: x@y.cn [2019-001-1]", trust=PASSED
    )
    (row,) = office.rows(Channel.MAIL)
    assert isinstance(row.body, Mail)
    assert row.body.subject == "Re: 材料 Bcc: x@y.cn [2019-001-1]"
    assert "a Bcc: x@y.cn 长长" in row.body.text
    assert "\u202e" not in row.body.text
    assert "长" * 81 not in row.body.text


def test_mail_run_again_gets_each_kind_of_answer_once(office: Office) -> None:
    known = office.apply(submitted=False)
    assert office.receive(STRANGER, form(FORM)).outcome is QUARANTINE
    office.run(lambda store: store.move(known.id, "withdrawn", False, "", office.now))
    settled = office.again()
    assert (settled.outcome, settled.matched_by) == (FILED, Matched.FORM)
    assert office.again().application == settled.application
    kinds = [row.key.rpartition(":")[2] for row in office.rows(Channel.MAIL)]
    assert kinds == ["notice", "receipt"]


def test_every_decision_stands_in_the_audit_log_without_a_value(office: Office) -> None:
    known = office.apply()
    office.receive(CONTACT, deck(), trust=PASSED)
    entries = {row["action"]: row["details"] for row in office.table("audit")}
    assert list(entries) == ["material_register", "mail_filed"]
    assert json.loads(entries["mail_filed"])["matched_by"] == "address"
    assert json.loads(entries["material_register"])["sha256"] == sha("deck")
    assert not any(private in str(entries) for private in (CONTACT, "申报报告", known.values["unit_name"]))
