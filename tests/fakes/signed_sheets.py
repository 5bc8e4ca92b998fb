"""On-site sheets as they stand after the two signatures, without the walk that leads there."""

from __future__ import annotations

import json

from bot.model.sheet import Inspector, Line, MemberSigned, OnSiteSheet, Snapshot
from bot.ports import Store
from tests.fakes.filled_sheets import NOW


def signed_sheet(
    store: Store, application: str, by: int, total: tuple[float, float], veto: bool = False
) -> int:
    """The sheet of an announced visit, signed off with this range of points; its id."""
    team = (Inspector(by, "郑七"),)
    sheet, _ = store.open_sheet(OnSiteSheet(0, application, 1, False, team, by, NOW))
    content = json.dumps({"total": {"min": total[0], "max": total[1]}, "veto": veto})
    store.add_snapshot(Snapshot(sheet.id, 1, "e" * 64, content, by, by, NOW))
    store.add_line(sheet.id, Line("signed", by, "郑七", NOW, MemberSigned("e" * 64, 1)))
    return sheet.id
