"""A campaign as large as it may get: something of everything, written straight into the tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from datetime import time as clock_time
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Integer, insert

from bot.dialogue.units import unit_key
from bot.model.results import FinalDecision, Mark, Objection, Outcome, Received, ReviewOutcome
from bot.model.review_round import Assignment, Problem, Recusal, Reviewer, ReviewRound
from bot.model.sheet import Inspector as Member
from bot.model.sheet import OnSiteSheet
from bot.model.staff import Package
from bot.model.visit import Inspector, VersionState, VisitPlan, VisitVersion
from bot.ports import Store
from bot.results.marks import compare_key
from bot.staff.routes import route_key
from config.campaign import Campaign
from storage.database import Database
from storage.tables import Base, Moment
from tests.fakes.conversation import FORM
from tests.fakes.recommending import MORNING

_JUDGED = ("accepted", "reviewed", "inspected", "shortlisted", "in_public_notice", "announced", "awarded")
_SENT = ("recommended", "received", *_JUDGED)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many rows of each."""

    applications: int = 10_000
    mails: int = 3_000
    messages: int = 30_000
    audit: int = 100_000
    questions: int = 2_000
    notices: int = 100
    copies: int = 10_000  # of the first notice
    visits: int = 200
    sheets: int = 50
    late: int = 1_000
    objections: int = 200

    @classmethod
    def all_of(cls, rows: int) -> Sizes:
        """So many of each."""
        return cls(*[rows] * len(cls.__slots__))


def fill(database: Database, campaign: Campaign, sizes: Sizes, staff: Mapping[str, int]) -> None:
    """Fill an open database. `staff`: ids of people of the `office` and of an `inspector`."""
    filler = _Filler(campaign, sizes, staff["office"], Inspector(staff["inspector"], "郑七"))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        filler.write(connection)
        connection.exec_driver_sql("COMMIT")
    with database.session() as session:
        session.begin()
        filler.decide(database.store(session))
        session.commit()


