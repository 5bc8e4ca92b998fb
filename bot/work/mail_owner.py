"""Looks up whose mail it is: marks, thread, address and the form inside, one against the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.dialogue.units import unit_key
from bot.mail.marks import Marks, find_marks
from bot.mail.whose import Doubt, Standing, Whose, narrowed, whose
from bot.model.application import Application, Printed
from bot.model.mail import Inspection, Matched, ParsedMail, Trust
from bot.model.message import Channel
from bot.ports import Store
from bot.work.mail_contact import Known, known_by, numbered
from config.campaign import Campaign

MOST_GUESSES = 5
"""Codes and receipt numbers of nobody's that a sender may name in a day; from then on none of theirs counts."""

_MOST_REFERENCES = 50


@dataclass(frozen=True, slots=True)
class Owner:
    """What is known of a mail's sender: an application or a doubt, never both."""

    application: Application | None = None
    matched_by: Matched | None = None
    doubt: Doubt | None = None
    standing: Standing = field(default_factory=Standing)
    marks: Marks = field(default_factory=Marks)
    prints: Mapping[str, Printed] = field(default_factory=dict)  # by code, of this application only
    form: Mapping[str, str] | None = None  # the values of the form inside
    unproven: tuple[str, ...] = ()  # drafts that only name the sender's address as their contact's


def find_owner(
    store: Store,
    campaign: Campaign,
    parsed: ParsedMail,
    inspections: Sequence[Inspection | None],
    day: date,
) -> Owner:
    """Whose mail it is, as of now. `day`: the one on which wrong codes are counted."""
    marks = _marks(store, parsed, inspections, day)
    prints = {code: printed for code in marks.codes if (printed := store.print_of_code(code))}
    receipts = [_of_receipt(store, receipt.number, receipt.submission) for receipt in marks.receipts]
    _count_guesses(store, parsed.sender, day, len(marks.codes) - len(prints) + receipts.count(""))
    thread = store.thread(parsed.references[:_MOST_REFERENCES])
    numbers = numbered(store, marks.numbers)
    ours = [one for one, address in thread if address and address == parsed.sender]
    named = {*(printed.application for printed in prints.values()), *receipts, *ours, *numbers}
    known = known_by(store, parsed.sender, named)
    forms = _forms(campaign, inspections)
    claims = {key: claim.application if (claim := store.claim(key)) else "" for key in forms}
    found = whose(
        [
            (Matched.PRINT_CODE, _existing(store, (printed.application for printed in prints.values()))),
            (Matched.RECEIPT, frozenset(receipts) - {""}),
            (
                Matched.THREAD,
                narrowed(_existing(store, (application for application, _ in thread)), numbers),
            ),
            (Matched.ADDRESS, narrowed(known.registered, numbers)),
            (Matched.FORM, frozenset(claims.values()) - {""}),
        ]
    )
    application = store.application(found.application) if found.application else None
    doubt = _doubt(campaign, found, application, forms)
    if doubt is not None or application is None:
        return Owner(
            None,
            None,
            _contact_doubt(doubt or Doubt.UNKNOWN, claims.values(), known),
            marks=marks,
            form=_only(forms),
            unproven=known.unproven,
        )
    own = {code: printed for code, printed in prints.items() if printed.application == application.id}
    standing = Standing(
        proven=parsed.trust is Trust.PASSED
        or any(address == parsed.sender for _, address in thread if address),
        # a withdrawn application is found by no address, but its holder may open it again
        registered=application.id in known.registered
        or (Channel.MAIL, parsed.sender) in store.addresses(application.holder),
        by_code=bool(own),
    )
    return Owner(application, found.matched_by, None, standing, marks, own, _only(forms))


