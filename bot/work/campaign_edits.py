"""What the office changes of the campaign while it runs: acts of the office alone, for chat and console.

An act checks the whole campaign as it would stand, keeps one row and is followed by every process with its next
tick (`bot.work.dates.campaign_in_force`). Nothing is replaced: the history is the table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.campaign_edits.paths import PHRASES, PathError, to_json, value_at, with_value
from bot.campaign_edits.places import Place, place_of
from bot.campaign_edits.values import Kind, ValueProblem, fits, read_text
from bot.campaign_edits.wording import wording_problem
from bot.campaign_edits.workdays import workday_path, workday_row
from bot.model.application import AuditEntry
from bot.model.edits import Edit
from bot.model.staff import Role
from bot.reminders.workdays import is_workday
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.lengths import within
from bot.staff.people import office_only
from bot.work.edited import Edited, edited_by, original_files
from config.load import check_campaign

LOCK = "campaign_edits"  # of every act here, where several processes serve
_BODY = "campaign/body/"
_KINDS = ("county", "department")
_LONGEST_REASON = 200
_LONGEST_BODY = 60


@dataclass(frozen=True, slots=True)
class Checked:
    """An edit that can be made."""

    path: str
    place: Place
    value: Any  # None: nothing stands there any more
    previous: Any
    before: Edited
    edits: tuple[Edit, ...]  # with the new one, whose id is 0 until it is kept


def edit(
    ask: StaffAsk,
    path: str,
    value: Any,
    reason: str = "",
    seen: int | None = None,
    action: str = "edit_campaign",
) -> Edit | None:
    """Let another value stand at a path (see `bot.campaign_edits.paths`); None takes a row away.

    The edit that was kept, None if the value stood there already. `seen` is the id of the newest edit of the
    place that the person was shown, 0 for none; without it nothing is compared. `Refused` for whoever is not of
    the office, for a place that is not to be changed, for what the campaign's check refuses, and where somebody
    else changed the place meanwhile. `action` is its name in the log.
    """
    checked = check_edit(ask, path, value, reason, seen)
    return None if checked.value == checked.previous else _keep(ask, checked, action)


def edit_text(ask: StaffAsk, path: str, text: str, reason: str = "", seen: int | None = None) -> Edit | None:
    """`edit` with the value as it is typed into a form."""
    return edit(ask, path, typed(ask, path, text), reason, seen)


def typed(ask: StaffAsk, path: str, text: str) -> Any:
    """The value that a text stands for at a path. `Refused` if it stands for none."""
    kind = _place(ask, path).kind
    try:
        return read_text(kind, text)
    except ValueProblem:
        raise Refused(_not_a(ask, kind)) from None


def undo_edit(ask: StaffAsk, path: str, reason: str = "", seen: int | None = None) -> Edit | None:
    """Go back to what the campaign's files say; None if nothing of the place was edited."""
    office_only(ask)
    edits = ask.store.edits()
    newest = newest_of(edits, path)
    if newest is None or newest.value is None:
        return None
    _meanwhile(ask, newest, seen)
    place = _place(ask, path)
    before = edited_by(ask.clerk.campaign, edits)
    value = value_at(original_files(ask.clerk.campaign), path)
    previous = value_at(before.files, path)
    _guard(ask, path, value, previous)
    row = _row(ask, path, None, previous, reason)
    after = edited_by(ask.clerk.campaign, [*edits, row])
    if len(after.stale) > len(before.stale):
        raise Refused(ask.say("edit_undo_blocked", places="、".join(one.path for one in after.stale)))
    return _keep(ask, Checked(path, place, value, previous, before, (*edits, row)), "undo_campaign_edit")


def check_edit(ask: StaffAsk, path: str, value: Any, reason: str = "", seen: int | None = None) -> Checked:
    """All that `edit` asks, and nothing kept. `Refused` as there."""
    office_only(ask)
    place = _place(ask, path)
    edits = ask.store.edits()
    _meanwhile(ask, newest_of(edits, path), seen)
    campaign = ask.clerk.campaign
    before = edited_by(campaign, edits)
    previous = value_at(before.files, path)
    row = _row(ask, path, to_json(value), previous, reason)
    checked = Checked(path, place, value, previous, before, (*edits, row))
    if value == previous:
        return checked
    if value is not None and not fits(place.kind, value):
        raise Refused(_not_a(ask, place.kind))
    _guard(ask, path, value, previous)
    try:
        files = with_value(before.files, path, value)
    except PathError:
        raise Refused(ask.say("edit_no_place", path=path)) from None
    if problems := check_campaign(Path(campaign.folder), files):
        raise Refused(ask.say("edit_refused", problem=_plain(problems[0])))
    return checked


def newest_of(edits: Sequence[Edit], path: str) -> Edit | None:
    """The newest edit of a place."""
    return next((one for one in reversed(edits) if one.path == path), None)


# bodies and days


