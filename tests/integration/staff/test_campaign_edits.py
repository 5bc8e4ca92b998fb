"""The office changes the campaign while it runs: at once for everybody, checked, on record, and back again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from bot.campaign_edits.places import Topic
from bot.staff.finding import Refused
from bot.work.campaign_edits import (
    add_body,
    edit,
    edit_text,
    rename_body,
    retire_body,
    set_workday,
    undo_edit,
)
from bot.work.campaign_view import CampaignView, Entry, campaign_view, wording_view
from bot.work.dates import campaign_in_force
from bot.work.edit_preview import preview_edit
from config.load import campaign_folder, load_campaign
from tests.fakes.office_edits import act
from tests.fakes.recommending import BODY, OTHER, County

PHONE = "campaign/contact/phone"


@pytest.fixture
def county(new_sqlite: Callable[[], str]) -> Iterator[County]:
    opened = County(load_campaign(campaign_folder("pingdingshan-2019")), new_sqlite())
    yield opened
    opened.close()


def view_of(county: County) -> CampaignView:
    return county.run(lambda store: campaign_view(store, county.campaign))


def entry(county: County, topic: Topic, path: str) -> Entry:
    return next(one for one in view_of(county).entries[topic] if one.path == path)


def test_contact_is_changed_for_everybody_and_back(county: County) -> None:
    assert act(county, lambda ask: edit_text(ask, PHONE, " 0375－2660001 ", "换了号码")) is not None
    assert "（0375-2660001）" in county.say("someone-else", "邀请码 ABCDEFGH")
    shown = entry(county, Topic.CONTACT, PHONE)
    assert (shown.text, shown.original, shown.edited_by) == ("0375-2660001", "0375-2663225", "李四")
    assert act(county, lambda ask: undo_edit(ask, PHONE)) is not None
    assert county.campaign.contact.phone == "0375-2663225"
    shown = entry(county, Topic.CONTACT, PHONE)
    assert (shown.text, shown.edited_by, shown.edited_at) == ("0375-2663225", "", None)
    told = [(one.label, one.before, one.after, one.undone, one.reason) for one in view_of(county).history]
    assert told == [
        ("联系电话", "0375-2660001", "", True, ""),
        ("联系电话", "0375-2663225", "0375-2660001", False, "换了号码"),
    ]


def test_edit_is_audited_without_its_value(county: County) -> None:
    act(county, lambda ask: edit(ask, PHONE, "0375-2660001"))
    (line,) = county.audited("edit_campaign")
    assert PHONE in line
    assert "2660001" not in line


def test_same_value_again_is_no_edit(county: County) -> None:
    assert act(county, lambda ask: edit(ask, PHONE, "0375-2663225")) is None
    assert act(county, lambda ask: undo_edit(ask, PHONE)) is None
    assert view_of(county).history == ()


@pytest.mark.parametrize("userid", [BODY, OTHER, "stranger"])
def test_nobody_but_the_office_edits(county: County, userid: str) -> None:
    for use_case in (
        lambda ask: edit(ask, PHONE, "0375-2660001"),
        lambda ask: undo_edit(ask, PHONE),
        lambda ask: add_body(ask, "鲁山县人民政府二", "county"),
        lambda ask: rename_body(ask, "baofeng", "宝丰"),
        lambda ask: retire_body(ask, "yexian", ""),
        lambda ask: set_workday(ask, date(2019, 7, 20), True),
        lambda ask: preview_edit(ask, PHONE, "0375-2660001"),
    ):
        with pytest.raises(Refused, match="不在您的工作范围内"):
            act(county, use_case, userid)
    assert view_of(county).history == ()


@pytest.mark.parametrize(
    "path", ["campaign/deadline", "campaign/quota", "notice/clause/1.1/text", "campaign", "", "phrases/none"]
)
def test_places_of_the_notice_are_not_edited(county: County, path: str) -> None:
    with pytest.raises(Refused):
        act(county, lambda ask: edit(ask, path, "别的"))


def test_what_somebody_else_changed_meanwhile_is_shown_not_overwritten(county: County) -> None:
    seen = entry(county, Topic.CONTACT, PHONE).seen
    act(county, lambda ask: edit(ask, PHONE, "0375-2660001", seen=seen))
    with pytest.raises(Refused, match=r"李四在\d\d:\d\d刚改过这一项"):
        act(county, lambda ask: edit(ask, PHONE, "0375-2660002", seen=seen))
    assert county.campaign.contact.phone == "0375-2660001"


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (PHONE, "找张三", "电话号码不对"),
        ("campaign/contact/email", "不是邮箱", "邮箱地址不对"),
        ("campaign/contact/person", "  ", "应填写一行文字"),
        ("campaign/ends", "2019-07-01", "应不早于 deadline"),
        ("campaign/body/baofeng/aliases", "叶县", "应与其他各项不同"),
        ("reminders/windows", "07:00-08:00", "应在 hours（办公时间）之内"),
        ("reminders/rule/unit/days", "14、七", "应填写天数"),
        ("phrases/help", "有事请打电话", "不能缺少{电话}"),
        ("phrases/help", "请打{phone}找{boss}", "系统不认识{boss}"),
        ("phrases/help", "请打{phone", "花括号要成对"),
        ("phrases/help", "请打{phone}" + "好" * 700, "文字太长"),
        ("phrases/staff_mail_subject", "{title}：\n通知", "只能是一行"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(
    county: County, path: str, text: str, said: str
) -> None:
    with pytest.raises(Refused) as why:
        act(county, lambda ask: edit_text(ask, path, text))
    assert said in str(why.value)
    assert view_of(county).history == ()


def test_wording_is_said_at_once_and_found_by_search(county: County) -> None:
    text = "指令很多，请打{phone}。"
    act(county, lambda ask: edit_text(ask, "phrases/help", text))
    assert county.say("someone", "帮助") == "指令很多，请打0375-2663225。"
    (found,) = county.run(lambda store: wording_view(store, county.campaign, "指令很多"))
    assert (found.key, found.variables, found.sample) == (
        "help",
        ("{phone}",),
        "指令很多，请打0375-2663225。",
    )
    changed = county.run(lambda store: wording_view(store, county.campaign, changed=True))
    assert [one.key for one in changed] == ["help"]
    act(county, lambda ask: undo_edit(ask, "phrases/help"))
    assert county.run(lambda store: wording_view(store, county.campaign, changed=True)) == []


def test_body_is_added_renamed_and_retired(county: County) -> None:
    body = act(county, lambda ask: add_body(ask, "市数据局", "department", ["数据局"]))
    assert body == "body1"
    act(county, lambda ask: rename_body(ask, body, "市大数据局"))
    (shown,) = [one for one in view_of(county).bodies if one.body.id == body]
    assert (shown.body.name, shown.body.aliases) == ("市大数据局", ("数据局", "市数据局"))
    assert (shown.people, shown.applications) == (0, 0)
    act(county, lambda ask: retire_body(ask, body, "并入他局"))
    assert body not in [one.id for one in county.campaign.bodies]
    assert act(county, lambda ask: add_body(ask, "市数据局", "department")) == "body2"
    assert view_of(county).stale == ()


def test_body_with_applications_or_people_stays(county: County) -> None:
    county.apply("叶县公安局", body="yexian")
    with pytest.raises(Refused, match="名下有1份申报"):
        act(county, lambda ask: retire_body(ask, "yexian", ""))
    with pytest.raises(Refused, match="还有联系人（赵一、钱二）"):
        act(county, lambda ask: retire_body(ask, "baofeng", ""))
    act(county, lambda ask: retire_body(ask, "xinhua", ""))
    assert "xinhua" not in [one.id for one in county.campaign.bodies]
    act(county, lambda ask: undo_edit(ask, "campaign/body/xinhua"))
    assert county.campaign.bodies[0].id == "xinhua"


def test_bodys_own_date_survives_a_rename(county: County) -> None:
    county.say(BODY, "内部截止 7月18日")
    act(county, lambda ask: rename_body(ask, "baofeng", "宝丰县政府办"))
    (body,) = [one for one in county.campaign.bodies if one.id == "baofeng"]
    assert (body.name, body.cutoff) == ("宝丰县政府办", date(2019, 7, 18))
    assert "宝丰县人民政府" in body.aliases


def test_body_that_is_not_there_has_no_name(county: County) -> None:
    with pytest.raises(Refused, match="没有可以修改的这一项"):
        act(county, lambda ask: rename_body(ask, "nowhere", "某县"))


def test_working_day_is_set_and_given_back(county: County) -> None:
    act(county, lambda ask: set_workday(ask, date(2019, 7, 20), True, "补班"))
    assert view_of(county).workdays == ((date(2019, 7, 20), True),)
    act(county, lambda ask: set_workday(ask, date(2019, 7, 20), None))
    act(county, lambda ask: set_workday(ask, date(2019, 7, 21), None))
    assert view_of(county).workdays == ()


def test_reminder_is_switched_off_previewed_and_back(county: County) -> None:
    county.apply("宝丰县公安局", stage="draft")
    rule = "reminders/rule/unit"
    preview = act(county, lambda ask: preview_edit(ask, f"{rule}/days", [7, 3]))
    assert (preview.before, preview.after) == ("14、7、3、1", "7、3")
    assert preview.effects == (
        "待发提醒：0条改变时间，1条不再发送，0条新增。",
        "保存后约一分钟内全部生效。",
    )
    act(county, lambda ask: edit(ask, rule, None))
    assert "unit" not in [one.id for one in county.campaign.reminders.rules]
    assert view_of(county).rules_off == (rule,)
    act(county, lambda ask: undo_edit(ask, rule))
    assert view_of(county).rules_off == ()


def test_dates_moved_and_edits_go_together(county: County) -> None:
    act(county, lambda ask: edit(ask, PHONE, "0375-2660001"))
    county.say("office-clerk", "截止改为7月31日", "确认改期")
    act(county, lambda ask: undo_edit(ask, PHONE))
    in_force = county.run(lambda store: campaign_in_force(county.campaign, store))
    assert (in_force.deadline, in_force.contact.phone) == (date(2019, 7, 31), "0375-2663225")


def test_open_points_show_what_is_decided_and_what_blocks(county: County) -> None:
    points = {one.point.id: one for one in view_of(county).open_points}
    assert points.keys() == {point.id for point in county.campaign.open_points}
    assert [one for one in points.values() if one.answer is not None] == []
    assert {key for key, one in points.items() if one.blocks} == {
        point.id for point in county.campaign.open_points if point.blocking
    }
