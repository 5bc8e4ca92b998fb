"""The audit log and what was tried after the deadline, as lists."""

from __future__ import annotations

from bot.console.query import AuditQuery, LateQuery
from bot.ports import Store
from bot.ports_console import ListedAudit, ListedLate, Page, Scope
from config.campaign import Campaign

_NOTHING: Page[ListedAudit, str] = Page((), 0, {})


def list_audit(store: Store, scope: Scope, query: AuditQuery) -> Page[ListedAudit, str]:
    """The page that is asked for; sums by action, whatever action is asked for. For the office only."""
    return store.list_audit(query) if scope.everything else _NOTHING


def list_late(store: Store, campaign: Campaign, scope: Scope, query: LateQuery) -> Page[ListedLate, str]:
    """Attempts made after the deadline; a body sees those on its own applications. Sums by what was tried."""
    return store.list_late(query, scope, campaign.form.unit_field)
