"""All that is on record of one application: in one line of time, and by theme.

A unit's self-check is private to it: what was said in one is neither shown to its body nor to the office.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from enum import StrEnum

from bot.console.query import MailQuery
from bot.documents.deck_json import report_from_json
from bot.model.application import Application, AuditEntry, Printed
from bot.model.deck import DeckReport
from bot.model.mail import Material
from bot.model.message import Card, File, Mail, SelfCheckOrder, Text
from bot.model.staff import Package, Paper
from bot.ports import Store
from bot.ports_console import (
    ClericalNote,
    ListedAudit,
    ListedMail,
    ListedMessage,
    RevisedBy,
    Said,
    Scope,
)
from bot.review.debts import owes
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from config.campaign import Campaign

What = RevisedBy | Said | ListedMail | ListedMessage | ListedAudit | ClericalNote | Printed | Paper

_MOST = 1_000  # messages of each direction
_LONGEST_NOTE = 1_000  # characters
_EDGE = 20  # characters shown beside what a revision changed
_LONGEST_PIECE = 1_200  # characters
_COMPARABLE = 10_000  # pairs of characters; longer clauses are shown whole
_SHORT = 20  # characters of a value of which the eye sees no single ones
_PLAIN = re.compile(r"[\x20-\x7e年月日时分、，；]*")  # digits and what goes with them, Latin letters
_CLAUSE = re.compile(r"[^，。；、！？\n]*[，。；、！？\n]|[^，。；、！？\n]+")


@dataclass(frozen=True, slots=True)
class Happened:
    at: datetime  # by the campaign clock
    what: What


@dataclass(frozen=True, slots=True)
class Filed:
    """A version of a file, and of a deck its report."""

    material: Material
    report: DeckReport | None


@dataclass(frozen=True, slots=True)
class History:
    application: Application
    owes: tuple[str, ...]
    line: tuple[Happened, ...]  # oldest first
    revisions: tuple[RevisedBy, ...]  # oldest first
    materials: tuple[Filed, ...]
    prints: tuple[Printed, ...]
    papers: tuple[Paper, ...]
    rank: int | None
    package: Package | None  # its body's latest that holds it
    notes: tuple[ClericalNote, ...]  # for the office only


class Side(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    side: Side
    text: str


def history(
    store: Store, campaign: Campaign, scope: Scope, application: str, offset: timedelta
) -> History | None:
    """None if there is no such application within the scope. `offset`: campaign clock less machine's clock.

    A body sees the form's course, mails, materials and paper; chat, deliveries, notes and audit are the office's.
    """
    known = store.application(application)
    if known is None or not (scope.everything or (known.body and known.body in scope.bodies)):
        return None
    revisions = tuple(store.revisions(known.id))
    prints, papers = tuple(store.prints_of(known.id)), tuple(store.papers(known.id))
    notes = tuple(store.clerical_notes(known.id)) if scope.everything else ()
    line = [
        *(Happened(one.at, one) for one in revisions),
        *(Happened(one.printed_at, one) for one in prints),
        *(Happened(one.at, one) for one in papers),
        *(Happened(one.at, one) for one in notes),
        *_mails(store, campaign, scope, known.id),
    ]
    if scope.everything:
        line += _of_office(store, campaign, known.id, offset)
    return History(
        application=known,
        owes=owes(campaign, known),
        line=tuple(sorted(line, key=lambda one: one.at)),
        revisions=revisions,
        materials=tuple(filed(one) for one in store.materials(known.id)),
        prints=prints,
        papers=papers,
        rank=next((one.rank for one in store.ranking(known.body) if one.application == known.id), None),
        package=package_of(store.packages(known.body), known.id) if known.body else None,
        notes=notes,
    )


def add_note(ask: StaffAsk, application: str, text: str) -> None:
    """Keep a clerical note; the unit's values stay as they are. `Refused` for all but the office.

    The audit log has the note's hash only.
    """
    known = ask.store.application(application)
    if known is None or not ask.is_office:
        raise Refused(ask.say("staff_not_found"))
    said = text.strip()
    if not said:
        raise Refused(ask.say("note_empty"))
    if len(said) > _LONGEST_NOTE:
        raise Refused(ask.say("note_too_long", limit=_LONGEST_NOTE, count=len(said)))
    ask.store.add_clerical_note(known.id, ask.person.id, said, ask.now)
    details = {"text": hashlib.sha256(said.encode()).hexdigest()}
    ask.store.audit([AuditEntry("note", known.id, ask.person.id, ask.inbound.channel, details)], ask.now)


def differences(previous: str, value: str) -> tuple[Piece, ...]:
    """What a revision changed: without the added pieces it is `previous`, without the removed ones `value`.

    Short values and such as telephones, addresses of mail and days, where parts mean nothing, are shown whole.
    """
    if max(len(previous), len(value)) <= _SHORT or (_PLAIN.fullmatch(previous) and _PLAIN.fullmatch(value)):
        return tuple(_sides(previous, value)) if previous or value else ()
    start, end = _common(previous, value)
    found = [Piece(Side.SAME, previous[:start])] if start else []
    found += _matched(previous[start : len(previous) - end], value[start : len(value) - end])
    found += [Piece(Side.SAME, previous[len(previous) - end :])] if end else []
    return tuple(found)


def excerpt(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces to be read at a glance: of what stayed the edges only, of what is very long the beginning."""
    return tuple(
        Piece(one.side, _shortened(one, is_first=number == 0, is_last=number == len(pieces) - 1))
        for number, one in enumerate(pieces)
    )


