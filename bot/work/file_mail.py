"""The decision about a mail, in one transaction: whose it is, what its files become, what is answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.mail import receipt
from bot.mail.kinds import take
from bot.mail.whose import Doubt, Standing
from bot.model.application import Application, AuditEntry
from bot.model.mail import (
    FileKind,
    Inspection,
    MailOutcome,
    MailRecord,
    Matched,
    ParsedMail,
    Part,
    Settled,
    Trust,
)
from bot.model.message import Channel
from bot.ports import Store
from bot.work.mail_attachments import keep_attachments
from bot.work.mail_heard import (
    Heard,
    begins_another,
    begins_own,
)
from bot.work.mail_owner import Owner, find_owner, owner_of
from bot.work.mail_package import package_mail
from bot.work.mail_receipts import confirm_by_mail
from bot.work.mail_reply import MailOffice, may_answer
from bot.work.mail_talk import talk
from bot.work.owned_mail import OwnedMail

__all__ = ["MailOffice", "file_mail", "file_under"]


def file_mail(
    office: MailOffice,
    store: Store,
    record: MailRecord,
    parsed: ParsedMail,
    inspections: Sequence[Inspection | None],
) -> Settled:
    """Decide about a mail and write it all down. `inspections`: one per part, None where nobody looked inside.

    The caller has told apart the same bytes arriving twice.
    """
    desk = _Desk(office, store, record, parsed, tuple(inspections))
    return _written(store, record, parsed, desk.settle())


def file_under(
    office: MailOffice,
    store: Store,
    record: MailRecord,
    parsed: ParsedMail,
    inspections: Sequence[Inspection | None],
    application: Application,
) -> Settled:
    """Decide about a mail of which a person said whose it is: as if its marks had said so.

    That names the application and vouches for nothing else: what the sender may change there goes by their
    address and by what the receiving server said of it, as ever.
    """
    desk = _Desk(office, store, replace(record, junk=False), parsed, tuple(inspections), is_named=True)
    return _written(store, record, parsed, desk.settle_for(application))


def _written(store: Store, record: MailRecord, parsed: ParsedMail, settled: Settled) -> Settled:
    store.settle_mail(record.id, parsed, settled)
    details = {
        "mail": str(record.id),
        "sha256": record.sha256,
        "matched_by": settled.matched_by.value if settled.matched_by else "",
        "trust": parsed.trust.value,
    }
    entry = AuditEntry(f"mail_{settled.outcome}", settled.application, None, "mail", details)
    store.audit([entry], record.arrived_at)
    return settled


class _Desk(OwnedMail):
    """One mail being decided about."""

    def settle(self) -> Settled:
        if self.parsed.automatic or self.office.is_own(self.parsed.sender):
            return self._automatic()
        if self.campaign.keep_until is not None:
            return self._archived()
        package = package_mail(self.office, self.store, self.record, self.parsed, self.inspections)
        if package is not None:
            return package
        received = confirm_by_mail(self.office, self.store, self.record, self.parsed, self._text())
        if received is not None:
            return received
        day = self.office.clerk.machine_now().date()
        owner = find_owner(self.store, self.campaign, self.parsed, self.inspections, day)
        if owner.application is not None:
            return self._of(owner, owner.application)
        is_proven = self.parsed.trust is Trust.PASSED
        another = owner.doubt is Doubt.OTHER_UNIT and is_proven and begins_another(self._text())
        if owner.doubt is Doubt.UNKNOWN and owner.unproven and self._is_for_draft(owner):
            return self._unmatched(replace(owner, doubt=Doubt.CONTACT), self._answers())
        if owner.doubt is Doubt.UNKNOWN or another:
            return self._newcomer(owner)
        return self._unmatched(owner, self._answers())

    def _is_for_draft(self, owner: Owner) -> bool:
        """Of a contact who has not proven to be one: whether the mail may be meant for that draft. What begins
        an application, or only asks, is not."""
        if owner.form is not None or begins_own(self._text()):
            return False
        attached = any(take(*one).kind is not FileKind.INLINE for one in self._attachments())
        return attached or bool(self.parsed.links) or self._answers().is_refused

    def _attachments(self) -> Iterator[tuple[Part, Inspection | None]]:
        return zip(self.parsed.parts, self.inspections, strict=True)

    def settle_for(self, application: Application) -> Settled:
        day = self.office.clerk.machine_now().date()
        owner = owner_of(self.store, self.campaign, self.parsed, self.inspections, day, application)
        return self._of(owner, application)

    # mail that no person wrote

    def _automatic(self) -> Settled:
        application = self._bounced() if self.parsed.bounce else None
        kind = self.parsed.automatic or "own_address"
        return Settled(
            MailOutcome.AUTOMATIC,
            self.wording.phrase("reason_automatic", kind=self.wording.phrase(f"automatic_{kind}")),
            application,
            Matched.THREAD if application else None,
            files=self._files(keep_attachments(self.parsed.parts, self.inspections)),
        )

    def _bounced(self) -> str | None:
        """The application about which our mail did not arrive. Only a report that names one of our mails is
        believed: anybody can write a report."""
        bounce = self.parsed.bounce
        known = [found for found in self.store.thread(bounce.message_ids) if found[1]] if bounce else []
        now = self.office.clerk.machine_now()
        if bounce and bounce.permanent:
            for _, address in known:
                self.store.unreachable(Channel.MAIL, address, None, now)
        application = next((one for one, _ in known if one), None)
        about = self.store.application(application) if application else None
        if about is not None:
            text = self.wording.phrase("alarm_bounce", mail=self.record.id, number=about.number)
        else:
            text = self.wording.phrase("alarm_bounce_unknown", mail=self.record.id)
        if known:
            self.store.alarm(f"bounce:{self.record.id}", text, now)
        return about.id if about else None

    # mail to a campaign that is sealed

    def _archived(self) -> Settled:
        """Kept for itself: questions are answered, and nothing else becomes of it."""
        news = keep_attachments(self.parsed.parts, self.inspections)
        settled = Settled(MailOutcome.FILED, self.wording.phrase("reason_archived"), files=self._files(news))
        if not may_answer(self.office, self.store, self.record, self.parsed, matched=False):
            return self._unanswered(settled)
        closed = self.wording.phrase("archive_said", phone=self.campaign.contact.phone)
        text = receipt.answered(self.wording, (*self._answers().said, closed), None)
        self._answer("answer", text, None, self.parsed.trust is Trust.PASSED, ())
        return replace(settled, reply=text)

    # mail of nobody known

    def _newcomer(self, owner: Owner) -> Settled:
        """Somebody without an application: may begin one, or ask; files alone belong to nobody."""
        if self.record.junk:
            return self._unmatched(owner, Heard())
        talked = talk(self.office.clerk, self.store, self._inbound(), owner.form or {})
        application = self.store.application(talked.application) if talked.application else None
        if application is not None:
            proven = self.parsed.trust is Trust.PASSED
            begun = replace(
                owner,
                application=application,
                matched_by=Matched.FORM if owner.form else None,
                doubt=None,
                standing=Standing(proven, registered=True),
            )
            # the form was taken with the words: nothing was on file before
            return self._file(
                begun, replace(application, values={}), Heard(talked, talked.texts, took_part=True)
            )
        if "duplicate_unit" in talked.refused:
            return self._unmatched(replace(owner, doubt=Doubt.TAKEN), Heard())
        if "late" in talked.refused:
            owner = replace(owner, doubt=Doubt.LATE)
        return self._unmatched(owner, Heard(talked, talked.texts if talked.said_something else ()))

    def _unmatched(self, owner: Owner, heard: Heard) -> Settled:
        news = keep_attachments(self.parsed.parts, self.inspections)
        brings = self.parsed.links or any(one.kind is not FileKind.INLINE for one in news)
        only_asks = owner.doubt is Doubt.UNKNOWN and heard.talk.said_something and not brings
        doubt = owner.doubt or Doubt.UNKNOWN
        settled = Settled(
            MailOutcome.FILED if only_asks else MailOutcome.QUARANTINE,
            self.wording.phrase("reason_question" if only_asks else f"reason_{doubt}"),
            late=self.late,
            files=self._files(news),
        )
        if self.record.junk:
            settled = replace(settled, reason=f"{settled.reason}；{self.campaign.phrases['reason_junk']}")
        is_known = (
            owner.doubt in (Doubt.SEVERAL, Doubt.OTHER_UNIT, Doubt.CONTACT)
            and self.parsed.trust is Trust.PASSED
        )
        if not may_answer(self.office, self.store, self.record, self.parsed, matched=is_known):
            return self._unanswered(settled)
        late = self.times if self.late and not only_asks else None
        if only_asks:
            text = receipt.answered(self.wording, heard.said, late)
        else:
            links = bool(self.parsed.links)
            text = receipt.unmatched(self.wording, doubt, owner.marks.misread, late, heard.said, links)
        echoes = self.parsed.trust is Trust.PASSED
        # whoever answers this very mail has proven to be the contact that the draft names
        about = owner.unproven[0] if doubt is Doubt.CONTACT and len(owner.unproven) == 1 else ""
        draft = self.store.application(about) if about else None
        self._answer("answer" if only_asks else "notice", text, draft, echoes, heard.talk.orders)
        return replace(settled, reply=text)
