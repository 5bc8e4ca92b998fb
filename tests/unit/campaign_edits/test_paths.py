"""Places in a campaign's files, by path."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.campaign_edits.overlay import overlaid, standing
from bot.campaign_edits.paths import PathError, from_json, to_json, value_at, with_value
from bot.campaign_edits.workdays import own_workdays, workday_path, workday_row
from bot.model.edits import Edit
from config.reading import RawFiles

NOW = datetime(2031, 3, 1, tzinfo=UTC)
DAY = date(2031, 3, 2)
FILES: RawFiles = {
    "campaign.toml": {
        "contact": {"phone": "1"},
        "body": [{"id": "a", "name": "甲"}, {"id": "b", "name": "乙"}],
    },
    "phrases.toml": {"help": "帮助"},
    "phrases_staff.toml": {"bye": "再见"},
}


def edit(number: int, path: str, value: Any, undone: bool = False) -> Edit:
    return Edit(number, path, None if undone else to_json(value), None, "", 1, NOW)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("campaign/contact/phone", "1"),
        ("campaign/body/b/name", "乙"),
        ("campaign/body/b", {"id": "b", "name": "乙"}),
        ("phrases/bye", "再见"),
        ("campaign/body/c", None),
        ("campaign/contact/phone/more", None),
        ("nothing/at/all", None),
        ("campaign", None),
        ("", None),
    ],
)
def test_value_is_found_by_its_path(path: str, value: Any) -> None:
    assert value_at(FILES, path) == value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("campaign/contact/phone", "2"),
        ("campaign/contact/fax", "3"),
        ("campaign/body/a/name", "丙"),
        ("campaign/body/a/aliases", ["丁"]),
        ("campaign/body/c", {"id": "c", "name": "丙"}),
        ("campaign/workday/2031-03-02", {"date": DAY, "works": True}),
        ("phrases/bye", "再会"),
    ],
)
def test_value_is_put_and_nothing_else_changes(path: str, value: Any) -> None:
    before = to_json(FILES)
    files = with_value(FILES, path, value)
    assert value_at(files, path) == value
    assert to_json(FILES) == before
    assert {name for name in files if files[name] != FILES[name]} == {
        "phrases_staff.toml" if path.startswith("phrases") else "campaign.toml"
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("phrases/unknown", "x"),
        ("nothing/key", "x"),
        ("campaign/body/c/name", "x"),
        ("campaign/body/c", {"id": "d"}),
        ("campaign/body/c", "x"),
        ("campaign/body/c", None),
        ("campaign/contact/fax", None),
        ("campaign/none/deep/key", "x"),
        ("campaign/contact/phone/more", "x"),
    ],
)
def test_way_that_leads_nowhere_is_refused(path: str, value: Any) -> None:
    with pytest.raises(PathError):
        with_value(FILES, path, value)


def test_row_is_taken_away_and_with_the_last_one_the_array() -> None:
    files = with_value(FILES, "campaign/body/a", None)
    assert [row["id"] for row in files["campaign.toml"]["body"]] == ["b"]
    assert "body" not in with_value(files, "campaign/body/b", None)["campaign.toml"]


@pytest.mark.parametrize("value", [None, "文字", 3, True, ["a", 2], {"date": DAY, "works": False}, DAY])
def test_value_survives_being_kept(value: Any) -> None:
    assert from_json(to_json(value)) == value


def test_newest_edit_of_a_place_stands_unless_it_went_back() -> None:
    edits = [edit(1, "x/a", 1), edit(2, "x/b", 2), edit(3, "x/a", 3), edit(4, "x/b", None, undone=True)]
    assert [one.id for one in standing(edits)] == [3]


def test_edit_that_no_longer_fits_is_named_and_the_others_stay() -> None:
    edits = [edit(1, "campaign/body/gone/name", "丙"), edit(2, "campaign/contact/phone", "2")]
    found = overlaid(FILES, edits, lambda files: False)
    assert [one.id for one in found.stale] == [1]
    assert value_at(found.files, "campaign/contact/phone") == "2"


def test_edit_that_makes_the_campaign_unsound_is_left_out() -> None:
    edits = [edit(1, "campaign/contact/phone", "bad"), edit(2, "phrases/help", "新的帮助")]
    found = overlaid(FILES, edits, lambda files: value_at(files, "campaign/contact/phone") == "bad")
    assert [one.id for one in found.stale] == [1]
    assert value_at(found.files, "phrases/help") == "新的帮助"


def test_edit_within_a_row_that_was_taken_away_is_not_named() -> None:
    edits = [edit(1, "campaign/body/a/name", "丙"), edit(2, "campaign/body/a", None)]
    again = [edit(1, "campaign/body/c/name", "丙"), edit(2, "campaign/body/c", None)]
    for one in (edits, again):
        assert overlaid(FILES, one, lambda files: False).stale == ()


def test_own_workdays_are_those_that_stand() -> None:
    other = date(2031, 3, 9)
    edits = [
        edit(1, workday_path(DAY), workday_row(DAY, True)),
        edit(2, workday_path(other), workday_row(other, False)),
        edit(3, workday_path(DAY), None),
        edit(4, "campaign/contact/phone", "2"),
    ]
    assert own_workdays(edits) == {other: False}
