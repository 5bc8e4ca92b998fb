"""What a driver's exception means for the use case that met it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto

from sqlalchemy.exc import SQLAlchemyError

from bot.ports import StorageUnavailable


class Failure(Enum):
    OWN = auto()  # a fault of the use case: it alone is undone
    AGAIN = auto()  # a clash with another transaction: the use case may run again
    UNAVAILABLE = auto()  # nothing can be committed on this connection


_SQLITE_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
}

_POSTGRES_AGAIN = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available

# Connection lost, insufficient resources, operator intervention, system error; and a read-only transaction.
_POSTGRES_UNAVAILABLE = ("08", "53", "57", "58", "XX", "25006")


def kind(error: BaseException) -> Failure:
    """Exceptions that no driver raised are the use case's own."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return Failure.UNAVAILABLE if code & 0xFF in _SQLITE_UNAVAILABLE else Failure.OWN
    if not _is_postgres(error):
        return Failure.OWN
    state = getattr(error, "sqlstate", None)
    if state is None:  # the driver's own: the connection is gone
        return Failure.UNAVAILABLE if type(error).__name__ == "OperationalError" else Failure.OWN
    if state in _POSTGRES_AGAIN:
        return Failure.AGAIN
    return Failure.UNAVAILABLE if state.startswith(_POSTGRES_UNAVAILABLE) else Failure.OWN


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Around work through SQLAlchemy: whatever it raises becomes `StorageUnavailable`, without parameters."""
    try:
        yield
    except SQLAlchemyError as error:
        raise StorageUnavailable(str(getattr(error, "orig", None) or error)) from error


def is_unique_violation(error: Exception) -> bool:
    """Whether a unique index refused the statement, on either database."""
    if isinstance(error, sqlite3.IntegrityError):
        return error.sqlite_errorcode in (
            sqlite3.SQLITE_CONSTRAINT_UNIQUE,
            sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
        )
    return _is_postgres(error) and getattr(error, "sqlstate", None) == "23505"


def _is_postgres(error: BaseException) -> bool:
    """psycopg is not imported here: on SQLite it need not be loaded at all."""
    return type(error).__module__.startswith("psycopg")
