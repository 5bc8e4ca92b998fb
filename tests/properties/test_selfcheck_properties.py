"""What holds for any self-check: the range keeps what it promises, and is never one number."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.selfcheck import SelfCheck, begin, pending, take
from bot.review.findings import Finding, Findings
from bot.review.scoring import score
from bot.review.selfcheck import Answers, assess, outstanding, questions
from bot.review.selfcheck_view import lines, view
from config.campaign import AnswerKind, Campaign, Item, Rule, Standard
from config.load import campaign_folder, load_campaign

NOTICE = load_campaign(campaign_folder("pingdingshan-2019"))
ASKED = {
    "missing": ("几个月有台账？", AnswerKind.DONE, 12),
    "none": ("是否安装了节水器具？", AnswerKind.NO, 0),
    "leak": ("几处漏水？", AnswerKind.FAULTS, 0),
    "theft": ("是否偷用水？", AnswerKind.YES, 0),
}


def with_questions(campaign: Campaign) -> Campaign:
    """The second campaign, its own items asked: halves of points, a veto beside other rules."""

    def asked(rule: Rule) -> Rule:
        question, answer, required = ASKED[rule.id]
        return replace(rule, question=question, answer=answer, required=required)

    def item(known: Item) -> Item:
        return known if known.averaged else replace(known, rules=tuple(map(asked, known.rules)))

    sections = tuple(
        replace(section, items=tuple(map(item, section.items))) for section in campaign.standard.sections
    )
    standard = replace(campaign.standard, sections=sections)
    return replace(campaign, standard=standard, phrases=NOTICE.phrases)


SECOND = with_questions(load_campaign(Path(__file__).parents[1] / "data" / "campaigns" / "second"))
CAMPAIGNS = [NOTICE, SECOND]

every_campaign = pytest.mark.parametrize("campaign", CAMPAIGNS, ids=lambda campaign: campaign.id)


def counts(rule: Rule) -> st.SearchStrategy[int]:
    if rule.whole or rule.veto:
        return st.integers(0, 1)
    return st.integers(0, rule.required if rule.answer is AnswerKind.DONE else 30)


def answers(standard: Standard) -> st.SearchStrategy[dict[str, int | None]]:
    """Some questions answered, some left open, some not reached."""
    return st.fixed_dictionaries(
        {}, optional={one.key: st.none() | counts(one.rule) for one in questions(standard)}
    )


def visits(standard: Standard, known: Answers) -> st.SearchStrategy[Findings]:
    """What inspectors can find, the unit's answers being true."""
    items = [item for section in standard.sections if not section.bonus for item in section.items]
    free = [
        (item, rule) for item in items for rule in item.rules if known.get(f"{item.id}/{rule.id}") is None
    ]
    told = [
        Finding(one.item.id, one.rule.id, count, verified=True)
        for one in questions(standard)
        if (count := known.get(one.key)) is not None
    ]
    seen = st.tuples(*(counts(rule) for _, rule in free)).map(
        lambda numbers: [
            Finding(item.id, rule.id, number, verified=True)
            for (item, rule), number in zip(free, numbers, strict=True)
        ]
    )
    averages = st.fixed_dictionaries({item.id: st.fractions(0, 100) for item in items if item.averaged})
    return st.builds(lambda found, means: Findings((*told, *found), means), seen, averages)


@every_campaign
@given(data=st.data())
def test_range_contains_every_outcome_of_a_visit(campaign: Campaign, data: st.DataObject) -> None:
    standard = replace(campaign.standard, average_formula="proportional")
    known = data.draw(answers(standard))
    checked = assess(standard, known)
    sheet = score(standard, data.draw(visits(standard, known)))

    assert checked.base.low <= sheet.base.low == sheet.base.high <= checked.base.high
    for row, item in zip(checked.items, sheet.items, strict=True):
        assert row.points.low <= item.span.low == item.span.high <= row.points.high


@every_campaign
@given(data=st.data())
def test_both_ends_of_the_range_can_happen(campaign: Campaign, data: st.DataObject) -> None:
    known = data.draw(answers(campaign.standard))
    checked = assess(campaign.standard, known)
    standard = replace(campaign.standard, average_formula="proportional")
    averaged = [row.item.id for row in checked.items if row.item.averaged]
    best = [
        Finding(one.item.id, one.rule.id, count, verified=True)
        for one in questions(standard)
        if (count := known.get(one.key)) is not None
    ]
    feared = [
        Finding(row.item.id, rule.id, rule.required or 30, verified=True)
        for row in checked.items
        for rule in row.item.rules
        if known.get(f"{row.item.id}/{rule.id}") is None
    ]
    high = score(standard, Findings(tuple(best), dict.fromkeys(averaged, Fraction(100))))
    low = score(standard, Findings((*best, *feared), dict.fromkeys(averaged, Fraction(0))))

    assert (low.base.low, high.base.high) == (checked.base.low, checked.base.high)


