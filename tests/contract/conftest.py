"""The members of the storage ports: every contract runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from storage.database import Database, open_database
from storage.writer import ThreadWriter

CAMPAIGN = "spring-2031"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """An empty database with the current schema."""
    make: Callable[[], str] = request.getfixturevalue(
        "new_sqlite" if request.param == "sqlite" else "new_postgres"
    )
    return make()


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    opened = open_database(store_url, CAMPAIGN)
    yield opened
    opened.close()


@pytest.fixture
def writer(database: Database) -> Iterator[ThreadWriter]:
    started = ThreadWriter(database)
    started.start()
    yield started
    started.stop()
