"""Opening a database: SQLite file, SQLite in memory, or PostgreSQL, by nothing but its URL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import URL, Engine, QueuePool, create_engine, event, make_url

from bot.ports import StorageUnavailable
from storage.failures import Failure, kind
from storage.session import Dialect, Session
from storage.staff_views import Counts, read_counts
from storage.store import SqlStore

T = TypeVar("T")

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # an acknowledged commit survives a power loss
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA cache_size = -262144",  # at most 256 MB, as far as the database is that large
    "PRAGMA wal_autocheckpoint = 4000",  # 16 MB: pages that change often are copied back less often
    "PRAGMA temp_store = MEMORY",
)

_POSTGRES_OPTIONS = (
    "-c timezone=UTC -c lock_timeout=5000"
    # A frozen process must not hold its conversations' locks for ever.
    " -c idle_in_transaction_session_timeout=30000"
)


@dataclass(frozen=True, slots=True)
class Database:
    """The one place that knows the connections. Applications are those of `campaign`."""

    engine: Engine
    dialect: Dialect
    campaign: str
    keeper: Any = None  # keeps a database in memory alive

    def store(self, session: Session) -> SqlStore:
        """The store of a transaction that runs on this session."""
        return SqlStore(session, self.campaign)

    def read(self, look: Callable[[SqlStore], T]) -> T:
        """The result of a function that only reads, on a connection of its own, not the writer's.

        It sees one state throughout. Blocking: from an event loop call it in a thread.
        """
        with self.session() as session:
            session.begin_reading()
            try:
                return look(self.store(session))
            finally:
                session.end_reading()

    def counts(self) -> Counts:
        """Figures for /readyz and /metrics. `StorageUnavailable` if the database does not answer."""
        return self.read(lambda store: read_counts(store.session, self.campaign))

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A connection for one short piece of work outside the writer."""
        session = self._connect()
        try:
            yield session
        except Exception as error:
            if kind(error) is Failure.UNAVAILABLE:
                session.discard()
                raise StorageUnavailable(str(error)) from error
            session.rollback()
            session.close()
            raise
        session.close()

    def _connect(self) -> Session:
        try:
            return Session(self.dialect)
        except Exception as error:
            raise StorageUnavailable(f"cannot open the database: {error}") from error

    def close(self) -> None:
        """Close every connection that is not in use."""
        if self.keeper is not None:
            self.keeper.close()
        self.engine.dispose()


def open_database(url: str, campaign: str) -> Database:
    """Open a database whose schema is current (see `storage.schema`). Folders are made, tables are not.

    `sqlite://` is a database in memory, for one writer at a time; it ends with `close`.
    """
    engine = make_engine(url)
    keeper = engine.raw_connection() if engine.url.query.get("mode") == "memory" else None
    return Database(engine, Dialect(engine), campaign, keeper)


def make_engine(url: str) -> Engine:
    """An engine whose connections begin and commit only when told to."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed)
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        connect_args={"options": _POSTGRES_OPTIONS, "connect_timeout": 5},
    )
    event.listen(engine, "connect", _prepare_postgres)
    return engine


def _sqlite_engine(url: URL) -> Engine:
    if url.database in (None, "", ":memory:"):
        name = f"file:memory-{uuid4().hex}"
        url = url.set(database=name, query={"mode": "memory", "cache": "shared", "uri": "true"})
    elif url.database and not url.database.startswith("file:"):
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, poolclass=QueuePool, paramstyle="named", connect_args={"check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma)


def _prepare_postgres(connection: Any, record: object) -> None:
    connection.autocommit = True
