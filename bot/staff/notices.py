"""The office's notices by chat: draft, release by one or two people, follow, stop, correct; and everybody's 收到.

Nothing goes out by being written: a draft gets a number and a preview, and somebody releases it. What may be done
by whom is decided in `bot.staff.notice_acts`; here orders are read and acts are put in words.
"""

from __future__ import annotations

from bot.model.message import Choice
from bot.model.staff import Notice, NoticeState
from bot.ports_notices import PeopleQuery
from bot.staff.audience_words import audience_words, read_audience
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.finding import Refused
from bot.staff.notice_acts import (
    confirm_notices,
    correct_notice,
    draft_notice,
    recall_notice,
    release_notice,
    retry_failed,
    schedule_notice,
    send_other_channel,
    stop_notice,
    told_by_phone,
)
from bot.staff.notice_board import Reached
from bot.staff.notice_checks import found_notice
from bot.staff.notice_people import CallLine, call_sheet
from bot.staff.notice_report import moment, report, short_list
from bot.staff.notice_time import read_moment
from bot.staff.notice_views import preview_of
from bot.staff.notice_words import Act, Order, read_confirmation, read_order
from bot.staff.people import refused

_LATEST = 10  # notices in the list
_CALLED = 30  # lines of a call sheet in a chat
_NAMESAKES = 50  # people looked at for a name
_PENDING = "notice:"


def notice_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """Orders about notices, for the office alone; 收到 from everybody."""
    received = receipt_desk(ask, text)
    if received is not None:
        return received
    raw = ask.inbound.text.strip()
    order = read_order(text, raw if len(raw) == len(text) else text)
    if order is None or not _is_meant(ask, order):
        return None
    if order.act is Act.LIST and not ask.is_office:
        return None  # a question about the campaign's own notice
    if not ask.is_office:
        return answer(refused(ask))
    try:
        return _obey(ask, order)
    except Refused as why:
        return answer(str(why))


def receipt_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """收到, or 收到 通知3, from anybody a notice went to; None where no notice is waiting for a bare 收到."""
    number = read_confirmation(text)
    if number is None:
        return None
    if confirmed := confirm_notices(ask, number):
        named = "、".join(ask.say("notice_named", number=one.id, title=one.title) for one in confirmed)
        return answer(ask.say("notice_confirmed", notices=named))
    return answer(ask.say("notice_not_waiting", number=number)) if number else None


def _is_meant(ask: StaffAsk, order: Order) -> bool:
    """发送, 签发 and 定时 without a number mean the notice that was shown just before, or no notice at all."""
    return order.act not in (Act.SEND, Act.SIGN, Act.SCHEDULE) or bool(order.notice or _left_open(ask))


def _left_open(ask: StaffAsk) -> int:
    """The notice that the last answer showed, 0 for none."""
    number = ask.pending.removeprefix(_PENDING)
    return int(number) if ask.pending.startswith(_PENDING) and number.isdecimal() else 0


def _obey(ask: StaffAsk, order: Order) -> StaffAnswer:
    number = order.notice or _left_open(ask)
    match order.act:
        case Act.DRAFT:
            return _draft(ask, order)
        case Act.LIST:
            return answer(short_list(ask, ask.store.notices()[-_LATEST:]))
        case Act.SEND | Act.SIGN:
            return _release(ask, number)
        case Act.SCHEDULE:
            return _schedule(ask, number, order.when)
        case Act.STATUS:
            return _status(ask, found_notice(ask, number))
        case Act.RESEND:
            count = retry_failed(ask, number)
            key = "notice_resent" if count is not None else "notice_resent_many"
            return answer(ask.say(key, number=number, count=count))
        case Act.OTHER:
            return _other_channel(ask, found_notice(ask, number), order.to)
        case Act.TOLD:
            return _told(ask, found_notice(ask, number), order.to)
        case Act.CALLS:
            return _calls(ask, found_notice(ask, number))
        case Act.CORRECT:
            return _show_draft(ask, correct_notice(ask, number, order.text))
        case Act.RECALL:
            return _recall(ask, number)
        case Act.STOP:
            return _stop(ask, number)


# Drafting and releasing


def _draft(ask: StaffAsk, order: Order) -> StaffAnswer:
    audience = read_audience(ask.clerk.campaign, order.to)
    if audience is None:
        return answer(ask.say("notice_audience_unknown", words=order.to))
    return _show_draft(ask, draft_notice(ask, "", order.text, audience, signed=order.signed))


def _show_draft(ask: StaffAsk, draft: Notice) -> StaffAnswer:
    shown = preview_of(ask, draft)
    channels = (
        ask.say("notice_channels_later")
        if shown.channels is None
        else ask.say("notice_channels", **{f"{name}": count for name, count in shown.channels.items()})
    )
    audience = audience_words(ask.clerk.campaign, draft.audience)
    head = ask.say(
        "notice_drafted",
        number=draft.id,
        title=draft.title,
        audience=audience,
        count=shown.count,
        channels=channels,
    )
    lines = [head, *(ask.say("notice_preview", name=one.name, text=one.text) for one in shown.samples)]
    if draft.at is not None:
        lines.append(ask.say("notice_set_for", at=moment(ask, draft.at)))
    if draft.state is NoticeState.SCHEDULED:
        lines.append(ask.say("notice_next_scheduled", number=draft.id))
    else:
        key = "notice_next_sign" if draft.decides else "notice_next_send"
        lines.append(ask.say(key, number=draft.id))
    choices = () if draft.decides else (_choice(ask, "notice_send", draft.id),)
    drop = _choice(ask, "notice_drop", draft.id)
    return answer("\n".join(lines), choices=(*choices, drop), pending=f"{_PENDING}{draft.id}")


