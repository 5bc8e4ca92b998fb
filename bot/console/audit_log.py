"""The audit log and what was tried after the deadline, as lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.console.query import AuditQuery, LateQuery
from bot.ports import Store
from bot.ports_console import ListedAudit, ListedLate, Page, Scope
from bot.staff.desk import StaffAsk
from bot.staff.people import office_only
from bot.visits.covert import numbers_made
from config.campaign import Campaign

_NOTHING: Page[ListedAudit, str] = Page((), 0, {})
_MOST = 50_000  # lines of a table for Excel


@dataclass(frozen=True, slots=True)
class AuditView:
    page: Page[ListedAudit, str]
    people: tuple[tuple[int, str], ...]  # who may have done something: everybody with a role, by name


def audit_view(ask: StaffAsk, query: AuditQuery) -> AuditView:
    """The page that is asked for. Of what is not announced whoever made it sees their own. The office's alone."""
    office_only(ask)
    names = {one.person: one.name for one in ask.store.members() if one.name}
    people = tuple(sorted(names.items(), key=lambda one: one[1]))
    return AuditView(ask.store.list_audit(query, _own(ask)), people)


def every_line(ask: StaffAsk, query: AuditQuery) -> Sequence[ListedAudit]:
    """The same list, all of its pages."""
    office_only(ask)
    return ask.store.list_audit(query, _own(ask), _MOST).rows


def list_audit(store: Store, scope: Scope, query: AuditQuery) -> Page[ListedAudit, str]:
    """The page that is asked for, without what is not announced; sums by action. For the office only."""
    return store.list_audit(query) if scope.everything else _NOTHING


def list_late(store: Store, campaign: Campaign, scope: Scope, query: LateQuery) -> Page[ListedLate, str]:
    """Attempts made after the deadline; a body sees those on its own applications. Sums by what was tried."""
    return store.list_late(query, scope, campaign.form.unit_field)


def _own(ask: StaffAsk) -> tuple[str, ...]:
    """Unannounced visits and sheets that this person has made."""
    visits = (f"visit{number}" for number in numbers_made(ask))
    sheets = (f"sheet{number}" for number in ask.store.covert_sheets_of(ask.person.id))
    return (*visits, *sheets)
