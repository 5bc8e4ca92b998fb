"""Four applications in different states, and the lists of them: for the contract of the console's lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.console.query import ApplicationQuery
from bot.model.application import Change, Printed
from bot.model.message import Channel
from bot.ports import Store
from bot.ports_console import ApplicationFilter, Scope
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
OFFICE = Scope(everything=True)
NORTH, SOUTH = Scope(bodies=("north",)), Scope(bodies=("south",))
ONE, TWO, THREE, FOUR = ("a" * 16, "b" * 16, "c" * 16, "d" * 16)
VERSION = "f" * 64
EVERYTHING = ApplicationQuery()


def wanted(query: ApplicationQuery, scope: Scope = OFFICE, **more: object) -> ApplicationFilter:
    known = ApplicationFilter(
        query,
        scope,
        "2031-03-10",
        ("draft", "submitted", "awarded"),
        ("south", "north"),
        ("awarded", "withdrawn"),
        ("withdrawn",),
        "unit",
        "contact",
        "phone",
    )
    return replace(known, **more)  # type: ignore[arg-type]


def begin(store: Store, application: str, unit: str, body: str, contact: str, day: int) -> int:
    now = NOW + timedelta(days=day)
    person = store.visitor(Channel.WECOM, f"holder-{unit}", f"填表人{unit}", now).person.id
    store.start(application, person, "draft", now)
    values = {"unit": unit, "contact": contact, "phone": f"1380375000{day}", "more": "100%_工作"}
    changes = [Change("unit", unit, "")]
    store.revise(
        application, values, changes, unit, person, Channel.WECOM, now, f"{contact}@a.cn", body, VERSION
    )
    return person


def four(store: Store) -> None:
    """One complete of the north, one handed in without a route, a draft of the south, one at its end."""
    begin(store, ONE, "甲局", "north", "王五", 1)
    begin(store, TWO, "乙局", "", "李四", 2)
    begin(store, THREE, "丙局", "south", "赵六", 3)
    begin(store, FOUR, "丁局", "north", "孙七", 4)
    complete = {
        "deck": "0" * 64,
        "scans": f"{'1' * 64} {VERSION}",
        "paper": "2031-03-02",
        "declared_accepted": "yes",
        "declared_lawful": "no",
    }
    store.set_dossier(ONE, complete)
    store.set_dossier(TWO, {"scans": "1" * 64, "declared_accepted": "yes"})
    store.set_dossier(
        THREE, {"return_due": "2031-03-09", "late_attempts": "submit@2031-03-08T00:00:00+00:00"}
    )
    store.move(ONE, "submitted", True, "2031-001-1", NOW + timedelta(days=9))
    store.move(TWO, "submitted", True, "2031-002-1", NOW + timedelta(days=8))
    store.move(FOUR, "awarded", True, "", NOW + timedelta(days=7))
    store.set_ranking("north", [FOUR, ONE])
    store.add_print(Printed(TWO, VERSION, "7K3F2", "2" * 64, NOW))


def names(writer: ThreadWriter, query: ApplicationQuery, scope: Scope = OFFICE, **more: object) -> str:
    """The units' first characters in the list's order; total and sums are checked along the way."""
    found = writer.run_blocking(lambda store: store.list_applications(wanted(query, scope, **more)))
    assert found.total == sum(found.sums.values()) == len(found.rows)
    return "".join(row.application.values["unit"][0] for row in found.rows)
