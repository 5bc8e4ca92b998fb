"""A body and what was handed in to it: what waits, one application opened, accepted, returned (product page §5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.documents.deck_json import report_from_json
from bot.documents.deck_messages import deck_lines
from bot.model.application import Application
from bot.model.day_words import read_day
from bot.model.mail import Material
from bot.model.spoken import spoken_date
from bot.review.debts import DECLARATIONS, debt_labels, owes
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.dossier import RETURN_DUE
from bot.staff.finding import Refused, addresses, find, title
from bot.staff.moves import cutoff_of, move, refusal, unit_of
from bot.staff.ordering import keep_shown, pending
from bot.staff.package_intake import ask_about_gap
from bot.staff.packages import counting_deck
from bot.staff.recommend_commands import AcceptCandidates, GrantWithdrawal, Open, Return, SetCutoff
from bot.staff.stage_words import stage_label
from bot.staff.standing import (
    CANDIDATE,
    DRAFT,
    RETURNED,
    SUBMITTED,
    body_name,
    log,
    order_lines,
    own_body,
    standing_of,
    tell_body,
)
from bot.staff.two_routes import dropped_for, find_twins, route_lines

PENDING_RETURN, PENDING_WITHDRAWAL = "return", "withdrawal"


def show_waiting(ask: StaffAsk) -> StaffAnswer:
    """What is new, what is out for correction, what is ranked, and how many days are left."""
    body, campaign = own_body(ask), ask.clerk.campaign
    new = ask.store.applications(body, (SUBMITTED,))
    returned = ask.store.applications(body, (RETURNED,))
    drafts = ask.store.applications(body, (DRAFT,))
    now = standing_of(ask, body)
    lines = [ask.say("recommend_waiting", body=body_name(ask, body))]
    lines.append(ask.say("recommend_waiting_new", count=len(new)))
    lines += [f"·{title(campaign, known)}" for known in new[:30]]
    if returned:
        lines.append(ask.say("recommend_waiting_returned", count=len(returned)))
        lines += [f"·{title(campaign, known)}{_due_of(ask, known)}" for known in returned[:30]]
    ranked = sum(known.stage == CANDIDATE for known in now.order)
    lines.append(ask.say("recommend_waiting_ranked", count=ranked, drafts=len(drafts)))
    if now.sent:
        lines.append(ask.say("recommend_waiting_sent", receipt=now.sent.receipt))
    others = find_twins(ask, (*new, *now.order))
    for known in (*new, *now.order):
        lines += route_lines(ask, known, others)
    return answer("\n".join([*lines, _dates(ask, body)]))


def open_one(ask: StaffAsk, command: Open) -> StaffAnswer:
    """The form, what is on file, the deck's hints and the declarations; never the unit's own self-check."""
    application = find(ask, command.which)
    campaign = ask.clerk.campaign
    log(ask, "view", application.id)
    stage = stage_label(ask, application)
    head = ask.say(
        "recommend_open", unit=title(campaign, application), stage=stage, receipt=application.receipt
    )
    if application.stage == DRAFT:
        return answer(ask.say("recommend_open_draft", unit=title(campaign, application)))
    values = [
        f"{item.number}. {item.label}：{application.values.get(item.id, '')}" for item in campaign.form.fields
    ]
    materials = ask.store.materials(application.id)
    rest = [_deck_lines(ask, application, materials), *_declarations(ask, application)]
    owed = debt_labels(campaign, owes(campaign, application))
    if owed:
        rest.append(ask.say("recommend_open_owes", owed="、".join(owed)))
    return answer("\n".join([head, *values]), "\n".join([*rest, *route_lines(ask, application)]))


def accept(ask: StaffAsk, command: AcceptCandidates) -> StaffAnswer:
    """Make candidates of what was handed in: all that are named, or none."""
    found = list({known.id: known for word in command.which for known in [find(ask, word)]}.values())
    for known in found:
        if known.body not in ask.bodies:
            raise Refused(ask.say("recommend_not_found", what=known.number, **addresses(ask)))
        if chosen := dropped_for(ask, known):
            raise Refused(
                ask.say("recommend_dropped", unit=unit_of(ask.clerk.campaign, known), number=chosen.number)
            )
        if why := refusal(ask, known, "accept_candidate"):
            raise Refused(why)
    for known in found:
        move(ask, known, "accept_candidate")
    units = "、".join(title(ask.clerk.campaign, known) for known in found)
    lines = []
    for body in dict.fromkeys(known.body for known in found):
        now = standing_of(ask, body)
        ask.store.set_ranking(body, now.ids)
        keep_shown(ask, now)
        lines.append(ask.say("recommend_accepted", units=units, order=order_lines(ask, now.order)))
    return answer("\n".join([*lines, *(line for known in found for line in route_lines(ask, known))]))


def return_one(ask: StaffAsk, command: Return) -> StaffAnswer:
    """Return an application for correction; what is missing of reason and due date is asked for."""
    application = find(ask, command.which)
    unit = title(ask.clerk.campaign, application)
    due = read_day(command.due, ask.today) if command.due else None
    if command.due and due is None:
        raise Refused(ask.say("recommend_bad_day", what=command.due))
    if why := refusal(ask, application, "return", command.reason or "-", due or ask.today):
        raise Refused(why)
    if not command.reason or due is None:
        asks = "recommend_return_ask_both"
        if command.reason or due:
            asks = "recommend_return_ask_due" if command.reason else "recommend_return_ask_reason"
        left = {"which": application.number, "reason": command.reason, "due": command.due}
        return answer(
            ask.say(asks, unit=unit, last=spoken_date(_last_due(ask, application))),
            pending=pending(PENDING_RETURN, **left),
        )
    move(ask, application, "return", command.reason, due)
    if application.stage == CANDIDATE:
        _close_up(ask, application.body)
    return answer(ask.say("recommend_returned", unit=unit, reason=command.reason, due=spoken_date(due)))


def grant_withdrawal(ask: StaffAsk, command: GrantWithdrawal) -> StaffAnswer:
    """Let a unit withdraw; of a sent order, office and body are then asked whether the later ones move up."""
    application = find(ask, command.which)
    unit = title(ask.clerk.campaign, application)
    if why := refusal(ask, application, "grant_withdrawal", command.reason or "-"):
        raise Refused(why)
    if not command.reason:
        left = pending(PENDING_WITHDRAWAL, which=application.number)
        return answer(ask.say("recommend_withdrawal_ask", unit=unit), pending=left)
    moved = move(ask, application, "grant_withdrawal", command.reason)
    lines = [ask.say("recommend_withdrawn", unit=unit)]
    if application.stage == CANDIDATE:
        _close_up(ask, application.body)
    else:
        ask_about_gap(ask, moved)
        lines.append(ask.say("recommend_withdrawn_gap"))
    return answer("\n".join(lines))


def set_cutoff(ask: StaffAsk, command: SetCutoff) -> StaffAnswer:
    """A body's own date, not after the campaign's; it may be moved as long as it has not passed."""
    body, campaign = own_body(ask), ask.clerk.campaign
    if not command.day:
        return answer(f"{_dates(ask, body)}\n{ask.say('recommend_cutoff_how')}")
    day = read_day(command.day, ask.today)
    if day is None:
        raise Refused(ask.say("recommend_bad_day", what=command.day[:30]))
    if day > campaign.deadline:
        raise Refused(ask.say("recommend_cutoff_late", day=spoken_date(day), words=campaign.deadline_words))
    if day < ask.today:
        raise Refused(ask.say("recommend_cutoff_past", day=spoken_date(day)))
    before = cutoff_of(ask, body)
    ask.store.set_cutoff(body, day)
    log(ask, "set_cutoff", body=body, before=before.isoformat(), after=day.isoformat())
    said = ask.say("recommend_cutoff_set", body=body_name(ask, body), day=spoken_date(day))
    tell_body(ask, body, "cutoff", said)
    hint = ask.say("recommend_cutoff_weekend", day=spoken_date(day)) if day.weekday() > 4 else ""
    return answer(said + hint)


def _close_up(ask: StaffAsk, body: str) -> None:
    """Before anything was sent the order is simply that of those who are left."""
    now = standing_of(ask, body)
    if now.sent is None:
        ask.store.set_ranking(body, now.ids)


def _dates(ask: StaffAsk, body: str) -> str:
    campaign = ask.clerk.campaign
    cutoff = cutoff_of(ask, body)
    stated = next((item.cutoff for item in campaign.bodies if item.id == body), None)
    city = ask.say(
        "recommend_city_date",
        words=campaign.deadline_words,
        left=_left(ask, campaign.deadline),
        **addresses(ask),
    )
    if body not in ask.store.cutoffs() and stated is None:
        return ask.say("recommend_no_cutoff") + city
    return ask.say("recommend_own_date", day=spoken_date(cutoff), left=_left(ask, cutoff)) + city


def _left(ask: StaffAsk, day: date) -> str:
    days = (day - ask.today).days
    return (
        ask.say("recommend_days_left", days=days) if days >= 0 else ask.say("recommend_days_over", days=-days)
    )


def _last_due(ask: StaffAsk, application: Application) -> date:
    return ask.clerk.campaign.ends if ask.is_office else cutoff_of(ask, application.body)


def _due_of(ask: StaffAsk, application: Application) -> str:
    due = application.dossier.get(RETURN_DUE, "")
    return ask.say("recommend_due", day=spoken_date(date.fromisoformat(due))) if due else ""


def _deck_lines(ask: StaffAsk, application: Application, materials: Sequence[Material]) -> str:
    deck = counting_deck(application, materials)
    if deck is None:
        return ask.say("recommend_no_deck")
    lines = [ask.say("recommend_deck", name=deck.name, version=deck.version)]
    if deck.report:
        lines += deck_lines(report_from_json(deck.report), ask.clerk.campaign)
    return "\n".join(lines)


def _declarations(ask: StaffAsk, application: Application) -> list[str]:
    answers = {
        "yes": ask.say("recommend_declared_yes"),
        "no": ask.say("recommend_declared_no"),
        "unsure": ask.say("recommend_declared_unsure"),
    }
    none = ask.say("recommend_declared_none")
    said = [answers.get(application.dossier.get(key, ""), none) for key in DECLARATIONS]
    return [ask.say("recommend_declarations", accepted=said[0], lawful=said[1])]
