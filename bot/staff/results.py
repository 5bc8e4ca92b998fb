"""Results by chat, for the office: decide, approve, publish, objections, announce, plaques; and 结果以公示为准 for all.

Every order calls the act that the console's pages call. Who raised an objection is never written in chat.
"""

from __future__ import annotations

import re
from datetime import date

from bot.documents.results_text import release_text
from bot.model.day_words import read_day
from bot.model.message import Choice
from bot.model.results import EntryKind, Received, ReleaseKind
from bot.model.spoken import spoken_date
from bot.ports_results import ResultQuery
from bot.results.announcement import draft_announcement, release_announcement
from bot.results.board import public_answer
from bot.results.course import course_of
from bot.results.factors import factors
from bot.results.final_list import approve_list, decide
from bot.results.objections import conclude, note_handling, register_objection, reply
from bot.results.on_site import on_site_of
from bot.results.plaques import hand_over_plaque
from bot.results.public_notice import draft_public_notice, drop_draft, release_public_notice
from bot.results.reviews import finish_review
from bot.results.terms import set_terms
from bot.staff import results_shown as shown
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.finding import Refused, find
from bot.staff.moves import MoveRefused, unit_of
from bot.staff.people import refused
from bot.staff.results_orders import (
    Announce,
    Approve,
    Asked,
    Decide,
    FinishReview,
    HandOver,
    Object,
    ObjectionStep,
    Publish,
    ResultOrder,
    SetTerms,
    ShowBoard,
    ShowFactors,
    ShowList,
    ShowObjections,
    ShowPlaques,
    ShowRelease,
    Sign,
    Withdraw,
)
from bot.staff.results_words import read_result_order

_SHOWN = (ShowList, ShowFactors, ShowRelease, ShowObjections, ShowPlaques)
_NOT_ORDERS_OF_OTHERS = (*_SHOWN, Announce, SetTerms)
"""What somebody else than the office says in these words is a question about the notice."""


def results_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """Orders about results, for the office alone; the question for a result from everybody."""
    order = read_result_order(text)
    if order is None:
        return None
    if isinstance(order, Asked) or (isinstance(order, ShowBoard) and not ask.is_office):
        said = public_answer(ask.store, ask.clerk.campaign, ask.now)
        return answer(f"{said}\n{ask.say('result_asked_office')}" if ask.is_office else said)
    if not ask.is_office:
        return None if _is_question(order) or not ask.roles else answer(refused(ask))
    try:
        return _carry_out(ask, order)
    except (Refused, MoveRefused) as why:
        return answer(str(why))


def _is_question(order: ResultOrder) -> bool:
    """Whether somebody else than the office may well ask about the notice in these words."""
    if isinstance(order, Object):  # 异议怎么提：……, but not 异议 2019-017 电话 实名：……
        return order.received is None and order.signed is None
    return isinstance(order, _NOT_ORDERS_OF_OTHERS)


def asked_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """The question for a result from somebody without a role: answered as everybody's."""
    if not isinstance(read_result_order(text), Asked):
        return None
    return answer(public_answer(ask.store, ask.clerk.campaign, ask.now))


def _carry_out(ask: StaffAsk, order: ResultOrder) -> StaffAnswer:
    """The order, by whatever kind it is; the others of its kind were answered before."""
    match order:
        case ShowList():
            return answer(shown.list_lines(ask))
        case ShowFactors():
            return _factors(ask, order)
        case ShowRelease():
            return _show_release(ask, order)
        case ShowObjections():
            return answer(shown.objection_lines(ask, order.number))
        case ShowPlaques():
            return answer(shown.plaque_lines(ask))
        case FinishReview():
            return _finish(ask, order)
        case Decide():
            return _decide(ask, order)
        case Approve():
            return _approve(ask, order)
        case _:
            return _make_public(ask, order)


def _make_public(ask: StaffAsk, order: ResultOrder) -> StaffAnswer:
    match order:
        case SetTerms():
            return _terms(ask, order)
        case Publish():
            return _publish(ask, order)
        case Announce():
            return _announce(ask, order)
        case Sign():
            return _sign(ask, order)
        case Withdraw():
            return _withdraw(ask, order)
        case Object():
            return _object(ask, order)
        case ObjectionStep():
            return _step(ask, order)
        case HandOver():
            return _hand_over(ask, order)
        case _:
            return answer(shown.board_lines(ask))


# lists


def _factors(ask: StaffAsk, order: ShowFactors) -> StaffAnswer:
    campaign = ask.clerk.campaign
    bodies = tuple(body.id for body in campaign.bodies)
    query = ResultQuery(course_of(campaign), sort=order.column, descending=order.descending, bodies=bodies)
    rows = factors(ask.store, campaign, query)
    return answer(shown.factor_lines(ask, rows, order.column))


def _show_release(ask: StaffAsk, order: ShowRelease) -> StaffAnswer:
    if order.kind is ReleaseKind.PUBLIC_NOTICE:
        return answer(shown.notice_lines(ask))
    return answer(shown.announcement_lines(ask))


# deciding


def _finish(ask: StaffAsk, order: FinishReview) -> StaffAnswer:
    return answer("\n".join(_finish_one(ask, which) for which in order.which))


def _finish_one(ask: StaffAsk, which: str) -> str:
    campaign = ask.clerk.campaign
    try:
        known = finish_review(ask, find(ask, which))
    except (Refused, MoveRefused) as why:
        return str(why)
    facts = {"unit": unit_of(campaign, known), "number": known.number}
    return ask.say("result_review_finished", stage=campaign.stage(known.stage).label, **facts)


