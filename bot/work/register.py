"""What is on file of an application beside its form: files from mails and from its page, by version.

Everything here runs inside the caller's transaction, and leaves `Application.dossier` as the materials say.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.mail.lateness import is_late_for
from bot.mail.versions import MOST_PENDING, Asked, Why, counting, may_replace, of_kind, place
from bot.model.application import Application, AuditEntry, Printed
from bot.model.mail import FileKind, FileState, Material, MaterialState
from bot.ports import Store
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class NewFile:
    """A deck or stamped scan that opens. Its content is among the stored files already."""

    kind: FileKind
    sha256: str
    name: str
    size: int
    type: str
    code: str = ""  # of a scan: the print code it was bound to, with
    printed: str = ""  # the version that code stands for
    report: str = ""  # of a deck: its report as JSON


@dataclass(frozen=True, slots=True)
class Registered:
    """`state` as told outside; `material` is None only where too many files wait already (state KEPT).

    `counting` is the version that counts now, `replaced` the one that did so until now.
    """

    state: FileState
    why: Why = Why.NONE
    material: Material | None = None
    counting: Material | None = None
    replaced: Material | None = None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What somebody's word did to the files that waited for it.

    `waiting` could not take the place of what counts, and why (LOCKED, LATE): the office decides.
    """

    materials: tuple[Material, ...] = ()
    waiting: tuple[tuple[Material, Why], ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """The deck that counts again and the one that no longer does; or why nothing changed."""

    counting: Material | None = None
    set_aside: Material | None = None
    why: Why = Why.NONE  # LOCKED, LATE; NONE without `counting`: there is no earlier one


def register(
    store: Store,
    campaign: Campaign,
    application: Application,
    file: NewFile,
    source: str,
    trusted: bool,
    now: datetime,
    late: bool,
    person: int | None = None,
) -> Registered:
    """Put a file on record. `source` is "mail:12" or "upload:<id>"; `now` its arrival by the campaign clock.

    The same bytes again are no new version. A file of somebody who may not change what is on file, a late one,
    or one that comes when the stage allows no change never takes the place of another: it waits.
    """
    known = store.materials(application.id)
    asked = Asked(trusted, late, is_locked(campaign, application))
    placed = place(known, file.kind, file.sha256, file.printed, asked)
    if placed.state in (FileState.ALREADY_REGISTERED, FileState.KEPT):
        return Registered(placed.state, placed.why, placed.same, placed.counting)
    state = MaterialState.PENDING if placed.state is FileState.PENDING else MaterialState.REGISTERED
    if placed.same is not None:
        store.set_material(placed.same.id, state, file.code, file.printed)
        kept = next(one for one in store.materials(application.id) if one.id == placed.same.id)
    else:
        kept = store.add_material(_material(application, file, state, source, now, late, not trusted))
    if state is MaterialState.REGISTERED and trusted:
        # what waited to take the place of an older one is overtaken
        for older in waiting(store, application.id):
            if (older.kind, older.printed) == (kept.kind, kept.printed):
                store.set_material(older.id, MaterialState.SET_ASIDE)
    _log(store, "register" if state is MaterialState.REGISTERED else "hold", kept, person, source, now)
    after = counting(refresh(store, application.id), file.kind, kept.printed)
    replaced = placed.counting if after is not None and after.id == kept.id else None
    return Registered(placed.state, placed.why, kept, after, replaced)


def hold_form(
    store: Store,
    application: Application,
    file: NewFile,
    values: Mapping[str, str],
    source: str,
    now: datetime,
    late: bool,
) -> Material | None:
    """Keep a doubtful sender's form until the registered contact speaks; its values are the material's report.

    None where as many wait as may: it stays with its mail.
    """
    known = of_kind(store.materials(application.id), FileKind.FORM)
    same = next((one for one in known if one.sha256 == file.sha256), None)
    if same is not None:
        store.set_material(same.id, MaterialState.PENDING)
        return same
    if sum(one.state is MaterialState.PENDING for one in known) >= MOST_PENDING:
        return None
    report = json.dumps(dict(values), ensure_ascii=False)
    pending = _material(
        application, replace(file, report=report), MaterialState.PENDING, source, now, late, True
    )
    kept = store.add_material(pending)
    _log(store, "hold", kept, None, source, now)
    return kept


def hold_file(
    store: Store, application: Application, file: NewFile, source: str, now: datetime, late: bool
) -> Material | None:
    """Keep a file that a body sent in for a unit, counting for nothing until `release`; None where as many wait as
    may. The same bytes again are the version that is there."""
    known = store.materials(application.id)
    same = next((one for one in of_kind(known, file.kind) if one.sha256 == file.sha256), None)
    if same is not None:
        return same
    if sum(one.state is MaterialState.PENDING for one in known) >= MOST_PENDING:
        return None
    kept = store.add_material(
        _material(application, file, MaterialState.PENDING, source, now, late, doubtful=True)
    )
    _log(store, "hold", kept, None, source, now)
    return kept


def release(
    store: Store, application: Application, materials: Collection[int], person: int, now: datetime
) -> tuple[Material, ...]:
    """Let what `hold_file` kept count where nothing of its kind does; what the unit itself filed stays. What was
    released."""
    released = []
    for one in waiting(store, application.id):
        on_file = store.materials(application.id)
        if one.id in materials and counting(on_file, one.kind, one.printed) is None:
            store.set_material(one.id, MaterialState.REGISTERED)
            _log(store, "release", one, person, one.source, now)
            released.append(one)
    if released:
        refresh(store, application.id)
    return tuple(released)


def waiting(store: Store, application: str) -> list[Material]:
    """The files that wait for the registered contact's word, the oldest version first.

    A scan of which nobody knows the print code waits for the code, not for that.
    """
    found = [
        one
        for one in store.materials(application)
        if one.state is MaterialState.PENDING and (one.kind is not FileKind.SCAN or one.printed)
    ]
    return sorted(found, key=lambda one: one.version)


def confirm_pending(
    store: Store,
    campaign: Campaign,
    application: Application,
    person: int,
    now: datetime,
    only: Collection[int] = (),
) -> Confirmed:
    """用新版: of each kind the newest that waits counts from now on; others that waited are set aside.

    `only` names those that are meant (ids); what waits of another kind then goes on waiting.

    The values of a form (its report) are for the caller to take, through the dialogue and its rules.
    """
    on_file = store.materials(application.id)
    locked = is_locked(campaign, application)
    done: dict[tuple[FileKind, str], Material] = {}
    kept: list[tuple[Material, Why]] = []
    known = waiting(store, application.id)
    for one in reversed([one for one in known if not only or one.id in only]):
        group = (one.kind, one.printed)
        rival = None if one.kind is FileKind.FORM else counting(on_file, one.kind, one.printed)
        why = may_replace(one, rival, locked)
        if group in done:
            continue
        if why is not Why.NONE:
            kept.append((one, why))
        else:
            store.set_material(one.id, MaterialState.REGISTERED)
            done[group] = one
            _log(store, "confirm", one, person, "", now)
    for one in known:
        group = (one.kind, one.printed)
        if group in done and done[group].id != one.id:
            store.set_material(one.id, MaterialState.SET_ASIDE)
    refresh(store, application.id)
    return Confirmed(tuple(done.values()), tuple(kept))


def reject_pending(
    store: Store, application: Application, person: int, now: datetime
) -> tuple[Material, ...]:
    """不用新版: what waits is set aside, and stays retrievable."""
    refused = tuple(waiting(store, application.id))
    for one in refused:
        store.set_material(one.id, MaterialState.SET_ASIDE)
        _log(store, "reject", one, person, "", now)
    return refused


def restore_previous(
    store: Store, campaign: Campaign, application: Application, person: int, now: datetime
) -> Restored:
    """恢复上一版: the deck that counts is set aside, the registered one before it counts again."""
    decks = of_kind(store.materials(application.id), FileKind.DECK)
    registered = [one for one in decks if one.state is MaterialState.REGISTERED]
    if len(registered) < 2:
        return Restored()
    earlier, current = registered[-2:]
    if is_locked(campaign, application):
        return Restored(why=Why.LOCKED)
    if is_late_for(campaign, application, now) and not current.late:
        return Restored(why=Why.LATE)
    store.set_material(current.id, MaterialState.SET_ASIDE)
    _log(store, "restore", earlier, person, "", now)
    refresh(store, application.id)
    return Restored(earlier, current)


def bind_scans(store: Store, application: Application, printed: Printed, now: datetime) -> int:
    """Bind the scans of which nobody knew the print code to this print; how many there were."""
    nameless = [
        one
        for one in of_kind(store.materials(application.id), FileKind.SCAN)
        if one.state is MaterialState.PENDING and not one.printed
    ]
    for one in nameless:
        store.set_material(one.id, MaterialState.REGISTERED, printed.code, printed.version)
        _log(store, "bind_scan", one, None, one.source, now)
    if nameless:
        refresh(store, application.id)
    return len(nameless)


def refresh(store: Store, application: str) -> Sequence[Material]:
    """Let the dossier name the deck that counts and the prints of which there is a scan; all materials."""
    materials = store.materials(application)
    known = store.application(application)
    if known is not None:
        deck = counting(materials, FileKind.DECK)
        scans = {
            one.printed: None
            for one in of_kind(materials, FileKind.SCAN)
            if one.state is MaterialState.REGISTERED and one.printed
        }
        dossier = {key: value for key, value in known.dossier.items() if key not in ("deck", "scans")}
        dossier |= {"deck": deck.sha256} if deck else {}
        dossier |= {"scans": " ".join(scans)} if scans else {}
        if dossier != dict(known.dossier):
            store.set_dossier(application, dossier)
    return materials


def _material(
    application: Application,
    file: NewFile,
    state: MaterialState,
    source: str,
    now: datetime,
    late: bool,
    doubtful: bool,
) -> Material:
    return Material(
        0, application.id, file.kind, 0, file.sha256, file.name, file.size, file.type, state, source, now,
        late, doubtful, file.code, file.printed, file.report,
    )  # fmt: skip


def is_locked(campaign: Campaign, application: Application) -> bool:
    """Whether the application's stage, or the campaign's seal, allows no change to what is on file."""
    return campaign.keep_until is not None or not campaign.stage(application.stage).editable


def _log(
    store: Store, action: str, material: Material, person: int | None, source: str, now: datetime
) -> None:
    details = {"kind": material.kind.value, "version": str(material.version), "sha256": material.sha256}
    channel = source.partition(":")[0]
    entry = AuditEntry(f"material_{action}", material.application, person, channel, details)
    store.audit([entry], now)
