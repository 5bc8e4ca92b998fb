"""How far decks cover the notice's six conditions, and where they bring out the triad: decks of every make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.documents.deck import check_deck
from bot.model.deck import Coverage, DeckReport, Level
from config.campaign import Campaign
from tests.fakes.deck_stories import STORIES
from tests.fakes.decks import AGENDA, CONDITIONS, COVER, END, Sheet, deck, good, titles_only

CLAUSES = list(CONDITIONS)

Check = Callable[[Sequence[Sheet]], DeckReport]


@pytest.fixture
def check(tmp_path: Path, campaign: Campaign) -> Check:
    def run(sheets: Sequence[Sheet]) -> DeckReport:
        path = tmp_path / "file"
        path.write_bytes(deck(sheets, prompts=("队伍管理严，教育培训12场",)))
        return check_deck(path, "申报报告.pptx", campaign)

    return run


def levels(report: DeckReport) -> dict[str, str]:
    return {key: found.level.value for key, found in report.conditions.items()}


def every(level: str, **others: str) -> dict[str, str]:
    return dict.fromkeys(CLAUSES, level) | {key.replace("c", "2."): value for key, value in others.items()}


def test_good_deck_shows_all_six_by_slide(check: Check) -> None:
    report = check(good())

    assert levels(report) == every("shown")
    assert {key: found.slides for key, found in report.conditions.items()} == {
        "2.1": (2, 3),
        "2.2": (4, 5, 6),
        "2.3": (7, 8),
        "2.4": (10, 11),
        "2.5": (12, 13),
        "2.6": (14, 15),
    }
    assert report.conditions["2.1"].evidence[:2] == ("服务意识", "执法为民")


@pytest.mark.parametrize("clause", CLAUSES)
def test_condition_left_out_is_the_one_that_is_absent(check: Check, clause: str) -> None:
    report = check(good(without=[clause]))

    assert levels(report) == every("shown") | {clause: "absent"}
    assert report.conditions[clause] == Coverage(Level.ABSENT)


@pytest.mark.parametrize("name", STORIES)
def test_decks_in_other_words_show_all_six(check: Check, name: str) -> None:
    story = STORIES[name]
    sheets = story.sheets()
    report = check(sheets)

    assert levels(report) == every("shown")
    for clause, told in story.told.items():
        numbers = {number for number, sheet in enumerate(sheets, start=1) if sheet in told}
        assert set(report.conditions[clause].slides) <= numbers, clause
        assert report.conditions[clause].evidence, clause


@pytest.mark.parametrize("clause", CLAUSES)
@pytest.mark.parametrize("name", STORIES)
def test_condition_left_out_in_other_words_is_the_one_that_is_absent(
    check: Check, name: str, clause: str
) -> None:
    assert levels(check(STORIES[name].sheets(without=clause))) == every("shown") | {clause: "absent"}


def test_titles_without_content_are_only_mentions(check: Check) -> None:
    report = check(titles_only())

    assert levels(report) == every("mentioned")
    assert report.conditions["2.4"] == Coverage(Level.MENTIONED, (5,), ("队伍管理",))


def test_agenda_is_no_evidence(check: Check) -> None:
    report = check([COVER, AGENDA, END])

    assert levels(report) == every("mentioned")
    assert {found.slides for found in report.conditions.values()} == {(2,)}


def test_agenda_without_the_word_is_no_evidence_either(check: Check) -> None:
    assert levels(check([COVER, Sheet("六个方面", AGENDA.lines, pictures=1)])) == every("mentioned")


def test_agenda_before_every_section_changes_nothing(check: Check) -> None:
    sheets = [COVER]
    for clause, told in CONDITIONS.items():
        sheets += [AGENDA] if clause == "2.4" else [AGENDA, *told]
    report = check(sheets)

    assert levels(report) == every("shown", c4="mentioned")


def test_words_without_example_figure_or_picture_are_only_a_mention(check: Check) -> None:
    report = check([COVER, Sheet("四、队伍管理严", ("不断加强教育培训，提高法律素养，树立良好执法形象",))])

    assert levels(report) == every("absent", c4="mentioned")
    assert report.conditions["2.4"].evidence == ("队伍管理", "教育培训", "法律素养", "执法形象")


@pytest.mark.parametrize(
    "proof",
    [
        Sheet("队伍管理严", ("加强教育培训，全年组织12场次",)),
        Sheet("队伍管理严", ("加强教育培训，例如请律师到局里讲课",)),
        Sheet("队伍管理严", ("加强教育培训，3月15日请律师讲课",)),
        Sheet("队伍管理严", ("不断加强教育培训",), pictures=1),
        Sheet("队伍管理严", ("不断加强教育培训",), table=(("内容", "时间"),)),
        Sheet("队伍管理严", ("不断加强教育培训",), chart="学时"),
        Sheet("队伍管理严", ("不断加强教育培训",), embedded_video=True),
        Sheet("队伍管理严", grouped=("每月一次教育培训，参加人员58名",)),
        Sheet("队伍管理严", smart_art=("教育培训58人次", "执法标兵评选")),
    ],
)
def test_example_figure_table_or_picture_shows_a_condition(check: Check, proof: Sheet) -> None:
    assert levels(check([COVER, proof, END])) == every("absent", c4="shown")


def test_picture_that_slides_share_proves_nothing(check: Check) -> None:
    told = Sheet("队伍管理严", ("不断加强教育培训",), badge=True)
    sheets = [COVER, told, Sheet("其他", badge=True), Sheet("其他", badge=True)]

    assert levels(check(sheets)) == every("absent", c4="mentioned")
    assert levels(check(sheets[:3])) == every("absent", c4="shown")


def test_words_of_every_deck_tell_of_nothing(check: Check) -> None:
    sheets = [
        COVER,
        Sheet("我局基本情况", ("行政执法人员58名，承担执法服务职能32项，管理辖区企业1200家",)),
        Sheet("办公楼改造", ("2019年3月完成办公楼改造，面积3200平方米，优化群众办事环境",), pictures=2),
        Sheet("服务型行政执法", ("今年以来，我局认真开展服务型行政执法工作，加强制度建设，服务群众2万人",)),
        END,
    ]

    assert levels(check(sheets)) == every("absent")


def test_slide_that_touches_on_everything_only_mentions(check: Check) -> None:
    clauses = (
        "树牢执法为民理念，推行行政指导、行政调解，深化“放管服”改革，打造“互联网+行政执法”，加强队伍建设和教育培训，"
        "培育典型经验，发挥示范带动作用，群众满意度持续提升，全年办案126件。"
    )

    assert levels(check([COVER, Sheet("工作概述", (clauses,))])) == every("mentioned")


def test_plans_for_later_and_the_units_introduction_are_no_evidence(check: Check) -> None:
    sheets = [
        Sheet("单位简介", ("现有执法人员58名，辅助人员120名，持证上岗率100%",), pictures=1),
        Sheet("下一步打算", ("组织业务培训12期，开展行政调解、行政指导，推广典型经验3项",)),
    ]

    assert levels(check([COVER, *sheets])) == every("absent")


def test_notes_and_master_are_no_evidence(check: Check) -> None:
    sheets = [COVER, Sheet("工作情况", notes="教育培训12场，评出执法标兵6名"), END]

    assert levels(check(sheets)) == every("absent")


def test_bar_with_all_sections_on_every_slide_is_no_evidence(check: Check) -> None:
    bar = AGENDA.lines
    told = [
        Sheet("把服务送到企业门口", ("全年上门服务86次，解决难题112个", *bar)),
        Sheet("送法进校园", ("为17所学校送法上门，发放手册3000本", *bar)),
        Sheet("绿色通道", ("便民服务窗口设绿色通道，主动服务老人420人次", *bar)),
        Sheet("延时服务", ("中午不休息，延时服务惠及群众900人", *bar)),
    ]

    assert levels(check(told)) == every("absent", c1="shown")


def test_section_lasts_until_the_next_title_of_its_rank(check: Check) -> None:
    sheets = [
        COVER,
        Sheet("四、队伍管理严"),
        Sheet("（一）抓早抓小", ("每周例会点评，全年红脸出汗36人次",)),
        Sheet("（二）成效看得见", ("三年来无一人受处分，收到锦旗12面",)),
        Sheet("五、后勤保障"),
        Sheet("食堂", ("更换餐桌40张",)),
    ]
    report = check(sheets)

    assert report.conditions["2.4"].slides == (3, 4)
    assert levels(report) == every("absent", c4="shown")


def test_several_conditions_on_one_slide_are_told_apart(check: Check) -> None:
    lines = (
        "服务意识强",
        "落实便民措施，上门服务86次，走访企业37家，为群众解决难题112个",
        "执法方式新",
        "不断探索新的办法，让企业和群众都满意",
        "队伍管理严",
        "坚持每周一学，全年培训48期，闭卷考试4次，评出执法标兵6名",
    )

    assert levels(check([COVER, Sheet("主要做法", lines)])) == every(
        "absent", c1="shown", c2="mentioned", c4="shown"
    )


def test_triad_is_found_by_its_titles(check: Check) -> None:
    sheets = [
        COVER,
        Sheet("目录", ("一、工作举措", "二、亮点经验", "三、工作实效")),
        Sheet("一、工作举措"),
        Sheet("建章立制", ("出台制度12项",)),
        Sheet("二、特色亮点", ("首创流动调解车",)),
        Sheet("成效显著", ("投诉下降31%",)),
        Sheet("我们的做法被转发", ("省局简报转发",)),
        Sheet("调解", ("主要举措：设立调解室3个", "取得成效：化解纠纷48件")),
        END,
    ]

    assert check(sheets).triad == {"工作举措": (4, 8), "亮点经验": (5, 6, 7, 8), "工作实效": (6, 8)}


def test_second_campaign_has_conditions_of_its_own(tmp_path: Path, second_campaign: Campaign) -> None:
    path = tmp_path / "file"
    path.write_bytes(
        deck([Sheet("节水汇报"), Sheet("主要做法", ("换水龙头40个",)), Sheet("用水台账", ("逐月抄表12次",))])
    )
    report = check_deck(path, "a.pptx", second_campaign)

    assert report.conditions == {
        "s1": Coverage(Level.SHOWN, (3,), ("用水台账", "抄表")),
        "s2": Coverage(Level.ABSENT),
        "s3": Coverage(Level.ABSENT),
    }
    assert report.triad == {"节水做法": (2,), "节水成果": ()}
