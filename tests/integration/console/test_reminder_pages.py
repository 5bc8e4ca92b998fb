"""The pages of reminders: those that are still to come, and those that were sent."""

from __future__ import annotations

import hashlib
import io
import re
from functools import partial

from openpyxl import load_workbook

from bot.model.application import Application
from bot.model.message import Channel, Text
from bot.ports import Draft, Store
from tests.fakes.console import Console
from tests.fakes.recommending import BODY, MACHINE, OFFICE

HOME = "/console/notices"


def remind(console: Console, store: Store) -> None:
    """Write a reminder as the service writes it."""
    text, person = "请审核、排序后上报。", console.people[BODY]
    key = f"remind:deadline-7:2019-07-25:baofeng:{person}"
    store.queue([Draft(key, Channel.WECOM, person, BODY, Text(text))], MACHINE)


def begin(console: Console, account: str, name: str, unit: str) -> Application:
    """A draft without a contact, of somebody who is known by this name, or by none."""

    def act(store: Store) -> str:
        person = store.visitor(Channel.WECOM, account, name, console.now).person.id
        started = store.start(hashlib.sha256(account.encode()).hexdigest()[:16], person, "draft", console.now)
        values = {console.campaign.form.unit_field: unit} if unit else {}
        store.revise(started.id, values, [], unit, person, Channel.WECOM, console.now)
        return started.id

    return console.application(console.run(act))


def remind_unit(known: Application, store: Store) -> None:
    """A reminder to whoever fills an application."""
    key = f"remind:deadline-7:2019-07-25:{known.number}:{known.holder}"
    store.queue([Draft(key, Channel.WECOM, known.holder, "holder", Text("请抓紧。"))], MACHINE)


async def test_the_plan_of_reminders_shows_who_gets_what_when(console: Console) -> None:
    known = console.apply("宝丰县公安局", stage="draft")
    office = await console.reader(OFFICE)
    page = await office.get(f"{HOME}/plan?first=2019-07-12&last=2019-07-18")
    assert ("宝丰县公安局" in page, "7月18日（周四）" in page) == (True, True)
    assert "没有提醒" in await office.get(f"{HOME}/plan?first=2019-07-13&last=2019-07-14")
    assert "没有提醒" in await office.get(f"{HOME}/plan?search=没有这个单位")
    assert "宝丰县公安局" in await office.get(f"{HOME}/plan?first=someday&last=x&page=9")
    content, _ = await office.file(f"{HOME}/plan.xlsx")
    cells = [str(cell.value) for row in load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
    assert known.number in cells


async def test_reader_of_a_reminder_goes_by_the_best_that_is_known(console: Console) -> None:
    console.apply("宝丰县公安局", stage="draft")
    begin(console, "shuili", "孙六", "宝丰县水利局")
    begin(console, "tongji", "", "宝丰县统计局")
    nameless = begin(console, "nobody", "", "")
    office = await console.reader(OFFICE)
    page = await office.get(f"{HOME}/plan?first=2019-07-18&last=2019-07-18&search=2019-")
    readers = re.findall(r'data-label="收件人"><div>(.*?)<div', page)
    assert sorted(readers) == sorted(["李晓明", "孙六", "宝丰县统计局", "nobody"])
    assert page.count(f">{nameless.number}<") == 1
    units = re.findall(r'data-label="申报单位".*?>([^<]*)</a>', await office.get("/console/applications"))
    assert sorted(units) == sorted(["宝丰县公安局", "宝丰县水利局", "宝丰县统计局", "尚未填写单位名称"])


async def test_reminders_that_were_sent_are_listed(console: Console) -> None:
    office = await console.reader(OFFICE)
    notice = {"to": "role", "roles": "body", "text": "请核对联系人。"}  # other messages are none of it
    await office.post(f"{HOME}/new", notice)
    await office.post(f"{HOME}/1/release")
    assert "还没有发过提醒" in await office.get(f"{HOME}/reminded")
    console.run(lambda store: remind(console, store))
    page = await office.get(f"{HOME}/reminded?state=queued")
    assert ("赵一" in page, "请审核、排序后上报" in page, "宝丰县人民政府" in page) == (True, True, True)
    known = begin(console, "tongji", "", "宝丰县统计局")
    console.run(partial(remind_unit, known))
    page = await office.get(f"{HOME}/reminded")
    assert re.findall(r'data-label="收件人">(.*?)</td>', page) == ["宝丰县统计局", "赵一"]
    assert f'>宝丰县统计局</a><div class="text-secondary">{known.number}</div>' in page
