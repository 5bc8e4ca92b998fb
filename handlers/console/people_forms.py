"""What the forms about people say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
