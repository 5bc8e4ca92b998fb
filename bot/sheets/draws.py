"""Preparing a draw and opening it on site (product page D7)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.sheet import Draw
from bot.sheets.access import log, require_stage, take
from bot.sheets.drawing import draw, name_list, repeated
from bot.sheets.reading import draw_view
from bot.sheets.tally import base_items
from bot.sheets.views import DrawView
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused

MOST_NAMES = 5000
LONGEST_NAME = 60  # characters


def prepare_draw(
    ask: StaffAsk, sheet: int, item: str, lines: Sequence[str], percent: float, reason: str = ""
) -> DrawView:
    """Draw from a list of names, a line each; list and result stay sealed until the draw is opened.

    By the team, for an item of the standard; a further draw for the same item needs a reason. `percent` is what
    the office has set.
    """
    desk = take(ask, sheet)
    _require_member(ask, desk.is_member, desk.is_locked)
    require_stage(ask, desk.application)
    if item not in {one.id for one in base_items(ask.clerk.campaign.standard)}:
        raise Refused(ask.say("sheet_bad_item"))
    if not 0 < percent <= 100:
        raise Refused(ask.say("sheet_bad_percent"))
    names = name_list(lines)
    if not names or len(names) > MOST_NAMES or any(len(name) > LONGEST_NAME for name in names):
        raise Refused(ask.say("sheet_bad_names", most=MOST_NAMES, longest=LONGEST_NAME))
    if doubles := repeated(names):
        raise Refused(ask.say("sheet_double_names", names="、".join(doubles[:10])))
    why = reason.strip()
    before = ask.store.draws(sheet)
    if not why and any(one.item == item for one in before):
        raise Refused(ask.say("sheet_draw_again"))
    seed = ask.clerk.new_id()
    drawn = draw(names, percent, seed)
    kept = ask.store.add_draw(
        Draw(
            id=0,
            sheet=sheet,
            item=item,
            list_sha256=drawn.list_sha256,
            size=len(drawn.names),
            count=len(drawn.chosen),
            percent=percent,
            seed=seed,
            by=ask.person.id,
            at=ask.now,
            reason=why,
            names=drawn.names,
            chosen=drawn.chosen,
        )
    )
    number = len(before) + 1
    log(ask, desk.sheet, "sheet_draw", draw=str(number), list=drawn.list_sha256, seed=seed, item=item)
    return draw_view(ask, kept, number)


def open_draw(ask: StaffAsk, sheet: int, number: int) -> DrawView:
    """Open the sheet's draw of this number on site: its names are shown from now on, and when that was is on record."""
    desk = take(ask, sheet)
    _require_member(ask, desk.is_member, desk.is_locked)
    draws = ask.store.draws(sheet)
    if not 1 <= number <= len(draws):
        raise Refused(ask.say("sheet_no_such_draw"))
    sealed = draws[number - 1]
    if sealed.opened_at is None:
        ask.store.open_draw(sealed.id, ask.person.id, ask.now)
        log(ask, desk.sheet, "sheet_draw_open", draw=str(number))
    return draw_view(ask, ask.store.draws(sheet)[number - 1], number)


def _require_member(ask: StaffAsk, is_member: bool, is_locked: bool) -> None:
    if not is_member:
        raise Refused(ask.say("sheet_members_only"))
    if is_locked:
        raise Refused(ask.say("sheet_locked"))
