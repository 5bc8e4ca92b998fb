"""The store: one object, made of a part per theme."""

from __future__ import annotations

from storage.answers import Answers
from storage.applications import Applications
from storage.audit import AuditLog
from storage.console_lists import ConsoleLists
from storage.edits import Edits
from storage.inbox import Messages
from storage.mail import Mailroom
from storage.materials import Materials
from storage.notice_lists import NoticeLists
from storage.notice_people import NoticePeople
from storage.notice_stopping import NoticeStopping
from storage.notices import Notices
from storage.operator import OperatorDesk
from storage.outbox import Outgoings
from storage.people import People
from storage.prints import Prints
from storage.recommendation import Recommendation
from storage.results import Results
from storage.rounds import Rounds
from storage.sessions import Sessions
from storage.sheet_lists import SheetLists
from storage.sheets import Sheets
from storage.staff import Staff
from storage.visit_lists import VisitLists
from storage.visits import Visits
from storage.works import Works


class SqlStore(
    Messages,
    People,
    Applications,
    AuditLog,
    Prints,
    Outgoings,
    OperatorDesk,
    Answers,
    Mailroom,
    Materials,
    Staff,
    Recommendation,
    Notices,
    NoticeLists,
    NoticePeople,
    NoticeStopping,
    Visits,
    VisitLists,
    Sheets,
    SheetLists,
    Results,
    Rounds,
    Edits,
    Sessions,
    ConsoleLists,
    Works,
):
    """`bot.ports.Store` over one session."""

    __slots__ = ()
