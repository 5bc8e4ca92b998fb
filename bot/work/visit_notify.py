"""Telling people of a visit: the unit over WeCom with buttons and by mail with a calendar file, the team likewise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.model.application import Application
from bot.model.message import Card, Channel, Choice, Mail, Text, VisitOrder
from bot.model.split import split
from bot.model.staff import Role
from bot.model.visit import Inspector, Visit, VisitVersion
from bot.ports import Draft, Store
from bot.staff.audience import Recipient
from bot.staff.notice_board import CALL_SHEET, MAIL, WECOM
from bot.staff.tell import tell
from bot.visits.wording import checklist, numbered, team_text, unit_text
from bot.work.clerk import Clerk
from bot.work.notice_copies import ON_CARD, roads


def announce(store: Store, clerk: Clerk, visit: Visit, before: VisitVersion | None) -> bool:
    """Tell everybody concerned of the version in force; `before` is what they were told last.

    False if the unit is reached on no road: then the office has been told to telephone.
    """
    version, known = visit.current, store.application(visit.application)
    assert version is not None
    assert known is not None
    unit = known.values.get(clerk.campaign.form.unit_field) or known.number
    text = unit_text(clerk.campaign, unit, version, before)
    reached = _hand_over(store, clerk, version, Recipient(known.holder, "", "", (known,)), text, known, True)
    _tell_team(store, clerk, known, version, before)
    if not reached:
        to_call_sheet(store, clerk, known, version)
    return reached


def _tell_team(
    store: Store, clerk: Clerk, known: Application, version: VisitVersion, before: VisitVersion | None
) -> None:
    campaign = clerk.campaign
    unit = known.values.get(campaign.form.unit_field) or known.number
    text = team_text(campaign, unit, known.number, version, before)
    for one in version.plan.team:
        was_told = before if before is not None and before.plan.has(one.person) else None
        if version.cancelled and was_told is None:
            continue
        own = text if was_told or before is None else team_text(campaign, unit, known.number, version, None)
        _hand_over(store, clerk, version, Recipient(one.person, one.name), own, known, False)
    for one in _those_who_left(version, before):
        gone = campaign.phrases["visit_team_left"].format(unit=unit, number=known.number)
        tell(store, clerk, one.person, message_key(version, one.person), gone, about=None)


def _those_who_left(version: VisitVersion, before: VisitVersion | None) -> list[Inspector]:
    if before is None or before.cancelled or version.cancelled:
        return []
    return [one for one in before.plan.team if not version.plan.has(one.person)]


def _hand_over(
    store: Store,
    clerk: Clerk,
    version: VisitVersion,
    to: Recipient,
    text: str,
    known: Application,
    is_unit: bool,
) -> bool:
    """WeCom, and mail beside it; whether there was a road at all."""
    addresses = store.addresses_among((to.person,)).get(to.person, ())
    found = roads(store, clerk, to, addresses, in_parallel=True)
    if CALL_SHEET in found:
        return False
    if WECOM in found:
        _card(store, clerk, version, to.person, found[WECOM], text, is_unit)
    if MAIL in found:
        _letter(store, clerk, version, to.person, found[MAIL], text, known, is_unit)
    return True


def message_key(version: VisitVersion, person: int) -> str:
    """The key of what somebody is told of a version over WeCom; the mail's has /mail behind it."""
    return f"visit:{version.visit}:{version.version}:{person}"


