"""The desk at which the office moves the deadline: a preview of who gets what when, then 确认改期.

The confirming turn only puts the new date into force; the corrections to everybody who was told the old one
are sent in portions by the next tick (`bot.work.remind`), so that nobody else's turn waits for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.model.application import Application, AuditEntry
from bot.model.day_words import read_day
from bot.model.message import Choice
from bot.reminders.dates import (
    DateMove,
    corrections,
    deadline_words,
    listed,
    moved_campaign,
    ticked,
    told_of,
)
from bot.reminders.planned import World
from bot.reminders.shift import shift
from bot.reminders.words import day_words, unit_of
from bot.staff.dates_words import ALL, CANCEL, asked_day, confirmed_bodies
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.finding import Refused
from bot.staff.people import office_only
from bot.work.dates import campaign_in_force, keep_move
from bot.work.reminder_world import outlined_world, roads_of
from bot.work.told_dates import told_by_notice
from config.campaign import Body, Campaign

_LOOKED_UP = 200  # people whose names are asked for at once


def dates_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """截止改为7月31日 → preview; 确认改期 → done. The office's alone; `pending` is the new date (ISO)."""
    if not ask.is_office:
        return None
    if ask.pending:
        bodies = confirmed_bodies(text)
        if bodies is not None:
            return _confirmed(ask, date.fromisoformat(ask.pending), bodies)
        if text in CANCEL:
            return answer(ask.say("move_dropped", old=_in_force(ask).deadline_words))
    said = asked_day(text)
    return None if said is None else _asked(ask, said)


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What another deadline would bring."""

    old: date
    new: date
    lines: tuple[str, ...]
    own: tuple[Body, ...]  # bodies with a date of their own, which may move by as many days


def preview_move(ask: StaffAsk, new: date) -> MovePreview:
    """What moving the deadline there would bring; changes nothing. The office's alone; `Refused`."""
    office_only(ask)
    campaign = _in_force(ask)
    if why := _refusal(ask, campaign, new):
        raise Refused(why)
    own = tuple(body for body in campaign.bodies if body.cutoff)
    return MovePreview(campaign.deadline, new, tuple(_preview_lines(ask, campaign, new)), own)


def move_deadline(ask: StaffAsk, old: date, new: date, bodies: Collection[str]) -> str:
    """Move the deadline, and by as many days the own dates of these bodies; what was done. The office's alone.

    `Refused` where it cannot be moved there, and where it is `old`, which the person was shown, no more.
    """
    office_only(ask)
    campaign = _in_force(ask)
    if campaign.deadline not in (old, new):
        raise Refused(ask.say("move_meanwhile", now=campaign.deadline_words))
    if why := _refusal(ask, campaign, new):
        raise Refused(why)
    return _moved(ask, campaign, new, bodies)


def _in_force(ask: StaffAsk) -> Campaign:
    return campaign_in_force(ask.clerk.campaign, ask.store)


def _asked(ask: StaffAsk, said: str) -> StaffAnswer:
    campaign = _in_force(ask)
    new = read_day(said, ask.today)
    if new is None:
        return answer(ask.say("move_bad_day"))
    refused = _refusal(ask, campaign, new)
    return answer(refused) if refused else _preview(ask, campaign, new)


def _refusal(ask: StaffAsk, campaign: Campaign, new: date) -> str:
    """Why the date cannot be moved there; "" if it can."""
    spoken = deadline_words(campaign, new)
    if new == campaign.deadline:
        return ask.say("move_same", old=campaign.deadline_words)
    if new < ask.today:
        return ask.say("move_past", new=spoken)
    if new > campaign.ends:
        return ask.say("move_beyond", new=spoken, ends=campaign.ends)
    return ""


def _preview(ask: StaffAsk, campaign: Campaign, new: date) -> StaffAnswer:
    own = {body.id: body.cutoff for body in campaign.bodies if body.cutoff}
    cutoffs = [ask.say("move_cutoffs", cutoffs=_cutoff_words(ask, campaign, own))] if own else []
    lines = [*_preview_lines(ask, campaign, new), *cutoffs, ask.say("move_confirm")]
    says = "确认改期"
    return answer(
        "\n".join(lines), choices=(Choice(says, says), Choice("取消", "取消")), pending=new.isoformat()
    )


