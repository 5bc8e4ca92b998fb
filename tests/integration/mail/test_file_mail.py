"""The decision about a mail on a real database: whose it is, what its files become, what is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from bot.model.mail import FileKind, FileState, MailOutcome, Matched, MaterialState, Trust
from bot.work.dates import follow_campaign
from bot.work.register import confirm_pending, reject_pending, restore_previous
from config.campaign import Campaign
from tests.fakes.conversation import FORM
from tests.fakes.mail_filing import (
    CONTACT,
    HOLDER,
    LATE,
    STRANGER,
    Office,
    deck,
    form,
    other,
    scan,
    sha,
    states,
)

FILED, QUARANTINE, REJECTED = MailOutcome.FILED, MailOutcome.QUARANTINE, MailOutcome.REJECTED
PASSED = Trust.PASSED
UNIT = FORM["unit_name"]
PRIVATE = (UNIT, "李晓明", HOLDER, CONTACT, FORM["leader"], FORM["contact_phone"], "2019-001")


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Office]:
    opened = Office(campaign, new_sqlite())
    yield opened
    opened.close()


def counts(office: Office, application: str) -> str:
    return office.application(application).dossier.get("deck", "")


def test_mail_to_a_sealed_campaign_is_kept_answered_and_changes_nothing(office: Office) -> None:
    known = office.apply()
    code = office.print(known).code
    running, before = replace(office.campaign), office.table("application")
    follow_campaign(office.campaign, replace(running, keep_until=date(2029, 12, 31)))
    settled = office.receive(
        CONTACT, deck(), subject=f"申报报告 {code}", text="请问创新加分最多加多少分？", trust=PASSED
    )
    newcomer = office.receive(
        STRANGER, form({**FORM, "unit_name": "郏县水利局"}), subject="申报", trust=PASSED
    )
    junk = office.receive("spam@qq.com", subject="申报", junk=True)
    follow_campaign(office.campaign, running)
    assert [(one.outcome, one.application) for one in (settled, newcomer, junk)] == [(FILED, None)] * 3
    assert (states(settled), office.materials(known)) == ([("deck", "kept")], [])
    assert office.table("application") == before
    (letter,) = office.letters(CONTACT)
    assert "最多加10分" in letter.text
    assert "已经结束并归档" in letter.text
    assert "已经结束并归档" in office.letters(STRANGER)[0].text
    assert office.letters("spam@qq.com") == []


def test_first_deck_by_print_code_is_filed_and_marked_as_doubtful(office: Office) -> None:
    known = office.apply()
    code = office.print(known).code
    settled = office.receive(STRANGER, deck(), subject=f"申报报告 {code}")
    assert (settled.outcome, settled.matched_by, settled.application) == (FILED, Matched.PRINT_CODE, known.id)
    assert states(settled) == [("deck", "registered")]
    (kept,) = office.materials(known)
    assert (kept.kind, kept.version, kept.doubtful, kept.late) == (FileKind.DECK, 1, True, False)
    assert counts(office, known.id) == sha("deck")
    (letter,) = office.letters(STRANGER)
    assert letter.text == settled.reply
    assert letter.subject == f"Re: 申报报告 {code} [2019-001-1]"
    assert letter.message_id.startswith("<2019-001-1.")
    assert letter.orders == ()
    for said in (
        "申报报告.pptx（1.7 MB，28页，校验码" + sha("deck")[:8],
        "第1版",
        "盖章扫描件",
        "已报送，回执 2019-001-1",
    ):
        assert said in letter.text
    assert UNIT not in letter.text  # whoever found the paper learns no more than stands on it


def test_same_deck_again_is_told_and_not_registered_again(office: Office) -> None:
    known = office.apply()
    office.receive(CONTACT, deck(), trust=PASSED)
    settled = office.receive(CONTACT, deck(name="报告（再发）.pptx"), deck(), trust=PASSED)
    assert states(settled) == [("deck", "already_registered")] * 2
    assert len(office.materials(known)) == 1
    assert settled.reply is not None
    assert settled.reply.count("与7月12日收到的相同，未重复登记。") == 2


def test_proven_contact_replaces_at_once_and_goes_back(office: Office) -> None:
    known = office.apply()
    office.receive(CONTACT, deck("one"), trust=PASSED)
    settled = office.receive(CONTACT, deck("two"), trust=PASSED)
    assert (settled.matched_by, settled.reason) == (Matched.ADDRESS, "")
    assert settled.reply is not None
    assert "现以这一版为准；第1版仍为您保留" in settled.reply
    assert counts(office, known.id) == sha("two")
    restored = office.run(
        lambda store: restore_previous(store, office.campaign, known, known.holder, office.now)
    )
    assert (restored.counting and restored.counting.version) == 1
    assert counts(office, known.id) == sha("one")
    again = office.receive(CONTACT, deck("two"), trust=PASSED)
    assert states(again) == [("deck", "registered")]
    assert counts(office, known.id) == sha("two")


def test_other_deck_of_a_doubtful_sender_waits_for_the_contact(office: Office) -> None:
    known = office.apply()
    code = office.print(known).code
    office.receive(CONTACT, deck("one"), trust=PASSED)
    settled = office.receive(STRANGER, deck("two", "新报告.pptx"), subject=code, trust=Trust.FAILED)
    assert (settled.outcome, states(settled)) == (FILED, [("deck", "pending")])
    assert counts(office, known.id) == sha("one")
    (asked,) = office.pushed()
    assert "新报告.pptx" in asked
    assert "用新版" in asked
    assert len(office.letters(CONTACT)) == 2  # the first receipt, and the question
    assert office.letters(CONTACT)[1].text.startswith(f"您好！{asked}")
    confirmed = office.run(
        lambda store: confirm_pending(store, office.campaign, known, known.holder, office.now)
    )
    assert [one.version for one in confirmed.materials] == [2]
    assert counts(office, known.id) == sha("two")


def test_refused_deck_is_set_aside_and_stays(office: Office) -> None:
    known = office.apply()
    office.receive(CONTACT, deck("one"), trust=PASSED)
    office.receive(CONTACT, deck("two"))
    refused = office.run(lambda store: reject_pending(store, known, known.holder, office.now))
    assert [one.version for one in refused] == [2]
    assert [one.state for one in office.materials(known)] == [
        MaterialState.REGISTERED,
        MaterialState.SET_ASIDE,
    ]
    assert counts(office, known.id) == sha("one")


def test_forged_address_of_the_contact_gets_one_mail_that_asks(office: Office) -> None:
    known = office.apply()
    office.receive(CONTACT, deck("one"), trust=PASSED)
    before = len(office.letters(CONTACT))
    settled = office.receive(CONTACT, deck("two"), text="撤回", trust=Trust.FAILED)
    assert states(settled) == [("deck", "pending")]
    assert office.application(known.id).stage == "submitted"
    (letter,) = office.letters(CONTACT)[before:]
    assert "请直接回复本邮件“用新版”" in letter.text
    assert "没有记入" in letter.text


def test_answer_to_our_own_mail_proves_its_receiver_and_nobody_else(office: Office) -> None:
    known = office.apply()
    office.receive(CONTACT, deck("one"))
    ours = office.letters(CONTACT)[0].message_id
    forged = office.receive(STRANGER, deck("two"), references=(ours,))
    assert (forged.matched_by, states(forged)) == (Matched.THREAD, [("deck", "pending")])
    settled = office.receive(CONTACT, deck("three"), references=(ours,))
    assert (settled.matched_by, states(settled)) == (Matched.THREAD, [("deck", "registered")])
    assert counts(office, known.id) == sha("three")


def test_receipt_number_is_no_secret(office: Office) -> None:
    known = office.apply()
    first = office.receive(STRANGER, deck("one"), subject="2019-001-1", trust=PASSED)
    assert (first.matched_by, states(first)) == (Matched.RECEIPT, [("deck", "registered")])
    reply = office.letters(STRANGER)[0]
    assert not any(private in reply.text for private in (UNIT, "李晓明", CONTACT, "盖章扫描件"))
    second = office.receive(STRANGER, deck("two"), references=(reply.message_id,), trust=PASSED)
    assert states(second) == [("deck", "pending")]
    assert counts(office, known.id) == sha("one")


def test_unknown_sender_is_told_what_to_do_and_nothing_of_anybody(office: Office) -> None:
    office.apply()
    settled = office.receive(STRANGER, deck(), subject=f"{UNIT}的报告", text="请查收")
    assert (settled.outcome, settled.application, states(settled)) == (QUARANTINE, None, [("deck", "kept")])
    (letter,) = office.letters(STRANGER)
    assert "打印码" in letter.text
    assert not any(private in letter.text + letter.subject for private in PRIVATE)


def test_stranger_is_answered_three_times_a_day(office: Office) -> None:
    replies = [office.receive(STRANGER, deck(f"deck {place}")).reply is not None for place in range(4)]
    assert replies == [True, True, True, False]
    assert len(office.letters(STRANGER)) == 3


def test_form_of_a_taken_unit_is_answered_without_a_name(office: Office) -> None:
    office.apply()
    settled = office.receive(STRANGER, form(FORM), deck(), trust=PASSED)
    assert (settled.outcome, states(settled)) == (QUARANTINE, [("form", "kept"), ("deck", "kept")])
    (letter,) = office.letters(STRANGER)
    assert "该单位已有联系人在填报，请联系推荐单位" in letter.text
    assert not any(private in letter.text for private in PRIVATE)


def test_form_of_a_free_unit_begins_a_draft_that_its_sender_completes_by_mail(office: Office) -> None:
    missing = ("contact_name", "contact_phone", "contact_email")
    values = {name: value for name, value in FORM.items() if name not in missing}
    settled = office.receive(STRANGER, form(values), deck(), trust=PASSED)
    assert (settled.outcome, settled.matched_by) == (FILED, Matched.FORM)
    assert states(settled) == [("form", "registered"), ("deck", "registered")]
    assert settled.application is not None
    known = office.application(settled.application)
    assert dict(known.values) == values
    assert "草稿，尚未报送" in (settled.reply or "")
    ours = office.letters(STRANGER)[0].message_id
    rest = f"联系人：李晓明\n联系电话：13800001111\n电子邮箱：{STRANGER}\n确认"
    done = office.receive(STRANGER, text=rest, references=(ours,))
    assert (done.outcome, done.application) == (FILED, known.id)
    filed = office.application(known.id)
    assert (filed.stage, filed.receipt) == ("submitted", "2019-001-1")
    assert "已报送推荐单位，回执 2019-001-1" in (done.reply or "")
    assert office.letters(STRANGER)[1].subject.endswith("[2019-001-1]")


def test_question_of_anybody_is_answered_from_the_notice(office: Office) -> None:
    settled = office.receive(STRANGER, subject="请教", text="创新加分最多多少分？")
    assert (settled.outcome, settled.reason, settled.application) == (FILED, "问答", None)
    assert "创新加分最多加10分。" in (settled.reply or "")
    known = office.apply()
    asked = office.receive(CONTACT, subject="请教", text="创新加分最多多少分？")
    assert (asked.outcome, asked.application) == (FILED, known.id)
    assert "创新加分最多加10分。" in (asked.reply or "")


def test_late_deck_is_filed_with_its_three_times_and_displaces_nothing(office: Office) -> None:
    known = office.apply()
    office.receive(CONTACT, deck("one"), trust=PASSED)
    settled = office.receive(CONTACT, deck("two"), trust=PASSED, arrived=LATE)
    assert (settled.outcome, settled.late, states(settled)) == (FILED, True, [("deck", "pending")])
    assert counts(office, known.id) == sha("one")
    for said in ("7月26日09:29", "7月26日09:30", "7月26日09:31", "〔三（二）〕", "0375-2663225"):
        assert said in (settled.reply or "")
    assert [row["what"] for row in office.table("late_attempt")] == ["mail"]
    nobody = office.run(lambda store: confirm_pending(store, office.campaign, known, known.holder, LATE))
    assert [why.value for _, why in nobody.waiting] == ["late"]
    assert counts(office, known.id) == sha("one")


def test_first_deck_that_comes_late_is_registered_all_the_same(office: Office) -> None:
    known = office.apply()
    settled = office.receive(CONTACT, deck(), trust=PASSED, arrived=LATE)
    assert (settled.late, states(settled)) == (True, [("deck", "registered")])
    assert office.materials(known)[0].late


def test_scan_is_bound_to_the_print_it_names(office: Office) -> None:
    known = office.apply()
    printed = office.print(known)
    settled = office.receive(CONTACT, scan(code=printed.code), trust=PASSED)
    assert states(settled) == [("scan", "registered")]
    assert office.application(known.id).dossier["scans"] == printed.version
    assert f"打印码{printed.code}，与现行申报表一致" in (settled.reply or "")
    assert "盖章扫描件、" not in (settled.reply or "")
    office.change(known, unit_address="平顶山市卫东区建设路90号")
    old = office.receive(CONTACT, scan("second", f"盖章_{printed.code}.pdf"), trust=PASSED)
    assert states(old) == [("scan", "registered")]
    assert f"打印码{printed.code}是旧版" in (old.reply or "")
    assert "盖章扫描件" in (old.reply or "").partition("还需：")[2]


def test_scan_without_a_code_waits_until_a_mail_names_it(office: Office) -> None:
    known = office.apply()
    printed = office.print(known)
    settled = office.receive(CONTACT, scan())
    assert states(settled) == [("scan", "pending")]
    assert f"现行一版的打印码是{printed.code}" in (settled.reply or "")
    assert office.pushed() == []  # it waits for a code, not for anybody's word
    answered = office.receive(CONTACT, text=f"打印码 {printed.code}")
    assert answered.outcome is FILED
    assert f"登记在打印码{printed.code}名下" in (answered.reply or "")
    assert office.application(known.id).dossier["scans"] == printed.version


def test_file_that_is_no_deck_is_answered_with_the_reason(office: Office) -> None:
    office.apply()
    settled = office.receive(CONTACT, other(), trust=PASSED)
    assert (settled.outcome, states(settled)) == (REJECTED, [("other", "kept")])
    assert "预算.xlsx" in (settled.reply or "")
    locked = office.receive(CONTACT, deck(problem=FileState.ENCRYPTED), trust=PASSED)
    assert (locked.outcome, states(locked)) == (REJECTED, [("deck", "encrypted")])
    assert "设有密码" in (locked.reply or "")


def test_deck_with_macros_is_registered_and_called_so(office: Office) -> None:
    known = office.apply()
    settled = office.receive(CONTACT, deck(problem=FileState.MACRO), trust=PASSED)
    assert (settled.outcome, states(settled)) == (FILED, [("deck", "macro")])
    assert counts(office, known.id) == sha("deck")
