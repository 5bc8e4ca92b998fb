"""Moving everything to another database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.model.message import Channel
from storage.database import make_engine, open_database
from storage.move_data import MoveRefused, move_data
from storage.schema import schema_state
from storage.shared_cache import DatabaseCache
from storage.tables import Base
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)


def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    engine = make_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return found


async def test_everything_arrives_and_work_goes_on(
    filled_url: str, tmp_path: Path, bare_postgres: str
) -> None:
    source = open_database(filled_url, "spring-2031")
    await DatabaseCache(source).put("token", "value", 4_000_000_000)
    source.close()
    target = bare_postgres if filled_url.startswith("sqlite") else f"sqlite:///{tmp_path}/moved/bot.db"
    counts = move_data(filled_url, target)
    before, after = everything(filled_url), everything(target)
    assert after == before
    assert dict(counts) == {name: len(rows) for name, rows in before.items()}
    assert [name for name, rows in before.items() if not rows] == []

    moved = open_database(target, "spring-2031")
    writer = ThreadWriter(moved)
    writer.start()
    number = writer.run_blocking(lambda store: store.start("c" * 16, 1, "draft", NOW).number)
    person = writer.run_blocking(lambda store: store.visitor(Channel.WECOM, "wangwu", "", NOW).person.id)
    assert (number, person) == ("2031-003", 3)
    writer.stop()
    moved.close()


def test_target_with_data_is_refused_and_left_alone(filled_url: str, new_sqlite: Callable[[], str]) -> None:
    target = new_sqlite()
    move_data(filled_url, target)
    before = everything(target)
    with pytest.raises(MoveRefused, match="不是空的"):
        move_data(filled_url, target)
    assert everything(target) == before


def test_source_without_schema_is_refused(tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path}/target.db"
    with pytest.raises(MoveRefused, match="migrate"):
        move_data(f"sqlite:///{tmp_path}/nothing.db", target)
    assert schema_state(target) == "empty"
