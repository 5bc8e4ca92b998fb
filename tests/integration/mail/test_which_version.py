"""Of several files that wait, the contact says which one counts: by mail, over a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.model.mail import MaterialState, Trust
from config.campaign import Campaign
from tests.fakes.mail_filing import CONTACT, STRANGER, Office, deck

PASSED = Trust.PASSED


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Office]:
    made = Office(campaign, new_sqlite())
    yield made
    made.close()


def test_contact_is_asked_which_and_only_that_one_counts(office: Office) -> None:
    known = office.apply()
    printed = office.print(known)
    office.receive(CONTACT, deck("own"), trust=PASSED)
    for content in ("second", "third"):
        office.receive(STRANGER, deck(content, f"{content}.pptx"), subject=printed.code)
    states = [one.state for one in office.materials(known)]
    assert states == [MaterialState.REGISTERED, MaterialState.PENDING, MaterialState.PENDING]

    asked = office.receive(CONTACT, text="用新版", trust=PASSED)
    assert "1. 申报报告第2版（second.pptx" in (asked.reply or "")
    assert [one.state for one in office.materials(known)] == states

    answered = office.receive(CONTACT, text="您好！\n用新版 1\n谢谢", trust=PASSED)
    assert "已确认使用申报报告第2版（second.pptx）" in (answered.reply or "")
    assert [one.state for one in office.materials(known)] == [
        MaterialState.REGISTERED,
        MaterialState.REGISTERED,
        MaterialState.SET_ASIDE,
    ]
    assert office.application(known.id).dossier["deck"] == office.materials(known)[1].sha256
