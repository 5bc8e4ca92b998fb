"""A team at a unit: acts on on-site sheets over a real database, each as a page of the console makes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from bot.model.application import Application
from bot.model.message import Channel, Inbound, Kind
from bot.model.staff import Role
from bot.ports import Store
from bot.sheets.merging import Fate, Merge, Merged, apply_entries
from bot.sheets.opening import open_sheet
from bot.sheets.read_entries import read_entries
from bot.sheets.reading import sheet_view
from bot.sheets.sign_off import sign_sheet
from bot.sheets.views import EntryView, ItemView, SheetView
from bot.staff.desk import StaffAsk
from tests.fakes.recommending import OFFICE, County

T = TypeVar("T")
LEADER, MEMBER, THIRD, STRANGER, CLERK = "wang", "zhao", "zhou", "feng", "second-clerk"


@dataclass
class Site:
    """组长王五, 成员赵六 and 周七 of the team; 冯八 is an inspector elsewhere; two people of the office."""

    county: County
    stage: str = "reviewed"
    _entries: Any = field(default_factory=lambda: count(1))
    _forms: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        add = self.county.member
        self.people = self.county.people | {
            LEADER: add(LEADER, "王五", Role.INSPECTOR, ""),
            MEMBER: add(MEMBER, "赵六", Role.INSPECTOR, ""),
            THIRD: add(THIRD, "周七", Role.INSPECTOR, ""),
            STRANGER: add(STRANGER, "冯八", Role.INSPECTOR, ""),
            CLERK: add(CLERK, "吴九", Role.OFFICE, ""),
        }
        self.application: Application = self.county.apply("宝丰县公安局", stage=self.stage)
        self.sheet = self.open()

    def open(self, by: str = OFFICE, team: tuple[str, ...] = (LEADER, MEMBER), **rest: Any) -> int:
        people = [self.people[userid] for userid in team]
        return self.act(by, lambda ask: open_sheet(ask, self.application.id, people, **rest)).id

    def act(self, userid: str, use_case: Callable[[StaffAsk], T], form: str = "") -> T:
        """What an act gives; what it refuses is undone, as on a page. `form` is the key of the page's form."""
        self.county.now += timedelta(seconds=20)
        key = f"form:{form or next(self._forms)}"

        def run(store: Store) -> T:
            now = self.county.now
            inbound = Inbound(Channel.CONSOLE, userid, Kind.EVENT, "", now, key)
            person = store.visitor(Channel.WECOM, userid, "", now).person
            roles = tuple(store.memberships(person.id))
            return use_case(StaffAsk(self.county.clerk, store, inbound, person, roles, ""))

        return self.county.run(run)

    def view(self, userid: str = LEADER, sheet: int = 0) -> SheetView:
        return self.act(userid, lambda ask: sheet_view(ask, sheet or self.sheet))

    def merge(self, userid: str, *rows: dict[str, Any], sheet: int = 0) -> Merge:
        """Entries as a page sends them; all of them can be read."""
        read = read_entries({"entries": list(rows)}, self.county.campaign)
        assert read.problems == ()
        return self.act(userid, lambda ask: apply_entries(ask, sheet or self.sheet, read.entries))

    def enter(self, userid: str, kind: str, sheet: int = 0, **fields: Any) -> str:
        """The id of an entry that is accepted."""
        row = self.row(kind, **fields)
        assert self.merge(userid, row, sheet=sheet).results == (Merged(row["id"], Fate.ACCEPTED),)
        return str(row["id"])

    def refused(self, userid: str, kind: str, **fields: Any) -> str:
        """Why an entry is refused."""
        (result,) = self.merge(userid, self.row(kind, **fields)).results
        assert result.fate is Fate.REFUSED
        return result.problem

    def row(self, kind: str, **fields: Any) -> dict[str, Any]:
        if kind == "finding":
            fields = {"evidence": "案卷2019-3号"} | fields
        return {"id": str(UUID(int=next(self._entries))), "kind": kind, **fields}

    def sign(self, userid: str, reason: str = "", sheet: int = 0) -> None:
        digest = self.view(userid, sheet).digest
        self.act(userid, lambda ask: sign_sheet(ask, sheet or self.sheet, digest, reason))

    def sign_off(self, reason: str = "", sheet: int = 0) -> None:
        """By 王五 and 赵六."""
        self.sign(LEADER, reason, sheet)
        self.sign(MEMBER, sheet=sheet)

    def look_at_all(self, userid: str = LEADER) -> None:
        """Nothing found anywhere, and a test of 100 points."""
        items = [item for section in self.view(userid).sections for item in section.items if not item.bonus]
        rows = [self.row("looked", item=item.id) for item in items if not item.averaged]
        rows += [self.row("tested", item=item.id, scores=[100]) for item in items if item.averaged]
        self.merge(userid, *rows)


def item(view: SheetView, item_id: str) -> ItemView:
    return next(one for section in view.sections for one in section.items if one.id == item_id)


def entry(view: SheetView, entry_id: str) -> EntryView:
    return next(
        one
        for section in view.sections
        for item in section.items
        for one in item.entries
        if one.id == entry_id
    )
