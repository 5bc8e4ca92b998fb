"""Two inspectors with a sheet, in front of the console."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

from bot.model.application import Application
from bot.model.message import Channel, Inbound, Kind
from bot.ports import Store
from bot.sheets.merging import Fate, apply_entries
from bot.sheets.opening import open_sheet
from bot.sheets.read_entries import read_entries
from bot.sheets.reading import sheet_view
from bot.sheets.views import SheetView
from bot.staff.desk import StaffAsk
from tests.fakes.console import INSPECTOR, INSPECTOR_TWO, Console
from tests.fakes.recommending import OFFICE

T = TypeVar("T")
FINDING: dict[str, Any] = {"item": "a2.1.4", "rule": "guidance_short", "evidence": "案卷2019-3号"}


@dataclass
class Team:
    """郑七 leads, 冯八 is the member; the sheet of 宝丰县公安局 is open, opened by 李四 of the office."""

    console: Console
    covert: bool = False
    unit: str = "宝丰县公安局"
    application: Application = field(init=False)
    sheet: int = field(init=False)

    def __post_init__(self) -> None:
        self.application = self.console.apply(self.unit, stage="reviewed")
        people = [self.console.people[INSPECTOR], self.console.people[INSPECTOR_TWO]]
        opened = self.act(
            OFFICE, lambda ask: open_sheet(ask, self.application.id, people, covert=self.covert)
        )
        self.sheet = opened.id

    @property
    def home(self) -> str:
        return f"/console/sheets/{self.sheet}"

    def act(self, userid: str, use_case: Callable[[StaffAsk], T]) -> T:
        """An act or view as somebody."""
        console = self.console

        def run(store: Store) -> T:
            inbound = Inbound(Channel.CONSOLE, userid, Kind.EVENT, "", console.now, uuid4().hex)
            person = store.visitor(Channel.WECOM, userid, "", console.now).person
            roles = tuple(store.memberships(person.id))
            return use_case(StaffAsk(console.clerk, store, inbound, person, roles, ""))

        return console.run(run)

    def view(self, userid: str = INSPECTOR) -> SheetView:
        return self.act(userid, lambda ask: sheet_view(ask, self.sheet))

    def row(self, kind: str, **fields: Any) -> dict[str, Any]:
        """An entry as the page's script sends it."""
        if kind == "finding":
            fields = FINDING | fields
        return {"id": str(uuid4()), "kind": kind, **fields}

    def enter(self, userid: str, kind: str, **fields: Any) -> str:
        """The id of an entry that is accepted."""
        row = self.row(kind, **fields)
        read = read_entries({"entries": [row]}, self.console.campaign)
        merge = self.act(userid, lambda ask: apply_entries(ask, self.sheet, read.entries))
        assert [one.fate for one in merge.results] == [Fate.ACCEPTED]
        return str(row["id"])

    def evidence(self) -> list[str]:
        """What the entries on the sheet rest on, in their order."""
        sections = self.view().sections
        return [one.evidence for each in sections for item in each.items for one in item.entries]