@every_campaign
@given(data=st.data())
def test_range_is_never_one_number_while_inspectors_have_not_come(
    campaign: Campaign, data: st.DataObject
) -> None:
    checked = assess(campaign.standard, data.draw(answers(campaign.standard)))
    shown = view(checked, campaign)

    assert checked.base.high - checked.base.low >= checked.maximum - checked.own_maximum > 0
    assert f" {shown.low}–{shown.high}（" in shown.range
    assert shown.low != shown.high
    for text in lines(checked, campaign):
        assert 0 < len(text.encode()) <= 2048


@given(data=st.data())
def test_range_is_a_point_only_when_all_is_known(data: st.DataObject) -> None:
    own = tuple(section for section in NOTICE.standard.sections if section.id == "1")
    standard = replace(NOTICE.standard, sections=own)
    known = data.draw(answers(standard))
    checked = assess(standard, known)

    assert (checked.base.low == checked.base.high) == (outstanding(standard, known) == ())
    assert (checked.unanswered == 0) == (outstanding(standard, known) == ())


@every_campaign
@given(data=st.data())
def test_more_gaps_never_raise_either_end(campaign: Campaign, data: st.DataObject) -> None:
    known = data.draw(answers(campaign.standard))
    more = {
        key: None if count is None else count + data.draw(st.integers(0, 5)) for key, count in known.items()
    }
    before, after = assess(campaign.standard, known), assess(campaign.standard, more)

    assert after.base.low <= before.base.low
    assert after.base.high <= before.base.high
    for earlier, later in zip(before.items, after.items, strict=True):
        assert later.points.low <= earlier.points.low
        assert later.points.high <= earlier.points.high


@every_campaign
@given(data=st.data())
def test_an_answer_never_widens_the_range(campaign: Campaign, data: st.DataObject) -> None:
    known = data.draw(answers(campaign.standard))
    less = {key: count for key, count in known.items() if data.draw(st.booleans())}
    wide, narrow = assess(campaign.standard, less), assess(campaign.standard, known)

    assert wide.base.low <= narrow.base.low <= narrow.base.high <= wide.base.high


@every_campaign
@given(data=st.data())
def test_order_of_answers_is_irrelevant(campaign: Campaign, data: st.DataObject) -> None:
    known = data.draw(answers(campaign.standard))
    shuffled = dict(data.draw(st.permutations(list(known.items()))))

    assert assess(campaign.standard, shuffled) == assess(campaign.standard, known)


@every_campaign
@given(data=st.data())
def test_veto_changes_no_points(campaign: Campaign, data: st.DataObject) -> None:
    known = data.draw(answers(campaign.standard))
    (veto,) = [one.key for one in questions(campaign.standard) if one.rule.veto]
    free, vetoed = (assess(campaign.standard, {**known, veto: count}) for count in (0, 1))

    assert (free.veto is None, vetoed.veto is None) == (True, False)
    assert (free.base, free.gaps) == (vetoed.base, vetoed.gaps)


@every_campaign
@given(data=st.data())
def test_gaps_win_back_all_that_the_answers_cost(campaign: Campaign, data: st.DataObject) -> None:
    checked = assess(campaign.standard, data.draw(answers(campaign.standard)))

    assert sum(gap.points for gap in checked.gaps) == checked.maximum - checked.base.high
    assert [gap.points for gap in checked.gaps] == sorted((gap.points for gap in checked.gaps), reverse=True)


@every_campaign
@given(
    said=st.lists(
        st.sampled_from(["是", "否", "没有", "都有", "2", "不清楚", "上一题", "？", "甲"]), max_size=60
    )
)
def test_any_conversation_keeps_its_state_and_can_be_left(campaign: Campaign, said: list[str]) -> None:
    step = begin(campaign)
    for text in said:
        after = take(step.state, text, campaign)
        if after is None or after.finished:
            continue
        step = after
        assert all(0 < len(reply.text.encode()) <= 2048 for reply in step.replies)
        assert pending(step.state, campaign) is not None
        assert SelfCheck(**json.loads(json.dumps(asdict(step.state)))) == step.state

    left = take(step.state, "退出自查", campaign)
    assert left is not None
    assert (left.finished, left.state) == (True, step.state)


@every_campaign
@given(text=st.text(max_size=80))
def test_any_text_is_an_answer_or_none(campaign: Campaign, text: str) -> None:
    state = begin(campaign).state
    after = take(state, text, campaign)

    assert after is None or after.state.answers.keys() <= {questions(campaign.standard)[0].key}
