"""What was sent upward, and a body's own order, as tables for Excel. Their words are the phrases `table_package…`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.console.office_sheets import made_line
from bot.console.packages import SENT, overview, whole_package
from bot.console.recommendation import whole_order
from bot.documents.sheet_write import Column, Kind, Table, Value
from bot.staff.desk import StaffAsk
from bot.staff.standing import body_name, own_body

_NUMBER = Kind.NUMBER


def packages_table(ask: StaffAsk, shown: str = "") -> Table:
    """推荐包一览表: a body a row; those in the state `shown`, or all."""
    campaign, say = ask.clerk.campaign, ask.clerk.campaign.phrases
    states = dict(one.split("=") for one in say["table_packages_states"].split("|"))
    rows = [
        [
            place,
            row.name,
            states[row.state],
            row.package.receipt if row.package else "",
            _local(ask, row.package.at) if row.package else None,
            *([row.units, row.waiting, row.late, row.papers] if row.state == SENT else [None] * 4),
            "、".join(row.contacts),
            row.cutoff,
        ]
        for place, row in enumerate((row for row in overview(ask) if shown in ("", row.state)), start=1)
    ]
    kinds = {0: _NUMBER, 4: Kind.DATE, 5: _NUMBER, 6: _NUMBER, 7: _NUMBER, 8: _NUMBER, 10: Kind.DATE}
    widths = (6, 30, 12, 16, 18, 8, 8, 12, 10, 20, 12)
    return Table(
        say["table_packages_name"],
        say["table_packages"].format(title=campaign.title),
        _columns(say["table_packages_columns"], widths, kinds),
        rows,
        made_line(campaign, ask.now),
    )


def package_table(ask: StaffAsk, receipt: str) -> Table:
    """推荐名单: one package with every unit. `Refused` if there is none with this receipt."""
    campaign, say = ask.clerk.campaign, ask.clerk.campaign.phrases
    package, items = whole_package(ask, receipt)
    rows: list[list[Value]] = [
        [one.rank, one.number, one.unit, one.receipt, one.stage, "、".join(one.owed), one.paper]
        for one in items
    ]
    sent = f"{_local(ask, package.at):%Y-%m-%d %H:%M}"
    facts = {"body": body_name(ask, package.body), "receipt": package.receipt}
    return Table(
        f"{say['table_package_name']}{package.receipt}",
        say["table_package"].format(title=campaign.title, **facts),
        _columns(say["table_package_columns"], (10, 14, 36, 16, 14, 32, 14), {0: _NUMBER}),
        rows,
        say["table_package_sent"].format(time=sent, **facts) + made_line(campaign, ask.now),
    )


def order_table(ask: StaffAsk) -> Table:
    """推荐顺序: the order of whoever asks, as it stands now. `Refused` for somebody who speaks for no body."""
    say, name = ask.clerk.campaign.phrases, body_name(ask, own_body(ask))
    rows: list[list[Value]] = [
        [place, one.number, one.unit, one.stage, "、".join(one.owed)]
        for place, one in enumerate(whole_order(ask), start=1)
    ]
    return Table(
        say["table_order_name"],
        say["table_order"].format(title=ask.clerk.campaign.title, body=name),
        _columns(say["table_order_columns"], (10, 14, 36, 16, 36), {0: _NUMBER}),
        rows,
        say["table_made"].format(office=name, time=f"{_local(ask, ask.now):%Y-%m-%d %H:%M}"),
    )


def _columns(labels: str, widths: Sequence[float], kinds: dict[int, Kind]) -> list[Column]:
    named = zip(labels.split("|"), widths, strict=True)
    return [Column(label, width, kinds.get(place, Kind.TEXT)) for place, (label, width) in enumerate(named)]


def _local(ask: StaffAsk, at: datetime) -> datetime:
    return at.astimezone(ask.clerk.campaign.zone).replace(tzinfo=None, second=0, microsecond=0)
