"""On-site sheets of every kind that lists tell apart, for tests that compare two ways to look at them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

from bot.model.message import Channel
from bot.model.sheet import Content, Inspector, Line, Looked, MemberSigned, OnSiteSheet, Recused, Reopened
from bot.ports import Store
from tests.fakes.mixed_visits import NOW


def mixed_sheets(store: Store, count: int, seed: int) -> Sequence[int]:
    """So many sheets of as many units of three bodies and none; the persons who open, fill and judge them."""
    chance = random.Random(seed)
    people = [store.visitor(Channel.WECOM, f"user{n}", f"人员{n}", NOW).person.id for n in range(6)]
    for number in range(count):
        application = f"{0xA000 + number:016x}"
        store.start(application, chance.choice(people), chance.choice(["field", "done"]), NOW)
        body = chance.choice(["north", "south", "east", ""])
        values = {"unit": f"第{number}局"}
        store.revise(application, values, (), "", people[0], Channel.WECOM, NOW, body=body)
        team = tuple(Inspector(one, f"人员{one}") for one in chance.sample(people, 2))
        opened_at = NOW + timedelta(minutes=chance.randrange(20))
        covert = chance.random() < 0.4
        opened = OnSiteSheet(0, application, number, covert, team, chance.choice(people), opened_at)
        sheet, _ = store.open_sheet(opened)
        for place in range(chance.randint(0, 5)):
            kinds: list[Content] = [
                Recused(chance.choice(people), "亲属"),
                MemberSigned("d" * 64, place + 1),
                MemberSigned("d" * 64, place + 1),
                Reopened("补录"),
                Looked("s3", "leak"),
            ]
            line = Line(f"{place}", sheet.leader, "组长", NOW, chance.choice(kinds))
            assert store.add_line(sheet.id, line)
            assert not store.add_line(sheet.id, line)
        if chance.random() < 0.2:
            store.set_team(sheet.id, [Inspector(one, f"人员{one}") for one in chance.sample(people, 3)])
    return people
