"""The snapshot that reminders are planned from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from bot.model.application import Application
from bot.model.message import Channel
from bot.model.staff import Role
from bot.ports import Store
from bot.reminders.dates import corrections
from bot.reminders.planned import Corrected, World
from bot.reminders.planner import owing
from bot.work.dates import kept_move, kept_workdays
from config.campaign import BaseDate, Campaign


def world_of(
    store: Store, campaign: Campaign, reach: Callable[[int], Channel | None], *, reminded: bool = False
) -> World:
    """What is known now. A look: `reach` may ask the store while it is open.

    `reminded`: only the applications that stand where some rule reminds, which is all a plan is made from.
    """
    return _world(store, campaign, reach, store.applications(None, _stages(campaign) if reminded else ()))


def outlined_world(store: Store, campaign: Campaign, reach: Callable[[int], Channel | None]) -> World:
    """The same with only those applications that still owe something, without their values."""
    return _world(store, campaign, reach, owing(campaign, store.outlines(_stages(campaign))))


def _stages(campaign: Campaign) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stage for rule in campaign.reminders.rules for stage in rule.stages))


def _world(
    store: Store,
    campaign: Campaign,
    reach: Callable[[int], Channel | None],
    applications: Sequence[Application],
) -> World:
    return World(
        applications,
        store.members(Role.BODY),
        frozenset(package.body for package in store.packages()),
        reach,
        store.outbox_keys("remind:"),
        kept_workdays(store),
        _corrected(store, campaign),
    )


def road_to(store: Store, by_mail: bool, person: int) -> Channel | None:
    """The road on which a person is reminded: WeCom, else mail; None where only the telephone is left.

    `by_mail`: whether mails can be sent.
    """
    addresses = store.addresses(person)
    return road_among({at for at, address in addresses if not store.is_unreachable(at, address)}, by_mail)


def roads_of(store: Store, by_mail: bool) -> Callable[[int], Channel | None]:
    """`road_to` of everybody, asked for at once."""
    addresses = store.every_address()

    def reach(person: int) -> Channel | None:
        return road_among({channel for channel, _, is_open in addresses.get(person, ()) if is_open}, by_mail)

    return reach


def road_among(roads: Collection[Channel], by_mail: bool) -> Channel | None:
    """The same of somebody who can be reached on these channels."""
    if Channel.WECOM in roads:
        return Channel.WECOM
    return Channel.MAIL if by_mail and Channel.MAIL in roads else None


def _corrected(store: Store, campaign: Campaign) -> Corrected | None:
    """Who was told of the latest move of the deadline."""
    kept = kept_move(store, campaign)
    if kept is None:
        return None
    move = kept.move
    dates = {(BaseDate.DEADLINE, move.new), *((BaseDate.CUTOFF, new) for _, new in move.cutoffs.values())}
    keys = store.outbox_keys(corrections(move.new))
    people = frozenset(int(key.partition("/")[0].rpartition(":")[2]) for key in keys)
    return Corrected(kept.at, frozenset(dates), people)
