"""Statements that are to find their rows by an index, as SQLite plans them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import closing

import pytest

from bot.console.query import AuditQuery
from bot.ports import Store
from storage.database import open_database
from storage.session import Session, Statement

SUMS = [
    "SCAN audit USING COVERING INDEX ix_audit_action",
    "SEARCH audit USING INDEX ix_audit_action (action=?)",
]


def planned(url: str, monkeypatch: pytest.MonkeyPatch, act: Callable[[Store], object]) -> list[str]:
    """How each statement of an act is run; without what is not about a table."""
    found: list[str] = []
    execute = Session._execute

    def explained(session: Session, statement: Statement, parameters: Mapping[str, object] | None) -> None:
        sql, fixed = session._sql(statement)
        session._cursor.execute(f"EXPLAIN QUERY PLAN {sql}", {**fixed, **(parameters or {})})
        found.extend(row[3] for row in session._cursor.fetchall())
        execute(session, statement, parameters)

    with closing(open_database(url, "spring-2031")) as database:
        monkeypatch.setattr(Session, "_execute", explained)
        database.read(act)
    return [step for step in found if re.match(r"(SCAN|SEARCH) (audit|application)\b(?!.*LEFT-JOIN)", step)]


@pytest.mark.parametrize(
    ("query", "steps"),
    [
        (AuditQuery(), [*SUMS, "SCAN audit"]),
        (AuditQuery(person=7), [*SUMS, "SCAN audit"]),
        (AuditQuery(action="view"), [*SUMS, "SEARCH audit USING INDEX ix_audit_action (action=?)"]),
        (AuditQuery(application="a"), ["SEARCH audit USING INDEX ix_audit_application (application=?)"] * 2),
    ],
)
def test_log_is_read_by_its_indexes(
    new_sqlite: Callable[[], str], monkeypatch: pytest.MonkeyPatch, query: AuditQuery, steps: list[str]
) -> None:
    assert planned(new_sqlite(), monkeypatch, lambda store: store.list_audit(query, ["visit1"])) == steps


def test_some_of_many_are_found_by_the_index(
    new_sqlite: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = planned(new_sqlite(), monkeypatch, lambda store: store.applications_by_id(["a", "b"]))
    assert steps == ["SEARCH application USING INDEX sqlite_autoindex_application_1 (id=?)"]


def test_units_alike_are_found_by_the_index(
    new_sqlite: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = planned(new_sqlite(), monkeypatch, lambda store: store.handed_in_alike(["a", "b"]))
    assert steps == ["SEARCH application USING INDEX ix_application_route (campaign=? AND route_key=?)"]
