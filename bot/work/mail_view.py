"""One mail as the office reads it: what came, when, what was made of it, what was said to it, who did what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.mail.wording import shown, size
from bot.model.kept_mail import KeptMail, MailAnswer
from bot.model.linked_mail import FAILED, FETCHED, link_key
from bot.model.mail import Link, MailFile, MailOutcome
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import unit_of
from bot.staff.standing import log
from bot.work.mail_acts import may_decide, office_only
from bot.work.mail_history import MailAct, remembered


@dataclass(frozen=True, slots=True)
class FileView:
    """An attachment. Its content lies among the stored files under `sha256`."""

    name: str
    inside: tuple[str, ...]  # the names of what it was inside of, outermost first
    size: str  # 1.7 MB
    sha256: str
    type: str  # by content: pptx pdf …
    kind: str  # 申报报告
    state: str  # 已登记
    is_registered: bool


@dataclass(frozen=True, slots=True)
class LinkView:
    url: str
    host: str
    name: str  # "" if unknown
    size: str  # "" if unknown
    expires_at: datetime | None
    state: str  # 未取回
    may_fetch: bool


@dataclass(frozen=True, slots=True)
class AnswerView:
    """A message of ours because of this mail."""

    channel: str  # wecom | mail
    to: str
    at: datetime  # queued, machine's clock
    subject: str
    text: str
    state: str  # as it is stored
    state_label: str  # 已发出
    error: str


@dataclass(frozen=True, slots=True)
class ActView:
    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class MailView:
    """All that is known of one mail; words for the office in Chinese, moments aware."""

    id: int
    sha256: str  # of the raw message, among the stored files
    message_id: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    sent_at: datetime | None  # as the mail says itself
    arrived_at: datetime
    read_at: datetime
    arrivals: int  # how often the same bytes came
    size: str
    text: str  # the newest part
    full_text: str  # with what it quotes
    trust: str  # 发件人已核实
    automatic: bool
    junk: bool
    late: bool
    outcome: MailOutcome
    outcome_label: str  # 待认领
    reason: str
    matched_by: str  # 打印码; "" for none
    number: str  # of the application it is filed under; "" for none
    unit: str
    files: tuple[FileView, ...]
    links: tuple[LinkView, ...]
    answers: tuple[AnswerView, ...]
    history: tuple[ActView, ...]
    may_decide: bool  # whether it can be attached, discarded or run again
    may_reply: bool
    may_settle_links: bool


def one_mail(ask: StaffAsk, mail: int, knows: Callable[[Link], bool] = lambda link: False) -> MailView:
    """A mail with everything on record of it; the look is put on record.

    `knows` as for `bot.work.mail_acts.fetch_link`. `Refused` for everybody but the office, and if there is none.
    """
    office_only(ask)
    kept = ask.store.kept_mail(mail)
    if kept is None:
        raise Refused(ask.say("mail_act_unknown", mail=mail))
    record = kept.record
    log(ask, "view_mail", record.application, mail=str(mail))
    known = ask.store.application(record.application) if record.application else None
    return MailView(
        record.id,
        record.sha256,
        record.message_id,
        record.sender,
        kept.sender_name,
        kept.recipients,
        record.subject,
        kept.sent_at,
        record.arrived_at,
        record.read_at,
        kept.arrivals,
        size(record.size),
        kept.text,
        kept.full_text,
        ask.say(f"mail_trust_{kept.trust}"),
        bool(kept.automatic),
        record.junk,
        kept.late,
        record.outcome,
        _outcome(ask, kept),
        record.reason,
        ask.say(f"mail_matched_{kept.matched_by}") if kept.matched_by else "",
        known.number if known else "",
        unit_of(ask.clerk.campaign, known) if known else "",
        tuple(_file(ask, one) for one in kept.files),
        tuple(_link(ask, kept, one, knows) for one in kept.links),
        tuple(_answer(ask, one) for one in ask.store.mail_answers(record.sha256)),
        _history(ask, mail),
        may_decide(record.outcome),
        bool(record.sender) and record.outcome is not MailOutcome.AUTOMATIC,
        bool(kept.links) and known is not None,
    )


def mail_file(ask: StaffAsk, mail: int, sha256: str = "") -> tuple[str, str]:
    """What is to be downloaded of a mail: name and SHA-256 of an attachment, or of the message itself (.eml).

    That it was taken is put on record. `Refused` as for `one_mail`, and if the mail has no such attachment.
    """
    office_only(ask)
    kept = ask.store.kept_mail(mail)
    if kept is None:
        raise Refused(ask.say("mail_act_unknown", mail=mail))
    names = {file.part.sha256: file.part.name or ask.say("file_nameless") for file in kept.files}
    names[""] = f"{mail}.eml"
    if sha256 not in names:
        raise Refused(ask.say("mail_act_unknown", mail=mail))
    wanted = sha256 or kept.record.sha256
    log(ask, "download_mail", kept.record.application, mail=str(mail), sha256=wanted)
    return names[sha256], wanted


def _outcome(ask: StaffAsk, kept: KeptMail) -> str:
    """How it stands; one that a person laid aside was not answered with a reason like others that were rejected."""
    acts = remembered(ask.store, kept.record.id)
    if kept.record.outcome is MailOutcome.REJECTED and acts and acts[-1].act is MailAct.DISCARD:
        return ask.say("mail_discarded")
    return ask.say(f"mail_outcome_{kept.record.outcome}")


def _file(ask: StaffAsk, file: MailFile) -> FileView:
    part = file.part
    registered = ("registered", "already_registered", "macro", "mislabelled")
    return FileView(
        shown(part.name) or ask.say("file_nameless"),
        tuple(shown(name) for name in part.path),
        size(part.size),
        part.sha256,
        part.type,
        ask.say(f"mail_file_kind_{file.kind}"),
        ask.say(f"mail_file_state_{file.state}"),
        file.state in registered,
    )


def _link(ask: StaffAsk, kept: KeptMail, link: Link, knows: Callable[[Link], bool]) -> LinkView:
    state = ask.store.setting(link_key(kept.record.id, link))
    expired = link.expires_at is not None and link.expires_at <= ask.clerk.machine_now()
    if state in (FETCHED, FAILED):
        key = "mail_link_fetched" if state == FETCHED else "mail_link_failed"
    elif state is not None:
        key = "mail_link_waits"
    else:
        key = "mail_link_expired" if expired else "mail_link_open"
    is_filed = kept.record.outcome is MailOutcome.FILED and kept.record.application is not None
    return LinkView(
        link.url,
        link.host,
        shown(link.name),
        size(link.size) if link.size is not None else "",
        link.expires_at,
        ask.say(key),
        is_filed and state != FETCHED and not expired and knows(link),
    )


def _answer(ask: StaffAsk, answer: MailAnswer) -> AnswerView:
    return AnswerView(
        answer.channel,
        answer.address,
        answer.at,
        answer.subject,
        answer.text,
        answer.state,
        ask.say(f"mail_sent_{answer.state}"),
        answer.error,
    )


def _history(ask: StaffAsk, mail: int) -> tuple[ActView, ...]:
    acts = remembered(ask.store, mail)
    names = _names(ask) if acts else {}
    somebody = ask.say("notice_somebody")
    return tuple(
        ActView(one.at, names.get(one.person, somebody), ask.say(f"mail_did_{one.act}")) for one in acts
    )


def _names(ask: StaffAsk) -> dict[int, str]:
    return {member.person: member.name for member in ask.store.members()}
