"""Somebody's address in somebody else's draft: it attracts no mail until its owner has proven to be the contact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bot.model.mail import MailOutcome, Matched, MaterialState, Trust
from bot.model.message import Channel
from config.campaign import Campaign
from tests.fakes.conversation import FORM
from tests.fakes.mail_filing import CONTACT, LATE, Office, deck, form, states

PASSED = Trust.PASSED


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Office]:
    made = Office(campaign, new_sqlite())
    yield made
    made.close()


def test_draft_that_names_an_address_does_not_get_its_unmarked_mail(office: Office) -> None:
    known = office.apply(submitted=False)
    settled = office.receive(CONTACT, deck(), trust=PASSED)
    assert (settled.outcome, settled.reason) == (MailOutcome.QUARANTINE, "草稿填写的联系邮箱，尚未核实")
    assert "请直接回复本邮件" in (settled.reply or "")
    assert known.values["unit_name"] not in (settled.reply or "")
    assert office.materials(known) == []


def test_answer_to_our_mail_proves_the_contact_for_good(office: Office) -> None:
    known = office.apply(submitted=False)
    office.receive(CONTACT, deck(), trust=PASSED)
    (asked,) = office.letters(CONTACT)
    settled = office.receive(CONTACT, deck(), references=(asked.message_id,))
    assert (settled.application, settled.matched_by) == (known.id, Matched.THREAD)
    assert [(one.state, one.doubtful) for one in office.materials(known)] == [
        (MaterialState.REGISTERED, False)
    ]
    assert (Channel.MAIL, CONTACT) in office.run(lambda store: store.addresses(known.holder))
    later = office.receive(CONTACT, deck("later"), trust=PASSED)
    assert (later.application, later.matched_by) == (known.id, Matched.ADDRESS)


def test_proven_mail_that_names_the_application_proves_the_contact(office: Office) -> None:
    known = office.apply(submitted=False)
    assert office.receive(CONTACT, deck(), subject=known.number, trust=PASSED).application == known.id
    assert office.receive(CONTACT, deck("later"), trust=PASSED).matched_by is Matched.ADDRESS


def test_unproven_mail_that_names_the_application_proves_nothing(office: Office) -> None:
    known = office.apply(submitted=False)
    office.receive(CONTACT, deck(), subject=known.number, trust=Trust.FAILED)
    assert office.receive(CONTACT, deck("later"), trust=PASSED).outcome is MailOutcome.QUARANTINE


def test_owner_of_the_address_can_begin_an_application_of_their_own(office: Office) -> None:
    theirs = office.apply(submitted=False)
    own = {**FORM, "applicant_unit": "叶县水利局", "unit_name": "叶县水利局"}
    settled = office.receive(CONTACT, form(own), deck(), trust=PASSED)
    assert settled.outcome is MailOutcome.FILED
    assert settled.application not in (None, theirs.id)
    begun = office.application(settled.application or "")
    assert begun.values["unit_name"] == "叶县水利局"
    assert states(settled) == [("form", "registered"), ("deck", "registered")]
    assert office.materials(theirs) == []


def test_contact_of_what_was_handed_in_is_known_by_the_address(office: Office) -> None:
    known = office.apply()
    settled = office.receive(CONTACT, deck(), trust=PASSED)
    assert (settled.application, settled.matched_by) == (known.id, Matched.ADDRESS)


def test_files_within_the_time_that_a_person_gave_are_not_late(office: Office) -> None:
    known = office.apply()
    office.receive(CONTACT, deck("first"), trust=PASSED)
    office.run(lambda store: store.move(known.id, "returned", True, "", office.now))
    dossier = {**office.application(known.id).dossier, "return_due": "2019-07-30"}
    office.run(lambda store: store.set_dossier(known.id, dossier))
    settled = office.receive(CONTACT, deck("second"), trust=PASSED, arrived=LATE)
    assert (settled.late, states(settled)) == (False, [("deck", "registered")])
    assert [one.late for one in office.materials(known)] == [False, False]
    too_late = office.receive(CONTACT, deck("third"), trust=PASSED, arrived=LATE + timedelta(days=5))
    assert (too_late.late, states(too_late)) == (True, [("deck", "pending")])


def test_due_date_before_the_deadline_makes_nothing_late(office: Office) -> None:
    known = office.apply()
    office.run(lambda store: store.move(known.id, "returned", True, "", office.now))
    office.run(lambda store: store.set_dossier(known.id, {"return_due": "2019-07-10"}))
    assert office.receive(CONTACT, deck(), trust=PASSED).late is False
