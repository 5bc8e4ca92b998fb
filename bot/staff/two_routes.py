"""One unit on two routes: seen, told to both bodies by name and stage only, and settled by a choice on record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.units import unit_key
from bot.model.application import Application
from bot.model.message import Channel
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.finding import Refused, addresses, find, title
from bot.staff.moves import unit_of
from bot.staff.recommend_commands import ChooseRoute
from bot.staff.routes import names_of, other_routes, route_key_of, twins
from bot.staff.stage_words import label_of
from bot.staff.standing import body_name, log, named_body, own_body, tell_body, tell_office
from config.campaign import FieldKind

Others = dict[str, tuple[Application, ...]]
"""The twins of applications that were looked for, by id, so that they are looked for once for many questions."""


def find_twins(ask: StaffAsk, applications: Sequence[Application]) -> Others:
    """The applications on other routes that may be the same unit, of each of these; in two queries at most."""
    campaign = ask.clerk.campaign
    field, names = campaign.form.unit_field, names_of(campaign)
    keys = {known.id: names.route_key(known.values.get(field, "")) for known in applications}
    alike: dict[str, list[tuple[str, str]]] = {}
    for other, body, key in ask.store.handed_in_alike(sorted({*keys.values()} - {""})):
        alike.setdefault(key, []).append((other, body))
    near: dict[str, set[str]] = {}
    for known in applications:
        found = [one for one in alike.get(keys[known.id], ()) if one[1] != known.body]
        routes = other_routes(campaign, known.values.get(field, ""), known.body) if found else ()
        near[known.id] = {other for other, body in found if body in routes}
    wanted = sorted(set().union(*near.values()))
    full = ask.store.applications_by_id(wanted) if wanted else ()
    return {
        known.id: twins(campaign, known, [one for one in full if one.id in near[known.id]])
        for known in applications
    }


def twins_of(
    ask: StaffAsk, application: Application, others: Others | None = None
) -> tuple[Application, ...]:
    """The applications on other routes that may be the same unit."""
    if others is None:
        return find_twins(ask, [application])[application.id]
    if application.id not in others:
        others |= find_twins(ask, [application])
    return others[application.id]


def dropped_for(ask: StaffAsk, application: Application, others: Others | None = None) -> Application | None:
    """The twin that was chosen instead of this application, if one was."""
    found = twins_of(ask, application, others)
    return next((twin for twin in found if _chosen(ask, application, twin) == twin.id), None)


def open_twins(
    ask: StaffAsk, application: Application, others: Others | None = None
) -> tuple[Application, ...]:
    """The twins of which it is not settled by which route the unit goes."""
    return tuple(twin for twin in twins_of(ask, application, others) if not _chosen(ask, application, twin))


def route_facts(ask: StaffAsk, application: Application, others: Others | None = None) -> list[str]:
    """What a body may know of a second route: the other's name and stage, and what to do."""
    lines = []
    for twin in twins_of(ask, application, others):
        chosen = _chosen(ask, application, twin)
        on_page = ask.inbound.channel is Channel.CONSOLE
        key = "recommend_two_routes_page" if on_page else "recommend_two_routes"
        if chosen:
            key = "recommend_route_ours" if chosen == application.id else "recommend_route_theirs"
        lines.append(ask.say(key, **_known_of(ask, twin), number=application.number))
    return lines


def route_lines(ask: StaffAsk, application: Application, others: Others | None = None) -> list[str]:
    """The same, and the other body and the office hear of an open pair, once."""
    for twin in twins_of(ask, application, others):
        if not _chosen(ask, application, twin):
            _tell_once(ask, application, twin)
    return route_facts(ask, application, others)


def choose_route(ask: StaffAsk, command: ChooseRoute) -> StaffAnswer:
    """Settle by which body a unit goes: a body for itself while nobody else has, the office in any case."""
    if command.body:
        return _office_chooses(ask, command)
    body = own_body(ask)
    application = find(ask, command.which)
    if application.body != body:
        raise Refused(ask.say("recommend_not_found", what=application.number, **addresses(ask)))
    found = twins_of(ask, application)
    if not found:
        raise Refused(ask.say("recommend_one_route", unit=title(ask.clerk.campaign, application)))
    for twin in found:
        if _chosen(ask, application, twin) == twin.id:
            told = ask.say("recommend_route_disputed", unit=unit_of(ask.clerk.campaign, application))
            tell_office(ask, f"route:{application.id}", told)
            raise Refused(ask.say("recommend_route_taken", **_known_of(ask, twin), **addresses(ask)))
    _choose(ask, application, found)
    return answer(ask.say("recommend_route_chosen", unit=title(ask.clerk.campaign, application)))


