"""What stands in the way of the campaign as it is now, beside what a rehearsal finds: people, dates, open points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.console.people import people_view
from bot.console.query import PeopleQuery
from bot.reminders.workdays import is_in_calendar, is_workday
from bot.staff.desk import StaffAsk
from bot.work.campaign_view import open_points
from bot.work.edited import edited_by
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to see to. `link`: the page where it is seen to."""

    is_bad: bool  # else only worth knowing
    text: str
    link: str


def rehearsal_checks(ask: StaffAsk) -> tuple[Check, ...]:
    """All there is. A look. `Refused` for everybody but the office."""
    unreached = people_view(ask, PeopleQuery()).unreached  # the office's alone
    campaign = ask.clerk.campaign
    found = [*_people(campaign, len(unreached)), *_points(ask), *_days(campaign)]
    if stale := edited_by(campaign, ask.store.edits()).stale:
        text = f"有{len(stale)}处活动设置的修改与活动文件不符，没有生效。"
        found.append(Check(True, text, "/console/campaign/history"))
    return tuple(found)


def _people(campaign: Campaign, unreached: int) -> Iterator[Check]:
    if unreached:
        text = (
            f"{len(campaign.bodies)}个推荐单位中有{unreached}个没有能联系上的联系人，提醒和通知只能打电话。"
        )
        yield Check(True, text, "/console/people")


def _points(ask: StaffAsk) -> Iterator[Check]:
    for one in open_points(ask.store, ask.clerk.campaign):
        if one.blocks:
            text = f"{one.point.id}必须先明确：{one.point.question}"
            yield Check(True, text, f"/console/campaign/points#{one.point.id}")


def _days(campaign: Campaign) -> Iterator[Check]:
    calendar = f"/console/campaign?month={campaign.deadline:%Y-%m}#calendar"
    if not is_workday(campaign.deadline, campaign.reminders.workdays):
        yield Check(False, "全市截止日期不是工作日，提醒提前到上一个工作日。", calendar)
    resting = [
        body.name
        for body in campaign.bodies
        if body.cutoff and not is_workday(body.cutoff, campaign.reminders.workdays)
    ]
    if resting:
        yield Check(False, f"内部截止不是工作日：{'、'.join(resting)}。", "/console/campaign")
    if not (is_in_calendar(campaign.deadline) and is_in_calendar(campaign.ends)):
        text = "国家法定节假日安排没有包括全部活动时间，缺的部分暂按周一至周五上班，请在工作日历中核对。"
        yield Check(False, text, calendar)
