"""Next year's campaign out of this one: a new folder with everything the office edited, its own dates and name.

The notice's own words are another matter: they come with the new notice. What still speaks of the old year is
listed, so that somebody goes through it before the folder is used.
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.campaign_edits.paths import row_name
from bot.campaign_edits.toml_text import toml_text
from bot.model.application import AuditEntry
from bot.model.edits import Edit
from bot.reminders.dates import deadline_words
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.people import office_only
from bot.work.edited import edited_by, original_files
from config.campaign import Campaign
from config.load import CampaignError, check_campaign
from config.reading import RawFiles, Values

_ID = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")
_CAMPAIGN = "campaign.toml"
_REMINDERS = "reminders.toml"
_SHOWN, _BEFORE = 60, 15  # characters shown of a text that is to be gone through, and of them before the year


@dataclass(frozen=True, slots=True)
class CloneOrder:
    """What is new in the new campaign. `deadline_words` "": as the campaign's phrases word a date."""

    id: str  # the new folder's name: pingdingshan-2020
    title: str
    document_number: str
    opens: date
    deadline: date
    ends: date
    deadline_words: str = ""


@dataclass(frozen=True, slots=True)
class Leftover:
    """One text that still speaks of the old year, or a file that is not a text."""

    file: str
    key: str  # "" for the whole file
    text: str


@dataclass(frozen=True, slots=True)
class Clone:
    """A new campaign as a .zip of its folder, and what somebody has to go through."""

    name: str
    content: bytes
    leftovers: tuple[Leftover, ...]


def check_clone(ask: StaffAsk, order: CloneOrder) -> tuple[Edit, ...]:
    """The edits that go into the new campaign, for `build_clone`. A look. The office's alone.

    `Refused` where the order cannot be carried out.
    """
    office_only(ask)
    if not _ID.fullmatch(order.id) or order.id == ask.clerk.campaign.id:
        raise Refused(ask.say("clone_id"))
    if not order.title.strip() or not order.document_number.strip():
        raise Refused(ask.say("clone_incomplete"))
    if not order.opens <= order.deadline <= order.ends:
        raise Refused(ask.say("clone_dates"))
    return tuple(ask.store.edits())


def order_clone(ask: StaffAsk, order: CloneOrder) -> tuple[Edit, ...]:
    """`check_clone`, with the order on record: its campaign leaves the service."""
    edits = check_clone(ask, order)
    ask.store.audit(
        [AuditEntry("clone_campaign", None, ask.person.id, ask.inbound.channel, {"to": order.id})], ask.now
    )
    return edits


def take_over_people(ask: StaffAsk, campaign: str) -> int:
    """Give everybody with a role the same role in the new campaign; how many were new there. The office's alone."""
    office_only(ask)
    if not _ID.fullmatch(campaign) or campaign == ask.clerk.campaign.id:
        raise Refused(ask.say("clone_id"))
    count = ask.store.copy_members(campaign, ask.now)
    details = {"to": campaign, "count": str(count)}
    entry = AuditEntry("people_taken_over", None, ask.person.id, ask.inbound.channel, details)
    ask.store.audit([entry], ask.now)
    return count


def build_clone(campaign: Campaign, edits: Sequence[Edit], order: CloneOrder) -> Clone:
    """The new campaign, packed. Reads and writes files: not for a use case. `CampaignError` if it is not sound."""
    with TemporaryDirectory() as folder:
        made = Path(folder) / order.id
        leftovers = clone(campaign, edits, order, made)
        return Clone(f"{order.id}.zip", packed(made), leftovers)


def clone(campaign: Campaign, edits: Sequence[Edit], order: CloneOrder, target: Path) -> tuple[Leftover, ...]:
    """Write the new campaign's folder, which must not exist; what somebody has to go through.

    Files in which nothing changed are the same byte for byte. `CampaignError` if the result is not sound.
    """
    source, originals = Path(campaign.folder), original_files(campaign)
    now = edited_by(campaign, edits)
    files = _renewed(now.files, now.campaign, order)
    target.mkdir(parents=True)
    for path in sorted(source.iterdir()):
        if path.name in files and files[path.name] != originals[path.name]:
            text = _head(path, order) + toml_text(files[path.name])
            (target / path.name).write_text(text, encoding="utf-8")
        elif path.is_file():
            shutil.copyfile(path, target / path.name)
    if problems := check_campaign(target):
        raise CampaignError(problems)
    others = (path.name for path in sorted(source.iterdir()) if path.is_file() and path.suffix != ".toml")
    texts = tuple(_leftovers(files, str(now.campaign.deadline.year), order))
    return (*(Leftover(name, "", "") for name in others), *texts)


def packed(folder: Path) -> bytes:
    """The folder's files as a .zip with the folder in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"{folder.name}/{path.name}")
    return buffer.getvalue()


def _renewed(files: RawFiles, campaign: Campaign, order: CloneOrder) -> RawFiles:
    """The files with the new dates and names; dates that belong to one year are left out."""
    head = _without(files[_CAMPAIGN], "keep_until")
    head |= {
        "id": order.id,
        "title": order.title.strip(),
        "document_number": order.document_number.strip(),
        "opens": order.opens,
        "deadline": order.deadline,
        "deadline_words": order.deadline_words.strip() or deadline_words(campaign, order.deadline),
        "ends": order.ends,
        "body": [_without(body, "cutoff") for body in head["body"]],
    }
    renewed = {**files, _CAMPAIGN: head}
    if _REMINDERS in files:
        renewed[_REMINDERS] = _without(files[_REMINDERS], "workday")
    return renewed


def _without(values: Mapping[str, Any], key: str) -> Values:
    return {known: value for known, value in values.items() if known != key}


def _head(path: Path, order: CloneOrder) -> str:
    """The comment at the head of a file, which says what its keys mean; the campaign's own names the campaign."""
    if path.name == _CAMPAIGN:
        return f"# {order.title.strip()}: the campaign of {order.document_number.strip()}.\n\n"
    lines = []
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line)
    return "\n".join([*lines, "", ""]) if lines else ""


def _leftovers(files: RawFiles, year: str, order: CloneOrder) -> Iterator[Leftover]:
    if year == str(order.deadline.year):
        return
    for name, values in sorted(files.items()):
        for key, text in _texts(values, ""):
            if year in text:
                yield Leftover(name, key, _around(text, year))


def _around(text: str, year: str) -> str:
    """The part of a text in which the year is named first."""
    line = " ".join(text.split())
    start = max(line.index(year) - _BEFORE, 0)
    return line[start : start + _SHOWN]


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Every text and date in a value, with where it stands."""
    match value:
        case str() | date():
            yield path, str(value)
        case Mapping():
            for key, part in value.items():
                yield from _texts(part, f"{path}/{key}".lstrip("/"))
        case list():
            for place, part in enumerate(value, start=1):
                name = row_name(part) if isinstance(part, Mapping) else ""
                yield from _texts(part, f"{path}/{name or place}")
