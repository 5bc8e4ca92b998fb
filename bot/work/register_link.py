"""A file that a mail only linked to and that is here now: on record, and everybody concerned is told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.documents.form_version import version_of
from bot.mail.lateness import is_late_for
from bot.mail.marks import find_marks
from bot.mail.receipt import Times, echoes, ending, number_of, tells_all
from bot.mail.sentences import News, sentence
from bot.mail.versions import Why
from bot.mail.whose import Standing
from bot.mail.wording import Wording, shown, size
from bot.model.application import Application, AuditEntry, Printed
from bot.model.linked_mail import LinkedMail
from bot.model.mail import FileKind, FileState, Inspection, Link, Matched, ParsedMail, Part, Trust
from bot.model.message import Channel, Text
from bot.model.split import split
from bot.ports import Draft, Store
from bot.work.mail_attachments import Envelope, file_attachments
from bot.work.mail_contact import known_by
from bot.work.mail_reply import MailOffice, answer, ask_contact, may_answer

MOST_LISTED = 30


def register_link(
    office: MailOffice,
    now: Callable[[], datetime],
    store: Store,
    mail: LinkedMail,
    link: Link,
    parts: Sequence[Part],
    inspections: Sequence[Inspection | None],
) -> None:
    """Register a fetched file and what was in it. `now` is the campaign clock.

    The file counts as of now: the receipt said that it was not here. Its mail's sender may change what is on
    file as far as the mail proved who they are; an answer to one of our mails proves nothing here.
    """
    campaign = office.clerk.campaign
    wording = Wording(campaign)
    application = store.application(mail.record.application or "")
    if application is None:
        return
    arrived = now()
    late = is_late_for(campaign, application, arrived)
    standing = _standing(store, mail, application)
    source = f"link:{mail.record.id}"
    prints = _prints(store, mail, application, parts, inspections)
    envelope = Envelope(
        store, campaign, source, arrived, application, standing, prints, application.values, late, False
    )
    news = file_attachments(envelope, parts, inspections)
    details = {"mail": str(mail.record.id), "sha256": parts[0].sha256, "size": str(parts[0].size)}
    store.audit([AuditEntry("link_fetched", application.id, None, "mail", details)], arrived)
    if late and any(one.is_usable for one in news):
        store.late_attempt(application.id, application.holder, "link", source, arrived)
    application = store.application(application.id) or application
    letter = _told(wording, store, mail, link, application, standing, news, late, echoes(standing))
    text = _told(wording, store, mail, link, application, standing, news, late, repeats=True)
    _tell(office, store, mail, link, application, standing, letter, text, news, arrived)


def _standing(store: Store, mail: LinkedMail, application: Application) -> Standing:
    # the mail was filed by a mark, so that a draft's contact had named the application
    known = known_by(store, mail.record.sender, {application.id})
    return Standing(
        proven=mail.trust is Trust.PASSED,
        registered=application.id in known.registered,
        by_code=mail.matched_by is Matched.PRINT_CODE,
    )


def _prints(
    store: Store,
    mail: LinkedMail,
    application: Application,
    parts: Sequence[Part],
    inspections: Sequence[Inspection | None],
) -> dict[str, Printed]:
    names = [name for part in parts for name in (*part.path, part.name)]
    inside = [one.code for one in inspections if one and one.code]
    codes = find_marks([mail.record.subject, mail.text, *names, *inside]).codes
    found = {code: printed for code in codes if (printed := store.print_of_code(code))}
    return {code: printed for code, printed in found.items() if printed.application == application.id}


def _told(
    wording: Wording,
    store: Store,
    mail: LinkedMail,
    link: Link,
    application: Application,
    standing: Standing,
    news: Sequence[News],
    late: bool,
    repeats: bool,  # whether the sender's own words (names of files) may stand in it
) -> str:
    """What the sender reads. Strangers learn of the application its number only."""
    campaign = wording.campaign
    printed = store.printed(application.id, version_of(campaign, application.values))
    code = printed.code if printed and standing.registered else ""
    stage = campaign.stage(application.stage).public_label
    files = [one for one in news if one.kind is not FileKind.INLINE]
    lines = [
        wording.phrase("receipt_hello"),
        wording.phrase(
            "link_fetched",
            arrived=wording.moment(mail.record.arrived_at),
            name=shown(link.name or link.host) if repeats else link.host,
        ),
    ]
    for one in files[:MOST_LISTED]:
        name = " / ".join(shown(part) for part in (*one.part.path, one.part.name))
        name = name if repeats else one.part.type
        is_told = tells_all(standing) or not one.is_compared
        said = sentence(wording, one, code, stage) if is_told else wording.phrase("file_stranger")
        digest, large = one.part.sha256[:8], size(one.part.size)
        lines.append(wording.phrase("link_file", name=name, size=large, digest=digest, sentence=said))
        if repeats:
            lines.extend(wording.phrase("receipt_line", line=line) for line in one.lines)
    if len(files) > MOST_LISTED:
        lines.append(wording.phrase("receipt_more_files", count=len(files) - MOST_LISTED))
    if late:
        contact, clause = campaign.contact, campaign.clause(campaign.deadline_clause).label
        lines.append(
            wording.phrase(
                "link_late",
                deadline=campaign.deadline_words,
                clause=clause,
                office=contact.office_short,
                phone=contact.phone,
            )
        )
    if standing.registered and _waiting(files):
        lines.append(wording.phrase("receipt_asks"))
    elif not standing.may_change and any(one.is_usable and one.version for one in files):
        lines.append(wording.phrase("receipt_doubtful"))
    lines.append(wording.phrase("receipt_number", number=number_of(application)))
    return "\n".join(lines)


def _tell(
    office: MailOffice,
    store: Store,
    mail: LinkedMail,
    link: Link,
    application: Application,
    standing: Standing,
    told: str,
    text: str,
    news: Sequence[News],
    arrived: datetime,
) -> None:
    """The sender by mail; the holder in the chat: what a proven mail became, or whether a doubtful one is theirs.

    `told` is for the sender, `text` for the holder.
    """
    # each link of a mail is told of by itself, and once
    identity = hashlib.sha256(f"{mail.record.sha256} {link.url}".encode()).hexdigest()
    record = replace(mail.record, sha256=identity)
    parsed = ParsedMail(mail.record.message_id, mail.record.sender, subject=mail.record.subject)
    wording = Wording(office.clerk.campaign)
    if may_answer(office, store, mail.record, parsed, matched=True):
        letter = f"{told}\n\n{ending(wording)}"
        answer(office, store, record, parsed, "link", letter, application, echoes(standing))
    waits = _waiting(news)
    if waits and not standing.may_change:
        times = Times(None, mail.record.arrived_at, arrived)
        ask_contact(office, store, record, parsed, application, times, waits)
    elif standing.may_change or any(one.is_usable for one in news):
        _push(office, store, identity, application, text)


def _push(office: MailOffice, store: Store, identity: str, application: Application, text: str) -> None:
    chats = [address for channel, address in store.addresses(application.holder) if channel is Channel.WECOM]
    rows = [
        Draft(f"link:{identity}:{place}:{number}", Channel.WECOM, application.holder, address, Text(piece))
        for place, address in enumerate(chats)
        for number, piece in enumerate(split(text))
    ]
    store.queue(rows, office.clerk.machine_now())


def _waiting(news: Sequence[News]) -> list[News]:
    """The files that wait for the registered contact's word."""
    return [one for one in news if one.state is FileState.PENDING and one.why is Why.UNPROVEN]
