"""Visits in every state that a schedule knows, for tests that compare two ways to look at them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from bot.model.message import Channel
from bot.model.visit import AnswerKind, Inspector, VersionState, VisitAnswer, VisitPlan, VisitVersion
from bot.ports import Store

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
FIRST_DAY = date(2031, 3, 10)
DAYS = 9


def mixed_visits(store: Store, count: int, seed: int) -> Sequence[int]:
    """So many visits to as many units of three bodies and none; the persons who are of teams, last the office.

    Holders are a few persons with several units each, one of them of the teams, too.
    """
    chance = random.Random(seed)
    people = [store.visitor(Channel.WECOM, f"user{n}", f"人员{n}", NOW).person.id for n in range(6)]
    *teams, office = people
    for number in range(count):
        application = f"{number:016x}"
        store.start(application, chance.choice([*teams[3:], office]), "candidate", NOW)
        body = chance.choice(["north", "south", "east", ""])
        store.revise(application, {}, (), "", office, Channel.WECOM, NOW, body=body)
        visit = store.add_visit(application)
        for version in range(1, chance.randint(1, 4) + 1):
            _version(store, chance, visit, version, teams, office)
            for _ in range(chance.randint(0, 3)):
                kind = chance.choice(list(AnswerKind))
                said_to, who = chance.randint(1, version), chance.choice(people)
                store.add_visit_answer(VisitAnswer(visit, said_to, who, kind, "话", who, NOW))
    return people


def _version(
    store: Store, chance: random.Random, visit: int, version: int, teams: Sequence[int], office: int
) -> None:
    team = [Inspector(one, f"人员{one}") for one in chance.sample(teams, 2)]
    plan = VisitPlan(
        FIRST_DAY + timedelta(days=chance.randrange(DAYS)),
        time(chance.choice((8, 10, 15))),
        time(18),
        team[0],
        (team[1],),
    )
    was_told = version > 1
    cancelled = was_told and chance.random() < 0.25
    store.add_visit_version(VisitVersion(visit, version, plan, cancelled, "", office, NOW))
    state = chance.choice((VersionState.RELEASED, VersionState.RELEASED, VersionState.DROPPED, None))
    last = version == 4
    if state is not None and not (last and state is VersionState.DROPPED and chance.random() < 0.5):
        store.settle_visit_version(visit, version, state, office, NOW)
