"""The plan: who still owes what, on which working day, by which road, in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.documents.form_version import version_of
from bot.model.message import Channel
from bot.reminders.plan import due, may_be_due
from bot.reminders.planned import OFFICE, told_by
from bot.reminders.rules import Base
from config.campaign import BaseDate, Campaign
from tests.fakes.conversation import FORM, campaign
from tests.fakes.reminding import CONTACT, DEPUTY, application, dated, days_of, people_of, planned, world

JULY = (date(2019, 7, 1), date(2019, 7, 31))
SETTLED = {"deck": "a" * 64, "paper": "2019-07-12", "declared_accepted": "yes", "declared_lawful": "yes"}


def test_a_draft_is_reminded_on_the_days_before_the_deadline() -> None:
    found = planned(campaign(), world([application()]), *JULY)
    expected = [
        (14, date(2019, 7, 11)),
        (7, date(2019, 7, 18)),
        (3, date(2019, 7, 22)),
        (1, date(2019, 7, 24)),
    ]
    assert days_of(found) == expected
    assert [item.key for item in found] == [
        f"remind:deadline-{days}:2019-07-25:2019-017:17" for days in (14, 7, 3, 1)
    ]
    assert {item.owes for item in found} == {("form", "deck", "scan", "paper", "declarations")}


def test_minutes_lie_in_the_windows_and_never_on_a_full_or_half_hour() -> None:
    applications = [application(number) for number in range(1, 400)]
    found = planned(campaign(), world(applications), *JULY)
    times = {item.at.time() for item in found}
    inside = [at for at in times if time(9, 5) <= at <= time(10, 55) or time(14, 35) <= at <= time(16, 55)]
    assert len(inside) == len(times)
    assert {at.minute for at in times} & {0, 30} == set()
    assert len(times) > 200  # spread, not all in one minute
    assert found == planned(campaign(), world(applications), *JULY)  # the same every time


@pytest.mark.parametrize(
    ("deadline", "days"),
    [
        # a Monday, a Tuesday: nothing of what falls on the week-end before is lost
        (date(2019, 7, 22), [date(2019, 7, 8), date(2019, 7, 15), date(2019, 7, 19)]),
        (date(2019, 7, 23), [date(2019, 7, 9), date(2019, 7, 16), date(2019, 7, 19), date(2019, 7, 22)]),
        # right after 国庆
        (date(2019, 10, 8), [date(2019, 9, 24), date(2019, 9, 30)]),
        # the day after a worked Sunday
        (date(2019, 5, 6), [date(2019, 4, 22), date(2019, 4, 29), date(2019, 4, 30), date(2019, 5, 5)]),
    ],
)
def test_days_move_to_the_working_day_before(deadline: date, days: list[date]) -> None:
    found = planned(dated(deadline), world([application()]), date(2019, 4, 1), date(2019, 12, 31))
    assert [day for _, day in days_of(found)] == days


def test_of_several_on_one_day_the_nearest_is_kept() -> None:
    found = planned(dated(date(2019, 10, 8)), world([application()]), date(2019, 9, 1), date(2019, 10, 31))
    assert days_of(found) == [(14, date(2019, 9, 24)), (1, date(2019, 9, 30))]


def test_a_day_the_office_closes_moves_the_reminder() -> None:
    closed = {date(2019, 7, 18): False, date(2019, 7, 17): False}
    found = planned(campaign(), world([application()], workdays=closed), *JULY)
    assert (7, date(2019, 7, 16)) in days_of(found)


def test_a_zone_without_daylight_saving_keeps_its_hours(second_campaign: Campaign) -> None:
    draft = replace(application(values={}), number="2027-001")
    snapshot = world([draft], reported={"east", "west", "water"})
    found = planned(second_campaign, snapshot, date(2027, 3, 1), date(2027, 3, 31))
    assert days_of(found) == [
        (10, date(2027, 3, 18)),
        (4, date(2027, 3, 27)),
    ]  # the 19th is closed, the 27th open
    assert {item.at.utcoffset() for item in found} == {timedelta(hours=6)}
    assert all(time(10, 10) <= item.at.time() <= time(12, 40) for item in found)


def test_nothing_is_planned_before_the_campaign_opens() -> None:
    late = replace(campaign(), opens=date(2019, 7, 12))
    found = planned(late, world([application()]), *JULY)
    assert [item.days for item in found] == [7, 3, 1]


def test_only_who_still_owes_is_reminded() -> None:
    version = version_of(campaign(), FORM)
    clear = {**SETTLED, "scans": version}
    applications = [
        application(1, "submitted", dossier=clear),
        application(2, "submitted", dossier=SETTLED),
        application(3, "submitted", {**FORM, "leader": "李四"}, dossier=clear),
        application(4, "withdrawn"),
        application(5, "late_pending"),
        application(6, "draft", dossier=clear),
        application(7, "announced"),
    ]
    found = planned(campaign(), world(applications), date(2019, 7, 24), date(2019, 7, 24))
    owed = {item.subject: item.owes for item in found}
    assert owed == {"2019-002": ("scan",), "2019-003": ("scan",), "2019-006": ("form",)}


def test_what_was_sent_is_not_planned_again() -> None:
    sent = {"remind:deadline-7:2019-07-25:2019-017:17"}
    found = planned(campaign(), world([application()], sent=sent), *JULY)
    assert [item.days for item in found] == [14, 3, 1]


def test_a_body_with_a_date_of_its_own_moves_its_units_only() -> None:
    dates = dated(date(2019, 7, 25), baofeng=date(2019, 7, 18))
    applications = [application(1, body="baofeng"), application(2, body="xinhua"), application(3)]
    found = planned(dates, world(applications), date(2019, 7, 15), date(2019, 7, 18))
    assert [(item.subject, item.days, item.base) for item in found if item.subject == "2019-001"] == [
        ("2019-001", 3, Base(BaseDate.CUTOFF, date(2019, 7, 18), "baofeng")),
        ("2019-001", 1, Base(BaseDate.CUTOFF, date(2019, 7, 18), "baofeng")),
    ]
    assert sorted((item.subject, item.days) for item in found if item.subject != "2019-001") == [
        ("2019-002", 7),
        ("2019-003", 7),
    ]


def test_a_body_date_after_the_deadline_does_not_count() -> None:
    dates = dated(date(2019, 7, 25), baofeng=date(2019, 7, 29))
    found = planned(dates, world([application(body="baofeng")]), *JULY)
    assert {item.base for item in found} == {Base(BaseDate.DEADLINE, date(2019, 7, 25))}


def test_a_returned_application_is_reminded_of_its_own_day() -> None:
    returned = application(stage="returned", dossier={"return_due": "2019-07-19"})
    found = planned(campaign(), world([returned]), *JULY)
    assert days_of(found) == [
        (14, date(2019, 7, 5)), (7, date(2019, 7, 12)), (3, date(2019, 7, 16)), (1, date(2019, 7, 18)),
    ]  # fmt: skip
    assert "补正期限7月19日，还有1天" in found[-1].text
    assert found[-1].text.endswith("目前状态：退回补正，尚未重新报送。")


def test_a_silent_body_escalates_from_contact_to_deputy_to_the_telephone() -> None:
    others = {body.id for body in campaign().bodies if body.id != "baofeng"}
    waiting = application(1, "submitted", body="baofeng")
    found = planned(campaign(), world([waiting], people_of("baofeng"), others), *JULY)
    of_body = [item for item in found if item.subject == "baofeng"]
    assert sorted((-item.days, item.person, item.channel) for item in of_body) == [
        (-14, CONTACT, "wecom"),
        (-7, CONTACT, "wecom"),
        (-3, CONTACT, "wecom"),
        (-3, DEPUTY, "wecom"),
        (-1, OFFICE, "call_sheet"),
        (-1, CONTACT, "wecom"),
    ]
    assert {item.owes for item in of_body} == {("package", "waiting")}


def test_a_body_that_reported_is_left_alone() -> None:
    found = planned(campaign(), world([], people_of("baofeng")), *JULY)
    assert found == ()


def test_a_body_nobody_speaks_for_stands_on_the_call_sheet() -> None:
    others = {body.id for body in campaign().bodies if body.id != "baofeng"}
    (found,) = planned(campaign(), world([], (), others), *JULY)
    assert (found.key, found.channel, found.at.time()) == (
        "remind:deadline-1:2019-07-25:baofeng:office", "call_sheet", time(9, 5),
    )  # fmt: skip
    assert found.text == "宝丰县人民政府（联系人未登记）：推荐材料未上报。"


def test_mail_reaches_who_has_no_wecom_and_the_telephone_the_rest() -> None:
    applications = [application(1), application(2), application(3)]
    roads = {1: Channel.WECOM, 2: Channel.MAIL, 3: None}
    found = planned(campaign(), world(applications, roads=roads), date(2019, 7, 24), date(2019, 7, 24))
    assert {item.subject: item.channel for item in found} == {
        "2019-001": "wecom", "2019-002": "mail", "2019-003": "call_sheet",
    }  # fmt: skip
    (called,) = [item for item in found if item.channel == "call_sheet"]
    assert called.at.time() == time(9, 5)
    assert called.text == (
        "平顶山市卫东区水利局（2019-003，联系人李晓明，电话13800001111）："
        "申报表未报送、申报报告PPT、盖章扫描件、纸质申报表一份、两项声明。"
    )


def test_text_of_a_draft_names_what_is_missing_and_ends_with_its_state() -> None:
    some = {key: value for key, value in FORM.items() if key not in ("leader", "summary")}
    (found,) = planned(campaign(), world([application(values=some)]), date(2019, 7, 18), date(2019, 7, 18))
    assert found.text == (
        "【报送提醒】平顶山市卫东区水利局（2019-017）：申报表还缺2项：负责人姓名、申报单位服务型行政执法工作基本情况。"
        "还需：申报报告PPT、盖章扫描件、纸质申报表一份、两项声明。\n"
        "通知规定2019年7月25日之前报送〔三（二）〕，还有7天。\n"
        "材料请作为附件发送到pdszffzb@126.com。咨询市办公室 0375-2663225。\n"
        "目前状态：草稿，尚未报送。"
    )


def test_text_of_a_complete_draft_says_that_it_is_not_filed() -> None:
    (found,) = planned(campaign(), world([application()]), date(2019, 7, 24), date(2019, 7, 24))
    assert "各项已填，尚未报送" in found.text
    assert found.text.endswith("草稿，尚未报送。")


def test_text_of_a_filed_application_ends_with_its_receipt() -> None:
    filed = application(stage="submitted", dossier=SETTLED)
    (found,) = planned(campaign(), world([filed]), date(2019, 7, 24), date(2019, 7, 24))
    assert "（2019-017）：还需：盖章扫描件。\n" in found.text
    assert found.text.endswith("目前状态：已报送（已报推荐单位），回执 2019-017-1。")


def test_a_reminder_tells_from_its_key_what_it_told() -> None:
    assert told_by("remind:cutoff-3:2019-07-18:2019-017:12/2") == (
        BaseDate.CUTOFF, date(2019, 7, 18), "2019-017", 12,
    )  # fmt: skip
    assert told_by("remind:deadline-1:2019-07-25:baofeng:office") is None
    assert told_by("answer:1:1:12") is None


# what is due at a moment

OPENING = datetime(2019, 7, 1, tzinfo=campaign().zone)


def at(day: int, clock: str) -> datetime:
    return datetime.combine(date(2019, 7, day), time.fromisoformat(clock), campaign().zone)


def test_of_what_fell_due_in_an_outage_the_latest_is_sent() -> None:
    found = due(campaign(), world([application()]), lambda base: OPENING, at(22, "17:00"))
    assert [item.days for item in found.now] == [3]
    assert [item.days for item in found.superseded] == [14, 7]
    assert "还有3天" in found.now[0].text


def test_an_older_reminder_is_not_sent_because_the_later_one_was() -> None:
    sent = {"remind:deadline-3:2019-07-25:2019-017:17"}
    found = due(campaign(), world([application()], sent=sent), lambda base: OPENING, at(22, "17:00"))
    assert found.now == ()
    assert [item.days for item in found.superseded] == [14, 7]


def test_the_text_of_a_late_reminder_counts_from_the_day_it_is_sent() -> None:
    found = due(campaign(), world([application()]), lambda base: OPENING, at(23, "09:10"))
    assert "还有2天" in found.now[0].text


def test_nothing_is_sent_once_the_date_is_over() -> None:
    found = due(campaign(), world([application()]), lambda base: OPENING, at(26, "09:10"))
    assert (found.now, found.superseded) == ((), ())


def test_what_was_done_before_the_mark_is_not_done_again() -> None:
    found = due(campaign(), world([application()]), lambda base: at(18, "17:00"), at(19, "10:00"))
    assert (found.now, found.superseded) == ((), ())


@pytest.mark.parametrize(
    ("since", "now", "possible"),
    [
        (at(11, "17:00"), at(17, "16:00"), False),
        (at(11, "17:00"), at(18, "09:04"), False),
        (at(11, "17:00"), at(18, "09:05"), True),
        (at(18, "12:00"), at(18, "15:00"), True),
        (at(18, "16:55"), at(19, "10:00"), False),
        (at(11, "17:00"), at(20, "10:00"), True),
    ],
)
def test_the_dates_alone_tell_when_nothing_can_be_due(since: datetime, now: datetime, possible: bool) -> None:
    assert may_be_due(campaign(), {}, lambda base: since, now) is possible
