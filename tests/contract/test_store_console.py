"""The contract of the console's list of applications, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.console.query import (
    NO_BODY,
    ApplicationQuery,
    Mark,
    Owes,
    Sort,
)
from bot.model.message import Channel
from bot.ports import Store
from bot.ports_console import Scope
from storage.writer import ThreadWriter
from tests.contract.conftest import CAMPAIGN
from tests.fakes.four_applications import (
    EVERYTHING,
    FOUR,
    NORTH,
    NOW,
    OFFICE,
    ONE,
    SOUTH,
    THREE,
    TWO,
    VERSION,
    begin,
    four,
    names,
    wanted,
)


def test_applications_come_with_what_they_owe_and_sums(writer: ThreadWriter) -> None:
    writer.run_blocking(four)
    found = writer.run_blocking(lambda store: store.list_applications(wanted(EVERYTHING)))
    assert [(row.application.id, row.owes, row.rank) for row in found.rows] == [
        (ONE, (), 2),
        (TWO, ("deck", "scan", "paper", "declarations"), None),
        (THREE, ("deck", "scan", "paper", "declarations"), None),
        (FOUR, (), 1),
    ]
    assert found.sums == {
        ("north", "submitted"): 1,
        ("", "submitted"): 1,
        ("south", "draft"): 1,
        ("north", "awarded"): 1,
    }
    first = found.rows[0]
    assert (first.created_at, first.submitted_at) == (NOW + timedelta(days=1), NOW + timedelta(days=9))


@pytest.mark.parametrize(
    ("scope", "expected"),
    [(OFFICE, "甲乙丙丁"), (NORTH, "甲丁"), (SOUTH, "丙"), (Scope(), ""), (Scope(bodies=("nor",)), "")],
)
def test_applications_scope_comes_before_every_filter(
    writer: ThreadWriter, scope: Scope, expected: str
) -> None:
    writer.run_blocking(four)
    assert names(writer, EVERYTHING, scope) == expected
    for other in ("north", "south", NO_BODY):
        assert set(names(writer, ApplicationQuery(body=other), scope)) <= set(expected)
    assert set(names(writer, ApplicationQuery(search="局"), scope)) == set(expected)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (ApplicationQuery(body="north"), "甲丁"),
        (ApplicationQuery(body=NO_BODY), "乙"),
        (ApplicationQuery(stage="submitted"), "甲乙"),
        (ApplicationQuery(owes=Owes.NONE), "甲丁"),
        (ApplicationQuery(owes=Owes.ANY), "乙丙"),
        (ApplicationQuery(owes=Owes.SCAN), "乙丙"),
        (ApplicationQuery(owes=Owes.DECLARATIONS, body="south"), "丙"),
        (ApplicationQuery(mark=Mark.NO_ROUTE), "乙"),
        (ApplicationQuery(mark=Mark.TRIED_LATE), "丙"),
        (ApplicationQuery(mark=Mark.RETURN_OVERDUE), "丙"),
        (ApplicationQuery(mark=Mark.LATE), ""),
        (ApplicationQuery(search="乙"), "乙"),
        (ApplicationQuery(search="王五"), "甲"),
        (ApplicationQuery(search="13803750003"), "丙"),
        (ApplicationQuery(search="2031-004"), "丁"),
        (ApplicationQuery(search="2031-002-1"), "乙"),
        (ApplicationQuery(search="李四@A.cn"), "乙"),
        (ApplicationQuery(search="工作"), ""),
        (ApplicationQuery(search="%"), ""),
        (ApplicationQuery(search="_"), ""),
        (ApplicationQuery(search="\\"), ""),
        (ApplicationQuery(search="' OR 1=1 --"), ""),
        (ApplicationQuery(sort=Sort.BODY), "乙丙甲丁"),
        (ApplicationQuery(sort=Sort.RANK), "丁甲乙丙"),
        (ApplicationQuery(sort=Sort.STAGE, descending=True), "丁甲乙丙"),
        (ApplicationQuery(sort=Sort.PHONE, descending=True), "丁丙乙甲"),
        (ApplicationQuery(sort=Sort.SUBMITTED, descending=True), "甲乙丙丁"),
        (ApplicationQuery(sort=Sort.UPDATED), "丙丁乙甲"),
        (ApplicationQuery(sort=Sort.OWES, descending=True), "乙丙甲丁"),
    ],
)
def test_applications_are_filtered_searched_and_sorted(
    writer: ThreadWriter, query: ApplicationQuery, expected: str
) -> None:
    writer.run_blocking(four)
    assert names(writer, query) == expected


def test_applications_are_found_by_unit_key_and_print_code(writer: ThreadWriter) -> None:
    writer.run_blocking(four)
    assert names(writer, ApplicationQuery(search="市丙局"), unit_key="丙局") == "丙"
    assert names(writer, ApplicationQuery(search="7k3f2"), code="7K3F2") == "乙"


def test_units_on_two_routes_are_marked_until_one_is_chosen(writer: ThreadWriter) -> None:
    twice = ApplicationQuery(mark=Mark.TWO_ROUTES)

    def say(application: str, unit: str, body: str, key: str) -> None:
        def act(store: Store) -> None:
            known = store.application(application)
            assert known is not None
            arguments = (application, known.values, (), unit, known.holder, Channel.WECOM, NOW)
            store.revise(*arguments, body=body, route_key=key)

        writer.run_blocking(act)

    def settle(pair: str, value: str) -> None:
        writer.run_blocking(lambda store: store.set_setting(f"route:{CAMPAIGN}:{pair}", value))

    writer.run_blocking(four)
    assert names(writer, twice) == ""
    for application, unit, body, key in (
        (ONE, "甲局", "north", "x y"),
        (TWO, "乙局", "", "x y"),
        (THREE, "丙局", "south", "x y"),  # a draft
        (FOUR, "丁局", "north", "z"),
    ):
        say(application, unit, body, key)
    assert names(writer, twice) == "甲乙"
    assert names(writer, twice, NORTH) == "甲"
    assert names(writer, twice, left=("submitted",)) == ""
    assert writer.run_blocking(lambda store: store.count_tasks(wanted(EVERYTHING, NORTH))).two_routes == 1
    say(TWO, "乙局", "", "")  # the same unit as before
    assert names(writer, twice) == "甲乙"
    settle(f"{ONE}:{TWO}:told", "2031-03-01")
    assert names(writer, twice) == "甲乙"
    settle(f"{ONE}:{TWO}", "{}")
    assert names(writer, twice) == ""


def test_route_keys_are_read_in_portions_and_mended(writer: ThreadWriter) -> None:
    writer.run_blocking(four)
    first = writer.run_blocking(lambda store: store.route_keys(0, 3))
    assert [(one.application, one.unit_key, one.route_key) for one in first] == [
        (ONE, "甲局", ""),
        (TWO, "乙局", ""),
        (THREE, "丙局", ""),
    ]
    writer.run_blocking(lambda store: store.set_route_key(FOUR, "丁局"))
    (last,) = writer.run_blocking(lambda store: store.route_keys(first[-1].seq, 3))
    assert (last.application, last.route_key) == (FOUR, "丁局")


def test_applications_form_version_follows_the_values(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        person = begin(store, ONE, "甲局", "north", "王五", 1)
        store.set_dossier(ONE, {"scans": VERSION})
        known = store.application(ONE)
        assert known is not None

        def revise(values: dict[str, str], version: str = "") -> bool:
            store.revise(ONE, values, (), "甲局", person, Channel.WECOM, NOW, form_version=version)
            found = store.list_applications(wanted(EVERYTHING))
            return "scan" in found.rows[0].owes

        values = dict(known.values)
        assert not revise(values)  # another route, the same values
        assert revise(values | {"phone": "1"}, "e" * 64)
        assert not revise(values, VERSION)
        assert revise(values | {"phone": "2"})
        assert [one.id for one in store.unversioned(10)] == [ONE]
        store.set_form_version(ONE, VERSION)
        assert list(store.unversioned(10)) == []
        assert "scan" not in store.list_applications(wanted(EVERYTHING)).rows[0].owes

    writer.run_blocking(act)


def test_applications_pages_hold_fifty(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        for number in range(53):
            begin(store, f"{number:016x}", f"第{number}局", "north", "王", 1)
        second = store.list_applications(wanted(ApplicationQuery(page=2)))
        assert [row.application.number for row in second.rows] == ["2031-051", "2031-052", "2031-053"]
        assert second.total == 53
        assert len(store.list_applications(wanted(EVERYTHING, limit=1000)).rows) == 53
        assert store.list_applications(wanted(ApplicationQuery(page=3))).rows == ()

    writer.run_blocking(act)
