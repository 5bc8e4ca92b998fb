"""Pictures taken on site: checked, kept in the file store, and shown to whoever may see their sheet."""

from __future__ import annotations

from bot.documents.signatures import HEAD_BYTES, signature
from bot.model.sheet import Photo
from bot.sheets.access import Desk, log, look_at, take
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from config.campaign import Campaign

TYPES = ("jpg", "png")
LARGEST = 10 << 20  # bytes


def photo_type(content: bytes, campaign: Campaign) -> str:
    """jpg or png, by the content; `Refused` for anything else and for what is too large.

    To be asked before the content is put into the file store; `add_photo` comes after that.
    """
    if len(content) > LARGEST:
        raise Refused(campaign.phrases["sheet_photo_large"].format(most=LARGEST >> 20))
    found = signature(content[:HEAD_BYTES])
    if found not in TYPES:
        raise Refused(campaign.phrases["sheet_photo_type"])
    return found


def check_photographer(ask: StaffAsk, sheet: int) -> None:
    """`Refused` for whoever cannot add pictures now. To be asked before a picture is put into the file store."""
    _require_open(ask, look_at(ask, sheet))


def add_photo(ask: StaffAsk, sheet: int, sha256: str, kind: str, size: int) -> None:
    """Let a stored picture belong to a sheet, so that entries may name it; nothing if it does. By the team."""
    desk = take(ask, sheet)
    _require_open(ask, desk)
    if all(photo.sha256 != sha256 for photo in ask.store.photos(sheet)):
        ask.store.add_photo(Photo(sheet, sha256, kind, size, ask.person.id, ask.now))
        log(ask, desk.sheet, "sheet_photo", sha256=sha256)


def photo(ask: StaffAsk, sheet: int, sha256: str) -> Photo:
    """A picture of a sheet that somebody may see; `Refused` for any other file."""
    desk = look_at(ask, sheet)
    found = next((one for one in ask.store.photos(desk.sheet.id) if one.sha256 == sha256), None)
    if found is None:
        raise Refused(ask.say("sheet_not_found"))
    return found


def _require_open(ask: StaffAsk, desk: Desk) -> None:
    if not desk.is_member:
        raise Refused(ask.say("sheet_members_only"))
    if desk.is_locked:
        raise Refused(ask.say("sheet_locked"))
