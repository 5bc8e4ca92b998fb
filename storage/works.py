"""Works that take long."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from bot.model.long_work import LongWork, Made, WorkState
from storage import work_tables
from storage.part import Part
from storage.session import Row, Statement
from storage.tables import columns, table, to_moment, to_number

_WORK = table(work_tables.LongWork)
_SHOWN = [
    _WORK.c[name]
    for name in (
        "id", "kind", "person", "title", "back", "state", "step", "done", "total", "said", "began_at", "beat_at",
        "keep_until",
    )
]  # fmt: skip
_KEPT = (_WORK.c.campaign == bindparam("campaign"), _WORK.c.keep_until > bindparam("now"))
_THIS = (_WORK.c.campaign == bindparam("campaign"), _WORK.c.id == bindparam("work"))

_ADD = Statement(
    insert(_WORK).values({column: bindparam(column.name) for column in columns(work_tables.LongWork)})
)
_FORGET = Statement(delete(_WORK).where(_WORK.c.keep_until <= bindparam("now")))
_FIND = Statement(select(*_SHOWN).where(*_KEPT, _WORK.c.id == bindparam("work")))
_LATEST = Statement(
    select(*_SHOWN)
    .where(*_KEPT, _WORK.c.kind == bindparam("kind"))
    .order_by(_WORK.c.began_at.desc(), _WORK.c.id.desc())
    .limit(1)
)
_MADE = Statement(
    select(_WORK.c.file_name, _WORK.c.content_type, _WORK.c.content).where(
        *_KEPT, _WORK.c.id == bindparam("work"), _WORK.c.content.is_not(None)
    )
)
_BEAT = Statement(
    update(_WORK)
    .where(*_THIS, _WORK.c.state == WorkState.RUNNING.value)
    .values({name: bindparam(f"new_{name}") for name in ("step", "done", "total", "beat_at")})
)
_END = Statement(
    update(_WORK)
    .where(*_THIS)
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("state", "said", "beat_at", "file_name", "content_type", "content")
        }
    )
)


class Works(Part):
    __slots__ = ()

    def add_work(self, work: LongWork) -> None:
        self.session.change(_FORGET, {"now": to_number(work.began_at)})
        kept = {column.name: getattr(work, column.name) for column in _SHOWN}
        moments = {name: to_number(getattr(work, name)) for name in ("began_at", "beat_at", "keep_until")}
        empty = {"file_name": "", "content_type": "", "content": None}
        row = {**kept, **moments, **empty, "campaign": self.campaign, "state": work.state.value}
        self.session.change(_ADD, row)

    def long_work(self, work: str, now: datetime) -> LongWork | None:
        return _work(self.session.row(_FIND, self._at(now) | {"work": work}))

    def latest_work(self, kind: str, now: datetime) -> LongWork | None:
        return _work(self.session.row(_LATEST, self._at(now) | {"kind": kind}))

    def work_made(self, work: str, now: datetime) -> Made | None:
        found = self.session.row(_MADE, self._at(now) | {"work": work})
        return None if found is None else Made(found[0], found[1], bytes(found[2]))

    def beat_work(self, work: str, step: str, done: int, total: int, now: datetime) -> None:
        values = {"new_step": step, "new_done": done, "new_total": total, "new_beat_at": to_number(now)}
        self.session.change(_BEAT, {"campaign": self.campaign, "work": work, **values})

    def end_work(self, work: str, state: WorkState, said: str, made: Made | None, now: datetime) -> None:
        values = {
            "new_state": state.value,
            "new_said": said,
            "new_beat_at": to_number(now),
            "new_file_name": made.name if made else "",
            "new_content_type": made.content_type if made else "",
            "new_content": made.content if made else None,
        }
        self.session.change(_END, {"campaign": self.campaign, "work": work, **values})

    def _at(self, now: datetime) -> dict[str, object]:
        return {"campaign": self.campaign, "now": to_number(now)}


def _work(row: Row | None) -> LongWork | None:
    if row is None:
        return None
    work, kind, person, title, back, state, step, done, total, said, began, beat, keep = row
    moments = (to_moment(began), to_moment(beat), to_moment(keep))
    return LongWork(work, kind, person, title, back, WorkState(state), step, done, total, said, *moments)
