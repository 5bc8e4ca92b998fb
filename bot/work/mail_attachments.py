"""The attachments of a mail, or a file from an applicant's page, become materials of an application."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.documents.deck_json import report_json
from bot.documents.deck_messages import deck_lines
from bot.documents.form_version import version_of
from bot.mail.kinds import Taken, take
from bot.mail.marks import find_marks
from bot.mail.sentences import News
from bot.mail.versions import Why
from bot.mail.whose import Standing
from bot.model.application import Application, Printed
from bot.model.mail import FileKind, FileState, Inspection, Part
from bot.ports import Store
from bot.work.register import NewFile, Registered, hold_form, register
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Envelope:
    """What all attachments of a filed mail share, or a file from the page (nothing is heard there).

    `application` is as it stands after the mail's words.
    """

    store: Store
    campaign: Campaign
    source: str  # "mail:12", "upload:<id>"
    arrived_at: datetime  # by the campaign clock
    application: Application
    standing: Standing
    prints: Mapping[str, Printed]  # the print codes the mail names, of this application
    before: Mapping[str, str]  # the form's values before the mail
    late: bool
    is_heard: bool  # the mail's words and its form's values went through the dialogue


def file_attachments(
    envelope: Envelope, parts: Sequence[Part], inspections: Sequence[Inspection | None]
) -> list[News]:
    """What became of each, in order."""
    return [_file(envelope, part, seen) for part, seen in zip(parts, inspections, strict=True)]


def keep_attachments(parts: Sequence[Part], inspections: Sequence[Inspection | None]) -> list[News]:
    """Of a mail that belongs to nobody known: they stay with it."""
    news = []
    for part, seen in zip(parts, inspections, strict=True):
        taken = take(part, seen)
        news.append(News(part, taken.kind, taken.state or FileState.KEPT, pages=seen.pages if seen else None))
    return news


def _file(envelope: Envelope, part: Part, seen: Inspection | None) -> News:
    taken = take(part, seen)
    pages = seen.pages if seen else None
    if taken.state is not None:
        return News(part, taken.kind, taken.state, pages=pages)
    if taken.kind is FileKind.FORM and seen is not None and seen.form:
        return _form(envelope, part, seen.form)
    if taken.kind is FileKind.DECK:
        return _deck(envelope, part, taken, seen)
    return _scan(envelope, part, seen)


def _deck(envelope: Envelope, part: Part, taken: Taken, seen: Inspection | None) -> News:
    report = json.dumps(report_json(seen.deck, part.name), ensure_ascii=False) if seen and seen.deck else ""
    done = _register(
        envelope, NewFile(FileKind.DECK, part.sha256, part.name, part.size, part.type, report=report)
    )
    return News(
        part,
        FileKind.DECK,
        done.state,
        done.why,
        taken.hint,
        taken.is_checked,
        seen.pages if seen else None,
        done.material.version if done.material else 0,
        done.counting.version if done.counting else 0,
        done.replaced.version if done.replaced else 0,
        done.material.at if done.material else None,
        lines=_lines(envelope, seen),
    )


def _lines(envelope: Envelope, seen: Inspection | None) -> tuple[str, ...]:
    return tuple(deck_lines(seen.deck, envelope.campaign)) if seen and seen.deck else ()


def _scan(envelope: Envelope, part: Part, seen: Inspection | None) -> News:
    printed = _print_of(envelope, part, seen)
    file = NewFile(
        FileKind.SCAN,
        part.sha256,
        part.name,
        part.size,
        part.type,
        printed.code if printed else "",
        printed.version if printed else "",
    )
    done = _register(envelope, file)
    bound = done.material.printed if done.material else ""
    current = version_of(envelope.campaign, envelope.application.values)
    return News(
        part,
        FileKind.SCAN,
        done.state,
        done.why,
        pages=seen.pages if seen else None,
        version=done.material.version if done.material else 0,
        counts=done.counting.version if done.counting else 0,
        since=done.material.at if done.material else None,
        code=done.material.code if done.material else "",
        is_current=bound == current,
    )


def _print_of(envelope: Envelope, part: Part, seen: Inspection | None) -> Printed | None:
    """The print a scan is of: by the code on it, else in its name, else the only one the mail names."""
    inside = [seen.code] if seen and seen.code else []
    for code in (*inside, *find_marks([part.name, *part.path]).codes):
        if code in envelope.prints:
            return envelope.prints[code]
    return next(iter(envelope.prints.values())) if len(envelope.prints) == 1 and not inside else None


def _register(envelope: Envelope, file: NewFile) -> Registered:
    return register(
        envelope.store,
        envelope.campaign,
        envelope.application,
        file,
        envelope.source,
        envelope.standing.may_change,
        envelope.arrived_at,
        envelope.late,
    )


def _form(envelope: Envelope, part: Part, values: Mapping[str, str]) -> News:
    """A form's values were taken with the mail's words before, where its sender may fill the form."""
    news = News(part, FileKind.FORM, FileState.ALREADY_REGISTERED)
    if not _differing(envelope, values, envelope.before):
        return news
    left = _differing(envelope, values, envelope.application.values)
    if not left:
        return News(part, FileKind.FORM, FileState.REGISTERED)
    if envelope.is_heard:
        return News(part, FileKind.FORM, FileState.PENDING)
    file = NewFile(FileKind.FORM, part.sha256, part.name, part.size, part.type)
    kept = hold_form(
        envelope.store,
        envelope.application,
        file,
        values,
        envelope.source,
        envelope.arrived_at,
        envelope.late,
    )
    if kept is None:
        return News(part, FileKind.FORM, FileState.KEPT, Why.UNPROVEN)
    return News(
        part, FileKind.FORM, FileState.PENDING, Why.UNPROVEN, version=kept.version, fields="、".join(left)
    )


def _differing(envelope: Envelope, values: Mapping[str, str], known: Mapping[str, str]) -> list[str]:
    """The labels of what the form says otherwise; what it leaves blank it does not say."""
    fields = envelope.campaign.form.fields
    return [one.label for one in fields if values.get(one.id) and values[one.id] != known.get(one.id)]
