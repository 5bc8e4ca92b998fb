"""Effects of a turn become rows: revisions, stages, notes, audit, things to send."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import assert_never

from bot.dialogue.effects import (
    Amend,
    Drop,
    Effect,
    HandOutForm,
    HandOutSelfCheck,
    Leave,
    Move,
    RecordLate,
    RecordQuestion,
    Revise,
    Start,
    Transfer,
)
from bot.dialogue.units import unit_key
from bot.model.application import Application, AuditEntry, Change, Visitor
from bot.model.message import Body, Channel, FormOrder, Inbound, PageOrder, SelfCheckOrder, Text
from bot.ports import Draft, Store
from config.campaign import Campaign


class Deeds:
    """Carries out the effects of one turn, within its transaction."""

    def __init__(
        self, campaign: Campaign, store: Store, inbound: Inbound, visitor: Visitor, machine_now: datetime
    ) -> None:
        self.campaign = campaign
        self.store = store
        self.inbound = inbound
        self.person = visitor.person.id
        self.now = inbound.arrived_at
        self.machine_now = machine_now
        self._applications = {application.id: application for application in visitor.applications}
        self._audit: list[AuditEntry] = []
        self._sent = 0
        self.told_others = False  # whether something waits to be sent to somebody else
        self.rows: list[Draft] = []  # to be sent to the person who wrote, after the replies

    def carry_out(self, effects: Sequence[Effect]) -> None:
        """All effects in order, then one write to the audit log."""
        for effect in effects:
            self._one(effect)
        if self._audit:
            self.store.audit(self._audit, self.now)

    def _one(self, effect: Effect) -> None:
        match effect:
            case Start(application):
                stage = self.campaign.stages[0].id
                self._applications[application] = self.store.start(application, self.person, stage, self.now)
                self._log("start", application)
            case Revise(application, changes):
                self._revise(application, changes)
            case Move(application, action, source, target, receipt):
                live = self.campaign.stage(target).replay != "withdrawn"
                self.store.move(application, target, live, receipt, self.now)
                self._log(action, application, {"from": source, "to": target, "receipt": receipt})
            case Amend(application, receipt):
                stage = self._known(application).stage
                self.store.move(application, stage, True, receipt, self.now)
                self._log("amend", application, {"receipt": receipt})
            case Transfer(application, to):
                self.store.transfer(application, to)
                self._log("transfer", application, {"to": str(to)})
            case Drop(application):
                self._drop(application)
            case Leave(person, kind, data, text):
                self._leave(person, kind, data, text)
            case RecordLate(late_application, what, text):
                self.store.late_attempt(late_application, self.person, what, text, self.now)
                self._log("late_attempt", late_application, {"what": what})
            case RecordQuestion(question, clauses, refused, approved):
                self.store.question(self.person, question, clauses, refused, self.now)
                if approved:
                    number, version = approved.split(".")
                    self.store.tell_answer(int(number), int(version), self.person, self.now)
            case HandOutForm(application, page_only):
                self._hand_out(application, page_only)
            case HandOutSelfCheck(application):
                self._send_back("sheet", SelfCheckOrder(application, self.person))
            case _:
                assert_never(effect)

    def _known(self, application: str) -> Application:
        known = self._applications.get(application) or self.store.application(application)
        if known is None:
            raise LookupError(f"no application {application}")
        return known

    def _revise(self, application: str, changes: Sequence[Change]) -> None:
        values = dict(self._known(application).values)
        for change in changes:
            if change.value:
                values[change.field] = change.value
            else:
                values.pop(change.field, None)
        unit = values.get(self.campaign.form.unit_field, "")
        key = unit_key(self.campaign.units, unit) if unit else ""
        self.store.revise(application, values, changes, key, self.person, self.inbound.channel, self.now)
        digests = {change.field: _digest(change.value) for change in changes}
        self._log("revise", application, digests)

    def _drop(self, application: str) -> None:
        """A draft begun for a unit that another application stands for; never one that has a unit by now."""
        known = self.store.application(application)
        if known is None or known.values.get(self.campaign.form.unit_field):
            return
        if self.campaign.stage(known.stage).replay == "draft" and not known.receipt:
            self.store.drop(application)
            self._log("drop", application)

    def _leave(self, person: int, kind: str, data: Mapping[str, str], text: str) -> None:
        self.store.note(person, kind, data, self.now)
        self._log(kind, data.get("application"), {"for": str(person)})
        for channel, address in self.store.addresses(person):
            if channel is Channel.WECOM:
                row = Draft(self._key("note"), channel, person, address, Text(text))
                self.store.queue([row], self.machine_now)
                self.told_others = True

    def _hand_out(self, application: str, page_only: bool) -> None:
        if not page_only:
            self._send_back("form", FormOrder(application))
        self._send_back("page", PageOrder(application, self.person))

    def _send_back(self, what: str, body: Body) -> None:
        if self.inbound.channel is not Channel.REPLAY:
            row = Draft(self._key(what), self.inbound.channel, self.person, self.inbound.sender, body)
            self.rows.append(row)

    def _key(self, what: str) -> str:
        self._sent += 1
        return f"{row_key(self.inbound)}#{what}{self._sent}"

    def _log(self, action: str, application: str | None, details: Mapping[str, str] | None = None) -> None:
        entry = AuditEntry(action, application, self.person, self.inbound.channel, details or {})
        self._audit.append(entry)


def row_key(inbound: Inbound) -> str:
    """What the idempotency keys of all that a message has sent begin with."""
    return inbound.key or f"{inbound.sender}|{inbound.arrived_at.isoformat()}"


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest() if value else ""
