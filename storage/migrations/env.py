"""Run by Alembic. The connection, with its transaction begun, comes from `storage.schema`."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString

from storage.tables import Base, Moment


def _plainly(kind: str, thing: Any, _: object) -> str | Literal[False]:
    """New revisions name plain types only: they must not change with the code."""
    if kind == "type" and isinstance(thing, Moment):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(thing, AutoString):
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=_plainly,
)
context.run_migrations()
