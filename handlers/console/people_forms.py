"""What the forms about people say. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.documents.sheet_read import MOST_ROWS, SheetRow
from bot.model.staff import Role
from bot.staff.people_words import Post

Form = Mapping[str, str]

_NAMES = (
    "name",
    "role",
    "body",
    "deputy",
    "way",
    "userid",
    "mail",
    "telephone",
    "note",
    "channel",
    "address",
    "membership",
    "rows",
    "once",
)


def fields_of(form: Mapping[str, Any]) -> Form:
    """Every field that a form may have, "" for what is missing."""
    return {name: str(form.get(name, "")).strip() for name in _NAMES}


def read_post(form: Form) -> Post | None:
    """The post that is chosen; None where it is not complete."""
    role = next((one for one in Role if one.value == form["role"]), None)
    if role is None or (role is Role.BODY) != bool(form["body"] and role is Role.BODY):
        return None
    if role is not Role.BODY:
        return Post(role)
    return Post(role, form["body"], form["deputy"] == "1")


def hidden_rows(rows: Sequence[SheetRow]) -> str:
    """The rows as they go along with a form, to be entered once they were looked at."""
    return json.dumps([[row.number, *row.cells] for row in rows], ensure_ascii=False)


def read_hidden_rows(text: str) -> tuple[SheetRow, ...]:
    """The same rows; none for anything else. What they say is checked where they are entered."""
    try:
        rows = json.loads(text)
        found = [SheetRow(int(number), tuple(str(cell) for cell in cells)) for number, *cells in rows]
    except (ValueError, TypeError, OverflowError):
        return ()
    return tuple(found[:MOST_ROWS])
