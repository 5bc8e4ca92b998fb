"""Objections (异议): on record with a number, handled by named people, concluded before anything is announced.

Who raised one is told to its handlers alone, and every look is put on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.model.application import Application
from bot.model.results import (
    CONCLUSIONS,
    EntryKind,
    Informant,
    Objection,
    ObjectionEntry,
    Received,
    ReleaseKind,
)
from bot.model.staff import Role
from bot.ports import Store
from bot.ports_results import Answered, ObjectionRow
from bot.results.course import released
from bot.results.office import digest, line_of
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import unit_of
from bot.staff.people import office_only
from bot.staff.standing import log, tell_people
from config.campaign import Campaign

LONGEST = 2000  # characters of a subject, a step, a conclusion, a reply
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """One objection as lists show it, never with who raised it."""

    objection: Objection
    number: str  # of the application concerned; "" for the list as a whole
    unit: str
    handlers: tuple[int, ...]  # persons
    entries: tuple[ObjectionEntry, ...]  # what was done, without the naming of handlers
    conclusion: ObjectionEntry | None
    reply: ObjectionEntry | None

    @property
    def is_open(self) -> bool:
        """Whether it suspends the entry, and stands in the way of the announcement."""
        return self.conclusion is None


def objections(
    store: Store,
    campaign: Campaign,
    answered: Answered = Answered.ALL,
    limit: int | None = None,
    after: int = 0,
) -> tuple[ObjectionView, ...]:
    """Objections by number."""
    return _views(store, campaign, store.objection_rows(answered, limit, after))


def open_objections(store: Store) -> tuple[int, ...]:
    """The numbers of those that are not concluded."""
    return tuple(row.objection.number for row in store.objection_rows(Answered.OPEN))


def objection_view(ask: StaffAsk, number: int) -> ObjectionView:
    """One objection, for the office."""
    office_only(ask)
    found = _views(ask.store, ask.clerk.campaign, ask.store.objection_rows(number=number)) if number else ()
    if not found:
        raise Refused(ask.say("result_no_objection", number=number))
    return found[0]


def register_objection(
    ask: StaffAsk,
    received: Received,
    signed: bool,
    subject: str,
    about: Application | None = None,
    informant: Informant | None = None,
    received_on: date | None = None,
) -> Objection:
    """Put an objection on record; whoever does is its first handler. The entry concerned is suspended by it.

    One received after the window is kept as late. Evidence of a veto found by the office is one, too (CHECK).
    """
    office_only(ask)
    words, day = subject.strip(), received_on or ask.today
    if not words or len(words) > LONGEST:
        raise Refused(ask.say("result_objection_text", limit=LONGEST))
    notice = released(ask.store, ReleaseKind.PUBLIC_NOTICE)
    if notice is None and received is not Received.CHECK:
        raise Refused(ask.say("result_objection_early"))
    if day > ask.today:
        raise Refused(ask.say("result_objection_future"))
    late = notice is not None and day > notice.ends
    who = _checked_informant(ask, informant, signed)
    new = Objection(0, received, day, signed, late, about.id if about else "", words, ask.person.id, ask.now)
    for one in (row.objection for row in ask.store.objection_rows()):
        if (one.by, one.at, one.subject, one.application) == (new.by, new.at, new.subject, new.application):
            return one  # the same form sent twice
    kept = ask.store.add_objection(new, who)
    number = str(kept.number)
    log(ask, "register_objection", kept.application or None, objection=number, subject=digest(words))
    _add(ask, kept.number, EntryKind.HANDLER, str(ask.person.id))
    return kept


def entrust(ask: StaffAsk, number: int, person: int) -> None:
    """A handler lets another member of the office handle the objection, too."""
    view = objection_view(ask, number)
    _handlers_only(ask, view)
    if person not in {member.person for member in ask.store.members(Role.OFFICE)}:
        raise Refused(ask.say("result_handler_unknown"))
    if person in view.handlers:
        return
    _add(ask, number, EntryKind.HANDLER, str(person))
    log(ask, "entrust_objection", view.objection.application or None, objection=str(number), to=str(person))
    tell_people(ask, [person], f"objection:{number}", ask.say("result_entrusted", number=number))


def informant_of(ask: StaffAsk, number: int) -> Informant | None:
    """Who raised the objection: for its handlers alone. The look is put on record."""
    view = objection_view(ask, number)
    _handlers_only(ask, view)
    log(ask, "view_informant", view.objection.application or None, objection=str(number))
    return ask.store.informant(number)


def note_handling(ask: StaffAsk, number: int, text: str) -> None:
    """Write down what was done about it."""
    _step(ask, number, EntryKind.HANDLING, text, may_be_concluded=False)


def conclude(ask: StaffAsk, number: int, upheld: bool, text: str) -> None:
    """Conclude it with a reason: the entry is not suspended by it any more.

    Where it is upheld, somebody has to decide about the application anew before anything is announced.
    """
    _step(ask, number, EntryKind.UPHELD if upheld else EntryKind.REJECTED, text, may_be_concluded=False)


def reply(ask: StaffAsk, number: int, text: str) -> None:
    """Write down what whoever raised it was answered."""
    _step(ask, number, EntryKind.REPLY, text, may_be_concluded=True)


def _step(ask: StaffAsk, number: int, kind: EntryKind, text: str, may_be_concluded: bool) -> None:
    view, words = objection_view(ask, number), text.strip()
    if not words or len(words) > LONGEST:
        raise Refused(ask.say("result_objection_text", limit=LONGEST))
    if any((one.kind, one.text, one.at) == (kind, words, ask.now) for one in view.entries):
        return
    if not view.is_open and not may_be_concluded:
        raise Refused(ask.say("result_concluded_already", number=number))
    _add(ask, number, kind, words)
    details = {"objection": str(number), "text": digest(words)}
    log(ask, f"objection_{kind.value}", view.objection.application or None, **details)


def _views(store: Store, campaign: Campaign, rows: Sequence[ObjectionRow]) -> tuple[ObjectionView, ...]:
    steps: dict[int, list[ObjectionEntry]] = {}
    for entry in store.objection_entries([row.objection.number for row in rows]):
        steps.setdefault(entry.objection, []).append(entry)
    return tuple(_view(campaign, row, steps.get(row.objection.number, [])) for row in rows)


def _view(campaign: Campaign, row: ObjectionRow, steps: Sequence[ObjectionEntry]) -> ObjectionView:
    shown = tuple(step for step in steps if step.kind is not EntryKind.HANDLER)
    return ObjectionView(
        row.objection,
        row.about.number if row.about else "",
        unit_of(campaign, row.about) if row.about else "",
        tuple(dict.fromkeys(int(step.text) for step in steps if step.kind is EntryKind.HANDLER)),
        shown,
        next((step for step in shown if step.kind in CONCLUSIONS), None),
        next((step for step in reversed(shown) if step.kind is EntryKind.REPLY), None),
    )


def _handlers_only(ask: StaffAsk, view: ObjectionView) -> None:
    if ask.person.id not in view.handlers:
        raise Refused(ask.say("result_handlers_only", number=view.objection.number))


def _checked_informant(ask: StaffAsk, informant: Informant | None, signed: bool) -> Informant | None:
    if informant is None:
        return None
    name, contact = line_of(informant.name), line_of(informant.contact)
    if max(len(name), len(contact)) > _LONGEST_NAME or (signed and not name):
        raise Refused(ask.say("result_informant_wrong", limit=_LONGEST_NAME))
    return Informant(name, contact) if name or contact else None


def _add(ask: StaffAsk, number: int, kind: EntryKind, text: str) -> None:
    ask.store.add_objection_entry(ObjectionEntry(number, kind, text, ask.person.id, ask.now))