@dataclass(slots=True)
class _Filler:
    campaign: Campaign
    sizes: Sizes
    office: int
    inspector: Inspector

    def write(self, connection: Connection) -> None:
        for name, rows in (
            ("person", self._people()),
            ("application", self._applications()),
            ("material", self._materials()),
            ("mail", self._mails()),
            ("mail_file", self._mail_files()),
            ("outbox", self._outbox()),
            ("audit", self._audit()),
            ("question", self._questions()),
            ("late_attempt", self._late()),
            ("notice", self._notices()),
            ("notice_delivery", self._copies()),
        ):
            _insert(connection, name, list(rows), self.campaign.id)

    def _person(self, number: int) -> int:
        return 1_000 + number

    def _application(self, number: int) -> str:
        return f"{number:016x}"

    @property
    def _bodies(self) -> list[str]:
        """宝丰县 first, so that it has something however little there is."""
        return sorted((body.id for body in self.campaign.bodies), key=lambda body: body != "baofeng")

    def _number(self, number: int) -> str:
        return f"2019-{number + 10_000}"

    def _stage(self, number: int) -> str:
        """Every body has some in six stages, together they have some in all."""
        place, round_ = number % len(self._bodies), number // len(self._bodies)
        known = [stage.id for stage in self.campaign.stages]
        return known[(known.index("accepted") + place + round_ % 6 * 3) % len(known)]

    def _body(self, number: int) -> str:
        return self._bodies[number % len(self._bodies)]

    def _unit(self, number: int) -> str:
        return f"宝丰县第{number}综合行政执法大队"

    def _people(self) -> Iterator[dict[str, Any]]:
        for number in range(max(self.sizes.applications, self.sizes.copies)):
            yield {"id": self._person(number), "name": f"王{number}", "created_at": MORNING}

    def _applications(self) -> Iterator[dict[str, Any]]:
        for number in range(self.sizes.applications):
            stage, unit = self._stage(number), self._unit(number)
            values = {**FORM, "applicant_unit": unit, "unit_name": unit, "contact_name": f"王{number}"}
            filed = stage != "draft"
            dossier = {"deck": "1" * 64, "scans": "2" * 64, "paper": "2019-07-15"} if number % 3 else {}
            yield {
                "id": self._application(number),
                "seq": number + 10_000,
                "number": self._number(number),
                "holder": self._person(number),
                "stage": stage,
                "live": True,
                "content": json.dumps(values, ensure_ascii=False),
                "unit_key": unit_key(self.campaign.units, unit),
                "receipt": f"{self._number(number)}-1" if filed else "",
                "submissions": int(filed),
                "created_at": MORNING,
                "updated_at": MORNING + timedelta(seconds=number),
                "submitted_at": MORNING if filed else None,
                "email": f"unit{number}@126.com",
                "dossier": json.dumps(dossier, ensure_ascii=False),
                "body": self._body(number),
                "form_version": "2" * 64,
                "route_key": route_key(self.campaign, unit),
            }

    def _materials(self) -> Iterator[dict[str, Any]]:
        for number in range(0, self.sizes.applications, 2):
            yield {
                "application": self._application(number),
                "kind": "deck",
                "version": 1,
                "sha256": f"{number:064x}",
                "name": "工作报告.pptx",
                "size": 3_000_000,
                "type": "pptx",
                "state": "registered",
                "source": "mail",
                "at": MORNING,
                "report": "{}",
                "pictures": "[]",
            }

    def _mails(self) -> Iterator[dict[str, Any]]:
        outcomes = ("filed", "filed", "duplicate", "quarantine", "automatic", "rejected")
        for number in range(self.sizes.mails):
            yield {
                "id": number + 1,
                "sha256": f"{number:064x}",
                "size": 4_000_000,
                "arrivals": 1,
                "arrived_at": MORNING + timedelta(seconds=number),
                "read_at": MORNING,
                "outcome": outcomes[number % len(outcomes)],
                "application": self._application(number % self.sizes.applications),
                "sender": f"unit{number}@126.com",
                "sender_name": f"王{number}",
                "recipients": "[]",
                "subject": f"{self._unit(number)}申报材料",
                "sent_at": MORNING,
                "text": "请查收附件。" * 40,
                "full_text": "请查收附件。" * 80,
                "links": "[]",
                "problems": "[]",
                "reply": None,
            }

    def _mail_files(self) -> Iterator[dict[str, Any]]:
        for number in range(self.sizes.mails):
            yield {
                "mail": number + 1,
                "position": 0,
                "name": "工作报告.pptx",
                "path": "[]",
                "size": 3_000_000,
                "sha256": f"{number:064x}",
                "type": "pptx",
                "kind": "deck",
                "state": "registered" if number % 5 else "damaged",
            }

    def _outbox(self) -> Iterator[dict[str, Any]]:
        body = json.dumps({"type": "text", "text": "请各单位尽快核对联系人和电话。" * 4}, ensure_ascii=False)
        for number in range(max(self.sizes.messages, self.sizes.copies)):
            is_copy = number < self.sizes.copies
            state = "failed" if number % 100 == 0 else "sent"
            yield {
                "id": number + 1,
                "key": f"notice1:{number}" if is_copy else f"remind:{number}",
                "channel": "wecom" if number % 4 else "mail",
                "person": self._person(number % max(self.sizes.applications, 1)),
                "address": f"holder{number}",
                "body": body,
                "state": state,
                "attempts": 1,
                "created_at": MORNING + timedelta(seconds=number),
                "due_at": MORNING,
                "done_at": MORNING,
                "error": "81013 user not found" if state == "failed" else "",
                "remote_id": f"remote{number}",
            }

    def _audit(self) -> Iterator[dict[str, Any]]:
        actions = ("submit", "accept_candidate", "view", "remind_sent", "material")
        for number in range(self.sizes.audit):
            yield {
                "at": MORNING + timedelta(seconds=number),
                "action": actions[number % len(actions)],
                "application": self._application(number % self.sizes.applications),
                "person": self._person(number % self.sizes.applications),
                "channel": "wecom",
                "details": "{}",
            }

    def _questions(self) -> Iterator[dict[str, Any]]:
        for number in range(self.sizes.questions):
            yield {
                "person": self._person(number % self.sizes.applications),
                "text": f"第{number}个问题：申报表要交几份？",
                "clauses": "[]",
                "refused": number % 3 == 0,
                "at": MORNING + timedelta(seconds=number),
            }

    def _late(self) -> Iterator[dict[str, Any]]:
        for number in range(self.sizes.late):
            yield {
                "application": self._application(number % self.sizes.applications),
                "person": self._person(number % self.sizes.applications),
                "what": "submit",
                "text": "提交",
                "at": MORNING + timedelta(seconds=number),
            }

    def _notices(self) -> Iterator[dict[str, Any]]:
        for number in range(self.sizes.notices):
            yield {
                "id": number + 1,
                "title": f"关于核对联系人的通知（{number}）",
                "text": "请各单位认真核对联系人、联系电话和电子邮箱，如有变化请直接回复更正内容。",
                "audience": "{}",
                "drafted_by": self.office,
                "drafted_at": MORNING,
                "state": "released",
                "released_by": self.office,
                "released_at": MORNING,
            }

    def _copies(self) -> Iterator[dict[str, Any]]:
        for number in range(self.sizes.copies):
            yield {
                "notice": 1,
                "person": self._person(number),
                "channel": "wecom" if number % 4 else "mail",
                "address": f"holder{number}",
                "key": f"notice1:{number}",
                "confirmed_at": MORNING if number % 2 else None,
                "letter": None,
            }

    # what is written through the store

    def decide(self, store: Store) -> None:
        by_stage: dict[str, list[int]] = {}
        for number in range(self.sizes.applications):
            by_stage.setdefault(self._stage(number), []).append(number)
        judged = sorted(number for stage in _JUDGED for number in by_stage.get(stage, ()))
        self._recommend(store, by_stage)
        self._visit(store, judged[: self.sizes.visits])
        for number in judged[: self.sizes.visits]:
            self._review(store, number)
        self._give(store, judged[: self.sizes.visits])
        for number in range(min(self.sizes.objections, self.sizes.applications)):
            self._object(store, number)
        for number in judged[1 : min(self.sizes.visits, self.campaign.quota)]:  # the first is undecided
            store.add_decision(
                FinalDecision(self._application(number), Outcome.IN, "居前", self.office, MORNING)
            )

    def _recommend(self, store: Store, by_stage: Mapping[str, Sequence[int]]) -> None:
        for place, body in enumerate(self._bodies):
            width = len(self._bodies)
            own = [n for s in ("candidate", *_SENT) for n in by_stage.get(s, ()) if n % width == place]
            store.set_ranking(body, [self._application(number) for number in own])
            items = [self._item(rank, number) for rank, number in enumerate(own, 1)]
            if items:
                receipt = f"TJ-{place + 1:04}"
                sent = {"order": items, "times": {}, "corrects": ""}
                store.add_package(Package(0, body, receipt, False, False, self.office, MORNING, sent))

    def _item(self, rank: int, number: int) -> dict[str, object]:
        values = {self.campaign.form.unit_field: self._unit(number)}
        named = {"application": self._application(number), "number": self._number(number)}
        return named | {"rank": rank, "receipt": f"{self._number(number)}-1", "values": values}

    def _visit(self, store: Store, numbers: Sequence[int]) -> None:
        for place, number in enumerate(numbers):
            application = self._application(number)
            visit = store.add_visit(application)
            day = date(2019, 7, 15) + timedelta(days=place % 60)
            hour = 8 + place // 60 % 10
            plan = VisitPlan(day, clock_time(hour), clock_time(hour, 30), self.inspector)
            released = VersionState.RELEASED
            store.add_visit_version(
                VisitVersion(visit, 1, plan, False, "", self.office, MORNING, released, self.office, MORNING)
            )
            if place < self.sizes.sheets:
                team = self.inspector.person, self.inspector.name
                store.open_sheet(
                    OnSiteSheet(0, application, visit, False, (Member(*team),), self.office, MORNING)
                )

    def _review(self, store: Store, number: int) -> None:
        application = self._application(number)
        marks = {clause: Mark(Fraction(85)) for clause in self.campaign.results.conditions}
        sheet = ReviewOutcome(application, "评审人甲", 0, marks, "", self.office, MORNING)
        store.add_review(sheet, compare_key(self.campaign.results, [sheet]))

    def _give(self, store: Store, numbers: Sequence[int]) -> None:
        """All to one reviewer, who has handed nothing in; something is reported of each, some are kept away from."""
        reviewer = self.inspector.person
        store.set_review_round(ReviewRound(date(2019, 8, 2), self.office, MORNING))
        store.set_reviewer(Reviewer(reviewer, "郑七", MORNING, MORNING))
        for number in numbers:
            application = self._application(number)
            store.assign(Assignment(application, reviewer, "1" * 64, MORNING))
            store.add_problem(Problem(0, application, reviewer, "第12页无法播放", MORNING))
            store.add_recusal(Recusal(application, self._person(number), "本单位", MORNING))

    def _object(self, store: Store, number: int) -> None:
        subject = "公示内容与实际不符，请予核查。"
        about = self._application(number)
        new = Objection(
            0, Received.PHONE, date(2019, 8, 15), False, False, about, subject, self.office, MORNING
        )
        store.add_objection(new, None)


def _insert(connection: Connection, name: str, rows: list[dict[str, Any]], campaign: str) -> None:
    """Columns that are not given are empty, 0 or false."""
    table = Base.metadata.tables[name]
    blanks: dict[str, Any] = {}
    for column in table.columns:
        if column.name == "campaign":
            blanks[column.name] = campaign
        elif not column.nullable and column.name != "id":
            number = isinstance(column.type, Integer | BigInteger | Boolean | Moment)
            blanks[column.name] = False if isinstance(column.type, Boolean) else 0 if number else ""
    if rows:
        connection.execute(insert(table), [blanks | row for row in rows])
