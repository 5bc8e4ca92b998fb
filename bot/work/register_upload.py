"""A whole file from an applicant's page goes on record, and the person is told what it became."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.documents.form_version import version_of
from bot.mail.lateness import is_late_for
from bot.mail.sentences import sentence
from bot.mail.whose import Standing
from bot.mail.wording import Wording
from bot.model.linked_mail import link_alarm
from bot.model.mail import FileKind, FileState, Inspection, Part, Upload
from bot.ports import Store
from bot.work.mail_attachments import Envelope, file_attachments
from config.campaign import Campaign

_HOLDER = Standing(proven=True, registered=True)  # whoever has the page's token is its holder


def register_upload(
    campaign: Campaign,
    now: Callable[[], datetime],
    store: Store,
    upload: Upload,
    part: Part,
    inspection: Inspection | None,
) -> str:
    """Register a deck or a stamped scan of the page's application; the words for the person.

    `now` is the campaign clock. A scan whose paper shows no code is of the form as it stands: that is the
    form the page gives out. What is neither stays among the files, and says so.
    """
    wording = Wording(campaign)
    contact, clause = campaign.contact, campaign.clause(campaign.deadline_clause).label
    office = {"office": contact.office_short, "phone": contact.phone}
    application = store.application(upload.application)
    if application is None:
        return wording.phrase("upload_gone", **office)
    if inspection is not None and inspection.kind is FileKind.FORM:
        return wording.phrase("upload_form", email=contact.email)
    arrived = now()
    late = is_late_for(campaign, application, arrived)
    current = store.printed(application.id, version_of(campaign, application.values))
    printed = current
    if inspection is not None and inspection.code:
        on_paper = store.print_of_code(inspection.code)
        printed = on_paper if on_paper and on_paper.application == application.id else None
    prints = {printed.code: printed} if printed else {}
    source, values = f"upload:{upload.id}", application.values
    envelope = Envelope(store, campaign, source, arrived, application, _HOLDER, prints, values, late, False)
    (news,) = file_attachments(envelope, [part], [inspection])
    stage = campaign.stage(application.stage).public_label
    said = [sentence(wording, news, current.code if current else "", stage), *news.lines]
    if news.kind is FileKind.DECK and news.state is FileState.REGISTERED:
        store.close_alarms(link_alarm(application.number), arrived)  # here is what a mail only linked to
    if late and news.is_usable:
        store.late_attempt(application.id, upload.person, "upload", source, arrived)
        said.append(wording.phrase("upload_late", deadline=campaign.deadline_words, clause=clause, **office))
    return "\n".join(said)
