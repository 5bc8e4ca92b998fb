"""What is kept of one application: written out, and deleted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.export import export_application, purge_application
from storage.files import DiskFiles
from storage.tables import Base

NOW = datetime(2031, 3, 9, 1, 30, tzinfo=UTC)
MINE, OTHER = "a" * 16, "b" * 16


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    with database.engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.parametrize("known_as", [MINE, "2031-001"])
def test_export_holds_all_of_one_and_nothing_of_another(
    filled: Database, files: DiskFiles, tmp_path: Path, known_as: str
) -> None:
    out = tmp_path / "out"
    written = export_application(filled, files, known_as, out)
    text = written.read_text(encoding="utf-8")
    kept = json.loads(text)
    assert {name: len(rows) for name, rows in kept.items()} == {
        "application": 1, "revision": 1, "print": 1, "late_attempt": 1, "audit": 1, "note": 1, "inbox": 1,
        "outbox": 2, "question": 1, "mail": 1, "mail_file": 1, "mail_sent": 1, "material": 1, "upload": 1,
        "ranking": 1, "paper": 1, "clerical_note": 1, "visit": 1, "visit_version": 1, "visit_answer": 1,
        "sheet": 1, "sheet_line": 1, "sheet_snapshot": 1, "sheet_photo": 1, "sheet_draw": 0,
        "review_outcome": 1, "final_decision": 1, "objection": 1, "objection_entry": 1, "plaque": 1,
        "files": 3,
    }  # fmt: skip
    assert kept["application"][0]["created_at"] == "2031-03-01T01:30:00+00:00"
    assert sorted((out / name).read_bytes() for name in kept["files"]) == [
        b"mine",
        b"signed by both",
        "甲局".encode(),
    ]
    assert ("甲局" in text, "乙局" in text, "lisi" in text) == (True, False, False)
    assert ("covert" in kept, "informant" in kept, "举报人" in text) == (False, False, False)


def test_purge_leaves_no_value_and_says_so_in_the_audit_log(filled: Database, files: DiskFiles) -> None:
    before = everything(filled)
    assert purge_application(filled, files, "2031-001", NOW) == MINE
    after = everything(filled)
    assert "甲局" in repr(before)
    assert "甲局" not in repr(after)
    with pytest.raises(KeyError):
        files.get(before["print"][0]["sha256"])
    added = after["audit"][len(before["audit"]) :]
    assert [(row["action"], row["application"], row["at"]) for row in added] == [("purge", MINE, NOW)]
    assert json.loads(added[0]["details"]) == {"fields": "unit_name", "number": "2031-001"}


def test_purge_touches_nothing_of_another(filled: Database, files: DiskFiles) -> None:
    def of_other(everything: dict[str, list[dict[str, Any]]]) -> list[str]:
        return [repr(row) for rows in everything.values() for row in rows if "乙局" in repr(row)]

    before = everything(filled)
    purge_application(filled, files, MINE, NOW)
    after = everything(filled)
    assert of_other(after) == of_other(before)
    assert files.get(after["print"][0]["sha256"]) == b"other"
    signed = after["plaque"][0]["signature"]
    assert files.get(signed) == b"signed by both"
    purge_application(filled, files, OTHER, NOW)
    with pytest.raises(KeyError):
        files.get(signed)
    assert [row["state"] for row in after["outbox"] if row["person"] == 1] == ["cancelled", "cancelled"]


@pytest.mark.parametrize("known_as", ["", "2031-009"])
def test_application_that_is_not_there_is_refused(
    filled: Database, files: DiskFiles, tmp_path: Path, known_as: str
) -> None:
    with pytest.raises(KeyError):
        export_application(filled, files, known_as, tmp_path / "out")
    with pytest.raises(KeyError):
        purge_application(filled, files, known_as, NOW)