def _office_chooses(ask: StaffAsk, command: ChooseRoute) -> StaffAnswer:
    """The office names the body: it becomes the application's route, and its twins' routes are dropped."""
    if not ask.is_office:
        raise Refused(ask.say("recommend_office_decides", **addresses(ask)))
    application, body = find(ask, command.which), named_body(ask, command.body)
    campaign = ask.clerk.campaign
    if application.body != body:
        application = _reroute(ask, application, body)
    found = twins_of(ask, application)
    _choose(ask, application, found)
    said = ask.say("recommend_routed", unit=title(campaign, application), body=body_name(ask, body))
    tell_body(ask, body, f"routed:{application.id}", said)
    return answer(said)


def _reroute(ask: StaffAsk, application: Application, body: str) -> Application:
    """Give an application to another body. It stays where it is until it is in that body's hands alone."""
    if ask.clerk.campaign.stage(application.stage).id not in MAY_BE_ROUTED:
        raise Refused(ask.say("recommend_too_late_to_route", unit=title(ask.clerk.campaign, application)))
    campaign, values = ask.clerk.campaign, application.values
    key = unit_key(campaign.units, values.get(campaign.form.unit_field, ""))
    emails = (values.get(item.id, "") for item in campaign.form.fields if item.kind is FieldKind.EMAIL)
    email = next(emails, "").lower()
    channel = ask.inbound.channel
    route = route_key_of(campaign, key)
    ask.store.revise(
        application.id, values, (), key, ask.person.id, channel, ask.now, email, body, route_key=route
    )
    log(ask, "route", application.id, before=application.body or "-", after=body)
    return replace(application, body=body)


MAY_BE_ROUTED = ("draft", "returned", "submitted", "late_pending")
"""The stages in which the office may give an application to another body."""


def _choose(ask: StaffAsk, application: Application, found: tuple[Application, ...]) -> None:
    for twin in found:
        chosen = {"chosen": application.id, "by": ask.person.id, "at": ask.now.isoformat()}
        ask.store.set_setting(_key(ask, application, twin), json.dumps(chosen))
        log(ask, "choose_route", application.id, instead_of=twin.id)
        told = ask.say("recommend_route_told", **_known_of(ask, application), number=twin.number)
        tell_body(ask, twin.body, f"chosen:{twin.id}", told)
    if found and not ask.is_office:
        told = ask.say("recommend_route_chosen", unit=title(ask.clerk.campaign, application))
        tell_office(ask, f"chosen:{application.id}", told)


def _tell_once(ask: StaffAsk, application: Application, twin: Application) -> None:
    """The other body and the office hear of a pair once."""
    key = f"{_key(ask, application, twin)}:told"
    if ask.store.setting(key):
        return
    ask.store.set_setting(key, ask.now.isoformat())
    known = _known_of(ask, application)
    tell_body(ask, twin.body, f"two:{twin.id}", ask.say("recommend_two_routes", **known, number=twin.number))
    pair = {"one": title(ask.clerk.campaign, application), "other": title(ask.clerk.campaign, twin)}
    bodies = {"one_body": body_name(ask, application.body), "other_body": body_name(ask, twin.body)}
    told = ask.say("recommend_two_routes_task", **pair, **bodies)
    ask.store.alarm(key, told, ask.clerk.machine_now())
    tell_office(ask, f"two:{application.id}", told)


def _known_of(ask: StaffAsk, twin: Application) -> dict[str, str]:
    """All that another body learns: the unit's name, whose it is, and its stage as bodies read it."""
    campaign = ask.clerk.campaign
    name = body_name(ask, twin.body) if twin.body else ask.say("recommend_no_route")
    return {"unit": unit_of(campaign, twin), "body": name, "stage": label_of(campaign, twin.stage, False)}


def _chosen(ask: StaffAsk, application: Application, twin: Application) -> str:
    """Id of the application whose route was chosen; "" while none was."""
    kept = ask.store.setting(_key(ask, application, twin))
    return str(json.loads(kept)["chosen"]) if kept else ""


def _key(ask: StaffAsk, one: Application, other: Application) -> str:
    return f"route:{ask.clerk.campaign.id}:{':'.join(sorted((one.id, other.id)))}"
