"""What the office does with a mail that no rule could place: file it under a unit, answer, discard, run it again.

Every act is one transaction with the role checked inside. Those that need the mail's content read again
(`attach_mail`, `replay_mail`) take an `OpenedMail`, made before by `MailDesk.decide_again`. Nothing is ever deleted:
a discarded mail keeps its raw message and its attachments, and can be filed or run again later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.mail.wording import Wording
from bot.model.application import Application
from bot.model.linked_mail import FETCHED, fetch_alarm, link_alarm, link_key
from bot.model.mail import (
    FileKind,
    FileState,
    Inspection,
    Link,
    MailOutcome,
    MailRecord,
    ParsedMail,
    Part,
    Settled,
)
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, addresses, find
from bot.staff.notice_words import announces_covert_visit
from bot.staff.standing import log
from bot.work.file_mail import file_mail, file_under
from bot.work.mail_history import MailAct, remember
from bot.work.mail_reply import MailOffice, answer_by_hand

LONGEST_REPLY = 2000
"""Characters of an answer written by hand."""
LONGEST_REASON = 200

_DONE = frozenset({MailOutcome.FILED, MailOutcome.DUPLICATE})
_FORCED = frozenset({FileKind.DECK, FileKind.SCAN, FileKind.OTHER})
_CLOSED = frozenset({FileState.ENCRYPTED, FileState.DAMAGED, FileState.EMPTY, FileState.TOO_LARGE})


@dataclass(frozen=True, slots=True)
class OpenedMail:
    """A mail on record as it was read again just now; an inspection, or None, per part."""

    record: MailRecord
    parsed: ParsedMail
    inspections: tuple[Inspection | None, ...]


def attach_mail(
    ask: StaffAsk,
    office: MailOffice,
    opened: OpenedMail,
    application: str,
    kinds: Mapping[str, FileKind] | None = None,
) -> Settled:
    """File a mail under a unit's application exactly as if it had been matched, receipt to the sender included.

    `application` is a number, a receipt number or a unit's name. `kinds` says what a file is to be taken for
    (SHA-256 → DECK or SCAN where that was not recognised, OTHER for what is not this unit's). What the
    sender may change there goes by who they have proven to be: what would replace something waits, as ever,
    for the registered contact. `Refused` where there is no such mail or unit, or the mail is filed already.
    """
    record = _open_record(ask, opened.record.id)
    known = find(ask, application)
    parsed, inspections = _taken_as(opened, kinds or {})
    settled = file_under(office, ask.store, record, parsed, inspections, known)
    _log(ask, record, MailAct.ATTACH, known.id)
    _settled_alarms(ask, record.id)
    return settled


def replay_mail(ask: StaffAsk, office: MailOffice, opened: OpenedMail) -> Settled:
    """Decide about a mail once more by the rules, as things stand now. `Refused` if it is filed already."""
    record = _open_record(ask, opened.record.id)
    settled = file_mail(office, ask.store, record, opened.parsed, opened.inspections)
    _log(ask, record, MailAct.REPLAY, settled.application)
    _settled_alarms(ask, record.id)
    return settled


def reply_to_mail(ask: StaffAsk, office: MailOffice, mail: int, text: str) -> str:
    """Answer a mail in one's own words, whatever became of it; the address it goes to.

    The same form sent twice is one answer. `Refused` for an automatic mail, and where the sender cannot be reached.
    """
    record = _record(ask, mail)
    said = text.strip()
    if not said:
        raise Refused(ask.say("mail_act_reply_empty"))
    if len(said) > LONGEST_REPLY:
        raise Refused(ask.say("mail_act_reply_long", limit=LONGEST_REPLY, count=len(said)))
    kept = ask.store.kept_mail(mail)
    if record.outcome is MailOutcome.AUTOMATIC or (kept is not None and kept.automatic):
        raise Refused(ask.say("mail_act_reply_automatic"))
    about = ask.store.application(record.application) if record.application else None
    bodies = (name for body in ask.clerk.campaign.bodies for name in (body.name, *body.aliases))
    if announces_covert_visit(said, bodies, addressed=about is not None):
        raise Refused(ask.say("notice_covert"))
    if not answer_by_hand(office, ask.store, record, said, about, ask.inbound.key or ask.now.isoformat()):
        raise Refused(ask.say("mail_act_reply_unreachable", **addresses(ask)))
    _log(ask, record, MailAct.REPLY, record.application, text=_digest(said))
    return record.sender


def discard_mail(ask: StaffAsk, mail: int, reason: str) -> None:
    """Lay a mail aside for good, with the reason: kept as it is, marked, and no longer among what waits."""
    record = _open_record(ask, mail)
    why = " ".join(reason.split())
    if not why:
        raise Refused(ask.say("mail_act_reason"))
    if len(why) > LONGEST_REASON:
        raise Refused(ask.say("mail_act_reason_long", limit=LONGEST_REASON, count=len(why)))
    moment = Wording(ask.clerk.campaign).moment(ask.now)
    said = ask.say("mail_act_discarded", name=ask.person.label, at=moment, reason=why)
    ask.store.mark_mail(mail, MailOutcome.REJECTED, said)
    _log(ask, record, MailAct.DISCARD, None, reason=_digest(why))
    _settled_alarms(ask, mail)


def fetch_link(ask: StaffAsk, mail: int, url: str, knows: Callable[[Link], bool]) -> Link:
    """Have a file fetched that a filed mail only links to, once more if that was tried before.

    `knows` says of a link whether this service can fetch it (`LinkDesk.source.knows`, False where fetching is
    switched off). The file is registered, and its sender told, as soon as it is here.
    """
    record, application, link = _filed_link(ask, mail, url)
    key = link_key(mail, link)
    if ask.store.setting(key) == FETCHED:
        raise Refused(ask.say("mail_act_link_fetched"))
    if not knows(link):
        raise Refused(ask.say("mail_act_link_foreign", host=link.host))
    if link.expires_at is not None and link.expires_at <= ask.clerk.machine_now():
        raise Refused(ask.say("mail_act_link_expired"))
    ask.store.set_setting(key, "")
    ask.store.open_links(mail)
    _log(ask, record, MailAct.FETCH, application.id)
    return link


def settle_links(ask: StaffAsk, mail: int) -> None:
    """Say that what a mail only linked to has come on another way: its alarms close, nothing more is fetched."""
    record = _record(ask, mail)
    kept = ask.store.kept_mail(mail)
    application = ask.store.application(record.application) if record.application else None
    if kept is None or not kept.links or application is None:
        raise Refused(ask.say("mail_act_no_link"))
    now = ask.clerk.machine_now()
    ask.store.close_links(mail)
    ask.store.close_alarms(link_alarm(application.number, mail), now)
    for link in kept.links:
        ask.store.close_alarms(fetch_alarm(mail, link), now)
    _log(ask, record, MailAct.SETTLE_LINKS, application.id)


def office_only(ask: StaffAsk) -> None:
    """`Refused` for everybody but the office: a mail may hold anybody's data."""
    if not ask.is_office:
        raise Refused(ask.say("mail_act_office_only", **addresses(ask)))


def may_decide(outcome: MailOutcome) -> bool:
    """Whether a person may still say what becomes of a mail."""
    return outcome not in _DONE and outcome is not MailOutcome.NEW


def _record(ask: StaffAsk, mail: int) -> MailRecord:
    office_only(ask)
    record = ask.store.mail(mail)
    if record is None:
        raise Refused(ask.say("mail_act_unknown", mail=mail))
    return record


def _open_record(ask: StaffAsk, mail: int) -> MailRecord:
    """The mail as it stands now, if it is not filed: a second colleague sees what the first has done."""
    record = _record(ask, mail)
    if record.outcome is MailOutcome.NEW:
        raise Refused(ask.say("mail_act_new", mail=mail))
    if record.outcome in _DONE:
        known = ask.store.application(record.application) if record.application else None
        raise Refused(ask.say("mail_act_filed", mail=mail, number=known.number if known else ""))
    return record


def _filed_link(ask: StaffAsk, mail: int, url: str) -> tuple[MailRecord, Application, Link]:
    record = _record(ask, mail)
    kept = ask.store.kept_mail(mail)
    found = next((link for link in kept.links if link.url == url), None) if kept else None
    application = ask.store.application(record.application) if record.application else None
    if found is None:
        raise Refused(ask.say("mail_act_no_link"))
    if record.outcome is not MailOutcome.FILED or application is None:
        raise Refused(ask.say("mail_act_link_unfiled"))
    return record, application, found


def _taken_as(
    opened: OpenedMail, kinds: Mapping[str, FileKind]
) -> tuple[ParsedMail, Sequence[Inspection | None]]:
    """The mail with its files taken for what a person says they are; what does not open stays what it is."""
    parts: list[Part] = []
    inspections: list[Inspection | None] = []
    for part, seen in zip(opened.parsed.parts, opened.inspections, strict=True):
        kind = kinds.get(part.sha256)
        problem = (seen.problem if seen else None) or part.problem
        if kind in _FORCED and problem not in _CLOSED and not (seen is not None and seen.kind is kind):
            part = replace(part, inline=False)
            code, pages = (seen.code, seen.pages) if seen else ("", None)
            seen = Inspection(kind, code=code, pages=pages)
        parts.append(part)
        inspections.append(seen)
    return replace(opened.parsed, parts=tuple(parts)), inspections


def _settled_alarms(ask: StaffAsk, mail: int) -> None:
    ask.store.close_alarms(f"intake:unreadable:{mail}", ask.clerk.machine_now())


def _log(ask: StaffAsk, record: MailRecord, act: MailAct, application: str | None, **details: str) -> None:
    remember(ask.store, record.id, act, ask.person.id, ask.now)
    log(ask, f"mail_{act}", application, mail=str(record.id), sha256=record.sha256, **details)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
