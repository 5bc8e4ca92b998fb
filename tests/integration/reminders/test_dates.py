"""The office moves the date in a chat: preview, confirmation, corrections to exactly those who were told."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime

import pytest

from bot.model.message import Channel, Inbound, Kind
from bot.model.staff import Role
from bot.work.broadcast import lay_out
from bot.work.dates import campaign_in_force
from bot.work.turn import receive
from config.campaign import Campaign
from tests.fakes.reminder_office import Office


def say(office: Office, who: str, text: str) -> str:
    """One chat message through the whole turn; what is answered."""
    inbound = Inbound(Channel.WECOM, who, Kind.TEXT, text, office.clock.now, secrets.token_hex(8))
    clerk = office.clerk
    clerk.staff.take(office.writer.run_blocking(clerk.staff.load))
    answer = office.writer.run_blocking(lambda store: receive(clerk, store, inbound))
    return "\n".join(answer.texts)


def in_force(office: Office) -> Campaign:
    return office.database.read(lambda store: campaign_in_force(office.campaign, store))


@pytest.fixture
async def told(office: Office) -> tuple[Office, int, int]:
    """Unit 1 was told of 25 July, unit 2 began after that."""
    office.member("市办甲", Role.OFFICE)
    office.zero_reports()
    first = office.draft(1)
    office.clock.to("2019-07-18", "16:56")
    assert await office.desk().tick() == 1
    return office, first, office.draft(2)


async def test_a_move_is_previewed_confirmed_and_told_to_those_who_knew_the_old_date(
    told: tuple[Office, int, int],
) -> None:
    office, first, second = told
    office.clock.to("2019-07-19", "10:05")
    preview = say(office, "市办甲", "截止改为7月31日")
    assert preview == (
        "将把截止日期由2019年7月25日之前改为2019年7月31日之前：4条待发提醒随之变动，1人将收到更正通知。\n"
        "·申报单位，提前7天：不发→7月24日，2人（第1局、第2局）\n"
        "·申报单位，提前3天：7月22日→7月26日，2人（第1局、第2局）\n"
        "·申报单位，提前1天：7月24日→7月30日，2人（第1局、第2局）\n"
        "·更正通知：第1局\n"
        "确认请回“确认改期”，不改请回“取消”。"
    )
    assert in_force(office).deadline == date(2019, 7, 25)
    assert say(office, "市办甲", "确认改期") == (
        "已改期：截止日期为2019年7月31日之前。此前被告知原日期的人随即收到更正通知，提醒按新日期安排。"
    )
    assert (in_force(office).deadline, in_force(office).deadline_words) == (
        date(2019, 7, 31),
        "2019年7月31日之前",
    )
    desk = office.desk()
    await desk.tick()
    assert office.sent("moved:") == [f"moved:2019-07-31:{first}"]
    assert office.texts("moved:") == [
        "【更正】2019年度平顶山市服务型行政执法示范点的报送时间由“2019年7月25日之前”改为“2019年7月31日之前”"
        "（市办公室通知），此前提醒中的日期以此为准。\n"
        "咨询市办公室 0375-2663225。\n"
        "第1局：目前状态：草稿，尚未报送。"
    ]
    # whoever was corrected is not reminded of the same again; the other learns the new date now
    assert office.sent("remind:deadline-14:2019-07-31") == [
        f"remind:deadline-14:2019-07-31:2019-002:{second}"
    ]
    office.clock.to("2019-07-22", "16:56")
    assert await desk.tick() == 0
    office.clock.to("2019-07-24", "16:56")
    assert await desk.tick() == 2
    assert len(office.sent("moved:")) == 1


async def test_whom_a_correction_cannot_reach_stands_on_the_call_sheet(told: tuple[Office, int, int]) -> None:
    office, _, _ = told
    office.clock.to("2019-07-19", "10:05")
    office.do(lambda store: store.unreachable(Channel.WECOM, "unit1", 60111, datetime.now(UTC)))
    for text in ("截止改为7月31日", "确认改期"):
        say(office, "市办甲", text)
    await office.desk().tick()
    await office.desk().tick()
    assert office.sent("moved:") == []
    assert office.texts("call_sheet:moved:") == [
        "【电话通知清单】7月19日，共1家，请逐一电话通知：\n"
        "1. 第1局（2019-001，联系人李晓明，电话13800001111）：报送时间改为2019年7月31日之前。"
    ]


async def test_the_old_date_reminds_nobody_any_more(told: tuple[Office, int, int]) -> None:
    office, _, _ = told
    office.clock.to("2019-07-19", "10:05")
    say(office, "市办甲", "截止日期推迟到7月31日")
    say(office, "市办甲", "确认改期")
    office.clock.to("2019-07-30", "16:56")
    await office.desk().tick()
    assert [key for key in office.sent() if ":2019-07-25:" in key] == [office.sent()[0]]
    assert len(office.sent("remind:deadline-1:2019-07-31")) == 2


async def test_a_second_move_is_told_to_those_who_were_told_the_first(told: tuple[Office, int, int]) -> None:
    office, first, second = told
    office.clock.to("2019-07-19", "10:05")
    for text in ("截止改为7月31日", "确认改期"):
        say(office, "市办甲", text)
    await office.desk().tick()
    office.clock.to("2019-07-19", "10:07")
    for text in ("截止改为8月2日", "确认改期"):
        say(office, "市办甲", text)
    await office.desk().tick()
    assert sorted(office.sent("moved:2019-08-02:")) == sorted(
        [f"moved:2019-08-02:{first}", f"moved:2019-08-02:{second}"]
    )


async def test_two_moves_at_once_are_told_as_one(told: tuple[Office, int, int]) -> None:
    office, first, _ = told
    office.clock.to("2019-07-19", "10:05")
    for text in ("截止改为7月31日", "确认改期", "截止改为8月2日", "确认改期"):
        say(office, "市办甲", text)
    await office.desk().tick()
    assert office.sent("moved:") == [f"moved:2019-08-02:{first}"]
    assert "由“2019年7月25日之前”改为“2019年8月2日之前”" in office.texts("moved:")[0]


async def test_bodies_keep_their_own_dates_unless_they_are_ticked(office: Office) -> None:
    office.member("市办甲", Role.OFFICE)
    office.zero_reports()
    office.cutoff("baofeng", date(2019, 7, 18))
    office.cutoff("xinhua", date(2019, 7, 20))
    person = office.draft(1, body="baofeng")
    office.draft(2, body="xinhua")
    office.clock.to("2019-07-15", "16:56")
    assert await office.desk().tick() == 2
    preview = say(office, "市办甲", "截止改为7月31日")
    assert "推荐单位的内部截止不变：新华区人民政府7月20日、宝丰县人民政府7月18日。" in preview
    done = say(office, "市办甲", "确认改期 宝丰县")
    assert done.endswith("内部截止一并顺延：宝丰县人民政府7月24日。")
    cutoffs = {body.id: body.cutoff for body in in_force(office).bodies if body.cutoff}
    assert cutoffs == {"xinhua": date(2019, 7, 20), "baofeng": date(2019, 7, 24)}
    await office.desk().tick()
    assert office.sent("moved:") == [f"moved:2019-07-31:{person}"]
    assert "宝丰县人民政府内部截止相应改为7月24日。" in office.texts("moved:")[0]


def test_a_date_earlier_than_a_body_s_own_is_warned_of(office: Office) -> None:
    office.member("市办甲", Role.OFFICE)
    office.cutoff("baofeng", date(2019, 7, 22))
    preview = say(office, "市办甲", "截止提前到7月19日")
    assert "注意：宝丰县人民政府的内部截止晚于新的截止日期，届时以截止日期为准。" in preview


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("截止改为7月25日", "截止日期现在就是2019年7月25日之前，没有变动。"),
        ("截止改为7月9日", "2019年7月9日之前已经过去，截止日期不能改到过去。"),
        ("截止改为2月30日", "没有看懂这个日期，或这一天不存在。请这样写：截止改为7月31日。"),
        (
            "截止改为2020年1月5日",
            "2020年1月5日之前晚于整个活动的结束日期（2019-12-31），请先与管理员调整活动日程。",
        ),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_the_reason(office: Office, text: str, answered: str) -> None:
    office.member("市办甲", Role.OFFICE)
    assert say(office, "市办甲", text) == answered


def test_a_move_that_is_not_confirmed_changes_nothing(office: Office) -> None:
    office.member("市办甲", Role.OFFICE)
    say(office, "市办甲", "截止改为7月31日")
    assert say(office, "市办甲", "取消") == "好的，截止日期不变，仍为2019年7月25日之前。"
    say(office, "市办甲", "确认改期")
    assert in_force(office).deadline == date(2019, 7, 25)


def test_a_body_and_an_applicant_cannot_move_the_date(office: Office) -> None:
    office.member("王联系", Role.BODY, "baofeng")
    office.draft(1)
    for who in ("王联系", "unit1", "王联系", "unit1"):
        say(office, who, "截止改为7月31日")
        say(office, who, "确认改期")
    assert in_force(office) is office.campaign


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("请于7月25日之前报送。", True),
        ("请于2019-07-25前报送。", True),
        ("请于{截止}前报送。", True),
        ("培训会定于12月25日、7月2日举行。", False),
    ],
)
async def test_whoever_a_notice_told_the_old_date_is_corrected(
    office: Office, text: str, is_told: bool
) -> None:
    for name in ("市办甲", "市办乙"):
        office.member(name, Role.OFFICE)
    office.zero_reports()
    body = office.member("宝联", Role.BODY, "baofeng")
    office.clock.to("2019-07-01", "10:05")
    say(office, "市办甲", f"通知 全体推荐单位：{text}")
    say(office, "市办乙", "签发 通知1")
    office.do(lambda store: lay_out(store, office.clerk, office.clock.now))
    say(office, "市办甲", "截止改为7月31日")
    say(office, "市办甲", "确认改期")
    await office.desk().tick()
    assert (f"moved:2019-07-31:{body}" in office.sent("moved:")) == is_told
