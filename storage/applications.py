"""Applications: values, revisions, stages, and the one live application per unit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.application import Application, Change, Claim
from bot.model.message import Channel
from bot.ports import UnitTaken
from storage import console_tables, mail_tables, staff_tables, tables
from storage.failures import is_unique_violation
from storage.part import Part, dumps
from storage.session import Row, Statement
from storage.tables import columns, table, to_number

_APPLICATION = table(tables.Application)
_COUNTER = table(tables.Counter)
_REVISION = table(tables.Revision)
_PERSON = table(tables.Person)
_IDENTITY = table(tables.Identity)

APPLICATION_COLUMNS = tuple(
    _APPLICATION.c[name]
    for name in (
        "id",
        "seq",
        "number",
        "holder",
        "stage",
        "content",
        "receipt",
        "submissions",
        "dossier",
        "body",
    )
)
"""What `to_application` takes, in this order."""

_ONE = _APPLICATION.c.id == bindparam("application")
_OURS = _APPLICATION.c.campaign == bindparam("campaign")

_BY_ID = Statement(select(*APPLICATION_COLUMNS).where(_ONE))
_BY_ANY_NUMBER = Statement(
    select(*APPLICATION_COLUMNS).where(
        or_(
            _APPLICATION.c.id == bindparam("number"),
            and_(_OURS, _APPLICATION.c.number == bindparam("number")),
            and_(_OURS, text(tables.HAS_RECEIPT), _APPLICATION.c.receipt == bindparam("number")),
        )
    )
)
_LIVE_OF_UNIT = and_(
    _OURS,
    _APPLICATION.c.unit_key == bindparam("unit_key"),
    text(tables.STANDS_FOR_UNIT),
)
_UNIT = Statement(select(_APPLICATION.c.id).where(_LIVE_OF_UNIT))
_CLAIM = Statement(
    select(
        _APPLICATION.c.id,
        _APPLICATION.c.holder,
        _PERSON.c.name,
        select(_IDENTITY.c.address)
        .where(_IDENTITY.c.person == _APPLICATION.c.holder)
        .order_by(_IDENTITY.c.id)
        .limit(1)
        .scalar_subquery(),
    )
    .join(_PERSON, _PERSON.c.id == _APPLICATION.c.holder)
    .where(_LIVE_OF_UNIT)
)

_FIRST_NUMBER = upsert(_COUNTER).values(campaign=bindparam("campaign"), last=1)
_NEXT_NUMBER = Statement(
    _FIRST_NUMBER.on_conflict_do_update(
        index_elements=[_COUNTER.c.campaign], set_={"last": _COUNTER.c.last + 1}
    ).returning(_COUNTER.c.last)
)
_START = Statement(
    insert(_APPLICATION).values(
        {column: bindparam(column.name) for column in columns(tables.Application, "submitted_at")}
    )
)
_REVISE = Statement(
    update(_APPLICATION)
    .where(_ONE)
    .values(
        content=bindparam("new_content"),
        unit_key=bindparam("new_unit_key"),
        email=bindparam("new_email"),
        body=bindparam("new_body"),
        # values that stay as they are keep their version, whether or not it is said again
        form_version=case(
            (
                and_(bindparam("new_form_version") == "", _APPLICATION.c.content == bindparam("new_content")),
                _APPLICATION.c.form_version,
            ),
            else_=bindparam("new_form_version"),
        ),
        route_key=case(
            (
                and_(bindparam("new_route_key") == "", _APPLICATION.c.unit_key == bindparam("new_unit_key")),
                _APPLICATION.c.route_key,
            ),
            else_=bindparam("new_route_key"),
        ),
        updated_at=bindparam("moment"),
    )
)
_ADD_REVISION = Statement(
    insert(_REVISION).values({column: bindparam(column.name) for column in columns(tables.Revision, "id")})
)
_MOVE = Statement(
    update(_APPLICATION)
    .where(_ONE)
    .values(
        stage=bindparam("new_stage"),
        live=bindparam("new_live"),
        updated_at=bindparam("moment"),
        receipt=case(
            (bindparam("new_receipt") == "", _APPLICATION.c.receipt), else_=bindparam("new_receipt")
        ),
        submissions=_APPLICATION.c.submissions + case((bindparam("new_receipt") == "", 0), else_=1),
        submitted_at=case(
            (bindparam("new_receipt") == "", _APPLICATION.c.submitted_at), else_=bindparam("moment")
        ),
    )
)
_SET_DOSSIER = Statement(update(_APPLICATION).where(_ONE).values(dossier=bindparam("new_dossier")))
_OF_ADDRESS = Statement(
    select(*APPLICATION_COLUMNS)
    .where(
        _OURS,
        _APPLICATION.c.live,
        or_(
            and_(text(tables.HAS_EMAIL), _APPLICATION.c.email == bindparam("address")),
            _APPLICATION.c.holder.in_(
                select(_IDENTITY.c.person).where(
                    _IDENTITY.c.channel == Channel.MAIL.value, _IDENTITY.c.address == bindparam("address")
                )
            ),
        ),
    )
    .order_by(_APPLICATION.c.seq)
)
_UNIT_KEY = Statement(select(_APPLICATION.c.unit_key).where(_ONE))
_TRANSFER = Statement(update(_APPLICATION).where(_ONE).values(holder=bindparam("new_holder")))
_REVOKE = Statement(
    delete(table(tables.PageToken)).where(table(tables.PageToken).c.application == bindparam("application"))
)
_REMOVE = [
    Statement(delete(owned).where(owned.c.application == bindparam("application")))
    for owned in (
        table(tables.Revision),
        table(tables.Print),
        table(tables.PageToken),
        table(mail_tables.Material),
        table(mail_tables.Upload),
        table(staff_tables.Ranking),
        table(staff_tables.Paper),
        table(console_tables.ClericalNote),
    )
] + [Statement(delete(_APPLICATION).where(_ONE))]

_LATE = Statement(
    insert(table(tables.LateAttempt)).values(
        {column: bindparam(column.name) for column in columns(tables.LateAttempt, "id")}
    )
)


class Applications(Part):
    __slots__ = ()

    def claim(self, unit_key: str) -> Claim | None:
        found = self.session.row(_CLAIM, {"campaign": self.campaign, "unit_key": unit_key})
        if found is None:
            return None
        application, holder, name, address = found
        return Claim(application, holder, name or address or "")

    def application(self, application: str) -> Application | None:
        found = self.session.row(_BY_ID, {"application": application})
        return None if found is None else to_application(found)

    def find_application(self, number: str) -> Application | None:
        found = self.session.row(_BY_ANY_NUMBER, {"campaign": self.campaign, "number": number})
        return None if found is None else to_application(found)

    def start(self, application: str, holder: int, stage: str, now: datetime) -> Application:
        counted = self.session.row(_NEXT_NUMBER, {"campaign": self.campaign})
        assert counted is not None
        seq: int = counted[0]
        number = f"{self._year(now)}-{seq:03d}"
        self.session.change(
            _START,
            {
                "id": application,
                "campaign": self.campaign,
                "seq": seq,
                "number": number,
                "holder": holder,
                "stage": stage,
                "live": True,
                "content": "{}",
                "unit_key": "",
                "receipt": "",
                "submissions": 0,
                "email": "",
                "dossier": "{}",
                "body": "",
                "form_version": "",
                "route_key": "",
                "created_at": to_number(now),
                "updated_at": to_number(now),
            },
        )
        return Application(application, number, holder, stage, {})

    def _year(self, now: datetime) -> str:
        """Of the campaign's name (pingdingshan-2019), else of the day."""
        year = re.search(r"(\d{4})$", self.campaign)
        return year.group(1) if year else f"{now.year:04d}"

    def revise(
        self,
        application: str,
        values: Mapping[str, str],
        changes: Sequence[Change],
        unit_key: str,
        person: int,
        channel: Channel,
        now: datetime,
        email: str = "",
        body: str = "",
        form_version: str = "",
        route_key: str = "",
    ) -> None:
        moment = to_number(now)
        row = {
            "application": application,
            "new_content": dumps(dict(values)),
            "new_unit_key": unit_key,
            "new_email": email,
            "new_body": body,
            "new_form_version": form_version,
            "new_route_key": route_key,
            "moment": moment,
        }
        self._change_unit(_REVISE, row, unit_key)
        self.session.change_each(
            _ADD_REVISION,
            [
                {
                    "application": application,
                    "field": change.field,
                    "value": change.value,
                    "previous": change.previous,
                    "person": person,
                    "channel": channel.value,
                    "at": moment,
                }
                for change in changes
            ],
        )

    def move(self, application: str, stage: str, live: bool, receipt: str, now: datetime) -> None:
        row = {
            "application": application,
            "new_stage": stage,
            "new_live": live,
            "new_receipt": receipt,
            "moment": to_number(now),
        }
        unit_key = ""
        if live:
            found = self.session.row(_UNIT_KEY, {"application": application})
            unit_key = found[0] if found else ""
        self._change_unit(_MOVE, row, unit_key)

    def set_dossier(self, application: str, dossier: Mapping[str, str]) -> None:
        self._update(_SET_DOSSIER, {"application": application, "new_dossier": dumps(dict(dossier))})

    def applications_of_address(self, address: str) -> Sequence[Application]:
        rows = self.session.rows(_OF_ADDRESS, {"campaign": self.campaign, "address": address})
        return [to_application(row) for row in rows]

    def _change_unit(self, statement: Statement, row: Mapping[str, Any], unit_key: str) -> None:
        """Run the update of an application; `UnitTaken` if another live one stands for the unit.

        The query answers nearly always; the index answers when another process was faster.
        """
        owner = self._owner(unit_key)
        if owner == row["application"] or not unit_key:
            self._update(statement, row)
            return
        if owner is not None:
            raise UnitTaken(owner)
        try:
            with self.session.savepoint():
                self._update(statement, row)
        except Exception as error:
            if is_unique_violation(error):
                raise UnitTaken(unit_key) from error
            raise

    def _update(self, statement: Statement, row: Mapping[str, Any]) -> None:
        if not self.session.change(statement, row):
            raise KeyError(f"no application {row['application']}")

    def _owner(self, unit_key: str) -> str | None:
        if not unit_key:
            return None
        found = self.session.row(_UNIT, {"campaign": self.campaign, "unit_key": unit_key})
        return None if found is None else str(found[0])

    def transfer(self, application: str, holder: int) -> None:
        self._update(_TRANSFER, {"application": application, "new_holder": holder})
        self.session.change(_REVOKE, {"application": application})

    def drop(self, application: str) -> None:
        for statement in _REMOVE:
            self.session.change(statement, {"application": application})

    def late_attempt(self, application: str | None, person: int, what: str, text: str, now: datetime) -> None:
        self.session.change(
            _LATE,
            {"application": application, "person": person, "what": what, "text": text, "at": to_number(now)},
        )


def to_application(row: Row) -> Application:
    """From a row of `APPLICATION_COLUMNS`."""
    application, _, number, holder, stage, content, receipt, submissions, dossier, body = row
    on_file = {} if dossier == "{}" else json.loads(dossier)
    values = json.loads(content)
    return Application(application, number, holder, stage, values, receipt, submissions, on_file, body)
