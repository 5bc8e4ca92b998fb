"""One application on one page: what its head says, which parts somebody may open, and what each part shows.

The office sees everything; a body its own, but no draft's content, no chat and no audit log; a team the units it
is announced to, without their contacts (I14). A unit's self-check is nobody's but the unit's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.console.application_acts import Act, possible
from bot.console.applications import scope_of
from bot.console.history import (
    Filed,
    Happened,
    History,
    Piece,
    differences,
    excerpt,
    filed,
    history,
    package_of,
)
from bot.console.recommendation import sent_times
from bot.documents.form_version import version_of
from bot.model.application import Application, Printed
from bot.model.mail import FileKind, MaterialState
from bot.model.staff import Package, Paper
from bot.model.visit import VisitState
from bot.ports_console import ClericalNote, ListedAudit, RevisedBy
from bot.results.course import DROP, VETO, suspended
from bot.review.debts import debt_labels, owes, scan_counts
from bot.sheets.access import Desk
from bot.sheets.reading import sheet_list
from bot.staff.desk import StaffAsk
from bot.staff.dossier import DECISION, REOPENED_UNTIL, RETURN_DUE, RETURN_REASON, late_attempts
from bot.staff.finding import Refused, addresses
from bot.staff.moves import unit_of
from bot.staff.packages import counting_deck
from bot.staff.routes import is_live
from bot.staff.stage_words import is_held, stage_label
from bot.staff.standing import DRAFT, body_name
from bot.staff.two_routes import MAY_BE_ROUTED, Others, open_twins, route_facts
from bot.staff.visit_views import VisitShown, visits_of

CHANGES = 25  # revisions of a page
LINES = 40  # events of a page
_MAIL = "mail:"  # begins the source of a material that came by mail


class Access(StrEnum):
    """As what somebody looks at an application."""

    OFFICE = "office"
    BODY = "body"
    TEAM = "team"  # of an announced inspection


class Part(StrEnum):
    """The parts of the page, in their order."""

    FORM = "form"
    CHANGES = "changes"
    MATERIALS = "materials"
    LINE = "line"
    RECOMMENDATION = "recommendation"
    VISITS = "visits"
    NOTES = "notes"
    AUDIT = "audit"


PARTS = {
    Access.OFFICE: tuple(Part),
    Access.BODY: (Part.FORM, Part.CHANGES, Part.MATERIALS, Part.LINE, Part.RECOMMENDATION, Part.VISITS),
    Access.TEAM: (Part.FORM, Part.MATERIALS, Part.VISITS),
}


@dataclass(frozen=True, slots=True)
class Late:
    """One piece that came after the deadline, with its times; `read` by the machine's clock."""

    what: str  # a file's name, a package's receipt, or what was tried
    arrived: datetime
    sent: datetime | None = None
    read: datetime | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every part."""

    application: Application
    access: Access
    unit: str
    stage: str  # as this person may read it
    body: str  # name; "" while there is no route
    owed: tuple[str, ...]
    is_closed: bool  # a draft, whose content is not the body's to read
    is_suspended: bool  # told to the office alone
    due: date | None  # of a return that is open
    is_overdue: bool
    reason: str  # of that return
    reopened_until: date | None
    decision: str  # the latest act with a reason: who, when, what and why
    late: tuple[Late, ...]
    routes: tuple[str, ...]  # what is to be known of a second route
    acts: tuple[Act, ...]
    route_choices: tuple[str, ...]  # names of the bodies that the office may name
    may_claim_route: bool  # the body may say that it recommends this unit
    takes_paper: bool
    has_opinion: bool  # the body may print its page
    ends_in_results: bool  # it may be dropped or vetoed, on the pages of the results
    parts: tuple[Part, ...]
    is_on_record: bool  # this person's look at it today


@dataclass(frozen=True, slots=True)
class FormRow:
    number: int
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A revision, with what it changed and a little of what stands beside it."""

    revision: RevisedBy
    label: str  # of the field
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """How far a deck covers a condition of the notice: a hint."""

    title: str
    level: str
    slides: tuple[int, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A version of a file."""

    filed: Filed
    counts: bool  # it is the one that counts as the application stands
    mail: int  # that it came with; 0 for none
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Recommended:
    """The application in its body's order, and on paper."""

    rank: int  # 0: none
    count: int
    package: Package | None
    sent_by: str
    is_newest: bool
    prints: tuple[Printed, ...]
    current: str  # version of the form as it stands
    papers: tuple[tuple[Paper, str], ...]  # with the name of who took it
    scan_counts: bool


def open_application(ask: StaffAsk, number: str) -> Head:
    """The head of the page. `Refused`, alike, where there is none of this number and where it is out of scope."""
    known = ask.store.find_application(number)
    access = access_of(ask, known) if known else None
    if known is None or access is None:
        raise Refused(ask.say("recommend_not_found", what=number, **addresses(ask)))
    if access is Access.TEAM:
        return _head(ask, known, access, PARTS[access])
    is_closed = access is Access.BODY and known.stage == DRAFT
    return _head(ask, known, access, (Part.FORM,) if is_closed else PARTS[access])


def access_of(ask: StaffAsk, known: Application) -> Access | None:
    """As what this person may look at it; None if they may not."""
    if ask.is_office:
        return Access.OFFICE
    if ask.sees(known):
        return Access.BODY
    if ask.store.is_recused(known.id, ask.person.id):
        return None
    visits = visits_of(ask.store, ask.clerk.campaign, ask.viewer, known.id, ask.today)
    on = (one for one in visits if one.state is VisitState.ANNOUNCED)
    return Access.TEAM if any(one.shown.plan.has(ask.person.id) for one in on) else None


def form_rows(ask: StaffAsk, head: Head) -> tuple[FormRow, ...]:
    """Every item of the form; for a team those of the paper, without the contact."""
    fields = [
        field for field in ask.clerk.campaign.form.fields if head.access is not Access.TEAM or field.printed
    ]
    values = head.application.values
    return tuple(FormRow(field.number, field.label, values.get(field.id, "")) for field in fields)


def changes(ask: StaffAsk, head: Head, page: int) -> tuple[tuple[Changed, ...], int]:
    """A page of the revisions, newest first, and how many there are."""
    labels = {field.id: field.label for field in ask.clerk.campaign.form.fields}
    found = list(reversed(ask.store.revisions(head.application.id)))
    wanted = found[(page - 1) * CHANGES : page * CHANGES]
    return tuple(
        Changed(
            one,
            labels.get(one.change.field, one.change.field),
            excerpt(differences(one.change.previous, one.change.value)),
        )
        for one in wanted
    ), len(found)


def materials(ask: StaffAsk, head: Head) -> tuple[Shown, ...]:
    """Every version of every file, newest first; for a team the decks that are registered."""
    known = head.application
    kept = ask.store.materials(known.id)
    deck = counting_deck(known, kept)
    version = version_of(ask.clerk.campaign, known.values)
    shown = []
    for one in reversed(kept):
        is_deck = one.kind is FileKind.DECK and one.state is MaterialState.REGISTERED
        if head.access is Access.TEAM and not is_deck:
            continue
        is_scan = one.kind is FileKind.SCAN and one.state is MaterialState.REGISTERED
        counts = (deck is not None and one.id == deck.id) or (is_scan and one.printed == version)
        mail = one.source.removeprefix(_MAIL) if one.source.startswith(_MAIL) else ""
        found = filed(one)
        shown.append(Shown(found, counts, int(mail) if mail.isdecimal() else 0, conditions_of(ask, found)))
    return tuple(shown)


def line(ask: StaffAsk, head: Head) -> tuple[Happened, ...]:
    """Everything on record that this person may read, newest first."""
    return tuple(reversed(whole_history(ask, head).line))


def whole_history(ask: StaffAsk, head: Head) -> History:
    """All that is on record within this person's scope. `Refused` if it is out of it by now."""
    offset = ask.now - ask.clerk.machine_now()
    known = history(ask.store, ask.clerk.campaign, scope_of(ask.viewer), head.application.id, offset)
    if known is None:
        raise Refused(ask.say("recommend_not_found", what=head.application.number, **addresses(ask)))
    return known


def recommended(ask: StaffAsk, head: Head) -> Recommended:
    """Place, package and papers."""
    store, known = ask.store, head.application
    order = store.ranking(known.body) if known.body else ()
    packages = store.packages(known.body) if known.body else ()
    package = package_of(packages, known.id)
    names = {member.person: member.name for member in store.members()}
    newest = [one for one in packages if not one.zero]
    return Recommended(
        rank=next((one.rank for one in order if one.application == known.id), 0),
        count=len(order),
        package=package,
        sent_by=names.get(package.by, "") if package else "",
        is_newest=package is not None and package.id == newest[-1].id,
        prints=tuple(reversed(store.prints_of(known.id))),
        current=version_of(ask.clerk.campaign, known.values),
        papers=tuple((one, names.get(one.received_by, "")) for one in store.papers(known.id)),
        scan_counts=scan_counts(ask.clerk.campaign, known),
    )


def visits(ask: StaffAsk, head: Head) -> tuple[VisitShown, ...]:
    """The announced inspections that this person may see."""
    return visits_of(ask.store, ask.clerk.campaign, ask.viewer, head.application.id, ask.today)


def sheets(ask: StaffAsk, head: Head) -> tuple[Desk, ...]:
    """The on-site sheets of it that this person may see, oldest first."""
    return sheet_list(ask, head.application.id)


def notes(ask: StaffAsk, head: Head) -> Sequence[ClericalNote]:
    """What the office noted, newest first."""
    return list(reversed(ask.store.clerical_notes(head.application.id)))


def audit(ask: StaffAsk, head: Head, page: int) -> tuple[Sequence[ListedAudit], int]:
    """A page of its lines of the audit log, newest first, and how many there are."""
    found = list(reversed(ask.store.audit_of(head.application.id)))
    return found[(page - 1) * LINES : page * LINES], len(found)


def _head(ask: StaffAsk, known: Application, access: Access, parts: tuple[Part, ...]) -> Head:
    campaign, dossier = ask.clerk.campaign, known.dossier
    is_staff = access is not Access.TEAM
    due = _day(dossier.get(RETURN_DUE, ""))
    others: Others = {}
    twins = open_twins(ask, known, others) if is_staff else ()
    is_office, is_own = access is Access.OFFICE, known.body in ask.bodies and bool(known.body)
    may_be_routed = known.stage in MAY_BE_ROUTED and is_live(campaign, known)
    return Head(
        application=known,
        access=access,
        unit=unit_of(campaign, known),
        stage=stage_label(ask, known),
        body=body_name(ask, known.body) if known.body else "",
        owed=debt_labels(campaign, owes(campaign, known)) if is_staff else (),
        is_closed=access is Access.BODY and known.stage == DRAFT,
        is_suspended=is_office and known.id in suspended(ask.store),
        due=due if is_staff else None,
        is_overdue=is_staff and due is not None and due < ask.today,
        reason=dossier.get(RETURN_REASON, "") if is_staff else "",
        reopened_until=_day(dossier.get(REOPENED_UNTIL, "")) if is_staff else None,
        decision=_decision(ask, known) if is_staff else "",
        late=_late(ask, known) if is_staff else (),
        routes=tuple(route_facts(ask, known, others)) if is_staff else (),
        acts=possible(ask, known),
        route_choices=_route_choices(ask)
        if is_office and may_be_routed and (twins or not known.body)
        else (),
        may_claim_route=is_own and bool(twins),
        takes_paper=is_office and is_live(campaign, known) and known.stage != DRAFT,
        has_opinion=is_own and any(one.application == known.id for one in ask.store.ranking(known.body)),
        ends_in_results=is_office and _has_arrow(ask, known, (DROP, VETO)),
        parts=parts,
        is_on_record=_is_on_record(ask, known),
    )


def _decision(ask: StaffAsk, known: Application) -> str:
    held = not ask.is_office and is_held(ask.clerk.campaign, known.stage)
    return "" if held else known.dossier.get(DECISION, "")


def _late(ask: StaffAsk, known: Application) -> tuple[Late, ...]:
    """What was tried, what was sent as a package, and which files came after the deadline."""
    found = [Late(ask.say(f"late_{what}"), at) for what, at in late_attempts(known.dossier)]
    package = package_of(ask.store.packages(known.body), known.id) if known.body else None
    if package is not None and package.late:
        times = sent_times(package)
        found.append(Late(package.receipt, package.at, times.get("sent"), times.get("read")))
    for one in ask.store.materials(known.id):
        if one.late:
            mail = one.source.removeprefix(_MAIL)
            kept = ask.store.kept_mail(int(mail)) if mail.isdecimal() else None
            read = kept.record.read_at if kept else None
            found.append(Late(one.name, one.at, kept.sent_at if kept else None, read))
    return tuple(found)


def _route_choices(ask: StaffAsk) -> tuple[str, ...]:
    return tuple(body.name for body in ask.clerk.campaign.bodies)


def _has_arrow(ask: StaffAsk, known: Application, actions: tuple[str, ...]) -> bool:
    return any(arrow.source == known.stage and arrow.action in actions for arrow in ask.clerk.campaign.arrows)


def _is_on_record(ask: StaffAsk, known: Application) -> bool:
    zone = ask.clerk.campaign.zone
    return any(
        one.action == "view" and one.person == ask.person.id and one.at.astimezone(zone).date() == ask.today
        for one in ask.store.audit_of(known.id)
    )


def conditions_of(ask: StaffAsk, found: Filed) -> tuple[Condition, ...]:
    """How far a deck covers each condition, as its report says."""
    if found.report is None:
        return ()
    return tuple(
        Condition(ask.clerk.campaign.clause(key).title, one.level.value, one.slides, one.evidence)
        for key, one in found.report.conditions.items()
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
