"""The schema of a database: what state it is in, and bringing it up to date.

Alembic is loaded only when there is something to do: `schema_state` compares one row by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, Engine, inspect, text

from storage.database import make_engine
from storage.failures import told_as_unavailable

if TYPE_CHECKING:
    from alembic.config import Config

State = Literal["empty", "current", "older", "newer"]

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x70696E67  # one number for "the schema is being changed"


@told_as_unavailable()
def schema_state(url: str) -> State:
    """`empty`: nothing of ours is there. `newer`: made by a later version of the program.

    `StorageUnavailable` if the database does not answer, here and in `migrate`.
    """
    engine = make_engine(url)
    try:
        return engine_state(engine)
    finally:
        engine.dispose()


@told_as_unavailable()
def migrate(url: str) -> None:
    """Bring the schema to the newest; nothing if it is. Safe to repeat and from several processes at once."""
    engine = make_engine(url)
    try:
        migrate_engine(engine)
    finally:
        engine.dispose()


def engine_state(engine: Engine) -> State:
    with engine.connect() as connection:
        return _state(connection)


def migrate_engine(engine: Engine) -> None:
    """`migrate` over an engine that is open (a database in memory has no other)."""
    if engine_state(engine) == "current":
        return
    with _alone(engine) as connection:
        if _state(connection) in ("empty", "older"):  # another process may have been faster
            _upgrade(connection)


def downgrade_engine(engine: Engine, revision: str) -> None:
    """Go back to a revision, "base" for none. Loses what the older schema has no room for."""
    from alembic import command

    with _alone(engine) as connection:
        command.downgrade(alembic_config(connection), revision)


def check_engine(engine: Engine) -> None:
    """Raises if the tables in the code and the migrations differ."""
    from alembic import command

    with _alone(engine) as connection:
        command.check(alembic_config(connection))


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings, made here instead of in an ini file."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: Connection) -> None:
    from alembic import command

    command.upgrade(alembic_config(connection), "head")


def _known() -> list[str]:
    """Every revision, oldest first: the numbers that the files' names begin with."""
    return sorted(file.name.partition("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _state(connection: Connection) -> State:
    if not inspect(connection).has_table("alembic_version"):
        return "empty"
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found is None:
        return "empty"
    known = _known()
    if found not in known:
        return "newer"
    return "current" if found == known[-1] else "older"


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """One transaction during which no other process changes the schema."""
    lock, commit = _POSTGRES if engine.dialect.name == "postgresql" else _SQLITE
    with engine.connect() as connection:
        lock(connection)
        try:
            yield connection
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        commit(connection)


def _lock_sqlite(connection: Connection) -> None:
    # A table that is rebuilt is dropped first: its children must not go with it.
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.exec_driver_sql("BEGIN EXCLUSIVE")


def _commit_sqlite(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    connection.exec_driver_sql("ROLLBACK" if orphans else "COMMIT")
    connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    if orphans:
        raise RuntimeError(f"the migration would leave rows without their parents: {orphans[:5]}")


def _lock_postgres(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
    connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # the other process may take long
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _commit_postgres(connection: Connection) -> None:
    connection.exec_driver_sql("COMMIT")


_Step = Callable[[Connection], None]
_SQLITE: tuple[_Step, _Step] = (_lock_sqlite, _commit_sqlite)
_POSTGRES: tuple[_Step, _Step] = (_lock_postgres, _commit_postgres)