def _release(ask: StaffAsk, number: int) -> StaffAnswer:
    released = release_notice(ask, number)
    notice = released.notice
    if notice.state is NoticeState.SCHEDULED and notice.at is not None:
        at = moment(ask, notice.at)
        return answer(ask.say("notice_scheduled", number=notice.id, title=notice.title, at=at))
    facts = {"number": notice.id, "title": notice.title, "count": released.count, "replaced": notice.replaces}
    key = "notice_released" if released.count is not None else "notice_released_readers"
    return answer(ask.say(key, **facts))


def _schedule(ask: StaffAsk, number: int, when: str) -> StaffAnswer:
    at = read_moment(when, ask.now.astimezone(ask.clerk.campaign.zone))
    if at is None:
        return answer(ask.say("notice_time_unknown", number=number))
    timed = schedule_notice(ask, number, at)
    notice = timed.notice
    assert notice.at is not None  # it was just set
    key = "notice_timed" if timed.waits else "notice_scheduled"
    lines = [ask.say(key, number=notice.id, title=notice.title, at=moment(ask, notice.at))]
    if timed.was_moved:
        lines.insert(0, ask.say("notice_time_moved", at=moment(ask, notice.at)))
    return answer("\n".join(lines))


# Following


def _status(ask: StaffAsk, notice: Notice) -> StaffAnswer:
    if notice.released_at is not None:
        return answer(report(ask, notice))
    if notice.state is NoticeState.STOPPED:
        return answer(ask.say("notice_dropped", number=notice.id))
    return _show_draft(ask, notice)


def _other_channel(ask: StaffAsk, notice: Notice, name: str) -> StaffAnswer:
    one = _named(ask, notice, name)
    channel = send_other_channel(ask, notice.id, one.person)
    said = ask.say(f"notice_by_{channel}")
    return answer(ask.say("notice_sent_otherwise", number=notice.id, name=one.label, channel=said))


def _told(ask: StaffAsk, notice: Notice, name: str) -> StaffAnswer:
    one = told_by_phone(ask, notice.id, _named(ask, notice, name).person)
    facts = {"name": one.label, "number": notice.id, "by": ask.person.label}
    return answer(ask.say("notice_told", at=moment(ask, ask.now), **facts))


def _named(ask: StaffAsk, notice: Notice, name: str) -> Reached:
    """The one recipient whom a name means."""
    if notice.released_at is None:
        told_by_phone(ask, notice.id, 0)  # says why: it is not out
    people = ask.store.reached(
        notice.id, ask.store.find_people(PeopleQuery(notice.id, search=name), _NAMESAKES)
    )
    found = [one for one in people if one.label == name] or [one for one in people if name in one.label]
    if len(found) != 1:
        key = "notice_told_several" if found else "notice_told_nobody"
        names = "、".join(one.label for one in found[:10])
        raise Refused(ask.say(key, name=name, number=notice.id, names=names))
    return found[0]


def _calls(ask: StaffAsk, notice: Notice) -> StaffAnswer:
    sheet = call_sheet(ask, notice.id, lines=_CALLED)
    if not sheet.lines:
        return answer(ask.say("notice_no_calls", number=notice.id))
    shown = [_call(ask, line) for line in sheet.lines]
    if sheet.total > _CALLED:
        shown.append(ask.say("notice_calls_more", count=sheet.total))
    head = ask.say("notice_calls", number=notice.id, title=notice.title, count=sheet.total)
    return answer("\n".join([head, *shown, ask.say("notice_calls_next", number=notice.id)]))


def _call(ask: StaffAsk, line: CallLine) -> str:
    phone = line.phone or ask.say("notice_no_phone")
    return ask.say("notice_call", place=line.place, name=line.name, of=line.of, phone=phone)


# Stopping


def _stop(ask: StaffAsk, number: int) -> StaffAnswer:
    stopped = stop_notice(ask, number)
    if stopped.notice.released_at is None:
        return answer(ask.say("notice_dropped", number=number))
    facts = {"number": number, "held_back": stopped.held_back, "shown": stopped.shown}
    return answer(ask.say("notice_stopped" if stopped.shown is not None else "notice_stopped_many", **facts))


def _recall(ask: StaffAsk, number: int) -> StaffAnswer:
    stopped = recall_notice(ask, number)
    if stopped.notice.released_at is None:
        return answer(ask.say("notice_dropped", number=number))
    if stopped.shown is None:
        return answer(ask.say("notice_recalled_many", number=number))
    facts = {"number": number, "held_back": stopped.held_back, "shown": stopped.shown}
    fates = "，".join(
        ask.say(f"notice_count_recall_{fate}", count=count) for fate, count in stopped.taken_back.items()
    )
    return answer(ask.say("notice_recalled" if fates else "notice_recalled_all", fates=fates, **facts))


def _choice(ask: StaffAsk, key: str, number: int) -> Choice:
    label = ask.say(key)
    return Choice(label, f"{label} 通知{number}")
