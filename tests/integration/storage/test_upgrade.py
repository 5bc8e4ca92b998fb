"""An upgrade keeps what an older version of the program has written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.model.visit import VisitState
from storage.database import make_engine, open_database
from storage.schema import alembic_config, check_engine, downgrade_engine, engine_state, migrate_engine
from storage.writer import ThreadWriter
from tests.fakes.mixed_sheets import mixed_sheets
from tests.fakes.mixed_visits import mixed_visits


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/bot.db"
    made = make_engine(url if request.param == "sqlite" else request.getfixturevalue("bare_postgres"))
    yield made
    made.dispose()


def at_first_schema(engine: Engine) -> None:
    from alembic import command

    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        command.upgrade(alembic_config(connection), "0001")
        connection.exec_driver_sql("INSERT INTO person (id, name, created_at) VALUES (1, '张三', 0)")
        connection.exec_driver_sql(
            "INSERT INTO question (id, person, text, clauses, refused, at)"
            " VALUES (1, 1, '25号当天算吗', '[]', true, 0)"
        )
        connection.exec_driver_sql("COMMIT")


def test_upgrade_from_the_first_schema_keeps_the_questions(engine: Engine) -> None:
    at_first_schema(engine)
    assert engine_state(engine) == "older"
    migrate_engine(engine)
    assert engine_state(engine) == "current"
    check_engine(engine)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT id, person, text FROM question").fetchall()
        empty = connection.exec_driver_sql("SELECT count(*) FROM approved_answer").scalar()
    assert ([tuple(row) for row in found], empty) == ([(1, 1, "25号当天算吗")], 0)


def test_downgrade_to_the_first_schema_keeps_the_questions(engine: Engine) -> None:
    at_first_schema(engine)
    migrate_engine(engine)
    downgrade_engine(engine, "0001")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT text FROM question").scalar() == "25号当天算吗"


def test_upgrade_finds_the_units_of_the_packages_that_were_sent(engine: Engine) -> None:
    from alembic import command

    order = '{"order": [{"application": "b", "rank": 1}, {"application": "a", "rank": 2}]}'
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        command.upgrade(alembic_config(connection), "0010")
        connection.exec_driver_sql("INSERT INTO person (id, name, created_at) VALUES (1, '张三', 0)")
        for package, content in ((1, order), (2, "{}")):
            connection.exec_driver_sql(
                'INSERT INTO package (id, campaign, body, receipt, zero, late, "by", at, content)'
                f" VALUES ({package}, 'here', 'north', 'B-{package}', false, false, 1, 0, '{content}')"
            )
        connection.exec_driver_sql("COMMIT")
    migrate_engine(engine)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT package, rank, application FROM package_unit").fetchall()
    assert sorted(tuple(row) for row in found) == [(1, 1, "b"), (1, 2, "a")]


def test_upgrade_works_out_what_lists_go_by_as_the_program_does(engine: Engine) -> None:
    migrate_engine(engine)
    database = open_database(engine.url.render_as_string(hide_password=False), "spring-2031")
    writer = ThreadWriter(database)
    writer.start()
    writer.run_blocking(lambda store: mixed_visits(store, 80, seed=3))
    writer.run_blocking(lambda store: mixed_sheets(store, 40, seed=3))
    writer.stop()
    database.close()

    def kept(table: str) -> list[dict[str, Any]]:
        with engine.connect() as connection:
            rows = connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id").mappings()
            return [{**row} for row in rows]

    before = kept("visit"), kept("sheet")
    downgrade_engine(engine, "0017")
    migrate_engine(engine)
    assert (kept("visit"), kept("sheet")) == before
    assert {row["state"] for row in before[0]} == {one.value for one in VisitState}
    assert max(row["signed"] for row in before[1]) > 1
