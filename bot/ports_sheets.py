"""What the use cases need to remember of on-site sheets: a part of `bot.ports.Store`.

Sheets of unannounced visits are among them. Who may know of a sheet is decided in `bot.sheets.access`; nothing
else shows what these methods return.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.model.application import Application
from bot.model.sheet import Draw, Inspector, Line, OnSiteSheet, Photo, Snapshot


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

    def applications_with_sheets(self) -> Sequence[Application]:
        """The applications that have a sheet."""

    def set_team(self, sheet: int, team: Sequence[Inspector]) -> None:
        """Replace a team: the leader first."""

    def add_line(self, sheet: int, line: Line) -> bool:
        """Append a line; False if the sheet has one with this id, which stays as it is."""

    def sheet_lines(self, sheet: int) -> Sequence[Line]:
        """The lines of a sheet in the order in which they came."""

    def sheet_turns(self) -> Mapping[int, Sequence[Line]]:
        """Of every sheet the lines that recuse somebody, sign it off or open it again, in their order."""

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
