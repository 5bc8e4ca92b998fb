"""What a unit owes beside its form, by name (commands page §13)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.documents.form_version import version_of
from bot.model.application import Application
from bot.review.debts import debt_labels, owes, scan_counts
from config.campaign import Campaign
from tests.fakes.conversation import FORM

DECLARED = {"declared_accepted": "yes", "declared_lawful": "unsure"}


def application(
    dossier: Mapping[str, str] | None = None, stage: str = "submitted", values: Mapping[str, str] = FORM
) -> Application:
    return Application("a" * 16, "2019-001", 1, stage, values, "2019-001-1", 1, dossier or {})


def test_everything_is_owed_at_first_in_a_fixed_order(campaign: Campaign) -> None:
    assert owes(campaign, application()) == ("deck", "scan", "paper", "declarations")


def test_what_is_on_file_is_not_owed(campaign: Campaign) -> None:
    scans = f"{'0' * 64} {version_of(campaign, FORM)}"
    assert owes(campaign, application({"deck": "f" * 64, "scans": scans})) == ("paper", "declarations")
    assert owes(campaign, application({"paper": "2019-07-20", **DECLARED})) == ("deck", "scan")
    assert (
        owes(campaign, application({"deck": "f" * 64, "scans": scans, "paper": "2019-07-20", **DECLARED}))
        == ()
    )


def test_one_declaration_of_two_is_still_owed(campaign: Campaign) -> None:
    assert "declarations" in owes(campaign, application({"declared_accepted": "no"}))
    assert "declarations" not in owes(
        campaign, application({"declared_accepted": "no", "declared_lawful": "no"})
    )


def test_scan_counts_for_the_printed_values_only(campaign: Campaign) -> None:
    scans = version_of(campaign, FORM)
    changed = {**FORM, "unit_address": "卫东区新华路1号"}
    assert scan_counts(campaign, application({"scans": scans}))
    assert not scan_counts(campaign, application({"scans": scans}, values=changed))
    assert scan_counts(
        campaign, application({"scans": scans}, values={**FORM, "contact_phone": "13900000000"})
    )
    assert not scan_counts(campaign, application(values={}))


@pytest.mark.parametrize("stage", ["withdrawn", "deemed_abandoned", "vetoed", "not_selected", "awarded"])
def test_nothing_is_owed_at_the_end_or_when_withdrawn(campaign: Campaign, stage: str) -> None:
    assert owes(campaign, application(stage=stage)) == ()


def test_debts_have_names_in_each_campaign(campaign: Campaign, second_campaign: Campaign) -> None:
    owed = ("deck", "scan", "paper", "declarations")
    assert debt_labels(campaign, owed) == ("申报报告PPT", "盖章扫描件", "纸质申报表一份", "两项声明")
    assert len(set(debt_labels(second_campaign, owed))) == 4
    assert debt_labels(campaign, ()) == ()
