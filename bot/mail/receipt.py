"""The text of an answer: what arrived, what it was taken for, where one stands, what is still owed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.mail.sentences import News, sentence
from bot.mail.whose import Doubt, Standing
from bot.mail.wording import Wording, bare_subject, is_returned, shown, size
from bot.model.application import Application
from bot.model.mail import FileKind, FileState, Link

MOST_LISTED = 30
"""Files named one by one; of more the rest is only counted."""

_MOST_UNREAD = 5


@dataclass(frozen=True, slots=True)
class Times:
    """When a mail was sent (as it says itself), when it arrived, when it was read by us."""

    sent: datetime | None
    arrived: datetime
    read: datetime


@dataclass(frozen=True, slots=True)
class Filed:
    """All that the receipt of a filed mail tells."""

    application: Application
    standing: Standing
    times: Times
    news: Sequence[News] = ()
    links: Sequence[Link] = ()
    said: Sequence[str] = ()  # what the dialogue answered, a paragraph each
    owed: Sequence[str] = ()  # labels of what is owed; only told where `tells_all`
    late: bool = False
    is_bare: bool = False  # no file, no link, no word that was understood
    unread: Sequence[str] = ()  # of a bare mail: its lines, courtesy left aside
    is_courtesy: bool = False  # of a bare mail: nothing but thanks
    late_told: bool = False  # the dialogue has said already that it is late
    has_page: bool = False  # the address of the applicant's page is enclosed
    asks: bool = False  # something waits for this very person's word
    current_code: str = ""  # the print code of the form as it stands, "" without one
    bound: str = ""  # the print code to which earlier scans were bound by this mail
    is_refused: bool = False  # the mail's words wanted something that its sender may not do


def tells_all(standing: Standing) -> bool:
    """Whether the sender may learn of the application more than what their mail became."""
    return standing.registered or standing.by_code


def echoes(standing: Standing) -> bool:
    """Whether an answer may repeat words of the mail: to a forged address it would carry them for the forger."""
    return tells_all(standing) or standing.proven


def receipt(wording: Wording, filed: Filed) -> str:
    """The answer to a mail that belongs to an application."""
    blocks = [
        _opening(wording, filed),
        _files(wording, filed),
        _links(wording, filed),
        *(text.strip() for text in filed.said),
        wording.phrase("receipt_bound", code=filed.bound) if filed.bound else "",
        _late(wording, filed.times, filed.late_told) if filed.late else "",
        _trust(wording, filed),
        _standing(wording, filed),
        wording.phrase("receipt_page") if filed.has_page else "",
        ending(wording),
    ]
    return "\n\n".join(block for block in blocks if block)


def unmatched(
    wording: Wording,
    doubt: Doubt,
    misread: bool,
    late: Times | None,
    said: Sequence[str] = (),
    links: bool = False,
) -> str:
    """The answer to a mail that belongs to nobody known: what to do, and nothing of anybody's data."""
    contact = wording.campaign.contact
    blocks = [
        wording.phrase("receipt_hello"),
        wording.phrase(f"unmatched_{doubt}", office=contact.office_short, phone=contact.phone),
        *(text.strip() for text in said),
        wording.phrase("code_misread") if misread and doubt is Doubt.UNKNOWN else "",
        wording.phrase("unmatched_link") if links else "",
        _late(wording, late, doubt is Doubt.LATE) if late else "",
        ending(wording),
    ]
    return "\n\n".join(block for block in blocks if block)


def answered(wording: Wording, said: Sequence[str], late: Times | None) -> str:
    """The answer to somebody without an application: what the dialogue said."""
    blocks = [
        wording.phrase("receipt_hello"),
        *(text.strip() for text in said),
        _late(wording, late) if late else "",
        ending(wording),
    ]
    return "\n\n".join(block for block in blocks if block)


def question(
    wording: Wording, application: Application, sender: str, times: Times, news: Sequence[News]
) -> str:
    """Asks the registered contact whether a doubtful mail is theirs."""
    return wording.phrase(
        "ask_pending",
        arrived=wording.moment(times.arrived),
        unit=unit_of(wording, application),
        sender=shown(sender),
        files=pending_files(wording, news),
    )


