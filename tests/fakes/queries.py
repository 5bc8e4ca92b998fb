"""Counting what a page asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from storage.session import Session, Statement

_EXECUTE = Session._execute


@contextmanager
def counted() -> Iterator[list[str]]:
    """The SQL of every statement that runs through any session meanwhile, in any thread."""
    ran: list[str] = []

    def execute(self: Session, statement: Statement, parameters: Any) -> None:
        ran.append(self._sql(statement)[0])
        _EXECUTE(self, statement, parameters)

    with patch.object(Session, "_execute", execute):
        yield ran
