"""Every kind of mistake in a campaign folder is named by file, key and what was expected."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.campaign import FieldKind, Measure
from config.load import (
    CAMPAIGNS,
    CampaignError,
    campaign_folder,
    check_campaign,
    lies_in_the_past,
    load_campaign,
)

SECOND = Path(__file__).parents[2] / "data" / "campaigns" / "second"

# file, what stands there, what is written instead, the one mistake reported
MISTAKES = {
    "invalid TOML": (
        "campaign.toml",
        "quota = 3",
        "quota = = 3",
        "campaign.toml: 第14行: 应为有效的TOML（Invalid value (at line 14, column 9)）",
    ),
    "a text that is a number": (
        "campaign.toml",
        'title = "2027年度清河市节水示范单位"',
        "title = 2027",
        "campaign.toml: title: 应为不为空的文字，现为 2027",
    ),
    "a key that is missing": (
        "campaign.toml",
        'award = "清河市节水示范单位"\n',
        "",
        "campaign.toml: award: 缺少此项，应为不为空的文字",
    ),
    "a key in a part that is missing": (
        "campaign.toml",
        'person = "王水清"\n',
        "",
        "campaign.toml: contact.person: 缺少此项，应为不为空的文字",
    ),
    "an unknown zone": (
        "campaign.toml",
        "Asia/Urumqi",
        "Asia/Qinghe",
        "campaign.toml: zone: 应为时区名，如 Asia/Shanghai，现为 'Asia/Qinghe'",
    ),
    "a quota of nothing": (
        "campaign.toml",
        "quota = 3",
        "quota = 0",
        "campaign.toml: quota: 应为大于0的整数，现为 0",
    ),
    "a date as text": (
        "campaign.toml",
        "opens = 2027-01-04",
        'opens = "2027-01-04"',
        "campaign.toml: opens: 应为日期，如 2019-07-25，现为 '2027-01-04'",
    ),
    "a deadline before the opening": (
        "campaign.toml",
        "opens = 2027-01-04",
        "opens = 2027-04-01",
        "campaign.toml: deadline: 应不早于 opens（2027-04-01），现为 2027-03-31",
    ),
    "an end before the deadline": (
        "campaign.toml",
        "ends = 2027-10-31",
        "ends = 2027-03-30",
        "campaign.toml: ends: 应不早于 deadline（2027-03-31），现为 2027-03-30",
    ),
    "a body's cut-off after the deadline": (
        "campaign.toml",
        "cutoff = 2027-03-20",
        "cutoff = 2027-04-20",
        "campaign.toml: body[2].cutoff: 应不晚于截止日期 2027-03-31，现为 2027-04-20",
    ),
    "a deadline clause the notice has not": (
        "campaign.toml",
        'deadline_clause = "5"',
        'deadline_clause = "9"',
        "campaign.toml: deadline_clause: 应为notice.toml 中的条款编号，没有 '9'",
    ),
    "two bodies called the same": (
        "campaign.toml",
        'aliases = ["西城街道"]',
        'aliases = ["东城街道"]',
        "campaign.toml: body[2].aliases: 应与其他各项不同，'东城街道' 已用于 body[1].aliases",
    ),
    "an unknown kind of body": (
        "campaign.toml",
        'kind = "department"',
        'kind = "ministry"',
        "campaign.toml: body[3].kind: 应为county、department 之一，现为 'ministry'",
    ),
    "a replacement that is no pair": (
        "campaign.toml",
        '["水务局", "水利局"]',
        '["水务局"]',
        "campaign.toml: units.replacements: 应为由 [原词, 替换词] 组成的数组，现为 [['水务局']]",
    ),
    "an unknown key": (
        "notice.toml",
        'title = "范围"',
        'title = "范围"\nheading = "范围"',
        "notice.toml: clause[1].heading: 没有这个键，可用的键是 id、label、title、text",
    ),
    "a duplicate clause": (
        "notice.toml",
        'id = "2"',
        'id = "1"',
        "notice.toml: clause[2].id: 应与其他各项不同，'1' 已用于 clause[1].id",
    ),
    "a number out of 1…n": (
        "form.toml",
        "number = 3",
        "number = 4",
        "form.toml: field[3].number: 应为3（各项按顺序编号为1至6）",
    ),
    "a negative limit": (
        "form.toml",
        "limit = 600",
        "limit = -600",
        "form.toml: field[5].limit: 应为不小于0的整数，现为 -600",
    ),
    "a limit that is a flag": (
        "form.toml",
        "limit = 600",
        "limit = true",
        "form.toml: field[5].limit: 应为不小于0的整数，现为 True",
    ),
    "an unknown kind of field": (
        "form.toml",
        'kind = "phone"',
        'kind = "fax"',
        "form.toml: field[4].kind: 应为line、unit、date、phone、email、text、collected 之一，现为 'fax'",
    ),
    "a mirror of no field": (
        "form.toml",
        'aliases = ["街道"]',
        'aliases = ["街道"]\nmirrors = "street"',
        "form.toml: field[2].mirrors: 应为另一栏目的编号，没有 'street'",
    ),
    "a mirror of itself": (
        "form.toml",
        'aliases = ["街道"]',
        'aliases = ["街道"]\nmirrors = "backer"',
        "form.toml: field[2].mirrors: 应为另一栏目的编号，现为本栏目自己",
    ),
    "a unit field that is none": (
        "form.toml",
        'unit_field = "organisation"',
        'unit_field = "unit_name"',
        "form.toml: unit_field: 应为form.toml 中的栏目编号，没有 'unit_name'",
    ),
    "a template that is not there": (
        "form.toml",
        'template = "register.docx"',
        'template = "form.docx"',
        "form.toml: template: 应为活动文件夹中的文件，没有找到 form.docx",
    ),
    "an alias of two fields": (
        "form.toml",
        'aliases = ["方案"]',
        'aliases = ["承诺"]',
        "form.toml: field[6].label: 应与其他各项不同，'承诺' 已用于 field[5].aliases",
    ),
    "aliases that are one text": (
        "form.toml",
        'aliases = ["方案"]',
        'aliases = "方案"',
        "form.toml: field[5].aliases: 应为由不为空的文字组成的数组，现为 '方案'",
    ),
    "a doubt whose pattern is none": (
        "form.toml",
        "arabic_digits = true",
        'arabic_digits = true\ndoubts = [["(", "请核对。"]]',
        "form.toml: field[6].doubts: 应为由 [正则表达式, 提示] 组成的数组，现为 [['(', '请核对。']]",
    ),
    "a reserved label that is no text": (
        "form.toml",
        '"审核意见" = "市节水办"',
        '"审核意见" = 1',
        "form.toml: reserved.审核意见: 应为文字，现为 1",
    ),
    "a section that does not add up": (
        "standard.toml",
        "maximum = 20",
        "maximum = 15",
        "standard.toml: section[1].points: 应等于各项满分之和55，现为60",
    ),
    "an item that is no clause": (
        "standard.toml",
        'id = "s2"',
        'id = "s9"',
        "standard.toml: section[1].item[2].id: 应为notice.toml 中的条款编号，没有 's9'",
    ),
    "a duplicate rule": (
        "standard.toml",
        'id = "leak"',
        'id = "none"',
        "standard.toml: section[2].item[1].rule[2].id: 应与其他各项不同，"
        "'none' 已用于 section[2].item[1].rule[1].id",
    ),
    "a rule's reason with another placeholder": (
        "standard.toml",
        "缺{count}个月",
        "缺{months}个月",
        "standard.toml: section[1].item[1].rule[1].reason: 占位符应为 {count} 或 {points}，且花括号成对",
    ),
    "a rule in words the item has not": (
        "standard.toml",
        'words = "偷用水的取消资格"',
        'words = "偷水的取消资格"',
        "standard.toml: section[2].item[1].rule[3].words: 应为本项 criteria（评分标准）中的原文",
    ),
    "a veto with points": (
        "standard.toml",
        "points = 0\nveto",
        "points = 5\nveto",
        "standard.toml: section[2].item[1].rule[3].points: 一票否决的规则应为0分",
    ),
    "an averaged item with rules": (
        "standard.toml",
        'known_by = "unit"',
        'known_by = "unit"\naveraged = true',
        "standard.toml: section[1].item[1].rule: 按平均分计分的项目不应有扣分规则",
    ),
    "a formula nobody knows": (
        "standard.toml",
        'average_formula = "proportional"',
        'average_formula = "curve"',
        'standard.toml: average_formula: 应为""（尚未明确）或 "proportional"，现为 \'curve\'',
    ),
    "a bonus of two items": (
        "standard.toml",
        'standard = "台账齐全，人人知晓"',
        'standard = "台账齐全，人人知晓"\nbonus = true',
        "standard.toml: section[1].item: 加分部分应只有一项，现有2项",
    ),
    "an arrow to no stage": (
        "stages.toml",
        'target = "candidate"',
        'target = "nominated"',
        "stages.toml: arrow[2].target: 应为stages.toml 中的状态编号，没有 'nominated'",
    ),
    "an arrow of an unknown role": (
        "stages.toml",
        'role = "system"',
        'role = "robot"',
        "stages.toml: arrow[20].role: 应为holder、body、office、system 之一，现为 'robot'",
    ),
    "an arrow out of a final stage": (
        "stages.toml",
        'label = "撤回"',
        'label = "撤回"\nfinal = true',
        "stages.toml: arrow[19].source: 应为未终结的状态，withdrawn 已是终结状态",
    ),
    "a phrase that is no text": (
        "phrases.toml",
        "",
        "greeting = 1",
        "phrases.toml: greeting: 应为文字，现为 1",
    ),
    "a phrase whose braces do not match": (
        "phrases.toml",
        "",
        'greeting = "您好，{unit"',
        "phrases.toml: greeting: 花括号应成对，其中应为名称，如 {unit}；花括号本身写作 {{ }}",
    ),
    "a phrase whose placeholder has no name": (
        "phrases.toml",
        "",
        'greeting = "您好，{}"',
        "phrases.toml: greeting: 花括号应成对，其中应为名称，如 {unit}；花括号本身写作 {{ }}",
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SECOND, tmp_path / "campaign"))


@pytest.mark.parametrize(("file", "old", "new", "problem"), MISTAKES.values(), ids=MISTAKES.keys())
def test_mistake_is_named_by_file_key_and_expectation(
    folder: Path, file: str, old: str, new: str, problem: str
) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1) if old else new, encoding="utf-8")

    assert check_campaign(folder) == [problem]


@pytest.mark.parametrize(
    "file", ["campaign.toml", "notice.toml", "form.toml", "standard.toml", "stages.toml", "phrases.toml"]
)
def test_missing_file_is_one_mistake(folder: Path, file: str) -> None:
    (folder / file).unlink()

    assert check_campaign(folder) == [f"{file}: 文件: 应有此文件，活动文件夹中没有找到"]


def test_all_mistakes_are_reported_at_once(folder: Path) -> None:
    (folder / "phrases.toml").write_text('ask = "{"\nask.more = 1\n', encoding="utf-8")
    (folder / "notice.toml").write_bytes("[[clause]]".encode("utf-16"))
    form = (folder / "form.toml").read_text(encoding="utf-8")
    form = form.replace("number = 1", "number = 7").replace("limit = 40", "limit = -1")
    (folder / "form.toml").write_text(form, encoding="utf-8")

    assert check_campaign(folder) == [
        "notice.toml: 文件: 应为UTF-8编码的文本",
        "form.toml: field[1].limit: 应为不小于0的整数，现为 -1",
        "phrases.toml: 第2行: 应为有效的TOML（Cannot overwrite a value (at line 2, column 13)）",
        "form.toml: field[1].number: 应为1（各项按顺序编号为1至6）",
    ]


def test_broken_folder_is_refused_with_its_mistakes(folder: Path) -> None:
    (folder / "form.toml").unlink()

    with pytest.raises(CampaignError) as refused:
        load_campaign(folder)

    assert refused.value.problems == ["form.toml: 文件: 应有此文件，活动文件夹中没有找到"]


def test_folder_that_is_not_there_is_one_mistake(tmp_path: Path) -> None:
    assert check_campaign(tmp_path / "none") == [
        f"{tmp_path / 'none'}: 文件夹: 应为存放一次活动各文件的文件夹，没有找到"
    ]


def test_second_campaign_loads_with_its_own_values() -> None:
    campaign = load_campaign(SECOND)

    assert check_campaign(SECOND) == []
    assert campaign.zone == ZoneInfo("Asia/Urumqi")
    assert (campaign.deadline, campaign.quota) == (date(2027, 3, 31), 3)
    assert [field.id for field in campaign.form.fields] == [
        "organisation",
        "backer",
        "start_day",
        "duty_phone",
        "plan",
        "pledge",
    ]
    plan = campaign.form.field("plan")
    assert (plan.kind, plan.limit, plan.measure) == (FieldKind.COLLECTED, 600, Measure.CHARACTERS)
    assert campaign.form.reserved == {"审核意见": "市节水办"}
    assert campaign.units.replacements == (("水务局", "水利局"),)
    assert [body.cutoff for body in campaign.bodies] == [None, date(2027, 3, 20), None]
    assert campaign.standard.sections[0].items[0].rules[0].points == 2.5
    assert campaign.questions == {}
    assert campaign.folder == str(SECOND)


def test_questions_are_passed_through_as_they_are(folder: Path) -> None:
    text = '[[topic]]\nclauses = ["5"]\nasked = ["几号截止"]\n'
    (folder / "questions.toml").write_text(text, encoding="utf-8")

    assert load_campaign(folder).questions == {"topic": [{"clauses": ["5"], "asked": ["几号截止"]}]}


def test_last_day_ends_at_midnight_in_the_campaigns_zone() -> None:
    campaign = load_campaign(SECOND)

    assert not campaign.is_late(datetime(2027, 3, 31, 17, 59, 59, tzinfo=UTC))
    assert campaign.is_late(datetime(2027, 3, 31, 18, 0, tzinfo=UTC))


def test_campaign_lies_in_the_past_from_the_day_after_its_end() -> None:
    campaign = load_campaign(SECOND)

    assert not lies_in_the_past(campaign, datetime(2027, 10, 31, 17, 59, 59, tzinfo=UTC))
    assert lies_in_the_past(campaign, datetime(2027, 10, 31, 18, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        ("pingdingshan-2019", CAMPAIGNS / "pingdingshan-2019"),
        ("campaigns/mine", Path("campaigns/mine")),
        ("/srv/mine", Path("/srv/mine")),
        ("no-such-name", Path("no-such-name")),
    ],
)
def test_campaign_folder_is_a_name_of_ours_or_a_path(given: str, folder: Path) -> None:
    assert campaign_folder(given) == folder
