"""A row in each table of on-site sheets."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.model.sheet import Draw, Found, Inspector, Line, OnSiteSheet, Photo, Snapshot
from bot.ports import Store

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)


def fill_sheets(store: Store, application: str, person: int, unit: str, sha256: str) -> None:
    """The sheet of one visit, led by the person: an entry with a picture, what was signed, and a draw.

    All texts hold the unit's name; `sha256` is the picture's.
    """
    team = (Inspector(person, f"{unit}组长"), Inspector(person, f"{unit}成员"))
    sheet, _ = store.open_sheet(OnSiteSheet(0, application, 1, False, team, person, NOW))
    found = Found("s3", "leak", 1, True, f"{unit}照片", (sha256,))
    store.add_line(sheet.id, Line("1", person, f"{unit}组长", NOW, found))
    store.add_photo(Photo(sheet.id, sha256, "jpg", 4, person, NOW))
    store.add_snapshot(Snapshot(sheet.id, 1, "e" * 64, f'{{"unit": "{unit}"}}', person, person, NOW))
    names = (f"{unit}甲", f"{unit}乙")
    store.add_draw(
        Draw(0, sheet.id, "s2", "e" * 64, 2, 1, 20, "seed", person, NOW, names=names, chosen=names[:1])
    )