def _card(
    store: Store, clerk: Clerk, version: VisitVersion, person: int, address: str, text: str, is_unit: bool
) -> None:
    """A card with 「确认」 and, for the unit, 「需改期」; a text that is too long for it goes before it."""
    phrases, key = clerk.campaign.phrases, message_key(version, person)
    heading = phrases["visit_heading"].format(
        office=clerk.campaign.contact.office_short, visit=version.visit, version=version.version
    )
    rows = []
    choices = () if version.cancelled else _choices(clerk, version, is_unit)
    long = len(text) > ON_CARD or not choices
    if long:
        rows = [
            Draft(
                f"{key}/{place}" if place > 1 else key, Channel.WECOM, person, address, Text(part), once=True
            )
            for place, part in enumerate(split(f"{heading}\n{text}"), start=1)
        ]
    if choices:
        shown = phrases["visit_please_answer"].format(visit=version.visit) if long else text
        card = Card(key.replace(":", "-"), heading, shown, choices)
        rows.append(Draft(f"{key}:button" if long else key, Channel.WECOM, person, address, card, once=True))
    store.queue(rows, clerk.machine_now())


def _choices(clerk: Clerk, version: VisitVersion, is_unit: bool) -> tuple[Choice, ...]:
    phrases = clerk.campaign.phrases
    named = {"visit": version.visit, "version": version.version}
    confirm = Choice(phrases["visit_button_confirm"], phrases["visit_says_confirm"].format(**named))
    if not is_unit:
        return (confirm,)
    return (confirm, Choice(phrases["visit_button_other"], phrases["visit_says_other"].format(**named)))


def _letter(
    store: Store,
    clerk: Clerk,
    version: VisitVersion,
    person: int,
    address: str,
    text: str,
    known: Application,
    is_unit: bool,
) -> None:
    assert clerk.message_id is not None  # else no road is mail
    campaign = clerk.campaign
    message_id = clerk.message_id(known.number if is_unit else "mail")
    store.sent_mail(message_id, known.id if is_unit else None, address)
    facts = {"campaign": campaign.title, "unit": known.values.get(campaign.form.unit_field) or known.number}
    key = "visit_mail_cancelled" if version.cancelled else "visit_mail_subject"
    lines = [text]
    if not version.cancelled:
        lines.append(campaign.phrases["visit_mail_list"] + "\n" + numbered(checklist(campaign, version.plan)))
        lines.append(campaign.phrases["visit_mail_answer" if is_unit else "visit_mail_team"])
    lines.append(f"{campaign.contact.office} {campaign.contact.phone}")
    mail = Mail(
        campaign.phrases[key].format(**facts),
        "\n\n".join(lines),
        message_id,
        orders=(VisitOrder(version.visit, version.version),),
    )
    row = Draft(f"{message_key(version, person)}/mail", Channel.MAIL, person, address, mail)
    store.queue([row], clerk.machine_now())


def to_call_sheet(store: Store, clerk: Clerk, known: Application, version: VisitVersion) -> None:
    """Let the office telephone a unit; once for each version."""
    campaign, reminders = clerk.campaign, clerk.campaign.reminders
    text = campaign.phrases["visit_call"].format(
        visit=version.visit,
        unit=known.values.get(campaign.form.unit_field) or known.number,
        name=known.values.get(reminders.contact_name, ""),
        phone=known.values.get(reminders.contact_phone, "") or campaign.phrases["visit_no_phone"],
    )
    kind = f"visit_call:{version.visit}:{version.version}"
    if store.alarm(kind, text, clerk.machine_now()):
        tell_members(store, clerk, kind, text)


def tell_members(store: Store, clerk: Clerk, key: str, text: str, but: int | None = None) -> None:
    """Tell everybody of the office, but for whoever did it."""
    for person in dict.fromkeys(member.person for member in store.members(Role.OFFICE)):
        if person != but:
            tell(store, clerk, person, f"{key}:{person}", text)


def tell_people(store: Store, clerk: Clerk, people: Iterable[int], key: str, text: str) -> None:
    """Tell these people, each once by this key."""
    for person in dict.fromkeys(people):
        tell(store, clerk, person, f"{key}:{person}", text)


def withdraw_messages(store: Store, version: VisitVersion, people: Sequence[int], now: datetime) -> None:
    """Hold back what has not left yet of a version that is void (machine's clock)."""
    keys = [message_key(version, person) for person in people]
    store.cancel_outbox([f"{key}{end}" for key in keys for end in ("", "/2", "/mail", ":button")], now)
