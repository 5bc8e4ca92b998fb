"""One person's copies of a notice: by which roads they go, and what is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.model.message import Card, Channel, Choice, Mail, Text
from bot.model.staff import BUTTON, Notice
from bot.ports import Draft, Store
from bot.staff.audience import Recipient, fill, values_of, variables_in
from bot.staff.notice_board import CALL_SHEET, MAIL, WECOM
from bot.work.clerk import Clerk
from config.campaign import Campaign, FieldKind

ON_CARD = 160  # characters that a card shows

Addresses = Sequence[tuple[Channel, str]]
"""Where somebody can be reached, oldest first (`Store.addresses_among`)."""


def roads(
    store: Store, clerk: Clerk, recipient: Recipient, known: Addresses, in_parallel: bool
) -> dict[str, str]:
    """Channel → address by which somebody is told: WeCom, with mail beside it `in_parallel` or in its place.

    Somebody without either is on the call sheet, with the telephone number of the form where there is one.
    """
    found = {}
    if members := [address for channel, address in known if channel is Channel.WECOM]:
        found[WECOM] = members[0]
    if (in_parallel or not found) and (letters := _letter_boxes(store, clerk, recipient, known)):
        found[MAIL] = letters[0]
    return found or {CALL_SHEET: phone_of(clerk.campaign, recipient)}


def _letter_boxes(store: Store, clerk: Clerk, recipient: Recipient, known: Addresses) -> list[str]:
    """Where mail may go: the person's own addresses, then the contact's in the form. Nowhere without mail."""
    if clerk.message_id is None:
        return []
    stated = _in_form(clerk.campaign, recipient, FieldKind.EMAIL)
    boxes = [address for channel, address in known if channel is Channel.MAIL]
    if stated and not store.is_unreachable(Channel.MAIL, stated):
        boxes.append(stated)
    return boxes


def phone_of(campaign: Campaign, recipient: Recipient) -> str:
    """The telephone number in the recipient's form; "" if there is none."""
    return _in_form(campaign, recipient, FieldKind.PHONE)


def _in_form(campaign: Campaign, recipient: Recipient, kind: FieldKind) -> str:
    """What the first application says in the first field of this kind; "" if nothing."""
    for application in recipient.applications:
        for item in campaign.form.fields:
            if item.kind is kind and application.values.get(item.id):
                return application.values[item.id]
    return ""


def hand_over(
    store: Store,
    clerk: Clerk,
    notice: Notice,
    recipient: Recipient,
    cutoffs: Mapping[str, date],
    known: Addresses,
) -> None:
    """Write one person's copies and queue them. What they have already is left as it is."""
    for channel, address in roads(store, clerk, recipient, known, notice.decides).items():
        hand_over_by(store, clerk, notice, recipient, cutoffs, channel, address)


def hand_over_by(
    store: Store,
    clerk: Clerk,
    notice: Notice,
    recipient: Recipient,
    cutoffs: Mapping[str, date],
    channel: str,
    address: str,
) -> bool:
    """One copy on one channel (wecom/2: the second try); False if there is one."""
    key = "" if channel == CALL_SHEET else f"notice:{notice.id}:{recipient.person}:{channel}"
    if not store.add_delivery(notice.id, recipient.person, channel, address, key):
        return False
    if key:
        text = wording(clerk.campaign, notice, recipient, cutoffs)
        if channel.partition("/")[0] == MAIL:
            rows, message_id = _letter(store, clerk, notice, recipient, key, address, text)
            store.set_letter(notice.id, recipient.person, channel, message_id)
        else:
            rows = _messages(clerk, notice, recipient, key, address, text)
        store.queue(rows, clerk.machine_now())
    return True


def wording(campaign: Campaign, notice: Notice, recipient: Recipient, cutoffs: Mapping[str, date]) -> str:
    """What one recipient reads."""
    text = notice.text
    if variables_in(text):
        text = fill(text, values_of(campaign, recipient, cutoffs))
    if notice.replaces is None:
        return text
    return campaign.phrases["notice_corrects"].format(replaced=notice.replaces) + text


def _messages(
    clerk: Clerk, notice: Notice, recipient: Recipient, key: str, address: str, text: str
) -> list[Draft]:
    """A card with 「收到」 if it can show the text, else the text and then the card."""
    phrases, person = clerk.campaign.phrases, recipient.person
    office = clerk.campaign.contact.office_short
    heading = phrases["notice_heading"].format(office=office, number=notice.id)
    says = phrases["notice_received_says"].format(number=notice.id)
    choices = (Choice(phrases["notice_received"], says),)
    task = key.replace(":", "-").replace("/", "-")
    if len(text) <= ON_CARD:
        return [Draft(key, Channel.WECOM, person, address, Card(task, heading, text, choices), once=True)]
    asked = phrases["notice_please_confirm"].format(title=notice.title)
    return [
        Draft(key, Channel.WECOM, person, address, Text(f"{heading}\n{text}"), once=True),
        Draft(
            button_key(key), Channel.WECOM, person, address, Card(task, heading, asked, choices), once=True
        ),
    ]


def _letter(
    store: Store, clerk: Clerk, notice: Notice, recipient: Recipient, key: str, address: str, text: str
) -> tuple[list[Draft], str]:
    """The mail, and its Message-ID."""
    assert clerk.message_id is not None  # else no road is mail
    campaign, about = clerk.campaign, recipient.applications[0] if recipient.applications else None
    message_id = clerk.message_id(about.number if about else "mail")
    store.sent_mail(message_id, about.id if about else None, address)
    contact = campaign.contact
    subject = subject_of(campaign, notice)
    body = campaign.phrases["notice_mail"].format(
        text=text, office=contact.office, phone=contact.phone, number=notice.id
    )
    return [Draft(key, Channel.MAIL, recipient.person, address, Mail(subject, body, message_id))], message_id


def subject_of(campaign: Campaign, notice: Notice) -> str:
    """The subject of a copy by mail; … for the number of what is not kept yet."""
    facts = {"number": notice.id or "…", "title": notice.title, "campaign": campaign.title}
    return campaign.phrases["notice_mail_subject"].format(**facts)


def button_key(key: str) -> str:
    """The key of the row that holds the button of a text too long for a card."""
    return f"{key}{BUTTON}"
