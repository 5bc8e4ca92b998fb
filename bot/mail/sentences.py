"""What a receipt says of one file. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.mail.versions import Why
from bot.mail.wording import Wording
from bot.model.mail import FileKind, FileState, Part

_PROBLEMS = (
    FileState.ENCRYPTED,
    FileState.DAMAGED,
    FileState.EMPTY,
    FileState.TOO_LARGE,
    FileState.NOT_A_DECK,
)


@dataclass(frozen=True, slots=True)
class News:
    """What became of one file, with all that may be said of it. Versions are 0 where there is none."""

    part: Part
    kind: FileKind
    state: FileState
    why: Why = Why.NONE
    hint: FileState | None = None  # MACRO or MISLABELLED, of a file that is registered all the same
    is_checked: bool = True
    pages: int | None = None
    version: int = 0
    counts: int = 0  # the version that counts now
    replaced: int = 0  # the version that counted before
    since: datetime | None = None  # when the same bytes came first
    code: str = ""  # of a scan: its print code
    is_current: bool = True  # of a scan: its print is of the form as it stands
    fields: str = ""  # of a form: the labels of what differs
    lines: tuple[str, ...] = ()  # what the check of a deck found

    @property
    def outward(self) -> FileState:
        """The state that programs see: a registered deck with macros is "macro" (commands page §3)."""
        return self.hint if self.hint and self.state is FileState.REGISTERED else self.state

    @property
    def is_usable(self) -> bool:
        """Whether it is among the materials, or will be when somebody says so."""
        return self.state in (FileState.REGISTERED, FileState.ALREADY_REGISTERED, FileState.PENDING)

    @property
    def is_compared(self) -> bool:
        """Whether what is said of it tells something of what is on file."""
        waits = self.why in (Why.LOCKED, Why.LATE, Why.UNPROVEN)
        is_form = self.kind is FileKind.FORM and self.is_usable
        return waits or is_form or self.state is FileState.ALREADY_REGISTERED


def sentence(wording: Wording, news: News, current_code: str, stage: str) -> str:
    """One or two sentences on a file. `current_code` is "" for those who may not learn it."""
    if news.state in _PROBLEMS:
        return wording.phrase(f"file_problem_{news.state}")
    match news.kind:
        case FileKind.DECK:
            return _deck(wording, news, stage)
        case FileKind.FORM:
            return _form(wording, news)
        case FileKind.SCAN:
            return _scan(wording, news, current_code, stage)
        case FileKind.ARCHIVE:
            return wording.phrase("file_archive")
        case _ if news.part.type == "eml":
            return wording.phrase("file_letter")
        case _:
            return wording.phrase("file_other")


def _deck(wording: Wording, news: News, stage: str) -> str:
    if news.state is FileState.KEPT:
        said = wording.phrase("file_kept_waiting")
    elif news.state is FileState.PENDING:
        said = _waiting(wording, news, stage)
    elif news.state is FileState.ALREADY_REGISTERED:
        said = _same(wording, news)
        if news.version != news.counts:
            said += wording.phrase("file_deck_counts", counts=news.counts)
    elif news.replaced and news.version == news.counts:
        said = wording.phrase("file_deck_replaced", version=news.version, older=news.replaced)
    else:
        said = wording.phrase("file_deck", version=news.version)
        if news.version != news.counts:
            said += wording.phrase("file_deck_counts", counts=news.counts)
    return said if news.is_checked else said + wording.phrase("file_unchecked")


def _form(wording: Wording, news: News) -> str:
    if news.state is FileState.ALREADY_REGISTERED:
        return wording.phrase("file_form_same")
    if news.state is FileState.REGISTERED:
        return wording.phrase("file_form")
    if news.state is not FileState.PENDING:
        is_full = news.why is Why.UNPROVEN
        return wording.phrase("file_kept_waiting" if is_full else "file_form_unread")
    if news.why is Why.UNPROVEN:
        return wording.phrase("file_form_unproven", fields=news.fields)
    return wording.phrase("file_form_waiting")


def _scan(wording: Wording, news: News, current_code: str, stage: str) -> str:
    if news.state is FileState.KEPT:
        return wording.phrase("file_kept_waiting")
    if news.state is FileState.PENDING and news.why is Why.CODE:
        code = wording.phrase("file_scan_such_as", code=current_code) if current_code else ""
        return wording.phrase("file_scan_which", example=code)
    if news.state is FileState.PENDING:
        return _waiting(wording, news, stage)
    if news.state is FileState.ALREADY_REGISTERED:
        return _same(wording, news) + (
            "" if news.is_current else wording.phrase("file_scan_void", code=news.code)
        )
    return wording.phrase("file_scan" if news.is_current else "file_scan_old", code=news.code)


def _same(wording: Wording, news: News) -> str:
    since = wording.day(news.since) if news.since else ""
    return wording.phrase("file_same", day=since)


def _waiting(wording: Wording, news: News, stage: str) -> str:
    contact = wording.campaign.contact
    return wording.phrase(
        f"file_waits_{news.why}",
        counts=news.counts,
        stage=stage,
        office=contact.office_short,
        phone=contact.phone,
    )
