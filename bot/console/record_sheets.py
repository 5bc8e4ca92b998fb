"""The list of people and the log as tables for Excel. Pure. Their words are the campaign's phrases `table_…`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.console.audit_words import action_words, detail_words
from bot.console.office_sheets import made_line
from bot.console.people import ListedMember
from bot.documents.sheet_write import Column, Kind, Table, Value
from bot.model.edits import ContactCard
from bot.model.message import Channel
from bot.model.staff import Role
from bot.ports_console import ListedAudit
from bot.staff.people import post_label
from bot.work.edit_history import Change
from config.campaign import Campaign


def people_table(
    campaign: Campaign, rows: Sequence[ListedMember], cards: Mapping[int, ContactCard], made: datetime
) -> Table:
    """人员名单: a role a row."""
    say, names = campaign.phrases, {body.id: body.name for body in campaign.bodies}

    def row(position: int, one: ListedMember) -> list[Value]:
        card = cards.get(one.person)
        return [
            position,
            one.name,
            post_label(campaign, Role(one.role), one.body, one.deputy),
            names.get(one.body, ""),
            card.telephone if card else "",
            _addresses(one, Channel.MAIL),
            _addresses(one, Channel.WECOM),
            say["table_people_reached"] if one.is_reachable else say["table_people_unreached"],
            card.note if card else "",
        ]

    labels = say["table_people_columns"].split("|")
    widths = (6, 12, 34, 28, 18, 28, 20, 12, 24)
    return Table(
        say["table_people_name"],
        say["table_people"].format(title=campaign.title),
        [
            Column(label, width, Kind.TEXT if place else Kind.NUMBER)
            for place, (label, width) in enumerate(zip(labels, widths, strict=True))
        ],
        [row(position, one) for position, one in enumerate(rows, start=1)],
        made_line(campaign, made),
    )


def people_form(campaign: Campaign) -> Table:
    """人员登记表: the headings that a list of people is read by, and nothing below them."""
    say = campaign.phrases
    return Table(
        say["table_people_name"],
        say["table_people_form"].format(title=campaign.title),
        [Column(label, 20) for label in say["table_people_form_columns"].split("|")],
        [],
        say["table_people_form_note"],
    )


def log_table(campaign: Campaign, rows: Sequence[ListedAudit], made: datetime) -> Table:
    """操作记录: a line a row."""
    say = campaign.phrases
    labels, widths = say["table_log_columns"].split("|"), (18, 12, 24, 12, 10, 60)
    return Table(
        say["table_log_name"],
        say["table_log"].format(title=campaign.title),
        [
            Column(label, width, Kind.DATE if place == 0 else Kind.TEXT)
            for place, (label, width) in enumerate(zip(labels, widths, strict=True))
        ],
        [
            [
                line.at.astimezone(campaign.zone).replace(tzinfo=None, microsecond=0),
                line.name,
                action_words(campaign, line.action),
                line.number,
                channel_words(line.channel),
                detail_words(campaign, line.details),
            ]
            for line in rows
        ],
        made_line(campaign, made),
    )


def edits_table(campaign: Campaign, rows: Sequence[Change], made: datetime) -> Table:
    """修改记录: what the office changed of the campaign, a change a row."""
    say = campaign.phrases
    labels, widths = say["table_edits_columns"].split("|"), (18, 12, 24, 40, 40, 30)
    return Table(
        say["table_edits_name"],
        say["table_edits"].format(title=campaign.title),
        [
            Column(label, width, Kind.DATE if place == 0 else Kind.TEXT)
            for place, (label, width) in enumerate(zip(labels, widths, strict=True))
        ],
        [
            [
                one.at.astimezone(campaign.zone).replace(tzinfo=None, microsecond=0),
                one.by,
                one.label,
                one.before,
                say["table_edits_undone"] if one.undone else one.after,
                one.reason,
            ]
            for one in rows
        ],
        made_line(campaign, made),
    )


def channel_words(channel: str) -> str:
    """By what road an act came."""
    return _CHANNELS.get(channel, channel)


_CHANNELS = {
    "wecom": "企业微信",
    "mail": "邮件",
    "console": "工作台",
    "command": "系统管理员",
    "page": "填报页面",
    "system": "系统",
    "": "系统",
}


def _addresses(one: ListedMember, channel: Channel) -> str:
    return "、".join(each.address for each in one.addresses if each.channel == channel.value)
