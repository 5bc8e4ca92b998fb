"""Copying everything from one database to another, for example from SQLite to PostgreSQL."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from storage.database import make_engine
from storage.failures import told_as_unavailable
from storage.schema import engine_state, migrate_engine
from storage.tables import Base

CHUNK = 500
_IN_CHUNKS = {"yield_per": CHUNK}


class MoveRefused(Exception):
    """Nothing was copied; the message says why and what to do."""


@told_as_unavailable()
def move_data(source_url: str, target_url: str) -> Mapping[str, int]:
    """Copy every table and verify it by count and checksum; rows copied by table.

    The target must be empty. All in one transaction of the target: it holds everything or nothing.
    Nothing else may write to the source meanwhile (stop the service first).
    `StorageUnavailable` if one of them does not answer.
    """
    source, target = make_engine(source_url), make_engine(target_url)
    try:
        return _move(source, target)
    finally:
        source.dispose()
        target.dispose()


def _move(source: Engine, target: Engine) -> Mapping[str, int]:
    if engine_state(source) != "current":
        raise MoveRefused("原数据库的表结构不是最新的，请先对它运行 migrate。")
    if engine_state(target) == "newer":
        raise MoveRefused("目标数据库是更新版本的程序建立的，请换用同一版本的程序。")
    migrate_engine(target)
    with source.connect() as reading, target.connect() as writing:
        _begin(reading, "REPEATABLE READ")
        _begin(writing, "READ COMMITTED")
        try:
            counts = _copy_all(reading, writing)
        except BaseException:
            writing.exec_driver_sql("ROLLBACK")
            raise
        else:
            writing.exec_driver_sql("COMMIT")
        finally:
            reading.exec_driver_sql("ROLLBACK")
    return counts


def _begin(connection: Connection, isolation: str) -> None:
    is_postgres = connection.dialect.name == "postgresql"
    connection.exec_driver_sql(f"BEGIN ISOLATION LEVEL {isolation}" if is_postgres else "BEGIN")


def _copy_all(reading: Connection, writing: Connection) -> Mapping[str, int]:
    tables = Base.metadata.sorted_tables  # parents before children
    for table in tables:
        if writing.scalar(select(func.count()).select_from(table)):
            raise MoveRefused(f"目标数据库不是空的（表 {table.name} 里有数据），请换一个空的数据库。")
    for table in tables:
        _copy(table, reading, writing)
    return {table.name: _verified(table, reading, writing) for table in tables}


def _copy(table: Table, reading: Connection, writing: Connection) -> None:
    found = reading.execute(select(table), execution_options=_IN_CHUNKS)
    for rows in found.mappings().partitions(CHUNK):
        writing.execute(insert(table), [dict(row) for row in rows])
    if writing.dialect.name == "postgresql" and table.autoincrement_column is not None:
        column = table.autoincrement_column.name
        writing.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column}'), max({column}))"
                f" FROM {table.name} HAVING max({column}) IS NOT NULL"
            )
        )


def _verified(table: Table, reading: Connection, writing: Connection) -> int:
    """The number of rows, once both sides hold the same."""
    before, after = _checksum(table, reading), _checksum(table, writing)
    if before != after:
        raise MoveRefused(
            f"表 {table.name} 复制后与原来不一致（{before} 变成 {after}），请清空目标数据库后再试。"
        )
    return before[0]


def _checksum(table: Table, connection: Connection) -> tuple[int, str]:
    """The number of rows and a hash that does not depend on their order (databases sort text differently)."""
    count, total = 0, 0
    for row in connection.execute(select(table), execution_options=_IN_CHUNKS):
        line = json.dumps(list(row), ensure_ascii=False, default=str).encode()
        total += int.from_bytes(hashlib.sha256(line).digest()[:16], "big")
        count += 1
    return count, f"{total % 2**128:032x}"