def _decide(ask: StaffAsk, order: Decide) -> StaffAnswer:
    known = find(ask, order.which)
    decide(ask, known, order.outcome, order.reason, on_site_of(ask.store, known.id))
    count = ask.store.result_counts(course_of(ask.clerk.campaign)).inside
    facts = {"unit": unit_of(ask.clerk.campaign, known), "number": known.number}
    quota = ask.clerk.campaign.quota
    return answer(ask.say(f"result_decided_{order.outcome}", count=count, quota=quota, **facts))


def _approve(ask: StaffAsk, order: Approve) -> StaffAnswer:
    said = (word for word in order.words if not re.fullmatch(r"\d+号", word))  # that is a document's
    days = {word: day for word in said if (day := read_day(word, ask.today))}
    numbers = [
        word
        for word in order.words
        if word not in days and any(sign in word for sign in "号〔[（(0123456789")
    ]
    names = [word for word in order.words if word not in days and word not in numbers]
    if len(days) != 1 or len(numbers) != 1 or len(names) != 1:
        return answer(ask.say("result_which_approval"))
    (day,) = days.values()
    kept = approve_list(ask, numbers[0], names[0], day)
    facts = {"document": kept.document, "leader": kept.leader, "day": spoken_date(kept.decided_on)}
    return answer(ask.say("result_approved", count=len(kept.listed), **facts))


# making public


def _terms(ask: StaffAsk, order: SetTerms) -> StaffAnswer:
    terms = set_terms(ask, order.workdays, order.channel)
    return answer(ask.say("result_terms_set", workdays=terms.workdays, channel=terms.channel))


def _publish(ask: StaffAsk, order: Publish) -> StaffAnswer:
    draft = draft_public_notice(ask, _day(ask, order.day), order.link)
    text = release_text(ask.clerk.campaign, draft).plain
    return answer(
        ask.say("result_notice_drafted", text=text), choices=(_choice("公示稿"), _choice("作废公示稿"))
    )


def _announce(ask: StaffAsk, order: Announce) -> StaffAnswer:
    draft = draft_announcement(ask, order.document, order.link)
    text = release_text(ask.clerk.campaign, draft).plain
    said = ask.say("result_announcement_drafted", text=text)
    return answer(said, choices=(_choice("公布稿"), _choice("作废公布稿")))


def _sign(ask: StaffAsk, order: Sign) -> StaffAnswer:
    if order.kind is ReleaseKind.ANNOUNCEMENT:
        went_out = release_announcement(ask)
        return answer(ask.say("result_announcement_released", count=len(went_out.listed)))
    notice = release_public_notice(ask)
    days = {"starts": spoken_date(notice.starts), "ends": spoken_date(notice.ends)}
    count = len(notice.listed)
    return answer(ask.say("result_notice_released", count=count, workdays=notice.workdays, **days))


def _withdraw(ask: StaffAsk, order: Withdraw) -> StaffAnswer:
    return answer(ask.say("result_draft_dropped" if drop_draft(ask, order.kind) else "result_draft_none"))


# objections


def _object(ask: StaffAsk, order: Object) -> StaffAnswer:
    if order.received is None or order.signed is None:
        return answer(ask.say("result_objection_how"))
    about = find(ask, order.which) if order.which else None
    kept = register_objection(ask, order.received, order.signed, order.subject, about)
    concerned = ""
    if about is not None:
        unit = unit_of(ask.clerk.campaign, about)
        concerned = ask.say("result_objection_about", unit=unit, number=about.number)
    late = ask.say("result_objection_late") if kept.late else ""
    hint = "" if kept.received is Received.CHECK else ask.say("result_objection_hint")
    said = ask.say(
        "result_objection_kept",
        number=kept.number,
        how=ask.say(f"result_received_{kept.received}"),
        signed=ask.say("result_signed" if kept.signed else "result_unsigned"),
        late=late,
        about=concerned,
        hint=hint,
    )
    return answer(said)


def _step(ask: StaffAsk, order: ObjectionStep) -> StaffAnswer:
    number = order.number
    match order.kind:
        case EntryKind.UPHELD | EntryKind.REJECTED:
            conclude(ask, number, order.kind is EntryKind.UPHELD, order.text)
            return answer(ask.say(f"result_objection_concluded_{order.kind}", number=number))
        case EntryKind.REPLY:
            reply(ask, number, order.text)
            return answer(ask.say("result_objection_replied", number=number))
        case _:
            note_handling(ask, number, order.text)
            return answer(ask.say("result_objection_noted", number=number))


# plaques


def _hand_over(ask: StaffAsk, order: HandOver) -> StaffAnswer:
    plaque = hand_over_plaque(ask, find(ask, order.which), order.name, _day(ask, order.day))
    facts = {"unit": plaque.unit, "name": plaque.taken_by, "day": spoken_date(plaque.handed_on)}
    return answer(ask.say("result_plaque_kept", **facts))


def _day(ask: StaffAsk, written: str) -> date:
    """The day written; today where none is."""
    if not written:
        return ask.today
    day = read_day(written, ask.today)
    if day is None:
        raise Refused(ask.say("result_bad_day", day=written[:30]))
    return day


def _choice(says: str) -> Choice:
    return Choice(says, says)