def owner_of(
    store: Store,
    campaign: Campaign,
    parsed: ParsedMail,
    inspections: Sequence[Inspection | None],
    day: date,
    application: Application,
) -> Owner:
    """The owner of a mail that a person has put to this application; what its marks say otherwise is passed over."""
    marks = _marks(store, parsed, inspections, day)
    prints = {code: printed for code in marks.codes if (printed := store.print_of_code(code))}
    own = {code: printed for code, printed in prints.items() if printed.application == application.id}
    thread = store.thread(parsed.references[:_MOST_REFERENCES])
    answers_ours = (application.id, parsed.sender) in thread
    known = known_by(store, parsed.sender, {application.id})
    standing = Standing(
        proven=parsed.trust is Trust.PASSED or answers_ours,
        registered=application.id in known.registered
        or (Channel.MAIL, parsed.sender) in store.addresses(application.holder),
        by_code=bool(own),
    )
    unit = application.values.get(campaign.form.unit_field, "")
    key = unit_key(campaign.units, unit) if unit else ""
    forms = _forms(campaign, inspections)
    form = forms.get(key) or forms.get("") if key else _only(forms)
    return Owner(application, None, None, standing, marks, own, form)


def _contact_doubt(doubt: Doubt, claims: Iterable[str], known: Known) -> Doubt:
    """A form of the very draft that names its sender as the contact is no attempt at somebody else's unit."""
    is_theirs = doubt is Doubt.TAKEN and bool(set(claims) & set(known.unproven))
    return Doubt.CONTACT if is_theirs else doubt


def _marks(store: Store, parsed: ParsedMail, inspections: Sequence[Inspection | None], day: date) -> Marks:
    names = [name for part in parsed.parts for name in (*part.path, part.name)]
    inside = [one.code for one in inspections if one and one.code]
    marks = find_marks([parsed.subject, parsed.text, *names, *inside])
    if _guesses(store, parsed.sender, day) >= MOST_GUESSES:
        return Marks(numbers=marks.numbers, misread=marks.misread)
    return marks


def _of_receipt(store: Store, number: str, submission: int) -> str:
    """The application whose receipt this was at some time, "" if nobody's."""
    known = store.find_application(number)
    return known.id if known is not None and 1 <= submission <= known.submissions else ""


def _existing(store: Store, ids: Iterable[str]) -> frozenset[str]:
    return frozenset(one for one in set(ids) if one and store.application(one) is not None)


def _forms(campaign: Campaign, inspections: Sequence[Inspection | None]) -> dict[str, Mapping[str, str]]:
    """The forms inside by the key of their unit, "" for one that names none."""
    forms: dict[str, Mapping[str, str]] = {}
    for one in inspections:
        if one is not None and one.form:
            unit = one.form.get(campaign.form.unit_field, "")
            forms.setdefault(unit_key(campaign.units, unit) if unit else "", one.form)
    return forms


def _only(forms: Mapping[str, Mapping[str, str]]) -> Mapping[str, str] | None:
    return next(iter(forms.values()), None)


def _doubt(
    campaign: Campaign, found: Whose, application: Application | None, forms: Mapping[str, Mapping[str, str]]
) -> Doubt | None:
    named = {key for key in forms if key}
    if found.doubt is not None:
        return Doubt.DISAGREE if len(named) > 1 else found.doubt
    if len(named) > 1:
        return Doubt.DISAGREE
    if application is None or found.matched_by is not Matched.ADDRESS:
        return None
    unit = application.values.get(campaign.form.unit_field, "")
    return Doubt.OTHER_UNIT if unit and named and named != {unit_key(campaign.units, unit)} else None


def _guesses(store: Store, sender: str, day: date) -> int:
    counted, _, count = (store.setting(_guess_key(sender)) or "").partition(" ")
    return int(count) if counted == day.isoformat() else 0


def _count_guesses(store: Store, sender: str, day: date, wrong: int) -> None:
    if wrong:
        store.set_setting(_guess_key(sender), f"{day.isoformat()} {_guesses(store, sender, day) + wrong}")


def _guess_key(sender: str) -> str:
    return f"mail_guesses:{hashlib.sha256(sender.encode()).hexdigest()[:16]}"
