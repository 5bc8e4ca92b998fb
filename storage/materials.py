"""What is on file for an application beside its form, and files on their way in from its page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, case, delete, func, insert, select, text, update

from bot.model.mail import FileKind, Material, MaterialState, Upload
from storage import mail_tables as tables
from storage import tables as main_tables
from storage.part import Part, dumps
from storage.session import Row, Statement
from storage.tables import columns, table, to_moment, to_number

_APPLICATION = table(main_tables.Application)
_MATERIAL = table(tables.Material)
_UPLOAD = table(tables.Upload)

_ALL = Statement(
    select(_MATERIAL)
    .where(_MATERIAL.c.application == bindparam("application"))
    .order_by(_MATERIAL.c.kind, _MATERIAL.c.version)
)
_OF_BODY = Statement(
    select(_MATERIAL)
    .join(_APPLICATION, _APPLICATION.c.id == _MATERIAL.c.application)
    .where(_APPLICATION.c.campaign == bindparam("campaign"), _APPLICATION.c.body == bindparam("body"))
    .order_by(_MATERIAL.c.application, _MATERIAL.c.kind, _MATERIAL.c.version)
)
_LAST = Statement(
    select(func.max(_MATERIAL.c.version)).where(
        _MATERIAL.c.application == bindparam("application"), _MATERIAL.c.kind == bindparam("kind")
    )
)
_ADD = Statement(
    insert(_MATERIAL)
    .values({column: bindparam(column.name) for column in columns(tables.Material, "id", "pictures")})
    .returning(_MATERIAL.c.id)
)


def _unless_empty(name: str) -> object:
    return case((bindparam(f"new_{name}") == "", _MATERIAL.c[name]), else_=bindparam(f"new_{name}"))


_SET = Statement(
    update(_MATERIAL)
    .where(_MATERIAL.c.id == bindparam("material"))
    .values(state=bindparam("new_state"), code=_unless_empty("code"), printed=_unless_empty("printed"))
)
_UNPICTURED = Statement(
    select(_MATERIAL).where(text(tables.UNPICTURED)).order_by(_MATERIAL.c.id).limit(bindparam("at_most"))
)
_PICTURE = Statement(
    update(_MATERIAL)
    .where(_MATERIAL.c.id == bindparam("material"))
    .values(pictures=bindparam("new_pictures"))
)
_ADD_UPLOAD = Statement(
    insert(_UPLOAD).values({column: bindparam(column.name) for column in columns(tables.Upload)})
)
_ONE_UPLOAD = Statement(
    select(_UPLOAD).where(_UPLOAD.c.id == bindparam("upload"), _UPLOAD.c.expires_at > bindparam("now"))
)
_ADVANCE = Statement(
    update(_UPLOAD)
    .where(_UPLOAD.c.id == bindparam("upload"))
    .values(offset=bindparam("new_offset"), sha256=bindparam("new_sha256"), told=bindparam("new_told"))
)
_UPLOADS = Statement(
    select(_UPLOAD)
    .where(
        _UPLOAD.c.application == bindparam("application"),
        _UPLOAD.c.person == bindparam("person"),
        _UPLOAD.c.expires_at > bindparam("now"),
    )
    .order_by(_UPLOAD.c.expires_at, _UPLOAD.c.id)
)
_COMPLETE = Statement(select(_UPLOAD).where(_UPLOAD.c.offset == _UPLOAD.c.size, _UPLOAD.c.sha256 == ""))
_EXPIRED = Statement(
    select(_UPLOAD.c.id).where(
        _UPLOAD.c.expires_at <= bindparam("now"), _UPLOAD.c.offset < _UPLOAD.c.size, _UPLOAD.c.sha256 == ""
    )
)
_DROP_UPLOAD = Statement(delete(_UPLOAD).where(_UPLOAD.c.id == bindparam("upload")))


class Materials(Part):
    __slots__ = ()

    def materials(self, application: str) -> Sequence[Material]:
        return [_material(row) for row in self.session.rows(_ALL, {"application": application})]

    def materials_of_body(self, body: str) -> Mapping[str, Sequence[Material]]:
        found: dict[str, list[Material]] = {}
        for row in self.session.rows(_OF_BODY, {"campaign": self.campaign, "body": body}):
            material = _material(row)
            found.setdefault(material.application, []).append(material)
        return found

    def add_material(self, material: Material) -> Material:
        kind = {"application": material.application, "kind": material.kind.value}
        last = self.session.row(_LAST, kind)
        version = (last[0] or 0) + 1 if last else 1
        added = self.session.row(
            _ADD,
            {
                **kind,
                "version": version,
                "sha256": material.sha256,
                "name": material.name,
                "size": material.size,
                "type": material.type,
                "state": material.state.value,
                "source": material.source,
                "at": to_number(material.at),
                "late": material.late,
                "doubtful": material.doubtful,
                "code": material.code,
                "printed": material.printed,
                "report": material.report,
            },
        )
        assert added is not None
        return replace(material, id=added[0], version=version)

    def set_material(self, material: int, state: MaterialState, code: str = "", printed: str = "") -> None:
        row = {"material": material, "new_state": state.value, "new_code": code, "new_printed": printed}
        if not self.session.change(_SET, row):
            raise KeyError(f"no material {material}")

    def unpictured(self, limit: int) -> Sequence[Material]:
        return [_material(row) for row in self.session.rows(_UNPICTURED, {"at_most": limit})]

    def set_pictures(self, material: int, pictures: Sequence[str]) -> None:
        self.session.change(_PICTURE, {"material": material, "new_pictures": dumps(list(pictures))})

    def add_upload(self, upload: Upload) -> None:
        self.session.change(
            _ADD_UPLOAD,
            {
                "id": upload.id,
                "application": upload.application,
                "person": upload.person,
                "name": upload.name,
                "size": upload.size,
                "offset": upload.offset,
                "sha256": upload.sha256,
                "expires_at": to_number(upload.expires_at),
                "told": upload.told,
            },
        )

    def upload(self, upload: str, now: datetime) -> Upload | None:
        found = self.session.row(_ONE_UPLOAD, {"upload": upload, "now": to_number(now)})
        return None if found is None else _upload(found)

    def advance_upload(self, upload: str, offset: int, sha256: str = "", told: str = "") -> None:
        row = {"upload": upload, "new_offset": offset, "new_sha256": sha256, "new_told": told}
        if not self.session.change(_ADVANCE, row):
            raise KeyError(f"no upload {upload}")

    def uploads(self, application: str, person: int, now: datetime) -> Sequence[Upload]:
        rows = self.session.rows(
            _UPLOADS, {"application": application, "person": person, "now": to_number(now)}
        )
        return [_upload(row) for row in rows]

    def complete_uploads(self) -> Sequence[Upload]:
        return [_upload(row) for row in self.session.rows(_COMPLETE)]

    def expired_uploads(self, now: datetime) -> Sequence[str]:
        return [row[0] for row in self.session.rows(_EXPIRED, {"now": to_number(now)})]

    def drop_upload(self, upload: str) -> None:
        self.session.change(_DROP_UPLOAD, {"upload": upload})


def _material(row: Row) -> Material:
    (
        material, application, kind, version, sha256, name, size, type_, state, source, at, late, doubtful, code,
        printed, report, pictures,
    ) = row  # fmt: skip
    return Material(
        material, application, FileKind(kind), version, sha256, name, size, type_, MaterialState(state), source,
        to_moment(at), bool(late), bool(doubtful), code, printed, report,
        None if pictures is None else tuple(json.loads(pictures)),
    )  # fmt: skip


def _upload(row: Row) -> Upload:
    upload, application, person, name, size, offset, sha256, expires_at, told = row
    return Upload(upload, application, person, name, size, offset, to_moment(expires_at), sha256, told)