def _preview_lines(ask: StaffAsk, campaign: Campaign, new: date) -> list[str]:
    move = DateMove(campaign.deadline, new, {})
    after = moved_campaign(campaign, move)
    roads = roads_of(ask.store, ask.clerk.message_id is not None)
    world = outlined_world(ask.store, campaign, roads)

    def unit(number: str) -> str:
        known = ask.store.find_application(number)
        return _unit(campaign, known) if known else number

    found = shift(campaign, after, world, ask.now, unit)
    told = _told(ask, move, world.sent)
    lines = [
        ask.say(
            "move_head",
            old=campaign.deadline_words,
            new=after.deadline_words,
            moving=found.moving,
            told=len(told),
        ),
        *found.lines,
    ]
    if told:
        lines.append(ask.say("move_told_line", names=listed(campaign, _names(ask, campaign, world, told))))
    if later := [body.name for body in campaign.bodies if body.cutoff and body.cutoff > new]:
        lines.append(ask.say("move_cutoff_later", bodies="、".join(later)))
    return lines


def _confirmed(ask: StaffAsk, new: date, named: Sequence[str]) -> StaffAnswer:
    campaign = _in_force(ask)
    refused = _refusal(ask, campaign, new)  # somebody may have moved it meanwhile
    if refused:
        return answer(refused)
    bodies = _bodies(campaign, named)
    unknown = [name for name, body in bodies.items() if body is None]
    if unknown:
        return answer(ask.say("move_unknown_body", name="、".join(unknown)))
    return answer(_moved(ask, campaign, new, [body for found in bodies.values() for body in found or ()]))


def _moved(ask: StaffAsk, campaign: Campaign, new: date, bodies: Collection[str]) -> str:
    """Put the new date into force; what was done."""
    cutoffs = ticked(campaign, new, dict.fromkeys(bodies))
    move = DateMove(campaign.deadline, new, cutoffs)
    keep_move(ask.store, campaign, move, ask.now)
    details = {"from": str(move.old), "to": str(move.new), "bodies": " ".join(cutoffs)}
    entry = AuditEntry("move_deadline", None, ask.person.id, ask.inbound.channel, details)
    ask.store.audit([entry], ask.now)
    after = moved_campaign(campaign, move)
    lines = [ask.say("move_done", new=after.deadline_words)]
    if cutoffs:
        moved_to = {body: day for body, (_, day) in cutoffs.items()}
        lines.append(ask.say("move_done_cutoffs", cutoffs=_cutoff_words(ask, campaign, moved_to)))
    return "\n".join(lines)


def _bodies(campaign: Campaign, named: Sequence[str]) -> dict[str, tuple[str, ...] | None]:
    """The bodies meant by each name, of those with a date of their own; None: there is no such."""
    own = [body for body in campaign.bodies if body.cutoff]
    found: dict[str, tuple[str, ...] | None] = {}
    for name in named:
        if name in ALL:
            found[name] = tuple(body.id for body in own)
        else:
            found[name] = tuple(body.id for body in own if name in (body.name, *body.aliases)) or None
    return found


def _told(ask: StaffAsk, move: DateMove, sent: Collection[str]) -> frozenset[int]:
    """Who was told the date that is replaced; of reminders, only the campaign's own date is in question."""
    keys = {key for key in sent if f":{move.old}:" in key} | ask.store.outbox_keys(corrections(move.old))
    return told_of(keys, move, {}) | told_by_notice(ask.store, move.old, ask.clerk.campaign.zone)


def _names(ask: StaffAsk, campaign: Campaign, world: World, people: Collection[int]) -> Iterator[str]:
    """Who they are: people with a role by name, whoever fills a form by the unit. Some are looked up at a time."""
    phrases = campaign.phrases
    members = {member.person: member.name for member in world.members if member.name}
    some = sorted(people)
    for first in range(0, len(some), _LOOKED_UP):
        chosen = some[first : first + _LOOKED_UP]
        units = {one.holder: _unit(campaign, one) for one in ask.store.applications_among(chosen)}
        yield from (members.get(one) or units.get(one) or phrases["staff_nameless"] for one in chosen)


def _unit(campaign: Campaign, application: Application) -> str:
    return unit_of(campaign, application, campaign.phrases["move_unnamed"].format(number=application.number))


def _cutoff_words(ask: StaffAsk, campaign: Campaign, days: Mapping[str, date]) -> str:
    said = (
        ask.say("move_cutoff_of", body=body.name, day=day_words(campaign, days[body.id]))
        for body in campaign.bodies
        if body.id in days
    )
    return "、".join(said)
