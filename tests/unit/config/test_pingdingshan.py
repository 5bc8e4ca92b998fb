"""The default campaign holds the whole notice: its clauses, its points, its dates, its people."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from config.campaign import Campaign
from config.load import campaign_folder, check_campaign, load_campaign

BEIJING = ZoneInfo("Asia/Shanghai")
FOLDER = campaign_folder("pingdingshan-2019")

ANNEX_1 = "unit_name unit_address unit_level leader summary applicant_opinion recommender_opinion"
ANNEX_2 = {1: 4, 2: 3, 3: 6, 4: 2, 5: 2, 6: 1}  # section → items
CLAUSES = [
    *(f"{part}.{n}" for part, last in ((1, 2), (2, 6), (3, 4), (4, 3)) for n in range(1, last + 1)),
    "contact",
    "a1.cover",
    *(f"a1.note.{n}" for n in (1, 2, 3)),
    *(f"a1.{box}" for box in ANNEX_1.split()),
    *(f"a2.{section}.{n}" for section, last in ANNEX_2.items() for n in range(1, last + 1)),
    "a2.note",
]


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return load_campaign(FOLDER)


def test_folder_has_no_mistakes() -> None:
    assert check_campaign(FOLDER) == []


def test_notice_has_exactly_its_46_clauses(campaign: Campaign) -> None:
    assert len(CLAUSES) == 46
    assert [clause.id for clause in campaign.clauses] == CLAUSES


@pytest.mark.parametrize(
    ("clause", "label"),
    [
        ("1.1", "一（一）"),
        ("3.2", "三（二）"),
        ("4.3", "四（三）"),
        ("contact", "联系方式"),
        ("a1.cover", "附件1·封面"),
        ("a1.note.1", "附件1·填表说明·第1项"),
        ("a1.unit_name", "附件1·单位名称"),
        ("a2.1.4", "附件2·1.组织领导强·第4项"),
        ("a2.6.1", "附件2·创新加分"),
        ("a2.note", "附件2·注"),
    ],
)
def test_clause_is_labelled_as_on_the_paper(campaign: Campaign, clause: str, label: str) -> None:
    assert campaign.clause(clause).label == label


def test_clause_keeps_the_notices_words_and_slips(campaign: Campaign) -> None:
    assert campaign.clause("3.3").text == (
        "评审验收。市法治政府建设领导小组办公室将组织人员对申报单位的申报报告进行评审，并结合评审情况进行实地验收"
        "（具体时间另行通知）。根据评审、实地验收和各单位的推荐顺序拟定“平顶山市服务型行政执法示范点”名单，"
        "在平顶山市普法网予以公示。"
    )
    assert "审报报告要重点围绕6项基本条件" in campaign.clause("3.1").text
    assert "问卷调差" in campaign.clause("a2.4.2").text


def test_clause_of_the_standard_is_its_row_of_the_table(campaign: Campaign) -> None:
    rows = {}
    for section in campaign.standard.sections:
        number = "" if section.bonus else f"{section.id}."
        heading = f"{number}{section.title}（{section.points:g}分）"
        for item in section.items:
            rows[item.id] = "\n".join((heading, section.standard, item.method, item.criteria))

    texts = {clause.id: clause.text for clause in campaign.clauses}
    assert campaign.standard.note == texts.pop("a2.note")
    assert rows == {clause: text for clause, text in texts.items() if clause.startswith("a2.")}


def test_standard_is_90_points_and_a_bonus_of_10(campaign: Campaign) -> None:
    sections = campaign.standard.sections

    assert [(section.id, section.points, section.bonus) for section in sections] == [
        ("1", 20, False),
        ("2", 20, False),
        ("3", 25, False),
        ("4", 15, False),
        ("5", 10, False),
        ("6", 10, True),
    ]


def test_unit_can_know_51_of_the_90_base_points(campaign: Campaign) -> None:
    base = [item for section in campaign.standard.sections if not section.bonus for item in section.items]

    assert sum(item.maximum for item in base if item.known_by == "unit") == 51
    assert sum(item.maximum for item in base if item.known_by == "inspector") == 39


def test_rules_are_those_of_the_score_command(campaign: Campaign) -> None:
    rules = {
        item.id: [rule.id for rule in item.rules]
        for section in campaign.standard.sections
        for item in section.items
    }

    assert rules == {
        "a2.1.1": ["missing"],
        "a2.1.2": ["missing"],
        "a2.1.3": ["late_or_poor"],
        "a2.1.4": ["none", "guidance_short"],
        "a2.2.1": ["wrong_view"],
        "a2.2.2": ["unmet"],
        "a2.2.3": [],
        "a2.3.1": ["none", "defect"],
        "a2.3.2": ["missing"],
        "a2.3.3": ["none", "not_combined"],
        "a2.3.4": ["none", "defect"],
        "a2.3.5": ["none"],
        "a2.3.6": ["unskilled"],
        "a2.4.1": ["none", "weak"],
        "a2.4.2": ["problem"],
        "a2.5.1": ["veto"],
        "a2.5.2": ["problem", "guidance_omitted"],
        "a2.6.1": [],
    }


def test_deadline_is_the_25th_of_july_inclusive(campaign: Campaign) -> None:
    assert campaign.deadline == date(2019, 7, 25)
    assert campaign.deadline_words in campaign.clause(campaign.deadline_clause).text
    assert campaign.lateness_words in campaign.clause(campaign.deadline_clause).text
    assert not campaign.is_late(datetime(2019, 7, 25, 23, 59, 59, tzinfo=BEIJING))
    assert campaign.is_late(datetime(2019, 7, 26, tzinfo=BEIJING))


def test_contact_is_the_notices(campaign: Campaign) -> None:
    contact = campaign.contact

    assert campaign.clause("contact").text == (
        f"联系人：{contact.person}\n联系电话：{contact.phone}\n电子邮箱：{contact.email}\n联系地址：{contact.address}"
    )


def test_bodies_begin_with_the_counties_and_zones(campaign: Campaign) -> None:
    counties = [body.name for body in campaign.bodies if body.kind == "county"]

    assert counties == [
        "新华区人民政府",
        "卫东区人民政府",
        "湛河区人民政府",
        "石龙区人民政府",
        "宝丰县人民政府",
        "叶县人民政府",
        "鲁山县人民政府",
        "郏县人民政府",
        "舞钢市人民政府",
        "汝州市人民政府",
        "平顶山市城乡一体化示范区管理委员会",
        "平顶山高新技术产业开发区管理委员会",
    ]


def test_open_points_are_the_twelve_and_two_block(campaign: Campaign) -> None:
    assert [point.id for point in campaign.open_points] == [f"Q{n}" for n in range(1, 13)]
    assert [point.id for point in campaign.open_points if point.blocking] == ["Q8", "Q11"]


def test_stages_are_reached_from_the_draft(campaign: Campaign) -> None:
    reached = {"draft"}
    while more := {arrow.target for arrow in campaign.arrows if arrow.source in reached} - reached:
        reached |= more

    assert reached == {stage.id for stage in campaign.stages}


def test_holder_edits_in_three_stages_only(campaign: Campaign) -> None:
    assert [stage.id for stage in campaign.stages if stage.editable] == ["draft", "returned", "submitted"]


def test_system_only_marks_lateness_and_never_concludes(campaign: Campaign) -> None:
    assert {arrow.target for arrow in campaign.arrows if arrow.role == "system"} == {"late_pending"}
    verdicts = [
        arrow for arrow in campaign.arrows if arrow.target in ("deemed_abandoned", "vetoed", "not_selected")
    ]
    assert {(arrow.role, arrow.needs_reason) for arrow in verdicts} == {("office", True)}
    assert [arrow.source for arrow in verdicts if arrow.target == "deemed_abandoned"] == ["late_pending"]


@pytest.mark.parametrize("target", ["vetoed", "not_selected"])
def test_exit_is_open_from_acceptance_to_the_public_notice(campaign: Campaign, target: str) -> None:
    assert [arrow.source for arrow in campaign.arrows if arrow.target == target] == [
        "accepted",
        "reviewed",
        "inspected",
        "shortlisted",
        "in_public_notice",
    ]


def test_veto_and_review_do_not_show_in_public_labels(campaign: Campaign) -> None:
    assert campaign.stage("vetoed").public_label == campaign.stage("not_selected").public_label
    assert len({campaign.stage(name).public_label for name in ("reviewed", "inspected", "shortlisted")}) == 1
