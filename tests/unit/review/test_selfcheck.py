"""The self-check against the notice's own standard: what is asked, and the range that the answers leave."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from bot.review.scoring import Span
from bot.review.selfcheck import assess, outstanding, questions
from bot.review.selfcheck_view import GapLine, ItemLine, SelfCheckView, gap_lines, lines, view
from config.campaign import Campaign, Standard
from config.load import campaign_folder, load_campaign

NOTICE = load_campaign(campaign_folder("pingdingshan-2019"))
STANDARD = NOTICE.standard
FLAWLESS: dict[str, int | None] = {question.key: 0 for question in questions(STANDARD)}


def found(**counts: int) -> dict[str, int | None]:
    """Flawless answers but for these: `a2_1_1__missing=2`."""
    named = {key.replace("__", "/").replace("_", ".", 2): count for key, count in counts.items()}
    assert named.keys() <= FLAWLESS.keys()
    return {**FLAWLESS, **named}


def base(low: int, high: int) -> Span:
    return Span(Fraction(low), Fraction(high))


def shown(answers: dict[str, int | None], campaign: Campaign = NOTICE) -> SelfCheckView:
    return view(assess(campaign.standard, answers), campaign)


def row(answers: dict[str, int | None], number: str) -> ItemLine:
    (only,) = [item for section in shown(answers).sections for item in section.items if item.number == number]
    return only


def test_questions_are_of_the_units_own_items_in_order() -> None:
    assert [question.key for question in questions(STANDARD)] == [
        *("a2.1.1/missing", "a2.1.2/missing", "a2.1.3/late_or_poor", "a2.1.4/none", "a2.1.4/guidance_short"),
        *("a2.2.2/unmet", "a2.3.1/none", "a2.3.1/defect", "a2.3.2/missing", "a2.3.3/none"),
        *("a2.3.3/not_combined", "a2.3.4/none", "a2.3.4/defect", "a2.3.5/none", "a2.4.1/none"),
        *("a2.4.1/weak", "a2.5.1/veto"),
    ]


def test_unit_checks_51_of_90_and_39_are_left_to_inspectors() -> None:
    checked = assess(STANDARD, FLAWLESS)

    assert [checked.own_maximum, checked.maximum, checked.bonus] == [51, 90, 10]
    assert checked.base == base(51, 90)
    assert sum(item.points.high for item in checked.items if not item.own) == 39
    assert sum(item.points.low for item in checked.items if not item.own) == 0


def test_nothing_answered_leaves_the_whole_range() -> None:
    checked = assess(STANDARD, {})

    assert (checked.base, checked.unanswered, checked.gaps) == (base(0, 90), 17, ())


def test_seven_points_lost_leave_44_to_83() -> None:
    answers = found(a2_1_1__missing=1, a2_1_4__guidance_short=1, a2_4_1__weak=1)

    assert assess(STANDARD, answers).base == base(44, 83)
    assert shown(answers).range == "按自查情况，基础分区间 44–83（90分制），另有创新加分0–10分。"
    assert lines(assess(STANDARD, answers), NOTICE)[0].splitlines()[0] == (
        "按自查情况，基础分区间 44–83（90分制），另有创新加分0–10分。仅供本单位自查，不作为评审依据。"
    )


@pytest.mark.parametrize(
    ("answers", "low", "high"),
    [
        ({"a2.1.4/none": 1}, 0, 85),  # the rest of 1.4 no longer matters
        ({"a2.1.4/none": 0}, 2, 90),  # at worst all 3 guidances are missing: 5 − 3
        ({"a2.1.4/none": 0, "a2.1.4/guidance_short": None}, 2, 90),
        ({"a2.1.4/none": 0, "a2.1.4/guidance_short": 2}, 3, 88),
        ({"a2.1.1/missing": 3}, 0, 84),
        ({"a2.1.2/missing": 9}, 0, 86),  # floor: 4 − 18 is 0
        ({"a2.2.2/unmet": 0}, 4, 90),
        ({"a2.4.1/none": 0}, 3, 90),  # at worst 成效不明显
        ({"gone.1/missing": 4}, 0, 90),  # a question of an older standard
    ],
)
def test_open_questions_widen_the_range_by_what_they_can_cost(
    answers: dict[str, int | None], low: int, high: int
) -> None:
    assert assess(STANDARD, answers).base == base(low, high)


def test_item_at_zero_is_asked_no_further() -> None:
    left = [
        question.key for question in outstanding(STANDARD, found(a2_3_4__none=1) | {"a2.3.4/defect": None})
    ]

    assert left == []
    assert [question.key for question in outstanding(STANDARD, FLAWLESS | {"a2.3.4/defect": None})] == [
        "a2.3.4/defect"
    ]


def test_declared_veto_ends_the_candidacy_and_still_shows_the_range() -> None:
    vetoed = shown(found(a2_5_1__veto=1))

    assert vetoed.veto == (
        "您回答有“严重行政违法”的情形。通知规定“存在严重行政违法行为的一票否决”〔附件2·5.执法效果好·第1项〕，"
        "即不论分数高低都将终止参评；是否属于，由市办公室认定。"
    )
    assert vetoed.range == shown(FLAWLESS).range
    assert shown(FLAWLESS).veto == ""
    assert vetoed.veto in lines(assess(STANDARD, found(a2_5_1__veto=1)), NOTICE)[0]


@pytest.mark.parametrize(
    ("count", "finding", "evidence", "missing"),
    [
        (0, "没有此类情形", ("近3年无严重行政违法行为的声明",), ()),
        (None, "未答", ("近3年无严重行政违法行为的声明",), ("近3年无严重行政违法行为的声明",)),
        (1, "存在严重行政违法行为，一票否决", (), ()),  # nobody is asked for a false declaration
    ],
)
def test_declaration_is_shown_without_points(
    count: int | None, finding: str, evidence: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    assert row(FLAWLESS | {"a2.5.1/veto": count}, "5.1") == ItemLine(
        "5.1", "严重行政违法", "", True, "", finding, evidence, missing
    )


def test_item_shows_points_reasons_and_missing_papers() -> None:
    assert row(found(a2_1_4__guidance_short=1), "1.4") == ItemLine(
        number="1.4",
        title="培育下属示范点",
        maximum="5",
        own=True,
        points="4",
        finding="缺1次，扣1分",
        evidence=("培育下属部门（机构）示范点的方案", "不少于3次现场指导的记录"),
        missing=("不少于3次现场指导的记录",),
    )


def test_item_shows_what_is_open_as_a_range() -> None:
    half = row(FLAWLESS | {"a2.3.1/defect": None}, "3.1")
    inspected = row(FLAWLESS, "4.2")

    assert (half.points, half.finding, half.missing) == ("0–6", "未答", ("行政指导案卷",))
    assert (inspected.own, inspected.points, inspected.finding) == (False, "0–8", "现场验收时查看")


def test_gaps_are_ordered_by_points_then_by_things_missing() -> None:
    answers = found(
        a2_1_1__missing=2, a2_1_4__guidance_short=2, a2_2_2__unmet=1, a2_3_5__none=1, a2_4_1__weak=1
    )
    gaps = assess(STANDARD, answers).gaps

    assert [(gap.item.number, int(gap.points), gap.things) for gap in gaps] == [
        ("4.1", 4, 1),
        ("1.1", 4, 2),
        ("3.5", 2, 1),
        ("1.4", 2, 2),
        ("2.2", 1, 1),
    ]
    assert shown(answers).gaps == (
        GapLine("4.1", "互联网+行政执法", "成效不明显，扣4分", "4"),
        GapLine("1.1", "领导机制", "缺2项，扣4分", "4"),
        GapLine("3.5", "行政调解统计分析", "没有统计分析，扣2分", "2"),
    )


def test_gap_never_gives_back_more_than_the_item_has() -> None:
    (gap,) = assess(STANDARD, found(a2_3_1__none=1, a2_3_1__defect=4)).gaps

    assert (int(gap.points), gap.things) == (6, 5)
    assert gap.reasons == ("无行政指导案卷、案例，扣6分", "4处不规范，扣4分", "已扣完，不倒扣分")


def test_flawless_unit_is_told_that_nothing_is_deducted() -> None:
    (text,) = lines(assess(STANDARD, FLAWLESS), NOTICE)

    assert text.splitlines()[:3] == [
        "按自查情况，基础分区间 51–90（90分制），另有创新加分0–10分。仅供本单位自查，不作为评审依据。",
        "90分中，51分由本单位自查，其余39分要到现场验收时才能看到：区间低端按0分计，高端按满分计。",
        "已答各项没有扣分。",
    ]
    assert gap_lines(shown(FLAWLESS), NOTICE) == ()


def test_result_fits_the_chat_and_names_every_item_once() -> None:
    for answers in ({}, FLAWLESS, found(a2_1_1__missing=3, a2_3_4__none=1, a2_5_1__veto=1)):
        parts = lines(assess(STANDARD, answers), NOTICE)
        text = "\n".join(parts)

        assert max(len(part.encode()) for part in parts) <= 2048
        for section in STANDARD.sections[:-1]:
            for item in section.items:
                assert sum(line.startswith(f"{item.number} ") for line in text.splitlines()) == (
                    item.known_by == "unit"
                )
                assert f"{item.number} {item.title}" in text


def test_campaign_without_inspectors_items_or_bonus_is_worded_without_them() -> None:
    first = STANDARD.sections[0]
    campaign = replace(NOTICE, standard=Standard("自查", "", "", (first,)))
    known: dict[str, int | None] = {question.key: 0 for question in questions(campaign.standard)}
    told = shown(known, campaign)

    assert told.range == "按自查情况，基础分区间 20–20（20分制）。"
    assert (told.bonus, told.scope, told.unanswered) == ("0", "", "")
    assert shown({}, campaign).unanswered == "还有5题未答，区间因此较宽；回“自查”可接着答。"