def question_by_mail(wording: Wording, text: str) -> str:
    """The same question as a letter."""
    return "\n\n".join((f"{wording.phrase('receipt_hello')}{text}", ending(wording)))


def pending_files(wording: Wording, news: Sequence[News]) -> str:
    return "、".join(
        wording.phrase("ask_file", name=shown(one.part.name), size=size(one.part.size), digest=_digest(one))
        for one in news
    )


def subject(wording: Wording, theirs: str, application: Application | None, echoes: bool) -> str:
    """Of an answer: theirs with our number, so that a reply finds its way back by the subject alone.

    A stranger's subject is not repeated (`echoes` False): an answer must not carry it to a forged address.
    """
    bare = bare_subject(theirs) if echoes else ""
    said = wording.phrase("subject_reply", subject=bare or wording.phrase("subject_nameless"))
    return f"{said} [{number_of(application)}]" if application else said


def number_of(application: Application) -> str:
    """The receipt number, before there is one the application's number."""
    return application.receipt or application.number


def unit_of(wording: Wording, application: Application) -> str:
    return application.values.get(wording.campaign.form.unit_field, "") or application.number


def ending(wording: Wording) -> str:
    contact = wording.campaign.contact
    return wording.phrase("receipt_end", office=contact.office, phone=contact.phone)


def _opening(wording: Wording, filed: Filed) -> str:
    times = filed.times
    arrived = wording.moment(times.arrived)
    if times.sent is None:
        came = wording.phrase("receipt_came", arrived=arrived)
    else:
        came = wording.phrase("receipt_came_sent", sent=wording.moment(times.sent), arrived=arrived)
    unit = filed.application.values.get(wording.campaign.form.unit_field, "")
    known = filed.standing.registered and unit
    hello = wording.phrase("receipt_hello_unit", unit=unit) if known else wording.phrase("receipt_hello")
    return hello + came


def _files(wording: Wording, filed: Filed) -> str:
    listed = [one for one in filed.news if one.kind is not FileKind.INLINE]
    if not listed:
        return _bare(wording, filed) if filed.is_bare else ""
    stage = wording.campaign.stage(filed.application.stage).public_label
    code = filed.current_code if filed.standing.registered else ""
    repeats = echoes(filed.standing)
    lines = [wording.phrase("receipt_files", count=len(listed))]
    for place, one in enumerate(listed[:MOST_LISTED], start=1):
        key = "receipt_file_pages" if one.pages else "receipt_file"
        lines.append(
            wording.phrase(
                key,
                place=place,
                name=" / ".join(_name(wording, name) for name in (*one.part.path, one.part.name))
                if repeats
                else one.part.type,
                size=size(one.part.size),
                pages=one.pages,
                digest=_digest(one),
                sentence=sentence(wording, one, code, stage)
                if tells_all(filed.standing) or not one.is_compared
                else wording.phrase("file_stranger"),
            )
        )
        if repeats and one.state is not FileState.ALREADY_REGISTERED:  # else its sender was told before
            lines.extend(wording.phrase("receipt_line", line=line) for line in one.lines)
    if len(listed) > MOST_LISTED:
        lines.append(wording.phrase("receipt_more_files", count=len(listed) - MOST_LISTED))
    return "\n".join(lines)


def _name(wording: Wording, name: str) -> str:
    return shown(name) or wording.phrase("file_nameless")


def _bare(wording: Wording, filed: Filed) -> str:
    """To a mail with nothing to do in it: what was not understood, or that a file may have been forgotten."""
    if filed.is_refused or filed.is_courtesy:
        return ""
    if not filed.unread or not echoes(filed.standing):
        return wording.phrase("receipt_no_file")
    lines = [wording.phrase("receipt_line", line=shown(line)) for line in filed.unread[:_MOST_UNREAD]]
    contact = wording.campaign.contact
    return "\n".join(
        [wording.phrase("receipt_unread"), *lines, wording.phrase("receipt_unread_help", phone=contact.phone)]
    )