def _shortened(piece: Piece, is_first: bool, is_last: bool) -> str:
    text = piece.text
    if piece.side is not Side.SAME or (is_first and is_last):
        return text if len(text) <= _LONGEST_PIECE else f"{text[:_LONGEST_PIECE]}…"
    if len(text) <= 3 * _EDGE:
        return text
    head, tail = "" if is_first else text[:_EDGE], "" if is_last else text[-_EDGE:]
    return f"{head}…{tail}"


def _common(one: str, other: str) -> tuple[int, int]:
    """How many characters both begin with, and how many of the rest they end with."""
    most = min(len(one), len(other))
    start = next((at for at in range(most) if one[at] != other[at]), most)
    most -= start
    end = next((at for at in range(most) if one[-1 - at] != other[-1 - at]), most)
    return start, end


def _matched(previous: str, value: str) -> Iterator[Piece]:
    """Clause by clause, and what is left of these character by character: whole texts would take too long."""
    before, after = _CLAUSE.findall(previous), _CLAUSE.findall(value)
    for _, start, end, begin, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield from _compared("".join(before[start:end]), "".join(after[begin:stop]))


def _compared(previous: str, value: str) -> Iterator[Piece]:
    if len(previous) * len(value) > _COMPARABLE or previous == value:
        yield from _sides(previous, value)
        return
    for _, start, end, begin, stop in SequenceMatcher(None, previous, value, autojunk=False).get_opcodes():
        yield from _sides(previous[start:end], value[begin:stop])


def _sides(previous: str, value: str) -> Iterator[Piece]:
    if previous == value:
        yield Piece(Side.SAME, value)
        return
    if previous:
        yield Piece(Side.REMOVED, previous)
    if value:
        yield Piece(Side.ADDED, value)


def _mails(store: Store, campaign: Campaign, scope: Scope, application: str) -> list[Happened]:
    found: list[Happened] = []
    number = 1
    while True:
        page = store.list_mails(
            MailQuery(application=application, page=number), scope, campaign.form.unit_field
        )
        found += [Happened(one.arrived_at, one) for one in page.rows]
        if not page.rows or len(found) >= min(page.total, _MOST):
            return found
        number += 1


def _of_office(store: Store, campaign: Campaign, application: str, offset: timedelta) -> list[Happened]:
    """What was said, what was sent beside the answers, and the audit log."""
    private = _private(campaign)
    said = store.said(application, _MOST)
    answers = {one.key for one in said if one.key}
    sent = [
        one
        for one in store.messages_about(application, _MOST)
        if not _is_answer(one, answers) and not _is_private(one, private, campaign)
    ]
    return [
        *(Happened(one.at, _without_self_check(one, private)) for one in said),
        *(Happened(one.created_at + offset, one) for one in sent),
        *(Happened(one.at, one) for one in store.audit_of(application)),
    ]


def _is_answer(message: ListedMessage, answers: set[str]) -> bool:
    """Whether it stands with the message that it answers."""
    key, _, place = message.key.rpartition("#")
    return place.isdigit() and key in answers


def _private(campaign: Campaign) -> re.Pattern[str]:
    """Recognises what is only said in a self-check, by the campaign's own sentences."""
    phrases = campaign.phrases
    sentences = (
        phrases["selfcheck_begin"],
        phrases["selfcheck_resume"],
        phrases["selfcheck_ask"],
        phrases["selfcheck_ask_again"],
        phrases["selfcheck_left"],
        phrases["selfcheck_range"],
        phrases["selfcheck_private"],
    )
    return re.compile("|".join(_as_pattern(sentence) for sentence in sentences))


def _as_pattern(sentence: str) -> str:
    return "[^\n]*?".join(re.escape(part) for part in re.split(r"\{[^}]*\}", sentence) if part)


def _without_self_check(said: Said, private: re.Pattern[str]) -> Said:
    """What was said in a self-check leaves no more than that something was said."""
    if any(private.search(reply) for reply in said.replies):
        return replace(said, text="", replies=())
    return said


def _is_private(message: ListedMessage, private: re.Pattern[str], campaign: Campaign) -> bool:
    match message.body:
        case Text(text):
            return bool(private.search(text))
        case Card(_, title, text):
            return bool(private.search(f"{title}\n{text}"))
        case SelfCheckOrder():
            return True
        case File(_, name):
            return campaign.phrases["selfcheck_sheet_title"] in name
        case Mail(_, text):
            return bool(private.search(text))
    return False


def filed(material: Material) -> Filed:
    """The version with its report, read."""
    return Filed(material, report_from_json(material.report) if material.report else None)


def package_of(packages: Sequence[Package], application: str) -> Package | None:
    """The latest package of a body that names this application."""
    for package in reversed(packages):
        if application in str(package.content):
            return package
    return None
