"""What holds for any findings: bounds, order, repetition, and the veto's independence of the points."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.findings import Finding, Findings
from bot.review.scoring import score, sheet_as_dict
from config.campaign import Campaign
from config.load import campaign_folder, load_campaign

CAMPAIGNS = [
    load_campaign(campaign_folder("pingdingshan-2019")),
    load_campaign(Path(__file__).parents[1] / "data" / "campaigns" / "second"),
]
RULES = {
    campaign.id: [
        (item.id, rule.id)
        for section in campaign.standard.sections
        for item in section.items
        for rule in item.rules
        if not rule.veto
    ]
    for campaign in CAMPAIGNS
}
VETOES = {"pingdingshan-2019": ("a2.5.1", "veto"), "qinghe-2027": ("s3", "theft")}
AVERAGED = {"pingdingshan-2019": "a2.2.3", "qinghe-2027": "s2"}
BONUS = {"pingdingshan-2019": 10, "qinghe-2027": 0}

every_campaign = pytest.mark.parametrize("campaign", CAMPAIGNS, ids=lambda campaign: campaign.id)


def entries(campaign: Campaign) -> st.SearchStrategy[list[Finding]]:
    entry = st.builds(
        lambda rule, count, verified: Finding(rule[0], rule[1], count, verified),
        st.sampled_from(RULES[campaign.id]),
        st.integers(0, 12),
        st.booleans(),
    )
    return st.lists(entry, max_size=30)


def findings(campaign: Campaign) -> st.SearchStrategy[Findings]:
    return st.builds(
        lambda found, averages, bonus: Findings(tuple(found), averages, bonus),
        entries(campaign),
        st.dictionaries(st.just(AVERAGED[campaign.id]), st.fractions(0, 100), max_size=1),
        st.fractions(0, BONUS[campaign.id]),
    )


@every_campaign
@given(data=st.data())
def test_scores_stay_within_bounds(campaign: Campaign, data: st.DataObject) -> None:
    sheet = score(campaign.standard, data.draw(findings(campaign)))

    for item in sheet.items:
        assert 0 <= item.span.low <= item.span.high <= item.maximum
        assert 0 <= item.deducted <= item.maximum
    most = sum(section.points for section in campaign.standard.sections if not section.bonus)
    assert 0 <= sheet.base.low <= sheet.base.high <= most
    assert sheet.total.low - sheet.base.low == sheet.total.high - sheet.base.high == sheet.bonus
    assert sheet.total.high <= 100


@every_campaign
@given(data=st.data())
def test_sections_and_items_sum_to_the_base(campaign: Campaign, data: st.DataObject) -> None:
    sheet = score(campaign.standard, data.draw(findings(campaign)))

    assert sum(item.span.low for item in sheet.items) == sheet.base.low
    assert sum(item.span.high for item in sheet.items) == sheet.base.high
    assert sum(span.low for span in sheet.sections.values()) == sheet.base.low


@every_campaign
@given(data=st.data())
def test_order_is_irrelevant(campaign: Campaign, data: st.DataObject) -> None:
    found = data.draw(entries(campaign))
    shuffled = data.draw(st.permutations(found))

    assert score(campaign.standard, Findings(tuple(found))) == score(
        campaign.standard, Findings(tuple(shuffled))
    )


@every_campaign
@given(data=st.data())
def test_another_finding_never_raises_a_score(campaign: Campaign, data: st.DataObject) -> None:
    found = data.draw(entries(campaign))
    more = data.draw(entries(campaign))
    before = score(campaign.standard, Findings(tuple(found)))
    after = score(campaign.standard, Findings((*found, *more)))

    assert after.base.low <= before.base.low
    assert after.base.high <= before.base.high
    for earlier, later in zip(before.items, after.items, strict=True):
        assert later.deducted >= earlier.deducted


@every_campaign
@given(data=st.data())
def test_a_count_is_as_good_as_so_many_findings(campaign: Campaign, data: st.DataObject) -> None:
    found = data.draw(entries(campaign))
    singles = [
        Finding(entry.item, entry.rule, 1, entry.verified) for entry in found for _ in range(entry.count)
    ]

    assert score(campaign.standard, Findings(tuple(found))) == score(
        campaign.standard, Findings(tuple(singles))
    )


@every_campaign
@given(data=st.data())
def test_veto_changes_no_points(campaign: Campaign, data: st.DataObject) -> None:
    plain = data.draw(findings(campaign))
    item, rule = VETOES[campaign.id]
    veto = Finding(item, rule, data.draw(st.integers(1, 5)))
    vetoed = Findings((*plain.entries, veto), plain.averages, plain.bonus)
    before, after = score(campaign.standard, plain), score(campaign.standard, vetoed)

    assert (before.veto, after.veto) == (False, True)
    assert [item.span for item in before.items] == [item.span for item in after.items]
    assert (before.base, before.total, before.open) == (after.base, after.total, after.open)


@every_campaign
@given(data=st.data())
def test_sheet_survives_json_with_whole_numbers_whole(campaign: Campaign, data: st.DataObject) -> None:
    sheet = sheet_as_dict(score(campaign.standard, data.draw(findings(campaign))))

    assert json.loads(json.dumps(sheet)) == sheet
    assert ".0," not in json.dumps(sheet["items"])


@given(average=st.fractions(0, 100), higher=st.fractions(0, 100))
def test_better_average_never_gives_fewer_points(average: Fraction, higher: Fraction) -> None:
    low, high = sorted((average, higher))
    sheets = [score(CAMPAIGNS[1].standard, Findings(averages={"s2": value})) for value in (low, high)]

    assert sheets[0].base.low <= sheets[1].base.low
