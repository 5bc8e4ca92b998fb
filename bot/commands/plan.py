"""`python -m bot plan`: who would be reminded of what in these days, as things stand now. Writes nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.ports import StorageUnavailable, Store
from bot.reminders.plan import plan
from bot.reminders.planned import Planned
from bot.reminders.workdays import is_in_calendar
from bot.work.dates import campaign_in_force, kept_workdays
from bot.work.reminder_world import road_to, world_of
from config.campaign import Campaign
from config.load import campaign_folder, load_campaign
from config.settings import Settings
from storage.database import open_database
from storage.schema import schema_state

BEIJING = ZoneInfo("Asia/Shanghai")


def run(arguments: Sequence[str], settings: Settings, stdout: TextIO, stderr: TextIO) -> int:
    """Print the plan; 1 if there is no database to read, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m bot plan")
    parser.add_argument("--from", dest="first", type=_day, required=True, metavar="DAY", help="2019-07-11")
    parser.add_argument("--to", dest="last", type=_day, required=True, metavar="DAY", help="included")
    parser.add_argument("--json", action="store_true", help="a JSON object per line")
    options = parser.parse_args(list(arguments))
    if options.first > options.last:
        parser.error("--from must not be after --to")
    url = settings.database_url.get_secret_value()
    campaign = load_campaign(campaign_folder(settings.campaign))
    try:
        if schema_state(url) != "current":
            print("数据库还没有建立或结构不是最新，请先运行：python -m bot migrate", file=stderr)
            return 1
        database = open_database(url, campaign.id)
        try:
            found, unknown = database.read(partial(_look, campaign, options.first, options.last))
        finally:
            database.close()
    except (StorageUnavailable, OSError) as error:
        print(f"没有完成（{type(error).__name__}），请检查 BOT_DATABASE_URL 和磁盘。", file=stderr)
        return 1
    if unknown:
        print(
            f"节假日历中没有{unknown}年的安排，按周一至周五为工作日计算；调休请在 reminders.toml 中写明。",
            file=stderr,
        )
    for item in found:
        print(_json(item) if options.json else _line(item), file=stdout, flush=True)
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day like 2019-07-11 is expected") from None


def _look(campaign: Campaign, first: date, last: date, store: Store) -> tuple[tuple[Planned, ...], str]:
    """The plan of these days, and the years that the national calendar does not tell of."""
    campaign = campaign_in_force(campaign, store)
    world = world_of(store, campaign, partial(road_to, store, True))
    start = datetime.combine(first, time(), BEIJING)
    found = plan(campaign, world, start, datetime.combine(last, time.max, BEIJING))
    found = tuple(
        item if item.name else replace(item, name=_address_of(store, item.person)) for item in found
    )
    said = {*campaign.reminders.workdays, *kept_workdays(store)}
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    years = sorted({day.year for day in days if day not in said and not is_in_calendar(day)})
    return found, "、".join(map(str, years))


def _address_of(store: Store, person: int) -> str:
    """Somebody whose name is not known is known by an address."""
    return next((address for _, address in store.addresses(person)), "")


def _at(item: Planned) -> datetime:
    return item.at.astimezone(BEIJING)


def _json(item: Planned) -> str:
    shown = {
        "at": _at(item).isoformat(),
        "key": item.key,
        "person": item.name,
        "role": item.role,
        "channel": item.channel,
        "subject": item.subject,
        "owes": list(item.owes),
        "text": item.text,
    }
    return json.dumps(shown, ensure_ascii=False)


def _line(item: Planned) -> str:
    owed, text = ",".join(item.owes), " ".join(item.text.split())
    at = f"{_at(item):%Y-%m-%d %H:%M}"
    return "  ".join((at, item.channel, item.role, item.subject, item.name, owed, text))
