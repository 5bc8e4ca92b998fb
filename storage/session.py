"""One connection, spoken to directly: explicit transactions, and Core statements compiled once.

SQLAlchemy's execution layer costs more per statement than SQLite does; a turn has a dozen statements.
So statements are written with Core, compiled once per database, and run on the driver's own cursor.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from bot.ports import StorageUnavailable

Row = tuple[Any, ...]
Parameters = Mapping[str, Any]


class Statement:
    """A Core statement, to be defined at module level."""

    __slots__ = ("clause",)

    def __init__(self, clause: ClauseElement) -> None:
        self.clause = clause


class Dialect:
    """What differs between the databases, and the statements compiled for this one."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_postgres = engine.dialect.name == "postgresql"
        self._compiled: dict[Statement, tuple[str, Parameters]] = {}
        self._file = "" if self.is_postgres else _file_of(engine)
        self._identity: tuple[int, int] | None = None

    def sql(self, statement: Statement) -> tuple[str, Parameters]:
        """The text and the values that are fixed in the statement itself."""
        found = self._compiled.get(statement)
        if found is None:
            compiled = statement.clause.compile(dialect=self.engine.dialect)
            assert isinstance(compiled, SQLCompiler)
            fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
            found = self._compiled[statement] = (str(compiled), fixed)
        return found

    def check_file(self) -> None:
        """`StorageUnavailable` once SQLite's file is no longer the one that was first seen.

        SQLite goes on writing to a file that was deleted or replaced, and all of it ends with the process.
        """
        if not self._file:
            return
        identity = None
        with suppress(FileNotFoundError):
            found = os.stat(self._file)
            identity = (found.st_dev, found.st_ino)
        if self._identity is None:
            self._identity = identity
        elif identity != self._identity:
            raise StorageUnavailable("the database file was deleted or replaced: put it back and restart")


def _file_of(engine: Engine) -> str:
    """The path of SQLite's file, "" for a database in memory."""
    path = engine.url.database or ""
    return "" if path == ":memory:" or path.startswith("file:") else path


class Session:
    """A connection for one thread at a time. `close` gives it back, `discard` throws it away."""

    def __init__(self, dialect: Dialect) -> None:
        self.is_postgres = dialect.is_postgres
        self._sql = dialect.sql
        self._check_file = dialect.check_file
        self._check_file()  # before a new connection would make an empty file
        self._pooled = dialect.engine.raw_connection()
        self._cursor: Any = self._pooled.cursor()
        self.seen: dict[object, Any] | None = (
            None  # while only reading: what was made of rows, which cannot change
        )

    def command(self, sql: str, parameters: Parameters | None = None) -> None:
        """Run a literal command, such as BEGIN."""
        self._cursor.execute(sql, parameters or ())

    def rows(self, statement: Statement, parameters: Parameters | None = None) -> list[Row]:
        self._execute(statement, parameters)
        found: list[Row] = self._cursor.fetchall()
        return found

    def row(self, statement: Statement, parameters: Parameters | None = None) -> Row | None:
        """The first row, or None."""
        self._execute(statement, parameters)
        found: list[Row] = self._cursor.fetchall()
        return found[0] if found else None

    def change(self, statement: Statement, parameters: Parameters | None = None) -> int:
        """The number of rows changed."""
        self._execute(statement, parameters)
        count: int = self._cursor.rowcount
        return count

    def change_each(self, statement: Statement, parameters: Sequence[Parameters]) -> None:
        """The same statement for each set of parameters."""
        for one in parameters:
            self._execute(statement, one)

    def _execute(self, statement: Statement, parameters: Parameters | None) -> None:
        sql, fixed = self._sql(statement)
        if fixed:
            parameters = {**fixed, **parameters} if parameters else fixed
        self._cursor.execute(sql, parameters or ())

    @contextmanager
    def savepoint(self, name: str = "part") -> Iterator[None]:
        """Whatever raises inside is undone; the transaction goes on."""
        self.command(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            self.command(f"ROLLBACK TO SAVEPOINT {name}")
            self.command(f"RELEASE SAVEPOINT {name}")
            raise
        self.command(f"RELEASE SAVEPOINT {name}")

    def begin(self) -> None:
        """Begin to write. On SQLite this waits for its turn among the processes."""
        self._check_file()
        self.command("BEGIN" if self.is_postgres else "BEGIN IMMEDIATE")

    def begin_reading(self) -> None:
        """Begin a transaction that sees one state throughout and cannot write."""
        if self.is_postgres:
            self.command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        else:
            self.command("PRAGMA query_only = ON")
            self.command("BEGIN")
        self.seen = {}

    def end_reading(self) -> None:
        self.seen = None
        self.rollback()
        if not self.is_postgres:
            self.command("PRAGMA query_only = OFF")

    def commit(self) -> None:
        self.command("COMMIT")

    def rollback(self) -> None:
        self._pooled.rollback()

    def close(self) -> None:
        self._cursor.close()
        self._pooled.close()

    def discard(self) -> None:
        """For a connection in an unknown state: the next one is fresh."""
        self._pooled.invalidate()
