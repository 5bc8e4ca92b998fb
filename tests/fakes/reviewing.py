"""Applications with decks to be reviewed, and a round that was opened for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from itertools import count
from typing import TypeVar

from PIL import Image

from bot.documents.deck_json import report_json
from bot.model.application import Application
from bot.model.deck import Coverage, DeckReport, Level
from bot.model.mail import FileKind, Material, MaterialState
from bot.model.message import Channel, Inbound, Kind
from bot.ports import Store
from bot.results.giving import give_evenly
from bot.results.own_review import agree
from bot.results.round_people import open_round
from bot.staff.desk import StaffAsk
from tests.fakes.console import INSPECTOR, INSPECTOR_TWO, Console
from tests.fakes.recommending import OFFICE

UNITS = ("宝丰县公安局", "宝丰县城市管理局", "宝丰县交通运输局")
T = TypeVar("T")
_COUNT = count(1)
DUE = date(2019, 8, 2)


def under_review(console: Console, units: Sequence[str] = UNITS, body: str = "baofeng") -> list[Application]:
    """Accepted applications, each with a deck of two pages."""
    return [add_deck(console, console.apply(unit, body, "accepted"), f"{unit}报告") for unit in units]


def add_deck(console: Console, known: Application, words: str) -> Application:
    """A further version of its deck, which counts from now on."""
    sha256 = console.files.put(words.encode())
    report = json.dumps(report_json(_report(console, sha256), f"{words}.pptx"))
    pictures = tuple(console.files.put(_picture(f"{words}{page}")) for page in (1, 2))
    deck = Material(
        0, known.id, FileKind.DECK, 0, sha256, f"{words}.pptx", 9, "pptx",
        MaterialState.REGISTERED, "upload:1", console.now, report=report,
    )  # fmt: skip
    kept = console.run(lambda store: store.add_material(deck))
    console.run(lambda store: store.set_pictures(kept.id, pictures))
    console.run(lambda store: store.set_dossier(known.id, {**known.dossier, "deck": sha256}))
    return console.application(known.id)


def act(console: Console, userid: str, use_case: Callable[[StaffAsk], T]) -> T:
    """What somebody with a role does otherwise than on a page."""
    person = console.people[userid]
    inbound = Inbound(Channel.CONSOLE, str(person), Kind.TEXT, "", console.now, f"act{next(_COUNT)}")

    def run(store: Store) -> T:
        known = store.visitor(Channel.WECOM, userid, "", console.now).person
        return use_case(StaffAsk(console.clerk, store, inbound, known, tuple(store.memberships(person)), ""))

    return console.run(run)


def begin_round(console: Console, reviewers: Sequence[str] = (INSPECTOR, INSPECTOR_TWO)) -> None:
    """A round that is open, with these people, who have agreed."""
    people = [console.people[userid] for userid in reviewers]
    act(console, OFFICE, lambda ask: open_round(ask, DUE, people))
    for userid in reviewers:
        act(console, userid, agree)


def give_all(console: Console, each: int) -> None:
    act(console, OFFICE, lambda ask: give_evenly(ask, each))


def _report(console: Console, sha256: str) -> DeckReport:
    """A deck in which one condition is shown, one mentioned, and so on."""
    conditions = {
        clause: Coverage(
            (Level.SHOWN, Level.SHOWN, Level.MENTIONED, Level.ABSENT)[place % 4],
            () if place % 4 == 3 else (place + 1, place + 2),
            () if place % 4 == 3 else ("现场指导12次", "调解成功率92%"),
        )
        for place, clause in enumerate(console.campaign.results.conditions)
    }
    return DeckReport(
        size=9, sha256=sha256, format="pptx", opens=True, problem=None, slides=2, characters=640, pictures=3,
        videos=(), conditions=conditions, triad={}, messages=(),
    )  # fmt: skip


def _picture(words: str) -> bytes:
    """A page with a colour of its own."""
    held = BytesIO()
    mark = sum(words.encode()) % 120
    Image.new("RGB", (320, 240), (120 + mark, 200, 240 - mark)).save(held, "JPEG")
    return held.getvalue()
