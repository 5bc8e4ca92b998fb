"""收到 by mail: an answer to the letter of a notice whose newest words say so confirms it."""

from __future__ import annotations

import re

from bot.dialogue.asides import courtesy
from bot.dialogue.mail_lines import signs
from bot.dialogue.script import simplify
from bot.model.application import AuditEntry
from bot.model.mail import MailOutcome, MailRecord, Matched, ParsedMail, Settled
from bot.ports import Store
from bot.staff.notice_words import greets, read_mailed_confirmation
from config.campaign import Campaign

_MOST_REFERENCES = 20
_MOST_LINES = 12  # of a mail that says nothing else: words, and a signature
_SHORT = re.compile(r"[^。,，?？!！;；]{1,30}")
_SAYS = re.compile(
    r"请|吗|呢|附|材料|怎|如何|什么|哪|几|能|可以|不|申报|问题|但|没|未|想|要|改|是否|麻烦|希望|为|报"
)
"""What a line says that is more than a signature. Rather once too often: such a mail goes the ordinary road."""


def confirm_by_mail(
    store: Store, campaign: Campaign, record: MailRecord, parsed: ParsedMail, text: str
) -> Settled | None:
    """Confirm the notice that a mail answers and that its newest text says was received.

    Where the mail says and brings nothing else, it is filed without an answer; None for any other: it goes the
    ordinary road, whether or not it confirmed. Only the address that the letter went to confirms it, and
    never an automatic reply.
    """
    number = _confirmation(text)
    if number is None:
        return None
    for message_id in reversed(parsed.references[-_MOST_REFERENCES:]):
        found = store.copy_of_letter(message_id)
        if found is None:
            continue
        notice, person, address = found
        if address.lower() != parsed.sender.lower() or number not in (0, notice):
            return None
        if store.confirm_delivery(notice, person, record.arrived_at):
            details = {"notice": str(notice), "mail": str(record.id)}
            store.audit([AuditEntry("notice_confirmed", None, person, "mail", details)], record.arrived_at)
        if parsed.parts or parsed.links:
            return None
        about = next((one for one, _ in store.thread([message_id]) if one), None)
        reason = campaign.phrases["reason_notice_received"].format(number=notice)
        return Settled(MailOutcome.FILED, reason, about, Matched.THREAD if about else None)
    return None


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
