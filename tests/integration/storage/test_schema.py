"""The schema's history on both databases."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from bot.ports import StorageUnavailable
from storage.database import make_engine
from storage.schema import check_engine, downgrade_engine, engine_state, migrate, migrate_engine, schema_state
from storage.tables import Base

EVERY_TABLE = {"alembic_version", *Base.metadata.tables}


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with nothing in it; of SQLite not even the file or its folder."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new/bot.db"
    return str(request.getfixturevalue("bare_postgres"))


@pytest.fixture
def engine(bare_url: str) -> Iterator[Engine]:
    made = make_engine(bare_url)
    yield made
    made.dispose()


def test_schema_goes_up_down_and_up_again(engine: Engine) -> None:
    assert engine_state(engine) == "empty"
    for _ in range(2):
        migrate_engine(engine)
        assert engine_state(engine) == "current"
        assert set(inspect(engine).get_table_names()) == EVERY_TABLE
        downgrade_engine(engine, "base")
        assert engine_state(engine) == "empty"
        assert set(inspect(engine).get_table_names()) == {"alembic_version"}


def test_schema_is_what_the_code_says(engine: Engine) -> None:
    migrate_engine(engine)
    check_engine(engine)


def test_schema_unknown_revision_is_newer_and_left_alone(bare_url: str, engine: Engine) -> None:
    migrate_engine(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    migrate(bare_url)
    assert schema_state(bare_url) == "newer"


def test_migrate_from_several_processes_at_once(bare_url: str) -> None:
    code = f"from storage.schema import migrate; migrate({bare_url!r})"
    running = [
        subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [(process.communicate()[1], process.returncode) for process in running] == [("", 0)] * 3
    assert schema_state(bare_url) == "current"


def test_current_schema_is_recognised_without_loading_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bot.db"
    migrate(url)
    code = (
        "import sys; from storage.schema import migrate, schema_state;"
        f"migrate({url!r}); print(schema_state({url!r}), 'alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "current False\n"


def test_sqlite_connection_is_durable_and_checks_references(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/bot.db")
    with engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    engine.dispose()
    assert found == ["wal", 2, 1, 5000]
    assert sqlite3.sqlite_version_info >= (3, 35)  # RETURNING


@pytest.mark.parametrize("ask", [schema_state, migrate])
@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////proc", "nonsense"])
def test_database_that_does_not_answer_is_unavailable(ask: Callable[[str], object], url: str) -> None:
    with pytest.raises(StorageUnavailable):
        ask(url)
