"""The campaign as the office sees it: what stands where, who changed what when, and what a change brings about.

Everything here is a look; `bot.work.campaign_edits` changes things.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.campaign_edits.paths import PHRASES, row_name, value_at
from bot.campaign_edits.places import ANY, PLACES, Place, Topic, place_of
from bot.campaign_edits.values import Kind, shown
from bot.campaign_edits.wording import example, sample, spoken, variables
from bot.knowledge.approved import current
from bot.model.answers import ApprovedAnswer
from bot.model.edits import Edit
from bot.model.staff import Role
from bot.ports import Store
from bot.work.edit_history import Change, change_of
from bot.work.edited import Edited, edited_by, original_files
from config.campaign import Body, Campaign, OpenPoint
from config.reading import RawFiles

_Newest = Mapping[str, Edit]  # by path


@dataclass(frozen=True, slots=True)
class Entry:
    """One place and what stands there, as it is read and typed."""

    path: str
    label: str
    row: str  # of a row of its own: what the row is called; else ""
    kind: Kind
    text: str
    original: str
    edited_by: str  # "" while it is as in the files
    edited_at: datetime | None
    seen: int  # id of the newest edit, 0 for none: for the form, see `edit`


@dataclass(frozen=True, slots=True)
class BodyView:
    """A recommending body and what hangs on it."""

    body: Body  # with the date of its own that is in force
    people: int
    applications: int


@dataclass(frozen=True, slots=True)
class PointView:
    """An open point of the notice; `answer` once it was decided (see `bot.work.approve`)."""

    point: OpenPoint
    answer: ApprovedAnswer | None

    @property
    def blocks(self) -> bool:
        """Whether something waits for it."""
        return self.point.blocking and self.answer is None


@dataclass(frozen=True, slots=True)
class CampaignView:
    """The campaign in force. Phrases are in `wording_view`."""

    campaign: Campaign
    entries: Mapping[Topic, tuple[Entry, ...]]
    bodies: tuple[BodyView, ...]
    workdays: tuple[tuple[date, bool], ...]  # that differ from the calendar, oldest first
    rules_off: tuple[str, ...]  # paths of reminders that were switched off: `undo_edit` brings one back
    open_points: tuple[PointView, ...]
    history: tuple[Change, ...]  # newest first
    stale: tuple[str, ...]  # paths of edits that no longer fit and are left out


@dataclass(frozen=True, slots=True)
class PhraseView:
    """One sentence of the campaign."""

    entry: Entry
    key: str
    file: str  # where it stands: phrases_staff.toml
    variables: tuple[str, ...]  # {unit}, …
    sample: str


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One place with its own history, newest first."""

    entry: Entry
    history: tuple[Change, ...]
    variables: tuple[tuple[str, str], ...]  # of a sentence: {单位名称} and what may stand there then
    sample: str  # of a sentence


def campaign_view(store: Store, running: Campaign) -> CampaignView:
    """All that the office may change, but for the wording."""
    edits = store.edits()
    now = edited_by(running, edits)
    files = original_files(running)
    newest = {edit.path: edit for edit in edits}
    entries: dict[Topic, list[Entry]] = {}
    for place in PLACES:
        if place.topic is not Topic.WORDING and place.kind is not Kind.ROW:
            for path in _paths(now.files, place.pattern):
                found = _entry(running, now.files, files, newest, place, path)
                entries.setdefault(place.topic, []).append(found)
    kept = {topic: tuple(found) for topic, found in entries.items()}
    return CampaignView(
        now.campaign,
        kept,
        _bodies(store, now),
        tuple(sorted(now.campaign.reminders.workdays.items())),
        _rules_off(now.files, files),
        open_points(store, now.campaign),
        tuple(change_of(running, edit) for edit in reversed(edits)),
        tuple(edit.path for edit in now.stale),
    )