def _links(wording: Wording, filed: Filed) -> str:
    lines = []
    for link in filed.links[:MOST_LISTED]:
        known = size(link.size) if link.size is not None else wording.phrase("link_size_unknown")
        if link.expires_at is not None:
            expiry = wording.phrase("link_expires", at=wording.moment(link.expires_at))
        else:
            expiry = wording.phrase("link_expiry_unknown")
        name = shown(link.name or link.host) if echoes(filed.standing) else link.host
        lines.append(wording.phrase("receipt_link", name=name, size=known, expiry=expiry))
    return "\n".join([*lines, wording.phrase("receipt_link_help")]) if lines else ""


def _late(wording: Wording, times: Times, is_told: bool = False) -> str:
    """The three times of a late mail, and who decides. `is_told`: that has been said already."""
    campaign = wording.campaign
    stamps = wording.phrase(
        "receipt_times",
        sent=wording.moment(times.sent) if times.sent else wording.phrase("time_unknown"),
        arrived=wording.moment(times.arrived),
        read=wording.moment(times.read),
    )
    if is_told:
        return stamps
    return stamps + wording.phrase(
        "receipt_late",
        deadline=campaign.deadline_words,
        clause=campaign.clause(campaign.deadline_clause).label,
        office=campaign.contact.office_short,
        phone=campaign.contact.phone,
    )


def _trust(wording: Wording, filed: Filed) -> str:
    standing = filed.standing
    if standing.registered and not standing.proven and (filed.asks or filed.is_refused):
        keys = ["receipt_unproven"]
        keys += ["receipt_words_unproven"] if filed.is_refused else []
        keys += ["receipt_asks"] if filed.asks else []
        return "".join(wording.campaign.phrases[key] for key in keys)
    if filed.is_refused:
        return wording.phrase("receipt_words_stranger")
    first = any(one.state is FileState.REGISTERED and one.version for one in filed.news)
    return wording.phrase("receipt_doubtful") if first and not standing.may_change else ""


def _standing(wording: Wording, filed: Filed) -> str:
    """草稿，尚未报送, or 已报送 with its receipt: never anything between. Strangers learn only the number."""
    application, campaign = filed.application, wording.campaign
    if not tells_all(filed.standing):
        return wording.phrase("receipt_number", number=number_of(application))
    stage = campaign.stage(application.stage)
    facts = {"number": application.number, "receipt": application.receipt, "stage": stage.public_label}
    lines = []
    if not _tells_state(wording, filed, stage.replay):
        key = "returned" if is_returned(campaign, stage.id) else stage.replay
        lines.append(wording.phrase(f"receipt_state_{key}", **facts))
    elif not application.receipt:
        lines.append(wording.phrase("receipt_number", number=application.number))
    debts = "、".join(filed.owed)
    owes = wording.phrase("debts", debts=debts)
    if debts and any(owes in text for text in filed.said):
        if not filed.late and not any(campaign.deadline_words in text for text in filed.said):
            clause = campaign.clause(campaign.deadline_clause).label
            lines.append(wording.phrase("mail_deadline", deadline=campaign.deadline_words, clause=clause))
    elif debts and (filed.late or _tells_state(wording, filed, "draft")):
        lines.append(owes)
    elif debts:
        clause = campaign.clause(campaign.deadline_clause).label
        lines.append(
            wording.phrase("receipt_owed", debts=debts, deadline=campaign.deadline_words, clause=clause)
        )
    elif stage.replay == "submitted":
        lines.append(wording.phrase("receipt_nothing_owed"))
    return "\n".join(lines)


def _tells_state(wording: Wording, filed: Filed, status: str) -> bool:
    """Whether the dialogue has said already how the form stands, and until when."""
    if status == "submitted" and any(filed.application.receipt in text for text in filed.said):
        return True
    keys = [f"mail_state_{status}"]
    if status == "draft":
        keys += ["mail_state_complete", "mail_state_returned"]
    starts = tuple(wording.campaign.phrases[key].partition("{")[0] for key in keys)
    return any(text.startswith(starts) for text in filed.said)


def _digest(news: News) -> str:
    return news.part.sha256[:8]
