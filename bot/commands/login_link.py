"""`python -m bot login-link`: a one-time link to the console for somebody with a role."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TextIO

from bot.clock import CampaignClock, open_clock
from bot.dialogue.script import simplify
from bot.model.application import AuditEntry
from bot.model.console import LINK_LIFE
from bot.model.staff import Membership
from bot.ports import StorageUnavailable, Store
from bot.staff.people import post_label
from bot.work.console_login import make_link
from config.campaign import Campaign
from config.load import campaign_folder, load_campaign
from config.settings import Settings
from storage.database import open_database
from storage.schema import schema_state
from storage.writer import ThreadWriter

_BY = "command"  # the channel in the audit log: whoever may run commands on the server


class LinkRefused(Exception):
    """No link was made; the message says why and what to do."""


def run(arguments: Sequence[str], settings: Settings, stdout: TextIO, stderr: TextIO) -> int:
    """Print the link; 1 if nobody or more than one person is meant."""
    parser = argparse.ArgumentParser(prog="python -m bot login-link")
    parser.add_argument("name", help="a person's name, WeCom userid or mail address")
    name: str = parser.parse_args(list(arguments)).name
    url = settings.database_url.get_secret_value()
    try:
        if schema_state(url) != "current":
            print("数据库还没有建立或结构不是最新，请先运行：python -m bot migrate", file=stderr)
            return 1
        path = _link(settings, load_campaign(campaign_folder(settings.campaign)), name)
    except LinkRefused as refused:
        print(refused, file=stderr)
        return 1
    except (StorageUnavailable, OSError) as error:
        print(f"没有完成（{type(error).__name__}），请检查 BOT_DATABASE_URL 和磁盘。", file=stderr)
        return 1
    print(f"{LINK_LIFE.seconds // 60}分钟内有效，只能用一次；此人以前的链接已失效。", file=stderr)
    print(f"{settings.public_url}{path}", file=stdout)
    return 0


def _link(settings: Settings, campaign: Campaign, name: str) -> str:
    """The path of the link."""
    database = open_database(settings.database_url.get_secret_value(), campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    try:
        offset = writer.run_blocking(lambda store: open_clock(store, settings.clock))
        now = CampaignClock(offset).now()
        return writer.run_blocking(lambda store: _make(store, campaign, name, now))
    finally:
        writer.stop()
        database.close()


def _make(store: Store, campaign: Campaign, name: str, now: datetime) -> str:
    found = _meant(store, name)
    people = {one.person for one in found}
    if not people:
        raise LinkRefused(f"“{name}”没有登记身份。请先运行：python -m bot person add {name} --role …")
    if len(people) > 1:
        lines = "\n".join(_line(store, campaign, one) for one in found)
        raise LinkRefused(f"有{len(people)}位人员符合“{name}”，请改用企业微信账号或邮箱：\n{lines}")
    [person] = people
    path = make_link(store, person, datetime.now(UTC))
    assert path is not None  # whoever is a member has a role
    store.audit([AuditEntry("console_link", None, None, _BY, {"for": str(person)})], now)
    return path


def _meant(store: Store, name: str) -> list[Membership]:
    """The roles of whoever has this name or this address."""
    members = store.members()
    wanted = _plain(name)
    named = [one for one in members if wanted and _plain(one.name) == wanted]
    staff = store.staff_addresses().items()
    people = {person for (_, address), person in staff if address.lower() == name.strip().lower()}
    return named or [one for one in members if one.person in people]


def _plain(name: str) -> str:
    return "".join(simplify(name).split())


def _line(store: Store, campaign: Campaign, one: Membership) -> str:
    label = post_label(campaign, one.role, one.body, one.deputy)
    addresses = "、".join(address for _, address in store.addresses(one.person)) or "没有地址"
    return f"  {one.name}：{label}（{addresses}）"
