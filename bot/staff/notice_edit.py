"""Changing all of a draft: what it says, to whom, and when. `correct_notice` is for what has gone out."""

from __future__ import annotations

from datetime import datetime

from bot.model.staff import Notice, NoticeState
from bot.staff.audience import Audience
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.notice_acts import draft_notice
from bot.staff.notice_checks import already, found_notice, log, of_this_form


def edit_draft(
    ask: StaffAsk,
    number: int,
    title: str,
    text: str,
    audience: Audience,
    at: datetime | None,
    *,
    signed: bool,
) -> Notice:
    """A new draft in the place of one that has not gone out, which is dropped. The office's alone; `Refused`.

    What somebody else signed for its time has to be signed again. A correction keeps its recipients.
    """
    notice = found_notice(ask, number)
    if (earlier := of_this_form(ask)) is not None:
        return earlier
    if notice.state not in (NoticeState.DRAFT, NoticeState.SCHEDULED):
        raise Refused(already(ask, notice))
    corrected = None if notice.replaces is None else ask.store.notice(notice.replaces)
    to = audience if corrected is None else notice.audience
    made = draft_notice(ask, title, text, to, at, signed=signed, corrects=corrected)
    ask.store.set_notice(notice.id, NoticeState.STOPPED, None, None)
    log(ask, "notice_dropped", notice)
    return made
