"""The counts of the first page on both databases."""

from __future__ import annotations

from bot.console.applications import OFFICE, wanted_of
from bot.console.query import ApplicationQuery
from bot.ports_console import TaskCounts
from config.campaign import Campaign
from storage.writer import ThreadWriter
from tests.fakes.recommending import MORNING


def test_nothing_to_decide_counts_nothing_and_an_alarm_counts_one(
    writer: ThreadWriter, campaign: Campaign
) -> None:
    wanted = wanted_of(campaign, OFFICE, ApplicationQuery(), MORNING.date())
    assert writer.run_blocking(lambda store: store.count_tasks(wanted)) == TaskCounts(
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    )
    writer.run_blocking(lambda store: store.alarm("mail", "请检查", MORNING))
    assert writer.run_blocking(lambda store: store.count_tasks(wanted)).alarms == 1


def test_nothing_was_asked(writer: ThreadWriter) -> None:
    assert writer.run_blocking(lambda store: store.unanswered_texts(5)) == []