def add_body(ask: StaffAsk, name: str, kind: str, aliases: Sequence[str] = (), reason: str = "") -> str:
    """A further recommending body, county or department; its id."""
    office_only(ask)
    if kind not in _KINDS or not name.strip():
        raise Refused(ask.say("edit_body_incomplete"))
    edits = ask.store.edits()
    taken = {row["id"] for row in edited_by(ask.clerk.campaign, edits).files["campaign.toml"]["body"]}
    taken |= {body.id for body in ask.clerk.campaign.bodies}
    taken |= {one.path.split("/")[2] for one in edits if one.path.startswith(_BODY)}
    number = next(count for count in range(1, len(taken) + 2) if f"body{count}" not in taken)
    body = f"body{number}"
    name = within(ask, "名称", " ".join(name.split()), _LONGEST_BODY)
    also = [alias for one in aliases if (alias := one.strip())]
    edit(ask, _BODY + body, {"id": body, "name": name, "kind": kind, "aliases": also}, reason)
    return body


def rename_body(ask: StaffAsk, body: str, name: str, reason: str = "", seen: int | None = None) -> bool:
    """Another name; the old one stays an alias, because forms that were filled in name it. `seen`: see `edit`.

    False if the body has this name already.
    """
    office_only(ask)
    files = edited_by(ask.clerk.campaign, ask.store.edits()).files
    row, new = value_at(files, _BODY + body), " ".join(name.split())
    if row is None:
        raise Refused(ask.say("edit_no_place", path=body[:80]))
    if edit(ask, f"{_BODY}{body}/name", new, reason, seen) is None:
        return False
    others = [alias for alias in row.get("aliases", ()) if alias not in (new, row["name"])]
    edit(ask, f"{_BODY}{body}/aliases", [*others, row["name"]], reason)
    return True


def retire_body(ask: StaffAsk, body: str, reason: str) -> None:
    """A body that recommends nobody any more; refused as long as it has applications, packages or people."""
    edit(ask, _BODY + body, None, reason)


def set_workday(ask: StaffAsk, day: date, works: bool | None, reason: str = "") -> None:
    """Let a day be worked, or not; None: as the calendar says."""
    row = None if works is None else workday_row(day, works)
    path = workday_path(day)
    office_only(ask)
    if row is None and value_at(edited_by(ask.clerk.campaign, ask.store.edits()).files, path) is None:
        return
    edit(ask, path, row, reason)


def turn_day(ask: StaffAsk, day: date, works: bool, reason: str = "") -> None:
    """`set_workday`, by which a day that is then as in the national calendar stays no exception."""
    set_workday(ask, day, None if is_workday(day, {}) == works else works, reason)


# what is asked of an edit


def _place(ask: StaffAsk, path: str) -> Place:
    place = place_of(path)
    if place is None:
        raise Refused(ask.say("edit_no_place", path=path[:80]))
    return place


def _not_a(ask: StaffAsk, kind: Kind) -> str:
    return ask.say(f"edit_not_{kind.value}")


def _meanwhile(ask: StaffAsk, newest: Edit | None, seen: int | None) -> None:
    """Refuse what was decided looking at an older state."""
    if seen is None or newest is None or newest.id == seen:
        return
    day = newest.at.astimezone(ask.clerk.campaign.zone)
    raise Refused(ask.say("edit_meanwhile", name=newest.by_name, time=f"{day:%H:%M}"))


def _guard(ask: StaffAsk, path: str, value: Any, previous: Any) -> None:
    """What an edit may not do beside the campaign's own check."""
    keys = path.split("/")
    if keys[0] == PHRASES and value is not None:
        original = value_at(original_files(ask.clerk.campaign), path)
        problem = wording_problem(keys[-1], str(original or ""), str(value))
        if problem is not None:
            raise Refused(ask.say(problem.phrase, **problem.facts))
    if path.startswith(_BODY) and len(keys) == 3 and value is None and previous is not None:
        _may_retire(ask, keys[2], previous["name"])


def _may_retire(ask: StaffAsk, body: str, name: str) -> None:
    applications = len(ask.store.applications(body))
    if applications or ask.store.packages(body):
        raise Refused(ask.say("edit_body_in_use", body=name, count=applications))
    if people := ask.store.members(Role.BODY, body):
        names = "、".join(dict.fromkeys(one.name or ask.say("staff_nameless") for one in people))
        raise Refused(ask.say("edit_body_people", body=name, names=names))


def _plain(problem: str) -> str:
    """A line of the check without the file's name, which the office does not know."""
    return problem.partition(": ")[2] or problem


def _row(ask: StaffAsk, path: str, value: str | None, previous: Any, reason: str) -> Edit:
    stood = None if previous is None else to_json(previous)
    why = within(ask, "理由", " ".join(reason.split()), _LONGEST_REASON)
    return Edit(0, path, value, stood, why, ask.person.id, ask.now)


def _keep(ask: StaffAsk, checked: Checked, action: str) -> Edit:
    row = checked.edits[-1]
    kept = ask.store.add_edit(row)
    details = {"path": row.path, "value": _digest(row.value), "previous": _digest(row.previous)}
    ask.store.audit([AuditEntry(action, None, ask.person.id, ask.inbound.channel, details)], ask.now)
    return replace(kept, by_name=ask.person.name)


def _digest(text: str | None) -> str:
    return hashlib.sha256(text.encode()).hexdigest() if text is not None else ""