def open_points(store: Store, campaign: Campaign) -> tuple[PointView, ...]:
    """What the notice leaves open, each with the answer that decides it."""
    answers = {answer.open_point: answer for answer in current(store.answer_versions()) if answer.open_point}
    return tuple(PointView(point, answers.get(point.id)) for point in campaign.open_points)


def wording_view(
    store: Store, running: Campaign, search: str = "", changed: bool = False
) -> list[PhraseView]:
    """The sentences that contain a text (in their words or key), or all; `changed`: only those that were edited."""
    edits = store.edits()
    now, files = edited_by(running, edits), original_files(running)
    newest = {edit.path: edit for edit in edits}
    found = []
    for name, phrases in now.files.items():
        if not name.startswith(PHRASES):
            continue
        for key, text in phrases.items():
            if search not in spoken(text) and search not in key:
                continue
            place = place_of(f"{PHRASES}/{key}")
            assert place is not None
            entry = _entry(running, now.files, files, newest, place, f"{PHRASES}/{key}")
            if not changed or entry.edited_by:
                found.append(PhraseView(entry, key, name, variables(text), sample(now.campaign, text)))
    return found


def place_view(store: Store, running: Campaign, path: str) -> PlaceView | None:
    """One place, as it stands; None where there is none, or where nothing stands that is typed."""
    place, edits = place_of(path), store.edits()
    now, files = edited_by(running, edits), original_files(running)
    value = value_at(now.files, path)
    if place is None or (value is None and value_at(files, path) is None):
        return None
    newest = {edit.path: edit for edit in edits}
    entry = _entry(running, now.files, files, newest, place, path)
    is_sentence = place.topic is Topic.WORDING
    original = str(value_at(files, path) or "")
    return PlaceView(
        entry,
        tuple(change_of(running, edit) for edit in reversed(edits) if edit.path == path),
        tuple((spoken(name), example(now.campaign, name[1:-1])) for name in variables(original))
        if is_sentence
        else (),
        sample(now.campaign, str(value or "")) if is_sentence else "",
    )


# what stands where


def _paths(files: RawFiles, pattern: str) -> list[str]:
    """Every path of a place's shape at which something stands."""
    paths = [""]
    for part in pattern.split("/"):
        paths = [f"{path}/{key}".lstrip("/") for path in paths for key in _keys(files, path, part)]
    return [path for path in paths if value_at(files, path) is not None]


def _keys(files: RawFiles, path: str, part: str) -> Sequence[str]:
    if part != ANY:
        return (part,)
    node = value_at(files, path)
    return [row_name(row) for row in node] if isinstance(node, list) else list(node or ())


def _entry(
    campaign: Campaign, files: RawFiles, originals: RawFiles, newest_by: _Newest, place: Place, path: str
) -> Entry:
    newest = newest_by.get(path)
    is_edited = newest is not None and newest.value is not None
    keys = path.split("/")
    return Entry(
        path,
        campaign.phrases[place.label],
        keys[2] if ANY in place.pattern and len(keys) > 3 else "",
        place.kind,
        shown(place.kind, value_at(files, path)),
        shown(place.kind, value_at(originals, path)),
        newest.by_name if newest is not None and is_edited else "",
        newest.at if newest is not None and is_edited else None,
        newest.id if newest is not None else 0,
    )


def _bodies(store: Store, now: Edited) -> tuple[BodyView, ...]:
    people = Counter(one.body for one in store.members(Role.BODY))
    applications = store.count_by_body()
    own = store.cutoffs()
    return tuple(
        BodyView(
            replace(body, cutoff=own.get(body.id, body.cutoff)),
            people[body.id],
            applications.get(body.id, 0),
        )
        for body in now.campaign.bodies
    )


def _rules_off(files: RawFiles, originals: RawFiles) -> tuple[str, ...]:
    there = set(_paths(files, "reminders/rule/*"))
    return tuple(path for path in _paths(originals, "reminders/rule/*") if path not in there)
