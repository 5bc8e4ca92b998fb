"""A mail of a recommending body: what it recommends is proposed, or a proposal confirmed, in the mail's transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from bot.dialogue.units import unit_key
from bot.documents.deck_json import report_json
from bot.mail.kinds import take
from bot.mail.lateness import is_late_for
from bot.mail.marks import find_marks
from bot.mail.package_read import MailedPackage, confirms, drops, read_package
from bot.mail.receipt import ending
from bot.mail.wording import Wording
from bot.model.application import Application
from bot.model.mail import (
    FileKind,
    FileState,
    Inspection,
    MailFile,
    MailOutcome,
    MailRecord,
    ParsedMail,
    Part,
    Settled,
    Trust,
)
from bot.model.message import Channel, Inbound, Kind
from bot.model.staff import Role
from bot.ports import Store
from bot.staff.desk import StaffAnswer, StaffAsk
from bot.staff.desk import answer as say
from bot.staff.finding import Refused
from bot.staff.mailed_package import confirm_proposal, drop_proposal, proposal_of, propose
from bot.staff.moves import MoveRefused
from bot.staff.standing import CANDIDATE, SUBMITTED, tell_body
from bot.work.mail_reply import MailOffice, answer, may_answer
from bot.work.register import NewFile, hold_file

_MOST_REFERENCES = 50


def package_mail(
    office: MailOffice,
    store: Store,
    record: MailRecord,
    parsed: ParsedMail,
    inspections: Sequence[Inspection | None],
) -> Settled | None:
    """Take a mail as a body's recommendation; None where it is none.

    The body is known by a member's address, which the receiving server vouches for or whose owner answers a mail of
    ours. A mail that bears the mark of a single application (a print code, a receipt number) is that one's.
    """
    ask = _body_member(office, store, record, parsed)
    if ask is None or find_marks([parsed.subject, parsed.text]).codes:
        return None
    body = ask.bodies[0]
    if confirms(parsed.text) or drops(parsed.text):
        act = confirm_proposal if confirms(parsed.text) else drop_proposal
        return _answered(office, ask, record, parsed, _done(ask, act), MailOutcome.FILED, inspections)
    units = [_unit(ask, known) for known in store.applications(body) if _unit(ask, known)]
    package = read_package(ask.clerk.campaign, parsed, inspections, units)
    if not _is_recommendation(ask, package, parsed, inspections):
        return None
    materials, differing = _kept(ask, package, record, parsed, inspections)
    loose = [parsed.parts[place].name for place in package.loose]
    said = propose(ask, body, package, record.id, materials, differing, loose)
    tell_body(ask, body, "mailed_package", "\n".join(said.texts))
    return _answered(office, ask, record, parsed, said, MailOutcome.QUARANTINE, inspections)


def _body_member(office: MailOffice, store: Store, record: MailRecord, parsed: ParsedMail) -> StaffAsk | None:
    """The sender as somebody who speaks for a body, proven to be the address's owner."""
    if record.junk or not parsed.sender:
        return None
    member = store.member_at(Channel.MAIL, parsed.sender)
    roles = tuple(store.memberships(member.person)) if member is not None else ()
    if not any(role.role is Role.BODY for role in roles):
        return None
    thread = store.thread(parsed.references[:_MOST_REFERENCES])
    if parsed.trust is not Trust.PASSED and not any(address == parsed.sender for _, address in thread):
        return None
    inbound = Inbound(
        Channel.MAIL,
        parsed.sender,
        Kind.TEXT,
        parsed.text,
        record.arrived_at,
        key=f"mail:{record.sha256}:package",
        sent_at=parsed.sent_at,
    )
    visitor = store.visitor(Channel.MAIL, parsed.sender, "", record.arrived_at)
    return StaffAsk(office.clerk, store, inbound, visitor.person, roles, "")


