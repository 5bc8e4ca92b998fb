"""Sessions of the console and one-time links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, select, update

from bot.model.console import ConsoleSession, Device
from storage import console_tables
from storage.part import Part
from storage.session import Statement
from storage.tables import columns, table, to_moment, to_number

_SESSION = table(console_tables.ConsoleSession)
_LINK = table(console_tables.ConsoleLink)

_OURS = _SESSION.c.campaign == bindparam("campaign")
_THIS = (_OURS, _SESSION.c.token_hash == bindparam("token"))
_ADD = Statement(
    insert(_SESSION).values(
        {column: bindparam(column.name) for column in columns(console_tables.ConsoleSession)}
    )
)
_FIND = Statement(
    select(_SESSION.c.person, _SESSION.c.began_at, _SESSION.c.seen_at, _SESSION.c.device).where(*_THIS)
)
_TOUCH = Statement(update(_SESSION).where(*_THIS).values(seen_at=bindparam("now")))
_END = Statement(delete(_SESSION).where(*_THIS))
_END_ALL = Statement(delete(_SESSION).where(_OURS, _SESSION.c.person == bindparam("person")))
_FORGET = Statement(
    delete(_SESSION).where(
        _OURS,
        or_(_SESSION.c.began_at <= bindparam("began_before"), _SESSION.c.seen_at <= bindparam("seen_before")),
    )
)

_OUR_LINK = _LINK.c.campaign == bindparam("campaign")
_USABLE = (_OUR_LINK, _LINK.c.token_hash == bindparam("token"), _LINK.c.expires_at > bindparam("now"))
_END_LINKS = Statement(delete(_LINK).where(_OUR_LINK, _LINK.c.person == bindparam("person")))
_ADD_LINK = Statement(
    insert(_LINK).values({column: bindparam(column.name) for column in columns(console_tables.ConsoleLink)})
)
_LOOK_AT_LINK = Statement(select(_LINK.c.person).where(*_USABLE))
_TAKE_LINK = Statement(delete(_LINK).where(*_USABLE).returning(_LINK.c.person))


class Sessions(Part):
    __slots__ = ()

    def add_session(self, session: ConsoleSession) -> None:
        self.session.change(
            _ADD,
            {
                "token_hash": session.token_hash,
                "campaign": self.campaign,
                "person": session.person,
                "began_at": to_number(session.began_at),
                "seen_at": to_number(session.seen_at),
                "device": session.device.value,
            },
        )

    def console_session(self, token_hash: str) -> ConsoleSession | None:
        found = self.session.row(_FIND, self._named(token_hash))
        if found is None:
            return None
        person, began_at, seen_at, device = found
        return ConsoleSession(token_hash, person, to_moment(began_at), to_moment(seen_at), Device(device))

    def touch_session(self, token_hash: str, now: datetime) -> None:
        self.session.change(_TOUCH, {**self._named(token_hash), "now": to_number(now)})

    def end_session(self, token_hash: str) -> bool:
        return bool(self.session.change(_END, self._named(token_hash)))

    def end_sessions(self, person: int) -> int:
        return self.session.change(_END_ALL, {"campaign": self.campaign, "person": person})

    def forget_sessions(self, began_before: datetime, seen_before: datetime) -> None:
        limits = {"began_before": to_number(began_before), "seen_before": to_number(seen_before)}
        self.session.change(_FORGET, {"campaign": self.campaign, **limits})

    def add_console_link(self, token_hash: str, person: int, expires: datetime) -> None:
        owner = {"campaign": self.campaign, "person": person}
        self.session.change(_END_LINKS, owner)
        self.session.change(_ADD_LINK, {**owner, "token_hash": token_hash, "expires_at": to_number(expires)})

    def console_link(self, token_hash: str, now: datetime) -> int | None:
        found = self.session.row(_LOOK_AT_LINK, {**self._named(token_hash), "now": to_number(now)})
        return None if found is None else int(found[0])

    def take_console_link(self, token_hash: str, now: datetime) -> int | None:
        taken = self.session.row(_TAKE_LINK, {**self._named(token_hash), "now": to_number(now)})
        return None if taken is None else int(taken[0])

    def _named(self, token_hash: str) -> dict[str, str]:
        return {"campaign": self.campaign, "token": token_hash}
