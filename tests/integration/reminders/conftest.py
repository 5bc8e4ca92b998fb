"""The reminders' office on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.fakes.reminder_office import Office, open_office


@pytest.fixture(params=["sqlite", "postgresql"])
def office_url(request: pytest.FixtureRequest) -> str:
    make: Callable[[], str] = request.getfixturevalue(
        "new_sqlite" if request.param == "sqlite" else "new_postgres"
    )
    return make()


@pytest.fixture
def office(office_url: str) -> Iterator[Office]:
    opened = open_office(office_url)
    yield opened
    opened.writer.stop()
    opened.database.close()
