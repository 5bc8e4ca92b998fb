"""What answers to mails say and what they leave out: nothing twice, nothing in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.model.application import Application
from bot.model.mail import FileKind, Inspection, Link, MailOutcome, Settled, Trust
from config.campaign import Campaign
from tests.fakes.conversation import FORM
from tests.fakes.mail_filing import CONTACT, LATE, STRANGER, Office, deck, form, part, scan, states

FILED, QUARANTINE = MailOutcome.FILED, MailOutcome.QUARANTINE
PASSED = Trust.PASSED
LINK = Link("https://mail.qq.com/x", "mail.qq.com", "申报视频.zip")


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Office]:
    opened = Office(campaign, new_sqlite())
    yield opened
    opened.close()


def said(settled: Settled) -> str:
    assert settled.reply is not None
    return settled.reply


def begin(office: Office, **changed: str) -> Settled:
    return office.receive(CONTACT, form({**FORM, **changed}), trust=PASSED)


def of(office: Office, settled: Settled) -> Application:
    assert settled.application is not None
    return office.application(settled.application)


def test_values_are_read_back_once(office: Office) -> None:
    text = said(begin(office))
    assert text.count(FORM["summary"]) == 1
    assert text.count("目前状态") == 1
    assert text.count("咨询电话") == 1


def test_filing_names_debts_and_receipt_once(office: Office) -> None:
    begin(office)
    text = said(office.receive(CONTACT, text="您好，内容已核对无误，确认。谢谢！", trust=PASSED))
    assert text.count("回执 2019-001-1") == 1
    assert text.count("还需：") == 1
    assert text.count("申报报告PPT、盖章扫描件") == 1


def test_debts_come_with_the_date(office: Office) -> None:
    office.apply()
    for words in ("进度", "请撤回我单位的申报。", "声明 已验收合格\n声明 无严重违法"):
        assert "2019年7月25日之前" in said(office.receive(CONTACT, text=words, trust=PASSED))


def test_words_that_were_not_understood_are_named(office: Office) -> None:
    office.apply()
    settled = office.receive(CONTACT, text="请把评审名单发给我们局长。", trust=PASSED)
    assert settled.reason == "没有看懂正文，请人工查看"
    assert "·请把评审名单发给我们局长" in said(settled)
    assert "没有附件" not in said(settled)


def test_line_that_may_be_a_value_is_named_beside_a_file(office: Office) -> None:
    office.apply()
    settled = office.receive(CONTACT, deck(), text="法人代表：李四", trust=PASSED)
    assert "·法人代表：李四" in said(settled)


def test_forgotten_file_is_asked_for(office: Office) -> None:
    office.apply()
    assert "如果忘了添加附件" in said(office.receive(CONTACT, text="附件请查收。", trust=PASSED))


def test_thanks_are_not_asked_for_a_file(office: Office) -> None:
    office.apply()
    assert "附件，请添加" not in said(office.receive(CONTACT, text="收到，谢谢！\n\n李晓明", trust=PASSED))


def test_refused_words_are_not_called_an_empty_mail(office: Office) -> None:
    known = office.apply()
    settled = office.receive(CONTACT, text="请撤回我单位的申报。")
    assert settled.reason == "正文要办的内容没有采用：发件人未核实，或不是登记的联系人"
    assert "没有记入" in said(settled)
    assert "没有附件" not in said(settled)
    assert office.application(known.id).stage == "submitted"


def test_bound_scan_is_no_empty_mail_to_staff(office: Office) -> None:
    code = office.print(office.apply()).code
    office.receive(CONTACT, scan(), trust=PASSED)
    settled = office.receive(CONTACT, text=f"打印码 {code}", trust=PASSED)
    assert (settled.outcome, settled.reason) == (FILED, "")


def test_same_deck_again_gets_no_second_report(office: Office) -> None:
    office.apply()
    assert "机器提示" in said(office.receive(CONTACT, deck(), trust=PASSED))
    again = office.receive(CONTACT, deck(), trust=PASSED)
    assert states(again) == [("deck", "already_registered")]
    assert "机器提示" not in said(again)


def test_forwarded_letter_is_called_one(office: Office) -> None:
    office.apply()
    letter = part("", "letter", "eml"), Inspection(FileKind.OTHER)
    text = said(office.receive(CONTACT, letter, deck(), trust=PASSED))
    assert "1. 未命名文件（1.7 MB" in text
    assert "随信转来的邮件，其中的文件已逐个查看。" in text


def test_returned_application_is_not_called_a_draft(office: Office) -> None:
    known = office.apply()
    office.run(lambda store: store.move(known.id, "returned", True, known.receipt, office.now))
    for settled in (
        office.receive(CONTACT, text="负责人改成王强", trust=PASSED),
        office.receive(STRANGER, deck(), subject=office.print(office.application(known.id)).code),
    ):
        assert "退回补正，尚未重新报送" in said(settled)
        assert "草稿" not in said(settled)


def test_stranger_with_a_link_learns_that_no_file_came(office: Office) -> None:
    settled = office.receive(STRANGER, links=(LINK,), trust=PASSED)
    assert settled.outcome is QUARANTINE
    assert "是下载链接，文件本身没有收到" in said(settled)
    assert "申报视频" not in said(settled)


def test_lateness_is_explained_once(office: Office) -> None:
    office.now = LATE
    newcomer = said(office.receive(CONTACT, form(FORM), text="申报表", trust=PASSED))
    assert newcomer.count("由市办公室认定") == 1
    assert "到达时间：7月26日09:30" in newcomer
    assert "我要申报" not in newcomer


def test_late_confirmation_of_a_draft_is_not_invited_again(office: Office) -> None:
    known = office.apply(submitted=False)
    office.now = LATE
    text = said(office.receive(CONTACT, text="确认", trust=PASSED))
    assert text.count("由市办公室认定") == 1
    assert "请回复“确认”" not in text
    assert office.application(known.id).receipt == ""


def test_second_unit_is_answered_about_itself(office: Office) -> None:
    first = office.apply()
    settled = office.receive(
        CONTACT, text="另报一个单位\n单位名称：宝丰县水利局", trust=PASSED, subject="另报"
    )
    second = of(office, settled)
    assert second.number == "2019-002"
    assert said(settled).startswith("宝丰县水利局：")
    assert first.receipt not in said(settled)
    assert office.letters(CONTACT)[-1].subject == "Re: 另报 [2019-002]"


def test_form_of_a_second_unit_needs_its_word(office: Office) -> None:
    first = office.apply()
    other = {**FORM, "applicant_unit": "宝丰县水利局", "unit_name": "宝丰县水利局"}
    held = office.receive(CONTACT, form(other), trust=PASSED)
    assert (held.outcome, held.reason) == (QUARANTINE, "申报表的单位与发件人登记的单位不同")
    assert "“另报一个单位”" in said(held)
    doubtful = office.receive(CONTACT, form(other, "b"), text="另报一个单位")
    assert doubtful.outcome is QUARANTINE
    begun = office.receive(CONTACT, form(other, "c"), text="另报一个单位", trust=PASSED)
    assert of(office, begun).values["unit_name"] == "宝丰县水利局"
    assert office.application(first.id).values == FORM


def test_question_to_the_contact_is_a_letter(office: Office) -> None:
    code = office.print(office.apply()).code
    office.receive(CONTACT, deck("one"), trust=PASSED)
    office.receive(STRANGER, deck("two"), subject=code)
    letter = office.letters(CONTACT)[-1]
    assert letter.text.startswith("您好！")
    assert letter.text.endswith("咨询电话：0375-2663225。直接回复本邮件即可继续办理。")


def test_contact_confirms_in_a_sentence(office: Office) -> None:
    known = office.apply()
    code = office.print(known).code
    office.receive(CONTACT, deck("one"), trust=PASSED)
    office.receive(STRANGER, deck("two"), subject=code)
    settled = office.receive(CONTACT, text="是的，是我同事发的，请用新版。", trust=PASSED)
    assert "以这一版为准" in said(settled)
    assert [one.state.value for one in office.materials(known)] == ["registered", "registered"]


def test_quarantined_words_are_heard_anew(office: Office) -> None:
    taken = office.apply(contact_email="first@qq.com")
    text = f"单位名称：{FORM['unit_name']}\n负责人：赵六"
    held = office.receive(STRANGER, text=text, trust=PASSED)
    assert (held.outcome, held.application) == (QUARANTINE, None)
    office.run(lambda store: store.drop(taken.id))
    again = office.again(replayed=True)
    assert again.outcome is FILED
    assert of(office, again).values["leader"] == "赵六"
    assert "已记下3项" in said(again)
    assert [letter.text for letter in office.letters(STRANGER)] == [said(held), said(again)]


def test_value_of_a_form_that_is_refused_is_named(office: Office) -> None:
    settled = begin(office, summary="实" * 1001)
    assert "共1001字，超过1000字的上限" in said(settled)
    assert "summary" not in of(office, settled).values


def test_debts_are_those_after_the_files_of_the_same_mail(office: Office) -> None:
    text = said(office.receive(CONTACT, form(FORM), deck(), text="提交", trust=PASSED))
    assert text.count("还需：") == 1
    assert "还需：盖章扫描件、纸质申报表一份、两项声明。" in text
    assert "报告（PPT）请按办公室要求发送" not in text


def test_withdrawn_application_is_opened_again_by_its_holder(office: Office) -> None:
    settled = begin(office)
    for text in ("确认", "撤回", "确认"):
        settled = office.receive(CONTACT, text=text, trust=PASSED)
    assert of(office, settled).stage == "withdrawn"
    ours = office.letters(CONTACT)[-1].message_id
    settled = office.receive(CONTACT, text="我要申报", references=(ours,))
    assert (of(office, settled).stage, settled.application) == ("draft", settled.application)
    assert "尚未报送" in said(settled)


def test_other_words_drop_what_waits_for_a_confirmation(office: Office) -> None:
    known = office.apply()
    office.receive(CONTACT, text="撤回", trust=PASSED)
    dropped = office.receive(CONTACT, text="算了，我们不撤回了。", trust=PASSED)
    assert "已取消" in said(dropped)
    office.receive(CONTACT, text="确认", trust=PASSED)
    assert office.application(known.id).stage == "submitted"


def test_contact_of_several_units_is_told_so_as_often_as_others(office: Office) -> None:
    office.apply()
    office.apply("wangfang", unit_name="宝丰县水利局", applicant_unit="宝丰县水利局")
    replies = [office.receive(CONTACT, deck(str(count)), trust=PASSED).reply for count in range(5)]
    assert all(reply and "不止一份" in reply for reply in replies)
