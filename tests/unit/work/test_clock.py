"""The campaign clock: starts once, moves forward only, and is the same for all who ask the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import CampaignClock, move_clock, open_clock
from storage.database import open_database
from storage.schema import migrate_engine
from storage.writer import ThreadWriter

START = datetime.fromisoformat("2019-07-10T09:00+08:00")
NEARLY = timedelta(seconds=5)


@pytest.fixture
def writer() -> Iterator[ThreadWriter]:
    database = open_database("sqlite://", "clock-2019")
    migrate_engine(database.engine)
    started = ThreadWriter(database)
    started.start()
    yield started
    started.stop()
    database.close()


def shown(offset: timedelta) -> datetime:
    return CampaignClock(offset).now()


def test_clock_without_a_start_is_the_machines(writer: ThreadWriter) -> None:
    assert writer.run_blocking(lambda store: open_clock(store, None)) == timedelta()
    assert abs(shown(timedelta()) - datetime.now(UTC)) < NEARLY


def test_clock_begins_at_its_start_and_a_later_start_changes_nothing(writer: ThreadWriter) -> None:
    offset = writer.run_blocking(lambda store: open_clock(store, START))
    assert START <= shown(offset) < START + NEARLY
    other = START + timedelta(days=9)
    assert writer.run_blocking(lambda store: open_clock(store, other)) == offset
    assert writer.run_blocking(lambda store: open_clock(store, None)) == offset


def test_clock_moves_forward_and_is_found_there(writer: ThreadWriter) -> None:
    writer.run_blocking(lambda store: open_clock(store, START))
    to = START + timedelta(days=3)
    moved = writer.run_blocking(lambda store: move_clock(store, to))
    assert to <= shown(moved) < to + NEARLY
    assert writer.run_blocking(lambda store: open_clock(store, START)) == moved


def test_clock_refuses_to_move_back_and_stays(writer: ThreadWriter) -> None:
    offset = writer.run_blocking(lambda store: open_clock(store, START))
    with pytest.raises(ValueError, match="forward"):
        writer.run_blocking(lambda store: move_clock(store, START - timedelta(seconds=1)))
    assert writer.run_blocking(lambda store: open_clock(store, None)) == offset


def test_clock_shows_aware_moments() -> None:
    assert CampaignClock(timedelta(days=-2000)).now().utcoffset() == timedelta()
