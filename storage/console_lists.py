"""Lists as the console's pages show them: filtered, sorted, cut into pages by the database."""

from __future__ import annotations

from storage.console_applications import ApplicationLists
from storage.console_messages import MessageLists
from storage.console_records import RecordLists
from storage.console_today import TodayCounts


class ConsoleLists(ApplicationLists, MessageLists, RecordLists, TodayCounts):
    __slots__ = ()
