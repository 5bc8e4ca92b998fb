"""What somebody can do who knows no more than a receipt number, which can be counted up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.model.application import Application
from bot.model.mail import Link, Trust
from bot.model.message import Channel
from bot.work.mail_reply import QUESTIONS_A_DAY, UNMATCHED_A_DAY
from config.campaign import Campaign
from tests.fakes.conversation import FORM
from tests.fakes.mail_filing import CONTACT, Office, deck, form, part, states

FORGER = "forger@evil.example"
LURE = "点击evil.example领取补贴"


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Office]:
    opened = Office(campaign, new_sqlite())
    yield opened
    opened.close()


@pytest.fixture
def filed(office: Office) -> Application:
    application = office.apply()
    office.receive(CONTACT, deck("ours"), trust=Trust.PASSED)
    return application


def _answer(office: Office, application: Application, *attached: object, trust: Trust = Trust.MISSING) -> str:
    office.receive(FORGER, *attached, subject=f"{LURE} {application.receipt}", trust=trust)  # type: ignore[arg-type]
    return office.letters(FORGER)[-1].text


@pytest.mark.parametrize("trust", Trust)
def test_values_cannot_be_guessed_by_sending_forms(office: Office, filed: Application, trust: Trust) -> None:
    right, wrong = {**FORM}, {**FORM, "contact_name": "别人"}
    answers = [
        _answer(office, filed, form(values, "same"), trust=trust)[len("您好！您7月12日09:29发出") :]
        for values in (right, wrong)
    ]
    assert answers[0] == answers[1]
    assert "联系人姓名" not in answers[0]


@pytest.mark.parametrize("attached", [deck("theirs"), deck("ours")], ids=["another", "the same"])
def test_what_is_on_file_is_told_to_nobody_else(office: Office, filed: Application, attached: object) -> None:
    answer = _answer(office, filed, attached, trust=Trust.PASSED)
    assert "已收到并保存，是否采用由登记的联系人确认。" in answer
    assert ("第1版" in answer, "已报" in answer, filed.values["unit_name"] in answer) == (False,) * 3


def test_answer_to_an_unproven_stranger_repeats_no_word_of_his(office: Office, filed: Application) -> None:
    named = (part(f"{LURE}.pptx", "theirs", "pptx"), deck("theirs")[1])
    answer = _answer(office, filed, named)
    assert (LURE in answer, "1. pptx（" in answer) == (False, True)
    assert LURE not in office.letters(FORGER)[-1].subject


def test_unproven_strangers_get_few_answers_whatever_number_they_name(
    office: Office, filed: Application
) -> None:
    for number in range(UNMATCHED_A_DAY + 3):
        office.receive(FORGER, subject=f"{number} {filed.receipt}")
    assert len(office.letters(FORGER)) == UNMATCHED_A_DAY


def test_contact_is_asked_few_times_a_day(office: Office, filed: Application) -> None:
    for _ in range(QUESTIONS_A_DAY + 3):
        office.receive(FORGER, deck("theirs"), subject=filed.receipt)
    assert len(office.pushed()) == QUESTIONS_A_DAY


def test_strangers_forms_do_not_pile_up(office: Office, filed: Application) -> None:
    for number in range(9):
        settled = office.receive(
            FORGER, form({**FORM, "contact_name": f"别人{number}"}, f"form {number}"), subject=filed.receipt
        )
    assert states(settled) == [("form", "kept")]
    assert len([one for one in office.materials(filed) if one.kind == "form"]) == 5


@pytest.mark.parametrize("trust", Trust)
def test_former_holder_who_is_still_the_contact_does_not_act_for_the_new_one(
    office: Office, filed: Application, trust: Trust
) -> None:
    assert (Channel.MAIL, CONTACT) in office.run(lambda store: store.addresses(filed.holder))
    new = office.run(lambda store: store.visitor(Channel.WECOM, "new", "赵新", office.now).person.id)
    office.run(lambda store: store.transfer(filed.id, new))
    link = Link("https://mail.qq.com/x", "mail.qq.com")
    office.receive(CONTACT, text="撤回", links=(link,), trust=trust)
    assert office.letters(CONTACT)[-1].orders == ()
    assert office.run(lambda store: store.addresses(new)) == [(Channel.WECOM, "new")]
    assert office.application(filed.id).stage == "submitted"
