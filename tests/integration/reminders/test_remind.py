"""Reminders over a real database: once each, whatever happens, and only while something is owed."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.campaign_edits.paths import to_json
from bot.campaign_edits.workdays import workday_path, workday_row
from bot.model.edits import Edit
from bot.model.message import Channel, Delivery, Outcome
from bot.model.staff import Package, Role
from bot.ports import Store
from bot.work import remind
from tests.fakes.reminder_office import Office, application_id, open_office


async def tick(office: Office, day: str, clock: str) -> int:
    office.clock.to(day, clock)
    return await office.desk().tick()


async def test_a_draft_is_reminded_on_its_day_once(office: Office) -> None:
    person = office.draft(1)
    office.zero_reports()
    assert await tick(office, "2019-07-10", "10:00:30") == 0
    assert await tick(office, "2019-07-11", "16:56") == 1
    assert await tick(office, "2019-07-11", "16:57") == 0
    assert await tick(office, "2019-07-12", "10:01") == 0
    assert office.sent() == [f"remind:deadline-14:2019-07-25:2019-001:{person}"]
    assert office.woken == 1


async def test_the_same_desk_waits_for_the_minute_and_looks_once_in_it(office: Office) -> None:
    office.draft(1)
    office.zero_reports()
    desk = office.desk()
    sent = []
    for minute in range(5, 60):
        office.clock.to("2019-07-11", f"09:{minute:02}:30")
        sent.append(await desk.tick())
    for minute in range(60):
        office.clock.to("2019-07-11", f"10:{minute:02}:30")
        sent.append(await desk.tick())
    assert sum(sent) <= 1
    office.clock.to("2019-07-11", "16:56")
    assert sum(sent) + await desk.tick() == 1


async def test_nobody_is_written_to_outside_of_office_hours(office: Office) -> None:
    office.draft(1)
    office.zero_reports()
    for day, clock in (
        ("2019-07-18", "20:00"),  # evening
        ("2019-07-19", "12:30"),  # lunch
        ("2019-07-19", "09:00"),  # a full hour
        ("2019-07-20", "10:10"),  # Saturday
        ("2019-07-21", "10:10"),  # Sunday
    ):
        assert await tick(office, day, clock) == 0, (day, clock)
    assert await tick(office, "2019-07-22", "08:36") == 1
    assert "还有3天" in office.texts()[0]


async def test_a_clock_that_was_moved_forward_reminds_at_once(office: Office) -> None:
    person = office.draft(1)
    office.zero_reports()
    desk = office.desk()
    office.clock.to("2019-07-10", "10:01")
    assert await desk.tick() == 0
    office.clock.to("2019-07-23", "10:00")
    assert await desk.tick() == 1
    assert office.sent() == [f"remind:deadline-3:2019-07-25:2019-001:{person}"]


async def test_after_an_outage_of_five_days_the_latest_is_sent(office: Office) -> None:
    person = office.draft(1)
    office.zero_reports()
    await tick(office, "2019-07-10", "10:01")
    assert await tick(office, "2019-07-23", "09:01") == 1
    assert office.sent() == [f"remind:deadline-3:2019-07-25:2019-001:{person}"]
    assert "还有2天" in office.texts()[0]
    assert office.audited("reminder_superseded") == [
        f"remind:deadline-14:2019-07-25:2019-001:{person}",
        f"remind:deadline-7:2019-07-25:2019-001:{person}",
    ]
    assert await tick(office, "2019-07-23", "09:02") == 0
    assert len(office.audited("reminder_superseded")) == 2


async def test_who_begins_after_a_reminder_fell_due_is_not_sent_it(office: Office) -> None:
    office.draft(1)
    office.zero_reports()
    assert await tick(office, "2019-07-18", "16:56") == 1
    office.draft(2)
    assert await tick(office, "2019-07-19", "09:10") == 0
    assert await tick(office, "2019-07-22", "16:56") == 2


async def test_what_is_settled_is_not_reminded(office: Office) -> None:
    office.draft(1)
    person = office.draft(2)
    office.zero_reports()
    office.settle(1)
    assert await tick(office, "2019-07-18", "16:56") == 1
    assert office.sent() == [f"remind:deadline-7:2019-07-25:2019-002:{person}"]


async def test_a_debt_settled_after_the_plan_was_made_drops_the_reminder(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = office.draft(1), office.draft(2)
    office.zero_reports()
    send = remind._send

    def settle_and_send(*arguments: Any) -> Any:
        monkeypatch.setattr(remind, "_send", send)
        known = arguments[-1].application(application_id(1))
        arguments[-1].move(known.id, "withdrawn", False, "", office.clock.now)
        return send(*arguments)

    monkeypatch.setattr(remind, "_send", settle_and_send)
    assert await tick(office, "2019-07-18", "16:56") == 1
    assert office.sent() == [f"remind:deadline-7:2019-07-25:2019-002:{second}"]
    assert office.audited("reminder_dropped") == [f"remind:deadline-7:2019-07-25:2019-001:{first}"]


async def test_a_crash_between_two_portions_repeats_nothing_and_loses_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [office.draft(number) for number in range(1, 8)]
    office.zero_reports()
    await tick(office, "2019-07-10", "10:01")
    monkeypatch.setattr(remind, "CHUNK", 2)
    send = remind._send
    portions = 0

    def send_twice(*arguments: Any) -> Any:
        nonlocal portions
        portions += 1
        if portions == 3:
            raise KeyboardInterrupt
        return send(*arguments)

    monkeypatch.setattr(remind, "_send", send_twice)
    with pytest.raises(KeyboardInterrupt):
        await tick(office, "2019-07-22", "17:10")
    assert len(office.sent()) == 4
    assert await tick(office, "2019-07-22", "17:12") == 3
    assert sorted(office.sent()) == sorted(
        f"remind:deadline-3:2019-07-25:2019-{number:03}:{person}"
        for number, person in enumerate(people, start=1)
    )
    assert len(office.audited("reminder_superseded")) == 14


async def test_two_processes_at_once_send_each_reminder_once(office: Office, office_url: str) -> None:
    for number in range(1, 41):
        office.draft(number)
    office.zero_reports("baofeng")
    office.member("市办甲", Role.OFFICE)
    await tick(office, "2019-07-19", "10:01")
    other = open_office(office_url)
    other.clock.to("2019-07-24", "17:10")
    office.clock.to("2019-07-24", "17:10")
    counts = await asyncio.gather(office.desk().tick(), other.desk().tick())
    other.writer.stop()
    other.database.close()
    sent = office.sent("remind:deadline-1:")
    assert len(sent) == len(set(sent)) == 40
    assert len(office.sent("call_sheet:")) == 1
    assert len([key for key in office.audited("reminder_superseded") if "deadline-3:" in key]) == 40
    assert len(office.alarms()) == 1
    assert min(counts) >= 0


async def test_the_dialogue_is_not_touched(office: Office) -> None:
    person = office.draft(1)
    office.zero_reports()
    office.do(lambda store: store.save_dialogue(person, '{"current": "x"}', office.clock.now))
    assert await tick(office, "2019-07-18", "16:56") == 1
    assert office.database.read(lambda store: store.dialogue(person)) == '{"current": "x"}'


async def test_a_body_of_its_own_date_reminds_its_units_of_that(office: Office) -> None:
    person = office.draft(1, body="baofeng")
    office.zero_reports()
    office.cutoff("baofeng", date(2019, 7, 18))
    assert (
        await tick(office, "2019-07-12", "10:01") == 1
    )  # the date is news: what fell due before goes out now
    assert await tick(office, "2019-07-15", "16:56") == 1
    assert office.sent()[1:] == [f"remind:cutoff-3:2019-07-18:2019-001:{person}"]
    assert (
        "宝丰县人民政府内部截止7月18日，还有3天（通知规定2019年7月25日之前报送〔三（二）〕）。"
        in office.texts()[1]
    )


async def test_a_date_set_late_still_reminds_at_once(office: Office) -> None:
    person = office.draft(1, body="baofeng")
    office.zero_reports()
    await tick(office, "2019-07-16", "16:57")
    office.cutoff("baofeng", date(2019, 7, 19))
    assert await tick(office, "2019-07-17", "10:03") == 1
    assert office.sent()[-1] == f"remind:cutoff-3:2019-07-19:2019-001:{person}"


async def test_a_day_the_office_declares_free_is_quiet(office: Office) -> None:
    clerk = office.draft(1)
    office.zero_reports()
    await tick(office, "2019-07-16", "10:01")
    day = date(2019, 7, 18)
    free = to_json(workday_row(day, False))
    edit = Edit(0, workday_path(day), free, None, "", clerk, office.clock.now)
    office.do(lambda store: store.add_edit(edit))
    assert await tick(office, "2019-07-17", "16:56") == 1
    assert await tick(office, "2019-07-18", "16:56") == 0


async def test_a_silent_body_reaches_its_people_then_the_office(office: Office) -> None:
    contact = office.member("王联系", Role.BODY, "baofeng")
    deputy = office.member("赵副手", Role.BODY, "baofeng", deputy=True)
    clerk = office.member("市办甲", Role.OFFICE)
    office.zero_reports("baofeng")
    await tick(office, "2019-07-10", "10:01")
    for day in ("2019-07-11", "2019-07-18", "2019-07-22", "2019-07-24"):
        await tick(office, day, "16:56")
    assert sorted(office.sent()) == sorted(
        [f"remind:deadline-{days}:2019-07-25:baofeng:{contact}" for days in (14, 7, 3, 1)]
        + [f"remind:deadline-3:2019-07-25:baofeng:{deputy}"]
    )
    sheet = "【电话通知清单】7月24日，共1家，请逐一电话通知：\n1. 宝丰县人民政府（联系人王联系）：推荐材料未上报。"
    assert office.alarms() == {"call_sheet:2019-07-24": sheet}
    assert office.sent("call_sheet:") == [f"call_sheet:2019-07-24:{clerk}"]
    assert office.texts("call_sheet:") == [sheet]


async def test_a_zero_report_ends_the_reminders_of_a_body(office: Office) -> None:
    contact = office.member("王联系", Role.BODY, "baofeng")
    office.zero_reports("baofeng")
    await tick(office, "2019-07-10", "10:01")
    assert await tick(office, "2019-07-18", "16:56") == 1
    zero = Package(0, "baofeng", "", True, False, contact, office.clock.now)
    office.do(lambda store: store.add_package(zero))
    assert await tick(office, "2019-07-22", "16:56") == 0


async def test_whom_nothing_reaches_stands_on_the_call_sheet(office: Office) -> None:
    office.draft(1)
    office.zero_reports()
    await tick(office, "2019-07-10", "10:01")
    office.do(lambda store: store.unreachable(Channel.WECOM, "unit1", 60111, datetime.now(UTC)))
    assert await tick(office, "2019-07-18", "16:56") == 1
    assert office.sent() == []
    (sheet,) = office.alarms().values()
    assert "第1局（2019-001，联系人李晓明，电话13800001111）：申报表未报送" in sheet


async def test_a_mail_goes_to_who_has_no_wecom(office: Office) -> None:
    office.draft(1, by_mail=True)
    office.zero_reports()
    assert await tick(office, "2019-07-18", "16:56") == 1
    ((_, address, text),) = office.rows()
    assert address == "unit1@example.com"
    assert text.endswith("目前状态：草稿，尚未报送。")


async def test_every_queued_reminder_can_be_sent(office: Office) -> None:
    office.draft(1)
    office.zero_reports()
    await tick(office, "2019-07-18", "16:56")

    def send(store: Store) -> int:
        now = datetime.now(UTC)
        claimed = store.claim_due(Channel.WECOM, "me", now, 10)
        for row in claimed:
            store.settle(row.id, "me", Delivery(Outcome.SENT), now)
        return len(claimed)

    assert office.writer.run_blocking(send) == 1


async def test_ticks_cost_nothing_to_who_writes_when_nothing_is_due(office: Office) -> None:
    office.draft(1)
    office.zero_reports()
    desk = office.desk()
    office.clock.to("2019-07-15", "10:01")
    await desk.tick()
    commits = office.writer.commits
    for second in range(2, 59):
        office.clock.to("2019-07-15", f"10:01:{second:02}")
        assert await desk.tick() == 0
    for minute in range(2, 10):
        office.clock.to("2019-07-15", f"10:{minute:02}")
        assert await desk.tick() == 0
    assert office.writer.commits == commits
