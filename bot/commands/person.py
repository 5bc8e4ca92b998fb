"""`python -m bot person add`: the first people of the office, the bodies and the inspection."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TextIO

from bot.clock import CampaignClock, open_clock
from bot.model.application import AuditEntry
from bot.model.message import Channel
from bot.model.staff import Invitation, Role
from bot.ports import StorageUnavailable, Store
from bot.staff.people import VALID_DAYS, make_invitation, post_label
from bot.staff.people_words import Post, code_hash
from config.campaign import Campaign
from config.load import campaign_folder, load_campaign
from config.settings import Settings
from storage.database import open_database
from storage.schema import schema_state
from storage.writer import ThreadWriter

_BY = "command"  # the channel in the audit log: whoever may run commands on the server


class PersonRefused(Exception):
    """Nothing was kept; the message says why and what to do."""


def run(arguments: Sequence[str], settings: Settings, stdout: TextIO, stderr: TextIO) -> int:
    """Give somebody a role and print one line; 1 if it was refused, 2 for wrong usage."""
    parser = _parser()
    options = parser.parse_args(list(arguments))
    if (options.role == Role.BODY) != bool(options.body):
        parser.error("--role body 须用 --body 写明推荐单位，其他身份不写 --body")
    if options.deputy and options.role != Role.BODY:
        parser.error("--deputy 只用于 --role body")
    url = settings.database_url.get_secret_value()
    try:
        if schema_state(url) != "current":
            print("数据库还没有建立或结构不是最新，请先运行：python -m bot migrate", file=stderr)
            return 1
        campaign = load_campaign(campaign_folder(settings.campaign))
        print(_add(settings, campaign, options), file=stdout)
    except PersonRefused as refused:
        print(refused, file=stderr)
        return 1
    except (StorageUnavailable, OSError) as error:
        print(f"没有完成（{type(error).__name__}），请检查 BOT_DATABASE_URL 和磁盘。", file=stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot person")
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser(
        "add", help="give somebody a role; without an address, print an invitation code"
    )
    add.add_argument("name")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--body", default="", metavar="ID", help="id of the recommending body, for role body")
    add.add_argument("--deputy", action="store_true", help="not the contact but a deputy of the body")
    add.add_argument("--userid", default="", metavar="U", help="WeCom userid")
    add.add_argument("--mail", default="", metavar="A", help="mail address")
    return parser


def _add(settings: Settings, campaign: Campaign, options: argparse.Namespace) -> str:
    known = [body.id for body in campaign.bodies]
    if options.body and options.body not in known:
        raise PersonRefused(f"没有编号为“{options.body}”的推荐单位。可用的编号：{'、'.join(known)}")
    name = " ".join(options.name.split())
    if not name:
        raise PersonRefused("姓名不能为空。")
    post = Post(Role(options.role), options.body, options.deputy)
    addresses = [(Channel.WECOM, options.userid.strip()), (Channel.MAIL, options.mail.strip().lower())]
    given = [(channel, address) for channel, address in addresses if address]
    if options.mail and "@" not in options.mail:
        raise PersonRefused(f"“{options.mail}”不是邮箱地址。")
    database = open_database(settings.database_url.get_secret_value(), campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    try:
        offset = writer.run_blocking(lambda store: open_clock(store, settings.clock))
        now = CampaignClock(offset).now()
        if given:
            _give_by_either(writer, name, post, given, now)
            return _given_line(campaign, name, post, given)
        code, invitation = make_invitation(secrets.token_hex(8), name, post, datetime.now(UTC))
        writer.run_blocking(lambda store: _await(store, name, post, code_hash(code), invitation, now))
        label = post_label(campaign, post.role, post.body, post.deputy)
        return (
            f"邀请码 {code}：{name}（{label}），{VALID_DAYS}天内在企业微信中向本应用发送“邀请码 {code}”即可。\n"
            f"没有企业微信的，可运行 python -m bot login-link {name} 取得工作台登录链接。"
        )
    finally:
        writer.stop()
        database.close()


def _await(store: Store, name: str, post: Post, digest: str, invitation: Invitation, now: datetime) -> None:
    """Somebody known by name only has the role at once, for the console; the invitation binds their account."""
    if not any(one.name == name and one.deputy == post.deputy for one in store.members(post.role, post.body)):
        person = store.new_person(name, now)
        store.add_member(person, post.role, post.body, post.deputy, now)
        details = {"role": post.role.value, "body": post.body, "for": str(person)}
        store.audit([AuditEntry("member_added", None, None, _BY, details)], now)
    store.invite(digest, invitation)


def _give_by_either(
    writer: ThreadWriter, name: str, post: Post, given: Sequence[tuple[Channel, str]], now: datetime
) -> None:
    """Start from either address: the one that is known already may be the second."""
    try:
        writer.run_blocking(lambda store: _give(store, name, post, given, now))
    except PersonRefused:
        writer.run_blocking(lambda store: _give(store, name, post, given[::-1], now))


def _give(store: Store, name: str, post: Post, given: Sequence[tuple[Channel, str]], now: datetime) -> None:
    """Make or find the person by an address, bind the other one, give the role."""
    staff = store.staff_addresses()
    (channel, address), *others = given
    found = store.visitor(channel, address, "", now).person
    if found.id in staff.values() and found.name not in ("", name):
        raise PersonRefused(f"{address} 已登记给{found.name}，不是{name}，请核对后重试。")
    person = store.visitor(channel, address, name, now).person.id
    for other_channel, other in others:
        holder = staff.get((other_channel.value, other), person)
        is_bound = (other_channel, other) in store.addresses(person)
        if holder != person or not (is_bound or store.bind(person, other_channel, other)):
            raise PersonRefused(f"{other} 已是另一位人员的地址，请核对后重试。")
    for held in store.memberships(person):
        if (held.role, held.body) == (post.role, post.body) and held.deputy != post.deputy:
            store.end_member(held.id, now)
    store.add_member(person, post.role, post.body, post.deputy, now)
    details = {"role": post.role.value, "body": post.body, "for": str(person)}
    store.audit([AuditEntry("member_added", None, None, _BY, details)], now)


def _given_line(campaign: Campaign, name: str, post: Post, given: Sequence[tuple[Channel, str]]) -> str:
    named = {Channel.WECOM: "企业微信", Channel.MAIL: "邮箱"}
    where = "，".join(f"{named[channel]} {address}" for channel, address in given)
    return f"{name}：{post_label(campaign, post.role, post.body, post.deputy)}（{where}）"
