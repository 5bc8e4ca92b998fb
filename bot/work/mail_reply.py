"""Answers to mails on their way into the outbox, within the limits that keep us from looping and from harm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.mail.receipt import Times, number_of, question, question_by_mail, subject, unit_of
from bot.mail.sentences import News
from bot.mail.wording import Wording
from bot.model.application import Application
from bot.model.mail import MailRecord, ParsedMail
from bot.model.message import Channel, Mail, Order, SelfCheckOrder, Text
from bot.ports import Draft, Store
from bot.work.clerk import Clerk
from config.campaign import FieldKind

QUESTIONS_A_DAY = 5
"""Asked of one application's contact about doubtful mails: whoever sends those must not become a nuisance."""
MATCHED_A_DAY = 20
UNMATCHED_A_DAY = 3
_DAY = timedelta(days=1)
_MOST_REFERENCES = 20
_MOST_NAMED = 3  # files named in a question to the registered contact


@dataclass(frozen=True, slots=True)
class MailOffice:
    """What a deployment shares for its mail. `address` is the office's own."""

    clerk: Clerk
    address: str
    new_token: Callable[[], str]  # 32 random hex digits: what makes a Message-ID of ours impossible to guess

    def is_own(self, address: str) -> bool:
        return address.lower() == self.address.lower()

    def message_id(self, application: Application | None) -> str:
        """With brackets; it holds the receipt number, so that an answer is known by it alone."""
        number = number_of(application) if application else "mail"
        return f"<{number}.{self.new_token()}@{self.address.rpartition('@')[2]}>"


def may_answer(
    office: MailOffice, store: Store, record: MailRecord, parsed: ParsedMail, matched: bool
) -> bool:
    """Whether the sender gets an answer: not junk, not ourselves, reachable, and not too often a day."""
    if record.junk or not parsed.sender or office.is_own(parsed.sender):
        return False
    return may_write(office, store, parsed.sender, MATCHED_A_DAY if matched else UNMATCHED_A_DAY)


def may_write(office: MailOffice, store: Store, address: str, a_day: int) -> bool:
    """Whether one more mail may go to this address today."""
    if store.is_unreachable(Channel.MAIL, address):
        return False
    return store.replies_since(address, office.clerk.machine_now() - _DAY) < a_day


def answer(
    office: MailOffice,
    store: Store,
    record: MailRecord,
    parsed: ParsedMail,
    kind: str,
    text: str,
    application: Application | None,
    echoes: bool,
    orders: Sequence[Order] = (),
) -> None:
    """Queue the answer to a mail. Of each `kind` a mail gets at most one, however often it is run again."""
    wording = Wording(office.clerk.campaign)
    references = (*parsed.references[-_MOST_REFERENCES:], parsed.message_id)
    mail = Mail(
        subject(wording, parsed.subject, application, echoes),
        text,
        office.message_id(application),
        parsed.message_id,
        tuple(one for one in references if one),
        tuple(orders),
    )
    person = next((one.person for one in orders if isinstance(one, SelfCheckOrder)), None)
    holder = application.holder if application else person
    _post(office, store, f"mail:{record.sha256}:{kind}", parsed.sender, holder, mail, application)


def answer_by_hand(
    office: MailOffice,
    store: Store,
    record: MailRecord,
    text: str,
    application: Application | None,
    key: str,
) -> bool:
    """Queue somebody's own answer to a mail, once per `key`; False if its sender cannot be reached.

    Its subject repeats the sender's: a person has read it. An answer to it is filed with the application.
    """
    if not record.sender or office.is_own(record.sender):
        return False
    if store.is_unreachable(Channel.MAIL, record.sender):
        return False
    wording = Wording(office.clerk.campaign)
    contact = wording.campaign.contact
    end = wording.phrase("mail_act_reply_end", office=contact.office, phone=contact.phone)
    title = subject(wording, record.subject, application, echoes=True)
    references = (record.message_id,) if record.message_id else ()
    message_id = office.message_id(application)
    mail = Mail(title, f"{text}\n\n{end}", message_id, record.message_id, references)
    row = f"mail:{record.sha256}:staff:{key}"
    _post(office, store, row, record.sender, None, mail, application)
    return True


def ask_contact(
    office: MailOffice,
    store: Store,
    record: MailRecord,
    parsed: ParsedMail,
    application: Application,
    times: Times,
    news: Sequence[News],
) -> None:
    """Ask the registered contact, in the chat and by mail, whether a doubtful mail is theirs.

    The sender's own address is left out: there the receipt asks. Beyond `QUESTIONS_A_DAY` nobody is asked;
    what waits is shown on the applicant's page all the same.
    """
    if not _counts_question(office, store, application):
        return
    wording = Wording(office.clerk.campaign)
    text = question(wording, application, parsed.sender, times, news[:_MOST_NAMED])
    known = store.addresses(application.holder)
    chats = [address for channel, address in known if channel is Channel.WECOM]
    rows = [
        Draft(f"mail:{record.sha256}:ask:{place}", Channel.WECOM, application.holder, address, Text(text))
        for place, address in enumerate(chats)
    ]
    store.queue(rows, office.clerk.machine_now())
    mailed = [address for channel, address in known if channel is Channel.MAIL]
    contact = contact_address(office, application) or next(iter(mailed), "")
    if not contact or contact == parsed.sender or office.is_own(contact):
        return
    if may_write(office, store, contact, MATCHED_A_DAY):
        said = wording.phrase("subject_ask", unit=unit_of(wording, application))
        letter = question_by_mail(wording, text)
        mail = Mail(f"{said} [{number_of(application)}]", letter, office.message_id(application))
        key = f"mail:{record.sha256}:ask"
        _post(office, store, key, contact, application.holder, mail, application)


def _counts_question(office: MailOffice, store: Store, application: Application) -> bool:
    """Count one more question today; False if there were enough."""
    day = office.clerk.machine_now().date().isoformat()
    counted, _, known = (store.setting(f"mail_questions:{application.id}") or "").partition(" ")
    count = int(known) if counted == day else 0
    if count < QUESTIONS_A_DAY:
        store.set_setting(f"mail_questions:{application.id}", f"{day} {count + 1}")
    return count < QUESTIONS_A_DAY


def contact_address(office: MailOffice, application: Application) -> str:
    """The contact's mail address among the form's values, lower case; "" if there is none."""
    fields = office.clerk.campaign.form.fields
    found = (application.values.get(one.id, "") for one in fields if one.kind is FieldKind.EMAIL)
    return next(found, "").lower()


def _post(
    office: MailOffice,
    store: Store,
    key: str,
    address: str,
    person: int | None,
    mail: Mail,
    application: Application | None,
) -> None:
    store.queue([Draft(key, Channel.MAIL, person, address, mail)], office.clerk.machine_now())
    store.sent_mail(mail.message_id, application.id if application else None, address)
