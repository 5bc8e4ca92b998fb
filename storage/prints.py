"""Printed versions, and the tokens that open an application's own page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.application import Application, Printed
from storage import tables
from storage.applications import APPLICATION_COLUMNS, to_application
from storage.part import Part
from storage.session import Statement
from storage.tables import columns, table, to_moment, to_number

_PRINT = table(tables.Print)
_TOKEN = table(tables.PageToken)
_APPLICATION = table(tables.Application)

_PRINTED = Statement(
    select(_PRINT.c.code, _PRINT.c.sha256, _PRINT.c.printed_at)
    .where(_PRINT.c.application == bindparam("application"), _PRINT.c.version == bindparam("version"))
    .order_by(_PRINT.c.printed_at)
    .limit(1)
)
_OF_CODE = Statement(
    select(_PRINT.c.application, _PRINT.c.version, _PRINT.c.sha256, _PRINT.c.printed_at).where(
        _PRINT.c.code == bindparam("code")
    )
)
_ADD_PRINT = Statement(
    upsert(_PRINT)
    .values({column: bindparam(column.name) for column in columns(tables.Print)})
    .on_conflict_do_nothing(index_elements=[_PRINT.c.code])
)
_ADD_PAGE = Statement(
    insert(_TOKEN).values({column: bindparam(column.name) for column in columns(tables.PageToken)})
)
_PAGE = Statement(
    select(_TOKEN.c.person, *APPLICATION_COLUMNS)
    .join(_APPLICATION, _APPLICATION.c.id == _TOKEN.c.application)
    .where(_TOKEN.c.token_hash == bindparam("token_hash"), _TOKEN.c.expires_at > bindparam("now"))
)


class Prints(Part):
    __slots__ = ()

    def printed(self, application: str, version: str) -> Printed | None:
        found = self.session.row(_PRINTED, {"application": application, "version": version})
        if found is None:
            return None
        code, sha256, printed_at = found
        return Printed(application, version, code, sha256, to_moment(printed_at))

    def print_of_code(self, code: str) -> Printed | None:
        found = self.session.row(_OF_CODE, {"code": code})
        if found is None:
            return None
        application, version, sha256, printed_at = found
        return Printed(application, version, code, sha256, to_moment(printed_at))

    def add_print(self, printed: Printed) -> bool:
        row = {
            "code": printed.code,
            "application": printed.application,
            "version": printed.version,
            "sha256": printed.sha256,
            "printed_at": to_number(printed.printed_at),
        }
        if self.session.change(_ADD_PRINT, row):
            return True
        known = self.print_of_code(printed.code)
        return known is not None and (known.application, known.version) == (
            printed.application,
            printed.version,
        )

    def add_page(self, token_hash: str, application: str, person: int, expires: datetime) -> None:
        self.session.change(
            _ADD_PAGE,
            {
                "token_hash": token_hash,
                "application": application,
                "person": person,
                "expires_at": to_number(expires),
            },
        )

    def page(self, token_hash: str, now: datetime) -> tuple[Application, int] | None:
        found = self.session.row(_PAGE, {"token_hash": token_hash, "now": to_number(now)})
        return None if found is None else (to_application(found[1:]), found[0])
