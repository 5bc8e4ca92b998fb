"""What the use cases need to remember of on-site sheets: a part of `bot.ports.Store`.

Sheets of unannounced visits are among them. Who may know of a sheet is decided in `bot.sheets.access`; nothing
else shows what these methods return.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model.sheet import Draw, Inspector, Line, OnSiteSheet, Photo, Snapshot


@dataclass(frozen=True, slots=True)
class SheetQuery:
    """The sheets that somebody of the office or an inspector may know of (I14, I11), as `bot.sheets.access` says."""

    person: int
    is_office: bool
    bodies: tuple[str, ...]  # whom they speak for: sheets of these bodies' units are kept from them
    unit_field: str
    is_own_open: bool = False  # only those of their own teams that are to be filled or signed
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ListedSheet:
    """A sheet in a list."""

    sheet: OnSiteSheet
    signed: int  # how often it was signed off
    reopened: int
    number: str
    unit: str
    stage: str


class SheetStore(Protocol):
    """Lives for one transaction, as `bot.ports.Store` says. Moments by the campaign clock unless said."""

    def open_sheet(self, sheet: OnSiteSheet) -> tuple[OnSiteSheet, bool]:
        """Keep a sheet; (as it is kept, True), or the one there is for this application and visit and False.

        Sheets of unannounced visits are told apart by who opened them as well.
        """

    def sheet(self, sheet: int) -> OnSiteSheet | None:
        """The sheet with this id."""

    def lock_sheet(self, sheet: int) -> OnSiteSheet | None:
        """The same, to be changed: no other transaction changes it before this one ends."""

    def sheets(self, application: str | None = None) -> Sequence[OnSiteSheet]:
        """The sheets of an application or all, oldest first."""

    def find_sheets(self, wanted: SheetQuery) -> tuple[Sequence[ListedSheet], int]:
        """The page of sheets that somebody may know of, the newest first; how many there are on all pages.

        0 beyond the last page, too.
        """

    def visits_without_sheet(self, stages: Collection[str], limit: int) -> tuple[Sequence[int], int]:
        """The first visits, by day and number, that are on, of units in these stages, and have no sheet; how many."""

    def covert_sheets_of(self, person: int) -> Sequence[int]:
        """The sheets of unannounced visits that this person has opened."""

    def set_team(self, sheet: int, team: Sequence[Inspector]) -> None:
        """Replace a team: the leader first."""

    def add_line(self, sheet: int, line: Line) -> bool:
        """Append a line; False if the sheet has one with this id, which stays as it is."""

    def sheet_lines(self, sheet: int) -> Sequence[Line]:
        """The lines of a sheet in the order in which they came."""

    def sheet_turns(self, application: str) -> Mapping[int, Sequence[Line]]:
        """By sheet of an application the lines that recuse somebody, sign it off or open it again, in their order."""

    def add_snapshot(self, snapshot: Snapshot) -> None:
        """Keep what was signed off."""

    def snapshots(self, sheet: int | None = None) -> Sequence[Snapshot]:
        """What was signed off of a sheet or of all of them, by sheet, oldest first."""

    def add_photo(self, photo: Photo) -> None:
        """Keep that a picture belongs to a sheet; nothing if it does already."""

    def photos(self, sheet: int) -> Sequence[Photo]:
        """The pictures of a sheet, oldest first."""

    def add_draw(self, draw: Draw) -> Draw:
        """Keep a draw with its names; returned with its id, and sealed."""

    def open_draw(self, draw: int, person: int, now: datetime) -> None:
        """Open a draw; nothing if it is open."""

    def draws(self, sheet: int) -> Sequence[Draw]:
        """The draws of a sheet, oldest first; those that are not open without names."""
