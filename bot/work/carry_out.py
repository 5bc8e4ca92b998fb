"""Effects of a turn become rows: revisions, stages, notes, audit, things to send."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.dialogue.effects import (
    Amend,
    BindScan,
    Declare,
    Drop,
    Effect,
    HandOutForm,
    HandOutSelfCheck,
    Leave,
    Move,
    RecordLate,
    RecordQuestion,
    Revise,
    SettleMaterials,
    Settling,
    Start,
    Transfer,
)
from bot.dialogue.units import unit_key
from bot.documents.form_version import version_of
from bot.model.application import Application, AuditEntry, Change, Visitor
from bot.model.message import (
    Body,
    Channel,
    FormOrder,
    Inbound,
    Mail,
    Order,
    PageOrder,
    SelfCheckOrder,
    Text,
)
from bot.ports import Draft, Store
from bot.staff.dossier import with_late_attempt, without_return
from bot.staff.recommender import body_of, recommender_field
from bot.staff.routes import route_key
from bot.work import register
from config.campaign import Campaign, FieldKind

_ORDER_KEYS = {FormOrder: "form", PageOrder: "page", SelfCheckOrder: "sheet"}


class Deeds:
    """Carries out the effects of one turn, within its transaction.

    `message_id` makes the id of a mail about the application with a number; None where there is no mail.
    """

    def __init__(
        self,
        campaign: Campaign,
        store: Store,
        inbound: Inbound,
        visitor: Visitor,
        machine_now: datetime,
        message_id: Callable[[str], str] | None = None,
    ) -> None:
        self.campaign = campaign
        self.store = store
        self.inbound = inbound
        self.person = visitor.person.id
        self.now = inbound.arrived_at
        self.machine_now = machine_now
        self.message_id = message_id
        self._applications = {application.id: application for application in visitor.applications}
        self._audit: list[AuditEntry] = []
        self._sent = 0
        self.told_others = False  # whether something waits to be sent to somebody else
        self.orders: list[Order] = []  # what the person who wrote is to be sent, after the replies

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
                if receipt:
                    self._came_in(application)
            case Amend(application, receipt):
                stage = self._known(application).stage
                self.store.move(application, stage, True, receipt, self.now)
                self._log("amend", application, {"receipt": receipt})
                self._check_route(self._known(application))
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
                if late_application:
                    self._note_late(self._known(late_application), what)
            case RecordQuestion(question, clauses, refused, approved):
                self.store.question(self.person, question, clauses, refused, self.now)
                if approved:
                    number, version = approved.split(".")
                    self.store.tell_answer(int(number), int(version), self.person, self.now)
            case HandOutForm(application, page_only):
                self._hand_out(application, page_only)
            case HandOutSelfCheck(application):
                self.orders.append(SelfCheckOrder(application, self.person))
            case Declare(application, answers):
                self._declare(application, answers)
            case SettleMaterials(application, settling, materials):
                self._settle(self._known(application), settling, materials)
            case BindScan(application, printed):
                register.bind_scans(self.store, self._known(application), printed, self.now)
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
        body = self._known(application).body
        recommender = recommender_field(self.campaign)
        if any(change.field == recommender for change in changes):
            body = body_of(self.campaign, values.get(recommender, ""))
        self.store.revise(
            application,
            values,
            changes,
            key,
            self.person,
            self.inbound.channel,
            self.now,
            self._email(values),
            body,
            version_of(self.campaign, values),
            route_key(self.campaign, unit),
        )
        self._applications[application] = replace(self._known(application), values=values, body=body)
        digests = {change.field: _digest(change.value) for change in changes}
        self._log("revise", application, digests)

    def _came_in(self, application: str) -> None:
        """What a return asked for is answered by handing the form in again."""
        known = self._known(application)
        dossier = without_return(known.dossier)
        if dossier != known.dossier:
            self.store.set_dossier(application, dossier)
            self._applications[application] = replace(known, dossier=dossier)
        self._check_route(known)

    def _note_late(self, application: Application, what: str) -> None:
        """The office sees with the application when something was tried after the deadline."""
        dossier = with_late_attempt(application.dossier, what, self.now)
        self.store.set_dossier(application.id, dossier)
        self._applications[application.id] = replace(application, dossier=dossier)

    def _check_route(self, application: Application) -> None:
        """An application that names no body of the list is a task for the office."""
        kind = f"route:{application.number}"
        if application.body:
            self.store.close_alarms(kind, self.machine_now)
        elif recommender_field(self.campaign):
            text = self.campaign.phrases["staff_no_route"].format(number=application.number)
            self.store.alarm(kind, text, self.machine_now)

    def _email(self, values: Mapping[str, str]) -> str:
        """The contact's address among the values, in the spelling by which mail is recognised."""
        fields = self.campaign.form.fields
        return next((values.get(item.id, "").lower() for item in fields if item.kind is FieldKind.EMAIL), "")

    def _declare(self, application: str, answers: Mapping[str, str]) -> None:
        known = self._known(application)
        dossier = {**known.dossier, **answers}
        self.store.set_dossier(application, dossier)
        self._applications[application] = replace(known, dossier=dossier)
        self._log("declare", application, {key: _digest(answer) for key, answer in answers.items()})

    def _settle(self, application: Application, settling: Settling, materials: Sequence[int]) -> None:
        """The register writes its own lines into the audit log."""
        match settling:
            case Settling.CONFIRM:
                register.confirm_pending(
                    self.store, self.campaign, application, self.person, self.now, materials
                )
            case Settling.REJECT:
                register.reject_pending(self.store, application, self.person, self.now)
            case Settling.RESTORE:
                register.restore_previous(self.store, self.campaign, application, self.person, self.now)
            case _:
                assert_never(settling)

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
        addresses = self.store.addresses(person)
        bodies: list[tuple[Channel, str, Body]] = [
            (channel, address, Text(text)) for channel, address in addresses if channel is Channel.WECOM
        ]
        if not bodies:  # somebody who only has a mail address
            letters = [address for channel, address in addresses if channel is Channel.MAIL]
            bodies = [
                (Channel.MAIL, address, letter)
                for address in letters[:1]
                if (letter := self._letter(data.get("application", ""), address, text)) is not None
            ]
        for channel, address, body in bodies:
            self.store.queue([Draft(self._key("note"), channel, person, address, body)], self.machine_now)
            self.told_others = True

    def _letter(self, application: str, address: str, text: str) -> Mail | None:
        """A mail of ours that answers none; None where there is no mail. A reply to it finds its application."""
        known = self.store.application(application)
        if self.message_id is None or known is None:
            return None
        message_id = self.message_id(known.number)
        self.store.sent_mail(message_id, application, address)
        subject = self.campaign.phrases["mail_note_subject"].format(
            title=self.campaign.title, number=known.number
        )
        return Mail(subject, text, message_id)

    def _hand_out(self, application: str, page_only: bool) -> None:
        if not page_only:
            self.orders.append(FormOrder(application))
        self.orders.append(PageOrder(application, self.person))

    def order_rows(self) -> list[Draft]:
        """The orders as messages of their own, for a channel that carries each by itself."""
        to = (self.inbound.channel, self.person, self.inbound.sender)
        return [Draft(self._key(_ORDER_KEYS[type(order)]), *to, order) for order in self.orders]

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