def _is_recommendation(
    ask: StaffAsk, package: MailedPackage, parsed: ParsedMail, inspections: Sequence[Inspection | None]
) -> bool:
    """Several units, or a list; one unit's files only where the sender does not fill that unit's form themselves.
    An order given in words counts where a proposal waits for it."""
    if not package.units:
        return False
    names = ask.clerk.campaign.units
    held = ask.store.applications_of_address(parsed.sender)
    own = {unit_key(names, _unit(ask, known)) for known in held}
    if {unit_key(names, unit.name) for unit in package.units} <= own:
        return False
    brings = any(unit.form is not None or unit.files for unit in package.units)
    listed = any(one is not None and one.rows for one in inspections)
    waits = proposal_of(ask, ask.bodies[0]) is not None
    return brings or listed or (waits and package.ordered)


def _kept(
    ask: StaffAsk,
    package: MailedPackage,
    record: MailRecord,
    parsed: ParsedMail,
    inspections: Sequence[Inspection | None],
) -> tuple[dict[str, list[int]], dict[str, str]]:
    """Keep the files of those units that can be recommended, waiting; and what their forms say otherwise."""
    campaign = ask.clerk.campaign
    ready = {
        unit_key(campaign.units, _unit(ask, known)): known
        for known in ask.store.applications(ask.bodies[0], (SUBMITTED, CANDIDATE))
    }
    materials: dict[str, list[int]] = {}
    differing: dict[str, str] = {}
    for unit in package.units:
        known = ready.get(unit_key(campaign.units, unit.name))
        if known is None:
            continue
        late = is_late_for(campaign, known, record.arrived_at)
        for place in unit.files:
            file = _new_file(ask, known, parsed.parts[place], inspections[place])
            if file is None:
                continue
            source = f"mail:{record.id}"
            kept = hold_file(ask.store, known, file, source, record.arrived_at, late)
            if kept is not None:
                materials.setdefault(known.id, []).append(kept.id)
        labels = [
            field.label
            for field in campaign.form.fields
            if unit.form and unit.form.get(field.id) and unit.form[field.id] != known.values.get(field.id)
        ]
        if labels:
            differing[known.id] = "、".join(labels)
    return materials, differing


def _unit(ask: StaffAsk, known: Application) -> str:
    return known.values.get(ask.clerk.campaign.form.unit_field, "")


def _new_file(ask: StaffAsk, known: Application, part: Part, seen: Inspection | None) -> NewFile | None:
    """A file that opens; of a scan with the print it is of, where its code says so."""
    taken = take(part, seen)
    if taken.state is not None:
        return None
    report = ""
    if taken.kind is FileKind.DECK and seen is not None and seen.deck is not None:
        report = json.dumps(report_json(seen.deck, part.name), ensure_ascii=False)
    codes = [seen.code] if seen is not None and seen.code else find_marks([part.name]).codes
    prints = [found for code in codes if (found := ask.store.print_of_code(code))]
    printed = next((one for one in prints if one.application == known.id), None)
    return NewFile(
        taken.kind,
        part.sha256,
        part.name,
        part.size,
        part.type,
        printed.code if printed and taken.kind is FileKind.SCAN else "",
        printed.version if printed and taken.kind is FileKind.SCAN else "",
        report,
    )


def _done(ask: StaffAsk, act: Callable[[StaffAsk], StaffAnswer]) -> StaffAnswer:
    try:
        return act(ask)
    except (Refused, MoveRefused) as refused:
        return say(str(refused))


def _answered(
    office: MailOffice,
    ask: StaffAsk,
    record: MailRecord,
    parsed: ParsedMail,
    said: StaffAnswer,
    outcome: MailOutcome,
    inspections: Sequence[Inspection | None],
) -> Settled:
    wording = Wording(ask.clerk.campaign)
    text = "\n\n".join([wording.phrase("receipt_hello") + "\n".join(said.texts), ending(wording)])
    files = []
    for part, seen in zip(parsed.parts, inspections, strict=True):
        taken = take(part, seen)
        files.append(MailFile(part, taken.kind, taken.state or FileState.KEPT))
    reason = wording.phrase(
        "mailed_reason_waits" if outcome is MailOutcome.QUARANTINE else "mailed_reason_word"
    )
    settled = Settled(outcome, reason, late=ask.clerk.campaign.is_late(record.arrived_at), files=tuple(files))
    if not may_answer(office, ask.store, record, parsed, matched=True):
        return settled
    answer(office, ask.store, record, parsed, "package", text, None, True)
    return Settled(outcome, reason, late=settled.late, files=settled.files, reply=text)
