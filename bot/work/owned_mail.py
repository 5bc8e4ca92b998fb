"""The decision about a mail of an application: its files, its words, how it ends and what is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.documents.form_version import version_of
from bot.mail import receipt
from bot.mail.lateness import is_late_for
from bot.mail.receipt import Filed, Times
from bot.mail.sentences import News
from bot.mail.versions import Why
from bot.mail.whose import Standing
from bot.mail.wording import Wording, bare_subject
from bot.model.application import Application
from bot.model.linked_mail import link_alarm
from bot.model.mail import (
    FileKind,
    FileState,
    Inspection,
    MailFile,
    MailOutcome,
    MailRecord,
    ParsedMail,
    Settled,
)
from bot.model.message import Channel, Inbound, Kind, Order, PageOrder
from bot.ports import Store
from bot.review.debts import Debt, debt_labels, owes
from bot.work.mail_attachments import Envelope, file_attachments
from bot.work.mail_contact import prove_contact
from bot.work.mail_heard import (
    Heard,
    brought_up_to_date,
    only_answers,
    only_thanks,
)
from bot.work.mail_owner import Owner
from bot.work.mail_reply import MailOffice, answer, ask_contact, may_answer
from bot.work.mail_talk import talk
from bot.work.register import bind_scans


class OwnedMail:
    """A mail being decided about, once it is known whose it is: `_of` and `_file`.

    `file_mail` builds the decision whose it is upon it, with what every mail needs (at the end).
    """

    def __init__(
        self,
        office: MailOffice,
        store: Store,
        record: MailRecord,
        parsed: ParsedMail,
        inspections: tuple[Inspection | None, ...],
        is_named: bool = False,  # a person said whose it is
    ) -> None:
        self.office = office
        self.store = store
        self.record = record
        self.parsed = parsed
        self.inspections = inspections
        self.is_named = is_named
        self.campaign = office.clerk.campaign
        self.wording = Wording(self.campaign)
        self.late = self.campaign.is_late(record.arrived_at)
        self.source = f"mail:{record.id}"
        self.times = Times(parsed.sent_at, record.arrived_at, record.read_at)

    def _of(self, owner: Owner, application: Application) -> Settled:
        standing = self._introduced(application, owner.standing)
        heard = self._heard(application, standing, owner)
        spoken = self.store.application(heard.talk.application) if heard.talk.application else None
        if spoken is not None and spoken.id != application.id:  # 另报一个单位, 切换到…
            owner, application = replace(owner, prints={}), spoken
        return self._file(replace(owner, standing=standing), application, heard)

    def _introduced(self, application: Application, standing: Standing) -> Standing:
        """The contact's proven address stands for the holder from now on; if it stands for somebody else
        already, that person may send files but not speak for the holder."""
        sender = self.parsed.sender
        if not standing.may_speak or (Channel.MAIL, sender) in self.store.addresses(application.holder):
            return standing
        if self.store.bind(application.holder, Channel.MAIL, sender):
            return standing
        prove_contact(self.store, application, sender)
        return replace(standing, is_other=True)

    def _heard(self, application: Application, standing: Standing, owner: Owner) -> Heard:
        if not standing.may_speak:
            return self._answers()
        form = {key: text for key, text in (owner.form or {}).items() if text != application.values.get(key)}
        talked = talk(self.office.clerk, self.store, self._inbound(), form, application.id)
        in_draft = self.campaign.stage(application.stage).replay == "draft"
        # of a mail without words a draft's applicant is told what is open, others only how they stand
        said = talked.texts if talked.said_something or talked.loose or in_draft else ()
        return Heard(talked, said, took_part=True)

    def _answers(self) -> Heard:
        return only_answers(self.office.clerk, self._text())

    def _file(self, owner: Owner, application: Application, heard: Heard) -> Settled:
        before = application.values
        self.late = is_late_for(self.campaign, application, self.record.arrived_at)
        application = self.store.application(application.id) or application
        envelope = Envelope(
            self.store,
            self.campaign,
            self.source,
            self.record.arrived_at,
            application,
            owner.standing,
            owner.prints,
            before,
            self.late,
            heard.took_part,
        )
        news = file_attachments(envelope, self.parsed.parts, self.inspections)
        bound = self._bind_scans(owner, application, news)
        self._note(application, news, heard)
        earlier, application = application, self.store.application(application.id) or application
        heard = brought_up_to_date(heard, self.campaign, earlier, application)
        waits = [one for one in news if one.state is FileState.PENDING and one.why is Why.UNPROVEN]
        if waits:
            ask_contact(self.office, self.store, self.record, self.parsed, application, self.times, waits)
        settled = Settled(
            self._outcome(news, heard, bound),
            self._reason(owner.standing, news, heard, bool(waits), bound),
            application.id,
            owner.matched_by,
            self.late,
            self._files(news),
        )
        return self._answered(settled, owner, application, heard, news, bound, bool(waits))

    def _is_bare(self, news: Sequence[News], heard: Heard, bound: str) -> bool:
        """No file, no link, no word that was understood."""
        attached = any(one.kind is not FileKind.INLINE for one in news)
        words = heard.talk.said_something or heard.talk.loose
        return not (attached or words or self.parsed.links or bound)

    def _bind_scans(self, owner: Owner, application: Application, news: Sequence[News]) -> str:
        """A code in the words of a mail without a scan names the print of scans that came before."""
        if len(owner.prints) != 1 or any(one.kind is FileKind.SCAN for one in news):
            return ""
        (printed,) = owner.prints.values()
        bound = bind_scans(self.store, application, printed, self.record.arrived_at)
        return printed.code if bound else ""

    def _note(self, application: Application, news: Sequence[News], heard: Heard) -> None:
        """What staff must see: what came late, and links that expire."""
        brings = any(one.is_usable for one in news) or self.parsed.links or heard.talk.changed
        source = f"mail:{self.record.id}"
        if self.late and brings:
            self.store.late_attempt(
                application.id, application.holder, "mail", source, self.record.arrived_at
            )
        now = self.office.clerk.machine_now()
        if any(one.kind is FileKind.DECK and one.state is FileState.REGISTERED for one in news):
            self.store.close_alarms(link_alarm(application.number), now)  # here is what was linked to before
        if self.parsed.links:
            expiries = [link.expires_at for link in self.parsed.links if link.expires_at]
            expiry = (
                self.wording.phrase("link_expires", at=self.wording.moment(min(expiries)))
                if expiries
                else self.wording.phrase("link_expiry_unknown")
            )
            text = self.wording.phrase(
                "alarm_link", mail=self.record.id, number=application.number, expiry=expiry
            )
            kind = link_alarm(application.number, self.record.id)
            self.store.alarm(kind, text, now)

    def _outcome(self, news: Sequence[News], heard: Heard, bound: str) -> MailOutcome:
        attached = [one for one in news if one.kind is not FileKind.INLINE]
        useful = any(one.is_usable for one in attached) or heard.talk.changed or bound or self.parsed.links
        return MailOutcome.REJECTED if attached and not useful else MailOutcome.FILED

    def _reason(self, standing: Standing, news: Sequence[News], heard: Heard, waits: bool, bound: str) -> str:
        attached = [one for one in news if one.kind is not FileKind.INLINE]
        usable = [one for one in attached if one.is_usable]
        is_bare = self._is_bare(news, heard, bound)
        words = {
            "reason_junk": self.record.junk,
            "reason_late": self.late,
            "reason_link": bool(self.parsed.links),
            "reason_waits": waits,
            "reason_doubtful": bool(usable) and not waits and not standing.may_change,
            "reason_unusable": bool(attached) and not usable,
            "reason_question": not attached and heard.talk.said_something and not heard.talk.changed,
            "reason_refused": heard.is_refused,
            "reason_unread": is_bare and bool(heard.talk.unread),
            "reason_bare": is_bare and not heard.talk.unread and not heard.is_refused,
        }
        return "；".join(self.campaign.phrases[key] for key, holds in words.items() if holds)

    def _answered(
        self,
        settled: Settled,
        owner: Owner,
        application: Application,
        heard: Heard,
        news: Sequence[News],
        bound: str,
        waits: bool,
    ) -> Settled:
        echoes = receipt.echoes(owner.standing)
        matched = echoes or self.is_named
        answers = may_answer(self.office, self.store, self.record, self.parsed, matched=matched)
        if self.parsed.automatic or not answers:
            return self._unanswered(settled)
        owed = owes(self.campaign, application)
        too_large = any(one.state is FileState.TOO_LARGE for one in news)
        needs_page = Debt.DECK in owed or bool(self.parsed.links) or too_large
        page = self._page(application, heard) if needs_page else ()
        printed = self.store.printed(application.id, version_of(self.campaign, application.values))
        text = receipt.receipt(
            self.wording,
            Filed(
                application,
                owner.standing,
                self.times,
                news,
                self.parsed.links,
                heard.said,
                debt_labels(self.campaign, owed),
                late=self.late,
                late_told="late" in heard.talk.refused,
                is_bare=self._is_bare(news, heard, bound),
                unread=heard.talk.unread,
                is_courtesy=only_thanks(self.parsed.text),
                has_page=bool(page),
                asks=waits and owner.standing.registered,
                current_code=printed.code if printed else "",
                bound=bound,
                is_refused=heard.is_refused,
            ),
        )
        orders = (*heard.talk.orders, *page)
        self._answer("receipt", text, application, echoes, orders)
        return replace(settled, reply=text)

    def _page(self, application: Application, heard: Heard) -> tuple[Order, ...]:
        """The address of the applicant's page, where large files go; only ever to the holder's own address: the
        contact in the form may be whoever filled it before somebody took over."""
        order = PageOrder(application.id, application.holder)
        known = (Channel.MAIL, self.parsed.sender) in self.store.addresses(application.holder)
        return (order,) if known and order not in heard.talk.orders else ()

    # for every mail

    def _answer(
        self,
        kind: str,
        text: str,
        application: Application | None,
        echoes: bool,
        orders: Sequence[Order],
    ) -> None:
        answer(self.office, self.store, self.record, self.parsed, kind, text, application, echoes, orders)

    def _unanswered(self, settled: Settled) -> Settled:
        if self.record.junk:
            return settled
        silent = self.campaign.phrases["reason_silent"]
        return replace(settled, reason="；".join(part for part in (settled.reason, silent) if part))

    def _inbound(self) -> Inbound:
        """The mail as the dialogue hears it. One that was decided before, and is run again, is heard anew:
        nothing had come of it, or it could not be run again."""
        key = f"mail:{self.record.sha256}"
        if self.record.outcome is not MailOutcome.NEW:
            key = f"{key}:{self.office.clerk.machine_now().isoformat()}"
        return Inbound(
            Channel.MAIL,
            self.parsed.sender,
            Kind.TEXT,
            self._text(),
            self.record.arrived_at,
            key=key,
            name=self.parsed.sender_name,
            sent_at=self.parsed.sent_at,
        )

    def _text(self) -> str:
        """The newest text; of a mail without any its subject."""
        return self.parsed.text.strip() or bare_subject(self.parsed.subject)

    def _files(self, news: Sequence[News]) -> tuple[MailFile, ...]:
        return tuple(MailFile(one.part, one.kind, one.outward) for one in news)
