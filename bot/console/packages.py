"""What the bodies sent upward, and what is still to come, as the office sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.console.recommendation import sent_times
from bot.model.application import Application
from bot.model.staff import Membership, Package, Role
from bot.review.debts import debt_labels, owes
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import cutoff_of, unit_of
from bot.staff.ordering import correction_key
from bot.staff.package_intake import applications_of
from bot.staff.packages import package_items
from bot.staff.routes import is_live
from bot.staff.standing import LATE, RECOMMENDED, body_name

SENT, ZERO, SILENT = "sent", "zero", "silent"


@dataclass(frozen=True, slots=True)
class BodyRow:
    """One body: whether it has sent, and how much of it is still to be received."""

    id: str
    name: str
    state: str  # SENT, ZERO, SILENT
    package: Package | None  # the newest
    units: int
    waiting: int  # sent and not yet received
    papers: int
    contacts: tuple[str, ...]
    deputies: tuple[str, ...]
    cutoff: date
    asks: bool  # whether a changed order waits for the office


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One unit of a package: as it was sent, and as it stands."""

    rank: int
    number: str
    unit: str  # as sent
    unit_now: str
    receipt: str  # as sent
    receipt_now: str
    stage: str  # label now
    owed: tuple[str, ...]
    paper: str  # day it came in; ""
    is_waiting: bool
    is_late: bool
    is_live: bool


@dataclass(frozen=True, slots=True)
class PackageView:
    """One package."""

    package: Package
    body: str
    by: str  # who sent it
    items: tuple[ItemRow, ...]
    times: Mapping[str, datetime]
    corrects: str  # receipt of the package this one corrects
    earlier: tuple[Package, ...]  # the body's others, newest first
    wished: tuple[str, ...]  # units of a changed order that waits for the office, first to last
    has_gap: bool  # a unit of it has withdrawn and its place is still kept
    is_newest: bool


def overview(ask: StaffAsk) -> tuple[BodyRow, ...]:
    """Every body of the campaign, those that have sent first."""
    newest = {package.body: package for package in ask.store.packages()}
    members: dict[str, list[Membership]] = {}
    for member in ask.store.members(Role.BODY):
        members.setdefault(member.body, []).append(member)
    known = {one.id: one for one in ask.store.applications()} if newest else {}
    wished = ask.store.settings(correction_key(ask, ""))
    rows = [
        _body_row(ask, body.id, newest.get(body.id), members.get(body.id, []), known, wished)
        for body in ask.clerk.campaign.bodies
    ]
    place = {SENT: 0, ZERO: 1, SILENT: 2}
    return tuple(sorted(rows, key=lambda row: place[row.state]))


def one_package(ask: StaffAsk, receipt: str) -> PackageView:
    """The package with this receipt. `Refused` if there is none."""
    all_packages = ask.store.packages()
    found = next((package for package in all_packages if package.receipt == receipt), None)
    if found is None:
        raise Refused(ask.say("recommend_no_package", body=receipt[:30]))
    now = {known.id: known for known in applications_of(ask, found)}
    names = {member.person: member.name for member in ask.store.members()}
    others = [package for package in all_packages if package.body == found.body and package.id != found.id]
    kept = ask.store.setting(correction_key(ask, found.body))
    items = tuple(_item_row(ask, item, now.get(str(item["application"]))) for item in package_items(found))
    is_newest = all(package.id < found.id for package in others)
    return PackageView(
        package=found,
        body=body_name(ask, found.body),
        by=names.get(found.by, ""),
        items=items,
        times=sent_times(found),
        corrects=str(found.content.get("corrects") or ""),
        earlier=tuple(reversed(others)),
        wished=_units(ask, json.loads(kept)["order"]) if kept and is_newest else (),
        has_gap=is_newest and any(not item.is_live for item in items),
        is_newest=is_newest,
    )


def _body_row(
    ask: StaffAsk,
    body: str,
    package: Package | None,
    members: Sequence[Membership],
    known: Mapping[str, Application],
    wished: Mapping[str, str],
) -> BodyRow:
    ids = [str(item["application"]) for item in package_items(package)] if package else []
    sent = [known[each] for each in ids if each in known]
    return BodyRow(
        id=body,
        name=body_name(ask, body),
        state=SILENT if package is None else ZERO if package.zero else SENT,
        package=package,
        units=len(ids),
        waiting=sum(each.stage in (RECOMMENDED, LATE) for each in sent),
        papers=sum(bool(each.dossier.get("paper")) for each in sent),
        contacts=tuple(member.name for member in members if not member.deputy),
        deputies=tuple(member.name for member in members if member.deputy),
        cutoff=cutoff_of(ask, body),
        asks=bool(wished.get(correction_key(ask, body))),
    )


def _item_row(ask: StaffAsk, item: Mapping[str, object], now: Application | None) -> ItemRow:
    campaign = ask.clerk.campaign
    values = item.get("values")
    kept = values if isinstance(values, dict) else {}
    return ItemRow(
        rank=int(str(item["rank"])),
        number=str(item["number"]),
        unit=str(kept.get(campaign.form.unit_field, "")),
        unit_now=unit_of(campaign, now) if now else "",
        receipt=str(item.get("receipt", "")),
        receipt_now=now.receipt if now else "",
        stage=campaign.stage(now.stage).label if now else "",
        owed=debt_labels(campaign, owes(campaign, now)) if now else (),
        paper=now.dossier.get("paper", "") if now else "",
        is_waiting=now is not None and now.stage in (RECOMMENDED, LATE),
        is_late=now is not None and now.stage == LATE,
        is_live=now is None or is_live(campaign, now),
    )


def _units(ask: StaffAsk, ids: Sequence[str]) -> tuple[str, ...]:
    known = [found for each in ids if (found := ask.store.application(each)) is not None]
    return tuple(unit_of(ask.clerk.campaign, each) for each in known)
