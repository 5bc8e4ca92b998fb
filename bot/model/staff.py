"""People with an office in the campaign: recommending bodies, the office, inspectors; and what they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do; applicants have none of these."""

    BODY = "body"  # 推荐单位
    OFFICE = "office"  # 市办公室
    INSPECTOR = "inspector"  # 评审验收人员


@dataclass(frozen=True, slots=True)
class Membership:
    """A role somebody has. Of a body's people the contact comes first, deputies are told later."""

    id: int
    person: int
    role: Role
    body: str  # id of the body; "" for other roles
    deputy: bool
    name: str  # the person's


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code by which somebody takes up a role, once."""

    role: Role
    body: str
    deputy: bool
    name: str
    expires_at: datetime  # machine's clock


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate of a body in its order. `rank` counts from 1."""

    application: str
    rank: int


@dataclass(frozen=True, slots=True)
class Package:
    """What a body sent upward in one act (推荐包), or that it recommends nobody (零报告)."""

    id: int  # 0 before it is kept
    body: str
    receipt: str
    zero: bool
    late: bool
    by: int  # person
    at: datetime  # by the campaign clock
    content: Mapping[str, object] = field(default_factory=dict)  # the snapshot: units, order, versions


@dataclass(frozen=True, slots=True)
class SentCount:
    """So many units of a package are in this stage now. `stage` is "" of those whose data was deleted."""

    package: int
    stage: str
    has_paper: bool  # the stamped form has come in
    count: int


@dataclass(frozen=True, slots=True)
class Paper:
    """One stamped paper form that was handed in (纸质件台账)."""

    application: str
    code: str  # the print code on it
    brought_by: str
    received_by: int  # person
    at: datetime


BUTTON = ":button"
"""Ends the key of the outbox row with the button of a notice too long for a card."""
RECALLED = "recall:"
"""Begins the key of the outbox row that takes a message back; what follows is the channel's id of it."""


def winding_up(notice: int) -> str:
    """Name of the setting that is not "" while a stopped notice still has something on its way."""
    return f"notice:{notice}:winding_up"


def listings(campaign: str) -> str:
    """Name of the setting that holds, as JSON by number, the notices whose people are still being listed."""
    return f"notices:listing:{campaign}"


class NoticeState(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"  # released, for its set time
    RELEASED = "released"
    STOPPED = "stopped"  # what was not sent yet is not sent
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to many (通知). A dated one, or one that decides something, is released by a second person."""

    id: int
    title: str
    text: str
    audience: Mapping[
        str, str
    ]  # {"role": "body"}, {"stage": "draft"}, {"body": "baofeng"}, … ; {} is everybody
    decides: bool
    drafted_by: int
    drafted_at: datetime
    state: NoticeState
    released_by: int | None = None
    released_at: datetime | None = None
    replaces: int | None = None  # the notice that this one corrects
    at: datetime | None = None  # the time set for sending; None: at once


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom an audience means, in terms of what is on record. Of a set, () is all, unless said."""

    roles: tuple[str, ...] = ()  # whoever has one of these roles; () for nobody
    speaks: bool = False  # contacts of bodies; deputies of those that have none
    speaks_for: tuple[str, ...] = ()  # only of these bodies
    holds: bool = False  # whoever fills an application
    stages: tuple[str, ...] = ()  # that is there
    bodies: tuple[str, ...] = ()  # that goes by one of these
    numbers: tuple[str, ...] = ()  # that has one of these numbers
    order: tuple[str, ...] = ()  # the bodies as they come one after the other
    read: int = 0  # not 0: whoever has, or may have, read this notice, and nobody else


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody a notice is for: with the body they speak for, or with an application's id."""

    person: int
    name: str
    body: str = ""
    application: str = ""
    again: bool = False  # has copies, of which what failed is sent once more


@dataclass(frozen=True, slots=True)
class NoticeDelivery:
    """One person's copy of a notice."""

    notice: int
    person: int
    name: str
    channel: str  # wecom | mail | call_sheet
    address: str
    key: str  # of its outbox row; "" on the call sheet
    state: str  # of the outbox row: queued sending sent waiting failed unsure cancelled; "" without one
    error: str
    confirmed_at: datetime | None
    told_by: int | None  # who told it by telephone
    told_at: datetime | None
    remote_id: str = ""  # the channel's own id of the message; "" where it gave none
    sent_at: datetime | None = None  # machine's clock; None: not sent
    recall: str = ""  # state of the outbox row that takes it back; "" where none was queued
    recall_error: str = ""
