"""What the bodies sent upward, and what is still to come, as the office sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.console.query import PAGE
from bot.console.recommendation import sent_times
from bot.model.application import Application
from bot.model.staff import Membership, Package, Role, SentCount
from bot.review.debts import debt_labels, owes
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import cutoffs_of, unit_of
from bot.staff.ordering import correction_key, gap_key
from bot.staff.packages import package_items
from bot.staff.routes import left_place
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
    late: int  # of those that wait
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
    has_gap: bool  # a unit of it has withdrawn, and it is not decided whether the later ones move up
    kept_places: int  # of those withdrawn, by decision
    is_newest: bool
    units: int  # of the whole package; so the following
    waiting: int
    late: int  # of those that wait
    papers: int
    page: int
    pages: int


def overview(ask: StaffAsk) -> tuple[BodyRow, ...]:
    """Every body of the campaign, those that have sent first."""
    newest = {package.body: package for package in ask.store.package_heads()}
    counts: dict[int, list[SentCount]] = {}
    for count in ask.store.sent_counts([package.id for package in newest.values()]):
        counts.setdefault(count.package, []).append(count)
    members: dict[str, list[Membership]] = {}
    for member in ask.store.members(Role.BODY):
        members.setdefault(member.body, []).append(member)
    wished = ask.store.settings(correction_key(ask, ""))
    cutoffs = cutoffs_of(ask)
    rows = []
    for body in ask.clerk.campaign.bodies:
        package, people = newest.get(body.id), members.get(body.id, ())
        found = counts.get(package.id, []) if package else []
        row = BodyRow(
            id=body.id,
            name=body.name,
            state=SILENT if package is None else ZERO if package.zero else SENT,
            package=package,
            units=sum(one.count for one in found),
            waiting=sum(one.count for one in found if one.stage in (RECOMMENDED, LATE)),
            late=sum(one.count for one in found if one.stage == LATE),
            papers=sum(one.count for one in found if one.has_paper),
            contacts=tuple(member.name for member in people if not member.deputy),
            deputies=tuple(member.name for member in people if member.deputy),
            cutoff=cutoffs[body.id],
            asks=bool(wished.get(correction_key(ask, body.id))),
        )
        rows.append(row)
    place = {SENT: 0, ZERO: 1, SILENT: 2}
    return tuple(sorted(rows, key=lambda row: place[row.state]))


def one_package(ask: StaffAsk, receipt: str, page: int = 1) -> PackageView:
    """The package with this receipt, a page of its units. `Refused` if there is none."""
    found = _found(ask, receipt)
    items = package_items(found)
    pages = max(-(-len(items) // PAGE), 1)
    page = min(page, pages)
    shown = items[(page - 1) * PAGE : page * PAGE]
    now = {one.id: one for one in ask.store.applications_by_id(_ids(shown))}
    names = {member.person: member.name for member in ask.store.members()}
    others = [package for package in ask.store.package_heads(found.body) if package.id != found.id]
    settings = ask.store.settings(correction_key(ask, found.body))
    kept = settings.get(correction_key(ask, found.body))
    decided = {*json.loads(settings.get(gap_key(ask, found.body), "[]"))} & {*_ids(items)}
    is_newest = all(package.id < found.id for package in others)
    counts = ask.store.sent_counts([found.id])
    empty = sum(one.count for one in counts if one.stage and left_place(ask.clerk.campaign, one.stage))
    return PackageView(
        package=found,
        body=body_name(ask, found.body),
        by=names.get(found.by, ""),
        items=tuple(_item_row(ask, item, now.get(str(item["application"]))) for item in shown),
        times=sent_times(found),
        corrects=str(found.content.get("corrects") or ""),
        earlier=tuple(reversed(others)),
        wished=_units(ask, json.loads(kept)["order"]) if kept and is_newest else (),
        has_gap=is_newest and empty > len(decided),
        kept_places=min(empty, len(decided)) if is_newest else 0,
        is_newest=is_newest,
        units=len(items),
        waiting=sum(one.count for one in counts if one.stage in (RECOMMENDED, LATE)),
        late=sum(one.count for one in counts if one.stage == LATE),
        papers=sum(one.count for one in counts if one.has_paper),
        page=page,
        pages=pages,
    )


def whole_package(ask: StaffAsk, receipt: str) -> tuple[Package, tuple[ItemRow, ...]]:
    """The package with this receipt, and all of its units. `Refused` if there is none."""
    found = _found(ask, receipt)
    items = package_items(found)
    now = {one.id: one for one in ask.store.applications_by_id(_ids(items))}
    return found, tuple(_item_row(ask, item, now.get(str(item["application"]))) for item in items)


def _found(ask: StaffAsk, receipt: str) -> Package:
    found = ask.store.package(receipt)
    if found is None:
        raise Refused(ask.say("recommend_no_package", body=receipt[:30]))
    return found


def _ids(items: Sequence[Mapping[str, object]]) -> list[str]:
    return [str(item["application"]) for item in items]


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
        is_live=now is None or not left_place(campaign, now.stage),
    )


def _units(ask: StaffAsk, ids: Sequence[str]) -> tuple[str, ...]:
    known = {one.id: unit_of(ask.clerk.campaign, one) for one in ask.store.applications_by_id(ids)}
    return tuple(known[each] for each in ids if each in known)
