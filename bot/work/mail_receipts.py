"""收到 by mail: an answer to the letter of a notice whose newest words say so confirms it; a mail of its own from
somebody with a role, to whom notices went in the chat alone, confirms those."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.dialogue.asides import courtesy
from bot.dialogue.mail_lines import signs
from bot.dialogue.script import simplify
from bot.mail.receipt import ending
from bot.mail.wording import Wording
from bot.model.application import AuditEntry
from bot.model.mail import MailOutcome, MailRecord, Matched, ParsedMail, Settled, Trust
from bot.model.message import Channel
from bot.ports import Store
from bot.staff.notice_words import greets, read_mailed_confirmation
from bot.work.mail_reply import MailOffice, answer, may_answer

_MOST_REFERENCES = 20
_MOST_LINES = 12  # of a mail that says nothing else: words, and a signature
_SHORT = re.compile(r"[^。,，?？!！;；]{1,30}")
_SAYS = re.compile(
    r"请|吗|呢|附|材料|怎|如何|什么|哪|几|能|可以|不|申报|问题|但|没|未|想|要|改|是否|麻烦|希望|为|报"
)
"""What a line says that is more than a signature. Rather once too often: such a mail goes the ordinary road."""


def confirm_by_mail(
    office: MailOffice, store: Store, record: MailRecord, parsed: ParsedMail, text: str
) -> Settled | None:
    """Confirm the notice that a mail answers and that its newest text says was received.

    Where the mail says and brings nothing else, it is filed, without an answer the first time; None for any other: it
    goes the ordinary road, whether or not it confirmed. Only the address that the letter went to confirms it, and
    never an automatic reply.
    """
    number = _confirmation(text)
    if number is None:
        return None
    campaign = office.clerk.campaign
    for message_id in reversed(parsed.references[-_MOST_REFERENCES:]):
        found = store.copy_of_letter(message_id)
        if found is None:
            continue
        notice, person, address = found
        if address.lower() != parsed.sender.lower() or number not in (0, notice):
            return None
        is_new = _confirm(store, record, notice, person)
        if parsed.parts or parsed.links:
            return None
        about = next((one for one, _ in store.thread([message_id]) if one), None)
        reason = campaign.phrases["reason_notice_received"].format(number=notice)
        reply = None if is_new else _answer(office, store, record, parsed, [notice])
        return Settled(MailOutcome.FILED, reason, about, Matched.THREAD if about else None, reply=reply)
    return _confirm_unlettered(office, store, record, parsed, number)


def _confirm_unlettered(
    office: MailOffice, store: Store, record: MailRecord, parsed: ParsedMail, number: int
) -> Settled | None:
    """The notices that wait for somebody with a role whose address is proven, where the mail answers none of ours."""
    member = store.member_at(Channel.MAIL, parsed.sender)
    is_plain = not (record.junk or parsed.parts or parsed.links)
    if member is None or parsed.trust is not Trust.PASSED or not is_plain:
        return None
    if store.thread(parsed.references[-_MOST_REFERENCES:]):
        return None
    waiting = {one.notice for one in store.copies_of(member.person) if number in (0, one.notice)}
    confirmed = [notice for notice in sorted(waiting) if _confirm(store, record, notice, member.person)]
    reason = "、".join(
        office.clerk.campaign.phrases["reason_notice_received"].format(number=one) for one in confirmed
    )
    reply = _answer(office, store, record, parsed, confirmed)
    return Settled(
        MailOutcome.FILED, reason or office.clerk.campaign.phrases["mailed_reason_courtesy"], reply=reply
    )


def _confirm(store: Store, record: MailRecord, notice: int, person: int) -> bool:
    if not store.confirm_delivery(notice, person, record.arrived_at):
        return False
    details = {"notice": str(notice), "mail": str(record.id)}
    store.audit([AuditEntry("notice_confirmed", None, person, "mail", details)], record.arrived_at)
    return True


def _answer(
    office: MailOffice, store: Store, record: MailRecord, parsed: ParsedMail, notices: Sequence[int]
) -> str | None:
    """Say which notices are on record as received; None where the sender gets no answer today."""
    if not may_answer(office, store, record, parsed, matched=True):
        return None
    wording = Wording(office.clerk.campaign)
    known = [notice for each in notices if (notice := store.notice(each)) is not None]
    named = "、".join(wording.phrase("notice_named", number=one.id, title=one.title) for one in known)
    said = wording.phrase("notice_confirmed", notices=named) if named else wording.phrase("mailed_none_waits")
    text = "\n\n".join([wording.phrase("receipt_hello") + said, ending(wording)])
    answer(office, store, record, parsed, "received", text, None, True)
    return text


def _confirmation(text: str) -> int | None:
    """The notice that a mail says was received, 0 where it names none; None where it says anything else."""
    lines = [simplify(line.strip()) for line in text.splitlines() if line.strip()]
    if not lines or len(lines) > _MOST_LINES:
        return None
    while len(lines) > 1 and greets(lines[0]):
        lines = lines[1:]
    number = read_mailed_confirmation(lines[0])
    rest = [line for line in lines[1:] if courtesy(line) is None and read_mailed_confirmation(line) is None]
    return number if number is not None and all(_signs(line) for line in rest) else None


def _signs(line: str) -> bool:
    """Whether a line below the words is a signature: a unit, a name, a telephone number, 发自我的iPhone."""
    return signs(line) or (_SHORT.fullmatch(line) is not None and _SAYS.search(line) is None)
